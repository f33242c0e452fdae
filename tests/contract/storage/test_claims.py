"""Claims of deliveries: fair over channels, in order where that is asked for, and never two for the same."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from msgspec import structs

from counterfoil.storage.claims import Claims, Head, Waiting
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.endpoints import Endpoint, EndpointDesk, Health
from counterfoil.storage.post import Delivery, DeliveryAttempt, Post

NOW = 1_000
Run = Callable[[Callable[[Session], Any]], Any]


@pytest.fixture
def do(store: Store, runner: asyncio.Runner) -> Run:
    return lambda work: runner.run(store.write(work))


def delivery(id: str, channel: str = "e1", connection: str = "c1", **others: Any) -> Delivery:
    given = {"request_id": None, "url": "https://example.com/", "body": b"{}", "state": "due", "tries": 0}
    given |= {"due_at": NOW, "created_at": NOW, "endpoint_id": channel}
    return Delivery(**given | {"id": id, "channel": channel, "connection_id": connection} | others)


def owe(do: Run, *owed: Delivery) -> None:
    def work(session: Session) -> None:
        for each in owed:
            Post(session).owe(each)

    do(work)


def claim(do: Run, id: str, connection: str = "c1", now: int = NOW, holder: str = "me") -> Delivery | None:
    found: Delivery | None = do(lambda session: Claims(session).claim(connection, id, holder, now, now + 60))
    return found


def test_channels_are_walked_in_turn_each_with_its_earliest(do: Run) -> None:
    owe(do, *(delivery(f"d{n}", f"e{n % 4}", due_at=NOW + n) for n in range(12)))
    owe(do, delivery("done", "e9", state="delivered", due_at=None))
    wanted = [Waiting(channel=f"e{n}", first_due=NOW + n) for n in range(4)]
    assert do(lambda session: Claims(session).waiting("", 256)) == wanted
    assert do(lambda session: Claims(session).waiting("", 2)) == wanted[:2]
    assert do(lambda session: Claims(session).waiting("e1", 256)) == wanted[2:]
    assert do(lambda session: Claims(session).waiting("e3", 256)) == []


def test_what_has_waited_longest_is_due_first(do: Run) -> None:
    owe(do, *(delivery(f"d{n}", due_at=NOW - n) for n in range(5)), delivery("later", due_at=NOW + 1))
    due = do(lambda session: Claims(session).due("e1", NOW, 3))
    assert due == [("c1", "d4"), ("c1", "d3"), ("c1", "d2")]


def test_a_claim_excludes_others_until_it_ends(do: Run) -> None:
    owe(do, delivery("d1"))
    mine = claim(do, "d1")
    assert mine is not None
    assert (mine.claimed_by, mine.due_at) == ("me", NOW + 60)
    assert claim(do, "d1", holder="you") is None
    assert claim(do, "d1", now=NOW + 59, holder="you") is None
    assert claim(do, "d1", now=NOW + 60, holder="you") is not None
    assert do(lambda session: Claims(session).held(mine)) is None
    attempt = DeliveryAttempt(number=1, attempted_at=NOW, status=200, answer="late")
    do(lambda session: Claims(session).release([mine], NOW))
    assert claim(do, "d1", now=NOW + 61) is None, "what is another's cannot be given back"
    do(lambda session: Claims(session).settle(structs.replace(mine, claimed_by="you"), attempt, "delivered", None))
    assert do(lambda session: Claims(session).waiting("", 9)) == []


def test_of_many_who_claim_at_once_one_succeeds(store: Store, runner: asyncio.Runner, do: Run) -> None:
    owe(do, *(delivery(f"d{n}") for n in range(10)))

    def take(holder: str, session: Session) -> int:
        claims = Claims(session)
        return sum(claims.claim("c1", f"d{n}", holder, NOW, NOW + 60) is not None for n in range(10))

    async def race() -> list[int]:
        works = (store.write(lambda session, name=f"p{n}": take(name, session)) for n in range(8))  # type: ignore[misc]
        return await asyncio.gather(*works)

    assert sum(runner.run(race())) == 10


def test_heads_are_the_first_of_each_connection_due_or_not(do: Run) -> None:
    owe(
        do,
        *(
            delivery(f"{connection} {n}", connection=connection, number=n, is_ordered=True)
            for connection in ("c1", "c2", "c3")
            for n in (2, 1, 3)
        ),
        delivery("another's", "e2", number=0, is_ordered=True),
    )
    head = claim(do, "c2 1", "c2")
    assert head is not None
    found = do(lambda session: Claims(session).heads("e1", "", 9))
    assert found == [
        Head(connection_id="c1", id="c1 1", due_at=NOW),
        Head(connection_id="c2", id="c2 1", due_at=NOW + 60),
        Head(connection_id="c3", id="c3 1", due_at=NOW),
    ]
    assert [each.id for each in do(lambda session: Claims(session).heads("e1", "c1", 1))] == ["c2 1"]
    attempt = DeliveryAttempt(number=1, attempted_at=NOW, status=200, answer="")
    do(lambda session: Claims(session).settle(head, attempt, "delivered", None))
    assert [each.id for each in do(lambda session: Claims(session).heads("e1", "c1", 1))] == ["c2 2"]


def test_sending_again_begins_a_round_and_leaves_alone_what_is_under_way(do: Run) -> None:
    owe(do, delivery("d1", state="failed", due_at=None, tries=8), delivery("d2"))
    claim(do, "d2")
    do(lambda session: Post(session).send_again("c1", "d1", NOW + 5))
    do(lambda session: Post(session).send_again("c1", "d2", NOW + 5))
    first = do(lambda session: Post(session).find("c1", "d1"))
    second = do(lambda session: Post(session).find("c1", "d2"))
    assert (first.state, first.due_at, first.spent, first.tries) == ("due", NOW + 5, 8, 8)
    assert (second.due_at, second.spent) == (NOW + 60, 0)


def test_recovering_takes_what_was_given_up_since(do: Run) -> None:
    given_up: dict[str, Any] = {"state": "failed", "due_at": None}
    owe(
        do,
        delivery("old", created_at=NOW - 100, **given_up),
        delivery("new", **given_up),
        delivery("delivered", state="delivered", due_at=None),
        delivery("elsewhere", "e2", **given_up),
    )
    assert do(lambda session: Post(session).recover("c1", "e1", NOW - 50, NOW)) == 1
    assert do(lambda session: Claims(session).due("e1", NOW, 9)) == [("c1", "new")]


def test_what_is_settled_and_old_is_forgotten_with_its_attempts(do: Run) -> None:
    old, new = "00000000-0000-7000-8000-000000000001", "ffffffff-0000-7000-8000-000000000001"
    owe(
        do,
        delivery(old),
        delivery(new),
        delivery(old.replace("1", "2"), endpoint_id="e1"),
    )
    attempt = DeliveryAttempt(number=1, attempted_at=NOW, status=200, answer="")
    taken = [claim(do, id) for id in (old, new)]

    def settle(session: Session) -> None:
        for each in taken:
            assert each is not None
            Claims(session).settle(each, attempt, "delivered", None)

    do(settle)
    do(lambda session: Post(session).purge("c1", NOW))
    assert do(lambda session: Post(session).find("c1", old)) is None
    assert do(lambda session: Post(session).tries("c1", old)) == []
    assert do(lambda session: Post(session).find("c1", new)) is not None
    assert len(do(lambda session: Post(session).tries("c1", new))) == 1
    assert do(lambda session: Post(session).find("c1", old.replace("1", "2"))) is not None, "it is owed still"


def test_endpoints_are_kept_and_remembered_until_they_change(do: Run) -> None:
    one = Endpoint(
        account_id="a1",
        id="e1",
        connection_id=None,
        url="https://example.com/",
        dialect="standard",
        events=("invoice.*", "payment.created"),
        is_ordered=True,
        created_at=NOW,
    )
    assert do(lambda session: EndpointDesk(session).of_account("a1")) == ()
    do(lambda session: EndpointDesk(session).add(one))
    assert do(lambda session: EndpointDesk(session).of_account("a1")) == (one,)
    assert do(lambda session: EndpointDesk(session).of_account("a2")) == ()
    health = Health(
        state="paused", why="by hand", failing_since=5, last_failure="500", last_success_at=4, reported_at=6
    )
    do(lambda session: EndpointDesk(session).put_health(one, health))
    assert do(lambda session: EndpointDesk(session).find("e1")) == (one, health)
    do(lambda session: EndpointDesk(session).remove(one))
    assert do(lambda session: EndpointDesk(session).of_account("a1")) == ()


@pytest.mark.parametrize(
    ("events", "type_", "wanted"),
    [
        ((), "invoice.paid", True),
        (("*",), "invoice.paid", True),
        (("invoice.*",), "invoice.paid", True),
        (("invoice.*",), "credit_memo.created", False),
        (("invoice.created", "invoice.paid"), "invoice.paid", True),
        (("invoice.created",), "invoice.paid", False),
    ],
)
def test_an_endpoint_wants_what_it_asked_for(events: tuple[str, ...], type_: str, wanted: bool) -> None:
    one = Endpoint(
        account_id="a",
        id="e",
        connection_id="c1",
        url="",
        dialect="",
        events=events,
        is_ordered=False,
        created_at=0,
    )
    assert one.wants(type_, "c1") is wanted
    assert not one.wants(type_, "c2")


def test_of_two_who_see_the_same_change_one_tells_it(do: Run) -> None:
    assert do(lambda session: EndpointDesk(session).told("c1")) is None
    assert do(lambda session: EndpointDesk(session).tell("c1", "offline", NOW)) is True
    assert do(lambda session: EndpointDesk(session).tell("c1", "offline", NOW + 1)) is False
    assert do(lambda session: EndpointDesk(session).told("c1")) == "offline"
    assert do(lambda session: EndpointDesk(session).tell("c1", "up", NOW + 2)) is True
