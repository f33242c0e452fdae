"""Tables of what was asked, what waits for books that answer later, and who calls for it."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    literal_column,
)

from counterfoil.storage.tables.columns import blob, flag, index_on, later, maybe, metadata, whole, words

requests: Final = Table(
    "requests",
    metadata,
    words("connection_id"),
    words("id"),
    words("account_id"),
    maybe("idempotency_key"),
    blob("fingerprint"),
    Column("attempt", Integer, nullable=True),
    words("verb"),
    words("resource"),
    words("state"),
    maybe("result_id"),
    blob("outcome", nullable=True),
    whole("created_at"),
    later("settled_at"),
    maybe("dialect"),
    maybe("address"),
    maybe("number"),
    maybe("about"),
    blob("body", nullable=True),
    PrimaryKeyConstraint("connection_id", "id"),
    index_on(
        "requests_by_key",
        "connection_id",
        "account_id",
        "idempotency_key",
        unique=True,
        where="idempotency_key IS NOT NULL",
    ),
    index_on("requests_by_fingerprint", "connection_id", "fingerprint", "created_at", where="attempt IS NOT NULL"),
    index_on("requests_not_done", "connection_id", "state", "id", where="state <> 'done'"),
)
"""What was asked, by whom and how it went. `body` is what the caller sent to `address` of a `dialect`; `number` and
`about` are the document's number and whose it is, or the name of what it is: for those who look for it."""

not_done: Final[ColumnElement[bool]] = requests.c.state != literal_column("'done'")
"""Written out, as in the index."""

queue: Final = Table(
    "queue",
    metadata,
    words("connection_id"),
    words("id"),
    whole("number"),
    words("state"),
    blob("request"),
    blob("response", nullable=True),
    blob("error", nullable=True),
    maybe("webhook_url"),
    words("webhook_state"),
    maybe("webhook_error"),
    whole("created_at"),
    whole("updated_at"),
    maybe("api_version"),
    PrimaryKeyConstraint("connection_id", "id"),
    index_on("queue_in_order", "connection_id", "number"),
)
"""Requests that a caller hands in and asks after: what was asked and answered, as bytes. `api_version` is the version
of the vendor's API in which the caller spoke, where it has several."""

queue_pages: Final = Table(
    "queue_pages",
    metadata,
    words("connection_id"),
    words("request_id"),
    whole("number"),
    words("id"),
    blob("response", nullable=True),
    Column("remaining", BigInteger, nullable=True),
    blob("told"),
    whole("created_at"),
    PrimaryKeyConstraint("connection_id", "request_id", "number"),
)
"""The pages in which a queued query is answered, from 1 on: `remaining` counts the objects after this page, `told` are
the ids of those in it, so that a query that is begun again tells none twice."""

connectors: Final = Table(
    "connectors",
    metadata,
    words("connection_id"),
    blob("body"),
    PrimaryKeyConstraint("connection_id"),
)
"""The Web Connector of a desktop connection: its password's digest, how it may work, and what was seen of it."""

sessions: Final = Table(
    "sessions",
    metadata,
    words("connection_id"),
    words("id"),
    blob("ticket"),
    whole("opened_at"),
    later("ended_at"),
    blob("body"),
    PrimaryKeyConstraint("connection_id", "id"),
    index_on("sessions_by_ticket", "ticket"),
    index_on("sessions_open", "connection_id", "opened_at", where="ended_at IS NULL"),
)
"""Sessions of Web Connectors: `ticket` is the digest of what they show at each call."""

lane: Final = Table(
    "lane",
    metadata,
    words("connection_id"),
    whole("number"),
    words("id"),
    words("kind"),
    words("state"),
    flag("is_write"),
    blob("document"),
    blob("sent", nullable=True),
    blob("answer", nullable=True),
    maybe("session_id"),
    whole("attempts"),
    whole("created_at"),
    later("sent_at"),
    later("settled_at"),
    blob("body"),
    PrimaryKeyConstraint("connection_id", "number"),
    index_on("lane_by_id", "connection_id", "id", unique=True),
    index_on("lane_open", "connection_id", "state", "number", where="settled_at IS NULL"),
)
"""What waits for books that answer later, in the order in which it leaves: `document` is what was asked, `sent` the
very bytes that were handed out, `answer` those that came back."""

lanes: Final = Table(
    "lanes",
    metadata,
    words("connection_id"),
    whole("version"),
    whole("fence"),
    maybe("holder"),
    later("held_until"),
    Column("turn", BigInteger, nullable=False, server_default="0"),
    Column("marks", LargeBinary, nullable=False, server_default=""),
    PrimaryKeyConstraint("connection_id"),
)
"""One row for each lane: on PostgreSQL a transaction locks it before it touches anything of the connection. With that
it takes the next `turn`, and leaves its mark in front of the last ones in `marks`; `version` changes with every change
to what processes remember. A process that works for a lane is its `holder` until `held_until`; `fence` counts the
holders, so that one whose time is over cannot settle."""

grants: Final = Table(
    "grants",
    metadata,
    words("connection_id"),
    flag("is_leaving"),
    blob("body"),
    PrimaryKeyConstraint("connection_id"),
    index_on("grants_leaving", "connection_id", where="is_leaving"),
)
"""Intuit's grant for an online connection, its tokens sealed; one that `is_leaving` is still to be given back."""

consents: Final = Table(
    "consents",
    metadata,
    words("connection_id"),
    blob("state_digest"),
    whole("expires_at"),
    blob("body"),
    PrimaryKeyConstraint("connection_id", "state_digest"),
    index_on("consents_by_state", "state_digest"),
)
"""Consents that people are being asked for at Intuit: found by the digest of the state that comes back with them."""
