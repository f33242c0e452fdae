"""The tables agree with the model, with the catalogue and with themselves."""

from collections import Counter
from collections.abc import Iterator

import pytest

from counterfoil.dialects.conductor.tables import TABLES
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.kinds import Many
from counterfoil.model.shape import fields_of
from counterfoil.wire.qbxml.maps.company import HOST
from counterfoil.wire.qbxml.messages import LIST_TYPES, MAPS, MESSAGES, TXN_TYPES, Message
from counterfoil.wire.qbxml.slots import kind_of, layout_of
from counterfoil.wire.qbxml.table import Map, Part, Verb, version_of
from counterfoil.wire.qbxml.values import codec_of, spelled

EVERY = pytest.mark.parametrize("table", MAPS, ids=lambda table: table.name)
VERBS: tuple[Verb, ...] = ("a", "m", "r")


def parts(part: Part, place: str) -> Iterator[tuple[str, Part]]:
    yield place, part
    for row in part.rows:
        if row.part is not None:
            yield from parts(row.part, f"{place}.{row.tag}")


ONLINE_ONLY = {"refund_receipts", "attachables", "departments"}
"""What only QuickBooks Online has: it is no part of qbXML at all."""


def test_every_resource_of_the_catalogue_has_a_table_but_those_of_online_books() -> None:
    assert {table.resource for table in MAPS} == {*CATALOGUE, HOST} - ONLINE_ONLY
    assert all(CATALOGUE[table.resource].model is table.model for table in MAPS if table.resource != HOST)


@EVERY
def test_every_row_leads_to_a_field(table: Map) -> None:
    missing = [
        f"{place}.{row.tag}: {row.field}"
        for whole in (table.part, table.query)
        for place, part in parts(whole, table.name)
        for row in part.rows
        if row.field and row.field not in fields_of(part.model)
    ]
    assert missing == []


@EVERY
@pytest.mark.parametrize("verb", VERBS)
def test_no_element_stands_twice(table: Map, verb: Verb) -> None:
    for place, part in parts(table.part, table.name):
        tags = Counter(row.tag for row in part.rows if row.serves(verb))
        assert [tag for tag, count in tags.items() if count > 1] == [], place


@EVERY
def test_every_value_can_be_read_and_written(table: Map) -> None:
    for place, part in parts(table.part, table.name):
        for verb in VERBS:
            for slot in layout_of(part, verb, version_of("99.0")).slots:
                assert slot.codec is not None or slot.form == "part", f"{place}.{slot.row.tag}"


CONDUCTOR = {table.resource: table for table in TABLES.values()}
"""The other vocabulary of the same books: a field that it has and qbXML lacks has been forgotten."""


@pytest.mark.parametrize("letters", ["ca", "um", "rr"])
@EVERY
def test_no_field_is_forgotten(table: Map, letters: str) -> None:
    verb = letters[1]
    if table.resource not in CONDUCTOR or verb not in table.verbs.lower() + "r":
        return
    known = {row.field for row in CONDUCTOR[table.resource].rows if letters[0] in row.occurs.lower() and row.field}
    spoken = {row.field for row in table.part.rows if verb in row.occurs.lower()}
    if not table.key:
        spoken |= {"id", "created_at", "updated_at", "revision"}
    assert known - spoken == set()


@pytest.mark.parametrize("message", MESSAGES.values(), ids=lambda message: message.name)
def test_choices_are_spelled_without_doubles(message: Message) -> None:
    for place, part in parts(message.part, message.name):
        for row in part.rows:
            kind = kind_of(row, part.model)
            options = getattr(kind, "options", ())
            assert len({spelled(option) for option in options}) == len(options), f"{place}.{row.tag}"
            if options and kind is not None:
                assert [codec_of(kind).read(spelled(option)) for option in options] == list(options)


def test_what_can_be_deleted_is_known_to_quickbooks() -> None:
    names = {table.name for table in MAPS if "D" in table.verbs}
    assert names <= TXN_TYPES | LIST_TYPES
    assert {table.name for table in MAPS if table.key} - names == {"Template"}


def test_lines_of_both_shapes_share_a_place() -> None:
    for table in MAPS:
        kind = fields_of(table.model)["lines"].kind if "lines" in fields_of(table.model) else None
        if isinstance(kind, Many) and len(kind.of) > 1:
            for verb in VERBS:
                slots = [slot for slot in layout_of(table.part, verb, version_of("13.0")).slots if slot.shared]
                assert [slot.row.part.entry for slot in slots if slot.row.part] == ["line", "group"]
                assert len({slot.place for slot in slots}) == 1
