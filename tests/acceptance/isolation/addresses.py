"""Every request that the routes of the application allow, with the first account's ids in the place of parameters.

A route whose dialect or whose parameters are not known here is an error that names it: a new one is to be covered, too.
"""

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.routing import BaseRoute, Route
from tests.acceptance.isolation.world import KEY_OF_INVOICE, NUMBER, Things

from counterfoil.core.secrets import key_id
from counterfoil.dialects.chargeover.types import TYPES
from counterfoil.dialects.conductor.deletions import DELETED_LISTS
from counterfoil.dialects.conductor.tables import TABLES
from counterfoil.dialects.snapbooks.operations import BILL, OPERATIONS, ROOTS

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
SLUG: Final = "quickbooks-desktop"
PUBLIC: Final = re.compile(r"/|(/v1)?/openapi\.json|/openapi/[\w-]+\.json|/health|/ready|/metrics")
"""Descriptions of the installation, which anybody may read, and what machines ask of a process: no key opens them."""

Headers = dict[str, str]


class NotCovered(Exception):
    """A route that nobody has said how to ask."""


@dataclass(frozen=True)
class Address:
    """One request: of which route, in which dialect, and whether it names the connection that it is about."""

    route: str
    dialect: str
    method: str
    path: str
    body: Any
    names_connection: bool

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.route})"


def _bearer(key: str) -> Headers:
    return {"Authorization": f"Bearer {key}"}


