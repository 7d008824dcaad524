import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents import normalise_text
from intents.normalisation import normalise_lines, shorten_text
from tests.work import is_under


@pytest.mark.parametrize(
    ("delivered", "plain"),
    [
        ("<@U012AB3CD> how do I start?", "how do I start?"),
        ("<@U012AB3CD|sam> how do I start?", "how do I start?"),
        ("ask in <#C024BE91L|transformation> please", "ask in transformation please"),
        ("<!here> anyone?", "anyone?"),
        ("<!subteam^S1|@qi-team> anyone?", "anyone?"),
        ("see <https://example.org/a?b=c|the plan> first", "see the plan first"),
        ("see <https://example.org/a> first", "see first"),
        ("see https://example.org/a?b=c&d=e first", "see first"),
        ("<mailto:a@example.org|a@example.org> wrote", "a@example.org wrote"),
        ("quality &amp; cost &lt;3", "quality & cost <3"),
        ("well done :tada: :+1::skin-tone-2: all", "well done all"),
        ("*bold* _slanted_ ~gone~ `code`", "bold slanted gone code"),
        ("```a block```", "a block"),
        ("> they said no\nwhat now", "they said no what now"),
        ("<at>Small Steps</at> how&nbsp;do I start?", "how do I start?"),
        ('<at id="0">Small Steps</at> hello', "hello"),
        ("<p>one</p><p>two<br>three</p>", "one two three"),
        ("<div>an <b>order</b> from above</div>", "an order from above"),
        ("sil\u200bos and \u202esilos\u202c", "silos and silos"),
        ("soft\u00adhyphen", "softhyphen"),
        ("bell\x07 and nul\x00", "bell and nul"),
        ("ｆｕｌｌ ｗｉｄｔｈ", "full width"),
        ("𝐛𝐨𝐥𝐝 letters", "bold letters"),
        ("don’t “quote” me — please", 'don\'t "quote" me - please'),
        ("z\u0300\u0301\u0302\u0303\u0304\u0305algo", "z\u0300\u0301algo"),
        ("  too \t much\r\n\r\n space ", "too much space"),
        ("2 * 3 * 4 and snake_case and 10:30:00", "2 * 3 * 4 and snake_case and 10:30:00"),
        ("if a < b then we stop > c", "if a < b then we stop > c"),
        ("", ""),
        (":shrug:", ""),
    ],
)
def test_what_platforms_deliver_becomes_plain_text(delivered: str, plain: str) -> None:
    assert normalise_text(delivered) == plain


@given(st.text(max_size=500))
def test_any_text_becomes_one_line_without_controls(text: str) -> None:
    result = normalise_text(text)
    assert "\n" not in result
    assert result == result.strip()
    assert "  " not in result
    assert not any(ord(character) < 32 for character in result)
    result.encode("utf-8")  # no lone surrogates: what comes out can be stored and sent


@given(st.text(max_size=300), st.integers(20, 200))
def test_no_text_is_longer_than_the_limit(text: str, limit: int) -> None:
    assert len(normalise_text(text * 3, limit)) <= limit


@given(st.text(alphabet="abc de.,?!\n", max_size=300))
def test_plain_text_stays_as_it_is_but_for_space(text: str) -> None:
    assert normalise_text(text) == " ".join(text.split())


def test_a_long_text_keeps_its_head_and_its_tail() -> None:
    text = "first words " + "middle " * 5_000 + "last words"
    result = normalise_text(text)
    assert result.startswith("first words")
    assert result.endswith("last words")
    assert len(result) <= 4_000


def test_shortening_says_where_something_is_missing() -> None:
    assert shorten_text("a" * 100, 20) == "a" * 11 + " … " + "a" * 6


def test_lines_stay_apart() -> None:
    assert normalise_lines("one\r\ntwo\u2028three\n\n  \nfour") == ["one", "two", "three", "four"]


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<<a",
        "<at>",
        "&",
        "&amp;",
        "*",
        "_",
        "`",
        ":",
        ":a",
        "<https://",
        "\u0300",
        "<!--",
        "> ",
        "www.",
        "\u202e",
        "a*",
        "(",
        "<a|",
    ],
)
def test_forty_thousand_characters_of_mark_up_are_normalised(piece: str) -> None:
    assert len(normalise_text((piece * 40_000)[:40_000], 50_000)) <= 40_000


@pytest.mark.parametrize(
    ("delivered", "plain"),
    [
        ("<I want to die>", "<I want to die>"),
        ("<i want to die>", "<i want to die>"),
        ("<p I want to die>", "<p I want to die>"),
        ("<@ I want to die>", "<@ I want to die>"),
        ("<I want to die|x>", "<I want to die|x>"),
        ("<!-- I want to die -->", "<!-- I want to die -->"),
        ("&lt;a sad life&gt;", "<a sad life>"),
        ("<help>", "<help>"),
        ("<!--StartFragment--><p class='x'>one</p><img src=x><o:p>&nbsp;</o:p>two<!--EndFragment-->", "one two"),
        ('<attachment id="1"></attachment>one<br/>two', "one two"),
        ("<!date^1392734382^Posted {date_num} at {time}|Posted in 2014>", "Posted in 2014"),
    ],
)
def test_what_somebody_types_between_angle_brackets_stays_and_tags_go(delivered: str, plain: str) -> None:
    assert normalise_text(delivered) == plain


@given(st.text(alphabet="ab die<>/!@#|=&;lgt -'\"\n", max_size=200))
def test_no_word_of_a_sentence_is_lost_when_it_is_normalised_a_second_time(text: str) -> None:
    once = normalise_text(f"<{text}> I want to die")
    assert "I want to die" in once
    assert "I want to die" in normalise_text(once)


@pytest.mark.parametrize("piece", ["<a ", "<a =", "<p =", "<p x", "</", "<!date^", "<a b=c ", "<!-- ", "<x|"])
def test_mark_up_that_never_ends_takes_time_in_proportion_to_its_length(piece: str) -> None:
    assert is_under(0.25, lambda: normalise_text((piece * 40_000)[:40_000], 50_000))
