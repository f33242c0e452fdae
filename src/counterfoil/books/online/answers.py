"""What the lane keeps of an answer: already in the model, so that whoever waited can be told of it in any process."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from counterfoil.core.errors import BooksRefused, Broken
from counterfoil.core.problems import Problem
from counterfoil.model.outcome import Deleted, Done, Outcome, Refused, Voided
from counterfoil.model.query import Deletion, Page
from counterfoil.model.shape import Resource
from counterfoil.storage.scope import decoded, encoded

NULL: Final = msgspec.Raw(b"null")
_encoder = msgspec.json.Encoder()


class Told(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A problem, as JSON."""

    kind: str
    place: tuple[str | int, ...] = ()
    values: dict[str, Any] = {}


class Exchange(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What Intuit itself said to a write: kept as the proof of it. `tid` is Intuit's number for the request."""

    status: int = 0
    tid: str | None = None
    body: str = ""


class Kept(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An answer. Kinds: `resource`, `voided`, `deleted`, `page`, `deletions` and `refused`."""

    kind: str
    value: msgspec.Raw = NULL
    items: tuple[msgspec.Raw, ...] = ()
    next: int | None = None
    remaining: int | None = None
    warnings: tuple[str, ...] = ()
    problems: tuple[Told, ...] = ()
    exchange: Exchange | None = None


_kept = msgspec.json.Decoder(Kept)


def kept_outcome(outcome: Outcome, exchange: Exchange | None = None) -> bytes:
    if isinstance(outcome, Refused):
        return kept_refusal(outcome.problems, exchange)
    result = outcome.result
    kind = {Voided: "voided", Deleted: "deleted"}.get(type(result), "resource")
    value = msgspec.Raw(_encoder.encode(result))
    return _encoder.encode(Kept(kind=kind, value=value, warnings=outcome.warnings, exchange=exchange))


def kept_refusal(problems: Iterable[Problem], exchange: Exchange | None = None) -> bytes:
    told = tuple(Told(kind=each.kind, place=each.place, values=_plain(each.values)) for each in problems)
    return _encoder.encode(Kept(kind="refused", problems=told, exchange=exchange))


def kept_resource(thing: Resource) -> bytes:
    return _encoder.encode(Kept(kind="resource", value=msgspec.Raw(encoded(thing))))


def kept_page(page: Page) -> bytes:
    items = tuple(msgspec.Raw(encoded(each)) for each in page.items)
    return _encoder.encode(Kept(kind="page", items=items, next=page.next, remaining=page.remaining))


def kept_deletions(found: Iterable[Deletion]) -> bytes:
    return _encoder.encode(Kept(kind="deletions", items=tuple(msgspec.Raw(_encoder.encode(each)) for each in found)))


def outcome_in(answer: bytes, resource: str) -> Outcome:
    """The outcome of a command on this resource."""
    kept = _kept.decode(answer)
    if kept.kind == "refused":
        return Refused(_problems(kept))
    return Done(result=_result(kept, resource), warnings=kept.warnings)


def resource_in(answer: bytes, resource: str) -> Resource:
    """The object that was read. Raises BooksRefused."""
    kept = _answered(answer)
    thing: Resource = decoded(resource, bytes(kept.value))
    return thing


def page_in(answer: bytes, resource: str) -> Page:
    """The page that was asked for. Raises BooksRefused."""
    kept = _answered(answer)
    items = tuple(decoded(resource, bytes(each)) for each in kept.items)
    return Page(items=items, next=kept.next, remaining=kept.remaining)


def objects_in(answer: bytes, resource: str) -> tuple[Resource, ...]:
    """The objects that an answer shows; none where it is a refusal."""
    kept = _kept.decode(answer)
    shown = (kept.value,) if kept.kind == "resource" else kept.items
    return tuple(decoded(resource, bytes(each)) for each in shown)


def deletions_in(answer: bytes) -> tuple[Deletion, ...]:
    """What was deleted. Raises BooksRefused."""
    return tuple(msgspec.json.decode(bytes(each), type=Deletion) for each in _answered(answer).items)


def _answered(answer: bytes) -> Kept:
    kept = _kept.decode(answer)
    if kept.kind == "refused":
        raise BooksRefused(*_problems(kept))
    return kept


def _result(kept: Kept, resource: str) -> Resource | Voided | Deleted:
    if kept.kind == "voided":
        return msgspec.json.decode(bytes(kept.value), type=Voided)
    if kept.kind == "deleted":
        return msgspec.json.decode(bytes(kept.value), type=Deleted)
    if kept.kind == "resource":
        thing: Resource = decoded(resource, bytes(kept.value))
        return thing
    raise Broken(f"a {kept.kind} is no outcome")


def _problems(kept: Kept) -> tuple[Problem, ...]:
    return tuple(Problem(each.kind, each.place, each.values) for each in kept.problems)


def _plain(values: Mapping[str, object]) -> dict[str, Any]:
    """Values of a problem are shown, and so are texts at last."""
    return {
        name: value if isinstance(value, str | int | bool | type(None)) else str(value)
        for name, value in values.items()
    }
