"""ChargeOver's API over HTTP: `/api/v3/{type}`, one object below it, and actions in both spellings.

Addresses are read here and not by the router, because the vendor's clients send them with double slashes, closing
slashes and blanks at their end.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from counterfoil.core.clock import Clock
from counterfoil.core.errors import CounterfoilError, Unauthorized, Unknown, after_a_write
from counterfoil.core.problems import Problem
from counterfoil.dialects.bodies import decoded, taken
from counterfoil.dialects.chargeover.auth import KeyReader
from counterfoil.dialects.chargeover.desk import Asking, Desk
from counterfoil.dialects.chargeover.errors import Names, Unsupported, answer, envelope, no_data
from counterfoil.dialects.chargeover.finding import Finding, read_query
from counterfoil.dialects.chargeover.openapi import document
from counterfoil.dialects.chargeover.table import ObjectType, places_of, shown
from counterfoil.dialects.chargeover.types import TYPES
from counterfoil.dialects.exchanges import report
from counterfoil.dispatch.administration import Administration
from counterfoil.dispatch.submit import Dispatcher

ROOT: Final = "/api/v3"
ALL: Final = ["GET", "POST", "PUT", "PATCH", "DELETE"]
EMPTY_BODIES: Final = (b"", b'""', b"null", b"[]")
"""What clients send where they have nothing to say."""

LONGEST_WORD: Final = 60
_json = msgspec.json.Encoder(decimal_format="number")

Answer = tuple[int, dict[str, str], Any]
"""Status, headers, and the `response` of the envelope."""


class _Anything(Convertor[str]):
    """The rest of an address, line feeds and all: whatever it is, this dialect answers."""

    regex = r"[\s\S]*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("anything", _Anything())


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may ask for: bytes of body, lines, and seconds of waiting."""

    max_body: int
    max_lines: int
    timeout: int


@dataclass(frozen=True, slots=True)
class Address:
    """What an address names: a type, maybe one object of it, maybe an action."""

    type: str = ""
    object: str = ""
    action: str = ""
    is_count: bool = False


class Call:
    """One request on its way: what errors need to be told in the caller's own terms gathers here."""

    __slots__ = ("address", "names", "raw", "request")

    def __init__(self, request: Request) -> None:
        self.request = request
        self.address = Address()
        self.names = Names()
        self.raw = b""

    def header(self, name: str) -> str | None:
        value: str | None = self.request.headers.get(name)
        return value


class ChargeOverApi:
    """The dialect. `public_url` is how the outside world reaches this server, where that differs from what it sees."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        administration: Administration,
        limits: Limits,
        public_url: str | None,
        clock: Clock,
    ) -> None:
        self.dispatcher = dispatcher
        self.limits = limits
        self.public_url = public_url.rstrip("/") if public_url is not None else None
        self.clock = clock
        self.keys = KeyReader(administration, clock)

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/openapi/chargeover.json", _openapi, methods=["GET"]),
            Route(ROOT, self._endpoint, methods=ALL),
            Route(ROOT + "/{path:anything}", self._endpoint, methods=ALL),
        ]

    async def _endpoint(self, request: Request) -> Response:
        """Answers, whatever happens, in the vendor's envelope."""
        call = Call(request)
        try:
            status, headers, response = await self._answered(call)
            body = _json.encode(envelope(status, response))
        except ClientDisconnect:
            return Response(status_code=499)
        except Exception as error:
            report(error)
            status, headers, told = answer(error, call.names)
            body = _json.encode(told)
        return Response(body, status, headers, "application/json")

    async def _answered(self, call: Call) -> Answer:
        authorization = call.header("authorization")
        is_signed = (authorization or "").strip().lower().startswith("chargeover ")
        if is_signed:
            call.raw = await taken(call.request, self.limits.max_body)
        key = await self._key(authorization, call, is_signed=is_signed)
        caller, connection = await self.dispatcher.admit_only(key)
        if not is_signed:
            call.raw = await taken(call.request, self.limits.max_body)
        call.address = address_of(call.request)
        type_ = TYPES.get(call.address.type)
        if type_ is None:
            raise _nothing_here(call)
        call.names = Names(type_.name, places_of(type_.rows), places_of(type_.line_rows))
        desk = Desk(self.dispatcher, caller, connection, self.clock, self._asking(call))
        try:
            status, headers, response = await self._act(call, type_)(desk, type_, call)
        except CounterfoilError as error:
            told = after_a_write(error) if desk.has_written else error
            if told is error:
                raise
            raise told from error
        if desk.replayed:
            headers["Idempotent-Replayed"] = "true"
        return status, headers, response

    async def _key(self, authorization: str | None, call: Call, *, is_signed: bool) -> str:
        """The key string of a request; a signature may be a guess too. Raises Unauthorized and TooOften."""
        if is_signed:
            self.dispatcher.gate.knock(authorization)
        try:
            return await self.keys.key(authorization, self._urls(call.request), call.raw)
        except Unauthorized:
            self.dispatcher.gate.refused(authorization)
            raise

    def _act(self, call: Call, type_: ObjectType) -> Callable[[Desk, ObjectType, Call], Awaitable[Answer]]:
        """What to do: by method, and by how much the address names."""
        method = "GET" if call.request.method == "HEAD" else call.request.method
        address = call.address
        if address.action and method in ("POST", "PUT"):
            return _do if address.object else _call
        shape = "count" if address.is_count else "one" if address.object else "all"
        act = ACTS.get((method, shape))
        if act is None:
            raise _unsupported(VERBS.get(method, method.lower()), type_, call)
        return act

    def _asking(self, call: Call) -> Asking:
        address = call.address
        words = (call.request.method, address.type, address.object, address.action)
        return Asking(
            call="/".join(words),
            raw=call.raw,
            idempotency_key=call.header("idempotency-key") or None,
            base=self._base(call.request),
            timeout=self.limits.timeout,
            max_lines=self.limits.max_lines,
        )

    def _base(self, request: Request) -> str:
        return self.public_url or f"{request.url.scheme}://{request.url.netloc}"

    def _urls(self, request: Request) -> list[str]:
        """The address of a request as its client may have written it, for signatures."""
        raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
        query: bytes = request.scope.get("query_string", b"")
        path = raw.decode("latin-1") + (f"?{query.decode('latin-1')}" if query else "")
        own = f"{request.url.scheme}://{request.url.netloc}"
        return [base + path for base in dict.fromkeys((own, self.public_url or own))]


