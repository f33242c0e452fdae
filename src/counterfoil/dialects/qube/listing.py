"""Pages of queued requests, as an address asks for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from counterfoil.core.errors import Invalid
from counterfoil.core.problems import Problem
from counterfoil.dialects.qube.assumed import DEFAULT_PAGE, FILTERS, LARGEST_PAGE, STATES, WEBHOOK_STATES
from counterfoil.dialects.qube.queries import Parameter, read_parameters
from counterfoil.model.kinds import Text, Whole
from counterfoil.storage.queue import Sought

LAST_PAGE: Final = 1_000_000
SORTS: Final[Mapping[str, str]] = {"inserted_at": "created_at", "updated_at": "updated_at"}
DIRECTIONS: Final = ("desc", "asc")
"""The first is meant where nothing is said, and of the ways to sort as well."""

PARAMETERS: Final = (
    Parameter("page", Whole(1, LAST_PAGE)),
    Parameter("page_size", Whole(1, LARGEST_PAGE)),
    Parameter("sort", Text(20)),
    Parameter("sort_direction", Text(20)),
    *(Parameter(name, Text(100)) for name in FILTERS),
)
CHOICES: Final[Mapping[str, Sequence[str]]] = {
    "sort": tuple(SORTS),
    "sort_direction": DIRECTIONS,
    "state": STATES,
    "webhook_state": WEBHOOK_STATES,
}
"""What these parameters may say."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list that is ordered by a column, and which requests it is to hold."""

    page: int
    limit: int
    by: str
    descending: bool
    sought: Sought

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.limit


def read_listing(pairs: Sequence[tuple[str, str]]) -> Listing:
    values = read_parameters(PARAMETERS, pairs)
    return Listing(
        page=values.get("page", 1),
        limit=values.get("page_size", DEFAULT_PAGE),
        by=SORTS[_one_of("sort", values) or "inserted_at"],
        descending=_one_of("sort_direction", values) in (None, "desc"),
        sought=Sought(
            state=_one_of("state", values),
            webhook_state=_one_of("webhook_state", values),
            phrase=values.get("search_phrase", "").strip() or None,
        ),
    )


def pages(count: int, size: int) -> int:
    """How many pages there are; an empty list has one."""
    return max(1, -(-count // size))


def _one_of(name: str, values: Mapping[str, Any]) -> str | None:
    word: str = values.get(name, "").lower()
    choices = CHOICES[name]
    if word and word not in choices:
        raise Invalid(Problem("not_a_choice", (name,), {"value": word, "choices": ", ".join(choices)}))
    return word or None
