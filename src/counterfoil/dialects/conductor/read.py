"""A body → what it asks for. Every problem is found before any is told; places are in the caller's own spelling.

The tables are compiled once, when this module is imported: each object into a mapping from key to `Slot`.
"""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, Final, Literal, NamedTuple

from msgspec import Struct

from counterfoil.core.errors import Invalid
from counterfoil.core.problems import Place, Problem
from counterfoil.dialects.conductor.table import Part, Row, Table, is_shared, kind_of
from counterfoil.dialects.conductor.tables import TABLES
from counterfoil.dialects.conductor.values import Flaw, reader, wrong_type
from counterfoil.model.command import LineChange, Update
from counterfoil.model.kinds import Kind, Many
from counterfoil.model.shape import Resource, fields_of

MAX_LINES: Final = 500
"""Lines and groups of lines in one body, or transactions that one payment is applied to."""

MOST_PROBLEMS: Final = 100
MOST_HINTS: Final = 20
LONGEST_NAME: Final = 60
"""How much is told about one body, so that a senseless one costs little."""

_COUNTED = ("lines", "lineGroups", "applyToTransactions")

Problems = list[Problem]
Values = dict[str, Any]
ObjectReader = Callable[[Any, Place, Problems], Any]
Finish = Callable[[Values], None]


class Slot(NamedTuple):
    """Where a key's value goes, and how it is read: a `single` value by itself, others with place and problems."""

    name: str
    single: bool
    read: Callable[..., Any]


def read_create(table: Table, body: Mapping[str, Any], *, max_lines: int = MAX_LINES) -> Resource:
    """The draft that a create body describes: only what the caller gave is set."""
    return table.model(**_values(_CREATE[table.path], body, max_lines))


def read_update(table: Table, id: str, body: Mapping[str, Any], *, max_lines: int = MAX_LINES) -> Update:
    """The change that an update body describes, by fields of the model.

    A field that is itself a part (an address, the details of an item) is given as a mapping of *its* changes; lines
    are tuples of `LineChange`; every other array is given whole.
    """
    changes = _values(_UPDATE[table.path], body, max_lines)
    revision = changes.pop("revision")
    return Update(resource=table.resource, id=id, revision=revision, changes=changes, kept_lines=_silent_about(body))


def _silent_about(body: Mapping[str, Any]) -> Literal["none", "plain", "groups"]:
    """`lines` and `lineGroups` are two sets: the one that an update does not name stays as it is."""
    if "lines" in body and "lineGroups" not in body:
        return "groups"
    return "plain" if "lineGroups" in body and "lines" not in body else "none"


def _values(read: ObjectReader, body: Mapping[str, Any], max_lines: int) -> Values:
    problems: Problems = []
    count = sum(len(body[key]) for key in _COUNTED if type(body.get(key)) is list)
    if count > max_lines:
        place = next(key for key in _COUNTED if type(body.get(key)) is list)
        raise Invalid(Problem("too_many", (place,), {"limit": max_lines, "count": count}))
    values: Values = read(body, (), problems)
    if problems:
        raise Invalid(*problems[:MOST_PROBLEMS])
    return values


def _object(model: type[Struct], rows: tuple[Row, ...], verb: str) -> ObjectReader:
    """The reader of one object: its values by field, problems set aside."""
    sent = [row for row in rows if row.in_body(verb)]
    slots = {row.sent: _slot(row, model, verb) for row in sent}
    needed = {row.sent: None for row in sent if row.needed(verb)}.keys()
    finish = _finishers(model, sent)
    hint = _hints(rows, verb)

    def read(value: Any, place: Place, problems: Problems) -> Values:
        if type(value) is not dict:
            raise wrong_type("an object", value)
        values: Values = {}
        for key, given in value.items():
            slot = slots.get(key)
            if slot is None:
                problems.append(_unknown(key, place, hint if len(problems) < MOST_HINTS else _no_hint))
                continue
            name, single, read_slot = slot
            try:
                values[name] = read_slot(given) if single else read_slot(given, (*place, key), problems)
            except Flaw as flaw:
                problems.append(Problem(flaw.kind, (*place, key), flaw.values))
        if not needed <= value.keys():
            problems.extend(Problem("required", (*place, key)) for key in needed if key not in value)
        for step in finish:
            step(values)
        return values

    return read


