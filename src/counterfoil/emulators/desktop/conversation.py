"""One session of the Web Connector, call by call in the order of the real one (Programmer's Guide 2.0, chapter 2)."""

import asyncio
from collections.abc import Sequence
from typing import Final

from msgspec import structs

from counterfoil.core.errors import Malformed
from counterfoil.emulators.desktop.com import ComError
from counterfoil.emulators.desktop.desk import app_lock
from counterfoil.emulators.desktop.documents import HEAD
from counterfoil.emulators.desktop.envelope import Value, strings_of, whole_of
from counterfoil.emulators.desktop.exchange import Connector, Exchange, Over
from counterfoil.emulators.desktop.faults import Faults, LineCut
from counterfoil.emulators.desktop.line import FAILED, CallFailed
from counterfoil.emulators.desktop.processor import Program, Session
from counterfoil.emulators.desktop.report import SessionReport
from counterfoil.wire.qbxml.outcomes import Response, read_responses
from counterfoil.wire.qbxml.tree import parse

CLIENT_VERSION: Final = "2.3.0.215"
COUNTRY: Final = "US"
NEWEST: Final = (16, 0)
"""The highest qbXML version of the request processor."""

NO_OP_PAUSE: Final = 5.0
DONE: Final = 100
FIRST_QUESTIONS: Final = (
    f'{HEAD}<?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="continueOnError">'
    '<HostQueryRq requestID="0"></HostQueryRq>'
    '<CompanyQueryRq requestID="1"><OwnerID>{owner}</OwnerID></CompanyQueryRq>'
    '<PreferencesQueryRq requestID="2"></PreferencesQueryRq>'
    "</QBXMLMsgsRq></QBXML>"
)
"""What the Web Connector asks by itself, once a session, for the first sendRequestXML."""


