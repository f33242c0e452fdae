"""Requests that others wrote: what they ask, and all that is wrong with them."""

import time
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from counterfoil.core.errors import Malformed
from counterfoil.core.problems import named
from counterfoil.model.addresses import Address
from counterfoil.model.command import Create, Delete, LineChange, Update, Void
from counterfoil.model.lines import SalesLine, SalesLineGroup
from counterfoil.model.outcome import Refused
from counterfoil.model.query import Filter, Read, Select, SelectDeleted
from counterfoil.model.receivables import ReceivePayment
from counterfoil.model.sales import Invoice
from counterfoil.model.values import Ref
from counterfoil.wire.qbxml.paging import Selects
from counterfoil.wire.qbxml.questions import resolved
from counterfoil.wire.qbxml.serve import Request, RequestSet, read_request, read_requests
from counterfoil.wire.qbxml.tree import parse


def asked_set(body: str, *, head: str = 'onError="stopOnError"', version: str = "13.0") -> RequestSet:
    document = f'<?qbxml version="{version}"?><QBXML><QBXMLMsgsRq {head}>{body}</QBXMLMsgsRq></QBXML>'
    return read_requests(parse(document.encode()))


def asked(body: str, **more: str) -> Request:
    return asked_set(body, **more).requests[0]


def problems(body: str, **more: str) -> list[tuple[str, str]]:
    """Kind and place of each, the name of the request left off."""
    found = asked(body, **more).problems
    return [(problem.kind, named(problem.place).partition("].")[2]) for problem in found]


ADD = "<InvoiceAddRq><InvoiceAdd>{}</InvoiceAdd></InvoiceAddRq>"
CUSTOMER = "<CustomerRef><ListID>80000001-1</ListID></CustomerRef>"
MOD = "<InvoiceModRq><InvoiceMod><TxnID>1A-1</TxnID><EditSequence>17</EditSequence>{}</InvoiceMod></InvoiceModRq>"


def test_an_invoice_with_lines_and_groups_in_one_order() -> None:
    request = asked(
        """
        <InvoiceAddRq requestID="INV-7">
          <InvoiceAdd defMacro="TxnID:seven">
            <CustomerRef><ListID> 80000001-1 </ListID><FullName>not looked at</FullName></CustomerRef>
            <TermsRef/>
            <TxnDate>2026-06-02</TxnDate>
            <RefNumber></RefNumber>
            <BillAddress><Addr1>123 Main St</Addr1><City>Austin</City></BillAddress>
            <IsPending>0</IsPending>
            <Memo>  kept  </Memo>
            <IsToBePrinted>false</IsToBePrinted>
            <InvoiceLineAdd>
              <ItemRef><FullName>Doors:Oak</FullName></ItemRef><Quantity>2</Quantity><Rate>150.00</Rate>
            </InvoiceLineAdd>
            <InvoiceLineGroupAdd><ItemGroupRef><ListID>80000009-1</ListID></ItemGroupRef></InvoiceLineGroupAdd>
            <InvoiceLineAdd><Desc>Thank you</Desc></InvoiceLineAdd>
          </InvoiceAdd>
          <IncludeRetElement>TxnID</IncludeRetElement>
        </InvoiceAddRq>""".replace("<TermsRef/>\n", "")
    )
    assert request.asked == Create(
        resource="invoices",
        draft=Invoice(
            customer=Ref("80000001-1"),
            transaction_date=date(2026, 6, 2),
            ref_number="",
            billing_address=Address(line1="123 Main St", city="Austin"),
            memo="  kept  ",
            is_queued_for_print=False,
            lines=(
                SalesLine(item=Ref(None, "Doors:Oak"), quantity=Decimal(2), rate=Decimal("150.00")),
                SalesLineGroup(item_group=Ref("80000009-1")),
                SalesLine(description="Thank you"),
            ),
        ),
    )
    assert (request.request_id, request.def_macro, request.view.elements) == ("INV-7", "TxnID:seven", ("TxnID",))


