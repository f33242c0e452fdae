"""The lines of a sale as Intuit is asked for them, and the change of those that it has.

Intuit takes all lines or none: whoever changes one sends them all, and in a line everything that it is to keep.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from counterfoil.core.errors import BooksRefused
from counterfoil.core.money import ZERO, plain, rounded
from counterfoil.core.problems import Problem
from counterfoil.model.command import LineChange, Update
from counterfoil.model.items import DiscountItem, SoldItem
from counterfoil.model.lines import SalesLine, SalesLineGroup
from counterfoil.model.sales import Sale
from counterfoil.wire.qbo.changes import built, merged
from counterfoil.wire.qbo.forms import to
from counterfoil.wire.qbo.maps.lines import DETAIL, HEAD
from counterfoil.wire.qbo.maps.lines_heard import line_of
from counterfoil.wire.qbo.maps.parts import listed
from counterfoil.wire.qbo.table import EXEMPT, Json, Known
from counterfoil.wire.qbo.write import requested

NEW: Final = "-1"
PRICE_STEP: Final = Decimal("0.0000001")
"""Intuit keeps unit prices to seven places."""

FIGURES: Final = frozenset({"quantity", "rate", "amount", "rate_percent"})
FIGURE_KEYS: Final = ("Amount", "UnitPrice", "Qty", "PercentBased", "DiscountPercent")
KEYS: Final[Mapping[str, str]] = {row.field: row.key for row in (*HEAD, *DETAIL) if row.field}


def asked_lines(sale: Sale, known: Known) -> list[Json]:
    return [asked_line(sale, line, known) for line in sale.lines]


def asked_line(sale: Sale, line: SalesLine | SalesLineGroup, known: Known) -> Json:
    """A line as it is asked for, without an id."""
    if isinstance(line, SalesLineGroup):
        return _group(line, known)
    if is_discount(line, known):
        return _discount(sale, line, known)
    if line.item is None:
        return _text(line, known)
    detail = requested(DETAIL, line, known)
    amount, price, quantity = figures(line, known)
    _put(detail, "UnitPrice", price)
    _put(detail, "Qty", quantity)
    _put(detail, "TaxCodeRef", _tax_code(sale, line, known))
    head = requested(HEAD, line, known) | {"Amount": amount}
    return head | {"DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}


def is_discount(line: SalesLine, known: Known) -> bool:
    item = known.items.get(line.item.id or "") if line.item is not None else None
    return known.is_discount(line.item) or isinstance(item, DiscountItem)


def figures(line: SalesLine, known: Known) -> tuple[Decimal, Decimal | None, Decimal | None]:
    """Amount, unit price and quantity. Intuit refuses an amount that is not price times quantity (6070), so that a
    price that does not come out is left away: the amount holds, as it does in QuickBooks Desktop."""
    quantity, price = line.quantity, line.rate
    if line.amount is None:
        if price is None:
            price = _price_of_item(line, known)
        times = quantity if quantity is not None else Decimal(1)
        return rounded(times * (price or ZERO)), _tidy(price), _tidy(quantity)
    amount = rounded(line.amount)
    if not quantity:
        fits = price is not None and rounded(price) == amount
        return amount, _tidy(price) if fits else None, None if amount else _tidy(quantity)
    if price is None or rounded(price * quantity) != amount:
        price = rounded(amount / quantity, PRICE_STEP)
    return amount, _tidy(price) if rounded(price * quantity) == amount else None, _tidy(quantity)


def _price_of_item(line: SalesLine, known: Known) -> Decimal | None:
    item = known.items.get(line.item.id or "") if line.item is not None else None
    if not isinstance(item, SoldItem):
        return None
    if item.sales_or_purchase is not None:
        return item.sales_or_purchase.price
    return item.sales_and_purchase.sales_price if item.sales_and_purchase is not None else None


def _tidy(number: Decimal | None) -> Decimal | None:
    return Decimal(plain(number)) if number is not None else None


def _tax_code(sale: Sale, line: SalesLine, known: Known) -> Any:
    """The line's own code, else its item's; in the United States none where the whole sale is to have no tax."""
    if known.tax_mode == "none":
        return None
    if sale.tax_mode == "none" and not known.is_canadian:
        return {"value": EXEMPT}
    code = line.sales_tax_code
    if code is None and line.item is not None:
        code = getattr(known.items.get(line.item.id or ""), "sales_tax_code", None)
    row = next(row for row in DETAIL if row.key == "TaxCodeRef")
    return row.form.write(code, known) if code is not None and row.form is not None else None


def _text(line: SalesLine, known: Known) -> Json:
    detail = requested(DETAIL[:1], line, known)
    return requested(HEAD[:1], line, known) | {"DetailType": "DescriptionOnly", "DescriptionLineDetail": detail}


def _discount(sale: Sale, line: SalesLine, known: Known) -> Json:
    percent = line.rate_percent
    item = known.items.get(line.item.id or "") if line.item is not None else None
    if percent is None and line.amount is None and isinstance(item, DiscountItem):
        percent = item.discount_rate_percent
    detail: Json = {"PercentBased": percent is not None}
    _put(detail, "DiscountPercent", _tidy(abs(percent)) if percent is not None else None)
    _put(detail, "ClassRef", to("classes").write(line.class_, known) if line.class_ is not None else None)
    amount = line.amount
    if amount is None:
        amount = _before_discount(sale, known) * percent / 100 if percent is not None else line.rate or ZERO
    head = requested(HEAD[:1], line, known)
    return head | {"Amount": rounded(abs(amount)), "DetailType": "DiscountLineDetail", "DiscountLineDetail": detail}


def _before_discount(sale: Sale, known: Known) -> Decimal:
    """What a percentage of the whole sale is taken of: all that is sold, without shipping."""
    total = ZERO
    for line in sale.lines:
        if isinstance(line, SalesLineGroup):
            total += line.total_amount or ZERO
        elif line.item is not None and not is_discount(line, known) and not known.is_shipping(line.item):
            total += figures(line, known)[0]
    return total


def _group(group: SalesLineGroup, known: Known) -> Json:
    """Intuit expands a new group itself, and takes no amount for one."""
    detail: Json = {}
    if group.item_group is not None:
        _put(detail, "GroupItemRef", to("items").write(group.item_group, known))
    _put(detail, "Quantity", _tidy(group.quantity))
    head = {"Description": group.description} if group.description else {}
    return head | {"DetailType": "GroupLineDetail", "GroupLineDetail": detail}


def _put(target: Json, key: str, value: Any) -> None:
    if value is None:
        target.pop(key, None)
    else:
        target[key] = value


def merged_lines(update: Update, sale: Sale, stored: Sequence[Json], known: Known) -> list[Json]:
    """All lines of a changed sale: what is named stays or changes, `-1` is new, what is not named goes.

    `kept_lines` are not named and stay all the same. What Intuit said of a line that stays is said again, so that it
    keeps also what nobody here knows of. Raises BooksRefused where a line is named that is not there.
    """
    changes: Sequence[LineChange] = update.changes["lines"]
    known_lines = _by_id(stored, known)
    named = [_line(change, ("lines", position), sale, known_lines, known) for position, change in enumerate(changes)]
    kept = [each for each, line in known_lines.values() if _is_kept(line, update.kept_lines)]
    whole = kept + named if update.kept_lines == "plain" else named + kept
    return [_at(position, line) for position, line in enumerate(whole, 1)]


def unchanged_lines(stored: Sequence[Json], known: Known) -> list[Json]:
    """The lines that an update leaves alone."""
    return [each for each, _ in _by_id(stored, known).values()]


Stored = dict[str, tuple[Json, SalesLine | SalesLineGroup]]


def _by_id(stored: Sequence[Json], known: Known) -> Stored:
    """Intuit's lines by their ids, each beside what it is in the model; subtotals are Intuit's own affair."""
    lines: Stored = {}
    for each in stored:
        line = line_of(each, known)
        if line is not None:
            lines[line.id or f"no id {len(lines)}"] = each, line
    return lines


def _is_kept(line: SalesLine | SalesLineGroup, kept: str) -> bool:
    return kept == ("groups" if isinstance(line, SalesLineGroup) else "plain")


def _at(position: int, line: Json) -> Json:
    """A line in its place: Intuit orders them by their numbers."""
    return {**line, "LineNum": position} if "LineNum" in line else line


def _line(change: LineChange, place: tuple[str | int, ...], sale: Sale, stored: Stored, known: Known) -> Json:
    if change.id == NEW:
        fresh = built(SalesLineGroup, change.changes) if change.is_group else built(SalesLine, change.changes)
        return asked_line(sale, fresh, known)
    if change.id not in stored:
        raise BooksRefused(Problem("line_missing", (*place, "id"), {"value": change.id}))
    before, line = stored[change.id]
    if isinstance(line, SalesLineGroup):
        return _changed_group(change, before, line, place, sale, known)
    return _changed(change.changes, before, line, sale, known)


def _changed(changes: Mapping[str, Any], before: Json, line: SalesLine, sale: Sale, known: Known) -> Json:
    if not changes:
        return before
    after = merged(_refigured(line, changes), changes)
    fresh = asked_line(sale, after, known)
    kind = fresh["DetailType"]
    if kind != before.get("DetailType"):
        return {key: before[key] for key in ("Id", "LineNum") if key in before} | fresh
    keys = {KEYS[name] for name in changes if name in KEYS}
    if not FIGURES.isdisjoint(changes):
        keys |= set(FIGURE_KEYS)
    detail_key = kind if kind in fresh else "DescriptionLineDetail"
    result, detail = dict(before), dict(before.get(detail_key) or {})
    for key in keys:
        where, source = (result, fresh) if key in ("Description", "Amount") else (detail, fresh[detail_key])
        _put(where, key, source.get(key))
    return result | {detail_key: detail}


def _refigured(line: SalesLine, changes: Mapping[str, Any]) -> SalesLine:
    """What followed from the changed figures is forgotten, so that it follows again."""
    if "amount" in changes:
        return merged(line, {"rate": None, "rate_percent": None})
    return merged(line, {"amount": None}) if not FIGURES.isdisjoint(changes) else line


def _changed_group(
    change: LineChange,
    before: Json,
    group: SalesLineGroup,
    place: tuple[str | int, ...],
    sale: Sale,
    known: Known,
) -> Json:
    """A group that stays: expanded anew where it is another group or another number of it."""
    changes = change.changes
    after = merged(group, changes)
    numbers = {key: before[key] for key in ("Id", "LineNum") if key in before}
    again = after.item_group != group.item_group or after.quantity != group.quantity
    if again and change.lines is None:
        return numbers | _group(after, known)
    result, detail = dict(before), dict(before.get("GroupLineDetail") or {})
    if "description" in changes:
        _put(result, "Description", after.description or None)
    if "quantity" in changes:
        _put(detail, "Quantity", _tidy(after.quantity))
    if change.lines is not None:
        members = _by_id(listed(detail.get("Line") or []), known)
        detail["Line"] = [
            _line(member, (*place, "lines", number), sale, members, known) for number, member in enumerate(change.lines)
        ]
        result.pop("Amount", None)
    return result | {"GroupLineDetail": detail}
