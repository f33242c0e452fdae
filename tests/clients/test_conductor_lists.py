"""Lists through the vendor's client: pages that lose and repeat nothing, and filters as the vendor tells of them."""

import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conductor import BadRequestError, Conductor, InternalServerError
from conductor.pagination import SyncCursorPage
from conductor.types.qbd import Invoice
from tests.clients.conftest import Connect
from tests.clients.site import Site
from tests.support.company import Company
from tests.support.line import Line

Asked = dict[str, Any]


class Shelf(Company):
    """A company whose invoices, customers and accounts differ in all that lists can be asked for.

    Invoices: `A-1` (paid) and `A-2` of Acme, `a-3` of its job, `B-4` of Bluebonnet in an A/R account of its own,
    and a second later `90`, `100` of Bluebonnet and `E-7` in euros.
    """

    def __init__(self, client: Conductor, user: str) -> None:
        super().__init__(client, user)
        qbd = client.qbd
        self.retail = qbd.accounts.create(
            conductor_end_user_id=user, name="Retail A/R", account_type="accounts_receivable"
        ).id
        self.euro = qbd.currencies.list(conductor_end_user_id=user, names=["Euro"]).data[0].id
        self.gardens = qbd.classes.create(conductor_end_user_id=user, name="Gardens").id
        self.bluebonnet = qbd.customers.create(
            conductor_end_user_id=user,
            name="Bluebonnet Cafe",
            class_id=self.gardens,
            alternate_shipping_addresses=[{"name": "Back door", "line1": "2 Side St"}],
        ).id
        self.closed = qbd.customers.create(conductor_end_user_id=user, name="Cedar Closed", is_active=False).id
        self.invoices: dict[str, Invoice] = {}
        self._file_invoices(
            ("A-1", self.customer, date(2026, 1, 10), {}),
            ("A-2", self.customer, date(2026, 2, 10), {}),
            ("a-3", self.job, date(2026, 2, 11), {}),
            ("B-4", self.bluebonnet, date(2026, 3, 1), {"receivables_account_id": self.retail}),
        )
        self.pay(self.invoices["A-1"].id, "10.00")
        self.early = max(self.read(invoice.id).updated_at for invoice in self.invoices.values())
        time.sleep(1.1)  # times are told in whole seconds
        self.gartenhaus = qbd.customers.create(conductor_end_user_id=user, name="Gartenhaus", currency_id=self.euro).id
        self._file_invoices(
            ("90", self.bluebonnet, date(2026, 3, 2), {}),
            ("100", self.bluebonnet, date(2026, 3, 3), {}),
            ("E-7", self.gartenhaus, date(2026, 3, 3), {"exchange_rate": 2.0}),
        )
        self.late = min(self.invoices[number].updated_at for number in ("90", "100", "E-7"))

    def _file_invoices(self, *invoices: tuple[str, str, date, Asked]) -> None:
        for number, customer, day, more in invoices:
            self.invoices[number] = self.client.qbd.invoices.create(
                conductor_end_user_id=self.user,
                customer_id=customer,
                transaction_date=day,
                ref_number=number,
                lines=[{"item_id": self.delivery if number == "90" else self.labour, "amount": "10.00"}],
                **more,
            )

    def list_invoices(self, **asked: Any) -> SyncCursorPage[Invoice]:
        return self.client.qbd.invoices.list(conductor_end_user_id=self.user, **asked)

    def numbers(self, **asked: Any) -> list[str | None]:
        return [invoice.ref_number for invoice in self.list_invoices(**asked)]

    def customers(self, **asked: Any) -> list[str]:
        return [each.full_name for each in self.client.qbd.customers.list(conductor_end_user_id=self.user, **asked)]

    def account_names(self, **asked: Any) -> list[str]:
        found = self.client.qbd.accounts.list(conductor_end_user_id=self.user, **asked)
        return [each.full_name for each in found.data]


Question = Callable[[Shelf], Asked]
ALL = ["A-1", "A-2", "a-3", "B-4", "90", "100", "E-7"]


