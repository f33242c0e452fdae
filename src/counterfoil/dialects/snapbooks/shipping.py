"""What shipping costs: a line of an item of its own, made in books that have none."""

from typing import Any, Final

from counterfoil.core.errors import BooksRefused, Invalid
from counterfoil.core.problems import Problem
from counterfoil.dialects.snapbooks.assumed import SHIPPING_ACCOUNTS, SHIPPING_ITEM
from counterfoil.dialects.snapbooks.call import Call
from counterfoil.dialects.snapbooks.fields import InvoiceRequest
from counterfoil.dialects.snapbooks.lookup import Lookup
from counterfoil.dialects.snapbooks.taxes import Taxes
from counterfoil.model.command import Create
from counterfoil.model.items import OtherChargeItem, SalesOrPurchase
from counterfoil.model.lines import SalesLine, SalesLineGroup
from counterfoil.model.values import Ref
from counterfoil.wire.qbo.table import SHIPPING_ITEM as INTUITS_ITEM

RESOURCES: Final = ("other_charge_items", "service_items", "non_inventory_items")


class Shipping:
    """The shipping of one request."""

    def __init__(self, call: Call, lookup: Lookup, taxes: Taxes) -> None:
        self.call = call
        self.lookup = lookup
        self.taxes = taxes

    async def lines(self, request: InvoiceRequest) -> list[SalesLine]:
        """The line that charges for shipping; none where it costs nothing."""
        if not request.ship_amount:
            return []
        code = None
        if request.ship_tax_code is not None:
            if not self.taxes.is_canadian:
                detail = {"feature": "a tax code for shipping outside of Canada"}
                raise Invalid(Problem("not_enabled", ("shipTaxCodeRef",), detail))
            code = await self.taxes.code(request.ship_tax_code, ("shipTaxCodeRef",))
        return [SalesLine(item=await self._item(), amount=request.ship_amount, sales_tax_code=code)]

    def is_shipping(self, line: SalesLine | SalesLineGroup) -> bool:
        """Whether a line charges for shipping."""
        item = line.item if isinstance(line, SalesLine) and line.item is not None else Ref()
        return item.id == INTUITS_ITEM or (item.full_name or "").casefold() == SHIPPING_ITEM.casefold()

    async def _item(self) -> Ref:
        if self.lookup.is_intuits:
            return Ref(INTUITS_ITEM)
        found = await self._found()
        if found is not None:
            return found
        draft = OtherChargeItem(name=SHIPPING_ITEM, sales_or_purchase=await self._details())
        try:
            done = await self.call.submit(Create(resource="other_charge_items", draft=draft), step="/shipping")
        except BooksRefused:
            found = await self._found()
            if found is None:
                raise
            return found
        made: Any = done.result
        message = f"The item {SHIPPING_ITEM} was made, because shipAmount is charged with it."
        self.call.notice("shipAmount", "ShippingItemCreated", message)
        return Ref(made.id, SHIPPING_ITEM)

    async def _found(self) -> Ref | None:
        for resource in RESOURCES:
            found = await self.lookup.named(resource, SHIPPING_ITEM)
            if found is not None:
                return found
        return None

    async def _details(self) -> SalesOrPurchase:
        """What a shipping item says: its description, and the account that it earns for."""
        account = None
        for name in SHIPPING_ACCOUNTS:
            account = account or await self.lookup.named("accounts", name)
        return SalesOrPurchase(description=SHIPPING_ITEM, posting_account=account)
