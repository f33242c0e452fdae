"""Invoices and credit memos: lines, sums and changes. Every sum is worked out here by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.contract.books.bench import Bench
from tests.contract.books.samples import ACME, DAY, WORK
from tests.support.sums import NOTHING, percent_of, to_cents

from counterfoil.model.command import Create, Delete, LineChange, Update, Void
from counterfoil.model.lines import SalesLine, SalesLineGroup
from counterfoil.model.query import Select
from counterfoil.model.sales import CreditMemo, Invoice
from counterfoil.model.values import Ref

RECEIVABLE, PAYABLE = "Accounts Receivable", "Sales Tax Payable"
PAVER, SOIL, SPRINKLER, LABOUR = Decimal("4.75"), Decimal("6.20"), Decimal("18.99"), Decimal("62.50")


def tax(amount: Decimal) -> Decimal:
    """Texas 6.25 % and Austin 2 %, each rounded by itself."""
    return percent_of("6.25", amount) + percent_of("2", amount)


def invoice(bench: Bench, *lines: SalesLine | SalesLineGroup, **more: Any) -> Any:
    draft = Invoice(customer=ACME, transaction_date=DAY, lines=lines, **more)
    return bench.do(Create(resource="invoices", draft=draft))


def goods(bench: Bench, name: str, quantity: str, **more: Any) -> SalesLine:
    return SalesLine(item=bench.named("non_inventory_items", name), quantity=Decimal(quantity), **more)


def work(amount: str) -> SalesLine:
    return SalesLine(item=WORK, amount=Decimal(amount))


def whole(bench: Bench) -> Any:
    """Every kind of line in one invoice."""
    return invoice(
        bench,
        goods(bench, "Paver", "120"),
        goods(bench, "Soil", "20.5"),
        SalesLine(description="As agreed on site"),
        SalesLine(item=bench.named("subtotal_items", "Subtotal")),
        SalesLine(item=bench.named("discount_items", "Loyal customer")),
        SalesLine(item=WORK, quantity=Decimal("2.5"), rate=Decimal("99.99")),
        SalesLineGroup(item_group=bench.named("item_groups", "Irrigation kit"), quantity=Decimal(2)),
    )


def test_every_kind_of_line(bench: Bench) -> None:
    before = bench.balances()
    made = whole(bench)
    pavers, soil = PAVER * 120, to_cents(SOIL * Decimal("20.5"))
    off = -percent_of("10", pavers + soil)
    hours = to_cents(Decimal("99.99") * Decimal("2.5"))
    heads, labour = SPRINKLER * 8, LABOUR * 4
    taxable = pavers + soil + off + heads
    assert [getattr(line, "amount", None) for line in made.lines] == [
        pavers,
        soil,
        None,
        pavers + soil,
        off,
        hours,
        None,
    ]
    assert made.lines[6].total_amount == heads + labour
    assert (made.subtotal, made.sales_tax_total) == (taxable + hours + labour, tax(taxable))
    assert made.total_amount == made.balance_remaining == made.subtotal + tax(taxable)
    assert bench.moved(before) == {
        RECEIVABLE: made.subtotal + tax(taxable),
        PAYABLE: -tax(taxable),
        "Sales": -(pavers + soil + heads),
        "Services": -(hours + labour),
        "Sales Discounts": -off,
    }
    assert bench.read("invoices", made.id) == made


@pytest.mark.parametrize("amount", ["0.01", "0.24", "1.25", "2.00", "99999.99"])
def test_each_tax_is_rounded_by_itself(bench: Bench, amount: str) -> None:
    made = invoice(bench, SalesLine(item=bench.named("non_inventory_items", "Paver"), amount=Decimal(amount)))
    assert made.sales_tax_total == tax(Decimal(amount))


def test_an_amount_beats_a_rate_and_both_books_say_so(bench: Bench) -> None:
    line = SalesLine(item=WORK, quantity=Decimal(4), rate=Decimal("99.00"), amount=Decimal("10.00"))
    draft = Invoice(customer=ACME, transaction_date=DAY, lines=(SalesLine(description="First"), line))
    done = bench.submit(Create(resource="invoices", draft=draft))
    made: Any = done.result
    assert (made.lines[1].rate, made.lines[1].amount) == (Decimal("2.5"), Decimal("10.00"))
    assert done.warnings == ("lines[1].rate",)


def test_lines_are_changed_kept_added_and_dropped(bench: Bench) -> None:
    before = invoice(bench, goods(bench, "Paver", "10"), work("20.00"), goods(bench, "Soil", "3"), work("5.00"))
    paver, kept, _, last = (line.id for line in before.lines)
    soil = bench.named("non_inventory_items", "Soil")
    lines = (
        LineChange(id=paver, changes={"quantity": Decimal(12)}),
        LineChange(id=kept, changes={}),
        LineChange(id="-1", changes={"item": soil, "quantity": Decimal(2)}),
        LineChange(id=last, changes={"description": "At last"}),
    )
    after = bench.do(Update(resource="invoices", id=before.id, revision=before.revision, changes={"lines": lines}))
    assert [line.amount for line in after.lines] == [PAVER * 12, Decimal("20.00"), SOIL * 2, Decimal("5.00")]
    assert [after.lines[index].id for index in (0, 1, 3)] == [paver, kept, last]
    assert after.lines[1] == before.lines[1]
    assert after.lines[3].description == "At last"
    assert after.sales_tax_total == tax(PAVER * 12 + SOIL * 2)


@pytest.mark.parametrize("kept", ["plain", "groups"])
def test_lines_that_are_not_named_are_kept(bench: Bench, kept: Any) -> None:
    """Callers that tell plain lines and groups apart, and are silent about one of them."""
    before = whole(bench)
    group = before.lines[6]
    if kept == "plain":
        lines = (LineChange(id=group.id, changes={"quantity": Decimal(3)}, is_group=True),)
    else:
        lines = (LineChange(id=before.lines[0].id, changes={"quantity": Decimal(1)}),)
    update = Update(
        resource="invoices", id=before.id, revision=before.revision, changes={"lines": lines}, kept_lines=kept
    )
    after = bench.do(update)
    if kept == "plain":
        assert after.lines[:6] == before.lines[:6]
        assert [line.quantity for line in after.lines[6].lines] == [12, 6]
    else:
        assert [line.id for line in after.lines] == [before.lines[0].id, group.id]
        assert after.lines[1] == group
        assert after.subtotal == PAVER + SPRINKLER * 8 + LABOUR * 4


def test_lines_out_of_order_are_refused(bench: Bench) -> None:
    before = invoice(bench, work("20.00"), work("5.00"))
    lines = tuple(LineChange(id=line.id, changes={}) for line in reversed(before.lines))
    problems = bench.refused(
        Update(resource="invoices", id=before.id, revision=before.revision, changes={"lines": lines})
    )
    assert [problem.kind for problem in problems] == ["line_order"]


def test_a_header_is_changed_and_emptied(bench: Bench) -> None:
    before = invoice(bench, work("20.00"), memo="First", purchase_order_number="PO 1")
    changes = {"memo": None, "purchase_order_number": "PO 2", "due_date": date(2026, 5, 1)}
    after = bench.do(Update(resource="invoices", id=before.id, revision=before.revision, changes=changes))
    assert (after.memo, after.purchase_order_number, after.due_date) == (None, "PO 2", date(2026, 5, 1))
    assert after.lines == before.lines


def test_a_pending_invoice_posts_when_it_is_final(bench: Bench) -> None:
    before = bench.balances()
    pending = invoice(bench, work("80.00"), is_pending=True)
    assert bench.moved(before) == {}
    changes = {"is_pending": False}
    bench.do(Update(resource="invoices", id=pending.id, revision=pending.revision, changes=changes))
    assert bench.moved(before) == {RECEIVABLE: Decimal("80.00"), "Services": Decimal("-80.00")}


@pytest.mark.parametrize(("resource", "model"), [("invoices", Invoice), ("credit_memos", CreditMemo)])
def test_a_void_keeps_the_sale_and_takes_its_amounts(bench: Bench, resource: str, model: type[Invoice]) -> None:
    before = bench.balances()
    lines = (goods(bench, "Paver", "3"), work("80.00"))
    draft = model(customer=ACME, transaction_date=DAY, ref_number="V-1", lines=lines)
    made = bench.do(Create(resource=resource, draft=draft))
    gone = bench.do(Void(resource=resource, id=made.id))
    assert (gone.id, gone.ref_number) == (made.id, "V-1")
    assert bench.moved(before) == {}
    after = bench.read(resource, made.id)
    assert (after.subtotal, after.sales_tax_total, after.is_void) == (NOTHING, NOTHING, True)
    assert after.memo.startswith("VOID:")


def test_a_deleted_invoice_takes_its_postings_along(bench: Bench) -> None:
    before = bench.balances()
    made = invoice(bench, goods(bench, "Paver", "3"))
    bench.do(Delete(resource="invoices", id=made.id))
    assert bench.moved(before) == {}


def test_a_credit_memo_gives_goods_and_their_taxes_back(bench: Bench) -> None:
    before = bench.balances()
    draft = CreditMemo(customer=ACME, transaction_date=DAY, lines=(goods(bench, "Paver", "3"),))
    made = bench.do(Create(resource="credit_memos", draft=draft))
    back = PAVER * 3
    assert (made.total_amount, made.credit_remaining) == (back + tax(back), back + tax(back))
    assert bench.moved(before) == {RECEIVABLE: -(back + tax(back)), PAYABLE: tax(back), "Sales": back}


def test_a_foreign_invoice_is_kept_in_both_currencies(bench: Bench) -> None:
    before = bench.balances()
    customer = bench.named("customers", "Gartenhaus GmbH")
    draft = Invoice(customer=customer, transaction_date=DAY, exchange_rate=Decimal("1.2345"), lines=(work("100.00"),))
    made = bench.do(Create(resource="invoices", draft=draft))
    assert (made.balance_remaining, made.balance_remaining_in_home_currency) == (Decimal("100.00"), Decimal("123.45"))
    assert bench.moved(before)["Services"] == Decimal("-123.45")


def test_numbers_are_given_in_turn(bench: Bench) -> None:
    first, second = invoice(bench, work("1.00")), invoice(bench, work("1.00"))
    assert int(second.ref_number) == int(first.ref_number) + 1
    assert not invoice(bench, work("1.00"), ref_number="").ref_number
    found = bench.select(Select(resource="invoices", ref_numbers=(second.ref_number,)))
    assert [each.id for each in found] == [second.id]


REFUSED: dict[str, dict[str, Any]] = {
    "reference_missing": {"customer": Ref(id="80000FFF-1")},
    "empty_transaction": {"lines": ()},
    "amount_without_item": {"lines": (SalesLine(amount=Decimal("1.00")),)},
    "nothing_above": {"lines": (SalesLine(item=Ref(full_name="Loyal customer")),)},
    "negative_total": {"lines": (SalesLine(item=WORK, amount=Decimal("-1.00")),)},
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_one_of_the_books_refuses_all_refuse(bench: Bench, kind: str) -> None:
    values: dict[str, Any] = {"customer": ACME, "transaction_date": DAY, "lines": (work("1.00"),), **REFUSED[kind]}
    problems = bench.refused(Create(resource="invoices", draft=Invoice(**values)))
    assert [problem.kind for problem in problems] == [kind]


def test_a_missing_item_is_told_with_its_place_by_all(bench: Bench) -> None:
    lines = (work("1.00"), SalesLine(item=Ref(id="80000FFF-1"), amount=Decimal("2.00")))
    command = Create(resource="invoices", draft=Invoice(customer=ACME, transaction_date=DAY, lines=lines))
    assert [problem.place for problem in bench.refused(command)] == [("lines", 1, "item")]


@pytest.mark.parametrize("command", [Void, Delete])
def test_what_is_not_there_is_refused(bench: Bench, command: type[Void] | type[Delete]) -> None:
    problems = bench.refused(command(resource="invoices", id="1-1"))
    assert [problem.kind for problem in problems] == ["object_missing"]
