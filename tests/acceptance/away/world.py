"""An installation whose database goes away at each access in turn, and what is to be true of each request then.

A request is first carried out with nothing amiss, which tells what it makes of the books and how many accesses it
takes. Then for each of those, in each way: the caller is told in their vendor's shape, and the truth; and what is sent
again with the same key comes to what it comes to with nothing amiss: once.
"""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
from tests.acceptance.away.cut import FATES, Cut, CutStore
from tests.acceptance.conftest import DEMO
from tests.acceptance.processes.storm import AWAY, away_outcome, basic

from counterfoil.app.companies import make_demo_companies
from counterfoil.app.settings import Settings
from counterfoil.app.wiring import Running
from counterfoil.core.clock import SetClock
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.migrating import migrate
from counterfoil.storage.sqlite import FILE, SqliteStore

MOMENT: Final = 1_790_000_000
LONG: Final = 61
"""Seconds after which it is noted once more that a connection is used: each request notes it."""

HOOK: Final = "http://127.0.0.1:9/hook"
COUNTED: Final = (
    "SELECT 'transaction', resource, is_void, COUNT(*) FROM transactions GROUP BY 2, 3",
    "SELECT 'open', resource, '', SUM(open) FROM transactions GROUP BY 2",
    "SELECT 'object', resource, is_active, COUNT(*) FROM objects GROUP BY 2, 3",
    "SELECT 'gone', resource, '', COUNT(*) FROM deletions GROUP BY 2",
    "SELECT 'applied', '', '', SUM(amount) FROM applications",
    "SELECT 'posted', '', '', SUM(ABS(amount)) FROM postings",
    "SELECT 'request', verb || ' ' || resource, state, COUNT(*) FROM requests GROUP BY 2, 3",
    "SELECT 'queued', state, webhook_state, COUNT(*) FROM queue GROUP BY 2, 3",
    "SELECT 'owed', COALESCE(event_type, ''), state, COUNT(*) FROM deliveries GROUP BY 2, 3",
    "SELECT 'connection', '', deleted_at IS NULL, COUNT(*) FROM connections GROUP BY 3",
    "SELECT 'link', '', '', COUNT(*) FROM auth_sessions",
)
"""What is in the database, in figures. Numbers that objects are given on first sight are no caller's affair."""

CHANGED: Final = (
    "SELECT SUM(updated_at) FROM transactions",
    "SELECT SUM(updated_at) FROM objects",
    "SELECT COUNT(*), SUM(LENGTH(body)) FROM beside",
    "SELECT SUM(LENGTH(name)) FROM connections",
)
"""What changes with a change that changes no figure."""


@dataclass(frozen=True)
class Sent:
    """A request as it is sent, and sent again."""

    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def line(self) -> tuple[str, str, Any]:
        return self.method, self.path, self.body


Prepared = Callable[["World", int], Awaitable[Sent]]
"""Makes what a request needs, its number telling it from others, and gives the request."""


@dataclass(frozen=True)
class Case:
    """A request of a dialect. `is_keyed` says that what is sent again is known by its idempotency key; without one it
    is only asked that the truth is told."""

    name: str
    prepared: Prepared
    is_keyed: bool = True

    def __str__(self) -> str:
        return self.name


