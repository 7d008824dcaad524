"""Counting what was really said."""

import csv
import random
import re
import sys
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations, combinations_with_replacement
from pathlib import Path

import pytest
from sqlalchemy import insert, update
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.actions import Rate
from bot.app import App
from bot.insights.counts import InsightCounter
from bot.insights.pages import render_insights_page
from bot.insights.tables import CountTable, Insights
from bot.message import LessonReply, Place, Press
from bot.store.insights import AnswerGroup, InsightCounts, OutcomeGroup
from bot.store.promises import Promise, Promises
from bot.store.tables import AnswerRow, FeedbackRow, QuestionRow


@pytest.fixture
def counting(app: App) -> InsightCounter:
    return InsightCounter(app.engine, "Europe/London", app.knowledge)


async def tips(app: App, platform: str, number: int) -> list[LessonReply]:
    return [await app.conversation.lessons.choose_tip(Place(platform, "T", f"C{n}")) for n in range(number)]


def named(insights: Insights, title: str) -> CountTable:
    return next(table for table in insights.tables if table.title == title)


async def test_lessons_and_ratings_are_counted_by_platform(app: App, counting: InsightCounter):
    for tip in await tips(app, "slack", 7):
        place = Place("slack", "T", "C0")
        await app.conversation.answer_press(Press(Rate(tip.answer, helpful=True), "U1", place))
    await tips(app, "teams", 9)
    counted = named(await counting.count_weeks(2), "By platform")
    assert {row.name: row.counts[0] for row in counted.rows} == {"Slack": 5, "Teams": 5}
    assert counted.rows[0].counts[1] is None  # one rating, since only the place where it was given may rate


async def test_a_week_begins_on_monday_in_the_local_zone(app: App, counting: InsightCounter):
    await tips(app, "slack", 6)
    async with app.engine.begin() as connection:
        # Half past midnight on Monday 1 June in London is still Sunday in UTC.
        await connection.execute(update(AnswerRow).values(at=datetime(2026, 5, 31, 23, 30, tzinfo=UTC)))
    counted = named(await counting.count_weeks(2, date(2026, 6, 3)), "By week")
    assert [(row.name, row.counts[0]) for row in counted.rows] == [("Week of 1 Jun 2026", 5)]


async def test_what_is_older_is_left_out(app: App, counting: InsightCounter):
    await tips(app, "slack", 6)
    assert not named(await counting.count_weeks(1, date(2020, 1, 1)), "By platform").rows


async def test_no_hidden_count_of_promises_can_be_worked_out_along_its_row(counting: InsightCounter, monkeypatch):
    async def promises(_counts: InsightCounts) -> Counter[OutcomeGroup]:
        return Counter(
            {
                OutcomeGroup(0, "done"): 20,
                OutcomeGroup(0, "not-yet"): 3,
                OutcomeGroup(1, "done"): 9,
                OutcomeGroup(1, "not-yet"): 4,
            }
        )

    monkeypatch.setattr(InsightCounts, "promises", promises)
    counted = await counting.count_weeks(2)
    assert named(counted, "Promises").rows[0].counts == (20, None, None, None)
    assert 23 not in named(counted, "Promises").rows[0].counts
    assert [(one.name, one.count) for one in counted.headlines[-2:]] == [
        ("Small steps taken on", 35),
        ("Small steps done", 25),
    ]


async def test_themes_that_rise_are_named_and_no_others(counting: InsightCounter, monkeypatch):
    async def answers(_counts: InsightCounts) -> Counter[AnswerGroup]:
        return Counter(
            {
                AnswerGroup(0, "slack", "lesson", "listening"): 6,
                AnswerGroup(1, "slack", "lesson", "listening"): 21,
                AnswerGroup(0, "slack", "lesson", "workforce"): 30,
                AnswerGroup(1, "slack", "lesson", "workforce"): 31,
            }
        )

    monkeypatch.setattr(InsightCounts, "answers", answers)
    rising = named(await counting.count_weeks(2), "Rising")
    assert [(row.name, row.counts) for row in rising.rows] == [("Listening", (5, 20))]


async def test_a_month_is_counted_from_its_first_day_to_its_last(app: App, counting: InsightCounter):
    await tips(app, "slack", 6)
    async with app.engine.begin() as connection:
        # Half past midnight on 1 November in London; in October clocks went back.
        await connection.execute(update(AnswerRow).values(at=datetime(2026, 11, 1, 0, 30, tzinfo=UTC)))
    november = await counting.count_month(date(2026, 11, 1))
    assert (november.period, november.headlines[0].count) == ("November 2026", 5)
    assert [row.name for row in named(november, "By week").rows] == ["From 1 Nov 2026"]
    assert (await counting.count_month(date(2026, 10, 1))).headlines[0].count is None


async def test_the_page_needs_nothing_from_elsewhere(app: App, counting: InsightCounter):
    await tips(app, "slack", 6)
    made = render_insights_page(await counting.count_weeks(4), "Borough & Trust", date(2026, 11, 2))
    assert "<h1>Small Steps at Borough &amp; Trust</h1>" in made
    assert "Made on 2 November 2026." in made
    assert "data:image/png" in made
    assert "http" not in made


