"""Payments and credits: what is open is always what sums say, in all books."""

from datetime import date
from decimal import Decimal
from typing import Any

from tests.contract.books.bench import Bench
from tests.contract.books.samples import ACME, DAY, WORK
from tests.support.sums import NOTHING

from counterfoil.model.command import Create, Delete, Update, Void
from counterfoil.model.lines import CreditToApply, SalesLine
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import CreditMemo, Invoice
from counterfoil.model.values import Ref

RECEIVABLE, UNDEPOSITED = "Accounts Receivable", "Undeposited Funds"


def invoice(bench: Bench, amount: str, *, customer: Ref = ACME, day: date = DAY, **more: Any) -> Any:
    line = SalesLine(item=WORK, amount=Decimal(amount))
    draft = Invoice(customer=customer, transaction_date=day, lines=(line,), **more)
    return bench.do(Create(resource="invoices", draft=draft))


def credit(bench: Bench, amount: str) -> Any:
    line = SalesLine(item=WORK, amount=Decimal(amount))
    draft = CreditMemo(customer=ACME, transaction_date=DAY, lines=(line,))
    return bench.do(Create(resource="credit_memos", draft=draft))


def payment_draft(total: str, *applications: Application, customer: Ref = ACME, **more: Any) -> Create:
    draft = ReceivePayment(
        customer=customer, transaction_date=DAY, total_amount=Decimal(total), applications=applications, **more
    )
    return Create(resource="receive_payments", draft=draft)


def paid(identifier: str, amount: str, **more: Any) -> Application:
    return Application(transaction_id=identifier, payment_amount=Decimal(amount), **more)


def open_amount(bench: Bench, identifier: str) -> Decimal:
    found: Decimal = bench.read("invoices", identifier).balance_remaining
    return found


def credit_left(bench: Bench, identifier: str) -> Decimal:
    found: Decimal = bench.read("credit_memos", identifier).credit_remaining
    return found


def links(thing: Any) -> dict[str, tuple[str, Decimal]]:
    return {link.id: (link.transaction_type, link.amount) for link in thing.linked_transactions}


def test_a_payment_in_parts(bench: Bench) -> None:
    before = bench.balances()
    made = invoice(bench, "100.00")
    first = bench.do(payment_draft("30.00", paid(made.id, "30.00")))
    second = bench.do(payment_draft("70.00", paid(made.id, "70.00")))
    after = bench.read("invoices", made.id)
    assert (after.applied_amount, after.balance_remaining, after.is_paid) == (Decimal("100.00"), NOTHING, True)
    assert links(after) == {
        first.id: ("receive_payment", Decimal("30.00")),
        second.id: ("receive_payment", Decimal("70.00")),
    }
    assert bench.moved(before) == {UNDEPOSITED: Decimal("100.00"), "Services": Decimal("-100.00")}


def test_an_automatic_payment_takes_the_match_and_then_the_oldest(bench: Bench) -> None:
    customer = bench.named("customers", "Bluebonnet Cafe")
    older = invoice(bench, "40.00", customer=customer, day=date(2026, 1, 1)).id
    newer = invoice(bench, "100.00", customer=customer, day=date(2026, 1, 5)).id
    bench.do(payment_draft("100.00", customer=customer, is_auto_apply=True))
    assert (open_amount(bench, older), open_amount(bench, newer)) == (Decimal("40.00"), NOTHING)
    rest = bench.do(payment_draft("55.00", customer=customer, is_auto_apply=True))
    assert (open_amount(bench, older), rest.unused_payment) == (NOTHING, Decimal("15.00"))


def test_a_discount_settles_the_rest(bench: Bench) -> None:
    before = bench.balances()
    made = invoice(bench, "100.00")
    account = bench.named("accounts", "Sales Discounts")
    early = paid(made.id, "98.00", discount_amount=Decimal("2.00"), discount_account=account)
    bench.do(payment_draft("98.00", early))
    assert open_amount(bench, made.id) == NOTHING
    assert bench.moved(before) == {
        UNDEPOSITED: Decimal("98.00"),
        "Sales Discounts": Decimal("2.00"),
        "Services": Decimal("-100.00"),
    }


def test_a_credit_is_used_by_an_invoice_a_payment_and_an_update(bench: Bench) -> None:
    memo = credit(bench, "60.00").id

    def used(amount: str) -> tuple[CreditToApply, ...]:
        return (CreditToApply(credit_transaction_id=memo, applied_amount=Decimal(amount)),)

    first = invoice(bench, "100.00", apply_credits=used("10.00"))
    assert first.balance_remaining == Decimal("90.00")
    second = invoice(bench, "50.00")
    after = bench.do(
        Update(resource="invoices", id=second.id, revision=second.revision, changes={"apply_credits": used("20.00")})
    )
    assert after.balance_remaining == Decimal("30.00")
    bench.do(payment_draft("60.00", paid(first.id, "60.00", apply_credits=used("30.00"))))
    assert (open_amount(bench, first.id), credit_left(bench, memo)) == (NOTHING, NOTHING)
    assert links(bench.read("credit_memos", memo)) == {
        first.id: ("invoice", Decimal("40.00")),
        second.id: ("invoice", Decimal("20.00")),
    }


