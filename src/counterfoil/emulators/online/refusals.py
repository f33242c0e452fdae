"""What Intuit answers when it refuses: its faults, in each of the shapes in which they come.

Source of the words and codes: Intuit's page of error codes, and what public clients record from its sandbox.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from counterfoil.core.errors import Refusal
from counterfoil.wire.qbo.faults import Faulted, fault_body
from counterfoil.wire.qbo.query import QueryFault

Json = dict[str, Any]
VALIDATION: Final = "ValidationFault"
SYSTEM: Final = "SystemFault"
INACTIVE: Final = (
    "Object Not Found : Something you're trying to use has been made inactive. "
    "Check the fields with accounts, customers, items, vendors or employees."
)


@dataclass(frozen=True, slots=True)
class Error:
    """One reason of a refusal, as Intuit words it."""

    code: str
    message: str
    detail: str = ""
    element: str = ""

    @property
    def told(self) -> Json:
        return {"Message": self.message, "Detail": self.detail, "code": self.code, "element": self.element}


class Refused(Exception):
    """The request is refused; nothing is stored."""

    def __init__(self, *errors: Error, type: str = VALIDATION, status: int = 400) -> None:
        super().__init__("; ".join(f"{each.code} {each.detail or each.message}" for each in errors))
        self.errors = errors
        self.type = type
        self.status = status


REFUSALS: Final = (Refused, Faulted, Refusal, QueryFault)
"""Everything by which a request may be refused on its way."""


def missing(*names: str) -> Refused:
    message = "Required param missing, need to supply the required value for the API"
    return Refused(
        *(Error("2020", message, f"Required parameter {name} is missing in the request", name) for name in names)
    )


def not_found(detail: str = INACTIVE) -> Refused:
    return Refused(Error("610", "Object Not Found", detail))


def stale() -> Refused:
    detail = (
        "Stale Object Error : You and root were working on this at the same time. "
        "root finished before you did, so your work was not saved."
    )
    return Refused(Error("5010", "Stale Object Error", detail))


def unsupported(operation: str) -> Refused:
    return Refused(Error("500", "Unsupported Operation", f"Operation {operation} is not supported.", "Operation"))


def unreadable() -> Refused:
    detail = "Property Name:failed to parse json object; a property specified is unsupported or invalid"
    return Refused(Error("2010", "Request has invalid or unsupported property", detail))


def unknown_property(name: str) -> Refused:
    detail = f"Property Name:{name}; a property specified is unsupported or invalid"
    return Refused(Error("2010", "Request has invalid or unsupported property", detail, name))


def name_in_use() -> Refused:
    detail = (
        "The name supplied already exists. : Another customer, vendor or employee is already using this name. "
        "Please use a different name."
    )
    return Refused(Error("6240", "Duplicate Name Exists Error", detail))


def too_many() -> Refused:
    return Refused(Error("1040", "Batch size exceeds allowed limit", "The maximum batch size is 30."))


def request_id_used() -> Refused:
    return Refused(Error("600", "Duplicate Request ID", "The requestid was used before for another request."))


def business(detail: str) -> Refused:
    message = "A business validation error has occurred while processing your request"
    return Refused(Error("6000", message, f"Business Validation Error: {detail}"))


def system_failure(*, status: int) -> Refused:
    message = "An application error has occurred while processing your request"
    return Refused(Error("10000", message, "System Failure Error: a fault on demand"), type=SYSTEM, status=status)


def status_of(refusal: Exception) -> int:
    return refusal.status if isinstance(refusal, Refused) else 400


def fault_of(refusal: Exception) -> Json:
    """The `Fault` that tells a refusal."""
    if isinstance(refusal, Faulted | Refusal):
        found: Json = fault_body(*refusal.problems)["Fault"]
        return found
    if isinstance(refusal, QueryFault):
        return _fault(VALIDATION, (_of_query(refusal),))
    if isinstance(refusal, Refused):
        return _fault(refusal.type, refusal.errors)
    raise refusal


def _of_query(refusal: QueryFault) -> Error:
    if refusal.code == "4000":
        return Error("4000", "Error parsing query", f"QueryParserError: {refusal.detail}")
    return Error("4001", "Invalid query", f"QueryValidationError: {refusal.detail}")


def _fault(type: str, errors: Sequence[Error]) -> Json:
    return {"Error": [each.told for each in errors], "type": type}


def gateway(code: str, message: str, detail: str, type: str, moment: int) -> Json:
    """What Intuit's gateway says before the API is reached: other names, in small letters."""
    return {
        "warnings": None,
        "intuitObject": None,
        "fault": {"error": [{"message": message, "detail": detail, "code": code, "element": None}], "type": type},
        "report": None,
        "queryResponse": None,
        "batchItemResponse": [],
        "attachableResponse": [],
        "syncErrorResponse": None,
        "requestId": None,
        "time": moment,
        "status": None,
        "cdcresponse": [],
    }


def unauthenticated(detail: str, moment: int) -> Json:
    message = "message=AuthenticationFailed; errorCode=003200; statusCode=401"
    return gateway("3200", message, detail, "AUTHENTICATION", moment)


THROTTLED: Final = "message=ThrottleExceeded; errorCode=003001; statusCode=429"
THROTTLED_DETAIL: Final = "The request limit was reached.  Try again later"


def throttled(moment: int) -> Json:
    return gateway("3001", THROTTLED, THROTTLED_DETAIL, "SERVICE", moment)


def throttled_xml(time: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<IntuitResponse time="{time}" xmlns="http://schema.intuit.com/finance/v3"><Fault type="SERVICE">'
        f'<Error code="3001"><Message>{THROTTLED}</Message><Detail>{THROTTLED_DETAIL}</Detail></Error>'
        "</Fault></IntuitResponse>"
    )
