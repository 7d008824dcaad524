"""The tables. No message text is kept in any of them."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """An instant in UTC, aware in Python on both databases (SQLite keeps no zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time cannot be stored; give it a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware time."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Names of constraints are fixed, so that migrations can name them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class AnswerRow(Base):
    """An answer given in a place, with its time and the confidences; never the question."""

    __tablename__ = "answers"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    place: Mapped[str] = mapped_column(String(255))
    platform: Mapped[str] = mapped_column(String(16))
    team: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(32))
    intent: Mapped[str] = mapped_column(String(64))
    nudge: Mapped[str | None] = mapped_column(String(128))
    ranked: Mapped[list[list[str | float]]] = mapped_column(JSON)
    thread: Mapped[str | None] = mapped_column(String(64))

    __table_args__ = (
        Index("ix_answers_place_at", "place", "at"),
        Index("ix_answers_team", "team"),
        Index("ix_answers_at", "at"),
    )


class FeedbackRow(Base):
    """Whether an answer helped. The person is two pseudonyms: digests that differ from answer to answer."""

    __tablename__ = "feedback"

    answer: Mapped[str] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True)
    person_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    helpful: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    slot_digest: Mapped[str | None] = mapped_column(String(64))  # None in rows of an earlier release

    __table_args__ = (Index("ix_feedback_slot_digest", "slot_digest", unique=True),)


class PendingRow(Base):
    """What a thread or a person may go on from: ids, confidences and settings, for a day at most; no words.

    `person` is a digest, and empty for what anybody in the thread may go on from. `slot` keeps who asks apart from
    what is pending.
    """

    __tablename__ = "pending"

    place: Mapped[str] = mapped_column(String(255), primary_key=True)
    thread: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(String(190), primary_key=True)
    slot: Mapped[str] = mapped_column(String(8), primary_key=True)
    platform: Mapped[str] = mapped_column(String(16))
    team: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    about: Mapped[str] = mapped_column(String(64))
    part: Mapped[str] = mapped_column(String(16))
    options: Mapped[list[list[str | float]]] = mapped_column(JSON)
    command: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_pending_until", "until"),
        Index("ix_pending_team_person", "team", "person"),
    )


class ReaderRow(Base):
    """What somebody, by a digest, asked to have remembered of them: their role and how long they have."""

    __tablename__ = "readers"

    platform: Mapped[str] = mapped_column(String(16), primary_key=True)
    team: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(String(190), primary_key=True)
    role: Mapped[str] = mapped_column(String(16))
    minutes: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


# Slack


class SlackEventRow(Base):
    """An event that was taken on; its key stops Slack's retries, on every replica."""

    __tablename__ = "slack_events"

    team: Mapped[str] = mapped_column(String(32), primary_key=True)
    event: Mapped[str] = mapped_column(String(128), primary_key=True)
    kind: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class SlackThreadRow(Base):
    """A person who spoke to the bot in a thread, so that the bot answers there without a further mention."""

    __tablename__ = "slack_threads"

    team: Mapped[str] = mapped_column(String(32), primary_key=True)
    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    thread: Mapped[str] = mapped_column(String(32), primary_key=True)
    person: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class SlackOfferRow(Base):
    """The thread that a private answer may be shared to: the thread of the message that was asked about."""

    __tablename__ = "slack_offers"

    answer: Mapped[str] = mapped_column(String(16), primary_key=True)
    team: Mapped[str] = mapped_column(String(32))
    channel: Mapped[str] = mapped_column(String(32))
    thread: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class SlackWelcomeRow(Base):
    """Somebody, in their own messages, or a channel that was greeted, so that nobody is greeted twice."""

    __tablename__ = "slack_welcomes"

    team: Mapped[str] = mapped_column(String(32), primary_key=True)
    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class SlackInstallationRow(Base):
    """A workspace that installed the bot, with Slack's installation data encrypted."""

    __tablename__ = "slack_installations"

    enterprise: Mapped[str] = mapped_column(String(32), primary_key=True)
    team: Mapped[str] = mapped_column(String(32), primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class SlackStateRow(Base):
    """The OAuth state of an installation in progress, as a digest, valid for one use."""

    __tablename__ = "slack_states"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


# Teams


class TeamsConversationRow(Base):
    """A conversation that the bot was in, and whether the bot may still post there."""

    __tablename__ = "teams_conversations"

    place: Mapped[str] = mapped_column(String(255), primary_key=True)
    tenant: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(255))
    scope: Mapped[str] = mapped_column(String(16))
    team: Mapped[str] = mapped_column(String(255))
    person: Mapped[str] = mapped_column(String(255))
    reference: Mapped[dict[str, Any]] = mapped_column(JSON)
    seen: Mapped[datetime] = mapped_column(UtcDateTime)
    welcomed: Mapped[bool]
    closed: Mapped[str | None] = mapped_column(String(64))

    __table_args__ = (
        Index("ix_teams_conversations_person", "tenant", "person"),
        Index("ix_teams_conversations_team", "tenant", "team"),
    )


class TeamsArrivalRow(Base):
    """A claimed event, by its digest, so that no repetition is answered."""

    __tablename__ = "teams_arrivals"

    event: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class TeamsPostRow(Base):
    """The answer that a posted message holds, by a digest of the message's ids: feedback names only the message."""

    __tablename__ = "teams_posts"

    post: Mapped[str] = mapped_column(String(64), primary_key=True)
    answer: Mapped[str] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), index=True)