def test_every_problem_is_told_with_its_place() -> None:
    body = ADD.format(
        """
        <TxnDate>02/06/2026</TxnDate>
        <RefNumber>123456789012</RefNumber>
        <Memoo>x</Memoo>
        <IsPending>maybe</IsPending>
        <PONumber>1</PONumber>
        <PONumber>2</PONumber>
        <BillAddress><Town>x</Town></BillAddress>
        <InvoiceLineAdd><Desc>fine</Desc></InvoiceLineAdd>
        <InvoiceLineAdd>
          <ItemRef><FullName>x</FullName><ListID>1</ListID></ItemRef>
          <Amount>97.5</Amount><Quantity>many</Quantity><Rate>1</Rate><RatePercent>1</RatePercent>
          <OptionForPriceRuleConflict>Perhaps</OptionForPriceRuleConflict>
        </InvoiceLineAdd>"""
    )
    assert problems(body) == [
        ("unknown_field", "InvoiceAdd.Memoo"),
        ("wrong_type", "InvoiceAdd.PONumber"),
        ("wrong_type", "InvoiceAdd.BillAddress"),
        ("unknown_field", "InvoiceAdd.BillAddress.Town"),
        ("unknown_field", "InvoiceAdd.InvoiceLineAdd[1].ItemRef.ListID"),
        ("wrong_type", "InvoiceAdd.InvoiceLineAdd[1].Quantity"),
        ("wrong_type", "InvoiceAdd.InvoiceLineAdd[1].Rate"),
        ("wrong_type", "InvoiceAdd.InvoiceLineAdd[1].RatePercent"),
        ("exclusive", "InvoiceAdd.InvoiceLineAdd[1].RatePercent"),
        ("required", "InvoiceAdd.CustomerRef"),
        ("wrong_type", "InvoiceAdd.TxnDate"),
        ("too_long", "InvoiceAdd.RefNumber"),
        ("wrong_type", "InvoiceAdd.IsPending"),
        ("wrong_type", "InvoiceAdd.InvoiceLineAdd[1].Amount"),
        ("wrong_type", "InvoiceAdd.InvoiceLineAdd[1].Quantity"),
        ("not_a_choice", "InvoiceAdd.InvoiceLineAdd[1].OptionForPriceRuleConflict"),
    ]
    found = asked(body)
    assert len(found.structure) == 10
    assert named(found.problems[0].place) == "InvoiceAddRq[0].InvoiceAdd.Memoo"
    assert "did you mean `Memo`" in found.problems[0].mend("there")


def test_elements_of_a_later_version_are_unknown() -> None:
    body = "<ClassAddRq><ClassAdd><Name>North</Name></ClassAdd></ClassAddRq>"
    assert problems(body, version="2.0") == []
    body = "<CustomerAddRq><CustomerAdd><Name>N</Name><Cc>a@example.com</Cc></CustomerAdd></CustomerAddRq>"
    assert problems(body, version="11.0") == [("unknown_field", "CustomerAdd.Cc")]
    assert problems(body, version="CA12.0") == []


@pytest.mark.parametrize(
    ("amount", "right"),
    [
        ("97.50", True),
        ("97", True),
        ("+97.00", True),
        ("-0.01", True),
        ("", True),
        ("97.5", False),
        ("97.501", False),
        (".50", False),
        ("1,000.00", False),
        ("1e3", False),
        ("NaN", False),
        ("12345678901234.00", False),
        ("１.00", False),
    ],
)
def test_amounts(amount: str, right: bool) -> None:
    line = f"<InvoiceLineAdd><Amount>{amount}</Amount></InvoiceLineAdd>"
    assert (problems(ADD.format(CUSTOMER + line)) == []) is right


