"""The rows of the crash matrix: what befalls the document that writes, each by a name that can be read."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Literal, get_args

from tests.simulation.desktop.house import LineTrouble, Strike
from tests.simulation.desktop.office import Twist, answers, cut, fails_after, fails_before
from tests.simulation.desktop.world import World

from counterfoil.emulators.desktop.envelope import strings_of, text_of, whole_of

CALLS: Final = (
    "serverVersion",
    "clientVersion",
    "authenticate",
    "sendRequestXML",
    "receiveResponseXML",
    "closeConnection",
)
STEPS: Final = (*CALLS[:4], "ProcessRequest", *CALLS[4:])
A_WRITE: Final = "newMessageSetID="
"""What stands in a document that writes, and in the question after its message set."""

Fate = Literal["done", "refused", "unknown"]
"""What must have become of the request in the end. `unknown` is for what nobody can prove: it is told so, and stays."""


@dataclass(frozen=True)
class Trouble:
    """`befall` prepares the trouble in a world whose requests wait already."""

    name: str
    befall: Callable[[World], Awaitable[None]]
    fate: Fate = "done"


def on_the_line(call: str, trouble: LineTrouble) -> Trouble:
    async def befall(world: World) -> None:
        world.wire.strike = Strike(call, trouble)

    return Trouble(f"{trouble}-{call}", befall)


def connector_dies(moment: str, step: str) -> Trouble:
    async def befall(world: World) -> None:
        world.office.hooks[f"{moment} {step}"] = cut

    return Trouble(f"connector-dies-{moment}-{step}", befall)


def server_restarts(moment: str, step: str) -> Trouble:
    """Between two calls, so that the connector does not even notice."""

    async def befall(world: World) -> None:
        world.office.hooks[f"{moment} {step}"] = world.house.restart

    return Trouble(f"server-restarts-{moment}-{step}", befall)


def twisted(name: str, twist: Twist, fate: Fate = "done") -> Trouble:
    async def befall(world: World) -> None:
        world.office.twists.append((A_WRITE, twist))

    return Trouble(name, befall, fate)


def fault(name: str) -> Trouble:
    async def befall(world: World) -> None:
        world.office.faults.add(name)

    return Trouble(f"fault-{name}", befall)


async def _sets_lost(world: World) -> None:
    """QuickBooks did the work, the answer was lost, and so was everything that it had stored of it (status 600)."""

    async def twist(document: str, proceed: Callable[[], Awaitable[str]]) -> str:
        answer = await proceed()
        first = (await world.entries())[0]
        assert await world.office.forget_sets(first.details.set_id) == 1
        await cut()
        return answer

    world.office.twists.append((A_WRITE, twist))


async def _never_arrived(world: World) -> None:
    """The document was handed out, and QuickBooks has never seen it (status 600 as well)."""

    async def twist(document: str, proceed: Callable[[], Awaitable[str]]) -> str:
        await cut()
        return ""

    world.office.twists.append((A_WRITE, twist))


async def _answer_not_kept(world: World) -> None:
    """QuickBooks did the work, the answer was lost, and it says that it has not kept it (status 9002)."""

    async def twist(document: str, proceed: Callable[[], Awaitable[str]]) -> str:
        answer = await proceed()
        world.office.unkept.add(set_id_in(document))
        await cut()
        return answer

    world.office.twists.append((A_WRITE, twist))


async def _not_kept_nor_done(world: World) -> None:
    """The same words, where QuickBooks has not done the work."""

    async def twist(document: str, proceed: Callable[[], Awaitable[str]]) -> str:
        world.office.unkept.add(set_id_in(document))
        await cut()
        return ""

    world.office.twists.append((A_WRITE, twist))


async def _late_answer(world: World) -> None:
    """The answer to the first write comes once more, when the second one is under way."""
    first = ""

    async def heard(document: str, proceed: Callable[[], Awaitable[str]]) -> str:
        nonlocal first
        first = await proceed()
        return first

    async def posted_again(document: str, proceed: Callable[[], Awaitable[str]]) -> str:
        values = (("response", first), ("hresult", ""), ("message", ""))
        line, ticket = world.office.connector.line, ticket_of(world)
        assert whole_of(await line.call("receiveResponseXML", (("ticket", ticket), *values))) in range(100)
        return await proceed()

    world.office.twists += [(A_WRITE, heard), (A_WRITE, posted_again)]


async def _strange_tickets(world: World) -> None:
    """While the write is under way somebody calls with the ticket of a session that is over, and with invented ones."""
    stale = (await world.office.session()).ticket

    async def twist(document: str, proceed: Callable[[], Awaitable[str]]) -> str:
        answer = await proceed()
        for ticket in (stale, "", "no ticket", f"{stale}x"):
            await _meddle(world, ticket, answer)
        return answer

    world.office.twists.append((A_WRITE, twist))


async def _meddle(world: World, ticket: str, answer: str) -> None:
    line, named = world.office.connector.line, ("ticket", ticket)
    sent = await line.call("sendRequestXML", (named, ("strHCPResponse", ""), ("strCompanyFileName", "")))
    assert text_of(sent) == ""
    values = (("response", answer), ("hresult", ""), ("message", ""))
    assert whole_of(await line.call("receiveResponseXML", (named, *values))) < 0
    failed = (("hresult", "0x80040408"), ("message", "Could not start QuickBooks."))
    assert text_of(await line.call("connectionError", (named, *failed))) == "done"
    assert text_of(await line.call("closeConnection", (named,))) == "OK"


async def _second_log_in(world: World) -> None:
    """A second Web Connector logs in while QuickBooks is at work: the first one's session ends."""

    async def twist(document: str, proceed: Callable[[], Awaitable[str]]) -> str:
        answer = await proceed()
        office = world.office
        values = (("strUserName", office.connector.qwc.user_name), ("strPassword", office.password))
        result = await office.connector.line.call("authenticate", values)
        assert strings_of(result, rpc=False)[1] not in ("nvu", "busy")
        return answer

    world.office.twists.append((A_WRITE, twist))


