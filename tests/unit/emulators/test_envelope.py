"""SOAP to the letter of .NET: what a Web Connector sends, and what it makes of an answer."""

import pytest

from counterfoil.emulators.desktop.envelope import (
    SoapFailure,
    read_result,
    request_headers,
    strings_of,
    text_of,
    whole_of,
    written_call,
)

NAMESPACES = (
    'xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
)


def answer(inner: str, operation: str = "sendRequestXML") -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
        f'<soap:Body><{operation}Response xmlns="http://developer.intuit.com/">{inner}</{operation}Response>'
        "</soap:Body></soap:Envelope>"
    ).encode()


def test_a_call_in_document_style() -> None:
    sent = written_call(
        "receiveResponseXML", (("ticket", "t"), ("response", "<a b='&'>\r\n"), ("hresult", "")), rpc=False
    )
    assert sent.decode() == (
        f'<?xml version="1.0" encoding="utf-8"?><soap:Envelope {NAMESPACES}><soap:Body>'
        '<receiveResponseXML xmlns="http://developer.intuit.com/"><ticket>t</ticket>'
        "<response>&lt;a b='&amp;'&gt;&#xD;\n</response><hresult /></receiveResponseXML></soap:Body></soap:Envelope>"
    )


def test_a_call_without_parameters() -> None:
    assert b'<soap:Body><serverVersion xmlns="http://developer.intuit.com/" /></soap:Body>' in written_call(
        "serverVersion", (), rpc=False
    )


def test_a_call_in_rpc_style_has_parameters_of_no_namespace() -> None:
    sent = written_call("sendRequestXML", (("ticket", "t"), ("qbXMLMajorVers", 16)), rpc=True).decode()
    assert '<soap:Body soap:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/">' in sent
    assert (
        '<q1:sendRequestXML xmlns:q1="http://developer.intuit.com/"><ticket xsi:type="xsd:string">t</ticket>'
        '<qbXMLMajorVers xsi:type="xsd:int">16</qbXMLMajorVers></q1:sendRequestXML>'
    ) in sent


def test_headers() -> None:
    headers = dict(request_headers("authenticate"))
    assert headers["SOAPAction"] == '"http://developer.intuit.com/authenticate"'
    assert headers["Content-Type"] == "text/xml; charset=utf-8"
    assert headers["User-Agent"].startswith("Mozilla/4.0 (compatible; MSIE 6.0; MS Web Services Client Protocol ")
    assert headers["Expect"] == "100-continue"


def test_a_text_is_taken_with_all_its_white_space() -> None:
    result = read_result(
        answer("<sendRequestXMLResult>\n &lt;QBXML/&gt; </sendRequestXMLResult>"), "sendRequestXML", rpc=False
    )
    assert text_of(result) == "\n <QBXML/> "
    assert text_of(read_result(answer(""), "sendRequestXML", rpc=False)) == "", "null"


@pytest.mark.parametrize(
    ("text", "value"), [("100", 100), (" 7 ", 7), ("-1", -1), ("33.3", None), ("", None), ("9999999999", None)]
)
def test_a_whole_number_is_nothing_else(text: str, value: int | None) -> None:
    data = answer(f"<receiveResponseXMLResult>{text}</receiveResponseXMLResult>", "receiveResponseXML")
    result = read_result(data, "receiveResponseXML", rpc=False)
    if value is None:
        with pytest.raises(SoapFailure):
            whole_of(result)
    else:
        assert whole_of(result) == value


def test_an_array_needs_two_strings_of_the_right_namespace() -> None:
    def read(inner: str) -> list[str]:
        data = answer(f"<authenticateResult>{inner}</authenticateResult>", "authenticate")
        return strings_of(read_result(data, "authenticate", rpc=False), rpc=False)

    assert read("<string>t</string><string></string><string>60</string>") == ["t", "", "60"]
    foreign = '<string xmlns="http://schemas.microsoft.com/2003/10/Serialization/Arrays">t</string>'
    for inner in ("", "<string>t</string>", foreign * 2):
        with pytest.raises(SoapFailure, match="Index was outside the bounds of the array"):
            read(inner)


FAULT = (
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>s:Server</faultcode>'
    b"<faultstring>It broke</faultstring></s:Fault></s:Body></s:Envelope>"
)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (FAULT, "It broke"),
        (b"<html><p>Error</html>", "not well-formed"),
        (b"<html></html>", "Envelope"),
        (answer("").replace(b"developer.intuit.com", b"example.com"), "sendRequestXMLResponse"),
        (b"", "not well-formed"),
    ],
)
def test_what_dot_net_does_not_take(data: bytes, words: str) -> None:
    with pytest.raises(SoapFailure, match=words):
        read_result(data, "sendRequestXML", rpc=False)


def test_what_is_written_can_be_read_by_anybody() -> None:
    """An answer built from the escaped text of a call reads as that text."""
    text = '<QBXML a="1">caf\u00e9 & ]]> \t</QBXML>'
    sent = written_call("x", (("y", text),), rpc=False).decode()
    inner = sent[sent.index("<y>") + 3 : sent.index("</y>")]
    result = read_result(answer(f"<sendRequestXMLResult>{inner}</sendRequestXMLResult>"), "sendRequestXML", rpc=False)
    assert text_of(result) == text
