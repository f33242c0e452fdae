"""An installation in this process, and a Web Connector of the tests' own.

Envelopes, company data and QuickBooks' answers are written by hand here, so that nothing of what reads them is trusted.
Time stands still until a test moves it; calls are not held unless a test says so.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, TypeVar
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

import httpx

from counterfoil.app.settings import Settings
from counterfoil.app.wiring import Running, installation
from counterfoil.core.clock import SetClock
from counterfoil.dispatch.administration import NewConnection
from counterfoil.dispatch.connectors import Condition
from counterfoil.storage.installation import ConnectionRecord
from counterfoil.storage.lane import Lane, LaneEntry

T = TypeVar("T")
NOON: Final = 1_772_452_800
"""2 March 2026, 12:00:00 UTC."""

PATH: Final = "C:\\Books\\Acme.qbw"
PATIENCE: Final = 20
Answer = httpx.Response


class House:
    """A running installation with one key. `clock` is its time."""

    def __init__(self, running: Running, client: httpx.AsyncClient, clock: SetClock, key: str) -> None:
        self.running = running
        self.client = client
        self.clock = clock
        self.key = key

    async def office(self, name: str = "Acme", *, live: bool = True) -> "Office":
        """A desktop connection that nobody has connected yet."""
        running = self.running
        account = await running.administration.account(None)
        connection = await running.administration.create_connection(account, NewConnection(name=name, books="desktop"))
        await running.connectors.configure(connection, is_live=live)
        return Office(self, connection, await running.connectors.new_password(connection))


class Office:
    """Where a connection's QuickBooks stands: its Web Connector calls, and a program asks for work there."""

    def __init__(self, house: House, connection: ConnectionRecord, password: str) -> None:
        self.house = house
        self.connection = connection
        self.password = password

    @property
    def user(self) -> str:
        return self.connection.id

    async def soap(self, operation: str, **values: str) -> Any:
        """The result of an operation: a text, or a list of texts."""
        content = envelope(operation, **values)
        answer = await self.house.client.post("/qbwc", content=content, headers={"Content-Type": "text/xml"})
        assert answer.status_code == 200, answer.text
        return result_of(operation, answer.content)

    async def log_in(self, password: str | None = None) -> list[str]:
        given = self.password if password is None else password
        told: list[str] = await self.soap("authenticate", strUserName=self.user, strPassword=given)
        return told

    async def session(self) -> "Talk":
        ticket, path = await self.log_in()
        assert path in ("", PATH), f"no session begins: {path}"
        return Talk(self, ticket)

    async def proved(self) -> "Talk":
        """A session whose company is known to be the right one, with nothing in its hands."""
        talk = await self.session()
        first = await talk.ask()
        assert "HostQueryRq" in first, "there is no work, and the first call is kept open by a harmless question"
        await talk.bring(answered(first))
        return talk

    def described(self, *, file_id: str | None = None, owner: str | None = None, company: str = "Acme") -> str:
        """What the Web Connector says of QuickBooks in the first call of a session."""
        file, program = file_id or self.connection.id, owner or self.connection.account_id
        return described(file, program, company)

    async def get(self, path: str) -> Answer:
        return await self.house.client.get(f"/v1/quickbooks-desktop/{path}", headers=self._headers())

    async def post(self, path: str, body: Any, **headers: str) -> Answer:
        """Ask for something as Conductor's clients do; waits for the answer."""
        return await self.house.client.post(
            f"/v1/quickbooks-desktop/{path}", json=body, headers={**self._headers(), **headers}
        )

    async def asked(self, call: Awaitable[Answer]) -> "asyncio.Task[Answer]":
        """Start a call, and come back when what it asks for waits in the lane."""
        before = (await self.condition()).waiting
        task = asyncio.ensure_future(call)
        async with asyncio.timeout(PATIENCE):
            while not task.done() and (await self.condition()).waiting == before:
                await asyncio.sleep(0.002)
        return task

    async def customer(self, name: str) -> "asyncio.Task[Answer]":
        return await self.asked(self.post("customers", {"name": name}))

    async def condition(self) -> Condition:
        return await self.house.running.connectors.condition(self.connection)

    async def entries(self, state: str) -> list[LaneEntry]:
        clock, identifier = self.house.clock, self.connection.id
        return await self.house.running.store.read(lambda session: Lane(session, identifier, clock).in_state(state))

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.house.key}", "Conductor-End-User-Id": self.connection.id}


class Talk:
    """A session: the first call tells what company is open."""

    def __init__(self, office: Office, ticket: str) -> None:
        self.office = office
        self.ticket = ticket
        self.told = office.described()

    async def ask(self, told: str | None = None) -> str:
        """The next document."""
        told, self.told = self.told if told is None else told, ""
        document: str = await self.office.soap(
            "sendRequestXML",
            ticket=self.ticket,
            strHCPResponse=told,
            strCompanyFileName=PATH,
            qbXMLCountry="US",
            qbXMLMajorVers="13",
            qbXMLMinorVers="0",
        )
        return document

    async def bring(self, answer: str = "", hresult: str = "", message: str = "") -> int:
        told = await self.office.soap(
            "receiveResponseXML", ticket=self.ticket, response=answer, hresult=hresult, message=message
        )
        return int(told)

    async def serve(self) -> tuple[str, int]:
        """One document, answered as QuickBooks would."""
        document = await self.ask()
        return document, await self.bring(answered(document))

    async def error(self) -> str:
        words: str = await self.office.soap("getLastError", ticket=self.ticket)
        return words

    async def close(self) -> str:
        words: str = await self.office.soap("closeConnection", ticket=self.ticket)
        return words


