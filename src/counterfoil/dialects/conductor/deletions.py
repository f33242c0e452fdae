"""The lists of what was deleted: the vendor's words for our resources, and what stays of a deleted object.

Types that these books do not keep may be asked for, and nothing is found.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from counterfoil.core.dates import FIRST_MOMENT, LAST_MOMENT, local_moment
from counterfoil.core.errors import Invalid
from counterfoil.dialects.conductor.filters import GROUPS, Parameter
from counterfoil.dialects.conductor.query import read_parameters
from counterfoil.dialects.conductor.render import Answer, render_list
from counterfoil.dialects.conductor.tables import ROOT
from counterfoil.model.kinds import Choice
from counterfoil.model.query import Deletion, SelectDeleted


@dataclass(frozen=True, slots=True)
class DeletedList:
    """One of the two lists: the vendor's types with our resource of each, and how the answer spells type and label."""

    path: str
    object_type: str
    asked: str
    told: str
    label: str
    types: Mapping[str, str | None]


DELETED_OBJECTS: Final = DeletedList(
    path="deleted-list-objects",
    object_type="qbd_deleted_list_object",
    asked="objectTypes",
    told="listType",
    label="fullName",
    types={
        "account": "accounts",
        "billing_rate": None,
        "class": "classes",
        "currency": "currencies",
        "customer": "customers",
        "customer_message": "customer_messages",
        "customer_type": "customer_types",
        "date_driven_terms": "date_driven_terms",
        "employee": None,
        "inventory_site": None,
        "item_discount": "discount_items",
        "item_fixed_asset": None,
        "item_group": "item_groups",
        "item_inventory": None,
        "item_inventory_assembly": None,
        "item_non_inventory": "non_inventory_items",
        "item_other_charge": "other_charge_items",
        "item_payment": None,
        "item_sales_tax": "sales_tax_items",
        "item_sales_tax_group": "sales_tax_group_items",
        "item_service": "service_items",
        "item_subtotal": "subtotal_items",
        "job_type": None,
        "other_name": None,
        "payment_method": "payment_methods",
        "payroll_item_non_wage": None,
        "payroll_item_wage": None,
        "price_level": None,
        "sales_representative": "sales_representatives",
        "sales_tax_code": "sales_tax_codes",
        "ship_method": "shipping_methods",
        "standard_terms": "standard_terms",
        "to_do": None,
        "unit_of_measure_set": None,
        "vehicle": None,
        "vendor": "vendors",
        "vendor_type": None,
        "workers_comp_code": None,
    },
)

DELETED_TRANSACTIONS: Final = DeletedList(
    path="deleted-transactions",
    object_type="qbd_deleted_transaction",
    asked="transactionTypes",
    told="transactionType",
    label="refNumber",
    types={
        "ar_refund_credit_card": None,
        "bill": None,
        "bill_payment_check": None,
        "bill_payment_credit_card": None,
        "build_assembly": None,
        "charge": None,
        "check": None,
        "credit_card_charge": None,
        "credit_card_credit": None,
        "credit_memo": "credit_memos",
        "deposit": None,
        "estimate": None,
        "inventory_adjustment": None,
        "invoice": "invoices",
        "item_receipt": None,
        "journal_entry": None,
        "purchase_order": None,
        "receive_payment": "receive_payments",
        "sales_order": None,
        "sales_receipt": None,
        "sales_tax_payment_check": None,
        "time_tracking": None,
        "transfer_inventory": None,
        "vehicle_mileage": None,
        "vendor_credit": None,
    },
)

DELETED_LISTS: Final[Mapping[str, DeletedList]] = {
    deleted.path: deleted for deleted in (DELETED_OBJECTS, DELETED_TRANSACTIONS)
}


def parameters_of_deleted(deleted: DeletedList) -> tuple[Parameter, ...]:
    kind = Choice(tuple(deleted.types))
    types = Parameter(deleted.asked, "filter", "type", kind, "in", many=True, required=True)
    return (types, *GROUPS["deleted"])


def read_deleted_query(deleted: DeletedList, pairs: Iterable[tuple[str, str]]) -> SelectDeleted:
    """Which deletions are asked for; naming at least one type is required."""
    given, problems = read_parameters(parameters_of_deleted(deleted), pairs)
    if problems:
        raise Invalid(*problems)
    resources = (deleted.types[name] for name in given[deleted.asked])
    return SelectDeleted(
        resources=tuple(dict.fromkeys(resource for resource in resources if resource)),
        since=given.get("deletedAfter", FIRST_MOMENT),
        until=given.get("deletedBefore", LAST_MOMENT),
    )


def render_deletions(deleted: DeletedList, deletions: Sequence[Deletion], *, root: str = ROOT) -> Answer:
    names = {resource: name for name, resource in deleted.types.items() if resource}
    data = [
        {
            deleted.told: names[deletion.resource],
            "id": deletion.id,
            "objectType": deleted.object_type,
            "createdAt": local_moment(deletion.created_at),
            "deletedAt": local_moment(deletion.deleted_at),
            deleted.label: deletion.label or None,
        }
        for deletion in deletions
    ]
    return render_list(f"{root}/{deleted.path}", data)
