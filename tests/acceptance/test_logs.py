"""The log: what it says of requests, what it never says, and how its readers find a request in it."""

import io
import json
import logging
import re
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.acceptance.conftest import COMMAND, DEMO, Serve, Server, client, goods, invoice, new_key, run
from tests.acceptance.presence import ASKS, Ask, Presence, basic, lived

from counterfoil.app.logs import Answered, Line, LogWriter, journal, logged, now
from counterfoil.app.settings import Settings
from counterfoil.app.wiring import Running
from counterfoil.core.secrets import key_id

INVOICES = "/v1/quickbooks-desktop/invoices"
LOUD = {"COUNTERFOIL_LOG_LEVEL": "debug", "COUNTERFOIL_LOG_FORMAT": "json"}


def entries(server: Server, event: str = "request", *, least: int = 1) -> list[dict[str, Any]]:
    """The lines of one event, as soon as there are so many: they are written a moment after the answer."""
    for _ in range(200):
        lines = [json.loads(line) for line in server.errors().splitlines()]
        found = [line for line in lines if line["event"] == event]
        if len(found) >= least:
            return found
        time.sleep(0.05)
    raise AssertionError(server.errors())


def test_a_request_has_one_line_and_nothing_of_what_it_brought(data: Path, serve: Serve) -> None:
    server = serve(data, environment=LOUD)
    key = new_key(data)
    with client(server.url, key) as caller:
        made = caller.post("/invoices?note=hush", json={**invoice(goods(caller)), "memo": "hush hush"})
    assert made.status_code == 200
    posted = [line for line in entries(server, least=2) if line["method"] == "POST"]
    assert len(posted) == 1
    line = posted[0]
    assert (line["level"], line["route"], line["dialect"], line["status"]) == ("info", INVOICES, "conductor", 200)
    assert (line["key_id"], line["connection_id"]) == (key_id(key), DEMO)
    assert line["request_id"] == made.headers["conductor-request-id"] == made.headers["x-request-id"]
    assert 0 < line["ms"] < 60_000
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", line["time"])
    assert "hush" not in server.errors()


def test_an_own_id_is_taken_over_where_it_is_a_sane_one(data: Path, serve: Serve) -> None:
    server = serve(data, environment=LOUD)
    key = new_key(data)
    headers = {"Authorization": f"Bearer {key}", "Conductor-End-User-Id": DEMO}
    with httpx.Client(base_url=server.url, headers=headers) as caller:
        mine = caller.get("/v1/quickbooks-desktop/customers", headers={"X-Request-Id": "order-17/b"})
        for wrong in ('"},{"event":"forged', "x" * 129, "two words", "tab\tbed", ""):
            answer = caller.get("/v1/quickbooks-desktop/customers", headers={"X-Request-Id": wrong})
            assert re.fullmatch("req_[0-9a-f]{32}", answer.headers["conductor-request-id"]), wrong
        qube = caller.get(f"/api/v1/connections/{DEMO}", headers={"X-Request-Id": "q-1", **basic(key)})
        missing = caller.get("/nowhere", headers={"X-Request-Id": "n-1"})
    assert mine.headers["conductor-request-id"] == mine.headers["x-request-id"] == "order-17/b"
    assert (qube.headers["x-request-id"], missing.headers["x-request-id"]) == ("q-1", "n-1")
    assert qube.headers.get_list("x-request-id") == ["q-1"]
    logged_ids = [line["request_id"] for line in entries(server, least=8)]
    assert {"order-17/b", "q-1", "n-1"} <= set(logged_ids)


