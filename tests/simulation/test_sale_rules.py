"""Invoices and credit memos: what an update leaves alone, what it works out again, and what it may not do."""

from decimal import Decimal

import pytest
from tests.simulation.desk import Desk

from counterfoil.model.command import Create, LineChange
from counterfoil.model.lines import SalesLine
from counterfoil.model.sales import Invoice
from counterfoil.model.values import Ref


def money(text: str) -> Decimal:
    return Decimal(text)


def left_alone(line: SalesLine) -> LineChange:
    return LineChange(id=line.id, changes={})


def test_naming_the_item_that_a_line_has_already_changes_nothing(desk: Desk) -> None:
    """Callers send an item by its id alone; the books keep its name beside it. It is the same item."""
    line = desk.line("Work", quantity="2", rate="80.00", description="By hand", sales_tax_code=desk.ref("Tax"))
    invoice = desk.invoice(line)
    change = desk.line_change(invoice.lines[0], item=desk.ref("Work"), quantity=Decimal(3))
    (after,) = desk.update(invoice, lines=(change,)).lines
    assert (after.rate, after.amount, after.description) == (Decimal("80.00"), money("240.00"), "By hand")
    assert after.sales_tax_code.id == desk.ref("Tax").id


def test_naming_the_kit_that_a_group_has_already_changes_nothing(desk: Desk) -> None:
    kit = desk.kit("Kit", "2")
    invoice = desk.create(Invoice(customer=desk.ref("Anna"), lines=(kit,)))
    group = invoice.lines[0]
    dearer = LineChange(id=group.lines[0].id, changes={"rate": Decimal(9)})
    members = (dearer, left_alone(group.lines[1]))
    invoice = desk.update(invoice, lines=(LineChange(id=group.id, changes={}, is_group=True, lines=members),))
    same = LineChange(id=group.id, changes={"item_group": desk.ref("Kit")}, is_group=True)
    again = desk.update(invoice, lines=(same,))
    figures = [
        [(line.id, line.quantity, line.rate, line.amount) for line in one.lines[0].lines] for one in (again, invoice)
    ]
    assert figures[0] == figures[1]


@pytest.mark.parametrize(
    "between",
    ["nothing", "a text", "a discount by percentage", "a discount by amount"],
)
@pytest.mark.parametrize("given", ["quantity and rate", "amount", "rate"])
def test_a_computed_tax_line_follows_the_line_above(desk: Desk, between: str, given: str) -> None:
    """6.25 % of 100.00, and of 200.00 when the line above it comes to that."""
    goods = {
        "quantity and rate": desk.line("Work", quantity="1", rate="100.00"),
        "amount": desk.line("Work", amount="100.00"),
        "rate": desk.line("Work", rate="100.00"),
    }[given]
    others = {
        "nothing": (),
        "a text": (SalesLine(description="A note"),),
        "a discount by percentage": (desk.line("Loyal"),),
        "a discount by amount": (desk.line("Coupon"),),
    }[between]
    invoice = desk.invoice(goods, *others, desk.line("State"), tax_mode="none")
    assert invoice.sales_tax_total == money("6.25")
    figure = {"amount": "amount", "rate": "rate", "quantity and rate": "rate"}[given]
    changes = [desk.line_change(invoice.lines[0], **{figure: money("200.00")})]
    changes += [left_alone(line) for line in invoice.lines[1:]]
    assert desk.update(invoice, lines=tuple(changes)).sales_tax_total == money("12.50")


def test_a_computed_tax_line_follows_the_subtotal_above(desk: Desk) -> None:
    lines = (desk.line("Work", amount="60.00"), desk.line("Work", amount="40.00"), desk.line("Subtotal"))
    invoice = desk.invoice(*lines, desk.line("State"), tax_mode="none")
    changes = [desk.line_change(invoice.lines[0], amount=money("160.00"))]
    changes += [left_alone(line) for line in invoice.lines[1:]]
    assert desk.update(invoice, lines=tuple(changes)).sales_tax_total == money("12.50")


