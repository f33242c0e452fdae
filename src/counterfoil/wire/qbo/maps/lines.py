"""The lines of a sale.

Intuit knows fewer shapes than QuickBooks Desktop: what is sold, text, groups, and after the subtotal that every sale
has, discounts and shipping. Taxes are no lines there; they stand in the tax detail.
"""

from decimal import Decimal
from typing import Any, Final

from counterfoil.core.money import ZERO, plain
from counterfoil.model.items import DiscountItem, SoldItem, SubtotalItem
from counterfoil.model.lines import SalesLine, SalesLineGroup
from counterfoil.model.sales import Sale
from counterfoil.model.values import Ref
from counterfoil.wire.qbo.forms import DAY, MONEY, NUMBER, TEXT, to
from counterfoil.wire.qbo.maps.tax_codes import TAX_CODE_REF, line_tax_code
from counterfoil.wire.qbo.table import (
    EXEMPT,
    SHIPPING_ITEM,
    Form,
    Json,
    Known,
    Part,
    Row,
    line_number,
    own,
    row,
    told,
)
from counterfoil.wire.qbo.write import written


def _item(item: Ref, known: Known) -> Any:
    if known.is_shipping(item):
        return {"value": SHIPPING_ITEM, "name": SHIPPING_ITEM}
    return to("items").write(item, known)


def _heard_item(value: Any, known: Known) -> Ref | None:
    """The item of a line; shipping is charged with the item that stands for it, where there is one."""
    ref: Ref | None = to("items").read(value, known)
    if ref is not None and ref.id == SHIPPING_ITEM:
        return Ref(None, known.shipping_item) if known.shipping_item else Ref(SHIPPING_ITEM, SHIPPING_ITEM)
    return ref


ITEM_REF: Final = Form(_item, _heard_item, "a reference")


def _item_account(line: SalesLine, known: Known) -> Any:
    account = line.override_item_account
    item = known.items.get(line.item.id or "") if line.item is not None else None
    if account is None and isinstance(item, SoldItem):
        account = income_account(item)
    return to("accounts").write(account, known) if account is not None else None


def income_account(item: SoldItem) -> Ref | None:
    """The account that earns what is sold of an item."""
    if item.sales_or_purchase is not None:
        return item.sales_or_purchase.posting_account
    return item.sales_and_purchase.income_account if item.sales_and_purchase is not None else None


def _tax_code(line: SalesLine, known: Known) -> Any:
    return line_tax_code(line.sales_tax_code, known)


DETAIL: Final[tuple[Row, ...]] = (
    row("ServiceDate", "service_date", DAY),
    row("ItemRef", "item", ITEM_REF),
    row("ClassRef", "class_", to("classes")),
    row("UnitPrice", "rate", NUMBER),
    own("RatePercent", "rate_percent", NUMBER),
    row("Qty", "quantity", NUMBER),
    told("ItemAccountRef", _item_account),
    Row("TaxCodeRef", "sales_tax_code", TAX_CODE_REF, _tax_code),
)
"""What is said of an item that is sold."""

HEAD: Final[tuple[Row, ...]] = (
    row("Description", "description", TEXT, most=4000),
    row("Amount", "amount", MONEY),
)
SOLD: Final = Part(SalesLine, (*HEAD, *DETAIL))


def lines_of(sale: Sale, known: Known) -> list[Json]:
    """All lines in Intuit's order: as they stand, then the subtotal, then discounts and shipping."""
    tax_lines = {component.item.id for component in sale.tax_components if component.taxable is None and component.item}
    before: list[Json] = []
    after: list[Json] = []
    subtotal = ZERO
    for position, line in enumerate(sale.lines, 1):
        if isinstance(line, SalesLineGroup):
            before.append(_numbered(sale, line.id, position) | _group(sale, line, known))
            subtotal += line.total_amount or ZERO
            continue
        item = line.item.id if line.item is not None else None
        if item is not None and item in tax_lines:
            continue
        found = _numbered(sale, line.id, position) | _line(sale, line, known)
        if found["DetailType"] == "DiscountLineDetail" or known.is_shipping(line.item):
            after.append(found)
            continue
        before.append(found)
        if found["DetailType"] == "SalesItemLineDetail":
            subtotal += line.amount or ZERO
    end = {"Amount": subtotal, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}}
    return [*before, end, *after]


def _numbered(sale: Sale, line: str, position: int) -> Json:
    return {"Id": line_number(sale.id, line, position), "LineNum": position}


def _line(sale: Sale, line: SalesLine, known: Known) -> Json:
    item = known.items.get(line.item.id or "") if line.item is not None else None
    head = written(HEAD, line, known)
    if isinstance(item, DiscountItem):
        return head | {"Amount": abs(line.amount or ZERO), "DetailType": "DiscountLineDetail"} | _discount(item, line)
    if line.item is None or isinstance(item, SubtotalItem):
        return head | {"DetailType": "DescriptionOnly", "DescriptionLineDetail": written(DETAIL[:1], line, known)}
    detail = written(DETAIL, line, known)
    if sale.tax_mode == "none" and not known.is_canadian and "TaxCodeRef" in detail:
        detail["TaxCodeRef"] = {"value": EXEMPT}
    return head | {"DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}


def _discount(item: DiscountItem, line: SalesLine) -> Json:
    percent = line.rate_percent if line.rate_percent is not None else item.discount_rate_percent
    detail: Json = {"PercentBased": percent is not None}
    if percent is not None:
        detail["DiscountPercent"] = Decimal(plain(abs(percent)))
    return {"DiscountLineDetail": detail}


def _group(sale: Sale, group: SalesLineGroup, known: Known) -> Json:
    detail: Json = {}
    if group.item_group is not None:
        detail["GroupItemRef"] = to("items").write(group.item_group, known)
    if group.quantity is not None:
        detail["Quantity"] = Decimal(plain(group.quantity))
    detail["Line"] = [
        _numbered(sale, line.id, position) | _line(sale, line, known) for position, line in enumerate(group.lines, 1)
    ]
    head = {"Description": group.description} if group.description else {}
    return head | {
        "Amount": group.total_amount or ZERO,
        "DetailType": "GroupLineDetail",
        "GroupLineDetail": detail,
    }
