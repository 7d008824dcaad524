"""One corpus of replies, said by every platform: each kind, each odd case, and every lesson that we have."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from itertools import product
from typing import get_args

from bot.actions import (
    Another,
    ChangeDaily,
    More,
    NoneOfThese,
    PickTheme,
    Rate,
    RememberReader,
    SecondIssue,
    SendQuestion,
    Share,
    ShowCare,
    ShowLesson,
    ShowPart,
    ShowQuestion,
    TakeOn,
    Why,
)
from bot.conversation import handover, responses
from bot.conversation.audiences import describe_reader
from bot.conversation.care import CareReplies
from bot.conversation.languages import load_sentences
from bot.conversation.moments import ask_what_happened
from bot.message import (
    Choice,
    ClarifyReply,
    DailySetup,
    DepthReply,
    LessonReply,
    Message,
    Place,
    Quote,
    RankedTheme,
    Reading,
    Reply,
    TextReply,
    ThemeGroup,
    ThemesReply,
    WhyReply,
)
from bot.nations import CARE_NATIONS, WorkspaceNations
from bot.platforms.abilities import ABILITIES
from bot.promises import responses as promises
from bot.store.digests import Digest, MonthCounts
from bot.store.promises import StepCounts, StepsTaken
from bot.store.readers import Reader
from bot.store.subscriptions import Subscription
from bot.subscriptions import digest_responses as digests
from bot.subscriptions import responses as tips
from bot.subscriptions.digest_words import START, STOP
from bot.subscriptions.schedule import SHAPED_WEEK
from intents.care import About, Care, Topic
from tests.packaged import packaged_pack

CHOICES = (
    Choice(Another("answer-1"), "Another"),
    Choice(Why("answer-1"), "Why this?"),
    Choice(TakeOn("answer-1"), "I’ll do this"),
    Choice(Rate("answer-1", helpful=True), "Helpful"),
    Choice(Rate("answer-1", helpful=False), "Not helpful"),
)


def lesson(**changed: object) -> LessonReply:
    values: dict[str, object] = {
        "kind": "lesson",
        "answer": "answer-1",
        "theme": "listening",
        "theme_title": "Listening",
        "title": "Hear them out first",
        "lesson": "People resist less once they have been heard. Listen before you explain.",
        "quote": Quote("Listen first. Then act.", "A. Writer", "On change", "A publisher", "2014"),
        "nudge": "Ask one colleague this week what worries them most, and only listen.",
        "confidence": "I took this to be about “Listening”. If it is not, say “not that”.",
        "choices": CHOICES,
    }
    return LessonReply(**(values | changed))  # type: ignore[arg-type]


# Every button that a lesson can have, in the one order of all of them.
EVERY_BUTTON = (
    Choice(TakeOn("answer-1"), "I’ll do this"),
    Choice(SecondIssue("lesson-2"), "Also: Vision"),
    Choice(Another("answer-1"), "Another"),
    Choice(More("answer-1"), "More"),
    Choice(PickTheme("own-theme"), "Our own theme"),
    Choice(Why("answer-1"), "Why this?"),
    Choice(Share("answer-1"), "Share"),
    *CHOICES[-2:],
)
NEXT_PARTS = (
    Choice(TakeOn("answer-1"), "I’ll do this"),
    Choice(Another("answer-1"), "Another"),
    Choice(ShowPart("answer-1", "say"), "What to say"),
    Choice(ShowPart("answer-1", "if_not"), "If they refuse"),
    Choice(ShowPart("answer-1", "evidence"), "The evidence"),
    Choice(ShowLesson("answer-1"), "Back to the lesson"),
)


def depth(**changed: object) -> DepthReply:
    values: dict[str, object] = {
        "theme": "listening",
        "theme_title": "Listening",
        "title": "Hear them out first",
        "answer": "answer-1",
        "part": "how",
        "heading": "How to do it",
    }
    return DepthReply(**(values | changed))  # type: ignore[arg-type]


WILD = "a * b _c_ [d](http://e) <at>f</at> & # 1. g\n> h `i` \\ | ~ 😀"


def odd_replies() -> dict[str, Reply]:
    """Make replies of every kind, with and without what is optional, and with marks that could turn into markup."""
    satire = Quote("“Form a committee”", "Anon", "Satires", None, None, satire=True, url="https://example.org/a(b)")
    return {
        "lesson": lesson(),
        "satire": lesson(quote=satire, also="The body named here no longer exists."),
        "theme": lesson(kind="theme", about="This helps when nobody listens.", confidence=""),
        "tip": lesson(kind="tip", confidence="", choices=()),
        "every button": lesson(choices=EVERY_BUTTON),
        "moves": depth(steps=("First listen.", WILD, "Then act."), choices=NEXT_PARTS),
        "a place": depth(
            quote=satire, paragraphs=("Salford: They asked first.",), read=Reading("On", "https://a.org/")
        ),
        "a part that is not there": depth(paragraphs=("I know of no place that did just this.",)),
        "no author": lesson(quote=Quote("Words.", None, "Report", None, None)),
        "no quote": lesson(quote=None, experience="a ward manager of ours"),
        "wild": lesson(title=WILD, lesson=WILD, nudge=WILD, quote=Quote(WILD, WILD, WILD, WILD, WILD), also=WILD),
        "clarify": ClarifyReply(
            "Which of these is closest?",
            (Choice(PickTheme("listening"), "Listening"), Choice(NoneOfThese(), "None of these")),
        ),
        "clarify with gists": ClarifyReply(
            "Which of these is closest?",
            (
                Choice(PickTheme("listening"), "Listening", "Hear people out before you explain."),
                Choice(PickTheme("vision"), "Vision", WILD),
                Choice(PickTheme("cost"), "Cost"),
                Choice(NoneOfThese(), "None of these"),
            ),
        ),
        "themes": ThemesReply(
            "These are the themes.",
            (
                ThemeGroup("People", (("listening", "Listening"), ("vision", "Vision"))),
                ThemeGroup("Money", (("cost", "Cost"),)),
            ),
            "Type one of them.",
        ),
        "no themes": ThemesReply("These are the themes.", (), "Type one of them."),
        "why": WhyReply(
            "I read your message as being about “Listening”.",
            ("heard", "<at>all</at>"),
            (RankedTheme("listening", "Listening", 0.81), RankedTheme("vision", "Vision", 0.1)),
            "Within the theme I chose “Hear them out first”.",
            "I can be wrong.",
            (Choice(PickTheme("vision"), "Vision"), responses.THEMES),
        ),
        "why without words": WhyReply("You asked for a tip.", (), (), "I chose one.", "I can be wrong."),
        "clinical": handover.build_handover("clinical-advice"),
        "concern": handover.build_handover("raising-a-concern", [("Our own line", "call extension 1234")]),
        "wellbeing": handover.build_handover("wellbeing"),
        **caring_replies(),
        "greeting": responses.greeting(),
        "help": responses.help_(("“themes” for the list of themes",)),
        "about": responses.about(responses.retention_notice()),
        "thanks": responses.thanks(),
        "out of scope": responses.out_of_scope([Choice(PickTheme("listening"), "Listening")]),
        "gone": responses.gone(),
        "daily to set up": TextReply("daily", ("None yet.",), choices=(responses.TIP,), daily=setup("none")),
        "daily": TextReply("daily-changed", ("A small tip comes.",), daily=setup("on", ("vision",))),
        "daily paused": TextReply("daily-changed", ("It rests.",), daily=setup("paused")),
        **rhythm_replies(),
        **digest_replies(),
        **reader_replies(),
        **own_replies(),
        **editors_replies(),
        "daily stopped": TextReply("daily-changed", ("No more.",), daily=setup("stopped")),
    }


def rhythm_replies() -> dict[str, Reply]:
    """Make replies about a week with a shape, and about the moment that a small step is tied to."""
    wednesday, zone = date(2026, 12, 2), "Europe/London"
    asked_at = datetime(2026, 12, 2, 15, tzinfo=UTC)
    place = Place("slack", "T1", "C1")
    shaped = Subscription("s1", place, "U1", time(9), zone, SHAPED_WEEK, (), "Wales", "on", shape="week")
    set_up = tips.set_up(shaped, [], [], date(2026, 11, 29))
    offers = [ChangeDaily(time(9), frozenset({0, 2, 4}))]
    return {
        "a week with a shape": replace(set_up, daily=setup("on")),
        "the nearest that can be done": tips.not_understood("I cannot post every other day.", offers),
        "what happened": ask_what_happened("a1", "Ask two people what got in the way."),
        "taken on": promises.taken_on("p1", "Ask two people.", wednesday),
        "more moments": promises.more_moments("p1", [("Wednesday", wednesday), ("Thursday", date(2026, 12, 3))]),
        "which day": promises.which_day("p1", "one-to-one", "at your next one-to-one", [wednesday]),
        "tied": promises.tied("p1", "after Wednesday’s huddle", "Ask two people.", asked_at, zone),
        "not yet": promises.not_yet("p1", [("Wednesday", wednesday)], smaller=True),
        "steps": promises.steps_taken(StepsTaken(2, ("Anna Smith",)), StepCounts(3, 2, 1)),
        "done where progress is read": promises.done(2, here=True, nameable="p1"),
        "named": promises.named("p1", "Anna Smith"),
    }


def digest_replies() -> dict[str, Reply]:
    """Make replies about the monthly digest, and digests with all and with some of their counts."""
    place, due = Place("slack", "T1", "C1"), datetime(2026, 12, 1, 10, tzinfo=UTC)
    one = Digest("d1", place, "U1", "Europe/London", "Wales", "due", due)
    month, titles = date(2026, 11, 1), {"listening": "Listening", "vision": WILD}
    built = {
        "full": digests.build_digest(month, MonthCounts(31, 19, {"listening": 7, "vision": 5}), titles),
        "steps alone": digests.build_digest(month, MonthCounts(31, 30, {"listening": 4}), titles),
    }
    return {
        "digest asked for": digests.confirm(START),
        "digest to end": digests.confirm(STOP),
        "digest set up": digests.set_up(one),
        "digest stopped": digests.stopped(),
        "digest stands": digests.status(replace(one, reason="the platform was away")),
        "digest refused": digests.status(replace(one, state="refused", reason="I am not a member of the channel")),
        "no digest": digests.status(None),
        "no digest alone": digests.only_for_several(),
        "digest told": digests.refused(place, "the channel is archived", ABILITIES["slack"]),
        **{f"digest {name}": found for name, found in built.items() if found},
    }


def reader_replies() -> dict[str, Reply]:
    """Make replies about who somebody is and how long they have."""
    who = describe_reader(Reader("councillor", 5))
    return {
        "role noted": responses.reader_noted(who, Choice(RememberReader("councillor", 5), "Remember it")),
        "role remembered": responses.reader_remembered(who),
        "role forgotten": responses.reader_forgotten(),
        "nothing to remember": responses.nothing_to_remember(),
    }


def own_replies() -> dict[str, Reply]:
    """Make replies in which an organisation's own theme is offered beside ours, or shown."""
    ours = Choice(PickTheme("beds"), "Beds (Salford’s own)")
    return {
        "own theme": lesson(theme="beds", theme_title=ours.label, quote=None, experience="a ward manager of ours"),
        "own theme beside": lesson(also=f"There is also “{ours.label}”.", choices=(*CHOICES, ours)),
        "own theme asked about": ClarifyReply("Which of these?", (ours, Choice(NoneOfThese(), "None of these"))),
        "own theme out of scope": responses.out_of_scope((ours,)),
        "used up": responses.used_up(ours.label, 2, Choice(Another("answer-1"), "Show them again"), (ours,)),
    }


