"""Tie a promise to a moment, in a person's own words if they like, and let it be asked about once more."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns."""
    op.add_column("promises", sa.Column("cue", sa.String(12), nullable=True))
    op.add_column("promises", sa.Column("cue_day", sa.Date(), nullable=True))
    op.add_column("promises", sa.Column("cue_text", sa.String(120), nullable=True))
    op.add_column("promises", sa.Column("again", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Drop them."""
    for column in ("again", "cue_text", "cue_day", "cue"):
        op.drop_column("promises", column)
