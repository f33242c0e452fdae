"""What the vendor's requests hold: a table of keys for each, and the value that a request becomes.

In the values None means that the request says nothing; an empty text asks for nothing to be there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from msgspec import Struct

from counterfoil.dialects.snapbooks.values import (
    DAY,
    DOCUMENT_NUMBER,
    FLAG,
    IDENTIFIER,
    MONEY,
    PAID,
    QUANTITY,
    SIGNED_MONEY,
    TAX_CODE,
    Value,
    text,
)


class Request(Struct, frozen=True, kw_only=True):
    """One request, taken apart."""


class Line(Request, frozen=True, kw_only=True):
    code: str | None = None
    item: str | None = None
    units: Decimal | None = None
    class_: str | None = None
    description: str | None = None
    amount: Decimal | None = None
    tax_code: bool | str | None = None
    taxable: bool | None = None


class InvoiceRequest(Request, frozen=True, kw_only=True):
    number: str | None = None
    id: str | None = None
    day: date | None = None
    customer: str | None = None
    create_customer: bool | None = None
    company: str | None = None
    address: str | None = None
    phone: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    terms: str | None = None
    tax_override: Decimal | None = None
    disable_tax: bool | None = None
    ship_amount: Decimal | None = None
    ship_tax_code: str | None = None
    tracking_number: str | None = None
    ship_day: date | None = None
    ship_method: str | None = None
    note: str | None = None
    lines: tuple[Line, ...] | None = None


class InvoiceNamed(Request, frozen=True, kw_only=True):
    """A request that only says which invoice it is about."""

    number: str | None = None
    id: str | None = None


class PaymentRequest(Request, frozen=True, kw_only=True):
    amount: Decimal | None = None
    number: str | None = None
    id: str | None = None
    day: date | None = None
    reference: str | None = None
    memo: str | None = None
    customer: str | None = None
    method: str | None = None


class PersonRequest(Request, frozen=True, kw_only=True):
    """A customer or a vendor."""

    id: str | None = None
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    address_two: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    country: str | None = None
    ship_address: str | None = None
    ship_address_two: str | None = None
    ship_city: str | None = None
    ship_state: str | None = None
    ship_zip: str | None = None
    ship_country: str | None = None
    tax_exempt: bool | None = None
    exempt_reason: str | None = None
    notes: str | None = None


class QueryRequest(Request, frozen=True, kw_only=True):
    query: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One key: its spelling here and, in `also`, elsewhere; `name` in the request; `model` in the books' problems.

    `needed` tells whether a request without it is refused at once.
    """

    key: str
    name: str
    value: "Value | Form"
    model: str = ""
    also: tuple[str, ...] = ()
    needed: bool = False
    about: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """The keys of a request, or of each entry of an array in one."""

    name: str
    request: type[Request]
    fields: tuple[Field, ...]

    @property
    def by_key(self) -> Mapping[str, Field]:
        """Every field by each of its spellings, without regard to capitals."""
        return {key.casefold(): field for field in self.fields for key in (field.key, *field.also)}


