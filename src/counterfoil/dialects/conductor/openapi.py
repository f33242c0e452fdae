"""The description of this dialect for machines: an OpenAPI 3.1 document made of the tables."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from msgspec import Struct

from counterfoil.dialects.conductor.deletions import DELETED_LISTS, DeletedList, parameters_of_deleted
from counterfoil.dialects.conductor.filters import Parameter, parameters_of
from counterfoil.dialects.conductor.openapi_core import PATHS, SCHEMAS
from counterfoil.dialects.conductor.table import Row, Table, kind_of
from counterfoil.dialects.conductor.tables import ROOT, TABLES
from counterfoil.dialects.conductor.values import LONGEST_ID
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.kinds import (
    Amount,
    Choice,
    Day,
    Flag,
    Guid,
    Kind,
    Many,
    Moment,
    Number,
    Percentage,
    Price,
    Text,
    To,
    Whole,
)

Schema = dict[str, Any]

STRING: Final[Schema] = {"type": "string"}
MOMENT: Final[Schema] = {"type": "string", "description": "A date and time, YYYY-MM-DDThh:mm:ss±hh:mm."}
FLAG: Final[Schema] = {"type": "boolean"}


@cache
def document() -> Mapping[str, Any]:
    """The whole document; the same for every installation of this version."""
    paths: dict[str, Any] = dict(PATHS)
    schemas: dict[str, Schema] = {"reference": _REFERENCE, "error": _ERROR, **SCHEMAS}
    for table in TABLES.values():
        schemas.update(_schemas_of(table))
        paths.update(_paths_of(table))
    for deleted in DELETED_LISTS.values():
        schemas[deleted.object_type] = _deleted_schema(deleted)
        paths[f"{ROOT}/{deleted.path}"] = {"get": _deleted_operation(deleted)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Counterfoil: Conductor dialect", "version": "1"},
        "servers": [{"url": "/"}],
        "security": [{"Key": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "parameters": {"EndUser": _END_USER},
            "responses": {"Error": _content("Refused or failed; the body says why.", _named("error"))},
            "securitySchemes": {"Key": {"type": "http", "scheme": "bearer", "description": "A Counterfoil key."}},
        },
    }


_END_USER: Final[Schema] = {
    "name": "Conductor-End-User-Id",
    "in": "header",
    "required": True,
    "description": "Whose books: the id of an end user, or of a connection.",
    "schema": STRING,
}

_REFERENCE: Final[Schema] = {
    "type": "object",
    "properties": {"id": {"type": ["string", "null"]}, "fullName": {"type": ["string", "null"]}},
    "required": ["id", "fullName"],
    "additionalProperties": False,
}

_PROBLEM: Final[Schema] = {
    "type": "object",
    "properties": {"place": STRING, "kind": STRING, "message": STRING},
    "required": ["place", "kind", "message"],
}

_FIX: Final[Schema] = {
    "type": "object",
    "properties": {"actor": {"enum": ["developer", "bookkeeper", "operator"]}, "action": STRING},
    "required": ["actor", "action"],
}

_ERROR: Final[Schema] = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {
                "message": STRING,
                "userFacingMessage": STRING,
                "type": STRING,
                "code": STRING,
                "httpStatusCode": {"type": "integer"},
                "integrationCode": STRING,
                "requestId": STRING,
                "outcome": {"enum": ["not_applied", "unknown"], "description": "What became of the request."},
                "pendingRequestId": STRING,
                "fixes": {"type": "array", "items": _FIX},
                "problems": {"type": "array", "items": _PROBLEM},
            },
            "required": ["message", "userFacingMessage", "type", "code", "httpStatusCode", "requestId"],
        }
    },
    "required": ["error"],
}


def _named(schema: str) -> Schema:
    return {"$ref": f"#/components/schemas/{schema}"}


def _name_of(table: Table) -> str:
    """The name of a table's answers among the schemas."""
    return table.object_type or f"qbd_{table.resource}"


def _schemas_of(table: Table) -> dict[str, Schema]:
    name = _name_of(table)
    schemas = {name: _answer_schema(table.model, table.rows, table.object_type)}
    if "C" in table.verbs:
        schemas[f"{name}_create"] = _body_schema(table.model, table.rows, "c")
    if "U" in table.verbs:
        schemas[f"{name}_update"] = _body_schema(table.model, table.rows, "u")
    return schemas


