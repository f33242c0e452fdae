"""Answers: status, counts, iterators, and what of an object is shown."""

from collections.abc import Callable
from string import Formatter
from typing import Any

import pytest
from msgspec import structs
from tests.unit.wire.qbxml.samples import draft_of, object_of
from tests.unit.wire.qbxml.test_requests import asked, asked_set

from counterfoil.core.errors import BooksRefused
from counterfoil.core.problems import KINDS, Problem
from counterfoil.model.addresses import CustomField
from counterfoil.model.items import DiscountItem, ServiceItem
from counterfoil.model.lists import Class
from counterfoil.model.outcome import Done, Refused
from counterfoil.model.query import Page, Select
from counterfoil.wire.qbxml.answer import answered, not_processed, response_root
from counterfoil.wire.qbxml.maps.sales import INVOICES
from counterfoil.wire.qbxml.messages import BY_RESOURCE
from counterfoil.wire.qbxml.paging import Found, Selects, gathered, place_of
from counterfoil.wire.qbxml.status import CODES, status_of
from counterfoil.wire.qbxml.tree import Node

CLASSES = tuple(Class(id=f"{number:X}-1", name=f"Class {number}", full_name=f"Class {number}") for number in range(9))


CREATE = "<InvoiceAddRq><InvoiceAdd><CustomerRef><FullName>K</FullName></CustomerRef></InvoiceAdd></InvoiceAddRq>"


def page_of(items: tuple[Any, ...]) -> Callable[[Select], Page]:
    """Books that hold `items` of every resource that has them, found by id, else page by page."""

    def run(select: Select) -> Page:
        mine = tuple(item for item in items if BY_RESOURCE[select.resource].model is type(item))
        if select.ids:
            missing = [each for each in select.ids if each not in {item.id for item in mine}]
            if missing:
                raise BooksRefused(*(Problem("object_missing", (), {"thing": "Object", "value": x}) for x in missing))
            return Page(items=tuple(item for item in mine if item.id in select.ids))
        rest = mine[select.after :]
        taken = rest[: select.limit]
        more = len(rest) - len(taken)
        return Page(items=taken, next=select.after + len(taken) if more else None, remaining=more)

    return run


def answer_to(body: str, items: tuple[Any, ...]) -> Node:
    request = asked(body)
    assert isinstance(request.asked, Select | Selects)
    return answered(request, gathered(request.asked, page_of(items)))


def test_a_query_that_finds() -> None:
    node = answer_to('<ClassQueryRq requestID="5"/>', CLASSES[:2])
    assert dict(node.attributes) == {
        "requestID": "5",
        "statusCode": "0",
        "statusSeverity": "Info",
        "statusMessage": "Status OK",
    }
    assert [child.name for child in node.children] == ["ClassRet", "ClassRet"]


def test_a_query_that_finds_nothing() -> None:
    node = answer_to("<ClassQueryRq/>", ())
    assert node.attributes["statusCode"] == "1"
    assert node.attributes["statusSeverity"] == "Info"
    assert "requestID" not in node.attributes


def test_a_query_by_ids_of_which_one_is_gone() -> None:
    node = answer_to("<ClassQueryRq><ListID>1-1</ListID><ListID>FF-1</ListID></ClassQueryRq>", CLASSES)
    assert node.attributes["statusCode"] == "500"
    assert node.attributes["statusSeverity"] == "Warn"
    assert 'required element ("FF-1")' in node.attributes["statusMessage"]
    assert [child.text_of("ListID") for child in node.children] == ["1-1"]


def test_counts_without_objects() -> None:
    node = answer_to('<ClassQueryRq metaData="MetaDataOnly"/>', CLASSES)
    assert (node.attributes["retCount"], node.children) == ("9", ())
    node = answer_to('<ClassQueryRq metaData="MetaDataAndResponseData"/>', CLASSES)
    assert (node.attributes["retCount"], len(node.children)) == ("9", 9)


