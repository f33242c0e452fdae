"""Money and credits on invoices: what may be applied, what becomes free again, and what it is worth at home."""

from decimal import Decimal

import pytest
from tests.simulation.desk import Desk

from counterfoil.model.command import Create
from counterfoil.model.lines import CreditToApply
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.shape import Transaction

RATES = ("1", "1.1", "0.33333", "1.27")


def money(text: str) -> Decimal:
    return Decimal(text)


def use(credit: Transaction, amount: str) -> tuple[CreditToApply, ...]:
    return (CreditToApply(credit_transaction_id=credit.id, applied_amount=money(amount)),)


def pay(invoice: Transaction, amount: str, **more: object) -> tuple[Application, ...]:
    return (Application(transaction_id=invoice.id, payment_amount=money(amount), **more),)  # type: ignore[arg-type]


def test_an_update_cannot_apply_more_credit_than_is_still_due(desk: Desk) -> None:
    """60.00 of 100.00 is paid: a credit of 80.00 is more than what is due, though less than the total."""
    invoice, credit = desk.owed("100.00"), desk.credit("80.00")
    desk.payment("60.00", applications=pay(invoice, "60.00"))
    assert desk.refusal(desk.change(invoice, apply_credits=use(credit, "80.00"))) == ["over_application"]
    desk.update(invoice, apply_credits=use(credit, "40.00"))
    assert desk.read(invoice).balance_remaining == money("0.00")
    assert desk.read(credit).credit_remaining == money("40.00")


def test_an_update_cannot_apply_a_credit_to_an_invoice_that_is_paid(desk: Desk) -> None:
    invoice, credit = desk.owed("100.00"), desk.credit("80.00")
    desk.payment("100.00", applications=pay(invoice, "100.00"))
    assert desk.refusal(desk.change(invoice, apply_credits=use(credit, "0.01"))) == ["over_application"]


def test_an_update_links_no_more_of_a_credit_than_is_due(desk: Desk) -> None:
    invoice, credit = desk.owed("100.00"), desk.credit("80.00")
    desk.payment("60.00", applications=pay(invoice, "60.00"))
    desk.update(invoice, link_to_transactions=(credit.id,))
    assert desk.read(credit).credit_remaining == money("40.00")


def test_a_payment_cannot_be_used_as_its_own_credit(desk: Desk) -> None:
    """On an update its money would be there twice: as payment and as credit."""
    invoice, payment = desk.owed("200.00"), desk.payment("100.00")
    twice = pay(invoice, "100.00", apply_credits=use(payment, "100.00"))
    assert desk.refusal(desk.change(payment, applications=twice)) != []
    some = pay(invoice, "50.00", apply_credits=use(payment, "100.00"))
    assert desk.refusal(desk.change(payment, applications=some)) != []


@pytest.mark.parametrize("before", RATES)
@pytest.mark.parametrize("after", RATES)
def test_a_paid_foreign_invoice_keeps_its_books_balanced_at_another_rate(desk: Desk, before: str, after: str) -> None:
    invoice = desk.owed("99.99", "Emil", exchange_rate=money(before))
    desk.payment("33.33", "Emil", exchange_rate=money("1.2"), applications=pay(invoice, "33.33"))
    desk.update(invoice, exchange_rate=money(after))
    desk.payment("66.66", "Emil", exchange_rate=money("1.3"), applications=pay(invoice, "66.66"))
    desk.update(invoice, exchange_rate=money(before))


@pytest.mark.parametrize("after", RATES)
def test_an_applied_foreign_payment_keeps_its_books_balanced_at_another_rate(desk: Desk, after: str) -> None:
    invoice = desk.owed("99.99", "Emil", exchange_rate=money("1.1"))
    payment = desk.payment("99.99", "Emil", exchange_rate=money("1.2"), applications=pay(invoice, "99.99"))
    desk.update(payment, exchange_rate=money(after))
    desk.update(payment, total_amount=money("150.01"))


@pytest.mark.parametrize("after", RATES)
def test_an_applied_foreign_credit_keeps_its_books_balanced_at_another_rate(desk: Desk, after: str) -> None:
    credit = desk.credit("50.01", "Emil", exchange_rate=money("1.1"))
    desk.owed("99.99", "Emil", exchange_rate=money("1.2"), apply_credits=use(credit, "50.01"))
    desk.update(credit, exchange_rate=money(after))