def test_a_mod_that_names_no_line_leaves_lines_alone_and_clears_what_is_empty() -> None:
    request = asked(
        MOD.format("<ClassRef/><RefNumber></RefNumber><BillAddress><Addr2></Addr2></BillAddress><Memo></Memo>")
    )
    assert request.asked == Update(
        resource="invoices",
        id="1A-1",
        revision="17",
        changes={"class_": None, "ref_number": None, "billing_address": {"line2": None}, "memo": None},
    )


def test_the_lines_of_a_mod() -> None:
    request = asked(
        MOD.format(
            """
            <InvoiceLineMod><TxnLineID>1B-1</TxnLineID></InvoiceLineMod>
            <InvoiceLineGroupMod><TxnLineID>1C-1</TxnLineID><Quantity>3</Quantity></InvoiceLineGroupMod>
            <InvoiceLineGroupMod><TxnLineID>1D-1</TxnLineID>
              <InvoiceLineMod><TxnLineID>1E-1</TxnLineID><Desc></Desc></InvoiceLineMod>
            </InvoiceLineGroupMod>
            <InvoiceLineMod><TxnLineID>-1</TxnLineID><Amount>5.00</Amount></InvoiceLineMod>"""
        )
    )
    assert isinstance(request.asked, Update)
    assert request.asked.kept_lines == "none"
    assert request.asked.changes == {
        "lines": (
            LineChange(id="1B-1", changes={}),
            LineChange(id="1C-1", changes={"quantity": Decimal(3)}, is_group=True),
            LineChange(
                id="1D-1", changes={}, is_group=True, lines=(LineChange(id="1E-1", changes={"description": None}),)
            ),
            LineChange(id="-1", changes={"amount": Decimal("5.00")}),
        )
    }


def test_what_a_mod_cannot_empty() -> None:
    body = MOD.format("<CustomerRef/><DueDate></DueDate><InvoiceLineMod><Rate></Rate></InvoiceLineMod>")
    assert problems(body) == [
        ("required", "InvoiceMod.InvoiceLineMod[0].TxnLineID"),
        ("fixed", "InvoiceMod.CustomerRef"),
        ("fixed", "InvoiceMod.DueDate"),
        ("fixed", "InvoiceMod.InvoiceLineMod[0].Rate"),
    ]


def test_a_group_loses_its_lines() -> None:
    body = (
        "<ItemGroupModRq><ItemGroupMod><ListID>8-1</ListID><EditSequence>1</EditSequence>"
        "<ClearItemsInGroup>true</ClearItemsInGroup></ItemGroupMod></ItemGroupModRq>"
    )
    request = asked(body).asked
    assert isinstance(request, Update)
    assert request.changes == {"lines": ()}


def test_a_payment_says_how_it_is_applied() -> None:
    body = "<ReceivePaymentAddRq><ReceivePaymentAdd>{}</ReceivePaymentAdd></ReceivePaymentAddRq>"
    assert problems(body.format(CUSTOMER)) == [("required", "ReceivePaymentAdd.IsAutoApply")]
    both = "<IsAutoApply>true</IsAutoApply><AppliedToTxnAdd><TxnID>1A-1</TxnID></AppliedToTxnAdd>"
    assert problems(body.format(CUSTOMER + both)) == [("exclusive", "ReceivePaymentAdd.AppliedToTxnAdd[0]")]
    card = (
        "<CreditCardTxnInfo><CreditCardTxnInputInfo><CreditCardNumber>4111 1111 1111 1234</CreditCardNumber>"
        "<ExpirationMonth>1</ExpirationMonth><ExpirationYear>2030</ExpirationYear><NameOnCard>N</NameOnCard>"
        "</CreditCardTxnInputInfo><CreditCardTxnResultInfo><ResultCode>0</ResultCode><ResultMessage>ok</ResultMessage>"
        "<CreditCardTransID>t</CreditCardTransID><MerchantAccountNumber>m</MerchantAccountNumber>"
        "<PaymentStatus>Completed</PaymentStatus><TxnAuthorizationTime>2026-01-02T03:04:05</TxnAuthorizationTime>"
        "</CreditCardTxnResultInfo></CreditCardTxnInfo>"
    )
    request = asked(body.format(CUSTOMER + card + "<IsAutoApply>true</IsAutoApply>")).asked
    assert isinstance(request, Create)
    assert isinstance(request.draft, ReceivePayment)
    assert request.draft.credit_card_transaction is not None
    assert request.draft.credit_card_transaction.request is not None
    assert request.draft.credit_card_transaction.request.number == "************1234"


