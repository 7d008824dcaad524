"""Packs add to one another; what two claim is an error that names both places."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.message import Quote
from knowledge import Knowledge, KnowledgeError

Write = Callable[..., Path]


def theme(identity: str, lessons: list[object], group: str = "our-place") -> dict[str, object]:
    return {
        "id": identity,
        "title": "Night work",
        "group": group,
        "about": "For when nights go wrong.",
        "owner": "Blithering",
        "review_by": "2030-01-01",
        "lessons": lessons,
    }


def refused(*packs: Path) -> str:
    with pytest.raises(KnowledgeError) as caught:
        Knowledge.load(packs)
    return str(caught.value)


def test_our_pack_holds_every_theme_in_its_groups() -> None:
    """33 themes in seven groups by need, in the order of pack.yaml."""
    knowledge = Knowledge.load()
    assert len(knowledge.themes) == 33
    assert [len(group.themes) for group in knowledge.groups] == [7, 6, 5, 3, 6, 3, 3]
    assert next(iter(knowledge.themes)) == "staff-buy-in"


def test_an_operators_pack_adds_a_theme_a_lesson_a_source_and_signposts(write_pack: Write, lesson: Write) -> None:
    """Nothing of ours is touched; their lessons stand after ours."""
    quote = {"text": "We write the rota with those who work it.", "source": "our-handbook"}
    pack = write_pack(
        "place",
        {
            "pack.yaml": {"id": "place", "title": "Our place", "groups": [{"id": "our-place", "title": "Our place"}]},
            "sources.yaml": {"sources": [{"id": "our-handbook", "title": "Handbook", "kind": "advice"}]},
            "themes/nights.yaml": theme("nights", [lesson("nights-rota", quote=quote)]),
            "themes/listening-here.yaml": {"extends": "listening", "lessons": [lesson("listening-nights")]},
            "signposts.yaml": {"wellbeing": [{"name": "Staff line", "how": "Ring 1234."}]},
        },
    )
    plain, more = Knowledge.load(), Knowledge.load([pack])
    assert set(more.themes) - set(plain.themes) == {"nights"}
    assert more.themes["nights"].pack == "place"
    assert more.themes["listening"].lessons[:-1] == plain.themes["listening"].lessons
    assert more.themes["listening"].lessons[-1].nudges[0].id == "listening-nights/1"
    assert more.groups[-1].title == "Our place"
    assert more.sources["our-handbook"].attribution == "“Handbook”"
    assert more.signposts["wellbeing"][0].name == "Staff line"


def test_a_theme_of_the_same_id_is_a_conflict_that_names_both_places(write_pack: Write, lesson: Write) -> None:
    """And says how to add to the theme instead."""
    pack = write_pack("place", {"themes/l.yaml": theme("listening", [lesson("l-1")], group="five-small-steps")})
    text = refused(pack)
    assert "themes/l.yaml:1: the theme listening is already in" in text
    assert "themes/listening.yaml:" in text
    assert "`extends: listening`" in text


def test_a_lesson_and_a_source_of_the_same_id_are_conflicts(write_pack: Write, lesson: Write) -> None:
    """All of them are told at once."""
    pack = write_pack(
        "place",
        {
            "sources.yaml": {"sources": [{"id": "attain-quarter", "title": "x", "kind": "advice"}]},
            "themes/more.yaml": {"extends": "listening", "lessons": [lesson("listening-open-door")]},
        },
    )
    text = refused(pack)
    assert "the lesson listening-open-door is already in" in text
    assert "the source attain-quarter is already in" in text


def test_two_operators_packs_may_conflict_too(write_pack: Write, lesson: Write) -> None:
    """The second is the one that is told."""
    packs = [
        write_pack(name, {"themes/more.yaml": {"extends": "listening", "lessons": [lesson("listening-nights")]}})
        for name in ("first", "second")
    ]
    text = refused(*packs)
    assert "second/themes/more.yaml:3: the lesson listening-nights is already in" in text
    assert "first/themes/more.yaml:3;" in text


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"themes/x.yaml": {"extends": "listenin", "lessons": "LESSON"}}, "no theme listenin to add"),
        ({"themes/x.yaml": {"extends": "listening", "lessons": []}}, "`lessons` is empty"),
        ({"signposts.yaml": {"wellbing": []}}, "`wellbing` is none of"),
        ({"themes/x.yaml": {"extends": "a" * 65, "lessons": "LESSON"}}, "Use at most 64 characters"),
        ({"pack.yaml": "id: [broken"}, "a bracket is opened and not closed"),
        ({"sources.yaml": {"sources": [{"id": "x", "title": "x", "kind": "joke"}]}}, "`kind` is none of 'adv"),
        ({"sources.yaml": {"sources": [{"id": "x", "title": "x", "kind": "advice", "file": "../x"}]}}, "cannot be"),
    ],
)  # fmt: skip
def test_what_points_nowhere_is_told(write_pack: Write, lesson: Write, files: dict[str, object], sentence: str) -> None:
    """With the nearest that exists."""
    for content in files.values():
        if isinstance(content, dict) and content.get("lessons") == "LESSON":
            content["lessons"] = [lesson("x")]
    assert sentence in refused(write_pack("place", files))


def test_an_unknown_source_or_group_is_told(write_pack: Write, lesson: Write) -> None:
    """At the line that names it."""
    quote = {"text": "Some words of some source.", "source": "atain-quarter"}
    text = refused(write_pack("place", {"themes/x.yaml": theme("nights", [lesson("n", quote=quote)], group="nowhere")}))
    assert "there is no source atain-quarter. Did you mean attain-quarter?" in text
    assert "x.yaml:3: there is no group nowhere" in text


def test_a_directory_that_is_not_there_is_told(tmp_path: Path) -> None:
    """The setting is named."""
    assert "SMALL_STEPS_PACKS" in refused(tmp_path / "nowhere")


def test_a_source_and_a_quote_of_it_are_attributed_alike() -> None:
    """Author, title, publisher and date; what is not known is left out."""
    for source in Knowledge.load().sources.values():
        quote = Quote("Words.", source.author, source.title, source.publisher, source.date)
        assert quote.attribution == source.attribution
    assert Quote("Words.", "Jane", "Report", None, "2020").attribution == "Jane, “Report”, 2020"


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("signposts.yml", "Name it signposts.yaml."),
        ("pack.yml", "Name it pack.yaml."),
        ("source.yaml", "Name it sources.yaml."),
        ("nights.yaml", "Move it into themes/"),
    ],
)
def test_a_file_that_nobody_would_read_is_told(tmp_path: Path, name: str, hint: str) -> None:
    """Or its writer believes that it is in use."""
    (tmp_path / name).write_text("wellbeing:\n  - {name: Staff line, how: Ring 1234.}\n")
    told = refused(tmp_path)
    assert f"{name}:1: no file of this name is read here. {hint}" in told


def test_an_empty_pack_is_told(tmp_path: Path) -> None:
    """It is most likely the wrong directory."""
    assert "there is nothing in this pack" in refused(tmp_path)