@pytest.fixture(scope="module")
def shelf(site: Site, connect: Connect, record: Path | None) -> Iterator[Shelf]:
    """Nothing on it is changed by the tests that read it."""
    with connect(Line(record)) as client:
        user = site.new_user(client, "Shelf", "shelf")
        yield Shelf(client, user)
        site.close(user)


def told(page: SyncCursorPage[Invoice]) -> Asked:
    """What a page says of itself, beside its data."""
    return {**(page.model_extra or {}), "nextCursor": page.next_cursor}


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 150])
def test_pages_hold_every_invoice_once_in_a_stable_order(shelf: Shelf, limit: int) -> None:
    assert shelf.numbers(limit=limit) == ALL


def test_each_page_says_how_many_follow(shelf: Shelf) -> None:
    pages = list(shelf.list_invoices(limit=2).iter_pages())
    assert [len(page.data) for page in pages] == [2, 2, 2, 1]
    assert [told(page)["remainingCount"] for page in pages] == [5, 3, 1, 0]
    assert [told(page)["hasMore"] for page in pages] == [True, True, True, False]
    assert [bool(page.next_cursor) for page in pages] == [True, True, True, False]
    assert told(pages[-1])["nextCursor"] is None
    assert {told(page)["objectType"] for page in pages} == {"list"}
    assert {told(page)["url"] for page in pages} == {"/v1/quickbooks-desktop/invoices"}


def test_a_page_that_is_just_full_is_the_last(shelf: Shelf) -> None:
    page = shelf.list_invoices(limit=7)
    assert (len(page.data), told(page)["hasMore"], page.next_cursor) == (7, False, None)


def test_pages_keep_to_their_filters(shelf: Shelf) -> None:
    pages = list(shelf.list_invoices(limit=2, customer_ids=[shelf.bluebonnet]).iter_pages())
    assert [[each.ref_number for each in page.data] for page in pages] == [["B-4", "90"], ["100"]]
    assert told(pages[0])["remainingCount"] == 1


def test_changes_between_pages_repeat_and_lose_nothing(company: Company) -> None:
    qbd, user = company.client.qbd, company.user
    first, second, third, fourth = (company.invoice_of("10.00") for _ in range(4))
    page = qbd.invoices.list(conductor_end_user_id=user, limit=2)
    assert [each.id for each in page.data] == [first.id, second.id]
    qbd.invoices.update(first.id, conductor_end_user_id=user, revision_number=first.revision_number, memo="Changed")
    qbd.invoices.delete(second.id, conductor_end_user_id=user)
    fifth = company.invoice_of("10.00")
    rest = [each.id for each in page.get_next_page()]
    assert rest[:2] == [third.id, fourth.id]
    assert set(rest[2:]) <= {fifth.id}


@pytest.mark.parametrize(
    ("asked", "cursor"),
    [({}, "not a cursor"), ({"payment_status": "paid"}, None)],
    ids=["made up", "of another question"],
)
def test_a_cursor_that_does_not_belong_is_refused(shelf: Shelf, asked: Asked, cursor: str | None) -> None:
    cursor = cursor or shelf.list_invoices(limit=2).next_cursor
    with pytest.raises(BadRequestError, match="cursor"):
        shelf.list_invoices(limit=2, cursor=cursor, **asked)


