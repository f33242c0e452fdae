"""The lines of an invoice: read, priced, kept or new, and told again with what was said beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from counterfoil.core.errors import Invalid
from counterfoil.core.money import PRICE_STEP, ZERO, rounded
from counterfoil.core.problems import Place, Problem
from counterfoil.dialects.chargeover import assumed, taxes
from counterfoil.dialects.chargeover.desk import Desk, Numbers
from counterfoil.dialects.chargeover.items import ITEM_RESOURCES
from counterfoil.dialects.chargeover.table import (
    KEY,
    TAGS,
    Column,
    Given,
    Sent,
    beside,
    custom_columns,
    customs,
    in_model,
    kept,
    read,
    tags,
)
from counterfoil.dialects.chargeover.values import ID, LARGEST_ID
from counterfoil.model.command import LineChange
from counterfoil.model.kinds import Amount, Choice, Flag, Number, Price, Text, To, Whole
from counterfoil.model.lines import SalesLine, SalesLineGroup
from counterfoil.model.sales import Sale
from counterfoil.model.values import Ref

NEW: Final = "-1"
FIGURES: Final = ("line_rate", "line_quantity")
PAYCYCLE: Final = Choice(tuple(assumed.PAYCYCLES))
ITEM, ITEM_KEY, ITEM_TOKEN = assumed.LINE_REFERENCES
MOST_CUSTOMS: Final = 10

Change = tuple[LineChange, Given]
"""A line of a change, and what the request says of it."""

LINE_ROWS: Final = (
    Sent("line_item_id", Whole(1, LARGEST_ID), handled=True),
    Sent(ITEM, To(ITEM_RESOURCES), "item"),
    Sent(ITEM_KEY, KEY, handled=True),
    Sent(ITEM_TOKEN, Text(12), handled=True),
    Sent("paycycle", PAYCYCLE),
    Sent("descrip", Text(4095), "description"),
    Sent("line_rate", Price(), "rate"),
    Sent("line_quantity", Number(), "quantity"),
    *customs(MOST_CUSTOMS),
    Sent("tags", TAGS, read=tags),
    taxes.LINE_TAX,
)


@dataclass(frozen=True, slots=True)
class LineView:
    """A line, the invoice's number, what was kept beside it, its share of the tax, and its figures if it was voided."""

    invoice: int
    line: SalesLine
    kept: Mapping[str, Any]
    item: Mapping[str, Any]
    numbers: Numbers
    tax: Decimal
    quantity: Decimal
    taxable: bool

    @property
    def amount(self) -> Decimal:
        return self.line.amount or ZERO

    @property
    def rate(self) -> Decimal:
        """The price of one; of a line that the books know only as an amount, what one of it comes to."""
        if self.line.rate is not None:
            return self.line.rate
        return rounded(self.amount / self.quantity, PRICE_STEP) if self.quantity else self.amount


LINE_COLUMNS: Final = (
    Column("invoice_id", ID, lambda v: v.invoice),
    Column("item_id", ID, lambda v: v.numbers.of("items", v.line.item)),
    Column("tierset_id", ID, lambda _: None),
    Column("descrip", Text(), lambda v: v.line.description),
    Column("line_rate", Price(), lambda v: v.rate),
    Column("line_quantity", Number(), lambda v: v.quantity),
    Column("line_usage", Number(), lambda _: 0),
    Column("paycycle", PAYCYCLE, kept("paycycle")),
    Column("tax_taxable", Amount(), lambda v: v.amount if v.taxable else ZERO),
    Column("tax_taxed", Amount(), lambda _: 0),
    Column("tax_total", Amount(), lambda v: v.tax),
    Column("is_base", Flag(), lambda _: False),
    Column("is_free", Flag(), lambda _: False),
    Column("is_setup", Flag(), lambda _: False),
    Column("is_usage", Flag(), lambda _: False),
    Column("is_recurring", Flag(), lambda _: False),
    Column("is_taxed", Choice(("0", "1")), lambda v: "1" if v.tax else "0"),
    *custom_columns(MOST_CUSTOMS),
    Column("tags", TAGS, lambda v: v.kept.get("tags", [])),
    Column("item_name", Text(), lambda v: v.line.item.full_name if v.line.item else None),
    Column("item_external_key", KEY, lambda v: v.item.get("external_key")),
    Column("item_token", Text(12), lambda v: v.numbers.token("item", "items", v.line.item)),
    Column("item_accounting_sku", Text(), lambda v: v.item.get("accounting_sku")),
    Column("line_item_id", ID, lambda v: v.numbers.of("lines", v.line.id)),
    Column("package_line_id", ID, lambda _: None),
)
TOLD: Final = frozenset(column.name for column in LINE_COLUMNS)


