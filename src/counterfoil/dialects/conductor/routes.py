"""Conductor's API over HTTP: every address at `/v1` and at `/`, one function for each verb, whatever the resource."""

import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from counterfoil.core.errors import BooksRefused, Invalid, Unknown
from counterfoil.core.problems import Problem
from counterfoil.dialects.bodies import decoded, taken
from counterfoil.dialects.conductor.deletions import DELETED_LISTS, read_deleted_query, render_deletions
from counterfoil.dialects.conductor.end_users import EndUsers, connection_id
from counterfoil.dialects.conductor.errors import answer
from counterfoil.dialects.conductor.openapi import document
from counterfoil.dialects.conductor.passthrough import answer_of, document_of
from counterfoil.dialects.conductor.query import read_query
from counterfoil.dialects.conductor.read import read_create, read_update
from counterfoil.dialects.conductor.render import (
    View,
    render,
    render_deleted,
    render_page,
    render_voided,
)
from counterfoil.dialects.conductor.table import Table
from counterfoil.dialects.conductor.tables import TABLES
from counterfoil.dialects.exchanges import report, request_id
from counterfoil.dispatch.attempts import Attempt, attempt_of
from counterfoil.dispatch.callers import Caller
from counterfoil.dispatch.protocols import Failure
from counterfoil.dispatch.queue import RequestQueue
from counterfoil.dispatch.submit import Dispatcher
from counterfoil.model.command import Command, Create, Delete, Void
from counterfoil.model.outcome import Deleted, Done, Refused, Voided
from counterfoil.model.query import Read
from counterfoil.storage.installation import ConnectionRecord

QUICKBOOKS = "/quickbooks-desktop"
ONLINE = "online"
LONGEST_TIMEOUT = 600
HEALTH_TIMEOUT = 60
"""Seconds for which a health check waits for the books (the vendor's documentation of time-outs)."""

UNLINKED = View(links=False)
_json = msgspec.json.Encoder(decimal_format="number")

