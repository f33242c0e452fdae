"""The family of errors → this dialect's answers: a table by class, and one by kind of problem.

The envelope is the vendor's own; `details` holds what is wrong where, or Intuit's faults where the books refused.
Beside them stands what became of the request: `outcome`, and for one that nobody answered `requestId`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from counterfoil.dialects.snapbooks.fields import Form
from counterfoil.dialects.snapbooks.read import Notice, field_of
from counterfoil.wire.qbo.faults import Fault, fault_of
from counterfoil.wire.qbo.query import PARSER, QueryFault


class Ambiguous(Exception):
    """Several invoices have this number; `ids` are theirs, as this dialect numbers them."""

    def __init__(self, number: str, ids: Sequence[str]) -> None:
        super().__init__(number)
        self.number = number
        self.ids = tuple(ids)


@dataclass(frozen=True, slots=True)
class Shape:
    """How an error is told: its HTTP status, its type, and what became of the request."""

    status: int
    type: str
    outcome: str = "not_applied"


SHAPES: Final[Mapping[type[Exception], Shape]] = {
    Malformed: Shape(400, "Validation"),
    Invalid: Shape(400, "Validation"),
    QueryFault: Shape(400, "QuickBooks"),
    Unauthorized: Shape(401, "Authentication"),
    Forbidden: Shape(403, "Authentication"),
    Unknown: Shape(404, "NotFound"),
    Ambiguous: Shape(409, "Conflict"),
    Conflict: Shape(409, "Conflict"),
    BooksRefused: Shape(400, "QuickBooks"),
    BooksAway: Shape(502, "Unavailable"),
    OutcomeUnknown: Shape(504, "Unavailable", "unknown"),
    TooOften: Shape(429, "RateLimit"),
    StorageFull: Shape(503, "Unavailable"),
    StorageAway: Shape(503, "Unavailable"),
    Broken: Shape(500, "Internal"),
}
UNFORESEEN: Final = Shape(500, "Internal", "unknown")
SHAPES_BY_KIND: Final[Mapping[str, Shape]] = {
    "too_large": Shape(413, "Validation"),
    "idempotency_reused": Shape(422, "Conflict"),
    "stale_revision": Shape(409, "Conflict"),
}
"""Problems that are told in a way of their own, whatever class carries them."""

INTUITS: Final = "intuit_code"
"""The value of a problem by which it is known that Intuit's own words stand beside it."""

KEY_REFUSED: Final = "Invalid API key"
MALFORMED: Final = "Malformed JSON"
HALF_WAY: Final = "Done before it stopped:"
BROKEN: Final = "An internal error occurred."
QUERY_FAULTS: Final[Mapping[str, Fault]] = {
    "4000": Fault("QueryParserError", "Error parsing query"),
    "4001": Fault("QueryValidationError", "Invalid query"),
}
PLACES: Final[Mapping[tuple[str, ...], str]] = {
    ("applications", "payment_amount"): "amount",
    ("applications", "transaction_id"): "invoiceNumber",
    ("applications",): "amount",
}
"""Places in the model that no field of a request names by itself; numbers within them are passed over."""

