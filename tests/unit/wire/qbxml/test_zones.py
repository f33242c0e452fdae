"""QuickBooks' times: wall time with the offset of standard time, all year."""

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.model.query import Filter, Select
from counterfoil.wire.qbxml.outcomes import read_responses
from counterfoil.wire.qbxml.tree import Document, Node, branch, fragment, leaf
from counterfoil.wire.qbxml.write import request_node
from counterfoil.wire.qbxml.zones import UNKNOWN, Zone, inward, is_zone, learnt_offset, outward

STANDARD = {
    "Pacific/Pago_Pago": "-11:00",
    "Pacific/Honolulu": "-10:00",
    "America/Anchorage": "-09:00",
    "America/Los_Angeles": "-08:00",
    "America/Denver": "-07:00",
    "America/Chicago": "-06:00",
    "America/New_York": "-05:00",
    "America/St_Johns": "-03:30",
    "UTC": "+00:00",
    "Europe/London": "+00:00",
    "Europe/Berlin": "+01:00",
    "Africa/Johannesburg": "+02:00",
    "Asia/Kolkata": "+05:30",
    "Asia/Kathmandu": "+05:45",
    "Australia/Adelaide": "+09:30",
    "Australia/Lord_Howe": "+10:30",
    "Pacific/Auckland": "+12:00",
    "Pacific/Chatham": "+12:45",
    "Pacific/Kiritimati": "+14:00",
}
"""The offset that each zone prints, whatever the season."""

CHANGES = ("2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01", "2026-09-27")
"""The days of 2026 on which clocks are changed in one or other of them, northern and southern."""


def moments() -> list[datetime]:
    """The middle of each season, and every half hour of three days around each change."""
    seasons = [datetime(2026, month, 15, 12, tzinfo=UTC) for month in (1, 4, 7, 10)]
    halves = [timedelta(minutes=30 * step) for step in range(-48, 96)]
    return seasons + [datetime.fromisoformat(f"{day}T00:00:00+00:00") + half for day, half in product(CHANGES, halves)]


def quickbooks_time(moment: datetime, name: str) -> str:
    return moment.astimezone(ZoneInfo(name)).strftime("%Y-%m-%dT%H:%M:%S") + STANDARD[name]


def answer(text: str) -> Node:
    return branch("InvoiceRet", leaf("TxnID", "1A-1"), leaf("TimeCreated", text), leaf("Memo", text))


def time_in(node: Node) -> str:
    return node.text_of("TimeCreated") or ""


@pytest.mark.parametrize("name", STANDARD)
def test_the_true_moment_is_read_whatever_offset_is_printed(name: str) -> None:
    repeated = 0
    for moment in moments():
        read = datetime.fromisoformat(time_in(inward(answer(quickbooks_time(moment, name)), Zone(name=name))))
        assert read.utcoffset() == timedelta()
        if moment.astimezone(ZoneInfo(name)).fold:
            repeated += 1
            assert moment - read in (timedelta(hours=1), timedelta(minutes=30))
        else:
            assert read == moment
    assert repeated <= 2


@pytest.mark.parametrize("name", STANDARD)
def test_what_is_asked_is_what_quickbooks_would_print(name: str) -> None:
    for moment in moments():
        asked = outward(branch("Q", leaf("FromModifiedDate", moment.isoformat())), Zone(name=name))
        assert asked.text_of("FromModifiedDate") == quickbooks_time(moment, name)[:19]


def test_a_summers_day_in_denver() -> None:
    printed = branch("QBXML", answer("2026-07-01T08:28:40-07:00"))
    assert learnt_offset(printed) == -420
    assert fragment(inward(printed, Zone(-420, "America/Denver"))) == (
        "<QBXML><InvoiceRet><TxnID>1A-1</TxnID><TimeCreated>2026-07-01T14:28:40+00:00</TimeCreated>"
        "<Memo>2026-07-01T08:28:40-07:00</Memo></InvoiceRet></QBXML>"
    )
    assert inward(printed, Zone(-420)) is printed
    assert inward(printed, UNKNOWN) is printed


def test_a_time_without_an_offset_gets_what_was_learnt() -> None:
    bare = answer("2026-07-01T08:28:40")
    assert learnt_offset(bare) is None
    assert time_in(inward(bare, Zone(-420))) == "2026-07-01T08:28:40-07:00"
    assert time_in(inward(bare, Zone(345))) == "2026-07-01T08:28:40+05:45"
    assert inward(bare, UNKNOWN) is bare


