"""Remember whom and which channels the bot greeted on Slack, so that nobody is greeted twice."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "slack_welcomes",
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team", "channel", name="pk_slack_welcomes"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("slack_welcomes")
