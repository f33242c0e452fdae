"""One request and one answer of every message that is served, as documents."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from msgspec import structs
from tests.unit.wire.qbxml.samples import MOMENT, V13, draft_of, object_of, sample, update_of

from counterfoil.core.problems import Problem
from counterfoil.model.command import Create, Delete, Void
from counterfoil.model.outcome import Deleted, Done, Refused, Voided
from counterfoil.model.query import Deletion, Page, SelectDeleted
from counterfoil.model.sales import Invoice
from counterfoil.model.values import Ref
from counterfoil.wire.qbxml import answer, serve, tree, write
from counterfoil.wire.qbxml.elements import Writing, object_elements
from counterfoil.wire.qbxml.maps.company import Host
from counterfoil.wire.qbxml.messages import BY_RESOURCE, MAPS, MESSAGES, Message
from counterfoil.wire.qbxml.paging import Found
from counterfoil.wire.qbxml.tree import Node

Exchange = tuple[str, bytes, bytes]
"""The name of a case, its request and its answer."""

NAMED = ("ids", "full_names", "ref_numbers", "exact_ref_numbers")


def exchanges() -> Iterator[Exchange]:
    for table in MAPS:
        thing = object_of(table)
        if "A" in table.verbs:
            yield _exchange(f"{table.name}Add", write.request_node(draft_of(table), request_id="1"), Done(result=thing))
        if "M" in table.verbs:
            node = write.request_node(update_of(table), request_id="2")
            yield _exchange(f"{table.name}Mod", node, Done(result=thing))
    yield from _queries()
    yield from _removals()
    yield from _refusals()


def query_node(message: Message, **changes: Any) -> Node:
    """A query with every element that it may have at once."""
    question = sample(message.part, "a")
    given = dict.fromkeys((name for name in NAMED if getattr(question, name)), ())
    if question.days is not None:
        changes = {"days": structs.replace(question.days, macro=None), **changes}
    for name in ("entity", "worker", "account", "class_"):
        chosen = getattr(question, name)
        if chosen is not None:
            changes = {name: structs.replace(chosen, full_names=(), branch_id=None, branch_name=None), **changes}
    if question.currency is not None:
        changes = {"currency": structs.replace(question.currency, ids=()), **changes}
    if question.txn_types or question.list_types:
        names = tuple(table.name for table in message.maps)
        changes = {"txn_types" if question.txn_types else "list_types": names, **changes}
    question = structs.replace(question, **{**given, **changes})
    attributes = {"requestID": "3"} | ({"iterator": "Start"} if message.paged else {})
    return Node(message.rq, attributes, "", object_elements(message.part, question, Writing("a", V13)))


def _queries() -> Iterator[Exchange]:
    for message in MESSAGES.values():
        if message.action not in ("query", "query_any", "deleted"):
            continue
        node = query_node(message)
        node = Node(node.name, node.attributes, "", tuple(child for child in node.children if child.name != serve.RET))
        yield _exchange(message.name, node, _found(message))


def _found(message: Message) -> Any:
    if message.action == "deleted":
        return tuple(
            Deletion(
                resource=table.resource, id="1C5D-1769331723", label="INV-1042", created_at=MOMENT, deleted_at=MOMENT
            )
            for table in message.maps[:2]
        )
    things = tuple(object_of(table) for table in message.maps)
    if isinstance(things[0], Host):
        return structs.replace(things[0], supported_versions=("12.0", "13.0"))
    if message.name in ("CompanyQuery", "PreferencesQuery"):
        return things[0]
    if not message.paged:
        return Found(items=things)
    return Found(items=things, place=(0, 1729), remaining=4)


def _removals() -> Iterator[Exchange]:
    gone = Deleted(id="1C5D-1769331723", label="INV-1042", deleted_at=MOMENT)
    voided = Voided(id="1C5D-1769331723", ref_number="INV-1042", created_at=MOMENT, updated_at=MOMENT + 60)
    delete = Delete(resource="invoices", id="1C5D-1769331723")
    yield _exchange("TxnDel", write.request_node(delete, request_id="4"), Done(result=gone))
    void = Void(resource="invoices", id="1C5D-1769331723")
    yield _exchange("TxnVoid", write.request_node(void, request_id="5"), Done(result=voided))
    of_list = Delete(resource="customers", id="80000041-1769331723")
    result = Deleted(id="80000041-1769331723", label="Kowalski:Barn", deleted_at=MOMENT)
    yield _exchange("ListDel", write.request_node(of_list), Done(result=result))
    asked = SelectDeleted(resources=("invoices", "credit_memos"), since=MOMENT, until=MOMENT + 86400)
    yield _exchange("TxnDeletedQuery.none", write.request_node(asked, request_id="6"), ())


def _refusals() -> Iterator[Exchange]:
    draft = Invoice(
        customer=Ref("80000041-1769331723"), transaction_date=date(2026, 1, 25), memo="Zażółć gęślą jaźń – “ok”"
    )
    node = write.request_node(Create(resource="invoices", draft=draft), request_id="7", def_macro="TxnID:first")
    missing = Problem("reference_missing", ("customer",), {"thing": "customer", "value": "80000041-1769331723"})
    yield _exchange("InvoiceAdd.refused", node, Refused((missing,)))
    paid = Problem(
        "over_application",
        ("applications", 0, "payment_amount"),
        {"applied": Decimal("129.43"), "due": Decimal("100.00"), "id": "1A4F-1769331001"},
    )
    table = BY_RESOURCE["receive_payments"]
    yield _exchange("ReceivePaymentAdd.refused", write.request_node(draft_of(table), request_id="8"), Refused((paid,)))
    message = MESSAGES["CustomerQueryRq"]
    names = Node("CustomerQueryRq", {"requestID": "9"}, "", (tree.leaf("FullName", "Kowalski:Shed"),))
    gone = Problem("object_missing", (), {"thing": "Customer", "value": "Kowalski:Shed"})
    yield _exchange("CustomerQuery.missing", names, Found(items=(), missing=(gone,)))
    yield _exchange("CustomerQuery.none", query_node(message, ret_elements=()), Page(items=()))


def _exchange(name: str, node: Node, result: Any) -> Exchange:
    request = write.request_document(write.request_root([node]))
    asked = serve.read_requests(tree.parse(request))
    assert asked.problems == ()
    root = answer.response_root([answer.answered(asked.requests[0], result)], asked)
    return name, request, tree.serialize(root)
