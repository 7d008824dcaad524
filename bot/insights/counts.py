"""Counts of the last weeks, as tables."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.insights.tables import CountTable, Headline, Insights, build_table, describe_share, round_count
from bot.insights.unanswered import group_by_words
from bot.store.insights import AnswerGroup, InsightCounts, OutcomeGroup, VerdictGroup
from bot.store.questions import Questions

if TYPE_CHECKING:
    from knowledge import Knowledge

LESSONS = ("lesson", "theme", "another", "picked", "shared", "tip")
_WEEK = timedelta(days=7)
_RISING = 5  # themes
_SAID = ("Lessons", "Helpful", "Not helpful", "Asked back", "Out of scope", "Handed over")
_PLATFORMS = {"slack": "Slack", "teams": "Teams", "terminal": "Terminal", "simulator": "Simulator page"}
_OUTCOMES = {"done": "Kept", "not-yet": "Not yet", "not-for-me": "Not for me", "open": "Open"}
_ENDS = {"posted": "Posted", "skipped": "Left out", "missed": "Missed", "refused": "Refused", "unknown": "Unknown"}


class InsightCounter:
    """Counts answers, verdicts, promises and deliveries.

    Parameters
    ----------
    zone
        IANA name of the zone in which weeks begin.
    knowledge
        Returns the current knowledge, for the themes' titles.
    keeps_questions
        Whether the operator keeps questions that got no lesson, so that their words are counted too.
    """

    def __init__(
        self, engine: AsyncEngine, zone: str, knowledge: "Callable[[], Knowledge]", *, keeps_questions: bool = False
    ) -> None:
        self._engine = engine
        self._zone = ZoneInfo(zone)
        self._knowledge = knowledge
        self._keeps_questions = keeps_questions

    async def count_weeks(self, weeks: int, today: date | None = None) -> Insights:
        """Return the counts of the last weeks, the present one included.

        Parameters
        ----------
        today
            A local date in the present week; today when None.
        """
        days = _mondays(weeks, today or datetime.now(UTC).astimezone(self._zone).date())
        return await self._count(days, f"{days[0]:%-d %B %Y} to {days[-1] - timedelta(days=1):%-d %B %Y}")

    async def count_month(self, first: date) -> Insights:
        """Return the counts of a month, for the page of a monthly meeting.

        Parameters
        ----------
        first
            The first day of the month.
        """
        after = (first + timedelta(days=31)).replace(day=1)
        inside = (first + timedelta(days=number) for number in range(1, (after - first).days))
        return await self._count([first, *(day for day in inside if not day.weekday()), after], f"{first:%B %Y}")

    async def _count(self, days: Sequence[date], period: str) -> Insights:
        """Return the counts between days, of which the last is the first one that is left out."""
        counts = InsightCounts(self._engine, [datetime.combine(day, time(), tzinfo=self._zone) for day in days])
        answers, feedback = await counts.answers(), await counts.feedback()
        promises = await counts.promises()
        names = [f"{'Week of' if not day.weekday() else 'From'} {day:%-d %b %Y}" for day in days[:-1]]
        titles = {name: theme.title for name, theme in self._knowledge().themes.items()}
        return Insights(
            period,
            _headlines(answers, feedback, promises),
            (
                _by_theme(answers, feedback, titles),
                _rising(answers, titles, len(names)),
                *await self._unanswered(days),
                _by_platform(answers, feedback),
                _by_week(answers, feedback, names),
                _promises(promises, names),
                _deliveries(await counts.deliveries(), names),
            ),
        )

    async def _unanswered(self, days: Sequence[date]) -> Sequence[CountTable]:
        """Return what was asked and not answered, by groups of words; nothing where no questions are kept."""
        if not self._keeps_questions:
            return ()
        kept = [one for one in await Questions(self._engine).all() if days[0] <= one.day < days[-1]]
        groups = {words: (count,) for words, count in group_by_words(one.text for one in kept).items()}
        about = (
            "Questions without a lesson, by the words that five or more of them share; names and numbers were removed."
        )
        return (build_table("Asked and not answered", about, "Words", ("Questions",), groups),)


def _headlines(
    answers: Counter[AnswerGroup], feedback: Counter[VerdictGroup], promises: Counter[OutcomeGroup]
) -> tuple[Headline, ...]:
    lessons, helpful, not_helpful, asked_back, refused, _ = _said(answers, feedback)
    asked = lessons + asked_back + refused
    taken, kept = promises.total(), sum(n for outcome, n in promises.items() if outcome.outcome == "done")
    return (
        Headline("Asked", round_count(asked)),
        Headline("Answered with a lesson", round_count(lessons), describe_share(lessons, asked)),
        Headline("Found helpful", round_count(helpful), describe_share(helpful, helpful + not_helpful)),
        Headline("Small steps taken on", round_count(taken)),
        Headline("Small steps done", round_count(kept), describe_share(kept, taken)),
    )


def _rising(answers: Counter[AnswerGroup], titles: Mapping[str, str], weeks: int) -> CountTable:
    """Return the themes with more lessons in the later half of the weeks than in the earlier one, by what is shown."""
    half = weeks // 2
    counted = {
        title: tuple(
            sum(n for a, n in answers.items() if a.intent == theme and a.kind in LESSONS and a.week in range(*span))
            for span in ((weeks - 2 * half, weeks - half), (weeks - half, weeks))
        )
        for theme, title in titles.items()
    }
    rise = {title: (round_count(now) or 0) - (round_count(before) or 0) for title, (before, now) in counted.items()}
    risen = sorted((title for title in counted if rise[title] > 0), key=lambda title: -rise[title])[:_RISING]
    about = f"Themes asked for more in the last {half} weeks than in the {half} before."
    rows = {title: counted[title] for title in risen}
    return replace(build_table("Rising", about, "Theme", ("Before", "Now"), rows), drawn=1)


def _mondays(weeks: int, today: date) -> list[date]:
    """Return the Mondays on which the weeks begin, and the Monday after the last week."""
    after = today - timedelta(days=today.weekday()) + _WEEK
    return [after - number * _WEEK for number in range(weeks, -1, -1)]


def _by_theme(answers: Counter[AnswerGroup], feedback: Counter[VerdictGroup], titles: Mapping[str, str]) -> CountTable:
    counted = {
        title: _said(
            {a: n for a, n in answers.items() if a.intent == theme},
            {r: n for r, n in feedback.items() if r.intent == theme},
        )[:4]
        for theme, title in titles.items()
    }
    # A row of dashes would tell that somebody asked about a theme which nearly nobody asks about.
    shown = {title: counts for title, counts in counted.items() if any(map(round_count, counts))}
    most_first = dict(sorted(shown.items(), key=lambda row: -row[1][0]))
    return build_table(
        "By theme",
        "Most lessons first. “Asked back” is the first of the themes offered.",
        "Theme",
        _SAID[:4],
        most_first,
    )


def _by_platform(answers: Counter[AnswerGroup], feedback: Counter[VerdictGroup]) -> CountTable:
    counted = {
        name: _said(
            {a: n for a, n in answers.items() if a.platform == platform},
            {r: n for r, n in feedback.items() if r.platform == platform},
        )
        for platform, name in _PLATFORMS.items()
    }
    return build_table("By platform", "Where people asked.", "Platform", _SAID, counted)


def _by_week(answers: Counter[AnswerGroup], feedback: Counter[VerdictGroup], names: Sequence[str]) -> CountTable:
    counted = {
        name: _said(
            {a: n for a, n in answers.items() if a.week == week},
            {r: n for r, n in feedback.items() if r.week == week},
        )
        for week, name in enumerate(names)
    }
    return build_table(
        "By week", "Weeks begin on Monday. Ratings count in the week of the answer.", "Week", _SAID, counted
    )


def _said(answers: Mapping[AnswerGroup, int], feedback: Mapping[VerdictGroup, int]) -> tuple[int, ...]:
    return (
        sum(n for a, n in answers.items() if a.kind in LESSONS),
        sum(n for r, n in feedback.items() if r.helpful),
        sum(n for r, n in feedback.items() if not r.helpful),
        sum(n for a, n in answers.items() if a.kind == "clarify"),
        sum(n for a, n in answers.items() if (a.kind, a.intent) == ("text", "out-of-scope")),
        sum(n for a, n in answers.items() if a.kind == "handover"),
    )


def _promises(promises: Counter[OutcomeGroup], names: Sequence[str]) -> CountTable:
    counted = {name: tuple(_came(promises, week, _OUTCOMES)) for week, name in enumerate(names)}
    about = "Small steps that people took on, by the week in which they did. Kept for 90 days."
    return build_table("Promises", about, "Week", tuple(_OUTCOMES.values()), counted)


def _deliveries(deliveries: Counter[OutcomeGroup], names: Sequence[str]) -> CountTable:
    counted = {name: tuple(_came(deliveries, week, _ENDS)) for week, name in enumerate(names)}
    about = "Daily tips that were due. Small counts are shown: they say how the bot did, and nothing about people."
    return build_table("Daily tips", about, "Week", tuple(_ENDS.values()), counted, exact=True)


def _came(counts: Counter[OutcomeGroup], week: int, outcomes: Iterable[str]) -> Iterable[int]:
    return (counts[OutcomeGroup(week, outcome)] for outcome in outcomes)