def test_whole_transactions_are_linked(bench: Bench) -> None:
    money = bench.do(payment_draft("80.00")).id
    memo = credit(bench, "30.00").id
    made = invoice(bench, "100.00", link_to_transactions=(money, memo))
    assert made.balance_remaining == NOTHING
    assert credit_left(bench, memo) == Decimal("10.00")
    assert links(bench.read("invoices", made.id)) == {
        money: ("receive_payment", Decimal("80.00")),
        memo: ("credit_memo", Decimal("20.00")),
    }


def test_a_payment_is_applied_anew(bench: Bench) -> None:
    first, second = invoice(bench, "100.00").id, invoice(bench, "50.00").id
    money = bench.do(payment_draft("80.00", paid(first, "80.00")))
    changes = {
        "total_amount": Decimal("90.00"),
        "applications": (paid(second, "50.00"), paid(first, "40.00")),
    }
    after = bench.do(Update(resource="receive_payments", id=money.id, revision=money.revision, changes=changes))
    assert after.unused_payment == NOTHING
    assert (open_amount(bench, first), open_amount(bench, second)) == (Decimal("60.00"), NOTHING)


def test_voids_and_deletions_give_balances_back(bench: Bench) -> None:
    before = bench.balances()
    made = invoice(bench, "100.00").id
    memo = credit(bench, "30.00").id
    applied = CreditToApply(credit_transaction_id=memo, applied_amount=Decimal("30.00"))
    money = bench.do(payment_draft("70.00", paid(made, "70.00", apply_credits=(applied,)))).id
    assert open_amount(bench, made) == NOTHING
    bench.do(Delete(resource="receive_payments", id=money))
    bench.do(Void(resource="credit_memos", id=memo))
    assert open_amount(bench, made) == Decimal("100.00")
    bench.do(Delete(resource="invoices", id=made))
    assert bench.moved(before) == {}


def test_a_voided_invoice_frees_its_payment(bench: Bench) -> None:
    before = bench.balances()
    made = invoice(bench, "100.00").id
    money = bench.do(payment_draft("60.00", paid(made, "60.00"))).id
    bench.do(Void(resource="invoices", id=made))
    free = bench.read("receive_payments", money)
    assert (free.unused_payment, free.applications) == (Decimal("60.00"), ())
    assert bench.moved(before) == {RECEIVABLE: Decimal("-60.00"), UNDEPOSITED: Decimal("60.00")}


def test_too_much_is_refused_and_told_at_its_place(bench: Bench) -> None:
    made = invoice(bench, "10.00").id
    problems = bench.refused(payment_draft("20.00", paid(made, "15.00")))
    assert [(problem.kind, problem.place) for problem in problems] == [
        ("over_application", ("applications", 0, "payment_amount"))
    ]


def test_more_than_was_paid_is_refused(bench: Bench) -> None:
    made = invoice(bench, "100.00").id
    problems = bench.refused(payment_draft("20.00", paid(made, "30.00")))
    assert [problem.kind for problem in problems] == ["over_total"]


def test_more_credit_than_there_is_is_refused(bench: Bench) -> None:
    memo, made = credit(bench, "10.00").id, invoice(bench, "100.00")
    too_much = (CreditToApply(credit_transaction_id=memo, applied_amount=Decimal("10.01")),)
    changes = {"apply_credits": too_much}
    problems = bench.refused(Update(resource="invoices", id=made.id, revision=made.revision, changes=changes))
    assert [problem.kind for problem in problems] == ["credit_exceeded"]


def test_automatic_and_named_exclude_one_another(bench: Bench) -> None:
    made = invoice(bench, "10.00").id
    problems = bench.refused(payment_draft("10.00", paid(made, "10.00"), is_auto_apply=True))
    assert [problem.kind for problem in problems] == ["exclusive"]


def test_a_foreign_payment_at_another_rate_makes_a_gain(bench: Bench) -> None:
    before = bench.balances()
    customer = bench.named("customers", "Gartenhaus GmbH")
    made = invoice(bench, "1000.00", customer=customer, exchange_rate=Decimal("1.1")).id
    bench.do(payment_draft("1000.00", paid(made, "1000.00"), customer=customer, exchange_rate=Decimal("1.2")))
    assert bench.moved(before) == {
        UNDEPOSITED: Decimal("1200.00"),
        "Services": Decimal("-1100.00"),
        "Exchange Gain or Loss": Decimal("-100.00"),
    }
