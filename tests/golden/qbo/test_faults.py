"""Intuit's faults in all their shapes."""

import pytest
from tests.golden.qbo.documents import HERE, document

from counterfoil.core.problems import Problem
from counterfoil.wire.qbo.faults import IntuitFault, fault_body, fault_in, problem_of, read_fault

JSON = "application/json;charset=UTF-8"


@pytest.mark.parametrize(
    ("name", "status", "content_type", "code", "kind"),
    [
        ("duplicate_number.json", 400, JSON, "6140", "duplicate"),
        ("stale.json", 400, JSON, "5010", "stale"),
        ("system_in_200.json", 200, JSON, "10000", "system"),
        ("gateway_401.json", 401, JSON, "3200", "auth"),
        ("gateway_429.json", 429, JSON, "3001", "throttle"),
        ("gateway_429.xml", 429, "application/xml", "3001", "throttle"),
        ("gateway_429.xml", 403, JSON, "3001", "throttle"),
    ],
)
def test_faults_of_every_shape(name: str, status: int, content_type: str, code: str, kind: str) -> None:
    fault = read_fault(status, content_type, (HERE / "faults" / name).read_bytes())
    assert fault is not None
    assert (fault.code, fault.kind) == (code, kind)
    assert fault.message
    assert fault.detail


def test_the_words_of_the_gateway() -> None:
    fault = read_fault(429, "", (HERE / "faults/gateway_429.xml").read_bytes())
    assert fault == IntuitFault(
        code="3001",
        message="message=ThrottleExceeded; errorCode=003001; statusCode=429",
        detail="The request limit was reached.  Try again later",
        type="SERVICE",
        kind="throttle",
    )
    assert read_fault(429, JSON, (HERE / "faults/gateway_429.json").read_bytes()) == fault


def test_two_at_once() -> None:
    fault = fault_in(document("faults/two_at_once.json"))
    assert fault is not None
    assert (fault.code, fault.element, [each.code for each in fault.others]) == ("2020", "Line", ["2500"])


def test_what_is_no_fault() -> None:
    body = (HERE / "answers/invoice.json").read_bytes()
    assert read_fault(200, JSON, body) is None
    assert read_fault(200, "text/plain", b"") is None
    assert read_fault(200, "application/pdf", b"%PDF-1.4 \xff\xfe") is None


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (502, b"<html><body>Bad gateway</body></html>", "system"),
        (500, b"", "system"),
        (401, b"not json", "auth"),
        (429, b"{}", "throttle"),
        (404, b"<html", "not_found"),
        (400, b"[]", "validation"),
        (413, b'{"Fault": null}', "validation"),
    ],
)
def test_errors_without_a_fault(status: int, body: bytes, kind: str) -> None:
    fault = read_fault(status, "text/html", body)
    assert fault is not None
    assert (fault.code, fault.kind) == (str(status), kind)


def test_an_entity_in_the_xml_is_not_expanded() -> None:
    bomb = b'<!DOCTYPE f [<!ENTITY a "aaaa">]><Fault><Error code="3001"><Message>&a;</Message></Error></Fault>'
    fault = read_fault(429, "text/xml", bomb)
    assert fault is not None
    assert (fault.code, fault.kind, fault.message) == ("429", "throttle", "HTTP status 429")


def test_problems_in_intuits_words() -> None:
    body = fault_body(
        Problem("required", ("Line",)),
        Problem("stale_revision", (), {"value": "0", "thing": "invoice", "id": "1"}),
        Problem("too_long", ("DocNumber",), {"limit": 21, "length": 30}),
        Problem("reference_missing", ("lines", 0, "item"), {"thing": "item", "value": "9"}),
        Problem("wrong_type", ("TxnDate",), {"expected": "a date", "received": "soon"}),
        Problem("negative_total", ("lines",), {"thing": "invoice", "total": "-3.00"}),
        time="2026-11-23T03:36:24.123-08:00",
    )
    entries = [(each["code"], each["Detail"], each["element"]) for each in body["Fault"]["Error"]]
    stale = document("faults/stale.json")["Fault"]["Error"][0]["Detail"]
    assert entries == [
        ("2020", "Required parameter Line is missing in the request", "Line"),
        ("5010", stale, ""),
        (
            "2050",
            "String length is either shorter or longer than supported by specification. Min:0 Max:21 supplied "
            "length:30",
            "DocNumber",
        ),
        ("2500", "Invalid Reference Id : item element id 9 not found", "Line[0].SalesItemLineDetail.ItemRef"),
        ("2060", "Invalid input: expected a date, received soon at `TxnDate`.", "TxnDate"),
        ("6000", "Business Validation Error: The total of this invoice would be -3.00.", "Line"),
    ]
    assert (body["Fault"]["type"], body["time"]) == ("ValidationFault", "2026-11-23T03:36:24.123-08:00")


def test_a_fault_travels_there_and_back() -> None:
    fault = fault_in(document("faults/two_at_once.json"))
    assert fault is not None
    assert fault_in(fault_body(fault)) == fault


def test_a_fault_as_a_problem_of_ours() -> None:
    fault = read_fault(400, JSON, (HERE / "faults/duplicate_number.json").read_bytes())
    assert fault is not None
    problem = problem_of(fault)
    assert problem.what("").startswith("Duplicate Document Number Error : You must specify a different number.")
    assert problem.values["code"] == "6140"
