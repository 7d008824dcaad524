"""Give a week of tips a shape, and let a place stay with a theme for some weeks."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("subscriptions", sa.Column("shape", sa.String(4), nullable=False, server_default="days"))
    op.add_column("subscriptions", sa.Column("held_theme", sa.String(64), nullable=True))
    op.add_column("subscriptions", sa.Column("held_until", sa.Date(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    for column in ("held_until", "held_theme", "shape"):
        op.drop_column("subscriptions", column)
