"""The life of an invoice, told through the vendor's unmodified client; every sum is worked out here by hand."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any, cast

import pytest
from conductor import Conductor, InternalServerError
from conductor.types.qbd import Invoice
from conductor.types.qbd.invoice_create_params import Line as AskedLine
from tests.support.company import DAY, PAYABLE, RECEIVABLE, Company
from tests.support.line import Line
from tests.support.sums import NOTHING, money, percent_of, to_cents, total

INCOME = ("Sales", "Services", "Shipping and Delivery Income", "Sales Discounts")


def twelve_lines(company: Company) -> list[AskedLine]:
    """Goods, work, text, a subtotal with a discount, an exempt sale of taxable goods, and two tax lines."""
    return [
        {"item_id": company.paver, "quantity": 120},
        {"item_id": company.soil, "quantity": 20.5},
        {"item_id": company.labour, "quantity": 3.75},
        {"description": "As agreed on site"},
        {"item_id": company.delivery, "amount": "35.00"},
        {"item_id": company.paver, "quantity": 3, "rate": "4.995"},
        {"item_id": company.subtotal},
        {"item_id": company.discount},
        {"item_id": company.sprinkler, "quantity": 7, "amount": "400.00", "sales_tax_code_id": company.exempt},
        {"item_id": company.subtotal},
        {"item_id": company.levy},
        {"item_id": company.city_tax, "amount": "2.00"},
    ]


PAVERS = Decimal("4.75") * 120
SOIL = to_cents(Decimal("6.20") * Decimal("20.5"))
LABOUR = to_cents(Decimal("62.50") * Decimal("3.75"))
DELIVERY = Decimal("35.00")
DEAR_PAVERS = to_cents(Decimal("4.995") * 3)
FIRST_SUBTOTAL = PAVERS + SOIL + LABOUR + DELIVERY + DEAR_PAVERS
DISCOUNT = -percent_of("10", FIRST_SUBTOTAL)
EXEMPT_SPRINKLERS = Decimal("400.00")
SECOND_SUBTOTAL = DISCOUNT + EXEMPT_SPRINKLERS
LEVY = percent_of("1.5", SECOND_SUBTOTAL)
CITY_LINE = Decimal("2.00")
KIT_SPRINKLERS = Decimal("18.99") * 8
KIT_LABOUR = Decimal("62.50") * 4
TAXABLE = PAVERS + SOIL + DEAR_PAVERS + DISCOUNT + KIT_SPRINKLERS
STATE_TAX, CITY_TAX = percent_of("6.25", TAXABLE), percent_of("2", TAXABLE)
SUBTOTAL = FIRST_SUBTOTAL + DISCOUNT + EXEMPT_SPRINKLERS + KIT_SPRINKLERS + KIT_LABOUR
TAX = STATE_TAX + CITY_TAX + LEVY + CITY_LINE


@pytest.fixture
def invoice(company: Company) -> Invoice:
    """Twelve lines, and a line group of two kits."""
    return company.client.qbd.invoices.create(
        conductor_end_user_id=company.user,
        customer_id=company.customer,
        transaction_date=DAY,
        lines=twelve_lines(company),
        line_groups=[{"item_group_id": company.kit, "quantity": 2}],
    )


def amounts_of(invoice: Invoice) -> list[Decimal | None]:
    return [None if line.amount is None else money(line.amount) for line in invoice.lines]


def sums_of(invoice: Invoice) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """Subtotal, tax, what is applied and what is left."""
    return (
        money(invoice.subtotal),
        money(invoice.sales_tax_total),
        money(invoice.applied_amount),
        money(invoice.balance_remaining),
    )


def as_told(lines: Sequence[Any]) -> list[dict[str, Any]]:
    return [line.model_dump() for line in lines]


def error_of(refusal: pytest.ExceptionInfo[InternalServerError]) -> dict[str, Any]:
    return cast(dict[str, dict[str, Any]], refusal.value.body)["error"]


def test_each_line_comes_to_what_it_must(invoice: Invoice) -> None:
    assert amounts_of(invoice) == [
        PAVERS,
        SOIL,
        LABOUR,
        None,
        DELIVERY,
        DEAR_PAVERS,
        FIRST_SUBTOTAL,
        DISCOUNT,
        EXEMPT_SPRINKLERS,
        SECOND_SUBTOTAL,
        LEVY,
        CITY_LINE,
    ]


def test_quantities_and_rates_are_told_as_sent_or_as_the_item_suggests(invoice: Invoice) -> None:
    pavers, soil, labour, text, delivery, dear, _, discount, sprinklers, _, levy, city = invoice.lines
    assert (pavers.quantity, pavers.rate, pavers.description) == (120, "4.75", "Paver, each")
    assert (soil.quantity, soil.rate) == (20.5, "6.2")
    assert (labour.quantity, labour.rate) == (3.75, "62.5")
    assert (text.item, text.description, text.quantity, text.rate) == (None, "As agreed on site", None, None)
    assert money(delivery.amount) == DELIVERY
    assert (dear.quantity, dear.rate) == (3, "4.995")
    assert (discount.quantity, discount.rate_percent) == (None, "10")
    assert (sprinklers.quantity, sprinklers.rate) == (7, "57.14286")  # 400 / 7, to five places
    assert [Decimal(line.rate or "0") for line in (levy, city)] == [LEVY, CITY_LINE]  # a tax line shows its amount


def test_a_line_group_expands_to_its_members(company: Company, invoice: Invoice) -> None:
    (group,) = invoice.line_groups
    assert (group.item_group.id, group.item_group.full_name) == (company.kit, "Irrigation kit")
    assert (group.quantity, group.should_print_items_in_group) == (2, True)
    assert [(line.item.id if line.item else None, line.quantity) for line in group.lines] == [
        (company.sprinkler, 8),
        (company.labour, 4),
    ]
    assert [money(line.amount) for line in group.lines] == [KIT_SPRINKLERS, KIT_LABOUR]
    assert money(group.total_amount) == KIT_SPRINKLERS + KIT_LABOUR


def test_lines_are_taxable_by_their_own_code_or_their_item(company: Company, invoice: Invoice) -> None:
    codes = [line.sales_tax_code.id if line.sales_tax_code else None for line in invoice.lines]
    tax, non = company.taxable, company.exempt
    assert codes[:3] == [tax, tax, non]
    assert codes[4:6] == [non, tax]
    assert codes[7:9] == [tax, non]


def test_the_sums_of_the_invoice(invoice: Invoice) -> None:
    assert percent_of("8.25", TAXABLE) != STATE_TAX + CITY_TAX  # rounding once for both would show
    assert sums_of(invoice) == (SUBTOTAL, TAX, NOTHING, SUBTOTAL + TAX)
    assert Decimal(invoice.sales_tax_percentage or "") == Decimal("8.25")
    assert invoice.is_paid is False
    assert money(invoice.balance_remaining_in_home_currency) == SUBTOTAL + TAX


def test_the_accounts_agree_with_the_invoice(company: Company, invoice: Invoice) -> None:
    assert company.balances(RECEIVABLE, PAYABLE, *INCOME) == {
        RECEIVABLE: SUBTOTAL + TAX,
        PAYABLE: TAX,
        "Sales": PAVERS + SOIL + DEAR_PAVERS + EXEMPT_SPRINKLERS + KIT_SPRINKLERS,
        "Services": LABOUR + KIT_LABOUR,
        "Shipping and Delivery Income": DELIVERY,
        "Sales Discounts": DISCOUNT,
    }


def test_reading_tells_the_same_as_creating(company: Company, invoice: Invoice) -> None:
    assert company.read(invoice.id) == invoice


def test_a_second_tax_line_needs_an_amount(company: Company) -> None:
    lines: list[AskedLine] = [
        {"item_id": company.paver, "quantity": 10},
        {"item_id": company.subtotal},
        {"item_id": company.levy},
        {"item_id": company.city_tax},
    ]
    with pytest.raises(InternalServerError) as refusal:
        company.invoice(lines)
    assert "lines[3].amount" in error_of(refusal)["message"]
    assert company.invoice_count() == 0


def test_an_amount_beats_a_rate(company: Company, line: Line) -> None:
    """QuickBooks ignores the rate; the answer says so beside its body."""
    made = company.invoice([{"item_id": company.labour, "quantity": 4, "rate": "99.00", "amount": "10.00"}])
    assert (made.lines[0].rate, amounts_of(made)) == ("2.5", [Decimal("10.00")])
    assert line.exchanges[-1].headers["Counterfoil-Warnings"] == "ignored: lines[0].rate"


def test_an_exempt_invoice_has_no_tax(company: Company) -> None:
    made = company.client.qbd.invoices.create(
        conductor_end_user_id=company.user,
        customer_id=company.customer,
        transaction_date=DAY,
        sales_tax_code_id=company.exempt,
        lines=[{"item_id": company.paver, "quantity": 10}],
    )
    assert sums_of(made) == (Decimal("47.50"), NOTHING, NOTHING, Decimal("47.50"))


def test_half_cents_of_each_tax_go_up(company: Company) -> None:
    """2 % of 1.25 is 2.5 cents; 6.25 % of it is 7.8125 cents."""
    made = company.invoice([{"item_id": company.paver, "amount": "1.25"}])
    assert money(made.sales_tax_total) == Decimal("0.03") + Decimal("0.08")


def test_tax_is_rounded_once_on_the_total_and_not_line_by_line(company: Company) -> None:
    """Ten lines of 0.20: by lines each tax of 2 % would be nil, and each of 6.25 % a cent."""
    made = company.invoice([{"item_id": company.paver, "amount": "0.20"} for _ in range(10)])
    assert money(made.sales_tax_total) == percent_of("6.25", Decimal("2.00")) + percent_of("2", Decimal("2.00"))
    assert money(made.sales_tax_total) == Decimal("0.17")


def test_a_number_is_given_where_none_is_sent_and_none_where_it_is_blank(company: Company) -> None:
    qbd, user = company.client.qbd, company.user

    def number(**given: str) -> str | None:
        lines: list[AskedLine] = [{"item_id": company.labour}]
        return qbd.invoices.create(
            conductor_end_user_id=user,
            customer_id=company.customer,
            transaction_date=DAY,
            lines=lines,
            **cast(Any, given),
        ).ref_number

    assert number(ref_number="INV-0099") == "INV-0099"
    assert number() == "INV-0100"
    assert number(ref_number="") is None
    assert number(ref_number="INV-0099") == "INV-0099"  # QuickBooks allows a number to be used twice


def changed(company: Company) -> tuple[Invoice, Invoice]:
    """An invoice before and after its lines were changed: one more, one kept bare, one new, one dropped."""
    before = company.invoice(
        [
            {"item_id": company.paver, "quantity": 10},
            {"item_id": company.labour, "quantity": 2},
            {"item_id": company.sprinkler, "quantity": 4},
            {"item_id": company.delivery, "amount": "20.00"},
        ]
    )
    paver, labour, _, delivery = (line.id for line in before.lines)
    after = company.client.qbd.invoices.update(
        before.id,
        conductor_end_user_id=company.user,
        revision_number=before.revision_number,
        lines=[
            {"id": paver, "quantity": 12},
            {"id": labour},
            {"id": "-1", "item_id": company.soil, "quantity": 5},
            {"id": delivery},
        ],
    )
    return before, after


def test_an_update_of_lines_replaces_them(company: Company) -> None:
    before, after = changed(company)
    paver, labour, sprinkler, delivery = before.lines
    ids = [line.id for line in after.lines]
    assert [ids[0], ids[1], ids[3]] == [paver.id, labour.id, delivery.id]
    assert ids[2] not in {"-1", sprinkler.id}
    assert as_told([after.lines[1], after.lines[3]]) == as_told([labour, delivery])
    assert amounts_of(after) == [Decimal("4.75") * 12, Decimal("125.00"), Decimal("6.20") * 5, Decimal("20.00")]
    assert after.revision_number != before.revision_number


def test_an_update_of_lines_works_out_the_sums_again(company: Company) -> None:
    _, after = changed(company)
    goods = Decimal("4.75") * 12 + Decimal("6.20") * 5
    tax = percent_of("6.25", goods) + percent_of("2", goods)
    subtotal = goods + Decimal("125.00") + Decimal("20.00")
    assert sums_of(after) == (subtotal, tax, NOTHING, subtotal + tax)
    assert company.read(after.id) == after
    assert company.balances(RECEIVABLE, PAYABLE, "Sales") == {
        RECEIVABLE: subtotal + tax,
        PAYABLE: tax,
        "Sales": goods,
    }


def test_an_update_of_the_header_leaves_the_lines(company: Company, invoice: Invoice) -> None:
    after = company.client.qbd.invoices.update(
        invoice.id,
        conductor_end_user_id=company.user,
        revision_number=invoice.revision_number,
        memo="Second floor",
        purchase_order_number="PO 77",
        due_date=date(2026, 5, 1),
    )
    assert (after.memo, after.purchase_order_number, after.due_date) == ("Second floor", "PO 77", date(2026, 5, 1))
    assert as_told(after.lines) == as_told(invoice.lines)
    assert as_told(after.line_groups) == as_told(invoice.line_groups)
    assert sums_of(after) == sums_of(invoice)


def test_an_update_of_plain_lines_leaves_the_groups(company: Company, invoice: Invoice) -> None:
    """The vendor: an array that is left out leaves its lines untouched."""
    after = company.client.qbd.invoices.update(
        invoice.id,
        conductor_end_user_id=company.user,
        revision_number=invoice.revision_number,
        lines=[{"id": invoice.lines[0].id}],
    )
    taxable = PAVERS + KIT_SPRINKLERS
    tax = percent_of("6.25", taxable) + percent_of("2", taxable)
    assert as_told(after.lines) == as_told(invoice.lines[:1])
    assert as_told(after.line_groups) == as_told(invoice.line_groups)
    assert sums_of(after)[:2] == (taxable + KIT_LABOUR, tax)


def test_a_group_changes_with_its_quantity(company: Company, invoice: Invoice) -> None:
    after = company.client.qbd.invoices.update(
        invoice.id,
        conductor_end_user_id=company.user,
        revision_number=invoice.revision_number,
        line_groups=[{"id": invoice.line_groups[0].id, "quantity": 3}],
    )
    assert [line.quantity for line in after.line_groups[0].lines] == [12, 6]
    assert as_told(after.lines) == as_told(invoice.lines)
    more = Decimal("18.99") * 4
    assert money(after.subtotal) == SUBTOTAL + more + Decimal("62.50") * 2


def test_a_stale_revision_is_refused_and_changes_nothing(company: Company) -> None:
    first = company.invoice_of("100.00")
    update = company.client.qbd.invoices.update
    second = update(first.id, conductor_end_user_id=company.user, revision_number=first.revision_number, memo="In time")
    with pytest.raises(InternalServerError) as refusal:
        update(
            first.id,
            conductor_end_user_id=company.user,
            revision_number=first.revision_number,
            memo="Too late",
            lines=[{"id": first.lines[0].id, "amount": "1.00"}],
        )
    error = error_of(refusal)
    assert (refusal.value.status_code, error["integrationCode"], error["code"]) == (502, "3200", "QBD_REQUEST_ERROR")
    assert first.revision_number in error["message"]
    assert company.read(first.id) == second
    assert company.balances(RECEIVABLE) == {RECEIVABLE: Decimal("100.00")}


def test_of_many_updates_at_once_one_wins(company: Company) -> None:
    made = company.invoice_of("100.00")

    def attempt(number: int) -> str | None:
        try:
            update = company.client.qbd.invoices.update
            memo = f"Writer {number}"
            update(made.id, conductor_end_user_id=company.user, revision_number=made.revision_number, memo=memo)
        except InternalServerError:
            return None
        return memo

    with ThreadPoolExecutor(8) as pool:
        winners = [memo for memo in pool.map(attempt, range(8)) if memo]
    assert [company.read(made.id).memo] == winners


def test_lines_out_of_order_are_refused(company: Company) -> None:
    made = company.invoice([{"item_id": company.labour}, {"item_id": company.delivery}])
    with pytest.raises(InternalServerError) as refusal:
        company.client.qbd.invoices.update(
            made.id,
            conductor_end_user_id=company.user,
            revision_number=made.revision_number,
            lines=[{"id": line.id} for line in reversed(made.lines)],
        )
    assert error_of(refusal)["integrationCode"] == "3290"
    assert company.read(made.id) == made


def test_a_void_keeps_the_invoice_and_takes_its_amounts(company: Company, invoice: Invoice) -> None:
    voided = company.client.qbd.invoices.void(invoice.id, conductor_end_user_id=company.user)
    assert (voided.id, voided.voided, voided.ref_number) == (invoice.id, True, invoice.ref_number)
    after = company.read(invoice.id)
    assert sums_of(after) == (NOTHING, NOTHING, NOTHING, NOTHING)
    assert total(amount or NOTHING for amount in amounts_of(after)) == NOTHING
    assert (after.memo or "").startswith("VOID:")
    names = (RECEIVABLE, PAYABLE, *INCOME)
    assert company.balances(*names) == dict.fromkeys(names, NOTHING)


def test_a_void_frees_the_payment(company: Company) -> None:
    made = company.invoice_of("100.00")
    payment = company.pay(made.id, "60.00")
    company.client.qbd.invoices.void(made.id, conductor_end_user_id=company.user)
    free = company.client.qbd.receive_payments.retrieve(payment, conductor_end_user_id=company.user)
    assert (money(free.unused_payment), free.applied_to_transactions) == (Decimal("60.00"), [])
    assert company.balances(RECEIVABLE) == {RECEIVABLE: Decimal("-60.00")}


def test_a_deleted_invoice_is_gone_and_listed_as_deleted(company: Company) -> None:
    kept, gone = company.invoice_of("100.00"), company.invoice_of("30.00")
    qbd, user = company.client.qbd, company.user
    answer = qbd.invoices.delete(gone.id, conductor_end_user_id=user)
    assert (answer.id, answer.deleted, answer.ref_number) == (gone.id, True, gone.ref_number)
    with pytest.raises(InternalServerError) as refusal:
        company.read(gone.id)
    assert error_of(refusal)["integrationCode"] == "500"
    assert [each.id for each in qbd.invoices.list(conductor_end_user_id=user)] == [kept.id]
    assert company.balances(RECEIVABLE) == {RECEIVABLE: Decimal("100.00")}
    (told,) = qbd.deleted_transactions.list(conductor_end_user_id=user, transaction_types=["invoice"]).data
    assert (told.id, told.transaction_type, told.ref_number) == (gone.id, "invoice", gone.ref_number)
    assert told.created_at == gone.created_at


def test_deleted_transactions_are_found_by_type_and_time(company: Company) -> None:
    qbd, user = company.client.qbd, company.user
    gone = company.invoice_of("30.00").id
    qbd.invoices.delete(gone, conductor_end_user_id=user)

    def found(types: Any, **times: str) -> list[str]:
        listed = qbd.deleted_transactions.list(conductor_end_user_id=user, transaction_types=types, **cast(Any, times))
        return [each.id for each in listed.data]

    assert found(["receive_payment", "bill"]) == []
    assert found(["receive_payment", "invoice"]) == [gone]
    assert found(["invoice"], deleted_after="2020-01-01", deleted_before="2099-12-31") == [gone]
    assert found(["invoice"], deleted_before="2020-01-01") == []


def test_a_pending_invoice_posts_nothing_until_it_is_final(company: Company) -> None:
    qbd, user = company.client.qbd, company.user
    pending = qbd.invoices.create(
        conductor_end_user_id=user,
        customer_id=company.customer,
        transaction_date=DAY,
        is_pending=True,
        lines=[{"item_id": company.labour, "amount": "80.00"}],
    )
    assert (pending.is_pending, money(pending.subtotal)) == (True, Decimal("80.00"))
    assert company.balances(RECEIVABLE, "Services") == {RECEIVABLE: NOTHING, "Services": NOTHING}
    final = qbd.invoices.update(
        pending.id, conductor_end_user_id=user, revision_number=pending.revision_number, is_pending=False
    )
    assert (final.is_pending, money(final.balance_remaining)) == (False, Decimal("80.00"))
    assert company.balances(RECEIVABLE, "Services") == {RECEIVABLE: Decimal("80.00"), "Services": Decimal("80.00")}


def test_standard_terms_give_due_date_and_discount(company: Company) -> None:
    """2 % within 10 days, else 30 days net."""
    qbd, user = company.client.qbd, company.user
    terms = qbd.standard_terms.create(
        conductor_end_user_id=user, name="2/10 net 30", due_days=30, discount_days=10, discount_percentage="2"
    )
    made = qbd.invoices.create(
        conductor_end_user_id=user,
        customer_id=company.customer,
        transaction_date=date(2026, 3, 2),
        terms_id=terms.id,
        lines=[{"item_id": company.labour, "amount": "512.75"}],
    )
    assert made.due_date == date(2026, 4, 1)
    assert made.suggested_discount_date == date(2026, 3, 12)
    assert money(made.suggested_discount_amount) == percent_of("2", Decimal("512.75"))


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 5, 10), date(2026, 5, 15)),
        (date(2026, 5, 13), date(2026, 6, 15)),  # QuickBooks' own example
        (date(2026, 5, 20), date(2026, 6, 15)),
        (date(2026, 12, 14), date(2027, 1, 15)),
    ],
)
def test_date_driven_terms_fall_due_on_their_day(client: Conductor, user: str, day: date, due: date) -> None:
    """Due on the 15th; a sale within two days of it is due a month later."""
    qbd = client.qbd
    terms = qbd.date_driven_terms.create(
        conductor_end_user_id=user, name="Mid-month", due_day_of_month=15, grace_period_days=2
    )
    customer = qbd.customers.create(conductor_end_user_id=user, name="Acme", terms_id=terms.id)
    income = qbd.accounts.list(conductor_end_user_id=user, full_names=["Services"]).data[0]
    item = qbd.service_items.create(
        conductor_end_user_id=user, name="Labour", sales_or_purchase_details={"posting_account_id": income.id}
    )
    made = qbd.invoices.create(
        conductor_end_user_id=user,
        customer_id=customer.id,
        transaction_date=day,
        lines=[{"item_id": item.id, "amount": "10.00"}],
    )
    assert (made.terms.id if made.terms else None, made.due_date) == (terms.id, due)


def test_custom_fields_of_lines_are_kept(company: Company) -> None:
    made = company.invoice(
        [
            {
                "item_id": company.labour,
                "custom_fields": [{"owner_id": "0", "name": "Color", "value": "Red"}],
                "other_custom_field1": "Gate 4",
            },
            {"item_id": company.delivery},
        ]
    )
    red, plain = company.read(made.id).lines
    assert [(field.owner_id, field.name, field.value) for field in red.custom_fields] == [("0", "Color", "Red")]
    assert red.other_custom_field1 == "Gate 4"
    assert (plain.custom_fields, plain.other_custom_field1) == ([], None)


def test_the_header_names_its_parties(company: Company) -> None:
    qbd, user = company.client.qbd, company.user
    class_ = qbd.classes.create(conductor_end_user_id=user, name="Gardens")
    other = qbd.classes.create(conductor_end_user_id=user, name="Roofs", parent_id=class_.id)
    seller = qbd.sales_representatives.create(conductor_end_user_id=user, initial="SC", entity_id=company.state_agency)
    shipping = qbd.shipping_methods.create(conductor_end_user_id=user, name="Own van")
    template = qbd.templates.list(conductor_end_user_id=user).data[0]
    made = qbd.invoices.create(
        conductor_end_user_id=user,
        customer_id=company.job,
        transaction_date=DAY,
        class_id=class_.id,
        document_template_id=template.id,
        sales_representative_id=seller.id,
        shipping_method_id=shipping.id,
        shipping_date=date(2026, 3, 4),
        shipment_origin="Austin",
        external_id="0f4bf85e-9a9c-4b8f-8f0c-9a0c7b6d5e4f",
        is_queued_for_email=False,
        is_queued_for_print=True,
        other_custom_field="North",
        billing_address={"line1": "1 Main St", "city": "Austin", "state": "TX", "postal_code": "78701"},
        lines=[{"item_id": company.labour}, {"item_id": company.delivery, "class_id": other.id}],
    )
    kept = company.read(made.id)
    refs = (
        kept.customer,
        kept.class_,
        kept.document_template,
        kept.sales_representative,
        kept.shipping_method,
        kept.sales_tax_item,
    )
    assert [(ref.id, ref.full_name) if ref else None for ref in refs] == [
        (company.job, "Acme:Roof garden"),
        (class_.id, "Gardens"),
        (template.id, template.name),
        (seller.id, "SC"),
        (shipping.id, "Own van"),
        (company.both_taxes, "State and city"),  # a job is taxed as its customer
    ]
    assert [line.class_.full_name if line.class_ else None for line in kept.lines] == ["Gardens", "Gardens:Roofs"]
    assert (kept.shipping_date, kept.shipment_origin, kept.other_custom_field) == (date(2026, 3, 4), "Austin", "North")
    assert kept.external_id == "0f4bf85e-9a9c-4b8f-8f0c-9a0c7b6d5e4f"
    assert kept.billing_address is not None
    assert (kept.billing_address.line1, kept.billing_address.postal_code) == ("1 Main St", "78701")


def test_a_customer_message_is_told_by_name(company: Company) -> None:
    """The vendor lists no messages, so that callers know their ids from QuickBooks alone: a counter and a moment."""
    qbd, user = company.client.qbd, company.user
    before = max(each.id for each in qbd.shipping_methods.list(conductor_end_user_id=user).data)
    after = min(each.id for each in qbd.templates.list(conductor_end_user_id=user).data)
    moments = {each.partition("-")[2] for each in (before, after)}
    for moment in sorted(moments):
        try:
            made = qbd.invoices.create(
                conductor_end_user_id=user,
                customer_id=company.customer,
                transaction_date=DAY,
                customer_message_id=f"80000001-{moment}",
                lines=[{"item_id": company.labour}],
            )
        except InternalServerError:
            continue
        assert made.customer_message is not None
        assert made.customer_message.full_name == "Thank you for your business."
        return
    pytest.fail("a new company has no customer message")
