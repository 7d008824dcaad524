"""Remember who gets a daily tip, which came, and which small steps were taken on."""

import sqlalchemy as sa
from alembic import op

from bot.store.tables import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of subscriptions, deliveries, promises and replicas."""
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.String(16), nullable=False),
        *_place(),
        sa.Column("owner", sa.String(190), nullable=False),
        sa.Column("at", sa.String(5), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("weekdays", sa.String(7), nullable=False),
        sa.Column("themes", sa.JSON(), nullable=False),
        sa.Column("nation", sa.String(16), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("reason", sa.String(255), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("skip_day", sa.Date(), nullable=True),
        sa.Column("next_due", UtcDateTime(), nullable=True),
        sa.Column("next_day", sa.Date(), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_subscriptions"),
        sa.UniqueConstraint("place", name="uq_subscriptions_place"),
    )
    op.create_index("ix_subscriptions_next_due", "subscriptions", ["next_due"])
    op.create_index("ix_subscriptions_team", "subscriptions", ["team"])
    _deliveries()
    _promises()
    op.create_table(
        "replicas",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_replicas"),
    )


def _place() -> list[sa.Column[object]]:
    return [
        sa.Column("place", sa.String(255), nullable=False),
        sa.Column("platform", sa.String(16), nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(190), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
    ]


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("subscription", sa.String(16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(16), nullable=True),
        sa.Column("theme", sa.String(64), nullable=True),
        sa.Column("nudge", sa.String(128), nullable=True),
        sa.Column("reason", sa.String(255), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("subscription", "day", name="pk_deliveries"),
        sa.ForeignKeyConstraint(
            ["subscription"], ["subscriptions.id"], name="fk_deliveries_subscription", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_deliveries_due_at", "deliveries", ["due_at"])
    op.create_index("ix_deliveries_state", "deliveries", ["state"])


def _promises() -> None:
    op.create_table(
        "promises",
        sa.Column("id", sa.String(16), nullable=False),
        *_place(),
        sa.Column("person", sa.String(190), nullable=False),
        sa.Column("nudge", sa.String(128), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("check_at", UtcDateTime(), nullable=True),
        sa.Column("check_state", sa.String(8), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("settled_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_promises"),
    )
    op.create_index("ix_promises_place_person", "promises", ["place", "person"])
    op.create_index("ix_promises_check_at", "promises", ["check_at"])
    op.create_index("ix_promises_team_person", "promises", ["team", "person"])


def downgrade() -> None:
    """Drop them."""
    for table in ("replicas", "promises", "deliveries", "subscriptions"):
        op.drop_table(table)
