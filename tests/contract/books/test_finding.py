"""Filters and pages of lists."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.contract.books.bench import Bench
from tests.contract.books.samples import ACME, WORK

from counterfoil.core.money import minor
from counterfoil.model.command import Create, Delete
from counterfoil.model.lines import SalesLine
from counterfoil.model.people import Customer
from counterfoil.model.query import Filter, Select
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import Invoice
from counterfoil.model.values import Ref

DEMO = {"5882", "6777", "INV-666666665346", "INV-9999999998"}
"""The open invoices with which the company begins, of 15 January 2026."""


def invoice(bench: Bench, number: str, customer: Ref, day: date, **more: Any) -> Any:
    line = SalesLine(item=WORK, amount=Decimal("10.00"))
    draft = Invoice(customer=customer, transaction_date=day, ref_number=number, lines=(line,), **more)
    return bench.do(Create(resource="invoices", draft=draft))


@pytest.fixture
def shelf(bench: Bench) -> Bench:
    """`A-1` (paid) of Acme, `a-2` of its job, `B-3` of the café in a class of its own, `E-4` in euros."""
    paid = invoice(bench, "A-1", ACME, date(2026, 2, 10))
    invoice(bench, "a-2", bench.named("customers", "Acme Corporation:Roof garden"), date(2026, 2, 11))
    gardens = bench.named("classes", "Residential")
    invoice(bench, "B-3", bench.named("customers", "Bluebonnet Cafe"), date(2026, 3, 1), class_=gardens)
    euro = bench.named("customers", "Gartenhaus GmbH")
    invoice(bench, "E-4", euro, date(2026, 3, 3), exchange_rate=Decimal(2))
    applied = (Application(transaction_id=paid.id, payment_amount=Decimal("10.00")),)
    money = ReceivePayment(
        customer=ACME, transaction_date=date(2026, 3, 3), total_amount=Decimal("10.00"), applications=applied
    )
    bench.do(Create(resource="receive_payments", draft=money))
    return bench


def numbers(bench: Bench, *filters: Filter, **more: Any) -> set[str]:
    return {each.ref_number for each in bench.select(Select(resource="invoices", filters=filters, **more))}


def test_transactions_are_filtered(shelf: Bench) -> None:
    def named(resource: str, name: str) -> tuple[str, ...]:
        return (shelf.named(resource, name).id or "",)

    after, before = Filter("date", ">=", date(2026, 2, 11)), Filter("date", "<=", date(2026, 3, 1))
    assert numbers(shelf) == DEMO | {"A-1", "a-2", "B-3", "E-4"}
    assert numbers(shelf, after) == {"a-2", "B-3", "E-4"}
    assert numbers(shelf, after, before) == {"a-2", "B-3"}
    assert numbers(shelf, Filter("paid", "=", True)) == {"A-1"}
    assert numbers(shelf, Filter("paid", "=", False), after) == {"a-2", "B-3", "E-4"}
    assert numbers(shelf, Filter("customer_id", "in", named("customers", "Acme Corporation:Roof garden"))) == {"a-2"}
    assert numbers(shelf, Filter("currency_id", "in", named("currencies", "Euro"))) == {"E-4"}
    assert numbers(shelf, Filter("ref_number", "starts", "A-")) == {"A-1", "a-2"}
    assert numbers(shelf, Filter("ref_number", "contains", "-")) == {"A-1", "a-2", "B-3", "E-4"} | DEMO - {
        "5882",
        "6777",
    }
    assert numbers(shelf, Filter("ref_number", "ends", "3")) == {"B-3"}
    assert numbers(shelf, Filter("ref_number", ">=", "a-2"), Filter("ref_number", "<=", "B-3")) == {"a-2", "B-3"}
    assert numbers(shelf, Filter("ref_number", ">=", "6000"), Filter("ref_number", "<=", "7000")) == {"6777"}
    assert numbers(shelf, ref_numbers=("E-4", "5882")) == {"E-4", "5882"}


def test_links_are_told_when_asked(shelf: Bench) -> None:
    select = Select(resource="invoices", ref_numbers=("A-1",))
    (bare,) = shelf.select(select)
    (linked,) = shelf.select(Select(resource="invoices", ref_numbers=("A-1",), with_links=True))
    assert bare.linked_transactions == ()
    assert [link.transaction_type for link in linked.linked_transactions] == ["receive_payment"]


def test_customers_are_filtered(shelf: Bench) -> None:
    def names(*filters: Filter) -> list[str]:
        return sorted(each.full_name for each in shelf.select(Select(resource="customers", filters=filters)))

    shelf.do(Create(resource="customers", draft=Customer(name="Cedar Closed", is_active=False)))
    assert names(Filter("is_active", "=", False)) == ["Cedar Closed"]
    assert names(Filter("name", "contains", "GARDEN")) == ["Acme Corporation:Roof garden"]
    assert names(Filter("name", "starts", "blue")) == ["Bluebonnet Cafe"]
    assert names(Filter("name", ">=", "bluebonnet cafe"), Filter("name", "<=", "cedar z")) == [
        "Bluebonnet Cafe",
        "CBR Tulsa 2",
        "Cedar Closed",
    ]
    assert names(Filter("total_balance", "=", minor(Decimal("10.00")))) == [
        "Acme Corporation:Roof garden",
        "Bluebonnet Cafe",
    ]
    assert names(Filter("total_balance", ">", minor(Decimal("20.00")))) == ["Acme Corporation"]


def test_accounts_are_filtered(shelf: Bench) -> None:
    def names(*filters: Filter) -> list[str]:
        return sorted(each.full_name for each in shelf.select(Select(resource="accounts", filters=filters)))

    assert names(Filter("type", "in", ("bank",))) == ["Checking"]
    assert names(Filter("name", "starts", "sales t")) == ["Sales Tax Payable"]


@pytest.mark.parametrize("limit", [1, 3, 8, 150])
def test_pages_hold_everything_once_and_say_what_remains(shelf: Bench, limit: int) -> None:
    every = [each.id for each in shelf.select(Select(resource="invoices"))]
    pages = shelf.pages(Select(resource="invoices", limit=limit, count_up_to=1000))
    assert [each for page, _ in pages for each in page] == every
    assert [remaining for _, remaining in pages] == [
        max(len(every) - limit * number, 0) for number in range(1, len(pages) + 1)
    ]


def test_deletions_are_found_by_resource(shelf: Bench) -> None:
    (gone,) = shelf.select(Select(resource="invoices", ref_numbers=("B-3",)))
    shelf.do(Delete(resource="invoices", id=gone.id))
    (told,) = shelf.deletions("invoices", "credit_memos")
    assert (told.id, told.label, told.created_at) == (gone.id, "B-3", gone.created_at)
    assert shelf.deletions("receive_payments") == ()