def address_of(request: Request) -> Address:
    """What an address names, whatever slashes and blanks stand in it. The action may also be a parameter."""
    path = request.path_params.get("path", "")
    steps = [step.strip() for step in path.split("/") if step.strip()]
    action = request.query_params.get("action", "").strip()
    match steps:
        case [type_]:
            return Address(type_, action=action)
        case [type_, "_count"]:
            return Address(type_, is_count=True)
        case [type_, "_action", named]:
            return Address(type_, action=named)
        case [type_, object_]:
            return Address(type_, object_, action)
        case [type_, object_, "_action", named]:
            return Address(type_, object_, named)
    raise Unknown(
        Problem("unknown_resource", (), {"detail": f"There is nothing at /{'/'.join(steps)[:LONGEST_WORD]}."})
    )


async def _find(desk: Desk, type_: ObjectType, call: Call) -> Answer:
    query = read_query(type_, call.request.query_params.multi_items())
    return 200, {}, await Finding(desk, type_, query).rows()


async def _count(desk: Desk, type_: ObjectType, call: Call) -> Answer:
    query = read_query(type_, call.request.query_params.multi_items())
    return 200, {}, await Finding(desk, type_, query).count()


async def _read(desk: Desk, type_: ObjectType, call: Call) -> Answer:
    number = await desk.number_in_address(type_, call.address.object)
    views = await type_.views(desk, [await desk.thing(type_, number)], True)
    return 200, {}, shown(type_.columns, views[0])


async def _create(desk: Desk, type_: ObjectType, call: Call) -> Answer:
    if type_.create is None:
        raise _unsupported("create", type_, call)
    number = await type_.create(desk, _body(call, needed=True))
    return 201, _location(desk, type_, number), {"id": number}


async def _modify(desk: Desk, type_: ObjectType, call: Call) -> Answer:
    if type_.modify is None:
        raise _unsupported("modify", type_, call)
    number = await desk.number_in_address(type_, call.address.object)
    await type_.modify(desk, number, _body(call, needed=True))
    return 202, _location(desk, type_, number), {"id": number}


async def _delete(desk: Desk, type_: ObjectType, call: Call) -> Answer:
    if type_.delete is None:
        raise _unsupported("delete", type_, call)
    await type_.delete(desk, await desk.number_in_address(type_, call.address.object))
    return 200, {}, True


async def _do(desk: Desk, type_: ObjectType, call: Call) -> Answer:
    """An action on one object."""
    act = type_.actions.get(call.address.action)
    if act is None:
        raise _unsupported(call.address.action, type_, call)
    number = await desk.number_in_address(type_, call.address.object)
    return 200, {}, await act(desk, number, _body(call))


async def _call(desk: Desk, type_: ObjectType, call: Call) -> Answer:
    """An action on no object in particular."""
    act = type_.calls.get(call.address.action)
    if act is None:
        raise _unsupported(call.address.action, type_, call)
    return 200, {}, await act(desk, _body(call, needed=True))


ACTS: Final[Mapping[tuple[str, str], Callable[[Desk, ObjectType, Call], Awaitable[Answer]]]] = {
    ("GET", "all"): _find,
    ("GET", "count"): _count,
    ("GET", "one"): _read,
    ("POST", "all"): _create,
    ("PUT", "one"): _modify,
    ("DELETE", "one"): _delete,
}
VERBS: Final[Mapping[str, str]] = {"GET": "get", "POST": "create", "PUT": "modify", "DELETE": "delete"}


def _body(call: Call, *, needed: bool = False) -> dict[str, Any]:
    """The body of a request; one that says nothing is empty, and refused where something must be said."""
    if call.raw.strip() not in EMPTY_BODIES:
        return decoded(call.raw)
    if needed:
        raise no_data()
    return {}


def _location(desk: Desk, type_: ObjectType, number: int) -> dict[str, str]:
    return {"Location": f"{desk.asking.base}{ROOT}/{type_.name}/{number}"}


def _unsupported(verb: str, type_: ObjectType, call: Call) -> Unsupported:
    words = [type_.name, *([call.address.object] if call.address.object else [])]
    return Unsupported(verb[:LONGEST_WORD], ", ".join(words)[:LONGEST_WORD])


def _nothing_here(call: Call) -> Unknown:
    detail = f"There is no object type {call.address.type[:LONGEST_WORD]}."
    return Unknown(Problem("unknown_resource", (), {"detail": detail}))


async def _openapi(_: Request) -> Response:
    return Response(_json.encode(document()), 200, media_type="application/json")
