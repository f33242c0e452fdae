"""Time that was worked, and what is attached to other objects."""

from collections.abc import Mapping
from typing import Any, Final

from counterfoil.model.activities import Attachable, AttachedTo, TimeActivity
from counterfoil.wire.qbo.forms import DAY, FLAG, MOMENT, NUMBER, TEXT, WHOLE, choice, to
from counterfoil.wire.qbo.maps.parts import ENTITY, listed
from counterfoil.wire.qbo.maps.purchase_lines import STATUSES
from counterfoil.wire.qbo.table import Entity, Filter, Json, Known, Row, row, space_of_resource, told

TIME_ACTIVITY: Final = Entity(
    "TimeActivity",
    ("time_activities",),
    (
        row("TxnDate", "transaction_date", DAY),
        told("NameOf", lambda time, _known: _name_of(time)),
        row("EmployeeRef", "employee", to("names")),
        row("VendorRef", "vendor", to("names")),
        row("CustomerRef", "customer", to("names")),
        row("DepartmentRef", "department", to("departments")),
        row("ItemRef", "item", to("items")),
        row("ClassRef", "class_", to("classes")),
        row("BillableStatus", "billable_status", STATUSES),
        row("Taxable", "is_taxable", FLAG),
        row("HourlyRate", "hourly_rate", NUMBER),
        row("CostRate", "hourly_cost", NUMBER),
        row("Hours", "hours", WHOLE),
        row("Minutes", "minutes", WHOLE),
        row("BreakHours", "break_hours", WHOLE),
        row("BreakMinutes", "break_minutes", WHOLE),
        row("StartTime", "started_at", MOMENT),
        row("EndTime", "ended_at", MOMENT),
        row("Description", "description", TEXT, most=4000),
        *ENTITY,
    ),
    filters={
        "txndate": Filter("date", "day"),
        "customerref": Filter("customer_id", "names"),
        "metadata.lastupdatedtime": Filter("updated_at", "moment"),
        "metadata.createtime": Filter("created_at", "moment"),
    },
    made=("time_activities",),
    extra=frozenset({"PayrollItemRef", "ProjectRef", "Seconds", "TransactionLocationType"}),
)


def _name_of(time: TimeActivity) -> str:
    return "Vendor" if time.vendor is not None else "Employee"


CATEGORIES: Final = choice(
    {
        "contact_photo": "Contact Photo",
        "document": "Document",
        "image": "Image",
        "receipt": "Receipt",
        "signature": "Signature",
        "sound": "Sound",
        "other": "Other",
    }
)
ATTACHED: Final[Mapping[str, str]] = {
    "invoices": "Invoice",
    "credit_memos": "CreditMemo",
    "estimates": "Estimate",
    "sales_receipts": "SalesReceipt",
    "refund_receipts": "RefundReceipt",
    "receive_payments": "Payment",
    "bills": "Bill",
    "vendor_credits": "VendorCredit",
    "bill_payments": "BillPayment",
    "time_activities": "TimeActivity",
    "customers": "Customer",
    "vendors": "Vendor",
    "employees": "Employee",
    "accounts": "Account",
    "service_items": "Item",
    "non_inventory_items": "Item",
    "other_charge_items": "Item",
    "item_groups": "Item",
}
"""What something may be attached to, by Intuit's name of it."""

_RESOURCES: Final = {name.casefold(): resource for resource, name in reversed(list(ATTACHED.items()))}


def _links(thing: Attachable, known: Known) -> list[Json] | None:
    return [_link(link, known) for link in thing.links if link.resource in ATTACHED] or None


def _link(link: AttachedTo, known: Known) -> Json:
    number = known.number(space_of_resource(link.resource), link.id)
    return {"EntityRef": {"type": ATTACHED[link.resource], "value": number}, "IncludeOnSend": link.is_sent_along}


def _heard_links(given: Json, known: Known) -> dict[str, Any]:
    refs = (each for each in listed(given["AttachableRef"]) if each.get("EntityRef"))
    return {"links": tuple(_heard_link(each, known) for each in refs)}


def _heard_link(given: Json, known: Known) -> AttachedTo:
    """Raises KeyError where something is attached to what nothing can be attached to."""
    ref = given["EntityRef"]
    resource = _RESOURCES[str(ref["type"]).casefold()]
    id = known.id(space_of_resource(resource), str(ref["value"]))
    return AttachedTo(resource=resource, id=id, is_sent_along=given.get("IncludeOnSend") in (True, "true"))


ATTACHABLE: Final = Entity(
    "Attachable",
    ("attachables",),
    (
        row("FileName", "file_name", TEXT, most=1000),
        row("Note", "note", TEXT, most=2000),
        row("ContentType", "content_type", TEXT, most=100),
        row("Size", "size", WHOLE),
        row("Category", "category", CATEGORIES),
        row("Tag", "tag", TEXT, most=2000),
        row("PlaceName", "place_name", TEXT, most=2000),
        row("Lat", "latitude", TEXT),
        row("Long", "longitude", TEXT),
        Row("AttachableRef", "links", told=_links, heard=_heard_links, asked=_links),
        *ENTITY,
    ),
    filters={
        "metadata.lastupdatedtime": Filter("updated_at", "moment"),
        "metadata.createtime": Filter("created_at", "moment"),
    },
    made=("attachables",),
    extra=frozenset({"FileAccessUri", "TempDownloadUri", "ThumbnailFileAccessUri", "ThumbnailTempDownloadUri"}),
)
