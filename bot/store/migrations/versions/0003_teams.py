"""Remember what Teams needs: conversations to post to, events taken on, which message holds which answer."""

import sqlalchemy as sa
from alembic import op

from bot.store.tables import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create Teams' tables."""
    op.create_table(
        "teams_conversations",
        sa.Column("place", sa.String(255), nullable=False),
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(255), nullable=False),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("team", sa.String(255), nullable=False),
        sa.Column("person", sa.String(255), nullable=False),
        sa.Column("reference", sa.JSON(), nullable=False),
        sa.Column("seen", UtcDateTime(), nullable=False),
        sa.Column("welcomed", sa.Boolean(), nullable=False),
        sa.Column("closed", sa.String(64), nullable=True),
        sa.PrimaryKeyConstraint("place", name="pk_teams_conversations"),
    )
    op.create_index("ix_teams_conversations_person", "teams_conversations", ["tenant", "person"])
    op.create_index("ix_teams_conversations_team", "teams_conversations", ["tenant", "team"])
    op.create_table(
        "teams_arrivals",
        sa.Column("event", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("event", name="pk_teams_arrivals"),
    )
    op.create_index("ix_teams_arrivals_at", "teams_arrivals", ["at"])
    op.create_table(
        "teams_posts",
        sa.Column("post", sa.String(64), nullable=False),
        sa.Column("answer", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("post", name="pk_teams_posts"),
        sa.ForeignKeyConstraint(["answer"], ["answers.id"], name="fk_teams_posts_answer", ondelete="CASCADE"),
    )
    op.create_index("ix_teams_posts_answer", "teams_posts", ["answer"])


def downgrade() -> None:
    """Drop them."""
    for table in ("teams_posts", "teams_arrivals", "teams_conversations"):
        op.drop_table(table)
