"""Find the verdicts of one person without comparing those of the whole workspace."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, empty in what an older replica writes, and its index."""
    op.add_column("feedback", sa.Column("slot_digest", sa.String(64), nullable=True))
    op.create_index("ix_feedback_slot_digest", "feedback", ["slot_digest"], unique=True)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_feedback_slot_digest", "feedback")
    op.drop_column("feedback", "slot_digest")
