"""What a program asks of a vendor, held against what is served here: a report on recorded calls.

Names of parameters and fields are told, values never: a recording is full of keys and of people's affairs.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from counterfoil.app.descriptions import (
    DEEPEST,
    MANNERS,
    OPEN,
    Description,
    Directory,
    Found,
    Manner,
    Schema,
)
from counterfoil.app.recordings import RecordedCall
from counterfoil.core.ids import is_uuid

MOST_ROWS: Final = 5000
MOST_NAMES: Final = 100
MOST_COUNTED: Final = 5000
"""Different names that are counted for each address."""

MOST_CONNECTIONS: Final = 10_000
MOST_ENTRIES: Final = 2000
"""Entries of a list in a body that are looked at."""

_NAME: Final = re.compile(r"[A-Za-z_$@][A-Za-z0-9_.$@\[\]-]{0,59}")
_TELLING: Final = re.compile(r"(?=\w*\d)(?=\w*[A-Za-z])[A-Za-z0-9_-]{16,}")
"""What may be a key: long, of letters and digits both."""

_USER: Final = re.compile(r"end_usr_[A-Za-z0-9]{4,64}")
UNTOLD: Final = "(a name that is not shown)"
UNAUTHORIZED: Final = 401


@dataclass(slots=True)
class Row:
    """All calls of one method at one address, with what came of them."""

    found: Found
    method: str
    calls: int = 0
    refused: int = 0
    parameters: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def is_served(self) -> bool:
        return self.found.is_served and not self.refused


class Report:
    """What became of the calls that were looked at."""

    def __init__(self, directory: Directory, hosts: Iterable[str] = ()) -> None:
        self.directory = directory
        self.hosts = frozenset(host.lower() for host in hosts)
        self.rows: dict[tuple[str, str, str], Row] = {}
        self.connections: Counter[str] = Counter()
        self.unreadable = 0
        self.elsewhere = 0

    def note(self, call: RecordedCall | None) -> None:
        """Look at one call; None is one that could not be read."""
        try:
            parts = urlsplit(call.url) if call is not None else None
        except ValueError:
            parts = None
        if call is None or parts is None:
            self.unreadable += 1
            return
        if self.hosts and (parts.hostname or "").lower() not in self.hosts:
            self.elsewhere += 1
            return
        asked = parse_qsl(parts.query, keep_blank_values=True)
        method = call.method.upper()
        action = next((value for name, value in asked if name == "action"), "")
        found = self.directory.find(method, unquote(parts.path) or "/", action)
        row = self._row(found, method)
        row.calls += 1
        if call.status is not None:
            row.statuses[call.status] += 1
        self._note_connections(call, found)
        if found.description is not None:
            self._compare(row, found.description, [name for name, _ in asked], call.body)

    def _row(self, found: Found, method: str) -> Row:
        key = (found.dialect, method if method.isalpha() and len(method) < 10 else "(odd)", found.template)
        if key not in self.rows and len(self.rows) >= MOST_ROWS:
            key = (found.dialect, "any", "(further addresses)")
        return self.rows.setdefault(key, Row(found, key[1]))

    def _compare(self, row: Row, description: Description, parameters: list[str], body: Any) -> None:
        dialect, operation = row.found.dialect, row.found.operation or OPEN
        manner = MANNERS[dialect]
        named = description.parameters(operation)
        strange = {told(each) for each in parameters if not _known(each, named, dialect)}
        schema = description.body(operation)
        answer = _answer(description, row.found) if dialect == "chargeover" else OPEN
        strays = set(strays_of(description, manner, schema, answer, body)) if schema is not None else set()
        _count(row.parameters, strange)
        _count(row.fields, strays)
        if (strange and manner.refuses_parameters) or (strays and manner.refuses_fields):
            row.refused += 1

    def _note_connections(self, call: RecordedCall, found: Found) -> None:
        """Ids of connections that the program names, which may want an alias."""
        named = call.headers.get("conductor-end-user-id") or found.values.get("connection_id")
        if named is None and found.template.startswith("/v1/end-users/"):
            named = found.values.get("id")
        if not named or not (_USER.fullmatch(named) or is_uuid(named)):
            return
        if named in self.connections or len(self.connections) < MOST_CONNECTIONS:
            self.connections[named] += 1

    @property
    def is_fine(self) -> bool:
        return not self.unreadable and all(row.is_served for row in self.rows.values())

    def as_json(self) -> dict[str, Any]:
        """The whole of it: those that are not served first, then by how often they are asked."""
        rows = sorted(self.rows.values(), key=lambda row: (row.is_served, -row.calls, row.found.template))
        return {
            "ok": self.is_fine,
            "calls": sum(row.calls for row in rows),
            "served": sum(row.calls - row.refused for row in rows if row.found.is_served),
            "not_served": sum(row.refused if row.found.is_served else row.calls for row in rows),
            "unreadable": self.unreadable,
            "other_hosts": self.elsewhere,
            "addresses": [self._told(row) for row in rows],
            "connections": [{"id": name, "calls": count} for name, count in self.connections.most_common()],
        }

    def _told(self, row: Row) -> dict[str, Any]:
        found = row.found
        return {
            "dialect": found.dialect or None,
            "method": row.method,
            "address": found.template,
            "calls": row.calls,
            "served": row.is_served,
            "refused": row.refused,
            "described": found.operation is not None,
            "why": found.why or self._why(row),
            "instead": found.instead or ("leave these out" if row.refused else ""),
            "unknown_parameters": _most(row.parameters),
            "unknown_fields": _most(row.fields),
            "statuses": {str(status): count for status, count in sorted(row.statuses.items())},
            "other_statuses": self._other_statuses(row),
        }

    def _why(self, row: Row) -> str:
        if not row.refused:
            return ""
        manner = MANNERS[row.found.dialect]
        which = [
            word
            for word, names, refuses in (
                ("parameters", row.parameters, manner.refuses_parameters),
                ("fields", row.fields, manner.refuses_fields),
            )
            if names and refuses
        ]
        return f"{row.refused} of {row.calls} bring {' and '.join(which)} that are unknown here, and are refused"

    def _other_statuses(self, row: Row) -> list[int]:
        """What the vendor answered and is not described here: any error is, where there is a `default`."""
        if row.found.operation is None:
            return []
        described = row.found.operation["responses"]
        return [
            status
            for status in sorted(row.statuses)
            if str(status) not in described and not (status >= 400 and ("default" in described or status >= 500))
        ]


def told(name: str) -> str:
    """A name that came in a recording, if it looks like one and like no secret."""
    return name if _NAME.fullmatch(name) and not _TELLING.search(name) else UNTOLD


def strays_of(
    description: Description,
    manner: Manner,
    schema: Schema,
    answer: Schema,
    value: Any,
    place: str = "",
    depth: int = 0,
) -> Iterator[str]:
    """The places of fields that a schema does not have. Fields of the `answer` may be sent back in a request."""
    if depth > DEEPEST:
        return
    shape, back = description.shape(schema), description.shape(answer)
    if isinstance(value, list):
        for each in value[:MOST_ENTRIES]:
            yield from strays_of(description, manner, shape.items, back.items, each, f"{place}[]", depth + 1)
    if not isinstance(value, Mapping) or shape.is_open:
        return
    known = {_folded(name, manner): inner for name, inner in shape.properties.items()}
    for name, inner in value.items():
        at = f"{place}.{told(name)}" if place else told(name)
        within = known.get(_folded(name, manner))
        if within is not None:
            again = back.properties.get(name, OPEN)
            yield from strays_of(description, manner, within, again, inner, at, depth + 1)
        elif name not in back.properties and not (answer is not OPEN and inner is None):
            yield at


def _folded(name: str, manner: Manner) -> str:
    return name.casefold() if manner.ignores_case else name


def _known(name: str, named: set[str], dialect: str) -> bool:
    """Whether a query string may hold a name. Lists may bear brackets; ChargeOver's action is part of the address."""
    bare = re.sub(r"\[\d*\]$", "", name)
    return bare in named or (dialect == "chargeover" and name == "action")


def _answer(description: Description, found: Found) -> Schema:
    """How an object of this address is told, which clients of ChargeOver send back with what they change."""
    name = found.template.removeprefix(MANNERS["chargeover"].roots[0]).strip("/").split("/")[0]
    schema: Schema = description.document["components"]["schemas"].get(name, OPEN)
    return schema


def _most(names: Counter[str]) -> list[dict[str, Any]]:
    often = sorted(names.items(), key=lambda each: (-each[1], each[0]))
    return [{"name": name, "calls": count} for name, count in often[:MOST_NAMES]]


def _count(names: Counter[str], found: set[str]) -> None:
    """Count names; of a program that makes them up as it goes, no more than MOST_COUNTED."""
    names.update(found if len(names) < MOST_COUNTED else found & names.keys())