def _object(properties: dict[str, Schema], required: list[str]) -> Schema:
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema | {"required": required} if required else schema


def _body_schema(model: type[Struct], rows: tuple[Row, ...], verb: str) -> Schema:
    sent = [row for row in rows if row.in_body(verb)]
    properties = {row.sent: _sent_schema(row, model, verb) for row in sent}
    return _object(properties, [row.sent for row in sent if row.needed(verb)])


def _sent_schema(row: Row, model: type[Struct], verb: str) -> Schema:
    kind = kind_of(row, model)
    entry = _body_schema(row.table.model, row.table.rows, verb) if row.table else None
    if isinstance(kind, Many):
        return {"type": "array", "minItems": 1, "items": entry or _value_schema(kind.of[0])}
    return entry or _value_schema(kind)


def _answer_schema(model: type[Struct], rows: tuple[Row, ...], object_type: str | None) -> Schema:
    properties: dict[str, Schema] = {}
    for row in rows:
        if row.in_answer:
            properties[row.key] = _told_schema(row, model)
        if row.key == "id" and object_type:
            properties["objectType"] = {"const": object_type}
    return _object(properties, list(properties))


def _told_schema(row: Row, model: type[Struct]) -> Schema:
    kind = kind_of(row, model)
    if row.table is not None:
        schema = _answer_schema(row.table.model, row.table.rows, row.table.object_type)
    else:
        schema = _told_value(kind.of[0] if isinstance(kind, Many) else kind)
    if isinstance(kind, Many):
        schema = {"type": "array", "items": schema}
    return {"anyOf": [schema, {"type": "null"}]} if row.nullable else schema


def _told_value(kind: Kind) -> Schema:
    """A single value of an answer; what books of every kind hold has no limits here."""
    if isinstance(kind, To):
        return _named("reference")
    return STRING if isinstance(kind, Text) else _value_schema(kind)


def _value_schema(kind: Kind) -> Schema:
    """A single value that is sent."""
    return _VALUES[type(kind)](kind)


def _text(kind: Kind) -> Schema:
    return STRING | ({"maxLength": kind.longest} if isinstance(kind, Text) else {})


def _whole(kind: Kind) -> Schema:
    return {"type": "integer"} | ({"minimum": kind.least, "maximum": kind.most} if isinstance(kind, Whole) else {})


def _reference(kind: Kind) -> Schema:
    things = [CATALOGUE[name].thing for name in kind.resources if name in CATALOGUE] if isinstance(kind, To) else []
    described = {"description": f"The id of a record of these: {', '.join(things)}."} if things else {}
    return {"type": "string", "maxLength": LONGEST_ID} | described


def _number(kind: Kind) -> Schema:
    return {"type": "number"} | ({"exclusiveMinimum": 0} if isinstance(kind, Number) and kind.positive else {})


_VALUES: Mapping[type[Kind], Callable[[Kind], Schema]] = {
    Text: _text,
    Amount: lambda _: STRING | {"description": "An amount of money as a decimal string, two digits after the point."},
    Price: lambda _: STRING | {"description": "A price as a decimal string, up to five digits after the point."},
    Percentage: lambda _: STRING | {"description": "Percent as a decimal string: `8.25` means 8.25 %."},
    Number: _number,
    Whole: _whole,
    Flag: lambda _: FLAG,
    Day: lambda _: {"type": "string", "format": "date"},
    Moment: lambda _: MOMENT,
    Guid: lambda _: {"type": "string", "format": "uuid"},
    Choice: lambda kind: {"type": "string", "enum": list(kind.options) if isinstance(kind, Choice) else []},
    To: _reference,
}


