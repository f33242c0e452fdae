"""What became of a command: done, with what it left behind, or refused, with every reason."""

from dataclasses import dataclass

from msgspec import Struct

from counterfoil.core.problems import Problem
from counterfoil.model.shape import Resource


class Voided(Struct, frozen=True, kw_only=True):
    id: str
    ref_number: str | None
    created_at: int
    updated_at: int


class Deleted(Struct, frozen=True, kw_only=True):
    id: str
    label: str | None
    deleted_at: int


class Done(Struct, frozen=True, kw_only=True):
    """The books hold `result` now. `warnings` are model places whose value the books changed or ignored.

    `changed` are those whose text the books could not keep as it was. `replayed` tells that this is the answer of an
    earlier attempt with the same key.
    """

    result: Resource | Voided | Deleted
    warnings: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    problems: tuple[Problem, ...]


Outcome = Done | Refused
