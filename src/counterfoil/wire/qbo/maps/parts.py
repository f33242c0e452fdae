"""Rows that many entities share."""

from decimal import Decimal
from typing import Any, Final

from counterfoil.core.dates import local_moment
from counterfoil.model.addresses import CustomField
from counterfoil.model.shape import Resource
from counterfoil.model.values import Ref
from counterfoil.wire.qbo.forms import FLAG, NUMBER, TEXT, to
from counterfoil.wire.qbo.table import Filter, Form, Json, Known, Row, own, row, space_of, sync_token, told

ONE: Final = Decimal(1)


def _times(thing: Resource, _known: Known) -> Json | None:
    if not thing.created_at:
        return None
    return {"CreateTime": local_moment(thing.created_at), "LastUpdatedTime": local_moment(thing.updated_at)}


ENTITY: Final[tuple[Row, ...]] = (
    told("Id", lambda thing, known: known.number(space_of(thing), thing.id)),
    told("SyncToken", lambda thing, _known: sync_token(thing)),
    told("MetaData", _times),
)
"""What every entity ends with; whoever reads an answer reads these first."""

ACTIVE: Final = row("Active", "is_active", FLAG, "kept")


def name(most: int) -> Row:
    return row("Name", "name", TEXT, most=most, required=True)


def named(most: int) -> tuple[Row, ...]:
    return (name(most), ACTIVE)


def branch(space: str, sub: str) -> tuple[Row, ...]:
    """Name, parent and full name of what may stand below another; `sub` is the key that tells whether it does."""
    return (
        name(100),
        told(sub, lambda thing, _known: thing.parent is not None),
        row("ParentRef", "parent", to(space)),
        own("FullyQualifiedName", "full_name", TEXT),
        ACTIVE,
    )


def _currency(value: Any, known: Known) -> Ref | None:
    """A currency by its letters, which are its id in books that have no other."""
    code = value.get("value") if isinstance(value, dict) else value
    if not code:
        return None
    id = next((id for id, letters in known.currencies.items() if letters == code), str(code))
    return Ref(id, value.get("name") if isinstance(value, dict) else None)


CURRENCY: Final = Row(
    "CurrencyRef",
    "currency",
    Form(lambda value, known: {"value": known.currency(value)}, _currency, "a reference"),
    told=lambda thing, known: {"value": known.currency(thing.currency)},
    use="once",
)
"""The currency of a document, a person or an account: fixed once there is one."""


def currency_rows(rate: Form = NUMBER) -> tuple[Row, ...]:
    """The currency of a document, and its rate where it is foreign."""

    def exchange_rate(thing: Any, known: Known) -> Any:
        foreign = known.is_foreign(thing.currency) and thing.exchange_rate is not None
        return rate.write(thing.exchange_rate, known) if foreign else None

    def asked(thing: Any, known: Known) -> Any:
        return rate.write(thing.exchange_rate, known) if thing.exchange_rate not in (None, ONE) else None

    return CURRENCY, Row("ExchangeRate", "exchange_rate", rate, exchange_rate, asked=asked, use="kept")


def _custom_fields(thing: Any, _known: Known) -> list[Json] | None:
    fields = [_custom_field(str(number), each) for number, each in enumerate(thing.custom_fields, 1)]
    return fields or None


def _asked_custom_fields(thing: Any, known: Known) -> list[Json] | None:
    """Only fields that the company has defined can be sent."""
    fields = [
        _custom_field(known.definitions[each.name], each)
        for each in thing.custom_fields
        if each.name in known.definitions
    ]
    return fields or None


def _custom_field(id: str, field: CustomField) -> Json:
    return {"DefinitionId": id, "Name": field.name, "Type": "StringType", "StringValue": field.value}


def _heard_custom_fields(given: Json, _known: Known) -> dict[str, Any]:
    fields = (
        CustomField(name=str(each.get("Name") or each.get("DefinitionId") or ""), value=str(each["StringValue"]))
        for each in listed(given["CustomField"])
        if each.get("StringValue") not in (None, "")
    )
    return {"custom_fields": tuple(fields)}


CUSTOM_FIELDS: Final = Row(
    "CustomField",
    "custom_fields",
    told=_custom_fields,
    heard=_heard_custom_fields,
    asked=_asked_custom_fields,
)


def listed(value: Any) -> list[Json]:
    """A list of objects; one that stands alone is a list of one."""
    many = value if isinstance(value, list) else [value]
    if not all(isinstance(each, dict) for each in many):
        raise ValueError(type(value).__name__)
    return many


BY_NAME: Final = {
    "name": Filter("name", "text"),
    "metadata.lastupdatedtime": Filter("updated_at", "moment"),
    "metadata.createtime": Filter("created_at", "moment"),
}
"""How the books find objects of lists themselves."""

COMMON: Final = frozenset({"Id", "SyncToken", "MetaData", "domain", "sparse", "status", "time", "AttachableRef"})
"""Keys that every object of Intuit's may have, and that nobody's fields stand behind."""

TOLD: Final = frozenset(
    {
        "AllowIPNPayment",
        "AllowOnlinePayment",
        "Balance",
        "BalanceWithJobs",
        "Classification",
        "CompanyStartDate",
        "CurrentBalance",
        "CurrentBalanceWithSubAccounts",
        "DeliveryInfo",
        "EInvoiceStatus",
        "FreeFormAddress",
        "FullyQualifiedName",
        "HomeBalance",
        "HomeTotalAmt",
        "InvoiceLink",
        "Level",
        "MetaData",
        "RecurDataRef",
        "RemainingCredit",
        "TaxExemptionRef",
        "UnappliedAmt",
        "domain",
        "sparse",
        "status",
        "time",
    }
)
"""What Intuit tells and nobody sends."""
