"""What is asked of the online books, written down as JSON: a value, whatever process it reaches.

A command's changes and a filter's values may be of any kind that the model has; each says of itself which:

    {"amount": "12.50"}   {"day": "2026-03-02"}   {"ref": ["59", "Amy's Bird Sanctuary"]}   {"list": [ … ]}
    {"parts": {"city": "Oakland"}}   {"struct": "SalesLine", "value": { … }}

Texts, whole numbers, booleans and null stand for themselves.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Final

import msgspec
from msgspec import Struct

from counterfoil.core.errors import Broken
from counterfoil.dispatch.protocols import Asked
from counterfoil.model.command import Command, Create, Delete, LineChange, Update, Void
from counterfoil.model.query import Filter, Read, Select, SelectDeleted
from counterfoil.model.shape import Resource
from counterfoil.model.values import Ref, Value
from counterfoil.storage.scope import decoded as resource_from

_encoder = msgspec.json.Encoder()
PLAIN: Final = (str, int, bool, type(None))


class Document(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that is asked. `verb` is that of the command, or `read`, `select`, `deletions`."""

    verb: str
    resource: str = ""
    id: str = ""
    revision: str = ""
    draft: msgspec.Raw = msgspec.Raw(b"null")
    changes: dict[str, Any] = {}
    kept_lines: str = "none"
    filters: tuple[tuple[str, str, Any], ...] = ()
    options: dict[str, Any] = {}


_document = msgspec.json.Decoder(Document)


def written(asked: Asked) -> bytes:
    """The document of something that is asked."""
    return _encoder.encode(_document_of(asked))


def read(document: bytes) -> Asked:
    """What a document asks."""
    found = _document.decode(document)
    if found.verb == "select":
        return _select(found)
    if found.verb == "read":
        return Read(resource=found.resource, id=found.id, with_links=found.options["with_links"])
    if found.verb == "deletions":
        return SelectDeleted(**{**found.options, "resources": tuple(found.options["resources"])})
    return _command(found)


def command_of(document: bytes) -> Command:
    asked = read(document)
    if not isinstance(asked, Command):
        raise Broken("a document that was to write asks a question")
    return asked


def _document_of(asked: Asked) -> Document:
    match asked:
        case Create():
            draft = msgspec.Raw(_encoder.encode(asked.draft))
            return Document(verb="create", resource=asked.resource, draft=draft)
        case Update():
            return Document(
                verb="update",
                resource=asked.resource,
                id=asked.id,
                revision=asked.revision,
                changes={name: tagged(value) for name, value in asked.changes.items()},
                kept_lines=asked.kept_lines,
            )
        case Void() | Delete():
            return Document(verb=type(asked).__name__.lower(), resource=asked.resource, id=asked.id)
        case Read():
            return Document(verb="read", resource=asked.resource, id=asked.id, options={"with_links": asked.with_links})
        case Select():
            names = ("ids", "names", "ref_numbers", "after", "limit", "with_links", "count_up_to")
            return Document(
                verb="select",
                resource=asked.resource,
                filters=tuple((each.field, each.operator, tagged(each.value)) for each in asked.filters),
                options={name: getattr(asked, name) for name in names},
            )
        case SelectDeleted():
            options = {"resources": asked.resources, "since": asked.since, "until": asked.until}
            return Document(verb="deletions", options=options)
    raise Broken(f"{type(asked).__name__} cannot be asked of the online books")


def _select(found: Document) -> Select:
    filters = tuple(Filter(field, operator, untagged(value)) for field, operator, value in found.filters)  # type: ignore[arg-type]
    options: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in found.options.items()
    }
    return Select(resource=found.resource, filters=filters, **options)


def _command(found: Document) -> Command:
    if found.verb == "create":
        return Create(resource=found.resource, draft=resource_from(found.resource, bytes(found.draft)))
    if found.verb == "void":
        return Void(resource=found.resource, id=found.id)
    if found.verb == "delete":
        return Delete(resource=found.resource, id=found.id)
    if found.verb == "update":
        return Update(
            resource=found.resource,
            id=found.id,
            revision=found.revision,
            changes={name: untagged(value) for name, value in found.changes.items()},
            kept_lines=found.kept_lines,  # type: ignore[arg-type]
        )
    raise Broken(f"the online books know no {found.verb}")


def tagged(value: object) -> Any:
    """A value of the model as JSON that tells its kind."""
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, Decimal):
        return {"amount": str(value)}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, Ref):
        return {"ref": [value.id, value.full_name]}
    if isinstance(value, LineChange):
        lines = [tagged(each) for each in value.lines] if value.lines is not None else None
        changes = {name: tagged(each) for name, each in value.changes.items()}
        return {"line": {"id": value.id, "changes": changes, "is_group": value.is_group, "lines": lines}}
    if isinstance(value, Struct):
        return {"struct": type(value).__name__, "value": msgspec.to_builtins(value)}
    if isinstance(value, Mapping):
        return {"parts": {str(name): tagged(each) for name, each in value.items()}}
    if isinstance(value, tuple | list | frozenset | set):
        return {"list": [tagged(each) for each in value]}
    raise Broken(f"a {type(value).__name__} cannot be written down for the online books")


def untagged(value: Any) -> Any:
    """The value that `tagged` wrote down."""
    if not isinstance(value, dict):
        return value
    kind = next(iter(value))
    held = value[kind]
    match kind:
        case "amount":
            return Decimal(held)
        case "day":
            return date.fromisoformat(held)
        case "ref":
            return Ref(*held)
        case "line":
            lines = tuple(untagged(each) for each in held["lines"]) if held["lines"] is not None else None
            changes = {name: untagged(each) for name, each in held["changes"].items()}
            return LineChange(id=held["id"], changes=changes, is_group=held["is_group"], lines=lines)
        case "struct":
            return msgspec.convert(value["value"], _structs()[held])
        case "parts":
            return {name: untagged(each) for name, each in held.items()}
        case "list":
            return tuple(untagged(each) for each in held)
    raise Broken(f"a value of the kind {kind} is none of the online books'")


@cache
def _structs() -> Mapping[str, type[Struct]]:
    """The model's classes by name."""
    found: dict[str, type[Struct]] = {}
    waiting: list[type[Struct]] = [Value, Resource]
    while waiting:
        each = waiting.pop()
        found[each.__name__] = each
        waiting += each.__subclasses__()
    return found
