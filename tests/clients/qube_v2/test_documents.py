"""Estimates, receipts, bills, their payments, employees and their time through the vendor's second client, unmodified:
on Counterfoil's own books and on QuickBooks Desktop behind its Web Connector. After each change the ledger is sound."""

from collections.abc import Iterator
from typing import Any

import pytest
import qubesync
from tests.clients.qube_v2.bookkeeper import HOOK, Bookkeeper, money, of, seen
from tests.clients.qube_v2.desk import desk
from tests.support.desktop import Offices

from counterfoil.app.demo_company import open_us_company


@pytest.fixture(scope="module", params=["embedded", "desktop"])
def keeper(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bookkeeper]:
    folder = tmp_path_factory.mktemp(f"qube-v2-documents-{request.param}")
    with desk(folder / "data", request.param) as running:
        connection = running.client.create_connection(webhook_url=HOOK, name="Larkspur Landscaping")["id"]
        if request.param == "embedded":
            yield Bookkeeper(running, connection, list, is_quickbooks=False)
            assert running.server.faults() == []
            return
        with Offices(running.server.data, folder) as offices:
            qwc = running.client.get_qwc(connection)
            password = running.client.set_password(connection)["password"]
            office = offices.connect(qwc.encode(), password, fill=open_us_company)
            yield Bookkeeper(running, connection, office.violations, is_quickbooks=True)
            office.close()


class Trade:
    """Whom the company deals with, and in what."""

    def __init__(self, keeper: Bookkeeper, name: str) -> None:
        self.customer = keeper.list_id("customer.create", {"name": f"Buyer of {name}"})
        self.vendor = keeper.list_id("vendor.create", {"name": f"Seller of {name}"})
        self.income = keeper.account(f"Income {name}", "Income")
        self.cost = keeper.account(f"Cost {name}", "CostOfGoodsSold")
        self.rent = keeper.account(f"Rent {name}", "Expense")
        self.bank = keeper.account(f"Bank {name}", "Bank")
        details = {
            "sales_price": 75.5,
            "income_account_ref": of(self.income),
            "purchase_cost": 20,
            "expense_account_ref": of(self.cost),
        }
        self.item = keeper.list_id("item_service.create", {"name": f"Hour {name}", "sales_and_purchase": details})


@pytest.fixture
def trade(keeper: Bookkeeper, request: pytest.FixtureRequest) -> Trade:
    return Trade(keeper, request.node.originalname.removeprefix("test_")[:20])


def balance(keeper: Bookkeeper, account: str) -> Any:
    (found,) = keeper.ask("account.query", {"list_id": account})["AccountRet"]
    return money(found["Balance"])


def test_an_estimate(keeper: Bookkeeper, trade: Trade) -> None:
    line = {"item_ref": of(trade.item), "quantity": 2, "rate": 12.5}
    given = {"customer_ref": of(trade.customer), "ref_number": "E-1", "estimate_line_add": [line]}
    made = keeper.change("estimate.create", given)
    assert (made["RefNumber"], money(made["Subtotal"]), made["IsActive"]) == ("E-1", 25, True)
    (found,) = keeper.find("estimate.query", {"entity_filter": of(trade.customer)})
    assert (found["TxnID"], "EstimateLineRet" in found) == (made["TxnID"], False)
    kept = made["EstimateLineRet"][0]["TxnLineID"]
    lines = [{"txn_line_id": kept, "quantity": 3}, {"txn_line_id": "-1", "item_ref": of(trade.item), "amount": 5}]
    changed = keeper.change("estimate.update", {**seen(made), "is_active": False, "estimate_line_mod": lines})
    assert (money(changed["Subtotal"]), changed["IsActive"]) == (42.5, False)
    assert balance(keeper, trade.income) == 0
    keeper.delete("Estimate", made["TxnID"])
    assert keeper.find_by_id("estimate.query", made["TxnID"]) == []