def test_a_computed_tax_line_follows_a_group_above(desk: Desk) -> None:
    """The kit's last line is 1.5 hours of 62.50: 93.75, of which 2 % are 1.88; twice as many make 3.75."""
    invoice = desk.create(
        Invoice(customer=desk.ref("Anna"), lines=(desk.kit("Kit", "1"), desk.line("City")), tax_mode="none")
    )
    assert invoice.sales_tax_total == money("1.88")
    group = LineChange(id=invoice.lines[0].id, changes={"quantity": Decimal(2)}, is_group=True)
    after = desk.update(invoice, lines=(group, left_alone(invoice.lines[1])))
    assert after.sales_tax_total == money("3.75")


def test_a_second_tax_line_with_an_amount_keeps_it(desk: Desk) -> None:
    """Its amount may happen to be what would be computed; a change of the memo must not ask for it again."""
    lines = (desk.line("Work", amount="100.00"), desk.line("State"), desk.line("City", amount="2.00"))
    invoice = desk.invoice(*lines, tax_mode="none")
    after = desk.update(invoice, memo="Hello")
    assert (after.sales_tax_total, after.memo) == (money("8.25"), "Hello")


def test_a_tax_line_given_another_amount_has_it(desk: Desk) -> None:
    invoice = desk.invoice(desk.line("Work", amount="100.00"), desk.line("State", amount="5.00"), tax_mode="none")
    changes = (left_alone(invoice.lines[0]), desk.line_change(invoice.lines[1], amount=money("6.25")))
    invoice = desk.update(invoice, lines=changes)
    assert invoice.sales_tax_total == money("6.25")


def test_a_new_tax_line_below_a_kept_discount_needs_an_amount_as_below_a_new_one(desk: Desk) -> None:
    goods, coupon = desk.line("Work", amount="100.00"), desk.line("Coupon")
    draft = Invoice(customer=desk.ref("Anna"), lines=(goods, desk.line("State"), coupon, desk.line("City")))
    assert desk.refusal(Create(resource="invoices", draft=draft)) == ["amount_needed"]
    invoice = desk.invoice(goods, desk.line("State"), coupon)
    fresh = LineChange(id="-1", changes={"item": desk.ref("City")})
    changes = (*(left_alone(line) for line in invoice.lines), fresh)
    assert desk.refusal(desk.change(invoice, lines=changes)) == ["amount_needed"]


def test_home_invoices_have_no_other_rate_of_exchange_on_update_either(desk: Desk) -> None:
    invoice = desk.owed("100.00")
    draft = Invoice(customer=desk.ref("Anna"), lines=(desk.line("Work"),), exchange_rate=Decimal(2))
    assert desk.refusal(Create(resource="invoices", draft=draft)) == ["fixed"]
    assert desk.refusal(desk.change(invoice, exchange_rate=Decimal(2))) == ["fixed"]


def test_an_invoice_cannot_move_to_a_customer_of_another_currency(desk: Desk) -> None:
    """The currency is the customer's, and the receivables account must be kept in it."""
    invoice = desk.owed("100.00")
    assert desk.refusal(desk.change(invoice, customer=desk.ref("Emil"))) != []


def test_a_payment_cannot_move_to_receivables_of_another_currency(desk: Desk) -> None:
    foreign = desk.owed("10.00", "Emil")
    payment = desk.payment("10.00")
    assert desk.refusal(desk.change(payment, receivables_account=foreign.receivables_account)) == ["currency_mismatch"]


@pytest.mark.parametrize("name", ["receivables_account", "exchange_rate"])
@pytest.mark.parametrize("kind", ["invoice", "payment"])
def test_clearing_what_a_transaction_cannot_be_without_does_no_harm(desk: Desk, kind: str, name: str) -> None:
    """Refused, or the default again: in any case the books stay balanced and every posting has its account."""
    made = desk.invoice(desk.line("Paver", quantity="3")) if kind == "invoice" else desk.payment("10.00")
    if not desk.refusal(desk.change(made, **{name: None})):
        assert desk.faults() == []


