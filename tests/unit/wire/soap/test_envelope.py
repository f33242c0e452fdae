"""Envelopes as clients of all kinds write them, and answers to the byte."""

import pytest

from counterfoil.core.errors import Malformed
from counterfoil.wire.soap.envelope import Call, read_call, write_answer, write_fault
from counterfoil.wire.soap.operations import OPERATIONS

SOAP_11, SOAP_12 = "http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"
INTUIT = "http://developer.intuit.com/"


def envelope(body: str, prefix: str = "soap", space: str = SOAP_11, head: str = "") -> bytes:
    return (
        f'{head}<{prefix}:Envelope xmlns:{prefix}="{space}"><{prefix}:Body>{body}</{prefix}:Body></{prefix}:Envelope>'
    ).encode()


def getting(inner: str, **more: str) -> Call:
    return read_call(envelope(f'<getLastError xmlns="{INTUIT}">{inner}</getLastError>', **more))


@pytest.mark.parametrize("prefix", ["soap", "SOAP-ENV", "s", "soapenv", "x_1"])
@pytest.mark.parametrize("space", [SOAP_11, SOAP_12])
@pytest.mark.parametrize("head", ["", '<?xml version="1.0" encoding="utf-8"?>', "<!-- note -->\r\n", "\ufeff"])
def test_any_prefix_and_either_version(prefix: str, space: str, head: str) -> None:
    call = getting("<ticket>T</ticket>", prefix=prefix, space=space, head=head)
    assert (call.operation.name, dict(call.arguments)) == ("getLastError", {"ticket": "T"})


def test_rpc_style_with_types_and_bare_parameters() -> None:
    call = read_call(
        envelope(
            f'<q1:authenticate xmlns:q1="{INTUIT}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
            ' xmlns:xsd="http://www.w3.org/2001/XMLSchema"><strUserName xsi:type="xsd:string">ada</strUserName>'
            '<strPassword xsi:type="xsd:string">p &amp; q</strPassword></q1:authenticate>'
        )
    )
    assert call.operation.name == "authenticate"
    assert dict(call.arguments) == {"strUserName": "ada", "strPassword": "p & q"}


def test_a_header_and_strange_parameters_are_passed_over() -> None:
    call = read_call(
        f'<a:Envelope xmlns:a="{SOAP_11}"><a:Header><x:Trace xmlns:x="urn:x">1</x:Trace></a:Header>'
        f'<a:Body><getLastError xmlns="{INTUIT}"><more/><ticket>T</ticket>'
        "<ticket>second</ticket></getLastError></a:Body>"
        "</a:Envelope>".encode()
    )
    assert call.text("ticket") == "T"
    assert call.text("hresult") == "", "what is not there is empty"


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("&lt;a&gt; &amp;amp; &lt;/a&gt;", "<a> &amp; </a>"),
        ("<![CDATA[<a> &amp; </a>]]>", "<a> &amp; </a>"),
        ("one<![CDATA[<two>]]>three", "one<two>three"),
        ("<!-- c -->one<!-- c -->two<?pi?>", "onetwo"),
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("a&#13;&#10;b", "a\r\nb"),
        ("&#x4E2D;é&#233;", "中éé"),
        ("", ""),
        (" \t ", " \t "),
    ],
)
def test_texts_arrive_whole(inner: str, expected: str) -> None:
    assert getting(f"<ticket>{inner}</ticket>").text("ticket") == expected


@pytest.mark.parametrize(
    ("text", "number"),
    [("13", 13), (" 7 ", 7), ("", 0), ("-1", 0), ("1.5", 0), ("x", 0), ("²", 0), ("9" * 40, 0)],
)
def test_numbers(text: str, number: int) -> None:
    call = read_call(
        envelope(f'<sendRequestXML xmlns="{INTUIT}"><qbXMLMajorVers>{text}</qbXMLMajorVers></sendRequestXML>')
    )
    assert call.number("qbXMLMajorVers") == number


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_with_its_mark(encoding: str) -> None:
    mark = {"utf-16": b"", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}[encoding]
    text = envelope(f'<getLastError xmlns="{INTUIT}"><ticket>é</ticket></getLastError>').decode()
    assert read_call(mark + text.encode(encoding)).text("ticket") == "é"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   ",
        b"ticket=1",
        b'{"ticket": 1}',
        b"<html><body>Hello</body></html>",
        b"<Envelope",
        b"<Envelope/>",
        envelope(""),
        envelope("only text"),
        envelope("<unheardOf/>"),
        envelope("<getLastError><ticket><a/></ticket></getLastError>"),
        envelope("<getLastError>" + "<a/>" * 200 + "</getLastError>"),
        envelope('<getLastError a="1" a="2"/>'),
        envelope("<getLastError><ticket>&nobody;</ticket></getLastError>"),
        envelope("<getLastError><ticket>&#0;</ticket></getLastError>"),
        envelope("<getLastError><ticket>\x00</ticket></getLastError>"),
        envelope("<getLastError><ticket>]]></ticket></getLastError>"),
        envelope("<n:getLastError/>"),
        envelope("<getLastError/>")[:-5],
        envelope("<getLastError/>") + b"<more/>",
        envelope("<getLastError><ticket>\xe9</ticket></getLastError>").decode().encode("latin-1"),
        envelope("<getLastError/>").decode().encode("utf-16-le"),
        envelope("<getLastError/>").decode().encode("utf-7").replace(b"<", b"+ADw-"),
        envelope("<getLastError/>", head='<?xml version="1.0" encoding="utf-16"?>'),
    ],
)
def test_what_is_no_call_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(Malformed) as refusal:
        read_call(data)
    assert str(refusal.value)


def test_the_limit_is_told() -> None:
    fitting = envelope("<getLastError/>")
    assert read_call(fitting, largest=len(fitting)).operation.name == "getLastError"
    with pytest.raises(Malformed, match=str(len(fitting) - 1)):
        read_call(fitting, largest=len(fitting) - 1)


HEAD = (
    b'<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"'
    b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body>'
)
TAIL = b"</soap:Body></soap:Envelope>"


@pytest.mark.parametrize(
    ("name", "result", "inner"),
    [
        ("getLastError", "a < b & c > d", b"a &lt; b &amp; c &gt; d"),
        ("getLastError", "", b""),
        ("getLastError", "é – 中", "é – 中".encode()),
        ("getLastError", "one\r\ntwo\rthree", b"one\ntwo\nthree"),
        ("getLastError", "a\x00b\x0bc\ufffe", b"abc"),
        ("getLastError", "]]>", b"]]&gt;"),
        ("receiveResponseXML", 100, b"100"),
        ("receiveResponseXML", -1, b"-1"),
        ("authenticate", ["T", "nvu"], b"<string>T</string><string>nvu</string>"),
        ("authenticate", ("", "C:\\A & B.qbw"), b"<string></string><string>C:\\A &amp; B.qbw</string>"),
    ],
)
def test_answers_to_the_byte(name: str, result: str | int | list[str], inner: bytes) -> None:
    tag = name.encode()
    wrapped = b'<%sResponse xmlns="http://developer.intuit.com/"><%sResult>%s</%sResult></%sResponse>'
    assert write_answer(OPERATIONS[name], result) == HEAD + wrapped % (tag, tag, inner, tag, tag) + TAIL


def test_a_fault() -> None:
    fault = b"<soap:Fault><faultcode>soap:Client</faultcode><faultstring>a &lt; b</faultstring></soap:Fault>"
    assert write_fault("a < b") == HEAD + fault + TAIL