def test_the_log_of_a_day_holds_no_secret(data: Path, serve: Serve) -> None:
    """Keys, passwords, tickets, links, cookies and webhook secrets go through every kind of route."""
    server = serve(data, environment={**LOUD, "COUNTERFOIL_METRICS_TOKEN": "a-token-for-metrics"})
    secrets: dict[str, str] = {"metrics": "a-token-for-metrics"}
    key = secrets["key"] = new_key(data, "--connection", DEMO)
    revoked = secrets["revoked"] = new_key(data)
    run(data, "key", "revoke", key_id(revoked) or "")
    secrets["webhook"] = run(data, "webhook", "secret", "--json").json["secret"]
    made = run(data, "connection", "create", "--books", "desktop", "--name", "Wren", "--json").json
    secrets["password"] = made["password"]
    secrets["connect link"] = made["connect_url"].rsplit("/", 1)[1]
    login = run(data, "login", "--json").json["url"]
    secrets["login link"] = login.rsplit("/", 1)[1]
    secrets["guess"] = "cf_0123456789abcdef_a-guess-of-somebody"

    with httpx.Client(base_url=server.url) as caller:
        for each in (key, revoked, secrets["guess"]):
            for ask in ASKS:
                caller.request(ask.method, ask.path, headers=ask.headers(each), json=ask.body(1))
        caller.get(f"/api/v1/connections/{DEMO}?api_key={key}", headers=basic(key))
        caller.get(f"/v1/quickbooks-desktop/{key}", headers={"Authorization": f"Bearer {key}"})
        signature = secrets["signature"] = "5f" * 32
        head = f'ChargeOver co_public_key="{key_id(key)}" co_nonce="n" co_timestamp="1" co_signature="{signature}"'
        caller.get("/api/v3/customer", headers={"Authorization": head})
        caller.get("/metrics", headers={"Authorization": "Bearer a-token-for-metrics"})
        caller.get("/metrics", headers={"Authorization": "Bearer a-wrong-token"})
        ticket = secrets["ticket"] = _ticket(caller, made["id"], secrets["password"])
        caller.post("/qbwc", content=_call("sendRequestXML", ticket=ticket), headers={"Content-Type": "text/xml"})
        caller.post("/qbwc", content=_call("closeConnection", ticket=ticket), headers={"Content-Type": "text/xml"})
        link = "/connect/" + secrets["connect link"]
        for path in (link, f"{link}/qwc", f"{link}/state", "/app/login/" + secrets["login link"]):
            assert caller.get(path).status_code == 200, path
        signed_in = caller.post(
            "/app/login/" + secrets["login link"], headers={"Origin": server.url, "Sec-Fetch-Site": "same-origin"}
        )
        assert signed_in.status_code == 303
        secrets["cookie"] = signed_in.cookies["counterfoil_visit"]
        assert caller.get("/app").status_code == 200
    server.stop()
    log = server.errors()
    assert len(log.splitlines()) > 25
    assert {name for name, secret in secrets.items() if secret in log} == set()
    assert {json.loads(line)["event"] for line in log.splitlines()} >= {"started", "request", "stopping", "stopped"}


def _call(operation: str, **arguments: str) -> str:
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in arguments.items())
    return (
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
        f'<{operation} xmlns="http://developer.intuit.com/">{inner}</{operation}></soap:Body></soap:Envelope>'
    )