def test_a_sales_receipt(keeper: Bookkeeper, trade: Trade) -> None:
    line = {"item_ref": of(trade.item), "quantity": 1, "rate": 40}
    given = {"check_number": "10045", "deposit_to_account_ref": of(trade.bank), "sales_receipt_line_add": [line]}
    made = keeper.change("sales_receipt.create", {**given, "customer_ref": of(trade.customer)})
    assert (money(made["Subtotal"]), made["CheckNumber"]) == (40, "10045")
    assert balance(keeper, trade.bank) == money(made["TotalAmount"])
    kept = made["SalesReceiptLineRet"][0]["TxnLineID"]
    changed = keeper.change(
        "sales_receipt.update", {**seen(made), "sales_receipt_line_mod": [{"txn_line_id": kept, "quantity": 2}]}
    )
    assert money(changed["Subtotal"]) == 80
    assert keeper.get("sales_receipt.query", made["TxnID"])["SalesReceiptLineRet"][0]["Quantity"] == 2
    keeper.void("SalesReceipt", made["TxnID"])
    assert (balance(keeper, trade.bank), balance(keeper, trade.income)) == (0, 0)
    keeper.delete("SalesReceipt", made["TxnID"])


def bill_of(keeper: Bookkeeper, trade: Trade, amount: float, **more: Any) -> Any:
    rent = {"account_ref": of(trade.rent), "amount": amount, "memo": "the yard"}
    return keeper.change("bill.create", {"vendor_ref": of(trade.vendor), "expense_line_add": [rent], **more})


def owed(keeper: Bookkeeper, trade: Trade) -> Any:
    """What is owed to the vendor, which is what is open of their bills less their credits."""
    (vendor,) = keeper.ask("vendor.query", {"list_id": trade.vendor})["VendorRet"]
    filters = {"entity_filter": of(trade.vendor)}
    bills, credits_ = (keeper.find(f"{kind}.query", filters) for kind in ("bill", "vendor_credit"))
    open_ = sum(money(each["OpenAmount"]) for each in bills) - sum(money(each["OpenAmount"]) for each in credits_)
    assert money(vendor["Balance"]) == open_
    return open_


def test_a_bill_and_its_payment(keeper: Bookkeeper, trade: Trade) -> None:
    item = {"item_ref": of(trade.item), "quantity": 3}
    made = bill_of(keeper, trade, 40, ref_number="N-1045", item_line_add=[item])
    assert (money(made["AmountDue"]), money(made["OpenAmount"]), made["IsPaid"]) == (100, 100, False)
    assert (balance(keeper, trade.rent), balance(keeper, trade.cost), owed(keeper, trade)) == (40, 60, 100)
    kept = made["ExpenseLineRet"][0]["TxnLineID"]
    lines = [{"txn_line_id": kept, "amount": 50}]
    changed = keeper.change("bill.update", {**seen(made), "memo": "January", "expense_line_mod": lines})
    assert (money(changed["AmountDue"]), len(changed["ItemLineRet"]), owed(keeper, trade)) == (110, 1, 110)
    applied = [{"txn_id": made["TxnID"], "payment_amount": 30}]
    check = {
        "payee_entity_ref": of(trade.vendor),
        "bank_account_ref": of(trade.bank),
        "ref_number": "1007",
        "applied_to_txn_add": applied,
    }
    payment = keeper.change("bill_payment_check.create", check)
    assert (money(payment["Amount"]), money(payment["AppliedToTxnRet"][0]["BalanceRemaining"])) == (30, 80)
    assert (owed(keeper, trade), balance(keeper, trade.bank)) == (80, -30)
    whole = [{"txn_id": made["TxnID"], "payment_amount": 110}]
    keeper.change("bill_payment_check.update", {**seen(payment), "applied_to_txn_mod": whole})
    paid = keeper.get("bill.query", made["TxnID"])
    assert (paid["IsPaid"], money(paid["OpenAmount"]), owed(keeper, trade)) == (True, 0, 0)
    (found,) = keeper.find("bill_payment_check.query", {"entity_filter": of(trade.vendor)})
    assert found["TxnID"] == payment["TxnID"]
    too_much = {**check, "applied_to_txn_add": [{"txn_id": made["TxnID"], "payment_amount": 1}]}
    assert keeper.ask("bill_payment_check.create", too_much)["@statusCode"] == 3210
    keeper.delete("BillPaymentCheck", payment["TxnID"])
    assert (owed(keeper, trade), balance(keeper, trade.bank)) == (110, 0)
    keeper.void("Bill", made["TxnID"])
    assert owed(keeper, trade) == 0
    keeper.delete("Bill", made["TxnID"])
    assert balance(keeper, trade.rent) == 0


