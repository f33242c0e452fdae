"""Parts that several resources share: addresses, contacts, notes, custom fields."""

from operator import attrgetter

from counterfoil.dialects.conductor.table import HEAD, Part, part, row, told
from counterfoil.model.addresses import Address, Contact, ContactField, CustomField, Note, ShippingAddress
from counterfoil.model.kinds import Text, Whole


def _full_name(contact: Contact) -> str | None:
    return " ".join(filter(None, (contact.first_name, contact.middle_name, contact.last_name))) or None


def last_four(number: str) -> str:
    """A card number of which only the last four digits are left."""
    digits = "".join(letter for letter in number if letter.isdigit())
    return "*" * 12 + digits[-4:]


SUBLEVEL = told("sublevel", "R", Whole(), attrgetter("sublevel"))
"""How many parents a list object has."""

ADDRESS = Part(
    Address,
    (
        row("line1", "cur"),
        row("line2", "cur"),
        row("line3", "cur"),
        row("line4", "cur"),
        row("line5", "cur"),
        row("city", "cur"),
        row("state", "cur"),
        row("postalCode", "cur"),
        row("country", "cur"),
        row("note", "cur"),
    ),
)

SHIPPING_ADDRESS = Part(
    ShippingAddress,
    (
        row("name", "CUr"),
        row("line1", "cur"),
        row("line2", "cur"),
        row("line3", "cur"),
        row("line4", "cur"),
        row("line5", "cur"),
        row("city", "cur"),
        row("state", "cur"),
        row("postalCode", "cur"),
        row("country", "cur"),
        row("note", "cur"),
        row("isDefaultShippingAddress", "cur", "is_default"),
    ),
)

CONTACT_FIELD = Part(
    ContactField,
    (
        row("name", "CUR"),
        row("value", "CUr", blank=True),
    ),
)

CONTACT = Part(
    Contact,
    (
        row("id", "UR", kind=Text(36)),
        *HEAD[1:],
        told("name", "r", Text(), _full_name),
        row("salutation", "cur"),
        row("firstName", "CuR"),
        row("middleName", "cur", kind=Text(5)),
        row("lastName", "cur"),
        row("jobTitle", "cur"),
        part("customContactFields", "cuR", CONTACT_FIELD),
    ),
    object_type="qbd_contact",
)

NOTE = Part(
    Note,
    (
        row("id", "UR"),
        row("date", "r"),
        row("note", "CUR"),
    ),
)

CUSTOM_FIELD = Part(
    CustomField,
    (
        row("ownerId", "CR"),
        row("name", "CR"),
        row("type", "R"),
        row("value", "CR", blank=True),
    ),
)
