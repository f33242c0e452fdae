"""Turns in a lane: on PostgreSQL each transaction leaves its mark, by which its fate can be found out."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lanes", sa.Column("turn", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("lanes", sa.Column("marks", sa.LargeBinary(), nullable=False, server_default=""))


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before this migration")
