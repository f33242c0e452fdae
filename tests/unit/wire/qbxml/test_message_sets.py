"""Message sets: ids, the documents that ask after them, and QuickBooks' answers."""

import base64
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.core.ids import random_uuid
from counterfoil.model.outcome import Done, Refused
from counterfoil.model.people import Customer
from counterfoil.model.sales import Invoice
from counterfoil.wire.qbxml.message_sets import discard_document, message_set_id, status_document
from counterfoil.wire.qbxml.outcomes import Recovered, ResponseSet, outcome_of, page_of, read_responses
from counterfoil.wire.qbxml.tree import parse

REQUEST = "0199c0de-0000-7000-8000-000000000001"
HEAD = b'<?xml version="1.0" encoding="utf-8"?><?qbxml version="13.0"?>'


def test_an_id_is_the_beginning_of_the_requests_in_base32() -> None:
    assert message_set_id(REQUEST) == "AGM4BXQAABYABAAAAAAAAAA"
    assert message_set_id(REQUEST.upper()) == message_set_id(REQUEST)


@given(st.uuids())
def test_an_id_has_23_characters_that_lead_back_to_115_bits(value: UUID) -> None:
    text = message_set_id(str(value))
    assert len(text) == 23
    assert base64.b32decode(text + "A")[:14] == value.bytes[:14]


def test_many_requests_have_as_many() -> None:
    assert len({message_set_id(random_uuid()) for _ in range(5000)}) == 5000


def test_documents_without_requests() -> None:
    assert status_document("AB1F2395") == HEAD + (
        b'<QBXML><QBXMLMsgsRq onError="stopOnError" newMessageSetID="AB1F2395" oldMessageSetID="AB1F2395">'
        b"</QBXMLMsgsRq></QBXML>"
    )
    assert discard_document("AB1F2395", "16.0") == HEAD.replace(b"13.0", b"16.0") + (
        b'<QBXML><QBXMLMsgsRq onError="stopOnError" oldMessageSetID="AB1F2395"></QBXMLMsgsRq></QBXML>'
    )


def answered(attributes: str, inner: str = "") -> ResponseSet:
    text = f'<?xml version="1.0" ?><QBXML><QBXMLMsgsRs {attributes}>{inner}</QBXMLMsgsRs></QBXML>'
    return read_responses(parse(text.encode()))


@pytest.mark.parametrize("code", [0, 600, 9001, 9002, 9004, 9005])
def test_the_status_of_a_set(code: int) -> None:
    found = answered(f'newMessageSetID="AB" messageSetStatusCode="{code}"')
    assert (found.message_set_id, found.message_set_status, found.responses) == ("AB", code, ())


STATUS = 'statusCode="0" statusSeverity="Info" statusMessage="Status OK"'


def test_what_an_earlier_attempt_left_is_told_by_its_ids() -> None:
    found = answered(
        'newMessageSetID="AB" messageSetStatusCode="0"',
        f'<InvoiceAddRs requestID="7" {STATUS}><ErrorRecovery><TxnID>1A-1769331723</TxnID><TxnNumber>42</TxnNumber>'
        "<EditSequence>1769331723</EditSequence><ExternalGUID>{6F1C2A9E-4B7D-4C1E-9A53-0D2F8B61C7AA}</ExternalGUID>"
        f"</ErrorRecovery></InvoiceAddRs><CustomerModRs {STATUS}><ErrorRecovery><ListID>80000041-1</ListID>"
        "<EditSequence>9</EditSequence></ErrorRecovery></CustomerModRs>",
    )
    invoice, customer = found.responses
    assert invoice.recovered == Recovered(
        txn_id="1A-1769331723",
        txn_number=42,
        edit_sequence="1769331723",
        external_guid="{6f1c2a9e-4b7d-4c1e-9a53-0d2f8b61c7aa}",
    )
    assert outcome_of(invoice) == Done(result=Invoice(id="1A-1769331723", revision="1769331723"))
    assert customer.recovered == Recovered(list_id="80000041-1", edit_sequence="9")
    assert outcome_of(customer) == Done(result=Customer(id="80000041-1", revision="9"))


def test_what_was_done_and_not_told_is_not_refused() -> None:
    (told,) = answered("", f"<InvoiceAddRs {STATUS}></InvoiceAddRs>").responses
    assert told.recovered is None
    assert outcome_of(told) == Done(result=Invoice())


@pytest.mark.parametrize("code", [530, 550, 560, 570])
def test_a_warning_is_no_refusal(code: int) -> None:
    """530: a field that is not supported; 550: saved but for a note; 570: saved but not linked."""
    status = f'statusCode="{code}" statusSeverity="Warn" statusMessage="x"'
    ret = "<InvoiceRet><TxnID>1A-1</TxnID></InvoiceRet>"
    (added,) = answered("", f"<InvoiceAddRs {status}>{ret}</InvoiceAddRs>").responses
    assert outcome_of(added) == Done(result=Invoice(id="1A-1"))
    (found,) = answered("", f"<InvoiceQueryRs {status}>{ret}</InvoiceQueryRs>").responses
    page = page_of(found)
    assert not isinstance(page, Refused)
    assert page.items == (Invoice(id="1A-1"),)


def test_an_error_without_a_readable_code_is_one() -> None:
    status = 'statusCode="" statusSeverity="Error" statusMessage="There was one."'
    (told,) = answered("", f"<InvoiceAddRs {status}></InvoiceAddRs>").responses
    assert isinstance(outcome_of(told), Refused)


@pytest.mark.parametrize("code", [1000, 3120, 3175, 3200, 9100])
def test_an_error_is_refused_whatever_stands_in_it(code: int) -> None:
    status = f'statusCode="{code}" statusSeverity="Error" statusMessage="x"'
    (told,) = answered("", f"<InvoiceAddRs {status}><InvoiceRet/></InvoiceAddRs>").responses
    assert isinstance(outcome_of(told), Refused)
