"""The lines of a purchase: an item, an expense of an account, or words; as they are told, heard and asked for."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from counterfoil.core.errors import BooksRefused
from counterfoil.core.money import ZERO, plain, rounded
from counterfoil.core.problems import Problem
from counterfoil.model.command import LineChange
from counterfoil.model.items import SoldItem
from counterfoil.model.purchases import Purchase, PurchaseLine
from counterfoil.wire.qbo.changes import merged
from counterfoil.wire.qbo.forms import MONEY, NUMBER, TEXT, choice, to
from counterfoil.wire.qbo.maps.parts import listed
from counterfoil.wire.qbo.maps.tax_codes import TAX_CODE_REF
from counterfoil.wire.qbo.read import said, values_of
from counterfoil.wire.qbo.table import Json, Known, Row, line_number, row
from counterfoil.wire.qbo.write import requested, written

NEW: Final = "-1"
OF_ITEM: Final = "ItemBasedExpenseLineDetail"
OF_ACCOUNT: Final = "AccountBasedExpenseLineDetail"
TEXT_ONLY: Final = "DescriptionOnly"
KINDS: Final = frozenset({OF_ITEM, OF_ACCOUNT, TEXT_ONLY, "TDSLineDetail"})
STATUSES: Final = choice({"billable": "Billable", "not_billable": "NotBillable", "billed": "HasBeenBilled"})
HEAD: Final[tuple[Row, ...]] = (
    row("Description", "description", TEXT, most=4000),
    row("Amount", "amount", MONEY),
)
CHARGED: Final[tuple[Row, ...]] = (
    row("CustomerRef", "customer", to("names")),
    row("ClassRef", "class_", to("classes")),
    Row(
        "BillableStatus",
        "billable_status",
        STATUSES,
        told=lambda line, known: STATUSES.write(line.billable_status or "not_billable", known),
    ),
    row("TaxCodeRef", "sales_tax_code", TAX_CODE_REF),
)
DETAILS: Final[Mapping[str, tuple[Row, ...]]] = {
    OF_ITEM: (
        row("ItemRef", "item", to("items")),
        row("UnitPrice", "rate", NUMBER),
        row("Qty", "quantity", NUMBER),
        *CHARGED,
    ),
    OF_ACCOUNT: (row("AccountRef", "account", to("accounts")), *CHARGED),
}
"""What is said of an item that is bought, and of an expense."""

ON_LINES: Final = ("item", "account", "description", "quantity", "rate", "amount", "class_", "customer")
"""What a line of Intuit's says, beside the two fields that have a word for nothing."""


def kind_of(line: PurchaseLine) -> str:
    if line.item is not None:
        return OF_ITEM
    return OF_ACCOUNT if line.account is not None else TEXT_ONLY


def lines_of(purchase: Purchase, known: Known) -> list[Json]:
    """All lines as Intuit tells them."""
    return [
        {"Id": line_number(purchase.id, line.id, position), "LineNum": position} | _told(line, known)
        for position, line in enumerate(purchase.lines, 1)
    ]


def _told(line: PurchaseLine, known: Known) -> Json:
    kind = kind_of(line)
    found = written(HEAD, line, known) | {"DetailType": kind}
    return found | ({kind: written(DETAILS[kind], line, known)} if kind in DETAILS else {})


def asked_lines(purchase: Purchase, known: Known) -> list[Json]:
    return [asked_line(line, known) for line in purchase.lines]


def asked_line(line: PurchaseLine, known: Known) -> Json:
    """A line as it is asked for, without an id. Intuit cannot do without the amount."""
    kind = kind_of(line)
    head = requested(HEAD, line, known)
    if kind not in DETAILS:
        return head | {"DetailType": kind}
    return head | {"Amount": _amount(line, known), "DetailType": kind, kind: requested(DETAILS[kind], line, known)}


def _amount(line: PurchaseLine, known: Known) -> Decimal:
    if line.amount is not None:
        return rounded(line.amount)
    rate = line.rate if line.rate is not None else _cost(line, known)
    quantity = line.quantity if line.quantity is not None else Decimal(1)
    return rounded(quantity * (rate or ZERO))