def test_a_vendors_credit_and_a_card(keeper: Bookkeeper, trade: Trade) -> None:
    bill = bill_of(keeper, trade, 60)
    line = {"account_ref": of(trade.rent), "amount": 15}
    credit = keeper.change("vendor_credit.create", {"vendor_ref": of(trade.vendor), "expense_line_add": [line]})
    kept = {"txn_line_id": credit["ExpenseLineRet"][0]["TxnLineID"], "amount": 20}
    credit = keeper.change("vendor_credit.update", {**seen(credit), "expense_line_mod": [kept]})
    assert (money(credit["CreditAmount"]), owed(keeper, trade)) == (20, 40)
    card = keeper.account("Card of the credit", "CreditCard")
    applied = {
        "txn_id": bill["TxnID"],
        "payment_amount": 40,
        "set_credit": [{"credit_txn_id": credit["TxnID"], "applied_amount": 20}],
    }
    given = {
        "payee_entity_ref": of(trade.vendor),
        "credit_card_account_ref": of(card),
        "applied_to_txn_add": [applied],
    }
    payment = keeper.change("bill_payment_credit_card.create", given)
    assert (money(payment["Amount"]), owed(keeper, trade), balance(keeper, card)) == (40, 0, 40)
    assert keeper.find("bill_payment_check.query", {"entity_filter": of(trade.vendor)}) == []
    keeper.void("BillPaymentCreditCard", payment["TxnID"])
    assert balance(keeper, card) == 0
    keeper.delete("VendorCredit", credit["TxnID"])
    assert owed(keeper, trade) == 60


def test_an_employee_and_their_time(keeper: Bookkeeper, trade: Trade) -> None:
    last = "Quill"
    made = keeper.change("employee.create", {"first_name": "Ada", "last_name": last, "gender": "Female"})
    assert made["Name"] == f"Ada {last}"
    change = {"list_id": made["ListID"], "edit_sequence": made["EditSequence"], "middle_name": "B."}
    assert keeper.change("employee.update", change)["Name"] == f"Ada B. {last}"
    given = {
        "entity_ref": of(made["ListID"]),
        "customer_ref": of(trade.customer),
        "item_service_ref": of(trade.item),
        "duration": "PT7H30M",
        "billable_status": "Billable",
    }
    worked = keeper.change("time_tracking.create", given)
    assert (worked["Duration"], worked["EntityRef"]["FullName"]) == ("PT7H30M", f"Ada B. {last}")
    theirs = {**seen(worked), "entity_ref": of(trade.vendor), "duration": "PT45M"}
    assert keeper.change("time_tracking.update", theirs)["Duration"] == "PT0H45M"
    (found,) = keeper.find("time_tracking.query", {"time_tracking_entity_filter": of(trade.vendor)})
    assert found["TxnID"] == worked["TxnID"]
    keeper.delete("TimeTracking", worked["TxnID"])
    keeper.change("list.delete", {"list_del_type": "Employee", "list_id": made["ListID"]})


def test_what_only_quickbooks_keeps(keeper: Bookkeeper) -> None:
    """Counterfoil's own books say so before anything is queued; QuickBooks itself is asked."""
    given = {"first_name": "Ada", "job_title": "Fitter"}
    if keeper.is_quickbooks:
        assert keeper.ask("employee.create", given)["@statusCode"] == 3250  # the emulator keeps no more than the model
        return
    with pytest.raises(qubesync.APIError) as refused:
        keeper.client.employee.create(keeper.connection, given, webhook_url=HOOK)
    assert (refused.value.status, list(refused.value.errors)) == (422, ["job_title"])