def ticket_of(world: World) -> str:
    """The ticket that was given last."""
    given = next(body for operation, body in reversed(world.wire.answers) if operation == "authenticate")
    return given.decode().split("<string>")[1].split("<")[0]


def set_id_in(document: str) -> str:
    return document.split(A_WRITE, 1)[1][1:].split('"', 1)[0]


def _half(answer: str) -> str:
    return answer[: len(answer) // 2]


def _of_nobody(answer: str) -> str:
    return "<html>502 Bad Gateway</html>"


SPECIAL: Final = (
    twisted("answer-truncated", answers(_half)),
    twisted("answer-empty", answers(lambda _: "")),
    twisted("answer-is-html", answers(_of_nobody)),
    twisted("hresult-80040400-before", fails_before("0x80040400"), "refused"),
    twisted("hresult-80040414-before", fails_before("0x80040414")),
    twisted("hresult-8004041B-before", fails_before("0x8004041B")),
    twisted("hresult-8004041C-before", fails_before("0x8004041C")),
    twisted("hresult-80010105-before", fails_before("0x80010105")),
    twisted("hresult-80010105-after", fails_after("0x80010105")),
    twisted("hresult-8004041C-after", fails_after("0x8004041C")),
    twisted("hresult-80040402-after", fails_after("0x80040402")),
    fault("modal-dialog"),
    fault("closed"),
    fault("busy"),
    fault("internal"),
    fault("locked"),
    fault("drop-before-process"),
    fault("drop-after-process"),
    fault("truncated-answer"),
    fault("duplicate-session"),
    Trouble("set-never-arrived", _never_arrived),
    Trouble("sets-lost-after", _sets_lost),
    Trouble("answer-not-kept-after", _answer_not_kept),
    Trouble("answer-not-kept-before", _not_kept_nor_done),
    Trouble("late-answer", _late_answer),
    Trouble("strange-tickets", _strange_tickets),
    Trouble("second-log-in", _second_log_in),
)
TROUBLES: Final = (
    *(on_the_line(call, trouble) for call in CALLS for trouble in get_args(LineTrouble)),
    *(connector_dies(moment, step) for step in STEPS for moment in ("before", "after")),
    *(server_restarts(moment, step) for step in STEPS for moment in ("before", "after")),
    *SPECIAL,
)
