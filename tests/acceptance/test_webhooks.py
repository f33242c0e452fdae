"""Webhooks as an operator meets them: commands beside a server that runs, and a receiver that checks what it gets."""

import asyncio
import base64
import hashlib
import hmac
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from tests.acceptance.conftest import DEMO, PATIENCE, Ran, Serve, client, new_key, run
from tests.support.hooks import Got, Hooks, Reply

PRIVATE: Final = {"COUNTERFOIL_ALLOW_PRIVATE_WEBHOOKS": "1"}


class Listening:
    """A receiver with a loop of its own."""

    def __init__(self) -> None:
        self.hooks = Hooks()
        self.ready, self.over = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self._listen()), daemon=True)
        self.thread.start()
        assert self.ready.wait(PATIENCE)

    async def _listen(self) -> None:
        async with self.hooks:
            self.ready.set()
            while not self.over.is_set():
                await asyncio.sleep(0.01)

    def got(self, count: int) -> list[Got]:
        until = time.monotonic() + PATIENCE
        while len(self.hooks.got) < count and time.monotonic() < until:
            time.sleep(0.01)
        return list(self.hooks.got)


@contextmanager
def listening() -> Iterator[Listening]:
    one = Listening()
    try:
        yield one
    finally:
        one.over.set()
        one.thread.join(PATIENCE)


@pytest.fixture
def receiver() -> Iterator[Listening]:
    with listening() as one:
        yield one


def command(data: Path, *words: str) -> Ran:
    return run(data, *words, environment=PRIVATE)


def is_signed(got: Got, secret: str) -> bool:
    """By the Standard Webhooks specification."""
    text = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    own = base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    return f"v1,{own}" in got.headers["webhook-signature"].split(" ")


def deliveries(data: Path, endpoint: str, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = command(data, "webhook", "deliveries", endpoint, *options, "--json").json["data"]
    return found


def test_an_endpoint_from_its_making_to_its_end(serve: Serve, data: Path, receiver: Listening) -> None:
    server = serve(data, environment=PRIVATE)
    hooks = receiver.hooks
    made = command(
        data, "webhook", "add", hooks.url(), "--event", "customer.*", "--event", "invoice.paid", "--json"
    ).json
    endpoint, secret = made["id"], made["secret"]
    assert "webhook test" in command(data, "webhook", "add", hooks.url("/other"), "--dialect", "conductor").out

    command(data, "webhook", "test", endpoint)
    (test,) = receiver.got(1)
    assert test.json["type"] == "endpoint.test"
    assert is_signed(test, secret)

    with client(server.url, new_key(data)) as caller:
        assert caller.post("/customers", json={"name": "Ada"}).status_code == 200
    got = receiver.got(4)
    (created,) = [each for each in got if each.path == "/hook" and each.json["type"] == "customer.created"]
    assert created.json["data"]["connection_id"] == DEMO
    assert is_signed(created, secret)
    told = {each.json["type"] for each in got if each.path == "/other"}
    assert told == {"customer.created", "request.succeeded"}

    listed = {each["id"]: each for each in command(data, "webhook", "list", "--json").json["data"]}
    assert listed[endpoint]["events"] == ["customer.*", "invoice.paid"]
    assert listed[endpoint]["state"] == "active"
    shown = deliveries(data, endpoint)
    assert [each["event"] for each in shown] == ["customer.created", "endpoint.test"]

    again = command(data, "webhook", "replay", shown[0]["id"], "--json").json
    assert again["count"] == 1
    assert receiver.got(5)[-1].id == created.id
    fresh = command(data, "webhook", "rotate", endpoint, "--json").json["secret"]
    command(data, "webhook", "test", endpoint)
    both = receiver.got(6)[-1]
    assert fresh != secret
    assert is_signed(both, secret)
    assert is_signed(both, fresh)

    assert command(data, "webhook", "remove", endpoint).code == 0
    assert command(data, "webhook", "deliveries", endpoint).code == 1
    assert server.stop() == 0
    assert server.errors() == ""


def test_an_endpoint_that_fails_is_seen_paused_resumed_and_recovered(
    serve: Serve, data: Path, receiver: Listening
) -> None:
    hooks = receiver.hooks
    hooks.answering["/hook"] = lambda _: Reply(500, {}, b"<b>out of order</b>")
    serve(data, environment={**PRIVATE, "COUNTERFOIL_WEBHOOK_SCHEDULE": "0"})
    endpoint = command(data, "webhook", "add", hooks.url(), "--json").json["id"]
    command(data, "webhook", "test", endpoint)
    receiver.got(2)
    until = time.monotonic() + PATIENCE
    while not deliveries(data, endpoint, "--failed") and time.monotonic() < until:
        time.sleep(0.05)
    (failed,) = deliveries(data, endpoint, "--failed")
    assert [each["status"] for each in failed["tries"]] == [500, 500]
    assert failed["tries"][0]["answer"] == "<b>out of order</b>"
    assert "failing" in command(data, "webhook", "list").out
    doctor = command(data, "doctor")
    assert doctor.code == 1
    assert "500 <b>out of order</b>" in doctor.out

    assert command(data, "webhook", "pause", endpoint, "--json").json["state"] == "paused"
    hooks.answering["/hook"] = lambda _: Reply()
    assert command(data, "webhook", "replay", endpoint, "--since", "2020-01-01", "--json").json["count"] == 1
    assert "paused by hand" in command(data, "webhook", "list").out
    assert command(data, "webhook", "resume", endpoint, "--json").json["state"] == "active"
    assert len(receiver.got(3)) == 3
    until = time.monotonic() + PATIENCE
    while command(data, "doctor").code != 0 and time.monotonic() < until:
        time.sleep(0.05)
    assert command(data, "doctor").code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("webhook", "add", "http://169.254.169.254/latest"), "not public"),
        (("webhook", "add", "https://example.com/", "--event", "invoice.sent"), "invoice.created"),
        (("webhook", "add", "https://example.com/", "--connection", "nowhere"), "no connection"),
        (("webhook", "test", "nobody"), "no endpoint"),
        (("webhook", "replay", "nothing"), "no delivery"),
        (("webhook", "remove", "nobody"), "no endpoint"),
    ],
)
def test_what_cannot_be_done_is_told_with_the_reason(data: Path, words: tuple[str, ...], told: str) -> None:
    done = run(data, *words)
    assert done.code == 1
    assert told in done.err
    assert "Traceback" not in done.text


def test_without_an_endpoint_the_list_says_how_to_make_one(data: Path) -> None:
    done = run(data, "webhook", "list")
    assert done.code == 0
    assert "counterfoil webhook add" in done.out


@pytest.mark.parametrize("schedule", ["5,", "soon", "-1", "5;6"])
def test_a_schedule_that_is_none_is_refused(data: Path, schedule: str) -> None:
    done = run(data, "webhook", "list", environment={"COUNTERFOIL_WEBHOOK_SCHEDULE": schedule})
    assert done.code == 2
    assert "COUNTERFOIL_WEBHOOK_SCHEDULE" in done.err
