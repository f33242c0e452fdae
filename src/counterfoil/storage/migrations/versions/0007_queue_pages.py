"""Queued queries that are answered page by page; the version of the API that a caller spoke."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("queue", sa.Column("api_version", sa.Text(), nullable=True))
    op.create_table(
        "queue_pages",
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("response", sa.LargeBinary(), nullable=True),
        sa.Column("remaining", sa.BigInteger(), nullable=True),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "request_id", "number"),
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before this migration")
