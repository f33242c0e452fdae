"""What is written down and never posted: time that was worked, and papers that belong to something."""

from typing import TypeVar

from msgspec import structs

from counterfoil.books.embedded.changes import merged
from counterfoil.books.embedded.identity import check_external_id, check_revision, entered, missing, next_revision
from counterfoil.books.embedded.lists import resolved
from counterfoil.books.embedded.references import References
from counterfoil.core.dates import today
from counterfoil.core.problems import Problem
from counterfoil.model.activities import Attachable, TimeActivity
from counterfoil.model.catalogue import BY_MODEL, CATALOGUE
from counterfoil.model.command import Update
from counterfoil.model.postings import Entry
from counterfoil.model.shape import Transaction
from counterfoil.storage.company import CompanyFile

A = TypeVar("A", bound=Transaction)


def create_activity(file: CompanyFile, draft: TimeActivity | Attachable) -> Entry:
    """Enter time or a paper."""
    references = References(file)
    thing = _checked(file, references, resolved(references, draft, ()))
    check_external_id(file, references, thing)
    references.refuse()
    made, _ = entered(file, thing)
    entry = Entry(thing=made, resource=BY_MODEL[type(made)].name)
    file.add_entry(entry, ())
    return entry


def update_activity(file: CompanyFile, update: Update) -> Entry:
    """Change the named fields of time or a paper."""
    entry = file.entry(update.id, update.resource)
    if entry is None:
        raise missing(CATALOGUE[update.resource].thing, update.id)
    check_revision(entry.thing, update.revision)
    references = References(file)
    names = frozenset(update.changes)
    thing = _checked(file, references, resolved(references, merged(entry.thing, update.changes), (), only=names))
    references.refuse()
    now, revision = next_revision(file, entry.thing.revision)
    entry = structs.replace(entry, thing=structs.replace(thing, updated_at=now, revision=revision))
    file.replace_entry(entry, ())
    return entry


def _checked(file: CompanyFile, references: References, thing: A) -> A:
    if isinstance(thing, TimeActivity):
        return _time(file, references, thing)
    if isinstance(thing, Attachable) and not thing.file_name and not thing.note:
        references.problems.append(Problem("required", ("file_name",)))
    return thing


def _time(file: CompanyFile, references: References, time: A) -> A:
    """Somebody worked it, for as long as it says or from one moment to a later one."""
    if not isinstance(time, TimeActivity):
        return time
    if time.employee is None and time.vendor is None:
        references.problems.append(Problem("required", ("employee",)))
    if time.employee is not None and time.vendor is not None:
        references.problems.append(Problem("exclusive", ("employee",), {"other": "vendor"}))
    lasts = time.started_at is not None and time.ended_at is not None
    if time.hours is None and time.minutes is None and not lasts:
        references.problems.append(Problem("required", ("hours",)))
    if time.started_at is not None and time.ended_at is not None and time.ended_at < time.started_at:
        values = {"value": time.ended_at, "range": "time ends after it has begun"}
        references.problems.append(Problem("out_of_range", ("ended_at",), values))
    if time.billable_status == "billable" and time.customer is None:
        references.problems.append(Problem("required", ("customer",)))
    return structs.replace(time, transaction_date=time.transaction_date or today(file.clock.now()))
