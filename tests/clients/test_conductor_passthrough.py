"""The passthrough, asked by the vendor's client: qbXML as JSON, element names as they are."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from conductor import InternalServerError
from tests.clients.conftest import Connect
from tests.clients.site import Site
from tests.support.line import Line

from counterfoil.app.demo_company import US_CONNECTION, open_us_company

ADD: dict[str, Any] = {
    "InvoiceAddRq": {
        "@requestID": "7",
        "InvoiceAdd": {
            "CustomerRef": {"ListID": "80000001-1234567890"},
            "TxnDate": "2026-06-02",
            "InvoiceLineAdd": [{"ItemRef": {"ListID": "80000002-1234567890"}, "Quantity": 2}],
        },
    }
}


@pytest.fixture(scope="module")
def demo(site: Site) -> Iterator[str]:
    """The American demo company: behind the installation's own connection, or in a QuickBooks."""
    if site.books == "embedded":
        yield US_CONNECTION
        return
    connection, office = site.offices.create("Larkspur", fill=open_us_company)
    yield connection
    office.close()


@pytest.fixture
def ask(connect: Connect, demo: str) -> Callable[..., Any]:
    def asked(payload: dict[str, Any], **headers: str) -> Any:
        with connect(Line()) as client:
            return client.end_users.passthrough(
                "quickbooks_desktop", id=demo, qbd_payload=payload, extra_headers=headers
            )

    return asked


def test_an_invoice_is_added_and_found(ask: Callable[..., Any]) -> None:
    added = ask(ADD)["InvoiceAddRs"]
    assert (added["@requestID"], added["@statusCode"]) == ("7", 0)
    made = added["InvoiceRet"][0]
    found = ask({"InvoiceQueryRq": {"TxnID": [made["TxnID"]], "IncludeLineItems": True}})["InvoiceQueryRs"]
    assert [line["Quantity"] for line in found["InvoiceRet"][0]["InvoiceLineRet"]] == [2]


def test_the_same_request_again_makes_no_other_invoice(ask: Callable[..., Any]) -> None:
    key = {"Idempotency-Key": "passed through once"}
    assert ask(ADD, **key) == ask(ADD, **key)


def test_what_the_books_refuse_has_their_code_and_words(ask: Callable[..., Any]) -> None:
    with pytest.raises(InternalServerError) as refused:
        ask({"InvoiceAddRq": {"InvoiceAdd": {"CustomerRef": {"ListID": "none"}}}})
    body: Any = refused.value.body
    assert (body["error"]["code"], body["error"]["integrationCode"]) == ("QBD_REQUEST_ERROR", "3140")
