"""Requests about invoices → commands, and the answers to them."""

from decimal import Decimal
from textwrap import wrap
from typing import Any, Final

from counterfoil.core.errors import BooksRefused, Invalid, Unknown
from counterfoil.core.problems import Problem
from counterfoil.dialects.snapbooks.call import Call
from counterfoil.dialects.snapbooks.customers import Customers
from counterfoil.dialects.snapbooks.envelope import Answer, operation, plain_answer
from counterfoil.dialects.snapbooks.fields import InvoiceNamed, InvoiceRequest, Line
from counterfoil.dialects.snapbooks.lookup import Lookup, no_invoice
from counterfoil.dialects.snapbooks.render import amount
from counterfoil.dialects.snapbooks.shipping import Shipping
from counterfoil.dialects.snapbooks.taxes import Taxes
from counterfoil.dispatch.submit import Aside
from counterfoil.model.addresses import Address
from counterfoil.model.command import Create, Delete, LineChange, Update, Void
from counterfoil.model.lines import SalesLine, SalesLineGroup
from counterfoil.model.outcome import Done
from counterfoil.model.query import Read
from counterfoil.model.sales import Invoice
from counterfoil.model.values import Ref
from counterfoil.wire.qbo.maps.sales import INVOICE
from counterfoil.wire.qbo.table import TRANSACTIONS

RESOURCE: Final = "invoices"
LINES_OF_ADDRESS: Final = 5
WIDTH_OF_ADDRESS: Final = 41
TRIES: Final = 3
"""How often an update reads the invoice again because somebody else has just changed it."""

NOWHERE: Final = "0"
"""An id that no invoice has: what a repeated deletion names, whose invoice is gone."""


