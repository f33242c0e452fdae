"""What the pages at `/app` answer to whom: accounts are apart, forms are guarded, and secrets are kept as digests."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec import structs
from tests.browser.house import house
from tests.browser.people import OWN, People, Visitor, people_at

from counterfoil.app.companies import make_demo_companies
from counterfoil.app.demo_company import US_CONNECTION
from counterfoil.core.ids import random_uuid
from counterfoil.dispatch.overview import Filter, Listing
from counterfoil.storage.lane import Lane
from counterfoil.storage.post import Delivery, Post
from counterfoil.storage.sqlite import FILE

ACME, LABOUR = "80000001-1234567890", "80000002-1234567890"
LINES = [{"itemId": LABOUR, "quantity": 1}]
DOCUMENT = """<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">
<CompanyQueryRq requestID="7"/></QBXMLMsgsRq></QBXML>"""


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    with people_at(tmp_path_factory.mktemp("people")) as running:
        running.session()
        yield running


@pytest.fixture(scope="module")
def visitor(people: People) -> Visitor:
    return people.visitor()


@pytest.fixture(scope="module")
def stranger(people: People) -> Visitor:
    """Somebody of another account."""
    account = people.home.do(people.home.running.administration.create_account("others"))
    return people.visitor(account.id)


def invoice(people: People, number: str, **headers: str) -> dict[str, Any]:
    body = {"customerId": ACME, "transactionDate": "2026-06-02", "refNumber": number, "lines": LINES}
    answer = people.conductor("invoices", body, **headers)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


def listing(people: People, **wanted: Any) -> Listing:
    account = people.home.do(people.home.running.administration.account(None))
    return people.home.do(people.home.running.people.desk.overview.requests(account.id, Filter(**wanted)))


def numbers(found: Listing) -> list[str | None]:
    return [each.row.number for each in found.items]


def test_nobody_sees_anything_without_signing_in(people: People) -> None:
    made = invoice(people, "SEC-1")
    request = listing(people, text="SEC-1").items[0].row.id
    for path in (
        "/app",
        "/app/connections",
        f"/app/connections/{US_CONNECTION}",
        f"/app/connections/{US_CONNECTION}/invoices/{made['id']}",
        f"/app/connections/{US_CONNECTION}/invoices/{made['id']}/pdf",
        "/app/requests",
        f"/app/requests/{request}",
        f"/app/queued_requests/{request}",
        "/app/events/home",
        f"/app/events/requests/{request}",
    ):
        answer = httpx.get(f"{people.home.url}{path}", trust_env=False, cookies={"counterfoil_visit": "x" * 43})
        assert answer.status_code == 401, path
        assert "SEC-1" not in answer.text
        assert "Acme" not in answer.text


def test_what_belongs_to_another_account_is_not_there(people: People, stranger: Visitor) -> None:
    made = invoice(people, "SEC-2")
    waiting = people.queued(DOCUMENT)
    request = listing(people, text="SEC-2").items[0].row.id
    own = f"/app/connections/{US_CONNECTION}/invoices/{made['id']}"
    for path in (
        f"/app/connections/{US_CONNECTION}",
        f"/app/connections/{people.desktop.id}/qwc",
        own,
        f"{own}/pdf",
        f"/app/requests/{request}",
        f"/app/requests/{waiting['id']}",
    ):
        assert stranger.get(path).status_code == 404, path
    for path in (
        f"/app/requests/{waiting['id']}/discard",
        f"/app/requests/{waiting['id']}/retry",
        f"/app/connections/{people.desktop.id}/pause",
        f"/app/connections/{people.desktop.id}/password",
        f"/app/connections/{people.desktop.id}/link",
        f"/app/connections/{people.desktop.id}/settings",
        f"{own}/link",
        f"{own}/unlink",
    ):
        assert stranger.post(path, **{"for": "1h"}).status_code == 404, path
    assert "SEC-2" not in stranger.get("/app/requests").text
    assert "No request is like that" in stranger.get(f"/app/requests?connection={US_CONNECTION}").text
    assert listing(people, text=waiting["id"]).items[0].standing == "waiting"
    people.session()


@pytest.mark.parametrize(
    ("token", "headers"),
    [
        (None, OWN),
        ("0" * 64, OWN),
        ("own", {"Sec-Fetch-Site": "cross-site"}),
        ("own", {"Sec-Fetch-Site": "same-site"}),
        ("own", {"Origin": "https://evil.example"}),
        ("own", {"Origin": "null"}),
        ("own", {}),
        ("stranger's", OWN),
    ],
)
def test_a_form_that_is_not_ours_changes_nothing(
    people: People, visitor: Visitor, stranger: Visitor, token: str | None, headers: dict[str, str]
) -> None:
    waiting = people.queued(DOCUMENT)
    given = {"own": visitor.token(), "stranger's": stranger.token()}.get(token or "", token or "")
    path = f"/app/requests/{waiting['id']}/discard"
    answer = visitor.client.post(path, data={"csrf": given}, headers=headers)
    assert answer.status_code == 403
    assert listing(people, text=waiting["id"]).items[0].standing == "waiting"
    assert visitor.get(path).status_code == 404
    assert visitor.post(path).status_code == 303
    assert listing(people, text=waiting["id"]).items[0].standing == "withdrawn"


def test_pages_keep_themselves_to_themselves(people: People, visitor: Visitor) -> None:
    for path in ("/app", "/app/requests", f"/app/connections/{people.desktop.id}", "/app/nothing"):
        headers = visitor.get(path).headers
        if path == "/app/nothing":
            assert visitor.get(path).status_code == 404
            continue
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert headers["cache-control"] == "no-store"
        assert headers["x-frame-options"] == "DENY"
    page = visitor.get("/app").text
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"\son\w+=|\sstyle=", page)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    assert len(page) < 100_000


def test_the_database_holds_no_secret_that_opens_a_page(people: People, visitor: Visitor) -> None:
    link = people.login_url().rsplit("/", 1)[1]
    cookie = visitor.client.cookies["counterfoil_visit"]
    made = invoice(people, "SEC-3")
    own = f"/app/connections/{US_CONNECTION}/invoices/{made['id']}"
    assert visitor.post(f"{own}/link").status_code == 303
    token = re.search(r"/i/([A-Za-z0-9_-]{43})", visitor.get(own).text)
    assert token is not None
    data = people.home.running.settings.data
    stored = b"".join(path.read_bytes() for path in data.glob(f"{FILE}*"))
    assert b"SEC-3" in stored
    for secret in (link, cookie, token[1]):
        assert secret.encode() not in stored


def test_each_dialect_keeps_what_was_sent_and_where(people: People, visitor: Visitor) -> None:
    invoice(people, "KEEP-1")
    bound = people.home.do(
        people.home.running.administration.create_key(people.desktop.account_id, US_CONNECTION, "bound")
    )
    record, key = bound
    sent = {
        "customer_id": 322,
        "line_items": [{"item_id": 5, "descrip": "KEEP-2", "line_rate": 4.5, "line_quantity": 2}],
    }
    answer = httpx.post(f"{people.home.url}/api/v3/invoice", json=sent, auth=(record.id, key), trust_env=False)
    assert answer.status_code == 201, answer.text
    line = {"productService": 21, "billAmount": "9.00", "description": "KEEP-3"}
    snap = {"customerId": 59, "termId": 6, "lineItems": [line]}
    answer = httpx.post(f"{people.home.url}/api/v1/invoice", json=snap, headers={"X-Api-Key": key}, trust_env=False)
    assert answer.status_code < 300, answer.text
    people.queued(DOCUMENT.replace('"7"', '"KEEP-4"'), US_CONNECTION)
    expected = {
        "conductor": ("POST /v1/quickbooks-desktop/invoices", "KEEP-1"),
        "chargeover": ("POST /api/v3/invoice", "KEEP-2"),
        "snapbooks": ("POST /api/v1/invoice", "KEEP-3"),
        "qube": (f"POST /api/v1/connections/{US_CONNECTION}/queued_requests", "KEEP-4"),
    }
    for dialect, (address, text) in expected.items():
        row = listing(people, dialect=dialect).items[0].row
        assert row.address == address
        page = visitor.get(f"/app/requests/{row.id}").text
        assert text in page, dialect


def test_a_request_is_found_by_what_people_know_of_it(people: People) -> None:
    made = invoice(people, "FIND-77", **{"Idempotency-Key": "key-of-find-77"})
    invoice(people, "FIND_77")
    found = listing(people, text="FIND-77").items
    assert len(found) == 1
    row = found[0].row
    assert (row.verb, row.resource, row.result_id, row.about) == ("create", "invoices", made["id"], "Acme Corporation")
    for text in ("find-77", row.id, made["id"], "key-of-find-77"):
        assert [each.row.id for each in listing(people, text=text).items] == [row.id], text
    assert row.id in [each.row.id for each in listing(people, text="acme corp").items]
    assert listing(people, text="FIND%").items == ()
    now = row.created_at
    assert row.id in [each.row.id for each in listing(people, since=now).items]
    assert row.id not in [each.row.id for each in listing(people, since=now + 3600).items]
    assert row.id not in [each.row.id for each in listing(people, until=now - 1).items]
    assert row.id in [each.row.id for each in listing(people, connection=US_CONNECTION, state="done").items]
    assert listing(people, connection=people.desktop.id, text="FIND-77").items == ()
    assert listing(people, connection=random_uuid()).items == ()


def test_lists_of_several_connections_run_on_without_gap_or_repetition(people: People) -> None:
    for turn in range(7):
        invoice(people, f"PAGE-{turn}")
        people.queued(DOCUMENT)
    whole = [each.row.id for each in listing(people, limit=1000).items]
    assert whole == sorted(whole, reverse=True)
    assert {each.row.connection_id for each in listing(people, limit=14).items} == {US_CONNECTION, people.desktop.id}
    pages, before = [], None
    while True:
        page = listing(people, limit=5, before=before)
        pages += [each.row.id for each in page.items]
        if page.next is None:
            break
        before = page.next
    assert pages == whole
    people.session()


def test_a_lost_answer_needs_somebody_and_says_so(people: People, visitor: Visitor) -> None:
    asked = people.queued(DOCUMENT)

    def lose(session: Any) -> None:
        lane = Lane(session, people.desktop.id, people.home.running.clock)
        entry = lane.find(asked["id"])
        assert entry is not None
        lane.put(structs.replace(entry, state="unknown", sent=entry.document, sent_at=people.home.now, attempts=1))

    people.home.do(people.home.running.store.write(lose))
    home = visitor.get("/app").text
    needs = home[home.index('class="needs"') : home.index("</ul>", home.index('class="needs"'))]
    assert asked["id"] in needs
    assert "outcome unknown" in needs
    page = visitor.get(f"/app/requests/{asked['id']}").text
    assert "Do not send it again" in page
    assert "Discard" not in page
    assert visitor.post(f"/app/requests/{asked['id']}/discard").status_code == 409
    people.session()  # it was only read, and is asked once more
    assert listing(people, text=asked["id"]).items[0].standing == "done"


def test_an_address_that_takes_no_post_leads_to_a_request_that_it_was_not_told_of(
    people: People, visitor: Visitor
) -> None:
    asked, url = people.queued(DOCUMENT), "https://hooks.example.com/silent"
    later = people.home.now + 3600

    def owe(session: Any) -> None:
        for tries, request_id in ((4, asked["id"]), (3, random_uuid())):
            Post(session).owe(
                Delivery(
                    connection_id=people.desktop.id,
                    id=random_uuid(),
                    request_id=request_id,
                    url=url,
                    body=b"{}",
                    state="pending",
                    tries=tries,
                    due_at=later,
                    created_at=people.home.now,
                )
            )

    people.home.do(people.home.running.store.write(owe))
    home = visitor.get("/app").text
    failing = home[home.index("webhook fails") : home.index("</li>", home.index("webhook fails"))]
    assert url in failing
    assert "2 deliveries of" in failing
    (link,) = re.findall(r'href="[^"]*(/app/requests/[^"]+)"', failing)
    assert link == f"/app/requests/{asked['id']}"
    assert visitor.get(link).status_code == 200


def test_what_is_answered_is_neither_discarded_nor_handed_in_again(people: People, visitor: Visitor) -> None:
    asked = people.queued(DOCUMENT)
    people.session()
    for act in ("discard", "retry"):
        assert visitor.post(f"/app/requests/{asked['id']}/{act}").status_code == 409
    assert visitor.post(f"/app/requests/{asked['id']}/replay", delivery=random_uuid()).status_code == 404


def test_a_link_to_an_invoice_shows_it_as_it_is_and_nothing_once_it_is_gone(people: People, visitor: Visitor) -> None:
    made = invoice(people, "GONE-1")
    own = f"/app/connections/{US_CONNECTION}/invoices/{made['id']}"
    visitor.post(f"{own}/link")
    token = re.search(r"/i/([A-Za-z0-9_-]{43})", visitor.get(own).text)
    assert token is not None
    link = f"{people.home.url}/i/{token[1]}"
    assert "GONE-1" in httpx.get(link, trust_env=False).text
    headers = {"Authorization": f"Bearer {people.key}", "Conductor-End-User-Id": US_CONNECTION}
    url = f"{people.home.url}/v1/quickbooks-desktop/invoices/{made['id']}"
    httpx.post(f"{url}/void", headers=headers, trust_env=False)
    assert "VOID" in httpx.get(link, trust_env=False).text
    httpx.delete(url, headers=headers, trust_env=False)
    assert httpx.get(link, trust_env=False).status_code == 404
    assert httpx.get(f"{link[:-1]}", trust_env=False).status_code == 404


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "changed-later"}])
def test_what_was_changed_later_is_not_held_against_the_request_that_made_it(
    people: People, visitor: Visitor, headers: dict[str, str]
) -> None:
    lines = [{"itemId": LABOUR, "quantity": 2, "rate": "10.25"}]
    asked = {"customerId": ACME, "transactionDate": "2026-06-02", "refNumber": f"CH-{len(headers)}", "lines": lines}
    made = people.conductor("invoices", asked, **headers).json()
    own = f"/app/requests/{listing(people, text=asked['refNumber']).items[0].row.id}"
    before = visitor.get(own).text
    assert "20.50" in before
    assert "changed since" not in before
    begun = people.home.now
    while people.home.now == begun:  # when it was changed is known to the second
        time.sleep(0.05)
    change = {"revisionNumber": made["revisionNumber"], "lines": [{"id": made["lines"][0]["id"], "rate": "5.00"}]}
    assert people.conductor(f"invoices/{made['id']}", change).status_code == 200
    page = visitor.get(own).text
    assert "differ" not in page
    assert "changed since" in page
    sums = re.findall(r"<td>([\d.–]+)</td>", page.split("Totals</h2>")[1].split("Total</th>")[0])
    assert sums[:3] == (["20.50", "20.50", "20.50"] if headers else ["–", "10.00", "10.00"])
    changing = listing(people, text=made["id"]).items[0].row
    assert changing.verb == "update"
    assert "differ" not in visitor.get(f"/app/requests/{changing.id}").text


@pytest.mark.parametrize("path", ["nothing", "requests/", "requests/x/y", "connections/{}/pause"])
def test_below_app_a_browser_is_always_answered_with_a_page(people: People, visitor: Visitor, path: str) -> None:
    at = f"/app/{path.format(people.desktop.id)}"
    answer = visitor.get(at)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert 'href="/app"' in answer.text
    assert httpx.get(f"{people.home.url}{at}", trust_env=False).status_code == 401


def test_who_loads_the_answer_to_a_form_anew_comes_back_to_the_page(people: People, visitor: Visitor) -> None:
    own = f"/app/connections/{people.desktop.id}"
    for name in ("password", "link", "settings"):
        answer = visitor.get(f"{own}/{name}")
        assert (answer.status_code, answer.headers["location"]) == (303, own)
        assert visitor.get(f"/app/connections/{random_uuid()}/{name}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "requests?q=a%00",
        "requests?before=%00",
        "requests/%00",
        "connections/%00",
        "endpoints/%00",
        "events/requests/%00",
    ],
)
def test_a_character_that_no_name_has_finds_nothing(visitor: Visitor, path: str) -> None:
    """PostgreSQL refuses NUL in every text, so that it must not come so far."""
    assert visitor.get(f"/app/{path}").status_code == 404


@pytest.mark.parametrize("hours", [{"start": "08:00"}, {"end": "18:00"}, {"start": "08:00", "end": "08:00"}])
def test_half_of_the_working_hours_is_told_to_be_none(people: People, visitor: Visitor, hours: dict[str, str]) -> None:
    answer = visitor.post(f"/app/connections/{people.desktop.id}/settings", **hours)
    assert answer.status_code == 200
    assert "Nothing was changed" in answer.text


def test_what_qube_links_to_is_there(people: People, visitor: Visitor) -> None:
    asked = people.queued(DOCUMENT)
    people.session()
    for name in ("ui", "connection_ui"):
        answer = visitor.get(asked["links"][name])
        assert answer.status_code == 200, name
        assert people.desktop.id in answer.text


def test_behind_https_a_cookie_never_travels_in_the_clear(tmp_path: Path) -> None:
    with house(tmp_path / "data", public_url="https://books.example/money") as home:
        home.do(make_demo_companies(home.running))
        login: str = home.do(home.running.perform("login", {"account": None}))["url"]
        path = login.removeprefix("https://books.example/money")
        signed = httpx.post(f"{home.url}{path}", headers=OWN, trust_env=False)
        assert (signed.status_code, signed.headers["location"]) == (303, "/money/app")
        cookie = next(each for each in signed.headers.get_list("set-cookie") if each.startswith("counterfoil_visit="))
        said = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"secure", "httponly", "samesite=lax", "path=/money/app", f"max-age={7 * 24 * 3600}"} <= said


def test_who_has_signed_out_is_out_whatever_the_browser_kept(people: People) -> None:
    leaving = people.visitor()
    kept = dict(leaving.client.cookies)
    assert leaving.post("/app/logout").status_code == 200
    assert "counterfoil_visit" not in leaving.client.cookies
    for path in ("/app", "/app/requests", "/app/events/home"):
        assert httpx.get(f"{people.home.url}{path}", cookies=kept, trust_env=False).status_code == 401
