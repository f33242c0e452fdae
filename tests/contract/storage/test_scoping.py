"""Two companies in one store: nothing that one of them asks finds, or changes, what is the other's."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

import pytest
from sqlalchemy import select

from counterfoil.app.demo_company import open_canadian_company, open_us_company
from counterfoil.books.embedded.books import EmbeddedBooks
from counterfoil.core.errors import Broken, Refusal
from counterfoil.model.catalogue import BY_MODEL, RESOURCES
from counterfoil.model.command import Create
from counterfoil.model.lines import SalesLine
from counterfoil.model.people import Customer
from counterfoil.model.postings import Applied, Entry, Posting
from counterfoil.model.query import Select, SelectDeleted
from counterfoil.model.sales import Invoice
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.contract import Session, Store
from counterfoil.storage.schema import metadata

MINE: Final = "11111111-1111-4111-8111-111111111111"
EMPTY: Final = "33333333-3333-4333-8333-333333333333"
ALWAYS: Final = 2**40

Run = Callable[..., Any]


@dataclass(frozen=True)
class Company:
    """What is in my company, as its owner finds it."""

    customer: Customer
    entry: Entry
    applied: Applied

    @property
    def list(self) -> str:
        return BY_MODEL[type(self.customer)].list

    @property
    def id(self) -> str:
        return self.customer.id

    @property
    def transaction(self) -> str:
        return self.entry.thing.id


@pytest.fixture
def mine(write: Run, theirs: str) -> Company:
    """My company and theirs, filled at the same moment by the same clock: many of their ids are alike."""
    write(lambda file: open_canadian_company(file, EmbeddedBooks()), theirs)
    company: Company = write(_fill)
    write(_fill_theirs, theirs)
    return company


def _fill(file: CompanyFile) -> Company:
    open_us_company(file, EmbeddedBooks())
    customer = next(each for each in file.objects("customers") if isinstance(each, Customer))
    first, second, *_ = file.entries("invoices")
    _apply(file, first, second)
    _name_outside(file, first)
    file.remove_object(list(file.objects("classes"))[-1], 5)
    file.set_last_number("invoices", "77")
    return Company(customer, first, file.applied_by(first.thing.id)[0])


def _name_outside(file: CompanyFile, like: Entry) -> None:
    """An invoice that its caller gave an id of their own."""
    sale = like.thing
    assert isinstance(sale, Invoice)
    line = sale.lines[0]
    assert isinstance(line, SalesLine)
    lines = (SalesLine(item=line.item, amount=Decimal(1)),)
    draft = Invoice(customer=sale.customer, external_id=EXTERNAL, lines=lines)
    EmbeddedBooks().execute(file, Create(resource="invoices", draft=draft))


def _apply(file: CompanyFile, source: Entry, target: Entry) -> None:
    used = Applied(source=source.thing.id, target=target.thing.id, amount=5, source_home=5, target_home=5, date=DAY)
    file.apply(used)


def _fill_theirs(file: CompanyFile) -> None:
    """An application of their own, so that serial numbers are alike too."""
    used = Applied(source="a", target="b", amount=7, source_home=7, target_home=7, date=DAY)
    file.apply(used)


DAY: Final = date(2026, 3, 2)

EXTERNAL: Final = "7c9e6679-7425-40de-944b-e07fc1f90ae7"

READS: Final[dict[str, Callable[[CompanyFile, Company], Any]]] = {
    "applications": lambda file, _: file.applications(),
    "applications_of": lambda file, mine: file.applications_of([mine.transaction]),
    "applied_by": lambda file, mine: file.applied_by(mine.transaction),
    "applied_to": lambda file, mine: file.applied_to(mine.applied.target),
    "balances": lambda file, _: file.balances(),
    "by_external_id": lambda file, _: file.by_external_id("invoices", EXTERNAL),
    "children": lambda file, mine: file.children(mine.customer),
    "customer_open": lambda file, mine: sum(file.customer_open([mine.id]).values()),
    "deletions": lambda file, _: file.deletions(
        SelectDeleted(resources=tuple(each.name for each in RESOURCES), since=0, until=ALWAYS)
    ),
    "descendants": lambda file, mine: file.descendants(mine.customer),
    "entries": lambda file, mine: list(file.entries(mine.entry.resource)),
    "entries_open": lambda file, mine: file.entries_open([mine.id], "invoices", None),
    "entry": lambda file, mine: file.entry(mine.transaction),
    "find": lambda file, mine: file.find(mine.list, mine.id),
    "find_by_name": lambda file, mine: file.find_by_name(mine.list, mine.customer.label),
    "id_in_use": lambda file, mine: file.id_in_use(mine.list, mine.id),
    "last_number": lambda file, _: file.last_number("invoices"),
    "objects": lambda file, _: [each for row in RESOURCES for each in file.objects(row.name)],
    "open_home_by_account": lambda file, _: file.open_home_by_account(),
    "postings_of": lambda file, mine: file.postings_of(mine.transaction),
    "recalled": lambda file, mine: file.recalled(mine.list, mine.customer.label),
    "select": lambda file, mine: _found(file, mine),
    "singleton": lambda file, _: _singleton(file),
    "unbalanced": lambda file, _: file.unbalanced(),
    "vendor_postings": lambda file, mine: file.vendor_postings(_account(mine)),
    "vendors_opened": lambda file, _: file.vendors_opened(),
}


def _account(mine: Company) -> str:
    account = getattr(mine.entry.thing, "receivables_account", None)
    return account.id if account is not None else ""


def _found(file: CompanyFile, mine: Company) -> list[object]:
    """By filter, by id, by name and by number."""
    found: list[object] = [
        each for row in RESOURCES for each in file.select(Select(resource=row.name, limit=150, count_up_to=10)).items
    ]
    for asked in (
        Select(resource="customers", ids=(mine.id,)),
        Select(resource="customers", names=(mine.customer.label,)),
        Select(resource="invoices", ids=(mine.transaction,)),
        Select(resource="invoices", ref_numbers=("5882",)),
    ):
        try:
            found += file.select(asked).items
        except Refusal:
            continue
    return found


def _singleton(file: CompanyFile) -> object:
    try:
        return file.singleton("company")
    except Broken:
        return None


CHANGES: Final[dict[str, Callable[[CompanyFile, Company], Any]]] = {
    "add_entry": lambda file, mine: file.add_entry(mine.entry, [Posting(mine.id, 5)]),
    "add_object": lambda file, mine: file.add_object(mine.customer),
    "apply": lambda file, mine: file.apply(mine.applied),
    "bump": lambda file, _: file.bump("names", 5000),
    "note": lambda file, mine: file.note(mine.list, mine.customer.label, mine.customer),
    "post": lambda file, mine: file.post("journal", DAY, [Posting(mine.id, 5)]),
    "put_singleton": lambda file, _: file.put_singleton(_copy_of_company(file)),
    "reduce_application": lambda file, mine: file.reduce_application(mine.applied),
    "remove_entry": lambda file, mine: file.remove_entry(mine.entry, 5),
    "remove_object": lambda file, mine: file.remove_object(mine.customer, 5),
    "rename": lambda file, mine: file.rename(mine.customer),
    "replace_entry": lambda file, mine: file.replace_entry(mine.entry, [Posting(mine.id, 5)]),
    "replace_object": lambda file, mine: file.replace_object(mine.customer),
    "set_last_number": lambda file, _: file.set_last_number("invoices", "99"),
    "set_open": lambda file, mine: file.set_open(mine.transaction, 1, 1, 1),
    "take": lambda file, _: file.take("names", 5),
    "unapply": lambda file, mine: file.unapply(mine.applied.serial),
    "unpost": lambda file, mine: file.unpost(mine.transaction),
}


def _copy_of_company(file: CompanyFile) -> Any:
    return file.singleton("company")


def everything_of(connection: str) -> Callable[[Session], dict[str, list[tuple[Any, ...]]]]:
    """All rows of a connection, table by table."""
    tables = [table for table in metadata.sorted_tables if "connection_id" in table.c]

    def work(session: Session) -> dict[str, list[tuple[Any, ...]]]:
        statements = {table.name: select(table).where(table.c.connection_id == connection) for table in tables}
        return {name: sorted(session.select(statement), key=repr) for name, statement in statements.items()}

    return work


def test_every_method_of_a_company_file_is_tried_here() -> None:
    methods = {name for name in dir(CompanyFile) if not name.startswith("_") and callable(getattr(CompanyFile, name))}
    assert methods == READS.keys() | CHANGES.keys()


@pytest.mark.parametrize("name", READS)
def test_another_company_finds_nothing_of_mine(mine: Company, write: Run, read: Run, name: str) -> None:
    """Neither on the readers' way nor on the writer's, which remembers what it has seen."""
    ask = READS[name]
    if name not in ("unbalanced", "recalled", "children", "descendants", "vendor_postings", "vendors_opened"):
        assert write(lambda file: ask(file, mine)), "the question finds something where it may"
    assert not write(lambda file: ask(file, mine), EMPTY)
    assert not read(lambda file: ask(file, mine), EMPTY)


@pytest.mark.parametrize("name", CHANGES)
def test_another_company_changes_nothing_of_mine(
    mine: Company, store: Store, runner: Any, write: Run, read: Run, theirs: str, name: str
) -> None:
    """Their ids and mine are alike, as two companies' ids may be that were made in one second."""
    before = runner.run(store.read(everything_of(MINE)))
    assert before["transactions"]
    assert before["postings"]
    assert before["applications"]
    with suppress(Broken):  # where it is refused, that changes nothing either
        write(lambda file: CHANGES[name](file, mine), theirs)
    assert runner.run(store.read(everything_of(MINE))) == before
    assert write(lambda file: file.find(mine.list, mine.id)) == mine.customer
