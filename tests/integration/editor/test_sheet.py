"""A spreadsheet on the editors' page: rows become drafts, all or none, and come out again."""

from typing import Any

import pytest

from bot.app import App
from knowledge.editing.sheets import read_sheet, write_csv, write_xlsx
from tests.integration.editor.conftest import OURS, Editor, lesson, theme

LESSON = lesson()
ROW = {
    "Theme": "Winter and patient flow",
    "When it helps": theme()["about"],
    "Kept by": "The winter cell",
    "Read again by": "30/06/2030",
    "Phrases": "no beds again\neverything backs up in A&E",
    "Lesson title": LESSON["title"],
    "Lesson": LESSON["lesson"],
    "Whose experience": "a matron",
    "Words people use": "beds, flow, discharge, winter, A&E",
    "Step 1": LESSON["nudges"][0]["text"],
}


async def take(editor: Editor, *rows: dict[str, str], ending: str = "xlsx") -> dict[str, Any]:
    content = (write_xlsx if ending == "xlsx" else write_csv)(rows)
    return await send(editor, content, f"ours.{ending}")


async def send(editor: Editor, content: bytes, name: str) -> dict[str, Any]:
    answer = await editor.client.post(
        "/editor/api/import",
        params={"file": name, "name": "Jo"},
        data=content,
        headers=OURS | {"Content-Type": "application/octet-stream"},
    )
    assert answer.status == 200
    return await answer.json()


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
async def test_rows_become_drafts_that_can_be_published(editor: Editor, app: App, ending: str):
    """A new theme, a second lesson of it, and one for a theme that is there, with a text that nobody had named yet."""
    second = {"Theme": ROW["Theme"], "Lesson title": "Ask at two", "Lesson": LESSON["lesson"] + " Again.",
        "Whose experience": "a nurse", "Words people use": "a, b, c, d, e", "Step 1": "Ask at two each day what moved."
    }  # fmt: skip
    quoted = {
        **second,
        "Theme": "listening",
        "Whose experience": "",
        "Quote": "Nobody asked us about the corridor at all.",
    }
    done = await take(editor, ROW, second, {**quoted, "Source": "What the wards told us"}, ending=ending)
    assert (done["refused"], done["lessons"]) == ([], 3)
    assert [one["path"] for one in done["files"]] == ["themes/winter-and-patient-flow.yaml", "themes/listening.yaml"]
    assert "winter-and-patient-flow" not in app.knowledge().themes, "a sheet publishes nothing"
    for path in ("themes/winter-and-patient-flow.yaml", "themes/listening.yaml"):
        _, file = await editor.get(f"file?path={path}")
        data = {"path": path, "base": file["number"], "data": file["data"], "name": "Jo"}
        assert (await editor.post("publish", data))[0] == 200
    winter = app.knowledge().themes["winter-and-patient-flow"]
    assert [one.title for one in winter.lessons] == ["Walk the board together", "Ask at two"]
    assert winter.review_by.isoformat() == "2030-06-30"
    added = app.knowledge().themes["listening"].lessons[-1]
    assert app.knowledge().find_source(added).title == "What the wards told us"


async def test_one_bad_row_refuses_all_and_each_mistake_is_named_with_its_row(editor: Editor):
    """In the words of the checks; nothing is kept."""
    bad = {**ROW, "Theme": "Another", "Whose experience": "", "Step 1": ""}
    done = await take(editor, ROW, bad, {**ROW, "Lesson title": "Second", "Read again by": "soon"})
    assert done["refused"][-1] == {"row": 4, "reason": "“soon” is no date. Write it as 2027-06-30 or 30/06/2027."}
    assert {"row": 3, "reason": "“Step 1” is missing. Fill it in."} in done["refused"]
    done = await take(editor, ROW, bad)
    reasons = [one["reason"] for one in done["refused"]]
    assert {one["row"] for one in done["refused"]} == {3}
    assert "“Step 1” is missing. Fill it in." in reasons
    assert not any("`" in reason for reason in reasons), "whoever fills in a sheet has never seen a key"
    assert (await editor.get("pack"))[1]["files"] == []


async def test_what_is_wrong_with_a_cell_hides_nothing_else_and_is_told_once(editor: Editor):
    """Cells and lessons are looked at in one go, also within one row; a wrong cell is not said to be missing."""
    other = {**ROW, "Theme": "Another", "Kept by": "=A1", "Whose experience": "", "Step 1": "", "Step 2 minutes": "5"}
    third = {**ROW, "Theme": "A third", "Read again by": "soon", "Lesson": "", "Step 1 for": "Nurses"}
    done = await take(editor, other, third, {**ROW, "Theme": "", "Lesson title": ""}, ending="csv")
    said = [(one["row"], one["reason"].partition(".")[0]) for one in done["refused"]]
    assert [one for one in said if "Kept by" in one[1]] == [(2, "“Kept by” holds a formula")]
    assert [one for one in said if "Read again" in one[1] or "date" in one[1]] == [(3, "“soon” is no date")]
    assert (2, "“Step 1” is missing") in said
    assert (2, "“Step 2 minutes” is filled in and “Step 2” is empty") in said
    assert (3, "“Lesson” is missing") in said
    assert any(row == 3 and reason.startswith("“Nurses” under “Step 1 for”") for row, reason in said)
    assert (4, "it names no theme") in said
    assert (await editor.get("pack"))[1]["files"] == []


