"""The description of this dialect for machines: an OpenAPI 3.1 document made of the tables."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from counterfoil.dialects.chargeover import assumed
from counterfoil.dialects.chargeover.sale_lines import LINE_COLUMNS
from counterfoil.dialects.chargeover.table import Column, ObjectType, Sent
from counterfoil.dialects.chargeover.taxes import INVOICE_TAX
from counterfoil.dialects.chargeover.types import TYPES
from counterfoil.model.kinds import (
    Amount,
    Choice,
    Day,
    Flag,
    Kind,
    Many,
    Moment,
    Number,
    Price,
    Text,
    To,
    Whole,
)

Schema = dict[str, Any]

ROOT: Final = "/api/v3"
STRING: Final[Schema] = {"type": "string"}
INTEGER: Final[Schema] = {"type": "integer"}
NUMBER: Final[Schema] = {"type": "number"}
CODES: Final = {400: "Bad request", 401: "Authentication error", 404: "Not found"}
TAX: Final[Schema] = {
    "description": "Assumed: the vendor documents that a tax can be given, and names no field.",
    "anyOf": [
        {"type": ["number", "null"], "minimum": 0},
        {
            "type": "array",
            "maxItems": 100,
            "items": {
                "type": "object",
                "properties": {"amount": {"type": "number", "minimum": 0}},
                "required": ["amount"],
            },
        },
    ],
}
WISHES: Final[Schema] = {
    "type": "array",
    "maxItems": 500,
    "items": {
        "anyOf": [
            {"type": "integer", "minimum": 1},
            {
                "type": "object",
                "properties": {"invoice_id": {"type": "integer", "minimum": 1}, "applied": NUMBER},
                "required": ["invoice_id"],
            },
        ]
    },
}
PRICE_MODEL: Final[Schema] = {
    "type": "object",
    "properties": {
        "base": NUMBER,
        "paycycle": {"enum": list(assumed.PAYCYCLES)},
        "pricemodel": {"enum": ["fla", "uni"]},
    },
    "additionalProperties": False,
}
SPECIAL: Final[Mapping[str, Schema]] = {
    INVOICE_TAX.name: TAX,
    "applied_to": WISHES,
    "pricemodel": PRICE_MODEL,
}
"""Fields of requests whose kind does not tell all."""

TOLD: Final[Mapping[str, Schema]] = {
    "tiersets": {"type": "array", "items": {"type": "object"}},
    "refunds": {"type": "array", "items": {"type": "object"}},
    "applied_to": {
        "type": "array",
        "items": {"type": "object", "properties": {"invoice_id": INTEGER, "applied": NUMBER}},
    },
    "line_items": {"type": "array", "items": {"$ref": "#/components/schemas/line_item"}},
}


@cache
def document() -> Mapping[str, Any]:
    """The whole document; the same for every installation of this version."""
    schemas: dict[str, Schema] = {"line_item": _told(LINE_COLUMNS)}
    paths: dict[str, Any] = {}
    for type_ in TYPES.values():
        schemas[type_.name] = _told(type_.columns)
        if type_.rows:
            schemas[f"{type_.name}_sent"] = _sent(type_.rows, type_)
        paths |= _paths(type_)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Counterfoil: ChargeOver dialect",
            "version": "3",
            "description": "\n".join(("Where the vendor's documents are silent:", *assumed.BEHAVIOUR)),
        },
        "servers": [{"url": "/"}],
        "security": [{"Basic": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "Basic": {
                    "type": "http",
                    "scheme": "basic",
                    "description": "User: the id of a Counterfoil key (`cf_` and 16 hex digits); password: the key.",
                }
            },
        },
    }


def _paths(type_: ObjectType) -> dict[str, Any]:
    base, one = f"{ROOT}/{type_.name}", f"{ROOT}/{type_.name}/{{id}}"
    found: dict[str, Any] = {
        base: {"get": _operation(type_, "find", 200, {"type": "array", "items": _ref(type_.name)}, _find_parameters())},
        f"{base}/_count": {"get": _operation(type_, "count", 200, INTEGER, _find_parameters())},
        one: {"get": _operation(type_, "get", 200, _ref(type_.name), [_ID])},
    }
    done = {"type": "object", "properties": {"id": INTEGER}, "required": ["id"]}
    if type_.create is not None:
        found[base]["post"] = _operation(type_, "create", 201, done, [_KEY], _ref(f"{type_.name}_sent"))
    if type_.modify is not None:
        found[one]["put"] = _operation(type_, "modify", 202, done, [_ID, _KEY], _changes(type_))
    if type_.delete is not None:
        found[one]["delete"] = _operation(type_, "delete", 200, {"type": "boolean"}, [_ID, _KEY])
    for action in type_.actions:
        answer = _operation(type_, action, 200, {"type": "boolean"}, [_ID, _KEY], {"type": "object"}, optional=True)
        found[f"{one}/_action/{action}"] = {"post": answer}
    for action in type_.calls:
        answer = _operation(type_, action, 200, done, [_KEY], {"type": "object"})
        found[f"{base}/_action/{action}"] = {"post": answer}
    return found


def _operation(
    type_: ObjectType,
    verb: str,
    code: int,
    response: Schema,
    parameters: list[Schema],
    body: Schema | None = None,
    *,
    optional: bool = False,
) -> Schema:
    answers = {str(code): _answer("Done", response)}
    answers |= {str(wrong): _answer(text, {}) for wrong, text in {**CODES, 409: "Conflict", 413: "Too large"}.items()}
    answers["422"] = _answer("An idempotency key came with another request", {})
    operation: Schema = {
        "operationId": f"{type_.name}-{verb}",
        "tags": [type_.name],
        "parameters": parameters,
        "responses": answers,
    }
    if body is not None:
        operation["requestBody"] = {"required": not optional, "content": {"application/json": {"schema": body}}}
    return operation


def _answer(text: str, response: Schema) -> Schema:
    envelope = {
        "type": "object",
        "properties": {
            "code": INTEGER,
            "status": {"enum": ["OK", "Error"]},
            "message": STRING,
            "details": {"type": "object"},
            "response": response,
        },
        "required": ["code", "status", "message", "details", "response"],
        "additionalProperties": False,
    }
    return {"description": text, "content": {"application/json": {"schema": envelope}}}


def _find_parameters() -> list[Schema]:
    return [
        _parameter(
            "where", STRING, "Conditions, `field:OPERATOR:value`, parted by commas; `\\,` is a comma in a value."
        ),
        _parameter("order", STRING, "`field:ASC` or `field:DESC`, parted by commas."),
        _parameter("limit", {"type": "integer", "minimum": 1, "maximum": assumed.MOST_AT_ONCE}, "How many at most."),
        _parameter("offset", {"type": "integer", "minimum": 0}, "How many to leave out first."),
    ]


def _parameter(name: str, schema: Schema, text: str) -> Schema:
    return {"name": name, "in": "query", "schema": schema, "description": text}


_ID: Final[Schema] = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": STRING,
    "description": "The number of the object, or `token:` and its token.",
}
_KEY: Final[Schema] = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": STRING,
    "description": "The same key with the same request is carried out once; an addition to the vendor's API.",
}


def _ref(schema: str) -> Schema:
    return {"$ref": f"#/components/schemas/{schema}"}


def _told(columns: Iterable[Column]) -> Schema:
    properties = {column.name: _told_field(column) for column in columns if column.shown}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _told_field(column: Column) -> Schema:
    if column.name in TOLD and isinstance(column.kind, Text):
        return TOLD[column.name]
    schema = _of(column.kind)
    if "type" in schema and not isinstance(column.kind, Many):
        return schema | {"type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]} if "enum" in schema else schema


def _sent(rows: Iterable[Sent], type_: ObjectType) -> Schema:
    properties: dict[str, Schema] = {}
    for row in rows:
        schema = SPECIAL.get(row.name) or _nullable(_of(row.kind))
        properties[row.name] = schema
        properties |= dict.fromkeys(row.also, schema)
    if type_.line_rows:
        line = _sent(type_.line_rows, _plain(type_))
        properties["line_items"] = {"type": "array", "minItems": 1, "items": line}
    needed = [row.name for row in rows if row.needed and not row.also]
    schema = {"type": "object", "properties": properties}
    return schema | {"required": needed} if needed else schema


def _changes(type_: ObjectType) -> Schema:
    return {name: each for name, each in _sent(type_.rows, type_).items() if name != "required"}


def _plain(type_: ObjectType) -> ObjectType:
    """The type without lines, for the fields of its lines."""
    return ObjectType(type_.name, type_.resources, type_.space, type_.columns, type_.views)


def _nullable(schema: Schema) -> Schema:
    return schema | {"type": [schema["type"], "null"]} if "type" in schema else schema


def _of(kind: Kind) -> Schema:
    """The schema of a kind of value."""
    if isinstance(kind, Text):
        return STRING | ({"maxLength": kind.longest} if kind.longest != Text().longest else {})
    if isinstance(kind, Choice):
        return {"enum": list(kind.options)}
    if isinstance(kind, Whole):
        return INTEGER | {"minimum": kind.least, "maximum": kind.most}
    if isinstance(kind, Many):
        return {"type": "array", "items": _of(kind.of[0])}
    return PLAIN.get(type(kind), STRING)


PLAIN: Final[Mapping[type[Kind], Schema]] = {
    Flag: {"type": "boolean"},
    Amount: NUMBER,
    Price: NUMBER,
    Number: NUMBER,
    To: {"type": "integer", "minimum": 1},
    Day: {"type": "string", "format": "date"},
    Moment: {"type": "string", "description": "YYYY-MM-DD HH:MM:SS, in the company's zone."},
}