LINE: Final = Form(
    "line",
    Line,
    (
        Field("code", "code", text(255), about="Your own part number; names the item where productService is absent."),
        Field("productService", "item", IDENTIFIER, "item", about="The id of an item."),
        Field("units", "units", QUANTITY, "quantity", about="How many; one, unless it says otherwise."),
        Field("classRef", "class_", IDENTIFIER, "class_", about="The id of a class."),
        Field("description", "description", text(4000), "description"),
        Field("billAmount", "amount", SIGNED_MONEY, "amount", needed=True, about="What the whole line comes to."),
        Field("taxCodeRef", "tax_code", TAX_CODE, "sales_tax_code", about="TAX or NON; in Canada a tax code's id."),
        Field("taxable", "taxable", FLAG, about="Whether to tax the line, where taxCodeRef does not say."),
    ),
)
_NUMBER: Final = Field(
    "invoiceNumber", "number", DOCUMENT_NUMBER, "ref_number", about="The document number, at most 21 characters."
)
_ID: Final = Field("id", "id", IDENTIFIER, "id", about="The invoice's id, where several have one number.")
_INVOICE: Final = (
    _NUMBER,
    Field("invoiceDate", "day", DAY, "transaction_date"),
    Field("customerId", "customer", IDENTIFIER, "customer", about="The id of a customer."),
    Field("createCustomer", "create_customer", FLAG, about="Make a customer named by company where there is none."),
    Field("company", "company", text(41), "name"),
    Field("address", "address", text(205), "billing_address"),
    Field("phone", "phone", text(21), "phone"),
    Field("city", "city", text(31)),
    Field("state", "state", text(21)),
    Field("zip", "zip", text(13)),
    Field("termId", "terms", IDENTIFIER, "terms", about="The id of terms."),
    Field("totalTaxOverride", "tax_override", MONEY, "tax_override", about="The tax of the whole invoice; US only."),
    Field("disableTax", "disable_tax", FLAG, "tax_mode", about="Charge no tax."),
    Field("shipAmount", "ship_amount", MONEY, about="What shipping costs."),
    Field("shipTaxCodeRef", "ship_tax_code", IDENTIFIER, about="Canada only: the tax code of shipping."),
    Field("shipTrackingNumber", "tracking_number", text(255), "tracking_number"),
    Field("shipDate", "ship_day", DAY, "shipping_date"),
    Field("shipMethod", "ship_method", text(31), "shipping_method"),
    Field("note", "note", text(1000), "customer_note", about="A note that the customer reads."),
    Field("lineItems", "lines", LINE, "lines"),
)
CREATE_INVOICE: Final = Form("invoice_create", InvoiceRequest, _INVOICE)
UPDATE_INVOICE: Final = Form("invoice_update", InvoiceRequest, (*_INVOICE, _ID))
NAME_INVOICE: Final = Form("invoice_named", InvoiceNamed, (_NUMBER, _ID))
FIND_INVOICE: Final = Form(
    "invoice_search",
    InvoiceNamed,
    (Field("docNumber", "number", DOCUMENT_NUMBER, "ref_number", also=("invoiceNumber",)), _ID),
)
PAYMENT: Final = Form(
    "payment_create",
    PaymentRequest,
    (
        Field("amount", "amount", PAID, "total_amount", needed=True),
        _NUMBER,
        _ID,
        Field("paymentDate", "day", DAY, "transaction_date"),
        Field("paymentReference", "reference", text(20), "ref_number", about="The number of the check, for example."),
        Field("paymentMemo", "memo", text(4000), "memo", also=("vqbPaymentMemo",)),
        Field("customerId", "customer", IDENTIFIER, "customer", about="The customer; the invoice's, if not said."),
        Field("paymentMethodId", "method", IDENTIFIER, "payment_method", about="The id of a payment method."),
    ),
)
_BILLING: Final = (
    Field("phone", "phone", text(21), "phone"),
    Field("email", "email", text(100), "email"),
    Field("billingAddress", "address", text(41), "billing_address"),
    Field("billingAddressTwo", "address_two", text(41)),
    Field("billingCity", "city", text(31)),
    Field("billingState", "state", text(21)),
    Field("billingZip", "zip", text(13)),
    Field("billingCountry", "country", text(31)),
)
_SHIPPING: Final = (
    Field("shippingAddress", "ship_address", text(41), "shipping_address"),
    Field("shippingAddressTwo", "ship_address_two", text(41)),
    Field("shippingCity", "ship_city", text(31)),
    Field("shippingState", "ship_state", text(21)),
    Field("shippingZip", "ship_zip", text(13)),
    Field("shippingCountry", "ship_country", text(31)),
)
_EXEMPT: Final = (
    Field("taxExempt", "tax_exempt", FLAG, "sales_tax_code", about="True for a customer who pays no sales tax."),
    Field("exemptReasonId", "exempt_reason", IDENTIFIER, also=("taxExemptionReasonId",), about="From 1 to 9."),
)
_NOTES: Final = Field("notes", "notes", text(2000), "note")


def _person(name: str, fields: tuple[Field, ...], key: str = "", *, new: bool) -> Form:
    named = Field("fullName", "name", text(41), "name", needed=new)
    known = () if new else (Field(key, "id", IDENTIFIER, "id", needed=True),)
    return Form(name, PersonRequest, (*known, named, *fields, _NOTES))


CREATE_CUSTOMER: Final = _person("customer_create", (*_BILLING, *_SHIPPING, *_EXEMPT), new=True)
UPDATE_CUSTOMER: Final = _person("customer_update", (*_BILLING, *_SHIPPING, *_EXEMPT), "customerId", new=False)
CREATE_VENDOR: Final = _person("vendor_create", _BILLING, new=True)
UPDATE_VENDOR: Final = _person("vendor_update", _BILLING, "vendorId", new=False)
QUERY: Final = Form("query", QueryRequest, (Field("query", "query", text(20_000), needed=True),))
