"""What a person wrote comes out of what Teams sends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.teams.api.message_text import read_html, read_text
from intents import normalise_text
from tests.work import is_under

BOT = {"id": "28:bot", "name": "Small Steps"}
JANE = {"id": "29:jane", "name": "Jane Doe"}


def mention(who, text=None):
    return {"type": "mention", "mentioned": who, "text": text or f"<at>{who['name']}</at>"}


def message(text, *mentions, html=None, **more):
    attachments = [{"contentType": "text/html", "content": html}] if html else []
    return {
        "type": "message",
        "text": text,
        "recipient": BOT,
        "entities": list(mentions),
        "attachments": attachments,
        **more,
    }


@pytest.mark.parametrize(
    ("activity", "expected"),
    [
        (message("<at>Small Steps</at> nobody listens", mention(BOT)), "nobody listens"),
        (message("nobody <at>Small Steps</at>&nbsp;listens", mention(BOT)), "nobody listens"),
        (message("<at>Small Steps</at> Jane", mention(BOT)), "Jane"),
        (message("<at>Jane Doe</at> crosses her arms", mention(JANE)), "Jane Doe crosses her arms"),
        (
            message("<at>Small Steps</at> <at>Jane Doe</at> and I", mention(BOT), mention(JANE)),
            "Jane Doe and I",
        ),
        (message("small steps are Small Steps to take", mention(BOT)), "small steps are Small Steps to take"),
        (message('<at id="0">Small Steps</at> hello', mention(BOT, '<at id="0">Small Steps</at>')), "hello"),
        (message("<at>Somebody</at> said so"), "Somebody said so"),
        (message('<quoted messageId="1"/>my own words'), "my own words"),
        (message("beds < patients and x<y"), "beds < patients and x<y"),
        (message(None), ""),
        (message("  \n "), ""),
        ({"type": "message"}, ""),
        (message("hi", entities="nonsense"), "hi"),
        (message("hi", entities=[None, 3, {"type": "mention"}]), "hi"),
    ],
)
def test_the_bots_own_mention_goes_and_other_words_stay(activity, expected):
    assert read_text(activity) == expected


QUOTED = (
    '<div><blockquote itemscope itemtype="http://schema.skype.com/{kind}" itemid="1">'
    '<strong itemprop="mri">Jane</strong><p itemprop="preview">the consultants <b>refuse</b></p>'
    "<blockquote>deeper</blockquote></blockquote><p>what would help&nbsp;here?</p></div>"
)


@pytest.mark.parametrize("kind", ["Reply", "Forward"])
def test_quoted_and_forwarded_messages_go(kind):
    activity = message("Jane the consultants refuse what would help here?", html=QUOTED.format(kind=kind))

    assert read_text(activity) == "what would help here?"


def test_a_mention_beside_a_quote_goes_by_its_number():
    html = (
        '<div><blockquote itemtype="http://schema.skype.com/Reply"><p>old</p></blockquote>'
        '<p><span itemtype="http://schema.skype.com/Mention" itemid="1">Small Steps</span> ask '
        '<span itemtype="http://schema.skype.com/Mention" itemid="0">Jane Doe</span></p></div>'
    )

    assert read_text(message("", mention(JANE), mention(BOT), html=html)) == "ask Jane Doe"


def test_a_forwarded_message_without_own_words_leaves_nothing():
    html = '<blockquote itemtype="http://schema.skype.com/Forward"><p>theirs</p></blockquote>'

    assert read_text(message("theirs", html=html)) == ""


def test_html_without_a_quote_is_not_preferred_to_the_text():
    assert read_text(message("the text", html="<p>the html</p>")) == "the text"


def test_a_message_that_an_action_was_chosen_on_is_read_from_its_html():
    html = "<div><p>Staff are <b>leaving</b> &amp; tired</p><attachment id='1'></attachment><img alt='sad face'></div>"

    assert read_html(html) == "Staff are leaving & tiredsad face"


@given(st.text(max_size=300))
def test_no_text_breaks_it(text):
    read_text(message(text, mention(BOT), mention(JANE)))
    read_text(message("", mention(BOT), html=QUOTED.format(kind="Reply") + text))


@pytest.mark.parametrize(
    "wild", ["<at>" * 20_000, "<blockquote " * 10_000, "&" * 40_000, "</at>" * 8_000, "x" * 40_000]
)
def test_a_huge_text_takes_no_time(wild):
    activity = message(wild, mention(BOT), html=QUOTED.format(kind="Reply") + wild)

    assert is_under(1, lambda: normalise_text(read_text(activity)))
