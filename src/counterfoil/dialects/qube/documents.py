"""What callers send → a qbXML request document: their own, or one that is made of fields and parameters."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from counterfoil.core.errors import Invalid, Malformed, Refusal
from counterfoil.core.problems import Problem
from counterfoil.dialects.qube.assumed import NEITHER, VERSION
from counterfoil.dialects.qube.fields import INVOICE
from counterfoil.dialects.qube.queries import QUERIES, Asked, places_of
from counterfoil.dialects.qube.read import LONGEST_SHOWN, MOST_PROBLEMS, Values, refuse, sent_places, unknown_keys
from counterfoil.dialects.qube.values import Flaw, text, wrong_type
from counterfoil.wire.qbxml.as_json import tree_of_json
from counterfoil.wire.qbxml.elements import Writing, change_elements, object_elements
from counterfoil.wire.qbxml.maps.sales import INVOICES
from counterfoil.wire.qbxml.message_names import is_known, nearest
from counterfoil.wire.qbxml.serve import Request, read_requests
from counterfoil.wire.qbxml.table import version_of
from counterfoil.wire.qbxml.tree import LARGEST, Document, Node, parse
from counterfoil.wire.qbxml.write import request_document, request_root

WRAPPER: Final = "queued_request"
KEYS: Final = ("request_xml", "request_json", "webhook_url")
SURE: Final = frozenset({"required", "wrong_type", "too_long", "too_many", "not_a_choice", "out_of_range", "exclusive"})
"""Problems that no books are needed to find."""

MARK: Final = "\ufeff"
OTHERS: Final = frozenset(
    {
        "us-ascii",
        "ascii",
        "iso-8859-1",
        "latin1",
        "latin-1",
        "windows-1252",
        "cp1252",
        "utf-16",
        "utf-16le",
        "utf-16be",
    }
)
"""Encodings that documents declare, and that say nothing of a document that came as a text within JSON."""

_DECLARED = re.compile(r"""\s*<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")


def unwrapped(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The request within a body: bare, or wrapped as the vendor's clients send it."""
    if WRAPPER not in body:
        return body
    refuse(unknown_keys(body, (WRAPPER,)))
    inner = body[WRAPPER]
    if not isinstance(inner, dict):
        flaw = wrong_type("an object", inner)
        raise Invalid(Problem(flaw.kind, (WRAPPER,), flaw.values))
    return inner


def raw_document(request: Mapping[str, Any]) -> bytes:
    """The document of a request that holds one, as qbXML or as JSON. Raises Invalid for what is no qbXML request."""
    refuse(unknown_keys(request, KEYS))
    given = [key for key in KEYS[:2] if request.get(key) not in (None, "")]
    if not given:
        raise Invalid(Problem("not_served", ("request_xml",), {"detail": NEITHER}))
    if len(given) > 1:
        raise Invalid(Problem("exclusive", ("request_xml",), {"other": "request_json"}))
    key = given[0]
    try:
        document: bytes = _written(request[key]) if key == "request_xml" else _made(request[key])
        _check(parse(document))
    except Flaw as flaw:
        raise Invalid(Problem(flaw.kind, (key,), flaw.values)) from None
    except Refusal as refusal:
        raise Invalid(*(_placed(problem, key) for problem in refusal.problems)) from None
    return document


def shown_document(document: bytes) -> str:
    """A document as a text, for JSON."""
    return document.decode().removeprefix(MARK)


def invoice_document(values: Values, request_id: str) -> bytes:
    """The InvoiceAdd of an invoice's values: its elements in qbXML's order, whatever the order they came in."""
    writing = Writing("a", version_of(VERSION))
    elements = change_elements(INVOICES.part, values, writing)
    refuse(sent_places(INVOICE, writing.problems))
    return _document(Node("InvoiceAddRq", {"requestID": request_id}, "", (Node("InvoiceAdd", {}, "", elements),)))


def query_document(asked: Asked) -> bytes:
    """The query that parameters ask for; of one that iterates, the beginning of its iterator."""
    query = QUERIES[asked.name]
    writing = Writing("a", version_of(VERSION))
    elements = object_elements(query.part, asked.asked_of_books, writing)
    refuse(places_of(query, writing.problems))
    attributes = {"requestID": asked.request_id, **({"iterator": "Start"} if asked.iterates else {})}
    return _document(Node(query.message, attributes, "", elements))


def _document(request: Node) -> bytes:
    return request_document(request_root((request,)), version=VERSION)


def _written(given: Any) -> bytes:
    """A text as bytes. What encoding it declares is no matter any more; a mark at its beginning says so."""
    written: str = text(LARGEST)(given)
    declared = _DECLARED.match(written[:400])
    name = declared.group(1).lower() if declared is not None else "utf-8"
    return (MARK + written if name in OTHERS else written).encode()


def _made(given: Any) -> bytes:
    if not isinstance(given, dict | list):
        raise wrong_type("an object", given)
    tree = tree_of_json(given)
    return request_document(tree.root, version=tree.version or VERSION)


def _check(document: Document) -> None:
    """Refuse what QuickBooks would not read, or would be sure to refuse, before anything waits for it."""
    asked = read_requests(document)
    problems = [*asked.structure, *(each for request in asked.requests for each in _flaws(request))]
    if problems:
        raise Malformed(*problems[:MOST_PROBLEMS])


def _flaws(request: Request) -> list[Problem]:
    """What is wrong with a request that QuickBooks can read: its name, or values that are none of their kind.

    What only the books can know, whether there is such a customer, they are asked. Iterators are theirs as well.
    """
    if request.message is None:
        return [] if is_known(request.name) else [_unknown_message(request)]
    told = set(map(id, request.structure))
    return [
        problem
        for problem in request.problems
        if id(problem) not in told and problem.kind in SURE and problem.place[-1:] != ("iteratorID",)
    ]


def _unknown_message(request: Request) -> Problem:
    name, near = request.name[:LONGEST_SHOWN], nearest(request.name)
    hint = f"; `{near}` was perhaps meant" if near is not None else ""
    place = request.problems[0].place
    return Problem("not_served", place, {"detail": f"`{name}` is no request of qbXML{hint}"})


def _placed(problem: Problem, key: str) -> Problem:
    """A problem within a document, under the key that holds the document."""
    if problem.kind == "malformed":
        return Problem("not_served", (key,), {"detail": f"could not be read: {problem.values['detail']}"})
    return replace(problem, place=(key, *problem.place))
