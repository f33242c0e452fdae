"""SOAP as the Web Connector writes and reads it: .NET's `SoapHttpClientProtocol`, to the letter.

Its answers it takes only as .NET would: elements of the namespace of the service, an array of at least two strings,
a whole number where one must be.
"""

import re
from collections.abc import Sequence
from typing import Final

from counterfoil.core.errors import Malformed
from counterfoil.wire.qbxml.tree import Node, parse

NAMESPACE: Final = "http://developer.intuit.com/"
SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
ENCODING: Final = "http://schemas.xmlsoap.org/soap/encoding/"
USER_AGENT: Final = "Mozilla/4.0 (compatible; MSIE 6.0; MS Web Services Client Protocol 4.0.30319.42000)"
LARGEST: Final = 256 * 1024 * 1024

_HEAD: Final = (
    '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"'
)
_INSTANCE: Final = (
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
)
_ENCODED: Final = f' xmlns:soapenc="{ENCODING}" xmlns:tns="{NAMESPACE}" xmlns:types="{NAMESPACE}encodedTypes"'
_ESCAPES: Final = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;", ord("\r"): "&#xD;"}
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_WHOLE = re.compile(r"\s*[+-]?\d{1,10}\s*")

Value = str | int


class SoapFailure(Exception):
    """An answer that .NET would not take; what it says is the server's fault text, or what is wrong with the bytes."""


def request_headers(operation: str) -> list[tuple[str, str]]:
    """The headers of a call, in .NET's order; `Host` and `Content-Length` are left to the one who sends."""
    return [
        ("User-Agent", USER_AGENT),
        ("Content-Type", "text/xml; charset=utf-8"),
        ("SOAPAction", f'"{NAMESPACE}{operation}"'),
        ("Expect", "100-continue"),
        ("Connection", "Keep-Alive"),
    ]


def written_call(operation: str, values: Sequence[tuple[str, Value]], *, rpc: bool) -> bytes:
    """The envelope of a call, its parameters in their order."""
    if rpc:
        inner = "".join(
            f'<{name} xsi:type="xsd:{"int" if isinstance(value, int) else "string"}">{_escaped(value)}</{name}>'
            for name, value in values
        )
        body = f'<q1:{operation} xmlns:q1="{NAMESPACE}">{inner}</q1:{operation}>'
        start = f'{_HEAD}{_ENCODED}{_INSTANCE}<soap:Body soap:encodingStyle="{ENCODING}">'
    else:
        inner = "".join(_element(name, value) for name, value in values)
        body = f'<{operation} xmlns="{NAMESPACE}">{inner}</{operation}>' if inner else _bare(operation)
        start = f"{_HEAD}{_INSTANCE}<soap:Body>"
    return f"{start}{body}</soap:Body></soap:Envelope>".encode()


def read_result(data: bytes, operation: str, *, rpc: bool) -> Node | None:
    """The result element of an answer; None where there is none, which .NET takes for null. Raises SoapFailure."""
    try:
        root = parse(data, largest=LARGEST).root
    except Malformed as error:
        raise SoapFailure(f"Response is not well-formed XML. {error}") from None
    body = root.child(f"{{{SOAP}}}Body") if root.name == f"{{{SOAP}}}Envelope" else None
    if body is None:
        raise SoapFailure(f"Possible SOAP version mismatch: Envelope namespace {root.name} was unexpected.")
    fault = body.child(f"{{{SOAP}}}Fault")
    if fault is not None:
        raise SoapFailure(fault.text_of("faultstring") or "The server answered with a fault that says nothing.")
    response = body.child(f"{{{NAMESPACE}}}{operation}Response")
    if response is None:
        raise SoapFailure(f"The answer holds no {operation}Response of the namespace {NAMESPACE}.")
    name = f"{operation}Result"
    return response.child(name if rpc else f"{{{NAMESPACE}}}{name}")


def text_of(result: Node | None) -> str:
    """Text as it stands, with all its white space. Raises SoapFailure where it is none."""
    if result is not None and result.children:
        raise SoapFailure("The result holds elements where text is expected.")
    return result.text if result is not None else ""


def whole_of(result: Node | None) -> int:
    text = text_of(result)
    if _WHOLE.fullmatch(text) is None or not -(2**31) <= int(text) < 2**31:
        raise SoapFailure("There is an error in XML document. Input string was not in a correct format.")
    return int(text)


def strings_of(result: Node | None, *, rpc: bool) -> list[str]:
    """The strings of an array. Raises SoapFailure where there are fewer than two of the right namespace."""
    children = result.children if result is not None else ()
    found = [child.text for child in children if rpc or child.name == f"{{{NAMESPACE}}}string"]
    if len(found) < 2:
        raise SoapFailure("Index was outside the bounds of the array.")
    return found


def _element(name: str, value: Value) -> str:
    text = _escaped(value)
    return f"<{name}>{text}</{name}>" if text else f"<{name} />"


def _bare(operation: str) -> str:
    return f'<{operation} xmlns="{NAMESPACE}" />'


def _escaped(value: Value) -> str:
    return _FORBIDDEN.sub("", str(value)).translate(_ESCAPES)
