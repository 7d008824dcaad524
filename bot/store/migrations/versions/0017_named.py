"""Keep a name beside a small step that is done, where its taker says so for this one step."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("promises", sa.Column("named", sa.String(80), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("promises", "named")
