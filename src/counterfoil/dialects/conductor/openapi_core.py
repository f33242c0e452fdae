"""The OpenAPI description of what stands beside the resources: health check, end-users and auth-sessions."""

from typing import Any, Final

Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string"}
_SHORT: Final[Schema] = {"type": "string", "minLength": 1, "maxLength": 255}
_MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}
_MAYBE_MOMENT: Final[Schema] = {"anyOf": [_MOMENT, {"type": "null"}]}
_ID: Final[Schema] = {"name": "id", "in": "path", "required": True, "schema": _TEXT}


_SLUG: Final[Schema] = {"name": "slug", "in": "path", "required": True, "schema": {"const": "quickbooks_desktop"}}


def _object(**properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


SCHEMAS: Final[dict[str, Schema]] = {
    "health": _object(duration={"type": "integer", "description": "Milliseconds."}, status={"const": "ok"}),
    "integration_connection": _object(
        id=_TEXT,
        objectType={"const": "integration_connection"},
        createdAt=_MOMENT,
        integrationSlug={"const": "quickbooks_desktop"},
        lastRequestAt=_MAYBE_MOMENT,
        lastSuccessfulRequestAt=_MAYBE_MOMENT,
    ),
    "end_user": _object(
        id=_TEXT,
        objectType={"const": "end_user"},
        createdAt=_MOMENT,
        companyName=_TEXT,
        sourceId=_TEXT,
        email=_TEXT,
        integrationConnections=_array(_ref("integration_connection")),
    ),
    "end_user_create": _object(companyName=_SHORT, sourceId=_SHORT, email=_SHORT),
    "end_users": _object(objectType={"const": "list"}, url=_TEXT, data=_array(_ref("end_user"))),
    "end_user_deleted": _object(id=_TEXT, objectType={"const": "end_user"}, deleted={"const": True}),
    "qbxml": {"type": "object", "minProperties": 1, "description": "qbXML by element names; `@` before attributes."},
    "auth_session": _object(
        id=_TEXT,
        objectType={"const": "auth_session"},
        createdAt=_MOMENT,
        endUserId=_TEXT,
        clientSecret=_TEXT,
        authFlowUrl=_TEXT,
        expiresAt=_MOMENT,
        redirectUrl={"anyOf": [_TEXT, {"type": "null"}]},
    ),
    "auth_session_create": {
        **_object(publishableKey=_SHORT, endUserId=_SHORT),
        "properties": {
            "publishableKey": _SHORT,
            "endUserId": _SHORT,
            "linkExpiryMins": {"type": "integer", "minimum": 15, "maximum": 10080, "default": 30},
            "redirectUrl": {"type": "string", "format": "uri", "maxLength": 255},
        },
    },
}


def _operation(summary: str, answer: str, body: str | None = None, *parameters: Schema) -> Schema:
    operation: Schema = {
        "summary": summary,
        "responses": {
            "200": {"description": "Done.", "content": {"application/json": {"schema": _ref(answer)}}},
            "default": {"$ref": "#/components/responses/Error"},
        },
    }
    if parameters:
        operation["parameters"] = list(parameters)
    if body is not None:
        content = {"application/json": {"schema": _ref(body)}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


PATHS: Final[dict[str, Schema]] = {
    "/v1/quickbooks-desktop/health-check": {
        "get": _operation(
            "How long the books take to answer.", "health", None, {"$ref": "#/components/parameters/EndUser"}
        )
    },
    "/v1/end-users": {
        "get": _operation("List the end-users.", "end_users"),
        "post": _operation("Create an end-user, with books of its own.", "end_user", "end_user_create"),
    },
    "/v1/end-users/{id}": {
        "get": _operation("Read an end-user.", "end_user", None, _ID),
        "delete": _operation("Delete an end-user and its connection.", "end_user_deleted", None, _ID),
    },
    "/v1/end-users/{id}/passthrough/{slug}": {
        "post": _operation("Ask QuickBooks in qbXML, written as JSON.", "qbxml", "qbxml", _ID, _SLUG)
    },
    "/v1/auth-sessions": {
        "post": _operation("Make a link by which a person connects a company.", "auth_session", "auth_session_create")
    },
}
