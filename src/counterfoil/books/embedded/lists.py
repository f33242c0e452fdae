"""Objects of lists: customers, items, accounts and the smaller ones, by one set of rules for all of them."""

from collections.abc import Set as AbstractSet
from typing import Any, TypeVar

from msgspec import Struct, structs

from counterfoil.books.embedded.changes import merged
from counterfoil.books.embedded.identity import check_revision, missing, next_revision, stamped
from counterfoil.books.embedded.list_checks import checked
from counterfoil.books.embedded.opening import enter_opening_balance, without_opening_balance
from counterfoil.books.embedded.references import References, to
from counterfoil.core.dates import today
from counterfoil.core.errors import BooksRefused
from counterfoil.core.problems import Place, Problem
from counterfoil.model.addresses import Contact, Note
from counterfoil.model.catalogue import BY_MODEL, CATALOGUE
from counterfoil.model.command import Update
from counterfoil.model.kinds import Many, Nested, To
from counterfoil.model.outcome import Deleted
from counterfoil.model.shape import BranchObject, ListObject, NamedObject, fields_of
from counterfoil.model.values import Ref, Value
from counterfoil.storage.company import CompanyFile

L = TypeVar("L", bound=ListObject)
S = TypeVar("S", bound=Struct)


def create_object(file: CompanyFile, draft: ListObject) -> ListObject:
    """Enter a new object; its references are resolved and its name is unique in its list."""
    references = References(file)
    thing = resolved(references, draft, ())
    thing = _named(references, thing, None)
    thing = checked(references, thing, None)
    references.refuse()
    thing = _with_parts(file, thing, None)
    made = stamped(file, without_opening_balance(thing))
    file.add_object(made)
    enter_opening_balance(file, made, thing)
    return made


def update_object(file: CompanyFile, update: Update) -> ListObject:
    """Change the named fields of an object; a new name reaches everything that refers to it."""
    changes = update.changes
    old = found_object(file, update.resource, update.id)
    check_revision(old, update.revision)
    references = References(file)
    thing = resolved(references, merged(old, changes), (), only=frozenset(changes))
    thing = _named(references, thing, old)
    thing = checked(references, thing, old)
    references.refuse()
    now, fresh = next_revision(file, old.revision)
    thing = structs.replace(_with_parts(file, thing, old), updated_at=now, revision=fresh)
    file.replace_object(thing)
    if thing.label != old.label:
        _rename(file, thing)
    return thing


def delete_object(file: CompanyFile, resource: str, identifier: str) -> Deleted:
    """Take an object out of its list, unless anything still refers to it."""
    thing = found_object(file, resource, identifier)
    row = CATALOGUE[resource]
    if file.children(thing) or file.id_in_use(row.list, identifier):
        raise BooksRefused(Problem("in_use", ("id",), {"thing": row.thing.capitalize(), "value": thing.label}))
    now = file.clock.now()
    file.remove_object(thing, now)
    return Deleted(id=identifier, label=thing.label, deleted_at=now)


def found_object(file: CompanyFile, resource: str, identifier: str) -> ListObject:
    row = CATALOGUE[resource]
    thing = file.find(row.list, identifier)
    if thing is None or not isinstance(thing, row.model):
        raise missing(row.thing, identifier)
    return thing


def resolved(references: References, thing: S, place: Place, *, only: AbstractSet[str] | None = None) -> S:
    """The struct with every reference in it found and named; `only` limits that to what an update brings."""
    values: dict[str, Any] = {}
    for name, field in fields_of(type(thing)).items():
        value = getattr(thing, name)
        if value is None or value == () or (only is not None and name not in only):
            continue
        kind, where = field.kind, (*place, name)
        if isinstance(kind, To) and kind.resources:
            values[name] = _one(references, value, kind, where)
        elif isinstance(kind, Nested):
            values[name] = resolved(references, value, where)
        elif isinstance(kind, Many):
            values[name] = tuple(
                _member(references, member, kind, (*where, number)) for number, member in enumerate(value)
            )
    return structs.replace(thing, **values) if values else thing