INVOICE_FILTERS: dict[str, tuple[Question, list[str]]] = {
    "ids": (lambda shelf: {"ids": [shelf.invoices["100"].id, shelf.invoices["A-2"].id]}, ["A-2", "100"]),
    "ids pass over other filters": (
        lambda shelf: {"ids": [shelf.invoices["100"].id], "payment_status": "paid"},
        ["100"],
    ),
    "ref numbers": (lambda _: {"ref_numbers": ["E-7", "A-1"]}, ["A-1", "E-7"]),
    "updated after": (lambda shelf: {"updated_after": shelf.late}, ["90", "100", "E-7"]),
    "updated after, without a zone": (lambda shelf: {"updated_after": shelf.late[:19]}, ["90", "100", "E-7"]),
    "updated before": (lambda shelf: {"updated_before": shelf.early}, ["A-1", "A-2", "a-3", "B-4"]),
    "updated between days": (lambda _: {"updated_after": "2020-01-01", "updated_before": "2099-12-31"}, ALL),
    "updated before a day": (lambda _: {"updated_before": "2020-01-01"}, []),
    "from a date": (lambda _: {"transaction_date_from": date(2026, 3, 2)}, ["90", "100", "E-7"]),
    "to a date": (lambda _: {"transaction_date_to": "2026-02-10"}, ["A-1", "A-2"]),
    "between dates": (
        lambda _: {"transaction_date_from": "2026-02-10", "transaction_date_to": "2026-03-01"},
        ["A-2", "a-3", "B-4"],
    ),
    "customers": (lambda shelf: {"customer_ids": [shelf.gartenhaus, shelf.bluebonnet]}, ["B-4", "90", "100", "E-7"]),
    "a job": (lambda shelf: {"customer_ids": [shelf.job]}, ["a-3"]),
    "a receivables account": (lambda shelf: {"account_ids": [shelf.retail]}, ["B-4"]),
    "an income account": (lambda shelf: {"account_ids": [shelf.account("Shipping and Delivery Income")]}, ["90"]),
    "number contains": (lambda _: {"ref_number_contains": "-"}, ["A-1", "A-2", "a-3", "B-4", "E-7"]),
    "number starts": (lambda _: {"ref_number_starts_with": "B-"}, ["B-4"]),
    "number ends": (lambda _: {"ref_number_ends_with": "0"}, ["90", "100"]),
    "number in a range of text": (lambda _: {"ref_number_from": "A-2", "ref_number_to": "B-4"}, ["A-2", "a-3", "B-4"]),
    "currencies": (lambda shelf: {"currency_ids": [shelf.euro]}, ["E-7"]),
    "paid": (lambda _: {"payment_status": "paid"}, ["A-1"]),
    "not paid": (lambda _: {"payment_status": "not_paid"}, ALL[1:]),
    "paid or not": (lambda _: {"payment_status": "all"}, ALL),
    "several at once": (
        lambda shelf: {"customer_ids": [shelf.bluebonnet], "transaction_date_from": "2026-03-02", "limit": 1},
        ["90", "100"],
    ),
}


@pytest.mark.parametrize("name", INVOICE_FILTERS)
def test_invoices_are_filtered(shelf: Shelf, name: str) -> None:
    question, expected = INVOICE_FILTERS[name]
    assert sorted(filter(None, shelf.numbers(**question(shelf)))) == sorted(expected)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"ref_number_from": "91"}, ["100"]),
        ({"ref_number_to": "95"}, ["90"]),
        ({"ref_number_from": "9", "ref_number_to": "100"}, ["100", "90"]),
    ],
    ids=["from", "to", "between"],
)
def test_a_range_of_digits_is_compared_as_numbers(shelf: Shelf, asked: Asked, expected: list[str]) -> None:
    """The vendor: numerical comparison for values that contain only digits. Here 100 comes after 90."""
    found = shelf.numbers(**asked)
    assert sorted(number for number in found if number and number.isdigit()) == expected


@pytest.mark.parametrize(
    "asked",
    [
        {"ref_number_contains": "A", "ref_number_starts_with": "A"},
        {"ref_number_starts_with": "A", "ref_number_ends_with": "1"},
        {"ref_number_from": "A", "ref_number_contains": "1"},
        {"ref_number_to": "B", "ref_number_starts_with": "A"},
        {"limit": 0},
        {"limit": 151},
        {"updated_after": "yesterday"},
        {"payment_status": "half"},
    ],
    ids=lambda asked: " and ".join(asked),
)
def test_questions_that_make_no_sense_are_refused(shelf: Shelf, asked: Asked) -> None:
    with pytest.raises(BadRequestError):
        shelf.list_invoices(**asked)


