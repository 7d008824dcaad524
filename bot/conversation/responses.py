"""Responses about the bot itself, written beforehand and the same on every platform."""

from collections.abc import Sequence

from bot.actions import ForgetReader, GiveTip, NoneOfThese, ShowHelp, ShowSources, ShowThemes
from bot.message import Choice, ClarifyReply, TextReply

THEMES = Choice(ShowThemes(), "See all themes")
TIP = Choice(GiveTip(), "Give me a tip")
HELP = Choice(ShowHelp(), "How to use me")
DAILY_COMMANDS = (
    "“daily weekdays 8:30” for a tip here every working day, “daily” for how it stands, “daily off” to stop",
    "“daily 9:00 in Europe/Paris” for a place in another time zone",
    "“digest on” in a channel or chat for counts of small steps each month, “digest off” to stop",
)
ASK_ME = "Tell me what is getting in the way of the change you lead, in your own words."
WHAT_I_ANSWER = (
    "I answer with a lesson from people who have been there, what they said, and one small step for this week."
)
A_PROGRAM = "I am a program, not a person."
PROMISE_COMMANDS = ("“promises” for the small steps you took on",)


def greeting() -> TextReply:
    """Return the greeting."""
    return TextReply(
        "greeting",
        (
            "Hello. Tell me what is getting in the way of the change you lead, in your own words.",
            "I will look for a lesson, the words of people who have been there, and one small step for this week.",
        ),
        choices=(TIP, THEMES),
    )


def no_welsh_yet() -> TextReply:
    """Return the notice that the bot reads English."""
    return TextReply(
        "greeting",
        ("I read English, and have no lessons in Welsh yet. I am sorry.",),
        choices=(TIP, THEMES),
    )


def thanks() -> TextReply:
    """Return the answer to thanks."""
    return TextReply("thanks", ("You are welcome. Come back whenever you are stuck.",))


def help_(commands: Sequence[str]) -> TextReply:
    """Return the help; `commands` are lines on the commands that can be typed."""
    return TextReply(
        "help",
        (
            "Describe what is happening, as you would to a colleague. "
            "For example: “our consultants just cross their arms in every workshop”.",
            "I answer with a lesson, a quote with its source, and one small step. You can also type:",
        ),
        bullets=tuple(commands),
        choices=(THEMES, TIP),
    )


def retention_notice(days: int = 0) -> str:
    """Return the sentence on what is kept of the text that people type.

    Parameters
    ----------
    days
        Days for which questions without a lesson are kept; 0 for none.
    """
    if not days:
        return "I do not keep what you type."
    how_long = "a day" if days == 1 else f"{days} days"
    return (
        f"A question that I could not answer with a lesson is kept for {how_long}, with names and numbers removed. "
        "I do not keep who asked it, or anything else that you type."
    )


def about(kept: str) -> TextReply:
    """Return the description of the bot; `kept` is the sentence of `retention_notice`."""
    return TextReply(
        "about",
        (
            "I am Small Steps, a program and not a person. Everything I say was written and checked beforehand. "
            "No language model writes my answers; a small classifier on this server only picks which one fits.",
            f"{kept} I remember which lessons this place has seen, so that I do not repeat them.",
            "I am not a clinician or an emergency service, and I can be wrong. Use your own judgement.",
        ),
        choices=(HELP, Choice(ShowSources(), "Where the words come from")),
    )


def out_of_scope(likely: Sequence[Choice], others: Sequence[Choice] = ()) -> TextReply:
    """Return the refusal of a message out of scope.

    Parameters
    ----------
    likely
        Themes that it may be about all the same.
    others
        Other buttons, such as the one that tells the editors.
    """
    more = "If I misread you, tell me a little more about what is happening"
    near = "try this:" if len(likely) == 1 else "try one of these:"
    return TextReply(
        "out-of-scope",
        (
            "I do not think I can help with that. I only know about leading change in health and care.",
            f"{more}, or {near}" if likely else f"{more}: who does what, and where it sticks.",
        ),
        bullets=list_gists(likely),
        choices=(*remove_gists(likely), *others, THEMES),
    )


def which_is_nearest(likely: Sequence[Choice]) -> ClarifyReply:
    """Return the question back once more, after a turn that fits none of the themes by itself."""
    question = "I have nothing on just that." + (
        " Is this near it?" if len(likely) == 1 else " Which of these is nearest to it?"
    )
    return ClarifyReply(question, (*likely, Choice(NoneOfThese(), "None of these")))


