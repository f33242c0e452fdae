"""What the vendor's requests hold: each key, and the field of the model that it stands for.

The order of the rows is the vendor's own; that of qbXML's elements is the wire's affair.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from msgspec import Struct

from counterfoil.dialects.qube.values import Reader, reader
from counterfoil.model.addresses import Address
from counterfoil.model.kinds import Kind, Text
from counterfoil.model.lines import SalesLine
from counterfoil.model.sales import Invoice
from counterfoil.model.shape import fields_of


@dataclass(frozen=True)
class Field:
    """One key. `kind` is what the model says of the field, unless the row says otherwise; `form` is what is within."""

    key: str
    field: str
    model: type[Struct]
    needed: bool = False
    own_kind: Kind | None = None
    form: "Form | None" = None
    many: bool = False

    @property
    def kind(self) -> Kind:
        return self.own_kind or fields_of(self.model)[self.field].kind

    @cached_property
    def read(self) -> Reader:
        return reader(self.kind)


@dataclass(frozen=True)
class Form:
    """An object of a body: its keys, in the vendor's order."""

    name: str
    fields: tuple[Field, ...]

    @cached_property
    def by_key(self) -> dict[str, Field]:
        return {field.key: field for field in self.fields}

    @cached_property
    def by_field(self) -> dict[str, Field]:
        return {field.field: field for field in self.fields}


def _form(name: str, model: type[Struct], **keys: str) -> Form:
    return Form(name, tuple(Field(key, field, model) for key, field in keys.items()))


ADDRESS: Final = _form(
    "address",
    Address,
    addr1="line1",
    addr2="line2",
    addr3="line3",
    addr4="line4",
    addr5="line5",
    city="city",
    state="state",
    postal_code="postal_code",
    country="country",
    note="note",
)

LINE: Final = _form(
    "invoice_line",
    SalesLine,
    item_list_id="item",
    description="description",
    quantity="quantity",
    rate="rate",
    amount="amount",
    class_list_id="class_",
    sales_tax_code_list_id="sales_tax_code",
    service_date="service_date",
    unit_of_measure="unit_of_measure",
    price_level_list_id="price_level",
    rate_percent="rate_percent",
    override_item_account_list_id="override_item_account",
    serial_number="serial_number",
    lot_number="lot_number",
    other1="other_custom_field1",
    other2="other_custom_field2",
)

LONGEST_NUMBER: Final = 11
"""What QuickBooks Desktop takes; other books take more, and other dialects send it."""

INVOICE: Final = Form(
    "invoice",
    (
        Field("customer_list_id", "customer", Invoice, needed=True),
        Field("transaction_date", "transaction_date", Invoice, needed=True),
        Field("lines", "lines", Invoice, needed=True, form=LINE, many=True),
        Field("class_list_id", "class_", Invoice),
        Field("receivables_account_list_id", "receivables_account", Invoice),
        Field("template_list_id", "document_template", Invoice),
        Field("ref_number", "ref_number", Invoice, own_kind=Text(LONGEST_NUMBER)),
        Field("bill_address", "billing_address", Invoice, form=ADDRESS),
        Field("ship_address", "shipping_address", Invoice, form=ADDRESS),
        Field("purchase_order_number", "purchase_order_number", Invoice),
        Field("terms_list_id", "terms", Invoice),
        Field("due_date", "due_date", Invoice),
        Field("memo", "memo", Invoice),
        Field("customer_message_list_id", "customer_message", Invoice),
        Field("item_sales_tax_list_id", "sales_tax_item", Invoice),
        Field("customer_sales_tax_code_list_id", "sales_tax_code", Invoice),
        Field("is_pending", "is_pending", Invoice),
        Field("is_to_be_printed", "is_queued_for_print", Invoice),
        Field("is_to_be_emailed", "is_queued_for_email", Invoice),
    ),
)
