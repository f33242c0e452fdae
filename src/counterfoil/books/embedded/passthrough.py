"""A whole qbXML document on the embedded books: its requests one after another, each all or nothing."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol

from msgspec import structs

from counterfoil.books.embedded.spoken import completed
from counterfoil.core.errors import BooksRefused, Invalid
from counterfoil.dispatch.protocols import Answered, Failure
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.command import Command, Create, Delete, Update, Void
from counterfoil.model.outcome import Done, Refused
from counterfoil.model.query import Deletion, Page, Read, Select, SelectDeleted
from counterfoil.model.shape import Resource
from counterfoil.storage.company import CompanyFile
from counterfoil.wire.qbxml.answer import Answer, answered, not_processed, response_root
from counterfoil.wire.qbxml.maps.company import Host
from counterfoil.wire.qbxml.paging import Found, Selects, gathered, resumed, uncounted
from counterfoil.wire.qbxml.questions import resolved
from counterfoil.wire.qbxml.serve import Request, RequestSet, read_request, read_requests
from counterfoil.wire.qbxml.tree import Node, parse, serialize

THIS_PROGRAM: Final = Host(
    product_name="Counterfoil embedded books",
    major_version="1",
    minor_version="0",
    country="US",
    supported_versions=("2.0", "3.0", "4.0", "5.0", "6.0", "7.0", "8.0", "10.0", "11.0", "12.0", "13.0"),
    is_automatic_login=True,
    file_mode="MultiUser",
)
"""What a HostQuery is told."""

FIRST_ERROR: Final = 500
"""QuickBooks' codes below this one are information; from here on something was not done as asked."""

Gate = Callable[[int, Request], Node | None]
"""Sees each request, with its place in the set, before it is carried out; an answer of its own stands instead."""


class Asked(Protocol):
    """What a document may ask of the books."""

    def execute(self, file: CompanyFile, command: Command) -> Done: ...

    def read(self, file: CompanyFile, read: Read) -> Resource: ...

    def select(self, file: CompanyFile, select: Select) -> Page: ...

    def deletions(self, file: CompanyFile, select: SelectDeleted) -> tuple[Deletion, ...]: ...


def answer_document(books: Asked, file: CompanyFile, document: bytes) -> Answered:
    """Carry the document out. Raises Malformed or Invalid where QuickBooks would not even read it."""
    asked = read_requests(parse(document))
    if asked.structure:
        raise Invalid(*asked.structure)
    nodes = answers_of(books, file, asked)
    return Answered(document=serialize(response_root(nodes, asked), asked.version), failure=_failure(nodes))


def answer_in_pages(books: Asked, file: CompanyFile, document: bytes) -> Iterator[Answered]:
    """The pages of a document with one query that begins an iterator, until nothing remains.

    All are read in the caller's transaction, so that they hold each object once whatever else is written meanwhile.
    """
    asked = read_requests(parse(document))
    if asked.structure:
        raise Invalid(*asked.structure)
    for node in _Run(books, file, asked, THIS_PROGRAM, _open).pages():
        remaining = int(node.attributes.get("iteratorRemainingCount", "0"))
        written = serialize(response_root((node,), asked), asked.version)
        yield Answered(document=written, failure=_failure((node,)), remaining=remaining)


def _open(_index: int, _request: Request) -> None:
    """The gate of books that carry out whatever they can read."""


def answers_of(
    books: Asked, file: CompanyFile, asked: RequestSet, *, host: Host = THIS_PROGRAM, gate: Gate = _open
) -> list[Node]:
    """The answers to a set whose structure is right. `host` is what a HostQuery is told."""
    return _Run(books, file, asked, host, gate).nodes()