def nothing_on_just_that(title: str, parts: Sequence[Choice], likely: Sequence[Choice]) -> TextReply:
    """Return what is left of a talk, after a turn to which its lesson has no answer.

    Parameters
    ----------
    title
        Of the lesson.
    parts
        What the lesson has besides.
    likely
        Other themes that the talk may be about, with their gists.
    """
    named = ", ".join(f"“{part.label}”" for part in parts)  # not everywhere is a button shown for them
    said = ["I have nothing on just that."]
    said += [f"On “{title}” I still have {named}."] if parts else []
    said += ["Or is it about this?" if len(likely) == 1 else "Or is it about one of these?"] if likely else []
    said += ["Or tell me in a sentence what should happen instead."]
    return TextReply("notice", (" ".join(said),), bullets=list_gists(likely), choices=(*remove_gists(likely), *parts))


def list_gists(choices: Sequence[Choice]) -> tuple[str, ...]:
    """Return a line for each choice that says what stands behind it."""
    return tuple(f"{one.label}: {one.gist}" for one in choices if one.gist)


def remove_gists(choices: Sequence[Choice]) -> tuple[Choice, ...]:
    """Return choices without what they say of themselves, where a list says it already."""
    return tuple(Choice(one.action, one.label) for one in choices)


def what_is_happening(likely: Sequence[Choice]) -> ClarifyReply:
    """Return the question what is happening with a topic that was only named, with themes that may be meant."""
    question = "What is happening with it? A sentence is enough: who does what, and where it sticks."
    if likely:
        question += " Or did you mean one of these?" if len(likely) > 1 else " Or did you mean this theme?"
        return ClarifyReply(question, (*likely, Choice(NoneOfThese(), "None of these")))
    return ClarifyReply(question, (THEMES,))


def what_happened() -> ClarifyReply:
    """Return the question what happened, where no theme is likely."""
    return ClarifyReply("I am not sure what this is about. What happened, and what did you want instead?", (THEMES,))


def no_words() -> TextReply:
    """Return the notice that a message has no words."""
    return TextReply(
        "notice",
        ("I could not find any words in that. Tell me in a sentence what is happening, and I will look for a lesson.",),
        choices=(TIP, THEMES),
    )


def none_of_these(next_likely: Sequence[Choice] = ()) -> TextReply:
    """Return the themes that are likely after those that were declined; where there are none, one thing is asked.

    Parameters
    ----------
    next_likely
        Themes that were not on offer before.
    """
    if next_likely:
        asked = "Is it this one, then?" if len(next_likely) == 1 else "Is it one of these, then?"
        said = f"Thank you for telling me. {asked}"
        return TextReply(
            "notice",
            (said, "Try once more if not: one sentence with a little of what happened will do."),
            bullets=list_gists(next_likely),
            choices=(*remove_gists(next_likely), THEMES),
        )
    return TextReply(
        "notice",
        (
            "Thank you for telling me. Try once more, in one sentence with a little of what happened: which roles are "
            "there, and what should one of them do differently? Please leave names out.",
        ),
        choices=(THEMES, TIP),
    )


def about_work() -> TextReply:
    """Return the request to say again what an earlier message was about, of which nothing was kept."""
    return TextReply(
        "notice",
        ("About the work, then. I have kept nothing of it, so tell me again what is happening, or pick a theme.",),
        choices=(THEMES, TIP),
    )


def all_on_that(heading: str, others: Sequence[Choice]) -> TextReply:
    """Return the notice that a part of a lesson was shown whole just before, with what else there is."""
    named = ", ".join(f"“{other.label}”" for other in others)  # not everywhere is a button shown for them
    left = f"What else I have: {named}." if others else "“another” shows another lesson."
    return TextReply("notice", (f"That is all this lesson has under “{heading}”. {left}",), choices=tuple(others))


def remind_when(take_on: Choice) -> TextReply:
    """Return the question when to remind, where no time was named; nothing is taken on yet."""
    said = "When? Type the day, as in “on Thursday”, and I take it that you want to do the small step."
    return TextReply("remind-when", (f"{said} Nothing is promised until then.",), choices=(take_on,))


def which_of_them(choices: Sequence[Choice]) -> ClarifyReply:
    """Return the question back once more, after a yes that could mean any of several themes."""
    return ClarifyReply("Which of these do you mean?", (*choices, Choice(NoneOfThese(), "None of these")))


def all_right() -> TextReply:
    """Return what is said to a bare “ok” after a lesson."""
    return TextReply("notice", ("All right. “how” shows how to do it, and “another” another lesson.",))


def unanswered_by_lesson(sentence: str, nearest: Choice) -> TextReply:
    """Return the notice that no part of a lesson answers a question, with the part that comes nearest."""
    said = f"{sentence} The nearest that I have is “{nearest.label}”."
    return TextReply("notice", (said,), choices=(nearest,))