def test_an_iterator_goes_through_several_lists() -> None:
    items = (
        *(ServiceItem(id=f"{number}-1", name=f"Hour {number}") for number in range(5)),
        *(DiscountItem(id=f"{number}-2", name=f"Off {number}") for number in range(3)),
    )
    seen, remaining, identifier, action = [], [], "", "Start"
    while "0" not in remaining:
        body = f'<ItemQueryRq iterator="{action}" {identifier}><MaxReturned>3</MaxReturned></ItemQueryRq>'
        node = answer_to(body, items)
        seen += [child.text_of("ListID") for child in node.children]
        remaining.append(node.attributes["iteratorRemainingCount"])
        identifier, action = f'iteratorID="{node.attributes.get("iteratorID")}"', "Continue"
    assert seen == [item.id for item in items]
    assert remaining == ["5", "2", "0"]


def test_an_iterator_belongs_to_its_question() -> None:
    first = asked('<CustomerQueryRq iterator="Start"><MaxReturned>1</MaxReturned></CustomerQueryRq>')
    node = answered(first, Found(items=(), place=(0, 77), remaining=3))
    identifier = node.attributes["iteratorID"]
    again = '<CustomerQueryRq iterator="Continue" iteratorID="{}"><MaxReturned>9</MaxReturned>{}</CustomerQueryRq>'
    found = asked(again.format(identifier, "")).asked
    assert isinstance(found, Select)
    assert (found.after, found.limit) == (77, 9)
    assert asked(again.format(identifier, "<ActiveStatus>All</ActiveStatus>")).problems != ()
    assert place_of("{not-an-id}", found) is None
    stopped = asked(f'<CustomerQueryRq iterator="Stop" iteratorID="{identifier}"/>')
    assert answered(stopped).attributes["statusCode"] == "0"


def test_what_is_shown_of_an_invoice() -> None:
    thing = object_of(INVOICES)

    def shown(body: str) -> list[str]:
        node = answered(asked(f"<InvoiceQueryRq>{body}</InvoiceQueryRq>"), Page(items=(thing,)))
        return [child.name for child in node.children[0].children]

    names = shown("")
    assert not {"InvoiceLineRet", "InvoiceLineGroupRet", "LinkedTxn", "DataExtRet"} & set(names)
    assert "InvoiceLineRet" in shown("<IncludeLineItems>true</IncludeLineItems>")
    assert "LinkedTxn" in shown("<IncludeLinkedTxns>true</IncludeLinkedTxns>")
    assert "DataExtRet" in shown("<OwnerID>0</OwnerID>")
    narrow = "<IncludeRetElement>Memo</IncludeRetElement><IncludeRetElement>TxnID</IncludeRetElement>"
    assert shown(narrow) == ["TxnID", "Memo"]
    assert shown("<IncludeRetElement>InvoiceLineRet</IncludeRetElement>") == []
    create = asked(CREATE)
    assert "InvoiceLineRet" in [child.name for child in answered(create, Done(result=thing)).children[0].children]


def test_custom_fields_are_told_to_their_owner() -> None:
    other = "{6F1C2A9E-4B7D-4C1E-9A53-0D2F8B61C7AA}"
    fields = (CustomField(owner_id="0", name="Colour", value="red"), CustomField(owner_id=other, name="X", value=""))
    thing = structs.replace(object_of(INVOICES), custom_fields=fields)
    body = f"<InvoiceQueryRq><OwnerID>{other.lower()}</OwnerID></InvoiceQueryRq>"
    node = answered(asked(body), Page(items=(thing,))).children[0]
    assert [child.text_of("DataExtName") for child in node.named("DataExtRet")] == ["X"]


def test_applied_amounts_bear_quickbooks_sign() -> None:
    thing = object_of(INVOICES)
    body = "<InvoiceQueryRq><IncludeLinkedTxns>true</IncludeLinkedTxns></InvoiceQueryRq>"
    node = answered(asked(body), Page(items=(thing,))).children[0]
    linked = node.child("LinkedTxn")
    assert node.text_of("AppliedAmount") == "-1250.40"
    assert linked is not None
    assert linked.text_of("Amount") == "-1250.40"


