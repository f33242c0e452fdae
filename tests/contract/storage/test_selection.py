"""Pages: every condition that can be asked, and the way from page to page."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from counterfoil.core.errors import BooksRefused
from counterfoil.model.accounts import Account
from counterfoil.model.lists import PaymentMethod
from counterfoil.model.people import Customer, Vendor
from counterfoil.model.postings import Entry, Posting
from counterfoil.model.query import Filter, Page, Select
from counterfoil.model.sales import CreditMemo, Invoice
from counterfoil.model.shape import Resource
from counterfoil.model.values import Ref

Run = Callable[..., Any]
CUSTOMERS = (
    Customer(id="c1", updated_at=10, name="Acme", full_name="Acme", class_=Ref("k1"), currency=Ref("usd")),
    Customer(id="c2", updated_at=20, name="Roof", full_name="Acme:Roof", parent=Ref("c1"), external_id="x-2"),
    Customer(id="c3", updated_at=30, name="Über_10%", full_name="Über_10%", is_active=False, class_=Ref("k2")),
    Customer(id="c4", updated_at=40, name="Acme & Sons", full_name="Acme & Sons", currency=Ref("eur")),
)
ACCOUNTS = (
    Account(id="ar", name="Receivable", full_name="Receivable", account_type="accounts_receivable"),
    Account(id="ap", name="Payable", full_name="Payable", account_type="accounts_payable"),
    Account(id="rent", name="Rent", full_name="Rent"),  # an expense, as what is not said otherwise
)


def sale(number: int, total: int, open_amount: int, **values: Any) -> Entry:
    model = values.pop("model", Invoice)
    thing = model(
        **{
            "id": f"T{number}",
            "number": number,
            "updated_at": number * 10,
            "customer": Ref("c1"),
            "receivables_account": Ref("ar"),
            "transaction_date": date(2024, 1, number),
            "ref_number": f"Inv-{number}",
            **values,
        }
    )
    resource = "invoices" if model is Invoice else "credit_memos"
    return Entry(thing=thing, resource=resource, total=total, open=open_amount, open_home=open_amount)


SALES = (
    sale(1, 100, 100),
    sale(2, 100, 0, customer=Ref("c2"), ref_number="Abc_1"),
    sale(3, 100, 40, customer=Ref("c2"), currency=Ref("eur"), external_id="x-3"),
    sale(4, 100, 100, model=CreditMemo, customer=Ref("c4")),
    sale(5, 0, 0, is_void=True, receivables_account=Ref("ar-eur"), ref_number="abc%2"),
    sale(6, 70, 0, is_pending=True, ref_number=None),
)


@pytest.fixture(autouse=True)
def books(write: Run, theirs: str) -> None:
    def work(file: Any) -> None:
        for thing in (*CUSTOMERS, *ACCOUNTS):
            file.add_object(thing)
        file.add_object(Vendor(id="v1", name="State"))
        file.add_object(PaymentMethod(id="p1", name="Cash", payment_method_type="cash"))
        file.add_object(PaymentMethod(id="p2", name="Barter"))
        for entry in SALES:
            postings = [Posting("sales", -1)] if entry.thing.number == 3 else []
            file.add_entry(entry, postings)
        file.post("O1", date(2024, 1, 1), (Posting("ap", -500, None, "v1"), Posting("rent", 500)))

    write(work)
    write(work, theirs)


@pytest.fixture
def found(read: Run) -> Callable[..., list[str]]:
    """The ids of what is found, all on one page."""

    def ids(resource: str, *filters: tuple[str, str, object]) -> list[str]:
        select = Select(resource=resource, filters=tuple(Filter(*each) for each in filters))  # type: ignore[arg-type]
        return [thing.id for thing in read(lambda file: file.select(select)).items]

    return ids


@pytest.mark.parametrize(
    ("field", "operator", "value", "expected"),
    [
        ("updated_at", ">=", 20, "c2 c3 c4"),
        ("updated_at", "<=", 20, "c1 c2"),
        ("is_active", "=", True, "c1 c2 c4"),
        ("is_active", "=", False, "c3"),
        ("name", "contains", "ROOF", "c2"),
        ("name", "starts", "acme", "c1 c4"),
        ("name", "starts", "über_", "c3"),
        ("name", "contains", "_", "c3"),
        ("name", "ends", "10%", "c3"),
        ("name", "ends", "%", "c3"),
        ("name", ">=", "ACME:", "c2 c3"),
        ("name", "<=", "Acme", "c1"),
        ("class_id", "in", ("k1", "k9"), "c1"),
        ("currency_id", "in", ("eur",), "c4"),
        ("external_id", "=", "x-2", "c2"),
        ("total_balance", "=", 140, "c1"),  # its own 100 and the 40 of its job
        ("total_balance", "=", 40, "c2"),
        ("total_balance", "<", 0, "c4"),
        ("total_balance", ">=", 0, "c1 c2 c3"),
        ("total_balance", ">", 40, "c1"),
        ("total_balance", "<=", -100, "c4"),
    ],
)
def test_customers_are_filtered(
    found: Callable[..., list[str]], field: str, operator: str, value: object, expected: str
) -> None:
    assert found("customers", (field, operator, value)) == expected.split()


@pytest.mark.parametrize(
    ("field", "operator", "value", "expected"),
    [
        ("updated_at", ">=", 30, "T3 T5 T6"),
        ("date", ">=", date(2024, 1, 3), "T3 T5 T6"),
        ("date", "<=", date(2024, 1, 2), "T1 T2"),
        ("customer_id", "in", ("c2", "c9"), "T2 T3"),
        ("account_id", "in", ("ar-eur",), "T5"),
        ("account_id", "in", ("sales",), "T3"),
        ("account_id", "in", ("sales", "ar-eur"), "T3 T5"),
        ("currency_id", "in", ("eur",), "T3"),
        ("external_id", "=", "x-3", "T3"),
        ("ref_number", "=", "Inv-1", "T1"),
        ("ref_number", "=", "inv-1", ""),
        ("ref_number", "contains", "BC", "T2 T5"),
        ("ref_number", "starts", "iNV", "T1 T3"),
        ("ref_number", "ends", "_1", "T2"),
        ("ref_number", "ends", "%2", "T5"),
        ("ref_number", ">=", "INV", "T1 T3"),
        ("ref_number", "<=", "ABZ", "T2 T5"),
        ("paid", "=", True, "T2 T5"),
        ("paid", "=", False, "T1 T3 T6"),
    ],
)
def test_invoices_are_filtered(
    found: Callable[..., list[str]], field: str, operator: str, value: object, expected: str
) -> None:
    assert found("invoices", (field, operator, value)) == expected.split()


def test_types_are_filtered_also_where_they_go_without_saying(found: Callable[..., list[str]]) -> None:
    assert found("accounts", ("type", "=", "accounts_payable")) == ["ap"]
    assert found("accounts", ("type", "=", "expense")) == ["rent"]
    assert found("payment_methods", ("type", "=", "cash")) == ["p1"]
    assert found("payment_methods", ("type", "=", "other")) == ["p2"]


def test_vendors_are_filtered_by_what_is_owed_to_them(found: Callable[..., list[str]]) -> None:
    assert found("vendors", ("total_balance", "=", 500)) == ["v1"]
    assert found("vendors", ("total_balance", "<", 500)) == []


def test_conditions_are_joined(found: Callable[..., list[str]]) -> None:
    assert found("invoices", ("customer_id", "in", ("c2",)), ("paid", "=", False)) == ["T3"]


def page(read: Run, **values: Any) -> Page:
    select = Select(**{"resource": "customers", **values})
    result: Page = read(lambda file: file.select(select))
    return result


def ids(page: Page) -> list[str]:
    return [thing.id for thing in page.items]


def test_pages_follow_one_another_to_the_last(read: Run) -> None:
    first = page(read, limit=3, count_up_to=10)
    assert (ids(first), first.remaining) == (["c1", "c2", "c3"], 1)
    assert first.next is not None
    last = page(read, limit=3, after=first.next, count_up_to=10)
    assert (ids(last), last.next, last.remaining) == (["c4"], None, 0)
    exact = page(read, limit=4)
    assert (len(exact.items), exact.next) == (4, None)


def test_what_remains_is_counted_only_as_far_as_asked(read: Run) -> None:
    assert page(read, limit=1, count_up_to=3).remaining == 3
    assert page(read, limit=1, count_up_to=2).remaining is None
    assert page(read, limit=1).remaining is None
    filters = (Filter("is_active", "=", True),)
    assert page(read, limit=1, count_up_to=5, filters=filters).remaining == 2


def test_exact_sets_come_in_the_order_asked(read: Run) -> None:
    assert ids(page(read, ids=("c4", "c1", "c4"))) == ["c4", "c1"]
    assert ids(page(read, names=("ACME & sons", "acme", "Acme"))) == ["c4", "c1"]
    assert ids(page(read, resource="invoices", ref_numbers=("Inv-3", "Inv-1"))) == ["T3", "T1"]
    assert ids(page(read, resource="invoices", ids=("T2",))) == ["T2"]


@pytest.mark.parametrize(
    ("asked", "missing"),
    [
        ({"ids": ("c1", "v1", "c8")}, ["v1", "c8"]),  # a vendor is no customer
        ({"names": ("acme", "Nobody", "Roof")}, ["Nobody", "Roof"]),
        ({"resource": "invoices", "ref_numbers": ("inv-1",)}, ["inv-1"]),
        ({"resource": "invoices", "ids": ("T4",)}, ["T4"]),  # a credit memo is no invoice
    ],
)
def test_what_is_missing_of_an_exact_set_is_told_all_at_once(
    read: Run, asked: dict[str, Any], missing: list[str]
) -> None:
    with pytest.raises(BooksRefused) as refused:
        page(read, **asked)
    assert [problem.kind for problem in refused.value.problems] == ["object_missing"] * len(missing)
    assert [problem.values["value"] for problem in refused.value.problems] == missing


def test_a_number_that_several_transactions_bear_finds_them_all(write: Run, read: Run) -> None:
    write(lambda file: file.add_entry(sale(8, 1, 1, ref_number="Inv-1"), ()))
    assert ids(page(read, resource="invoices", ref_numbers=("Inv-1",))) == ["T1", "T8"]


def test_transactions_are_completed_by_the_books(read: Run) -> None:
    seen: list[Entry] = []

    def complete(entry: Entry) -> Resource:
        seen.append(entry)
        return Customer(id=f"told {entry.thing.id}")

    told = read(lambda file: file.select(Select(resource="invoices", limit=2), complete))
    assert ids(told) == ["told T1", "told T2"]
    assert seen == list(SALES[:2])
