"""The description of this dialect for machines: an OpenAPI 3.1 document made of its tables."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from counterfoil.dialects.snapbooks.fields import Field, Form
from counterfoil.dialects.snapbooks.objects import SHAPES, Shape
from counterfoil.dialects.snapbooks.operations import OPERATIONS, ROOTS, Operation

Schema = dict[str, Any]
TEXT: Final[Schema] = {"type": "string"}
MAYBE: Final[Schema] = {"type": ["string", "null"]}
FLAG: Final[Schema] = {"type": "boolean"}
KINDS: Final[Mapping[str, Schema]] = {
    "text": TEXT,
    "maybe": MAYBE,
    "flag": FLAG,
    "count": {"type": "integer"},
    "list": {"type": "array", "items": {"type": "object"}},
}
NOTICE: Final[Schema] = {
    "type": "object",
    "properties": {"field": TEXT, "code": TEXT, "message": TEXT},
    "required": ["field", "code", "message"],
}
ERROR: Final[Schema] = {
    "type": "object",
    "properties": {
        "success": {"const": False},
        "type": TEXT,
        "message": TEXT,
        "details": {"type": "array", "items": {"type": "object"}},
        "outcome": {"enum": ["not_applied", "unknown"], "description": "What became of the request."},
        "requestId": TEXT,
    },
    "required": ["success", "type", "message", "details"],
}
IDEMPOTENCY_KEY: Final[Schema] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key and request again give the same answer, and nothing is done twice.",
    "schema": {"type": "string", "maxLength": 255},
}


@cache
def document() -> Mapping[str, Any]:
    """The whole document; the same for every installation of this version."""
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        paths.setdefault(ROOTS[0] + operation.path, {})[operation.method.lower()] = _operation(operation)
    requests = {operation.form.name: _form(operation.form) for operation in OPERATIONS}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Counterfoil: SnapBooks dialect", "version": "1"},
        "servers": [{"url": "/"}],
        "security": [{"Key": []}],
        "paths": paths,
        "components": {
            "schemas": requests | {name: _shape(shape) for name, shape in SHAPES.items()} | {"Error": ERROR},
            "parameters": {"IdempotencyKey": IDEMPOTENCY_KEY},
            "responses": {"Error": _content("Refused or failed; the body says why.", _named("Error"))},
            "securitySchemes": {"Key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"}},
        },
    }


def _operation(operation: Operation) -> Schema:
    reads = operation.method == "GET"
    described: Schema = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": [] if reads else [{"$ref": "#/components/parameters/IdempotencyKey"}],
        "responses": {
            "200": _content("Done.", _answer(operation)),
            "default": {"$ref": "#/components/responses/Error"},
        },
    }
    if operation.in_query:
        described["parameters"] += [_parameter(field) for field in operation.form.fields]
    if not reads:
        body = {"required": not operation.in_query} | _json(_named(operation.form.name))
        described["requestBody"] = body
    return described


def _answer(operation: Operation) -> Schema:
    properties: dict[str, Schema] = {"success": {"const": True}}
    if operation.typed:
        properties |= {"type": TEXT, "message": TEXT}
    else:
        properties |= {"message": {"type": "null"}}
    properties["details"] = {"type": "array", "items": NOTICE}
    required = list(properties)
    for key, kind in operation.told.items():
        name = key.removesuffix("?")
        properties[name] = KINDS.get(kind) or _named(kind)
        required += [name] if name == key else []
    return {"type": "object", "properties": properties, "required": required}


def _form(form: Form) -> Schema:
    """What may be sent. Keys that nobody knows are passed over, so that none is forbidden."""
    properties = {field.key: _field(field) for field in form.fields}
    properties |= {also: _field(field) for field in form.fields for also in field.also}
    required = [field.key for field in form.fields if field.needed]
    return {"type": "object", "properties": properties} | ({"required": required} if required else {})


def _field(field: Field) -> Schema:
    if isinstance(field.value, Form):
        return {"type": "array", "minItems": 1, "items": _form(field.value)}
    return field.value.schema | ({"description": field.about} if field.about else {})


def _parameter(field: Field) -> Schema:
    return {"name": field.key, "in": "query", "description": field.about, "schema": TEXT}


def _shape(shape: Shape) -> Schema:
    """A class: every key is there; one that holds objects holds none, one, or several."""
    properties = {key: _value(shape.parts.get(key)) for key in shape.keys}
    return {"type": "object", "properties": properties, "required": list(shape.keys)}


def _value(part: Shape | None) -> Schema:
    if part is None:
        return {}
    one = _shape(part)
    return {"anyOf": [{"type": "null"}, one, {"type": "array", "minItems": 2, "items": one}]}


def _named(schema: str) -> Schema:
    return {"$ref": f"#/components/schemas/{schema}"}


def _json(schema: Schema) -> Schema:
    return {"content": {"application/json": {"schema": schema}}}


def _content(description: str, schema: Schema) -> Schema:
    return {"description": description, **_json(schema)}
