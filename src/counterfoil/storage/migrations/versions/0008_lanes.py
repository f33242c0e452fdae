"""The lanes themselves: what was changed in them last, and which process works for them.

Indexes over the digests of secrets are plain ones from here on: a database that distributes rows by connection can see
to uniqueness within a connection only, and digests of random secrets do not meet.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lanes",
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("held_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("connection_id"),
    )
    for name, table, column in (
        ("sessions_by_ticket", "sessions", "ticket"),
        ("consents_by_state", "consents", "state_digest"),
        ("invoice_links_by_digest", "invoice_links", "digest"),
    ):
        op.drop_index(name, table_name=table)
        op.create_index(name, table, [column], unique=False)


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before this migration")
