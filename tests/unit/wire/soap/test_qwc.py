"""The file that a bookkeeper adds to the Web Connector: what must be in it, and what would be refused."""

from typing import Any
from xml.etree import ElementTree

import pytest

from counterfoil.wire.soap.qwc import Qwc, address_problem, qwc_document

OWNER, FILE = "57f3b9b1-86f1-4fcc-b1ee-566de1813d20", "90a44fb5-33d9-4815-ac85-bc87a7e7d1eb"


def elements(**more: str) -> dict[str, str]:
    given: dict[str, Any] = {
        "name": "Acme",
        "url": "https://books.example.com",
        "user_name": "ada",
        "owner_id": OWNER,
        "file_id": FILE,
    }
    root = ElementTree.fromstring(qwc_document(Qwc(**{**given, **more})).encode())
    assert root.tag == "QBWCXML"
    return {each.tag: each.text or "" for each in root.iter() if not len(each)}


def test_all_that_the_web_connector_demands() -> None:
    """Programmer's Guide, chapter 3: braces around GUIDs, one host for both addresses."""
    found = elements()
    assert found["AppURL"] == "https://books.example.com/qbwc"
    assert found["AppSupport"].startswith("https://books.example.com/")
    assert (found["OwnerID"], found["FileID"]) == (f"{{{OWNER}}}", f"{{{FILE}}}")
    assert (found["UserName"], found["QBType"], found["RunEveryNMinutes"]) == ("ada", "QBFS", "1")
    assert found["IsReadOnly"] == "false"
    assert {"AppName", "AppID", "AppDescription"} <= found.keys()
    assert not [name for name in found if "password" in name.lower()]


def test_names_of_all_kinds() -> None:
    long = elements(name="Müller & Söhne <GmbH> " * 9)
    assert "Müller & Söhne <GmbH>" in long["AppName"]
    assert len(long["AppDescription"]) <= 80
    assert elements(url="https://books.example.com/")["AppURL"] == "https://books.example.com/qbwc"


@pytest.mark.parametrize(
    ("url", "refused"),
    [
        ("https://books.example.com", False),
        ("https://books.example.com:8443/sub", False),
        ("http://localhost:8484", False),
        ("http://books.example.com", True),
        ("http://127.0.0.1:8484", True),
        ("https://192.0.2.7", True),
        ("https://[2001:db8::1]", True),
        ("ftp://localhost", True),
        ("", True),
    ],
)
def test_addresses_that_the_web_connector_refuses(url: str, refused: bool) -> None:
    """QBWC1001 (an address that is a number) and QBWC1010 (no https)."""
    assert (address_problem(url) is not None) is refused
