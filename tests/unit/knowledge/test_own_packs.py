"""What a pack of an organisation's own may hold beyond ours: phrases, lessons from experience, and texts as files."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml

from knowledge import Knowledge, KnowledgeError, LiveKnowledge, TextPack
from tests.unit.knowledge.test_packs import refused, theme

Write = Callable[..., Path]
GROUP = "five-small-steps"


@pytest.fixture
def unquoted(lesson: Callable[..., dict[str, object]]) -> dict[str, object]:
    return lesson("nights-rota", quote=None, experience="a ward manager")


def as_text(files: dict[str, object], version: int = 1) -> TextPack:
    return TextPack(
        "page", {name: yaml.safe_dump(content, sort_keys=False) for name, content in files.items()}, version
    )


def test_a_lesson_without_a_quote_says_whose_experience_it_is(write_pack: Write, unquoted: dict[str, object]) -> None:
    """It is chosen for a message, for a tip and by its id like any other, and has no source."""
    knowledge = Knowledge.load([write_pack("mine", {"themes/nights.yaml": theme("nights", [unquoted], GROUP)})])
    chosen = knowledge.choose("nights", "what does the night shift say")
    assert (chosen.lesson.quote, chosen.lesson.experience, chosen.source) == (None, "a ward manager", None)
    days = [chosen.lesson.nudges[0].id]
    assert knowledge.choose_tip([], on=date(2027, 1, 4), themes=["nights"]).nudge.id in days


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"quote": None}, "say under `experience:` whose experience it is"),
        ({"experience": "a matron"}, "the lesson has a quote and an `experience:`"),
        ({"quote": None, "experience": "x" * 121}, "`experience` is too long"),
    ],
)
def test_a_lesson_rests_on_a_quote_or_on_experience(
    write_pack: Write, lesson: Callable[..., dict[str, object]], changes: dict[str, object], said: str
) -> None:
    """Neither and both are refused, with a sentence that mends it."""
    assert said in refused(
        write_pack("mine", {"themes/nights.yaml": theme("nights", [lesson("nights-a", **changes)], GROUP)})
    )


def test_a_list_is_not_called_empty_when_its_items_are_wrong(
    write_pack: Write, lesson: Callable[..., dict[str, object]]
) -> None:
    """What is wrong with the items says it all; a list that is empty is."""
    bad = lesson("nights-a", nudges=[{"text": "Ask.", "minutes": "many"}])
    said = refused(write_pack("mine", {"themes/nights.yaml": theme("nights", [bad], GROUP)}))
    assert said.count("`minutes` is no number") == 1
    assert "is empty" not in said
    assert "`lessons` is empty" in refused(write_pack("other", {"themes/nights.yaml": theme("nights", [], GROUP)}))


def test_our_own_pack_quotes_in_every_lesson(ours: Path, unquoted: dict[str, object]) -> None:
    """Only an organisation speaks from experience alone."""
    (ours / "themes" / "nights.yaml").write_text(yaml.safe_dump(theme("nights", [unquoted], GROUP)), "utf-8")
    with pytest.raises(KnowledgeError, match="nights-rota has no quote"):
        Knowledge.load(base=ours)


def test_a_theme_carries_phrases(write_pack: Write, unquoted: dict[str, object]) -> None:
    """They are texts, at most 300 characters each."""
    content = theme("nights", [unquoted], GROUP) | {"phrases": ["nobody covers the nights", "the rota has holes again"]}
    knowledge = Knowledge.load([write_pack("mine", {"themes/nights.yaml": content})])
    assert knowledge.themes["nights"].phrases == ("nobody covers the nights", "the rota has holes again")
    long = content | {"phrases": ["x" * 301]}
    assert "themes/nights.yaml:23: this item is too long" in refused(write_pack("mine", {"themes/nights.yaml": long}))


def test_a_pack_of_texts_is_read_like_a_directory(write_pack: Write, unquoted: dict[str, object]) -> None:
    """With the same contents, and the same sentences on what is wrong."""
    files: dict[str, object] = {"themes/nights.yaml": theme("nights", [unquoted], GROUP)}
    themes = Knowledge.load([as_text(files)]).themes["nights"].lessons
    assert themes == Knowledge.load([write_pack("mine", files)]).themes["nights"].lessons
    with pytest.raises(KnowledgeError, match=r"page/themes/nights.yaml:3: there is no group nowhere"):
        Knowledge.load([as_text({"themes/nights.yaml": theme("nights", [unquoted], "nowhere")})])


def test_the_same_id_in_a_directory_and_a_source_is_one_sentence(
    write_pack: Write, unquoted: dict[str, object]
) -> None:
    """It names both places."""
    files: dict[str, object] = {"themes/nights.yaml": theme("nights", [unquoted], GROUP)}
    with pytest.raises(KnowledgeError) as caught:
        Knowledge.load([write_pack("mine", files), as_text(files)])
    said = str(caught.value).splitlines()
    assert len(said) == 1
    assert said[0].startswith("page/themes/nights.yaml:1: the theme nights is already in ")
    assert "mine/themes/nights.yaml:1; nothing is overridden." in said[0]


class Source:
    pack: TextPack | None = None

    def get_pack(self) -> TextPack | None:
        return self.pack


def test_what_a_source_publishes_is_served_and_a_mistake_is_not(unquoted: dict[str, object]) -> None:
    """The last good state goes on; another version is looked at again."""
    now, source = [0.0], Source()
    live = LiveKnowledge(clock=lambda: now[0], source=source)

    def publish(files: dict[str, object], version: int) -> set[str]:
        source.pack = as_text(files, version)
        now[0] += 3
        live()
        live.wait_until_read()
        return set(live().themes)

    good: dict[str, object] = {"themes/nights.yaml": theme("nights", [unquoted], GROUP)}
    assert "nights" not in live().themes
    assert "nights" in publish(good, 1)
    assert "nights" in publish({"themes/nights.yaml": theme("nights", [unquoted], "nowhere")}, 2)
    assert "nights" not in publish({}, 3)


def test_a_broken_source_keeps_no_bot_from_starting(unquoted: dict[str, object]) -> None:
    """The page that mends it is served by that bot."""
    source = Source()
    source.pack = as_text({"themes/nights.yaml": theme("nights", [unquoted], "nowhere")})
    assert "nights" not in LiveKnowledge(source=source)().themes
