"""The lines of a sale: resolved, priced, expanded and, on an update, merged with those that were there."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import structs

from counterfoil.books.embedded.accounts import check_postable
from counterfoil.books.embedded.built import Built, BuiltGroup, BuiltLine, each_line
from counterfoil.books.embedded.line_figures import income_account
from counterfoil.books.embedded.references import References, to
from counterfoil.core.money import rounded
from counterfoil.core.problems import Place, Problem
from counterfoil.ledger.arithmetic import LineFigures
from counterfoil.model.accounts import Account
from counterfoil.model.command import KeptLines, LineChange
from counterfoil.model.items import DiscountItem, ItemGroup, SalesTaxItem, SoldItem, SubtotalItem
from counterfoil.model.kinds import ITEMS
from counterfoil.model.lines import SalesLine, SalesLineGroup
from counterfoil.model.lists import SalesTaxCode
from counterfoil.model.shape import ListObject
from counterfoil.model.values import Ref
from counterfoil.storage.company import CompanyFile

NEW = "-1"
FIGURES = frozenset({"quantity", "rate", "rate_percent", "amount", "price_level"})
NOT_BUILT = {
    "price_level": "price levels",
    "inventory_site": "inventory sites",
    "inventory_site_location": "inventory sites",
    "override_unit_of_measure_set": "units of measure",
}
"""What QuickBooks editions offer and these books do not have."""


class LineBuilder:
    """Turns what a caller sent into lines that the ledger can add up. Problems gather in `references`."""

    def __init__(self, references: References, class_: Ref | None, non_taxable: SalesTaxCode | None) -> None:
        self.references = references
        self.class_ = class_
        self.non_taxable = non_taxable

    def fresh(self, lines: Sequence[SalesLine | SalesLineGroup]) -> list[Built]:
        """The lines of a new sale."""
        return [
            self._group(line, ("lines", position))
            if isinstance(line, SalesLineGroup)
            else self._line(line, ("lines", position))
            for position, line in enumerate(lines)
        ]

    def kept(self, lines: Sequence[SalesLine | SalesLineGroup]) -> list[Built]:
        """The lines of a sale whose lines nobody changes."""
        return self.merged(lines, tuple(_unchanged(line) for line in lines))

    def merged(
        self,
        old: Sequence[SalesLine | SalesLineGroup],
        changes: Sequence[LineChange],
        kept_lines: KeptLines = "none",
    ) -> list[Built]:
        """The lines of an update: what it names stays or changes, `-1` is new, what it does not name goes.

        `kept_lines` are not named and stay all the same; plain lines come before groups then.
        """
        kept = [line for line in old if _is_kept(line, kept_lines)]
        rest = [line for line in old if not _is_kept(line, kept_lines)]
        staying = self.merged(kept, [_unchanged(line) for line in kept]) if kept else []
        named = self._named(rest, changes)
        built = staying + named if kept_lines == "plain" else named + staying
        _recompute_taxes(built, old, self.references.file)
        return built

    def _named(self, old: Sequence[SalesLine | SalesLineGroup], changes: Sequence[LineChange]) -> list[Built]:
        positions = {line.id: position for position, line in enumerate(old)}
        orders = {False: Order(self.references, positions), True: Order(self.references, positions)}
        built: list[Built] = []
        for position, change in enumerate(changes):
            place: Place = ("lines", position)
            if change.id == NEW:
                built.append(self._added(change, place))
                continue
            before = orders[change.is_group].take(change.id, place)
            if before is None:
                continue
            line = old[before]
            if isinstance(line, SalesLineGroup):
                built.append(self._changed_group(line, change, place))
            else:
                built.append(self._changed(line, change.changes, place))
        return built

    def _added(self, change: LineChange, place: Place) -> Built:
        if change.is_group:
            return self._group(SalesLineGroup(**change.changes), place)
        return self._line(SalesLine(**change.changes), place)

    def _changed(self, line: SalesLine, changes: Mapping[str, Any], place: Place) -> BuiltLine:
        """A line that stays. Its figures stand unless one of them, or its item, is changed."""
        changed = structs.replace(line, **changes) if changes else line
        new_item = "item" in changes and is_other(changes["item"], line.item)
        if new_item:
            changed = _without_defaults(changed, changes)
        elif not FIGURES.isdisjoint(changes):
            changed = _refigured(changed, changes)
        built = self._line(changed, place, old=not new_item)
        built.amount_given = "amount" in changes
        if not new_item and FIGURES.isdisjoint(changes):
            _keep(built, line)
        return built

    def _line(self, line: SalesLine, place: Place, *, old: bool = False) -> BuiltLine:
        built = BuiltLine(line, place)
        self._check_features(line, place)
        if line.class_ is not None:
            found = self.references.find(line.class_, ("classes",), (*place, "class_"), old=old)
            built.class_ = to(found) if found is not None else None
        else:
            built.class_ = self.class_
        if line.item is None:
            return self._without_item(built, old=old)
        item = self.references.find(line.item, ITEMS, (*place, "item"), old=old)
        if item is None:
            return built
        built.item = item
        self._take_role(built, item, old=old)
        return built

    def _without_item(self, built: BuiltLine, *, old: bool) -> BuiltLine:
        """Text; an amount needs at least an account (opening balances are such lines)."""
        line = built.line
        if line.override_item_account is not None:
            built.role, built.account = "sale", self._override(line, built.place, old=old)
        elif line.amount or line.rate or line.quantity:
            self.references.problems.append(Problem("amount_without_item", (*built.place, "item")))
        return built

    def _override(self, line: SalesLine, place: Place, *, old: bool) -> str | None:
        ref = line.override_item_account or Ref()
        where = (*place, "override_item_account")
        account = self.references.find(ref, ("accounts",), where, old=old)
        if isinstance(account, Account) and not old:
            check_postable(self.references, account, where)
        return account.id if account is not None else None

    def _take_role(self, built: BuiltLine, item: ListObject, *, old: bool) -> None:
        line, place = built.line, built.place
        if isinstance(item, SoldItem):
            built.role = "sale"
            built.account = income_account(item)
        elif isinstance(item, DiscountItem):
            built.role = "discount"
            built.account = item.account.id if item.account is not None else None
            self._forbid(built, "discount items", ("quantity",))
        elif isinstance(item, SubtotalItem):
            built.role = "subtotal"
            if not old:
                self._forbid(built, "subtotal items", ("quantity", "rate", "rate_percent", "amount"))
        elif isinstance(item, SalesTaxItem):
            built.role = "tax"
            self._forbid(built, "sales-tax items", ("quantity", "rate_percent"))
        if line.override_item_account is not None:
            built.account = self._override(line, place, old=old)
        if built.role in ("sale", "discount"):
            built.code = self._code(line, item, place, old=old)
            if built.account is None:
                self.references.problems.append(
                    Problem("no_posting_account", (*place, "item"), {"value": item.label or item.id})
                )

    def _forbid(self, built: BuiltLine, item: str, names: Sequence[str]) -> None:
        for name in names:
            if getattr(built.line, name) is not None:
                self.references.problems.append(Problem("not_on_line", (*built.place, name), {"item": item}))

    def _check_features(self, line: SalesLine | SalesLineGroup, place: Place) -> None:
        for name, feature in NOT_BUILT.items():
            if getattr(line, name, None) is not None:
                self.references.problems.append(Problem("not_enabled", (*place, name), {"feature": feature}))

    def _code(self, line: SalesLine, item: ListObject, place: Place, *, old: bool) -> SalesTaxCode | None:
        """The line's tax code, else the item's, else the company's non-taxable one (RULINGS, Money)."""
        if line.sales_tax_code is not None:
            found = self.references.find(line.sales_tax_code, ("sales_tax_codes",), (*place, "sales_tax_code"), old=old)
            return found if isinstance(found, SalesTaxCode) else None
        own: Ref | None = getattr(item, "sales_tax_code", None)
        if own is not None and own.id is not None:
            code = self.references.file.find("sales_tax_codes", own.id)
            if isinstance(code, SalesTaxCode):
                return code
        return self.non_taxable

    def _group(self, group: SalesLineGroup, place: Place) -> BuiltGroup:
        """A group expanded to its members, each times the group's quantity."""
        self._check_features(group, place)
        built = BuiltGroup(group, place)
        item = self.references.find(group.item_group or Ref(), ("item_groups",), (*place, "item_group"))
        if not isinstance(item, ItemGroup):
            return built
        quantity = group.quantity if group.quantity is not None else Decimal(1)
        built.group = structs.replace(
            group,
            item_group=to(item),
            description=group.description if group.description is not None else item.description,
            quantity=quantity,
            should_print_items_in_group=item.should_print_items_in_group,
        )
        built.members = self._expanded(item, quantity, group, place)
        return built

    def _expanded(self, item: ItemGroup, quantity: Decimal, group: SalesLineGroup, place: Place) -> list[BuiltLine]:
        members: list[BuiltLine] = []
        for number, member in enumerate(item.lines):
            if member.item is None:
                continue
            times = _times(quantity, member.quantity, self.references.file.find("items", member.item.id or ""))
            line = SalesLine(
                item=member.item,
                quantity=times,
                unit_of_measure=member.unit_of_measure,
                service_date=group.service_date,
            )
            members.append(self._line(line, (*place, "lines", number)))
        return members

    def _changed_group(self, group: SalesLineGroup, change: LineChange, place: Place) -> BuiltGroup:
        changes = change.changes
        changed = structs.replace(group, **changes) if changes else group
        if "item_group" in changes and is_other(changes["item_group"], group.item_group):
            built = self._group(structs.replace(changed, description=None, lines=()), place)
            built.group = structs.replace(built.group, id=group.id)
            return built
        if "quantity" in changes and changes["quantity"] != group.quantity and change.lines is None:
            built = self._group(changed, place)
            for member, before in zip(built.members, group.lines, strict=False):
                member.line = structs.replace(member.line, id=before.id)
            return built
        members = self._members(group, change, place)
        return BuiltGroup(changed, place, members)

    def _members(self, group: SalesLineGroup, change: LineChange, place: Place) -> list[BuiltLine]:
        changes = change.lines
        if changes is None:
            changes = tuple(LineChange(id=line.id, changes={}) for line in group.lines)
        order = Order(self.references, {line.id: position for position, line in enumerate(group.lines)})
        members: list[BuiltLine] = []
        for number, member in enumerate(changes):
            where: Place = (*place, "lines", number)
            if member.id == NEW:
                members.append(self._line(SalesLine(**member.changes), where))
                continue
            before = order.take(member.id, where)
            if before is not None:
                members.append(self._changed(group.lines[before], member.changes, where))
        return members


