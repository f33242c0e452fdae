"""The family of errors → the vendor's answers: a table by class, one by kind of problem, one for QuickBooks' codes.

The vendor's keys come first. Beside them stand ours, which clients pass by: `outcome` (whether anything was stored),
`problems` (each with its place) and `fixes` (what to do, and who can do it).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from counterfoil.core.errors import (
    BooksAway,
    BooksRefused,
    Broken,
    Conflict,
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
from counterfoil.core.problems import Place, Problem, named
from counterfoil.dialects.conductor.places import sent_place
from counterfoil.dialects.conductor.table import Table


@dataclass(frozen=True, slots=True)
class Shape:
    """How an error is told: its HTTP status, the vendor's type and code, and what became of the request."""

    status: int
    type: str
    code: str
    outcome: str = "not_applied"


SHAPES: Final[Mapping[type[Exception], Shape]] = {
    Malformed: Shape(400, "INVALID_REQUEST_ERROR", "INVALID_REQUEST"),
    Invalid: Shape(400, "INVALID_REQUEST_ERROR", "INVALID_REQUEST"),
    Unauthorized: Shape(401, "AUTHENTICATION_ERROR", "API_KEY_INVALID"),
    Forbidden: Shape(403, "PERMISSION_ERROR", "PERMISSION_DENIED"),
    Unknown: Shape(404, "INVALID_REQUEST_ERROR", "RESOURCE_MISSING"),
    Conflict: Shape(409, "INVALID_REQUEST_ERROR", "CONFLICT"),
    BooksRefused: Shape(502, "INTEGRATION_ERROR", "QBD_REQUEST_ERROR"),
    BooksAway: Shape(409, "INTEGRATION_CONNECTION_ERROR", "INTEGRATION_CONNECTION_NOT_ACTIVE"),
    OutcomeUnknown: Shape(504, "INTEGRATION_CONNECTION_ERROR", "QBD_REQUEST_TIMEOUT", "unknown"),
    TooOften: Shape(429, "RATE_LIMIT_ERROR", "RATE_LIMIT_EXCEEDED"),
    StorageFull: Shape(503, "INTERNAL_ERROR", "STORAGE_FULL"),
    StorageAway: Shape(503, "INTERNAL_ERROR", "STORAGE_UNAVAILABLE"),
    Broken: Shape(500, "INTERNAL_ERROR", "INTERNAL_ERROR"),
}
"""The vendor documents types, and most of these codes; INVALID_REQUEST, PERMISSION_DENIED, CONFLICT, STORAGE_FULL,
STORAGE_UNAVAILABLE and how too many requests are told are assumed."""

UNFORESEEN: Final = Shape(500, "INTERNAL_ERROR", "INTERNAL_ERROR", "unknown")

CONNECTION: Final = "INTEGRATION_CONNECTION_ERROR"
SHAPES_BY_KIND: Final[Mapping[str, Shape]] = {
    "too_large": Shape(413, "INVALID_REQUEST_ERROR", "REQUEST_TOO_LARGE"),
    "idempotency_reused": Shape(422, "INVALID_REQUEST_ERROR", "IDEMPOTENCY_KEY_REUSED"),
    "cursor_expired": Shape(400, "INVALID_REQUEST_ERROR", "CURSOR_EXPIRED"),
    "never_connected": Shape(409, CONNECTION, "INTEGRATION_CONNECTION_NOT_SET_UP"),
    "online_never_connected": Shape(409, CONNECTION, "INTEGRATION_CONNECTION_NOT_SET_UP"),
    "books_trouble": Shape(502, CONNECTION, "QBD_CONNECTION_ERROR"),
}
"""Problems that are told in a way of their own, whatever class carries them."""

RETRIED: Final = frozenset({429, 500, 503})
"""Where the vendor's clients may try again by themselves; everywhere else they are told not to."""

INTEGRATION_CODES: Final[Mapping[str, str]] = {
    "object_missing": "500",
    "line_missing": "500",
    "linked_twice": "3000",
    "external_id_in_use": "3100",
    "name_in_use": "3100",
    "name_invalid": "3090",
    "required": "3085",
    "amount_without_item": "3085",
    "amount_needed": "3085",
    "nothing_applied": "3085",
    "too_few": "3085",
    "too_much_money": "3040",
    "out_of_range": "3045",
    "too_long": "3070",
    "parent_loop": "3110",
    "reference_missing": "3140",
    "reference_inactive": "3140",
    "reference_wrong": "3140",
    "no_posting_account": "3140",
    "in_use": "3170",
    "exclusive": "3180",
    "fixed": "3180",
    "empty_transaction": "3180",
    "not_on_line": "3180",
    "nothing_above": "3180",
    "negative_total": "3180",
    "currency_mismatch": "3180",
    "voided": "3180",
    "customer_mismatch": "3180",
    "account_mismatch": "3180",
    "link_closed": "3180",
    "not_linkable": "3180",
    "has_applications": "3180",
    "stale_revision": "3200",
    "over_application": "3210",
    "over_total": "3210",
    "credit_exceeded": "3210",
    "not_enabled": "3250",
    "line_order": "3290",
    "line_repeated": "3290",
}
"""The status code with which QuickBooks Desktop refuses the same; assumed where it documents none."""