Answer = tuple[Mapping[str, Any], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may ask for: bytes of body, lines, and seconds of waiting when it does not say."""

    max_body: int
    max_lines: int
    timeout: int


class _Endpoint:
    """An ASGI application of one address; the router lets every method through to it."""

    def __init__(self, answered: Callable[[Request], Awaitable[Response]], methods: Iterable[str]) -> None:
        self.answered = answered
        self.methods = frozenset(methods)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self.answered(Request(scope, receive))
        await response(scope, receive, send)


class Call:
    """One request on its way: what errors need to be told in the caller's own terms gathers here."""

    __slots__ = ("body", "headers", "plain_lines", "raw", "request", "request_id", "table")

    def __init__(self, request: Request) -> None:
        self.request = request
        self.headers: dict[bytes, bytes] = dict(request.scope["headers"])
        self.request_id = request_id(request.scope)
        self.table: Table | None = None
        self.raw = b""
        self.body: dict[str, Any] = {}
        self.plain_lines = 0

    def header(self, name: str) -> str | None:
        value = self.headers.get(name.encode())
        return value.decode("latin-1") if value is not None else None

    @property
    def key(self) -> str | None:
        """The key of an `Authorization: Bearer` header."""
        scheme, _, key = (self.header("authorization") or "").partition(" ")
        return key.strip() if scheme.lower() == "bearer" else None


Act = Callable[[Call], Awaitable[Answer]]


class ConductorApi:
    """The dialect: it knows the dispatcher and the queue, and nothing of what lies behind them."""

    def __init__(self, dispatcher: Dispatcher, queue: RequestQueue, limits: Limits, end_users: EndUsers) -> None:
        self.dispatcher = dispatcher
        self.queue = queue
        self.limits = limits
        self.end_users = end_users

    def routes(self) -> list[BaseRoute]:
        """Every address, first with and then without `/v1`."""
        return [route for root in ("/v1", "") for route in self._routes(root)]

    def _routes(self, root: str) -> list[Route]:
        base = root + QUICKBOOKS
        users = f"{root}/end-users"
        one = f"{users}/{{id}}"
        return [
            Route(f"{base}/{{path}}", self._told({"GET": self._collection, "POST": self._create})),
            Route(
                f"{base}/{{path}}/{{id}}",
                self._told({"GET": self._read, "POST": self._update, "DELETE": self._delete}),
            ),
            Route(f"{base}/{{path}}/{{id}}/void", self._told({"POST": self._void})),
            Route(users, self._told({"GET": self._users, "POST": self._add_user})),
            Route(one, self._told({"GET": self._user, "DELETE": self._remove_user})),
            Route(f"{one}/passthrough/{{slug}}", self._told({"POST": self._passthrough})),
            Route(f"{one}/request/{{slug}}", self._told({"POST": self._passthrough})),
            Route(f"{one}/ping/{{slug}}", self._told({"GET": self._ping})),
            Route(f"{root}/auth-sessions", self._told({"POST": self._auth_session})),
            Route(f"{root}/openapi.json", self._told({"GET": self._openapi})),
        ]

    def nowhere(self) -> ASGIApp:
        """What answers at addresses that nothing is served at."""
        return self._told({})

    def _told(self, acts: dict[str, Act]) -> ASGIApp:
        """An endpoint that answers, whatever the method and whatever happens, in the vendor's shape."""

        async def endpoint(request: Request) -> Response:
            call = Call(request)
            try:
                act = acts.get("GET" if request.method == "HEAD" else request.method)
                if act is None:
                    raise _no_such_address(call)
                body, headers = await act(call)
                status = 200
            except ClientDisconnect:
                return Response(status_code=499)
            except Exception as error:
                report(error)
                status, headers, body = answer(error, call.table, call.request_id, call.plain_lines)
            headers["Conductor-Request-Id"] = call.request_id
            return Response(_json.encode(body), status, headers, "application/json")

        return _Endpoint(endpoint, acts)

    async def _collection(self, call: Call) -> Answer:
        """A list, or one of the addresses that stand beside the lists."""
        path = call.request.path_params["path"]
        if path == "health-check":
            return await self._health(call)
        deleted = DELETED_LISTS.get(path)
        pairs = call.request.query_params.multi_items()
        if deleted is not None:
            _, connection = await self._admitted(call)
            asked = read_deleted_query(deleted, pairs)
            found = await self.dispatcher.deletions(connection, asked, self._patience(call))
            return render_deletions(deleted, found), {}
        table = self._table(call)
        if table.path in SINGLETONS:
            _, connection = await self._admitted(call)
            read = Read(resource=table.resource, id=table.resource)
            thing = await self.dispatcher.read(connection, read, self._patience(call))
            return render(table, thing), {}
        if "L" not in table.verbs:
            raise _no_such_address(call)
        _, connection = await self._admitted(call)
        listing = read_query(table, pairs)
        page = await self.dispatcher.select(connection, listing.select, self._patience(call))
        return render_page(table, page, listing.cursor(page), listing.view), {}

    async def _create(self, call: Call) -> Answer:
        table = self._table(call, "C")
        caller, connection = await self._admitted(call)
        await self._take_body(call)
        draft = read_create(table, call.body, max_lines=self.limits.max_lines)
        done = await self._submit(call, caller, connection, Create(resource=table.resource, draft=draft))
        return render(table, done.result, UNLINKED), _told_of(done, connection)  # type: ignore[arg-type]

    async def _read(self, call: Call) -> Answer:
        table = self._table(call, "R")
        if table.path in SINGLETONS:
            raise _no_such_address(call)
        _, connection = await self._admitted(call)
        read = Read(resource=table.resource, id=call.request.path_params["id"])
        return render(table, await self.dispatcher.read(connection, read, self._patience(call))), {}

    async def _update(self, call: Call) -> Answer:
        table = self._table(call, "U")
        caller, connection = await self._admitted(call)
        await self._take_body(call)
        identifier = call.request.path_params["id"]
        update = read_update(table, identifier, call.body, max_lines=self.limits.max_lines)
        done = await self._submit(call, caller, connection, update)
        return render(table, done.result, UNLINKED), _told_of(done, connection)  # type: ignore[arg-type]

    async def _delete(self, call: Call) -> Answer:
        table = self._table(call, "D")
        caller, connection = await self._admitted(call)
        command = Delete(resource=table.resource, id=call.request.path_params["id"])
        done = await self._submit(call, caller, connection, command)
        if not isinstance(done.result, Deleted):
            raise TypeError(type(done.result).__name__)
        return render_deleted(table, done.result), _told_of(done, connection)

    async def _void(self, call: Call) -> Answer:
        table = self._table(call, "V")
        caller, connection = await self._admitted(call)
        command = Void(resource=table.resource, id=call.request.path_params["id"])
        done = await self._submit(call, caller, connection, command)
        if not isinstance(done.result, Voided):
            raise TypeError(type(done.result).__name__)
        return render_voided(table, done.result), _told_of(done, connection)

    async def _health(self, call: Call) -> Answer:
        """How long the books take to answer, in milliseconds."""
        started = time.perf_counter()
        _, connection = await self._admitted(call)
        await self.dispatcher.read(connection, Read(resource="company", id="company"), HEALTH_TIMEOUT)
        return {"duration": round((time.perf_counter() - started) * 1000), "status": "ok"}, {}

    async def _ping(self, call: Call) -> Answer:
        """The older name of the health check; the end user stands in the address."""
        started = time.perf_counter()
        connection = await self._connection_in_path(call)
        await self.dispatcher.read(connection, Read(resource="company", id="company"), HEALTH_TIMEOUT)
        return {"duration": round((time.perf_counter() - started) * 1000)}, {}

    async def _passthrough(self, call: Call) -> Answer:
        """A qbXML request as JSON, carried out like any other write: once."""
        caller, connection = await self._admit(call, call.request.path_params["id"])
        await self._take_body(call)
        document = document_of(call.body)
        attempt = self._attempt(call, caller, connection)
        timeout = self._patience(call)
        entered = await self.queue.enter(caller, connection, document, attempt, None, at_once=True)
        request = await self.queue.answered(connection, entered, timeout)
        failure = msgspec.json.decode(request.error, type=Failure) if request.error is not None else None
        return answer_of(request.response or b"", failure), {}

    async def _users(self, call: Call) -> Answer:
        caller = await self.dispatcher.caller(call.key)
        return await self.end_users.list(caller), {}

    async def _add_user(self, call: Call) -> Answer:
        caller = await self.dispatcher.caller(call.key)
        await self._take_body(call)
        return await self.end_users.create(caller, call.body), {}

    async def _user(self, call: Call) -> Answer:
        return self.end_users.told(await self._connection_in_path(call)), {}

    async def _remove_user(self, call: Call) -> Answer:
        connection = await self._connection_in_path(call)
        return await self.end_users.delete(connection), {}

    async def _auth_session(self, call: Call) -> Answer:
        caller = await self.dispatcher.caller(call.key)
        await self._take_body(call)
        return await self.end_users.auth_session(caller, call.body, _origin(call.request)), {}

    async def _openapi(self, _: Call) -> Answer:
        return document(), {}

    def _table(self, call: Call, verb: str = "") -> Table:
        table = TABLES.get(call.request.path_params["path"])
        if table is None or verb not in table.verbs:
            raise _no_such_address(call)
        call.table = table
        return table

    async def _admitted(self, call: Call) -> tuple[Caller, ConnectionRecord]:
        """The caller and the connection that the header names. The key is proved before anything else is told."""
        end_user = call.header("conductor-end-user-id")
        if end_user is None:
            await self.dispatcher.caller(call.key)
            raise Invalid(Problem("required", ("Conductor-End-User-Id",)))
        admitted = await self._admit(call, end_user)
        self._timeout(call.header("conductor-timeout-seconds"))
        return admitted

    async def _connection_in_path(self, call: Call) -> ConnectionRecord:
        _, connection = await self._admit(call, call.request.path_params["id"])
        return connection

    async def _admit(self, call: Call, end_user: str) -> tuple[Caller, ConnectionRecord]:
        try:
            return await self.dispatcher.admit(call.key, connection_id(end_user))
        except Unknown:
            detail = f"There is no end-user {end_user[:60]!r} with a QuickBooks connection."
            raise Unknown(Problem("unknown_resource", (), {"detail": detail})) from None

    async def _take_body(self, call: Call) -> None:
        """Read the body, up to the limit, and take it apart."""
        call.raw = await taken(call.request, self.limits.max_body)
        call.body = decoded(call.raw)
        lines = call.body.get("lines")
        call.plain_lines = len(lines) if isinstance(lines, list) else 0

    async def _submit(self, call: Call, caller: Caller, connection: ConnectionRecord, command: Command) -> Done:
        attempt = self._attempt(call, caller, connection)
        timeout = self._patience(call)
        outcome = await self.dispatcher.submit(caller, connection, command, attempt, timeout)
        if isinstance(outcome, Refused):
            raise BooksRefused(*outcome.problems)
        return outcome

    def _attempt(self, call: Call, caller: Caller, connection: ConnectionRecord) -> Attempt:
        return attempt_of(
            caller,
            call.request.method,
            f"{connection.id} {call.request.scope['path'].removeprefix('/v1')}",
            call.raw,
            dialect="conductor",
            address=call.request.scope["path"],
            idempotency_key=call.header("idempotency-key"),
            retry=_retry_count(call.header("x-stainless-retry-count")),
        )

    def _patience(self, call: Call) -> float:
        """Seconds for which this call waits for its books."""
        return self._timeout(call.header("conductor-timeout-seconds"))

    def _timeout(self, text: str | None) -> float:
        if text is None:
            return self.limits.timeout
        try:
            seconds = float(text)
        except ValueError:
            seconds = 0
        if not 0 < seconds <= LONGEST_TIMEOUT:
            values = {"value": text[:40], "range": f"seconds, more than 0 and at most {LONGEST_TIMEOUT}"}
            raise Invalid(Problem("out_of_range", ("Conductor-Timeout-Seconds",), values))
        return seconds


SINGLETONS = ("company", "preferences")


def _retry_count(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 4 else None


def _told_of(done: Done, connection: ConnectionRecord) -> dict[str, str]:
    """What is said beside the answer: that it is an earlier one, or that a value was set aside.

    QuickBooks Desktop passes values over; QuickBooks Online stores others in their place.
    """
    headers = {}
    if done.replayed:
        headers["Idempotent-Replayed"] = "true"
    how = "stored otherwise" if connection.books == ONLINE else "ignored"
    told = [f"{how}: {place}" for place in done.warnings] + [f"text changed: {place}" for place in done.changed]
    if told:
        headers["Counterfoil-Warnings"] = ", ".join(told)
    return headers


def _no_such_address(call: Call) -> Unknown:
    detail = f"There is no {call.request.method} {call.request.url.path}."
    return Unknown(Problem("unknown_resource", (), {"detail": detail}))


def _origin(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"
