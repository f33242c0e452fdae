"""The database goes away after a write was accepted or stored: nobody is told that nothing came of it."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from tests.acceptance.conftest import DEMO
from tests.acceptance.processes.storm import basic

from counterfoil.app.companies import make_demo_companies
from counterfoil.app.settings import Settings
from counterfoil.app.wiring import installation
from counterfoil.core.clock import SetClock
from counterfoil.core.errors import BooksAway, OutcomeUnknown, StorageAway, StorageFull
from counterfoil.dispatch.lanes import Bells, LaneWay
from counterfoil.dispatch.submit import Dispatcher
from counterfoil.model.query import Select
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contract import Session, Unwatched, Watch
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.lane import LaneEntry

T = TypeVar("T")
CONNECTION = ConnectionRecord(account_id="a", id="c", name="C", books="desktop", state="live", created_at=0)
ENTRY = LaneEntry(
    number=1, id="e", kind="command", state="done", is_write=True, document=b"", created_at=0, settled_at=1
)


class Failing:
    """A store whose reads fail as long as there is a failure left, and whose writes always do."""

    watch: Watch = Unwatched()

    def __init__(self, failures: int) -> None:
        self.failures = failures

    async def read(self, work: Callable[[Session], T]) -> Any:
        self.failures -= 1
        if self.failures >= 0:
            raise StorageAway
        return ENTRY

    async def glance(self, work: Callable[[Session], T], lane: str) -> Any:
        return await self.read(work)

    async def write(self, work: Callable[[Session], T], lane: str | None = None) -> Any:
        raise StorageAway

    def begin(self, work: Callable[[Session], T], lane: str | None = None) -> Any:
        raise StorageAway

    async def close(self) -> None: ...


def waiting(failures: int, seconds: float) -> LaneEntry:
    nothing: Any = None
    way = LaneWay(Failing(failures), {}, SetClock(), nothing, Bells(), nothing)
    return asyncio.run(way.ended(CONNECTION, "e", seconds, seconds))


def test_who_waits_for_what_was_accepted_waits_for_the_database_too() -> None:
    assert waiting(1, 30) is ENTRY


def test_who_has_waited_long_enough_is_told_that_nobody_knows() -> None:
    with pytest.raises(OutcomeUnknown) as told:
        waiting(1000, 0.05)
    assert (told.value.outcome, told.value.request_id) == ("unknown", "e")


@pytest.mark.parametrize(
    "trouble",
    [StorageAway(), StorageFull(), BooksAway(), OutcomeUnknown("r", 9), OutcomeUnknown("r", 9, withdrawn=True)],
    ids=["database away", "disk full", "books away", "no answer", "withdrawn"],
)
@pytest.mark.parametrize("kind", ["snapbooks", "chargeover"])
def test_an_answer_that_cannot_be_written_after_the_write_is_no_promise_that_there_was_none(
    kind: str, trouble: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both dialects number what they have just made: in a second transaction."""
    after: list[bool] = []
    submit, numbers = Dispatcher.submit, Dispatcher.numbers

    async def submitted(self: Dispatcher, *given: Any, **named: Any) -> Any:
        outcome = await submit(self, *given, **named)
        after.append(True)
        return outcome

    async def numbered(self: Dispatcher, connection: ConnectionRecord, space: str, ids: Iterable[str]) -> Any:
        if len(after) == 1:
            raise trouble
        return await numbers(self, connection, space, ids)

    async def story() -> None:
        async with installation(Settings(data=tmp_path)) as running:
            await make_demo_companies(running)
            key = (await running.perform("key.create", {"connection": DEMO}))["key"]
            transport = httpx.ASGITransport(running.application())
            async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
                auth: Any = None
                if kind == "snapbooks":
                    path, headers = "/api/v1/invoice", {"X-Api-Key": key}
                    line = {"units": 1, "billAmount": 10, "productService": "21"}
                    body: Any = {"customerId": 59, "lineItems": [line]}
                else:
                    path, headers, auth = "/api/v3/invoice", {}, basic(key)
                    body = {"customer_id": 1234, "line_items": [{"item_id": 5, "line_rate": 10}]}
                before = await invoices(running)
                headers = {**headers, "Idempotency-Key": "one"}
                cut = await http.post(path, json=body, headers=headers, auth=auth)
                assert cut.status_code >= 500, cut.text
                told = cut.json()
                assert (told if kind == "snapbooks" else told["details"])["outcome"] == "unknown"
                again = await http.post(path, json=body, headers=headers, auth=auth)
                assert again.status_code in (200, 201), again.text
                assert await invoices(running) == before + 1

    async def invoices(running: Any) -> int:
        found: int = await running.store.read(lambda session: _count(running, session))
        return found

    monkeypatch.setattr(Dispatcher, "submit", submitted)
    monkeypatch.setattr(Dispatcher, "numbers", numbered)
    asyncio.run(story())


def _count(running: Any, session: Session) -> int:
    file = CompanyFile(session, DEMO, running.clock)
    return len(running.books["embedded"].select(file, Select(resource="invoices", limit=None)).items)