OTHER_INTEGRATION_CODE: Final = "3180"
"""QuickBooks' code for a transaction or object that cannot be saved."""

MOST_TOLD: Final = 100
"""Problems that are told of one request; nobody reads more."""

Answered = tuple[int, dict[str, str], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Told:
    """A problem in the words of this vendor's callers: what is wrong where, what to do about it, and who can."""

    kind: str
    place: str
    message: str
    action: str
    actor: str


BROKEN: Final = Told(
    "broken", "", "An internal error occurred.", "Try again, and tell the operator if it stays.", "operator"
)


def answer(error: Exception, table: Table | None, request_id: str, plain_lines: int = 0) -> Answered:
    """Status, headers and body for an error.

    The places of what the books refuse are the model's, and told in the spelling of `table`; `plain_lines` is the
    number of entries in the `lines` of the request, after which the model counts its groups.
    """
    shape = _shape_of(error)
    told = _told_of(error, table, plain_lines)
    inner: dict[str, Any] = {
        "message": " ".join(entry.message for entry in told),
        "userFacingMessage": " ".join(f"{entry.message} {entry.action}" for entry in told),
        "type": shape.type,
        "code": shape.code,
        "httpStatusCode": shape.status,
    }
    if isinstance(error, BooksRefused):
        code = _integration_code(error)
        inner["message"] = f"QBD Request Error ({code}): {inner['message']}"
        inner["integrationCode"] = code
    if shape.code == "QBD_CONNECTION_ERROR" and isinstance(error, BooksAway):
        code = str(error.problems[0].values.get("code", ""))
        inner["message"] = f"QBD Connection Error ({code}): {inner['message']}"
        inner["integrationCode"] = code
    inner["requestId"] = request_id
    inner["outcome"] = shape.outcome
    if isinstance(error, OutcomeUnknown | NotNow):
        inner["outcome"] = error.outcome
    if isinstance(error, OutcomeUnknown):
        inner["pendingRequestId"] = error.request_id
    inner["fixes"] = [{"actor": actor, "action": action} for actor, action in _fixes(told)]
    inner["problems"] = [{"place": entry.place, "kind": entry.kind, "message": entry.message} for entry in told]
    headers = _headers(shape)
    if isinstance(error, NotNow):
        headers["Retry-After"] = str(error.retry_after)
    return shape.status, headers, {"error": inner}


def _integration_code(error: BooksRefused) -> str:
    """QuickBooks' own code where it was told, else the one for the first problem's kind."""
    first = error.problems[0] if error.problems else None
    if first is None:
        return OTHER_INTEGRATION_CODE
    return str(first.values.get("code") or INTEGRATION_CODES.get(first.kind, OTHER_INTEGRATION_CODE))


def _shape_of(error: Exception) -> Shape:
    if isinstance(error, Refusal | BooksAway):
        for problem in error.problems:
            if problem.kind in SHAPES_BY_KIND:
                return SHAPES_BY_KIND[problem.kind]
    return next((SHAPES[known] for known in type(error).__mro__ if known in SHAPES), UNFORESEEN)


def _told_of(error: Exception, table: Table | None, plain_lines: int) -> tuple[Told, ...]:
    """All that is told of an error; of one that nobody foresaw, no detail."""
    if isinstance(error, BooksAway):
        return tuple(_told(problem, ()) for problem in error.problems)
    if isinstance(error, OutcomeUnknown | NotNow):
        return (_told(error.problem, ()),)
    if not isinstance(error, Refusal):
        return (BROKEN,)
    own = isinstance(error, Malformed | Invalid)
    return tuple(
        _told(problem, problem.place) if own else _translated(problem, table, plain_lines)
        for problem in error.problems[:MOST_TOLD]
    )


def _translated(problem: Problem, table: Table | None, plain_lines: int) -> Told:
    """A problem that the books found, with its place, and any other place that it names, as the caller spells them."""
    other = problem.values.get("other")
    if isinstance(other, str):
        beside = sent_place(table, (*problem.place[:-1], other), plain_lines)
        problem = replace(problem, values={**problem.values, "other": named(beside)})
    return _told(problem, sent_place(table, problem.place, plain_lines))


def _told(problem: Problem, place: Place) -> Told:
    where = named(place)
    return Told(
        problem.kind, where, _in_quickbooks(problem.what(where)), _in_quickbooks(problem.mend(where)), problem.actor
    )


def _in_quickbooks(text: str) -> str:
    """As this vendor's callers know the books."""
    text = text.replace("these books", "QuickBooks")
    return text[:1].upper() + text[1:]


def _fixes(told: Iterable[Told]) -> Iterable[tuple[str, str]]:
    """What to do, each thing once."""
    return dict.fromkeys((entry.actor, entry.action) for entry in told)


def _headers(shape: Shape) -> dict[str, str]:
    headers = {} if shape.status in RETRIED else {"X-Should-Retry": "false"}
    return headers | {"WWW-Authenticate": "Bearer"} if shape.status == 401 else headers