def test_all_times_of_an_answer_are_read_and_the_cards_is_left() -> None:
    told = branch(
        "ReceivePaymentRet",
        leaf("TimeModified", "2026-07-01T08:00:00-07:00"),
        leaf("TimeDeleted", "2026-07-01T09:00:00-07:00"),
        leaf("TxnDate", "2026-07-01"),
        branch("CreditCardTxnInfo", leaf("TxnAuthorizationTime", "2026-07-01T08:00:00")),
    )
    assert [child.text for child in inward(told, Zone(name="America/Denver")).children] == [
        "2026-07-01T14:00:00+00:00",
        "2026-07-01T15:00:00+00:00",
        "2026-07-01",
        "",
    ]
    assert inward(told, Zone(name="America/Denver")).children[3] is told.children[3]


@pytest.mark.parametrize("text", ["", "2026-07-01", "yesterday", "2026-02-30T01:00:00-07:00", "2026-07-01T25:00:00"])
def test_what_is_no_moment_is_left_alone(text: str) -> None:
    for zone in (Zone(name="America/Denver"), Zone(-420), UNKNOWN):
        assert time_in(inward(answer(text), zone)) == text
        assert outward(leaf("ToDeletedDate", text), zone).text == text


def test_offsets_that_no_zone_has() -> None:
    odd = "2026-07-01T08:00:00-99:00"
    assert inward(leaf("TimeCreated", odd), Zone(name="Asia/Tokyo")).text == odd
    assert outward(leaf("ToModifiedDate", odd), Zone(-420)).text == odd


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00"])
def test_the_ends_of_the_calendar(text: str) -> None:
    for name in STANDARD:
        assert inward(leaf("TimeCreated", text), Zone(name=name)).text
        assert outward(leaf("ToModifiedDate", text), Zone(name=name)).text


def test_a_query_is_asked_in_local_time() -> None:
    select = Select(resource="customers", filters=(Filter("updated_at", ">=", 1782916120),))  # 2026-07-01T14:28:40Z
    node = request_node(select)
    assert node.text_of("FromModifiedDate") == "2026-07-01T14:28:40+00:00"
    assert outward(node, Zone(-420, "America/Denver")).text_of("FromModifiedDate") == "2026-07-01T08:28:40"
    assert outward(node, Zone(-420)).text_of("FromModifiedDate") == "2026-07-01T07:28:40-07:00"
    assert outward(node, UNKNOWN) is node
    local = outward(node, Zone(-420, "America/Denver"))
    assert outward(local, Zone(-420, "America/Denver")) is local


def test_what_was_learnt_asks_in_the_same_wrong_offset_and_finds_the_same_wall_time() -> None:
    """QuickBooks printed 08:28:40-07:00 for 14:28:40 UTC; who believes that asks from 15:28:40 UTC on."""
    believed = datetime.fromisoformat("2026-07-01T08:28:40-07:00").astimezone(UTC)
    asked = outward(leaf("FromModifiedDate", believed.isoformat()), Zone(-420))
    assert asked.text == "2026-07-01T08:28:40-07:00"


@given(st.integers(-12 * 60, 14 * 60))
def test_any_offset_is_learnt(minutes: int) -> None:
    sign, (hours, rest) = "-" if minutes < 0 else "+", divmod(abs(minutes), 60)
    node = branch("QBXML", branch("A", leaf("TimeCreated", f"2026-07-01T08:28:40{sign}{hours:02}:{rest:02}")))
    assert learnt_offset(node) == minutes


def test_times_reach_the_model_as_true_moments() -> None:
    ret = branch("ClassRet", leaf("ListID", "8-1"), leaf("TimeCreated", "2026-07-01T08:28:40-07:00"))
    root = branch("QBXML", branch("QBXMLMsgsRs", Node("ClassQueryRs", {"statusCode": "0"}, "", (ret,))))
    (told,) = read_responses(Document(inward(root, Zone(name="America/Denver")))).responses
    assert told.node.children[0].text_of("TimeCreated") == "2026-07-01T14:28:40+00:00"


def test_names_of_zones() -> None:
    assert is_zone("America/Denver")
    assert not any(is_zone(name) for name in ("Mars/Olympus", "../etc/passwd", "", "America"))
    odd = leaf("TimeCreated", "2026-07-01T08:28:40-07:00")
    assert inward(odd, Zone(-420, "Mars/Olympus")) is odd
