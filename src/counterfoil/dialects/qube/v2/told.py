"""What the second version tells: as the first does, but for absolute links, a connection's webhook, and pages."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from counterfoil.dialects.qube import told as first
from counterfoil.dialects.qube.assumed import ONE_PAGE
from counterfoil.dialects.qube.documents import shown_document
from counterfoil.dialects.qube.v2.assumed import COMPLETE, ITERATING, SANDBOX
from counterfoil.dispatch.connecting import ConnectLink
from counterfoil.storage.connectors import Connector
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.post import DeliveryAttempt
from counterfoil.storage.queue import QueuedPage, QueuedRequest
from counterfoil.wire.qbxml.as_json import response_json
from counterfoil.wire.qbxml.tree import parse

ROOT: Final = "/api/v2"
VERSION_NAME: Final = "v2"
"""How a queued request remembers that it came this way."""

_json = msgspec.json.Encoder(decimal_format="number")


def told_request(
    origin: str, connection: ConnectionRecord, request: QueuedRequest, attempts: Sequence[DeliveryAttempt]
) -> Any:
    """A queued request. `origin` is scheme and host of the address that the caller used."""
    told = first.told_request(connection, request, attempts)
    here = f"{origin}{ROOT}/connections/{told['connection_id']}"
    links = {
        "self": f"{here}/queued-requests/{request.id}",
        "pages": f"{here}/queued-requests/{request.id}/pages",
        **{name: f"{origin}{told['links'][name]}" for name in ("ui", "connection_ui")},
    }
    return {**told, "links": links}


def told_connection(
    origin: str,
    connection: ConnectionRecord,
    connector: Connector | None,
    link: ConnectLink | None,
    webhook: str | None,
) -> Any:
    """A connection; `webhook` is where post goes that names no other address."""
    told = first.told_connection(connection, connector, link, link.redirect_url if link is not None else None)
    links = {
        **told["links"],
        "self": f"{origin}{ROOT}/connections/{told['id']}",
        "ui": f"{origin}{told['links']['ui']}",
    }
    return {**told, "webhook_url": webhook, "links": links}


def letter(request: QueuedRequest, page: QueuedPage | None = None) -> bytes:
    """What is posted of a settled request, or of a page of it, in the version in which its caller speaks."""
    body = first.told_letter(request, page)
    if request.api_version == VERSION_NAME:
        state = None if page is None else ITERATING if page.remaining and page.response is not None else COMPLETE
        body |= {"sandbox": SANDBOX, "iteration_state": state}
    return _json.encode(body)


def told_pages(request: QueuedRequest, pages: Sequence[QueuedPage]) -> list[Any]:
    """The pages of an answer that have come; an answer as a whole is the only one."""
    if not pages and request.response is not None:
        return [_page(request, request.id, ONE_PAGE, request.response, 0, request.updated_at)]
    return [_page(request, page.id, page.number, page.response, page.remaining, page.created_at) for page in pages]


def _page(
    request: QueuedRequest, identifier: str, number: int, response: bytes | None, remaining: int | None, at: int
) -> Any:
    return {
        "id": identifier,
        "page_request_id": identifier,
        "queued_request_id": request.id,
        "page": number,
        "remaining_count": remaining,
        "response_xml": shown_document(response) if response is not None else None,
        "response_json": response_json(parse(response, largest=first.LARGEST)) if response is not None else None,
        "inserted_at": first.moment(at),
    }
