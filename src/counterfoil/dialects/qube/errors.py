"""The family of errors → the vendor's answers: one table by class, one by kind of problem.

What a caller can mend in a request is told under the place that it is about, everything else under `detail`.
"""

from collections.abc import Mapping
from typing import Any, Final

from counterfoil.core.errors import (
    BooksAway,
    BooksRefused,
    Conflict,
    CounterfoilError,
    Forbidden,
    Invalid,
    Malformed,
    NotNow,
    OutcomeUnknown,
    Refusal,
    StorageAway,
    StorageFull,
    TooOften,
    Unauthorized,
    Unknown,
)
from counterfoil.core.problems import Problem, named
from counterfoil.dialects.qube.assumed import NO_WEB_CONNECTOR, NOT_WAITING, UNKNOWN_PARAMETER

STATUSES: Final[Mapping[type[Exception], int]] = {
    Malformed: 400,
    Invalid: 422,
    BooksRefused: 422,
    Unauthorized: 401,
    Forbidden: 403,
    Unknown: 404,
    Conflict: NOT_WAITING,
    BooksAway: 503,
    TooOften: 429,
    StorageFull: 503,
    StorageAway: 503,
    OutcomeUnknown: 504,
}
STATUSES_BY_KIND: Final[Mapping[str, int]] = {"too_large": 413, "idempotency_reused": 422}
"""Problems that are told in a way of their own, whatever class carries them."""

WORDS: Final[Mapping[str, str]] = {"unknown_field": UNKNOWN_PARAMETER, "required": "is required"}
"""The vendor's words, where they are known or plain; elsewhere ours."""

NOT_FOUND: Final = "Not Found"
BROKEN: Final = "Internal Server Error"
UNAUTHORIZED: Final = "Unauthorized"
CHALLENGE: Final = 'Basic realm="Application"'
DETAIL: Final = "detail"
REUSED: Final = "Idempotency-Key"


class NoWebConnector(CounterfoilError):
    """Something was asked for that only books behind a Web Connector have."""


def answer(error: Exception) -> tuple[int, Any]:
    """Status and body for an error. A 401 is a plain text, and its own affair."""
    if isinstance(error, NoWebConnector):
        return 501, _plain(NO_WEB_CONNECTOR)
    status = _status(error)
    if status == 422 and isinstance(error, Refusal):
        return status, {"errors": _by_place(error)}
    if status == 404:
        return status, _plain(NOT_FOUND)
    if isinstance(error, BooksAway):
        return status, _plain(" ".join(problem.what("") for problem in error.problems))
    if isinstance(error, OutcomeUnknown | NotNow):
        return status, _plain(error.problem.what(""))
    if isinstance(error, Refusal):
        return status, _plain(" ".join(words(problem) for problem in error.problems))
    return status, _plain(BROKEN)


def headers_for(error: Exception) -> dict[str, str]:
    """What stands in the head of an answer to an error: when to come again, where that helps (429 and 503)."""
    return {"Retry-After": str(error.retry_after)} if isinstance(error, NotNow) else {}


def _status(error: Exception) -> int:
    if isinstance(error, Refusal):
        for problem in error.problems:
            if problem.kind in STATUSES_BY_KIND:
                return STATUSES_BY_KIND[problem.kind]
    return next((STATUSES[known] for known in type(error).__mro__ if known in STATUSES), 500)


def _plain(detail: str) -> dict[str, Any]:
    return {"errors": {DETAIL: detail}}


def _by_place(refusal: Refusal) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for problem in refusal.problems:
        place = named(problem.place)
        if problem.kind == "idempotency_reused":
            place = REUSED
        told.setdefault(place or DETAIL, []).append(words(problem))
    return told


def words(problem: Problem) -> str:
    """What is wrong, and what was perhaps meant."""
    own = WORDS.get(problem.kind)
    if own is None:
        return problem.what(named(problem.place))
    return own.format(**problem.values) + str(problem.values.get("hint", ""))
