"""The rows of a part made ready for one verb and version: what each element is, and how its value is read and told."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from msgspec import Struct

from counterfoil.model.kinds import Kind, Many, Nested, Text, To
from counterfoil.model.shape import fields_of
from counterfoil.wire.qbxml.table import Part, Row, Verb, Version
from counterfoil.wire.qbxml.values import Codec, codec_of

LONGEST_NAME: Final = 209
NAMES: Final[Mapping[str, int]] = {
    "accounts": 159,
    "billing_rates": 31,
    "classes": 159,
    "currencies": 64,
    "customer_messages": 101,
    "customer_types": 159,
    "date_driven_terms": 31,
    "inventory_sites": 31,
    "item_groups": 31,
    "job_types": 159,
    "payment_methods": 31,
    "price_levels": 31,
    "sales_representatives": 5,
    "sales_tax_codes": 3,
    "shipping_methods": 15,
    "standard_terms": 31,
    "templates": 31,
    "unit_of_measure_sets": 31,
    "vendor_types": 159,
    "vendors": 41,
}
"""How long the full name in a reference may be, by what is referred to; items and customers take the longest."""


@dataclass(frozen=True, slots=True, eq=False)
class Slot:
    """One element of a part; `longest` is how long its text may be, nil where that is no matter.

    `place` is its rank in the order; entries of several shapes in one field share it. `early` says that the version
    at hand does not know it yet; `optional` that the model's field may be empty.
    """

    row: Row
    place: int
    form: Literal["single", "ref", "part"]
    many: bool
    shared: bool
    optional: bool
    early: bool
    codec: Codec | None = None
    longest: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """All slots of a part for one verb, in order and by element."""

    slots: tuple[Slot, ...]
    by_tag: Mapping[str, Slot]
    defaults: Mapping[str, object]


@cache
def layout_of(part: Part, verb: Verb, version: Version) -> Layout:
    rows = [row for row in part.rows if row.serves(verb)]
    slots = []
    place = -1
    for index, row in enumerate(rows):
        shared = _is_shared(row, part.model)
        if not row.beside and not (shared and index and rows[index - 1].field == row.field):
            place += 1
        slots.append(_slot(row, part.model, place, shared=shared, version=version))
    return Layout(tuple(slots), {slot.row.tag: slot for slot in slots}, _defaults(part.model))


def kind_of(row: Row, model: type[Struct]) -> Kind | None:
    """What an element holds: as the row says, else as the model says; None where no field has what it holds."""
    if row.kind is not None or not row.field:
        return row.kind
    kind = fields_of(model)[row.field].kind
    return kind.of[0] if isinstance(kind, Many) else kind


def _is_shared(row: Row, model: type[Struct]) -> bool:
    kind = fields_of(model)[row.field].kind if row.field else None
    return isinstance(kind, Many) and len(kind.of) > 1


def _slot(row: Row, model: type[Struct], place: int, *, shared: bool, version: Version) -> Slot:
    field = fields_of(model)[row.field] if row.field else None
    many = row.repeats or (field is not None and isinstance(field.kind, Many))
    optional = field is None or field.optional
    early = row.since > version
    kind = kind_of(row, model)
    if row.part is not None or kind is None or isinstance(kind, Nested):
        return Slot(row, place, "part", many, shared, optional, early)
    if isinstance(kind, To):
        longest = max((NAMES.get(resource, LONGEST_NAME) for resource in kind.resources), default=LONGEST_NAME)
        return Slot(row, place, "ref", many, shared, optional, early, codec_of(Text(longest)), longest)
    limit = kind.longest if isinstance(kind, Text) else 0
    return Slot(row, place, "single", many, shared, optional, early, codec_of(kind), limit)


def _defaults(model: type[Struct]) -> Mapping[str, object]:
    empty = model()
    return {name: getattr(empty, name) for name in model.__struct_fields__}
