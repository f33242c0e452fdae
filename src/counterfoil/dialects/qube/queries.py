"""The pre-built queries: the parameters of each, and the part of a qbXML query that each stands for."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from msgspec import structs

from counterfoil.core.problems import Problem
from counterfoil.dialects.qube.assumed import OBJECTS_A_PAGE, REQUEST_ID
from counterfoil.dialects.qube.read import refuse, unknown
from counterfoil.dialects.qube.values import Flaw, text
from counterfoil.model.kinds import Choice, Day, Flag, Kind, Moment, Text, Whole
from counterfoil.wire.qbxml.maps.queries import Days, Question, Span, txn_query
from counterfoil.wire.qbxml.messages import MESSAGES
from counterfoil.wire.qbxml.table import Part
from counterfoil.wire.qbxml.values import Flaw as WireFlaw
from counterfoil.wire.qbxml.values import LastMoment, codec_of

LONGEST_REQUEST_ID: Final = 50
LONGEST_ADDRESS: Final = 2048
MOST_VALUES: Final = 1000
ACTIVE: Final = Choice(("active_only", "inactive_only", "all"))
PAID: Final = Choice(("all", "paid_only", "not_paid_only"))

_INDEX = re.compile(r"\[[0-9]{0,4}\]$")

Put = Callable[[Question, Any], Question]


@dataclass(frozen=True)
class Parameter:
    """A parameter of an address: what it holds, the field of a question that it fills, and how, if not by itself."""

    name: str
    kind: Kind
    field: str = ""
    many: bool = False
    put: Put | None = None


@dataclass(frozen=True)
class Query:
    """A pre-built query: its message, the elements that it may have, its parameters, and where its objects' ids are."""

    message: str
    part: Part
    parameters: tuple[Parameter, ...]
    key: str = "TxnID"


