"""Rows that many entities share."""

from typing import Any, Final

from counterfoil.core.dates import local_moment
from counterfoil.model.shape import Resource, Transaction
from counterfoil.wire.qbo.forms import FLAG, TEXT, to
from counterfoil.wire.qbo.table import Filter, Form, Json, Known, Row, row, space_of, sync_token, told


def _times(thing: Resource, _known: Known) -> Json | None:
    if not thing.created_at:
        return None
    return {"CreateTime": local_moment(thing.created_at), "LastUpdatedTime": local_moment(thing.updated_at)}


ENTITY: Final[tuple[Row, ...]] = (
    told("Id", lambda thing, known: known.number(space_of(thing), thing.id)),
    told("SyncToken", lambda thing, _known: sync_token(thing)),
    told("MetaData", _times),
)
"""What every entity ends with."""

NAMED: Final[tuple[Row, ...]] = (
    row("Name", "name", TEXT),
    row("Active", "is_active", FLAG),
)


def branch(space: str, sub: str) -> tuple[Row, ...]:
    """Name, parent and full name of what may stand below another; `sub` is the key that tells whether it does."""
    return (
        row("Name", "name", TEXT),
        told(sub, lambda thing, _known: thing.parent is not None),
        row("ParentRef", "parent", to(space)),
        told("FullyQualifiedName", lambda thing, _known: thing.full_name),
        row("Active", "is_active", FLAG),
    )


def currency_rows(rate: Form) -> tuple[Row, ...]:
    """The currency of a document, and its rate where it is foreign."""

    def exchange_rate(thing: Any, known: Known) -> Any:
        foreign = known.is_foreign(thing.currency) and thing.exchange_rate is not None
        return rate.write(thing.exchange_rate, known) if foreign else None

    return (
        told("CurrencyRef", lambda thing, known: {"value": known.currency(thing.currency)}),
        told("ExchangeRate", exchange_rate),
    )


def _custom_fields(thing: Transaction, _known: Known) -> list[Json] | None:
    fields = [
        {"DefinitionId": str(number), "Name": each.name, "Type": "StringType", "StringValue": each.value}
        for number, each in enumerate(thing.custom_fields, 1)
    ]
    return fields or None


CUSTOM_FIELDS: Final = told("CustomField", _custom_fields)

BY_NAME: Final = {
    "name": Filter("name", "text"),
    "metadata.lastupdatedtime": Filter("updated_at", "moment"),
    "metadata.createtime": Filter("created_at", "moment"),
}
"""How the books find objects of lists themselves."""
