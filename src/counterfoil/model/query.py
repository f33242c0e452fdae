"""What can be asked about books: one object, or a filtered page of them."""

from typing import Literal

from msgspec import Struct

from counterfoil.model.shape import Resource

Operator = Literal["in", "=", "<", "<=", ">", ">=", "contains", "starts", "ends"]


class Filter(Struct, frozen=True):
    """One condition: a field that the books index, how it is compared, and with what."""

    field: str
    operator: Operator
    value: object


class Read(Struct, frozen=True, kw_only=True):
    resource: str
    id: str
    with_links: bool = True


class Select(Struct, frozen=True, kw_only=True):
    """A page of a resource in the order of creation: those after `after`, at most `limit`.

    `ids` or `names` that are not found are refused, all at once; the other filters simply find less.
    """

    resource: str
    filters: tuple[Filter, ...] = ()
    ids: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    ref_numbers: tuple[str, ...] = ()
    after: int = 0
    limit: int | None = None
    with_links: bool = False
    count_up_to: int = 0


class Page(Struct, frozen=True, kw_only=True):
    """`next` is the place to go on from, None on the last page; `remaining` is None where nobody counted so far."""

    items: tuple[Resource, ...]
    next: int | None = None
    remaining: int | None = None


class Deletion(Struct, frozen=True, kw_only=True):
    """What stays of a deleted object."""

    resource: str
    id: str
    label: str | None
    created_at: int
    deleted_at: int


class SelectDeleted(Struct, frozen=True, kw_only=True):
    """Deleted objects of some resources, deleted between two moments (inclusive)."""

    resources: tuple[str, ...]
    since: int
    until: int


class Balance(Struct, frozen=True, kw_only=True):
    """One row of a trial balance: minor units of the home currency, exactly one side positive."""

    account: str
    name: str
    debit: int
    credit: int
