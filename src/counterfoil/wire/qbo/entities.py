"""Every entity that is served, by the names that people give it."""

from collections.abc import Mapping
from typing import Final

from counterfoil.wire.qbo.maps.accounts import ACCOUNT
from counterfoil.wire.qbo.maps.activities import ATTACHABLE, TIME_ACTIVITY
from counterfoil.wire.qbo.maps.company import COMPANY_INFO, PREFERENCES
from counterfoil.wire.qbo.maps.items import ITEM
from counterfoil.wire.qbo.maps.lists import CLASS, DEPARTMENT, PAYMENT_METHOD, TAX_CODE, TAX_RATE
from counterfoil.wire.qbo.maps.payables import BILL_PAYMENT
from counterfoil.wire.qbo.maps.people import CUSTOMER, EMPLOYEE, VENDOR
from counterfoil.wire.qbo.maps.purchases import BILL, VENDOR_CREDIT
from counterfoil.wire.qbo.maps.receivables import PAYMENT
from counterfoil.wire.qbo.maps.sales import CREDIT_MEMO, ESTIMATE, INVOICE, REFUND_RECEIPT, SALES_RECEIPT
from counterfoil.wire.qbo.maps.terms import TERM
from counterfoil.wire.qbo.table import Entity

ENTITIES: Final = (
    INVOICE,
    CREDIT_MEMO,
    PAYMENT,
    ESTIMATE,
    SALES_RECEIPT,
    REFUND_RECEIPT,
    BILL,
    VENDOR_CREDIT,
    BILL_PAYMENT,
    TIME_ACTIVITY,
    ATTACHABLE,
    CUSTOMER,
    VENDOR,
    EMPLOYEE,
    ITEM,
    TERM,
    CLASS,
    DEPARTMENT,
    TAX_CODE,
    TAX_RATE,
    PAYMENT_METHOD,
    ACCOUNT,
    PREFERENCES,
    COMPANY_INFO,
)
PLURALS: Final = {
    "class": "classes",
    "timeactivity": "timeactivities",
    "preferences": "preferences",
    "companyinfo": "companyinfo",
}
"""The names whose plural is not the name and an `s`."""


def _names() -> Mapping[str, Entity]:
    """One name and its plural for each, without regard to capitals."""
    names: dict[str, Entity] = {}
    for entity in ENTITIES:
        name = entity.name.casefold()
        names |= {name: entity, PLURALS.get(name, f"{name}s"): entity}
    return names


BY_NAME: Final[Mapping[str, Entity]] = _names()

_MADE: Final[Mapping[str, Entity]] = {resource: entity for entity in ENTITIES for resource in entity.made}
_READ: Final[Mapping[str, Entity]] = {
    "item_groups": ITEM,
    "sales_tax_codes": TAX_CODE,
    "sales_tax_group_items": TAX_CODE,
    "sales_tax_items": TAX_RATE,
    "preferences": PREFERENCES,
    "company": COMPANY_INFO,
}
"""Resources that can be read and nothing else: what Intuit makes by other ways, or not at all through its API."""


def entity_for(resource: str) -> Entity | None:
    """The entity as which Intuit keeps a resource; None where it has none."""
    return _MADE.get(resource) or _READ.get(resource)
