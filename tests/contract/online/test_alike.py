"""Embedded books and QuickBooks Online, asked through the dispatcher: the same commands leave the same behind."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from tests.acceptance.snapbooks_online.pair import Pair, copied, opened
from tests.contract.online.alike import UNLIKE, unlike

from counterfoil.core.errors import BooksRefused
from counterfoil.dispatch.attempts import Attempt
from counterfoil.model.addresses import Address
from counterfoil.model.command import Command, Create, Delete, LineChange, Update, Void
from counterfoil.model.items import SalesOrPurchase, ServiceItem
from counterfoil.model.lines import SalesLine
from counterfoil.model.lists import Class
from counterfoil.model.outcome import Done
from counterfoil.model.people import Customer, Vendor
from counterfoil.model.query import Filter, Read, Select
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import CreditMemo, Invoice
from counterfoil.model.shape import Resource
from counterfoil.model.values import Ref
from counterfoil.storage.margin import Margin

BOOKS: Final = ("embedded US", "online US")
SPACES: Final = ("names", "items", "terms", "classes", "payment_methods", "accounts", "transactions")
LISTED: Final = {
    "customers": "names",
    "vendors": "names",
    "service_items": "items",
    "non_inventory_items": "items",
    "classes": "classes",
    "payment_methods": "payment_methods",
    "standard_terms": "terms",
    "accounts": "accounts",
    "invoices": "transactions",
    "receive_payments": "transactions",
    "credit_memos": "transactions",
}
DAY: Final = date(2026, 3, 2)
SHOWN_ELSEWHERE: Final = {"SalesLine.description", "ServiceItem.sales_tax_code"}
"""Differences that what the sandbox holds does not show: the sales and the item that are made below do."""


class Sides:
    """Both books: the embedded ones are asked by their own ids, which stand behind Intuit's numbers."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.dispatcher = pair.running.dispatcher
        self.embedded, self.online = (pair.runner.run(self.dispatcher.admit_only(pair.keys[name])) for name in BOOKS)
        self.shown: set[str] = set()
        self.made: dict[str, str] = {}
        """Ids of the embedded books, and what stands for them at Intuit."""

    def same(self, one: str, other: str) -> bool:
        return self.made.get(one) == other or any(self.numbers(space, [one]).get(one) == other for space in SPACES)

    def numbers(self, space: str, ids: Sequence[str]) -> dict[str, str]:
        connection, clock = self.embedded[1].id, self.pair.running.clock
        store = self.pair.running.store
        found = self.pair.runner.run(
            store.read(lambda session: Margin(session, connection, clock).numbered(space, ids))
        )
        return {id: str(number) for id, number in found.items()}

    def ref(self, space: str, number: str) -> tuple[Ref, Ref]:
        """A reference in each of the books."""
        id = self.pair.runner.run(self.dispatcher.id_of(self.embedded[1], space, int(number)))
        assert id is not None
        return Ref(id), Ref(number)

    def done(self, one: Command, other: Command) -> tuple[Any, Any]:
        """What two commands that say the same leave behind: the same."""
        found = [self._done(side, command) for side, command in ((self.embedded, one), (self.online, other))]
        self.shown |= self.check(*found)
        self.made[found[0].id] = found[1].id
        return found[0], found[1]

    def _done(self, side: Any, command: Command) -> Any:
        attempt = Attempt(repr((command, len(self.made))).encode())
        outcome = self.pair.runner.run(self.dispatcher.submit(side[0], side[1], command, attempt, 30))
        assert isinstance(outcome, Done), outcome
        return outcome.result

    def read(self, resource: str, made: tuple[Any, Any]) -> tuple[Any, Any]:
        """Both objects as they are now: the same."""
        asked = zip((self.embedded, self.online), made, strict=True)
        found = [
            self.pair.runner.run(self.dispatcher.read(side[1], Read(resource=resource, id=thing.id)))
            for side, thing in asked
        ]
        self.check(*found)
        return found[0], found[1]

    def select(self, select: Select) -> tuple[Sequence[Resource], Sequence[Resource]]:
        one, two = (
            self.pair.runner.run(self.dispatcher.select(side[1], select)) for side in (self.embedded, self.online)
        )
        return one.items, two.items

    def check(self, one: Any, other: Any) -> set[str]:
        """The fields in which they differ; none but those that may."""
        found = list(unlike(one, other, self.same))
        assert [each for each in found if each[0] not in UNLIKE] == []
        return {each[0] for each in found}


