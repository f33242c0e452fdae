"""Who asks or guesses too often is told so, in each vendor's words; their clients come again and succeed."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from conductor import Conductor, RateLimitError
from qubesync import v2
from tests.acceptance.conftest import DEMO, Serve, new_key, run
from tests.acceptance.presence import ASKS, Ask, Presence, lived

from counterfoil.app.limits import Gatekeeper, Pace

WRONG = "cf_0123456789abcdef_wrong"
LIST = "/v1/quickbooks-desktop/customers"


class Moment:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_pace_gives_its_burst_and_then_its_rate() -> None:
    moment = Moment()
    pace = Pace(rate=10, burst=3, now=moment)
    assert [pace.take("a") for _ in range(3)] == [0, 0, 0]
    assert pace.take("a") == pytest.approx(0.1, abs=1e-4)
    assert pace.take("b") == 0
    moment.now += 0.1
    assert pace.take("a") == 0
    assert pace.take("a") == pytest.approx(0.1, abs=1e-4)
    moment.now += 60
    assert [pace.take("a") > 0 for _ in range(4)] == [False, False, False, True]


def test_a_pace_forgets_who_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("counterfoil.app.limits.MOST_KEPT", 100)
    moment = Moment()
    pace = Pace(rate=1, burst=1, now=moment)
    for number in range(1000):
        pace.take(str(number))
        moment.now += 0.001
    assert len(pace._due) <= 100
    assert pace.take("999") > 0, "who has just been is remembered"


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: ask.dialect)
def test_every_dialect_says_so_in_its_own_shape(tmp_path: Path, ask: Ask) -> None:
    async def story(there: Presence) -> None:
        async with there.client() as client:
            first, second, third = [await ask.write(client, there.key, number) for number in (1, 2, 3)]
            other = await ask.write(client, await there.new_key(), 4)
        assert (first.status_code < 300, second.status_code < 300, other.status_code < 300) == (True, True, True)
        assert third.status_code == 429
        assert third.headers["retry-after"] == "1"
        told: Any = third.json()
        words = "Too many requests; the next one may come in 1 seconds."
        if ask.dialect == "conductor":
            assert third.headers.get("x-should-retry") != "false"
            inner = told["error"]
            assert (inner["type"], inner["code"]) == ("RATE_LIMIT_ERROR", "RATE_LIMIT_EXCEEDED")
            assert (inner["message"], inner["httpStatusCode"], inner["outcome"]) == (words, 429, "not_applied")
        elif ask.dialect == "qube":
            assert told == {"errors": {"detail": words}}
        elif ask.dialect == "chargeover":
            assert (told["code"], told["status"], told["message"]) == (429, "Error", words)
            assert told["details"] == {"outcome": "not_applied"}
        else:
            assert (told["success"], told["type"], told["message"]) == (False, "RateLimit", words)

    lived(tmp_path / "data", story, rate_limit=1, rate_burst=2)


def test_no_limit_where_none_is_set(tmp_path: Path) -> None:
    async def story(there: Presence) -> None:
        headers = {"Authorization": f"Bearer {there.key}", "Conductor-End-User-Id": DEMO}
        async with there.client() as client:
            answers = [await client.get(LIST, headers=headers) for _ in range(20)]
        assert {answer.status_code for answer in answers} == {200}

    lived(tmp_path / "data", story, rate_limit=0, rate_burst=1)


def test_vendors_clients_come_again_and_succeed(data: Path, serve: Serve) -> None:
    server = serve(data, environment={"COUNTERFOIL_RATE_LIMIT": "2", "COUNTERFOIL_RATE_BURST": "1"})
    key = new_key(data)
    impatient = Conductor(api_key=key, base_url=f"{server.url}/v1", max_retries=0)
    impatient.qbd.customers.list(conductor_end_user_id=DEMO)
    with pytest.raises(RateLimitError):
        impatient.qbd.customers.list(conductor_end_user_id=DEMO)
    patient = Conductor(api_key=key, base_url=f"{server.url}/v1", max_retries=2)
    for _ in range(3):
        assert patient.qbd.customers.list(conductor_end_user_id=DEMO).data

    retries: list[Any] = []
    qube = v2.Client(key, base_url=server.url, on_retry=retries.append)
    for _ in range(3):
        assert DEMO in str(qube.list_connections())
    assert {each["status"] for each in retries} == {429}


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: ask.dialect)
def test_an_address_that_guesses_keys_is_kept_waiting(tmp_path: Path, ask: Ask) -> None:
    async def story(there: Presence) -> None:
        async with there.client("192.0.2.7") as guesser, there.client("192.0.2.8") as other:
            assert (await ask.write(guesser, there.key, 1)).status_code < 300
            statuses = [(await ask.write(guesser, f"{WRONG}{number}", 2)).status_code for number in range(7)]
            assert statuses == [401] * 5 + [429] * 2
            unheard = await ask.write(guesser, await there.new_key(), 3)
            assert unheard.status_code == 429, "a right key that nobody has shown yet is not even looked at"
            assert int(unheard.headers["retry-after"]) >= 1
            assert (await ask.write(guesser, there.key, 4)).status_code < 300, "who shares the address works on"
            assert (await ask.write(other, WRONG, 5)).status_code == 401

    lived(tmp_path / "data", story, guess_limit=5)


def _guessed(url: str, forwarded: str) -> int:
    headers = {"Authorization": f"Bearer {WRONG}", "X-Forwarded-For": forwarded}
    return httpx.get(f"{url}{LIST}", headers=headers).status_code


def test_nobody_is_believed_who_is_not_named(data: Path, serve: Serve) -> None:
    """An address of one's own choice with every guess would make any number of them."""
    server = serve(data, "--no-demo", environment={"COUNTERFOIL_GUESS_LIMIT": "3"})
    assert [_guessed(server.url, f"192.0.2.{number}") for number in range(4)] == [401, 401, 401, 429]


