"""Payments, credits and foreign money through the vendor's client: what is open must always be what sums say."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, cast

import pytest
from conductor import Conductor, InternalServerError
from conductor.types.qbd import Invoice, ReceivePayment
from tests.support.company import DAY, PAYABLE, RECEIVABLE, UNDEPOSITED, Company
from tests.support.sums import NOTHING, money, percent_of, to_cents

OVER_APPLIED = "3210"
GAIN_OR_LOSS = "Exchange Gain or Loss"


def refused(act: Callable[[], object]) -> dict[str, Any]:
    """What is told of an act that the books refuse."""
    with pytest.raises(InternalServerError) as refusal:
        act()
    assert refusal.value.status_code == 502
    return cast(dict[str, dict[str, Any]], refusal.value.body)["error"]


def payment(company: Company, identifier: str) -> ReceivePayment:
    return company.client.qbd.receive_payments.retrieve(identifier, conductor_end_user_id=company.user)


def automatic(company: Company, amount: str) -> ReceivePayment:
    return company.client.qbd.receive_payments.create(
        conductor_end_user_id=company.user,
        customer_id=company.customer,
        transaction_date=DAY,
        total_amount=amount,
        is_auto_apply=True,
    )


def credit_left(company: Company, memo: str) -> Decimal:
    found = company.client.qbd.credit_memos.retrieve(memo, conductor_end_user_id=company.user)
    return money(found.credit_remaining)


def paid_of(told: ReceivePayment) -> dict[str, Decimal]:
    return {each.transaction_id: money(each.amount) for each in told.applied_to_transactions}


def linked(invoice: Invoice) -> dict[str, tuple[str, Decimal]]:
    return {each.id: (each.transaction_type, money(each.amount)) for each in invoice.linked_transactions}


def test_paying_half_leaves_half(company: Company) -> None:
    made = company.invoice([{"item_id": company.paver, "quantity": 101}])
    goods = Decimal("4.75") * 101
    whole = goods + percent_of("6.25", goods) + percent_of("2", goods)
    half = to_cents(whole / 2)
    paid = payment(company, company.pay(made.id, str(half)))
    after = company.read(made.id)
    assert (money(after.applied_amount), money(after.balance_remaining)) == (half, whole - half)
    assert after.is_paid is False
    assert money(paid.unused_payment) == NOTHING
    assert paid_of(paid) == {made.id: half}
    assert money(paid.applied_to_transactions[0].balance_remaining) == whole - half
    assert linked(after) == {paid.id: ("receive_payment", half)}
    assert company.balances(RECEIVABLE, UNDEPOSITED) == {RECEIVABLE: whole - half, UNDEPOSITED: half}


def test_paying_the_rest_makes_an_invoice_paid(company: Company) -> None:
    made = company.invoice_of("75.10")
    company.pay(made.id, "75.00")
    company.pay(made.id, "0.10")
    after = company.read(made.id)
    assert (money(after.balance_remaining), after.is_paid) == (NOTHING, True)
    assert company.balances(RECEIVABLE, UNDEPOSITED) == {RECEIVABLE: NOTHING, UNDEPOSITED: Decimal("75.10")}


def test_an_automatic_payment_takes_the_exact_match_first(company: Company) -> None:
    invoices = [
        company.invoice_of(amount, day=day).id
        for amount, day in (("100.00", date(2026, 1, 5)), ("60.00", date(2026, 2, 5)), ("40.00", date(2026, 1, 1)))
    ]
    paid = automatic(company, "60.00")
    assert paid_of(paid) == {invoices[1]: Decimal("60.00")}
    assert company.open_amounts(*invoices) == [Decimal("100.00"), NOTHING, Decimal("40.00")]


def test_an_automatic_payment_without_a_match_takes_the_oldest_first(company: Company) -> None:
    """By the date of the invoice, not by when it was entered."""
    newer = company.invoice_of("100.00", day=date(2026, 1, 5)).id
    older = company.invoice_of("40.00", day=date(2026, 1, 1)).id
    paid = automatic(company, "110.00")
    assert paid_of(paid) == {older: Decimal("40.00"), newer: Decimal("70.00")}
    assert company.open_amounts(older, newer) == [NOTHING, Decimal("30.00")]


def test_what_an_automatic_payment_cannot_use_stays_unused(company: Company) -> None:
    made = company.invoice_of("40.00").id
    theirs = company.invoice_of("15.00", customer=company.job).id
    paid = automatic(company, "50.00")
    assert money(paid.unused_payment) == Decimal("10.00")
    assert company.open_amounts(made, theirs) == [NOTHING, Decimal("15.00")]  # a job's invoices are its own
    assert company.balances(RECEIVABLE) == {RECEIVABLE: Decimal("5.00")}


def test_one_payment_pays_several_invoices(company: Company) -> None:
    first, second = company.invoice_of("30.00").id, company.invoice_of("20.00").id
    paid = company.client.qbd.receive_payments.create(
        conductor_end_user_id=company.user,
        customer_id=company.customer,
        transaction_date=DAY,
        total_amount="60.00",
        ref_number="CHK 1",
        deposit_to_account_id=company.account("Checking"),
        apply_to_transactions=[
            {"transaction_id": first, "payment_amount": "30.00"},
            {"transaction_id": second, "payment_amount": "15.00"},
        ],
    )
    assert money(paid.unused_payment) == Decimal("15.00")
    assert company.open_amounts(first, second) == [NOTHING, Decimal("5.00")]
    assert company.balances("Checking", UNDEPOSITED) == {"Checking": Decimal("60.00"), UNDEPOSITED: NOTHING}


def test_a_discount_for_paying_early_settles_the_rest(company: Company) -> None:
    made = company.invoice_of("100.00").id
    company.client.qbd.receive_payments.create(
        conductor_end_user_id=company.user,
        customer_id=company.customer,
        transaction_date=DAY,
        total_amount="98.00",
        apply_to_transactions=[
            {
                "transaction_id": made,
                "payment_amount": "98.00",
                "discount_amount": "2.00",
                "discount_account_id": company.account("Sales Discounts"),
            }
        ],
    )
    assert company.open_amounts(made) == [NOTHING]
    assert company.balances(RECEIVABLE, UNDEPOSITED, "Sales Discounts") == {
        RECEIVABLE: NOTHING,
        UNDEPOSITED: Decimal("98.00"),
        "Sales Discounts": Decimal("-2.00"),
    }


def test_paying_too_much_is_refused_and_changes_nothing(company: Company) -> None:
    made = company.invoice_of("100.00").id
    error = refused(lambda: company.pay(made, "100.01"))
    assert error["integrationCode"] == OVER_APPLIED
    assert error["outcome"] == "not_applied"
    assert "applyToTransactions[0].paymentAmount" in error["message"]
    assert company.open_amounts(made) == [Decimal("100.00")]
    assert list(company.client.qbd.receive_payments.list(conductor_end_user_id=company.user)) == []
    assert company.balances(UNDEPOSITED) == {UNDEPOSITED: NOTHING}


def test_applying_more_than_was_paid_is_refused(company: Company) -> None:
    made = company.invoice_of("100.00").id
    error = refused(
        lambda: company.client.qbd.receive_payments.create(
            conductor_end_user_id=company.user,
            customer_id=company.customer,
            transaction_date=DAY,
            total_amount="50.00",
            apply_to_transactions=[{"transaction_id": made, "payment_amount": "50.01"}],
        )
    )
    assert error["integrationCode"] == OVER_APPLIED
    assert company.open_amounts(made) == [Decimal("100.00")]


def test_a_payment_cannot_pay_somebody_elses_invoice(company: Company) -> None:
    """A customer may pay for their jobs; a job, or a stranger, may not pay for the customer."""
    qbd, user = company.client.qbd, company.user
    stranger = qbd.customers.create(conductor_end_user_id=user, name="Bluebonnet").id
    made = company.invoice_of("10.00").id
    for payer in (company.job, stranger):
        refused(partial(company.pay, made, "10.00", customer=payer))
    assert company.open_amounts(made) == [Decimal("10.00")]


def test_a_customer_may_pay_for_a_job(company: Company) -> None:
    made = company.invoice_of("10.00", customer=company.job).id
    company.pay(made, "10.00")
    customer = company.client.qbd.customers.retrieve(company.customer, conductor_end_user_id=company.user)
    assert company.open_amounts(made) == [NOTHING]
    assert (money(customer.balance), money(customer.total_balance)) == (NOTHING, NOTHING)
    assert company.balances(RECEIVABLE) == {RECEIVABLE: NOTHING}


def test_of_many_payments_at_once_only_one_fits(company: Company) -> None:
    """Eight clients pay 60 on an invoice of 100, all at the same time."""
    made = company.invoice_of("100.00").id

    def attempt(_: int) -> bool:
        try:
            company.pay(made, "60.00")
        except InternalServerError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        succeeded = sum(pool.map(attempt, range(8)))
    assert succeeded == 1
    assert company.open_amounts(made) == [Decimal("40.00")]
    assert company.balances(RECEIVABLE, UNDEPOSITED) == {
        RECEIVABLE: Decimal("40.00"),
        UNDEPOSITED: Decimal("60.00"),
    }


def test_a_credit_is_used_when_an_invoice_is_made(company: Company) -> None:
    memo = company.credit_of("30.00")
    made = company.client.qbd.invoices.create(
        conductor_end_user_id=company.user,
        customer_id=company.customer,
        transaction_date=DAY,
        lines=[{"item_id": company.labour, "amount": "100.00"}],
        apply_credits=[{"credit_transaction_id": memo, "applied_amount": "25.00"}],
    )
    assert (money(made.applied_amount), money(made.balance_remaining)) == (Decimal("25.00"), Decimal("75.00"))
    assert made.linked_transactions == []  # the vendor tells links on reading only
    assert linked(company.read(made.id)) == {memo: ("credit_memo", Decimal("25.00"))}
    assert credit_left(company, memo) == Decimal("5.00")
    assert company.balances(RECEIVABLE) == {RECEIVABLE: Decimal("70.00")}


def test_a_credit_is_used_when_an_invoice_is_updated(company: Company) -> None:
    made, memo = company.invoice_of("100.00"), company.credit_of("30.00")
    after = company.client.qbd.invoices.update(
        made.id,
        conductor_end_user_id=company.user,
        revision_number=made.revision_number,
        apply_credits=[{"credit_transaction_id": memo, "applied_amount": "30.00"}],
    )
    assert money(after.balance_remaining) == Decimal("70.00")
    assert credit_left(company, memo) == NOTHING
    assert company.balances(RECEIVABLE) == {RECEIVABLE: Decimal("70.00")}


def test_a_credit_is_used_by_a_payment(company: Company) -> None:
    """Seventy in money and thirty in credit."""
    made, memo = company.invoice_of("100.00").id, company.credit_of("30.00")
    paid = company.client.qbd.receive_payments.create(
        conductor_end_user_id=company.user,
        customer_id=company.customer,
        transaction_date=DAY,
        total_amount="70.00",
        apply_to_transactions=[
            {
                "transaction_id": made,
                "payment_amount": "70.00",
                "apply_credits": [{"credit_transaction_id": memo, "applied_amount": "30.00"}],
            }
        ],
    )
    assert money(paid.unused_payment) == NOTHING
    assert company.open_amounts(made) == [NOTHING]
    assert credit_left(company, memo) == NOTHING
    assert company.balances(RECEIVABLE, UNDEPOSITED) == {RECEIVABLE: NOTHING, UNDEPOSITED: Decimal("70.00")}


def test_more_credit_than_there_is_is_refused(company: Company) -> None:
    memo = company.credit_of("30.00")
    error = refused(
        lambda: company.client.qbd.invoices.create(
            conductor_end_user_id=company.user,
            customer_id=company.customer,
            transaction_date=DAY,
            lines=[{"item_id": company.labour, "amount": "100.00"}],
            apply_credits=[{"credit_transaction_id": memo, "applied_amount": "30.01"}],
        )
    )
    assert error["integrationCode"] == OVER_APPLIED
    assert "applyCredits[0].appliedAmount" in error["message"]
    assert (company.invoice_count(), credit_left(company, memo)) == (0, Decimal("30.00"))


def link(company: Company, *identifiers: str, customer: str | None = None) -> Invoice:
    """An invoice of 100.00 to which whole transactions are linked."""
    return company.client.qbd.invoices.create(
        conductor_end_user_id=company.user,
        customer_id=customer or company.customer,
        transaction_date=DAY,
        lines=[{"item_id": company.labour, "amount": "100.00"}],
        link_to_transaction_ids=identifiers,
    )


def test_linking_whole_transactions_uses_what_is_left_of_them(company: Company) -> None:
    paid, memo = company.payment_of("80.00"), company.credit_of("30.00")
    made = link(company, paid, memo)
    assert money(made.balance_remaining) == NOTHING
    assert linked(company.read(made.id)) == {
        paid: ("receive_payment", Decimal("80.00")),
        memo: ("credit_memo", Decimal("20.00")),
    }
    assert credit_left(company, memo) == Decimal("10.00")
    assert company.balances(RECEIVABLE) == {RECEIVABLE: Decimal("-10.00")}


def test_what_is_used_up_or_somebody_elses_cannot_be_linked(company: Company) -> None:
    used, theirs = company.payment_of("100.00"), company.payment_of("10.00", customer=company.job)
    link(company, used)
    for identifier in (used, theirs):
        assert "linkToTransactionIds[0]" in refused(partial(link, company, identifier))["message"]
    assert company.invoice_count() == 1


def test_one_transaction_is_not_linked_as_a_whole_and_by_line(company: Company) -> None:
    paid = company.payment_of("100.00")
    refused(
        lambda: company.client.qbd.invoices.create(
            conductor_end_user_id=company.user,
            customer_id=company.customer,
            transaction_date=DAY,
            lines=[
                {
                    "item_id": company.labour,
                    "amount": "100.00",
                    "link_to_transaction_line": {"transaction_id": paid, "transaction_line_id": "1-1"},
                }
            ],
            link_to_transaction_ids=[paid],
        )
    )
    assert company.invoice_count() == 0


def test_a_payment_in_another_receivables_account_cannot_be_linked(company: Company) -> None:
    qbd, user = company.client.qbd, company.user
    other = qbd.accounts.create(conductor_end_user_id=user, name="Retail A/R", account_type="accounts_receivable")
    paid = qbd.receive_payments.create(
        conductor_end_user_id=user,
        customer_id=company.customer,
        transaction_date=DAY,
        total_amount="100.00",
        receivables_account_id=other.id,
    )
    refused(lambda: link(company, paid.id))
    assert company.invoice_count() == 0


def test_an_updated_payment_pays_what_it_names_now(company: Company) -> None:
    first, second = company.invoice_of("100.00").id, company.invoice_of("50.00").id
    paid = payment(company, company.pay(first, "80.00"))
    after = company.client.qbd.receive_payments.update(
        paid.id,
        conductor_end_user_id=company.user,
        revision_number=paid.revision_number,
        total_amount="90.00",
        apply_to_transactions=[
            {"transaction_id": second, "payment_amount": "50.00"},
            {"transaction_id": first, "payment_amount": "40.00"},
        ],
    )
    assert (paid_of(after), money(after.unused_payment)) == (
        {second: Decimal("50.00"), first: Decimal("40.00")},
        NOTHING,
    )
    assert company.open_amounts(first, second) == [Decimal("60.00"), NOTHING]
    assert company.balances(RECEIVABLE, UNDEPOSITED) == {
        RECEIVABLE: Decimal("60.00"),
        UNDEPOSITED: Decimal("90.00"),
    }


def test_a_payment_cannot_shrink_below_what_it_has_paid(company: Company) -> None:
    made = company.invoice_of("100.00").id
    paid = payment(company, company.pay(made, "80.00"))
    error = refused(
        lambda: company.client.qbd.receive_payments.update(
            paid.id,
            conductor_end_user_id=company.user,
            revision_number=paid.revision_number,
            total_amount="79.99",
        )
    )
    assert error["integrationCode"] == OVER_APPLIED
    assert payment(company, paid.id) == paid
    assert company.open_amounts(made) == [Decimal("20.00")]


def test_an_invoice_that_shrinks_below_what_was_paid_gives_the_rest_back(company: Company) -> None:
    made = company.invoice_of("100.00")
    paid = company.pay(made.id, "80.00")
    after = company.client.qbd.invoices.update(
        made.id,
        conductor_end_user_id=company.user,
        revision_number=made.revision_number,
        lines=[{"id": made.lines[0].id, "amount": "50.00"}],
    )
    assert (money(after.applied_amount), money(after.balance_remaining)) == (Decimal("50.00"), NOTHING)
    assert money(payment(company, paid).unused_payment) == Decimal("30.00")
    assert company.balances(RECEIVABLE) == {RECEIVABLE: Decimal("-30.00")}


def test_a_deleted_payment_gives_balances_back(company: Company) -> None:
    qbd, user = company.client.qbd, company.user
    made = company.invoice_of("100.00").id
    paid = company.pay(made, "100.00")
    assert qbd.receive_payments.delete(paid, conductor_end_user_id=user).deleted is True
    after = company.read(made)
    assert (money(after.balance_remaining), after.is_paid, after.linked_transactions) == (Decimal("100.00"), False, [])
    assert company.balances(RECEIVABLE, UNDEPOSITED) == {RECEIVABLE: Decimal("100.00"), UNDEPOSITED: NOTHING}
    deleted = qbd.deleted_transactions.list(conductor_end_user_id=user, transaction_types=["receive_payment"])
    assert [each.id for each in deleted.data] == [paid]


def test_a_credit_memo_gives_goods_and_their_taxes_back(company: Company) -> None:
    made = company.client.qbd.credit_memos.create(
        conductor_end_user_id=company.user,
        customer_id=company.customer,
        transaction_date=DAY,
        ref_number="CM-1",
        lines=[{"item_id": company.paver, "quantity": 3}],
        line_groups=[{"item_group_id": company.kit}],
    )
    goods = Decimal("4.75") * 3 + Decimal("18.99") * 4
    tax = percent_of("6.25", goods) + percent_of("2", goods)
    work = Decimal("62.50") * 2
    assert (money(made.subtotal), money(made.sales_tax_total)) == (goods + work, tax)
    assert money(made.total_amount) == money(made.credit_remaining) == goods + work + tax
    assert company.client.qbd.credit_memos.retrieve(made.id, conductor_end_user_id=company.user) == made
    assert company.balances(RECEIVABLE, PAYABLE, "Sales", "Services") == {
        RECEIVABLE: -(goods + work + tax),
        PAYABLE: -tax,
        "Sales": -goods,
        "Services": -work,
    }


def test_credit_memos_and_payments_are_listed(company: Company) -> None:
    qbd, user = company.client.qbd, company.user
    memos = [company.credit_of(amount) for amount in ("1.00", "2.00", "3.00")]
    payments = [company.payment_of(amount) for amount in ("4.00", "5.00", "6.00")]
    theirs = company.payment_of("7.00", customer=company.job)
    assert [each.id for each in qbd.credit_memos.list(conductor_end_user_id=user, limit=2)] == memos
    assert [each.id for each in qbd.receive_payments.list(conductor_end_user_id=user, limit=3)] == [*payments, theirs]
    found = qbd.receive_payments.list(conductor_end_user_id=user, customer_ids=[company.job])
    assert [each.id for each in found] == [theirs]


def test_a_credit_memo_is_changed_and_deleted(company: Company) -> None:
    memos, user = company.client.qbd.credit_memos, company.user
    memo = memos.retrieve(company.credit_of("30.00"), conductor_end_user_id=user)
    made = link(company, memo.id)
    more = memos.update(
        memo.id,
        conductor_end_user_id=user,
        revision_number=memo.revision_number,
        lines=[{"id": memo.lines[0].id}, {"id": "-1", "item_id": company.labour, "amount": "5.00"}],
    )
    assert (money(more.total_amount), money(more.credit_remaining)) == (Decimal("35.00"), Decimal("5.00"))
    assert company.balances(RECEIVABLE) == {RECEIVABLE: Decimal("65.00")}
    assert memos.delete(memo.id, conductor_end_user_id=user).deleted is True
    assert company.open_amounts(made.id) == [Decimal("100.00")]
    assert company.balances(RECEIVABLE) == {RECEIVABLE: Decimal("100.00")}


def test_a_voided_credit_memo_gives_balances_back(company: Company) -> None:
    qbd, user = company.client.qbd, company.user
    memo = company.credit_of("30.00")
    made = link(company, memo)
    qbd.credit_memos.void(memo, conductor_end_user_id=user)
    assert company.open_amounts(made.id) == [Decimal("100.00")]
    assert company.balances(RECEIVABLE) == {RECEIVABLE: Decimal("100.00")}


def test_customers_owe_what_their_invoices_leave_open(company: Company) -> None:
    company.invoice_of("100.00")
    company.invoice_of("40.00", customer=company.job)
    company.credit_of("30.00")
    company.payment_of("5.00")
    retrieve = company.client.qbd.customers.retrieve
    customer = retrieve(company.customer, conductor_end_user_id=company.user)
    job = retrieve(company.job, conductor_end_user_id=company.user)
    assert (money(customer.balance), money(customer.total_balance)) == (Decimal("65.00"), Decimal("105.00"))
    assert (money(job.balance), money(job.total_balance)) == (Decimal("40.00"), Decimal("40.00"))


def european(client: Conductor, user: str) -> str:
    """The id of a customer who is billed in euros."""
    (euro,) = client.qbd.currencies.list(conductor_end_user_id=user, names=["Euro"]).data
    return client.qbd.customers.create(conductor_end_user_id=user, name="Gartenhaus", currency_id=euro.id).id


def foreign_invoice(company: Company, customer: str, amount: str, rate: float) -> Invoice:
    return company.client.qbd.invoices.create(
        conductor_end_user_id=company.user,
        customer_id=customer,
        transaction_date=DAY,
        exchange_rate=rate,
        lines=[{"item_id": company.labour, "amount": amount}],
    )


def foreign_payment(company: Company, customer: str, invoice: str, amount: str, rate: float) -> ReceivePayment:
    return company.client.qbd.receive_payments.create(
        conductor_end_user_id=company.user,
        customer_id=customer,
        transaction_date=DAY,
        exchange_rate=rate,
        total_amount=amount,
        apply_to_transactions=[{"transaction_id": invoice, "payment_amount": amount}],
    )


def receivable_in_all(company: Company) -> Decimal:
    found = company.client.qbd.accounts.list(
        conductor_end_user_id=company.user, account_type="accounts_receivable"
    ).data
    return sum((money(account.balance) for account in found), NOTHING)


def test_a_foreign_invoice_is_told_in_both_currencies(company: Company) -> None:
    customer = european(company.client, company.user)
    made = foreign_invoice(company, customer, "100.00", 1.2345)
    assert made.currency is not None
    assert (made.currency.full_name, made.exchange_rate) == ("Euro", 1.2345)
    assert money(made.balance_remaining) == Decimal("100.00")
    assert money(made.balance_remaining_in_home_currency) == Decimal("123.45")
    assert receivable_in_all(company) == Decimal("123.45")
    assert company.balances("Services") == {"Services": Decimal("123.45")}


def test_a_foreign_payment_at_the_same_rate_leaves_no_gain(company: Company) -> None:
    """A third of it, and then the rest: the cents of the home currency must come out even."""
    customer = european(company.client, company.user)
    made = foreign_invoice(company, customer, "100.00", 1.2345)
    third = to_cents(Decimal("33.33") * Decimal("1.2345"))
    paid = foreign_payment(company, customer, made.id, "33.33", 1.2345)
    assert money(paid.total_amount_in_home_currency) == third
    after = company.read(made.id)
    assert money(after.balance_remaining) == Decimal("66.67")
    assert money(after.balance_remaining_in_home_currency) == Decimal("123.45") - third
    foreign_payment(company, customer, made.id, "66.67", 1.2345)
    assert company.read(made.id).is_paid is True
    assert receivable_in_all(company) == NOTHING
    assert company.balances(UNDEPOSITED, GAIN_OR_LOSS) == {UNDEPOSITED: Decimal("123.45"), GAIN_OR_LOSS: NOTHING}


def test_a_foreign_payment_at_another_rate_makes_a_gain(company: Company) -> None:
    """1000.00 euros, owed at 1.10 and paid at 1.20: a hundred dollars gained."""
    customer = european(company.client, company.user)
    made = foreign_invoice(company, customer, "1000.00", 1.1)
    foreign_payment(company, customer, made.id, "1000.00", 1.2)
    assert receivable_in_all(company) == NOTHING
    assert company.balances(UNDEPOSITED, GAIN_OR_LOSS) == {
        UNDEPOSITED: Decimal("1200.00"),
        GAIN_OR_LOSS: Decimal("-100.00"),  # an expense account: a gain stands on its other side
    }


def revalued(company: Company, paid: str) -> Invoice:
    """An invoice of 100.00 euros at 1.50, so much of it paid at that rate, whose rate is then changed to 2.00."""
    customer = european(company.client, company.user)
    made = foreign_invoice(company, customer, "100.00", 1.5)
    foreign_payment(company, customer, made.id, paid, 1.5)
    return company.client.qbd.invoices.update(
        made.id, conductor_end_user_id=company.user, revision_number=made.revision_number, exchange_rate=2.0
    )


def test_a_new_exchange_rate_values_what_is_open(company: Company) -> None:
    """Thirty euros came in as 45.00 and were owed as 60.00: a loss. Seventy are open at the new rate."""
    after = revalued(company, "30.00")
    assert money(after.balance_remaining_in_home_currency) == Decimal("140.00")
    assert receivable_in_all(company) == Decimal("140.00")
    assert company.balances(GAIN_OR_LOSS, "Services") == {
        GAIN_OR_LOSS: Decimal("15.00"),
        "Services": Decimal("200.00"),
    }


def test_a_new_exchange_rate_of_a_paid_invoice_leaves_nothing_open(company: Company) -> None:
    after = revalued(company, "100.00")
    assert (money(after.balance_remaining), money(after.balance_remaining_in_home_currency)) == (NOTHING, NOTHING)
    assert receivable_in_all(company) == NOTHING
    assert company.balances(GAIN_OR_LOSS) == {GAIN_OR_LOSS: Decimal("50.00")}