def test_deleting_and_voiding() -> None:
    void = "<TxnVoidRq><TxnVoidType>{}</TxnVoidType><TxnID>1A-1</TxnID></TxnVoidRq>"
    assert asked(void.format("Invoice")).asked == Void(resource="invoices", id="1A-1")
    assert problems(void.format("ReceivePayment")) == [("not_served", "TxnVoidType")]
    assert problems(void.format("Check")) == [("not_served", "TxnVoidType")]
    assert problems(void.format("Invoices")) == [("not_a_choice", "TxnVoidType")]
    delete = "<ListDelRq><ListDelType>ItemService</ListDelType><ListID>8-1</ListID></ListDelRq>"
    assert asked(delete).asked == Delete(resource="service_items", id="8-1")
    assert problems("<TxnDelRq><TxnID>1A-1</TxnID></TxnDelRq>") == [("required", "TxnDelType")]


def test_ids_of_what_was_made_before_in_the_set() -> None:
    payment = (
        f"<ReceivePaymentAddRq><ReceivePaymentAdd>{CUSTOMER}<TotalAmount>5.00</TotalAmount><AppliedToTxnAdd>"
        '<TxnID useMacro="TxnID:one"/></AppliedToTxnAdd></ReceivePaymentAdd></ReceivePaymentAddRq>'
    )
    request = asked(payment)
    assert request.macros == ("TxnID:one",)
    again = read_request(request.node, request.version, macros={"TxnID:one": "1F-1"}).asked
    assert isinstance(again, Create)
    assert isinstance(again.draft, ReceivePayment)
    assert again.draft.applications[0].transaction_id == "1F-1"


SELECTS: dict[str, tuple[str, Any]] = {
    "all": ("<InvoiceQueryRq/>", Select(resource="invoices")),
    "by id": ("<InvoiceQueryRq><TxnID>1</TxnID><TxnID>2</TxnID></InvoiceQueryRq>", ("ids", ("1", "2"))),
    "by number": ("<InvoiceQueryRq><RefNumber>A</RefNumber></InvoiceQueryRq>", ("ref_numbers", ("A",))),
    "by exact number": (
        "<InvoiceQueryRq><RefNumberCaseSensitive>A</RefNumberCaseSensitive></InvoiceQueryRq>",
        ("ref_numbers", ("A",)),
    ),
    "by name": ("<CustomerQueryRq><FullName>A:B</FullName></CustomerQueryRq>", ("names", ("A:B",))),
    "at most": ("<InvoiceQueryRq><MaxReturned>7</MaxReturned></InvoiceQueryRq>", ("limit", 7)),
    "links": ("<InvoiceQueryRq><IncludeLinkedTxns>true</IncludeLinkedTxns></InvoiceQueryRq>", ("with_links", True)),
}


@pytest.mark.parametrize("name", SELECTS)
def test_selections(name: str) -> None:
    body, expected = SELECTS[name]
    request = asked(body).asked
    assert isinstance(request, Select)
    if isinstance(expected, Select):
        assert request == expected
    else:
        assert getattr(request, expected[0]) == expected[1]


