"""The law of keys: everything belongs to a connection or an account, and says so; what crosses them is listed."""

from typing import Any

import pytest
from sqlalchemy import BindParameter, Executable, Table, bindparam, delete, select, update
from tests.contract.storage.statements_read import OWNERS, every_statement, reaches_one_row, untied

from counterfoil.core.clock import SetClock
from counterfoil.model.query import Filter, Select, SelectDeleted
from counterfoil.storage import connectors, crossing, requests
from counterfoil.storage.company import CompanyFile
from counterfoil.storage.overview import RequestView, Sought
from counterfoil.storage.queue import Queue
from counterfoil.storage.schema import metadata
from counterfoil.storage.selection import SPECIAL, condition
from counterfoil.storage.statements import POSTGRES, SQLITE
from counterfoil.storage.tables import books, work

LISTED = {**crossing.KEYS, **crossing.SWEEPS}


def test_what_crosses_connections_is_listed_and_all_that_is_listed_does() -> None:
    found = {name for name, statement in every_statement().items() if untied(statement.expression)}
    assert found == set(LISTED)


@pytest.mark.parametrize("name", sorted(crossing.KEYS))
def test_a_look_up_meets_one_row_at_most(name: str) -> None:
    statement = every_statement()[name]
    assert reaches_one_row(statement.expression) or statement.compiled(POSTGRES).text.endswith("LIMIT 1")


@pytest.mark.parametrize("name", sorted(crossing.SWEEPS))
def test_a_sweep_is_limited(name: str) -> None:
    text = every_statement()[name].compiled(POSTGRES).text
    assert "LIMIT" in text or ("RECURSIVE" in text and "walk.step <" in text)


def test_every_statement_is_written_for_both_databases() -> None:
    for statement in every_statement().values():
        for dialect in (SQLITE, POSTGRES):
            assert statement.compiled(dialect).text


def test_keys_begin_with_whose_rows_they_are() -> None:
    others = {table.name for table in metadata.sorted_tables if table.primary_key.columns.keys()[0] not in OWNERS}
    assert others == set(crossing.KEPT_WHOLE)


def test_indexes_begin_so_too_but_for_those_of_look_ups_and_sweeps() -> None:
    indexes = [index for table in metadata.sorted_tables for index in table.indexes]
    others = [index for index in indexes if index.columns.keys()[0] not in OWNERS]
    whole = {index.name for index in others if index.dialect_options["postgresql"]["where"] is None or index.unique}
    assert whole == set(crossing.LOOKED_UP)


class Recorded:
    """In the place of a session: keeps the expressions that were built for one use, and finds nothing."""

    def __init__(self) -> None:
        self.expressions: list[Any] = []

    def select(self, expression: Executable) -> list[tuple[Any, ...]]:
        self.expressions.append(expression)
        return [] if "count(" not in str(expression).split("FROM")[0] else [(0,)]

    def row(self, statement: Any, /, **values: Any) -> None:
        return None


def recorded() -> list[Any]:
    session: Any = Recorded()
    file = CompanyFile(session, "c", SetClock())
    for resource in ("customers", "invoices"):
        file.select(Select(resource=resource, limit=10, count_up_to=100))
    file.select(Select(resource="customers", filters=(Filter("name", ">=", "a"),)))
    file.deletions(SelectDeleted(resources=("customers",), since=0, until=1))
    Queue(session, "c", SetClock()).page(by="created_at", descending=True, offset=0, limit=10)
    RequestView(session, "c").page(Sought(text="x", states=("done",), dialect="qube", since=1, until=2))
    return list(session.expressions)


def test_what_is_built_for_one_use_is_tied_to_its_connection() -> None:
    assert len(recorded()) >= 6
    assert [str(each) for each in recorded() if untied(each)] == []


OF_ONE_TABLE = {
    "objects": {"name", "total_balance"},
    "transactions": {"account_id", "date", "paid", "ref_number", "vendor_id"},
}
"""Fields of list objects that transactions have not, and the other way round."""


def fields_of(table: Table) -> list[str]:
    foreign = {field for name, fields in OF_ONE_TABLE.items() if name != table.name for field in fields}
    return sorted({*SPECIAL, "updated_at"} - foreign)


@pytest.mark.parametrize(
    ("table", "field"),
    [(table, field) for table in (books.objects, books.transactions) for field in fields_of(table)],
)
def test_conditions_look_at_no_other_company(table: Table, field: str) -> None:
    wanted: Any = ["x"] if field == "account_id" else 1
    built = condition(table, Filter(field, "in" if field == "account_id" else "=", wanted))
    mine = table.c.connection_id == bindparam("connection")
    assert untied(select(table.c.id).where(mine, built)) == set()


def test_what_is_unique_is_so_within_a_connection() -> None:
    """Rows that are distributed by connection can be unique only together with it."""
    apart = [table for table in metadata.sorted_tables if table.primary_key.columns.keys()[0] == "connection_id"]
    unique = {index.name: index.columns.keys() for table in apart for index in table.indexes if index.unique}
    assert len(unique) > 5
    assert {name for name, columns in unique.items() if "connection_id" not in columns} == set()


def test_the_reader_of_statements_sees_what_is_not_tied() -> None:
    r, s = work.requests, work.sessions
    owner: BindParameter[Any] = bindparam("owner")
    assert untied(select(r.c.id)) == {"requests"}
    assert untied(select(r.c.id).where((r.c.connection_id == owner) | (r.c.id == owner))) == {"requests"}
    assert untied(select(r.c.id).join(s, s.c.id == r.c.id).where(r.c.connection_id == owner)) == {"sessions"}
    assert untied(select(r.c.id).where(r.c.connection_id == owner, r.c.id.in_(select(s.c.id)))) == {"sessions"}
    assert untied(update(r).where(r.c.id == owner).values(state="x")) == {"requests"}
    assert untied(delete(s).where(s.c.connection_id > owner)) == {"sessions"}
    assert untied(requests.ONE.expression) == set()
    assert not reaches_one_row(connectors.OPEN.expression)
