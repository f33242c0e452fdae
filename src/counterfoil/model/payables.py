"""Payments made to vendors."""

from typing import Literal

from counterfoil.model.kinds import (
    AccountRef,
    CurrencyRef,
    Date,
    DepartmentRef,
    ExchangeRate,
    Money,
    Text21,
    Text4095,
    VendorRef,
)
from counterfoil.model.receivables import Application
from counterfoil.model.shape import Transaction


class BillPayment(Transaction, frozen=True, kw_only=True, omit_defaults=True):
    """Money to a vendor, by check or by card, out of `payment_account`.

    What is not applied to bills stays as `unused_payment`, a credit to use later. A total of nil only uses credits.
    """

    vendor: VendorRef | None = None
    payables_account: AccountRef | None = None
    department: DepartmentRef | None = None
    transaction_date: Date | None = None
    ref_number: Text21 | None = None
    total_amount: Money | None = None
    currency: CurrencyRef | None = None
    exchange_rate: ExchangeRate | None = None
    total_amount_in_home_currency: Money | None = None
    pay_type: Literal["check", "credit_card"] = "check"
    payment_account: AccountRef | None = None
    is_queued_for_print: bool = False
    memo: Text4095 | None = None
    unused_payment: Money | None = None
    applications: tuple[Application, ...] = ()
