"""Intuit's faults: problems in its words, and its words read.

A fault comes in three shapes: the usual one, which may stand in an answer whose status is 200; a lower-case one from
the gateway before the books (401, 429); and XML from the same gateway, whatever was asked for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from msgspec import Struct, structs

from counterfoil.core.errors import Malformed
from counterfoil.core.problems import KINDS, Place, Problem
from counterfoil.wire.qbo.bodies import decoded
from counterfoil.wire.qbxml.tree import Node, parse


@dataclass(frozen=True, slots=True)
class Fault:
    """Code and message, and the usual detail: a pattern over a problem's values, and `{element}` and `{what}`."""

    code: str
    message: str
    detail: str = "{what}"


INACTIVE: Final = (
    "Something you're trying to use has been made inactive. Check the fields with accounts, customers, items, vendors "
    "or employees."
)
REFERENCE: Final = Fault("2500", "Invalid Reference Id", "Invalid Reference Id : {thing} element id {value} not found")
MISSING: Final = Fault(
    "2020",
    "Required param missing, need to supply the required value for the API",
    "Required parameter {element} is missing in the request",
)
NOT_FOUND: Final = Fault("610", "Object Not Found", f"Object Not Found : {INACTIVE}")
UNSUPPORTED: Final = Fault(
    "2010",
    "Request has invalid or unsupported property",
    "Property Name:failed to parse json object; a property specified is unsupported or invalid: {element}",
)
DUPLICATE_NAME: Final = Fault(
    "6240",
    "Duplicate Name Exists Error",
    "The name supplied already exists. : Another customer, vendor or employee is already using this name. Please use a "
    "different name.",
)
DUPLICATE_NUMBER: Final = Fault("6140", "Duplicate Document Number Error")
BUSINESS: Final = Fault(
    "6000",
    "A business validation error has occurred while processing your request",
    "Business Validation Error: {what}",
)
STALE: Final = Fault(
    "5010",
    "Stale Object Error",
    "Stale Object Error : You and root were working on this at the same time. root finished before you did, so your "
    "work was not saved.",
)
NOT_LINKABLE: Final = Fault("620", "Transaction cannot be linked")
ENUMERATION: Final = Fault("2170", "Invalid Enumeration")
NUMBER: Final = Fault("2090", "Invalid Number")
SYSTEM: Final = Fault(
    "10000", "An application error has occurred while processing your request", "System Failure Error"
)

FAULTS: Final[Mapping[str, Fault]] = {
    "required": MISSING,
    "too_few": MISSING,
    "empty_transaction": Fault(MISSING.code, MISSING.message, "Required parameter Line is missing in the request"),
    "amount_without_item": MISSING,
    "unknown_field": UNSUPPORTED,
    "wrong_type": UNSUPPORTED,
    "malformed": UNSUPPORTED,
    "not_a_choice": ENUMERATION,
    "too_long": Fault(
        "2050",
        "Invalid String Length",
        "String length is either shorter or longer than supported by specification. Min:0 Max:{limit} supplied "
        "length:{length}",
    ),
    "out_of_range": NUMBER,
    "too_much_money": Fault("2140", "Invalid Amount"),
    "reference_missing": REFERENCE,
    "reference_wrong": REFERENCE,
    "reference_inactive": NOT_FOUND,
    "object_missing": NOT_FOUND,
    "line_missing": NOT_FOUND,
    "stale_revision": STALE,
    "name_in_use": DUPLICATE_NAME,
    "name_invalid": Fault("2040", "Invalid String"),
    "external_id_in_use": DUPLICATE_NUMBER,
    "not_enabled": Fault("5030", "Feature Not Supported Error"),
    "link_closed": NOT_LINKABLE,
    "not_linkable": NOT_LINKABLE,
    "customer_mismatch": NOT_LINKABLE,
    "account_mismatch": NOT_LINKABLE,
    "broken": SYSTEM,
}
"""What is not in this table is a business error to Intuit. Codes are Intuit's; which problem gets which is assumed."""

WRONG_TYPES: Final[Mapping[str, Fault]] = {
    "a date": Fault("2060", "Invalid date format"),
    "a moment": Fault("2060", "Invalid date format"),
    "an amount": Fault("2140", "Invalid Amount"),
    "a number": NUMBER,
    "a whole number": NUMBER,
}
"""Values of the wrong type that have a code of their own, by what is expected."""


