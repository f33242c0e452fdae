"""What there is to tell of a request: what it did to objects in the books, and how it ended itself."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from counterfoil.core.errors import Refusal
from counterfoil.core.problems import Problem, named
from counterfoil.dispatch.events import Happening
from counterfoil.dispatch.paying import Given, Knowledge, paid_by
from counterfoil.dispatch.protocols import Failure
from counterfoil.model.catalogue import BY_MODEL
from counterfoil.model.event import SUBJECTS
from counterfoil.model.outcome import Done
from counterfoil.model.shape import Resource
from counterfoil.wire.qbxml.completed import completed
from counterfoil.wire.qbxml.messages import MAPS
from counterfoil.wire.qbxml.outcomes import Response, items_of, outcome_of, read_responses
from counterfoil.wire.qbxml.tree import Document, parse
from counterfoil.wire.qbxml.zones import UNKNOWN, Zone, inward

WHAT: Final[Mapping[str, str]] = {"create": "created", "update": "updated", "void": "voided", "delete": "deleted"}
"""What a verb does to an object, as events call it."""

VERBS: Final[Mapping[str, str]] = {"AddRs": "create", "ModRs": "update"}
GONE: Final[Mapping[str, tuple[str, str]]] = {
    "TxnVoidRs": ("void", "TxnVoidType"),
    "TxnDelRs": ("delete", "TxnDelType"),
    "ListDelRs": ("delete", "ListDelType"),
}
"""Answers that tell of what is no more, and the element that names its kind."""

RESOURCES: Final[Mapping[str, str]] = {each.name: each.resource for each in MAPS}
PAYING: Final[Mapping[str, str]] = {"InvoiceMod": "invoices", "ReceivePaymentMod": "receive_payments"}
"""What is changed by such an element may be paid, or pay, by that."""

PAID: Final = "invoice.paid"
LARGEST_READ: Final = 4 * 1024 * 1024
"""Bytes of an answer that is looked into for what it did."""

_TELLING: Final = re.compile(rb"<(?:\w+(?:Add|Mod|Void|Del)Rs|InvoiceRet|ReceivePaymentRet)\b")
"""What an answer has that is worth looking into."""

Find = Callable[[str], Resource | None]
"""An invoice by its id, where the books can be asked at once."""

NOTHING: Final = Given()


def nowhere(_: str) -> Resource | None:
    """Books that cannot be asked at once."""
    return None


def of_command(
    verb: str,
    resource: str,
    done: Done,
    request_id: str | None,
    *,
    knowledge: Knowledge = NOTHING,
    find: Find = nowhere,
) -> list[Happening]:
    """What a command did: to its object, and to invoices that are paid with it and were not before."""
    result = done.result
    subject = SUBJECTS.get(resource)
    if subject is None or verb not in WHAT:
        return []
    told = [
        Happening(type=f"{subject}.{WHAT[verb]}", subject_id=result.id, resource=result, request_id=request_id),
    ]
    if not isinstance(result, Resource):
        knowledge.note(resource, result)
        return told
    paid = paid_by(result)
    if verb == "update":
        paid -= knowledge.paid_before(paid)
    knowledge.note(resource, result)
    for invoice_id in sorted(paid):
        invoice = result if invoice_id == result.id else find(invoice_id)
        told.append(_paid(invoice_id, invoice, request_id))
    return told


def of_query(things: Sequence[Resource], request_id: str | None, knowledge: Knowledge) -> list[Happening]:
    """What a query brought to light: invoices that have been paid since they were seen last."""
    return [_paid(id, invoice, request_id) for id, invoice in knowledge.seen(things)]


def of_document(
    answer: bytes | None,
    request_id: str,
    *,
    zone: Zone = UNKNOWN,
    knowledge: Knowledge = NOTHING,
    find: Find = nowhere,
) -> list[Happening]:
    """What the messages of a qbXML document did, and what its queries brought to light, from their answers; nothing
    where these cannot be read. `zone` is where QuickBooks runs."""
    if answer is None or len(answer) > LARGEST_READ or not _TELLING.search(answer):
        return []
    try:
        root = parse(answer, largest=LARGEST_READ, forgiving=True).root
        responses = read_responses(Document(inward(root, zone))).responses
    except Refusal:
        return []
    return [each for response in responses for each in _of_response(response, request_id, knowledge, find)]


def changed_by(document: bytes) -> list[tuple[str, str]]:
    """Resource and id of what a qbXML document is to change and may be paid, or pay, by that."""
    if b"ModRq" not in document:
        return []
    try:
        root = parse(document, largest=LARGEST_READ).root
    except Refusal:
        return []
    return [
        (PAYING[each.name], each.text_of("TxnID") or "")
        for messages in root.children
        for request in messages.children
        for each in request.children
        if each.name in PAYING
    ]


def _paid(invoice_id: str, invoice: Resource | None, request_id: str | None) -> Happening:
    return Happening(type=PAID, subject_id=invoice_id, resource=invoice, request_id=request_id)


def _of_response(response: Response, request_id: str, knowledge: Knowledge, find: Find) -> Iterable[Happening]:
    if response.refused:
        return []
    if response.name in GONE:
        verb, element = GONE[response.name]
        outcome = outcome_of(response)
        resource = RESOURCES.get(response.node.text_of(element) or "", "")
        if not isinstance(outcome, Done):
            return []
        return of_command(verb, resource, outcome, request_id, knowledge=knowledge)
    things = [completed(each) for each in items_of(response)]
    verb = VERBS.get(response.name[-5:], "")
    if not verb:
        return of_query(things, request_id, knowledge)
    told = (
        of_command(verb, BY_MODEL[type(each)].name, Done(result=each), request_id, knowledge=knowledge, find=find)
        for each in things
    )
    return [each for one in told for each in one]


def succeeded(request_id: str, details: Mapping[str, str]) -> Happening:
    return Happening(type="request.succeeded", subject_id=request_id, request_id=request_id, details=details)


def failed(request_id: str, details: Mapping[str, str], code: str, message: str) -> Happening:
    """The request is not carried out, and will not be."""
    told = {**details, "code": code, "message": message}
    return Happening(type="request.failed", subject_id=request_id, request_id=request_id, details=told)


def refused(request_id: str, details: Mapping[str, str], problems: Iterable[Problem]) -> Happening:
    """The books refused it; the first problem's code is told, and the words of all."""
    known = tuple(problems)
    code = str(known[0].values.get("code") or known[0].kind) if known else ""
    return failed(request_id, details, code, "; ".join(each.what(named(each.place)) for each in known))


def ended(request_id: str, details: Mapping[str, str], failure: Failure | None) -> Happening:
    """How a document ended: the first error in it makes it one that failed."""
    if failure is None:
        return succeeded(request_id, details)
    return failed(request_id, details, failure.code, failure.message)


def in_doubt(request_id: str, details: Mapping[str, str]) -> Happening:
    """Nobody knows whether it was carried out: it is being looked for, and must not be sent again."""
    return Happening(type="request.outcome_unknown", subject_id=request_id, request_id=request_id, details=details)


def resolved(request_id: str, details: Mapping[str, str], outcome: str) -> Happening:
    """It is known what became of a request that was in doubt: `applied` or `not_applied`."""
    told = {**details, "outcome": outcome}
    return Happening(type="request.outcome_resolved", subject_id=request_id, request_id=request_id, details=told)