@pytest.fixture(scope="session")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("alike") / "made"
    with opened(folder):
        return folder


@pytest.fixture
def sides(twins: Path, tmp_path: Path) -> Iterator[Sides]:
    with opened(copied(twins, tmp_path / "pair")) as pair:
        yield Sides(pair)
        assert pair.violations() == []


def _agencies(things: Sequence[Any]) -> list[Any]:
    return [each for each in things if not getattr(each, "is_sales_tax_agency", False)]


def test_what_is_there_is_the_same(sides: Sides) -> None:
    """Every object of every list, and every transaction; tax agencies are no vendors at Intuit."""
    differing: set[str] = set()
    for resource, space in LISTED.items():
        here, there = sides.select(Select(resource=resource, with_links=True))
        known = {each.id: each for each in there}
        here = _agencies(here)
        numbers = sides.numbers(space, [each.id for each in here])
        if resource != "service_items":  # other charges are services at Intuit
            assert set(numbers.values()) == known.keys(), resource
        for each in here:
            differing |= sides.check(each, known[numbers[each.id]])
    assert differing == UNLIKE.keys() - SHOWN_ELSEWHERE


@pytest.mark.parametrize(
    ("resource", "draft", "changes"),
    [
        (
            "customers",
            Customer(
                name="Jane Roe",
                company_name="Roe Ltd",
                email="jane@roe.example",
                phone="555 0100",
                note="by the bridge",
                billing_address=Address(line1="1 Main St", city="Tulsa", state="OK", postal_code="74103"),
            ),
            {"phone": "555 0199", "email": None},
        ),
        (
            "vendors",
            Vendor(name="Acme Tools", company_name="Acme", email="desk@tools.example", name_on_check="Acme Tools Inc."),
            {"email": "new@tools.example", "phone": "1"},
        ),
        ("classes", Class(name="Islands"), {"name": "Isles"}),
    ],
)
def test_lists(sides: Sides, resource: str, draft: Any, changes: dict[str, Any]) -> None:
    create = Create(resource=resource, draft=draft)
    made = sides.done(create, create)
    sides.read(resource, made)
    assert all(getattr(made[1], name) == getattr(draft, name) for name in ("name", *changes))
    one, two = (Update(resource=resource, id=each.id, revision=each.revision, changes=changes) for each in made)
    changed = sides.done(one, two)
    assert all(getattr(each, name) == value for each in changed for name, value in changes.items())
    sides.read(resource, made)
    name = changes.get("name", draft.name)
    here, there = sides.select(Select(resource=resource, filters=(Filter("name", "=", name),)))
    assert [[each.id for each in found] for found in (here, there)] == [[made[0].id], [made[1].id]]
    for side in (sides.embedded, sides.online):
        again = Create(resource=resource, draft=type(draft)(name=name))
        attempt = Attempt(b"taken")
        outcome = sides.pair.runner.run(sides.dispatcher.submit(*side, again, attempt, 30))
        assert {each.kind for each in outcome.problems} == {"name_in_use"}  # type: ignore[union-attr]


def test_an_item(sides: Sides) -> None:
    accounts = sides.ref("accounts", "1")
    one, two = (
        ServiceItem(name="Weeding", sales_or_purchase=SalesOrPurchase(price=Decimal("12.5"), posting_account=account))
        for account in accounts
    )
    made = sides.done(Create(resource="service_items", draft=one), Create(resource="service_items", draft=two))
    assert sides.shown == {"ServiceItem.sales_tax_code"}
    sides.read("service_items", made)


