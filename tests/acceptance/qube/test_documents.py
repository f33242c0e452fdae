"""Documents of callers are looked at before anything waits: what is wrong, and where, is told at once."""

from typing import Any, Final

import httpx
import pytest
from tests.acceptance.qube.house import DEMO

DOCUMENT: Final = (
    '<?xml version="1.0"?><?qbxml version="13.0"?>'
    '<QBXML><QBXMLMsgsRq onError="continueOnError">{}</QBXMLMsgsRq></QBXML>'
)
INVOICE: Final = (
    "<InvoiceAddRq><InvoiceAdd><CustomerRef><ListID>80000001-1234567890</ListID></CustomerRef>{}"
    "</InvoiceAdd></InvoiceAddRq>"
)
LINE: Final = "<InvoiceLineAdd><ItemRef><ListID>80000002-1234567890</ListID></ItemRef>{}</InvoiceLineAdd>"
QUERY: Final = "<CustomerQueryRq><FullName>x</FullName></CustomerQueryRq>"

WRONG: Final = {
    "a misspelt request": ("<CustomerQuerryRq/>", "CustomerQuerryRq[0]", "`CustomerQueryRq` was perhaps meant"),
    "a request of no kind": (QUERY + "<FooBarRq/>", "FooBarRq[1]", "`FooBarRq` is no request of qbXML"),
    "an unknown element": (
        INVOICE.format(LINE.format("<Quantitee>1</Quantitee>")),
        "InvoiceAddRq[0].InvoiceAdd.InvoiceLineAdd[0].Quantitee",
        "Quantitee",
    ),
    "an element out of its order": (
        INVOICE.format("<RefNumber>1</RefNumber><TxnDate>2026-06-02</TxnDate>"),
        "InvoiceAddRq[0].InvoiceAdd.TxnDate",
        "TxnDate",
    ),
    "no date": (
        QUERY + INVOICE.format("<TxnDate>2.6.2026</TxnDate>"),
        "InvoiceAddRq[1].InvoiceAdd.TxnDate",
        "2.6.2026",
    ),
    "no amount": (
        INVOICE.format(LINE.format("") + LINE.format("<Amount>ten</Amount>")),
        "InvoiceAddRq[0].InvoiceAdd.InvoiceLineAdd[1].Amount",
        "ten",
    ),
    "too long a number": (
        INVOICE.format("<RefNumber>123456789012</RefNumber>"),
        "InvoiceAddRq[0].InvoiceAdd.RefNumber",
        "11",
    ),
    "a word that is no choice": (
        "<CustomerQueryRq><ActiveStatus>Sometimes</ActiveStatus></CustomerQueryRq>",
        "CustomerQueryRq[0].ActiveStatus",
        "Sometimes",
    ),
    "an iterator without a size": (
        '<CustomerQueryRq iterator="Start"></CustomerQueryRq>',
        "CustomerQueryRq[0].MaxReturned",
        "is required",
    ),
}


def sent(client: httpx.Client, within: str) -> httpx.Response:
    return client.post(f"/connections/{DEMO}/queued_requests", json={"request_xml": DOCUMENT.format(within)})


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_at_its_place_and_nothing_is_queued(client: httpx.Client, name: str) -> None:
    within, place, words = WRONG[name]
    before = newest(client)
    answer = sent(client, within)
    assert answer.status_code == 422
    errors = answer.json()["errors"]
    assert list(errors) == [f"request_xml.{place}"]
    assert words in " ".join(errors[f"request_xml.{place}"])
    assert newest(client) == before


def test_all_that_is_wrong_is_told_at_once(client: httpx.Client) -> None:
    wrong = INVOICE.format("<TxnDate>soon</TxnDate><RefNumber>123456789012</RefNumber>" + LINE.format("<Colour/>"))
    errors = sent(client, wrong + "<VendorQueryRg/>").json()["errors"]
    assert set(errors) == {
        "request_xml.InvoiceAddRq[0].InvoiceAdd.TxnDate",
        "request_xml.InvoiceAddRq[0].InvoiceAdd.RefNumber",
        "request_xml.InvoiceAddRq[0].InvoiceAdd.InvoiceLineAdd[0].Colour",
        "request_xml.VendorQueryRg[1]",
    }


def test_ill_formed_documents_are_told_by_line(client: httpx.Client) -> None:
    answer = client.post(f"/connections/{DEMO}/queued_requests", json={"request_xml": "<QBXML>\n<a>\n</b></QBXML>"})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["request_xml"])
    assert "line 3" in answer.json()["errors"]["request_xml"][0]


def test_a_document_as_json_is_told_alike(client: httpx.Client) -> None:
    request = {"name": "CustomerQueryRq", "children": [{"name": "FullNome", "text": "x"}]}
    body = {"request_json": {"version": "13.0", "request": request}}
    answer = client.post(f"/connections/{DEMO}/queued_requests", json=body)
    assert list(answer.json()["errors"]) == ["request_json.CustomerQueryRq[0].FullNome"]


@pytest.mark.parametrize(
    "within",
    [
        "<SalesOrderQueryRq/>",
        "<GeneralDetailReportQueryRq><GeneralDetailReportType>Audit</GeneralDetailReportType></GeneralDetailReportQueryRq>",
        "<DataExtDefQueryRq/>",
        "<ListMergeRq><ListMergeType>Customer</ListMergeType></ListMergeRq>",
    ],
)
def test_what_quickbooks_knows_and_these_books_do_not_is_left_to_them(client: httpx.Client, within: str) -> None:
    answer = sent(client, within)
    assert answer.status_code == 201
    told: Any = answer.json()["data"]
    assert (told["state"], told["error"]["code"]) == ("error", "1030")


def test_what_only_the_books_can_know_is_asked_of_them(client: httpx.Client) -> None:
    told = sent(client, INVOICE.format("").replace("80000001-", "80009999-")).json()["data"]
    assert (told["state"], told["error"]["code"]) == ("error", "3140")
    (answer,) = told["response_json"]
    assert answer["QBXMLMsgsRs"]["InvoiceAddRs"]["@statusCode"] == 3140


def newest(client: httpx.Client) -> list[Any]:
    found: list[Any] = client.get(f"/connections/{DEMO}/queued_requests?page_size=1").json()["data"]
    return found
