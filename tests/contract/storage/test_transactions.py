"""Transactions, their postings, and what is applied of them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs

from counterfoil.model.activities import Attachable
from counterfoil.model.lines import SalesLine, SalesLineGroup
from counterfoil.model.payables import BillPayment
from counterfoil.model.postings import Applied, Entry, Posting
from counterfoil.model.purchases import Bill, VendorCredit
from counterfoil.model.query import Filter, Select, SelectDeleted
from counterfoil.model.receivables import ReceivePayment
from counterfoil.model.sales import CreditMemo, Invoice
from counterfoil.model.shape import Transaction
from counterfoil.model.values import Ref

Run = Callable[..., Any]
DAY = date(2024, 3, 1)
LINES = (
    SalesLine(id="2-1", item=Ref("i", "Hour"), quantity=Decimal("1.5"), amount=Decimal("15.00")),
    SalesLineGroup(id="3-1", item_group=Ref("g", "Group"), lines=(SalesLine(id="4-1", amount=Decimal("1.00")),)),
)


def invoice(number: int, **values: Any) -> Entry:
    total = values.pop("total", 1600)
    open_amount = values.pop("open", total)
    thing = Invoice(
        **{
            "id": f"I{number}",
            "number": number,
            "created_at": 10,
            "updated_at": 10,
            "revision": "10",
            "customer": Ref("c1", "Acme"),
            "receivables_account": Ref("ar", "Accounts Receivable"),
            "transaction_date": DAY,
            "ref_number": str(number),
            "lines": LINES,
            **values,
        }
    )
    return Entry(thing=thing, resource="invoices", total=total, open=open_amount, open_home=open_amount)


def payment(number: int, total: int) -> Entry:
    thing = ReceivePayment(
        id=f"P{number}",
        number=number,
        customer=Ref("c1", "Acme"),
        receivables_account=Ref("ar"),
        transaction_date=DAY,
        total_amount=Decimal(total),
    )
    return Entry(thing=thing, resource="receive_payments", total=total, open=total, open_home=total)


POSTINGS = (
    Posting("ar", 1600, customer="c1"),
    Posting("sales", -1500, customer="c1", class_="k"),
    Posting("tax", -100, vendor="v"),
)


def test_a_transaction_is_found_as_it_was_stored(write: Run, read: Run, theirs: str) -> None:
    entry = invoice(1)
    write(lambda file: file.add_entry(entry, POSTINGS))
    assert read(lambda file: file.entry("I1")) == entry
    assert read(lambda file: file.entry("I1", "invoices")) == entry
    assert read(lambda file: file.entry("I1", "credit_memos")) is None
    assert read(lambda file: file.entry("I1"), theirs) is None
    assert read(lambda file: file.postings_of("I1")) == list(POSTINGS)
    assert read(lambda file: file.postings_of("I1"), theirs) == []


def test_a_transaction_can_be_replaced_with_its_postings_or_without(write: Run, read: Run) -> None:
    write(lambda file: file.add_entry(invoice(1), POSTINGS))
    changed = invoice(1, total=900, memo="new")
    write(lambda file: file.replace_entry(changed, None))
    assert read(lambda file: file.entry("I1")) == changed
    assert read(lambda file: file.postings_of("I1")) == list(POSTINGS)
    write(lambda file: file.replace_entry(changed, POSTINGS[:1]))
    assert read(lambda file: file.postings_of("I1")) == list(POSTINGS[:1])


def test_what_is_open_changes_without_the_document(write: Run, read: Run) -> None:
    write(lambda file: file.add_entry(invoice(1), ()))
    write(lambda file: file.set_open("I1", 600, 500, 99))
    entry = read(lambda file: file.entry("I1"))
    assert (entry.total, entry.open, entry.open_home) == (1600, 600, 500)
    assert (entry.thing.updated_at, entry.thing.revision) == (99, "10")


def test_a_removed_transaction_leaves_a_note_and_no_postings(write: Run, read: Run) -> None:
    write(lambda file: file.add_entry(invoice(1), POSTINGS))
    write(lambda file: file.remove_entry(invoice(1), 50))
    assert read(lambda file: file.entry("I1")) is None
    assert read(lambda file: file.postings_of("I1")) == []
    assert read(lambda file: file.balances()) == {}
    (note,) = read(lambda file: file.deletions(SelectDeleted(resources=("invoices",), since=50, until=50)))
    assert (note.id, note.label, note.created_at) == ("I1", "1", 10)


def test_open_transactions_come_by_date(write: Run, read: Run) -> None:
    entries = [
        invoice(1, transaction_date=date(2024, 3, 9)),
        invoice(2, transaction_date=date(2024, 2, 1), customer=Ref("c2")),
        invoice(3, open=0),
        invoice(4, receivables_account=Ref("other")),
        invoice(5, customer=Ref("c3")),
    ]
    write(lambda file: [file.add_entry(entry, ()) for entry in (*entries, payment(6, 100))] and None)

    def found(customers: list[str], account: str | None) -> list[str]:
        entries = read(lambda file: file.entries_open(customers, "invoices", account))
        return [entry.thing.id for entry in entries]

    assert found(["c1", "c2"], "ar") == ["I2", "I1"]
    assert found(["c1"], None) == ["I4", "I1"]
    assert found([], None) == []


def test_all_transactions_of_a_resource_come_in_order(write: Run, read: Run) -> None:
    numbers = [*range(1, 450, 2), *range(2, 450, 2)]
    write(lambda file: [file.add_entry(invoice(number), ()) for number in numbers] and None)
    found = read(lambda file: [entry.thing.number for entry in file.entries("invoices")])
    assert found == list(range(1, 450))


def applied(target: str, amount: int, **values: Any) -> Applied:
    return Applied(
        source="P1", target=target, amount=amount, source_home=amount, target_home=amount, date=DAY, **values
    )


def test_applications_are_known_from_both_ends(write: Run, read: Run, theirs: str) -> None:
    first = applied("I1", 100, discount=5, discount_home=4, discount_account="d", discount_class="k", via="P9")
    serials = write(lambda file: [file.apply(first), file.apply(applied("I2", 50))])
    first = structs.replace(first, serial=serials[0])
    second = structs.replace(applied("I2", 50), serial=serials[1])
    assert read(lambda file: file.applied_by("P1")) == [first, second]
    assert read(lambda file: file.applied_to("I1")) == [first]
    assert read(lambda file: file.applications_of(["I2", "P1", "nobody"])) == [first, second]
    assert read(lambda file: list(file.applications())) == [first, second]
    assert read(lambda file: file.applied_by("P1"), theirs) == []
    less = structs.replace(first, amount=60, source_home=60, target_home=61, discount=0, discount_home=0)
    write(lambda file: file.reduce_application(less))
    write(lambda file: file.unapply(second.serial))
    assert read(lambda file: file.applied_by("P1")) == [less]


def test_balances_are_sums_of_postings(write: Run, read: Run, theirs: str) -> None:
    write(lambda file: file.add_entry(invoice(1), POSTINGS))
    write(lambda file: file.post("A1", DAY, (Posting("ar", -600, "c1"), Posting("payable", 600, None, "v2"))))
    assert read(lambda file: file.balances()) == {"ar": 1000, "sales": -1500, "tax": -100, "payable": 600}
    assert read(lambda file: file.vendor_postings("tax")) == {"v": -100}
    assert read(lambda file: file.vendor_postings("payable")) == {"v2": 600}
    assert read(lambda file: file.balances(), theirs) == {}
    assert read(lambda file: file.unbalanced()) == []
    write(lambda file: file.post("A2", DAY, (Posting("ar", 1),)))
    assert read(lambda file: file.unbalanced()) == ["A2"]
    write(lambda file: file.unpost("A2"))
    assert read(lambda file: file.unbalanced()) == []


def test_customers_owe_invoices_less_credits(write: Run, read: Run) -> None:
    memo = Entry(
        thing=CreditMemo(id="M", number=9, customer=Ref("c2"), receivables_account=Ref("other"), transaction_date=DAY),
        resource="credit_memos",
        total=250,
        open=250,
        open_home=250,
    )
    entries = [invoice(1), invoice(2, open=0), payment(3, 600), memo]
    write(lambda file: [file.add_entry(entry, ()) for entry in entries] and None)
    owed = read(lambda file: file.customer_open(["c1", "c2", "c3"]))
    assert {customer: amount for customer, amount in owed.items() if amount} == {"c1": 1000, "c2": -250}
    assert read(lambda file: file.open_home_by_account()) == {"ar": 1000, "other": -250}


def test_an_external_id_stands_once_for_its_resource(write: Run, read: Run) -> None:
    write(lambda file: file.add_entry(invoice(1, external_id="x"), ()))
    with pytest.raises(Exception, match=r"(?i)unique"):
        write(lambda file: file.add_entry(invoice(2, external_id="x"), ()))
    assert read(lambda file: file.entry("I2")) is None


def test_bills_are_kept_under_their_vendor_and_lie_on_the_other_side_of_what_is_open(write: Run, read: Run) -> None:
    """What is owed to vendors stands in the ledger as a credit; their own credits, and payments to them, as a debit."""

    def bought(identifier: str, number: int, resource: str, model: type[Transaction], total: int) -> Entry:
        given: dict[str, Any] = {"vendor": Ref("v1", "Nursery"), "payables_account": Ref("ap"), "transaction_date": DAY}
        thing = model(id=identifier, number=number, **given)
        return Entry(thing=thing, resource=resource, total=total, open=total, open_home=total)

    bill = bought("B1", 1, "bills", Bill, 5000)
    write(lambda file: file.add_entry(bill, ()))
    write(lambda file: file.add_entry(bought("V1", 2, "vendor_credits", VendorCredit, 700), ()))
    write(lambda file: file.add_entry(bought("P1", 3, "bill_payments", BillPayment, 200), ()))
    write(lambda file: file.add_entry(invoice(4), ()))
    assert read(lambda file: file.entry("B1", "bills")) == bill
    assert read(lambda file: file.open_home_by_account()) == {"ap": -4100, "ar": 1600}
    asked = Select(resource="bills", filters=(Filter("vendor_id", "in", ("v1",)),))
    assert [each.id for each in read(lambda file: file.select(asked)).items] == ["B1"]
    assert read(lambda file: file.select(structs.replace(asked, filters=(Filter("vendor_id", "=", "v2"),)))).items == ()


def test_what_has_no_day_number_or_customer_is_kept_all_the_same(write: Run, read: Run) -> None:
    paper = Entry(thing=Attachable(id="A1", number=1, file_name="plan.pdf"), resource="attachables")
    write(lambda file: file.add_entry(paper, ()))
    assert read(lambda file: file.entry("A1")) == paper
    assert read(lambda file: file.select(Select(resource="attachables"))).items == (paper.thing,)