async def read_lines(desk: Desk, body: Mapping[str, Any], problems: list[Problem]) -> list[Given]:
    """The `line_items` of a body, with their items found; empty where there are none."""
    entries = body.get("line_items")
    if entries is None:
        return []
    if not isinstance(entries, list):
        problems.append(Problem("wrong_type", ("line_items",), {"expected": "a list", "received": "something else"}))
        return []
    if len(entries) > desk.asking.max_lines:
        values = {"limit": desk.asking.max_lines, "count": len(entries)}
        raise Invalid(Problem("too_many", ("line_items",), values))
    lines: list[Given] = []
    for position, entry in enumerate(entries):
        place: Place = ("line_items", position)
        if not isinstance(entry, Mapping):
            problems.append(Problem("wrong_type", place, {"expected": "an object", "received": "something else"}))
            continue
        given, wrong = read(LINE_ROWS, entry, place, TOLD)
        problems += wrong
        problems += await _find_item(desk, given, place)
        lines.append(given)
    await _discounts(desk, lines)
    return lines


async def _find_item(desk: Desk, given: Given, place: Place) -> list[Problem]:
    """The item of a line, by number, external key or token; a line that stays may keep silent about it."""
    if given.get(ITEM) is not None:
        return await desk.refer(LINE_ROWS, given, place)
    found: str | None = None
    for name in (ITEM_KEY, ITEM_TOKEN):
        text = given.get(name)
        if text is None:
            continue
        if name == ITEM_KEY:
            found = await desk.by_external_key(ITEM_RESOURCES, text)
        else:
            found = await desk.by_token("item", "items", text)
        if found is None:
            return [Problem("reference_missing", (*place, name), {"thing": "item", "value": text})]
        given[ITEM] = Ref(found)
        return []
    if given.get("line_item_id") is None:
        return [Problem("required", (*place, ITEM))]
    given.pop(ITEM, None)
    return []


async def _discounts(desk: Desk, lines: Sequence[Given]) -> None:
    """A discount has no quantity in the books: what it comes to in all is its amount."""
    if not any(line.get("line_quantity") is not None and line.get(ITEM) is not None for line in lines):
        return
    discounts = {each.id for each in await desk.listed("discount_items")}
    for line in lines:
        item, quantity, rate = line.get(ITEM), line.get("line_quantity"), line.get("line_rate")
        if not isinstance(item, Ref) or item.id not in discounts or quantity is None:
            continue
        line["line_quantity"] = None
        if rate is not None:
            line["line_rate"] = quantity * rate


def drafts(lines: Sequence[Given]) -> tuple[SalesLine, ...]:
    """The lines of a new invoice."""
    return tuple(
        SalesLine(**{name: each for name, each in in_model(LINE_ROWS, line).items() if each is not None})
        for line in lines
    )