def editors_replies() -> dict[str, Reply]:
    """Make replies by which a question comes to the editors."""
    asked = Choice(ShowQuestion("q1"), "Tell the editors")
    shown = ("The editors write the lessons.", f"“{WILD}”", "It is kept for 30 days.")
    return {
        "question to tell": responses.out_of_scope((Choice(PickTheme("listening"), "Listening"),), (asked,)),
        "question shown": TextReply("notice", shown, choices=(Choice(SendQuestion("q1"), "Send it"),)),
    }


def caring_replies() -> dict[str, Reply]:
    """Make a card for each topic, nation and person, and an answer with support for each band."""
    cards: dict[str, Reply] = {
        f"card {topic} {nation} {about}": handover.build_handover(
            topic,
            [("Our own line", "call extension 1234")],
            nation,
            Care("danger", topic, about),
            ("listening", "vision"),
        )
        for topic in get_args(Topic)
        for nation in (None, *CARE_NATIONS)
        for about in get_args(About)
    }
    support = ("If this is about how you are, please talk to a person. Call 116 123.", "For urgent help, call 111.")
    who = Choice(ShowCare("perhaps", "wellbeing", "self"), "Who can help")
    care = Care("perhaps", "wellbeing")
    return (
        cards
        | supported_replies()
        | {
            "Welsh card": replace(
                handover.build_handover("wellbeing"),
                support=tuple(one.isolate(one.danger) for one in (load_sentences()["cy"], load_sentences()["ar"])),
            ),
            "cards in Urdu and Bengali": replace(
                handover.build_handover("wellbeing", nation="England"),
                support=tuple(one.isolate(one.danger) for one in (load_sentences()["ur"], load_sentences()["bn"])),
            ),
            "Polish notice": CareReplies(packaged_pack, WorkspaceNations()).decline_language("", "pl"),
            "general card": handover.build_general_card(),
            "unmistakable": handover.build_handover("wellbeing", care=Care("danger", "wellbeing", unmistakable=True)),
            "perhaps": ClarifyReply(
                "If you were asking about the work:",
                (who, Choice(PickTheme("listening"), "Listening"), Choice(NoneOfThese(), "None of these")),
                support=support,
                care=care,
                audience="asker",
            ),
            "strain": lesson(support=support[:1], choices=(who, *CHOICES), care=Care("strain", "wellbeing")),
            "concern": lesson(support=support, choices=(who, *CHOICES), care=Care("concern", "raising-a-concern")),
            "strained help": replace(responses.thanks(), support=support[:1], care=Care("strain", "wellbeing")),
            "strained themes": ThemesReply("These are the themes.", (), "Type one.", support=support[:1]),
            "about work": responses.about_work(),
        }
    )