def fault_of(kind: str) -> Fault:
    return FAULTS.get(kind, BUSINESS)


FaultKind = Literal[
    "auth", "throttle", "not_found", "stale", "duplicate", "validation", "business", "unsupported", "closed", "system"
]
KINDS_BY_CODE: Final[Mapping[str, FaultKind]] = {
    "120": "auth",
    "3100": "auth",
    "3200": "auth",
    "3202": "auth",
    "270": "auth",
    "3001": "throttle",
    "610": "not_found",
    "5010": "stale",
    "6140": "duplicate",
    "6240": "duplicate",
    "600": "duplicate",
    "500": "unsupported",
    "5020": "unsupported",
    "5030": "unsupported",
    "6190": "closed",
    "6200": "closed",
    "6210": "closed",
    "6000": "business",
    "6450": "business",
    "6540": "business",
    "10000": "system",
}
"""What a code comes to; what is not in here is a request that Intuit finds invalid."""

KINDS_BY_TYPE: Final[Mapping[str, FaultKind]] = {
    "authentication": "auth",
    "authenticationfault": "auth",
    "authorizationfault": "auth",
    "authorizatonfault": "auth",
    "service": "throttle",
    "systemfault": "system",
}
KINDS_BY_STATUS: Final[Mapping[int, FaultKind]] = {401: "auth", 403: "auth", 429: "throttle"}


class IntuitFault(Struct, frozen=True, kw_only=True):
    """One of Intuit's refusals, in its own words; `others` are those told beside it."""

    code: str
    message: str = ""
    detail: str = ""
    element: str = ""
    type: str = ""
    kind: FaultKind = "validation"
    others: tuple["IntuitFault", ...] = ()


class Faulted(Exception):
    """A request to Intuit's emulator that is refused before the books see it, with everything that is wrong."""

    def __init__(self, *problems: Problem | IntuitFault) -> None:
        super().__init__("; ".join(_summary(each) for each in problems))
        self.problems = problems


def _summary(problem: Problem | IntuitFault) -> str:
    return f"{problem.code} {problem.detail}" if isinstance(problem, IntuitFault) else problem.kind


def read_fault(status: int, content_type: str, body: bytes) -> IntuitFault | None:
    """The fault in an answer; None where there is none.

    An answer of an error's status without a fault that can be read is one all the same, with the status as its code.
    """
    found = _in_xml(body) if _is_xml(content_type, body) else _in_json(body)
    if found is not None:
        return _by_status(found, status)
    if status < 400:
        return None
    kind = KINDS_BY_STATUS.get(status, "system" if status >= 500 else "not_found" if status == 404 else "validation")
    return IntuitFault(code=str(status), message=f"HTTP status {status}", kind=kind)


def _by_status(fault: IntuitFault, status: int) -> IntuitFault:
    """The gateway's statuses outrank a code that nobody knows."""
    kind = KINDS_BY_STATUS.get(status)
    if kind is None or fault.code in KINDS_BY_CODE:
        return fault
    return structs.replace(fault, kind=kind)


def _is_xml(content_type: str, body: bytes) -> bool:
    """The body outranks what is said of it: the gateway is not to be relied on."""
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return start == b"<" or ("xml" in content_type.casefold() and start not in (b"{", b"["))


def _in_json(body: bytes) -> IntuitFault | None:
    try:
        found = decoded(body)
    except ValueError:
        return None
    return fault_in(found) if isinstance(found, dict) else None


def fault_in(body: dict[str, Any]) -> IntuitFault | None:
    """The fault in an object, an answer or one of a batch; None where there is none."""
    fault = _any(body, "Fault")
    if not isinstance(fault, dict):
        return None
    errors = _any(fault, "Error") or [{}]
    entries = [each for each in (errors if isinstance(errors, list) else [errors]) if isinstance(each, dict)]
    return _joined([_entry(each, str(_any(fault, "type") or "")) for each in entries or [{}]])


def _any(thing: Mapping[str, Any], key: str) -> Any:
    """The value of a key, with or without a capital."""
    return thing.get(key, thing.get(key[:1].lower() + key[1:]))


def _entry(error: Mapping[str, Any], type_: str) -> IntuitFault:
    return _fault(
        str(_any(error, "code") or ""),
        str(_any(error, "Message") or ""),
        str(_any(error, "Detail") or ""),
        str(_any(error, "element") or ""),
        type_,
    )