def _paths_of(table: Table) -> dict[str, Any]:
    root, answer = f"{ROOT}/{table.path}", _named(_name_of(table))
    thing = CATALOGUE[table.resource].thing
    if table.is_single:
        return {root: {"get": _operation(f"Read the {thing}", answer)}}
    found = {
        "L": (root, "get", _list_operation(table)),
        "C": (root, "post", _operation(f"Create: {thing}", answer, body=f"{_name_of(table)}_create")),
        "R": (f"{root}/{{id}}", "get", _operation(f"Read: {thing}", answer, by_id=True)),
        "U": (
            f"{root}/{{id}}",
            "post",
            _operation(f"Change: {thing}", answer, f"{_name_of(table)}_update", by_id=True),
        ),
        "D": (f"{root}/{{id}}", "delete", _operation(f"Delete: {thing}", _gone(table, "deleted"), by_id=True)),
        "V": (f"{root}/{{id}}/void", "post", _operation(f"Void: {thing}", _gone(table, "voided"), by_id=True)),
    }
    paths: dict[str, Any] = {}
    for verb in table.verbs:
        path, method, operation = found[verb]
        paths.setdefault(path, {})[method] = operation
    return paths


def _operation(
    summary: str,
    answer: Schema,
    body: str | None = None,
    *,
    by_id: bool = False,
    parameters: tuple[Parameter, ...] = (),
) -> Schema:
    path = [{"name": "id", "in": "path", "required": True, "schema": STRING}] if by_id else []
    sent = {"requestBody": {"required": True, **_json(_named(body))}} if body else {}
    return {
        "summary": summary,
        "parameters": [
            {"$ref": "#/components/parameters/EndUser"},
            *path,
            *(_parameter(parameter) for parameter in parameters),
        ],
        **sent,
        "responses": {
            "200": _content("Done.", answer) | {"headers": {"Conductor-Request-Id": {"schema": STRING}}},
            "default": {"$ref": "#/components/responses/Error"},
        },
    }


def _json(schema: Schema) -> Schema:
    return {"content": {"application/json": {"schema": schema}}}


def _content(description: str, schema: Schema) -> Schema:
    return {"description": description, **_json(schema)}


def _parameter(parameter: Parameter) -> Schema:
    schema = _value_schema(parameter.kind)
    if parameter.default is not None:
        schema = schema | {"default": _default(parameter)}
    if parameter.many:
        schema = {"type": "array", "items": schema}
    required = {"required": True} if parameter.required else {}
    return {"name": parameter.name, "in": "query", **required, "schema": schema}


def _default(parameter: Parameter) -> object:
    return parameter.default if isinstance(parameter.kind, Choice) else parameter.read(parameter.default or "")


def _gone(table: Table, what: str) -> Schema:
    """What is answered when a transaction has been deleted or voided."""
    moment = {"anyOf": [MOMENT, {"type": "null"}]}
    times: dict[str, Schema] = {"createdAt": moment, "updatedAt": moment} if what == "voided" else {}
    properties: dict[str, Schema] = {
        "id": STRING,
        "objectType": {"const": table.object_type},
        **times,
        "refNumber": {"type": ["string", "null"]},
        what: {"const": True},
    }
    return _object(properties, list(properties))


def _list_operation(table: Table) -> Schema:
    paged: dict[str, Schema] = {
        "nextCursor": {"type": ["string", "null"]},
        "remainingCount": {"type": ["integer", "null"]},
        "hasMore": FLAG,
    }
    answer = _list_schema(_name_of(table), paged if table.paging == "cursor" else {})
    return _operation(f"List: {table.path.replace('-', ' ')}", answer, parameters=parameters_of(table))


def _list_schema(of: str, paged: dict[str, Schema]) -> Schema:
    data = {"type": "array", "items": _named(of)}
    properties: dict[str, Schema] = {"objectType": {"const": "list"}, "url": STRING, "data": data, **paged}
    return _object(properties, list(properties))


def _deleted_operation(deleted: DeletedList) -> Schema:
    answer = _list_schema(deleted.object_type, {})
    return _operation(f"List: {deleted.path.replace('-', ' ')}", answer, parameters=parameters_of_deleted(deleted))


def _deleted_schema(deleted: DeletedList) -> Schema:
    properties: dict[str, Schema] = {
        deleted.told: {"type": "string", "enum": list(deleted.types)},
        "id": STRING,
        "objectType": {"const": deleted.object_type},
        "createdAt": MOMENT,
        "deletedAt": MOMENT,
        deleted.label: {"type": ["string", "null"]},
    }
    return _object(properties, list(properties))
