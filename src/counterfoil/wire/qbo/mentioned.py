"""What an object refers to, by the space in which it is numbered: so that the numbers can be looked up beforehand."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from msgspec import Struct

from counterfoil.model.catalogue import BY_MODEL, CATALOGUE
from counterfoil.model.kinds import Kind, Many, Nested, To
from counterfoil.model.lines import LinkedTransaction
from counterfoil.model.receivables import Application
from counterfoil.model.shape import Resource, fields_of
from counterfoil.model.values import Ref
from counterfoil.wire.qbo.table import TRANSACTIONS, space_of

SPACES: Final = frozenset(
    {
        "names",
        "items",
        "terms",
        "classes",
        "departments",
        "sales_tax_codes",
        "payment_methods",
        "accounts",
        "customer_types",
        TRANSACTIONS,
    }
)
"""Where objects have numbers: the lists that Intuit serves."""


def mentioned(thing: Resource) -> Iterator[tuple[str, str]]:
    """The space and id of an object itself and of everything that it mentions, some of them more than once."""
    if space_of(thing) in SPACES and type(thing) in BY_MODEL:
        yield space_of(thing), thing.id
    yield from _within(thing)


def _within(thing: Struct) -> Iterator[tuple[str, str]]:
    if isinstance(thing, LinkedTransaction):
        yield TRANSACTIONS, thing.id
    elif isinstance(thing, Application):
        yield TRANSACTIONS, thing.transaction_id
    for name, space in _referring(type(thing)):
        value = getattr(thing, name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, Ref):
                if each.id is not None and space in SPACES:
                    yield space, each.id
            elif isinstance(each, Struct):
                yield from _within(each)


@cache
def _referring(model: type[Struct]) -> tuple[tuple[str, str], ...]:
    """The fields of a class that hold references, with their space, and those that hold parts."""
    return tuple((name, _space(field.kind)) for name, field in fields_of(model).items() if _refers(field.kind))


def _refers(kind: Kind) -> bool:
    if isinstance(kind, Many):
        return any(_refers(each) for each in kind.of)
    return isinstance(kind, To | Nested)


def _space(kind: Kind) -> str:
    inner: Any = kind.of[0] if isinstance(kind, Many) else kind
    known = [name for name in inner.resources if name in CATALOGUE] if isinstance(inner, To) else []
    return CATALOGUE[known[0]].list if known else ""