@dataclass(frozen=True, slots=True)
class Common:
    """What any pre-built request may be told beside its own: an id for the caller, and where to post the answer."""

    request_id: str = REQUEST_ID
    webhook_url: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A pre-built query with its parameters taken in. `iterates` says that its answer comes page by page."""

    name: str
    question: Question
    request_id: str
    webhook_url: str | None
    iterates: bool = False

    @property
    def asked_of_books(self) -> Question:
        """The question as it is put; of one that iterates with the size of a page, and with the ids that tell objects
        apart.
        """
        if not self.iterates:
            return self.question
        question, key = self.question, QUERIES[self.name].key
        elements = question.ret_elements
        if elements and key not in elements:
            elements = (key, *elements)
        return structs.replace(question, max_returned=question.max_returned or OBJECTS_A_PAGE, ret_elements=elements)


def _span(field: str, end: str, empty: Span | Days) -> Put:
    def put(question: Question, value: Any) -> Question:
        held = getattr(question, field) or empty
        return structs.replace(question, **{field: structs.replace(held, **{end: value})})

    return put


REQUEST: Final = Parameter("request_id", Text(LONGEST_REQUEST_ID))
WEBHOOK: Final = Parameter("webhook_url", Text(LONGEST_ADDRESS))
COMMON: Final = (REQUEST, WEBHOOK)
_PAGED: Final = (
    Parameter("iterate", Flag()),
    Parameter("max_returned", Whole(1), "max_returned"),
    Parameter("include", Text(50), "ret_elements", many=True),
)
_LIST: Final = (
    Parameter("list_id", Text(36), "ids", many=True),
    Parameter("full_name", Text(209), "full_names", many=True),
    Parameter("active_status", ACTIVE, "status"),
    Parameter("active", ACTIVE, "status"),
    Parameter("from_modified_date", Moment(), "modified_since"),
    Parameter("to_modified_date", LastMoment(), "modified_until"),
)
_TRANSACTION: Final = (
    Parameter("txn_id", Text(36), "ids", many=True),
    Parameter("ref_number", Text(209), "ref_numbers", many=True),
    Parameter("from_modified_date", Moment(), "modified", put=_span("modified", "since", Span())),
    Parameter("to_modified_date", LastMoment(), "modified", put=_span("modified", "until", Span())),
    Parameter("from_date", Day(), "days", put=_span("days", "since", Days())),
    Parameter("to_date", Day(), "days", put=_span("days", "until", Days())),
    Parameter("include_line_items", Flag(), "with_lines"),
)


def _list(name: str) -> Query:
    message = f"{name}QueryRq"
    return Query(message, MESSAGES[message].part, (*COMMON, *_PAGED, *_LIST), key="ListID")


QUERIES: Final[Mapping[str, Query]] = {
    "customers": _list("Customer"),
    "invoices": Query(
        "InvoiceQueryRq",
        MESSAGES["InvoiceQueryRq"].part,
        (*COMMON, *_PAGED, *_TRANSACTION, Parameter("paid_status", PAID, "paid_status")),
    ),
    "items": _list("Item"),
    "sales_orders": Query("SalesOrderQueryRq", txn_query("links"), (*COMMON, *_PAGED, *_TRANSACTION)),
    "vendors": _list("Vendor"),
}
"""By the end of their addresses. Embedded books have no sales orders, and their answer says so."""


def read_query(name: str, pairs: Sequence[tuple[str, str]]) -> Asked:
    """The query that the parameters of an address ask for. Raises Invalid with every problem."""
    query = QUERIES[name]
    values = read_parameters(query.parameters, pairs)
    question = Question()
    for parameter in query.parameters:
        value = values.get(parameter.name)
        if value is None or not parameter.field:
            continue
        if parameter.put is not None:
            question = parameter.put(question, value)
        else:
            question = structs.replace(question, **{parameter.field: value})
    iterates = bool(values.get("iterate"))
    if iterates and (question.ids or question.full_names or question.ref_numbers):
        iterates, question = False, structs.replace(question, max_returned=None)
    common = common_of(values)
    return Asked(name, question, common.request_id, common.webhook_url, iterates)


def read_common(pairs: Sequence[tuple[str, str]]) -> Common:
    return common_of(read_parameters(COMMON, pairs))


def common_of(values: Mapping[str, Any]) -> Common:
    return Common(values.get(REQUEST.name) or REQUEST_ID, values.get(WEBHOOK.name) or None)


def read_parameters(parameters: Sequence[Parameter], pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """The values of parameters by name; an empty one says nothing. Raises Invalid with every problem."""
    known = {parameter.name: parameter for parameter in parameters}
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for sent, given in pairs[:MOST_VALUES]:
        name = _INDEX.sub("", sent)
        parameter = known.get(name)
        if parameter is None:
            problems.append(unknown(name))
        elif given != "":
            _take(parameter, given, values, problems)
    if len(pairs) > MOST_VALUES:
        problems.append(Problem("too_many", ("parameters",), {"limit": MOST_VALUES, "count": len(pairs)}))
    refuse(problems)
    return values


def places_of(query: Query, problems: Iterable[Problem]) -> list[Problem]:
    """Problems of a question's fields, with the parameters that fill them."""
    names = {parameter.field: parameter.name for parameter in reversed(query.parameters) if parameter.field}
    return [
        replace(
            problem,
            place=(names.get(str(problem.place[0]), str(problem.place[0])),),
            values={**problem.values, "other": names.get(str(problem.values.get("other")), "")},
        )
        for problem in problems
    ]


def _take(parameter: Parameter, given: str, values: dict[str, Any], problems: list[Problem]) -> None:
    try:
        value = _read(parameter.kind, given)
    except (Flaw, WireFlaw) as flaw:
        problems.append(Problem(flaw.kind, (parameter.name,), flaw.values))
        return
    if parameter.many:
        values[parameter.name] = (*values.get(parameter.name, ()), value)
    elif parameter.name in values:
        problems.append(Problem("wrong_type", (parameter.name,), {"expected": "one value", "received": "several"}))
    else:
        values[parameter.name] = value


def _read(kind: Kind, given: str) -> Any:
    if isinstance(kind, Text):
        return text(kind.longest)(given)
    if kind is ACTIVE and given in ("true", "false"):
        return "active_only" if given == "true" else "inactive_only"
    if isinstance(kind, Moment | LastMoment):
        given = given.replace(" ", "+").removesuffix("Z")
    return codec_of(kind).read(given)
