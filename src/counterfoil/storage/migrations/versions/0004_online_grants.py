"""What Intuit granted online connections, and the consents that are being asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "grants",
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("is_leaving", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id"),
    )
    op.create_index(
        "grants_leaving",
        "grants",
        ["connection_id"],
        unique=False,
        sqlite_where=sa.text("is_leaving"),
        postgresql_where=sa.text("is_leaving"),
    )
    op.create_table(
        "consents",
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("state_digest", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("connection_id", "state_digest"),
    )
    op.create_index("consents_by_state", "consents", ["state_digest"], unique=True)


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before this migration")
