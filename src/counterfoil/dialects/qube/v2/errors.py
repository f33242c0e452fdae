"""The family of errors → the second version's answers, in the four shapes that its clients read.

A sentence, where parameters are unknown and nothing else is wrong; sentences by parameter; problems with paths, as soon
as one lies within a parameter; and `detail` with a `code` for what is no parameter's fault.
"""

from collections.abc import Sequence
from typing import Any, Final

from counterfoil.core.errors import CounterfoilError, OutcomeUnknown, Refusal
from counterfoil.core.problems import Place, Problem
from counterfoil.dialects.qube import errors as first
from counterfoil.dialects.qube.assumed import UNKNOWN_PARAMETER
from counterfoil.dialects.qube.v2.assumed import (
    CODE_KEY_REUSED,
    CODE_NOT_SERVED,
    NO_WORKFLOWS,
    NOT_SERVED,
    NOT_SERVED_HERE,
)

NOT_IMPLEMENTED: Final = 501
UNPROCESSABLE: Final = 422
KEY_REUSED: Final = "idempotency_reused"


class OperationNotServed(CounterfoilError):
    """An operation of the vendor's that these books have nothing for; `others` of its entity they may have."""

    def __init__(self, operation: str, entity: str, others: Sequence[str] = ()) -> None:
        super().__init__(operation)
        self.operation = operation
        self.entity = entity
        self.others = others

    @property
    def words(self) -> str:
        told = NOT_SERVED_HERE if self.others else NOT_SERVED
        return told.format(operation=self.operation, entity=self.entity, others=", ".join(self.others))


class NoWorkflows(CounterfoilError):
    """A workflow run was asked for."""


def answer(error: Exception) -> tuple[int, Any]:
    """Status and body for an error. A 401 is a plain text, and its own affair."""
    if isinstance(error, OperationNotServed):
        return NOT_IMPLEMENTED, _coded(error.words)
    if isinstance(error, NoWorkflows):
        return NOT_IMPLEMENTED, _coded(NO_WORKFLOWS)
    status, body = first.answer(error)
    if isinstance(error, OutcomeUnknown) or not isinstance(error, Refusal) or status != UNPROCESSABLE:
        return status, body
    if any(problem.kind == KEY_REUSED for problem in error.problems):
        return status, _coded(" ".join(problem.what("") for problem in error.problems), CODE_KEY_REUSED)
    return status, {"errors": _told(error.problems)}


def _coded(detail: str, code: str = CODE_NOT_SERVED) -> dict[str, Any]:
    return {"errors": {"detail": detail, "code": code}}


def _told(problems: tuple[Problem, ...]) -> Any:
    if all(problem.kind == "unknown_field" and len(problem.place) == 1 for problem in problems):
        return "; ".join(UNKNOWN_PARAMETER.format(**problem.values) for problem in problems)
    if any(len(problem.place) > 1 for problem in problems):
        return [{"path": _path(problem.place), "message": first.words(problem)} for problem in problems]
    told: dict[str, list[str]] = {}
    for problem in problems:
        told.setdefault(str(problem.place[0]) if problem.place else first.DETAIL, []).append(first.words(problem))
    return told


def _path(place: Place) -> str:
    """A place as a pointer into JSON: `/invoice_line_add/0/rate`."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in place)
