"""The words of requests about the daily tip that are neither times nor dates: what to do, how often, links, courtesy.

A word that stands in none of these tables is asked about. So a word belongs into `_NOTHING` only when leaving it out
changes no request.
"""

import re
from functools import cache

from bot.actions import Every
from bot.subscriptions.day_forms import DAY, read_weekday
from bot.subscriptions.marks import (
    Act,
    ForNow,
    Holding,
    Impossible,
    Link,
    Meaning,
    Nothing,
    Often,
    Progress,
    Shaped,
    TimesAWeek,
    TipNoun,
    Unplaced,
    Vague,
    Weekdays,
)
from bot.subscriptions.schedule import WEEKDAYS
from bot.subscriptions.words import NUMBER, read_number

_EVERY_OTHER_DAY, _ONCE = frozenset({0, 2, 4}), frozenset({1})
_EACH = r"(?:every|each)"
_A = r"(?:a|an|per|each|every)"
_MONTH_OF = rf"(?:(?: of| in)? (?:the|{_A}) month| monthly)"
_TIPS = r"(?:tips? |times? )?"
_A_DAY = r"(?:(?:week|working |work ?)?days?|mornings?|afternoons?|evenings?)"

_NOUN = r"(?:(?:daily|small|little) )*tips?(?:'s|s')?|daily nudges?|nudges"

