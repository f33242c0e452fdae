"""Rows of lists: customers, items, accounts and the rest; company and preferences too, as lists of one."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import delete, insert, select, update

from counterfoil.core.errors import Broken
from counterfoil.model.catalogue import BY_MODEL, CATALOGUE
from counterfoil.model.shape import BranchObject, ListObject, Resource
from counterfoil.storage.scope import Scope, decoded, encoded
from counterfoil.storage.sequences import Sequences
from counterfoil.storage.statements import Statement, value
from counterfoil.storage.tables.books import deletions, objects

c = objects.c
MINE = c.connection_id == value("connection")
LISTED = MINE & (c.list == value("list"))
FIND = Statement(select(c.resource, c.body).where(LISTED & (c.id == value("id"))))
FIND_BY_NAME = Statement(select(c.resource, c.body).where(LISTED & (c.name_key == value("name"))))
OF_RESOURCE = Statement(select(c.resource, c.body).where(MINE & (c.resource == value("resource"))).order_by(c.number))
CHILDREN = Statement(select(c.resource, c.body).where(LISTED & (c.parent_id == value("parent"))).order_by(c.number))
ADD = Statement(insert(objects))
REPLACE = Statement(
    update(objects)
    .where(LISTED & (c.id == value("identifier")))
    .values(
        name_key=value("new_name_key"),
        own_key=value("new_own_key"),
        is_active=value("new_is_active"),
        parent_id=value("new_parent_id"),
        external_id=value("new_external_id"),
        updated_at=value("new_updated_at"),
        body=value("new_body"),
    )
)
REMOVE = Statement(delete(objects).where(LISTED & (c.id == value("id"))))
BURY = Statement(insert(deletions))


class Lists(Sequences, Scope):
    """The lists of a company file."""

    def find(self, list: str, id: str) -> ListObject | None:
        """The object with this id in this list."""
        key = (self.connection_id, list, id)
        known: ListObject | None = self.session.recall(key)
        if known is not None:
            return known
        row = self.session.row(FIND, connection=self.connection_id, list=list, id=id)
        if row is None:
            return None
        found: ListObject = decoded(row[0], row[1])
        self.session.remember(key, found)
        return found

    def find_by_name(self, list: str, full_name: str) -> ListObject | None:
        """The object with this full name, capitals or not."""
        row = self.session.row(FIND_BY_NAME, connection=self.connection_id, list=list, name=full_name.casefold())
        return decoded(row[0], row[1]) if row is not None else None

    def recalled(self, list: str, what: str) -> ListObject | None:
        """What was noted of a list under a name of the caller's; any change to the list forgets it."""
        known: ListObject | None = self.session.recall((self.connection_id, list, f"?{what}"))
        return known

    def note(self, list: str, what: str, thing: ListObject) -> None:
        """Keep the answer to a question about a whole list, for `recalled`."""
        noted = self.session.recall((self.connection_id, list, "?")) or ()
        self.session.remember((self.connection_id, list, "?"), (*noted, what))
        if what in (self.session.recall((self.connection_id, list, "?")) or ()):
            self.session.remember((self.connection_id, list, f"?{what}"), thing)
        if self.session.recall((self.connection_id, list, "?")) is None:  # memory was full, and has been emptied
            self.session.forget((self.connection_id, list, f"?{what}"))

    def _forget(self, list: str, identifier: str) -> None:
        """One object of a list is about to change, and with it whatever was noted of the list as a whole."""
        self.session.forget((self.connection_id, list, identifier))
        for what in self.session.recall((self.connection_id, list, "?")) or ():
            self.session.forget((self.connection_id, list, f"?{what}"))
        self.session.forget((self.connection_id, list, "?"))

    def objects(self, resource: str) -> Iterator[ListObject]:
        """All objects of a resource, in the order of their making."""
        for name, body in self.session.rows(OF_RESOURCE, connection=self.connection_id, resource=resource):
            yield decoded(name, body)

    def children(self, thing: ListObject) -> tuple[ListObject, ...]:
        """The objects right below this one, whatever it is called just now."""
        if not isinstance(thing, BranchObject):
            return ()
        list = BY_MODEL[type(thing)].list
        rows = self.session.rows(CHILDREN, connection=self.connection_id, list=list, parent=thing.id)
        return tuple(decoded(name, body) for name, body in rows)

    def descendants(self, thing: ListObject) -> tuple[ListObject, ...]:
        """Everything below an object of a list with branches, each branch after what it grows from."""
        below = [(child, *self.descendants(child)) for child in self.children(thing)]
        return tuple(each for branch in below for each in branch)

    def add_object(self, thing: ListObject) -> None:
        self._add(thing, BY_MODEL[type(thing)].list, thing.id, thing.label, active=thing.is_active)

    def replace_object(self, thing: ListObject) -> None:
        name = BY_MODEL[type(thing)].list
        self._replace(thing, name, thing.id, thing.label, active=thing.is_active)

    def remove_object(self, thing: ListObject, deleted_at: int) -> None:
        """Take an object away; a note of it stays."""
        row = BY_MODEL[type(thing)]
        self.session.run(REMOVE, connection=self.connection_id, list=row.list, id=thing.id)
        self._forget(row.list, thing.id)
        self.session.run(
            BURY,
            connection_id=self.connection_id,
            resource=row.name,
            id=thing.id,
            label=thing.label,
            created_at=thing.created_at,
            deleted_at=deleted_at,
        )

    def singleton(self, resource: str) -> Resource:
        """The company, or its preferences. Raises Broken where the company file was never opened."""
        found: Any = self.find(CATALOGUE[resource].list, resource)
        if found is None:
            raise Broken(f"connection {self.connection_id} has no {resource}")
        thing: Resource = found
        return thing

    def put_singleton(self, thing: Resource) -> None:
        row = BY_MODEL[type(thing)]
        known: Any = self.find(row.list, row.name)
        if known is None:
            self._add(thing, row.list, row.name, row.name, active=True)
        else:
            self._replace(thing, row.list, row.name, row.name, active=True)

    def _add(self, thing: Resource, list: str, identifier: str, label: str, *, active: bool) -> None:
        self._forget(list, identifier)
        self.session.run(
            ADD,
            connection_id=self.connection_id,
            list=list,
            id=identifier,
            resource=BY_MODEL[type(thing)].name,
            number=self.take("objects"),
            name_key=label.casefold(),
            own_key=_own_name(thing, label).casefold(),
            is_active=active,
            parent_id=_parent_of(thing),
            external_id=getattr(thing, "external_id", None),
            created_at=thing.created_at,
            updated_at=thing.updated_at,
            body=encoded(thing),
        )

    def _replace(self, thing: Resource, list: str, identifier: str, label: str, *, active: bool) -> None:
        self._forget(list, identifier)
        self.session.run(
            REPLACE,
            connection=self.connection_id,
            list=list,
            identifier=identifier,
            new_name_key=label.casefold(),
            new_own_key=_own_name(thing, label).casefold(),
            new_is_active=active,
            new_parent_id=_parent_of(thing),
            new_external_id=getattr(thing, "external_id", None),
            new_updated_at=thing.updated_at,
            new_body=encoded(thing),
        )


def _parent_of(thing: Resource) -> str | None:
    return thing.parent.id if isinstance(thing, BranchObject) and thing.parent is not None else None


def _own_name(thing: Resource, label: str) -> str:
    """The name without its parents'."""
    return thing.name if isinstance(thing, BranchObject) else label
