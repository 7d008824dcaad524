"""Let a tip come each fortnight or month, begin and end on a day, and rest from a day on."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    for day in ("paused_from", "starts_on", "ends_on"):
        op.add_column("subscriptions", sa.Column(day, sa.Date(), nullable=True))
    op.add_column("subscriptions", sa.Column("every", sa.String(9), nullable=False, server_default="week"))


def downgrade() -> None:
    """Drop them."""
    for column in ("every", "ends_on", "starts_on", "paused_from"):
        op.drop_column("subscriptions", column)