class Invoices:
    """What can be done with invoices in the books of one connection."""

    def __init__(self, call: Call, lookup: Lookup) -> None:
        self.call = call
        self.lookup = lookup
        self.customers = Customers(call, lookup)

    async def create(self, request: InvoiceRequest) -> Answer:
        if not request.lines:
            raise Invalid(Problem("required", ("lineItems",)))
        taxes = await self._taxes()
        shipping = Shipping(self.call, self.lookup, taxes)
        values = await self._values(request, taxes, None)
        lines = [*await self._lines(request.lines, taxes), *await shipping.lines(request)]
        customer = await self.customers.of_invoice(request)
        if customer is None:
            raise Invalid(Problem("required", ("customerId",)))
        number = request.number
        if number is None and self.lookup.custom_numbers:
            number = ""
            self.call.notice("invoiceNumber", "NoDocNumber", "No invoiceNumber was sent, so the invoice has none.")
        draft = Invoice(customer=customer, ref_number=number, lines=tuple(lines), **values)
        aside = await self._aside(request, draft.shipping_method)
        done = await self.call.submit(Create(resource=RESOURCE, draft=draft), aside, self._step(request))
        made = done.result
        if not isinstance(made, Invoice):
            raise TypeError(type(made).__name__)
        if request.number is not None:
            await self._tell_twins(made, request.number)
        told = (await self.lookup.rendered(INVOICE, [made]))[0]
        head = {
            "id": told["Id"],
            "docNumber": told["DocNumber"],
            "totalAmount": amount(made.total_amount),
            "txnDate": told["TxnDate"],
            "dueDate": told["DueDate"],
        }
        return operation(self.call, **head, invoice=told)

    async def update(self, request: InvoiceRequest) -> Answer:
        for tries in range(1, TRIES + 1):
            old = await self._named(request)
            try:
                await self._update(request, old)
                break
            except BooksRefused as refusal:
                if tries == TRIES or refusal.problems[0].kind != "stale_revision":
                    raise
        return plain_answer(self.call)

    async def _update(self, request: InvoiceRequest, old: Invoice) -> Done:
        taxes = await self._taxes()
        shipping = Shipping(self.call, self.lookup, taxes)
        changes = await self._values(request, taxes, old)
        if request.id is not None and request.number is not None and request.number != old.ref_number:
            changes["ref_number"] = request.number
        customer = await self.customers.of_invoice(request)
        if customer is not None:
            changes["customer"] = customer
        lines = await self._line_changes(request, old, taxes, shipping)
        if lines is not None:
            changes["lines"] = lines
        aside = await self._aside(request, changes.get("shipping_method"))
        command = Update(resource=RESOURCE, id=old.id, revision=old.revision, changes=changes)
        return await self.call.submit(command, aside, self._step(request))

    async def delete(self, request: InvoiceNamed) -> Answer:
        try:
            invoice = await self._named(request)
        except Unknown:
            if self.call.key is None:
                raise
            return await self._deleted_before(request)
        number = await self.lookup.number(invoice)
        done = await self.call.submit(Delete(resource=RESOURCE, id=invoice.id))
        return await self._told_deleted(done) if done.replayed else plain_answer(self.call, id=number)

    async def _deleted_before(self, request: InvoiceNamed) -> Answer:
        """The answer to a deletion that is sent again: its invoice is gone, and its key remembers it."""
        try:
            done = await self.call.submit(Delete(resource=RESOURCE, id=NOWHERE))
        except BooksRefused as refusal:
            raise no_invoice(request.id or request.number or "", "invoiceNumber") from refusal
        return await self._told_deleted(done)

    async def _told_deleted(self, done: Done) -> Answer:
        """What was deleted when this was sent first; another invoice may have its number by now."""
        return plain_answer(self.call, id=(await self.lookup.numbers(TRANSACTIONS, [done.result.id]))[done.result.id])

    async def void(self, request: InvoiceNamed) -> Answer:
        invoice = await self._named(request)
        await self.call.submit(Void(resource=RESOURCE, id=invoice.id))
        return plain_answer(self.call)

    async def search(self, request: InvoiceNamed) -> Answer:
        invoice = await self._named(request)
        whole = await self.lookup.dispatcher.read(self.call.connection, Read(resource=RESOURCE, id=invoice.id))
        return operation(self.call, invoice=(await self.lookup.rendered(INVOICE, [whole]))[0])

    async def _named(self, request: InvoiceNamed | InvoiceRequest) -> Invoice:
        key = self.call.form.fields[0].key if self.call.form is not None else "invoiceNumber"
        if request.number is None and request.id is None:
            raise Invalid(Problem("required", (key,)))
        return await self.lookup.invoice(request.number, request.id, key)

    def _step(self, request: InvoiceRequest) -> str:
        """With `createCustomer` the invoice is the second of two commands, whether or not the first is needed."""
        return "/2" if request.create_customer else ""

    async def _taxes(self) -> Taxes:
        return Taxes(self.lookup, await self.lookup.company(), (await self.lookup.preferences()).sales_tax)

    async def _values(self, request: InvoiceRequest, taxes: Taxes, old: Invoice | None) -> dict[str, Any]:
        """The header: of a new invoice what is said, of an update what changes; an empty text takes away."""
        values: dict[str, Any] = {
            "transaction_date": request.day,
            "terms": await self.lookup.ref("terms", request.terms),
            "shipping_date": request.ship_day,
            "shipping_method": await self._ship_method(request),
        }
        values = {name: value for name, value in values.items() if value is not None}
        if request.ship_method is not None and old is not None:
            values.setdefault("shipping_method", None)
        for name, text in (("customer_note", request.note), ("tracking_number", request.tracking_number)):
            if text is not None:
                values[name] = text or None
        address = _address(request)
        if address:
            values["billing_address"] = address if old is not None else Address(**address)
        return values | taxes.changes(request, old)

    async def _ship_method(self, request: InvoiceRequest) -> Ref | None:
        """The method of this name, if the books' list has it."""
        return await self.lookup.named("shipping_methods", request.ship_method) if request.ship_method else None

    async def _aside(self, request: InvoiceRequest, ship_method: Ref | None) -> Aside | None:
        """What is said of an invoice and cannot be held in it."""
        values: dict[str, Any] = {
            name: text or None
            for name, text in (("company", request.company), ("phone", request.phone))
            if text is not None
        }
        if request.ship_method is not None:
            values["ship_method"] = request.ship_method if ship_method is None and request.ship_method else None
        if request.lines is not None:
            codes = [line.code for line in request.lines]
            values["line_codes"] = codes if any(codes) else None
        return Aside(values) if values else None

    async def _lines(self, lines: tuple[Line, ...], taxes: Taxes) -> list[SalesLine]:
        return [SalesLine(**await self._line(line, position, taxes)) for position, line in enumerate(lines)]

    async def _line(self, line: Line, position: int, taxes: Taxes) -> dict[str, Any]:
        """One line: so many units that come to so much, by an item's id or by its name."""
        item = await self.lookup.ref("items", line.item)
        if item is None and line.code:
            item = await self.lookup.item(line.code, ("lines", position, "item"))
        if item is None:
            raise Invalid(Problem("required", ("lineItems", position, "productService")))
        units = line.units if line.units is not None else Decimal(1)
        return {
            "item": item,
            "description": line.description or None,
            "quantity": units,
            "amount": line.amount,
            "class_": await self.lookup.ref("classes", line.class_),
            "sales_tax_code": await taxes.of_line(line, ("lineItems", position)),
        }

    async def _line_changes(
        self, request: InvoiceRequest, old: Invoice, taxes: Taxes, shipping: Shipping
    ) -> tuple[LineChange, ...] | None:
        """All lines anew; or, where only shipping is named, the old ones and the new shipping."""
        if request.lines is None and request.ship_amount is None:
            return None
        charged = [_new(line) for line in await shipping.lines(request)]
        if request.lines is None:
            kept = [line for line in old.lines if not shipping.is_shipping(line)]
            return (*(_unchanged(line) for line in kept), *charged)
        given = [_new(line) for line in await self._lines(request.lines, taxes)]
        return (*given, *charged)

    async def _tell_twins(self, made: Invoice, number: str) -> None:
        """Say which other invoices have the number that was asked for."""
        twins = [each.id for each in await self.lookup.invoices(number) if each.id != made.id]
        if twins:
            known = ", ".join((await self.lookup.numbers(TRANSACTIONS, twins)).values())
            message = f"The number {number} is also that of: {known}. Name these invoices by their ids."
            self.call.notice("invoiceNumber", "DuplicateDocNumber", message)


def _address(request: InvoiceRequest) -> dict[str, str | None]:
    """The billing address that a request speaks of; a long street runs over several lines."""
    values: dict[str, str | None] = {
        name: text or None
        for name, text in (("city", request.city), ("state", request.state), ("postal_code", request.zip))
        if text is not None
    }
    if request.address is None:
        return values
    lines = [part for line in request.address.splitlines() for part in wrap(line, WIDTH_OF_ADDRESS)]
    if len(lines) > LINES_OF_ADDRESS:
        limit = LINES_OF_ADDRESS * WIDTH_OF_ADDRESS
        raise Invalid(Problem("too_long", ("address",), {"limit": limit, "length": len(request.address)}))
    lines += [""] * (LINES_OF_ADDRESS - len(lines))
    return {f"line{number}": line or None for number, line in enumerate(lines, 1)} | values


def _new(line: SalesLine) -> LineChange:
    given = {name: getattr(line, name) for name in line.__struct_fields__ if name != "id"}
    return LineChange(id="-1", changes={name: value for name, value in given.items() if value not in (None, ())})


def _unchanged(line: SalesLine | SalesLineGroup) -> LineChange:
    return LineChange(id=line.id, changes={}, is_group=isinstance(line, SalesLineGroup))