def supported_replies() -> dict[str, Reply]:
    """Make an answer with the very lines of support that it gets, for each band, topic, nation and person."""
    themes = ClarifyReply("If you were asking about the work:", (Choice(PickTheme("listening"), "Listening"),))
    here = Message("any", "U1", Place("slack", "T1", "D1", private=True))
    bands = (
        ("perhaps", "wellbeing"),
        ("perhaps", "clinical-advice"),
        ("strain", "wellbeing"),
        ("concern", "raising-a-concern"),
    )
    made: dict[str, Reply] = {}
    for nation in (None, *CARE_NATIONS):
        replies = CareReplies(packaged_pack, WorkspaceNations(nation))
        for (band, topic), about in product(bands, get_args(About)):
            care = Care(band, topic, about)
            answer = themes if band == "perhaps" else lesson(choices=CHOICES)
            made[f"support {band} {topic} {nation} {about}"] = replies.add_support(answer, here, care)
        made |= {f"notice {code} {nation}": replies.decline_language("T1", code) for code in ("cy", "ar", "zh", "so")}
        in_polish = replies.build_card("T1", Care("danger", "wellbeing"), ("listening",), language="pl")
        made[f"danger in Polish {nation}"] = in_polish
    return made


def setup(state: str, themes: tuple[str, ...] = ()) -> DailySetup:
    """Make the setup of a daily tip."""
    every_theme = (("listening", "Listening"), ("vision", WILD))
    at = "" if state == "none" else "08:30"
    return DailySetup(state, at, (0, 1, 2, 3, 4), themes, "Wales", "2026-03-03", every_theme)


def real_lessons() -> dict[str, LessonReply]:
    """Make a reply of every lesson that we have."""
    knowledge = packaged_pack()
    made = {}
    for theme in knowledge.themes.values():
        for one in theme.lessons:
            source = knowledge.sources[one.quote.source]
            made[one.id] = lesson(
                theme=theme.id,
                theme_title=theme.title,
                about=theme.about,
                title=one.title,
                lesson=one.lesson,
                quote=Quote(
                    one.quote.text,
                    source.author,
                    source.title,
                    source.publisher,
                    source.date,
                    source.kind == "satire",
                    source.url,
                ),
                nudge=one.nudges[0].text,
                also=one.today or "",
            )
    return made
