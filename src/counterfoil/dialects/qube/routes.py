"""QUBE Sync's API (version 1) over HTTP: connections, queued requests, pre-built queries, and the pre-built invoice."""

from collections.abc import Mapping
from typing import Any, Final

from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from counterfoil.core.errors import Forbidden, Invalid
from counterfoil.core.ids import is_uuid
from counterfoil.core.problems import Problem
from counterfoil.dialects.bodies import taken
from counterfoil.dialects.qube.assumed import CREATED
from counterfoil.dialects.qube.body import decoded
from counterfoil.dialects.qube.calls import NO_CONTENT, OK, Act, Answer, Call, CheckTarget, Limits, told
from counterfoil.dialects.qube.documents import (
    invoice_document,
    query_document,
    raw_document,
    unwrapped,
)
from counterfoil.dialects.qube.errors import NoWebConnector, answer
from counterfoil.dialects.qube.listing import pages, read_listing
from counterfoil.dialects.qube.openapi import document
from counterfoil.dialects.qube.queries import LONGEST_ADDRESS, QUERIES, read_common, read_query
from counterfoil.dialects.qube.read import read_invoice, read_password, refuse, unknown_keys
from counterfoil.dialects.qube.told import ROOT, connection_id, told_connection, told_request
from counterfoil.dialects.qube.values import Flaw, text
from counterfoil.dispatch.administration import UNNAMED, Administration, NewConnection
from counterfoil.dispatch.attempts import attempt_of
from counterfoil.dispatch.callers import Caller
from counterfoil.dispatch.connecting import DESKTOP, Connecting, ConnectLink
from counterfoil.dispatch.queue import RequestQueue
from counterfoil.dispatch.submit import Dispatcher
from counterfoil.storage.installation import AccountRecord, ConnectionRecord
from counterfoil.storage.queue import QueuedRequest

OPENAPI: Final = "/openapi/qube.json"
LONGEST_NAME: Final = 255
ONBOARDING_MINUTES: Final = 48 * 60
"""How long an onboarding link lives (the vendor's documentation)."""


