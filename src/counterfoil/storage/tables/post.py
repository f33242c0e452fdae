"""Tables of webhooks: what is to be told, to whom, and how each attempt went."""

from typing import Final

from sqlalchemy import Column, Integer, PrimaryKeyConstraint, Table

from counterfoil.storage.tables.columns import blob, flag, index_on, later, maybe, metadata, whole, words

deliveries: Final = Table(
    "deliveries",
    metadata,
    words("connection_id"),
    words("id"),
    maybe("request_id"),
    words("url"),
    blob("body"),
    words("state"),
    whole("tries"),
    later("due_at"),
    whole("created_at"),
    maybe("endpoint_id"),
    words("channel"),
    whole("number"),
    flag("is_ordered"),
    maybe("event_id"),
    maybe("event_type"),
    whole("spent"),
    maybe("claimed_by"),
    PrimaryKeyConstraint("connection_id", "id"),
    index_on("deliveries_of_request", "connection_id", "request_id"),
    index_on("deliveries_due", "channel", "due_at", where="due_at IS NOT NULL"),
    index_on(
        "deliveries_in_order",
        "channel",
        "connection_id",
        "number",
        where="due_at IS NOT NULL AND is_ordered",
    ),
    index_on("deliveries_of_endpoint", "connection_id", "endpoint_id", "id", where="endpoint_id IS NOT NULL"),
)
"""Post that is owed: written with what it tells of, delivered afterwards. `due_at` is null when nothing is to be done;
of one that is claimed it is when the claim ends. What goes to one receiver has one `channel`; `number` is its place
among the connection's. `spent` are the tries of earlier rounds, before it was sent again by hand."""

attempts: Final = Table(
    "attempts",
    metadata,
    words("connection_id"),
    words("delivery_id"),
    whole("number"),
    whole("attempted_at"),
    Column("status", Integer, nullable=True),
    words("answer"),
    PrimaryKeyConstraint("connection_id", "delivery_id", "number"),
)

webhook_secrets: Final = Table(
    "webhook_secrets",
    metadata,
    words("account_id"),
    words("id"),
    blob("sealed"),
    whole("created_at"),
    later("retired_at"),
    maybe("endpoint_id"),
    PrimaryKeyConstraint("account_id", "id"),
)
"""The secrets that sign an endpoint's post; without an endpoint, those of the account, for addresses that come with a
request. One that was rotated out signs on until `retired_at`."""

endpoints: Final = Table(
    "endpoints",
    metadata,
    words("account_id"),
    words("id"),
    maybe("connection_id"),
    words("url"),
    words("dialect"),
    blob("events"),
    flag("is_ordered"),
    whole("created_at"),
    words("state"),
    maybe("why"),
    later("failing_since"),
    maybe("last_failure"),
    later("last_success_at"),
    later("reported_at"),
    PrimaryKeyConstraint("account_id", "id"),
    index_on("endpoints_by_id", "id", unique=True),
)
"""Who is told of an account's events, or of one connection's: where, in whose words, of which, and how it fares."""

conditions: Final = Table(
    "conditions",
    metadata,
    words("connection_id"),
    words("state"),
    whole("told_at"),
    PrimaryKeyConstraint("connection_id"),
)
"""The state of a connection that endpoints were told of last."""
