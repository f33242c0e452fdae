"""Items: services, products and discounts, kept as service, non-inventory and discount items of the books."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from counterfoil.core.errors import BooksRefused
from counterfoil.core.money import ZERO
from counterfoil.core.problems import Problem
from counterfoil.dialects.chargeover import assumed
from counterfoil.dialects.chargeover.desk import Desk, Numbers, refuse
from counterfoil.dialects.chargeover.table import (
    KEY,
    Column,
    Given,
    ObjectType,
    Sent,
    beside,
    custom_columns,
    customs,
    kept,
    missing,
    read,
)
from counterfoil.dialects.chargeover.values import ID, Flaw, taken, wrong_type
from counterfoil.dispatch.submit import Aside
from counterfoil.model.accounts import Account
from counterfoil.model.command import Create
from counterfoil.model.items import DiscountItem, NonInventoryItem, OtherChargeItem, SalesOrPurchase, ServiceItem
from counterfoil.model.kinds import Choice, Flag, Moment, Price, Text
from counterfoil.model.query import Filter
from counterfoil.model.values import Ref

Item = ServiceItem | NonInventoryItem | OtherChargeItem | DiscountItem

ITEM_RESOURCES: Final = ("service_items", "non_inventory_items", "discount_items", "other_charge_items")
RESOURCE_OF: Final[Mapping[str, str]] = {
    "service": "service_items",
    "product": "non_inventory_items",
    "discount": "discount_items",
}
TYPE_OF: Final[Mapping[type, str]] = {
    ServiceItem: "service",
    NonInventoryItem: "product",
    DiscountItem: "discount",
    OtherChargeItem: "service",
}
MODEL_OF: Final[Mapping[str, type[ServiceItem] | type[NonInventoryItem]]] = {
    "service": ServiceItem,
    "product": NonInventoryItem,
}
PRICE_FIELDS: Final = ("base", "setup", "paycycle", "pricemodel", "tiers", "percent")
FLAT: Final = ("fla", "uni")
"""Price models that one price describes; volumes and tiers belong to packages."""


@dataclass(frozen=True, slots=True)
class ItemView:
    item: Item
    kept: Mapping[str, Any]
    numbers: Numbers

    @property
    def number(self) -> int | None:
        return self.numbers.of("items", self.item.id)

    @property
    def details(self) -> SalesOrPurchase:
        return getattr(self.item, "sales_or_purchase", None) or SalesOrPurchase()

    @property
    def description(self) -> str | None:
        return self.item.description if isinstance(self.item, DiscountItem) else self.details.description

    @property
    def price(self) -> Decimal:
        if isinstance(self.item, DiscountItem):
            return -abs(self.item.discount_rate or ZERO)
        both = self.item.sales_and_purchase
        return (both.sales_price if both is not None else self.details.price) or ZERO

    @property
    def account(self) -> str | None:
        if isinstance(self.item, DiscountItem):
            ref = self.item.account
        else:
            both = self.item.sales_and_purchase
            ref = both.income_account if both is not None else self.details.posting_account
        return ref.full_name if ref is not None else None

    @property
    def tiersets(self) -> list[dict[str, Any]]:
        """The one price of an item, in the shape in which the vendor tells prices."""
        price = self.price
        return [
            {
                "tierset_id": self.number,
                "setup": 0,
                "base": int(price) if price == price.to_integral_value() else price.normalize(),
                "paycycle": self.kept.get("paycycle", "evy"),
                "pricemodel": self.kept.get("pricemodel", "fla"),
                "tiers": [],
            }
        ]


COLUMNS: Final = (
    Column("item_id", ID, lambda v: v.number),
    Column("item_type", Choice(tuple(RESOURCE_OF)), lambda v: TYPE_OF[type(v.item)]),
    Column("tierset_id", ID, lambda v: v.number),
    Column("name", Text(), lambda v: v.item.name, "name"),
    Column("description", Text(), lambda v: v.description),
    Column("enabled", Flag(), lambda v: v.item.is_active, "is_active"),
    Column("units", Text(), lambda v: v.kept.get("units", "")),
    Column("accounting_sku", Text(), kept("accounting_sku")),
    Column("accounting_account_income", Text(), lambda v: v.account),
    Column("external_key", KEY, kept("external_key")),
    Column("token", Text(), lambda v: v.numbers.token("item", "items", v.item.id)),
    *custom_columns(20),
    Column("write_datetime", Moment(), lambda v: v.item.created_at, "created_at"),
    Column("mod_datetime", Moment(), lambda v: v.item.updated_at, "updated_at"),
    Column("units_plural", Text(), lambda v: v.kept.get("units", "")),
    Column("tiersets", Text(), lambda v: v.tiersets),
)


def _price_model(value: Any) -> Mapping[str, Any]:
    """One price: `{base, setup, paycycle, pricemodel}`, or that in a list of one."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, Mapping) or any(name not in PRICE_FIELDS for name in value):
        raise wrong_type("an object with `base`, `paycycle` and `pricemodel`", value)
    if value.get("pricemodel", FLAT[0]) not in FLAT:
        choices = ", ".join(FLAT)
        raise Flaw("not_a_choice", {"value": str(value["pricemodel"])[:20], "choices": choices})
    if taken(Price(), value.get("setup")) or value.get("tiers"):
        raise wrong_type("one price, without setup fee and tiers", value)
    paycycle = taken(Choice(tuple(assumed.PAYCYCLES)), value.get("paycycle"))
    return {"base": taken(Price(), value.get("base")), "paycycle": paycycle, "pricemodel": value.get("pricemodel")}


