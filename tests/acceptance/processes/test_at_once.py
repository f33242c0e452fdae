"""What one process takes away, pauses or changes no other goes on with: the very next request there is judged by it.

Two installations on one database stand for two processes. Each has used what is taken away, so that it may remember it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import httpx
from tests.acceptance.conftest import DEMO
from tests.support.hooks import Hooks
from tests.support.postgres import database
from tests.support.processes import PATIENCE, SECRET
from tests.unit.books.desktop.house import NOON, House, answered

from counterfoil.app.companies import make_demo_companies
from counterfoil.app.settings import Settings
from counterfoil.app.wiring import Running, installation
from counterfoil.core.clock import SetClock
from counterfoil.dispatch.connectors import GRACE
from counterfoil.dispatch.endpoints import NewEndpoint
from counterfoil.webhooks import signing

ENDPOINT: Final = "/hook"


class Two:
    """Two processes: `mine` asks, `theirs` changes."""

    def __init__(self, mine: Running, theirs: Running, clock: SetClock, key: str, client: httpx.AsyncClient) -> None:
        self.mine = mine
        self.theirs = theirs
        self.clock = clock
        self.key = key
        self.client = client

    async def asked(self, connection: str = DEMO, key: str | None = None) -> int:
        """The status of a look at the customers, at my process."""
        headers = {"Authorization": f"Bearer {key or self.key}", "Conductor-End-User-Id": connection}
        answer = await self.client.get("/v1/quickbooks-desktop/customers", params={"limit": 1}, headers=headers)
        return answer.status_code

    async def customer(self, name: str) -> None:
        headers = {"Authorization": f"Bearer {self.key}", "Conductor-End-User-Id": DEMO}
        answer = await self.client.post("/v1/quickbooks-desktop/customers", json={"name": name}, headers=headers)
        assert answer.status_code == 200, answer.text

    async def account(self) -> str:
        return (await self.theirs.administration.account(None)).id


def lived(folder: Path, story: Callable[[Two], Awaitable[None]]) -> None:
    async def run() -> None:
        clock = SetClock(NOON)
        async with AsyncExitStack() as stack, asyncio.timeout(PATIENCE):
            made = []
            for name in ("mine", "theirs"):
                settings = Settings(
                    data=folder / name, database=address, secret=SECRET, live_hold=0, allow_private_webhooks=True
                )
                made.append(await stack.enter_async_context(installation(settings, clock)))
            await make_demo_companies(made[0])
            key = (await made[0].perform("key.create", {}))["key"]
            transport = httpx.ASGITransport(made[0].application())
            client = await stack.enter_async_context(
                httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=PATIENCE)
            )
            await story(Two(made[0], made[1], clock, key, client))

    with database() as address:
        asyncio.run(run())


def test_a_key_that_is_revoked_elsewhere_opens_nothing(tmp_path: Path) -> None:
    async def story(two: Two) -> None:
        other = await two.theirs.perform("key.create", {})
        for key in (two.key, other["key"]):
            assert [await two.asked(key=key) for _ in range(3)] == [200] * 3
        await two.theirs.administration.revoke_key(await two.account(), other["key"])
        assert await two.asked(key=other["key"]) == 401
        assert await two.asked() == 200

    lived(tmp_path, story)


def test_a_connection_that_is_deleted_elsewhere_is_gone_and_so_are_its_keys(tmp_path: Path) -> None:
    async def story(two: Two) -> None:
        made = (await two.theirs.perform("connection.create", {"books": "embedded", "name": "Soon gone"}))["id"]
        bound = (await two.theirs.perform("key.create", {"connection": made}))["key"]
        assert [await two.asked(made), await two.asked(made, bound), await two.asked(made)] == [200] * 3
        await two.theirs.administration.delete_connection(await two.account(), made)
        gone, unauthorized = await two.asked(made), await two.asked(made, bound)
        assert gone in (400, 404)
        assert unauthorized == 401

    lived(tmp_path, story)


def test_a_password_and_a_pause_from_elsewhere_hold_for_the_next_call(tmp_path: Path) -> None:
    async def story(two: Two) -> None:
        office = await House(two.mine, two.client, two.clock, two.key).office()
        talk = await office.proved()
        await office.customer("Waits")
        await two.theirs.connectors.pause(office.connection, 3600)
        paused = await talk.ask()
        assert "CustomerAdd" not in paused
        await talk.bring(answered(paused))
        await two.theirs.connectors.resume(office.connection)
        assert "CustomerAdd" in await (await office.session()).ask()
        fresh = await two.theirs.connectors.new_password(office.connection)
        assert (await office.log_in(fresh))[1] != "nvu"
        assert (await office.log_in())[1] != "nvu", "the one before opens for a while"
        two.clock.pass_by(GRACE)
        assert (await office.log_in())[1] == "nvu"

    lived(tmp_path, story)


def test_an_endpoint_is_paused_removed_and_signed_for_as_it_was_said_elsewhere(tmp_path: Path) -> None:
    async def story(two: Two) -> None:
        account = await two.account()
        async with Hooks() as hooks:
            await two.customer("Before there was anybody to be told")
            endpoint, _ = await two.theirs.post.endpoints.add(account, NewEndpoint(url=hooks.url(ENDPOINT)))

            async def told(name: str) -> int:
                """How much arrives of what my process does and sends."""
                before = len(hooks.got)
                await two.customer(name)
                await two.mine.sender.deliver_due()
                return len(hooks.got) - before

            assert await told("One") > 0
            fresh = await two.theirs.post.endpoints.secret(account, endpoint.id, rotate=True)
            assert await told("Two") > 0
            last = hooks.got[-1]
            signed = signing.headers("standard", (fresh,), last.id, int(last.headers["webhook-timestamp"]), last.body)
            assert signed["webhook-signature"] in last.headers["webhook-signature"].split(" ")
            await two.theirs.post.endpoints.pause(account, endpoint.id)
            assert await told("Three") == 0
            await two.theirs.post.endpoints.resume(account, endpoint.id)
            assert await told("Four") > 0
            await two.theirs.post.endpoints.remove(account, endpoint.id)
            assert await told("Five") == 0

    lived(tmp_path, story)
