"""Every other entity, with a ledger behind it or without: the same behaviour for all of them."""

from decimal import Decimal
from typing import Any

import pytest
from tests.support.parts import holds
from tests.unit.emulators.online.intuit import Intuit, Start, codes, lines

Json = dict[str, Any]
EXPENSE: Json = {
    "Amount": 10,
    "DetailType": "AccountBasedExpenseLineDetail",
    "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "7"}},
}
CHECK: Json = {"BankAccountRef": {"value": "35"}, "PrintStatus": "NotSet"}
ENTRY: list[Json] = [
    {"Amount": 10, "DetailType": "JournalEntryLineDetail", "JournalEntryLineDetail": {"PostingType": side}}
    for side in ("Debit", "Credit")
]
BODIES: dict[str, Json] = {
    "Estimate": {"CustomerRef": {"value": "1"}, "Line": lines(10)},
    "SalesReceipt": {"CustomerRef": {"value": "1"}, "Line": lines(10)},
    "RefundReceipt": {"CustomerRef": {"value": "1"}, "DepositToAccountRef": {"value": "35"}, "Line": lines(10)},
    "Bill": {"VendorRef": {"value": "41"}, "Line": [EXPENSE]},
    "BillPayment": {"VendorRef": {"value": "41"}, "PayType": "Check", "CheckPayment": CHECK, "TotalAmt": 10},
    "VendorCredit": {"VendorRef": {"value": "41"}, "Line": [EXPENSE]},
    "PurchaseOrder": {"VendorRef": {"value": "41"}, "Line": [EXPENSE]},
    "Purchase": {"PaymentType": "Cash", "AccountRef": {"value": "35"}, "Line": [EXPENSE]},
    "Deposit": {"DepositToAccountRef": {"value": "35"}, "Line": [{"Amount": 10, "DetailType": "DepositLineDetail"}]},
    "JournalEntry": {"Line": ENTRY},
    "Transfer": {"FromAccountRef": {"value": "35"}, "ToAccountRef": {"value": "36"}, "Amount": 10},
    "TimeActivity": {"NameOf": "Employee", "EmployeeRef": {"value": "54"}, "Hours": 1},
    "Attachable": {"Note": "A note"},
    "Department": {"Name": "Third"},
    "Employee": {"GivenName": "Second", "FamilyName": "Worker"},
    "CustomerType": {"Name": "Private"},
    "CompanyCurrency": {"Code": "EUR", "Name": "Euro"},
}
LISTS = ("Department", "Employee", "CustomerType", "CompanyCurrency")
NOTES = {"TimeActivity": "Description", "Attachable": "PlaceName", "Department": "Name", "Employee": "MiddleName"}
"""The properties that are changed, where there is no PrivateNote."""


@pytest.mark.parametrize("entity", BODIES)
def test_make_read_change_and_end(start: Start, entity: str) -> None:
    async def work(asking: Intuit) -> None:
        made = (await asking.post(entity.lower(), BODIES[entity]))[entity]
        assert (made["SyncToken"], made["domain"], made["sparse"]) == ("0", "QBO", False)
        assert (await asking.get(f"{entity.lower()}/{made['Id']}"))[entity] == made
        note = NOTES.get(entity, "PrivateNote")
        body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, note: "changed"}
        changed = (await asking.post(entity.lower(), body))[entity]
        assert changed[note] == "changed"
        assert changed["SyncToken"] == "1"
        given = BODIES[entity]
        for key in given.keys() - {"Line", note}:
            assert holds(changed[key], given[key]), key
        assert codes(await asking.refused(entity.lower(), body)) == ["5010"]
        found = await asking.query(f"select * from {entity} where Id = '{made['Id']}'")
        assert [each["Id"] for each in found[entity]] == [made["Id"]]
        full = {**given, "Id": made["Id"], "SyncToken": "1"}
        assert (await asking.post(entity.lower(), full))[entity].get(note) == given.get(note)
        end = {"Id": made["Id"], "SyncToken": "2"}
        if entity in LISTS:
            assert codes(await asking.refused(entity.lower(), end, operation="delete")) == ["500"]
        else:
            told = (await asking.post(entity.lower(), end, operation="delete"))[entity]
            assert told == {"status": "Deleted", "domain": "QBO", "Id": made["Id"]}
            assert await asking.query(f"select * from {entity} where Id = '{made['Id']}'") == {}

    start(work)


