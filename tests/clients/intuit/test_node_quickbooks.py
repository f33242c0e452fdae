"""node-quickbooks, unmodified, against the emulator: every entity that it has, from its making to its end."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.clients.intuit.node_client import NodeClient, node_client
from tests.clients.intuit.objects import name
from tests.clients.intuit.server import RunningIntuit
from tests.support.parts import holds

Json = dict[str, Any]


def line(amount: int = 100) -> Json:
    detail = {"ItemRef": {"value": "10"}, "TaxCodeRef": {"value": "NON"}}
    return {"Amount": amount, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}


EXPENSE: Json = {
    "Amount": 10,
    "DetailType": "AccountBasedExpenseLineDetail",
    "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "7"}},
}
CHECK: Json = {"BankAccountRef": {"value": "35"}, "PrintStatus": "NotSet"}
CUSTOMER: Json = {"CustomerRef": {"value": "1"}}
VENDOR: Json = {"VendorRef": {"value": "41"}}
DELETED: dict[str, Json] = {
    "Invoice": {**CUSTOMER, "Line": [line()]},
    "CreditMemo": {**CUSTOMER, "Line": [line()]},
    "Payment": {**CUSTOMER, "TotalAmt": 25},
    "Estimate": {**CUSTOMER, "Line": [line()]},
    "SalesReceipt": {**CUSTOMER, "Line": [line()]},
    "RefundReceipt": {**CUSTOMER, "DepositToAccountRef": {"value": "35"}, "Line": [line()]},
    "Bill": {**VENDOR, "Line": [EXPENSE]},
    "BillPayment": {**VENDOR, "PayType": "Check", "CheckPayment": CHECK, "TotalAmt": 10},
    "VendorCredit": {**VENDOR, "Line": [EXPENSE]},
    "PurchaseOrder": {**VENDOR, "Line": [EXPENSE]},
    "Purchase": {"PaymentType": "Cash", "AccountRef": {"value": "35"}, "Line": [EXPENSE]},
    "Deposit": {"DepositToAccountRef": {"value": "35"}, "Line": [{"Amount": 10, "DetailType": "DepositLineDetail"}]},
    "JournalEntry": {"Line": [{"Amount": 10, "DetailType": "JournalEntryLineDetail"}]},
    "Transfer": {"FromAccountRef": {"value": "35"}, "ToAccountRef": {"value": "36"}, "Amount": 10},
    "TimeActivity": {"NameOf": "Employee", "EmployeeRef": {"value": "54"}, "Hours": 1},
    "Attachable": {"Note": "A note"},
}
NAMED: dict[str, Json] = {
    "Account": {"AccountType": "Bank", "AccountSubType": "CashOnHand"},
    "Class": {},
    "Department": {},
    "Item": {"Type": "Service", "IncomeAccountRef": {"value": "79"}},
    "PaymentMethod": {"Type": "NON_CREDIT_CARD"},
    "Term": {"DueDays": 12},
    "Customer": {"CompanyName": "a"},
    "Vendor": {"CompanyName": "a"},
    "Employee": {"FamilyName": "Worker"},
}
PEOPLE = ("Customer", "Vendor", "Employee")


@pytest.fixture(scope="module")
def process(running_intuit: RunningIntuit) -> Iterator[NodeClient]:
    with node_client(running_intuit.url, running_intuit.realm) as client:
        yield client


@pytest.fixture
def node(process: NodeClient, intuit: RunningIntuit) -> NodeClient:
    """The client, logged in by its refresh token; `intuit` looks at the ledgers when the test is over."""
    assert process("refreshAccessToken")["access_token"] == process("token")
    return process


def plural(entity: str) -> str:
    if entity.endswith("s"):
        return f"{entity}es"
    return f"{entity[:-1]}ies" if entity.endswith("y") else f"{entity}s"


@pytest.mark.parametrize("entity", DELETED)
def test_transactions(node: NodeClient, entity: str) -> None:
    made = node(f"create{entity}", DELETED[entity])
    assert node(f"get{entity}", made["Id"])["Id"] == made["Id"]
    note = "Note" if entity == "Attachable" else "Description" if entity == "TimeActivity" else "PrivateNote"
    change = {"Id": made["Id"], "SyncToken": made["SyncToken"], note: "changed"}
    changed = node(f"update{entity}", change)
    assert (changed[note], changed["SyncToken"]) == ("changed", "1")
    for key in DELETED[entity].keys() - {"Line", "TotalAmt", note}:
        assert holds(changed[key], DELETED[entity][key]), key
    assert node.refused(f"update{entity}", {**change, "sparse": True}) == "5010"
    found = node(f"find{plural(entity)}", [{"field": "Id", "value": made["Id"]}])
    assert [each["Id"] for each in found["QueryResponse"][entity]] == [made["Id"]]
    told = node(f"delete{entity}", made["Id"])
    assert told[entity]["status"] == "Deleted"
    found = node(f"find{plural(entity)}", [{"field": "Id", "value": made["Id"]}])
    assert found["QueryResponse"] == {}


@pytest.mark.parametrize("entity", NAMED)
def test_lists(node: NodeClient, entity: str) -> None:
    shown = "DisplayName" if entity in PEOPLE else "Name"
    body = {**NAMED[entity], shown: name(entity)}
    made = node(f"create{entity}", body)
    assert node(f"get{entity}", made["Id"]) == made
    changed = node(f"update{entity}", {"Id": made["Id"], "SyncToken": "0", shown: name("renamed")})
    assert changed[shown].startswith("renamed")
    for key, value in NAMED[entity].items():
        assert holds(changed[key], value), key
    found = node(f"find{plural(entity)}", {shown: changed[shown]})
    assert [each["Id"] for each in found["QueryResponse"][entity]] == [made["Id"]]
    node(f"update{entity}", {"Id": made["Id"], "SyncToken": "1", "Active": False})
    assert node(f"find{plural(entity)}", {"Id": made["Id"]})["QueryResponse"] == {}


def test_login_user_and_revocation(node: NodeClient) -> None:
    assert node("getUserInfo")["emailVerified"] is True
    assert node("revokeAccess", True)["status"] == 200
    assert node("token") is None


def test_void(node: NodeClient) -> None:
    for entity in ("Invoice", "Payment"):
        made = node(f"create{entity}", DELETED[entity])
        node(f"void{entity}", made)
        found = node(f"get{entity}", made["Id"])
        assert found["TotalAmt"] == 0
        assert found["PrivateNote"].startswith("Voided")
    receipt = node("createSalesReceipt", DELETED["SalesReceipt"])
    voided = node("updateSalesReceipt", {"Id": receipt["Id"], "SyncToken": "0", "sparse": True, "void": True})
    assert voided["TotalAmt"] == 0


def test_pdf_and_e_mail(node: NodeClient) -> None:
    for entity, printed in (("Invoice", True), ("Estimate", True), ("SalesReceipt", True), ("CreditMemo", True)):
        made = node(f"create{entity}", DELETED[entity])
        if printed:
            body = node(f"get{entity}Pdf", made["Id"])
            assert base64.b64decode(body["base64"])[:5] == b"%PDF-"
        sent = node(f"send{entity}Pdf", made["Id"], "someone@example.com")
        assert sent["EmailStatus"] == "EmailSent"


def test_a_batch(node: NodeClient) -> None:
    notes = [{"Attachable": {"Note": f"Note {number}", "Tag": "Testing"}} for number in range(25)]
    answers = node("batch", notes)["BatchItemResponse"]
    assert len(answers) == 25
    found = node("findAttachables", {"Tag": "Testing"})["QueryResponse"]["Attachable"]
    assert len(found) == 25
    items = [{"bId": each["Id"], "operation": "delete", "Attachable": each} for each in found]
    assert all("Fault" not in answer for answer in node("batch", items)["BatchItemResponse"])
    assert node("findAttachables")["QueryResponse"] == {}


def test_change_data_capture(node: NodeClient) -> None:
    since = (datetime.now(UTC) - timedelta(seconds=2)).isoformat(timespec="seconds")
    kept = node("createInvoice", DELETED["Invoice"])
    gone = node("createEstimate", DELETED["Estimate"])
    node("deleteEstimate", gone["Id"])
    told = node("changeDataCapture", ["Invoice", "Estimate"], since)["CDCResponse"][0]["QueryResponse"]
    assert kept["Id"] in [each["Id"] for each in told[0]["Invoice"]]
    assert {"Deleted"} == {each.get("status") for each in told[1]["Estimate"] if each["Id"] == gone["Id"]}


def test_queries(node: NodeClient) -> None:
    assert len(node("findAccounts")["QueryResponse"]["Account"]) > 20
    travel = node("findAccounts", {"Name": "Travel"})["QueryResponse"]["Account"]
    assert [each["AccountType"] for each in travel] == ["Expense"]
    several = node("findCustomers", [{"field": "Id", "value": ["1", "2"], "operator": "IN"}, {"desc": "DisplayName"}])
    assert [each["Id"] for each in several["QueryResponse"]["Customer"]] == ["2", "1"]
    quoted = node("findCustomers", {"DisplayName": "Amy's Bird Sanctuary"})
    assert [each["Id"] for each in quoted["QueryResponse"]["Customer"]] == ["1"]
    counted = node("findItems", {"count": True})["QueryResponse"]["totalCount"]
    everything = node("findItems", [{"field": "fetchAll", "value": True}, {"field": "limit", "value": 5}])
    assert len(everything["QueryResponse"]["Item"]) == counted
    assert everything["QueryResponse"]["maxResults"] == counted


def test_the_smaller_entities(node: NodeClient) -> None:
    assert node("getCompanyInfo", "9130000000000000")["CompanyName"] == "Sandbox Company_US_1"
    preferences = node("getPreferences")
    assert preferences["TaxPrefs"]["PartnerTaxEnabled"] is True
    changed = node("updatePreferences", {"Id": "1", "SyncToken": preferences["SyncToken"], "sparse": True})
    assert changed["SyncToken"] == str(int(preferences["SyncToken"]) + 1)
    assert len(node("findTaxCodes")["QueryResponse"]["TaxCode"]) >= 4
    assert node("getTaxCode", "TAX")["Taxable"] is True
    assert node("getTaxRate", "11")["RateValue"] == "4.5"
    agency = node("createTaxAgency", {"DisplayName": name("Agency")})
    detail = {"TaxRateName": name("Rate"), "RateValue": "5", "TaxAgencyId": agency["Id"]}
    assert node("createTaxService", {"TaxCode": name("Code"), "TaxRateDetails": [detail]})["TaxCodeId"]
    assert node("getExchangeRate", {"sourcecurrencycode": "EUR"})["ExchangeRate"]["TargetCurrencyCode"] == "USD"


def test_reports(node: NodeClient) -> None:
    for report in (
        "BalanceSheet",
        "ProfitAndLoss",
        "TrialBalance",
        "CashFlow",
        "AgedReceivables",
        "GeneralLedgerDetail",
    ):
        assert "Fault" not in node(f"report{report}", {"start_date": "2026-01-01"})


def test_one_request_id_makes_one_invoice(node: NodeClient) -> None:
    body = {**DELETED["Invoice"], "requestId": name("r").replace(" ", "-")}
    assert node("createInvoice", body)["Id"] == node("createInvoice", body)["Id"]


def test_a_refusal(node: NodeClient) -> None:
    assert node.refused("createInvoice", {"PrivateNote": "nothing else"}) == "2020"
    assert node.refused("getInvoice", "999999") == "610"
