"""The entities that no ledger stands behind: a row for each says what it must have and what is worked out.

They are kept as the JSON that came, with what Intuit adds to it. An entity that the tables of `wire.qbo` know is the
ledger's, and has no row here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from counterfoil.wire.qbo.table import TRANSACTIONS


@dataclass(frozen=True, slots=True)
class Stored:
    """An entity: what it requires, where its ids are numbered, and which of its figures follow from others.

    `needs` are properties. `space` is empty where the entity numbers its own. `name` is the property that is unique,
    `json` the key of its answers where that differs from its name, `key` the properties that make up an id where there
    is no Id. With `numbers_itself` a document without a number gets the next one.
    """

    entity: str
    needs: tuple[str, ...] = ()
    space: str = ""
    is_transaction: bool = False
    can_delete: bool = False
    can_update: bool = True
    name: str = ""
    has_total: bool = False
    numbers_itself: bool = False
    key: tuple[str, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)
    json: str = ""

    @property
    def told_as(self) -> str:
        return self.json or self.entity


_transaction = partial(Stored, space=TRANSACTIONS, is_transaction=True, can_delete=True)
_list = partial(Stored, needs=("Name",), name="Name")

STORED: Final = (
    _transaction(
        "PurchaseOrder", ("VendorRef", "Line"), has_total=True, numbers_itself=True, defaults={"POStatus": "Open"}
    ),
    _transaction("Purchase", ("PaymentType", "AccountRef", "Line"), has_total=True),
    _transaction("Deposit", ("DepositToAccountRef", "Line"), has_total=True),
    _transaction("JournalEntry", ("Line",), numbers_itself=True),
    _transaction("Transfer", ("FromAccountRef", "ToAccountRef", "Amount")),
    _transaction(
        "CreditCardPayment", ("CreditCardAccountRef", "BankAccountRef", "Amount"), json="CreditCardPaymentTxn"
    ),
    _transaction("InventoryAdjustment", ("AdjustAccountRef", "Line"), numbers_itself=True),
    _transaction("ReimburseCharge", can_update=False),
    _transaction("TaxPayment", can_update=False),
    Stored("TaxReturn", can_update=False),
    Stored("RecurringTransaction", can_delete=True),
    _list("CustomerType"),
    _list("Budget"),
    _list("JournalCode"),
    _list("TaxAgency", needs=("DisplayName",), name="DisplayName", can_update=False),
    Stored("CompanyCurrency", ("Code",), name="Code"),
    Stored("ExchangeRate", ("SourceCurrencyCode", "Rate"), key=("SourceCurrencyCode", "AsOfDate")),
)
BY_NAME: Final[Mapping[str, Stored]] = {each.entity.casefold(): each for each in STORED} | {
    each.json.casefold(): each for each in STORED if each.json
}
