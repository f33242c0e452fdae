"""The `.qwc` files that a Web Connector adds, and those that it refuses with a code of its own."""

import pytest

from counterfoil.emulators.desktop.qwc import QwcRefused, read_qwc

ELEMENTS = {
    "AppName": "Counterfoil",
    "AppID": "",
    "AppURL": "https://books.example.com/qbwc",
    "AppDescription": "Invoices",
    "AppSupport": "https://www.example.com/help",
    "UserName": "small",
    "OwnerID": "{57f3b9b1-86f1-4fcc-b1ee-566de1813d20}",
    "FileID": "{90A44FB5-33D9-4815-AC85-BC87A7E7D1EB}",
    "QBType": "QBFS",
}


def qwc(scheduler: str = "", **changes: str | None) -> bytes:
    elements = {**ELEMENTS, **changes}
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in elements.items() if text is not None)
    return f'<?xml version="1.0"?>\n<QBWCXML>{inner}{scheduler}</QBWCXML>'.encode()


def test_what_a_file_says() -> None:
    read = read_qwc(qwc("<Scheduler><RunEveryNMinutes>5</RunEveryNMinutes></Scheduler>", IsReadOnly="false"))
    assert (read.app_name, read.user_name, read.app_url) == ("Counterfoil", "small", "https://books.example.com/qbwc")
    assert (read.owner_id, read.file_id) == (ELEMENTS["OwnerID"].upper(), ELEMENTS["FileID"])
    assert (read.interval, read.is_rpc, read.is_read_only) == (300, False, False)


def test_of_two_intervals_the_first_counts() -> None:
    both = "<Scheduler><RunEveryNSeconds>7</RunEveryNSeconds><RunEveryNMinutes>5</RunEveryNMinutes></Scheduler>"
    assert read_qwc(qwc(both)).interval == 7
    assert read_qwc(qwc()).interval is None


@pytest.mark.parametrize("address", ["http://localhost:8484/qbwc", "http://OFFICE-PC/qbwc", "https://localhost/qbwc"])
def test_this_machine_needs_no_certificate(address: str) -> None:
    assert read_qwc(qwc(AppURL=address, AppSupport=address)).app_url == address


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"AppURL": "https://127.0.0.1/qbwc"}, "QBWC1001"),
        ({"AppURL": "https://[::1]:8484/qbwc"}, "QBWC1001"),
        ({"AppSupport": "https://10.0.0.1/"}, "QBWC1002"),
        ({"AppURL": "http://books.example.com/qbwc"}, "QBWC1010"),
        ({"AppSupport": "https://www.example.org/"}, "QBWC1000"),
        ({"AppURL": "books.example.com"}, "QBWC1039"),
        *(({name: None}, "QBWC1039") for name in ELEMENTS),
        ({"UserName": " "}, "QBWC1039"),
        ({"OwnerID": "57f3b9b1-86f1-4fcc-b1ee-566de1813d20"}, "QBWC1039"),
        ({"QBType": "QBOE"}, "QBWC1039"),
        ({"Style": "Letter"}, "QBWC1039"),
        ({"scheduler": "<Scheduler><RunEveryNMinutes>0</RunEveryNMinutes></Scheduler>"}, "QBWC1039"),
    ],
)
def test_what_is_refused(changes: dict[str, str | None], code: str) -> None:
    scheduler = changes.pop("scheduler", None)
    with pytest.raises(QwcRefused) as refused:
        read_qwc(qwc(scheduler or "", **changes))
    assert refused.value.code == code


@pytest.mark.parametrize("data", [b"", b"{}", b"<QBXML/>", b"<QBWCXML>"])
def test_what_is_no_such_file(data: bytes) -> None:
    with pytest.raises(QwcRefused, match="QBWC1039"):
        read_qwc(data)
