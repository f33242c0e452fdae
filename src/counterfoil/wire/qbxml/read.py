"""Elements → values of the model, by the rows of their tables.

Requests are read strictly: the order, names and values of elements are checked, and every problem is kept with the path
of its element. What books returned is read leniently: what is not known is passed by, and nothing is refused.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

from msgspec import Struct

from counterfoil.core.problems import Place, Problem
from counterfoil.model.command import LineChange
from counterfoil.model.shape import Resource
from counterfoil.model.values import Ref
from counterfoil.wire.qbxml.guids import is_own_guid
from counterfoil.wire.qbxml.slots import Layout, Slot, layout_of
from counterfoil.wire.qbxml.table import Map, Part, Values, Verb, Version
from counterfoil.wire.qbxml.tree import Node
from counterfoil.wire.qbxml.values import Codec, Flaw, shown

MOST_PROBLEMS: Final = 100
MOST_HINTS: Final = 20
LONGEST_ID: Final = 36


class Problems(list[Problem]):
    """What is wrong with one request; of a senseless one, no more than anybody reads."""

    def append(self, problem: Problem) -> None:
        if len(self) < MOST_PROBLEMS:
            super().append(problem)

    def extend(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.append(problem)


@dataclass(frozen=True, slots=True)
class Reading:
    """One request being read, and all that is wrong with it.

    `structure` are the problems for which QuickBooks would not read the document at all: names and order of elements.
    `values` are those that it would answer with a status. `macros` are ids known by the names that were given to them
    earlier in the same set; `used` collects the names that were asked for.
    """

    verb: Verb
    version: Version
    macros: Mapping[str, str] = field(default_factory=dict)
    structure: Problems = field(default_factory=Problems)
    values: Problems = field(default_factory=Problems)
    used: list[str] = field(default_factory=list)

    @property
    def problems(self) -> tuple[Problem, ...]:
        return (*self.structure, *self.values)[:MOST_PROBLEMS]


def read_part(part: Part, node: Node, reading: Reading, place: Place) -> Values:
    """The values of an element's elements by field, checked."""
    layout = layout_of(part, reading.verb, reading.version)
    values: Values = {}
    if node.text.strip():
        reading.structure.append(Problem("wrong_type", place, {"expected": "elements", "received": "text"}))
    reached = -1
    last = ""
    chosen: dict[str, str] = {}
    counts: dict[str, int] = {}
    for child in node.children:
        slot = layout.by_tag.get(child.name)
        if slot is None or slot.early:
            reading.structure.append(_unknown(child.name, slot, layout, place, reading))
            continue
        count = counts.get(child.name, 0)
        counts[child.name] = count + 1
        here = (*place, child.name, count) if slot.many else (*place, child.name)
        _check_order(slot, reached, last, count, here, reading)
        _check_choice(slot, chosen, here, reading)
        if slot.place > reached:
            reached, last = slot.place, child.name
        _take(slot, child, values, reading, here)
    _check_needed(layout, counts, chosen, reading, place)
    return _whole(values)


def read_object(part: Part, node: Node, reading: Reading, place: Place) -> Struct:
    """The object that an element describes: only what it names is set."""
    return part.model(**read_part(part, node, reading, place))


def returned_object(table: Map, node: Node, version: Version) -> Resource:
    """The object that books returned, as far as it is known here."""
    return table.thing(_returned_values(table.part, node, version), "r")


def returned(part: Part, node: Node, version: Version) -> Struct:
    """A part of an object that books returned, as far as it is known here."""
    return part.model(**_returned_values(part, node, version))


def _returned_values(part: Part, node: Node, version: Version) -> Values:
    """An external id that Counterfoil gave itself is nobody's: it is left out, and `guids.guid_of` tells it."""
    layout = layout_of(part, "r", version)
    values: Values = {}
    for child in node.children:
        slot = layout.by_tag.get(child.name)
        if slot is None or not slot.row.field:
            continue
        value = _returned(slot, child, version)
        if value is None:
            continue
        if slot.many:
            values.setdefault(slot.row.field, []).append(value)
        else:
            values[slot.row.field] = value
    return _whole(values)


def _whole(values: Values) -> Values:
    """The same values, with tuples for what was gathered entry by entry."""
    return {name: tuple(value) if type(value) is list else value for name, value in values.items()}


def _take(slot: Slot, child: Node, values: Values, reading: Reading, place: Place) -> None:
    row = slot.row
    if not row.field:
        given = _single(slot, child, reading, place) if slot.form == "single" else None
        if row.clears and given:
            values[row.clears] = []
        if row.unkept:
            _note_unkept(slot, child, reading, place)
        return
    if slot.form == "part":
        value = _part(slot, child, reading, place)
    elif slot.form == "ref":
        value = _reference(slot, child, reading, place)
    else:
        value = _single(slot, child, reading, place)
    if slot.many:
        if value is not None:
            values.setdefault(row.field, []).append(value)
    elif value is not None or (reading.verb == "m" and slot.optional):
        values[row.field] = value


def _note_unkept(slot: Slot, child: Node, reading: Reading, place: Place) -> None:
    """What only QuickBooks keeps is told, once it says anything; what is in it must be right all the same."""
    if slot.form == "part" and slot.row.part is not None:
        read_part(slot.row.part, child, reading, place)
    elif slot.form == "ref":
        _reference(slot, child, reading, place)
    if child.text.strip() or child.children:
        reading.values.append(Problem("not_kept", place))


