"""What a person wrote themselves is what is answered, whatever Teams sends along."""

import pytest

from tests.integration.teams.standin import BOT

ME = {"type": "mention", "mentioned": {"id": BOT, "name": "Small Steps"}, "text": "<at>Small Steps</at>"}
ANN = {"type": "mention", "mentioned": {"id": "29:ann", "name": "Ann Lee"}, "text": "<at>Ann Lee</at>"}
QUOTE = (
    '<blockquote itemscope itemtype="http://schema.skype.com/{kind}" itemid="1"><strong>Ann Lee</strong>'
    '<p itemprop="preview">football on Saturday</p></blockquote>'
)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("<at>Small Steps</at> <at>Ann Lee</at> never listens", "ann lee never listens"),
        ("<at>Ann Lee</at> asked <at>Small Steps</at>&nbsp;who listens", "ann lee asked who listens"),
        ("<at>Small Steps</at> small steps are Small Steps", "small steps are small steps"),
        ("<at>Small Steps</at>\n\n  nobody   listens", "nobody listens"),
    ],
)
async def test_the_bots_mention_goes_and_other_peoples_names_stay(in_channel, bot, text, asked):
    await in_channel.send(in_channel.activity(text=text, entities=[ME, ANN]))

    assert [" ".join(bot.classifier.asked[0].split())] == [asked]


@pytest.mark.parametrize(
    "typed",
    [
        "promises",
        "steps",
        "daily",
        "daily skip",
        "daily 9:00 theme quality & cost",
        "why",
        "themes",
        "help",
        "ask help",
    ],
)
async def test_what_is_typed_behind_a_mention_is_understood_as_teams_writes_it(in_channel, microsoft, typed):
    """Teams puts a space that does not break behind a mention, and writes every sign as HTML does."""
    for written in (f" {typed}", "&nbsp;" + typed.replace("&", "&amp;").replace(" ", "&nbsp;")):
        await in_channel.send(in_channel.activity(text=f"<at>Small Steps</at>{written}", entities=[ME]))

    spoken = [posted.card["speak"] for posted in microsoft.posted if "attachments" in posted.body]
    half = len(spoken) // 2
    assert spoken[:half] == spoken[half:]


@pytest.mark.parametrize(("kind", "read"), [("Reply", []), ("Forward", ["ann lee football on saturday"])])
async def test_what_is_quoted_or_forwarded_is_not_answered(in_channel, bot, kind, read):
    """What is forwarded is read for danger alone: it is what somebody asks for help with; a quote is not read."""
    mention = '<span itemtype="http://schema.skype.com/Mention" itemid="0">Small Steps</span>'
    html = f"<div>{QUOTE.format(kind=kind)}<p>{mention}&nbsp;nobody listens &amp; nobody asks</p></div>"

    await in_channel.send(
        in_channel.activity(
            text="Ann Lee football on Saturday <at>Small Steps</at> nobody listens & nobody asks",
            entities=[ME],
            attachments=[{"contentType": "text/html", "content": html}],
        )
    )

    assert [" ".join(asked.split()) for asked in bot.classifier.asked] == ["nobody listens & nobody asks", *read]


async def test_a_reference_to_a_quoted_message_goes_too(jane, bot):
    await jane.write('<quoted messageId="1700000000000"/> nobody listens')

    assert bot.classifier.asked == ["nobody listens"]
