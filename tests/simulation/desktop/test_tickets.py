"""Tickets and answers that end up with the wrong one: nothing of one company ever touches another."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from tests.simulation.desktop.company import AT_FIRST, Held, after, ids_of, requests
from tests.simulation.desktop.house import Answer, Caller
from tests.simulation.desktop.office import Office, cut
from tests.simulation.desktop.troubles import A_WRITE, ticket_of
from tests.simulation.desktop.world import BETWEEN, Template, World, told, world

from counterfoil.emulators.desktop.envelope import strings_of, text_of, whole_of

Proceed = Callable[[], Awaitable[str]]


class Neighbour:
    """A second company on the same server, with a caller and an office of its own."""

    def __init__(self, run: World, folder: Path) -> None:
        self.run = run
        self.folder = folder

    async def move_in(self) -> None:
        running = self.run.house.running
        assert running is not None
        made = await running.perform("connection.create", {"name": "Other & Daughters", "books": "desktop"})
        self.connection: str = made["id"]
        qwc = Path(made["qwc"]).read_bytes()
        self.office = Office(self.folder, qwc, made["password"], self.run.wire, self.run.clock)
        assert (await self.office.session()).is_good
        self.caller = Caller(self.run.house, self.run.template.key, self.connection)
        self.ids = await self.office.company.look(ids_of)

    async def ask(self, name: str) -> asyncio.Task[Answer]:
        wanted = requests(self.ids)[name]
        task = asyncio.create_task(self.caller.send(wanted.method, wanted.path, wanted.body))
        self.run.asked.append(task)
        while not await self.run.house.commands(self.connection):
            await asyncio.sleep(0)
        return task


@asynccontextmanager
async def two_companies(template: Template, folder: Path) -> AsyncIterator[tuple[World, Neighbour]]:
    async with world(template, folder) as run:
        neighbour = Neighbour(run, folder / "neighbour")
        await neighbour.move_in()
        try:
            yield run, neighbour
        finally:
            await neighbour.office.close()


async def settle(run: World, neighbour: Neighbour, ours: Held, theirs: Held) -> None:
    """Let both offices work on; then each company must hold what is its own."""
    for _ in range(4):
        await run.office.session()
        await neighbour.office.session()
        run.clock.pass_by(BETWEEN)
    for connection in (run.connection, neighbour.connection):
        entries = await run.house.commands(connection)
        assert [entry.state for entry in entries] == ["done"] * len(entries), [told(entry) for entry in entries]
    assert await run.office.holds() == ours
    assert await neighbour.office.holds() == theirs
    assert await run.office.violations() + await neighbour.office.violations() == []


async def posted(run: World, ticket: str, answer: str) -> int:
    values = (("ticket", ticket), ("response", answer), ("hresult", ""), ("message", ""))
    return whole_of(await run.office.connector.line.call("receiveResponseXML", values))


def test_an_answer_under_the_ticket_of_another_company_ends_that_session_and_settles_nothing(
    template: Template, tmp_path: Path
) -> None:
    """Both have a write under way. The answer to ours is posted with the neighbour's ticket first."""

    async def check() -> None:
        async with two_companies(template, tmp_path) as (run, neighbour):
            first = await run.ask(requests(template.ids)["create"])
            other = await neighbour.ask("payment")
            theirs = asyncio.Event()

            async def held_up(document: str, proceed: Proceed) -> str:
                """The neighbour's QuickBooks has done its work, and hands nothing on before ours has."""
                answer = await proceed()
                ticket = ticket_of(run)
                neighbour.office.twists.clear()
                run.office.twists.append((A_WRITE, lambda _, work: mixed_up(ticket, work)))
                await run.office.session()
                assert theirs.is_set()
                return answer

            async def mixed_up(ticket: str, work: Proceed) -> str:
                answer = await work()
                before = await run.house.commands(neighbour.connection)
                assert await posted(run, ticket, answer) < 0
                [entry] = await run.house.commands(neighbour.connection)
                assert (before[0].state, entry.state, entry.answer) == ("sent", "unknown", None)
                theirs.set()
                return answer

            neighbour.office.twists.append((A_WRITE, held_up))
            report = await neighbour.office.session()
            assert report.error is not None, "the session goes on as if nothing had happened"
            await settle(run, neighbour, after("create"), after("payment"))
            assert (await first).status == (await other).status == 200

    asyncio.run(check())


def test_a_ticket_with_the_company_of_another_gets_nothing(template: Template, tmp_path: Path) -> None:
    """Our ticket, and the facts of the neighbour's company file: no request is handed out, and the session is over."""

    async def check() -> None:
        async with two_companies(template, tmp_path) as (run, neighbour):
            await run.ask(requests(template.ids)["create"])
            line, qwc = run.office.connector.line, run.office.connector.qwc
            named = (("strUserName", qwc.user_name), ("strPassword", run.office.password))
            ticket = strings_of(await line.call("authenticate", named), rpc=False)[0]
            facts = await neighbour.office.facts(qwc.owner_id)
            asked = (("ticket", ticket), ("strHCPResponse", facts), ("strCompanyFileName", "C:\\other.qbw"))
            for _ in range(2):
                assert text_of(await line.call("sendRequestXML", asked)) == ""
            why = text_of(await line.call("getLastError", (("ticket", ticket),)))
            assert "QBD_WRONG_COMPANY_FILE" in why
            assert [entry.state for entry in await run.entries()] == ["queued"]
            await line.call("closeConnection", (("ticket", ticket),))
            assert await neighbour.office.holds() == AT_FIRST
            await settle(run, neighbour, after("create"), AT_FIRST)

    asyncio.run(check())


def test_what_quickbooks_said_of_one_message_set_is_not_taken_for_another(template: Template, tmp_path: Path) -> None:
    """Two answers are lost. What is said of the first set comes once more, when the second one is asked about."""

    async def check() -> None:
        async with world(template, tmp_path) as run:
            wanted = requests(template.ids)
            first = await run.ask(wanted["create"])

            async def lost(document: str, proceed: Proceed) -> str:
                await proceed()
                await cut()
                return ""

            run.office.twists.append((A_WRITE, lost))
            await run.office.session()
            said = ""

            async def heard(document: str, proceed: Proceed) -> str:
                nonlocal said
                said = await proceed()
                return said

            async def once_more(document: str, proceed: Proceed) -> str:
                answer = await proceed()
                assert await posted(run, ticket_of(run), said) in range(100)
                states = [entry.state for entry in await run.entries()]
                assert states == ["done", "unknown"]
                return answer

            second = await run.ask(wanted["payment"])
            run.office.twists += [(A_WRITE, heard), (A_WRITE, lost)]
            await run.office.session()
            run.office.twists.append((A_WRITE, once_more))
            await run.sessions()
            assert run.has_befallen()
            assert await run.office.holds() == after("payment", after("create"))
            assert [(await first).status, (await second).status] == [200, 200]
            [invoice, payment] = [record.result_id for record in await run.records()]
            assert invoice != payment

    asyncio.run(check())
