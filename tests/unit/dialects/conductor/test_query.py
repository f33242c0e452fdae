"""Parameters of lists → what to select, and how to show it."""

from collections.abc import Callable
from datetime import date

import pytest

from counterfoil.core.errors import Invalid
from counterfoil.core.problems import Place
from counterfoil.dialects.conductor.query import Listing, read_query
from counterfoil.dialects.conductor.render import View
from counterfoil.dialects.conductor.tables import TABLES
from counterfoil.model.query import Filter, Page, Select

UUID = "12345678-abcd-1234-abcd-1234567890ab"


def listing(path: str, *pairs: tuple[str, str]) -> Listing:
    return read_query(TABLES[path], pairs)


def select(path: str, *pairs: tuple[str, str]) -> Select:
    return listing(path, *pairs).select


def filters(path: str, *pairs: tuple[str, str]) -> list[Filter]:
    """Without the one that hides what is inactive."""
    return [condition for condition in select(path, *pairs).filters if condition.field != "is_active"]


def wrong(read: Callable[[], object]) -> list[tuple[str, Place]]:
    with pytest.raises(Invalid) as refusal:
        read()
    return [(problem.kind, problem.place) for problem in refusal.value.problems]


def test_nothing_asked() -> None:
    assert select("invoices") == Select(resource="invoices", limit=150, count_up_to=1000)
    assert listing("invoices").view == View(links=False)
    assert select("accounts") == Select(resource="accounts", filters=(Filter("is_active", "=", True),))


@pytest.mark.parametrize(
    ("path", "name", "text", "condition"),
    [
        ("invoices", "updatedAfter", "2025-01-01", Filter("updated_at", ">=", 1_735_689_600)),
        ("invoices", "updatedBefore", "2025-01-01", Filter("updated_at", "<=", 1_735_775_999)),
        ("invoices", "updatedAfter", "2025-01-01T01:00:00", Filter("updated_at", ">=", 1_735_693_200)),
        ("invoices", "updatedAfter", "2025-01-01T01:00:00+01:00", Filter("updated_at", ">=", 1_735_689_600)),
        ("invoices", "updatedAfter", "2025-01-01T01:00:00 01:00", Filter("updated_at", ">=", 1_735_689_600)),
        ("invoices", "transactionDateFrom", "2025-01-01", Filter("date", ">=", date(2025, 1, 1))),
        ("invoices", "transactionDateTo", "2025-01-01", Filter("date", "<=", date(2025, 1, 1))),
        ("invoices", "customerIds", "C-1", Filter("customer_id", "in", ("C-1",))),
        ("invoices", "accountIds", "A-1", Filter("account_id", "in", ("A-1",))),
        ("invoices", "currencyIds", "E-1", Filter("currency_id", "in", ("E-1",))),
        ("invoices", "refNumberContains", "12", Filter("ref_number", "contains", "12")),
        ("invoices", "refNumberStartsWith", "12", Filter("ref_number", "starts", "12")),
        ("invoices", "refNumberEndsWith", "12", Filter("ref_number", "ends", "12")),
        ("invoices", "refNumberFrom", "A", Filter("ref_number", ">=", "A")),
        ("invoices", "refNumberTo", "B", Filter("ref_number", "<=", "B")),
        ("invoices", "paymentStatus", "paid", Filter("paid", "=", True)),
        ("invoices", "paymentStatus", "not_paid", Filter("paid", "=", False)),
        ("invoices", "externalId", UUID.upper(), Filter("external_id", "=", UUID)),
        ("customers", "nameContains", "a,b", Filter("name", "contains", "a,b")),
        ("customers", "nameFrom", "A", Filter("name", ">=", "A")),
        ("customers", "classIds", "K-1", Filter("class_id", "in", ("K-1",))),
        ("customers", "totalBalance", "1.5", Filter("total_balance", "=", 150)),
        ("customers", "totalBalanceGreaterThan", "0", Filter("total_balance", ">", 0)),
        ("vendors", "totalBalanceGreaterThanOrEqualTo", "-2", Filter("total_balance", ">=", -200)),
        ("vendors", "totalBalanceLessThan", "1.01", Filter("total_balance", "<", 101)),
        ("vendors", "totalBalanceLessThanOrEqualTo", "1", Filter("total_balance", "<=", 100)),
        ("accounts", "accountType", "bank", Filter("type", "=", "bank")),
        ("payment-methods", "paymentMethodType", "visa", Filter("type", "=", "visa")),
        ("service-items", "externalId", UUID, Filter("external_id", "=", UUID)),
    ],
)
def test_conditions(path: str, name: str, text: str, condition: Filter) -> None:
    assert filters(path, (name, text)) == [condition]


def test_conditions_that_ask_nothing() -> None:
    assert filters("invoices", ("paymentStatus", "all")) == []
    assert select("customers", ("status", "all")).filters == ()
    assert select("customers", ("status", "inactive")).filters == (Filter("is_active", "=", False),)


def test_repeated_values() -> None:
    assert filters("invoices", ("customerIds", "a"), ("limit", "3"), ("customerIds", "b")) == [
        Filter("customer_id", "in", ("a", "b"))
    ]


