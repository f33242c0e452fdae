"""Purchases on account: bills, which the company owes its vendors, and vendors' credits."""

from typing import Literal

from counterfoil.model.addresses import Address
from counterfoil.model.kinds import (
    AccountRef,
    ClassRef,
    CurrencyRef,
    CustomerRef,
    Date,
    DepartmentRef,
    ExchangeRate,
    ItemRef,
    Money,
    Quantity,
    SalesTaxCodeRef,
    TermsRef,
    Text21,
    Text4095,
    UnitPrice,
    VendorRef,
)
from counterfoil.model.lines import LinkedTransaction
from counterfoil.model.shape import Transaction
from counterfoil.model.values import Value

BillableStatus = Literal["billable", "not_billable", "billed"]


class PurchaseLine(Value, frozen=True, kw_only=True, omit_defaults=True):
    """What is bought in one line: so much of an item, or an expense of an account; without either it is only text.

    An item posts to its expense account. `customer` is whom it was bought for.
    """

    id: str = ""
    item: ItemRef | None = None
    account: AccountRef | None = None
    description: Text4095 | None = None
    quantity: Quantity | None = None
    rate: UnitPrice | None = None
    amount: Money | None = None
    class_: ClassRef | None = None
    customer: CustomerRef | None = None
    billable_status: BillableStatus | None = None
    sales_tax_code: SalesTaxCodeRef | None = None


class Purchase(Transaction, frozen=True, kw_only=True, omit_defaults=True):
    """What a bill and a vendor credit share. `ref_number` is the vendor's own: the books never count it on."""

    vendor: VendorRef | None = None
    payables_account: AccountRef | None = None
    vendor_address: Address | None = None
    department: DepartmentRef | None = None
    transaction_date: Date | None = None
    ref_number: Text21 | None = None
    total_amount: Money | None = None
    currency: CurrencyRef | None = None
    exchange_rate: ExchangeRate | None = None
    memo: Text4095 | None = None
    lines: tuple[PurchaseLine, ...] = ()
    linked_transactions: tuple[LinkedTransaction, ...] = ()


class Bill(Purchase, frozen=True, kw_only=True, omit_defaults=True):
    """A purchase on account: `balance_remaining` of `total_amount` is still owed to the vendor."""

    terms: TermsRef | None = None
    due_date: Date | None = None
    balance_remaining: Money | None = None
    balance_remaining_in_home_currency: Money | None = None
    is_paid: bool | None = None


class VendorCredit(Purchase, frozen=True, kw_only=True, omit_defaults=True):
    """A purchase taken back: `credit_remaining` of `total_amount` may still be used to pay bills."""

    credit_remaining: Money | None = None
    credit_remaining_in_home_currency: Money | None = None