@pytest.mark.parametrize("smaller", ["0.01", "33.33", "50.00", "99.98"])
def test_a_foreign_invoice_that_shrinks_below_what_is_paid_is_worth_nothing_more(desk: Desk, smaller: str) -> None:
    invoice = desk.owed("99.99", "Emil", exchange_rate=money("1.08765"))
    for part in ("33.33", "33.33", "33.33"):
        desk.payment(part, "Emil", exchange_rate=money("1.3"), applications=pay(invoice, part))
    desk.update(invoice, tax_mode="override_total", tax_override=money("0.00"))
    from_line = invoice.lines[0]
    changes = (desk.line_change(from_line, amount=money(smaller)),)
    desk.update(invoice, lines=changes)
    now = desk.read(invoice)
    assert (now.balance_remaining, now.balance_remaining_in_home_currency) == (money("0.00"), money("0.00"))


def test_the_early_payment_discount_cannot_go_to_receivables(desk: Desk) -> None:
    """A discount is income or expense; the receivables account is what it relieves."""
    invoice = desk.owed("100.00")
    receivables = invoice.receivables_account
    wish = pay(invoice, "98.00", discount_amount=money("2.00"), discount_account=receivables)
    draft = ReceivePayment(customer=desk.ref("Anna"), total_amount=money("98.00"), applications=wish)
    assert desk.refusal(Create(resource="receive_payments", draft=draft)) == ["reference_wrong"]


def test_voiding_an_invoice_frees_what_paid_it(desk: Desk) -> None:
    invoice, credit = desk.owed("100.00"), desk.credit("30.00")
    payment = desk.payment("70.00", applications=pay(invoice, "70.00"))
    desk.update(invoice, apply_credits=use(credit, "30.00"))
    desk.void(invoice)
    assert desk.read(payment).unused_payment == money("70.00")
    assert desk.read(credit).credit_remaining == money("30.00")
    voided = desk.read(invoice)
    assert (voided.total_amount, voided.balance_remaining, voided.is_paid) == (money("0.00"), money("0.00"), True)
    assert voided.memo == "VOID:"


def test_deleting_a_payment_makes_its_invoices_due_again(desk: Desk) -> None:
    invoice = desk.owed("100.00")
    wish = pay(invoice, "98.00", discount_amount=money("2.00"), discount_account=desk.ref("Discounts given"))
    payment = desk.payment("98.00", applications=wish)
    assert desk.read(invoice).is_paid
    desk.delete(payment)
    assert desk.read(invoice).balance_remaining == money("100.00")
    assert desk.balance("Discounts given") == 0


def test_a_smaller_invoice_frees_the_latest_payment_first_and_its_discount_last(desk: Desk) -> None:
    invoice = desk.owed("100.00")
    first = desk.payment("50.00", applications=pay(invoice, "50.00"))
    wish = pay(invoice, "40.00", discount_amount=money("10.00"), discount_account=desk.ref("Discounts given"))
    second = desk.payment("40.00", applications=wish)
    desk.update(invoice, lines=(desk.line_change(invoice.lines[0], amount=money("55.00")),))
    assert desk.read(first).unused_payment == money("0.00")
    assert desk.read(second).unused_payment == money("40.00")
    assert desk.balance("Discounts given") == 500


def test_applications_in_an_update_take_the_place_of_those_before(desk: Desk) -> None:
    one, other = desk.owed("100.00"), desk.owed("100.00")
    payment = desk.payment("100.00", applications=pay(one, "100.00"))
    desk.update(payment, applications=pay(other, "60.00"))
    assert desk.read(one).balance_remaining == money("100.00")
    assert desk.read(other).balance_remaining == money("40.00")
    assert desk.read(payment).unused_payment == money("40.00")


def test_a_change_of_the_memo_leaves_the_order_of_applications(desk: Desk) -> None:
    """The credit was used for the first invoice first: when it shrinks, the second one loses it, memo or no memo."""
    credit = desk.credit("100.00", "Emil", exchange_rate=money("1.1"))
    first = desk.owed("60.00", "Emil", exchange_rate=money("1.2"), apply_credits=use(credit, "60.00"))
    second = desk.owed("60.00", "Emil", exchange_rate=money("1.2"), apply_credits=use(credit, "40.00"))
    desk.update(first, memo="Hello")
    desk.update(credit, lines=(desk.line_change(credit.lines[0], amount=money("60.00")),))
    assert desk.read(first).balance_remaining == money("0.00")
    assert desk.read(second).balance_remaining == money("60.00")
