"""What a qbXML request leaves to be known: whose time it was, what an employee is called, which kind a payment is, and
that a check which gets a number no longer waits for the printer."""

from collections.abc import Mapping
from typing import Any

from msgspec import structs

from counterfoil.books.embedded.identity import missing
from counterfoil.model.activities import TimeActivity
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.command import Command, Create, Update
from counterfoil.model.people import Employee, Vendor
from counterfoil.model.values import Ref
from counterfoil.storage.company import CompanyFile
from counterfoil.wire.qbxml.converters import full_name
from counterfoil.wire.qbxml.table import Map

PARTS = frozenset({"first_name", "middle_name", "last_name"})
NAMES = "names"
"""The list that customers, vendors and employees share."""


def completed(file: CompanyFile, command: Command, table: Map | None) -> Command:
    """The command as the books need it. Raises BooksRefused for an object that is not of the message's kind."""
    identifier = getattr(command, "id", "")
    if table is not None and table.only is not None and identifier:
        _check_kind(file, table, identifier)
    if isinstance(command, Create) and isinstance(command.draft, TimeActivity):
        worker = _worker(file, command.draft.employee)
        return structs.replace(command, draft=structs.replace(command.draft, **worker)) if worker else command
    if isinstance(command, Update) and command.resource == "time_activities" and "employee" in command.changes:
        worker = _worker(file, command.changes["employee"]) or {"vendor": None}
        return structs.replace(command, changes={**command.changes, **worker})
    if isinstance(command, Update) and command.resource == "bill_payments":
        return structs.replace(command, changes={**command.changes, **_printed(command.changes)})
    if isinstance(command, Update) and command.resource == "employees" and _is_renamed(command.changes):
        return structs.replace(command, changes={**command.changes, **_called(file, command.id, command.changes)})
    return command


def _check_kind(file: CompanyFile, table: Map, identifier: str) -> None:
    entry = file.entry(identifier, table.resource)
    if entry is not None and not table.is_of(entry.thing):
        raise missing(CATALOGUE[table.resource].thing, identifier)


def _worker(file: CompanyFile, ref: Ref | None) -> dict[str, Any]:
    """A vendor's time, where it is a vendor who is named; nothing for an employee's, or nobody's."""
    if ref is None:
        return {}
    found = file.find(NAMES, ref.id) if ref.id is not None else file.find_by_name(NAMES, ref.full_name or "")
    return {"employee": None, "vendor": ref} if isinstance(found, Vendor) else {}


def _printed(changes: Mapping[str, Any]) -> dict[str, Any]:
    """A check has a number, or waits to be printed and gets one then: qbXML has one choice for the two."""
    if changes.get("ref_number"):
        return {"is_queued_for_print": False}
    return {"ref_number": None} if changes.get("is_queued_for_print") else {}


def _is_renamed(changes: Mapping[str, Any]) -> bool:
    return bool(PARTS & changes.keys()) and "name" not in changes


def _called(file: CompanyFile, identifier: str, changes: Mapping[str, Any]) -> dict[str, str]:
    """An employee's name after a change of its parts."""
    old = file.find(NAMES, identifier)
    if not isinstance(old, Employee):
        return {}
    changed = structs.replace(old, **{name: changes[name] for name in PARTS & changes.keys()})
    return {"name": full_name(changed) or ""}
