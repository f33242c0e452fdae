"""The workers of online connections: one for each connection that is there, and what is to be done for all of them."""

import asyncio
import logging
from typing import Final

from counterfoil.books.online.asking import OnlineQuestions
from counterfoil.books.online.calls import Calls
from counterfoil.books.online.facts import Facts
from counterfoil.books.online.intuit import Intuit, IntuitError
from counterfoil.books.online.lane import OnlineLane
from counterfoil.books.online.oauth import GrantRefused, OAuth, OAuthAway
from counterfoil.books.online.pace import Pace
from counterfoil.books.online.reads import Reads
from counterfoil.books.online.tokens import AccessTokens
from counterfoil.books.online.writes import Writes
from counterfoil.core.clock import Clock
from counterfoil.core.errors import CounterfoilError, NotNow
from counterfoil.dispatch.grants import ONLINE, Grants, is_stopped
from counterfoil.dispatch.lanes import Bells, heard
from counterfoil.dispatch.settle import Settling
from counterfoil.dispatch.tenure import Superseded, Tenure
from counterfoil.storage.contract import Store
from counterfoil.storage.installation import ConnectionRecord, Installation

ROUND_SECONDS: Final = 60.0
"""How often it is looked for connections, and for grants to be given back, should no bell have rung."""

IDLE_SECONDS: Final = 7 * 24 * 3600
"""After how long without use tokens are renewed all the same: a refresh token dies after a hundred idle days."""

AGAIN_SECONDS: Final = 5.0
TOLD_AGAIN_SECONDS: Final = 0.5
"""After how long a worker that was told to end, and has not, is told again."""

_log = logging.getLogger(__name__)


class OnlineWork:
    """Everything that is asked of Intuit, for all online connections."""

    def __init__(
        self,
        store: Store,
        settling: Settling,
        bells: Bells,
        clock: Clock,
        pace: Pace,
        intuit: Intuit,
        oauth: OAuth,
        grants: Grants,
        *,
        is_shared: bool,
    ) -> None:
        self.store = store
        self.settling = settling
        self.bells = bells
        self.clock = clock
        self.pace = pace
        self.intuit = intuit
        self.oauth = oauth
        self.grants = grants
        self.is_shared = is_shared
        self.tokens = AccessTokens(grants, oauth)
        self._workers: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Work until cancelled."""
        try:
            with self.bells.waiting(ONLINE) as bell:
                while True:
                    rest = ROUND_SECONDS
                    try:
                        await self._round()
                    except NotNow as error:
                        _log.warning("online connections are looked after later: %s", error)
                        rest = AGAIN_SECONDS
                    except CounterfoilError:
                        _log.exception("online connections could not be looked after")
                    await heard(bell, rest)
        finally:
            await self._end(list(self._workers))

    async def sweep(self) -> None:
        """Give back to Intuit what was granted to connections that are gone. What cannot be given back now stays."""
        for connection_id, grant in await self.grants.leaving():
            try:
                await self.oauth.revoke(self.grants.opened(grant.refresh))
            except OAuthAway as error:
                _log.warning("the grant of connection %s could not be given back yet: %s", connection_id, error)
                continue
            except GrantRefused:
                pass
            await self.grants.forget(connection_id)

    def calls(self, connection_id: str) -> Calls:
        return Calls(connection_id, self.intuit, self.tokens, self.grants, self.pace)

    async def _round(self) -> None:
        found = {
            each.id: each for each in await self.store.read(lambda session: Installation(session).every_connection())
        }
        online = {id: each for id, each in found.items() if each.books == ONLINE}
        await self._end([id for id in self._workers if id not in online])
        for id, connection in online.items():
            if id not in self._workers:
                self._workers[id] = asyncio.create_task(self._worked(connection))
        await self.sweep()
        for id in online:
            await self._keep_alive(id)

    async def _end(self, ids: list[str]) -> None:
        """End the work of connections. Whoever has not ended is told once more: a task group that meets an error at the
        same moment keeps a cancellation to itself."""
        while waiting := [self._workers[id] for id in ids if not self._workers[id].done()]:
            for task in waiting:
                task.cancel()
            await asyncio.wait(waiting, timeout=TOLD_AGAIN_SECONDS)
        for id in ids:
            del self._workers[id]

    async def _worked(self, connection: ConnectionRecord) -> None:
        """The work of one connection; an error of our own is no reason to leave it."""
        calls = self.calls(connection.id)
        facts = Facts(calls, self.grants, self.pace.facts)
        reads = Reads(calls, facts, self.store, self.clock)
        tenure = Tenure(self.store, connection.id, self.clock, is_shared=self.is_shared)
        shared = (connection, self.store, self.settling, self.bells, self.clock, self.pace, tenure)
        lane = OnlineLane(*shared, calls, reads, Writes(reads, facts, self.clock))
        questions = OnlineQuestions(*shared, reads)
        while True:
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(lane.run())
                    group.create_task(questions.run())
            except* (NotNow, Superseded) as passing:
                _log.warning("the work of connection %s rests: %s", connection.id, passing.exceptions[0])
            except* Exception:
                _log.exception("the work of connection %s met an error of our own", connection.id)
            await asyncio.sleep(AGAIN_SECONDS)

    async def _keep_alive(self, connection_id: str) -> None:
        grant, now = await self.grants.find(connection_id), self.clock.now()
        if grant is None or not grant.is_granted or is_stopped(grant, now):
            return
        if now - (grant.refreshed_at or now) < IDLE_SECONDS:
            return
        try:
            await self.tokens.token(connection_id)
        except IntuitError as error:
            _log.warning("the tokens of connection %s could not be renewed: %s", connection_id, error.words)
