"""Counting what was really said."""

import csv
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from bot.__main__ import cli
from bot.actions import Rate
from bot.app import App
from bot.insights.counts import InsightCounter
from bot.insights.pages import render_insights_page
from bot.insights.tables import CountTable, Insights
from bot.message import LessonReply, Place, Press
from bot.store.insights import AnswerGroup, InsightCounts, OutcomeGroup
from bot.store.tables import AnswerRow


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