Answered = tuple[int, dict[str, str], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of a request when it fails: its form, the numbers by which it called things, and how many lines
    it sent. `done` is what had been done by then."""

    form: Form | None = None
    numbers: Mapping[str, str] | None = None
    lines: int = 0
    done: tuple[Notice, ...] = ()


def answer(error: Exception, context: Context) -> Answered:
    """Status, headers and body for an error."""
    shape = _shape_of(error)
    message, details = _told(error, context)
    if context.done:
        message = " ".join([message, HALF_WAY, *(notice.message for notice in context.done)])
        details += [told(notice) for notice in context.done]
    body: dict[str, Any] = {"success": False, "type": shape.type, "message": message, "details": details}
    body["outcome"] = shape.outcome
    if isinstance(error, BooksAway | OutcomeUnknown | NotNow):
        body["outcome"] = error.outcome
    if isinstance(error, OutcomeUnknown):
        body["requestId"] = error.request_id
    headers = {"X-Should-Retry": "false"} if shape.outcome == "unknown" else {}
    if isinstance(error, NotNow):
        headers["Retry-After"] = str(error.retry_after)
    return shape.status, headers, body


def told(notice: Notice) -> dict[str, str]:
    """A notice, as an entry of `details`."""
    return {"field": notice.field, "code": notice.code, "message": notice.message}


def _shape_of(error: Exception) -> Shape:
    if isinstance(error, Refusal):
        for problem in error.problems:
            if problem.kind in SHAPES_BY_KIND:
                return SHAPES_BY_KIND[problem.kind]
    return next((SHAPES[known] for known in type(error).__mro__ if known in SHAPES), UNFORESEEN)


def _told(error: Exception, context: Context) -> tuple[str, list[dict[str, Any]]]:
    match error:
        case QueryFault():
            return _query_fault(error)
        case Ambiguous():
            return _ambiguous(error)
        case Unauthorized():
            return KEY_REFUSED, []
        case Refusal():
            details = [_detail(error, problem, context) for problem in error.problems]
            message = " ".join(entry.get("Detail") or entry["message"] for entry in details)
            return f"{MALFORMED}: {message}" if _is_unreadable(error) else message, details
        case BooksAway():
            entries = [_entry(problem, "") for problem in error.problems]
            return " ".join(problem.what("") for problem in error.problems), entries
        case OutcomeUnknown() | NotNow():
            return error.problem.what(""), [_entry(error.problem, "")]
    return BROKEN, []


def _is_unreadable(error: Refusal) -> bool:
    return isinstance(error, Malformed) and error.problems[0].kind == "malformed"


def _query_fault(fault: QueryFault) -> tuple[str, list[dict[str, Any]]]:
    words = QUERY_FAULTS[fault.code]
    where = f" at position {fault.position}" if fault.position else ""
    detail = f"{words.code}: {fault.detail}{where}"
    element = "query" if fault.code == PARSER else ""
    entry: dict[str, Any] = {"code": fault.code, "Message": words.message, "Detail": detail, "element": element}
    if fault.position:
        entry["position"] = fault.position
    return f"{words.message}: {detail}", [entry]


def _ambiguous(error: Ambiguous) -> tuple[str, list[dict[str, Any]]]:
    message = f"{len(error.ids)} invoices have the number {error.number}; send the id of the one that is meant."
    details = [
        {"field": "id", "code": "AmbiguousNumber", "message": f"Invoice {id} has this number.", "id": id}
        for id in error.ids
    ]
    return message, details


def _detail(error: Refusal, problem: Problem, context: Context) -> dict[str, Any]:
    problem = _in_numbers(problem, context)
    if not isinstance(error, BooksRefused):
        return _entry(problem, named(problem.place))
    where = named(sent_place(problem.place, context))
    if INTUITS in problem.values:
        return _in_intuits_words(problem, where)
    fault = fault_of(problem.kind)
    return {
        "code": fault.code,
        "Message": fault.message,
        "Detail": _sentence(problem.what(where or "the request")),
        "element": where,
        "action": problem.mend(where or "the request"),
        "actor": problem.actor,
    }


def _in_intuits_words(problem: Problem, where: str) -> dict[str, Any]:
    """What Intuit itself has said."""
    said = {name: str(problem.values.get(f"intuit_{name}") or "") for name in ("code", "message", "detail", "element")}
    return {
        "code": said["code"],
        "Message": said["message"],
        "Detail": said["detail"] or said["message"],
        "element": said["element"] or where,
        "action": problem.mend(where or "the request"),
        "actor": problem.actor,
    }


def _entry(problem: Problem, where: str) -> dict[str, Any]:
    return {
        "field": where,
        "code": problem.kind,
        "message": _sentence(problem.what(where or "the request")),
        "action": problem.mend(where or "the request"),
        "actor": problem.actor,
    }


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _in_numbers(problem: Problem, context: Context) -> Problem:
    """The problem with ids of the books told as the numbers that the caller knows."""
    numbers = context.numbers or {}
    values = {
        name: numbers.get(value, value) if isinstance(value, str) and name in ("value", "id") else value
        for name, value in problem.values.items()
    }
    return Problem(problem.kind, problem.place, values)


def sent_place(place: Place, context: Context) -> Place:
    """A place in the model as the request spells it."""
    words = tuple(step for step in place if isinstance(step, str))
    if words in PLACES:
        return (PLACES[words],)
    form = context.form
    sent: list[str | int] = []
    for position, step in enumerate(place):
        if isinstance(step, int):
            if place[position - 1] == "lines" and step >= context.lines:
                return ("shipAmount",)
            sent.append(step)
            continue
        field = field_of(form, step) if form is not None else None
        if field is None:
            return tuple(sent) if sent else (step,)
        sent.append(field.key)
        form = field.value if isinstance(field.value, Form) else None
    return tuple(sent)
