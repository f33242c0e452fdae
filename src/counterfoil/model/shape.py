"""What all resources share, and how their fields are read: `fields_of(Invoice)` is the one reflection there is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

from counterfoil.model import kinds
from counterfoil.model.addresses import CustomField
from counterfoil.model.kinds import Kind, Time
from counterfoil.model.values import Ref, Value


class Resource(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something in the books that has an id. The books give the id, the times and the revision; a caller may not."""

    id: str = ""
    created_at: Time = 0
    updated_at: Time = 0
    revision: str = ""


class ListObject(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """An object of one of the books' lists. It is hidden by making it inactive, never by losing it."""

    is_active: bool = True

    @property
    def label(self) -> str:
        """The name by which other objects refer to this one."""
        raise NotImplementedError


class NamedObject(ListObject, frozen=True, kw_only=True, omit_defaults=True):
    """A list object with a name that is unique in its list."""

    name: str = ""

    @property
    def label(self) -> str:
        return self.name


class BranchObject(NamedObject, frozen=True, kw_only=True, omit_defaults=True):
    """A named object that may have a parent; `full_name` is the way down to it, parted by colons."""

    full_name: str = ""
    parent: Ref | None = None

    @property
    def label(self) -> str:
        return self.full_name

    @property
    def sublevel(self) -> int:
        return self.full_name.count(":")


class Transaction(Resource, frozen=True, kw_only=True, omit_defaults=True):
    """Something that happened on a day, and that the ledger may know of. `number` counts all transactions."""

    number: int = 0
    external_id: kinds.ExternalId | None = None
    is_void: bool = False
    custom_fields: tuple[CustomField, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a struct: its name, its kind and whether it may be None."""

    name: str
    kind: Kind
    optional: bool


@cache
def fields_of(struct: type[Struct]) -> Mapping[str, Field]:
    """The fields of a model class by name, in the order in which the class declares them."""
    hints = get_type_hints(struct, include_extras=True)
    return {name: _field(name, hints[name]) for name in struct.__struct_fields__}


_PLAIN: Mapping[Any, Kind] = {
    str: kinds.Text(),
    bool: kinds.Flag(),
    int: kinds.Whole(),
    Decimal: kinds.Amount(),
    date: kinds.Day(),
    Ref: kinds.To(()),
}


def _field(name: str, hint: Any) -> Field:
    options = [hint]
    if get_origin(hint) in (Union, UnionType):
        options = list(get_args(hint))
    given = [option for option in options if option is not NoneType]
    return Field(name, _kind(given[0]), len(given) < len(options))


def _kind(hint: Any) -> Kind:
    origin = get_origin(hint)
    if origin is Annotated:
        return next(extra for extra in hint.__metadata__ if isinstance(extra, Kind))
    if origin is Literal:
        return kinds.Choice(get_args(hint))
    if origin is tuple:
        inner = get_args(hint)[0]
        members = get_args(inner) if get_origin(inner) in (Union, UnionType) else (inner,)
        return kinds.Many(tuple(_kind(member) for member in members))
    if isinstance(hint, type) and issubclass(hint, Value):
        return kinds.Nested(hint)
    return _PLAIN[hint]