class Conversation(Exchange):
    """A session that is under way."""

    def __init__(self, connector: Connector, stop: asyncio.Event) -> None:
        super().__init__(connector, stop)
        self.session: Session | None = None
        self._description = ""

    @property
    def faults(self) -> Faults:
        return self.connector.processor.faults

    async def held(self) -> SessionReport:
        """Hold it from the first call to the last."""
        try:
            await self._talk()
        except Over:
            pass
        except LineCut:
            self.notes.ending = "cut"
        except CallFailed as failed:
            await self._failed(failed)
        finally:
            if self.session is not None:
                self.session.end()
        return self.report()

    async def _talk(self) -> None:
        await self._greet()
        path = await self._log_in()
        self.session = await self._reached_company(path)
        await self._describe()
        while True:
            document = await self._next_document()
            answer, error = await self._processed(document)
            if await self._delivered(answer, error):
                break
        await self.close()

    async def _greet(self) -> None:
        qwc = self.connector.qwc
        server = await self._optional("serverVersion")
        text = f"Connected to {qwc.app_name} ({server or 'no version told'}) at {qwc.app_url}"
        self.tell("connected", text, server_version=server)
        answer = await self._optional("clientVersion", ("strVersion", CLIENT_VERSION))
        if answer[:2] in ("E:", "O:"):
            self.ends("upgrade needed", "QBWC1037", answer[2:])
            raise Over
        if answer.startswith("W:"):
            self.tell("warning", answer[2:])

    async def _optional(self, operation: str, *values: tuple[str, Value]) -> str:
        """What a server says to a call that it need not know."""
        try:
            return await self.said(operation, *values)
        except CallFailed as failed:
            if not failed.reached:
                raise
            return ""

    async def _log_in(self) -> str:
        """The path of the company file; an empty one means the file that is open."""
        told = await self._authenticated()
        notes = self.notes
        notes.ticket, word = told[0], told[1].strip().lower()
        notes.postponed, notes.minimum_interval = _seconds(told, 2), _seconds(told, 3)
        if notes.postponed is not None:
            notes.ending = "postponed"
            raise Over
        if word in ("nvu", "none"):
            notes.ending = "no work"
            if word == "nvu":
                self.ends("invalid user", "QBWC1012", "The server does not accept this user name and password.")
            await self.close()
            raise Over
        if word == "busy":
            notes.ending = "busy"
            raise Over
        return told[1].strip()

    async def _authenticated(self) -> list[str]:
        connector = self.connector
        values = (("strUserName", connector.qwc.user_name), ("strPassword", connector.password))
        result = await self.call("authenticate", *values)
        return self.taken("authenticate", lambda: strings_of(result, rpc=connector.line.rpc))

    async def _reached_company(self, path: str) -> Session:
        """BeginSession, tried twice; what the server then says leads to another file or to the end."""
        while True:
            try:
                return await self._begun(path)
            except ComError as error:
                self.tell("com_error", f"QuickBooks: {error.message} ({error.hresult})", hresult=error.hresult)
                values = (("hresult", error.hresult), ("message", error.message))
                answer = await self.said("connectionError", self.ticket, *values)
                if answer.strip().lower() == "done":
                    self.ends("company not reached", error.hresult, error.message)
                    await self.close()
                    raise Over from None
                path = answer.strip()

    async def _begun(self, path: str) -> Session:
        qwc = self.connector.qwc
        processor = self.connector.processor
        program = Program(name=qwc.app_name, id=qwc.app_id)
        fault = self.faults.struck("opening")  # one fault fails both tries
        await self.connector.hook("before BeginSession")
        try:
            session = await processor.begin_session(program, path, fault=fault)
        except ComError:
            session = await processor.begin_session(program, path, fault=fault)
        session.stamps = structs.replace(session.stamps, lock=app_lock(self.connector.machine, processor.clock))
        await self.connector.hook("after BeginSession")
        return session

    async def _describe(self) -> None:
        assert self.session is not None
        try:
            self._description = await self.session.ask(FIRST_QUESTIONS.format(owner=self.connector.qwc.owner_id))
        except ComError as error:
            self.ends("error", "QBWC1014", error.message)
            await self.close()
            raise Over from None
        company = self.connector.processor.company
        self.tell("company", f"Company file: {company.path}", path=company.path, folder=str(company.folder))

    async def _next_document(self) -> str:
        """sendRequestXML until it gives a document, with pauses as long as the server asks for them."""
        while True:
            document = await self._asked_for()
            if document not in ("", "NoOp"):
                return document
            text = await self._last_error()
            if text.strip().lower() == "noop":
                await self.pause(NO_OP_PAUSE)
            elif text.strip().lower() == "interactive mode":
                await self._interactive()
            else:
                self._stopped_by(text)
                await self.close()
                raise Over

    async def _asked_for(self) -> str:
        major, minor = NEWEST
        description, self._description = self._description, ""
        values: tuple[tuple[str, Value], ...] = (
            self.ticket,
            ("strHCPResponse", description),
            ("strCompanyFileName", self.connector.processor.company.path),
            ("qbXMLCountry", COUNTRY),
            ("qbXMLMajorVers", major),
            ("qbXMLMinorVers", minor),
        )
        return await self.unless_stopped(self.said("sendRequestXML", *values))

    async def _processed(self, document: str) -> tuple[str, ComError | None]:
        """What QuickBooks answers, or how it fails."""
        assert self.session is not None
        hook, faults = self.connector.hook, self.faults
        await hook("before ProcessRequest")
        self._cut_by("drop-before-process")
        answer, error = "", None
        try:
            answer = await self.session.process(document)
        except ComError as failure:
            error = failure
        self.notes.processed += 1
        self._tell_processed(answer, error)
        self._cut_by("drop-after-process")
        await hook("after ProcessRequest")
        if faults.take("duplicate-session"):
            await self._second_log_in()
        return (answer[: len(answer) // 2] if faults.take("truncated-answer") else answer), error

    async def _delivered(self, answer: str, error: ComError | None) -> bool:
        """receiveResponseXML; whether the server says that this was all."""
        hresult, message = (error.hresult, error.message) if error is not None else ("", "")
        values = (("response", answer), ("hresult", hresult), ("message", message))
        result = await self.call("receiveResponseXML", self.ticket, *values)
        percent = self.taken("receiveResponseXML", lambda: whole_of(result))
        self.notes.percent = percent
        if percent < 0:
            self._stopped_by(await self._last_error() or f"The server stopped the session ({percent}).")
            await self.close()
            raise Over
        return percent >= DONE

    async def _last_error(self) -> str:
        return await self.said("getLastError", self.ticket)

    async def _interactive(self) -> None:
        """A page for a person: here nobody looks at it, so that it is over at once where the server lets it be."""
        values = (("wcTicket", self.notes.ticket), ("sessionID", self.notes.ticket))
        url = await self.said("getInteractiveURL", *values)
        self.tell("interactive", f"The server asks for a person: {url or 'it gives no address'}", url=url)
        ticket = ("wcTicket", self.notes.ticket)
        if not url:
            await self.said("interactiveRejected", ticket, ("reason", "The server gave no address."))
            return
        while (await self.said("interactiveDone", ticket)).strip().lower() not in ("", "done"):
            await self.pause(NO_OP_PAUSE)

    async def _second_log_in(self) -> None:
        """The same application on a second computer; its session ends before it has begun any work."""
        told = await self._authenticated()
        self.tell("second_session", f"A second Web Connector logs in and is told {told[1]!r}", answer=told[1])
        if told[0] and told[1].strip().lower() not in ("nvu", "busy"):
            await self.said("closeConnection", ("ticket", told[0]))

    async def _failed(self, failed: CallFailed) -> None:
        """A failed call is shown. Where the server answers at all, it is told that the session is over."""
        notes = self.notes
        if notes.ending == "stopped":
            return
        nobody = len(notes.calls) == 1 and not failed.reached
        self.ends("unreachable" if nobody else "error", failed.code, failed.detail)
        if failed.reached and notes.ticket and failed.code != FAILED["closeConnection"]:
            try:
                await self.close()
            except (CallFailed, LineCut):
                return

    def _stopped_by(self, text: str) -> None:
        if text:
            self.notes.ending, self.notes.error = "error", text

    def _cut_by(self, fault: str) -> None:
        if self.faults.take(fault):
            self.tell("fault", f"The line is cut ({fault})", fault=fault)
            raise LineCut(fault)

    def _tell_processed(self, answer: str, error: ComError | None) -> None:
        if error is not None:
            self.tell("com_error", f"QuickBooks: {error.message} ({error.hresult})", hresult=error.hresult)
            return
        for response in _responses(answer):
            status, found = response.status, _subject(response)
            text = f"{response.name.removesuffix('Rs')}: {status.code} {status.message}{found and f' ({found})'}"
            self.tell("request", text, request=response.name, code=status.code, message=status.message, id=found)


def _seconds(told: Sequence[str], index: int) -> int | None:
    """A whole number from 1 on, where authenticate gave one."""
    text = told[index].strip() if len(told) > index else ""
    return int(text) if text.isdecimal() and int(text) else None


def _responses(answer: str) -> Sequence[Response]:
    try:
        return read_responses(parse(answer.encode())).responses
    except Malformed:
        return ()


def _subject(response: Response) -> str:
    """The id of what was made or changed."""
    for node in (response.node, *response.node.children[:1]):
        found = node.text_of("TxnID") or node.text_of("ListID")
        if found:
            return found
    return ""