ROWS: Final = (
    Sent("item_type", Choice(tuple(RESOURCE_OF)), also=("type",), handled=True, needed=True),
    Sent("name", Text(31), handled=True, needed=True),
    Sent("description", Text(), handled=True),
    Sent("enabled", Flag(), handled=True),
    Sent("accounting_sku", Text(assumed.CUSTOM_LONGEST)),
    Sent("accounting_account_income", Text(159), handled=True),
    Sent("external_key", KEY),
    Sent("units", Text(assumed.CUSTOM_LONGEST)),
    Sent("pricemodel", Text(), also=("tiersets",), handled=True, read=_price_model),
    *customs(20),
)


async def item_views(desk: Desk, items: Sequence[Any], _: bool) -> list[ItemView]:
    numbers = await desk.numbers({"items": [item.id for item in items]})
    kept_ = await desk.kept(items, ITEM_RESOURCES)
    return [ItemView(item, kept_.get(item.id, {}), numbers) for item in items]


async def create_item(desk: Desk, body: Mapping[str, Any]) -> int:
    given, problems = read(ROWS, body, (), (column.name for column in COLUMNS))
    problems += missing(ROWS, given, ())
    refuse(problems)
    key = given.get("external_key")
    owner = await desk.by_external_key(ITEM_RESOURCES, key) if key is not None else None
    resource = RESOURCE_OF[given["item_type"]]
    if owner is not None and desk.asking.idempotency_key is None:
        raise BooksRefused(Problem("external_id_in_use", ("external_key",), {"value": key, "id": "another item"}))
    price = given.get("pricemodel") or {}
    values = beside(ROWS, given) | {name: price.get(name) for name in ("paycycle", "pricemodel") if price.get(name)}
    draft = await _draft(desk, given, price.get("base"))
    done = await desk.submit(Create(resource=resource, draft=draft), Aside(values, key))
    return await desk.number("items", done.result.id)


async def _draft(desk: Desk, given: Given, price: Decimal | None) -> Item:
    description, active = given.get("description"), given.get("enabled") is not False
    account = await income_account(
        desk, given.get("accounting_account_income"), discount=given["item_type"] == "discount"
    )
    if given["item_type"] == "discount":
        rate = abs(price) if price is not None else ZERO
        return DiscountItem(
            name=given["name"], description=description, is_active=active, discount_rate=rate, account=account
        )
    details = SalesOrPurchase(description=description, price=price, posting_account=account)
    return MODEL_OF[given["item_type"]](name=given["name"], is_active=active, sales_or_purchase=details)


async def income_account(desk: Desk, name: str | None, *, discount: bool) -> Ref:
    """The account of that name, which must exist; without a name one that fits by the assumed order."""
    if name is not None:
        return Ref(full_name=name)
    accounts: list[Account] = await desk.listed("accounts", filters=(Filter("type", "in", ["income"]),))
    by_name = {account.full_name: account for account in accounts if account.is_active}
    wanted = (*(assumed.DISCOUNT_ACCOUNTS if discount else ()), *assumed.INCOME_ACCOUNTS)
    found = next((by_name[each] for each in wanted if each in by_name), next(iter(by_name.values()), None))
    return Ref(found.id) if found is not None else Ref(full_name=assumed.INCOME_ACCOUNTS[0])


ITEM: Final = ObjectType(
    name="item",
    resources=ITEM_RESOURCES,
    space="items",
    columns=COLUMNS,
    views=item_views,
    children=frozenset({"service_data", "categories"}),
    rows=ROWS,
    create=create_item,
)
