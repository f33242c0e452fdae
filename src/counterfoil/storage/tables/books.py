"""Tables of a company file: its lists, its transactions, and what the ledger made of them."""

from typing import Final

from sqlalchemy import Column, ColumnElement, Integer, PrimaryKeyConstraint, Table, literal_column

from counterfoil.storage.tables.columns import blob, flag, index_on, maybe, metadata, whole, words

objects: Final = Table(
    "objects",
    metadata,
    words("connection_id"),
    words("list"),
    words("id"),
    words("resource"),
    whole("number"),
    words("name_key"),
    words("own_key"),
    flag("is_active"),
    maybe("parent_id"),
    maybe("external_id"),
    whole("created_at"),
    whole("updated_at"),
    blob("body"),
    PrimaryKeyConstraint("connection_id", "list", "id"),
    index_on("objects_by_name", "connection_id", "list", "name_key", unique=True),
    index_on("objects_in_order", "connection_id", "resource", "number"),
    index_on("objects_by_parent", "connection_id", "list", "parent_id", where="parent_id IS NOT NULL"),
    index_on(
        "objects_by_external_id",
        "connection_id",
        "resource",
        "external_id",
        unique=True,
        where="external_id IS NOT NULL",
    ),
)
"""Objects of lists, the company and its preferences. `name_key` is the full name with its
cases folded, `own_key` the same without the parents'."""

transactions: Final = Table(
    "transactions",
    metadata,
    words("connection_id"),
    words("id"),
    words("resource"),
    whole("number"),
    words("date"),
    maybe("customer_id"),
    maybe("account_id"),
    maybe("currency_id"),
    maybe("ref_number"),
    maybe("external_id"),
    whole("total"),
    whole("open"),
    whole("open_home"),
    flag("is_pending"),
    flag("is_void"),
    whole("created_at"),
    whole("updated_at"),
    blob("body"),
    PrimaryKeyConstraint("connection_id", "id"),
    index_on("transactions_in_order", "connection_id", "resource", "number"),
    index_on("transactions_open", "connection_id", "customer_id", "resource", "number", where="open <> 0"),
    index_on("transactions_by_customer", "connection_id", "customer_id", "resource", "number"),
    index_on("transactions_by_ref_number", "connection_id", "resource", "ref_number"),
    index_on("transactions_by_update", "connection_id", "resource", "updated_at"),
    index_on("transactions_by_date", "connection_id", "resource", "date"),
    index_on(
        "transactions_by_external_id",
        "connection_id",
        "resource",
        "external_id",
        unique=True,
        where="external_id IS NOT NULL",
    ),
)
"""Sales, purchases, payments, and what is never posted. `customer_id` is whose it is, a customer or a vendor;
`account_id` is the receivables or payables account. `total` and `open` are in the transaction's currency, `open_home`
is what the open part is worth in the ledger."""

still_open: Final[ColumnElement[bool]] = transactions.c.open != literal_column("0")
"""Written out: an index over a part of the rows is used only where the statement says the same words."""

applications: Final = Table(
    "applications",
    metadata,
    words("connection_id"),
    whole("serial"),
    words("source_id"),
    words("target_id"),
    maybe("via_id"),
    whole("amount"),
    whole("source_home"),
    whole("target_home"),
    whole("discount"),
    whole("discount_home"),
    maybe("discount_account"),
    maybe("discount_class"),
    words("date"),
    PrimaryKeyConstraint("connection_id", "serial"),
    index_on("applications_by_source", "connection_id", "source_id"),
    index_on("applications_by_target", "connection_id", "target_id"),
)

postings: Final = Table(
    "postings",
    metadata,
    words("connection_id"),
    words("transaction_id"),
    Column("position", Integer, nullable=False),
    words("account_id"),
    whole("amount"),
    maybe("customer_id"),
    maybe("vendor_id"),
    maybe("class_id"),
    words("date"),
    PrimaryKeyConstraint("connection_id", "transaction_id", "position"),
    index_on("postings_by_account", "connection_id", "account_id", "vendor_id", "amount"),
    sqlite_with_rowid=False,
)
"""The ledger, in the home currency: debits positive. `transaction_id` also names journals that are no document."""

deletions: Final = Table(
    "deletions",
    metadata,
    words("connection_id"),
    words("resource"),
    words("id"),
    maybe("label"),
    whole("created_at"),
    whole("deleted_at"),
    PrimaryKeyConstraint("connection_id", "resource", "id"),
    index_on("deletions_in_order", "connection_id", "deleted_at"),
)

sequences: Final = Table(
    "sequences",
    metadata,
    words("connection_id"),
    words("name"),
    whole("value"),
    maybe("text"),
    PrimaryKeyConstraint("connection_id", "name"),
    sqlite_with_rowid=False,
)
"""The last number that each counter gave out, or the last text of a counter that people write themselves."""

numbers: Final = Table(
    "numbers",
    metadata,
    words("connection_id"),
    words("space"),
    words("id"),
    whole("number"),
    PrimaryKeyConstraint("connection_id", "space", "id"),
    index_on("numbers_by_number", "connection_id", "space", "number", unique=True),
)
"""Whole numbers for objects whose own ids are none, for the dialects that need them: made once, stable for ever."""

beside: Final = Table(
    "beside",
    metadata,
    words("connection_id"),
    words("resource"),
    words("id"),
    maybe("external_key"),
    blob("body"),
    PrimaryKeyConstraint("connection_id", "resource", "id"),
    index_on(
        "beside_by_external_key",
        "connection_id",
        "resource",
        "external_key",
        unique=True,
        where="external_key IS NOT NULL",
    ),
)
"""What a caller said of an object and its books cannot hold: one JSON object each, written when the write settles."""
