"""What is written down beside the ledger and never posted: time that was worked, and papers of all kinds."""

from typing import Annotated, Literal

from counterfoil.model.kinds import (
    ClassRef,
    CustomerRef,
    Date,
    DepartmentRef,
    EmployeeRef,
    Id36,
    ItemRef,
    Text31,
    Text100,
    Text1000,
    Text4095,
    Time,
    UnitPrice,
    VendorRef,
    Whole,
)
from counterfoil.model.purchases import BillableStatus
from counterfoil.model.shape import Transaction
from counterfoil.model.values import Value

Hours = Annotated[int, Whole(0, 8760)]
Minutes = Annotated[int, Whole(0, 59)]


class TimeActivity(Transaction, frozen=True, kw_only=True, omit_defaults=True):
    """Hours that an employee or a vendor, one of the two, worked on a day: so long, or from when to when."""

    employee: EmployeeRef | None = None
    vendor: VendorRef | None = None
    transaction_date: Date | None = None
    customer: CustomerRef | None = None
    item: ItemRef | None = None
    class_: ClassRef | None = None
    department: DepartmentRef | None = None
    hours: Hours | None = None
    minutes: Minutes | None = None
    break_hours: Hours | None = None
    break_minutes: Minutes | None = None
    started_at: Time | None = None
    ended_at: Time | None = None
    hourly_rate: UnitPrice | None = None
    hourly_cost: UnitPrice | None = None
    billable_status: BillableStatus = "not_billable"
    is_taxable: bool = False
    description: Text4095 | None = None


class AttachedTo(Value, frozen=True, kw_only=True, omit_defaults=True):
    """What a paper belongs to: an object of a resource, named as in the catalogue. It may be gone by now."""

    resource: Text31 = ""
    id: Id36 = ""
    is_sent_along: bool = False


class Attachable(Transaction, frozen=True, kw_only=True, omit_defaults=True):
    """A file or a note beside something in the books. These are its particulars; its bytes are kept elsewhere."""

    file_name: Text1000 | None = None
    note: Text4095 | None = None
    content_type: Text100 | None = None
    size: Annotated[int, Whole(0)] | None = None
    category: Literal["contact_photo", "document", "image", "other", "receipt", "signature", "sound"] | None = None
    tag: Text4095 | None = None
    place_name: Text4095 | None = None
    latitude: Text31 | None = None
    longitude: Text31 | None = None
    links: tuple[AttachedTo, ...] = ()
