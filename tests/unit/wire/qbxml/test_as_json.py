"""qbXML as JSON, in QUBE Sync's shapes."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.wire.qbxml.exchanges import exchanges

from counterfoil.core.errors import Invalid
from counterfoil.core.problems import named
from counterfoil.wire.qbxml.as_json import json_of, response_json, tree_of_json
from counterfoil.wire.qbxml.serve import read_requests
from counterfoil.wire.qbxml.tree import Document, fragment, parse, serialize

ASKED = b"""<?qbxml version='13.0'?><QBXML><QBXMLMsgsRq onError='stopOnError'><CustomerQueryRq requestID='1'>
<MaxReturned>100</MaxReturned></CustomerQueryRq></QBXMLMsgsRq></QBXML>"""
AS_JSON = {
    "version": "13.0",
    "request": {
        "name": "CustomerQueryRq",
        "attributes": {"request_id": "1"},
        "children": [{"name": "MaxReturned", "text": "100"}],
    },
}


def xml_of(value: Any) -> str:
    return fragment(tree_of_json(value).root)


def test_a_request_is_told_as_the_vendor_tells_it() -> None:
    assert json_of(parse(ASKED)) == AS_JSON


def test_a_request_is_read_as_the_vendor_reads_it() -> None:
    document = tree_of_json(AS_JSON)
    assert document.version == "13.0"
    assert serialize(document.root) == serialize(parse(ASKED).root)


@pytest.mark.parametrize(
    "value",
    [
        AS_JSON["request"],
        [AS_JSON["request"]],
        {
            "name": "QBXML",
            "children": [
                {"name": "QBXMLMsgsRq", "attributes": {"on_error": "stopOnError"}, "children": [AS_JSON["request"]]}
            ],
        },
        [
            {
                "name": "qbxml",
                "children": [
                    {
                        "name": "qbxml_msgs_rq",
                        "attributes": {"onError": "stopOnError"},
                        "children": [AS_JSON["request"]],
                    }
                ],
            }
        ],
        {
            "name": "customer_query_rq",
            "attributes": {"requestID": 1},
            "children": [{"name": "max_returned", "text": 100}],
        },
    ],
)
def test_requests_may_be_bare_or_whole_and_in_snake_case(value: Any) -> None:
    assert xml_of(value) == fragment(parse(ASKED).root)


def test_names_attributes_and_values() -> None:
    value = {
        "name": "invoice_add_rq",
        "children": [
            {
                "name": "invoice_add",
                "attributes": {"def_macro": "TxnID:x", "own": None},
                "children": [
                    {"name": "ar_account_ref", "children": [{"name": "list_id", "text": "8-1"}]},
                    {"name": "po_number", "text": 12},
                    {"name": "fob", "text": "Here & <there>"},
                    {"name": "is_pending", "text": True},
                    {"name": "link_to_txn_id", "attributes": {"use_macro": "TxnID:y"}},
                    {
                        "name": "set_credit",
                        "children": [
                            {"name": "credit_txn_id", "text": "1-1"},
                            {"name": "applied_amount", "text": Decimal("5.00")},
                        ],
                    },
                    {"name": "other_thing_id"},
                ],
            }
        ],
    }
    assert xml_of(value).partition("</QBXMLMsgsRq>")[0] == (
        '<QBXML><QBXMLMsgsRq onError="stopOnError"><InvoiceAddRq><InvoiceAdd defMacro="TxnID:x">'
        "<ARAccountRef><ListID>8-1</ListID></ARAccountRef><PONumber>12</PONumber>"
        "<FOB>Here &amp; &lt;there&gt;</FOB><IsPending>true</IsPending>"
        '<LinkToTxnID useMacro="TxnID:y"></LinkToTxnID><SetCredit><CreditTxnID>1-1</CreditTxnID><AppliedAmount>5.00'
        "</AppliedAmount></SetCredit><OtherThingID></OtherThingID></InvoiceAdd></InvoiceAddRq>"
    )


def test_all_that_is_wrong_is_told() -> None:
    value = {
        "request": [
            {"name": "A", "text": "x", "children": [{"name": "B"}], "other": 1},
            "not an object",
            {"children": 5, "attributes": [], "text": {}},
            {"name": "no spaces please", "attributes": {"a b": "c"}},
        ]
    }
    with pytest.raises(Invalid) as caught:
        tree_of_json(value)
    assert [(problem.kind, named(problem.place)) for problem in caught.value.problems] == [
        ("unknown_field", "request[0].other"),
        ("exclusive", "request[0].text"),
        ("wrong_type", "request[1]"),
        ("wrong_type", "request[2].children"),
        ("wrong_type", "request[2].text"),
        ("required", "request[2].name"),
        ("wrong_type", "request[2].attributes"),
        ("wrong_type", "request[3].name"),
        ("wrong_type", "request[3].attributes.a b"),
    ]


def test_bottomless_and_boundless_json_is_refused() -> None:
    value: Any = {"name": "A"}
    for _ in range(60):
        value = {"name": "A", "children": [value]}
    senseless: list[Any] = [value, {"name": "A", "children": [{"name": "B"}] * 200_000}, []]
    for each in senseless:
        with pytest.raises(Invalid) as caught:
            tree_of_json(each)
        assert len(caught.value.problems) == 1


def shuffled(value: Any, random: Any) -> Any:
    if isinstance(value, list):
        return [shuffled(each, random) for each in value]
    if not isinstance(value, dict):
        return value
    keys = list(value)
    random.shuffle(keys)
    return {key: shuffled(value[key], random) for key in keys}


REQUESTS = [json_of(parse(request)) for _, request, _ in exchanges()]


@given(st.sampled_from(REQUESTS), st.randoms(use_true_random=False))
def test_the_order_of_keys_never_changes_the_document(value: Any, random: Any) -> None:
    assert xml_of(shuffled(value, random)) == xml_of(value)


@pytest.mark.parametrize("case", list(exchanges()), ids=lambda case: case[0])
def test_requests_survive_being_json(case: tuple[str, bytes, bytes]) -> None:
    value = json.loads(json.dumps(json_of(parse(case[1]))))
    again = tree_of_json(value)
    assert [node.name for node in again.root.children] == ["QBXMLMsgsRq"]
    assert read_requests(again) == read_requests(parse(case[1]))


def test_a_set_of_several_requests_and_a_special_one() -> None:
    two = b'<QBXML><QBXMLMsgsRq onError="stopOnError"><ClassQueryRq/><ClassQueryRq/></QBXMLMsgsRq></QBXML>'
    assert json_of(parse(two))["request"] == [{"name": "ClassQueryRq"}, {"name": "ClassQueryRq"}]
    special = two.replace(b"stop", b"continue")
    assert json_of(parse(special))["request"]["name"] == "QBXML"
    for each in (two, special):
        assert fragment(tree_of_json(json_of(parse(each))).root) == fragment(parse(each).root)


def test_answers() -> None:
    told = b"""<QBXML><QBXMLMsgsRs><CustomerQueryRs requestID="32" statusCode="0" statusSeverity="Info"
    statusMessage="Status OK" iteratorRemainingCount="3" iteratorID="{x}"><CustomerRet><ListID>8-1</ListID>
    <EditSequence>1785964187</EditSequence><Name>32</Name><IsActive>true</IsActive><Sublevel>0</Sublevel>
    <BillAddress><PostalCode>01234</PostalCode></BillAddress><Phone>5551234</Phone><TotalBalance>-300.00</TotalBalance>
    <ShipToAddress><Name>A</Name></ShipToAddress><ShipToAddress><Name>B</Name></ShipToAddress><Notes></Notes>
    <DataExtRet><DataExtValue>5</DataExtValue></DataExtRet></CustomerRet></CustomerQueryRs></QBXMLMsgsRs></QBXML>"""
    assert response_json(parse(told)) == [
        {
            "QBXMLMsgsRs": {
                "CustomerQueryRs": {
                    "@requestID": "32",
                    "@statusCode": 0,
                    "@statusSeverity": "Info",
                    "@statusMessage": "Status OK",
                    "@iteratorRemainingCount": 3,
                    "@iteratorID": "{x}",
                    "CustomerRet": [
                        {
                            "ListID": "8-1",
                            "EditSequence": "1785964187",
                            "Name": "32",
                            "IsActive": True,
                            "Sublevel": 0,
                            "BillAddress": {"PostalCode": "01234"},
                            "Phone": "5551234",
                            "TotalBalance": Decimal("-300.00"),
                            "ShipToAddress": [{"Name": "A"}, {"Name": "B"}],
                            "Notes": "",
                            "DataExtRet": [{"DataExtValue": "5"}],
                        }
                    ],
                }
            }
        }
    ]


def test_answers_about_what_is_not_known_here() -> None:
    told = b"""<QBXML><QBXMLMsgsRs><BillQueryRs><BillRet><RefNumber>7</RefNumber><AmountLeft>7</AmountLeft>
    <OpenAmount>12.50</OpenAmount><IsPaid>false</IsPaid><Curious>true</Curious></BillRet></BillQueryRs></QBXMLMsgsRs></QBXML>"""
    (first,) = response_json(parse(told))
    assert first["QBXMLMsgsRs"]["BillQueryRs"]["BillRet"] == [
        {"RefNumber": "7", "AmountLeft": "7", "OpenAmount": Decimal("12.50"), "IsPaid": False, "Curious": True}
    ]


def test_a_document_without_a_version_gets_one() -> None:
    assert json_of(Document(parse(ASKED).root))["version"] == "13.0"
    assert tree_of_json({"version": "16.0", "request": {"name": "HostQueryRq"}}).version == "16.0"
    assert tree_of_json({"version": "latest", "request": {"name": "HostQueryRq"}}).version == "13.0"
