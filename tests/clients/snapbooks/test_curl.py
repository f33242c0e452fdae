"""SnapBooks as its users ask it: by curl, with the requests of the vendor's page but for host and key."""

import json
import shutil
import subprocess
from decimal import Decimal
from typing import Any

import pytest
from tests.support.server import Server

from counterfoil.app.demo_company import CANADIAN_CONNECTION, US_CONNECTION

LINE: dict[str, Any] = {"code": "Test 3", "units": 1, "productService": "21", "classRef": "5000000000000138237"}
INVOICE: dict[str, Any] = {
    "invoiceDate": "1/23/2022",
    "customerId": 59,
    "company": "CBR Tulsa 2",
    "address": "P.O. Box 5816307",
    "phone": "9183556207",
    "city": "Tulsa",
    "state": "OK",
    "zip": "74158",
    "note": "From 10Man Claim # 9220034167",
    "termId": "6",
    "totalTaxOverride": 5.99,
    "lineItems": [
        {**LINE, "description": "Electrodes, pair", "billAmount": 10, "taxCodeRef": "TAX"},
        {**LINE, "description": "PPO Access Fee", "billAmount": 5, "taxCodeRef": "NON"},
    ],
}


@pytest.fixture(scope="module")
def curl() -> str:
    found = shutil.which("curl")
    if found is None:
        pytest.skip("curl is not installed; on Debian: apt-get install curl")
    return found


@pytest.fixture(scope="module")
def key(server: Server) -> str:
    return server.new_key("--connection", US_CONNECTION)


def ask(curl: str, server: Server, key: str, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    command = [curl, "-s", "-X", method, f"{server.url}{path}", "-H", f"X-Api-Key: {key}", "-w", "\n%{http_code}"]
    if body is not None:
        command += ["-H", "Content-Type: application/json; charset=utf-8", "-d", json.dumps(body)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer, _, status = done.stdout.rpartition("\n")
    return int(status), json.loads(answer)


def test_an_invoice_lives_its_life(curl: str, server: Server, key: str) -> None:
    number = "557822360"
    status, made = ask(curl, server, key, "POST", "/api/v1/invoice", {"invoiceNumber": 557822360, **INVOICE})
    assert (status, made["success"], made["docNumber"]) == (200, True, number)
    assert made["totalAmount"] == "20.99"
    assert Decimal(made["invoice"]["TxnTaxDetail"]["TotalTax"]) == Decimal("5.99")
    payment = {"amount": "20.99", "invoiceNumber": number, "customerId": 59, "paymentDate": "12/18/18"}
    status, paid = ask(curl, server, key, "POST", "/api/v1/invoice/payment", payment)
    assert (status, paid["totalAmount"]) == (200, "20.99")
    status, found = ask(curl, server, key, "GET", f"/api/v1/invoice?docNumber={number}")
    assert (status, found["invoice"]["Balance"]) == (200, "0")
    status, gone = ask(curl, server, key, "PUT", "/api/v1/invoice-void", {"invoiceNumber": number})
    assert (status, gone) == (200, {"success": True, "message": None, "details": []})
    status, deleted = ask(curl, server, key, "DELETE", "/api/v1/invoice", {"invoiceNumber": number})
    assert (status, deleted["success"]) == (200, True)


def test_a_question_in_the_query_language(curl: str, server: Server, key: str) -> None:
    query = {"query": "SELECT * FROM Customer where id = '59'"}
    status, found = ask(curl, server, key, "POST", "/api/v1/query", query)
    assert (status, [each["DisplayName"] for each in found["data"]]) == (200, ["CBR Tulsa 2"])


def test_a_key_that_is_none(curl: str, server: Server) -> None:
    status, told = ask(curl, server, "xxx", "GET", "/api/v1/invoice?docNumber=1")
    assert (status, told["success"]) == (401, False)


def test_a_canadian_company_knows_no_override(curl: str, server: Server) -> None:
    key = server.new_key("--connection", CANADIAN_CONNECTION)
    line = {"productService": "12", "units": 1, "billAmount": 10, "taxCodeRef": "5"}
    body = {"customerId": 3, "totalTaxOverride": 1, "lineItems": [line]}
    status, told = ask(curl, server, key, "POST", "/api/v1/invoice", body)
    assert (status, told["success"]) == (400, False)
