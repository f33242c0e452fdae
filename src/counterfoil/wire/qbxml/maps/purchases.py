"""Bills and vendor credits.

QuickBooks keeps two kinds of lines, expenses of an account and items, each in an order of its own, and the expenses
first; the model has one order for both. A Mod that names no line of a kind leaves that kind alone. Taxes on purchases
are other editions' than the American one.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from counterfoil.model.command import KeptLines, LineChange
from counterfoil.model.kinds import Amount, Flag, Number, Text, To
from counterfoil.model.purchases import Bill, Purchase, PurchaseLine, VendorCredit
from counterfoil.wire.qbxml.converters import total_at_home
from counterfoil.wire.qbxml.maps.parts import ADDRESS, CUSTOM_FIELD, CUSTOM_FIELDS, TXN_HEAD
from counterfoil.wire.qbxml.maps.queries import txn_query
from counterfoil.wire.qbxml.maps.sales import LINK_TO_LINE, LINKED_TRANSACTION
from counterfoil.wire.qbxml.table import KEPT_LINES, Map, Part, Values, Verb, part, row, told, unkept


class _Bill(Bill, frozen=True, kw_only=True, omit_defaults=True):
    expense_lines: tuple[PurchaseLine, ...] = ()
    item_lines: tuple[PurchaseLine, ...] = ()
    clear_expense_lines: bool = False
    clear_item_lines: bool = False


class _VendorCredit(VendorCredit, frozen=True, kw_only=True, omit_defaults=True):
    expense_lines: tuple[PurchaseLine, ...] = ()
    item_lines: tuple[PurchaseLine, ...] = ()
    clear_expense_lines: bool = False
    clear_item_lines: bool = False


STANDS = {"lines": ("expense_lines", "item_lines")}
KINDS: Final[tuple[tuple[str, str, KeptLines], ...]] = (
    ("expense_lines", "clear_expense_lines", "expenses"),
    ("item_lines", "clear_item_lines", "items"),
)
"""Each kind of lines: where they stand, the switch that takes them all away, and what they are called where kept."""


def joined(values: Values, verb: Verb) -> Values:
    """Lines of both kinds as one; of a Mod, which of them stay unnamed."""
    found = dict(values)
    lines: list[Any] = []
    silent: list[KeptLines] = []
    for field, switch, kind in KINDS:
        named = found.pop(field, None)
        cleared = found.pop(switch, False)
        lines += named or ()
        if named is None and not cleared:
            silent.append(kind)
    if verb != "m":
        return found | {"lines": tuple(lines)}
    if len(silent) == len(KINDS):
        return found
    return found | {"lines": tuple(lines), KEPT_LINES: silent[0] if silent else "none"}


def parted(values: Values, verb: Verb) -> Values:
    """The way back: a line of an account is an expense, any other an item. A Mod clears the kind that it is without."""
    if "lines" not in values:
        return values
    found = dict(values)
    lines = found.pop("lines")
    expenses = tuple(line for line in lines if _is_expense(line))
    items = tuple(line for line in lines if not _is_expense(line))
    for (field, switch, _), named in zip(KINDS, (expenses, items), strict=True):
        if named or verb != "m":
            found[field] = named
        else:
            found[switch] = True
    return found


def with_kinds(changes: Sequence[LineChange], current: Purchase, kept_lines: KeptLines) -> tuple[LineChange, ...]:
    """The lines of an update with those that stay unnamed, and each expense known by its account."""
    stored = {line.id: line for line in current.lines}
    named = tuple(_known(change, stored) for change in changes)
    if kept_lines == "none":
        return named
    wanted = kept_lines == "expenses"
    return (
        *named,
        *(_known(LineChange(id=one, changes={}), stored) for one in stored if _is_kept(stored[one], wanted)),
    )


def _is_kept(line: PurchaseLine, expenses: bool) -> bool:
    return _is_expense(line) is expenses


def _known(change: LineChange, stored: Mapping[str, PurchaseLine]) -> LineChange:
    line = stored.get(change.id)
    if line is None or not _is_expense(line) or "account" in change.changes:
        return change
    return LineChange(id=change.id, changes={"account": line.account, **change.changes})


def _is_expense(line: PurchaseLine | LineChange) -> bool:
    account = line.changes.get("account") if isinstance(line, LineChange) else line.account
    return account is not None


_OTHER = To(("others",))
_LINE_ID = row("TxnLineID", "id", "Mr", kind=Text(36))
_FOR_WHOM = (
    row("CustomerRef", "customer", "amr"),
    row("ClassRef", "class_", "amr"),
    row("SalesTaxCodeRef", "sales_tax_code", "amr", since="8.0"),
    row("BillableStatus", "billable_status", "amr", since="2.0"),
)
_TAX = unkept("TaxAmount", "am", since="8.0", kind=Amount())
_SOLD_BY = unkept("SalesRepRef", "am", since="13.0", kind=_OTHER)
_OWN_FIELDS = unkept("DataExt", "a", since="13.0", table=CUSTOM_FIELD, repeats=True)

EXPENSE_LINE = Part(
    PurchaseLine,
    (
        _LINE_ID,
        row("AccountRef", "account", "amr", firm=True),
        row("Amount", "amount", "amr", firm=True),
        _TAX,
        row("Memo", "description", "amr"),
        *_FOR_WHOM,
        _SOLD_BY,
        _OWN_FIELDS,
    ),
    entry="line",
)

ITEM_LINE = Part(
    PurchaseLine,
    (
        _LINE_ID,
        row("ItemRef", "item", "amr", firm=True),
        unkept("InventorySiteRef", "am", since="10.0", kind=_OTHER),
        unkept("InventorySiteLocationRef", "am", since="12.0", kind=_OTHER),
        unkept("SerialNumber", "am", choice="lot"),
        unkept("LotNumber", "am", kind=Text(40), choice="lot"),
        row("Desc", "description", "amr"),
        row("Quantity", "quantity", "amr", firm=True),
        unkept("UnitOfMeasure", "am", since="7.0", kind=Text(31)),
        unkept("OverrideUOMSetRef", "m", since="7.0", kind=_OTHER),
        row("Cost", "rate", "amr", firm=True),
        row("Amount", "amount", "amr", firm=True),
        _TAX,
        *_FOR_WHOM,
        unkept("OverrideItemAccountRef", "am", since="2.0", kind=_OTHER),
        unkept("LinkToTxn", "a", since="4.0", table=LINK_TO_LINE),
        _SOLD_BY,
        _OWN_FIELDS,
    ),
    entry="line",
)

_GROUP = Part(
    PurchaseLine,
    (
        row("TxnLineID", "id", "M", kind=Text(36)),
        unkept("ItemGroupRef", "Am", kind=_OTHER),
        unkept("Quantity", "am", kind=Number()),
        unkept("UnitOfMeasure", "am", since="7.0", kind=Text(31)),
        unkept("OverrideUOMSetRef", "m", since="7.0", kind=_OTHER),
        unkept("InventorySiteRef", "a", since="10.0", kind=_OTHER),
        unkept("InventorySiteLocationRef", "a", since="12.0", kind=_OTHER),
        unkept("ItemLineMod", "m", table=ITEM_LINE, repeats=True),
        _OWN_FIELDS,
    ),
    entry="line",
)
"""A group of items, which the model has no place for in a purchase."""

_LINES = (
    row("ClearExpenseLines", "clear_expense_lines", "m"),
    part("ExpenseLineAdd", "expense_lines", "a", EXPENSE_LINE),
    part("ExpenseLineMod", "expense_lines", "m", EXPENSE_LINE),
    part("ExpenseLineRet", "expense_lines", "r", EXPENSE_LINE),
    row("ClearItemLines", "clear_item_lines", "m"),
    part("ItemLineAdd", "item_lines", "a", ITEM_LINE),
    unkept("ItemGroupLineAdd", "a", table=_GROUP, repeats=True, beside=True),
    part("ItemLineMod", "item_lines", "m", ITEM_LINE),
    unkept("ItemGroupLineMod", "m", table=_GROUP, repeats=True, beside=True),
    part("ItemLineRet", "item_lines", "r", ITEM_LINE),
)


_VENDOR = row("VendorRef", "vendor", "Amr", firm=True)
_PAYABLES = row("APAccountRef", "payables_account", "amr", since="2.0", firm=True)
_DATE = row("TxnDate", "transaction_date", "amr", firm=True)
_NUMBER = row("RefNumber", "ref_number", "amr", kind=Text(20))
_CURRENCY = (
    row("CurrencyRef", "currency", "r", since="8.0"),
    row("ExchangeRate", "exchange_rate", "r", since="8.0"),
)
_TAXED = (
    unkept("IsTaxIncluded", "am", since="8.0", kind=Flag()),
    unkept("SalesTaxCodeRef", "am", since="8.0", kind=_OTHER),
)
_RATE = row("ExchangeRate", "exchange_rate", "am", since="8.0")
_EXTERNAL = row("ExternalGUID", "external_id", "ar", since="9.0")
_LINKED = part("LinkedTxn", "linked_transactions", "r", LINKED_TRANSACTION, since="2.0")

BILLS = Map(
    "Bill",
    "bills",
    "TxnID",
    "AMQDV",
    Part(
        _Bill,
        (
            *TXN_HEAD,
            _VENDOR,
            part("VendorAddress", "vendor_address", "amr", ADDRESS, since="13.0"),
            _PAYABLES,
            _DATE,
            row("DueDate", "due_date", "amr", firm=True),
            row("AmountDue", "total_amount", "r"),
            *_CURRENCY,
            told("AmountDueInHomeCurrency", total_at_home, kind=Amount(), since="8.0"),
            _NUMBER,
            row("TermsRef", "terms", "amr"),
            row("Memo", "memo", "amr"),
            *_TAXED,
            row("IsPaid", "is_paid", "r", since="2.0"),
            _RATE,
            _EXTERNAL,
            unkept("LinkToTxnID", "a", since="4.0", kind=Text(36), repeats=True),
            _LINKED,
            *_LINES,
            row("OpenAmount", "balance_remaining", "r"),
            CUSTOM_FIELDS,
        ),
    ),
    txn_query("paid", "links"),
    holds=Bill,
    inward=joined,
    outward=parted,
    stands=STANDS,
)

VENDOR_CREDITS = Map(
    "VendorCredit",
    "vendor_credits",
    "TxnID",
    "AMQDV",
    Part(
        _VendorCredit,
        (
            *TXN_HEAD,
            _VENDOR,
            _PAYABLES,
            _DATE,
            row("CreditAmount", "total_amount", "r"),
            *_CURRENCY,
            told("CreditAmountInHomeCurrency", total_at_home, kind=Amount(), since="8.0"),
            _NUMBER,
            row("Memo", "memo", "amr"),
            *_TAXED,
            _RATE,
            _EXTERNAL,
            _LINKED,
            *_LINES,
            row("OpenAmount", "credit_remaining", "r"),
            CUSTOM_FIELDS,
        ),
    ),
    txn_query("links"),
    holds=VendorCredit,
    inward=joined,
    outward=parted,
    stands=STANDS,
)