def _slot(row: Row, model: type[Struct], verb: str) -> Slot:
    kind = kind_of(row, model)
    name = row.key if is_shared(row, model) or not row.field else row.field
    if isinstance(kind, Many):
        return Slot(name, False, _array(_entry(row.table, verb) if row.table else _single_entry(kind.of[0])))
    if row.table is not None:
        inner = _object(row.table.model, row.table.rows, verb)
        return Slot(name, False, inner if verb == "u" else _built(row.table.model, inner))
    required = row.needed("c")
    optional = not row.field or (fields_of(model)[row.field].optional and not required)
    blank = row.blank and (verb == "c" or required)
    return Slot(name, True, reader(kind, optional=optional, blank=blank, kept=row.kept))


def _array(entry: ObjectReader) -> ObjectReader:
    def read(value: Any, place: Place, problems: Problems) -> tuple[Any, ...]:
        if type(value) is not list:
            raise wrong_type("an array", value)
        if not value:
            raise Flaw("too_few", {})
        entries = []
        for index, given in enumerate(value):
            try:
                entries.append(entry(given, (*place, index), problems))
            except Flaw as flaw:
                problems.append(Problem(flaw.kind, (*place, index), flaw.values))
        return tuple(entries)

    return read


def _single_entry(kind: Kind) -> ObjectReader:
    single = reader(kind, optional=False)
    return lambda value, _place, _problems: single(value)


def _entry(part: Part, verb: str) -> ObjectReader:
    """One entry of an array: a part of the model, or in an update the change of a line that an id names."""
    inner = _object(part.model, part.rows, verb)
    if verb == "c" or part.entry == "value":
        return _built(part.model, inner)
    return _line_change(inner, is_group=part.entry == "group")


def _built(model: type[Struct], inner: ObjectReader) -> ObjectReader:
    return lambda value, place, problems: model(**inner(value, place, problems))


def _line_change(inner: ObjectReader, *, is_group: bool) -> ObjectReader:
    def read(value: Any, place: Place, problems: Problems) -> LineChange:
        changes = inner(value, place, problems)
        return LineChange(
            id=changes.pop("id", ""), changes=changes, is_group=is_group, lines=changes.pop("lines", None)
        )

    return read


def _finishers(model: type[Struct], sent: list[Row]) -> tuple[Finish, ...]:
    """What is left to do when all keys of an object have been read; for most objects, nothing."""
    steps: list[Finish] = []
    shared = [row for row in sent if is_shared(row, model)]
    if shared:
        steps.append(_gathered(shared[0].field, tuple(row.key for row in shared)))
    steps.extend(_cleared(row.key, row.clears) for row in sent if row.clears)
    steps.extend(_dropped(row.key) for row in sent if not row.field)
    return tuple(steps)


def _gathered(field: str, keys: tuple[str, ...]) -> Finish:
    """Entries of several shapes become one tuple, in the order of the rows."""

    def finish(values: Values) -> None:
        given = [values.pop(key) for key in keys if key in values]
        if given:
            values[field] = sum(given, ())

    return finish


def _cleared(key: str, field: str) -> Finish:
    def finish(values: Values) -> None:
        if values.get(key):
            values.setdefault(field, ())

    return finish


def _dropped(key: str) -> Finish:
    def finish(values: Values) -> None:
        values.pop(key, None)

    return finish


def _unknown(key: str, place: Place, hint: Callable[[str], str]) -> Problem:
    name = key[:LONGEST_NAME]
    return Problem("unknown_field", (*place, name), {"name": name, "hint": hint(name)})


def _no_hint(_: str) -> str:
    return ""


def _hints(rows: tuple[Row, ...], verb: str) -> Callable[[str], str]:
    """What to say about a key that is not known here."""
    known = [row.sent for row in rows if row.in_body(verb)]
    created = {row.sent for row in rows if row.in_body("c")} - set(known)
    changed = {row.sent for row in rows if row.in_body("u")} - set(known)
    answered = {row.key for row in rows if row.in_answer} - set(known)

    def hint(key: str) -> str:
        if key in created:
            return " (it can only be set when the object is created)"
        if key in changed:
            return " (it can only be sent in an update)"
        near = get_close_matches(key, known, 1)
        if near:
            return f" (did you mean `{near[0]}`?)"
        return " (it is computed, and only told in answers)" if key in answered else ""

    return hint


_CREATE = {table.path: _object(table.model, table.rows, "c") for table in TABLES.values() if "C" in table.verbs}
_UPDATE = {table.path: _object(table.model, table.rows, "u") for table in TABLES.values() if "U" in table.verbs}