class TestFinding:
    def test_by_ids_names_and_numbers(self) -> None:
        assert select("invoices", ("ids", "1-1"), ("ids", "2-1")).ids == ("1-1", "2-1")
        assert select("invoices", ("refNumbers", "INV-1")).ref_numbers == ("INV-1",)
        assert select("customers", ("fullNames", "A:B")).names == ("A:B",)
        assert select("vendors", ("names", "A")).names == ("A",)

    def test_other_conditions_are_checked_and_ignored(self) -> None:
        found = select("customers", ("ids", "C-1"), ("status", "inactive"), ("limit", "1"), ("nameContains", "x"))
        assert found == Select(resource="customers", ids=("C-1",))
        assert wrong(lambda: select("customers", ("ids", "C-1"), ("limit", "x"))) == [("wrong_type", ("limit",))]

    def test_what_is_seen_is_not_ignored(self) -> None:
        found = listing("invoices", ("ids", "1-1"), ("includeLinkedTransactions", "true"))
        assert found.select.with_links is True
        assert found.view == View()


def test_what_is_seen() -> None:
    assert listing("invoices", ("includeLineItems", "false")).view == View(lines=False, links=False)
    assert listing("customers").view == View()
    hidden = listing("customers", ("excludeAlternateShippingAddresses", "true")).view
    assert hidden == View(shipping_addresses=False)


@pytest.mark.parametrize(
    ("path", "pairs", "expected"),
    [
        ("invoices", [("limit", "0")], [("out_of_range", ("limit",))]),
        ("invoices", [("limit", "151")], [("out_of_range", ("limit",))]),
        ("invoices", [("limit", "-1")], [("wrong_type", ("limit",))]),
        ("invoices", [("limit", "1"), ("limit", "2")], [("wrong_type", ("limit",))]),
        ("invoices", [("includeLineItems", "yes")], [("wrong_type", ("includeLineItems",))]),
        ("invoices", [("updatedAfter", "yesterday")], [("wrong_type", ("updatedAfter",))]),
        ("invoices", [("transactionDateTo", "2025-02-30")], [("wrong_type", ("transactionDateTo",))]),
        ("invoices", [("paymentStatus", "open")], [("not_a_choice", ("paymentStatus",))]),
        ("invoices", [("externalId", "1")], [("wrong_type", ("externalId",))]),
        ("invoices", [("customerIds", "a\x00")], [("wrong_type", ("customerIds",))]),
        ("customers", [("totalBalance", "1.005")], [("out_of_range", ("totalBalance",))]),
        (
            "invoices",
            [("custmerIds", "x"), ("fullNames", "y")],
            [("unknown_field", ("custmerIds",)), ("unknown_field", ("fullNames",))],
        ),
        ("accounts", [("cursor", "x")], [("unknown_field", ("cursor",))]),
        ("invoices", [("refNumberContains", "a"), ("refNumberEndsWith", "b")], [("exclusive", ("refNumberEndsWith",))]),
        ("templates", [("status", "all")], [("unknown_field", ("status",))]),
    ],
)
def test_bad_parameters(path: str, pairs: list[tuple[str, str]], expected: list[tuple[str, Place]]) -> None:
    assert wrong(lambda: listing(path, *pairs)) == expected


def test_lists_that_do_not_page_take_any_limit() -> None:
    assert select("accounts", ("limit", "1000")).limit == 1000


class TestCursor:
    ASKED = (("customerIds", "C-1"), ("updatedAfter", "2025-01-01"))

    def cursor(self) -> str:
        cursor = listing("invoices", *self.ASKED).cursor(Page(items=(), next=77))
        assert cursor is not None
        return cursor

    def test_it_leads_on_from_the_last_page(self) -> None:
        asked = (*reversed(self.ASKED), ("limit", "5"), ("includeLineItems", "false"), ("cursor", self.cursor()))
        assert select("invoices", *asked).after == 77

    def test_the_last_page_has_none(self) -> None:
        assert listing("invoices").cursor(Page(items=())) is None

    def test_it_can_stand_in_an_address(self) -> None:
        assert self.cursor().replace("-", "").replace("_", "").isalnum()

    def test_another_question_is_refused(self) -> None:
        assert wrong(lambda: select("invoices", ("cursor", self.cursor()))) == [("wrong_type", ("cursor",))]
        other = (("customerIds", "C-2"), self.ASKED[1], ("cursor", self.cursor()))
        assert wrong(lambda: select("invoices", *other)) == [("wrong_type", ("cursor",))]
        assert wrong(lambda: select("credit-memos", *self.ASKED, ("cursor", self.cursor()))) == [
            ("wrong_type", ("cursor",))
        ]

    @pytest.mark.parametrize("cursor", ["", "x", "é", "12345678-abcd-abcd-example-1234567890ab", "AAAA"])
    def test_what_is_no_cursor_is_refused(self, cursor: str) -> None:
        assert wrong(lambda: select("invoices", ("cursor", cursor))) == [("wrong_type", ("cursor",))]
