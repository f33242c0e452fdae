"""All kinds of objects that this dialect serves, by the name that stands in addresses."""

from collections.abc import Mapping
from typing import Final

from counterfoil.dialects.chargeover.items import ITEM
from counterfoil.dialects.chargeover.lists import CLASS, CURRENCY, TERM
from counterfoil.dialects.chargeover.people import CUSTOMER
from counterfoil.dialects.chargeover.receivables import TRANSACTION
from counterfoil.dialects.chargeover.sales import INVOICE
from counterfoil.dialects.chargeover.table import ObjectType

TYPES: Final[Mapping[str, ObjectType]] = {
    type_.name: type_ for type_ in (INVOICE, CUSTOMER, ITEM, TRANSACTION, CLASS, CURRENCY, TERM)
}
