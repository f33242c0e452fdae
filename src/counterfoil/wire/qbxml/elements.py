"""Objects of the model → elements, by the rows of their tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from msgspec import Struct

from counterfoil.core.problems import Place, Problem
from counterfoil.model.command import LineChange
from counterfoil.model.lines import SalesLineGroup
from counterfoil.model.values import Ref
from counterfoil.wire.qbxml.characters import TextPolicy, is_changed, respelled, storable, stripped, unkept
from counterfoil.wire.qbxml.slots import Layout, Slot, layout_of
from counterfoil.wire.qbxml.table import Part, Verb, Version
from counterfoil.wire.qbxml.tree import Node, leaf

NEW_LINE: Final = "-1"

_CUSTOM_FIELDS: Final = "custom_fields"


@dataclass(frozen=True, slots=True)
class Writing:
    """For whom elements are written. `owners` are those whose custom fields are told.

    What cannot be written (too long, unknown to this version, two of a choice) is collected in `problems`, with
    places of the model; answers leave out what the version does not know. `texts` says what becomes of characters that
    QuickBooks cannot keep (None: they stay), and `changed` collects the places of texts that became others. What is
    only looked for is `sought`: nobody gains from finding what is almost it.
    """

    verb: Verb
    version: Version
    owners: frozenset[str] = frozenset()
    texts: TextPolicy | None = None
    sought: bool = False
    problems: list[Problem] = field(default_factory=list)
    changed: list[Place] = field(default_factory=list)


def object_elements(part: Part, thing: Struct, writing: Writing, place: Place = ()) -> tuple[Node, ...]:
    """The elements of a whole object: in an Add those that differ from what they are by themselves, else all it has."""
    layout = layout_of(part, writing.verb, writing.version)
    told = writing.verb == "r"
    values: dict[str, Any] = {}
    for slot in layout.slots:
        name = slot.row.field
        if not name:
            continue
        value = getattr(thing, name)
        if told or slot.row.needed(writing.verb) or value != layout.defaults[name]:
            values[name] = value
    return _elements(layout, values, writing, place, thing)


def change_elements(part: Part, changes: Mapping[str, Any], writing: Writing, place: Place = ()) -> tuple[Node, ...]:
    """The elements of what is to change: an empty one clears."""
    return _elements(layout_of(part, writing.verb, writing.version), changes, writing, place, None)


def _elements(
    layout: Layout, values: Mapping[str, Any], writing: Writing, place: Place, thing: Struct | None
) -> tuple[Node, ...]:
    nodes: list[Node] = []
    written: dict[str, str] = {}
    done: set[str] = set()
    for slot in layout.slots:
        row = slot.row
        if row.told is not None:
            nodes.extend(_told(slot, thing, writing))
        elif row.clears and row.clears in values and not values[row.clears]:
            nodes.append(leaf(row.tag, "true"))
        elif row.field in values and row.field not in done:
            value = values[row.field]
            if not _is_written(slot, value, values, layout, writing):
                continue
            if slot.early:
                _too_early(slot, writing, place)
                continue
            if row.choice and written.setdefault(row.choice, row.field) != row.field:
                _excluded(row.field, written[row.choice], writing, place)
                continue
            if slot.shared:
                done.add(row.field)
            nodes.extend(_nodes(slot, layout, value, writing, (*place, row.field)))
    if writing.verb != "r" and not writing.sought:
        _check_needed(layout, values, written, writing, place)
    return tuple(nodes)


def _check_needed(
    layout: Layout, values: Mapping[str, Any], chosen: Mapping[str, str], writing: Writing, place: Place
) -> None:
    """Without what a message needs QuickBooks would not read the document, and would not say why."""
    missing: set[str] = set()
    for slot in layout.slots:
        row = slot.row
        one_of = row.choice or row.field
        if not row.needed(writing.verb) or slot.early or not row.field or one_of in missing or row.choice in chosen:
            continue
        value = values.get(row.field)
        if row.choice or value is None or value == () or (value == "" and not row.blank):
            writing.problems.append(Problem("required", (*place, row.field)))
            missing.add(one_of)


def _is_written(slot: Slot, value: Any, values: Mapping[str, Any], layout: Layout, writing: Writing) -> bool:
    if slot.many:
        return bool(value)
    if writing.verb == "m":
        return value is not None or not _has_rival(slot, values, layout)
    if writing.verb == "r":
        return value is not None and value != ""
    if slot.row.choice and value == layout.defaults[slot.row.field]:
        return isinstance(value, bool) and not _has_rival(slot, values, layout)
    return value is not None


def _has_rival(slot: Slot, values: Mapping[str, Any], layout: Layout) -> bool:
    """Whether another element of the same choice has a value."""
    choice = slot.row.choice
    return bool(choice) and any(
        values.get(other.row.field) for other in layout.slots if other.row.choice == choice and other is not slot
    )


def _told(slot: Slot, thing: Struct | None, writing: Writing) -> Iterable[Node]:
    value = slot.row.told(thing) if slot.row.told is not None and not slot.early else None
    return () if value is None else (_one(slot, value, writing, ()),)


def _nodes(slot: Slot, layout: Layout, value: Any, writing: Writing, place: Place) -> list[Node]:
    if not slot.many:
        return [_one(slot, value, writing, place)]
    if slot.row.field == _CUSTOM_FIELDS and writing.verb == "r":
        value = [each for each in value if each.owner_id.lower() in writing.owners]
    if not slot.shared:
        return [_one(slot, each, writing, (*place, index)) for index, each in enumerate(value)]
    kinds = {other.row.part.entry: other for other in layout.slots if other.place == slot.place and other.row.part}
    return [
        _one(kinds["group" if _is_group(each) else "line"], each, writing, (*place, index))
        for index, each in enumerate(value)
    ]


def _is_group(entry: Any) -> bool:
    return entry.is_group if isinstance(entry, LineChange) else isinstance(entry, SalesLineGroup)


def _one(slot: Slot, value: Any, writing: Writing, place: Place) -> Node:
    tag = slot.row.tag
    if value is None:
        return Node(tag)
    if slot.row.convert is not None:
        value = slot.row.convert.outward(value)
    if slot.form == "ref":
        return Node(tag, {}, "", _reference(value, slot, writing, place))
    if slot.form == "part":
        return Node(tag, {}, "", _inner(slot.row.part, value, writing, place))
    if slot.codec is None or value is None:
        return Node(tag)
    text = slot.codec.write(value)
    if slot.longest:
        text = _spelled(text, writing, place, sought=writing.sought)
    _check_length(text, slot, writing, place)
    return leaf(tag, text)


def _inner(part: Part | None, value: Any, writing: Writing, place: Place) -> tuple[Node, ...]:
    if part is None:
        return ()
    if isinstance(value, LineChange):
        changes = {"id": value.id, **value.changes}
        if value.lines is not None:
            changes["lines"] = value.lines
        return change_elements(part, changes, writing, place)
    if isinstance(value, Mapping):
        return change_elements(part, value, writing, place)
    if writing.verb == "m":
        return change_elements(part, _given(value), writing, place)
    return object_elements(part, value, writing, place)


def _given(thing: Struct) -> Mapping[str, Any]:
    """What is set of a value that a change holds whole."""
    empty = type(thing)()
    values = {name: getattr(thing, name) for name in thing.__struct_fields__}
    return {name: value for name, value in values.items() if value != getattr(empty, name)}


def _reference(ref: Ref, slot: Slot, writing: Writing, place: Place) -> tuple[Node, ...]:
    """In a request an id or a name, in an answer both."""
    told = writing.verb == "r"
    nodes = []
    if ref.id:
        nodes.append(leaf("ListID", ref.id))
    if ref.full_name and (told or not ref.id):
        name = _spelled(ref.full_name, writing, place, sought=True)
        _check_length(name, slot, writing, place)
        nodes.append(leaf("FullName", name))
    return tuple(nodes)


def _spelled(text: str, writing: Writing, place: Place, *, sought: bool) -> str:
    """A text as the policy has it, which takes note where that is another one."""
    policy = writing.texts
    if policy is None or (text.isascii() and text.isprintable()):
        return text
    if policy == "transliterate":
        written = storable(text) if sought else respelled(text)
    else:
        written = stripped(text)
        lost = unkept(text)
        if lost and (policy == "reject" or not written.strip()):
            writing.problems.append(Problem("unsupported_character", place, {"characters": lost}))
    if is_changed(text, written):
        writing.changed.append(place)
    return written


def _check_length(text: str, slot: Slot, writing: Writing, place: Place) -> None:
    if writing.verb != "r" and slot.longest and len(text) > slot.longest:
        writing.problems.append(_too_long(place, slot.longest, text))


def _too_long(place: Place, longest: int, text: str) -> Problem:
    return Problem("too_long", place, {"limit": longest, "length": len(text), "value": text[:60]})


def _too_early(slot: Slot, writing: Writing, place: Place) -> None:
    if writing.verb != "r":
        major, minor = slot.row.since
        feature = f"`{slot.row.tag}`, which needs qbXML {major}.{minor},"
        writing.problems.append(Problem("not_enabled", (*place, slot.row.field), {"feature": feature}))


def _excluded(name: str, other: str, writing: Writing, place: Place) -> None:
    if writing.verb != "r":
        writing.problems.append(Problem("exclusive", (*place, name), {"other": other}))
