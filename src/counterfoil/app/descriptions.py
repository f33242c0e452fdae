"""What every address of a server is: found by the routes of the application, told by the dialects' descriptions."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from typing import Any, Final

from starlette.routing import Match, Route, compile_path

from counterfoil.app.wiring import Addresses
from counterfoil.dialects.chargeover.openapi import document as chargeover
from counterfoil.dialects.conductor.openapi import document as conductor
from counterfoil.dialects.qube.openapi import document as qube
from counterfoil.dialects.qube.v2.openapi import document as second_qube
from counterfoil.dialects.qube.v2.operations import BY_ADDRESS
from counterfoil.dialects.qube.v2.told import ROOT as SECOND
from counterfoil.dialects.snapbooks.openapi import document as snapbooks

Schema = Mapping[str, Any]
METHODS: Final = ("get", "post", "put", "patch", "delete")
DEEPEST: Final = 20
OPEN: Final[Schema] = {}


@dataclass(frozen=True, slots=True)
class Manner:
    """How a dialect takes what it does not know, and how else its addresses may be written.

    `roots` come with the one that its description uses first.
    """

    roots: tuple[str, ...]
    refuses_parameters: bool
    refuses_fields: bool
    ignores_case: bool = False
    instead: str = ""


MANNERS: Final[Mapping[str, Manner]] = {
    "conductor": Manner(
        ("/v1", ""),
        refuses_parameters=True,
        refuses_fields=True,
        instead="ask the books in qbXML: POST /v1/end-users/{id}/passthrough/quickbooks_desktop",
    ),
    "qube": Manner(
        ("",),
        refuses_parameters=True,
        refuses_fields=True,
        instead="queue the qbXML itself: POST /api/v1/connections/{connection_id}/queued_requests",
    ),
    "chargeover": Manner(("/api/v3",), refuses_parameters=False, refuses_fields=True),
    "snapbooks": Manner(
        ("/api/v1", "/v1"),
        refuses_parameters=False,
        refuses_fields=False,
        ignores_case=True,
        instead="read it in the query language: POST /api/v1/query",
    ),
}


class Description:
    """What a dialect's OpenAPI document tells of its addresses."""

    def __init__(self, document: Schema) -> None:
        self.document = document

    @cached_property
    def _compiled(self) -> list[tuple[re.Pattern[str], str]]:
        """Templates, those first that leave the least open."""
        paths = sorted(self.document["paths"], key=lambda path: (path.count("{"), path))
        return [(compile_path(path)[0], path) for path in paths]

    @property
    def templates(self) -> list[str]:
        return [template for _, template in self._compiled]

    def template(self, path: str) -> str | None:
        return next((template for pattern, template in self._compiled if pattern.match(path)), None)

    def methods(self, template: str) -> list[str]:
        return [method.upper() for method in METHODS if method in self.document["paths"][template]]

    def operation(self, template: str, method: str) -> Schema:
        found: Schema = self.document["paths"][template][method.lower()]
        return found

    def parameters(self, operation: Schema) -> set[str]:
        """The names that a query string may hold."""
        listed = (self.resolved(each) for each in operation.get("parameters", ()))
        return {each["name"].removesuffix("[]") for each in listed if each["in"] == "query"}

    def body(self, operation: Schema) -> Schema | None:
        content = self.resolved(operation.get("requestBody", OPEN)).get("content", OPEN)
        schema: Schema | None = content.get("application/json", OPEN).get("schema")
        return schema

    def resolved(self, schema: Schema) -> Schema:
        for _ in range(DEEPEST):
            if "$ref" not in schema:
                return schema
            found: Any = self.document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            schema = found
        return OPEN

    def shape(self, schema: Schema) -> "Shape":
        """The fields and entries of all variants of a schema together."""
        schema = self.resolved(schema)
        properties: dict[str, list[Schema]] = {}
        items: list[Schema] = []
        is_open = False
        variants = [schema]
        for _ in range(DEEPEST * DEEPEST):
            if not variants:
                break
            one = self.resolved(variants.pop())
            within = [each for word in ("anyOf", "oneOf", "allOf") for each in one.get(word, ())]
            variants += within
            for name, inner in one.get("properties", OPEN).items():
                properties.setdefault(name, []).append(inner)
            if "items" in one:
                items.append(one["items"])
            kinds = one.get("type", "object")
            is_object = "object" in ([kinds] if isinstance(kinds, str) else kinds)
            says_nothing = is_object and not within and "properties" not in one and "items" not in one
            is_open = is_open or says_nothing or one.get("additionalProperties", False) is not False
        return Shape({name: _either(inner) for name, inner in properties.items()}, _either(items), is_open)


@dataclass(frozen=True, slots=True)
class Shape:
    properties: Mapping[str, Schema]
    items: Schema
    is_open: bool