_ACTS: tuple[tuple[str, Meaning], ...] = (
    (
        r"off|stop|stopping|end|ended|cancel|cancelled|unsubscribe|finish|no more|(?:turn|switch) off"
        r"|get rid of|remove|delete|drop|scrap|opt (?:us |me )?out of",
        Act("off"),
    ),
    (r"pause|paused|pausing|hold|suspend|(?:take |have )?(?:a )?(?:break|rest)(?: from)?|on hold", Act("pause")),
    (
        r"start|resume|again|restart|un-?pause|reinstate|back on|(?:bring|have|get|want) back|back|(?:turn|switch) on",
        Act("on"),
    ),
    (r"skip|skipping|leave out|miss|miss out", Act("skip")),
    (r"move|moved|change|changed|shift|switch|swap|push|reschedule|make it|make|(?:turn|bring)(?= )", Act("move")),
    (
        r"send|sending|sent|post|posting|posted|give|get|getting|have|set up|set|message|deliver|put|share"
        r"|need|want|like|love|prefer|show|schedule|subscribe|sign(?= )"
        rf"|add(?! (?:on )?{DAY})",
        Act("send"),
    ),
    (
        r"what is set up|how does it stand|status|is there|are there"
        r"|(?:which|when|what time|what)(?: days?)?(?: is| are| do| does| will)?"
        rf"|(?:is|are)(?= (?:(?:the|our|any) )?(?:{_NOUN})\b)",
        Act("status"),
    ),
    (r"preview|coming(?: up)?", Act("preview")),
    (r"test", Act("test")),
    (r"without pause", Act("without pause")),
)
_SHAPES: tuple[tuple[str, Meaning], ...] = (
    (
        r"(?:in |as )?(?:a |the )?week with a shape"
        r"(?: \(a small step on mondays, a short story on wednesdays, on fridays the question what happened\))?"
        r"|with a shape|(?:a )?shaped week",
        Shaped(),
    ),
    (r"(?:show (?:the |our )?)?progress(?: on)?", Progress(shown=True)),
    (r"progress off|(?:hide|no) progress", Progress(shown=False)),
    (r"hold(?: on)? to|stay(?:ing)? with|hold the theme|keep to|stick (?:to|with)", Holding()),
)
_LINKS: tuple[tuple[str, Meaning], ...] = (
    (
        r"from|starting(?: from| on)?|beginning(?: on)?|commencing(?: on)?|as of|as from"
        r"|with effect from|w\.?e\.?f\.?|effective(?: from)?",
        Link("from"),
    ),
    (r"to", Link("to")),
    (
        r"up to and including|through(?: to)?|thru|inclusive of|(?:until|till|til)(?= [^,;.]{1,25} inclusive\b)",
        Link("through"),
    ),
    (r"until|till|til|'til", Link("until")),
    (r"between", Link("between")),
    (r"and|(?:and )?another(?: one| tip)?(?= at\b)", Link("and")),
    (r"or", Link("or")),
    (
        r"not including|not|don't|do not|dont|doesn't|does not|won't|no|never|except(?: for)?|excepting|but not"
        r"|but (?:skip|leave out|miss)|but|apart from|bar|excluding|without|other than",
        Link("not"),
    ),
    (r"instead of|rather than|in place of", Link("instead")),
    (r"for|over|during", Link("for")),
    (r"on", Link("on")),
)
_VAGUE: tuple[tuple[str, Meaning], ...] = (
    (
        r"(?:in the |this )?(?:mornings?|afternoons?|evenings?)|(?:at )?(?:lunch|lunchtime|breakfast|teatime)"
        r"|first thing"
        r"|(?:an hour |a bit |half an hour )?(?:earlier|later)|(?:before|after)(?: lunch| work| breakfast)?"
        r"|(?:at )?the end of the day"
        r"|(?:forward|(?:by )?(?:half an|an|one|two) hours?)(?! to\b)",
        Vague("time"),
    ),
    (
        r"(?:after )?(?:(?:the )?christmas(?: and (?:the )?new year)?(?: holidays?| break)?|xmas|easter"
        r"|half[- ]term|(?:the )?new year"
        r"|(?:the )?summer(?: holidays?)?|(?:the )?school holidays?|ramadan|winter|autumn|spring)"
        r"|(?:the )?(?:end|start|beginning|middle) of|early|mid|late"
        r"|a few (?:days|weeks)|a while|a bit|some time|(?:after )?(?:the )?holidays"
        r"|(?:(?:while|when) )?(?:i am|i'm|we are|we're|(?:the |our )?team is|every(?:one|body) is) "
        r"(?:on (?:annual )?leave|on holiday|away|off|back|out of (?:the )?office)"
        r"|(?:my |our |the )?(?:annual leave|leave|maternity leave|holiday)",
        Vague("period"),
    ),
)
_FOR_NOW = r"for now|(?:for|at) the moment|for the time being|until further notice|temporarily"
_ASKED: tuple[tuple[str, Meaning], ...] = (
    (
        r"no[- ]?one|nobody|also|non[- ]working ?days?|(?:on )?those days"
        r"|not (?:only|just|all|every(?= (?:time|week|month)))",
        Unplaced(),
    ),
)
_NOTHING = (
    r"please|pls|plz|thanks|thank you|thx|ta|many thanks|kindly|hi|hiya|hello|hey|cheers",
    r"(?:good )?(?:morning|afternoon|evening) (?:all|team|everyone|folks)|good (?:morning|afternoon|evening)"
    r"|(?:morning|afternoon|evening)(?=\s*[,!])",
    r"can|could|would|will|may|should|should we|shall|let's|lets",
    r"you|u|someone|somebody|anyone|we|us|i|i'd|we'd"
    r"|i'd like|our|my|me|it|them|team|channel|everyone|everybody|all of us"
    r"|all|whole|group",
    r"the|a|an|any|that|this|these|those|one|small|little|at|in|of|by|with|here|there",
    r"to (?:us|me|everyone|(?:the|our|this) (?:team|channel|group))",
    r"is it possible to|possible|if you can|if possible|if that is ok|when you can|if that's ok|do|does",
    r"be|any ?more|(?:come|comes)(?: through)?|arrive|arrives|due|now|from now on"
    r"|time|sharp|on the dot",
    r"(?:back|forward)(?= to\b)|instead(?=\s*(?:$|[.!?,]|please|pls|thanks))|(?<!weekends )(?<!holidays )inclusive",
    r"next(?= (?:daily |small )?(?:tip|one)\b)",
    r"about (?:the|those|these|our|that|this)(?= (?:daily )?tips?\b)",
    r"about(?= \d| half| quarter| \w+ (?:past|to)\b)",
    rf"(?:around|roughly|approximately|approx|say)(?= (?:half|quarter|noon|midday|{NUMBER}))",
    r"only|just|each time|every(?= tip)|like to|to (?:get|have|receive|see)|receive|so|then|ok|okay|yes|yeah",
    r"(?:there are|there's|there is|we are|we're|we have|we've)(?: only| about| around)?(?: a (?:team|group) of)?"
    rf" {NUMBER}"
    r"(?: of us| people| staff| colleagues| members)?(?: (?:here|in (?:the|this|our) (?:team|channel|group)))?",
    rf"(?:for )?(?:the|all) {NUMBER} of us",
    rf"(?:a|our|the) (?:team|group) of {NUMBER}",
    r"(?:the )?(?:time )?(?:of day)",
)


_SIGNS: tuple[tuple[str, Meaning], ...] = (
    (r"-+", Link("to")),
    (r"[&+/,]", Link("and")),
    (r"@(?=\s?\d)", Nothing()),
    (r"[.;:!?\"()…]+|'(?!\w)", Nothing()),
)


@cache
def _compile() -> tuple[tuple[re.Pattern[str], Meaning], ...]:
    plain = [
        *_ACTS,
        *_SHAPES,
        *_LINKS,
        *_VAGUE,
        *_ASKED,
        (_NOUN, TipNoun()),
        (_FOR_NOW, ForNow()),
        *((words, Nothing()) for words in _NOTHING),
    ]
    words = [(re.compile(rf"(?:{words})(?![\w'-])"), meaning) for words, meaning in plain]
    return (*words, *((re.compile(signs), meaning) for signs, meaning in _SIGNS))


