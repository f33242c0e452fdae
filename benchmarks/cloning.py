"""Copies of a company's rows, made by the database itself: a million invoices in minutes, no two with one id."""

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from counterfoil.storage.schema import metadata

SERIAL = "0000"
"""The last four digits of a copied company's id count the copies."""


def clone_company(database: str, connection: str, copies: int) -> None:
    """Copy all rows of a connection `copies` times, each time under an id of its own."""
    with psycopg.connect(database) as transaction:
        for number in range(copies):
            new = f"{connection[:-4]}{number:04d}"
            for table in metadata.sorted_tables:
                if "connection_id" in table.c and table.name not in ("keys", "auth_sessions", "lane"):
                    _copy(transaction, table.name, [each.name for each in table.c], {"connection_id": new}, connection)
            columns = [each.name for each in metadata.tables["connections"].c]
            own = {"id": new, "source_id": None, "name": f"Copy {number + 1}"}
            _copy(transaction, "connections", columns, own, connection, key="id")


def _copy(
    transaction: psycopg.Connection,
    table: str,
    columns: list[str],
    new: dict[str, str | None],
    connection: str,
    *,
    key: str = "connection_id",
) -> None:
    """One table's rows of a connection again, with new values in some columns."""
    chosen = [Literal(new[name]) if name in new else Identifier(name) for name in columns]
    transaction.execute(
        SQL("INSERT INTO {} ({}) SELECT {} FROM {} WHERE {} = {}").format(
            Identifier(table),
            SQL(", ").join(map(Identifier, columns)),
            SQL(", ").join(chosen),
            Identifier(table),
            Identifier(key),
            Literal(connection),
        )
    )


COUNTERS = """
(SELECT value FROM sequences WHERE connection_id = %(connection)s AND name = 'transaction_numbers') AS counter
"""
NEW_ID = "to_hex(1000000000 + counter.value + n) || '-1'"
BODY = f"""
convert_to(
  replace(
    replace(convert_from(t.body, 'UTF8'), '"' || t.id || '"', '"' || {NEW_ID} || '"'),
    '"number":' || t.number || ',', '"number":' || counter.value + n || ','
  ),
  'UTF8'
)
"""


def _copying(table: str, key: str, new: dict[str, str]) -> str:
    columns = [each.name for each in metadata.tables[table].c]
    chosen = ", ".join(new.get(name, f"t.{name}") for name in columns)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {chosen} "
        f"FROM {table} AS t, generate_series(1, %(copies)s) AS n, {COUNTERS} "
        f"WHERE t.connection_id = %(connection)s AND t.{key} = %(invoice)s"
    )


def multiply_invoice(database: str, connection: str, invoice: str, copies: int) -> None:
    """Copy one invoice with its postings so many times: new ids and numbers, the rest as it was.

    Numbers go on where the company's counter stands, and it stands after the last of them in the end.
    """
    values = {"connection": connection, "invoice": invoice, "copies": copies}
    new = {"id": NEW_ID, "number": "counter.value + n", "ref_number": "'B' || counter.value + n", "body": BODY}
    with psycopg.connect(database) as transaction:
        transaction.execute(_copying("transactions", "id", new), values)
        transaction.execute(_copying("postings", "transaction_id", {"transaction_id": NEW_ID}), values)
        transaction.execute(
            "UPDATE sequences SET value = value + %(copies)s "
            "WHERE connection_id = %(connection)s AND name = 'transaction_numbers'",
            values,
        )
    with psycopg.connect(database, autocommit=True) as afterwards:
        afterwards.execute("VACUUM (ANALYZE) transactions, postings")