class _Run:
    """The requests of one set, in their order; what one makes, the next may name by its macro."""

    def __init__(self, books: Asked, file: CompanyFile, asked: RequestSet, host: Host, gate: Gate) -> None:
        self.books = books
        self.file = file
        self.asked = asked
        self.host = host
        self.gate = gate
        self.macros: dict[str, str] = {}

    def nodes(self) -> list[Node]:
        found: list[Node] = []
        stopped = False
        for index, request in enumerate(self.asked.requests):
            if stopped:
                found.append(not_processed(request))
                continue
            if request.macros:
                place = (request.name, index)
                request = read_request(request.node, request.version, place=place, macros=self.macros)
            node = self.gate(index, request) or answered(request, self._answer(request))
            stopped = self.asked.stops and _code(node) >= FIRST_ERROR and not _is_query(request)
            found.append(node)
        return found

    def pages(self) -> Iterator[Node]:
        """The answers to the set's one query, and to what continues it. The id of the first is that of all, as
        QuickBooks tells it; what remains is counted once, as nothing changes meanwhile.
        """
        (request,) = self.asked.requests
        found = self._answer(request)
        identifier: str | None = None
        while isinstance(found, Found) and found.place is not None:
            node = answered(request, found)
            identifier = identifier or node.attributes["iteratorID"]
            yield _known_as(node, identifier)
            remaining = found.remaining
            request = _continued(request, found.place, counted=remaining is None)
            found = _left(self._answer(request), remaining)
        yield _known_as(answered(request, found), identifier)

    def _answer(self, request: Request) -> Answer:
        try:
            return self.file.session.apart(lambda: self._carry_out(request))
        except BooksRefused as refusal:
            return Refused(refusal.problems)

    def _carry_out(self, request: Request) -> Answer:
        if request.iterator is not None and request.iterator.action == "Stop":
            return None
        match request.asked:
            case Create() | Update() | Void() | Delete() as command:
                done = self.books.execute(self.file, completed(self.file, command, request.table))
                if request.def_macro is not None:
                    self.macros[request.def_macro] = done.result.id
                return done
            case Read(resource="host"):
                return self.host
            case Read() as read:
                return self.books.read(self.file, read)
            case SelectDeleted() as select:
                return self.books.deletions(self.file, select)
            case Select() | Selects() as select:
                return gathered(select, self._select)
        return None

    def _select(self, select: Select) -> Page:
        return self.books.select(self.file, resolved(select, self._look_up))

    def _look_up(self, resources: tuple[str, ...], by: str, wanted: Sequence[str], branch: bool) -> list[str]:
        """Ids of what filters name by name, or with all that is below it."""
        ids: list[str] = []
        for name in dict.fromkeys(CATALOGUE[resource].list for resource in resources):
            for each in wanted:
                thing = self.file.find(name, each) if by == "id" else self.file.find_by_name(name, each)
                if thing is not None:
                    below = self.file.descendants(thing) if branch else ()
                    ids += [thing.id, *(child.id for child in below)]
        return ids


def _known_as(node: Node, identifier: str | None) -> Node:
    """A page under the id of its iterator; an answer that is the only one has none."""
    if identifier is None:
        return node
    return structs.replace(node, attributes={**node.attributes, "iteratorID": identifier})


def _continued(request: Request, place: tuple[int, int], *, counted: bool) -> Request:
    """The request for what comes after a page; `counted` where nobody knows yet how much that is."""
    asked = request.asked
    if not isinstance(asked, Select | Selects):
        return request
    return structs.replace(request, asked=resumed(asked if counted else uncounted(asked), place))


def _left(answer: Answer, remaining: int | None) -> Answer:
    """A page, with how much remains after it of what remained before it."""
    if not isinstance(answer, Found) or remaining is None:
        return answer
    left = max(remaining - len(answer.items), 0)
    return structs.replace(answer, remaining=left, place=answer.place if left else None)


def _failure(nodes: Sequence[Node]) -> Failure | None:
    """The first error among the answers."""
    for node in nodes:
        if node.attributes.get("statusSeverity") == "Error":
            return Failure(code=node.attributes["statusCode"], message=node.attributes.get("statusMessage", ""))
    return None


def _code(node: Node) -> int:
    return int(node.attributes.get("statusCode", "0"))


def _is_query(request: Request) -> bool:
    return isinstance(request.asked, Read | Select | Selects | SelectDeleted)
