"""Keep questions that got no lesson, redacted, where the operator asks for it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "questions",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("text", sa.String(1000), nullable=False),
        sa.Column("decision", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_questions"),
    )
    op.create_index("ix_questions_day", "questions", ["day"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("questions")
