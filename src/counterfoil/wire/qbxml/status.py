"""Problems → QuickBooks' status codes and words, in one table, and what QuickBooks' codes mean.

The facts are those of the vendor's documents and of answers that people have published; what none of them tells is
assumed, and told as QuickBooks tells what it cannot save (3180).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from counterfoil.core.problems import Place, Problem, named

Severity = str


@dataclass(frozen=True, slots=True)
class Status:
    """What an answer says of its request."""

    code: int
    message: str

    @property
    def severity(self) -> Severity:
        if self.code < 500:
            return "Info"
        return "Warn" if self.code < 1000 else "Error"

    @property
    def attributes(self) -> Mapping[str, str]:
        return {"statusCode": str(self.code), "statusSeverity": self.severity, "statusMessage": self.message}


OK: Final = Status(0, "Status OK")
NOTHING_FOUND: Final = Status(1, "A query request did not find a matching object in QuickBooks")
NOT_PROCESSED: Final = Status(3231, "The request has not been processed.")
"""What is said of the requests that follow a refused one, where the set asks to stop on errors."""

OTHER: Final = 3180

CODES: Final[Mapping[str, int]] = {
    "not_served": 1030,
    "linked_twice": 3000,
    "line_missing": 3000,
    "wrong_type": 3085,
    "amount_without_item": 3085,
    "amount_needed": 3085,
    "nothing_applied": 3085,
    "too_few": 3085,
    "too_many": 3085,
    "unknown_field": 3085,
    "too_much_money": 3040,
    "out_of_range": 3045,
    "too_long": 3070,
    "name_invalid": 3090,
    "external_id_in_use": 3100,
    "name_in_use": 3100,
    "not_a_choice": 3110,
    "parent_loop": 3110,
    "object_missing": 3120,
    "reference_missing": 3140,
    "reference_inactive": 3140,
    "reference_wrong": 3140,
    "no_posting_account": 3140,
    "required": 3150,
    "in_use": 3170,
    "stale_revision": 3200,
    "over_application": 3210,
    "over_total": 3210,
    "credit_exceeded": 3210,
    "unauthorized": 3260,
    "forbidden": 3260,
    "not_enabled": 3250,
    "not_kept": 3250,
    "line_order": 3290,
    "line_repeated": 3290,
    "broken": 1000,
    "storage_full": 1000,
    "timed_out": 1000,
}
"""The code of each kind of problem; of a kind that is not here, `OTHER`."""

CONVERSIONS: Final[Mapping[str, int]] = {
    "boolean": 3010,
    "date": 3020,
    "time interval": 3035,
    "amount": 3040,
    "price": 3045,
    "percentage": 3050,
    "quantity": 3060,
    "GUID": 3065,
    "number": 3085,
}
"""Values that could not be converted, by QuickBooks' word for what they should have been."""

MISSING_IN_QUERY: Final = 500
PARENT_MISSING: Final = 3130
CANNOT_CLEAR: Final = 3190

_NO_RECORD = "Invalid argument.  The specified record does not exist in the list."
_SAID = "  QuickBooks error message: "

WORDS: Final[Mapping[str, str]] = {
    "too_long": 'The string "{value}" in the field "{field}" is too long.  Maximum length is {limit}.',
    "not_a_choice": 'The enumerated value "{value}" in the field "{field}" is unknown.',
    "name_in_use": 'The name "{value}" of the list element is already in use.',
    "name_invalid": 'There was an error when storing "{value}" in the "{field}" field.'
    + _SAID
    + "Names in this list cannot contain a colon.",
    "object_missing": 'Object "{value}" specified in the request cannot be found.' + _SAID + _NO_RECORD,
    "reference_missing": 'There is an invalid reference to QuickBooks {list} "{value}" in the {where}.'
    + _SAID
    + _NO_RECORD,
    "required": 'There is a missing element: "{field}".',
    "line_missing": 'The given object ID "{value}" in the field "TxnLineID" is invalid.',
    "stale_revision": 'The provided edit sequence "{value}" is out-of-date.',
    "over_application": 'The "{field}" field has an invalid value "{applied}".'
    + _SAID
    + "You cannot pay more than the amount due.",
    "credit_exceeded": 'The "{field}" field has an invalid value "{applied}".'
    + _SAID
    + "You cannot apply more than the credit that remains.",
    "not_served": "This request is not supported by this implementation.",
    "not_enabled": "This feature is not enabled or not available in this version of QuickBooks.",
    "line_order": 'The item "{value}" is placed in the request in incorrect order.',
    "broken": "There has been an internal error when processing the request.",
}
"""QuickBooks' words where they are known; elsewhere ours stand behind QuickBooks' beginning."""


def status_of(problems: Sequence[Problem], subject: str, *, query: bool = False, fields: Sequence[str] = ()) -> Status:
    """The status that tells of the problems: the code of the first, the words of all.

    `subject` is what was to be saved (`Invoice`); `fields` are the elements that the problems' places lead to, where
    the places are the model's.
    """
    if not problems:
        return OK
    told = [
        _message(problem, subject, fields[index] if index < len(fields) else _last(problem.place), query=query)
        for index, problem in enumerate(problems)
    ]
    return Status(_code(problems[0], fields[0] if fields else _last(problems[0].place), query=query), "  ".join(told))


def _code(problem: Problem, field: str, *, query: bool) -> int:
    noun = problem.values.get("noun")
    if noun is not None:
        return CONVERSIONS.get(str(noun), CODES["wrong_type"])
    if problem.kind == "object_missing" and query:
        return MISSING_IN_QUERY
    if problem.kind == "reference_missing" and field == "ParentRef":
        return PARENT_MISSING
    if problem.kind == "fixed" and problem.values.get("detail") == "it cannot be emptied":
        return CANNOT_CLEAR
    said = str(problem.values.get("code", ""))
    return int(said) if said.isdecimal() else CODES.get(problem.kind, OTHER)


def _message(problem: Problem, subject: str, field: str, *, query: bool) -> str:
    values = problem.values
    if "noun" in values:
        noun, value = values["noun"], values["value"]
        return f'There was an error when converting the {noun} value "{value}" in the field "{field}".'
    if problem.kind == "object_missing" and query:
        return (
            "The query request has not been fully completed. There was a required element "
            f'("{values["value"]}") that could not be found in QuickBooks.'
        )
    if problem.kind == "reference_missing" and field == "ParentRef":
        parent = values["value"]
        return f'There is an invalid reference to a parent "{parent}" in the {subject} list.{_SAID}{_NO_RECORD}'
    words = WORDS.get(problem.kind)
    if words is None:
        return f"There was an error when saving a {subject}.{_SAID}{problem.what(field or named(problem.place))}"
    where = f"{subject} line" if _is_in_line(problem.place) else subject
    return words.format_map(_Values({"field": field, "where": where, "list": field.removesuffix("Ref"), **values}))


class _Values(dict[str, object]):
    """The values of a problem; of one that a sentence wants and nobody gave, nothing is said."""

    def __missing__(self, _: str) -> str:
        return ""


def _is_in_line(place: Place) -> bool:
    return len(place) > 1 and any(isinstance(step, int) for step in place)


def _last(place: Place) -> str:
    return next((step for step in reversed(place) if isinstance(step, str)), "")