def _either(schemas: Sequence[Schema]) -> Schema:
    return schemas[0] if len(schemas) == 1 else {"anyOf": list(schemas)} if schemas else OPEN


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of an address. `operation` is how `description` tells of it; None where only its route does."""

    dialect: str
    template: str
    is_served: bool
    description: Description | None = None
    operation: Schema | None = None
    why: str = ""
    instead: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


class Directory:
    """Every address of an application. `addresses` are its routes by who answers there, in their order."""

    def __init__(self, addresses: Addresses) -> None:
        self.addresses = addresses
        self.descriptions: Mapping[str, Sequence[Description]] = {
            "conductor": [Description(conductor())],
            "qube": [Description(qube(None)), Description(second_qube(None))],
            "chargeover": [Description(chargeover())],
            "snapbooks": [Description(snapbooks())],
        }

    def find(self, method: str, path: str, action: str = "") -> Found:
        """What answers to a method at a path. `action` is ChargeOver's parameter that stands for a part of the path."""
        method = "GET" if method == "HEAD" else method
        scope = {"type": "http", "method": method, "path": path, "root_path": "", "headers": []}
        for who, route, values in self._matching(scope):
            return replace(self._found(who, route, method, path, action), values=values)
        return self._nowhere(path)

    def _matching(self, scope: Mapping[str, Any]) -> Iterator[tuple[str, Route, Mapping[str, str]]]:
        """The route that answers, as Starlette's router chooses it: whole matches first."""
        part: tuple[str, Route, Mapping[str, str]] | None = None
        for who, routes in self.addresses:
            for route in routes:
                match, child = route.matches(dict(scope))
                if not isinstance(route, Route) or match == Match.NONE:
                    continue
                found = (who, route, child.get("path_params", {}))
                if match == Match.FULL:
                    yield found
                    return
                part = part or found
        if part is not None:
            yield part

    def _found(self, who: str, route: Route, method: str, path: str, action: str) -> Found:
        if who not in self.descriptions:
            return _by_route(who, route, method, sorted((route.methods or {"GET", "POST"}) - {"HEAD"}))
        unread = _unread(path, method) if who == "qube" else ""
        if unread:
            unserved = f"{SECOND}/connections/{{connection_id}}{masked(path.split('/', 5)[5])}"
            return Found(who, unserved, False, why=unread, instead=MANNERS[who].instead)
        name = written(who, path, method, action)
        for description in self.descriptions[who]:
            template = description.template(name)
            if template is not None and method in description.methods(template):
                return Found(who, template, True, description, description.operation(template, method))
            if template is not None:
                return Found(who, template, False, why=_only(description.methods(template)))
        return self._undescribed(who, route, method, name)

    def _undescribed(self, who: str, route: Route, method: str, path: str) -> Found:
        """An address of a dialect whose description does not tell of it: its route does, if it is for it alone."""
        methods = sorted(getattr(route.endpoint, "methods", None) or ())
        is_generic = any(route.path_regex.match(template) for template in self._templates(who))
        if methods and not is_generic:
            return _by_route(who, route, method, methods)
        why = "there is no such address in this dialect"
        return Found(who, masked(path), False, why=why, instead=self._near(who, path))

    def _templates(self, who: str) -> Iterator[str]:
        """Described addresses, under each of the dialect's roots."""
        roots = MANNERS[who].roots
        for description in self.descriptions[who]:
            for template in description.templates:
                yield template
                yield from (other + template.removeprefix(roots[0]) for other in roots[1:])

    def _near(self, who: str, path: str) -> str:
        near = get_close_matches(masked(path), list(self._templates(who)), 1, 0.95)
        served = f"did you mean {near[0]}?" if near else ""
        return "; ".join(each for each in (served, MANNERS[who].instead) if each)

    def _nowhere(self, path: str) -> Found:
        """Nothing answers; Conductor's dialect tells so to whoever asks."""
        who = "conductor" if path.startswith(("/v1/", "/quickbooks-desktop/", "/end-users")) else ""
        why = "no dialect has such an address"
        return Found(who, masked(path), False, why=why, instead=self._near(who, path) if who else "")


def written(dialect: str, path: str, method: str, action: str) -> str:
    """A path as the dialect's description writes it."""
    roots = MANNERS[dialect].roots
    if dialect == "chargeover":
        steps = [step.strip() for step in path.removeprefix(roots[0]).split("/") if step.strip()]
        if action.strip() and method in ("POST", "PUT"):
            steps += ["_action", action.strip()]
        return "/".join((roots[0], *steps))
    for root in sorted(roots, key=len, reverse=True):
        if root and path.startswith(f"{root}/"):
            return roots[0] + path.removeprefix(root)
    return roots[0] + path if "" in roots else path


def _unread(path: str, method: str) -> str:
    """Why an address of QUBE's second version is answered with 501, if it is."""
    root, _, end = path.removeprefix(f"{SECOND}/connections/").partition("/")
    if root == path:
        return ""
    if end.partition("/")[0] == "workflow-runs":
        return "workflow runs are not served"
    operation = BY_ADDRESS.get((end, method))
    return f"the message of {operation.id} is not known here" if operation and operation.message is None else ""


def _by_route(who: str, route: Route, method: str, methods: Sequence[str]) -> Found:
    is_served = method in methods
    return Found(who, route.path, is_served, why="" if is_served else _only(methods))


def _only(methods: Sequence[str]) -> str:
    return f"this address serves {', '.join(methods)} only" if methods else "nothing is served at this address"


_PLAIN: Final = re.compile(r"_?[a-z]{2,24}(?:[-_.][a-z]{2,24}){0,4}|v\d", re.IGNORECASE)
_LONG: Final = 40


def masked(path: str) -> str:
    """A path of which nothing is left that might be an id or a secret."""
    steps = path.strip("/").split("/")
    return "/" + "/".join(step if _PLAIN.fullmatch(step) and len(step) <= _LONG else "{…}" for step in steps[:12])
