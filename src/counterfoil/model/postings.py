"""What a transaction does to the ledger, and how payments and credits are used. All amounts are minor units."""

from datetime import date

from msgspec import Struct

from counterfoil.model.shape import Transaction


class Posting(Struct, frozen=True):
    """One line of a journal entry in the home currency: debits are positive, credits negative."""

    account: str
    amount: int
    customer: str | None = None
    vendor: str | None = None
    class_: str | None = None


class Entry(Struct, frozen=True, kw_only=True):
    """A transaction as the books hold it: the document, and what is open of it.

    `total` and `open` are in the transaction's currency, `open_home` is what `open` is worth in the ledger.
    An invoice's open amount is still owed, a credit memo's or payment's may still be used.
    """

    thing: Transaction
    resource: str
    total: int = 0
    open: int = 0
    open_home: int = 0


class Applied(Struct, frozen=True, kw_only=True):
    """`amount` of a payment or credit (`source`) used for an invoice (`target`), both in the transaction's currency.

    `source_home` and `target_home` are what that amount is worth at either one's rate; they differ by the exchange
    gain or loss. A discount reduces the target beside it. `via` is the payment by which a credit memo was used.
    """

    source: str
    target: str
    amount: int
    source_home: int
    target_home: int
    date: date
    discount: int = 0
    discount_home: int = 0
    discount_account: str | None = None
    discount_class: str | None = None
    via: str | None = None
    serial: int = 0

    @property
    def of_target(self) -> int:
        return self.amount + self.discount

    @property
    def of_target_home(self) -> int:
        return self.target_home + self.discount_home