async def test_the_page_is_made_where_only_what_runs_is_installed(app: App, counting: InsightCounter, monkeypatch):
    """As from the wheel or after `make install`: without pictures, which paper shows nowhere, and with all tables."""
    await tips(app, "slack", 6)
    counted = await counting.count_weeks(4)
    drawn = render_insights_page(counted, "Borough & Trust", date(2026, 11, 2))
    for module in ("matplotlib", "matplotlib.figure"):
        monkeypatch.setitem(sys.modules, module, None)
    made = render_insights_page(counted, "Borough & Trust", date(2026, 11, 2))
    assert "<img" not in made
    assert made.count("<table>") == drawn.count("<table>") > 0
    assert re.sub("<img [^>]*>", "", drawn) == made


def test_the_command_writes_a_line_a_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SMALL_STEPS_DATABASE_URL", f"sqlite:///{tmp_path / 'bot.sqlite'}")
    runner = CliRunner()
    for _ in range(6):
        assert runner.invoke(cli, ["tip"]).exit_code == 0
    file = tmp_path / "counts.csv"
    assert runner.invoke(cli, ["insights", "--weeks", "2", "--csv", str(file)]).exit_code == 0
    lines = list(csv.DictReader(file.open(encoding="utf-8")))
    assert {"table": "By platform", "row": "Terminal", "column": "Lessons", "count": "5"} in lines
    assert "nothing to count yet" in runner.invoke(cli, ["insights"]).output


async def fill_weeks(app: App, today: date) -> None:
    """Fill 53 weeks with few and many answers, verdicts, steps taken on and questions kept, by a fixed chance."""
    chance = random.Random(5)  # noqa: S311 (made-up figures, the same every time)
    answers, verdicts, steps, questions = [], [], [], []
    for week in range(53):
        for kind, theme in (
            ("lesson", "listening"),
            ("lesson", "workforce"),
            ("clarify", "listening"),
            ("tip", "pace"),
        ):
            for number in range(chance.choice((0, 0, 1, 2, 4, 7, 11))):
                name = f"{week}{kind[0]}{theme[0]}{number}"
                day = today - timedelta(weeks=week, days=chance.randrange(7))
                at = datetime.combine(day, time(12), tzinfo=UTC)
                place = {"place": "slack:T:C", "platform": "slack", "team": "T"}
                answers.append({"id": name, **place, "at": at, "kind": kind, "intent": theme, "ranked": []})
                if number % 2:
                    verdicts.append({"answer": name, "person_digest": "d", "helpful": number % 3 > 0, "at": at})
                if number % 3 == 0:
                    questions.append({"day": day, "text": f"where is the {theme} rota", "decision": "clarify"})
                here = Place("slack", "T", "C")
                settled = "done" if number % 4 else "open"
                steps.append(Promise(f"p{name}", here, "U", "n", "Europe/London", at, outcome=settled))
    async with app.engine.begin() as connection:
        for row, rows in ((AnswerRow, answers), (FeedbackRow, verdicts), (QuestionRow, questions)):
            await connection.execute(insert(row), rows)
    for one in steps:
        await Promises(app.engine).add(one)


async def test_no_two_windows_together_tell_a_count_of_one_to_four(app: App):
    """All pairs of windows, weeks and months: no figure, nor the difference of two, is so small."""
    today = date(2026, 11, 30)
    await fill_weeks(app, today)
    counter = InsightCounter(app.engine, "Europe/London", app.knowledge, keeps_questions=True)
    windows = [await counter.count_weeks(weeks, today) for weeks in range(1, 54)]
    windows += [await counter.count_month(date(2026, month, 1)) for month in range(1, 12)]
    told = [{line[:3]: int(line[3] or 0) for line in one.lines() if line[0] != "Daily tips"} for one in windows]

    assert any("Asked and not answered" in line for one in told for line in one)
    for one, other in combinations_with_replacement(told, 2):
        figures = [one.get(line, 0) - other.get(line, 0) for line in {*one, *other}] + [*one.values(), *other.values()]
        assert not [figure for figure in figures if 0 < abs(figure) < 5]
    for counted in windows:
        for table in counted.tables:
            for row in table.rows:
                shown = [count for count in row.counts if count is not None]
                assert all(abs(one - other) not in (1, 2, 3, 4) for one, other in combinations(shown, 2))


async def test_what_was_not_answered_is_counted_only_where_questions_are_kept(app: App, counting: InsightCounter):
    kept = [{"day": date(2026, 11, 3), "text": "who pays for parking", "decision": "out-of-scope"}] * 7
    async with app.engine.begin() as connection:
        await connection.execute(insert(QuestionRow), kept)
    keeping = InsightCounter(app.engine, "Europe/London", app.knowledge, keeps_questions=True)

    november = named(await keeping.count_month(date(2026, 11, 1)), "Asked and not answered")
    assert [(row.name, row.counts) for row in november.rows] == [("parking, pays", (5,))]
    assert not named(await keeping.count_month(date(2026, 10, 1)), "Asked and not answered").rows
    titles = [table.title for table in (await counting.count_month(date(2026, 11, 1))).tables]
    assert "Asked and not answered" not in titles