@pytest.mark.parametrize(
    "asked", [{"ids": ["1-1"]}, {"ref_numbers": ["A-1", "a-1"]}], ids=lambda asked: next(iter(asked))
)
def test_naming_what_is_not_there_is_an_error(shelf: Shelf, asked: Asked) -> None:
    """Numbers of documents are case-sensitive."""
    with pytest.raises(InternalServerError, match="could not be found in QuickBooks") as refusal:
        shelf.list_invoices(**asked)
    assert refusal.value.status_code == 502


def test_lines_are_left_out_when_asked(shelf: Shelf) -> None:
    assert all(invoice.lines for invoice in shelf.list_invoices())
    assert not any(invoice.lines for invoice in shelf.list_invoices(include_line_items=False))


def test_links_are_told_when_asked(shelf: Shelf) -> None:
    assert not any(invoice.linked_transactions for invoice in shelf.list_invoices())
    linked = [
        invoice for invoice in shelf.list_invoices(include_linked_transactions=True) if invoice.linked_transactions
    ]
    assert [invoice.ref_number for invoice in linked] == ["A-1"]
    assert linked[0].linked_transactions[0].transaction_type == "receive_payment"


ACTIVE = ["Acme", "Acme:Roof garden", "Bluebonnet Cafe", "Gartenhaus"]
CUSTOMER_FILTERS: dict[str, tuple[Question, list[str]]] = {
    "nothing": (lambda _: {}, ACTIVE),
    "ids": (lambda shelf: {"ids": [shelf.job, shelf.customer]}, ["Acme", "Acme:Roof garden"]),
    "full names": (lambda _: {"full_names": ["acme:ROOF garden"]}, ["Acme:Roof garden"]),
    "active": (lambda _: {"status": "active"}, ACTIVE),
    "inactive": (lambda _: {"status": "inactive"}, ["Cedar Closed"]),
    "all": (lambda _: {"status": "all"}, sorted([*ACTIVE, "Cedar Closed"])),
    "updated after": (lambda shelf: {"updated_after": shelf.late}, ["Gartenhaus"]),
    "updated before": (lambda shelf: {"updated_before": shelf.early}, ACTIVE[:3]),
    "name contains": (lambda _: {"name_contains": "GARDEN"}, ["Acme:Roof garden"]),
    "name starts": (lambda _: {"name_starts_with": "blue"}, ["Bluebonnet Cafe"]),
    "name ends": (lambda _: {"name_ends_with": "Haus"}, ["Gartenhaus"]),
    "name from": (lambda _: {"name_from": "bluebonnet cafe"}, ["Bluebonnet Cafe", "Gartenhaus"]),
    "name to": (lambda _: {"name_to": "B"}, ["Acme", "Acme:Roof garden"]),
    "name between": (lambda _: {"name_from": "acme:", "name_to": "C"}, ["Acme:Roof garden", "Bluebonnet Cafe"]),
    "a part of a job's own name": (lambda _: {"name_starts_with": "Roof"}, ["Acme:Roof garden"]),
    "a part of a parent's name": (lambda _: {"name_contains": "acme"}, ["Acme"]),
    "balance": (lambda _: {"total_balance": "30.00"}, ["Bluebonnet Cafe"]),
    "a customer's balance and their jobs'": (lambda _: {"total_balance": "20.00"}, ["Acme", "Gartenhaus"]),
    "balance above": (lambda _: {"total_balance_greater_than": "20.00"}, ["Bluebonnet Cafe"]),
    "balance from": (
        lambda _: {"total_balance_greater_than_or_equal_to": "20.00"},
        ["Acme", "Bluebonnet Cafe", "Gartenhaus"],
    ),
    "balance below": (lambda _: {"total_balance_less_than": "20.00"}, ["Acme:Roof garden"]),
    "balance to": (
        lambda _: {"total_balance_less_than_or_equal_to": "20.00"},
        ["Acme", "Acme:Roof garden", "Gartenhaus"],
    ),
    "currencies": (lambda shelf: {"currency_ids": [shelf.euro]}, ["Gartenhaus"]),
    "classes": (lambda shelf: {"class_ids": [shelf.gardens]}, ["Bluebonnet Cafe"]),
    "by ones": (lambda _: {"limit": 1}, ACTIVE),
}


