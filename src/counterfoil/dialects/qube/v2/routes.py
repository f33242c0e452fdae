"""QUBE Sync's API, version 2, over HTTP: connections, queued requests with their pages, and operations on entities."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.routing import BaseRoute, Route

from counterfoil.core.errors import Forbidden, Invalid, Unknown
from counterfoil.core.ids import is_uuid
from counterfoil.core.problems import Problem
from counterfoil.dialects.bodies import taken
from counterfoil.dialects.qube.assumed import CREATED
from counterfoil.dialects.qube.body import decoded
from counterfoil.dialects.qube.calls import NO_CONTENT, OK, Act, Answer, Call, CheckTarget, Limits, told
from counterfoil.dialects.qube.documents import raw_document
from counterfoil.dialects.qube.errors import NoWebConnector
from counterfoil.dialects.qube.listing import pages, read_listing
from counterfoil.dialects.qube.queries import LONGEST_ADDRESS
from counterfoil.dialects.qube.read import read_password, refuse, unknown_keys
from counterfoil.dialects.qube.routes import LONGEST_NAME, ONBOARDING_MINUTES
from counterfoil.dialects.qube.told import connection_id
from counterfoil.dialects.qube.v2.elements import operation_document
from counterfoil.dialects.qube.v2.errors import NoWorkflows, OperationNotServed, answer
from counterfoil.dialects.qube.v2.openapi import document
from counterfoil.dialects.qube.v2.operations import BY_ADDRESS, METHODS
from counterfoil.dialects.qube.v2.parameters import nested
from counterfoil.dialects.qube.v2.told import ROOT, VERSION_NAME, told_connection, told_pages, told_request
from counterfoil.dialects.qube.values import Flaw, text
from counterfoil.dispatch.administration import UNNAMED, Administration, NewConnection
from counterfoil.dispatch.attempts import attempt_of
from counterfoil.dispatch.callers import Caller
from counterfoil.dispatch.connecting import DESKTOP, Connecting, ConnectLink
from counterfoil.dispatch.connection_notes import ConnectionNotes
from counterfoil.dispatch.queue import RequestQueue
from counterfoil.dispatch.submit import Dispatcher
from counterfoil.storage.installation import AccountRecord, ConnectionRecord
from counterfoil.storage.queue import QueuedRequest

OPENAPI: Final = "/openapi/qube-v2.json"
WEBHOOK: Final = "webhook_url"


class QubeV2Api:
    """The second version beside the first: the same connections, keys, queue and post. `notes` hold a connection's
    own webhook, which is told what becomes of it, and of requests that name no other.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        administration: Administration,
        queue: RequestQueue,
        connecting: Connecting,
        notes: ConnectionNotes,
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
        self.notes = notes
        self.limits = limits
        self.check_target = check_target
        self.default_books = default_books
        self.public_url = public_url

    def routes(self) -> list[BaseRoute]:
        """Every address; below the root nothing else is anybody's."""
        connection = f"{ROOT}/connections/{{connection_id}}"
        requests = f"{connection}/queued-requests"
        runs: dict[str, Act] = dict.fromkeys(("GET", "POST", "PUT", "DELETE"), self._workflows)
        one: dict[str, Act] = {
            "GET": self._connection,
            "PUT": self._change_connection,
            "DELETE": self._remove_connection,
        }
        served: list[tuple[str, dict[str, Act]]] = [
            (f"{ROOT}/connections", {"GET": self._connections, "POST": self._add_connection}),
            (connection, one),
            (f"{connection}/onboarding-url", {"POST": self._onboarding}),
            (f"{connection}/password", {"POST": self._password}),
            (f"{connection}/qwc", {"GET": self._qwc, "POST": self._qwc}),
            (requests, {"GET": self._requests, "POST": self._add_request}),
            (f"{requests}/{{id}}", {"GET": self._request}),
            (f"{requests}/{{id}}/pages", {"GET": self._pages}),
            (f"{requests}/{{id}}/discard", {"POST": self._discard}),
            (f"{connection}/workflow-runs", runs),
            (f"{connection}/workflow-runs/{{rest:path}}", runs),
            (f"{connection}/{{entity}}", dict.fromkeys(METHODS.values(), self._operate)),
            (f"{ROOT}/{{rest:path}}", {}),
            (OPENAPI, {"GET": self._openapi}),
        ]
        return [Route(path, told(acts, answer)) for path, acts in served]

    async def _connections(self, call: Call) -> Answer:
        caller = await self.dispatcher.caller(call.key)
        found = await self.administration.known_connections(caller.account_id, is_uuid)
        mine = [await self._told_of(call, each) for each in found if caller.connection_id in (None, each.id)]
        return OK, {"data": mine}

    async def _add_connection(self, call: Call) -> Answer:
        caller = await self.dispatcher.caller(call.key)
        if caller.connection_id is not None:
            detail = "This key is for one connection only; making others takes a key of the whole account."
            raise Forbidden(Problem("forbidden", (), {"detail": detail}))
        name, webhook = self._asked_of_connection(await self._body(call))
        if webhook is None:
            raise Invalid(Problem("required", (WEBHOOK,)))
        account = AccountRecord(id=caller.account_id, name="", created_at=0)
        asked = NewConnection(name=name or UNNAMED, books=self.default_books)
        made = await self.administration.create_connection(account, asked)
        call.has_written = True
        await self.notes.set_webhook(made, webhook, is_new=True)
        link = await self._link(made) if made.books == DESKTOP else None
        return CREATED, {"data": await self._told_of(call, made, link=link)}

    async def _connection(self, call: Call) -> Answer:
        _, connection = await self._admitted(call)
        return OK, {"data": await self._told_of(call, connection)}

    async def _change_connection(self, call: Call) -> Answer:
        """Only what is given changes."""
        _, connection = await self._admitted(call)
        name, webhook = self._asked_of_connection(await self._body(call))
        if name:
            connection = await self.administration.rename_connection(connection.account_id, connection.known_as, name)
            call.has_written = True
        if webhook is not None:
            await self.notes.set_webhook(connection, webhook)
            call.has_written = True
        return OK, {"data": await self._told_of(call, connection)}

    async def _remove_connection(self, call: Call) -> Answer:
        _, connection = await self._admitted(call)
        await self.administration.delete_connection(connection.account_id, connection.id)
        return NO_CONTENT, None

    async def _onboarding(self, call: Call) -> Answer:
        connection = await self._connected(call)
        link = await self._link(connection)
        call.has_written = True
        return OK, {"data": await self._told_of(call, connection, link=link)}

    async def _password(self, call: Call) -> Answer:
        """The password that the body proposes, else a new one."""
        connection = await self._connected(call)
        password = await self.connecting.password(connection, read_password(await self._body(call)))
        return OK, {"data": {"id": connection.known_as, "password": password}}

    async def _qwc(self, call: Call) -> Answer:
        return OK, {"qwc": self.connecting.file(await self._connected(call))}

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
        data = [await self._told_request(call, connection, each) for each in found]
        return OK, {"data": data, "meta": {"page": listing.page, "total_pages": pages(count, listing.limit)}}

    async def _add_request(self, call: Call) -> Answer:
        caller, connection = await self._admitted(call)
        body = await self._body(call)
        asked = nested(call.pairs)
        refuse([*unknown_keys(asked, (WEBHOOK,)), *unknown_keys(body, ("request_xml", "request_json", WEBHOOK))])
        webhook = await self._webhook(connection, asked.get(WEBHOOK) or body.get(WEBHOOK))
        return await self._enter(call, caller, connection, raw_document(body), webhook)

    async def _request(self, call: Call) -> Answer:
        _, connection = await self._admitted(call)
        found = await self.queue.find(connection, call.path("id"))
        return OK, {"data": await self._told_request(call, connection, found)}

    async def _pages(self, call: Call) -> Answer:
        _, connection = await self._admitted(call)
        found = await self.queue.find(connection, call.path("id"))
        return OK, {"data": told_pages(found, await self.queue.pages(connection, found.id))}

    async def _discard(self, call: Call) -> Answer:
        _, connection = await self._admitted(call)
        gone = await self.queue.discard(connection, call.path("id"))
        return OK, {"data": await self._told_written(call, connection, gone)}

    async def _workflows(self, call: Call) -> Answer:
        await self._admitted(call)
        raise NoWorkflows

    async def _operate(self, call: Call) -> Answer:
        """An operation on an entity, which is named by the end of the address."""
        caller, connection = await self._admitted(call)
        operation = BY_ADDRESS.get(
            (call.path("entity"), "GET" if call.request.method == "HEAD" else call.request.method)
        )
        if operation is None:
            raise Unknown(Problem("unknown_resource", (), {"detail": "There is no such address."}))
        if operation.message is None:
            raise OperationNotServed(operation.id, operation.entity, operation.served_beside)
        given = nested(call.pairs)
        named = given.pop(WEBHOOK, None)
        if not operation.is_query:
            refuse(unknown_keys(given, ()))
            given = await self._body(call)
        webhook = await self._webhook(connection, named)
        own = self.queue.answers_at_once(connection)
        document, iterates = operation_document(operation.message, given, own_books=own)
        return await self._enter(call, caller, connection, document, webhook, is_paged=iterates)

    async def _openapi(self, _: Call) -> Answer:
        return OK, document(self.public_url)

    async def _admitted(self, call: Call) -> tuple[Caller, ConnectionRecord]:
        """The caller, and the connection that the address names. The key is proved before anything else is told."""
        return await self.dispatcher.admit(call.key, connection_id(call.path("connection_id")))

    async def _connected(self, call: Call) -> ConnectionRecord:
        """A connection whose books are behind a Web Connector."""
        _, connection = await self._admitted(call)
        if connection.books != DESKTOP:
            raise NoWebConnector
        return connection

    async def _link(self, connection: ConnectionRecord) -> ConnectLink:
        return await self.connecting.link(connection, ONBOARDING_MINUTES)

    async def _body(self, call: Call) -> dict[str, Any]:
        call.raw = await taken(call.request, self.limits.max_body)
        return decoded(call.raw)

    def _asked_of_connection(self, body: Mapping[str, Any]) -> tuple[str | None, str | None]:
        refuse(unknown_keys(body, ("name", WEBHOOK)))
        name = _text_of(body, "name", LONGEST_NAME)
        return name.strip() if name is not None else None, self._target(body.get(WEBHOOK))

    async def _webhook(self, connection: ConnectionRecord, given: Any) -> str:
        """Where the answer is to be posted: as this request says, else as the connection does."""
        url = self._target(given) or await self.notes.webhook(connection)
        if url is None:
            raise Invalid(Problem("required", (WEBHOOK,)))
        return url

    def _target(self, given: Any) -> str | None:
        """An address for post, looked at before anything is stored."""
        url = _text_of({WEBHOOK: given}, WEBHOOK, LONGEST_ADDRESS)
        why = self.check_target(url) if url else None
        if why is not None:
            raise Invalid(Problem("not_served", (WEBHOOK,), {"detail": f"is not allowed: {why}"}))
        return url or None

    async def _enter(
        self,
        call: Call,
        caller: Caller,
        connection: ConnectionRecord,
        document: bytes,
        webhook: str,
        *,
        is_paged: bool = False,
    ) -> Answer:
        http = call.request
        path = f"{connection.id} {http.url.path}?{http.url.query}"
        key = http.headers.get("idempotency-key")
        attempt = attempt_of(
            caller, http.method, path, call.raw, dialect="qube", address=http.url.path, idempotency_key=key
        )
        entered = await self.queue.enter(
            caller, connection, document, attempt, webhook, is_paged=is_paged, api_version=VERSION_NAME
        )
        return CREATED, {"data": await self._told_written(call, connection, entered)}

    async def _told_request(self, call: Call, connection: ConnectionRecord, request: QueuedRequest) -> Any:
        attempts = await self.queue.attempts(connection, request.id) if request.webhook_url is not None else []
        return told_request(self._origin(call), connection, request, attempts)

    async def _told_written(self, call: Call, connection: ConnectionRecord, request: QueuedRequest) -> Any:
        """A request of which something was just stored."""
        attempts = await self.queue.attempts_known(connection, request)
        return told_request(self._origin(call), connection, request, attempts)

    async def _told_of(self, call: Call, connection: ConnectionRecord, *, link: ConnectLink | None = None) -> Any:
        connector = await self.connecting.connector(connection)
        webhook = await self.notes.webhook(connection)
        return told_connection(self._origin(call), connection, connector, link, webhook)

    def _origin(self, call: Call) -> str:
        """The address that the caller used: the vendor's client follows no link to another one."""
        url = call.request.url
        if self.public_url is not None and urlsplit(self.public_url).netloc == url.netloc:
            return f"{urlsplit(self.public_url).scheme}://{url.netloc}"
        return f"{url.scheme}://{url.netloc}"


def _text_of(body: Mapping[str, Any], key: str, longest: int) -> str | None:
    given = body.get(key)
    if given is None:
        return None
    try:
        read: str = text(longest)(given)
    except Flaw as flaw:
        raise Invalid(Problem(flaw.kind, (key,), flaw.values)) from None
    return read
