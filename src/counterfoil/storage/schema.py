"""Every table of an installation, described once: statements, migrations and tests all start from here.

Keys and indexes of a company's data begin with `connection_id`, so that one company's rows lie together and a
statement without a connection has no index to stand on. Amounts are whole minor units, moments whole seconds since
1970, days `YYYY-MM-DD`. A `body` is the JSON of the struct; the columns beside it are what is searched and summed.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    literal_column,
    text,
)

metadata: Final = MetaData()


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _maybe(name: str) -> Column[str]:
    return Column(name, Text, nullable=True)


def _whole(name: str) -> Column[int]:
    """Money in minor units, a moment, or a counter."""
    return Column(name, BigInteger, nullable=False)


def _later(name: str) -> Column[int]:
    """A moment that may not have come yet."""
    return Column(name, BigInteger, nullable=True)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


def _blob(name: str, *, nullable: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, nullable=nullable)


def _index(name: str, *columns: str, unique: bool = False, where: str | None = None) -> Index:
    if where is None:
        return Index(name, *columns, unique=unique)
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


# What belongs to the installation and to its accounts.

installation: Final = Table("installation", metadata, _text("name"), _blob("value"), PrimaryKeyConstraint("name"))

accounts: Final = Table(
    "accounts",
    metadata,
    _text("id"),
    _text("name"),
    _whole("created_at"),
    PrimaryKeyConstraint("id"),
    _index("accounts_by_name", "name", unique=True),
)

keys: Final = Table(
    "keys",
    metadata,
    _text("id"),
    _text("account_id"),
    _maybe("connection_id"),
    _text("name"),
    _blob("digest"),
    _blob("sealed"),
    _whole("created_at"),
    _later("revoked_at"),
    _maybe("dialect"),
    _maybe("public_key"),
    PrimaryKeyConstraint("id"),
    _index("keys_by_account", "account_id", "created_at"),
    _index("keys_by_digest", "digest", unique=True, where="revoked_at IS NULL"),
    _index("keys_by_public_key", "public_key", unique=True, where="public_key IS NOT NULL AND revoked_at IS NULL"),
)
"""A key that was brought from a vendor has its `dialect`, is found by its digest, and is sealed (else empty) only where
the vendor signs with it: then `public_key` names it."""

connections: Final = Table(
    "connections",
    metadata,
    _text("account_id"),
    _text("id"),
    _text("name"),
    _text("books"),
    _text("state"),
    _maybe("source_id"),
    _maybe("email"),
    _whole("created_at"),
    _later("deleted_at"),
    _later("last_request_at"),
    _later("last_success_at"),
    PrimaryKeyConstraint("account_id", "id"),
    _index("connections_by_id", "id", unique=True),
    _index("connections_by_source", "account_id", "source_id", unique=True, where="deleted_at IS NULL"),
)

aliases: Final = Table(
    "aliases",
    metadata,
    _text("account_id"),
    _text("alias"),
    _text("connection_id"),
    _whole("created_at"),
    PrimaryKeyConstraint("account_id", "alias"),
    _index("aliases_by_connection", "account_id", "connection_id"),
)
"""Other names of connections: the ids by which callers knew them elsewhere."""

auth_sessions: Final = Table(
    "auth_sessions",
    metadata,
    _text("account_id"),
    _text("id"),
    _text("connection_id"),
    _blob("secret_digest"),
    _text("publishable_key"),
    _whole("created_at"),
    _whole("expires_at"),
    _maybe("redirect_url"),
    PrimaryKeyConstraint("account_id", "id"),
    _index("auth_sessions_by_secret", "secret_digest", unique=True),
)

# What belongs to a connection.

requests: Final = Table(
    "requests",
    metadata,
    _text("connection_id"),
    _text("id"),
    _text("account_id"),
    _maybe("idempotency_key"),
    _blob("fingerprint"),
    Column("attempt", Integer, nullable=True),
    _text("verb"),
    _text("resource"),
    _text("state"),
    _maybe("result_id"),
    _blob("outcome", nullable=True),
    _whole("created_at"),
    _later("settled_at"),
    _maybe("dialect"),
    _maybe("address"),
    _maybe("number"),
    _maybe("about"),
    _blob("body", nullable=True),
    PrimaryKeyConstraint("connection_id", "id"),
    _index(
        "requests_by_key",
        "connection_id",
        "account_id",
        "idempotency_key",
        unique=True,
        where="idempotency_key IS NOT NULL",
    ),
    _index("requests_by_fingerprint", "connection_id", "fingerprint", "created_at", where="attempt IS NOT NULL"),
    _index("requests_not_done", "connection_id", "state", "id", where="state <> 'done'"),
)
"""What was asked, by whom and how it went. `body` is what the caller sent to `address` of a `dialect`; `number` and
`about` are the document's number and whose it is, or the name of what it is: for those who look for it."""

