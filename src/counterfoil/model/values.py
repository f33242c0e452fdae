"""The smallest values that resources are made of."""

from msgspec import Struct


class Value(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A part of a resource that has no identity of its own."""


class Ref(Struct, frozen=True, omit_defaults=True):
    """A reference to an object of a list: its id, and the name that the books know it by."""

    id: str | None = None
    full_name: str | None = None