def _user(key: str) -> Headers:
    return {"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}


def _header(key: str) -> Headers:
    return {"X-Api-Key": key}


def _pair(key: str) -> Headers:
    return {"Authorization": "Basic " + base64.b64encode(f"{key_id(key)}:{key}".encode()).decode()}


WAYS: Final[Mapping[str, Callable[[str], Headers]]] = {
    "conductor": _bearer,
    "qube": _user,
    "snapbooks": _header,
    "chargeover": _pair,
}
"""How each dialect carries a key."""

SNAPBOOKS: Final = frozenset(root + path for root in ROOTS for path in (BILL, *(each.path for each in OPERATIONS)))


SECOND: Final = "/api/v2"
"""The root of QUBE's second version."""

WEBHOOK: Final = "https://example.com/hook"
ENTITIES: Final = ("customers", "invoices", "items", "vendors", "payments", "txns", "txn-void", "lists", "estimates")
"""Entities of it that bear canaries, or can be taken away, and one that is not served."""

PAGES: Final = re.compile(r"/(qbwc|connect|online|app|i|invoice)(/.*)?")
"""The Web Connector's service and the pages for people: they take tickets, links and sign-ins, and no key."""


def dialect_of(path: str) -> str:
    """Whose route it is. Raises NotCovered."""
    if PUBLIC.fullmatch(path):
        return "public"
    if PAGES.fullmatch(path):
        return "pages"
    if path in SNAPBOOKS:
        return "snapbooks"
    if path.startswith(("/api/v1/connections", "/api/v1/queued_requests", f"{SECOND}/")):
        return "qube"
    if path == "/api/v3" or path.startswith("/api/v3/"):
        return "chargeover"
    if path.removeprefix("/v1").startswith(("/quickbooks-desktop/", "/end-users", "/auth-sessions")):
        return "conductor"
    raise NotCovered(f"{path}: say in isolation/addresses.py whose route this is, and what its parameters stand for")


def addresses(routes: Iterable[BaseRoute], things: Things, connection: str) -> list[Address]:
    """Every request to every route, about a connection. Raises NotCovered."""
    return [address for route in routes for address in _of_route(route, things, connection)]


def _of_route(route: BaseRoute, things: Things, connection: str) -> Iterator[Address]:
    if not isinstance(route, Route):
        raise NotCovered(f"{route!r} is no plain route")
    dialect = dialect_of(route.path)
    for path in _filled(route.path, dialect, things, connection):
        for method in METHODS:
            body = None if method == "GET" else _body(dialect, path, things, connection)
            names = dialect in ("conductor", "qube")
            yield Address(route.path, dialect, method, path, body, names)
    if dialect == "snapbooks":
        query = f"{route.path}?docNumber={NUMBER}&invoiceNumber={NUMBER}&id={things.numbers['invoices']}"
        yield from (Address(route.path, dialect, method, query, None, False) for method in METHODS)


def _filled(path: str, dialect: str, things: Things, connection: str) -> list[str]:
    """The addresses that a route stands for. Raises NotCovered where a parameter is not known."""
    names = tuple(re.findall(r"{([^}]+)}", path))
    if dialect == "pages":
        return [_with(path, (each,) * len(names)) for each in (connection, things.queued)]
    filler = FILLERS.get((dialect, names))
    if filler is None:
        raise NotCovered(f"{path}: say in isolation/addresses.py what {', '.join(names)} stand for")
    return [_with(path, values) for values in filler(things, connection)]


def _with(path: str, values: tuple[str, ...]) -> str:
    remaining = iter(values)
    return re.sub(r"{[^}]+}", lambda _: next(remaining), path)


Filler = Callable[[Things, str], Iterable[tuple[str, ...]]]


def _nothing(_: Things, __: str) -> list[tuple[str, ...]]:
    return [()]


def _collections(_: Things, __: str) -> list[tuple[str, ...]]:
    """Tables, what was deleted of them (all types must be named), and the one address beside them."""
    deleted = [
        f"{path}?{'&'.join(f'{each.asked}={type_}' for type_ in each.types)}" for path, each in DELETED_LISTS.items()
    ]
    return [(path,) for path in (*TABLES, *deleted, "health-check")]


def _objects(things: Things, _: str) -> list[tuple[str, ...]]:
    return [(path, things.ids[table.resource]) for path, table in TABLES.items()]


def _end_user(connection: str) -> list[str]:
    return [connection, f"end_usr_{connection.replace('-', '')}"]


def _chargeover(things: Things, _: str) -> list[tuple[str, ...]]:
    return [(path,) for type_ in TYPES.values() for path in _of_type(type_, things)]


def _of_type(type_: Any, things: Things) -> Iterator[str]:
    number = things.numbers[OBJECT_OF.get(type_.name, type_.resources[0])]
    yield from (type_.name, f"{type_.name}/_count", f"{type_.name}/{number}", f"//{type_.name}//{number}/")
    yield f"{type_.name}/external_key:{KEY_OF_INVOICE}"
    yield from (f"{type_.name}/{number}/_action/{action}" for action in type_.actions)
    yield from (f"{type_.name}/{number}?action={action}" for action in type_.actions)
    yield from (f"{type_.name}/_action/{call}" for call in type_.calls)
    yield from (f"{type_.name}?action={call}" for call in type_.calls)


OBJECT_OF: Final = {"item": "service_items", "terms": "standard_terms"}
"""The resource of a type's object that bears a canary, where it is not the first."""

FILLERS: Final[Mapping[tuple[str, tuple[str, ...]], Filler]] = {
    ("public", ()): _nothing,
    ("conductor", ()): _nothing,
    ("conductor", ("path",)): _collections,
    ("conductor", ("path", "id")): _objects,
    ("conductor", ("id",)): lambda _, connection: [(each,) for each in _end_user(connection)],
    ("conductor", ("id", "slug")): lambda _, connection: [(each, SLUG) for each in _end_user(connection)],
    ("snapbooks", ()): _nothing,
    ("qube", ()): _nothing,
    ("qube", ("connection_id",)): lambda _, connection: [(connection,), (connection.upper(),)],
    ("qube", ("connection_id", "id")): lambda things, connection: [(connection, things.queued)],
    ("qube", ("id",)): lambda things, _: [(things.queued,)],
    ("qube", ("connection_id", "entity")): lambda _, connection: [
        (connection, f"{each}?webhook_url={WEBHOOK}") for each in ENTITIES
    ],
    ("qube", ("connection_id", "rest:path")): lambda things, connection: [(connection, things.queued)],
    ("qube", ("rest:path",)): lambda things, connection: [(f"{connection}/other",), (f"{things.queued}/other",)],
    ("chargeover", ()): _nothing,
    ("chargeover", ("path:anything",)): _chargeover,
}
"""What the parameters of a dialect's routes stand for."""


def _body(dialect: str, path: str, things: Things, connection: str) -> Any:
    """Something that the address may take, about the first account's objects."""
    return BODIES[dialect](path.partition("?")[0], things, connection)


def _conductor_body(path: str, things: Things, connection: str) -> Any:
    if path.endswith("/auth-sessions"):
        return {"publishableKey": "pk_test", "endUserId": _end_user(connection)[1]}
    if path.endswith("/end-users"):
        return {"companyName": "Wren", "sourceId": "wren", "email": "wren@example.org"}
    table, _, identifier = path.partition("/quickbooks-desktop/")[2].partition("/")
    if table not in TABLES:
        return {}
    if identifier:
        return {"revisionNumber": things.revisions[TABLES[table].resource]}
    lines = [{"itemId": things.ids["service_items"]}]
    return {"customerId": things.ids["customers"], "transactionDate": "2026-03-02", "lines": lines}


def _snapbooks_body(path: str, things: Things, _: str) -> Any:
    if path.endswith("/query"):
        return {"query": "SELECT * FROM Customer"}
    number = {"invoiceNumber": NUMBER, "docNumber": NUMBER, "id": things.numbers["invoices"]}
    person = {"customerId": things.numbers["customers"], "vendorId": things.numbers["vendors"], "fullName": "Finch"}
    line = {"productService": things.numbers["service_items"], "billAmount": 1}
    return {**number, **person, "amount": 1, "lineItems": [line]} if "invoice" in path else person


def _qube_body(path: str, things: Things, _: str) -> Any:
    if path.startswith(SECOND):
        return _second_qube_body(path, things)
    if path.endswith("/invoices"):
        lines = [{"item_list_id": things.ids["service_items"], "quantity": 1}]
        return {"customer_list_id": things.ids["customers"], "transaction_date": "2026-03-02", "lines": lines}
    if path.endswith("/queued_requests"):
        return {"request_xml": "<QBXML><QBXMLMsgsRq onError='stopOnError'><CustomerQueryRq/></QBXMLMsgsRq></QBXML>"}
    return {"name": "Wren"} if path.endswith("/connections") else {}


def _second_qube_body(path: str, things: Things) -> Any:
    customer = {"customer_ref": {"list_id": things.ids["customers"]}}
    bodies: Mapping[str, Any] = {
        "invoices": {**customer, "invoice_line_add": [{"item_ref": {"list_id": things.ids["service_items"]}}]},
        "payments": {**customer, "total_amount": 1, "is_auto_apply": True},
        "txn-void": {"txn_id": things.ids["invoices"], "txn_void_type": "Invoice"},
        "txns": {"txn_id": things.ids["invoices"], "txn_del_type": "Invoice"},
        "lists": {"list_id": things.ids["customers"], "list_del_type": "Customer"},
        "queued-requests": _qube_body("/queued_requests", things, ""),
        "connections": {"name": "Wren", "webhook_url": WEBHOOK},
    }
    return bodies.get(path.rpartition("/")[2], {})


def _chargeover_body(path: str, things: Things, _: str) -> Any:
    numbers = things.numbers
    use = [{"invoice_id": numbers["invoices"]}]
    if path.endswith("/pay"):
        return {"customer_id": numbers["customers"], "amount": 1, "applied_to": use}
    if path.endswith("changeAppliedAmounts"):
        return {"applied_to": use}
    if "transaction" in path:
        payment = {"transaction_type": "pay", "amount": 1, "applied_to": use}
        return {"customer_id": numbers["customers"], **payment}
    if "invoice" in path:
        lines = [{"item_id": numbers["service_items"], "line_rate": 1}]
        return {"customer_id": numbers["customers"], "line_items": lines}
    return {"company": "Finch"} if "customer" in path else {"name": "Finch"}


BODIES: Final[Mapping[str, Callable[[str, Things, str], Any]]] = {
    "public": lambda *_: {},
    "pages": lambda *_: {},
    "conductor": _conductor_body,
    "snapbooks": _snapbooks_body,
    "qube": _qube_body,
    "chargeover": _chargeover_body,
}