def read_word(text: str, start: int) -> tuple[Meaning, int] | None:
    """Return the longest word or phrase that begins at a position of a normalised text, and its end."""
    found = [(match.end(), meaning) for pattern, meaning in _compile() if (match := pattern.match(text, start))]
    if not found:
        return None
    end, meaning = max(found, key=lambda one: one[0])
    return meaning, end


def read_frequency(text: str, start: int) -> tuple[tuple[Meaning, ...], int] | None:
    """Return how often a tip shall come, with the day that stands in the same words, and the end."""
    found = [
        (match.end(), read, match) for pattern, read in _compile_frequencies() if (match := pattern.match(text, start))
    ]
    if not found:
        return None
    end, read, match = max(found, key=lambda one: one[0])
    return _read_frequency(read, match), end


def _read_frequency(meaning: Meaning | Every, found: re.Match[str]) -> tuple[Meaning, ...]:
    day = found.groupdict().get("day")
    days: tuple[Meaning, ...] = (Weekdays(frozenset({read_weekday(day)}), recurring=True),) if day else ()
    days += (TipNoun(),) if "tip" in found.group() else ()
    if meaning == TimesAWeek(0):
        count = found["count"]
        return (TimesAWeek({"once": 1, "twice": 2}.get(count) or read_number(count)), *days)
    return (Often(meaning), *days) if isinstance(meaning, str) else (meaning, *days)


@cache
def _compile_frequencies() -> tuple[tuple[re.Pattern[str], Meaning | Every], ...]:
    each_working_day, monthly = Impossible(WEEKDAYS), Impossible(None, "month")
    forms: tuple[tuple[str, Meaning | Every], ...] = (
        (rf"weekly|(?:once|one) {_TIPS}(?:{_A} week|weekly)|{_EACH} week", "week"),
        (
            rf"fortnightly|(?:once )?{_EACH} (?:other|second|two|2) weeks?|(?:once|one) {_TIPS}{_A} fortnight"
            rf"|{_EACH} fortnight"
            r"|(?:in |on )?alternate weeks|every other",
            "fortnight",
        ),
        (rf"(?:on )?(?:every other|alternate|each other) (?P<day>{DAY})s?", "fortnight"),
        (
            rf"(?:(?:{_EACH} month|monthly),? )?(?:on )?(?:the |{_EACH} )?(?:first|1st) (?P<day>{DAY})s?"
            rf"(?:{_MONTH_OF})?",
            "month",
        ),
        (rf"(?:on )?(?:the |{_EACH} )?(?:last|second|2nd|third|3rd|fourth|4th) (?P<day>{DAY})s?{_MONTH_OF}", monthly),
        (
            rf"(?:on )?(?:the )?\d{{1,2}}(?:st|nd|rd|th) of (?:the|{_A}) month|(?:at )?the (?:end|start) of {_A} month",
            monthly,
        ),
        (
            rf"monthly|(?:once|one) {_TIPS}{_A} month|{_EACH} month|(?:twice|two times|{NUMBER} times) {_A} month",
            monthly,
        ),
        (rf"quarterly|{_EACH} quarter|once {_A} (?:quarter|year)|yearly|annually", monthly),
        (
            rf"{_EACH} (?:other|second|2nd|2|two) {_A_DAY}|(?:on )?alternate {_A_DAY}"
            rf"|{_EACH} (?:third|3rd|3|three|four|4) {_A_DAY}",
            Impossible(_EVERY_OTHER_DAY),
        ),
        (rf"{_EACH} (?:other|second|2nd|2|two) months?|(?:on |in )?alternate months", monthly),
        (rf"{_EACH} {NUMBER} days", Impossible(_ONCE)),
        (rf"{_EACH} (?:7|seven) days", "week"),
        (rf"{_EACH} (?:14|fourteen) days", "fortnight"),
        (rf"(?:twice|(?:several|{NUMBER}) (?:tips|times)) {_A} day|(?:twice|{NUMBER} times) daily", each_working_day),
        (rf"hourly|{_EACH} (?:{NUMBER} |other |half )?(?:hours?|minutes?)", each_working_day),
        (rf"{_EACH} (?:third|fourth|{NUMBER}) weeks?", Impossible(None, "fortnight")),
        (rf"{_EACH} (?:third|3rd|fourth|4th) (?P<day>{DAY})s?", Impossible(None, "fortnight")),
        (rf"(?P<count>once|twice|{NUMBER}) (?:tips? |times? |days? ){_A} week", TimesAWeek(0)),
        (rf"(?P<count>twice) (?:{_A} week|weekly)", TimesAWeek(0)),
    )
    return tuple((re.compile(rf"(?:{words})\b"), meaning) for words, meaning in forms)
