"""Keep for a day what a thread or a person may go on from, and who asks where they want it remembered."""

import sqlalchemy as sa
from alembic import op

from bot.store.tables import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "pending",
        sa.Column("place", sa.String(255), nullable=False),
        sa.Column("thread", sa.String(64), nullable=False),
        sa.Column("person", sa.String(190), nullable=False),
        sa.Column("slot", sa.String(8), nullable=False),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("about", sa.String(64), nullable=False),
        sa.Column("part", sa.String(16), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("command", sa.JSON(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("place", "thread", "person", "slot", name="pk_pending"),
    )
    op.create_index("ix_pending_until", "pending", ["until"])
    op.create_index("ix_pending_team_person", "pending", ["team", "person"])
    op.create_table(
        "readers",
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("person", sa.String(190), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "team", "person", name="pk_readers"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("readers")
    op.drop_table("pending")