FILTERS: dict[str, tuple[str, tuple[Filter, ...]]] = {
    "invoice": (
        """<ModifiedDateRangeFilter><FromModifiedDate>2026-01-01</FromModifiedDate>
        <ToModifiedDate>2026-01-02</ToModifiedDate></ModifiedDateRangeFilter>
        <EntityFilter><FullName>Kowalski</FullName></EntityFilter>
        <AccountFilter><ListIDWithChildren>8-4</ListIDWithChildren></AccountFilter>
        <RefNumberFilter><MatchCriterion>EndsWith</MatchCriterion><RefNumber>9</RefNumber></RefNumberFilter>
        <CurrencyFilter><ListID>8-5</ListID></CurrencyFilter><PaidStatus>NotPaidOnly</PaidStatus>""",
        (
            Filter("updated_at", ">=", 1767225600),
            Filter("updated_at", "<=", 1767398399),
            Filter("customer_name", "in", ("Kowalski",)),
            Filter("account_branch_id", "=", "8-4"),
            Filter("ref_number", "ends", "9"),
            Filter("currency_id", "in", ("8-5",)),
            Filter("paid", "=", False),
        ),
    ),
    "credit memo": (
        """<TxnDateRangeFilter><FromTxnDate>2026-01-01</FromTxnDate><ToTxnDate>2026-01-02</ToTxnDate>
        </TxnDateRangeFilter><RefNumberRangeFilter><FromRefNumber>1</FromRefNumber></RefNumberRangeFilter>""",
        (
            Filter("date", ">=", date(2026, 1, 1)),
            Filter("date", "<=", date(2026, 1, 2)),
            Filter("ref_number", ">=", "1"),
        ),
    ),
    "customer": (
        """<ActiveStatus>InactiveOnly</ActiveStatus><FromModifiedDate>1970-01-01T00:00:09+00:00</FromModifiedDate>
        <NameRangeFilter><ToName>M</ToName></NameRangeFilter>
        <TotalBalanceFilter><Operator>GreaterThanEqual</Operator><Amount>10.50</Amount></TotalBalanceFilter>
        <ClassFilter><ListID>8-6</ListID></ClassFilter>""",
        (
            Filter("is_active", "=", False),
            Filter("updated_at", ">=", 9),
            Filter("name", "<=", "M"),
            Filter("total_balance", ">=", 1050),
            Filter("class_id", "in", ("8-6",)),
        ),
    ),
    "account": (
        "<AccountType>Bank</AccountType><AccountType>Income</AccountType>",
        (Filter("is_active", "=", True), Filter("type", "in", ("bank", "income"))),
    ),
}


@pytest.mark.parametrize("name", FILTERS)
def test_filters(name: str) -> None:
    body, expected = FILTERS[name]
    tag = "".join(word.capitalize() for word in name.split())
    request = asked(f"<{tag}QueryRq>{body}</{tag}QueryRq>").asked
    assert isinstance(request, Select)
    assert request.filters == expected


def test_names_in_filters_are_looked_up_by_whoever_runs_the_query() -> None:
    request = asked(f"<InvoiceQueryRq>{FILTERS['invoice'][0]}</InvoiceQueryRq>").asked
    assert isinstance(request, Select)
    calls = []

    def lookup(resources: tuple[str, ...], by: str, wanted: Any, below: bool) -> tuple[str, ...]:
        calls.append((resources, by, tuple(wanted), below))
        return ("8-1", "8-2")

    filters = resolved(request, lookup).filters
    assert calls == [(("customers",), "name", ("Kowalski",), False), (("accounts",), "id", ("8-4",), True)]
    assert filters[2:4] == (Filter("customer_id", "in", ("8-1", "8-2")), Filter("account_id", "in", ("8-1", "8-2")))


def test_what_a_query_shows() -> None:
    view = asked(
        "<InvoiceQueryRq><IncludeRetElement>TxnID</IncludeRetElement><OwnerID>0</OwnerID></InvoiceQueryRq>"
    ).view
    assert (view.lines, view.links, view.elements, view.owners) == (False, False, ("TxnID",), ("0",))
    assert asked("<ItemQueryRq/>").view.lines


