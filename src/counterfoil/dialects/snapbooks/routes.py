"""SnapBooks' API over HTTP, at `/api/v1` and at `/v1`: one table of addresses, and one way for every request."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from counterfoil.core.errors import Unknown, after_a_write
from counterfoil.core.problems import Problem
from counterfoil.dialects.bodies import decoded, taken
from counterfoil.dialects.exchanges import report
from counterfoil.dialects.snapbooks.assumed import CUSTOM_NUMBERS
from counterfoil.dialects.snapbooks.call import Call
from counterfoil.dialects.snapbooks.envelope import Answer
from counterfoil.dialects.snapbooks.errors import answer
from counterfoil.dialects.snapbooks.invoices import Invoices
from counterfoil.dialects.snapbooks.lookup import Lookup
from counterfoil.dialects.snapbooks.openapi import document
from counterfoil.dialects.snapbooks.operations import BILL, OPERATIONS, ROOTS, Operation
from counterfoil.dialects.snapbooks.payments import Payments
from counterfoil.dialects.snapbooks.people import CUSTOMERS, VENDORS, People
from counterfoil.dialects.snapbooks.queries import Queries
from counterfoil.dialects.snapbooks.read import read
from counterfoil.dispatch.submit import Dispatcher

OPENAPI: Final = "/openapi/snapbooks.json"
METHODS: Final = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_json = msgspec.json.Encoder()

Act = Callable[[Call, Lookup, Any], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may ask for: bytes of body, lines, and seconds of waiting.

    `custom_numbers` is Intuit's preference CustomTxnNumbers: whether companies give their own document numbers.
    """

    max_body: int
    max_lines: int
    timeout: int
    custom_numbers: bool = CUSTOM_NUMBERS


class SnapBooksApi:
    """The dialect: it knows the dispatcher, and nothing of what lies behind it."""

    def __init__(self, dispatcher: Dispatcher, limits: Limits) -> None:
        self.dispatcher = dispatcher
        self.limits = limits

    def routes(self) -> list[BaseRoute]:
        """Every address under both roots, and the description for machines."""
        paths = dict.fromkeys(operation.path for operation in OPERATIONS)
        served = [Route(root + path, self._endpoint(path), methods=METHODS) for root in ROOTS for path in paths]
        bills = [Route(root + BILL, self._endpoint(BILL), methods=METHODS) for root in ROOTS]
        return [*served, *bills, Route(OPENAPI, _openapi, methods=["GET"])]

    def _endpoint(self, path: str) -> Callable[[Request], Awaitable[Response]]:
        """An endpoint that answers, whatever happens, in the vendor's envelope."""
        operations = {operation.method: operation for operation in OPERATIONS if operation.path == path}

        async def endpoint(request: Request) -> Response:
            call = Call(request, self.dispatcher, self.limits.timeout)
            headers: dict[str, str] = {}
            try:
                await call.admit()
                body = await self._answered(call, operations.get(_method(request)))
                status = 200
                if call.replayed:
                    headers["Idempotent-Replayed"] = "true"
            except ClientDisconnect:
                return Response(status_code=499)
            except Exception as error:
                if call.has_written:
                    error = after_a_write(error)
                report(error)
                status, headers, body = answer(error, call.context)
            return Response(_json.encode(body), status, headers, "application/json")

        return endpoint

    async def _answered(self, call: Call, operation: Operation | None) -> Answer:
        if operation is None:
            raise _nothing_there(call.request)
        await self._take_body(call, operation)
        call.form = operation.form
        reading = read(operation.form, call.body, self.limits.max_lines)
        call.notices += reading.notices
        lookup = Lookup(self.dispatcher, call.connection, call.numbers, self.limits.custom_numbers)
        return await ACTS[operation.name](call, lookup, reading.request)

    async def _take_body(self, call: Call, operation: Operation) -> None:
        """The body; where an operation allows it, the query string in its place."""
        call.raw = await taken(call.request, self.limits.max_body)
        if operation.in_query and not call.raw.strip():
            call.body = dict(call.request.query_params)
            return
        call.body = decoded(call.raw)
        lines = next((value for key, value in call.body.items() if key.casefold() == "lineitems"), None)
        call.lines = len(lines) if isinstance(lines, list) else 0


ACTS: Final[Mapping[str, Act]] = {
    "createInvoice": lambda call, lookup, request: Invoices(call, lookup).create(request),
    "updateInvoice": lambda call, lookup, request: Invoices(call, lookup).update(request),
    "deleteInvoice": lambda call, lookup, request: Invoices(call, lookup).delete(request),
    "searchInvoice": lambda call, lookup, request: Invoices(call, lookup).search(request),
    "voidInvoice": lambda call, lookup, request: Invoices(call, lookup).void(request),
    "payInvoice": lambda call, lookup, request: Payments(call, lookup).create(request),
    "query": lambda call, lookup, request: Queries(call, lookup).answer(request),
    "createCustomer": lambda call, lookup, request: People(call, lookup, CUSTOMERS).create(request),
    "updateCustomer": lambda call, lookup, request: People(call, lookup, CUSTOMERS).update(request),
    "createVendor": lambda call, lookup, request: People(call, lookup, VENDORS).create(request),
    "updateVendor": lambda call, lookup, request: People(call, lookup, VENDORS).update(request),
}
"""What each operation does with the request that its form makes of the body."""


def _method(request: Request) -> str:
    return "GET" if request.method == "HEAD" else str(request.method)


def _nothing_there(request: Request) -> Unknown:
    detail = f"There is no {request.method} {request.url.path} here"
    if request.url.path.endswith(BILL):
        detail = "Bills are not served: these books keep what customers owe"
    return Unknown(Problem("not_served", (), {"detail": f"{detail}."}))


async def _openapi(_: Request) -> Response:
    return Response(_json.encode(document()), 200, None, "application/json")
