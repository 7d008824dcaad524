"""Sentences of a message, and the one among them that asks."""

import re
from collections.abc import Sequence

_END = re.compile(r"[.!?…][\"')\]]{0,2}\s+(?=\S)")
_NOT_AN_END = re.compile(r"\b(?:e\.g|i\.e|etc|vs|no|dr|mr|mrs|ms|prof|st|approx|ca|cf|incl|dept)\.$", re.IGNORECASE)
_ABBREVIATION = 8  # letters, the stop among them: only a piece's end can be one
_ASKS = re.compile(
    r"\b(?:how (?:do|can|could|would|should|might|to|did|does|on earth|best)"
    r"|what (?:do|can|could|would|should|makes|is the best|now|next)"
    r"|where (?:do|would|should|to)|who (?:do|should)|why (?:do|does|is|are|won't|would)|should (?:i|we)"
    r"|can (?:you|i|we|anyone)|could (?:you|i|we)|any (?:advice|ideas?|tips?|thoughts|suggestions?|pointers)"
    r"|advice|ideas|tips|suggestions?|help"
    r"|need to|want to|wondering|struggl\w+|stuck|at a loss|not sure (?:how|what|whether|where))\b",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    r"^(?:hi|hello|hey|dear|morning|afternoon|good (?:morning|afternoon|evening)|hope (?:you|this|all)"
    r"|thanks|thank you|many thanks|kind regards|best wishes|regards|cheers|sorry|apologies|happy (?:monday|friday))\b",
    re.IGNORECASE,
)
_SALUTATION = re.compile(
    r"^(?:(?:hi|hiya|hello|hey|good (?:morning|afternoon|evening))"
    r"(?: (?:all|there|team|everyone|folks|again|small steps))*(?:\s{0,4}[,.!:;-]+\s*|\s+|$)"
    # “Morning meetings are a waste of time” greets nobody.
    r"|(?:(?:morning|afternoon|evening)(?: (?:all|team|everyone|folks))?|dear(?: [\w'-]+){1,2})(?:[,.!:;]\s*|\s-\s|$))",
    re.IGNORECASE,
)
# Only behind a stop: “how do we say thank you” ends on what it asks about.
_SIGN_OFF = re.compile(  # repetitions are bounded, so that the time grows with the text and no faster
    r"(?:^|(?<=[.?!])\s{0,9}|\s{0,4}[,;)-]{1,8}\s{0,4})"
    r"(?:(?:many |lots of |with )?(?:thanks|thank you|thx|cheers|ta)|kind regards|best wishes|regards)"
    r"(?: (?:so much|very much|a lot|a million|in advance|again|all|everyone|team|folks|for (?:any|your) help))*"
    r"[,.!x\s]{0,20}(?:[A-Z][\w'-]{1,40})?[.!x\s]{0,20}$",
    re.IGNORECASE,
)
# What people say around what they ask. None of it decides what they are asking about.
_OPENERS = re.compile(
    r"^(?:(?:sorry|apologies)(?: in advance)? (?:for|about|if) [^.!?]{1,60}[.!?]\s+"
    r"|(?:(?:just )?a )?(?:quick|daft|silly|stupid|random) (?:question|one|q)\b\s*[:,.!-]+\s*"
    r"|(?:i )?hope (?:you|this|everyone|all)\b[^.!?]{1,50}[.!?]\s+"
    r"|not sure (?:if|whether) (?:this is|i am|i'm|im) [^.!?,]{1,50}(?:,? but\b|[.!?,])\s+"
    r"|(?:bit of a |long )(?:rant|post|one|message|story)\b[^.!?,:]{0,30}[.!?,:]\s+"
    r"|(?:ok(?:ay)?|right|so|well|um+|er+m?)\b[,.…]*\s+)",
    re.IGNORECASE,
)
_CLOSERS = re.compile(
    r"(?:(?<=[.?!…])\s{1,9}|\s{0,4}[,;:-]{1,4}\s{0,4}|\s)(?:(?:and|so|but|or|anyway|basically|then|just)[, ]{1,3}){0,3}"
    r"(?:what (?:would|should|do|can|could|shall) (?:you|i|we|one) (?:do|suggest|think|reckon|say|advise|recommend)"
    r"(?: (?:here|now|next|instead|about (?:it|this|that)|in (?:my|our) (?:place|shoes|position))){0,2}"
    r"|any (?:other )?(?:ideas?|thoughts|advice|tips|suggestions?|help|pointers)"
    r"(?: (?:welcome|appreciated|please|gratefully received|anyone|on (?:this|that)"
    r"|would be (?:great|lovely|welcome|appreciated|good))){0,2}"
    r"|(?:can|could) (?:you|anyone|anybody|someone|somebody) (?:please )?(?:help|advise)(?: (?:me|us))?(?: please)?"
    r"|(?:please )?help(?: me| us)?(?: please)?|advice please|thoughts|what now|what next|over to you"
    r"|where do (?:i|we) (?:even )?(?:start|begin)"
    r"|how do (?:i|we) (?:deal with|handle|fix|sort|tackle|solve) (?:it|this|that)(?: out)?"
    r"|(?:does|if) that makes? (?:any )?sense|let me know|bye(?: for now)?|bye bye|speak soon|cheers|ta|thanks"
    r"|sorry (?:for|about) the (?:rant|essay|ramble|novel|long \w{1,12}))\s{0,4}[?.!…\s]{0,9}$",
    re.IGNORECASE,
)
_TAIL = 160  # characters in which the last polite end stands
_MOST_ENDS = 4  # polite ends in a row
_LEFT_WORDS = 8  # fewer, and what was taken away may have been the question
_FEW_WORDS = 3
_LONG = 60  # words; without a full stop for so long, commas and dashes end a thought as well
_CLAUSE = re.compile(r"\s*(?:;|,\s+(?:and|but|so|because)|\s-)\s+")


