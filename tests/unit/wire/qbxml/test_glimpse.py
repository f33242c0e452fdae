"""What a document is known by, at a glance."""

import pytest

from counterfoil.wire.qbxml.glimpse import message_of, number_and_party, writes

HEAD = b'<?xml version="1.0"?><?qbxml version="13.0"?><QBXML>'


@pytest.mark.parametrize(
    ("body", "message", "is_write"),
    [
        (b'<QBXMLMsgsRq onError="stopOnError"><InvoiceAddRq requestID="1"/></QBXMLMsgsRq>', "InvoiceAdd", True),
        (b"<QBXMLMsgsRq><CustomerQueryRq/><InvoiceAddRq/></QBXMLMsgsRq>", "CustomerQuery", False),
        (b"<SignonMsgsRq></SignonMsgsRq><QBXMLMsgsRq><TxnVoidRq>", "TxnVoid", True),
        (b"", None, False),
    ],
)
def test_the_first_message(body: bytes, message: str | None, is_write: bool) -> None:
    found = message_of(HEAD + body)
    assert found == message
    assert writes(found) is is_write


@pytest.mark.parametrize(
    ("body", "known"),
    [
        (
            b"<InvoiceRet><CustomerRef><ListID>1-2</ListID><FullName>Bolt &amp; &#233;</FullName></CustomerRef>"
            b"<RefNumber>A-1</RefNumber></InvoiceRet>",
            ("A-1", "Bolt & é"),
        ),
        (b"<CustomerRet><Name>Ann</Name><FullName>Bolt:Ann</FullName></CustomerRet>", (None, "Ann")),
        (b"<BillRet><VendorRef>\n <FullName>Vale</FullName></VendorRef></BillRet>", (None, "Vale")),
        (b"<RefNumber></RefNumber>", (None, None)),
    ],
)
def test_number_and_party(body: bytes, known: tuple[str | None, str | None]) -> None:
    assert number_and_party(HEAD + body) == known
