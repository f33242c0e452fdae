"""The lines of a sale as Intuit's objects have them → the model's."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from counterfoil.core.money import ZERO
from counterfoil.model.lines import SalesLine, SalesLineGroup
from counterfoil.model.values import Ref
from counterfoil.wire.qbo.forms import MONEY, NUMBER, TEXT, to
from counterfoil.wire.qbo.maps.lines import SOLD
from counterfoil.wire.qbo.maps.parts import listed
from counterfoil.wire.qbo.maps.tax_codes import TAX_CODE_REF
from counterfoil.wire.qbo.read import said, values_of
from counterfoil.wire.qbo.table import DISCOUNT_ITEM, SHIPPING_ITEM, Json, Known

PASSED_BY: Final = frozenset({"SubTotalLineDetail", "SubtotalLineDetail", "TaxLineDetail"})
"""Lines that the books work out themselves."""

Line = SalesLine | SalesLineGroup


def heard_lines(given: Json, known: Known) -> dict[str, Any]:
    """All lines but subtotals and taxes, as they stand."""
    lines = (line_of(line, known) for line in listed(given["Line"]))
    return {"lines": tuple(line for line in lines if line is not None)}


def line_of(line: Json, known: Known) -> Line | None:
    """One line; None for what is none of the model's. A shape that nobody knows is read as the words that it says."""
    kind = line.get("DetailType")
    if kind in PASSED_BY:
        return None
    read = READERS.get(str(kind), _text)
    detail = line.get(kind) if isinstance(kind, str) else None
    return read(line, detail if isinstance(detail, dict) else {}, known)


def _sold(line: Json, detail: Json, known: Known) -> SalesLine:
    values = values_of(SOLD.rows, {**line, **detail}, known)
    shipping = known.is_shipping(values.get("item"))
    return SalesLine(id=line_id(line, SHIPPING_ITEM if shipping else ""), **values)


def _text(line: Json, detail: Json, known: Known) -> SalesLine:
    detail = detail or line.get("DescriptionLineDetail") or {}
    values = values_of(SOLD.rows, {**line, **detail}, known)
    kept = {name: values[name] for name in ("description", "service_date") if name in values}
    return SalesLine(id=line_id(line), **kept)


def _discount(line: Json, detail: Json, known: Known) -> SalesLine:
    """What a sale is discounted by: in the model less than nothing, with the item that stands for it."""
    values = values_of(SOLD.rows, {**line, **detail}, known)
    percent = NUMBER.read(detail["DiscountPercent"], known) if said(detail, "DiscountPercent") else None
    code = TAX_CODE_REF.read(detail["TaxCodeRef"], known) if said(detail, "TaxCodeRef") else None
    item = Ref(None, known.discount_item) if known.discount_item else Ref(DISCOUNT_ITEM, DISCOUNT_ITEM)
    return SalesLine(
        id=line_id(line, DISCOUNT_ITEM),
        item=item,
        description=values.get("description"),
        amount=ZERO - values["amount"] if "amount" in values else None,
        rate_percent=percent,
        class_=values.get("class_"),
        sales_tax_code=code,
    )


def _group(line: Json, detail: Json, known: Known) -> SalesLineGroup:
    lines = [line_of(each, known) for each in listed(detail.get("Line") or [])]
    members = tuple(each for each in lines if isinstance(each, SalesLine))
    amount = MONEY.read(line["Amount"], known) if said(line, "Amount") else _sum(members)
    return SalesLineGroup(
        id=line_id(line),
        item_group=to("items").read(detail.get("GroupItemRef"), known),
        description=TEXT.read(line["Description"], known) if said(line, "Description") else None,
        quantity=NUMBER.read(detail["Quantity"], known) if said(detail, "Quantity") else None,
        total_amount=amount,
        lines=members,
    )


def _sum(lines: tuple[SalesLine, ...]) -> Decimal:
    return sum((line.amount or ZERO for line in lines), ZERO)


def line_id(line: Json, otherwise: str = "") -> str:
    """A line's id. Intuit's discounts and shipping may have none; a sale has one of each, and they are called that."""
    id = line.get("Id")
    return str(id) if id not in (None, "") else otherwise


READERS: Final[dict[str, Callable[[Json, Json, Known], Line]]] = {
    "SalesItemLineDetail": _sold,
    "DescriptionOnly": lambda line, detail, known: _text(
        line, detail or line.get("DescriptionLineDetail") or {}, known
    ),
    "DiscountLineDetail": _discount,
    "GroupLineDetail": _group,
}
