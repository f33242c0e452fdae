"""A resource → the vendor's answer: every key, in the vendor's order, null where there is nothing.

The tables are compiled once, when this module is imported. An answer starts as a copy of an object in which all is
null, and what the resource has is laid over it; numbers are written out here, so that no float is ever made of them.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final

from msgspec import Raw, Struct

from counterfoil.core.dates import local_moment
from counterfoil.core.money import plain
from counterfoil.dialects.conductor.table import Part, Row, Table, is_shared, kind_of
from counterfoil.dialects.conductor.tables import ROOT, TABLES
from counterfoil.model.kinds import Amount, Day, Kind, Many, Moment, Number, Percentage, Price, To
from counterfoil.model.outcome import Deleted, Voided
from counterfoil.model.query import Page
from counterfoil.model.shape import Resource
from counterfoil.model.values import Ref

Answer = dict[str, Any]
Renderer = Callable[[Any], Answer]
Convert = Callable[[Any], object]


class View(Struct, frozen=True, kw_only=True):
    """What of a resource is shown; the arrays that are left out are empty."""

    lines: bool = True
    links: bool = True
    shipping_addresses: bool = True

    @property
    def hidden(self) -> tuple[str, ...]:
        parts = ((self.lines, _LINES), (self.links, _LINKS), (self.shipping_addresses, _SHIPPING_ADDRESSES))
        return tuple(key for shown, keys in parts if not shown for key in keys)


_LINES = ("lines", "lineGroups", "appliedToTransactions")
_LINKS = ("linkedTransactions",)
_SHIPPING_ADDRESSES = ("alternateShippingAddresses",)

WHOLE: Final = View()


def render(table: Table, thing: Resource, view: View = WHOLE) -> Answer:
    answer = _RENDERERS[table.path](thing)
    if view is not WHOLE:
        answer.update((key, []) for key in view.hidden if key in answer)
    return answer


def render_page(table: Table, page: Page, cursor: str | None, view: View = WHOLE, *, root: str = ROOT) -> Answer:
    """A page of a list; `cursor` leads to the next one. Lists that do not page say nothing about more."""
    answer = render_list(f"{root}/{table.path}", [render(table, thing, view) for thing in page.items])
    if table.paging == "cursor":
        answer["nextCursor"] = cursor
        answer["remainingCount"] = page.remaining if cursor else 0
        answer["hasMore"] = cursor is not None
    return answer


def render_list(url: str, data: list[Answer]) -> Answer:
    return {"objectType": "list", "url": url, "data": data}


def render_deleted(table: Table, deleted: Deleted) -> Answer:
    return {"id": deleted.id, "objectType": table.object_type, "refNumber": deleted.label or None, "deleted": True}


def render_voided(table: Table, voided: Voided) -> Answer:
    return {
        "id": voided.id,
        "objectType": table.object_type,
        "createdAt": local_moment(voided.created_at),
        "updatedAt": local_moment(voided.updated_at),
        "refNumber": voided.ref_number or None,
        "voided": True,
    }


def _renderer(model: type[Struct], rows: tuple[Row, ...], object_type: str | None) -> Renderer:
    """The renderer of one object, made of its rows."""
    told = [row for row in rows if row.in_answer]
    blank = _blank(told, object_type)
    held = [row for row in told if row.told is None]
    computed = [(row.key, row.told) for row in told if row.told is not None]
    columns = [(row.key, _conversion(row, model)) for row in held]
    values_of = _getter([row.field for row in held])

    def render_one(thing: Any) -> Answer:
        answer = blank.copy()
        for (key, convert), value in zip(columns, values_of(thing), strict=True):
            if value is not None:
                answer[key] = value if convert is None else convert(value)
        for key, compute in computed:
            answer[key] = compute(thing)
        return answer

    return render_one


def _blank(rows: list[Row], object_type: str | None) -> Answer:
    """All keys in their order; the object type follows the id where there is one."""
    keys = [row.key for row in rows]
    if object_type is not None:
        keys.insert(keys.index("id") + 1, "objectType")
    return dict.fromkeys(keys) | ({"objectType": object_type} if object_type else {})


def _getter(fields: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    if len(fields) > 1:
        return attrgetter(*fields)
    only = fields[0]
    return lambda thing: (getattr(thing, only),)


def _conversion(row: Row, model: type[Struct]) -> Convert | None:
    """How a value that is there is written; None where it is written as it is."""
    kind = kind_of(row, model)
    if row.table is not None:
        inner = _renderer_of(row.table)
        if not isinstance(kind, Many):
            return inner
        return _of_one_shape(row.table.model, inner) if is_shared(row, model) else _each(inner)
    if isinstance(kind, Many):
        return _each(_CONVERSIONS[type(kind.of[0])])
    return _filled if row.blank else _CONVERSIONS.get(type(kind))


def _each(convert: Convert) -> Convert:
    return lambda values: [convert(value) for value in values]


def _of_one_shape(model: type[Struct], convert: Convert) -> Convert:
    return lambda values: [convert(value) for value in values if type(value) is model]


def _renderer_of(part: Part) -> Renderer:
    return _renderer(part.model, part.rows, part.object_type)


def _ref(value: Ref) -> Answer:
    return {"id": value.id, "fullName": value.full_name}


def _money(value: Decimal) -> str:
    return f"{value:.2f}"


def _number(value: Decimal) -> object:
    """A JSON number, written digit by digit."""
    whole = int(value)
    return whole if whole == value else Raw(plain(value).encode())


def _filled(text: str) -> str | None:
    return text or None


_CONVERSIONS: Mapping[type[Kind], Convert] = {
    Amount: _money,
    Price: plain,
    Percentage: plain,
    Number: _number,
    Day: date.isoformat,
    Moment: local_moment,
    To: _ref,
}
_RENDERERS: Mapping[str, Renderer] = {
    table.path: _renderer(table.model, table.rows, table.object_type) for table in TABLES.values()
}