def _sale(model: Any, customer: Ref, goods: Ref, work: Ref, terms: Ref) -> Any:
    lines = (
        SalesLine(item=goods, quantity=Decimal(3), rate=Decimal("18.99")),
        SalesLine(item=work, description="Work", quantity=Decimal("2.5"), rate=Decimal("40")),
    )
    head: dict[str, Any] = {"customer": customer, "transaction_date": DAY, "memo": "By the gate", "lines": lines}
    return model(**head, terms=terms) if model is Invoice else model(**head)


def _sold(sides: Sides, model: Any, resource: str) -> tuple[Any, Any]:
    refs = [sides.ref(*each) for each in (("names", "59"), ("items", "21"), ("items", "2"), ("terms", "6"))]
    drafts = [_sale(model, *(pair[side] for pair in refs)) for side in (0, 1)]
    return sides.done(*(Create(resource=resource, draft=each) for each in drafts))


def test_an_invoice_through_its_whole_life(sides: Sides) -> None:
    made = _sold(sides, Invoice, "invoices")
    assert made[1].subtotal == Decimal("156.97")
    assert "SalesLine.description" in sides.shown
    sides.read("invoices", made)
    changes = [
        {
            "memo": "By the door",
            "lines": (
                LineChange(id=each.lines[0].id, changes={"quantity": Decimal(4), "rate": Decimal("18.99")}),
                LineChange(id=each.lines[1].id, changes={}),
            ),
        }
        for each in made
    ]
    updates = [
        Update(resource="invoices", id=each.id, revision=each.revision, changes=change)
        for each, change in zip(made, changes, strict=True)
    ]
    changed = sides.done(*updates)
    assert [sorted(line.amount for line in each.lines) for each in changed] == [[Decimal("75.96"), Decimal(100)]] * 2
    sides.read("invoices", made)
    for side, update in zip((sides.embedded, sides.online), updates, strict=True):
        outcome = sides.pair.runner.run(sides.dispatcher.submit(*side, update, Attempt(b"too late"), 30))
        assert [each.kind for each in outcome.problems] == ["stale_revision"]  # type: ignore[union-attr]
    voided = [sides._done(side, Void(resource="invoices", id=each.id)) for side, each in _each(sides, made)]
    assert [each.id for each in voided] == [each.id for each in made]
    empty = sides.read("invoices", made)
    assert [(each.total_amount, each.is_void) for each in empty] == [(Decimal(0), True)] * 2
    for side, each in _each(sides, made):
        sides._done(side, Delete(resource="invoices", id=each.id))
        with pytest.raises(BooksRefused):
            sides.pair.runner.run(sides.dispatcher.read(side[1], Read(resource="invoices", id=each.id)))


def test_payments_and_credits(sides: Sides) -> None:
    sold = _sold(sides, Invoice, "invoices")
    customers = sides.ref("names", "59")
    drafts = [
        ReceivePayment(
            customer=customer,
            transaction_date=DAY,
            total_amount=Decimal("60.00"),
            applications=(Application(transaction_id=each.id, payment_amount=Decimal("50.00")),),
        )
        for customer, each in zip(customers, sold, strict=True)
    ]
    paid = sides.done(*(Create(resource="receive_payments", draft=each) for each in drafts))
    assert [each.unused_payment for each in paid] == [Decimal("10.00")] * 2
    sides.read("receive_payments", paid)
    owed = sides.read("invoices", sold)
    assert owed[1].balance_remaining == sold[1].total_amount - Decimal("50.00")
    for side, each in _each(sides, paid):
        sides._done(side, Delete(resource="receive_payments", id=each.id))
    assert sides.read("invoices", sold)[1].balance_remaining == sold[1].total_amount
    sides.read("credit_memos", _sold(sides, CreditMemo, "credit_memos"))


def _each(sides: Sides, made: tuple[Any, Any]) -> Iterator[tuple[Any, Any]]:
    return zip((sides.embedded, sides.online), made, strict=True)
