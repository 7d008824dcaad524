"""Keep the pack that editors write on the page: every revision of its files, and a number for what is published."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "pack_revisions",
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("path", "number", name="pk_pack_revisions"),
    )
    op.create_table(
        "pack_publication",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pack_publication"),
    )
    op.execute("INSERT INTO pack_publication (id, version) VALUES (1, 0)")


def downgrade() -> None:
    """Drop them."""
    op.drop_table("pack_publication")
    op.drop_table("pack_revisions")