def test_everything_that_is_missing_is_told(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        errors = await asking.refused("bill", {"PrivateNote": "x"})
        assert [error["element"] for error in errors] == ["VendorRef", "Line"]
        assert codes(errors) == ["2020", "2020"]

    start(work)


def test_a_bill_is_owed_until_it_is_paid(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        bill = (await asking.post("bill", {"VendorRef": {"value": "41"}, "Line": [EXPENSE, EXPENSE]}))["Bill"]
        assert (bill["TotalAmt"], bill["Balance"]) == (Decimal(20), Decimal(20))
        link = [{"TxnId": bill["Id"], "TxnType": "Bill"}]
        body = {**BODIES["BillPayment"], "TotalAmt": 15, "Line": [{"Amount": 15, "LinkedTxn": link}]}
        payment = (await asking.post("billpayment", body))["BillPayment"]
        assert (await asking.get(f"bill/{bill['Id']}"))["Bill"]["Balance"] == Decimal(5)
        void = {"Id": payment["Id"], "SyncToken": "0", "sparse": True}
        voided = (await asking.post("billpayment", void, operation="update", include="void"))["BillPayment"]
        assert voided["TotalAmt"] == 0
        assert (await asking.get(f"bill/{bill['Id']}"))["Bill"]["Balance"] == Decimal(20)

    start(work)


def test_what_cannot_be_voided_answers_as_intuit_does(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        purchase = (await asking.post("purchase", BODIES["Purchase"]))["Purchase"]
        token = {"SyncToken": "0"}
        errors = await asking.refused("purchase", {"Id": purchase["Id"], **token}, operation="void")
        assert codes(errors) == ["500"]
        bill = (await asking.post("bill", BODIES["Bill"]))["Bill"]
        answer = await asking.ask("POST", "bill", {"Id": bill["Id"], **token}, operation="void")
        assert answer.status_code == 200
        assert answer.json()["Fault"]["Error"][0]["code"] == "10000"
        entry = (await asking.post("journalentry", BODIES["JournalEntry"]))["JournalEntry"]
        told = await asking.post("journalentry", {"Id": entry["Id"], **token}, operation="void")
        assert told["BatchItemResponse"] == []
        assert (await asking.get(f"journalentry/{entry['Id']}"))["JournalEntry"] == entry

    start(work)


def test_a_sale_that_is_stored_has_its_subtotal_before_the_discount(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        discount = {
            "DetailType": "DiscountLineDetail",
            "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 5},
        }
        body = {"CustomerRef": {"value": "1"}, "Line": [{**discount, "Amount": 0}, *lines(60, 40)]}
        receipt = (await asking.post("salesreceipt", body))["SalesReceipt"]
        kinds = [line["DetailType"] for line in receipt["Line"]]
        assert kinds == ["SalesItemLineDetail"] * 2 + ["SubTotalLineDetail", "DiscountLineDetail"]
        assert receipt["TotalAmt"] == Decimal(95)

    start(work)


def test_a_payment_of_a_credit_card_has_another_name_in_its_answers(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        body = {"CreditCardAccountRef": {"value": "42"}, "BankAccountRef": {"value": "35"}, "Amount": 9}
        made = (await asking.post("creditcardpayment", body))["CreditCardPaymentTxn"]
        found = await asking.query(f"select * from CreditCardPayment where Id = '{made['Id']}'")
        assert found["CreditCardPaymentTxn"] == [made]

    start(work)


def test_a_recurring_transaction_is_wrapped(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        info = {"Name": "Monthly", "RecurType": "Automated", "Active": True}
        bill = {"VendorRef": {"value": "41"}, "Line": [EXPENSE], "RecurringInfo": info}
        made = (await asking.post("recurringtransaction", {"Bill": bill}))["RecurringTransaction"]["Bill"]
        assert made["RecurringInfo"] == info
        told = (await asking.get(f"recurringtransaction/{made['Id']}"))["RecurringTransaction"]
        assert told == {"Bill": made}
        found = await asking.query("select * from RecurringTransaction where Type = 'Bill'")
        assert found["RecurringTransaction"] == [told]

    start(work)


def test_a_rate_of_exchange_is_written_over_at_its_day(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        body = {"SourceCurrencyCode": "GBP", "Rate": "1.25", "AsOfDate": "2026-03-01"}
        await asking.post("exchangerate", body)
        await asking.post("exchangerate", {**body, "Rate": "1.27"})
        told = (await asking.get("exchangerate", sourcecurrencycode="GBP", asofdate="2026-03-02"))["ExchangeRate"]
        assert (told["Rate"], told["AsOfDate"]) == ("1.27", "2026-03-01")
        assert (
            len((await asking.query("select * from ExchangeRate where SourceCurrencyCode = 'GBP'"))["ExchangeRate"])
            == 1
        )

    start(work)


def test_lines_of_a_stored_document_keep_their_ids(start: Start) -> None:
    async def work(asking: Intuit) -> None:
        made = (await asking.post("bill", {"VendorRef": {"value": "41"}, "Line": [EXPENSE, EXPENSE]}))["Bill"]
        assert [line["Id"] for line in made["Line"]] == ["1", "2"]
        second = {**made["Line"][1], "Amount": 3}
        body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Line": [second, EXPENSE]}
        changed = (await asking.post("bill", body))["Bill"]
        assert [(line["Id"], line["Amount"]) for line in changed["Line"]] == [("2", Decimal(3)), ("3", Decimal(10))]
        assert changed["TotalAmt"] == Decimal(13)

    start(work)
