"""What one account keeps, no other one sees: every route, asked with every key but the right one."""

from collections.abc import Iterator
from typing import Final

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from tests.acceptance.isolation.addresses import WAYS, Address, NotCovered, addresses, dialect_of
from tests.acceptance.isolation.world import CANARIES, KEY_OF_INVOICE, Caller, World, settled

STRANGERS: Final = (
    "another account",
    "another account's connection",
    "another connection",
    "nobody",
    "a revoked key",
    "a wrong secret",
)
DIALECTS: Final = ("public", "pages", *WAYS)
OF_THE_BOOKS: Final = (501, 502)
"""Statuses by which a dialect tells its own caller that the caller's own books refuse, or have no such thing."""

SHOWS: Final = {
    "conductor": {f"{root}/quickbooks-desktop/{path}" for root in ("/v1", "") for path in ("{path}", "{path}/{id}")},
    "snapbooks": {f"{root}/{path}" for root in ("/api/v1", "/v1") for path in ("invoice", "query")},
    "qube": {
        "/api/v1/connections/{connection_id}/queued_requests",
        "/api/v1/connections/{connection_id}/queued_requests/{id}",
        "/api/v1/queued_requests/{id}",
        "/api/v1/connections/{connection_id}/customers",
        "/api/v1/connections/{connection_id}/invoices",
        "/api/v1/connections/{connection_id}/items",
        "/api/v1/connections/{connection_id}/vendors",
        "/api/v2/connections/{connection_id}/queued-requests",
        "/api/v2/connections/{connection_id}/queued-requests/{id}",
        "/api/v2/connections/{connection_id}/queued-requests/{id}/pages",
        "/api/v2/connections/{connection_id}/{entity}",
    },
    "chargeover": {"/api/v3/{path:anything}"},
}
"""The routes at which the owner reads a canary."""

