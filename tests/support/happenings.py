"""Events of all kinds about all resources, each field of them filled or empty."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from hypothesis import strategies as st
from msgspec import Struct

from counterfoil.model import kinds
from counterfoil.model.catalogue import RESOURCES, ResourceType
from counterfoil.model.event import SUBJECTS, Event
from counterfoil.model.kinds import Kind
from counterfoil.model.outcome import Deleted, Voided
from counterfoil.model.shape import Field, fields_of
from counterfoil.model.values import Ref

MOMENT: Final = 1769331723
CONNECTION: Final = "123e4567-e89b-12d3-a456-426614174000"
WHATS: Final = ("created", "updated", "paid", "voided", "deleted")
OTHERS: Final = (
    "request.succeeded",
    "request.failed",
    "request.outcome_unknown",
    "request.outcome_resolved",
    "connection.connected",
    "connection.offline",
    "connection.recovered",
    "connection.needs_attention",
    "connection.paused",
    "endpoint.failing",
    "something.nobody_knows",
)

_words = st.text(st.characters(codec="utf-8"), max_size=12)
_ids = st.sampled_from(("80000001-1234567890", "1A-1234567890", "59", "TAX", "USD", ""))
_PLAIN: Final[Mapping[type[Kind], Any]] = {
    kinds.Amount: st.decimals(-(10**9), 10**9, places=2),
    kinds.Price: st.decimals(-(10**6), 10**6, places=5),
    kinds.Percentage: st.decimals(0, 100, places=3),
    kinds.Number: st.decimals(0, 10**6, places=4),
    kinds.Flag: st.booleans(),
    kinds.Day: st.dates(),
    kinds.Moment: st.integers(0, 4 * 10**9),
    kinds.Guid: st.uuids().map(lambda each: "{" + str(each) + "}"),
    kinds.Text: _words,
}


def events() -> st.SearchStrategy[Event]:
    """Any event that there may be, and some that there may not."""
    return st.one_of(st.sampled_from(RESOURCES).flatmap(_of_resource), st.sampled_from(OTHERS).flatmap(_of_other))


def _of_resource(resource: ResourceType) -> st.SearchStrategy[Event]:
    type_ = st.sampled_from(WHATS).map(lambda what: f"{SUBJECTS[resource.name]}.{what}")
    thing = st.one_of(st.none(), structs(resource.model), _voided(), _deleted())
    return type_.flatmap(lambda name: thing.flatmap(lambda each: _event(name, each)))


def _of_other(type_: str) -> st.SearchStrategy[Event]:
    return _event(type_, None)


def _event(type_: str, thing: Any) -> st.SearchStrategy[Event]:
    own = getattr(thing, "id", None)
    return st.builds(
        Event,
        id=st.just("0197-event"),
        type=st.just(type_),
        account_id=st.just("acme"),
        connection_id=st.just(CONNECTION),
        subject_id=st.just(own) if own is not None else st.just("1A-1234567890"),
        at=st.integers(0, 4 * 10**9),
        resource=st.just(thing),
        request_id=st.none() | st.just("0197-request"),
        details=st.dictionaries(st.sampled_from(("code", "message", "reason", "id", "type")), _words, max_size=3),
    )


def _voided() -> st.SearchStrategy[Voided]:
    return st.builds(Voided, id=_ids, ref_number=st.none() | _words, created_at=_moments(), updated_at=_moments())


def _deleted() -> st.SearchStrategy[Deleted]:
    return st.builds(Deleted, id=_ids, label=st.none() | _words, deleted_at=_moments())


def _moments() -> st.SearchStrategy[int]:
    return st.integers(0, 4 * 10**9)


def structs(model: type[Struct]) -> st.SearchStrategy[Any]:
    """Objects of a class of the model; any field may keep its default."""
    optional = {name: _field(model, field) for name, field in fields_of(model).items() if name != "id"}
    wanted = {"id": _ids} if "id" in fields_of(model) else {}
    return st.fixed_dictionaries(wanted, optional=optional).map(lambda values: model(**values))


def _field(model: type[Struct], field: Field) -> st.SearchStrategy[Any]:
    value = st.deferred(lambda: _of_kind(field.kind))
    return st.none() | value if field.optional else value


def _of_kind(kind: Kind) -> st.SearchStrategy[Any]:
    match kind:
        case kinds.Whole(least=least, most=most):
            return st.integers(least, most)
        case kinds.Choice(options=options):
            return st.sampled_from(options)
        case kinds.To():
            return st.builds(Ref, st.none() | _ids, st.none() | _words)
        case kinds.Nested(struct=struct):
            return structs(struct)
        case kinds.Many(of=of):
            return st.lists(st.one_of(*(_of_kind(each) for each in of)), max_size=2).map(tuple)
        case _:
            strategy: st.SearchStrategy[Any] = _PLAIN[type(kind)]
            return strategy


def whole(model: type[Struct]) -> Any:
    """An object of a class in which every field has a value, ever the same."""
    return model(**{name: _value(field.kind, name) for name, field in fields_of(model).items()})


def _value(kind: Kind, name: str) -> Any:
    match kind:
        case kinds.Nested(struct=struct):
            return whole(struct)
        case kinds.Many(of=of):
            return tuple(_value(each, name) for each in of)
        case kinds.To():
            return Ref(f"8000-{name}", f"Name of {name}")
        case kinds.Choice(options=options):
            return options[0]
        case kinds.Whole(least=least):
            return max(least, 1)
        case kinds.Flag():
            return True
        case kinds.Moment():
            return MOMENT
        case kinds.Day():
            return date(2026, 1, 25)
        case kinds.Text() | kinds.Guid():
            return f"text of {name}"
        case _:
            return Decimal("12.50")
