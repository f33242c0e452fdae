"""Requests about customers and vendors → commands, and the answers to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from counterfoil.core.errors import BooksRefused, Invalid, Unknown
from counterfoil.core.problems import Problem
from counterfoil.dialects.snapbooks.assumed import EXEMPT_REASONS
from counterfoil.dialects.snapbooks.call import Call
from counterfoil.dialects.snapbooks.envelope import Answer, operation
from counterfoil.dialects.snapbooks.fields import PersonRequest
from counterfoil.dialects.snapbooks.lookup import Lookup
from counterfoil.dispatch.submit import Aside
from counterfoil.model.addresses import Address
from counterfoil.model.command import Create, Update
from counterfoil.model.people import Customer, Vendor

BILLING: Final[Mapping[str, str]] = {
    "line1": "address",
    "line2": "address_two",
    "city": "city",
    "state": "state",
    "postal_code": "zip",
    "country": "country",
}
"""The fields of a billing address, and what the request calls them; a shipping address adds `ship_`."""

PLAIN: Final[Mapping[str, str]] = {"name": "name", "phone": "phone", "email": "email", "note": "notes"}


@dataclass(frozen=True, slots=True)
class Kind:
    """Customers, or vendors."""

    resource: str
    model: type[Customer] | type[Vendor]
    key: str


CUSTOMERS: Final = Kind("customers", Customer, "customerId")
VENDORS: Final = Kind("vendors", Vendor, "vendorId")


class People:
    """Makes and changes customers, or vendors."""

    def __init__(self, call: Call, lookup: Lookup, kind: Kind) -> None:
        self.call = call
        self.lookup = lookup
        self.kind = kind

    async def create(self, request: PersonRequest) -> Answer:
        """A new one; one that is there already by this name is told as it is."""
        values = await self._values(request)
        values.update({name: Address(**values[name]) for name in _ADDRESSES if name in values})
        draft = self.kind.model(**values, company_name=request.name)
        existed = False
        try:
            done = await self.call.submit(Create(resource=self.kind.resource, draft=draft), self._aside(request))
            made = done.result
        except BooksRefused as refusal:
            known = await self.lookup.find_by_name(self.kind.model, self.kind.resource, request.name or "")
            if known is None or refusal.problems[0].kind != "name_in_use":
                raise
            made, existed = known, True
        return operation(self.call, id=await self._number(made.id), alreadyExisted=existed)

    async def update(self, request: PersonRequest) -> Answer:
        identifier = await self.lookup.id_of("names", request.id or "")
        old = await self.lookup.find(self.kind.model, self.kind.resource, identifier)
        if old is None:
            thing = self.kind.resource.removesuffix("s").capitalize()
            raise Unknown(Problem("object_missing", (self.kind.key,), {"thing": thing, "value": request.id}))
        changes = await self._values(request)
        command = Update(resource=self.kind.resource, id=old.id, revision=old.revision, changes=changes)
        await self.call.submit(command, self._aside(request))
        return operation(self.call, id=await self._number(old.id))

    async def _values(self, request: PersonRequest) -> dict[str, Any]:
        """What a request says, by the model's names; addresses as mappings. An empty text takes away."""
        values: dict[str, Any] = {
            name: getattr(request, key) or None for name, key in PLAIN.items() if getattr(request, key) is not None
        }
        if "name" in values and values["name"] is None:
            raise Invalid(Problem("required", ("fullName",)))
        for name, prefix in _ADDRESSES.items():
            said = {field: getattr(request, prefix + key) for field, key in BILLING.items()}
            given = {field: text or None for field, text in said.items() if text is not None}
            if given:
                values[name] = given
        if request.tax_exempt:
            tax = (await self.lookup.preferences()).sales_tax
            values["sales_tax_code"] = tax.default_non_taxable_sales_tax_code if tax is not None else None
        return values

    def _aside(self, request: PersonRequest) -> Aside | None:
        """Why somebody pays no tax, which the books cannot hold."""
        reason = request.exempt_reason
        if reason is None:
            return None
        if int(reason) not in EXEMPT_REASONS:
            span = {"value": reason, "range": f"from {EXEMPT_REASONS[0]} to {EXEMPT_REASONS[-1]}"}
            raise Invalid(Problem("out_of_range", ("exemptReasonId",), span))
        return Aside({"tax_exemption_reason": int(reason)})

    async def _number(self, identifier: str) -> str:
        return (await self.lookup.numbers("names", [identifier]))[identifier]


_ADDRESSES: Final[Mapping[str, str]] = {"billing_address": "", "shipping_address": "ship_"}