async def test_a_sheet_changes_lessons_of_the_same_title_and_keeps_what_it_does_not_know(editor: Editor):
    """So what was taken out and edited can be brought in again."""
    kept = lesson(say="Shall we look at one list?", nudges=[{**LESSON["nudges"][0], "minutes": "15"}])
    await editor.post("save", {"data": theme(lessons=[kept]), "name": "Jo"})
    answer = await editor.client.get("/editor/api/export.xlsx")
    (row,) = read_sheet("x.xlsx", await answer.read())
    assert row.cells["Lesson title"] == "Walk the board together"
    await take(editor, {**row.cells, "Lesson": LESSON["lesson"] + " Every day."})
    _, file = await editor.get("file?path=themes/winter-and-patient-flow.yaml")
    (changed,) = file["data"]["lessons"]
    assert changed["lesson"].endswith(" Every day.")
    assert (changed["say"], changed["nudges"][0]["minutes"]) == ("Shall we look at one list?", "15")
    assert file["number"] == 2


async def test_whom_a_step_is_for_its_minutes_and_depth_go_in_and_come_out(editor: Editor):
    """What the form can say, the sheet can; a cell that is left empty leaves what is there."""
    more = {
        "Step 1 for": "managers; General practice",
        "Step 1 minutes": "15",
        "How to do it": "Ask who waits.\nWrite one name beside each.\nCome back at two.",
        "What to say": "Shall we look at one list?",
        "If they refuse": "Begin with one ward.",
        "In one sentence": "One list, one look, each morning.",
        "What today’s reader must know": "NHS England closes in 2027.",
        "To read on": "Flow",
        "Its link": "https://example.org/flow",
        "Whose words these are": "charities, Those to whom it is done",
    }
    for ending in ("xlsx", "csv"):
        assert (await take(editor, ROW | more, ending=ending))["refused"] == []
        _, file = await editor.get("file?path=themes/winter-and-patient-flow.yaml")
        (found,) = file["data"]["lessons"]
        assert found["nudges"] == [{"text": ROW["Step 1"], "for": ["manager", "practice"], "minutes": "15"}]
        assert found["how"] == ["Ask who waits.", "Write one name beside each.", "Come back at two."]
        assert found["read"] == {"title": "Flow", "url": "https://example.org/flow"}
        assert found["words_for"] == ["charity", "without-say"]
        answer = await editor.client.get(f"/editor/api/export.{ending}")
        (row,) = read_sheet(f"x.{ending}", await answer.read())
        assert row.cells["Whose words these are"] == "Charities, Those to whom it is done"
        assert row.cells["Step 1 for"] == "Managers, General practice"
        assert row.cells["What today’s reader must know"] == "NHS England closes in 2027."
        assert {row.cells[name] for name in ("Step 1 minutes", "What to say")} == {"15", "Shall we look at one list?"}
    await take(editor, ROW | {"Step 1 minutes": "20", "What to say": ""})
    _, file = await editor.get("file?path=themes/winter-and-patient-flow.yaml")
    assert file["data"]["lessons"][0]["nudges"][0]["minutes"] == "20"
    assert file["data"]["lessons"][0]["say"] == "Shall we look at one list?"


async def test_a_role_or_a_number_that_is_none_is_named_with_its_row_and_column(editor: Editor):
    wrong = {"Step 1 for": "Managers, Nurses", "Step 1 minutes": "a while", "Step 2 minutes": "5"}
    done = await take(editor, ROW, ROW | {"Lesson title": "Second one"} | wrong)
    reasons = [one["reason"] for one in done["refused"]]
    assert {one["row"] for one in done["refused"]} == {3}
    assert reasons[0].startswith("“Nurses” under “Step 1 for” is none of: Managers, Clinicians,")
    assert "“a while” under “Step 1 minutes” is no number. Write it in figures, as in 15." in reasons
    assert any("“Step 2” is empty" in reason for reason in reasons)
    done = await take(editor, ROW | {"Step 1 minutes": "9999", "How to do it": "One move only."})
    assert sorted(one["reason"] for one in done["refused"]) == [
        "there are 1 moves. Make it three to five.",
        "“Step 1 minutes” is too large. Write at most 480.",
    ]


async def test_the_template_and_the_export_are_files(editor: Editor):
    for path in ("template.xlsx", "template.csv", "export.xlsx", "export.csv"):
        answer = await editor.client.get(f"/editor/api/{path}")
        assert answer.status == 200
        assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert (await editor.client.get("/editor/api/export.exe")).status == 404


async def test_a_large_upload_is_not_read(editor: Editor):
    answer = await editor.client.post(
        "/editor/api/import",
        params={"file": "x.csv", "name": "Jo"},
        data=b"x" * (2 * 1024 * 1024),
        headers=OURS | {"Content-Type": "application/octet-stream"},
    )
    assert answer.status == 413