REFUSALS = {
    "reference_missing": (("customer",), {"value": "8-1", "thing": "customer"}, 3140, "QuickBooks Customer"),
    "required": (("transaction_date",), {}, 3150, 'missing element: "TxnDate"'),
    "name_in_use": (
        ("name",),
        {"value": "Kowalski"},
        3100,
        'The name "Kowalski" of the list element is already in use.',
    ),
    "stale_revision": (("revision",), {"value": "1", "thing": "x", "id": "y"}, 3200, "edit sequence"),
    "empty_transaction": (("lines",), {"thing": "invoice"}, 3180, "There was an error when saving a Invoice."),
    "object_missing": ((), {"thing": "Invoice", "value": "8-1"}, 3120, 'Object "8-1" specified in the request'),
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_refusals_of_the_books(kind: str) -> None:
    place, values, code, words = REFUSALS[kind]
    create = asked(CREATE)
    node = answered(create, Refused((Problem(kind, place, values), Problem("voided", (), {"thing": "x", "value": 1}))))
    assert node.attributes["statusCode"] == str(code)
    assert node.attributes["statusSeverity"] == "Error"
    assert words in node.attributes["statusMessage"]
    assert node.children == ()


def test_the_line_at_fault_is_named_as_quickbooks_does() -> None:
    create = asked(CREATE)
    node = answered(create, Refused((Problem("reference_missing", ("lines", 1, "item"), {"value": "Door"}),)))
    words = 'There is an invalid reference to QuickBooks Item "Door" in the Invoice line.'
    assert node.attributes["statusMessage"].startswith(words)


VALUES = {
    "<TxnDate>soon</TxnDate>": (3020, 'converting the date value "soon" in the field "TxnDate"'),
    "<IsPending>soon</IsPending>": (3010, "boolean"),
    "<InvoiceLineAdd><Amount>97.5</Amount></InvoiceLineAdd>": (3040, 'amount value "97.5" in the field "Amount"'),
    "<InvoiceLineAdd><Quantity>x</Quantity></InvoiceLineAdd>": (3060, "quantity"),
    "<InvoiceLineAdd><Rate>x</Rate></InvoiceLineAdd>": (3045, "price"),
    "<InvoiceLineAdd><RatePercent>x</RatePercent></InvoiceLineAdd>": (3050, "percentage"),
    "<RefNumber>123456789012</RefNumber>": (3070, 'The string "123456789012" in the field "RefNumber" is too long.'),
}


@pytest.mark.parametrize("inner", VALUES)
def test_values_that_quickbooks_could_not_convert(inner: str) -> None:
    request = asked(CREATE.replace("</InvoiceAdd>", f"{inner}</InvoiceAdd>"))
    assert request.structure == ()
    code, words = VALUES[inner]
    assert answered(request).attributes["statusCode"] == str(code)
    assert words in answered(request).attributes["statusMessage"]


def test_what_follows_a_refusal_is_not_processed() -> None:
    head = 'onError="stopOnError" newMessageSetID="M"'
    found = asked_set('<CheckAddRq requestID="1"/><ClassQueryRq requestID="2"/>', head=head)
    first, second = found.requests
    root = response_root([answered(first), not_processed(second)], found, message_set_status=0)
    messages = root.children[0]
    assert dict(messages.attributes) == {"newMessageSetID": "M", "messageSetStatusCode": "0"}
    assert [node.attributes["statusCode"] for node in messages.children] == ["1030", "3231"]
    assert [node.name for node in messages.children] == ["CheckAddRs", "ClassQueryRs"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_problem_has_a_status(kind: str) -> None:
    texts = (KINDS[kind].what, KINDS[kind].mend)
    names = {name for text in texts for _, name, _, _ in Formatter().parse(text) if name and name != "place"}
    problem = Problem(kind, ("lines", 0, "item"), dict.fromkeys({*names, "value"}, "x"))
    for query in (True, False):
        status = status_of([problem], "Invoice", query=query)
        assert status.code > 0
        assert status.message
    assert set(CODES) <= set(KINDS)


def test_drafts_are_samples_of_every_element() -> None:
    assert draft_of(INVOICES).draft != INVOICES.model()
