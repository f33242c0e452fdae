"""A request document as QuickBooks reads it, and its answer as QuickBooks writes it.

What QuickBooks cannot read it refuses whole, with an HRESULT: elements unknown or out of their order, a version that it
does not know, characters that it cannot keep. Values that are wrong are a matter of the single request.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import structs

from counterfoil.core.errors import Refusal
from counterfoil.emulators.desktop.com import NOT_PARSED, UNKNOWN_VERSION, failure
from counterfoil.emulators.desktop.zone import Zone
from counterfoil.model.command import Create, Delete, Update, Void
from counterfoil.model.query import Read, Select, SelectDeleted
from counterfoil.wire.qbxml.maps.company import Host
from counterfoil.wire.qbxml.messages import LIST_TYPES, MESSAGES, TXN_TYPES
from counterfoil.wire.qbxml.paging import Selects
from counterfoil.wire.qbxml.serve import Request, RequestSet, read_requests
from counterfoil.wire.qbxml.tree import Document, Node, fragment, parse

ENTERPRISE: Final = Host(
    product_name="QuickBooks Enterprise Solutions 24.0",
    major_version="34",
    minor_version="0",
    country="US",
    supported_versions=(
        *("1.0", "1.1", "2.0", "2.1", "3.0", "4.0", "4.1", "5.0", "6.0", "7.0", "8.0"),
        *("9.0", "10.0", "11.0", "12.0", "13.0", "14.0", "15.0", "16.0"),
    ),
    is_automatic_login=False,
    file_mode="MultiUser",
)
"""A QuickBooks Desktop Enterprise that knows qbXML up to 16.0."""

HEAD: Final = '<?xml version="1.0" ?>'
RESPONSE_DATA: Final = ("includeAll", "includeNone")

_VERBS: Final = ("Add", "Mod", "Query")
ELSEWHERE: Final = frozenset(
    {f"{thing}{verb}Rq" for thing in (*TXN_TYPES, *LIST_TYPES) for verb in _VERBS}
    | {f"{name}Rq" for name in ("DataExtAdd", "DataExtMod", "DataExtDel", "DataExtDefAdd", "DataExtDefMod")}
    | {f"{name}Rq" for name in ("DataExtDefDel", "DataExtDefQuery", "ListDisplayAdd", "ListDisplayMod", "ListMerge")}
    | {f"{name}Rq" for name in ("TxnDisplayAdd", "TxnDisplayMod", "ClearedStatusMod", "SpecialAccountAdd")}
    | {f"{name}Rq" for name in ("TransactionQuery", "BillToPayQuery", "ReceivePaymentToDepositQuery")}
    | {f"{name}Rq" for name in ("CompanyActivityQuery", "AccountTaxLineInfoQuery", "ItemAssembliesCanBuildQuery")}
    | {
        f"{name}ReportQueryRq"
        for name in ("Aging", "BudgetSummary", "CustomDetail", "CustomSummary", "GeneralDetail", "GeneralSummary")
    }
    | {f"{name}ReportQueryRq" for name in ("Job", "PayrollDetail", "PayrollSummary", "Time")}
)
"""Requests that a QuickBooks knows and this one does not serve: each is answered with a status, not with an HRESULT."""

Command = Create | Update | Void | Delete


def read_document(text: str, zone: Zone, host: Host = ENTERPRISE) -> RequestSet:
    """What a document asks, its moments with their offset and its texts as QuickBooks keeps them. Raises ComError."""
    document = _parsed(text)
    if document.version not in host.supported_versions:
        raise failure(UNKNOWN_VERSION)
    root = zone.asked(_kept(document.root))
    try:
        asked = read_requests(structs.replace(document, root=root))
    except Refusal:
        raise failure(NOT_PARSED) from None
    unknown = [each for each in asked.requests if each.name not in MESSAGES and each.name not in ELSEWHERE]
    if asked.structure or unknown or asked.response_data not in RESPONSE_DATA:
        raise failure(NOT_PARSED)
    return asked


def written(root: Node) -> str:
    """An answer as QuickBooks writes it: no `qbxml` instruction, and no encoding, for it is a string."""
    return f"{HEAD}\n{fragment(root)}"


def only_reads(asked: RequestSet) -> bool:
    """Whether nothing can be changed by the set, be it the books or what is kept of message sets."""
    keeps = asked.new_message_set_id is not None or asked.old_message_set_id is not None
    reading = (isinstance(each.asked, Read | Select | Selects | SelectDeleted) for each in asked.requests)
    return not keeps and all(reading)


def is_write(request: Request) -> bool:
    return isinstance(request.asked, Command)


def without_data(nodes: Sequence[Node]) -> list[Node]:
    """The statuses alone, for a set that asks for nothing else."""
    return [structs.replace(node, children=(), text="") for node in nodes]


def _parsed(text: str) -> Document:
    """A character that stands in the document itself must be one of Windows-1252."""
    if not text.isascii() and any(not _is_kept(letter) for letter in set(text)):
        raise failure(NOT_PARSED)
    try:
        return parse(_without_encoding(text).encode())
    except Refusal:
        raise failure(NOT_PARSED) from None


def _without_encoding(text: str) -> str:
    """The document arrives as a string: what its head says of bytes no longer means anything."""
    if not text.startswith("<?xml"):
        return text
    end = text.find("?>")
    return text[end + 2 :] if end > 0 else text


def _kept(node: Node) -> Node:
    """The elements as they are kept: a character that came as a reference and is none of Windows-1252 becomes `?`."""
    text = node.text
    if not text.isascii():
        text = "".join(letter if _is_kept(letter) else "?" for letter in text)
    if not node.children:
        return node if text is node.text else structs.replace(node, text=text)
    return structs.replace(node, children=tuple(_kept(child) for child in node.children))


def _is_kept(letter: str) -> bool:
    try:
        letter.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True
