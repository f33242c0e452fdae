"""Objects in which every element of a message is used, made of the tables, each value plausible and ever the same."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import Struct

from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.command import Create, LineChange, Update
from counterfoil.model.kinds import (
    Amount,
    Choice,
    Day,
    Flag,
    Guid,
    Kind,
    Many,
    Moment,
    Number,
    Percentage,
    Price,
    Text,
    To,
    Whole,
)
from counterfoil.model.lines import SalesLine
from counterfoil.model.receivables import Application
from counterfoil.model.shape import fields_of
from counterfoil.model.values import Ref
from counterfoil.wire.qbxml.slots import Slot, kind_of, layout_of
from counterfoil.wire.qbxml.table import KEPT_LINES, Map, Part, Verb, version_of
from counterfoil.wire.qbxml.values import Instant, Interval, LastMoment, Owner

V13 = version_of("13.0")
MOMENT = 1769331723
GUID = "6f1c2a9e-4b7d-4c1e-9a53-0d2f8b61c7aa"

TEXTS: Mapping[str, str] = {
    "id": "1C5D-1769331723",
    "revision": "1769331723",
    "transaction_id": "1A4F-1769331001",
    "transaction_line_id": "1A50-1769331001",
    "credit_transaction_id": "19C2-1769330500",
    "link_to_transactions": "1A4F-1769331001",
    "owner_id": "0",
    "ref_number": "INV-1042",
    "name": "Café & Söhne",
    "initial": "MKR",
    "currency_code": "CAD",
    "email": "books@example.com",
    "state": "OR",
    "postal_code": "97201",
    "description": 'Fitting of 3 <large> doors, "oak"',
    "date": "2026-01-25",
    "number": "************1111",
    "transaction_authorized_at": "2026-01-25T09:02:03",
    "expiration_date": "2027-01-31",
    "account_number": "4020",
    "supported_versions": "13.0",
    "file_mode": "SingleUser",
    "major_version": "34",
    "minor_version": "0",
    "country": "US",
}
CHOICES: Mapping[str, str] = {
    "template_type": "invoice",
    "transaction_type": "charge",
    "decimal_places": "2",
    "account_type": "income",
}
VALUES: Mapping[type[Kind], Callable[[Kind, str], Any]] = {
    Amount: lambda _, name: Decimal("-1250.40") if "discount" in name else Decimal("1250.40"),
    Price: lambda *_: Decimal("12.3456"),
    Percentage: lambda *_: Decimal("8.25"),
    Number: lambda *_: Decimal("2.5"),
    Whole: lambda kind, name: 12 if getattr(kind, "least", 0) <= 12 <= getattr(kind, "most", 12) else 1,
    Flag: lambda *_: True,
    Day: lambda *_: date(2026, 1, 25),
    Moment: lambda *_: MOMENT,
    LastMoment: lambda *_: MOMENT + 86400,
    Owner: lambda *_: "0",
    Interval: lambda *_: 150,
    Instant: lambda *_: "2026-01-25T09:02:03",
    Guid: lambda *_: GUID,
    Choice: lambda kind, name: CHOICES.get(name) or getattr(kind, "options", ("",))[0],
    To: lambda kind, name: Ref(f"8000{len(name):04X}-1700000000", _named(getattr(kind, "resources", ()))),
    Text: lambda kind, name: _text(name, getattr(kind, "longest", 10)),
}


def _text(name: str, longest: int) -> str:
    return TEXTS.get(name, name.replace("_", " ").capitalize())[:longest]


def _named(resources: tuple[str, ...]) -> str:
    first = resources[0] if resources else "other"
    if first == "sales_tax_codes":
        return "Tax"
    if first == "sales_representatives":
        return "MKR"
    return CATALOGUE[first].thing.capitalize()[:15] if first in CATALOGUE else "Other"


def sample(part: Part, verb: Verb) -> Any:
    """An object with a value in every element that `verb` has, but for the rivals of a choice."""
    return part.model(**_values(part, verb))


def _values(part: Part, verb: Verb) -> dict[str, Any]:
    values: dict[str, Any] = {}
    chosen: dict[str, str] = {}
    for slot in layout_of(part, verb, V13).slots:
        row = slot.row
        if not row.field or slot.early or row.field in values:
            continue
        if row.choice and chosen.setdefault(row.choice, row.field) != row.field:
            continue
        values[row.field] = _value(slot, part.model, verb)
    return values


def _value(slot: Slot, model: type[Struct], verb: Verb) -> Any:
    if slot.shared:
        return _lines(slot, model, verb)
    if slot.row.part is not None:
        one = sample(slot.row.part, verb)
        return (one,) if slot.many else one
    if slot.row.convert is not None and slot.row.field == "barcode":
        return _barcode(model)
    kind = kind_of(slot.row, model)
    assert kind is not None
    one = VALUES[type(kind)](kind, slot.row.field)
    if isinstance(kind, Flag) and slot.row.convert is not None:
        one = slot.row.convert.inward(False)
    if isinstance(one, Ref) and verb != "r":
        one = Ref(one.id)
    return (one,) if isinstance(fields_of(model)[slot.row.field].kind, Many) else one


def _barcode(model: type[Struct]) -> Any:
    kind: Any = fields_of(model)["barcode"].kind
    return kind.struct(value="0123456789012")


def _lines(slot: Slot, model: type[Struct], verb: Verb) -> Any:
    """A line, a group, and a line again."""
    parts = {each.row.part.entry: each.row.part for each in slots_beside(slot, model, verb) if each.row.part}
    return tuple(sample(parts[entry], verb) for entry in ("line", "group", "line"))


def slots_beside(slot: Slot, model: type[Struct], verb: Verb) -> list[Slot]:
    from_part = PARTS[model]
    return [each for each in layout_of(from_part, verb, V13).slots if each.place == slot.place]


NEVER_SENT = {("Employee", "called"), ("TimeTracking", "rate")}
"""What is read of callers, and not sent to an American QuickBooks, which does not know it."""

PARTS: dict[type[Struct], Part] = {}


def draft_of(table: Map) -> Create:
    PARTS[table.part.model] = table.part
    return Create(resource=table.resource, draft=of_model(table, sample(table.part, "a"), "a"))


def least_of(table: Map) -> Create:
    """A draft with what its Add cannot do without, and nothing else."""
    whole = draft_of(table)
    slots = layout_of(table.part, "a", V13).slots
    needed = {slot.row.field for slot in slots if slot.row.needed("a") and slot.row.field != "applications"}
    needed -= {"", "is_auto_apply", "ref_number"}
    values = table.inward({name: getattr(table.spoken(whole.draft, "a"), name) for name in needed}, "m")
    if "lines" in values:
        values["lines"] = (SalesLine(description="One line of text"),)
    if table.resource == "bill_payments":
        values["applications"] = (Application(transaction_id="1A4F-1769331001", payment_amount=Decimal(5)),)
    if table.only is not None:
        values[table.only[0]] = table.only[1]
    return Create(resource=table.resource, draft=table.model(**values))


def object_of(table: Map) -> Any:
    PARTS[table.part.model] = table.part
    return of_model(table, sample(table.part, "r"), "r")


def of_model(table: Map, thing: Any, verb: Verb) -> Any:
    """An object of a table's part as the model has it."""
    sent = {name for name in thing.__struct_fields__ if verb == "r" or (table.name, name) not in NEVER_SENT}
    return table.thing({name: getattr(thing, name) for name in sent}, verb)


