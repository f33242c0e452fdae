"""Errors as this vendor tells them: one table from Counterfoil's family to status, message and response."""

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
from counterfoil.dialects.chargeover import assumed

PRINTED: Final = "Missing or invalid parameter."
"""The one message of a wrong request that the vendor's documents print."""

NO_DATA: Final = "A required parameter was missing: No data."
UNSUPPORTED: Final = "The command requested is not supported: {verb}({object})"
NOT_PROCESSED: Final = "This transaction could not be processed: {reason}"
NOT_THERE: Final = "This {thing} does not exist."
UNAUTHORIZED: Final = "Invalid or incorrect authorization [{reason}]"

STATUS: Final[Mapping[type[Exception], int]] = {
    Unauthorized: 401,
    Forbidden: 401,
    Unknown: 404,
    Conflict: 409,
    Malformed: 400,
    Invalid: 400,
    BooksRefused: 400,
    BooksAway: 503,
    OutcomeUnknown: 504,
    TooOften: 429,
    StorageFull: 503,
    StorageAway: 503,
    Broken: 500,
}
STATUS_BY_KIND: Final[Mapping[str, int]] = {
    "too_large": 413,
    "idempotency_reused": 422,
    "object_missing": 404,
}
PLAIN: Final = frozenset(
    {
        "amount_needed",
        "amount_without_item",
        "empty_transaction",
        "exclusive",
        "line_missing",
        "line_repeated",
        "malformed",
        "not_a_choice",
        "out_of_range",
        "reference_inactive",
        "reference_missing",
        "reference_wrong",
        "required",
        "too_few",
        "too_long",
        "too_many",
        "unknown_field",
        "wrong_type",
    }
)
"""What the printed message stands for; everything else is told in words of its own."""

WORDS: Final[Mapping[str, str]] = {
    "applications": "applied_to",
    "apply_credits": "applied_to",
    "applied_amount": "applied",
    "payment_amount": "applied",
    "total_amount": "amount",
    "transaction_id": "invoice_id",
}
"""Places of payments, word by word."""

LONGEST_HEADER: Final = 1800

Answered = tuple[int, dict[str, str], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Names:
    """How the object of a request is called, for its errors: the type, and the vendor's name of each model place."""

    thing: str = "object"
    places: Mapping[str, str] | None = None
    line_places: Mapping[str, str] | None = None


class Unsupported(Invalid):
    """A command that this vendor has, or might have, and this installation does not carry out."""

    def __init__(self, verb: str, object_: str) -> None:
        super().__init__(Problem("not_served", (), {"detail": UNSUPPORTED.format(verb=verb, object=object_)}))


class NotProcessed(BooksRefused):
    """A payment that cannot be taken, told as the vendor tells those."""

    def __init__(self, reason: str) -> None:
        super().__init__(Problem("not_served", (), {"detail": NOT_PROCESSED.format(reason=reason)}))


def refused_payment(problems: Sequence[Problem], names: Names) -> NotProcessed:
    return NotProcessed(" ".join(problem.what(named(sent(problem.place, names))) for problem in problems))


def no_data() -> Invalid:
    return Invalid(Problem("not_served", (), {"detail": NO_DATA}))


def does_not_exist(thing: str) -> Unknown:
    return Unknown(Problem("unknown_resource", (), {"detail": NOT_THERE.format(thing=thing)}))


def unauthorized(reason: str) -> Unauthorized:
    return Unauthorized(Problem("unauthorized", (), {"detail": reason}))


def envelope(code: int, response: Any, message: str = "", details: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The shape of every answer."""
    return {
        "code": code,
        "status": "OK" if code < 300 else "Error",
        "message": message,
        "details": details or {},
        "response": response,
    }


def answer(error: Exception, names: Names) -> Answered:
    """Status, headers and body for an error."""
    code = _status(error)
    headers = {}
    if code == 401:
        headers["WWW-Authenticate"] = 'Basic realm="ChargeOver API"'
    problems = error.problems if isinstance(error, Refusal) else ()
    details: dict[str, Any] = {}
    if problems and code != 401:
        told = [_sentence(problem, names) for problem in problems]
        headers["Counterfoil-Problems"] = _in_header(" | ".join(told))
        if assumed.EXPLAINED_IN_DETAILS:
            details = {"problems": told}
    if isinstance(error, OutcomeUnknown):
        headers["X-Should-Retry"] = "false"
        details = {"outcome": error.outcome, "request_id": error.request_id}
    elif isinstance(error, NotNow):
        headers["Retry-After"] = str(error.retry_after)
        details = {"outcome": error.outcome}
    elif code >= 500:
        details = {"outcome": error.outcome if isinstance(error, BooksAway) else "unknown"}
    return code, headers, envelope(code, None if code == 404 else False, _message(error, code, names), details)


def _status(error: Exception) -> int:
    if isinstance(error, Refusal):
        for problem in error.problems:
            if problem.kind in STATUS_BY_KIND:
                return STATUS_BY_KIND[problem.kind]
    return next((STATUS[known] for known in type(error).__mro__ if known in STATUS), 500)


def _message(error: Exception, code: int, names: Names) -> str:
    if isinstance(error, OutcomeUnknown | NotNow):
        return error.problem.what("")
    if isinstance(error, BooksAway):
        return " ".join(problem.what("") for problem in error.problems)
    if not isinstance(error, Refusal):
        return Problem("broken").what("")
    if code == 401:
        return UNAUTHORIZED.format(reason=error.problems[0].what(""))
    own = [problem for problem in error.problems if problem.kind not in PLAIN]
    if any(problem.kind == "object_missing" for problem in own):
        return NOT_THERE.format(thing=names.thing)
    if not own:
        return PRINTED
    return " ".join(problem.what(named(sent(problem.place, names))) for problem in own)


def sent(place: Place, names: Names) -> Place:
    """A place of the model in the spelling of the request; a place of the request stays as it is."""
    path = named(place)
    if names.places is not None and path in names.places:
        return (names.places[path],)
    if names.line_places is not None and len(place) >= 2 and place[0] == "lines":
        inner = ".".join(str(step) for step in place[2:])
        return ("line_items", place[1], names.line_places.get(inner, inner)) if inner else ("line_items", place[1])
    return tuple(WORDS.get(step, step) if isinstance(step, str) else step for step in place)


def _sentence(problem: Problem, names: Names) -> str:
    place = named(sent(problem.place, names))
    return f"{problem.what(place)} {problem.mend(place)}"


def _in_header(text: str) -> str:
    """Text that may stand in a header: printable ASCII, and not too much of it."""
    plain = text.encode("ascii", "backslashreplace").decode()
    return "".join(letter if letter.isprintable() else " " for letter in plain)[:LONGEST_HEADER]
