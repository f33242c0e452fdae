"""The description of this dialect for machines: an OpenAPI 3.1 document made of its tables."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from counterfoil.dialects.qube.assumed import (
    LARGEST_PAGE,
    LONGEST_PASSWORD,
    SHORTEST_PASSWORD,
    STATES,
    WEBHOOK_STATES,
)
from counterfoil.dialects.qube.documents import WRAPPER
from counterfoil.dialects.qube.fields import ADDRESS, INVOICE, LINE, Field, Form
from counterfoil.dialects.qube.listing import CHOICES
from counterfoil.dialects.qube.listing import PARAMETERS as PAGING
from counterfoil.dialects.qube.queries import COMMON, QUERIES, Parameter
from counterfoil.dialects.qube.told import ROOT
from counterfoil.model.kinds import Choice, Day, Flag, Kind, Text, To, Whole
from counterfoil.wire.qbxml.values import spelled

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
MAYBE: Final[Schema] = {"type": ["string", "null"]}
MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
MAYBE_MOMENT: Final[Schema] = {"type": ["string", "null"], "format": "date-time"}
UUID: Final[Schema] = {"type": "string", "format": "uuid"}
ANY: Final[Schema] = {}
NUMBER: Final[Schema] = {"type": ["number", "string", "null"]}


def document(public_url: str | None) -> Schema:
    """The whole document. `public_url` is how the outside world reaches this server, where that is known."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Counterfoil: QUBE dialect", "version": "1"},
        "servers": [{"url": public_url or "/"}],
        "security": [{"Key": []}],
        "paths": _paths(),
        "components": {
            "schemas": SCHEMAS,
            "parameters": {"Connection": _in_path("connection_id"), "Request": _in_path("id")},
            "responses": {
                "Error": _content("Refused or failed; `errors` says why.", named("errors")),
                "Unauthorized": {"description": "No valid key.", "content": {"text/plain": {"schema": TEXT}}},
            },
            "securitySchemes": {
                "Key": {"type": "http", "scheme": "basic", "description": "A Counterfoil key; no password."}
            },
        },
    }


def named(schema: str) -> Schema:
    return {"$ref": f"#/components/schemas/{schema}"}


def object_of(properties: Schema, required: Sequence[str] | None = None, *, nullable: bool = False) -> Schema:
    """An object with these keys and no others; without `required`, it has them all."""
    needed = list(properties) if required is None else list(required)
    schema: Schema = {"type": ["object", "null"] if nullable else "object", "properties": properties}
    return {**schema, "additionalProperties": False, **({"required": needed} if needed else {})}


def array_of(items: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": items, **more}


def _body(form: Form) -> Schema:
    """What a form takes; a null says nothing."""
    properties = {field.key: _field(field) for field in form.fields}
    return object_of(properties, [field.key for field in form.fields if field.needed])


def _field(field: Field) -> Schema:
    if field.form is not None:
        inner = named(field.form.name)
        return array_of(inner, minItems=1) if field.many else {"anyOf": [inner, {"type": "null"}]}
    schema = _sent(field.kind)
    return {**schema, "type": "string"} if field.needed and schema.get("type") == ["string", "null"] else schema


def _sent(kind: Kind) -> Schema:
    told = _KINDS.get(type(kind))
    return told(kind) if told is not None else NUMBER


def _text(kind: Kind) -> Schema:
    return MAYBE | ({"maxLength": kind.longest} if isinstance(kind, Text) else {})


_KINDS: Final[Mapping[type[Kind], Callable[[Kind], Schema]]] = {
    Text: _text,
    To: lambda _: MAYBE | {"maxLength": 36, "description": "A ListID."},
    Day: lambda _: {"type": ["string", "null"], "format": "date"},
    Flag: lambda _: {"type": ["boolean", "string", "null"]},
}


def _asked(kind: Kind) -> Schema:
    """What a parameter of an address holds."""
    if isinstance(kind, Whole):
        return {"type": "integer", "minimum": kind.least, "maximum": kind.most}
    if isinstance(kind, Choice):
        return {"type": "string", "enum": [spelled(option) for option in kind.options]}
    if isinstance(kind, Flag):
        return {"type": "boolean"}
    if isinstance(kind, Day):
        return {"type": "string", "format": "date"}
    return TEXT | ({"maxLength": kind.longest} if isinstance(kind, Text) else {})


_REQUEST: Final = object_of(
    {
        "id": UUID,
        "request_xml": TEXT,
        "connection_id": UUID,
        "request_json": object_of({"version": TEXT, "request": ANY}),
        "response_xml": MAYBE,
        "response_json": {"type": ["array", "null"], "items": {"type": "object"}},
        "webhook_url": MAYBE,
        "webhook_attempts": array_of(object_of({"attempted_at": MOMENT, "response": TEXT})),
        "webhook_error": MAYBE,
        "error": object_of({"message": TEXT, "code": TEXT, "details": {"type": "object"}}, nullable=True),
        "links": object_of({"self": TEXT, "ui": TEXT, "connection_ui": TEXT}),
        "inserted_at": MOMENT,
        "updated_at": MOMENT,
        "state": {"enum": list(STATES)},
        "webhook_state": {"enum": list(WEBHOOK_STATES)},
    }
)
_CONNECTION: Final = object_of(
    {
        "id": UUID,
        "app_id": TEXT,
        "username": UUID,
        "name": MAYBE,
        "last_connected_at": MAYBE_MOMENT,
        "company_file": MAYBE,
        "type": TEXT,
        "qbxml_version": MAYBE,
        "quickbooks_product_name": MAYBE,
        "redirect_url": MAYBE,
        "links": object_of({"self": TEXT, "ui": TEXT, "onboarding": MAYBE}),
        "inserted_at": MOMENT,
        "updated_at": MOMENT,
    }
)
_PASSWORD: Final = MAYBE | {
    "minLength": SHORTEST_PASSWORD,
    "maxLength": LONGEST_PASSWORD,
    "description": "Without one it is made here.",
}
_NEW_REQUEST: Final = object_of({"request_xml": MAYBE, "request_json": ANY, "webhook_url": MAYBE}, ())
SCHEMAS: Final[Schema] = {
    "queued_request": _REQUEST,
    "connection": _CONNECTION,
    "new_connection": object_of({"name": MAYBE, "redirect_url": MAYBE}, ()),
    "new_password": object_of({"password": _PASSWORD}, ()),
    "new_request": {"anyOf": [_NEW_REQUEST, object_of({WRAPPER: _NEW_REQUEST})]},
    **{form.name: _body(form) for form in (INVOICE, LINE, ADDRESS)},
    "errors": object_of({"errors": {"type": "object"}}),
}

OF_CONNECTION: Final[Schema] = {"$ref": "#/components/parameters/Connection"}
OF_REQUEST: Final[Schema] = {"$ref": "#/components/parameters/Request"}
IDEMPOTENCY: Final[Schema] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key and request again give the same answer, and nothing is done twice.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}