def test_a_proxy_that_is_named_is_believed_and_only_for_what_it_saw_itself(data: Path, serve: Serve) -> None:
    """It adds the address that it saw behind what the caller claims."""
    limits = {"COUNTERFOIL_GUESS_LIMIT": "3", "COUNTERFOIL_TRUSTED_PROXIES": "10.9.9.9, 127.0.0.0/8"}
    server = serve(data, "--no-demo", environment=limits)
    claimed = [_guessed(server.url, f"203.0.113.{number}, 192.0.2.7") for number in range(4)]
    assert claimed == [401, 401, 401, 429]
    assert _guessed(server.url, "192.0.2.8") == 401
    assert _guessed(server.url, "192.0.2.7, 10.9.9.9") == 429, "a second proxy before the first is passed over"
    assert httpx.get(f"{server.url}/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403


def test_no_key_is_no_guess(tmp_path: Path) -> None:
    async def story(there: Presence) -> None:
        async with there.client() as client:
            assert {(await client.get(LIST)).status_code for _ in range(10)} == {401}

    lived(tmp_path / "data", story, guess_limit=3)


def test_signatures_are_guesses_too(tmp_path: Path) -> None:
    async def story(there: Presence) -> None:
        signed = f'ChargeOver co_public_key="{there.key_id}" co_nonce="n" co_timestamp="1" co_signature="00"'
        async with there.client() as client:
            asked = [await client.get("/api/v3/customer", headers={"Authorization": signed}) for _ in range(4)]
        assert [answer.status_code for answer in asked] == [401, 401, 401, 429]

    lived(tmp_path / "data", story, guess_limit=3)


def test_wrong_passwords_of_a_web_connector(data: Path, serve: Serve) -> None:
    """`nvu` stops a Web Connector; `busy` makes it come again later, and the right password is not locked out."""
    server = serve(data, environment={"COUNTERFOIL_GUESS_LIMIT": "3"})
    made = run(data, "connection", "create", "--books", "desktop", "--name", "Wren", "--json").json

    def authenticated(password: str) -> str:
        envelope = (
            '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
            f'<authenticate xmlns="http://developer.intuit.com/"><strUserName>{made["id"]}</strUserName>'
            f"<strPassword>{password}</strPassword></authenticate></soap:Body></soap:Envelope>"
        )
        answer = httpx.post(f"{server.url}/qbwc", content=envelope, headers={"Content-Type": "text/xml"})
        assert answer.status_code == 200
        return answer.text

    assert "nvu" not in authenticated(made["password"])
    assert ["nvu" in authenticated(f"wrong {number}") for number in range(3)] == [True] * 3
    assert "<string>busy</string>" in authenticated("another one")
    last = authenticated(made["password"])
    assert "nvu" not in last


def test_links_cannot_be_guessed(tmp_path: Path) -> None:
    async def story(there: Presence) -> None:
        url = (await there.running.people.login({}))["url"]
        async with there.client("192.0.2.9") as client, there.client("192.0.2.10") as other:
            statuses = [(await client.get(f"/app/login/wrong{number}")).status_code for number in range(4)]
            assert statuses == [410, 410, 410, 429]
            assert (await client.get("/connect/wrong")).status_code == 429
            assert (await client.get("/i/wrong")).status_code in (404, 429)
            path = "/" + url.split("/", 3)[3]
            assert (await client.get(path)).status_code == 429
            assert (await other.get(path)).status_code == 200

    lived(tmp_path / "data", story, guess_limit=3)


def test_a_neighbourhood_of_the_sixth_version_is_one_guesser(tmp_path: Path) -> None:
    async def story(there: Presence) -> None:
        statuses = []
        for host in range(4):
            async with there.client(f"2001:db8:0:1::{host}") as client:
                answer = await client.get(LIST, headers={"Authorization": f"Bearer {WRONG}"})
                statuses.append(answer.status_code)
        assert statuses == [401, 401, 401, 429]
        async with there.client("2001:db8:0:2::1") as client:
            assert (await client.get(LIST, headers={"Authorization": f"Bearer {WRONG}"})).status_code == 401

    lived(tmp_path / "data", story, guess_limit=3)


def test_guesses_are_forgiven_with_time() -> None:
    moment = Moment()
    pace = Gatekeeper(0, now=moment, guesses=2).guesses
    assert pace is not None
    assert [pace.take("a"), pace.take("a")] == [0, 0]
    assert pace.wait("a") == pytest.approx(5, abs=1e-4)
    moment.now += 5.01
    assert pace.wait("a") <= 0
