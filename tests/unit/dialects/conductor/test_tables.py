"""The tables agree with the model and with themselves."""

from collections import Counter
from collections.abc import Iterator

import pytest
from msgspec import Struct

from counterfoil.dialects.conductor.deletions import DELETED_LISTS
from counterfoil.dialects.conductor.filters import GROUPS
from counterfoil.dialects.conductor.table import Row, Table, kind_of
from counterfoil.dialects.conductor.tables import TABLES
from counterfoil.model.catalogue import CATALOGUE
from counterfoil.model.kinds import Many, Nested
from counterfoil.model.shape import fields_of

EVERY = pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.path)


def objects(
    model: type[Struct], rows: tuple[Row, ...], place: str
) -> Iterator[tuple[str, type[Struct], tuple[Row, ...]]]:
    """A table and all parts within it."""
    yield place, model, rows
    for row in rows:
        if row.table is not None:
            yield from objects(row.table.model, row.table.rows, f"{place}.{row.key}")


@EVERY
def test_every_field_of_a_row_is_a_field_of_the_model(table: Table) -> None:
    missing = [
        f"{place}.{row.key}: {row.field}"
        for place, model, rows in objects(table.model, table.rows, table.path)
        for row in rows
        if row.field and row.field not in fields_of(model)
    ]
    assert missing == []


@EVERY
def test_every_row_knows_its_kind_and_nested_rows_their_model(table: Table) -> None:
    for _, model, rows in objects(table.model, table.rows, table.path):
        for row in rows:
            kind = kind_of(row, model)
            if row.table is not None:
                nested = kind.of if isinstance(kind, Many) else (kind,)
                assert Nested(row.table.model) in nested


@EVERY
def test_no_key_is_told_or_sent_twice(table: Table) -> None:
    for _, _, rows in objects(table.model, table.rows, table.path):
        told = Counter(row.key for row in rows if row.in_answer)
        created = Counter(row.sent for row in rows if row.in_body("c"))
        changed = Counter(row.sent for row in rows if row.in_body("u"))
        assert [key for counter in (told, created, changed) for key, count in counter.items() if count > 1] == []


@EVERY
def test_a_table_is_of_a_resource_of_the_catalogue(table: Table) -> None:
    assert CATALOGUE[table.resource].model is table.model
    assert set(table.filters) <= set(GROUPS)
    assert ("V" in table.verbs) <= CATALOGUE[table.resource].is_transaction


ONLINE_ONLY = {
    "estimates",
    "sales_receipts",
    "refund_receipts",
    "bills",
    "vendor_credits",
    "bill_payments",
    "time_activities",
    "attachables",
    "employees",
    "departments",
}
"""What is in the catalogue for QuickBooks Online's clients; Conductor's addresses of these are not served yet."""


def test_customer_messages_have_no_address_of_their_own() -> None:
    served = {table.resource for table in TABLES.values()}
    assert set(CATALOGUE) - served == {"customer_messages"} | ONLINE_ONLY


def test_deleted_types_name_resources_of_the_catalogue() -> None:
    named = {resource for deleted in DELETED_LISTS.values() for resource in deleted.types.values() if resource}
    assert named <= set(CATALOGUE)
