"""What shows in a company file that a write was carried out: requests and answers by hand, and what they show."""

from typing import Any

import pytest

from counterfoil.books.desktop.answers import read_answer
from counterfoil.books.desktop.evidence import Evidence, asking, evidence_in
from counterfoil.storage.lane import Details, LaneEntry

REQUEST = "0198a6f0-0000-7000-8000-000000000001"
GUID = "{11111111-2222-8333-8444-555555555555}"
OTHER = "{99999999-2222-8333-8444-555555555555}"


def entry(verb: str, resource: str, request: str) -> LaneEntry:
    document = f"<QBXML><QBXMLMsgsRq>{request}</QBXMLMsgsRq></QBXML>".encode()
    return LaneEntry(
        number=1,
        id=REQUEST,
        kind="command",
        state="unknown",
        is_write=True,
        document=document,
        created_at=0,
        details=Details(verb=verb, resource=resource),
    )


def shown(asked: LaneEntry, name: str, inner: str, *, code: int = 0, request_id: str | None = None) -> Evidence:
    """What an answer with these objects shows."""
    attributes = f'requestID="{request_id or asking(asked)}" statusCode="{code}" statusMessage=""'
    text = f"<QBXML><QBXMLMsgsRs><{name} {attributes}>{inner}</{name}></QBXMLMsgsRs></QBXML>"
    return evidence_in(asked, read_answer(text))


def change(inner: str) -> LaneEntry:
    request = f"<InvoiceMod><TxnID>A-1</TxnID><EditSequence>100</EditSequence>{inner}</InvoiceMod>"
    return entry("update", "invoices", f'<InvoiceModRq requestID="{REQUEST}">{request}</InvoiceModRq>')


def invoice(inner: str, sequence: str = "200") -> str:
    return f"<InvoiceRet><TxnID>A-1</TxnID><EditSequence>{sequence}</EditSequence>{inner}</InvoiceRet>"


LINES = (
    "<InvoiceLineRet><TxnLineID>B-1</TxnLineID><Quantity>2</Quantity><Amount>20.00</Amount></InvoiceLineRet>"
    "<InvoiceLineRet><TxnLineID>C-1</TxnLineID><ItemRef><ListID>8-1</ListID><FullName>Labour</FullName></ItemRef>"
    "<Amount>7.50</Amount></InvoiceLineRet>"
)


@pytest.mark.parametrize(
    ("asked", "there", "what"),
    [
        ("<Memo>New</Memo>", "<Memo>New</Memo>", "answered"),
        ("<Memo>New</Memo>", "<Memo>Old</Memo>", "unclear"),
        ("<Memo></Memo>", "", "answered"),
        ("<Memo></Memo>", "<Memo>Old</Memo>", "unclear"),
        ("<ClassRef><ListID>1-1</ListID></ClassRef>", "<ClassRef><ListID>1-1</ListID></ClassRef>", "answered"),
        ("<ClassRef><ListID>1-1</ListID></ClassRef>", "<ClassRef><ListID>2-1</ListID></ClassRef>", "unclear"),
        ("<ClassRef><ListID>1-1</ListID></ClassRef>", "", "unclear"),
        ("<ExchangeRate>1.50</ExchangeRate>", "<ExchangeRate>1.5</ExchangeRate>", "answered"),
        (
            "<InvoiceLineMod><TxnLineID>B-1</TxnLineID><Amount>20</Amount></InvoiceLineMod>"
            "<InvoiceLineMod><TxnLineID>-1</TxnLineID><ItemRef><ListID>8-1</ListID></ItemRef>"
            "<Amount>7.5</Amount></InvoiceLineMod>",
            LINES,
            "answered",
        ),
        (
            "<InvoiceLineMod><TxnLineID>B-1</TxnLineID><Amount>7.50</Amount></InvoiceLineMod>",
            LINES,
            "unclear",
        ),
        ("<InvoiceLineMod><TxnLineID>D-1</TxnLineID></InvoiceLineMod>", LINES, "unclear"),
    ],
)
def test_a_change_shows_where_the_object_says_what_was_asked(asked: str, there: str, what: str) -> None:
    assert shown(change(asked), "InvoiceQueryRs", invoice(there)).what == what


