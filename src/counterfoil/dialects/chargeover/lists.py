"""Classes, currencies and terms: smaller lists that invoices refer to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from counterfoil.dialects.chargeover import assumed
from counterfoil.dialects.chargeover.desk import Desk, Numbers, refuse
from counterfoil.dialects.chargeover.table import (
    KEY,
    Column,
    ObjectType,
    Sent,
    beside,
    drafted,
    in_model,
    kept,
    missing,
    read,
)
from counterfoil.dialects.chargeover.values import ID
from counterfoil.dispatch.submit import Aside
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.command import Create
from counterfoil.model.kinds import Flag, Moment, Number, Text, Whole
from counterfoil.model.lists import Currency
from counterfoil.model.shape import ListObject
from counterfoil.model.terms import StandardTerm

CLASSES: Final = ("classes",)
CURRENCIES: Final = ("currencies",)
TERMS: Final = ("standard_terms", "date_driven_terms")


@dataclass(frozen=True, slots=True)
class ListView:
    """An entry of a list, with its number and token."""

    thing: Any
    kept: Mapping[str, Any]
    number: int | None
    token: str | None


CLASS_COLUMNS: Final = (
    Column("class_id", ID, lambda v: v.number),
    Column("class_name", Text(), lambda v: v.thing.full_name),
    Column("external_key", KEY, kept("external_key")),
    Column("token", Text(), lambda v: v.token),
    Column("enabled", Flag(), lambda v: v.thing.is_active, "is_active"),
    Column("write_datetime", Moment(), lambda v: v.thing.created_at, "created_at"),
    Column("mod_datetime", Moment(), lambda v: v.thing.updated_at, "updated_at"),
)
CURRENCY_COLUMNS: Final = (
    Column("currency_id", ID, lambda v: v.number),
    Column("currency_name", Text(), lambda v: v.thing.name),
    Column("currency_symbol", Text(), lambda v: symbol(v.thing)),
    Column("currency_iso4217", Text(), lambda v: v.thing.currency_code),
    Column("exchange", Number(), lambda v: v.thing.exchange_rate),
    Column("enabled", Flag(), lambda v: v.thing.is_active, "is_active"),
)
TERMS_COLUMNS: Final = (
    Column("terms_id", ID, lambda v: v.number),
    Column("terms_name", Text(), lambda v: v.thing.name),
    Column("terms_days", Whole(), lambda v: days(v.thing)),
    Column("external_key", KEY, kept("external_key")),
    Column("token", Text(), lambda v: v.token),
    Column("enabled", Flag(), lambda v: v.thing.is_active, "is_active"),
)
CLASS_ROWS: Final = (
    Sent("class_name", Text(31), "name", also=("name",), needed=True),
    Sent("external_key", KEY),
)
TERMS_ROWS: Final = (
    Sent("terms_name", Text(31), "name", also=("name",), needed=True),
    Sent("terms_days", Whole(0, 9999), "due_days", needed=True),
    Sent("external_key", KEY),
)


def symbol(currency: Currency | None) -> str | None:
    if currency is None:
        return None
    return assumed.SYMBOLS.get(currency.currency_code, currency.currency_code)


def days(term: ListObject | None) -> int | None:
    """Days until an invoice is due; terms that name a day of the month have no such number."""
    if isinstance(term, StandardTerm):
        return term.due_days or 0
    return None


def _views(name: str, resources: Sequence[str]) -> Any:
    space = CATALOGUE[resources[0]].list

    async def views(desk: Desk, things: Sequence[Any], _: bool) -> list[ListView]:
        numbers: Numbers = await desk.numbers({space: [thing.id for thing in things]})
        kept_ = await desk.kept(things, resources)
        return [
            ListView(thing, kept_.get(thing.id, {}), numbers.of(space, thing.id), numbers.token(name, space, thing.id))
            for thing in things
        ]

    return views


def _create(resource: str, rows: tuple[Sent, ...], columns: tuple[Column, ...]) -> Any:
    row = CATALOGUE[resource]

    async def create(desk: Desk, body: Mapping[str, Any]) -> int:
        given, problems = read(rows, body, (), (column.name for column in columns))
        refuse(problems + missing(rows, given, ()))
        draft = drafted(row.model, in_model(rows, given))
        done = await desk.submit(
            Create(resource=resource, draft=draft), Aside(beside(rows, given), given.get("external_key"))
        )
        return await desk.number(row.list, done.result.id)

    return create


CLASS: Final = ObjectType(
    name="class",
    resources=CLASSES,
    space="classes",
    columns=CLASS_COLUMNS,
    views=_views("class", CLASSES),
    rows=CLASS_ROWS,
    create=_create("classes", CLASS_ROWS, CLASS_COLUMNS),
)
CURRENCY: Final = ObjectType(
    name="currency",
    resources=CURRENCIES,
    space="currencies",
    columns=CURRENCY_COLUMNS,
    views=_views("currency", CURRENCIES),
    by_external_key=False,
)
TERM: Final = ObjectType(
    name="terms",
    resources=TERMS,
    space="terms",
    columns=TERMS_COLUMNS,
    views=_views("terms", TERMS),
    rows=TERMS_ROWS,
    create=_create("standard_terms", TERMS_ROWS, TERMS_COLUMNS),
)
