"""Queued requests and connections as the vendor tells of them, and the letter that is posted of a settled request."""

from collections.abc import Sequence
from typing import Any

import msgspec

from counterfoil.core.dates import local_moment
from counterfoil.core.ids import is_uuid
from counterfoil.dialects.qube.assumed import (
    CONNECTION_TYPE,
    ERROR_TYPES,
    LETTER_DONE,
    LETTER_FAILED,
    ONE_PAGE,
)
from counterfoil.dialects.qube.documents import shown_document
from counterfoil.dispatch.administration import UNNAMED
from counterfoil.dispatch.connecting import DESKTOP, ConnectLink
from counterfoil.storage.connectors import Connector
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.post import DeliveryAttempt
from counterfoil.storage.queue import QueuedPage, QueuedRequest
from counterfoil.wire.qbxml.as_json import json_of, response_json
from counterfoil.wire.qbxml.tree import parse

ROOT = "/api/v1"
LARGEST = 1 << 30
"""Bytes of what the books themselves wrote: no limit but what a process can hold."""

_json = msgspec.json.Encoder(decimal_format="number")


def told_request(connection: ConnectionRecord, request: QueuedRequest, attempts: Sequence[DeliveryAttempt]) -> Any:
    """A queued request, its keys in the vendor's order."""
    one = f"/queued_requests/{request.id}"
    connection_path = f"/connections/{connection.known_as}"
    return {
        "id": request.id,
        "request_xml": shown_document(request.request),
        "connection_id": connection.known_as,
        "request_json": json_of(parse(request.request, largest=LARGEST)),
        **_response(request.response),
        "webhook_url": request.webhook_url,
        "webhook_attempts": [
            {"attempted_at": moment(each.attempted_at), "response": _answer(each)} for each in attempts
        ],
        "webhook_error": request.webhook_error,
        "error": _error(request),
        "links": {
            "self": f"{ROOT}{connection_path}{one}",
            "ui": f"/app{one}",
            "connection_ui": f"/app/connections/{connection.id}",
        },
        "inserted_at": moment(request.created_at),
        "updated_at": moment(request.updated_at),
        "state": request.state,
        "webhook_state": request.webhook_state,
    }


def letter(request: QueuedRequest, page: QueuedPage | None = None) -> bytes:
    """What is posted of a settled request, or of one page of its answer."""
    return _json.encode(told_letter(request, page))


def told_letter(request: QueuedRequest, page: QueuedPage | None = None) -> dict[str, Any]:
    error = _error(request)
    return {
        "timestamp": moment(page.created_at if page is not None else request.updated_at),
        "id": request.id,
        "page_request_id": page.id if page is not None else request.id,
        "page": page.number if page is not None else ONE_PAGE,
        "state": LETTER_DONE if error is None else LETTER_FAILED,
        **_response(page.response if page is not None else request.response),
        "error": error,
    }


def told_connection(
    connection: ConnectionRecord,
    connector: Connector | None = None,
    link: ConnectLink | None = None,
    redirect_url: str | None = None,
) -> Any:
    """A connection. Embedded books have no company file, product or Web Connector: what tells of these is null.

    The onboarding link is told when it is made, and never again: only its digest is kept.
    """
    used = connector.last_seen_at if connector is not None else connection.last_success_at
    return {
        "id": connection.known_as,
        "app_id": connection.account_id,
        "username": connection.id,
        "name": _name(connection),
        "last_connected_at": moment(used) if used is not None else None,
        "company_file": connector.company_file if connector is not None else None,
        "type": CONNECTION_TYPE,
        "qbxml_version": connector.qbxml_version if connector is not None else None,
        "quickbooks_product_name": connector.product if connector is not None else None,
        "redirect_url": redirect_url,
        "links": {
            "self": f"{ROOT}/connections/{connection.known_as}",
            "ui": f"/app/connections/{connection.id}",
            "onboarding": link.url if link is not None else None,
        },
        "inserted_at": moment(connection.created_at),
        "updated_at": moment(max(connection.created_at, connection.last_request_at or 0)),
    }


def connection_id(text: str) -> str:
    """The connection that an address names: a UUID in either case, else an alias."""
    return text.lower() if is_uuid(text) else text


def moment(seconds: int) -> str:
    """`2023-01-01T12:00:00Z`."""
    return local_moment(seconds).removesuffix("+00:00") + "Z"


def _name(connection: ConnectionRecord) -> str | None:
    """What a connection is called; one to QuickBooks without a name is called as its company, once that is known."""
    is_to_be_told = connection.name == UNNAMED and connection.books == DESKTOP
    return None if is_to_be_told else connection.name or None


def _response(document: bytes | None) -> dict[str, Any]:
    if document is None:
        return {"response_xml": None, "response_json": None}
    return {
        "response_xml": shown_document(document),
        "response_json": response_json(parse(document, largest=LARGEST)),
    }


def _answer(attempt: DeliveryAttempt) -> str:
    return f"{attempt.status} {attempt.answer}".strip() if attempt.status is not None else attempt.answer


def _error(request: QueuedRequest) -> dict[str, Any] | None:
    """What the books refused, with their code and the vendor's name for it."""
    if request.error is None:
        return None
    kept = msgspec.json.decode(request.error, type=dict[str, str])
    code = kept["code"]
    known = ERROR_TYPES.get(code)
    return {"message": kept["message"], "code": code, "details": {"type": known} if known else {}}