class Order:
    """Checks that an update names existing lines, each once, in the order in which they stand (QuickBooks 3290)."""

    def __init__(self, references: References, positions: Mapping[str, int]) -> None:
        self.references = references
        self.positions = positions
        self.last = -1
        self.taken: set[str] = set()

    def take(self, identifier: str, place: Place) -> int | None:
        position = self.positions.get(identifier)
        kind = None
        if position is None:
            kind = "line_missing"
        elif identifier in self.taken:
            kind = "line_repeated"
        elif position < self.last:
            kind = "line_order"
        if kind is not None or position is None:
            self.references.problems.append(Problem(kind or "line_missing", (*place, "id"), {"value": identifier}))
            return None
        self.taken.add(identifier)
        self.last = position
        return position


def _times(quantity: Decimal, member: Decimal | None, item: ListObject | None) -> Decimal | None:
    """Only what is sold has a quantity; discounts, subtotals and tax lines of a group have none."""
    if not isinstance(item, SoldItem):
        return None
    return quantity * (member if member is not None else Decimal(1))


def _is_kept(line: SalesLine | SalesLineGroup, kept_lines: KeptLines) -> bool:
    return kept_lines == ("groups" if isinstance(line, SalesLineGroup) else "plain")


def _keep(built: BuiltLine, line: SalesLine) -> None:
    """Figures that nobody changes stand, unless they follow from the line above: those are worked out again."""
    if built.role == "subtotal":
        built.line = structs.replace(built.line, amount=None)
    elif built.role in ("sale", "discount") and line.rate_percent is not None:
        built.line = structs.replace(built.line, amount=None, rate=None)
    elif built.role in ("sale", "discount"):
        built.kept = LineFigures(line.quantity, line.rate, None, line.amount)