TABLES_SHOWN: Final = (
    "classes",
    "credit-memos",
    "customer-types",
    "customers",
    "deleted-list-objects",
    "deleted-transactions",
    "invoices",
    "receive-payments",
    "service-items",
    "standard-terms",
    "vendors",
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with settled(tmp_path_factory.mktemp("isolation") / "data") as found:
        yield found


def asked(world: World, address: Address, caller: Caller, way: str, connection: str) -> httpx.Response:
    """One request. Whoever speaks as Conductor's clients do names the connection in a header."""
    headers = {"Conductor-End-User-Id": connection}
    if caller.key is not None:
        headers |= WAYS[way](caller.key)
    return world.do(world.client.request(address.method, address.path, json=address.body, headers=headers))


def written(answer: httpx.Response) -> str:
    return "\n".join((answer.text, *(f"{name}: {value}" for name, value in answer.headers.items()))).lower()


def canaries(answer: httpx.Response) -> list[str]:
    text = written(answer)
    return [canary for canary in CANARIES if canary in text]


def leaks(world: World, address: Address, caller: Caller, answer: httpx.Response, *, is_theirs: bool) -> list[str]:
    """What is wrong with an answer to somebody who is not the owner. `is_theirs`: asked about the first connection."""
    wrong = [f"shows {canary}" for canary in canaries(answer)]
    status = answer.status_code
    if status >= 500 and (is_theirs or status not in OF_THE_BOOKS):
        wrong.append("fails")
    if address.dialect in ("public", "pages") or not answer.is_success:
        return wrong
    if not caller.is_admitted:
        wrong.append("admits")
    names = (world.first, world.first.replace("-", ""), world.account_id)
    wrong += [f"names {name}" for name in names if name in written(answer) and not _own(world, caller, name)]
    if is_theirs and world.first in address.path:
        wrong.append("answers about another's connection")
    return wrong


def _own(world: World, caller: Caller, name: str) -> bool:
    """Another connection of the same account may know the account."""
    return name == world.account_id and caller is world.callers["another connection"]


def swept(world: World, caller: Caller, dialect: str, way: str, connection: str) -> list[str]:
    """Every request of a dialect, sent by a caller about a connection; each answer that is wrong, with what is."""
    found = []
    for address in addresses(world.router.routes, world.things, connection):
        if address.dialect == dialect:
            answer = asked(world, address, caller, way, connection)
            wrong = leaks(world, address, caller, answer, is_theirs=connection == world.first)
            found += [f"{address}: {answer.status_code} {each}: {answer.text[:200]}" for each in wrong]
    return found


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("stranger", STRANGERS)
def test_nobody_else_sees_anything(world: World, stranger: str, dialect: str) -> None:
    """Asked about the first account's connection, with a key as each of the dialects carries it."""
    before = world.kept()
    caller = world.callers[stranger]
    ways = WAYS if caller.key is not None else ("conductor",)
    found = [each for way in ways for each in swept(world, caller, dialect, way, world.first)]
    assert found == []
    assert world.kept() == before


@pytest.mark.parametrize("dialect", tuple(WAYS))
@pytest.mark.parametrize("stranger", STRANGERS[1:3])
def test_the_ids_of_others_are_worth_nothing_at_home(world: World, stranger: str, dialect: str) -> None:
    """Asked about the caller's own connection, with the ids of the first account's objects."""
    before = world.kept()
    caller = world.callers[stranger]
    assert caller.own is not None
    things = world.things
    found = []
    for address in addresses(world.router.routes, things, caller.own):
        if address.dialect == dialect and not _ends_it(address, caller.own):
            answer = asked(world, address, caller, dialect, caller.own)
            wrong = leaks(world, address, caller, answer, is_theirs=False)
            found += [f"{address}: {answer.status_code} {each}: {answer.text[:200]}" for each in wrong]
    assert found == []
    assert world.kept() == before


def _ends_it(address: Address, connection: str) -> bool:
    """Whether it would take the caller's own connection away."""
    last = address.path.rpartition("/")[2].removeprefix("end_usr_").replace("-", "").lower()
    return address.method == "DELETE" and last == connection.replace("-", "")


@pytest.mark.parametrize("dialect", tuple(WAYS))
def test_the_owner_sees_the_canaries(world: World, dialect: str) -> None:
    """The same requests with the right key, so that silence above means something."""
    owner = world.callers["owner"]
    shown = set()
    tables = set()
    for address in addresses(world.router.routes, world.things, world.first):
        reads = address.method == "GET" or address.path.endswith("/query")
        if address.dialect == dialect and reads:
            answer = asked(world, address, owner, dialect, world.first)
            assert answer.status_code < 500 or answer.status_code in OF_THE_BOOKS, (str(address), answer.text)
            if answer.is_success and canaries(answer):
                shown.add(address.route)
                tables.add(address.path.partition("?")[0].rpartition("/")[2])
    served = {getattr(route, "path", "") for route in world.router.routes}
    assert shown >= SHOWS[dialect] & served, SHOWS[dialect] - shown
    if dialect == "conductor":
        assert tables >= set(TABLES_SHOWN), set(TABLES_SHOWN) - tables


@pytest.mark.parametrize("dialect", tuple(WAYS))
def test_the_owner_gets_the_object_that_strangers_ask_for(world: World, dialect: str) -> None:
    """The ids in the addresses are real: each leads its owner to an invoice of the canary's price."""
    things, first = world.things, world.first
    number = things.numbers["invoices"]
    paths = {
        "conductor": [f"/v1/quickbooks-desktop/invoices/{things.ids['invoices']}"],
        "snapbooks": [f"/api/v1/invoice?id={number}", f"/v1/invoice?id={number}"],
        "qube": [f"/api/v1/connections/{first}/invoices?txn_id={things.ids['invoices']}"],
        "chargeover": [f"/api/v3/invoice/{number}", f"/api/v3/invoice/external_key:{KEY_OF_INVOICE}"],
    }
    for path in paths[dialect]:
        answer = asked(world, Address("", dialect, "GET", path, None, True), world.callers["owner"], dialect, first)
        assert answer.status_code == 200, answer.text
        assert "7319.37" in canaries(answer)


def test_every_dialect_that_is_wired_is_covered(world: World) -> None:
    served = {dialect_of(route.path) for route in world.router.routes if isinstance(route, Route)}
    covered = {address.dialect for address in addresses(world.router.routes, world.things, world.first)}
    routes = {address.route for address in addresses(world.router.routes, world.things, world.first)}
    assert covered == served
    assert routes == {getattr(route, "path", repr(route)) for route in world.router.routes}


@pytest.mark.parametrize(
    "route",
    [
        Route("/api/v9/ledger", PlainTextResponse("")),
        Route("/v1/end-users/{id}/secrets/{secret}", PlainTextResponse("")),
        Mount("/files", PlainTextResponse("")),
    ],
    ids=lambda route: str(route.path),
)
def test_a_route_that_nobody_has_covered_is_named(world: World, route: Route | Mount) -> None:
    with pytest.raises(NotCovered, match=route.path):
        addresses([route], world.things, world.first)
