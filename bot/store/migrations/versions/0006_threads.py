"""Remember in which thread something was said, so that “why” there means what was said there."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the thread to the answers; of those that were given before, it is not known."""
    op.add_column("answers", sa.Column("thread", sa.String(64), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("answers", "thread")