def _member(references: References, member: Any, kind: Many, place: Place) -> Any:
    if isinstance(member, Ref) and isinstance(kind.of[0], To):
        return _one(references, member, kind.of[0], place)
    return resolved(references, member, place) if isinstance(member, Value) else member


def _one(references: References, ref: Ref, kind: To, place: Place) -> Ref:
    found = references.find(ref, kind.resources, place)
    return to(found) if found is not None else ref


def _named(references: References, thing: L, old: ListObject | None) -> L:
    """Check the name and, for what has a parent, work out the full name."""
    if not isinstance(thing, NamedObject):
        return _unique(references, thing, old)
    if not thing.name:
        references.problems.append(Problem("required", ("name",)))
    if ":" in thing.name:
        references.problems.append(Problem("name_invalid", ("name",), {"value": thing.name}))
    if isinstance(thing, BranchObject):
        prefix = ""
        if thing.parent is not None and thing.parent.full_name is not None:
            prefix = f"{thing.parent.full_name}:"
            if old is not None and (thing.parent.id == old.id or prefix.startswith(f"{old.label}:")):
                references.problems.append(Problem("parent_loop", ("parent",), {"value": old.label}))
        thing = structs.replace(thing, full_name=prefix + thing.name)
    return _unique(references, thing, old)


def _unique(references: References, thing: L, old: ListObject | None) -> L:
    row = BY_MODEL[type(thing)]
    place = "name" if isinstance(thing, NamedObject) else "initial"
    twin = references.file.find_by_name(row.list, thing.label) if thing.label else None
    if twin is not None and (old is None or twin.id != old.id):
        references.problems.append(Problem("name_in_use", (place,), {"value": thing.label}))
    return thing


def _with_parts(file: CompanyFile, thing: L, old: ListObject | None) -> L:
    """Contacts and notes have ids, times and revisions of their own."""
    values: dict[str, Any] = {}
    for name, number in (("additional_contacts", _contacts), ("additional_notes", _notes)):
        parts = getattr(thing, name, ())
        before = getattr(old, name, ()) if old is not None else ()
        if parts and parts != before:
            values[name] = number(file, parts, before)
    return structs.replace(thing, **values) if values else thing


def _contacts(file: CompanyFile, parts: tuple[Contact, ...], before: tuple[Contact, ...]) -> tuple[Contact, ...]:
    now = file.clock.now()
    kept = {contact.id: contact for contact in before}
    for contact in parts:
        if contact.id in kept:
            check_contact(kept[contact.id], contact)
            known = kept[contact.id]
            kept[contact.id] = structs.replace(
                contact, created_at=known.created_at, updated_at=now, revision=str(max(now, int(known.revision) + 1))
            )
            continue
        number = file.take("contacts")
        identifier = f"{0x80000000 + number:X}-{now}"
        kept[identifier] = structs.replace(contact, id=identifier, created_at=now, updated_at=now, revision=str(now))
    return tuple(kept.values())


def check_contact(known: Contact, given: Contact) -> None:
    if given.revision and given.revision != known.revision:
        values = {"value": given.revision, "thing": "contact", "id": known.id}
        raise BooksRefused(Problem("stale_revision", ("additional_contacts",), values))


def _notes(file: CompanyFile, parts: tuple[Note, ...], before: tuple[Note, ...]) -> tuple[Note, ...]:
    kept = {note.id: note for note in before}
    for note in parts:
        number = note.id if note.id in kept else max(kept, default=-1) + 1
        kept[number] = structs.replace(note, id=number, date=note.date or today(file.clock.now()).isoformat())
    return tuple(kept.values())


def _rename(file: CompanyFile, thing: ListObject) -> None:
    """A new name travels to what refers to the object, and down the branch below it."""
    file.rename(thing)
    for child in file.children(thing):
        if isinstance(child, BranchObject):
            renamed = structs.replace(child, full_name=f"{thing.label}:{child.name}", parent=to(thing))
            file.replace_object(renamed)
            _rename(file, renamed)
