"""Payments received from customers."""

from typing import Literal

from counterfoil.model.kinds import (
    AccountRef,
    ClassRef,
    CurrencyRef,
    CustomerRef,
    Date,
    ExchangeRate,
    Id36,
    Money,
    PaymentMethodRef,
    Text20,
    Text4095,
)
from counterfoil.model.lines import CreditToApply, LinkedTransaction, TransactionType
from counterfoil.model.shape import Transaction
from counterfoil.model.values import Value

CheckStatus = Literal["fail", "not_available", "pass"]


class CardRequest(Value, frozen=True, kw_only=True, omit_defaults=True):
    number: str = ""
    expiration_month: int = 0
    expiration_year: int = 0
    name: str | None = None
    address: str | None = None
    postal_code: str | None = None
    commercial_card_code: str | None = None
    transaction_mode: Literal["card_not_present", "card_present"] | None = None
    transaction_type: Literal["authorization", "capture", "charge", "refund", "voice_authorization"] | None = None


class CardResponse(Value, frozen=True, kw_only=True, omit_defaults=True):
    status_code: int = 0
    status_message: str = ""
    credit_card_transaction_id: str = ""
    merchant_account_number: str = ""
    authorization_code: str | None = None
    avs_street_status: CheckStatus | None = None
    avs_zip_status: CheckStatus | None = None
    card_security_code_match: CheckStatus | None = None
    recon_batch_id: str | None = None
    payment_grouping_code: int | None = None
    payment_status: Literal["completed", "unknown"] = "unknown"
    transaction_authorized_at: str = ""
    transaction_authorization_stamp: int | None = None
    client_transaction_id: str | None = None


class CardTransaction(Value, frozen=True, kw_only=True, omit_defaults=True):
    """What a card processor said; only the last four digits of the number are ever kept."""

    request: CardRequest | None = None
    response: CardResponse | None = None


class Application(Value, frozen=True, kw_only=True, omit_defaults=True):
    """What a payment does to one invoice: money, an early-payment discount, credits used on the way.

    The lower half is told by the books when the payment is read.
    """

    transaction_id: Id36 = ""
    payment_amount: Money | None = None
    apply_credits: tuple[CreditToApply, ...] = ()
    discount_amount: Money | None = None
    discount_account: AccountRef | None = None
    discount_class: ClassRef | None = None
    transaction_type: TransactionType = "invoice"
    transaction_date: Date | None = None
    ref_number: str | None = None
    balance_remaining: Money | None = None
    linked_transactions: tuple[LinkedTransaction, ...] = ()


class ReceivePayment(Transaction, frozen=True, kw_only=True, omit_defaults=True):
    """Money from a customer. What is not applied to invoices stays as `unused_payment`, a credit to use later."""

    customer: CustomerRef | None = None
    receivables_account: AccountRef | None = None
    transaction_date: Date | None = None
    ref_number: Text20 | None = None
    total_amount: Money | None = None
    currency: CurrencyRef | None = None
    exchange_rate: ExchangeRate | None = None
    total_amount_in_home_currency: Money | None = None
    payment_method: PaymentMethodRef | None = None
    memo: Text4095 | None = None
    deposit_to_account: AccountRef | None = None
    credit_card_transaction: CardTransaction | None = None
    unused_payment: Money | None = None
    unused_credits: Money | None = None
    is_auto_apply: bool = False
    applications: tuple[Application, ...] = ()
