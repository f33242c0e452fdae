"""Invoices and credit memos: what a customer owes, and what is owed to a customer."""

from typing import Literal

from counterfoil.model.addresses import Address
from counterfoil.model.kinds import (
    AccountRef,
    ClassRef,
    CurrencyRef,
    CustomerMessageRef,
    CustomerRef,
    Date,
    ExchangeRate,
    Id36,
    Money,
    Percent,
    SalesRepresentativeRef,
    SalesTaxCodeRef,
    SalesTaxRef,
    ShippingMethodRef,
    TemplateRef,
    TermsRef,
    Text13,
    Text21,
    Text25,
    Text29,
    Text255,
    Text4095,
)
from counterfoil.model.lines import CreditToApply, LinkedTransaction, SalesLine, SalesLineGroup, TaxComponent
from counterfoil.model.shape import Transaction

TaxMode = Literal["computed", "override_total", "override_lines", "none"]


class Sale(Transaction, frozen=True, kw_only=True, omit_defaults=True):
    """What an invoice and a credit memo share. The books compute the sums; `tax_mode` says who computes the tax.

    `ref_number` is None where the books are to count on, and empty where the caller wants none. `memo` is for the
    company's own eyes, `customer_note` free text for the customer's; a `customer_message` is one of a list.
    """

    customer: CustomerRef | None = None
    class_: ClassRef | None = None
    receivables_account: AccountRef | None = None
    document_template: TemplateRef | None = None
    transaction_date: Date | None = None
    ref_number: Text21 | None = None
    billing_address: Address | None = None
    shipping_address: Address | None = None
    is_pending: bool = False
    purchase_order_number: Text25 | None = None
    terms: TermsRef | None = None
    due_date: Date | None = None
    sales_representative: SalesRepresentativeRef | None = None
    shipment_origin: Text13 | None = None
    shipping_date: Date | None = None
    shipping_method: ShippingMethodRef | None = None
    subtotal: Money | None = None
    sales_tax_item: SalesTaxRef | None = None
    sales_tax_percentage: Percent | None = None
    sales_tax_total: Money | None = None
    total_amount: Money | None = None
    tax_mode: TaxMode = "computed"
    tax_override: Money | None = None
    tax_components: tuple[TaxComponent, ...] = ()
    currency: CurrencyRef | None = None
    exchange_rate: ExchangeRate | None = None
    memo: Text4095 | None = None
    customer_note: Text4095 | None = None
    tracking_number: Text255 | None = None
    customer_message: CustomerMessageRef | None = None
    is_queued_for_print: bool = True
    is_queued_for_email: bool = False
    sales_tax_code: SalesTaxCodeRef | None = None
    other_custom_field: Text29 | None = None
    lines: tuple[SalesLine | SalesLineGroup, ...] = ()
    linked_transactions: tuple[LinkedTransaction, ...] = ()


class Invoice(Sale, frozen=True, kw_only=True, omit_defaults=True):
    """A sale on account: the customer owes `total_amount` until payments bring `balance_remaining` to nil.

    `applied_amount` is a positive magnitude: balance = subtotal + sales tax - applied (Conductor's invoice object).
    """

    is_finance_charge: bool = False
    applied_amount: Money | None = None
    balance_remaining: Money | None = None
    balance_remaining_in_home_currency: Money | None = None
    is_paid: bool | None = None
    suggested_discount_amount: Money | None = None
    suggested_discount_date: Date | None = None
    link_to_transactions: tuple[Id36, ...] = ()
    apply_credits: tuple[CreditToApply, ...] = ()


class CreditMemo(Sale, frozen=True, kw_only=True, omit_defaults=True):
    """A sale taken back: `credit_remaining` of `total_amount` may still be used to pay invoices."""

    credit_remaining: Money | None = None
    credit_remaining_in_home_currency: Money | None = None
