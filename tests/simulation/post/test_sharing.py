"""Order where it is asked for, one dead receiver that slows no other, and several senders that share the work."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.simulation.post.house import START, House, run
from tests.support.hooks import Got, Reply, refusing

from counterfoil.app.demo_company import CANADIAN_CONNECTION, US_CONNECTION
from counterfoil.core.clock import SetClock
from counterfoil.storage.contract import Session
from counterfoil.webhooks.channels import Channels
from counterfoil.webhooks.line import Line
from counterfoil.webhooks.schedule import Pace
from counterfoil.webhooks.sender import Sender
from counterfoil.webhooks.turns import Parcel, Tried, Turn, Turns

EVENTS = ("customer.created",)


def name_of(got: Got) -> str:
    name: str = got.json["data"]["object"]["name"]
    return name


def sender_of(house: House, pace: Pace, clock: SetClock | None = None) -> Sender:
    """Another sender on the same database, as in another process."""
    running = house.running
    line = Line(running.post.guard, pace.timeout)
    return Sender(running.store, running.vault, running.post.events, running.bells, clock or house.clock, line, pace)


def test_an_ordered_endpoint_gets_a_connections_events_one_after_another(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        under_way: Counter[str] = Counter()
        most: Counter[str] = Counter()
        tries = itertools.count()

        async def slowly(got: Got) -> Reply:
            whose = name_of(got).split()[0]
            under_way[whose] += 1
            most[whose] = max(most[whose], under_way[whose])
            most["all"] = max(most["all"], under_way.total())
            await asyncio.sleep(0.002)
            under_way[whose] -= 1
            return Reply(500 if next(tries) % 3 == 0 else 200)

        house.hooks.answering["/hook"] = slowly
        await house.endpoint(events=EVENTS, is_ordered=True)
        for number in range(12):
            await house.customer(f"American {number}")
            await house.customer(f"Canadian {number}", CANADIAN_CONNECTION)
        while any(each.due_at is not None for each in await house.owed()):
            await house.post()
            house.clock.pass_by(1)
        assert most["American"] == most["Canadian"] == 1
        assert most["all"] == 2, "connections do not wait for one another"
        for whose in ("American", "Canadian"):
            came = [name_of(each) for each in house.hooks.accepted if name_of(each).startswith(whose)]
            assert came == [f"{whose} {number}" for number in range(12)]
        assert len(house.hooks.got) > 24, "nothing was tried twice, so that nothing is shown"

    run(tmp_path, story)


def test_in_order_what_cannot_be_delivered_holds_back_its_connection_until_it_is_given_up(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        house.hooks.answering["/hook"] = lambda got: Reply(500 if name_of(got) == "Poison" else 200)
        await house.endpoint(events=EVENTS, is_ordered=True)
        for name in ("Poison", "Second", "Third"):
            await house.customer(name)
        await house.customer("Elsewhere", CANADIAN_CONNECTION)
        await house.post()
        assert [name_of(each) for each in house.hooks.accepted] == ["Elsewhere"]
        for _ in range(7):
            await house.post()
            heads = [each.due_at for each in await house.owed() if each.state == "due" and each.tries]
            house.clock.pass_by(min(each for each in heads if each is not None) - house.clock.now())
        assert await house.post() == 3, "the last try, and then what waited behind it"
        assert [name_of(each) for each in house.hooks.accepted] == ["Elsewhere", "Second", "Third"]
        assert [each.state for each in await house.owed()].count("failed") == 1

    run(tmp_path, story)


def test_an_endpoint_that_hangs_does_not_slow_another(tmp_path: Path) -> None:
    """The one that hangs answers only when the other has got everything: would it be waited for, nothing would end."""

    async def story(house: House) -> None:
        everything = asyncio.Event()

        async def hang(_: Got) -> Reply:
            await everything.wait()
            return Reply()

        def count(_: Got) -> Reply:
            if len(house.hooks.at("/quick")) == 40:
                everything.set()
            return Reply()

        house.hooks.answering |= {"/hangs": hang, "/quick": count}
        await house.endpoint("/hangs", events=EVENTS)
        await house.endpoint("/quick", events=EVENTS)
        for number in range(40):
            await house.customer(f"Customer {number}")
        await sender_of(house, Pace(at_once=8, each=4, timeout=60)).deliver_due()
        assert everything.is_set()
        assert len(house.hooks.accepted) == 80

    run(tmp_path, story)


def test_endpoints_that_fail_are_tried_one_by_one_and_leave_half_of_the_room() -> None:
    pace = Pace(at_once=10, each=5, patience=2)
    channels = Channels(pace)
    dead = [f"dead {number}" for number in range(9)]
    for channel in dead:
        assert channels.slots(channel, START) == 5
        channels.failed(channel)
        channels.failed(channel)
        assert channels.slots(channel, START) == 1
    taken = 0
    for channel in dead:
        if channels.slots(channel, START) > 0:
            channels.leave(channel)
            taken += 1
    assert taken == 5
    assert channels.slots("alive", START) == 5
    channels.succeeded(dead[0])
    assert channels.slots(dead[0], START) == 4, "one of its five is under way"


def test_two_senders_never_deliver_the_same(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        async def slowly(_: Got) -> Reply:
            await asyncio.sleep(0.001)
            return Reply()

        house.hooks.answering["/hook"] = slowly
        await house.endpoint(events=EVENTS)
        await house.endpoint("/ordered", events=EVENTS, is_ordered=True)
        for number in range(60):
            await house.customer(f"Customer {number}", (US_CONNECTION, CANADIAN_CONNECTION)[number % 2])
        pace = Pace(at_once=6, each=3)
        shares = await asyncio.gather(*(sender_of(house, pace).deliver_due() for _ in range(3)))
        assert sum(shares) == len(house.hooks.got) == 120
        assert all(shares), "one of them did everything"
        tries = Counter((each.path, each.id) for each in house.hooks.got)
        assert set(tries.values()) == {1}

    run(tmp_path, story)


def test_what_a_killed_process_had_claimed_is_taken_up_when_the_claim_ends_and_not_before(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        await house.endpoint(events=EVENTS)
        await house.endpoint("/ordered", events=EVENTS, is_ordered=True)
        for number in range(3):
            await house.customer(f"Customer {number}")
        running, pace = house.running, Pace(lease=60)
        dead = Turns(running.vault, running.post.events, house.clock, pace, Channels(pace))
        turn = await house.write(lambda session: dead.take(session, []))
        assert len(turn.parcels) == 4, "three, and of the ordered ones the first"
        assert await house.post() == 0
        house.clock.pass_by(59)
        assert await house.post() == 0
        house.clock.pass_by(1)
        assert await house.post() == 6
        assert len(house.hooks.accepted) == 6

        late = [tried_of(each) for each in turn.parcels]
        again = await house.write(lambda session: dead.take(session, late))
        assert (again.ended, again.parcels) == ((), ()), "the claim is lost, and with it the word"
        assert {each.tries for each in await house.owed()} == {1}

    run(tmp_path, story)


def tried_of(parcel: Parcel) -> Tried:
    return Tried(delivery=parcel.delivery, status=500, answer="too late")


def test_a_sender_that_is_stopped_gives_back_what_it_had_claimed(tmp_path: Path) -> None:
    async def story(house: House) -> None:
        async def hang(_: Got) -> Reply:
            await asyncio.sleep(3600)
            return Reply()

        house.hooks.answering["/hook"] = hang
        await house.endpoint(events=EVENTS)
        await house.customer("Ada")
        task = asyncio.create_task(house.running.sender.run())
        while not house.hooks.got:
            await asyncio.sleep(0.005)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        (delivery,) = await house.owed()
        assert (delivery.claimed_by, delivery.due_at, delivery.tries) == (None, START, 0)
        house.hooks.answering["/hook"] = refusing(times=0)
        assert await house.post() == 1

    run(tmp_path, story)


def test_many_receivers_are_looked_at_in_turn(tmp_path: Path) -> None:
    """More channels than one look takes, most of them with nothing due: none is forgotten."""

    async def story(house: House) -> None:
        house.hooks.answering["/hook"] = refusing(503)
        for _ in range(300):
            await house.endpoint("/hook", events=EVENTS)
        await house.customer("Ada")
        assert await house.post() == 300
        last = await house.endpoint("/last", events=("customer.updated",))
        first = house.hooks.url("/last")
        made = await house.customer("Bob")
        await house.asked("POST", f"/customers/{made['id']}", {"revisionNumber": made["revisionNumber"], "note": "x"})
        assert await house.post() >= 300
        assert len(house.hooks.at("/last")) == 1
        assert last.url == first

    run(tmp_path, story)


def test_what_was_claimed_before_a_process_slept_is_not_sent_when_it_wakes(tmp_path: Path) -> None:
    """It is suspended in the very moment after the claim; meanwhile the claim ends, and another sender delivers."""

    async def story(house: House) -> None:
        pace = Pace()
        sleeper, other = sender_of(house, pace), sender_of(house, pace)
        await house.endpoint(events=EVENTS)
        await house.customer("Rip Van Winkle")
        took = sleeper.turns.take

        def sleepy(session: Session, tried: Sequence[Tried]) -> Turn:
            turn = took(session, tried)
            house.clock.pass_by(pace.lease if turn.parcels else 0)
            return turn

        sleeper.turns.take = sleepy  # type: ignore[method-assign]
        turn = await sleeper._turn(asyncio.Event())
        assert len(turn.parcels) == 1
        assert await other.deliver_due() == 1
        await asyncio.gather(*sleeper._under_way)
        assert [name_of(each) for each in house.hooks.got] == ["Rip Van Winkle"]
        assert [(each.state, each.tries) for each in await house.owed()] == [("delivered", 1)]

    run(tmp_path, story)
