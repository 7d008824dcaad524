"""Remember what was said in a place, and whether it helped."""

import sqlalchemy as sa
from alembic import op

from bot.store.tables import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of answers and feedback."""
    op.create_table(
        "answers",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("place", sa.String(255), nullable=False),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("intent", sa.String(64), nullable=False),
        sa.Column("nudge", sa.String(128), nullable=True),
        sa.Column("ranked", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
    )
    op.create_index("ix_answers_place_at", "answers", ["place", "at"])
    op.create_index("ix_answers_team", "answers", ["team"])
    op.create_table(
        "feedback",
        sa.Column("answer", sa.String(16), nullable=False),
        sa.Column("person_digest", sa.String(64), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("answer", "person_digest", name="pk_feedback"),
        sa.ForeignKeyConstraint(["answer"], ["answers.id"], name="fk_feedback_answer", ondelete="CASCADE"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("feedback")
    op.drop_table("answers")