def what_is_meant() -> TextReply:
    """Return the question what a follow-up is about, where nothing was said that it could be about."""
    return TextReply(
        "notice",
        ("I am not sure what that is about: which problem or lesson do you mean?",),
        choices=(TIP, THEMES),
    )


def nothing_else_told() -> TextReply:
    """Return the question what else was told, where the words before hold no other problem."""
    return TextReply(
        "notice",
        ("I found one problem in what you wrote. Tell me the other one in a sentence, and I will look for a lesson.",),
        choices=(THEMES,),
    )


def nothing_before() -> TextReply:
    """Return the notice that there is no lesson before the latest."""
    return TextReply("notice", ("There is no lesson before this one here.",), choices=(TIP, THEMES))


def press_to_share(share: Choice) -> TextReply:
    """Return the button that shares a lesson which only one person has read."""
    return TextReply(
        "notice", ("Press “Share” and choose where. I post it there and say that you shared it.",), choices=(share,)
    )


def shared_already() -> TextReply:
    """Return the notice that everybody in the place can read the lesson already."""
    return TextReply("notice", ("Everybody here can read it already. Copy it if you want it somewhere else.",))


def cannot_share() -> TextReply:
    """Return the notice that a lesson cannot be posted elsewhere from here."""
    return TextReply("notice", ("I cannot post it elsewhere from here. Copy it, or ask me again in the other chat.",))


def used_up(title: str, count: int, again: Choice, neighbours: Sequence[Choice]) -> TextReply:
    """Return the notice that a theme has no lesson left that was not just shown, with themes close to it."""
    lessons = "the one lesson that I have" if count == 1 else f"all {count} lessons that I have"
    close = " These are close to it:" if neighbours else ""
    return TextReply(
        "notice", (f"You have now seen {lessons} on “{title}”.{close}",), choices=(*neighbours, again, THEMES)
    )


def reader_noted(described: str, remember: Choice) -> TextReply:
    """Return the notice that lessons are chosen for somebody in this thread; `described` says for whom."""
    return TextReply(
        "notice",
        (
            f"Thank you. In this thread I will choose {described}. What is getting in the way?",
            "I forget it after a day, unless you want me to remember it.",
        ),
        choices=(remember, TIP),
    )


def reader_remembered(described: str) -> TextReply:
    """Return the notice that somebody is remembered; `described` says as whom."""
    return TextReply(
        "notice",
        (f"I will remember it and choose {described} from now on. Type “forget me” and I delete it.",),
        choices=(Choice(ForgetReader(), "Forget who I am"),),
        audience="asker",
    )


def reader_forgotten() -> TextReply:
    """Return the notice that nothing is remembered of who somebody is."""
    return TextReply(
        "notice",
        ("I have deleted who you are and how long you have. From now on I choose as I do for anyone.",),
        audience="asker",
    )


def nothing_to_remember() -> TextReply:
    """Return the question who somebody is, where they want to be remembered and have not said as whom."""
    return TextReply(
        "notice",
        ("What should I remember? Tell me your role, or how much time you have: “remember that I’m a councillor”.",),
    )


def unhelpful(choices: Sequence[Choice], noted: bool) -> TextReply:
    """Return the apology for an unhelpful answer; `noted` when a verdict was recorded."""
    kept = "; it is noted, without your words" if noted else ""
    near = "try this:" if len(choices) == 1 else "try one of these:"
    others = near if choices else "look through the themes."
    return TextReply(
        "unhelpful",
        (
            f"I am sorry that this missed the point. Thank you for saying so{kept}.",
            f"Put it another way, or {others}",
        ),
        bullets=list_gists(choices),
        choices=(*remove_gists(choices), THEMES),
    )


def feedback_noted(helpful: bool) -> TextReply:
    """Return the thanks for a verdict."""
    if helpful:
        return TextReply("notice", ("Thank you. I am glad it helped.",))
    return TextReply("notice", ("Thank you for saying so. I have noted that it did not help.",))


def nothing_yet() -> TextReply:
    """Return the notice that the place has no earlier lesson."""
    return TextReply(
        "notice",
        ("I have not given a lesson here yet. Ask me something first, or take a tip.",),
        choices=(TIP, THEMES),
    )


def gone() -> TextReply:
    """Return the notice that a pressed answer is no longer known."""
    return TextReply(
        "notice",
        ("I no longer know which answer that was. Please ask me again.",),
        choices=(TIP, THEMES),
    )


def no_daily_tips() -> TextReply:
    """Return the notice that daily tips are not available."""
    return TextReply(
        "notice",
        ("I cannot post daily tips here. You can ask for a tip at any time.",),
        choices=(TIP,),
    )
