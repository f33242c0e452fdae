"""The Web Connector's log: how a line is read, how much of it is kept, and that secrets go."""

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.wire.troubles.qwclog import LONGEST_LINE, decoded, explained, marked
from counterfoil.wire.troubles.secrets import REDACTED, redacted

STAMP: Final = "20261125.10:01:02 UTC\t: "
AT: Final = STAMP + "QBWebConnector.SOAPWebService.do_authenticate() : "


def test_a_line_is_taken_apart() -> None:
    (mark,) = marked(f"first\r\n{AT}QBWC1012: Authentication failed")
    assert (mark.number, mark.time) == (2, "2026-11-25T10:01:02Z")
    assert mark.where == "QBWebConnector.SOAPWebService.do_authenticate()"
    assert mark.text == "QBWC1012: Authentication failed"


def test_a_line_in_local_time_does_not_claim_to_be_in_utc() -> None:
    (mark,) = marked("20261125.10:01:02 : QBWC1085 again")
    assert (mark.time, mark.where, mark.text) == ("2026-11-25T10:01:02", "", "QBWC1085 again")


def test_lines_end_where_an_editor_ends_them() -> None:
    """A form feed or a Unicode separator in a memo is no new line."""
    assert [mark.number for mark in marked("a\x0cb\u2028c\nQBWC1031\r\n\r\nQBWC1012")] == [2, 4]


@pytest.mark.parametrize(
    "line",
    [
        "Amount 3180.00, invoice 1012, HTTP status 500",
        "StatusCode: 500 (InternalServerError)",
        'statusCode="0" statusMessage="Status OK"',
        "pointer 0x7ffe0400 and MYQBWC1012X",
        "QBWC10123",
    ],
)
def test_numbers_that_are_no_codes_are_left_alone(line: str) -> None:
    assert marked(AT + line) == ()


def test_of_a_long_line_what_surrounds_the_code_is_kept() -> None:
    (mark,) = marked(AT + "x" * 5000 + ' statusCode="3140" ' + "y" * 5000)
    assert len(mark.text) <= LONGEST_LINE + 4
    assert 'statusCode="3140"' in mark.text


def test_a_trouble_is_explained_once_in_the_order_of_the_log() -> None:
    marks = marked("QBWC1031\nQBWC1013 HRESULT = 0x80040414\nQBWC1031 0x80040414")
    assert [trouble.code for trouble in explained(marks)] == ["QBWC1031", "QBWC1013", "0x80040414"]
    assert marks[2].codes == ("QBWC1031", "0x80040414")


def test_the_words_belong_to_the_status_beside_them() -> None:
    lock = "QuickBooks error message: This list has been modified by another user."
    free, locked = marked(
        f'<A statusCode="3170"/><B statusCode="0" statusMessage="{lock}"/>\n'
        f'<A statusCode="3170" statusMessage="{lock}"/>'
    )
    assert [trouble.course for trouble in (*free.troubles, *locked.troubles)] == ["final", "later"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_log_is_read_in_the_encodings_of_windows(encoding: str) -> None:
    assert decoded("QBWC1012 Zoë’s".encode(encoding)) == "QBWC1012 Zoë’s"


SECRET: Final = "Ab3-x_Yz9Qw"
HOLDERS: Final = (
    '<password="{}">',
    '<userName="a"><password="{}"><x="y">',
    "<password={}>",
    "password = {}",
    "Password: {}",
    "strPassword={} strUserName=a",
    "&lt;strPassword&gt;{}&lt;/strPassword&gt;",
    "<ns:strPassword>{}</ns:strPassword>",
    '{{"password": "{}"}}',
    "Password locally stored = {}",
    '<ticket="{}">',
    '<wcTicket="{{{}}}"><hresult="0x80040400">',
    "<ticket>{}</ticket>",
    "&lt;wcTicket&gt;{}&lt;/wcTicket&gt;",
    '<authRet[0]="{}"><authRet[1]="">',
    "<authenticateResult><string>{}</string>",
    "https://x.example/qbwc?ticket={}&a=b",
    "https://clerk:{}@x.example/qbwc",
    "sessionID=&quot;{}&quot;",
    "Authorization: Basic {}",
)


@pytest.mark.parametrize("holder", HOLDERS)
def test_a_secret_goes_wherever_it_stands(holder: str) -> None:
    text = redacted(f"{AT}{holder.format(SECRET)} QBWC1012\nlater {SECRET}, again ({SECRET})")
    assert SECRET not in text
    assert REDACTED in text


def test_what_stands_around_a_secret_stays() -> None:
    line = f'<userName="acme"><password="{SECRET}"><hresult="0x80040414"> and ticket = {SECRET} hresult = 0x80040408'
    assert redacted(line) == (
        f'<userName="acme"><password="{REDACTED}"><hresult="0x80040414"> and ticket = {REDACTED} hresult = 0x80040408'
    )


def test_what_says_that_there_is_no_secret_to_see_stays() -> None:
    line = '<password=<MaskedForSecurity>><ticket=""><authRet[1]="nvu">'
    assert redacted(line) == line
    assert redacted("QBWC1030: Password is not available") == "QBWC1030: Password is not available"


PASSWORDS = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_characters='<>"&'), min_size=6, max_size=40
)


@given(PASSWORDS, st.sampled_from(['<password="{}">', "<strPassword>{}</strPassword>"]))
def test_no_password_survives(password: str, holder: str) -> None:
    known = password.strip().strip("{}")
    said = f"{AT}{holder.format(password)}\r\n{AT}Password sent was {password}\r\n{AT}QBWC1012"
    assert len(known) < 6 or known in (REDACTED, REDACTED[1:-1]) or known not in redacted(said)