@pytest.mark.parametrize("name", CUSTOMER_FILTERS)
def test_customers_are_filtered(shelf: Shelf, name: str) -> None:
    """The vendor: parts are looked for in `name`, ranges are of `fullName`, both without regard to capitals."""
    question, expected = CUSTOMER_FILTERS[name]
    assert sorted(shelf.customers(**question(shelf))) == expected


def test_customers_in_a_range_are_sorted_by_name(client: Conductor, user: str) -> None:
    """The vendor: with `nameFrom` or `nameTo`, customers come sorted by `fullName`. Aster was entered last."""
    qbd = client.qbd
    for name in ("Cypress", "birch", "Aster"):
        qbd.customers.create(conductor_end_user_id=user, name=name)
    found = qbd.customers.list(conductor_end_user_id=user, name_from="a")
    assert [each.full_name for each in found] == ["Aster", "birch", "Cypress"]


def test_other_shipping_addresses_are_left_out_when_asked(shelf: Shelf) -> None:
    def names(**asked: Any) -> list[str | None]:
        found = shelf.client.qbd.customers.list(conductor_end_user_id=shelf.user, ids=[shelf.bluebonnet], **asked)
        return [address.name for address in found.data[0].alternate_shipping_addresses or []]

    assert names() == ["Back door"]
    assert names(exclude_alternate_shipping_addresses=True) == []


@pytest.mark.parametrize(
    "asked",
    [
        {"name_contains": "a", "name_ends_with": "b"},
        {"name_from": "a", "name_contains": "b"},
        {"total_balance": "1.00", "total_balance_greater_than": "0.00"},
        {"status": "asleep"},
        {"total_balance": "much"},
    ],
    ids=lambda asked: " and ".join(asked),
)
def test_questions_about_customers_that_make_no_sense_are_refused(shelf: Shelf, asked: Asked) -> None:
    with pytest.raises(BadRequestError):
        shelf.customers(**asked)


ACCOUNT_FILTERS: dict[str, tuple[Question, list[str]]] = {
    "ids": (lambda shelf: {"ids": [shelf.retail]}, ["Retail A/R"]),
    "full names": (lambda _: {"full_names": ["sales", "Checking"]}, ["Checking", "Sales"]),
    "type": (lambda _: {"account_type": "bank"}, ["Checking"]),
    "name contains": (lambda _: {"name_contains": "DELIVERY"}, ["Shipping and Delivery Income"]),
    "name starts": (lambda _: {"name_starts_with": "sales"}, ["Sales", "Sales Discounts", "Sales Tax Payable"]),
    "name ends": (lambda _: {"name_ends_with": "payable"}, ["Accounts Payable", "Sales Tax Payable"]),
    "name from": (lambda _: {"name_from": "undep"}, ["Undeposited Funds"]),
    "name to": (lambda _: {"name_to": "accounts payable"}, ["Accounts Payable"]),
    "inactive": (lambda _: {"status": "inactive"}, []),
    "updated before": (lambda _: {"updated_before": "2020-01-01"}, []),
}


@pytest.mark.parametrize("name", ACCOUNT_FILTERS)
def test_accounts_are_filtered(shelf: Shelf, name: str) -> None:
    question, expected = ACCOUNT_FILTERS[name]
    assert sorted(shelf.account_names(**question(shelf))) == expected


def test_accounts_are_found_by_currency(shelf: Shelf) -> None:
    """The receivables account that the first invoice in euros called for."""
    (found,) = shelf.client.qbd.accounts.list(conductor_end_user_id=shelf.user, currency_ids=[shelf.euro]).data
    assert (found.account_type, found.currency.id if found.currency else None) == ("accounts_receivable", shelf.euro)


def test_accounts_come_at_once_or_as_many_as_asked(shelf: Shelf) -> None:
    every = shelf.account_names()
    assert len(every) >= 16
    assert shelf.account_names(limit=3) == every[:3]
    assert shelf.account_names(updated_after="2020-01-01", status="all") == every