def test_an_edit_sequence_that_has_not_moved_shows_that_nothing_was_changed() -> None:
    """Even where the object says what was asked: it said so before."""
    asked = change("<Memo>New</Memo>")
    assert shown(asked, "InvoiceQueryRs", invoice("<Memo>New</Memo>", "100")).what == "absent"


def test_an_object_that_is_not_there_was_not_changed() -> None:
    assert shown(change("<Memo>New</Memo>"), "InvoiceQueryRs", "", code=500).what == "absent"


def made(inner: str) -> Evidence:
    request = f"<CustomerAdd><Name>Ben</Name><ExternalGUID>{GUID}</ExternalGUID></CustomerAdd>"
    asked = entry("create", "customers", f"<CustomerAddRq>{request}</CustomerAddRq>")
    return shown(asked, "CustomerQueryRs", inner)


def customer(identifier: str, guid: str) -> str:
    return f"<CustomerRet><ListID>{identifier}</ListID>{guid and f'<ExternalGUID>{guid}</ExternalGUID>'}</CustomerRet>"


def test_what_was_made_is_known_by_its_guid() -> None:
    found = made(customer("1-1", OTHER) + customer("2-1", GUID.upper()) + customer("3-1", ""))
    assert (found.what, found.recovered.id) == ("made", "2-1")
    assert made(customer("1-1", OTHER) + customer("3-1", "")).what == "absent"
    assert made("").what == "absent"


def test_of_too_many_nothing_is_concluded() -> None:
    assert made(customer("1-1", OTHER) * 500).what == "unclear"


VOID = f'<TxnVoidRq requestID="{REQUEST}"><TxnVoidType>Invoice</TxnVoidType><TxnID>A-1</TxnID></TxnVoidRq>'


def test_what_was_voided_says_so() -> None:
    asked = entry("void", "invoices", VOID)
    told = "<TimeModified>2026-03-02T12:00:00-06:00</TimeModified><RefNumber>77</RefNumber>"
    found = shown(asked, "InvoiceQueryRs", invoice(f"{told}<Memo>VOID: by mistake</Memo>"))
    assert found.what == "answered"
    answer = first(found)
    assert (answer.name, answer.request_id, answer.status.code) == ("TxnVoidRs", REQUEST, 0)
    named = {child.name: child.text for child in answer.node.children}
    assert named == {
        "TxnVoidType": "Invoice",
        "TxnID": "A-1",
        "TimeModified": "2026-03-02T12:00:00-06:00",
        "RefNumber": "77",
    }
    assert shown(asked, "InvoiceQueryRs", invoice("<Memo>Avoid this</Memo>")).what == "absent"


DELETE = "<TxnDelRq><TxnDelType>Invoice</TxnDelType><TxnID>A-1</TxnID></TxnDelRq>"


def test_what_was_deleted_stands_among_the_deletions() -> None:
    asked = entry("delete", "invoices", DELETE)
    gone = "<TxnDeletedRet><TxnDelType>Invoice</TxnDelType><TxnID>{}</TxnID></TxnDeletedRet>"
    found = shown(asked, "TxnDeletedQueryRs", gone.format("A-2") + gone.format("A-1"))
    assert (found.what, first(found).name) == ("answered", "TxnDelRs")
    assert shown(asked, "TxnDeletedQueryRs", gone.format("A-2")).what == "absent"
    assert shown(asked, "TxnDeletedQueryRs", "", code=1).what == "absent"


@pytest.mark.parametrize("case", [{"code": 3250}, {"request_id": "look-for-another"}])
def test_an_answer_that_is_none_shows_nothing(case: dict[str, Any]) -> None:
    assert shown(entry("delete", "invoices", DELETE), "TxnDeletedQueryRs", "", **case).what == "unclear"


def first(found: Evidence) -> Any:
    told = read_answer(found.data.decode()).responses
    assert told is not None
    return told.responses[0]