not_done: Final[ColumnElement[bool]] = requests.c.state != literal_column("'done'")
"""Written out, as in the index."""

objects: Final = Table(
    "objects",
    metadata,
    _text("connection_id"),
    _text("list"),
    _text("id"),
    _text("resource"),
    _whole("number"),
    _text("name_key"),
    _text("own_key"),
    _flag("is_active"),
    _maybe("parent_id"),
    _maybe("external_id"),
    _whole("created_at"),
    _whole("updated_at"),
    _blob("body"),
    PrimaryKeyConstraint("connection_id", "list", "id"),
    _index("objects_by_name", "connection_id", "list", "name_key", unique=True),
    _index("objects_in_order", "connection_id", "resource", "number"),
    _index("objects_by_parent", "connection_id", "list", "parent_id", where="parent_id IS NOT NULL"),
    _index(
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
    _text("connection_id"),
    _text("id"),
    _text("resource"),
    _whole("number"),
    _text("date"),
    _maybe("customer_id"),
    _maybe("account_id"),
    _maybe("currency_id"),
    _maybe("ref_number"),
    _maybe("external_id"),
    _whole("total"),
    _whole("open"),
    _whole("open_home"),
    _flag("is_pending"),
    _flag("is_void"),
    _whole("created_at"),
    _whole("updated_at"),
    _blob("body"),
    PrimaryKeyConstraint("connection_id", "id"),
    _index("transactions_in_order", "connection_id", "resource", "number"),
    _index("transactions_open", "connection_id", "customer_id", "resource", "number", where="open <> 0"),
    _index("transactions_by_customer", "connection_id", "customer_id", "resource", "number"),
    _index("transactions_by_ref_number", "connection_id", "resource", "ref_number"),
    _index("transactions_by_update", "connection_id", "resource", "updated_at"),
    _index("transactions_by_date", "connection_id", "resource", "date"),
    _index(
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
    _text("connection_id"),
    _whole("serial"),
    _text("source_id"),
    _text("target_id"),
    _maybe("via_id"),
    _whole("amount"),
    _whole("source_home"),
    _whole("target_home"),
    _whole("discount"),
    _whole("discount_home"),
    _maybe("discount_account"),
    _maybe("discount_class"),
    _text("date"),
    PrimaryKeyConstraint("connection_id", "serial"),
    _index("applications_by_source", "connection_id", "source_id"),
    _index("applications_by_target", "connection_id", "target_id"),
)

postings: Final = Table(
    "postings",
    metadata,
    _text("connection_id"),
    _text("transaction_id"),
    Column("position", Integer, nullable=False),
    _text("account_id"),
    _whole("amount"),
    _maybe("customer_id"),
    _maybe("vendor_id"),
    _maybe("class_id"),
    _text("date"),
    PrimaryKeyConstraint("connection_id", "transaction_id", "position"),
    _index("postings_by_account", "connection_id", "account_id", "vendor_id", "amount"),
    sqlite_with_rowid=False,
)
"""The ledger, in the home currency: debits positive. `transaction_id` also names journals that are no document."""

deletions: Final = Table(
    "deletions",
    metadata,
    _text("connection_id"),
    _text("resource"),
    _text("id"),
    _maybe("label"),
    _whole("created_at"),
    _whole("deleted_at"),
    PrimaryKeyConstraint("connection_id", "resource", "id"),
    _index("deletions_in_order", "connection_id", "deleted_at"),
)

sequences: Final = Table(
    "sequences",
    metadata,
    _text("connection_id"),
    _text("name"),
    _whole("value"),
    _maybe("text"),
    PrimaryKeyConstraint("connection_id", "name"),
    sqlite_with_rowid=False,
)
"""The last number that each counter gave out, or the last text of a counter that people write themselves."""

numbers: Final = Table(
    "numbers",
    metadata,
    _text("connection_id"),
    _text("space"),
    _text("id"),
    _whole("number"),
    PrimaryKeyConstraint("connection_id", "space", "id"),
    _index("numbers_by_number", "connection_id", "space", "number", unique=True),
)
"""Whole numbers for objects whose own ids are none, for the dialects that need them: made once, stable for ever."""

beside: Final = Table(
    "beside",
    metadata,
    _text("connection_id"),
    _text("resource"),
    _text("id"),
    _maybe("external_key"),
    _blob("body"),
    PrimaryKeyConstraint("connection_id", "resource", "id"),
    _index(
        "beside_by_external_key",
        "connection_id",
        "resource",
        "external_key",
        unique=True,
        where="external_key IS NOT NULL",
    ),
)
"""What a caller said of an object and its books cannot hold: one JSON object each, written when the write settles."""

queue: Final = Table(
    "queue",
    metadata,
    _text("connection_id"),
    _text("id"),
    _whole("number"),
    _text("state"),
    _blob("request"),
    _blob("response", nullable=True),
    _blob("error", nullable=True),
    _maybe("webhook_url"),
    _text("webhook_state"),
    _maybe("webhook_error"),
    _whole("created_at"),
    _whole("updated_at"),
    _maybe("api_version"),
    PrimaryKeyConstraint("connection_id", "id"),
    _index("queue_in_order", "connection_id", "number"),
)
"""Requests that a caller hands in and asks after: what was asked and answered, as bytes. `api_version` is the version
of the vendor's API in which the caller spoke, where it has several."""

queue_pages: Final = Table(
    "queue_pages",
    metadata,
    _text("connection_id"),
    _text("request_id"),
    _whole("number"),
    _text("id"),
    _blob("response", nullable=True),
    Column("remaining", BigInteger, nullable=True),
    _blob("told"),
    _whole("created_at"),
    PrimaryKeyConstraint("connection_id", "request_id", "number"),
)
"""The pages in which a queued query is answered, from 1 on: `remaining` counts the objects after this page, `told` are
the ids of those in it, so that a query that is begun again tells none twice."""

deliveries: Final = Table(
    "deliveries",
    metadata,
    _text("connection_id"),
    _text("id"),
    _maybe("request_id"),
    _text("url"),
    _blob("body"),
    _text("state"),
    _whole("tries"),
    _later("due_at"),
    _whole("created_at"),
    _maybe("endpoint_id"),
    _text("channel"),
    _whole("number"),
    _flag("is_ordered"),
    _maybe("event_id"),
    _maybe("event_type"),
    _whole("spent"),
    _maybe("claimed_by"),
    PrimaryKeyConstraint("connection_id", "id"),
    _index("deliveries_of_request", "connection_id", "request_id"),
    _index("deliveries_due", "channel", "due_at", where="due_at IS NOT NULL"),
    _index(
        "deliveries_in_order",
        "channel",
        "connection_id",
        "number",
        where="due_at IS NOT NULL AND is_ordered",
    ),
    _index("deliveries_of_endpoint", "connection_id", "endpoint_id", "id", where="endpoint_id IS NOT NULL"),
)
"""Post that is owed: written with what it tells of, delivered afterwards. `due_at` is null when nothing is to be done;
of one that is claimed it is when the claim ends. What goes to one receiver has one `channel`; `number` is its place
among the connection's. `spent` are the tries of earlier rounds, before it was sent again by hand."""

attempts: Final = Table(
    "attempts",
    metadata,
    _text("connection_id"),
    _text("delivery_id"),
    _whole("number"),
    _whole("attempted_at"),
    Column("status", Integer, nullable=True),
    _text("answer"),
    PrimaryKeyConstraint("connection_id", "delivery_id", "number"),
)

webhook_secrets: Final = Table(
    "webhook_secrets",
    metadata,
    _text("account_id"),
    _text("id"),
    _blob("sealed"),
    _whole("created_at"),
    _later("retired_at"),
    _maybe("endpoint_id"),
    PrimaryKeyConstraint("account_id", "id"),
)
"""The secrets that sign an endpoint's post; without an endpoint, those of the account, for addresses that come with a
request. One that was rotated out signs on until `retired_at`."""

endpoints: Final = Table(
    "endpoints",
    metadata,
    _text("account_id"),
    _text("id"),
    _maybe("connection_id"),
    _text("url"),
    _text("dialect"),
    _blob("events"),
    _flag("is_ordered"),
    _whole("created_at"),
    _text("state"),
    _maybe("why"),
    _later("failing_since"),
    _maybe("last_failure"),
    _later("last_success_at"),
    _later("reported_at"),
    PrimaryKeyConstraint("account_id", "id"),
    _index("endpoints_by_id", "id", unique=True),
)
"""Who is told of an account's events, or of one connection's: where, in whose words, of which, and how it fares."""

conditions: Final = Table(
    "conditions",
    metadata,
    _text("connection_id"),
    _text("state"),
    _whole("told_at"),
    PrimaryKeyConstraint("connection_id"),
)
"""The state of a connection that endpoints were told of last."""

# What pages for people need: who is signed in, and links that lead to an invoice without signing in.

logins: Final = Table(
    "logins",
    metadata,
    _text("account_id"),
    _blob("digest"),
    _whole("created_at"),
    _whole("expires_at"),
    _later("used_at"),
    PrimaryKeyConstraint("digest"),
)
"""Links that sign somebody in, once: found by the digest of the secret in them."""

visits: Final = Table(
    "visits",
    metadata,
    _text("account_id"),
    _blob("digest"),
    _whole("created_at"),
    _whole("expires_at"),
    PrimaryKeyConstraint("digest"),
)
"""Browsers that are signed in to an account: found by the digest of their cookie."""

invoice_links: Final = Table(
    "invoice_links",
    metadata,
    _text("connection_id"),
    _text("id"),
    _text("account_id"),
    _blob("digest"),
    _blob("sealed"),
    _whole("created_at"),
    _blob("body", nullable=True),
    PrimaryKeyConstraint("connection_id", "id"),
    _index("invoice_links_by_digest", "digest"),
)
"""Links to invoices for those who are not signed in. `body` is the invoice as it was when the link was made, where the
books are elsewhere."""

# What desktop books need: who calls for a connection's work, and the work that waits in its lane.

connectors: Final = Table(
    "connectors",
    metadata,
    _text("connection_id"),
    _blob("body"),
    PrimaryKeyConstraint("connection_id"),
)
"""The Web Connector of a desktop connection: its password's digest, how it may work, and what was seen of it."""

sessions: Final = Table(
    "sessions",
    metadata,
    _text("connection_id"),
    _text("id"),
    _blob("ticket"),
    _whole("opened_at"),
    _later("ended_at"),
    _blob("body"),
    PrimaryKeyConstraint("connection_id", "id"),
    _index("sessions_by_ticket", "ticket"),
    _index("sessions_open", "connection_id", "opened_at", where="ended_at IS NULL"),
)
"""Sessions of Web Connectors: `ticket` is the digest of what they show at each call."""

lane: Final = Table(
    "lane",
    metadata,
    _text("connection_id"),
    _whole("number"),
    _text("id"),
    _text("kind"),
    _text("state"),
    _flag("is_write"),
    _blob("document"),
    _blob("sent", nullable=True),
    _blob("answer", nullable=True),
    _maybe("session_id"),
    _whole("attempts"),
    _whole("created_at"),
    _later("sent_at"),
    _later("settled_at"),
    _blob("body"),
    PrimaryKeyConstraint("connection_id", "number"),
    _index("lane_by_id", "connection_id", "id", unique=True),
    _index("lane_open", "connection_id", "state", "number", where="settled_at IS NULL"),
)
"""What waits for books that answer later, in the order in which it leaves: `document` is what was asked, `sent` the
very bytes that were handed out, `answer` those that came back."""

lanes: Final = Table(
    "lanes",
    metadata,
    _text("connection_id"),
    _whole("version"),
    _whole("fence"),
    _maybe("holder"),
    _later("held_until"),
    PrimaryKeyConstraint("connection_id"),
)
"""One row for each lane: on PostgreSQL a transaction locks it before it touches anything of the connection, and its
`version` changes with every change to what processes remember. A process that works for a lane is its `holder` until
`held_until`; `fence` counts the holders, so that one whose time is over cannot settle."""

# What online books need: what Intuit granted, and who is just being asked for it.

grants: Final = Table(
    "grants",
    metadata,
    _text("connection_id"),
    _flag("is_leaving"),
    _blob("body"),
    PrimaryKeyConstraint("connection_id"),
    _index("grants_leaving", "connection_id", where="is_leaving"),
)
"""Intuit's grant for an online connection, its tokens sealed; one that `is_leaving` is still to be given back."""

consents: Final = Table(
    "consents",
    metadata,
    _text("connection_id"),
    _blob("state_digest"),
    _whole("expires_at"),
    _blob("body"),
    PrimaryKeyConstraint("connection_id", "state_digest"),
    _index("consents_by_state", "state_digest"),
)
"""Consents that people are being asked for at Intuit: found by the digest of the state that comes back with them."""
