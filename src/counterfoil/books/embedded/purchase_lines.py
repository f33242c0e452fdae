"""The lines of a bill: resolved, priced and, on an update, merged with those that were there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from msgspec import structs

from counterfoil.books.embedded.accounts import check_postable
from counterfoil.books.embedded.references import References, to
from counterfoil.books.embedded.sale_lines import NEW, Order, is_other
from counterfoil.core.money import ZERO
from counterfoil.core.problems import Place, Problem
from counterfoil.ledger.arithmetic import LineFigures, LineTerms, Role, figures
from counterfoil.model.accounts import Account
from counterfoil.model.command import KeptLines, LineChange
from counterfoil.model.items import SoldItem
from counterfoil.model.kinds import ITEMS
from counterfoil.model.purchases import PurchaseLine
from counterfoil.model.shape import ListObject
from counterfoil.model.values import Ref

FIELDS = frozenset(PurchaseLine.__struct_fields__)
FIGURES = frozenset({"quantity", "rate", "amount"})
NAMED = (("class_", ("classes",)), ("customer", ("customers",)), ("sales_tax_code", ("sales_tax_codes",)))


@dataclass(slots=True)
class BoughtLine:
    """One line on its way into the books, and the account that it is charged to."""

    line: PurchaseLine
    account: str | None = None

    @property
    def amount(self) -> Decimal:
        return self.line.amount or ZERO


class PurchaseLines:
    """Turns what a caller sent into lines that add up. Problems gather in `references`."""

    def __init__(self, references: References) -> None:
        self.references = references

    def fresh(self, lines: Sequence[PurchaseLine]) -> list[BoughtLine]:
        """The lines of a new purchase."""
        return [self._line(line, ("lines", position)) for position, line in enumerate(lines)]

    def kept(self, lines: Sequence[PurchaseLine]) -> list[BoughtLine]:
        """The lines of a purchase whose lines nobody changes."""
        return [self._changed(line, {}, ("lines", position)) for position, line in enumerate(lines)]

    def merged(
        self, old: Sequence[PurchaseLine], changes: Sequence[LineChange], kept_lines: KeptLines = "none"
    ) -> list[BoughtLine]:
        """The lines of an update: what it names stays or changes, `-1` is new, what it does not name goes.

        `kept_lines` are not named and stay all the same; expenses come before items then. Each kind has an order of
        its own, as QuickBooks keeps them apart.
        """
        positions = {line.id: position for position, line in enumerate(old)}
        orders = {kind: Order(self.references, positions) for kind in ("expenses", "items")}
        kinds = {line.id: _kind(line) for line in old}
        built: list[BoughtLine] = []
        for position, change in enumerate(changes):
            place: Place = ("lines", position)
            if change.id == NEW:
                built.append(self._line(PurchaseLine(**change.changes), place))
                continue
            before = orders[kinds.get(change.id, "items")].take(change.id, place)
            if before is not None:
                built.append(self._changed(old[before], change.changes, place))
        kept = self.kept([line for line in old if _kind(line) == kept_lines])
        return kept + built if kept_lines == "expenses" else built + kept

    def _changed(self, line: PurchaseLine, changes: Mapping[str, Any], place: Place) -> BoughtLine:
        """A line that stays. Its figures stand unless one of them, or its item, is changed."""
        changed = structs.replace(line, **changes) if changes else line
        new_item = "item" in changes and is_other(changes["item"], line.item)
        if new_item:
            changed = _without(changed, {"description", "rate", "amount"} - set(changes))
        elif not FIGURES.isdisjoint(changes):
            stale = {"amount"} if "amount" not in changes else {"rate"}
            changed = _without(changed, stale - set(changes))
        stands = not new_item and FIGURES.isdisjoint(changes)
        return self._line(changed, place, old=FIELDS - changes.keys(), kept=line if stands else None)

    def _line(
        self,
        line: PurchaseLine,
        place: Place,
        *,
        old: frozenset[str] = frozenset(),
        kept: PurchaseLine | None = None,
    ) -> BoughtLine:
        """`old` are the fields that an update leaves as they were: what they name may be inactive by now."""
        values: dict[str, Any] = {}
        for name, resources in NAMED:
            ref: Ref | None = getattr(line, name)
            found = self.references.find(ref, resources, (*place, name), old=name in old) if ref is not None else None
            values[name] = to(found) if found is not None else None
        item, account = self._item(line, place, old), self._account(line, place, old)
        if item is not None:
            values |= {"item": to(item), "description": line.description or _description(item)}
        if account is not None:
            values["account"] = to(account)
        charged = _expense_account(item) if isinstance(item, SoldItem) else account.id if account is not None else None
        self._check(line, item, charged, place)
        role: Role = "text" if line.item is None and line.account is None else "sale"
        standing = LineFigures(kept.quantity, kept.rate, None, kept.amount) if kept is not None else None
        terms = LineTerms(role, line.quantity, line.rate, None, line.amount, _cost(item), kept=standing)
        figure = figures([terms])[0]
        values |= {"quantity": figure.quantity, "rate": figure.rate, "amount": figure.amount}
        return BoughtLine(structs.replace(line, **values), charged if role == "sale" else None)

    def _item(self, line: PurchaseLine, place: Place, old: frozenset[str]) -> ListObject | None:
        if line.item is None:
            return None
        item = self.references.find(line.item, ITEMS, (*place, "item"), old="item" in old)
        if item is not None and not isinstance(item, SoldItem):
            self.references.problems.append(Problem("not_on_line", (*place, "item"), {"item": "a bill"}))
        return item

    def _account(self, line: PurchaseLine, place: Place, old: frozenset[str]) -> Account | None:
        if line.account is None:
            return None
        where = (*place, "account")
        account = self.references.find(line.account, ("accounts",), where, old="account" in old)
        if isinstance(account, Account) and "account" not in old:
            check_postable(self.references, account, where)
        return account if isinstance(account, Account) else None

    def _check(self, line: PurchaseLine, item: ListObject | None, charged: str | None, place: Place) -> None:
        """A line is of an item or of an account, never of both; an expense needs its amount."""
        found: Problem | None = None
        if line.item is not None and line.account is not None:
            found = Problem("exclusive", (*place, "item"), {"other": "account"})
        elif isinstance(item, SoldItem) and charged is None:
            found = Problem("no_posting_account", (*place, "item"), {"value": item.label or item.id})
        elif line.account is not None and line.amount is None and line.rate is None:
            found = Problem("required", (*place, "amount"))
        elif line.item is None and line.account is None and (line.amount or line.rate):
            found = Problem("amount_without_item", (*place, "item"))
        if found is not None:
            self.references.problems.append(found)


def _kind(line: PurchaseLine) -> str:
    return "items" if line.account is None else "expenses"


def _without(line: PurchaseLine, names: set[str]) -> PurchaseLine:
    return structs.replace(line, **dict.fromkeys(names))


def _expense_account(item: SoldItem) -> str | None:
    """The account that bears what is bought of an item; one that has only one account has it for both."""
    ref = None
    if item.sales_and_purchase is not None:
        ref = item.sales_and_purchase.expense_account
    elif item.sales_or_purchase is not None:
        ref = item.sales_or_purchase.posting_account
    return ref.id if ref is not None else None


def _cost(item: ListObject | None) -> Decimal | None:
    if not isinstance(item, SoldItem):
        return None
    if item.sales_and_purchase is not None:
        return item.sales_and_purchase.purchase_cost
    return item.sales_or_purchase.price if item.sales_or_purchase is not None else None


def _description(item: ListObject) -> str | None:
    if not isinstance(item, SoldItem):
        return None
    if item.sales_and_purchase is not None:
        return item.sales_and_purchase.purchase_description
    return item.sales_or_purchase.description if item.sales_or_purchase is not None else None
