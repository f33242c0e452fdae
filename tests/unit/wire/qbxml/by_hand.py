"""`tests/golden/qbxml/by_hand`: requests and answers written from the vendor's list of messages, not by this program.

What they say stands beside them as values of the model, so that an element that leads to the wrong field, or a field
that is written into the wrong element, is seen.
"""

from pathlib import Path
from typing import Any, Final

from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.command import Update
from counterfoil.model.query import Page
from counterfoil.model.values import Ref
from counterfoil.wire.qbxml.outcomes import Response, items_of, page_of, read_responses
from counterfoil.wire.qbxml.serve import read_requests
from counterfoil.wire.qbxml.tree import Document, parse
from counterfoil.wire.qbxml.write import request_document, request_node, request_root

FOLDER: Final = Path(__file__).parents[3] / "golden" / "qbxml" / "by_hand"

CREATED: Final = 1769331723
"""2026-01-25T09:02:03Z, the moment at which everything in these documents was made; a minute later it was changed."""

LIST: Final[dict[str, Any]] = {
    "id": "80000041-1769331723",
    "created_at": CREATED,
    "updated_at": CREATED + 60,
    "revision": "1769331783",
}
TXN: Final[dict[str, Any]] = LIST | {"id": "1A4F-1769331723"}


def named(name: str) -> Ref:
    return Ref(None, name)


def changed(resource: str, **changes: Any) -> Update:
    """An update of the one object that all these documents are about."""
    identifier = TXN["id"] if CATALOGUE[resource].is_transaction else LIST["id"]
    return Update(resource=resource, id=identifier, revision="1769331783", changes=changes)


def document(name: str) -> Document:
    return parse((FOLDER / f"{name}.xml").read_bytes())


def asks(name: str, asked: Any, **more: Any) -> None:
    """The document asks exactly this: it is what is written for it, and it is read as it."""
    by_hand = document(f"{name}.rq")
    written = parse(request_document(request_root([request_node(asked, request_id="1", **more)])))
    assert written.root == by_hand.root
    (request,) = read_requests(by_hand).requests
    assert request.problems == ()
    assert request.asked == asked


def answer(name: str) -> Response:
    (response,) = read_responses(document(f"{name}.rs")).responses
    return response


def tells(name: str, *things: Any) -> None:
    """The document tells exactly these objects."""
    response = answer(name)
    assert items_of(response) == things
    page = page_of(response)
    assert isinstance(page, Page)
    assert page.items == things