class SubscriptionRow(Base):
    """A subscription; the row stays when it is switched off, so that a day's tip can never come twice."""

    __tablename__ = "subscriptions"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    place: Mapped[str] = mapped_column(String(255))
    platform: Mapped[str] = mapped_column(String(16))
    team: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(190))
    private: Mapped[bool]
    owner: Mapped[str] = mapped_column(String(190))
    at: Mapped[str] = mapped_column(String(5))
    zone: Mapped[str] = mapped_column(String(64))
    weekdays: Mapped[str] = mapped_column(String(7))
    themes: Mapped[list[str]] = mapped_column(JSON)
    nation: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str | None] = mapped_column(String(255))
    paused_until: Mapped[date | None]
    skip_day: Mapped[date | None]
    next_due: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_day: Mapped[date | None]
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    paused_from: Mapped[date | None]
    every: Mapped[str] = mapped_column(String(9), server_default="week")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    shape: Mapped[str] = mapped_column(String(4), server_default="days")
    held_theme: Mapped[str | None] = mapped_column(String(64))
    held_until: Mapped[date | None]
    progress: Mapped[bool] = mapped_column(server_default=false())

    __table_args__ = (
        UniqueConstraint("place"),
        Index("ix_subscriptions_next_due", "next_due"),
        Index("ix_subscriptions_team", "team"),
        Index("ix_subscriptions_team_owner", "team", "owner"),
    )


class DigestRow(Base):
    """A place that gets counts of its small steps once a month; the counts themselves are not kept."""

    __tablename__ = "digests"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    place: Mapped[str] = mapped_column(String(255))
    platform: Mapped[str] = mapped_column(String(16))
    team: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(190))
    private: Mapped[bool]
    owner: Mapped[str] = mapped_column(String(190))
    zone: Mapped[str] = mapped_column(String(64))
    nation: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(8))
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(String(255))
    attempt: Mapped[int]
    turn: Mapped[int]  # as for a delivery
    again_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("place"),
        Index("ix_digests_due_at", "due_at"),
        Index("ix_digests_again_at", "again_at"),
        Index("ix_digests_team", "team"),
    )


class DeliveryRow(Base):
    """The one tip of a subscription on a local date: the lasting record that the tip was posted once."""

    __tablename__ = "deliveries"

    subscription: Mapped[str] = mapped_column(ForeignKey("subscriptions.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(8))
    attempt: Mapped[int]
    late: Mapped[int | None]  # seconds from due to posted
    answer: Mapped[str | None] = mapped_column(String(16))
    theme: Mapped[str | None] = mapped_column(String(64))
    nudge: Mapped[str | None] = mapped_column(String(128))
    reason: Mapped[str | None] = mapped_column(String(255))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    turn: Mapped[int] = mapped_column(server_default="0")  # how often the task was deferred
    again_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # when to enqueue the deferred task again

    __table_args__ = (
        Index("ix_deliveries_due_at", "due_at"),
        Index("ix_deliveries_state", "state"),
        Index("ix_deliveries_again_at", "again_at"),
    )


class PromiseRow(Base):
    """A small step that somebody took on. Deleted when withdrawn, and after 90 days."""

    __tablename__ = "promises"

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    place: Mapped[str] = mapped_column(String(255))
    platform: Mapped[str] = mapped_column(String(16))
    team: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(190))
    private: Mapped[bool]
    person: Mapped[str] = mapped_column(String(190))
    nudge: Mapped[str] = mapped_column(String(128))
    zone: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    check_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    check_state: Mapped[str] = mapped_column(String(8))
    attempt: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(12))
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    turn: Mapped[int] = mapped_column(server_default="0")  # as for a delivery
    again_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(String(255))
    cue: Mapped[str | None] = mapped_column(String(12))
    cue_day: Mapped[date | None]
    cue_text: Mapped[str | None] = mapped_column(String(120))  # a person's own words; deleted when it is settled
    again: Mapped[bool] = mapped_column(server_default=false())  # asked about once more, on a new day
    named: Mapped[str | None] = mapped_column(String(80))  # a person's name, where they say so for this one step

    __table_args__ = (
        Index("ix_promises_place_person", "place", "person"),
        Index("ix_promises_check_at", "check_at"),
        Index("ix_promises_again_at", "again_at"),
        Index("ix_promises_team_person", "team", "person"),
        Index("ix_promises_made_at", "made_at"),
    )


class ReplicaRow(Base):
    """A replica that delivers tips, and the time of its last heartbeat."""

    __tablename__ = "replicas"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class QuestionRow(Base):
    """A redacted question that got no lesson, without person and place; kept only when the settings say so."""

    __tablename__ = "questions"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    day: Mapped[date]
    text: Mapped[str] = mapped_column(String(1000))
    decision: Mapped[str] = mapped_column(String(16))

    __table_args__ = (Index("ix_questions_day", "day"),)


# The pack that editors write


class PackRevisionRow(Base):
    """A revision of one file of the pack that editors write on the page, with the name that the editor claimed."""

    __tablename__ = "pack_revisions"

    path: Mapped[str] = mapped_column(String(200), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(9))
    text: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class PackPublicationRow(Base):
    """The one row with the number of what is published: whoever changes that moves it on, and replicas see it move."""

    __tablename__ = "pack_publication"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