def _in_xml(body: bytes) -> IntuitFault | None:
    try:
        root = parse(body, forgiving=True).root
    except Malformed:
        return None
    fault = next((each for each in _nodes(root) if _name(each) == "Fault"), None)
    if fault is None:
        return None
    type_ = fault.attributes.get("type", "")
    errors = [each for each in fault.children if _name(each) == "Error"]
    return _joined([_error(each, type_) for each in errors] or [_fault("", "", "", "", type_)])


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _nodes(child)


def _name(node: Node) -> str:
    """An element's name without its namespace."""
    return node.name.rpartition("}")[2]


def _error(node: Node, type_: str) -> IntuitFault:
    texts = {_name(child): child.text for child in node.children}
    code, element = node.attributes.get("code", ""), node.attributes.get("element", "")
    return _fault(code, texts.get("Message", ""), texts.get("Detail", ""), element, type_)


def _fault(code: str, message: str, detail: str, element: str, type_: str) -> IntuitFault:
    code = code.lstrip("0") or code
    kind = KINDS_BY_CODE.get(code) or KINDS_BY_TYPE.get(type_.casefold(), "validation")
    return IntuitFault(code=code, message=message, detail=detail, element=element, type=type_, kind=kind)


def _joined(faults: list[IntuitFault]) -> IntuitFault:
    return structs.replace(faults[0], others=tuple(faults[1:]))


def problem_of(fault: IntuitFault) -> Problem:
    """The fault as a problem in Intuit's words; dialects find its code and words in the values."""
    words = fault.detail or fault.message or f"Intuit's fault {fault.code}"
    return Problem("books_said", (fault.element,) if fault.element else (), {"code": fault.code, "words": words})


def fault_body(*problems: Problem | IntuitFault, time: str = "", type_: str = "ValidationFault") -> dict[str, Any]:
    """Problems as the body of Intuit's refusal; `time` is when, in its spelling."""
    errors = [entry for problem in problems for entry in _told(problem)]
    body: dict[str, Any] = {"Fault": {"Error": errors, "type": type_}}
    return body | ({"time": time} if time else {})


def _told(problem: Problem | IntuitFault) -> Iterator[dict[str, str]]:
    if isinstance(problem, Problem):
        yield _told_problem(problem)
        return
    for fault in (problem, *problem.others):
        yield {"Message": fault.message, "Detail": fault.detail, "code": fault.code, "element": fault.element}


def _told_problem(problem: Problem) -> dict[str, str]:
    fault = fault_of(problem.kind)
    if problem.kind == "wrong_type":
        fault = WRONG_TYPES.get(str(problem.values.get("expected")), fault)
    element = element_of(problem.place)
    values = {
        "thing": "Object",
        "value": "",
        **problem.values,
        "element": element or "the request",
        "what": _what(problem, element),
    }
    detail = fault.detail.format_map(values)
    return {"Message": fault.message, "Detail": detail, "code": fault.code, "element": element}


def _what(problem: Problem, element: str) -> str:
    text = problem.what(element or "the request") if problem.kind in KINDS else problem.kind
    return text[:1].upper() + text[1:]


def element_of(place: Place) -> str:
    """A place as Intuit writes one: `Line[0].Amount`. What it has no name for loses its underscores."""
    text = ""
    for step in place:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            word = ELEMENTS.get(step) or (step if step[:1].isupper() else _capitalized(step))
            text += f".{word}" if text else word
    return text


def _capitalized(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


ELEMENTS: Final[Mapping[str, str]] = {
    "customer": "CustomerRef",
    "vendor": "VendorRef",
    "name": "DisplayName",
    "ref_number": "DocNumber",
    "transaction_date": "TxnDate",
    "terms": "SalesTermRef",
    "class_": "ClassRef",
    "memo": "PrivateNote",
    "total_amount": "TotalAmt",
    "lines": "Line",
    "applications": "Line",
    "item": "SalesItemLineDetail.ItemRef",
    "sales_tax_code": "SalesItemLineDetail.TaxCodeRef",
    "quantity": "SalesItemLineDetail.Qty",
    "rate": "SalesItemLineDetail.UnitPrice",
    "amount": "Amount",
    "payment_amount": "Amount",
    "transaction_id": "LinkedTxn.TxnId",
}
"""Places of the model in Intuit's words, as far as its faults name any."""