def _cost(line: PurchaseLine, known: Known) -> Decimal | None:
    item = known.items.get(line.item.id or "") if line.item is not None else None
    details = item.sales_and_purchase if isinstance(item, SoldItem) else None
    return details.purchase_cost if details is not None else None


def heard_lines(given: Json, known: Known) -> dict[str, Any]:
    return {"lines": tuple(line_of(line, known) for line in listed(given["Line"]))}


def line_of(line: Json, known: Known) -> PurchaseLine:
    """One line. A shape that nobody knows is read as the words that it says."""
    kind = str(line.get("DetailType"))
    detail = line.get(kind)
    id = str(line.get("Id") or "")
    if kind not in DETAILS:
        words = TEXT.read(line["Description"], known) if said(line, "Description") else None
        return PurchaseLine(id=id, description=words)
    both = {**line, **(detail if isinstance(detail, dict) else {})}
    return PurchaseLine(id=id, **values_of((*HEAD, *DETAILS[kind]), both, known))


def fresh_lines(lines: Sequence[PurchaseLine]) -> tuple[PurchaseLine, ...]:
    """The lines of a new purchase, which have no ids yet. Nil beside an amount is clients' way of saying nothing."""
    return tuple(merged(_settled(line), {"id": ""}) for line in lines)


def _settled(line: PurchaseLine) -> PurchaseLine:
    nothing = bool(line.amount) and not line.quantity and not line.rate
    filled = merged(line, {"description": line.description or ""}) if line.item is not None else line
    return merged(filled, {"quantity": None, "rate": None}) if nothing else filled


def line_changes(current: Purchase, lines: Sequence[PurchaseLine]) -> tuple[LineChange, ...]:
    """All lines as a client wants them: those that it names by their numbers stay, in the order in which they stood."""
    numbers = {line_number(current.id, line.id, place): line for place, line in enumerate(current.lines, 1)}
    places = {line.id: place for place, line in enumerate(current.lines)}
    changes = [_line_change(numbers.get(line.id), _settled(line)) for line in lines]
    staying = iter(sorted((each for each in changes if each.id != NEW), key=lambda each: places[each.id]))
    return tuple(each if each.id == NEW else next(staying) for each in changes)


def _line_change(stored: PurchaseLine | None, line: PurchaseLine) -> LineChange:
    changes = {name: getattr(line, name) for name in (*ON_LINES, "billable_status", "sales_tax_code")}
    if stored is not None:
        return LineChange(id=stored.id, changes=changes)
    return LineChange(id=NEW, changes={name: value for name, value in changes.items() if value is not None})


def merged_lines(changes: Sequence[LineChange], stored: Sequence[Json], known: Known) -> list[Json]:
    """All lines of a changed purchase, as Intuit takes them: what is named stays or changes, the rest goes.

    What Intuit said of a line that stays is said again. Raises BooksRefused where a line is named that is not there.
    """
    before = {str(line.get("Id")): line for line in stored}
    lines: list[Json] = []
    for position, change in enumerate(changes):
        if change.id == NEW:
            lines.append(asked_line(merged(PurchaseLine(), change.changes), known))
        elif change.id not in before:
            raise BooksRefused(Problem("line_missing", ("lines", position, "id"), {"value": change.id}))
        else:
            lines.append(_changed(before[change.id], change.changes, known))
    return [{**line, "LineNum": position} if "LineNum" in line else line for position, line in enumerate(lines, 1)]


def _changed(before: Json, changes: Mapping[str, Any], known: Known) -> Json:
    if not changes:
        return before
    old = line_of(before, known)
    if "amount" in changes:
        old = merged(old, {"rate": None})
    elif not {"quantity", "rate"}.isdisjoint(changes):
        old = merged(old, {"amount": None})
    fresh = asked_line(_consistent(merged(old, changes)), known)
    return {key: before[key] for key in ("Id", "LineNum") if key in before} | fresh


def _consistent(line: PurchaseLine) -> PurchaseLine:
    """A price that quantity and amount make, where one of them was changed; Intuit refuses another."""
    if line.item is None or not line.quantity or line.amount is None:
        return line
    rate = Decimal(plain(rounded(line.amount / line.quantity, Decimal("0.0000001"))))
    return merged(line, {"rate": rate if rounded(rate * line.quantity) == line.amount else None})