def _in_path(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": UUID}


def parameter(asked: Parameter) -> Schema:
    schema = _asked(asked.kind)
    if asked.name in CHOICES:
        schema = {"type": "string", "enum": list(CHOICES[asked.name])}
    if asked.name == "page_size":
        schema = schema | {"maximum": LARGEST_PAGE}
    name = f"{asked.name}[]" if asked.many else asked.name
    return {"name": name, "in": "query", "schema": array_of(schema) if asked.many else schema}


def _content(description: str, schema: Schema) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def operation(
    summary: str,
    status: int,
    answer: Schema | None,
    *parameters: Schema,
    body: str | None = None,
    needed: bool = True,
) -> Schema:
    content = {"application/json": {"schema": named(body)}} if body is not None else None
    return {
        "summary": summary,
        "parameters": list(parameters),
        **({"requestBody": {"required": needed, "content": content}} if content is not None else {}),
        "responses": {
            str(status): _content("Done.", answer) if answer is not None else {"description": "Done."},
            "401": {"$ref": "#/components/responses/Unauthorized"},
            "default": {"$ref": "#/components/responses/Error"},
        },
    }


def data_of(schema: str) -> Schema:
    return object_of({"data": named(schema)})


def _paths() -> Schema:
    of, one = OF_CONNECTION, OF_REQUEST
    connection = f"{ROOT}/connections/{{connection_id}}"
    request = data_of("queued_request")
    number: Schema = {"type": "integer"}
    page = object_of({"data": array_of(named("queued_request")), "page": number, "total_pages": number})
    read, withdraw = "Show a queued request.", "Withdraw a queued request that waits."
    paths: Schema = {
        f"{ROOT}/connections": {
            "get": operation("List the connections.", 200, object_of({"data": array_of(named("connection"))})),
            "post": operation(
                "Make a connection, with books of its own.",
                201,
                data_of("connection"),
                body="new_connection",
                needed=False,
            ),
        },
        connection: {
            "get": operation("Show a connection.", 200, data_of("connection"), of),
            "delete": operation("Delete a connection.", 204, None, of),
        },
        f"{connection}/onboarding_url": {
            "post": operation(
                "Make a link for the person who connects QuickBooks.",
                200,
                data_of("connection"),
                of,
                body="new_connection",
                needed=False,
            ),
        },
        f"{connection}/password": {
            "post": operation(
                "Give the Web Connector another password.",
                200,
                object_of({"data": object_of({"id": UUID, "password": TEXT})}),
                of,
                body="new_password",
                needed=False,
            ),
        },
        f"{connection}/qwc": {
            method: operation("Fetch the file that the Web Connector takes.", 200, object_of({"qwc": TEXT}), of)
            for method in ("get", "post")
        },
        f"{connection}/queued_requests": {
            "get": operation("List queued requests.", 200, page, of, *(parameter(each) for each in PAGING)),
            "post": operation("Queue a qbXML request.", 201, request, of, IDEMPOTENCY, body="new_request"),
        },
        f"{connection}/queued_requests/{{id}}": {
            "get": operation(read, 200, request, of, one),
            "delete": operation(withdraw, 204, None, of, one),
        },
        f"{ROOT}/queued_requests/{{id}}": {
            "get": operation(read, 200, request, one),
            "delete": operation(withdraw, 204, None, one),
        },
    }
    for name, query in QUERIES.items():
        parameters = (parameter(each) for each in query.parameters)
        shown = name.replace("_", " ")
        paths[f"{connection}/{name}"] = {"get": operation(f"Query {shown}.", 200, request, of, *parameters)}
    common = (parameter(each) for each in COMMON)
    paths[f"{connection}/invoices"]["post"] = operation(
        "Create an invoice.", 201, request, of, IDEMPOTENCY, *common, body="invoice"
    )
    return paths