def split_sentences(lines: Sequence[str]) -> list[str]:
    """Return the sentences of these lines.

    Parameters
    ----------
    lines
        Normalised, as `normalisation.normalise_lines` gives them.

    Returns
    -------
    list of str
        None is empty; a fragment of one or two words stays with the sentence before it, unless that asks.
    """
    found: list[str] = []
    for line in lines:
        start = 0
        for end in _END.finditer(line):
            piece = line[start : end.end()].strip()
            if not _NOT_AN_END.search(piece, max(0, len(piece) - _ABBREVIATION)):
                found.extend(_split_clauses(piece))
                start = end.end()
        found.extend(_split_clauses(line[start:].strip()))
    return _join_fragments(found)


def remove_greeting(lines: Sequence[str]) -> list[str]:
    """Return the lines without the greeting at the beginning; none is left of a message that only greets.

    Parameters
    ----------
    lines
        Normalised, as `normalisation.normalise_lines` gives them.
    """
    bare = list(lines)
    if bare:
        bare[0] = _SALUTATION.sub("", bare[0], count=1)
    return [line for line in bare if line.strip()]


def remove_courtesy(lines: Sequence[str]) -> list[str]:
    """Return the lines without the greeting at the beginning and the thanks at the end.

    Parameters
    ----------
    lines
        Normalised, as `normalisation.normalise_lines` gives them.

    Returns
    -------
    list of str
        None is empty; nothing is left of a message that is nothing but courtesy.
    """
    bare = remove_greeting(lines)
    if bare:
        bare[-1] = _SIGN_OFF.sub("", bare[-1], count=1)
    return [line for line in bare if line.strip()]


def remove_polite_ends(lines: Sequence[str]) -> list[str]:
    """Return the lines without what opens and closes a message politely, such as “so what would you do?”.

    Parameters
    ----------
    lines
        Normalised, as `normalisation.normalise_lines` gives them.

    Returns
    -------
    list of str
        The same lines where little else would be left.
    """
    kept = list(lines)
    for _ in range(_MOST_ENDS):
        shorter = list(kept)
        if shorter:
            shorter[0] = _OPENERS.sub("", shorter[0], count=1)
        if shorter:
            head, tail = shorter[-1][:-_TAIL], shorter[-1][-_TAIL:]
            shorter[-1] = head + _CLOSERS.sub("", tail, count=1)
        shorter = [line for line in shorter if line.strip()]
        if shorter == kept or sum(len(line.split()) for line in shorter) < _LEFT_WORDS:
            return kept
        kept = shorter
    return kept


def score_request(sentence: str, position: float) -> float:
    """Return how much a sentence looks like the one that asks, about -2 to 3.

    Parameters
    ----------
    sentence
        Normalised.
    position
        From 0 for the first to 1 for the last sentence; people end on what they want.
    """
    words = len(sentence.split())
    score = 0.4 * position + min(words, 12) / 24
    if _ASKS.search(sentence):
        score += 1.0
    if sentence.rstrip("\"')]").endswith("?"):
        score += 1.0
    if _COURTESY.match(sentence) and words < 12:
        score -= 2.0
    return score


def _split_clauses(sentence: str) -> list[str]:
    if len(sentence.split()) <= _LONG:
        return [sentence] if sentence else []
    return [clause for clause in _CLAUSE.split(sentence) if clause]


def _join_fragments(pieces: Sequence[str]) -> list[str]:
    sentences: list[str] = []
    for piece in pieces:
        is_fragment = len(piece.split()) < _FEW_WORDS and not piece.endswith("?")
        if is_fragment and sentences and not sentences[-1].endswith("?"):
            sentences[-1] = f"{sentences[-1]} {piece}"
        else:
            sentences.append(piece)
    return sentences
