"""Every entity that is served, by the names that people give it."""

from collections.abc import Mapping
from typing import Final

from counterfoil.wire.qbo.maps.accounts import ACCOUNT
from counterfoil.wire.qbo.maps.company import COMPANY_INFO, PREFERENCES
from counterfoil.wire.qbo.maps.items import ITEM
from counterfoil.wire.qbo.maps.lists import CLASS, PAYMENT_METHOD, TAX_CODE, TAX_RATE
from counterfoil.wire.qbo.maps.people import CUSTOMER, VENDOR
from counterfoil.wire.qbo.maps.receivables import PAYMENT
from counterfoil.wire.qbo.maps.sales import INVOICE
from counterfoil.wire.qbo.maps.terms import TERM
from counterfoil.wire.qbo.table import Entity

ENTITIES: Final = (
    INVOICE,
    PAYMENT,
    CUSTOMER,
    VENDOR,
    ITEM,
    TERM,
    CLASS,
    TAX_CODE,
    TAX_RATE,
    PAYMENT_METHOD,
    ACCOUNT,
    PREFERENCES,
    COMPANY_INFO,
)
PLURALS: Final = {"class": "classes", "preferences": "preferences", "companyinfo": "companyinfo"}
"""The names whose plural is not the name and an `s`."""


def _names() -> Mapping[str, Entity]:
    """One name and its plural for each, without regard to capitals."""
    names: dict[str, Entity] = {}
    for entity in ENTITIES:
        name = entity.name.casefold()
        names |= {name: entity, PLURALS.get(name, f"{name}s"): entity}
    return names


BY_NAME: Final[Mapping[str, Entity]] = _names()