def test_queries_of_several_lists_and_of_what_was_deleted() -> None:
    terms = asked("<TermsQueryRq><MaxReturned>3</MaxReturned></TermsQueryRq>").asked
    assert isinstance(terms, Selects)
    assert [select.resource for select in terms.selects] == ["standard_terms", "date_driven_terms"]
    deleted = asked(
        "<TxnDeletedQueryRq><TxnDelType>Check</TxnDelType><TxnDelType>Invoice</TxnDelType><DeletedDateRangeFilter>"
        "<FromDeletedDate>1970-01-02</FromDeletedDate></DeletedDateRangeFilter></TxnDeletedQueryRq>"
    ).asked
    assert deleted == SelectDeleted(resources=("invoices",), since=86400, until=253402300799)
    assert asked("<HostQueryRq/>").asked == Read(resource="host", id="")
    assert asked("<CompanyQueryRq/>").asked == Read(resource="company", id="")


def test_what_queries_cannot_ask() -> None:
    macro = "<TxnDateRangeFilter><DateMacro>LastMonth</DateMacro></TxnDateRangeFilter>"
    assert problems(f"<InvoiceQueryRq>{macro}</InvoiceQueryRq>") == [("not_served", "TxnDateRangeFilter.DateMacro")]
    both = "<TxnID>1</TxnID><RefNumber>2</RefNumber>"
    assert [kind for kind, _ in problems(f"<InvoiceQueryRq>{both}</InvoiceQueryRq>")] == ["exclusive"]
    assert problems('<CustomerQueryRq iterator="Start"/>') == [("required", "MaxReturned")]
    assert problems('<ClassQueryRq iterator="Start"/>') == [("unknown_field", "iterator")]
    assert problems(f'<ClassQueryRq requestID="{"x" * 51}"/>') == [("too_long", "requestID")]
    assert problems("<InvoiceQueryRq><OwnerID>1</OwnerID></InvoiceQueryRq>") == [("wrong_type", "OwnerID[0]")]
    wrong = '<CustomerQueryRq iterator="Continue" iteratorID="{x}"><MaxReturned>1</MaxReturned></CustomerQueryRq>'
    assert problems(wrong) == [("wrong_type", "iteratorID")]


def test_what_is_not_served_is_said_so_and_keeps_its_place() -> None:
    found = asked_set("<CheckAddRq requestID='1'/><ClassQueryRq/>")
    assert [type(request.asked) for request in found.requests] == [Refused, Select]
    assert found.structure == ()
    assert [problem.kind for problem in found.problems] == ["not_served"]


@pytest.mark.parametrize("head", ["", 'onError="giveUp"'])
def test_a_set_says_what_errors_mean(head: str) -> None:
    assert len(asked_set("<ClassQueryRq/>", head=head).structure) == 1


def test_attributes_of_the_set() -> None:
    found = asked_set("<ClassQueryRq/>", head='onError="continueOnError" newMessageSetID="N" oldMessageSetID="O"')
    assert (found.stops, found.new_message_set_id, found.old_message_set_id) == (False, "N", "O")


def test_boundless_requests_are_read_in_reasonable_time() -> None:
    begun = time.monotonic()
    many = asked("<InvoiceQueryRq>" + "<TxnID>1</TxnID>" * 100_000 + "</InvoiceQueryRq>").asked
    assert isinstance(many, Select)
    assert len(many.ids) == 100_000
    assert len(problems("<InvoiceQueryRq>" + "<x/>" * 100_000 + "</InvoiceQueryRq>")) == 100
    with pytest.raises(Malformed):
        asked_set("<ClassQueryRq/>" * 1001)
    assert time.monotonic() - begun < 100, "it blew up"


@pytest.mark.parametrize("body", ["<QBXML/>", "<Envelope/>", "<QBXML><QBXMLMsgsRs/></QBXML>"])
def test_what_is_no_request_at_all(body: str) -> None:
    with pytest.raises(Malformed):
        read_requests(parse(body.encode()))
