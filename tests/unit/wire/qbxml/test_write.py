"""What a client of QuickBooks sends, and what it makes of the answers."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from tests.unit.wire.qbxml.samples import GUID, draft_of, object_of, update_of
from tests.unit.wire.qbxml.test_requests import asked

from counterfoil.core.errors import Broken, Invalid, Malformed
from counterfoil.core.problems import named
from counterfoil.model.command import Create, Delete, LineChange, Update, Void
from counterfoil.model.items import SalesTaxGroupItem, ServiceItem
from counterfoil.model.lines import CreditToApply, SalesLine, SalesLineGroup
from counterfoil.model.outcome import Done, Refused
from counterfoil.model.query import Filter, Page, Read, Select, SelectDeleted
from counterfoil.model.receivables import Application, ReceivePayment
from counterfoil.model.sales import CreditMemo, Invoice
from counterfoil.model.values import Ref
from counterfoil.wire.qbxml import answer, outcomes, tree, write
from counterfoil.wire.qbxml.messages import MAPS
from counterfoil.wire.qbxml.questions import View
from counterfoil.wire.qbxml.serve import read_requests
from counterfoil.wire.qbxml.table import Map

EVERY = pytest.mark.parametrize("table", MAPS, ids=lambda table: table.name)


def again(asked_: Any, **more: Any) -> Any:
    """What the other side reads of a request."""
    document = write.request_document(write.request_root([write.request_node(asked_, **more)]))
    found = read_requests(tree.parse(document))
    assert found.problems == ()
    return found.requests[0].asked


@EVERY
def test_commands_arrive_as_they_were(table: Map) -> None:
    if "A" in table.verbs:
        assert again(draft_of(table)) == draft_of(table)
    if "M" in table.verbs:
        assert again(update_of(table)) == update_of(table)


@EVERY
def test_objects_arrive_as_they_were(table: Map) -> None:
    thing = object_of(table)
    body = f"<{table.name}QueryRq>" + "<OwnerID>0</OwnerID>" * _has("OwnerID", table)
    request = asked(f"{body}</{table.name}QueryRq>")
    request = structs.replace(request, view=View(links=True, owners=("0",)))
    result = thing if isinstance(request.asked, Read) else Page(items=(thing,))
    root = answer.response_root([answer.answered(request, result)], read_requests(tree.parse(_EMPTY)))
    document = tree.parse(tree.serialize(root))
    (response,) = outcomes.read_responses(document).responses
    assert outcomes.items_of(response) == (thing,)


_EMPTY = b'<QBXML><QBXMLMsgsRq onError="stopOnError"/></QBXML>'


def _has(tag: str, table: Map) -> bool:
    return any(row.tag == tag for row in table.query.rows)


@given(st.randoms(use_true_random=False), st.sampled_from([table for table in MAPS if "M" in table.verbs]))
def test_the_order_of_changes_never_matters(random: Any, table: Map) -> None:
    update = update_of(table)
    names = list(update.changes)
    random.shuffle(names)
    shuffled = structs.replace(update, changes={name: update.changes[name] for name in names})
    assert tree.fragment(write.request_node(shuffled)) == tree.fragment(write.request_node(update))


def test_a_draft_says_only_what_is_set() -> None:
    draft = Invoice(customer=Ref("8-1", "Kowalski"), lines=(SalesLine(quantity=Decimal("2.50"), amount=Decimal(5)),))
    assert tree.fragment(write.request_node(Create(resource="invoices", draft=draft))) == (
        "<InvoiceAddRq><InvoiceAdd><CustomerRef><ListID>8-1</ListID></CustomerRef><InvoiceLineAdd>"
        "<Quantity>2.5</Quantity><Amount>5.00</Amount></InvoiceLineAdd></InvoiceAdd></InvoiceAddRq>"
    )
    payment = ReceivePayment(customer=Ref(None, "Kowalski"), total_amount=Decimal("5"))
    assert "<IsAutoApply>false</IsAutoApply>" in tree.fragment(
        write.request_node(Create(resource="receive_payments", draft=payment))
    )
    applied = structs.replace(payment, applications=(Application(transaction_id="1A-1"),))
    assert "IsAutoApply" not in tree.fragment(write.request_node(Create(resource="receive_payments", draft=applied)))


def test_an_update_clears_and_keeps() -> None:
    changes = {"memo": None, "billing_address": {"line2": None, "city": "Austin"}, "class_": None}
    node = write.request_node(Update(resource="invoices", id="1A-1", revision="9", changes=changes))
    assert tree.fragment(node) == (
        "<InvoiceModRq><InvoiceMod><TxnID>1A-1</TxnID><EditSequence>9</EditSequence><ClassRef></ClassRef>"
        "<BillAddress><Addr2></Addr2><City>Austin</City></BillAddress><Memo></Memo></InvoiceMod></InvoiceModRq>"
    )


def test_the_other_of_two_rates_replaces_the_first() -> None:
    line = LineChange(id="1B-1", changes={"rate": None, "rate_percent": Decimal(10)})
    node = write.request_node(Update(resource="invoices", id="1A-1", revision="9", changes={"lines": (line,)}))
    assert "<Rate>" not in tree.fragment(node)
    assert "<RatePercent>10</RatePercent>" in tree.fragment(node)


def test_what_qbxml_cannot_say_is_refused_with_its_place() -> None:
    line = SalesLine(rate=Decimal(1), rate_percent=Decimal(2), other_custom_field1="x" * 30)
    draft = Invoice(
        customer=Ref("8-1"),
        ref_number="123456789012",
        external_id=GUID,
        lines=(line,),
    )
    with pytest.raises(Invalid) as caught:
        write.request_node(Create(resource="invoices", draft=draft), version="8.0")
    assert [(problem.kind, named(problem.place)) for problem in caught.value.problems] == [
        ("too_long", "ref_number"),
        ("not_enabled", "external_id"),
        ("exclusive", "lines[0].rate_percent"),
        ("too_long", "lines[0].other_custom_field1"),
    ]


@pytest.mark.parametrize(
    "command",
    [
        Void(resource="receive_payments", id="1"),
        Delete(resource="templates", id="1"),
        Update(resource="standard_terms", id="1", revision="1", changes={}),
    ],
)
def test_what_quickbooks_has_no_message_for(command: Any) -> None:
    with pytest.raises(Invalid) as caught:
        write.request_node(command)
    assert [problem.kind for problem in caught.value.problems] == ["not_served"]


def test_what_quickbooks_cannot_do_without_is_asked_for_before_it_is_sent() -> None:
    """A document without it would not be read at all, and QuickBooks would not say why."""
    group = SalesLineGroup(quantity=Decimal(1))
    credit = CreditToApply(applied_amount=Decimal(1))
    drafts = [
        Create(resource="invoices", draft=Invoice(lines=(SalesLine(), group), apply_credits=(credit,))),
        Create(resource="service_items", draft=ServiceItem(name="Fitting")),
        Create(resource="sales_tax_group_items", draft=SalesTaxGroupItem()),
        Create(resource="receive_payments", draft=ReceivePayment(customer=Ref("8-1"))),
        Create(resource="credit_memos", draft=CreditMemo(customer=Ref("8-1"))),
        Create(resource="credit_memos", draft=CreditMemo(customer=Ref("8-1"), lines=(group,))),
        Update(resource="invoices", id="1", revision="", changes={"apply_credits": (CreditToApply(),)}),
    ]
    found: list[list[tuple[str, str]]] = []
    for draft in drafts:
        try:
            write.request_node(draft)
            found.append([])
        except Invalid as refusal:
            found.append([(problem.kind, named(problem.place)) for problem in refusal.problems])
    assert {kind for problems in found for kind, _ in problems} == {"required"}
    assert [sorted(place for _, place in problems) for problems in found] == [
        ["apply_credits[0].credit_transaction_id", "customer", "lines[1].item_group"],
        ["sales_or_purchase"],
        ["name", "sales_tax_items"],
        [],
        ["lines"],
        ["lines[0].item_group"],
        ["apply_credits[0].applied_amount", "apply_credits[0].credit_transaction_id", "revision"],
    ]


def test_fields_without_an_element_are_known() -> None:
    draft = Invoice(customer=Ref("8-1"), tax_override=Decimal("1.00"), tax_mode="override_total")
    assert write.unspoken(Create(resource="invoices", draft=draft)) == ("tax_mode", "tax_override")
    changes = {"memo": "x", "external_id": "y"}
    assert write.unspoken(Update(resource="invoices", id="1", revision="1", changes=changes)) == ("external_id",)


def test_lines_that_stay_are_named_in_their_order() -> None:
    current = Invoice(
        lines=(SalesLine(id="A"), SalesLineGroup(id="B"), SalesLine(id="C"), SalesLineGroup(id="D"), SalesLine(id="E"))
    )
    lines = (LineChange(id="A", changes={}), LineChange(id="-1", changes={"amount": 1}), LineChange(id="E", changes={}))
    update = Update(resource="invoices", id="1", revision="1", changes={"lines": lines}, kept_lines="groups")
    with pytest.raises(Broken):
        write.request_node(update)
    whole = write.with_kept_lines(update, current)
    assert [line.id for line in whole.changes["lines"]] == ["A", "-1", "B", "D", "E"]
    assert [line.is_group for line in whole.changes["lines"]] == [False, False, True, True, False]
    assert whole.kept_lines == "none"


def test_attributes_are_passed_through() -> None:
    node = write.request_node(
        Create(resource="invoices", draft=Invoice(customer=Ref("8-1"))),
        request_id="r",
        def_macro="TxnID:m",
        view=View(elements=("TxnID",)),
    )
    root = write.request_root([node], new_message_set_id="NEW", old_message_set_id="OLD")
    assert write.request_document(root, version="14.0") == (
        b'<?xml version="1.0" encoding="utf-8"?><?qbxml version="14.0"?><QBXML><QBXMLMsgsRq onError="stopOnError" '
        b'newMessageSetID="NEW" oldMessageSetID="OLD"><InvoiceAddRq requestID="r"><InvoiceAdd defMacro="TxnID:m">'
        b"<CustomerRef><ListID>8-1</ListID></CustomerRef></InvoiceAdd><IncludeRetElement>TxnID</IncludeRetElement></InvoiceAddRq></QBXMLMsgsRq></QBXML>"
    )
    with pytest.raises(Broken):
        write.request_root([node], new_message_set_id="x" * 25)


def test_raw_documents_get_message_set_attributes_and_nothing_else() -> None:
    inner = '<QBXMLMsgsRq onError="continueOnError" oldMessageSetID="x"><BillAddRq a="1">é</BillAddRq></QBXMLMsgsRq>'
    raw = f"<QBXML>{inner}</QBXML>"
    root = write.with_message_set(tree.parse(raw.encode()).root, new_id="N", old_id=None)
    assert tree.fragment(root) == (
        '<QBXML><QBXMLMsgsRq onError="continueOnError" newMessageSetID="N"><BillAddRq a="1">&#233;</BillAddRq>'
        "</QBXMLMsgsRq></QBXML>"
    )


SELECTS = [
    Select(resource="invoices", ids=("1-1", "2-1")),
    Select(resource="customers", names=("A:B",)),
    Select(resource="invoices", ref_numbers=("7",), with_links=True),
    Select(
        resource="invoices",
        filters=(
            Filter("updated_at", ">=", 1767225600),
            Filter("customer_id", "in", ("8-1", "8-2")),
            Filter("account_name", "in", ("Receivables",)),
            Filter("ref_number", "contains", "7"),
            Filter("currency_id", "in", ("8-3",)),
            Filter("paid", "=", True),
        ),
        limit=50,
    ),
    Select(
        resource="credit_memos",
        filters=(
            Filter("date", ">=", date(2026, 1, 1)),
            Filter("date", "<=", date(2026, 1, 31)),
            Filter("ref_number", ">=", "1"),
            Filter("ref_number", "<=", "9"),
        ),
    ),
    Select(
        resource="customers",
        filters=(
            Filter("is_active", "=", False),
            Filter("updated_at", ">=", 0),
            Filter("updated_at", "<=", 86399),
            Filter("name", "starts", "K"),
            Filter("total_balance", ">", 12345),
            Filter("class_branch_id", "=", "8-7"),
        ),
    ),
    Select(resource="accounts", filters=(Filter("is_active", "=", True), Filter("type", "in", ("bank",)))),
    Select(resource="templates"),
    Read(resource="company", id=""),
    SelectDeleted(resources=("invoices",), since=0, until=86399),
    SelectDeleted(resources=("customers", "classes"), since=86400, until=253402300799),
]


@pytest.mark.parametrize("select", SELECTS, ids=lambda select: type(select).__name__)
def test_queries_arrive_as_they_were(select: Any) -> None:
    found = again(select)
    if isinstance(select, Select) and not select.filters:
        found = structs.replace(found, filters=())
    assert found == select


def test_a_list_is_asked_for_all_its_objects() -> None:
    assert "<ActiveStatus>All</ActiveStatus>" in tree.fragment(write.request_node(Select(resource="classes")))


def test_reading_one() -> None:
    assert again(Read(resource="invoices", id="1A-1")) == Select(resource="invoices", ids=("1A-1",), with_links=True)


@pytest.mark.parametrize(
    "select",
    [
        Select(resource="classes", filters=(Filter("total_balance", "=", 1),)),
        Select(resource="invoices", filters=(Filter("external_id", "=", "x"),)),
        Select(resource="credit_memos", filters=(Filter("paid", "=", True),)),
    ],
)
def test_conditions_that_quickbooks_does_not_know(select: Select) -> None:
    with pytest.raises(Invalid):
        write.request_node(select)


def response(inner: str, name: str = "InvoiceAddRs", **attributes: str) -> outcomes.Response:
    told = {"requestID": "1", "statusCode": "0", "statusSeverity": "Info", "statusMessage": "Status OK", **attributes}
    text = " ".join(f'{key}="{value}"' for key, value in told.items())
    body = f'<?xml version="1.0" ?><QBXML><QBXMLMsgsRs><{name} {text}>{inner}</{name}></QBXMLMsgsRs></QBXML>'
    return outcomes.read_responses(tree.parse(body.encode())).responses[0]


def test_nothing_in_an_answer_is_refused_for_being_unknown() -> None:
    told = response(
        "<InvoiceRet><Novelty><Within>1</Within></Novelty><TxnID>1A-1</TxnID><TimeCreated>yesterday</TimeCreated>"
        "<CustomerRef><FullName>Kowalski</FullName></CustomerRef><TxnDate>2026-13-45</TxnDate><PONumber>"
        f"{'9' * 90}</PONumber><AppliedAmount>-12.50</AppliedAmount><BalanceRemaining>1e1</BalanceRemaining>"
        "<LinkedTxn><TxnID>1B-1</TxnID><TxnType>Paycheque</TxnType><Amount>-12.50</Amount></LinkedTxn>"
        "<InvoiceLineRet><TxnLineID>1C-1</TxnLineID><Quantity>1.234567</Quantity></InvoiceLineRet>"
        "<InvoiceLineGroupRet><TxnLineID>1D-1</TxnLineID><TotalAmount>5.00</TotalAmount><InvoiceLineRet><TxnLineID>1E-1"
        "</TxnLineID></InvoiceLineRet></InvoiceLineGroupRet></InvoiceRet>"
    )
    outcome = outcomes.outcome_of(told)
    assert isinstance(outcome, Done)
    invoice = outcome.result
    assert isinstance(invoice, Invoice)
    assert (invoice.id, invoice.customer, invoice.transaction_date) == ("1A-1", Ref(None, "Kowalski"), None)
    assert (invoice.applied_amount, invoice.purchase_order_number) == (Decimal("12.50"), "9" * 90)
    assert invoice.linked_transactions[0].transaction_type == "unknown"
    assert invoice.linked_transactions[0].amount == Decimal("12.50")
    assert invoice.lines == (
        SalesLine(id="1C-1", quantity=Decimal("1.234567")),
        SalesLineGroup(id="1D-1", total_amount=Decimal("5.00"), lines=(SalesLine(id="1E-1"),)),
    )


def test_refusals_keep_the_books_own_code_and_words() -> None:
    words = "There was an error adding it because it is already in use."
    outcome = outcomes.outcome_of(response("", statusCode="3175", statusSeverity="Error", statusMessage=words))
    assert isinstance(outcome, Refused)
    (problem,) = outcome.problems
    assert (problem.values["code"], problem.values["words"]) == (3175, words)
    assert problem.what("") == words
    stale = response("", statusCode="3200", statusMessage="The provided edit sequence is out-of-date.")
    outcome = outcomes.outcome_of(stale)
    assert isinstance(outcome, Refused)
    assert outcome.problems[0].kind == "stale_revision"


def test_pages() -> None:
    one = "<ClassRet><ListID>8-1</ListID><Name>North</Name></ClassRet>"
    told = response(one * 2, "ClassQueryRs", iteratorRemainingCount="7", iteratorID="{x}", retCount="2")
    page = outcomes.page_of(told)
    assert isinstance(page, Page)
    assert (len(page.items), page.remaining, told.iterator_id, told.count) == (2, 7, "{x}", 2)
    assert outcomes.page_of(response("", "ClassQueryRs", statusCode="1")) == Page(items=())
    missing = response(
        one, "ClassQueryRs", statusCode="500", statusMessage="There was a required element (&quot;Q&quot;)"
    )
    refused = outcomes.page_of(missing)
    assert isinstance(refused, Refused)
    assert (refused.problems[0].kind, refused.problems[0].values["value"]) == ("object_missing", "Q")
    assert len(outcomes.items_of(missing)) == 1


def test_the_state_of_a_message_set() -> None:
    body = b'<QBXML><QBXMLMsgsRs newMessageSetID="N" messageSetStatusCode="9001"/></QBXML>'
    found = outcomes.read_responses(tree.parse(body))
    assert (found.message_set_id, found.message_set_status, found.responses) == ("N", 9001, ())
    with pytest.raises(Malformed):
        outcomes.read_responses(tree.parse(_EMPTY))