@asynccontextmanager
async def house(
    folder: Path, *, clock: SetClock | None = None, hold: int = 0, timeout: int = 30
) -> AsyncIterator[House]:
    """An installation while the block runs; a call is held for `hold` seconds of the real clock."""
    time = clock or SetClock(NOON)
    settings = Settings(data=folder, live_hold=hold, timeout=timeout)
    async with installation(settings, time) as running:
        account = await running.administration.account(None)
        _, key = await running.administration.create_key(account.id, None, "test")
        transport = httpx.ASGITransport(running.application())
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            yield House(running, client, time, key)


def in_house(folder: Path, work: Callable[[House], Awaitable[T]], **options: Any) -> T:
    """Run `work` in a house of its own."""

    async def run() -> T:
        async with asyncio.timeout(PATIENCE * 2), house(folder, **options) as home:
            return await work(home)

    return asyncio.run(run())


def envelope(operation: str, **values: str) -> bytes:
    """A call as .NET writes it."""
    inner = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in values.items())
    return (
        '<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
        f'<soap:Body><{operation} xmlns="http://developer.intuit.com/">{inner}</{operation}></soap:Body></soap:Envelope>'
    ).encode()


def result_of(operation: str, content: bytes) -> Any:
    """The result in an answer, found where .NET looks for it and nowhere else."""
    space = "{http://developer.intuit.com/}"
    place = f"{{http://schemas.xmlsoap.org/soap/envelope/}}Body/{space}{operation}Response/{space}{operation}Result"
    found = ElementTree.fromstring(content).find(place)
    assert found is not None, content
    if len(found):
        return [each.text or "" for each in found.iterfind(f"{space}string")]
    return found.text or ""


def described(file_id: str, owner: str, company: str = "Acme") -> str:
    """HostQuery and CompanyQuery as QuickBooks answers them."""
    return (
        '<?xml version="1.0" ?><QBXML><QBXMLMsgsRs>'
        '<HostQueryRs requestID="0" statusCode="0" statusSeverity="Info" statusMessage="Status OK"><HostRet>'
        "<ProductName>QuickBooks Desktop Enterprise Solutions</ProductName><MajorVersion>34</MajorVersion>"
        "<MinorVersion>0</MinorVersion><Country>US</Country><SupportedQBXMLVersion>13.0</SupportedQBXMLVersion>"
        "<IsAutomaticLogin>false</IsAutomaticLogin><QBFileMode>SingleUser</QBFileMode></HostRet></HostQueryRs>"
        '<CompanyQueryRs requestID="1" statusCode="0" statusSeverity="Info" statusMessage="Status OK"><CompanyRet>'
        f"<IsSampleCompany>false</IsSampleCompany><CompanyName>{company}</CompanyName>"
        f"<DataExtRet><OwnerID>{{{owner}}}</OwnerID><DataExtName>AppLock</DataExtName>"
        "<DataExtType>STR255TYPE</DataExtType><DataExtValue>LOCKED:PC:1</DataExtValue></DataExtRet>"
        f"<DataExtRet><OwnerID>{{{owner}}}</OwnerID><DataExtName>FileID</DataExtName>"
        f"<DataExtType>STR255TYPE</DataExtType><DataExtValue>{{{file_id}}}</DataExtValue></DataExtRet>"
        "</CompanyRet></CompanyQueryRs></QBXMLMsgsRs></QBXML>"
    )


def answered(document: str, code: int = 0, message: str = "Status OK") -> str:
    """QuickBooks' answer to a document of ours: what is added is there, what is looked for is not."""
    messages = ElementTree.fromstring(document.encode()).find("QBXMLMsgsRq")
    assert messages is not None
    attributes = ""
    if (set_id := messages.get("newMessageSetID")) is not None:
        attributes = f' newMessageSetID="{set_id}" messageSetStatusCode="0"'
    inner = "".join(_response(each, code, message) for each in messages)
    return f'<?xml version="1.0" ?><QBXML><QBXMLMsgsRs{attributes}>{inner}</QBXMLMsgsRs></QBXML>'


def _response(request: ElementTree.Element, code: int, message: str) -> str:
    name, inner = request.tag.removesuffix("Rq"), ""
    if name.endswith("Query") and name != "HostQuery" and not code:
        code, message = 1, "A query request did not find a matching object in QuickBooks"
    elif name == "CustomerAdd" and not code:
        given = escape(request.findtext("CustomerAdd/Name") or "")
        inner = (
            "<CustomerRet><ListID>80000001-1772452800</ListID><TimeCreated>2026-03-02T06:00:00-06:00</TimeCreated>"
            "<TimeModified>2026-03-02T06:00:00-06:00</TimeModified><EditSequence>1772452800</EditSequence>"
            f"<Name>{given}</Name><FullName>{given}</FullName><IsActive>true</IsActive><Sublevel>0</Sublevel>"
            "<Balance>0.00</Balance><TotalBalance>0.00</TotalBalance><JobStatus>None</JobStatus></CustomerRet>"
        )
    severity = "Error" if code >= 1000 else "Info"
    return (
        f'<{name}Rs requestID="{request.get("requestID")}" statusCode="{code}" statusSeverity="{severity}"'
        f" statusMessage={quoteattr(message)}>{inner}</{name}Rs>"
    )
