"""Sales: on account (invoices and credit memos), paid at once (receipts), or only offered (estimates)."""

from typing import Literal

from counterfoil.model.addresses import Address
from counterfoil.model.kinds import (
    AccountRef,
    ClassRef,
    CurrencyRef,
    CustomerMessageRef,
    CustomerRef,
    Date,
    DepartmentRef,
    ExchangeRate,
    Id36,
    Money,
    PaymentMethodRef,
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
    Text100,
    Text255,
    Text4095,
)
from counterfoil.model.lines import CreditToApply, LinkedTransaction, SalesLine, SalesLineGroup, TaxComponent
from counterfoil.model.shape import Transaction

TaxMode = Literal["computed", "override_total", "override_lines", "none"]


class Sale(Transaction, frozen=True, kw_only=True, omit_defaults=True):
    """What all sales share. The books compute the sums; `tax_mode` says who computes the tax.

    `ref_number` is None where the books are to count on, and empty where the caller wants none. `memo` is for the
    company's own eyes, `customer_note` free text for the customer's; a `customer_message` is one of a list.
    Only what stays owed has a `receivables_account`.
    """

    customer: CustomerRef | None = None
    class_: ClassRef | None = None
    department: DepartmentRef | None = None
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


class Estimate(Sale, frozen=True, kw_only=True, omit_defaults=True):
    """What a sale would come to. Nobody owes anything for it: it is never posted."""

    status: Literal["pending", "accepted", "closed", "rejected", "converted"] = "pending"
    expiration_date: Date | None = None
    accepted_by: Text100 | None = None
    accepted_date: Date | None = None


class PaidSale(Sale, frozen=True, kw_only=True, omit_defaults=True):
    """A sale whose money changes hands at once, through `deposit_to_account`: nothing of it stays open.

    So it may be a sale to nobody in particular, without a customer.
    """

    deposit_to_account: AccountRef | None = None
    payment_method: PaymentMethodRef | None = None
    payment_ref_number: Text100 | None = None


class SalesReceipt(PaidSale, frozen=True, kw_only=True, omit_defaults=True):
    """A sale that is paid as it is made; without a deposit account the money waits in Undeposited Funds."""


class RefundReceipt(PaidSale, frozen=True, kw_only=True, omit_defaults=True):
    """A paid sale taken back: the money goes out of `deposit_to_account` again."""


OnAccount = Invoice | CreditMemo
"""Sales that stay open until they are paid or used."""
