"""What can be asked of books. Commands are values: they can be stored, compared, sent again and tested."""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct

from counterfoil.model.shape import Resource

KeptLines = Literal["none", "plain", "groups", "expenses", "items"]


class Command(Struct, frozen=True, kw_only=True):
    """Something to do with one resource, named as in the catalogue."""

    resource: str


class Create(Command, frozen=True, kw_only=True):
    """Make `draft` real: an object of the resource's class in which only what the caller gave is set."""

    draft: Resource


class Update(Command, frozen=True, kw_only=True):
    """Change the named fields and leave the others. None clears a field.

    `changes` is keyed by field name. Lines are given whole: a tuple of `LineChange`, in order;
    what is not named in it goes, but for the `kept_lines`: all plain lines, or all groups, and of a purchase all
    expenses, or all items, where a caller that tells the two apart was silent about them.
    """

    id: str
    revision: str
    changes: Mapping[str, Any]
    kept_lines: KeptLines = "none"


class LineChange(Struct, frozen=True, kw_only=True):
    """A line that stays, changed where `changes` says so; `id` is `-1` for a new one.

    `lines` is None where a group's own lines are to stay as they are; `is_group` tells the two shapes apart.
    """

    id: str
    changes: Mapping[str, Any]
    is_group: bool = False
    lines: tuple["LineChange", ...] | None = None


class Void(Command, frozen=True, kw_only=True):
    """Keep the transaction and take all its amounts away.

    `kind` says which of its resource's kinds it is of, once somebody has looked: books that keep payments by check
    apart from those by card (`pay_type`) must be told.
    """

    id: str
    kind: str | None = None


class Delete(Command, frozen=True, kw_only=True):
    """Take the object away; a note of it stays in the list of deleted ones. `kind` as of what is voided."""

    id: str
    kind: str | None = None