class World:
    """The installation, and callers of each dialect."""

    def __init__(self, running: Running, store: CutStore, clock: SetClock, keys: Mapping[str, str]) -> None:
        self.running = running
        self.store = store
        self.clock = clock
        self.keys = keys
        transport = httpx.ASGITransport(running.application())
        self.http = httpx.AsyncClient(transport=transport, base_url="http://localhost")
        self._runs = 0

    async def send(self, kind: str, sent: Sent, key: str | None = None) -> httpx.Response:
        headers = {**sent.headers, **self._headers(kind)}
        if key is not None:
            headers["Idempotency-Key"] = key
        auth = {"qube": (self.keys["all"], ""), "chargeover": basic(self.keys["bound"])}.get(kind)
        return await self.http.request(sent.method, sent.path, json=sent.body, headers=headers, auth=auth)

    async def ask(self, kind: str, method: str, path: str, body: Any = None) -> Any:
        """A request that is expected to be fulfilled, with nothing amiss."""
        self.store.plan(None)
        answer = await self.send(kind, Sent(method, path, body))
        assert answer.status_code < 300, answer.text
        return answer.json()

    def _headers(self, kind: str) -> dict[str, str]:
        if kind == "conductor":
            return {"Authorization": f"Bearer {self.keys['all']}", "Conductor-End-User-Id": DEMO}
        return {"X-Api-Key": self.keys["bound"]} if kind == "snapbooks" else {}

    def rows(self, statement: str) -> list[Any]:
        reader = self.store.inner.reader
        try:
            return reader.execute(statement).fetchall()
        finally:
            reader.end()

    def counts(self) -> Counter[tuple[str, ...]]:
        found: Counter[tuple[str, ...]] = Counter()
        for statement in COUNTED:
            for row in self.rows(statement):
                found[tuple(str(each) for each in row[:-1])] = row[-1] or 0
        return found

    def whole(self) -> object:
        return [self.rows(statement) for statement in CHANGED], self.counts()

    async def violations(self) -> list[str]:
        """Each invariant of the ledger that does not hold."""
        self.store.plan(None)
        books, clock = self.running.books["embedded"], self.running.clock
        return await self.store.read(lambda session: books.violations(CompanyFile(session, DEMO, clock)))

    async def check(self, kind: str, case: Case) -> int:
        """See a request through every trouble; tells how many there were.

        It is asked twice with nothing amiss: the first gives numbers to what was never seen before.
        """
        for _ in range(2):
            sent, key, before = await self._begun(case)
            clean = await self.send(kind, sent, key)
            assert clean.status_code < 300, (case, clean.text)
        accesses, comes_to = list(self.store.noted), difference(before, self.counts())
        cuts = [Cut(at, fate) for at, access in enumerate(accesses) for fate in FATES[access]]
        for cut in cuts:
            await self._trouble(kind, case, cut, clean, comes_to)
        assert await self.violations() == []
        return len(cuts)

    async def _begun(self, case: Case) -> tuple[Sent, str | None, Counter[tuple[str, ...]]]:
        self._runs += 1
        self.store.plan(None)
        sent = await case.prepared(self, self._runs)
        self.clock.pass_by(LONG)
        self.store.plan(None)
        return sent, f"key-{self._runs}" if case.is_keyed else None, self.counts()

    async def _trouble(
        self, kind: str, case: Case, cut: Cut, clean: httpx.Response, comes_to: Mapping[tuple[str, ...], int]
    ) -> None:
        sent, key, before = await self._begun(case)
        whole = self.whole()
        self.store.plan(cut)
        told = await self.send(kind, sent, key)
        where = (str(case), cut, self.store.noted, told.status_code, told.text)
        assert self.store.has_struck, where
        self.store.plan(None)
        if told.status_code == AWAY:
            is_stored = self.whole() != whole
            outcome = away_outcome(kind, told)
            if is_stored:
                assert outcome == "unknown", where
            elif cut.fate in ("refused", "full", "gone"):
                assert outcome == "not_applied", where
            if not case.is_keyed:
                return
            told = await self.send(kind, sent, key)
        assert told.status_code == clean.status_code, (where, told.text)
        assert shape(told) == shape(clean), (where, told.text)
        assert difference(before, self.counts()) == comes_to, where


def difference(before: Counter[tuple[str, ...]], after: Counter[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
    return {each: after[each] - before[each] for each in before.keys() | after.keys() if after[each] != before[each]}


def shape(answer: httpx.Response) -> object:
    """What of an answer is the same for each object of its kind: the keys, not what a notice beside it says."""
    told = answer.json() if answer.content else None
    return sorted(told) if isinstance(told, dict) else told


@asynccontextmanager
async def world(data: Path) -> AsyncIterator[World]:
    """The demo companies, with an endpoint that is to be told of everything."""
    data.mkdir(mode=0o700)
    migrate(data / FILE)
    store, clock = CutStore(SqliteStore(data / FILE)), SetClock(MOMENT)
    store.inner.writer.execute("PRAGMA synchronous = OFF")  # no power is cut here
    running = Running(Settings(data=data, allow_private_webhooks=True, rate_limit=0), store, clock)
    try:
        await make_demo_companies(running)
        await running.perform("webhook.add", {"url": HOOK})
        keys = {
            "all": (await running.perform("key.create", {}))["key"],
            "bound": (await running.perform("key.create", {"connection": DEMO}))["key"],
        }
        made = World(running, store, clock, keys)
        async with made.http:
            yield made
    finally:
        store.plan(None)
        await running.online.close()
        await store.close()
