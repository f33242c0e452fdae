"""Where a link leads afterwards, how long a pause lasts, and who may post."""

import pytest
from starlette.requests import Request

from counterfoil.storage.connectors import Connector
from counterfoil.storage.installation import AuthSessionRecord, ConnectionRecord
from counterfoil.web.guard import is_from_own_page
from counterfoil.web.links import Link, onward
from counterfoil.web.pauses import pause_seconds

NOON = 1_784_030_400
"""14 July 2026, 12:00 UTC: 07:00 in Chicago (daylight saving time), 21:00 in Tokyo."""


@pytest.mark.parametrize(
    ("url", "state", "expected"),
    [
        (None, None, None),
        ("https://app.example/done?x=1#top", None, "https://app.example/done?x=1#top"),
        ("https://app.example/done", "connected", "https://app.example/done?state=connected"),
        (
            "https://app.example/done?x=a%26b&y=#top",
            "connected",
            "https://app.example/done?x=a%26b&y=&state=connected#top",
        ),
        ("javascript:alert(1)", None, None),
        ("data:text/html,x", None, None),
        ("//app.example", None, None),
        ("https://[", None, None),
    ],
)
def test_a_link_leads_on_to_the_web_alone(url: str | None, state: str | None, expected: str | None) -> None:
    assert onward(url, state) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(("key", "expected"), [("pk_conductor_x", ""), ("", "?state=connected")])
def test_only_a_link_of_qube_tells_the_outcome(key: str, expected: str) -> None:
    session = AuthSessionRecord(
        account_id="a",
        id="s",
        connection_id="c",
        secret_digest=b"",
        publishable_key=key,
        created_at=0,
        expires_at=9,
        redirect_url="https://app.example/back",
    )
    connection = ConnectionRecord(account_id="a", id="c", name="Acme", books="desktop", state="live")
    link = Link(secret="x", session=session, connection=connection)
    assert link.onward == f"https://app.example/back{expected}"


@pytest.mark.parametrize(
    ("choice", "zone", "facts", "seconds"),
    [
        ("15m", "", {}, 900),
        ("1h", "", {}, 3600),
        ("tomorrow", "", {}, 12 * 3600),
        ("tomorrow", "America/Chicago", {}, 17 * 3600),
        ("tomorrow", "Asia/Tokyo", {}, 3 * 3600),
        ("tomorrow", "", {"zone": "Asia/Tokyo"}, 3 * 3600),
        ("tomorrow", "", {"utc_offset": -360}, 18 * 3600),
        ("tomorrow", "../../etc/passwd", {"utc_offset": -360}, 18 * 3600),
        ("tomorrow", "No/Where", {}, 12 * 3600),
        ("", "", {}, None),
        ("999999h", "", {}, None),
    ],
)
def test_pauses(choice: str, zone: str, facts: dict[str, object], seconds: int | None) -> None:
    assert pause_seconds(choice, Connector(password=b"", **facts), zone, NOON) == seconds  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"sec-fetch-site": "same-origin", "origin": "null"}, True),
        ({"sec-fetch-site": "cross-site", "origin": "https://cf.example"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"origin": "https://cf.example"}, True),
        ({"origin": "http://inner:8484"}, True),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "https://cf.example.evil.example"}, False),
        ({"origin": "null"}, False),
        ({}, False),
    ],
)
def test_only_our_own_page_may_post(headers: dict[str, str], expected: bool) -> None:
    raw = [(name.encode(), value.encode()) for name, value in {"host": "inner:8484", **headers}.items()]
    request = Request({"type": "http", "method": "POST", "path": "/", "headers": raw})
    assert is_from_own_page(request, "https://cf.example/below") is expected
