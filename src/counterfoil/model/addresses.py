"""Addresses, contacts and custom fields: parts that several resources share."""

from typing import Literal

from counterfoil.model.kinds import Text13, Text21, Text25, Text31, Text40, Text41, Text255, Text4095, Time
from counterfoil.model.values import Value

FieldType = Literal[
    "amount_type",
    "date_time_type",
    "integer_type",
    "percent_type",
    "price_type",
    "quantity_type",
    "string_1024_type",
    "string_255_type",
]


class CustomField(Value, frozen=True, kw_only=True, omit_defaults=True):
    """A field that people added to their books. `owner_id` is `0` for those defined in QuickBooks itself."""

    owner_id: str = "0"
    name: Text31 = ""
    type: FieldType = "string_255_type"
    value: Text4095 = ""


class Address(Value, frozen=True, kw_only=True, omit_defaults=True):
    line1: Text41 | None = None
    line2: Text41 | None = None
    line3: Text41 | None = None
    line4: Text41 | None = None
    line5: Text41 | None = None
    city: Text31 | None = None
    state: Text21 | None = None
    postal_code: Text13 | None = None
    country: Text31 | None = None
    note: Text41 | None = None


class ShippingAddress(Value, frozen=True, kw_only=True, omit_defaults=True):
    """One of several places to ship to, told apart by `name`."""

    name: Text41 | None = None
    line1: Text41 | None = None
    line2: Text41 | None = None
    line3: Text41 | None = None
    line4: Text41 | None = None
    line5: Text41 | None = None
    city: Text31 | None = None
    state: Text21 | None = None
    postal_code: Text13 | None = None
    country: Text31 | None = None
    note: Text41 | None = None
    is_default: bool | None = None


class ContactField(Value, frozen=True, kw_only=True, omit_defaults=True):
    name: Text40 = ""
    value: Text255 | None = None


class Contact(Value, frozen=True, kw_only=True, omit_defaults=True):
    """A person at a customer or vendor; it has an id and a revision of its own."""

    id: str = ""
    created_at: Time = 0
    updated_at: Time = 0
    revision: str = ""
    salutation: Text31 | None = None
    first_name: Text25 = ""
    middle_name: str | None = None
    last_name: Text25 | None = None
    job_title: Text41 | None = None
    custom_contact_fields: tuple[ContactField, ...] = ()


class Note(Value, frozen=True, kw_only=True, omit_defaults=True):
    id: int = 0
    date: str | None = None
    note: Text4095 = ""
