"""Rows kept beside the books: what callers said that the books cannot hold."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import delete, select

from counterfoil.storage.scope import Scope
from counterfoil.storage.statements import Statement, upsert, value
from counterfoil.storage.tables.books import beside

c = beside.c
THIS = (c.connection_id == value("connection")) & (c.resource == value("resource")) & (c.id == value("id"))
READ = Statement(select(c.body).where(THIS))
EVERY = Statement(
    select(c.id, c.body).where((c.connection_id == value("connection")) & (c.resource == value("resource")))
)
BY_EXTERNAL_KEY = Statement(
    select(c.id).where(
        (c.connection_id == value("connection"))
        & (c.resource == value("resource"))
        & (c.external_key == value("external_key"))
    )
)
PUT = upsert(
    beside,
    {
        "connection_id": value("connection"),
        "resource": value("resource"),
        "id": value("id"),
        "external_key": value("external_key"),
        "body": value("body"),
    },
    {"external_key": value("external_key"), "body": value("body")},
)
DROP = Statement(delete(beside).where(THIS))


class Keeping(Scope):
    """What is kept beside the objects of a connection: JSON objects, one for each that has any."""

    def kept(self, resource: str, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """What is kept beside these objects; nothing for those that have nothing."""
        found = {}
        for each in ids:
            row = self.session.row(READ, connection=self.connection_id, resource=resource, id=each)
            if row is not None:
                found[each] = msgspec.json.decode(row[0])
        return found

    def every_kept(self, resource: str) -> dict[str, dict[str, Any]]:
        """All that is kept under one resource, by id."""
        rows = self.session.rows(EVERY, connection=self.connection_id, resource=resource)
        return {id: msgspec.json.decode(body) for id, body in rows}

    def keep(self, resource: str, id: str, values: Mapping[str, Any], external_key: str | None = None) -> None:
        """Keep these values beside an object, in the place of those of the same names; None takes one away."""
        before = self.kept(resource, [id]).get(id, {})
        after = {name: each for name, each in {**before, **values}.items() if each is not None}
        key = external_key if external_key is not None else after.get("external_key")
        self.session.run(
            PUT,
            connection=self.connection_id,
            resource=resource,
            id=id,
            external_key=key,
            body=msgspec.json.encode(after),
        )

    def by_external_key(self, resource: str, external_key: str) -> str | None:
        """The object that has this key, if one has."""
        row = self.session.row(
            BY_EXTERNAL_KEY, connection=self.connection_id, resource=resource, external_key=external_key
        )
        return row[0] if row is not None else None

    def drop(self, resource: str, id: str) -> None:
        self.session.run(DROP, connection=self.connection_id, resource=resource, id=id)
