"""Parts that several resources share: addresses, contacts, notes, custom fields, barcodes, and the heads of objects."""

from operator import attrgetter

from counterfoil.model.addresses import Address, Contact, ContactField, CustomField, Note, ShippingAddress
from counterfoil.model.items import Barcode
from counterfoil.model.kinds import Flag, Text, Whole
from counterfoil.wire.qbxml.converters import BARCODE_VALUE, full_name
from counterfoil.wire.qbxml.table import Part, part, passed, row, told
from counterfoil.wire.qbxml.values import Owner

TIMES = (
    row("TimeCreated", "created_at", "r"),
    row("TimeModified", "updated_at", "r"),
)
REVISION = row("EditSequence", "revision", "Mr", kind=Text(16))

TXN_HEAD = (
    row("TxnID", "id", "Mr", kind=Text(36)),
    *TIMES,
    REVISION,
    row("TxnNumber", "number", "r"),
)
LIST_HEAD = (
    row("ListID", "id", "Mr", kind=Text(36)),
    *TIMES,
    REVISION,
)
SUBLEVEL = told("Sublevel", attrgetter("sublevel"), kind=Whole())
"""How many parents a list object has."""

_LINES = (
    row("Addr1", "line1", "amr"),
    row("Addr2", "line2", "amr"),
    row("Addr3", "line3", "amr"),
    row("Addr4", "line4", "amr", since="2.0"),
    row("Addr5", "line5", "amr", since="6.0"),
)
_PLACE = (
    row("City", "city", "amr"),
    row("State", "state", "amr"),
    row("PostalCode", "postal_code", "amr"),
    row("Country", "country", "amr"),
    row("Note", "note", "amr", since="6.0"),
)
ADDRESS = Part(Address, (*_LINES, *_PLACE))
PRIVATE_ADDRESS = Part(Address, tuple(each for each in ADDRESS.rows if each.tag not in ("Addr5", "Note")))
"""Where an employee lives: it is shorter."""

ADDRESS_BLOCK = Part(Address, _LINES)
SHIPPING_ADDRESS = Part(
    ShippingAddress,
    (
        row("Name", "name", "AMr"),
        *_LINES,
        *_PLACE,
        row("DefaultShipTo", "is_default", "amr"),
    ),
)

CONTACT_FIELD = Part(
    ContactField,
    (
        row("ContactName", "name", "AMr"),
        row("ContactValue", "value", "AMr", blank=True),
    ),
)
CONTACT = Part(
    Contact,
    (
        row("ListID", "id", "mr", kind=Text(36)),
        *TIMES,
        row("EditSequence", "revision", "mr", kind=Text(16)),
        told("Contact", full_name, kind=Text(41)),
        row("Salutation", "salutation", "amr", kind=Text(15)),
        row("FirstName", "first_name", "AMr"),
        row("MiddleName", "middle_name", "amr", kind=Text(5)),
        row("LastName", "last_name", "amr"),
        row("JobTitle", "job_title", "amr"),
        part("AdditionalContactRef", "custom_contact_fields", "amr", CONTACT_FIELD),
    ),
)
CONTACTS = (
    part("Contacts", "additional_contacts", "a", CONTACT, since="12.0"),
    part("ContactsMod", "additional_contacts", "m", CONTACT, since="12.0"),
    part("ContactsRet", "additional_contacts", "r", CONTACT, since="12.0"),
)

NOTE = Part(
    Note,
    (
        row("NoteID", "id", "Mr"),
        row("Date", "date", "r"),
        row("Note", "note", "AMr"),
    ),
)
NOTES = (
    part("AdditionalNotes", "additional_notes", "a", NOTE, since="12.0"),
    part("AdditionalNotesMod", "additional_notes", "m", NOTE, since="12.0"),
    part("AdditionalNotesRet", "additional_notes", "r", NOTE, since="12.0"),
)

CUSTOM_FIELD = Part(
    CustomField,
    (
        row("OwnerID", "owner_id", "Ar", kind=Owner()),
        row("DataExtName", "name", "Ar"),
        row("DataExtType", "type", "r"),
        row("DataExtValue", "value", "Ar", blank=True),
    ),
)
CUSTOM_FIELDS = part("DataExtRet", "custom_fields", "r", CUSTOM_FIELD, since="2.0")

BARCODE = Part(
    Barcode,
    (
        row("BarCodeValue", "value", "am", kind=Text(50)),
        row("AssignEvenIfUsed", "assign_even_if_used", "am"),
        row("AllowOverride", "allow_override", "am"),
    ),
)
BARCODES = (
    part("BarCode", "barcode", "am", BARCODE, since="12.0"),
    row("BarCodeValue", "barcode", "r", since="12.0", kind=Text(50), convert=BARCODE_VALUE),
)

FORCE_UNITS = passed("ForceUOMChange", "m", since="7.0", kind=Flag())
