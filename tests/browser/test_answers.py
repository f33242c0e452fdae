"""The addresses of a connect link as a program meets them: files, statuses, headers, and who may change things."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import httpx
import pytest
from tests.browser.house import PATIENCE, House, Link, house

from counterfoil.emulators.desktop.qwc import read_qwc

OWN: Final = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def link(home: House) -> Link:
    return home.link(home.connection("Acme & Söhne: 1/2"))


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=PATIENCE) as client:
        yield client


def below(link: Link, what: str) -> str:
    return f"{link.url.partition('?')[0]}/{what}"


def password_digest(home: House, link: Link) -> bytes:
    return home.do(home.running.connectors.condition(link.connection)).connector.password


def events(answer: httpx.Response) -> Iterator[Any]:
    """The data of each event, and None for each comment."""
    for line in answer.iter_lines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))
        elif line.startswith(":"):
            yield None


def test_the_file_is_one_that_the_web_connector_takes(home: House, link: Link, http: httpx.Client) -> None:
    answer = http.get(below(link, "qwc"))
    assert answer.status_code == 200
    told = answer.headers["content-disposition"]
    assert told.startswith("attachment; ")
    assert unquote(told.partition("UTF-8''")[2]) == "Acme & Söhne 1 2 - Counterfoil.qwc"
    assert 'filename="Acme & S_hne 1 2 - Counterfoil.qwc"' in told
    qwc = read_qwc(answer.content)
    assert qwc.user_name == link.connection.id
    assert qwc.file_id.strip("{}").lower() == link.connection.id
    assert qwc.owner_id.strip("{}").lower() == link.connection.account_id
    assert qwc.app_url == f"{home.url}/qbwc"


def test_only_who_takes_the_file_is_noted(home: House, link: Link, http: httpx.Client) -> None:
    http.get(link.url)
    http.head(below(link, "qwc"))
    assert http.get(below(link, "state")).json()["ticks"][0]["mark"] == "now"
    http.get(below(link, "qwc"))
    assert http.get(below(link, "state")).json()["ticks"][0]["mark"] == "done"


@pytest.mark.parametrize("public_url", ["http://books.example", "https://203.0.113.7", "http://127.0.0.1:8484"])
def test_where_quickbooks_would_refuse_the_address_there_is_no_file(tmp_path: Path, public_url: str) -> None:
    with house(tmp_path / "data", public_url=public_url) as home, httpx.Client(trust_env=False) as http:
        link = home.link(home.connection("Acme"))
        inner = link.url
        answer = http.get(below(link, "qwc"))
        page = http.get(inner)
    assert answer.status_code == 422
    assert "content-disposition" not in answer.headers
    assert "https" in answer.text
    assert "PUBLIC_URL_NOT_HTTPS" in page.text
    assert "Download the connection file" not in page.text


def test_a_page_below_a_path_of_a_proxy_names_what_belongs_to_it_there(tmp_path: Path) -> None:
    with house(tmp_path / "data", public_url="https://acme.example/books/") as home:
        link = home.link(home.connection("Acme"))
        with httpx.Client(trust_env=False) as http:
            page = http.get(link.url).text
            qwc = read_qwc(http.get(below(link, "qwc")).content)
            back = http.post(below(link, "resume"), headers=OWN)
    secret = below(link, "").split("/")[-2]
    assert f'href="/books/connect/{secret}/qwc"' in page
    assert 'src="/books/connect/static/connect.js"' in page
    assert qwc.app_url == "https://acme.example/books/qbwc"
    assert back.headers["location"] == f"/books/connect/{secret}"


@pytest.mark.parametrize("what", ["password", "pause", "resume"])
@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
)
def test_another_site_changes_nothing(
    home: House, link: Link, http: httpx.Client, what: str, headers: dict[str, str]
) -> None:
    before = home.do(home.running.connectors.condition(link.connection)).connector
    assert http.post(below(link, what), headers=headers, data={"for": "1h"}).status_code == 403
    assert home.do(home.running.connectors.condition(link.connection)).connector == before


def test_a_new_password_replaces_the_one_before_after_ten_minutes(home: House, link: Link, http: httpx.Client) -> None:
    asked = {**OWN, "Accept": "application/json"}
    first = http.post(below(link, "password"), headers=asked).json()["password"]
    second = http.post(below(link, "password"), headers=asked).json()["password"]
    assert first != second
    authenticate = home.running.conversation.authenticate
    for password in (first, second):
        assert home.do(authenticate(link.connection.id, password, None))[1] != "nvu"
    home.note(link.connection, old_until=home.now)  # the ten minutes are over
    assert home.do(authenticate(link.connection.id, first, None))[1] == "nvu"
    assert home.do(authenticate(link.connection.id, second, None))[1] != "nvu"


def test_a_password_is_not_made_by_looking(home: House, link: Link, http: httpx.Client) -> None:
    before = password_digest(home, link)
    assert http.get(below(link, "password")).status_code in (404, 405)
    assert password_digest(home, link) == before


@pytest.mark.parametrize("field", ["", "for=forever", "for=" + "9" * 5000, "%ff%fe=1"])
def test_a_pause_of_no_known_length_is_none(home: House, link: Link, http: httpx.Client, field: str) -> None:
    headers = {**OWN, "Content-Type": "application/x-www-form-urlencoded"}
    assert http.post(below(link, "pause"), headers=headers, content=field).status_code == 303
    assert home.do(home.running.connectors.condition(link.connection)).connector.paused_until == 0


@pytest.mark.parametrize("what", ["", "/qwc", "/state", "/events"])
def test_a_link_that_is_none_or_over_tells_nothing(home: House, http: httpx.Client, what: str) -> None:
    over = home.link(home.connection("Secret Company"), seconds=0).url.partition("?")[0]
    gone = http.get(f"{over}{what}")
    unknown = http.get(f"{over[:-4]}beef{what}")
    shapeless = http.get(f"{home.url}/connect/favicon{what}")
    assert (gone.status_code, unknown.status_code, shapeless.status_code) == (410, 404, 404)
    for answer in (gone, unknown, shapeless):
        assert "Secret Company" not in answer.text
        assert "text/html" in answer.headers["content-type"]


def test_a_link_dies_with_its_connection(home: House, http: httpx.Client) -> None:
    connection = home.connection("Short-lived")
    link = home.link(connection)
    home.do(home.running.administration.delete_connection(connection.account_id, connection.id))
    assert http.get(link.url).status_code == 410
    assert http.post(below(link, "password"), headers=OWN).status_code == 410


def test_books_that_need_no_connecting_say_so(home: House, http: httpx.Client) -> None:
    link = home.link(home.connection("Embedded", books="embedded"), redirect="https://app.example/back")
    answer = http.get(link.url)
    assert answer.status_code == 200
    assert "Nothing has to be connected" in answer.text
    assert 'href="https://app.example/back"' in answer.text
    assert http.post(below(link, "password"), headers=OWN).headers["content-type"].startswith("text/html")


def test_every_answer_keeps_the_secret_in(home: House, link: Link, http: httpx.Client) -> None:
    answers = [http.get(link.url), http.get(below(link, "state")), http.get(below(link, "qwc"))]
    answers += [http.post(below(link, what), headers=OWN) for what in ("password", "pause", "resume")]
    answers += [http.get(f"{link.url.partition('?')[0]}x"), http.post(below(link, "resume"))]
    with http.stream("GET", below(link, "events")) as stream:
        for answer in (*answers, stream):
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert answer.headers["x-content-type-options"] == "nosniff"
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy


def test_news_come_at_once_and_with_every_ring(home: House, link: Link, http: httpx.Client) -> None:
    with http.stream("GET", below(link, "events")) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        told = events(answer)
        assert next(told)["state"] == "created"
        home.note(link.connection, first_seen_at=home.now, last_seen_at=home.now)
        began = time.monotonic()
        assert next(told)["state"] == "seen"
        assert time.monotonic() - began < 10, "it came with the heartbeat, and not with the ring"


def test_news_of_one_company_never_reach_another(home: House, link: Link, http: httpx.Client) -> None:
    other = home.connection("Other")
    with http.stream("GET", below(link, "events")) as answer:
        told = events(answer)
        next(told)
        home.note(other, first_seen_at=home.now, last_seen_at=home.now, company_name="Other")
        home.note(link.connection, company_name="Mine", last_seen_at=home.now, first_seen_at=home.now)
        assert "Other" not in json.dumps(next(told))


def test_who_watches_is_let_go_of(home: House, http: httpx.Client) -> None:
    """A page that is closed holds nothing; twenty may watch one company, and the next asks instead."""
    link = home.link(home.connection("Watched"))
    with contextlib.ExitStack() as watching:
        streams = [watching.enter_context(http.stream("GET", below(link, "events"))) for _ in range(20)]
        told = [events(stream) for stream in streams]
        assert {next(each)["state"] for each in told} == {"created"}
        assert not _can_watch(http, link)
    until = time.monotonic() + 10
    while not _can_watch(http, link):
        assert time.monotonic() < until
        time.sleep(0.05)


def _can_watch(http: httpx.Client, link: Link) -> bool:
    with http.stream("GET", below(link, "events")) as answer:
        return answer.status_code == 200


def test_a_page_that_watches_does_not_keep_the_server_from_stopping(tmp_path: Path) -> None:
    ended = threading.Event()

    def watch(url: str) -> None:
        with httpx.Client(trust_env=False, timeout=PATIENCE) as http, http.stream("GET", url) as answer:
            for _ in events(answer):
                began.set()
        ended.set()

    began = threading.Event()
    with house(tmp_path / "data") as home:
        watcher = threading.Thread(target=watch, args=(below(home.link(home.connection("Acme")), "events"),))
        watcher.start()
        assert began.wait(PATIENCE)
        stopping = time.monotonic()
    assert time.monotonic() - stopping < 20, "it waited for the page to go"
    watcher.join(PATIENCE)
    assert ended.is_set()


def test_the_endpoint_has_a_page_for_people_and_one_for_support(home: House, http: httpx.Client) -> None:
    page, support = http.get(f"{home.url}/qbwc"), http.get(f"{home.url}/qbwc/support")
    assert (page.status_code, support.status_code) == (200, 200)
    assert "Web Connector endpoint is reachable" in page.text
    assert "Update Selected" in support.text