def is_other(new: Ref | None, old: Ref | None) -> bool:
    """Does a caller's reference lead elsewhere than the stored one? A caller may name an object by id or by name."""
    if new is None or old is None:
        return new is not old
    if new.id is not None:
        return new.id != old.id
    return (new.full_name or "").casefold() != (old.full_name or "").casefold()


def _unchanged(line: SalesLine | SalesLineGroup) -> LineChange:
    return LineChange(id=line.id, changes={}, is_group=isinstance(line, SalesLineGroup))


def _without_defaults(line: SalesLine, changes: Mapping[str, Any]) -> SalesLine:
    """A line with another item forgets what the old one had suggested."""
    stale = {"description", "rate", "rate_percent", "amount", "sales_tax_code"} - set(changes)
    return structs.replace(line, **dict.fromkeys(stale))


def _refigured(line: SalesLine, changes: Mapping[str, Any]) -> SalesLine:
    """What is computed from the changed figures is forgotten, so that it is computed again."""
    stale: set[str] = set()
    if "amount" not in changes:
        stale.add("amount")
    if "rate" not in changes and ("amount" in changes or "rate_percent" in changes):
        stale.add("rate")
    if "rate_percent" not in changes and ("rate" in changes or "amount" in changes):
        stale.add("rate_percent")
    return structs.replace(line, **dict.fromkeys(stale))


def _recompute_taxes(built: Sequence[Built], old: Sequence[SalesLine | SalesLineGroup], file: CompanyFile) -> None:
    """A tax line that the books had computed is computed again; one whose amount a caller had set keeps it."""
    bases = _bases_of_taxes(old, file)
    for entry in each_line(built):
        if entry.amount_given or not isinstance(entry.item, SalesTaxItem):
            continue
        base = bases.get(entry.line.id)
        if base is None or entry.line.amount is None or entry.item.tax_rate is None:
            continue
        if entry.line.amount == rounded(base * entry.item.tax_rate / 100):
            entry.line = structs.replace(entry.line, amount=None, rate=None)


def _bases_of_taxes(old: Sequence[SalesLine | SalesLineGroup], file: CompanyFile) -> dict[str, Decimal | None]:
    """What each tax line of a stored sale referred to; None for one that had to be given its amount."""
    bases: dict[str, Decimal | None] = {}
    above: Decimal | None = None
    after_tax = False
    for line in (one for entry in old for one in (entry.lines if isinstance(entry, SalesLineGroup) else (entry,))):
        item = file.find("items", line.item.id) if line.item is not None and line.item.id is not None else None
        if isinstance(item, SalesTaxItem):
            bases[line.id] = None if after_tax else above
            after_tax = True
        elif isinstance(item, SoldItem | SubtotalItem) or (item is None and line.override_item_account is not None):
            above, after_tax = line.amount, False
    return bases