def without_echoes(lines: Sequence[Given], told_: Sequence[Mapping[str, Any]]) -> None:
    """Drop the figures of lines that a change only repeats as they were read; a rate and a quantity count together."""
    if not assumed.ECHO_CHANGES_NOTHING:
        return
    known = {line["line_item_id"]: line for line in told_}
    for line in lines:
        now = known.get(line.get("line_item_id"))
        if now is None:
            continue
        if all(line.get(name) is None or line[name] == now[name] for name in FIGURES):
            for name in FIGURES:
                line.pop(name, None)
        if line.get("descrip") == now["descrip"]:
            line.pop("descrip", None)
    taxes.without_echoes(lines, told_)


async def changes(desk: Desk, sale: Sale, lines: Sequence[Given], problems: list[Problem]) -> list[Change]:
    """The lines of a change: those whose number is repeated stay, in the order in which they stand; others are new."""
    order = {line.id: position for position, line in enumerate(sale.lines)}
    staying: dict[str, Given] = {}
    for position, line in enumerate(lines):
        number = line.get("line_item_id")
        if number is None:
            continue
        identifier = await desk.id_of("lines", number)
        if identifier is None or identifier not in order or identifier in staying:
            kind = "line_repeated" if identifier in staying else "line_missing"
            problems.append(Problem(kind, ("line_items", position, "line_item_id"), {"value": number}))
        else:
            staying[identifier] = line
    queue = iter(sorted(staying, key=lambda each: order[each]))
    made = []
    for line in lines:
        if line.get("line_item_id") is None:
            values = {name: each for name, each in in_model(LINE_ROWS, line).items() if each is not None}
            made.append((LineChange(id=NEW, changes=values), line))
        elif (identifier := next(queue, None)) is not None:
            made.append((_change(sale.lines[order[identifier]], staying[identifier]), staying[identifier]))
    return made


def _change(line: SalesLine | SalesLineGroup, given: Given) -> LineChange:
    """A line that stays. The item that it has already is no new one."""
    values = in_model(LINE_ROWS, given)
    if isinstance(line, SalesLine) and line.item is not None and values.get("item") == Ref(line.item.id):
        del values["item"]
    return LineChange(id=line.id, changes=values)


def asides(lines: Sequence[Given]) -> list[dict[str, Any]]:
    """What is kept beside the lines of a new invoice, in their order; the item tells to which line an entry belongs."""
    return [_aside(line, {}, line[ITEM].id) for line in lines]


def changed_asides(sale: Sale, before: Sequence[dict[str, Any]], made: Sequence[Change]) -> list[dict[str, Any]]:
    """The same after a change; an entry of a line that stays is known by that line's id from now on."""
    flat = flattened(sale)
    old = dict(zip((line.id for line in flat), matched(flat, before), strict=True))
    items = {line.id: line.item for line in flat}
    entries = []
    for change, line in made:
        item = change.changes.get("item") or items.get(change.id) or Ref()
        entry = _aside(line, old.get(change.id, {}), item.id)
        entries.append(entry | ({"id": change.id} if change.id != NEW else {}))
    return entries


def _aside(line: Given, before: Mapping[str, Any], item: str | None) -> dict[str, Any]:
    values = {**before, **beside(LINE_ROWS, line), "item": item}
    return {name: each for name, each in values.items() if each is not None}


def matched(lines: Sequence[SalesLine], entries: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The entry that belongs to each line: by id, else the next one of the same item; other dialects may edit, too."""
    by_id = {entry["id"]: entry for entry in entries if "id" in entry}
    free = [entry for entry in entries if "id" not in entry]
    found = []
    for line in lines:
        entry = by_id.get(line.id)
        if entry is None:
            item = line.item.id if line.item is not None else None
            entry = next((one for one in free if one.get("item") == item), None)
            if entry is not None:
                free.remove(entry)
        found.append(entry or {})
    return found


def flattened(sale: Sale) -> list[SalesLine]:
    """All lines, those of groups among them."""
    lines: list[SalesLine] = []
    for line in sale.lines:
        lines += line.lines if isinstance(line, SalesLineGroup) else (line,)
    return lines
