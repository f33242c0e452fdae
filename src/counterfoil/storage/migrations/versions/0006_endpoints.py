"""Endpoints that are told of events; deliveries that are claimed, and kept in order where that is asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

DUE = sa.text("due_at IS NOT NULL")
IN_ORDER = sa.text("due_at IS NOT NULL AND is_ordered")
OF_ENDPOINT = sa.text("endpoint_id IS NOT NULL")


def upgrade() -> None:
    for column in (
        sa.Column("endpoint_id", sa.Text(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False, server_default=""),
        sa.Column("number", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("is_ordered", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("event_id", sa.Text(), nullable=True),
        sa.Column("event_type", sa.Text(), nullable=True),
        sa.Column("spent", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("claimed_by", sa.Text(), nullable=True),
    ):
        op.add_column("deliveries", column)
    op.execute("UPDATE deliveries SET channel = connection_id || ' ' || url")
    op.drop_index("deliveries_due", table_name="deliveries")
    for name, columns, where in (
        ("deliveries_due", ["channel", "due_at"], DUE),
        ("deliveries_in_order", ["channel", "connection_id", "number"], IN_ORDER),
        ("deliveries_of_endpoint", ["connection_id", "endpoint_id", "id"], OF_ENDPOINT),
    ):
        op.create_index(name, "deliveries", columns, unique=False, sqlite_where=where, postgresql_where=where)
    op.add_column("webhook_secrets", sa.Column("endpoint_id", sa.Text(), nullable=True))
    op.create_table(
        "endpoints",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("connection_id", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("dialect", sa.Text(), nullable=False),
        sa.Column("events", sa.LargeBinary(), nullable=False),
        sa.Column("is_ordered", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.Column("last_failure", sa.Text(), nullable=True),
        sa.Column("last_success_at", sa.BigInteger(), nullable=True),
        sa.Column("reported_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "id"),
    )
    op.create_index("endpoints_by_id", "endpoints", ["id"], unique=True)
    op.create_table(
        "conditions",
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id"),
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before this migration")
