"""Find what has expired, and what a person set up, without reading whole tables: with 100,000 places they are large."""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the indexes."""
    op.create_index("ix_answers_at", "answers", ["at"])
    op.create_index("ix_promises_made_at", "promises", ["made_at"])
    op.create_index("ix_subscriptions_team_owner", "subscriptions", ["team", "owner"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_subscriptions_team_owner", "subscriptions")
    op.drop_index("ix_promises_made_at", "promises")
    op.drop_index("ix_answers_at", "answers")
