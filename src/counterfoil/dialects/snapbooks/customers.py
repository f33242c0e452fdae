"""The customer of an invoice: the one that is named, or one that is made for it."""

from counterfoil.core.errors import BooksRefused, Invalid
from counterfoil.core.problems import Problem
from counterfoil.dialects.snapbooks.call import Call
from counterfoil.dialects.snapbooks.fields import InvoiceRequest
from counterfoil.dialects.snapbooks.lookup import Lookup
from counterfoil.dialects.snapbooks.read import Notice
from counterfoil.model.addresses import Address
from counterfoil.model.command import Create
from counterfoil.model.people import Customer
from counterfoil.model.values import Ref

RESOURCE = "customers"


class Customers:
    """Finds or makes the customer of an invoice."""

    def __init__(self, call: Call, lookup: Lookup) -> None:
        self.call = call
        self.lookup = lookup

    async def of_invoice(self, request: InvoiceRequest) -> Ref | None:
        """The customer that a request names; with `createCustomer`, one that is made if it is not there."""
        named = await self.lookup.ref("names", request.customer)
        if not request.create_customer:
            return named
        if named is not None and await self.lookup.find(Customer, RESOURCE, named.id or "") is not None:
            return named
        if not request.company:
            raise Invalid(Problem("required", ("company",)))
        known = await self.lookup.find_by_name(Customer, RESOURCE, request.company)
        return Ref(known.id, known.label) if known is not None else await self._made(request, request.company)

    async def _made(self, request: InvoiceRequest, name: str) -> Ref:
        address = Address(
            line1=request.address[:41] if request.address else None,
            city=request.city or None,
            state=request.state or None,
            postal_code=request.zip or None,
        )
        draft = Customer(
            name=name,
            company_name=name,
            phone=request.phone or None,
            billing_address=address if address != Address() else None,
        )
        try:
            done = await self.call.submit(Create(resource=RESOURCE, draft=draft), step="/1")
        except BooksRefused:
            known = await self.lookup.find_by_name(Customer, RESOURCE, name)
            if known is None:
                raise
            return Ref(known.id, known.label)
        made = done.result
        if not isinstance(made, Customer):
            raise TypeError(type(made).__name__)
        number = await self.lookup.number(made)
        self.call.done.append(Notice("customerId", "CustomerCreated", f"Customer {number} ({name}) was made."))
        return Ref(made.id, made.label)
