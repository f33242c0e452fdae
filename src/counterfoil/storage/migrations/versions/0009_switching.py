"""Switching vendors: keys that are brought along, and other names of connections."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

LIVING = sa.text("revoked_at IS NULL")
NAMED = sa.text("public_key IS NOT NULL AND revoked_at IS NULL")


def upgrade() -> None:
    for name in ("dialect", "public_key"):
        op.add_column("keys", sa.Column(name, sa.Text(), nullable=True))
    op.create_index("keys_by_digest", "keys", ["digest"], unique=True, sqlite_where=LIVING, postgresql_where=LIVING)
    op.create_index(
        "keys_by_public_key", "keys", ["public_key"], unique=True, sqlite_where=NAMED, postgresql_where=NAMED
    )
    op.create_table(
        "aliases",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "alias"),
    )
    op.create_index("aliases_by_connection", "aliases", ["account_id", "connection_id"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before this migration")