def update_of(table: Map) -> Update:
    """Every element of a Mod, lines among them as changes."""
    PARTS[table.part.model] = table.part
    sent = _values_of_change(table.part)
    values = table.inward({name: sent[name] for name in sent if (table.name, name) not in NEVER_SENT}, "m")
    identifier, revision = values.pop("id"), values.pop("revision")
    kept = values.pop(KEPT_LINES, "none")
    return Update(resource=table.resource, id=identifier, revision=revision, changes=values, kept_lines=kept)


def _values_of_change(part: Part) -> dict[str, Any]:
    values = _values(part, "m")
    changed: dict[str, Any] = {}
    for slot in layout_of(part, "m", V13).slots:
        name = slot.row.field
        if name in values and slot.row.part is not None:
            changed[name] = _as_change(slot, values[name], changed.get(name, ()))
    return values | changed


def _as_change(slot: Slot, value: Any, before: tuple[LineChange, ...]) -> Any:
    part = slot.row.part
    assert part is not None
    if part.entry == "value":
        return value if slot.many else _values_of_change(part)
    return (*before, line_change(part, "1C5E-1769331723"), line_change(part, "-1"))


def line_change(part: Part, identifier: str) -> LineChange:
    changes = _values_of_change(part)
    changes.pop("id")
    return LineChange(id=identifier, changes=changes, is_group=part.entry == "group", lines=changes.pop("lines", None))