def _ticket(caller: httpx.Client, user: str, password: str) -> str:
    asked = _call("authenticate", strUserName=user, strPassword=password)
    answer = caller.post("/qbwc", content=asked, headers={"Content-Type": "text/xml"})
    found = re.search(r"<string>([^<]{20,})</string>", answer.text)
    assert found is not None, answer.text
    return found.group(1)


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: ask.dialect)
def test_an_error_of_our_own_is_in_the_log_alone(tmp_path: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()

    async def story(there: Presence) -> None:
        def broken(*_: object, **__: object) -> None:
            raise ZeroDivisionError("the innermost secret")

        monkeypatch.setattr(there.running.dispatcher.__class__, "_let_in", broken)
        with logged(Settings(log_format="json"), stream):
            async with there.client() as client:
                answer = await ask.write(client, there.key, 1, **{"X-Request-Id": "find-me"})
        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert "ZeroDivision" not in answer.text

    lived(tmp_path / "data", story)
    errors = [json.loads(line) for line in stream.getvalue().splitlines() if '"error"' in line]
    assert len(errors) == 1
    assert errors[0]["request_id"] == "find-me"
    assert "ZeroDivisionError: the innermost secret" in errors[0]["exception"]


def test_what_escapes_a_page_is_answered_and_logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()

    async def story(there: Presence) -> None:
        def broken(self: Running) -> None:
            raise ZeroDivisionError("within")

        monkeypatch.setattr("counterfoil.app.readiness.Readiness.faults", broken)
        with logged(Settings(log_format="text"), stream):
            async with there.client() as client:
                answer = await client.get("/ready")
        assert (answer.status_code, answer.text) == (500, "Internal Server Error")
        assert answer.headers["x-request-id"] in stream.getvalue()

    lived(tmp_path / "data", story)
    assert "ZeroDivisionError: within" in stream.getvalue()


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_traceback_shows_code_and_never_what_variables_hold(form: str) -> None:
    stream = io.StringIO()

    def broken(key: str) -> None:
        raise ZeroDivisionError("within")

    with logged(Settings(log_format=form), stream):
        try:
            broken("cf_0123456789abcdef_" + "held by a variable".upper())
        except ZeroDivisionError:
            logging.getLogger("counterfoil.tests").exception("a request met an error of our own")
    assert "ZeroDivisionError: within" in stream.getvalue()
    assert "in broken" in stream.getvalue()
    assert "HELD BY A VARIABLE" not in stream.getvalue()


def test_words_of_others_begin_no_line_and_steer_no_terminal() -> None:
    stream = io.StringIO()
    with logged(Settings(log_format="text"), stream):
        logging.getLogger("counterfoil.tests").warning("met %s", "x\n\x1b[2J\x9b1m\u2028[info     ] stopped")
        journal.warning("met", what="y\n\x1b[2J[info     ] stopped")
    lines = stream.getvalue().splitlines()
    assert len(lines) == 2
    assert all("stopped" in line for line in lines)
    assert not {"\x1b", "\x9b", "\u2028"} & set(stream.getvalue())


def test_lines_for_people() -> None:
    stream = io.StringIO()
    with logged(Settings(log_format="text"), stream) as writer:
        assert writer is not None
        writer.add(
            Answered(
                time=now(),
                method="GET",
                route="/health",
                dialect="questions",
                status=200,
                ms=1.234,
                request_id="req_1",
                key_id=None,
                connection_id=None,
            )
        )
        journal.info("started", url="http://localhost")
    first, second = stream.getvalue().splitlines()
    assert first.endswith("200 GET /health 1.2 ms  questions  req_1")
    assert "started" in second
    assert "url=http://localhost" in second


@pytest.mark.parametrize(
    ("level", "told"), [("info", ["one", "two"]), ("warning", ["two"]), ("error", [])], ids=lambda value: str(value)
)
def test_levels(level: str, told: list[str]) -> None:
    stream = io.StringIO()
    with logged(Settings(log_format="json", log_level=level), stream) as writer:
        journal.info("one")
        journal.warning("two")
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == told
    assert (writer is not None) == (level == "info")


def test_a_reader_who_does_not_read_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines are lost then, and it is said how many."""
    monkeypatch.setattr("counterfoil.app.logs.MOST_WAITING", 10)

    class Slow(io.StringIO):
        def write(self, text: str) -> int:
            time.sleep(0.2)
            return super().write(text)

    stream = Slow()
    writer = LogWriter(stream, as_json=True)
    for number in range(1000):
        writer.add(Line(json.dumps({"event": number})), urgent=number == 0)
    writer.close()
    told = [json.loads(line)["event"] for line in stream.getvalue().splitlines()]
    lost = [event for event in told if isinstance(event, str)]
    written = [event for event in told if isinstance(event, int)]
    assert lost
    assert sum(int(event.split()[0]) for event in lost) + len(written) == 1000
    assert written == sorted(written)


def test_a_setting_that_is_none_is_refused(data: Path) -> None:
    environment = {"COUNTERFOIL_LOG_LEVEL": "loud"}
    done = subprocess.run(
        [*COMMAND, "serve", "--data", str(data)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "COUNTERFOIL_LOG_LEVEL must be one of debug, info, warning, error" in done.stderr