def test_a_foreign_sale_does_not_lose_its_rate_when_it_is_cleared(desk: Desk) -> None:
    invoice = desk.owed("100.00", "Emil", exchange_rate=Decimal("1.5"))
    if not desk.refusal(desk.change(invoice, exchange_rate=None)):
        assert desk.read(invoice).balance_remaining_in_home_currency == money("150.00")


@pytest.mark.parametrize("account", ["receivables", "payable"])
def test_a_line_cannot_post_to_accounts_that_the_books_keep_themselves(desk: Desk, account: str) -> None:
    """Receivables are what invoices leave open, and sales tax payable is what tax they bear: nothing else."""
    taxed = desk.invoice(desk.line("Paver", quantity="1"))
    name = "Accounts Receivable" if account == "receivables" else "Sales Tax Payable"
    line = desk.line("Work", amount="10.00", override_item_account=Ref(full_name=name))
    draft = Invoice(customer=taxed.customer, lines=(line,))
    assert desk.refusal(Create(resource="invoices", draft=draft)) == ["reference_wrong"]


def test_an_external_id_belongs_to_one_invoice(desk: Desk) -> None:
    guid = "{11111111-2222-3333-4444-555555555555}"
    desk.owed("10.00", external_id=guid)
    draft = Invoice(customer=desk.ref("Anna"), lines=(desk.line("Work"),), external_id=guid)
    assert desk.refusal(Create(resource="invoices", draft=draft)) == ["external_id_in_use"]


@pytest.mark.parametrize(
    ("quantity", "share"),
    [("9999999999.99999", "9999999999.99999"), ("9999999999.99999", "100")],
)
def test_more_money_than_books_hold_is_refused(desk: Desk, quantity: str, share: str) -> None:
    goods = desk.line("Work", amount="9999999999999.99")
    line = desk.line("Surcharge", quantity=quantity, rate_percent=share)
    draft = Invoice(customer=desk.ref("Anna"), lines=(goods, line))
    assert desk.refusal(Create(resource="invoices", draft=draft)) == ["too_much_money"]


def test_more_money_at_home_than_books_hold_is_refused(desk: Desk) -> None:
    line = desk.line("Work", amount="9999999999999.99")
    draft = Invoice(customer=desk.ref("Emil"), lines=(line,), exchange_rate=Decimal(9_999_999_999))
    assert desk.refusal(Create(resource="invoices", draft=draft)) == ["too_much_money"]


def test_the_last_day_of_time_can_be_invoiced(desk: Desk) -> None:
    """Terms of 30 days after 31 December 9999 lead out of the calendar: refused, or due that day, but not broken."""
    day = desk.day("9999-12-31")
    draft = Invoice(customer=desk.ref("Anna"), lines=(desk.line("Work"),), transaction_date=day)
    desk.refusal(Create(resource="invoices", draft=draft))
    assert desk.faults() == []


@pytest.mark.parametrize("last", ["10²", "A①", "INV-0099", "X"])
def test_after_any_document_number_there_is_a_next_one(desk: Desk, last: str) -> None:
    desk.owed("10.00", ref_number=last)
    assert desk.owed("10.00").ref_number not in (last, "", None)


def test_a_pending_invoice_owes_nothing_until_it_is_final(desk: Desk) -> None:
    invoice = desk.invoice(desk.line("Paver", quantity="4"), is_pending=True)
    assert (invoice.total_amount, invoice.balance_remaining, invoice.is_paid) == (money("20.57"), money("0.00"), False)
    assert desk.balance("Sales") == 0
    final = desk.update(invoice, is_pending=False)
    assert final.balance_remaining == money("20.57")
    assert desk.balance("Sales") == -1900
    assert desk.update(invoice, is_pending=True).balance_remaining == money("0.00")
    assert desk.balance("Sales") == 0
