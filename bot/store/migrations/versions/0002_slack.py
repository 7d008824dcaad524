"""Remember what Slack needs: events taken on, threads, offers to share, installations."""

import sqlalchemy as sa
from alembic import op

from bot.store.tables import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create Slack's tables."""
    op.create_table(
        "slack_events",
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("event", sa.String(128), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("team", "event", "kind", name="pk_slack_events"),
    )
    op.create_index("ix_slack_events_at", "slack_events", ["at"])
    op.create_table(
        "slack_threads",
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("thread", sa.String(32), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("team", "channel", "thread", "person", name="pk_slack_threads"),
    )
    op.create_index("ix_slack_threads_at", "slack_threads", ["at"])
    op.create_table(
        "slack_offers",
        sa.Column("answer", sa.String(16), nullable=False),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("thread", sa.String(32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("answer", name="pk_slack_offers"),
    )
    op.create_index("ix_slack_offers_at", "slack_offers", ["at"])
    op.create_table(
        "slack_installations",
        sa.Column("enterprise", sa.String(32), nullable=False),
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("enterprise", "team", name="pk_slack_installations"),
    )
    op.create_table(
        "slack_states",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("expires", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_slack_states"),
    )
    op.create_index("ix_slack_states_expires", "slack_states", ["expires"])


def downgrade() -> None:
    """Drop them."""
    for table in ("slack_states", "slack_installations", "slack_offers", "slack_threads", "slack_events"):
        op.drop_table(table)