def _part(slot: Slot, child: Node, reading: Reading, place: Place) -> Any:
    part = slot.row.part
    if part is None:
        return None
    if not (child.children or slot.many or slot.row.needed(reading.verb)):
        return None
    if reading.verb == "a" or (slot.many and part.entry == "value"):
        return read_object(part, child, reading, place)
    values = read_part(part, child, reading, place)
    if part.entry == "value":
        return values
    return LineChange(
        id=values.pop("id", ""), changes=values, is_group=part.entry == "group", lines=values.pop("lines", None)
    )


def _reference(slot: Slot, child: Node, reading: Reading, place: Place) -> Ref | None:
    """A reference by id, else by name; QuickBooks passes by the name where there is an id."""
    identifier = name = None
    for index, inner in enumerate(child.children):
        if inner.name == "ListID" and not index:
            identifier = _limited(inner, LONGEST_ID, reading, place)
        elif inner.name == "FullName" and (index == 0 or (index == 1 and child.children[0].name == "ListID")):
            name = _limited(inner, slot.longest, reading, place)
        else:
            reading.structure.append(
                Problem("unknown_field", (*place, inner.name), {"name": shown(inner.name), "hint": ""})
            )
    if identifier:
        return Ref(identifier)
    if name:
        return Ref(None, name)
    _check_empty(slot, reading, place)
    return None


def _limited(node: Node, longest: int, reading: Reading, place: Place) -> str:
    if len(node.text) > longest:
        values = {"limit": longest, "length": len(node.text), "value": shown(node.text)}
        reading.values.append(Problem("too_long", (*place, node.name), values))
    return node.text.strip()


def _single(slot: Slot, child: Node, reading: Reading, place: Place) -> Any:
    if child.children:
        inner = child.children[0].name
        reading.structure.append(Problem("unknown_field", (*place, inner), {"name": shown(inner), "hint": ""}))
        return None
    text = _named_by_macro(child, reading)
    if not text:
        if slot.row.blank and reading.verb == "a":
            return ""
        _check_empty(slot, reading, place)
        return None
    try:
        value = _codec(slot).read(text)
    except Flaw as flaw:
        reading.values.append(Problem(flaw.kind, place, flaw.values))
        return None
    return value if slot.row.convert is None else slot.row.convert.inward(value)


def _named_by_macro(child: Node, reading: Reading) -> str:
    """The text of an element, or the id that the name of an earlier object in this set stands for."""
    macro = child.attributes.get("useMacro")
    if macro is None:
        return child.text
    reading.used.append(macro)
    return reading.macros.get(macro, macro[:LONGEST_ID])


def _codec(slot: Slot) -> Codec:
    if slot.codec is None:
        raise Flaw("wrong_type", {"expected": "elements", "received": "text"})
    return slot.codec


def _returned(slot: Slot, child: Node, version: Version) -> Any:
    if slot.form == "part":
        return None if slot.row.part is None else returned(slot.row.part, child, version)
    if slot.form == "ref":
        ref = Ref(child.text_of("ListID") or None, child.text_of("FullName") or None)
        return ref if ref.id or ref.full_name else None
    if slot.codec is None or not child.text or (child.name == "ExternalGUID" and is_own_guid(child.text)):
        return None
    try:
        value = slot.codec.lenient(child.text)
    except Flaw:
        return None
    return value if slot.row.convert is None else slot.row.convert.inward(value)


def _check_empty(slot: Slot, reading: Reading, place: Place) -> None:
    """An empty element says nothing in an Add, and clears in a Mod what may be cleared."""
    if slot.row.needed(reading.verb) and not slot.row.choice and not (slot.row.blank and reading.verb == "m"):
        reading.values.append(Problem("required", place))
    elif reading.verb == "m" and slot.row.firm:
        reading.values.append(Problem("fixed", place, {"detail": "it cannot be emptied"}))


def _check_order(slot: Slot, reached: int, last: str, count: int, place: Place, reading: Reading) -> None:
    tag = slot.row.tag
    if slot.place < reached:
        expected = f"`{tag}` before `{last}`, since qbXML fixes the order of elements"
        reading.structure.append(Problem("wrong_type", place, {"expected": expected, "received": "it later"}))
    elif count and not slot.many:
        reading.structure.append(Problem("wrong_type", place, {"expected": f"one `{tag}`", "received": "several"}))


def _check_choice(slot: Slot, chosen: dict[str, str], place: Place, reading: Reading) -> None:
    choice = slot.row.choice
    if choice and chosen.setdefault(choice, slot.row.tag) != slot.row.tag:
        reading.structure.append(Problem("exclusive", place, {"other": chosen[choice]}))


def _check_needed(
    layout: Layout, counts: Mapping[str, int], chosen: Mapping[str, str], reading: Reading, place: Place
) -> None:
    """Of rivals one is enough, and so is one shape of entries that stand in one order."""
    there = {layout.by_tag[tag].place for tag in counts}
    missing: set[str] = set()
    for slot in layout.slots:
        row = slot.row
        one_of = row.choice or row.field or row.tag
        if not row.needed(reading.verb) or slot.place in there or row.choice in chosen or one_of in missing:
            continue
        missing.add(one_of)
        reading.structure.append(Problem("required", (*place, row.tag)))


def _unknown(tag: str, slot: Slot | None, layout: Layout, place: Place, reading: Reading) -> Problem:
    name = shown(tag)
    hint = ""
    if slot is not None:
        hint = f" (it needs qbXML {slot.row.since[0]}.{slot.row.since[1]})"
    elif len(reading.structure) < MOST_HINTS:
        near = get_close_matches(name, list(layout.by_tag), 1)
        hint = f" (did you mean `{near[0]}`?)" if near else ""
    return Problem("unknown_field", (*place, name), {"name": name, "hint": hint})
