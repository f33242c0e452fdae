"""Tries of deliveries in a time that is told to pass: when they are made, what ends them, what is kept of them."""

import asyncio
from pathlib import Path
from typing import Final

import pytest
from tests.simulation.post.house import START, House, run
from tests.support.hooks import Got, Reply, refusing

from counterfoil.storage.post import DeliveryAttempt, Post

MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
SVIX: Final = (5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR)


async def attempts_of(house: House, identifier: str) -> list[DeliveryAttempt]:
    delivery = next(each for each in await house.owed() if each.id == identifier)
    return await house.look(lambda session: Post(session).tries(delivery.connection_id, delivery.id))


def test_a_receiver_that_always_fails_is_tried_by_the_schedule_and_then_given_up_aloud(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.hooks.answering["/dead"] = refusing(503)
        dead = await house.endpoint("/dead", events=("customer.created",))
        await house.endpoint("/alive", events=("endpoint.failing",))
        await house.customer("Ada")
        assert await house.post() == 1
        waits = []
        while any(each.due_at is not None for each in await house.owed() if each.endpoint_id == dead.id):
            waits.append(await house.until_next())
            await house.post()
        assert len(waits) == len(SVIX)
        for waited, usual in zip(waits, SVIX, strict=True):
            assert abs(waited - usual) <= usual * 0.1 + 1
        assert waits != list(SVIX), "nothing is spread"

        tries = house.hooks.at("/dead")
        assert len(tries) == 8
        assert len({each.id for each in tries}) == len({each.body for each in tries}) == 1
        delivery = next(each for each in await house.owed() if each.endpoint_id == dead.id)
        assert (delivery.state, delivery.due_at, delivery.tries) == ("failed", None, 8)
        kept = await attempts_of(house, delivery.id)
        assert [each.number for each in kept] == list(range(1, 9))
        assert {(each.status, each.answer) for each in kept} == {(503, "not now")}
        assert kept[0].attempted_at == START
        assert kept[-1].attempted_at == START + sum(waits)

        told = house.hooks.at("/alive")
        assert [each.json["type"] for each in told] == ["endpoint.failing"], "told once in a spell of failures"
        view = await house.running.post.endpoints.find(house.account, dead.id)
        assert view.state == "failing"
        assert view.health.failing_since == START

    run(tmp_path, story)


def test_what_is_accepted_is_not_sent_again(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.hooks.answering["/hook"] = refusing(500, times=2)
        await house.endpoint(events=("customer.created",))
        await house.customer("Ada")
        tries = await house.post()
        for _ in range(4):
            if any(each.due_at is not None for each in await house.owed()):
                await house.until_next()
            tries += await house.post()
        assert tries == 3
        assert [each.state for each in await house.owed()] == ["delivered"]
        assert len(house.hooks.accepted) == 1

    run(tmp_path, story)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirection_is_a_failure_and_leads_nowhere(tmp_path: Path, status: int) -> None:
    async def story(house: House) -> None:
        house.hooks.answering["/hook"] = refusing(status, Location=house.hooks.url("/inside"))
        await house.endpoint(events=("customer.created",))
        await house.customer("Ada")
        assert await house.post() == 1
        assert house.hooks.at("/inside") == []
        assert [(each.state, each.tries) for each in await house.owed()] == [("due", 1)]

    run(tmp_path, story)


def test_410_pauses_an_endpoint_says_so_and_loses_nothing(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.hooks.answering["/gone"] = refusing(410, times=1)
        gone = await house.endpoint("/gone", events=("customer.created",))
        await house.endpoint("/other", events=("endpoint.failing",))
        await house.customer("Ada")
        await house.post()
        await house.customer("Bob")
        house.clock.pass_by(3 * DAY)
        await house.post()
        assert len(house.hooks.at("/gone")) == 1, "it wants no more post"
        view = await house.running.post.endpoints.find(house.account, gone.id)
        assert view.state == "paused"
        assert "410" in (view.health.why or "")
        told = house.hooks.at("/other")
        assert [each.json["data"]["details"]["state"] for each in told] == ["paused"]
        doctor = await house.running.perform("doctor", {})
        assert [each["ok"] for each in doctor["checks"] if each["name"] == "endpoints"] == [False]

        await house.running.post.endpoints.resume(house.account, gone.id)
        await house.post()
        names = {each.json["data"]["object"]["name"] for each in house.hooks.accepted if each.path == "/gone"}
        assert names == {"Ada", "Bob"}

    run(tmp_path, story)


@pytest.mark.parametrize(("asked", "waits"), [("600", 600), (str(30 * DAY), 12 * HOUR), ("1", 4)])
def test_a_receiver_says_when_it_wants_to_be_asked_again_within_bounds(tmp_path: Path, asked: str, waits: int) -> None:
    async def story(house: House) -> None:
        house.hooks.answering["/hook"] = refusing(503, times=1, **{"Retry-After": asked})
        await house.endpoint(events=("customer.created",))
        await house.customer("Ada")
        await house.post()
        await house.customer("Bob")
        assert await house.post() == 0, "the receiver wants to be left alone"
        (first, _) = await house.owed()
        assert first.due_at is not None
        assert waits <= first.due_at - START <= max(waits, 6)
        house.clock.pass_by(max(waits, 6))
        assert await house.post() == 2
        assert len(house.hooks.accepted) == 2

    run(tmp_path, story)


def test_an_answer_that_never_ends_is_cut_and_one_that_is_huge_is_kept_in_part(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.hooks.answering["/hook"] = lambda _: Reply(500, {}, b"x" * 5_000_000)
        await house.endpoint(events=("customer.created",))
        await house.customer("Ada")
        await house.post()
        (delivery,) = await house.owed()
        (kept,) = await attempts_of(house, delivery.id)
        assert kept.answer == "x" * 2048

    run(tmp_path, story)


def test_a_receiver_that_hangs_or_hangs_up_has_failed(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        async def hang(_: Got) -> Reply:
            await asyncio.sleep(3600)
            return Reply()

        house.hooks.answering["/hangs"] = hang
        house.hooks.answering["/silent"] = lambda _: Reply(0)
        for path in ("/hangs", "/silent"):
            await house.endpoint(path, events=("customer.created",))
        await house.customer("Ada")
        assert await house.post() == 2
        for delivery in await house.owed():
            (kept,) = await attempts_of(house, delivery.id)
            assert kept.status is None
            assert kept.answer.startswith("no answer")
            assert delivery.state == "due"

    run(tmp_path, story, webhook_timeout=1)


def test_post_to_a_private_address_does_not_leave(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        endpoint = await house.endpoint(events=("customer.created",))
        house.running.post.sender.line.guard = type(house.running.post.guard)(allow_private=False)
        await house.customer("Ada")
        await house.post()
        assert house.hooks.lines == 0
        (delivery,) = await house.owed()
        assert delivery.state == "due", "an endpoint is not given up at once: its name may lead elsewhere tomorrow"
        (kept,) = await attempts_of(house, delivery.id)
        assert kept.answer.startswith("not sent: ")
        view = await house.running.post.endpoints.find(house.account, endpoint.id)
        assert view.health.failing_since == START

    run(tmp_path, story)


def test_the_others_are_told_when_an_endpoint_has_failed_for_a_day(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.hooks.answering["/dead"] = refusing(500)
        await house.endpoint("/dead", events=("customer.created",))
        await house.endpoint("/other", events=("endpoint.*",))
        for hour in range(24):
            await house.customer(f"Customer {hour}")
            await house.post()
            house.clock.pass_by(HOUR)
        assert house.hooks.at("/other") == []
        await house.customer("One more")
        await house.post()
        await house.post()
        assert [each.json["type"] for each in house.hooks.at("/other")] == ["endpoint.failing"]

        house.hooks.answering["/dead"] = lambda _: Reply()
        house.clock.pass_by(DAY)
        await house.post()
        views = await house.running.post.endpoints.of_account(house.account)
        assert {each.state for each in views} == {"active"}
        assert {each.health.failing_since for each in views} == {None}

    run(tmp_path, story)
