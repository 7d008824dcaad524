"""Let a tip or a reminder that has to wait give its place in the queue to others, and say why a reminder failed."""

import sqlalchemy as sa
from alembic import op

from bot.store.tables import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    for table in ("deliveries", "promises"):
        op.add_column(table, sa.Column("turn", sa.Integer(), nullable=False, server_default="0"))
        op.add_column(table, sa.Column("again_at", UtcDateTime(), nullable=True))
        op.create_index(f"ix_{table}_again_at", table, ["again_at"])
    op.add_column("promises", sa.Column("reason", sa.String(255), nullable=True))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("promises", "reason")
    for table in ("deliveries", "promises"):
        op.drop_index(f"ix_{table}_again_at", table)
        op.drop_column(table, "again_at")
        op.drop_column(table, "turn")
