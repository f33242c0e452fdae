"""Where an object of a list is referred to: asked before it is deleted, rewritten when it is renamed."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from msgspec import Struct, structs
from sqlalchemy import ColumnElement, FromClause, literal_column, or_, select, update

from counterfoil.model.catalogue import BY_MODEL, CATALOGUE
from counterfoil.model.kinds import Kind, Many, Nested, To
from counterfoil.model.shape import ListObject, fields_of
from counterfoil.model.values import Ref, Value
from counterfoil.storage.scope import Scope, decoded, encoded
from counterfoil.storage.spelling import mentions
from counterfoil.storage.statements import Statement, value
from counterfoil.storage.tables.books import applications, objects, postings, transactions

S = TypeVar("S", bound=Struct)
o, t = objects.c, transactions.c
IN_OBJECTS = Statement(
    select(o.resource, o.list, o.id, o.body).where(
        (o.connection_id == value("connection")) & mentions(o.body, "needle")
    )
)
IN_TRANSACTIONS = Statement(
    select(t.resource, t.id, t.body)
    .where((t.connection_id == value("connection")) & (t.id > value("after")) & mentions(t.body, "needle"))
    .order_by(t.id)
    .limit(value("most"))
)
AT_ONCE = 200
"""Documents that are held in memory at a time."""

p, a = postings.c, applications.c
_posted, _applied = p.connection_id == value("connection"), a.connection_id == value("connection")


def _any(table: FromClause, *conditions: ColumnElement[bool]) -> Statement:
    return Statement(select(literal_column("1")).select_from(table).where(*conditions).limit(1))


IN_LEDGER = {
    "accounts": (
        _any(postings, _posted, p.account_id == value("id")),
        _any(applications, _applied, a.discount_account == value("id")),
    ),
    "names": (_any(postings, _posted, or_(p.vendor_id == value("id"), p.customer_id == value("id"))),),
    "classes": (
        _any(postings, _posted, p.class_id == value("id")),
        _any(applications, _applied, a.discount_class == value("id")),
    ),
}
"""What the ledger may know of an object that no document names, by the object's list."""
PUT_OBJECT = Statement(
    update(objects)
    .where((o.connection_id == value("connection")) & (o.list == value("in_list")) & (o.id == value("identifier")))
    .values(body=value("new_body"))
)
PUT_TRANSACTION = Statement(
    update(transactions)
    .where((t.connection_id == value("connection")) & (t.id == value("identifier")))
    .values(body=value("new_body"))
)


class Usage(Scope):
    """References to the objects of a company file. Rare questions: they look through all documents of the company."""

    def id_in_use(self, list: str, id: str) -> bool:
        """Does any transaction, any other object or the ledger refer to this one?"""
        known = (self.session.row(each, connection=self.connection_id, id=id) for each in IN_LEDGER.get(list, ()))
        return any(row is not None for row in known) or self._is_named(list, id)

    def _is_named(self, list: str, id: str) -> bool:

        def same(ref: Ref) -> Ref:
            if ref.id == id:
                raise _Found
            return ref

        try:
            for row in self._mentions(id):
                rewritten(decoded(row[0], row[-1]), list, same)
        except _Found:
            return True
        return False

    def rename(self, thing: ListObject) -> None:
        """Give every reference to this object its present name."""
        name = BY_MODEL[type(thing)].list

        def renamed(ref: Ref) -> Ref:
            return Ref(ref.id, thing.label) if ref.id == thing.id and ref.full_name != thing.label else ref

        for row in self._mentions(thing.id):
            document = decoded(row[0], row[-1])
            changed = rewritten(document, name, renamed)
            if changed is not document:
                self._put(row, encoded(changed))

    def _mentions(self, identifier: str) -> Iterator[tuple[Any, ...]]:
        needle = f'"{identifier}"'.encode()
        yield from self.session.rows(IN_OBJECTS, connection=self.connection_id, needle=needle)
        after = ""
        while rows := self.session.rows(
            IN_TRANSACTIONS, connection=self.connection_id, needle=needle, after=after, most=AT_ONCE
        ):
            yield from rows
            after = rows[-1][1]

    def _put(self, row: tuple[Any, ...], body: bytes) -> None:
        if len(row) == 4:
            self.session.forget((self.connection_id, row[1], row[2]))
            self.session.run(
                PUT_OBJECT, connection=self.connection_id, in_list=row[1], identifier=row[2], new_body=body
            )
        else:
            self.session.run(PUT_TRANSACTION, connection=self.connection_id, identifier=row[1], new_body=body)


class _Found(Exception):
    pass


def rewritten(thing: S, list: str, change: Callable[[Ref], Ref]) -> S:
    """The struct with every reference into `list` put through `change`; the struct itself where nothing changed."""
    values: dict[str, Any] = {}
    for name, field in fields_of(type(thing)).items():
        before = getattr(thing, name)
        after = _rewritten(before, field.kind, list, change)
        if after is not before:
            values[name] = after
    return structs.replace(thing, **values) if values else thing


def _rewritten(before: Any, kind: Kind, list: str, change: Callable[[Ref], Ref]) -> Any:
    if before is None or before == ():
        return before
    if isinstance(kind, To):
        return change(before) if _leads_to(kind, list) else before
    if isinstance(kind, Nested):
        return rewritten(before, list, change)
    if isinstance(kind, Many):
        after = tuple(_member(each, kind, list, change) for each in before)
        return after if any(new is not old for new, old in zip(after, before, strict=True)) else before
    return before


def _member(each: Any, kind: Many, list: str, change: Callable[[Ref], Ref]) -> Any:
    if isinstance(each, Value):
        return rewritten(each, list, change)
    return _rewritten(each, kind.of[0], list, change) if isinstance(each, Ref) else each


def _leads_to(kind: To, list: str) -> bool:
    return any(CATALOGUE[resource].list == list for resource in kind.resources if resource in CATALOGUE)
