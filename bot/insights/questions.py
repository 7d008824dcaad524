"""Unanswered questions: redacted and kept, then grouped and drafted as utterances for an editor."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import yaml

from bot.insights.redaction import Redactor
from bot.store.questions import Question, Questions

if TYPE_CHECKING:
    from intents import Classifier

SENT = "sent"  # the decision under which a question is kept that somebody sent
WRITER, VOICE = "unanswered", "unknown"
_LONGEST = 600  # characters; a longer one is a pasted document, and no utterance
_FEWEST_WORDS = 3  # that are left after redaction


class QuestionKeeper:
    """Keeps questions that got no lesson.

    Parameters
    ----------
    days
        Number of days for which questions are kept; 0 keeps none.
    zone
        IANA name of the zone in which days begin.
    """

    def __init__(self, questions: Questions, redactor: Redactor, days: int, zone: str) -> None:
        self._questions = questions
        self._redactor = redactor
        self.days = days
        self._zone = ZoneInfo(zone)

    async def keep(self, text: str, decision: str) -> None:
        """Keep a question, redacted, unless too few words are left."""
        if self.days and (redacted := self.redact(text)):
            await self._questions.keep(Question(self._today(), redacted, decision))

    def redact(self, text: str) -> str:
        """Return a question as it would be kept; empty where too few words are left."""
        redacted = self._redactor.redact(text[:_LONGEST])
        left = [word for word in redacted.split() if not word.startswith("[")]
        return redacted if len(left) >= _FEWEST_WORDS else ""

    async def send(self, redacted: str) -> None:
        """Keep a redacted question that somebody sent to the editors; in place of itself, where it is kept of today."""
        if self.days:
            await self._questions.send(Question(self._today(), redacted, SENT))

    async def delete_old(self) -> None:
        """Delete the questions whose keeping time is over."""
        await self._questions.delete_older(self._today(), self.days)

    def _today(self) -> date:
        return datetime.now(UTC).astimezone(self._zone).date()


@dataclass(frozen=True, slots=True)
class UtteranceChange:
    """A known utterance that would be classified otherwise, and whether it would then be right."""

    where: str
    text: str
    before: str
    after: str
    right: bool


@dataclass(frozen=True, slots=True)
class UtteranceDraft:
    """A phrase that may be added to an intent, and the utterances that it would win from other intents."""

    text: str
    times: int
    changes: tuple[UtteranceChange, ...]


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """Questions that are nearest to one intent."""

    intent: str
    drafts: tuple[UtteranceDraft, ...]


TryUtterance = Callable[[str, str], tuple[UtteranceChange, ...]]


def group_questions(
    questions: Iterable[Question], classifier: "Classifier", try_: TryUtterance, most: int
) -> list[QuestionGroup]:
    """Group questions by the theme that they are nearest to, the largest group first.

    Parameters
    ----------
    try_
        Returns the changes if a phrase were added to an intent.
    most
        Largest number of phrases drafted, the most frequent first.
    """
    times: dict[str, int] = {}
    for question in questions:
        times[question.text] = times.get(question.text, 0) + 1
    frequent = sorted(times, key=lambda text: -times[text])[:most]
    by_intent: dict[str, list[UtteranceDraft]] = {}
    for text in frequent:
        intent = classifier.classify(text).themes[0].id
        by_intent.setdefault(intent, []).append(UtteranceDraft(text, times[text], try_(intent, text)))
    made = [QuestionGroup(intent, tuple(drafts)) for intent, drafts in by_intent.items()]
    return sorted(made, key=lambda group: -sum(draft.times for draft in group.drafts))


def format_yaml(group: QuestionGroup) -> str:
    """Return the drafts of a group as YAML, each under comments on what it would change."""
    lines = [f"# intents/utterances/{group.intent}.yaml", "utterances:", f"  {WRITER}:", f"    {VOICE}:"]
    for draft in group.drafts:
        lines += [f"      # {comment}" for comment in _comments(draft)]
        lines.append(f"      - {_quoted(draft.text)}")
    return "\n".join(lines) + "\n"


def _comments(draft: UtteranceDraft) -> Iterable[str]:
    if draft.times > 1:
        yield f"asked {draft.times} times"
    if not draft.changes:
        yield "wins nothing over"
    for change in draft.changes:
        verdict = "right" if change.right else "WRONG"
        yield f"{verdict}: wins “{change.text}” ({change.where}) from {change.before} to {change.after}"


def _quoted(text: str) -> str:
    quoted: str = yaml.safe_dump(text, allow_unicode=True, default_style='"', width=10_000)
    return quoted.strip()
