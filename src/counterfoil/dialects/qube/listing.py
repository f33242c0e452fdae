"""Pages of queued requests, as an address asks for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from counterfoil.core.errors import Invalid
from counterfoil.core.problems import Problem
from counterfoil.dialects.qube.assumed import DEFAULT_PAGE, LARGEST_PAGE
from counterfoil.dialects.qube.queries import Parameter, read_parameters
from counterfoil.model.kinds import Text, Whole

LAST_PAGE: Final = 1_000_000
SORTS: Final[Mapping[str, str]] = {"inserted_at": "created_at", "updated_at": "updated_at"}
DIRECTIONS: Final = ("desc", "asc")
"""The first is meant where nothing is said."""

PARAMETERS: Final = (
    Parameter("page", Whole(1, LAST_PAGE)),
    Parameter("page_size", Whole(1, LARGEST_PAGE)),
    Parameter("sort", Text(20)),
    Parameter("sort_direction", Text(20)),
)


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list that is ordered by a column."""

    page: int
    limit: int
    by: str
    descending: bool

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.limit


def read_listing(pairs: Sequence[tuple[str, str]]) -> Listing:
    values = read_parameters(PARAMETERS, pairs)
    return Listing(
        page=values.get("page", 1),
        limit=values.get("page_size", DEFAULT_PAGE),
        by=SORTS[_one_of("sort", values.get("sort"), tuple(SORTS))],
        descending=_one_of("sort_direction", values.get("sort_direction"), DIRECTIONS) == "desc",
    )


def pages(count: int, size: int) -> int:
    """How many pages there are; an empty list has one."""
    return max(1, -(-count // size))


def _one_of(name: str, given: str | None, choices: Sequence[str]) -> str:
    word = (given or choices[0]).lower()
    if word not in choices:
        raise Invalid(Problem("not_a_choice", (name,), {"value": word, "choices": ", ".join(choices)}))
    return word