class QubeApi:
    """The dialect. `check_target` says why a webhook may not go to an address; new connections have `default_books`."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        administration: Administration,
        queue: RequestQueue,
        connecting: Connecting,
        limits: Limits,
        *,
        check_target: CheckTarget,
        default_books: str,
        public_url: str | None,
    ) -> None:
        self.dispatcher = dispatcher
        self.administration = administration
        self.queue = queue
        self.connecting = connecting
        self.limits = limits
        self.check_target = check_target
        self.default_books = default_books
        self.public_url = public_url

    def routes(self) -> list[BaseRoute]:
        """Every address; those below `connections` and `queued_requests` that nothing is served at come last."""
        connection = f"{ROOT}/connections/{{connection_id}}"
        requests, one = "queued_requests", "queued_requests/{id}"
        served: list[tuple[str, dict[str, Act]]] = [
            (f"{ROOT}/connections", {"GET": self._connections, "POST": self._add_connection}),
            (connection, {"GET": self._connection, "DELETE": self._remove_connection}),
            (f"{connection}/onboarding_url", {"POST": self._onboarding}),
            (f"{connection}/password", {"POST": self._password}),
            (f"{connection}/qwc", {"GET": self._qwc, "POST": self._qwc}),
            (f"{connection}/{requests}", {"GET": self._requests, "POST": self._add_request}),
            (f"{connection}/{one}", {"GET": self._request, "DELETE": self._withdraw}),
            (f"{ROOT}/{one}", {"GET": self._request_anywhere, "DELETE": self._withdraw_anywhere}),
            *((f"{connection}/{name}", self._prebuilt(name)) for name in QUERIES),
            (f"{ROOT}/connections/{{rest:path}}", {}),
            (f"{ROOT}/queued_requests/{{rest:path}}", {}),
            (OPENAPI, {"GET": self._openapi}),
        ]
        return [Route(path, told(acts, answer)) for path, acts in served]

    def nowhere(self) -> ASGIApp:
        """What answers at addresses of this dialect that nothing is served at."""
        return told({}, answer)

    def _prebuilt(self, name: str) -> dict[str, Act]:
        async def query(call: Call) -> Answer:
            return await self._query(call, name)

        return {"GET": query, "POST": self._add_invoice} if name == "invoices" else {"GET": query}

    async def _connections(self, call: Call) -> Answer:
        caller = await self.dispatcher.caller(call.key)
        found = await self.administration.known_connections(caller.account_id, is_uuid)
        mine = [await self._told_of(each) for each in found if caller.connection_id in (None, each.id)]
        return OK, {"data": mine}

    async def _add_connection(self, call: Call) -> Answer:
        caller = await self.dispatcher.caller(call.key)
        if caller.connection_id is not None:
            detail = "This key is for one connection only; making others takes a key of the whole account."
            raise Forbidden(Problem("forbidden", (), {"detail": detail}))
        body = await self._body(call)
        name, redirect_url = _asked_of_connection(body)
        account = AccountRecord(id=caller.account_id, name="", created_at=0)
        asked = NewConnection(name=name or UNNAMED, books=self.default_books)
        made = await self.administration.create_connection(account, asked)
        call.has_written = True
        await self._lead_back(made, redirect_url)
        link = await self._link(made) if made.books == DESKTOP else None
        return CREATED, {"data": await self._told_of(made, link=link)}

    async def _connection(self, call: Call) -> Answer:
        _, connection = await self._admitted(call)
        return OK, {"data": await self._told_of(connection)}

    async def _remove_connection(self, call: Call) -> Answer:
        _, connection = await self._admitted(call)
        await self.administration.delete_connection(connection.account_id, connection.id)
        return NO_CONTENT, None

    async def _onboarding(self, call: Call) -> Answer:
        """A new link for a person, who is led where the body says, else where the links before it led."""
        connection = await self._connected(call)
        _, redirect_url = _asked_of_connection(await self._body(call))
        await self._lead_back(connection, redirect_url)
        call.has_written = redirect_url is not None
        link = await self._link(connection)
        call.has_written = True
        return OK, {"data": await self._told_of(connection, link=link)}

    async def _password(self, call: Call) -> Answer:
        """A new password for the Web Connector: the caller's own, or one that is made here."""
        connection = await self._connected(call)
        own = read_password(await self._body(call))
        return OK, {"data": {"id": connection.known_as, "password": await self.connecting.password(connection, own)}}

    async def _qwc(self, call: Call) -> Answer:
        return OK, {"qwc": self.connecting.file(await self._connected(call))}

    async def _connected(self, call: Call) -> ConnectionRecord:
        """A connection whose books are behind a Web Connector."""
        _, connection = await self._admitted(call)
        if connection.books != DESKTOP:
            raise NoWebConnector
        return connection

    async def _lead_back(self, connection: ConnectionRecord, redirect_url: str | None) -> None:
        """Keep where the connection's links lead, this one and those that are made later."""
        if redirect_url is not None:
            await self.connecting.notes.set_redirect(connection, redirect_url)

    async def _link(self, connection: ConnectionRecord) -> ConnectLink:
        redirect_url = await self.connecting.notes.redirect(connection)
        return await self.connecting.link(connection, ONBOARDING_MINUTES, redirect_url)

    async def _told_of(self, connection: ConnectionRecord, *, link: ConnectLink | None = None) -> Any:
        connector = await self.connecting.connector(connection)
        return told_connection(connection, connector, link, await self.connecting.notes.redirect(connection))

    async def _requests(self, call: Call) -> Answer:
        _, connection = await self._admitted(call)
        listing = read_listing(call.pairs)
        found, count = await self.queue.page(
            connection,
            by=listing.by,
            descending=listing.descending,
            offset=listing.offset,
            limit=listing.limit,
            sought=listing.sought,
        )
        data = [await self._told_request(connection, each) for each in found]
        return OK, {"data": data, "page": listing.page, "total_pages": pages(count, listing.limit)}

    async def _add_request(self, call: Call) -> Answer:
        caller, connection = await self._admitted(call)
        body = unwrapped(await self._body(call))
        webhook = self._webhook(body.get("webhook_url"))
        return CREATED, await self._enter(call, caller, connection, raw_document(body), webhook)

    async def _request(self, call: Call) -> Answer:
        _, connection = await self._admitted(call)
        found = await self.queue.find(connection, call.path("id"))
        return OK, {"data": await self._told_request(connection, found)}

    async def _withdraw(self, call: Call) -> Answer:
        _, connection = await self._admitted(call)
        await self.queue.withdraw(connection, call.path("id"))
        return NO_CONTENT, None

    async def _request_anywhere(self, call: Call) -> Answer:
        caller = await self.dispatcher.caller(call.key)
        connection, found = await self.queue.find_anywhere(caller, call.path("id"))
        return OK, {"data": await self._told_request(connection, found)}

    async def _withdraw_anywhere(self, call: Call) -> Answer:
        caller = await self.dispatcher.caller(call.key)
        connection, found = await self.queue.find_anywhere(caller, call.path("id"))
        await self.queue.withdraw(connection, found.id)
        return NO_CONTENT, None

    async def _query(self, call: Call, name: str) -> Answer:
        caller, connection = await self._admitted(call)
        asked = read_query(name, call.pairs)
        webhook = self._webhook(asked.webhook_url)
        request = query_document(asked)
        return OK, await self._enter(call, caller, connection, request, webhook, is_paged=asked.iterates)

    async def _add_invoice(self, call: Call) -> Answer:
        caller, connection = await self._admitted(call)
        common = read_common(call.pairs)
        webhook = self._webhook(common.webhook_url)
        values = read_invoice(await self._body(call), self.limits.max_lines)
        request = invoice_document(values, common.request_id)
        return CREATED, await self._enter(call, caller, connection, request, webhook)

    async def _openapi(self, _: Call) -> Answer:
        return OK, document(self.public_url)

    async def _admitted(self, call: Call) -> tuple[Caller, ConnectionRecord]:
        """The caller, and the connection that the address names. The key is proved before anything else is told."""
        return await self.dispatcher.admit(call.key, connection_id(call.path("connection_id")))

    async def _body(self, call: Call) -> dict[str, Any]:
        call.raw = await taken(call.request, self.limits.max_body)
        return decoded(call.raw)

    def _webhook(self, given: Any) -> str | None:
        """The address that post is to go to, looked at before anything is stored."""
        if given is None or given == "":
            return None
        try:
            url: str = text(LONGEST_ADDRESS)(given)
        except Flaw as flaw:
            raise Invalid(Problem(flaw.kind, ("webhook_url",), flaw.values)) from None
        why = self.check_target(url)
        if why is not None:
            raise Invalid(Problem("not_served", ("webhook_url",), {"detail": f"is not allowed: {why}"}))
        return url

    async def _enter(
        self,
        call: Call,
        caller: Caller,
        connection: ConnectionRecord,
        request: bytes,
        webhook: str | None,
        *,
        is_paged: bool = False,
    ) -> Any:
        http = call.request
        path = f"{connection.id} {http.url.path}?{http.url.query}"
        key = http.headers.get("idempotency-key")
        attempt = attempt_of(
            caller, http.method, path, call.raw, dialect="qube", address=http.url.path, idempotency_key=key
        )
        entered = await self.queue.enter(caller, connection, request, attempt, webhook, is_paged=is_paged)
        return {"data": told_request(connection, entered, await self.queue.attempts_known(connection, entered))}

    async def _told_request(self, connection: ConnectionRecord, request: QueuedRequest) -> Any:
        attempts = await self.queue.attempts(connection, request.id) if request.webhook_url is not None else []
        return told_request(connection, request, attempts)


def _asked_of_connection(body: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """What a connection is to be called, and where its connect page is to lead afterwards."""
    known = ("name", "redirect_url")
    problems = unknown_keys(body, known)
    for key, longest in (("name", LONGEST_NAME), ("redirect_url", LONGEST_ADDRESS)):
        try:
            given = body.get(key)
            if given is not None:
                text(longest)(given)
        except Flaw as flaw:
            problems.append(Problem(flaw.kind, (key,), flaw.values))
    refuse(problems)
    name: str | None = body.get("name")
    redirect_url: str | None = body.get("redirect_url")
    if redirect_url and not redirect_url.lower().startswith(("https://", "http://")):
        raise Invalid(Problem("not_served", ("redirect_url",), {"detail": "must begin with https:// or http://"}))
    return name.strip() if name is not None else None, redirect_url or None
