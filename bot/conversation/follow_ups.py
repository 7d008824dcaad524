"""Follow-ups to a lesson: the phrases by which people ask on, as data, and the reader of them (pure)."""

import re
from collections.abc import Set
from dataclasses import dataclass
from typing import Literal

from rapidfuzz.distance import OSA

from bot.conversation.wording import fold, list_weighty_words

Act = Literal[
    "how", "say", "if_not", "brief", "place", "evidence", "more", "again", "back", "another", "topic", "why",
    "take_on", "did", "not_yet", "withdraw", "share", "remind",
]  # fmt: skip

_IT = r"(?:it|this|that|these|those|them|one|so|all this|all that)"
_WHO = r"(?:i|we|you|one|they|he|she|people|someone|anyone|anybody|my team|our team|it|this|that)"
_MODAL = r"(?:do|does|did|would|could|should|can|might|may|shall|will|d|to|must)"
_OTHERS = r"(?:they|he|she|people|my \w+|the \w+|our \w+|nobody|no one|noone|somebody|someone|everyone|staff|it|that|this)"
_DAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"

# Tried in this order; each stands for a whole kind, and is searched for in a folded text.
_PHRASES: tuple[tuple[Act, str], ...] = (
    ("remind", rf"\b(?:remind|nudge|ping|poke|chase|prompt) (?:me|us)\b|\bgive (?:me|us) a (?:nudge|reminder|shout|poke|prod)\b"
               rf"|\b(?:ask|check|check in|check back)(?: with)?(?: me| us)?(?: again)? (?:on|in|next|tomorrow)\b"),
    ("share", rf"\bshare(?: {_IT})?\b|\b(?:post|forward) {_IT}\b|\b(?:send|pass|show) {_IT} (?:to|on|round|around|along)\b"
              rf"|\b(?:rest of the|my|our|the) (?:team|colleagues|others|group|channel) (?:to see|should see|can see|need to see)\b"
              rf"|\bput {_IT} (?:in|on) the (?:channel|chat)\b|\btell the others\b|\blet the (?:others|team) see\b"),
    ("withdraw", r"\bwithdraw\b|\bchanged my mind\b|^(?:cancel|forget|scrap|drop)(?: (?:it|that|this|the step|my step|my promise))?$"
                 r"|^never ?mind$|^i (?:wont|cant|will not|cannot)(?: do)?(?: it| that| this)?(?: after all)?$"),
    ("not_yet", r"^(?:no )?not yet\b|^(?:no )?(?:i |we )?(?:havent|have not|didnt|did not)(?: (?:had|done|managed|got|get|do|find))?\b"
                r"(?: (?:it|that|this|time|round|to|the time|a chance|so|yet))*$|^(?:no )?i forgot(?: (?:it|about it|to))?$"),
    ("did", r"^(?:yes )?(?:ive |i have |i |i ve )(?:now |just |already |actually |finally |gone and |been and )*(?:did|done|finished|completed)"
            r"(?: (?:it|that|this|so|the step|my step|my small step|that one|mine))?(?: (?:today|yesterday|now|this morning|last week|already))*$"
            r"|^(?:all |its |its all |job )?(?:done|finished|completed|sorted)(?: (?:it|that|now|already|today|yesterday))*$"),
    ("take_on", r"\b(?:ill|i will|i shall|we will|im going to|i am going to|were going to|im gonna|i want to|id like to|let me|lets|we could|"
                r"i could|i can|i might|happy to)(?: \w+)? (?:do|try|take|give|have|go for|commit to|start with)(?: \w+)?"
                rf" ?(?:{_IT}|a go|a try|a whirl|a shot|the step|your step|on)\b(?! (?:already|before|but))"
                r"|^(?:ok |right |yes )?(?:ill|i will|will) (?:do|try)(?: so)?$|\bcount me in\b|\bsign me up\b|\bup for (?:it|that|this)\b|\bim in$"
                r"|\bi (?:promise|commit|pledge)\b|\bwill do (?:it|this|that)?$|^(?:ok |right )?on it$|^(?:its a )?deal$|\bchallenge accepted\b"
                r"|\btake (?:it|this|that|the step) on\b|\bworth (?:a try|trying|a go|a shot)\b"),
    ("if_not", rf"\b(?:what|and|but|suppose|supposing|say|imagine)(?: \w+)? if\b(?!.*\bi (?:do|try)\b)|\bwhat happens (?:if|when)\b|^(?:suppose|supposing)\b"
               rf"|^(?:and |but )?(?:if|when) {_OTHERS}\b|\bif not$|^(?:or|and) if\b"
               r"|\b(?:weve|we have|ive|i have|we|i|already|been|they|theyve) (?:\w+ )?(?:tried|done|did|been)\b.*\b(?:that|this|it|before|already|all|road|same|there|last)\b"
               r"|^(?:been there|already (?:tried|done|did)|tried|same (?:here )?before)\b|\b(?:been there|got the t ?shirt)\b"
               r"|\b(?:didnt|doesnt|wont|wouldnt|will not|did not|does not|never|not going to|cant|couldnt|not) (?:really |ever |actually )?"
               r"(?:work|fly|help|wash|happen|land|get (?:us )?anywhere|make any difference|change anything|be possible|buy it|go for it|agree|listen|like it|want to|play ball|have it)\b"
               r"|\b(?:failed|flopped|fell flat|got nowhere|came to nothing|backfired|made no difference|no effect|waste of time|fizzled)\b"
               r"|\bpush(?:ed|es|ing)? ?back\b|\bresist\w*\b|\brefus\w*\b|\b(?:say|says|said|saying) no\b|\bplan b\b|\bfall ?back\b"
               r"|\bdig(?:s|ging)? (?:their|his|her|in) ?heels\b|\b(?:theyll|theyd|they will|they would|hell|shell) (?:just |only |never |all )*"
               r"(?:laugh|ignore|hate|say|think|refuse|moan|walk|kick|roll|complain|shoot)\b|\beasier said\b|\bwhen (?:its|it is|that|it) (?:not|doesnt|goes|fails)\b"
               r"|\bno ?one (?:turns up|shows up|answers|replies|comes)\b|\bnobody (?:turns up|shows up|answers|replies|comes)\b|\bobject(?:s|ion|ions)?\b"),
    ("again", r"\b(?:again|one more time|once more)(?: please)?$|\brepeat\b|\b(?:say|show|tell|see|read|send|post)(?: me| us)? (?:it|that|this)(?: \w+)? again\b"
              r"|^(?:sorry )?(?:pardon|what was that|what did you (?:just )?(?:say|write|tell me)|come again)\b|\b(?:didnt|did not) (?:catch|hear|get|see) (?:that|it|this)\b|\bmissed (?:that|it|this)\b"
              r"|\bre ?send\b|\bre ?post\b|\bremind me what\b"),
    ("back", r"^(?:please )?(?:can (?:you|we) )?(?:go |step |take me |get )?back(?: please)?$|\b(?:go|take me|step|get|scroll|going) back\b(?! (?:and|on) )"
             r"|\b(?:the )?(?:previous|preceding|earlier|former|prior)(?: (?:one|lesson|answer|tip|idea|thing))?$"
             r"|\bthe (?:one|lesson|answer|tip) (?:before|you gave|you showed|from before|earlier)\b|\bthe last (?:one|lesson|answer)$|^(?:the )?one before\b|\bundo\b|^back to (?:it|that|the lesson|the first|the last)\b|\bbefore that$"),
    ("say", rf"\bwhat (?:exactly |precisely |on earth )?{_MODAL} (?:i|we|you|one) (?:actually |even |then |best |need to |have to )*(?:say|tell|write|ask|text|e ?mail)\b"
            rf"|\bwhat to (?:say|tell|write|ask)\b|\bhow (?:best )?{_MODAL} (?:i|we|you|one)? ?(?:actually |best |even |then )*"
            r"(?:say|word|phrase|put|tell|raise|bring|ask|explain|open|introduce|present|pitch|sell|broach|frame|start the conversation|break)\b"
            r"|\bhow to (?:say|word|phrase|put|raise|bring|broach|pitch|sell|frame|explain|ask)\b"
            r"|\b(?:exact|right|actual|good|some|which|what|the|your|any) (?:words?|wording|phrase|phrases|phrasing|line|lines|sentence)\b|\bwords (?:i|we|to|that|for)\b"
            r"|\bscript\b|\bwording\b|\bopening (?:line|sentence|gambit)\b|\b(?:line|something|anything|sentence|words) to (?:say|open|use|start|tell)\b|\bform of words\b"
            r"|\bwhat (?:would|do) you say\b|\bcome out of my mouth\b|\b(?:draft|template) (?:e ?mail|text|message)\b|\be ?mail (?:text|draft)\b|\bphrase (?:it|this|that)\b|\bput (?:it|this|that) to (?:them|him|her|my|the)\b"),
    ("brief", r"\bshort(?:er|en|ened|ly)?\b|\bbrief(?:er|ly)?\b|\btl ?dr\b|\bnutshell\b|\b(?:one|a single|1|two|2) (?:line|sentence|liner|word)s?\b|\b(?:ten|five|twenty|ten|10|20|5|few|fewer|less|fewest|simple|simpler|plain|plainer|other|easier|normal) (?:words|terms|english|language)\b"
              r"|\bsum(?:marise|marize|mary|med)\b|\bsum (?:it |this |that )?up\b|\bsimpl(?:er|y put|ify|istic|e version|e terms)\b|\bsimply$|\bmore simply\b|\bin plain\b|\btoo (?:long|wordy|complicated|complex|many words|much|dense|technical|clever)\b"
              r"|\bcut (?:it|this|that) (?:down|short)\b|\bcut to the chase\b|\bboil\b|\bgist\b|\bbottom line\b|\b(?:key|main) (?:point|message|thing|idea|takeaway)\b|\bheadline\b|\btake ?away\b|\bcondense\b|\bquick(?:er)? version\b"
              r"|\blike (?:i am|im|a|to a) (?:five|5|ten|twelve|12|child|idiot)\b|\beli5\b|\bdumb\w*\b|\b(?:dont|do not|didnt|cant|not sure i) (?:really |quite |fully )?(?:understand|get (?:it|this|that)|follow)\b|\blost me\b|\bconfus\w+\b"
              r"|\bwhat (?:do|did) you mean\b|\bwhat (?:does|is) (?:that|this|it) (?:mean|supposed to mean|all about)\b|\bnot (?:clear|following)\b|\bunclear\b|\bclarify\b|\bi am lost\b|\bim lost\b|\bhuh\b|\bcut the waffle\b|\bless waffle\b|\bword salad\b|\bjargon\b"),
    ("place", r"\b(?:where|who) (?:else )?(?:has|have|had|is|are|does|did|was|were|else)\b(?! (?:i|we|you)\b)(?: \w+){0,3} (?:worked|work|done|doing|do|did|does|tried|try|happened|happening|used|managed|made|succeeded|pulled|like this)\b|\bwho (?:does|did|do) (?:it|this|that)\b"
              r"|\b(?:has|have|had|did|does|is|was) (?:anyone|anybody|any \w+|someone|somebody|other \w+|others|another \w+) .*(?:done|tried|do|doing|work|worked|managed|made|used|pulled|succeeded|like this|this|that|it)\b"
              r"|\b(?:anyone|anybody|anywhere|someone|somewhere|somebody|others)(?: else)? (?:\w+ )?(?:done|tried|doing|did|managed|made|using|that has|who has|i could go|i can (?:go|see|visit|ring|call|talk)|to (?:visit|see|call|ring))\b"
              r"|\bexamples?\b|\bfor instance\b|\binstances?\b|\bcase stud\w+\b|\breal (?:life|world|case)\b|\bsuccess stor\w+\b|\bstor(?:y|ies)\b|\bsuch as\b|\blike (?:where|who|what)\b|\bwho else\b|\bwhere else\b|\banywhere else\b"
              r"|\bother (?:trusts|places|hospitals|organisations|areas|systems|councils|teams|practices)\b|\bwhich (?:trust|place|hospital|council|area|system|organisation)s?\b|\b(?:seen|see) (?:it|this|that) (?:in action|done|work)\b"
              r"|\bhow (?:did|do|does|have|has) (?!i\b|we\b|you\b|one\b|it\b|this\b|that\b)(?:they|\w+) (?:do|manage|get|make|pull|achieve|go about)\b|\bwhat (?:did|has|have) (?!i\b|we\b|you\b|it\b|this\b|that\b)\w+ (?:do|done|try)\b|\bworked (?:anywhere|elsewhere|somewhere|in practice|for (?:anyone|others))\b"),
    ("evidence", r"\bevidence\b|\bproof\b|\bprove[ns]?\b|\bresearch\b|\bstud(?:y|ies)\b|\bdata (?:behind|for|on|to)\b|\b(?:does|do|would|will|did|has|is) (?:it|this|that|any of this|any of it)(?: \w+)? (?:work|worked|works|help|make a difference|true|right|proven|real|legit|guaranteed)\b"
                 r"|\bhow (?:do|can|would) (?:you|we|i|anyone) know\b|\bhow (?:sure|certain|confident|reliable|solid|good)\b|\bsays who\b|\bwho says\b|\baccording to\b|\b(?:based|basis|grounded|founded)\b|\bopinion\b|\bmade (?:it|that|this) up\b|\bmaking (?:it|that|this) up\b"
                 r"|\b(?:trust|believe) (?:it|this|that|you|a word)\b|\breferences?\b|\bcitations?\b|\bcite\b|\bread (?:more|on|up|further|about)\b|\bfurther reading\b|\blinks?\b|\b(?:the|a|which|any) (?:report|paper|article|book)\b|\bsource\b"
                 r"|\bwho (?:said|wrote|says|writes|came up with|invented|thought of|is behind|told you)\b|\bwhose\b|\bwhere(?:s| is| does| did| do)? ?(?:it|this|that|you)? ?(?:come |get |got |came |this |that |it )*from\b|\bwho (?:is|was|s) (?!i\b)(?:he|she|they|this|that|\w+)|\bwhos (?:he|she|this|that|\w+)"),
    ("why", r"^(?:but )?why$|\bwhy (?:did|do|would|have|are|were|is|was) (?:you|it|this|that)(?: \w+)* ?(?:say|tell|telling|give|show|choose|pick|suggest|giving|saying|showing|one|me|for)\b|^why (?:this|that)(?: (?:one|lesson|answer|tip|now))?$"
            r"|\bwhy (?:me|here|are you telling)\b|\bhow did you (?:choose|pick|come|decide|get|arrive|know)\b|\bwhat (?:made|makes) you\b|\byour reasoning\b|\bwhats the (?:reason|reasoning|logic|thinking)\b|\bwhat has (?:this|that|it) (?:got )?to do with\b|\bhow is (?:this|that|it) (?:relevant|related|connected)\b"),
    ("topic", r"\b(?:different|another|other|new|change|change of|switch|fresh) (?:the )?(?:themes?|topics?|subjects?|issues?|areas?|problems?)\b|\btalk about something else\b|\bchange (?:the )?(?:subject|topic|theme)\b"),
    ("how", rf"^(?:but |and |so |ok |right |then )*how(?: (?:so|then|exactly|though|please|precisely|come))?$|\bhow (?:on earth |exactly |best |actually )?{_MODAL}? ?(?:{_WHO} )?(?:even |actually |actualy |really |practically |best |possibly |then |ever )*(?:do|start|begin|go about|approach|tackle|get going|get started|put {_IT} into|make {_IT}|get {_IT}|use {_IT}|apply {_IT}|try {_IT}|set {_IT}|run {_IT}|work {_IT}|achieve {_IT}|manage {_IT}|work|look|happen)\b"
            r"|\bhow to (?:do|start|begin|go about|get (?:started|going)|put|apply|use|make it|make this)\b|\bwhere (?:do|would|should|could|can|to|might) ?(?:i|we|you|one)? ?(?:even |actually )?(?:start|begin)\b|\bfirst (?:step|thing|move|steps)\b|\bstep by step\b|^(?:the |some )?(?:next )?steps?(?: please)?$|\bwhat (?:are|would be) the (?:next |first )?steps\b|\bnext steps?\b"
            rf"|\bwhat (?:exactly |precisely )?{_MODAL} (?:i|we|you|one) (?:actually |even |then |need to |have to |ought to |have (?:me|us) )*do\b|\bwhat (?:next|now|then)$|\b(?:in|into) practice\b|\bpractic\w+\b|\bconcrete\w*\b|\bin reality\b|\b(?:walk|talk|take|guide|lead) (?:me|us) (?:through|thru)\b|\bbreak (?:it|this|that) down\b"
            r"|\bwhat (?:does|would|might|could) (?:it|this|that) (?:involve|look like|take|mean (?:in practice|for (?:me|us)))\b|\bhow exactly\b|\binstructions?\b|\bguidance\b|\btell (?:me|us) how\b|\bshow (?:me|us) how\b|\bway to do\b|\bspecifics?\b|\bspecifically\b|\bday one\b|\bany (?:tips|advice|pointers|help) (?:on|for|with) (?:doing |that|this|it)\b|\bwhat (?:happens|comes) (?:first|next)\b"),
    ("another", rf"\banother\b|\b(?:different|new|fresh|alternative|other|better|second) (?:one|lesson|idea|tip|suggestion|approach|angle|thing|take|option|ideas|options|suggestions|lessons|tips|answer)\b|^(?:the )?next(?: one)?(?: please)?$|\b(?:something|anything|what|somethin|owt) (?:else|different|new|other)\b|\bone more$|\bmore (?:ideas|lessons|options|suggestions|tips|like (?:this|that))\b|\balternatives?\b|\bnot keen\b|\btry again$"),
    ("more", rf"^(?:and )?more(?: please)?$|\b(?:tell|say|hear|know|explain|give|show)(?: me| us)?(?: a (?:bit|little)| some| much)? more\b|\b(?:bit|little) more\b|\bmore (?:about|on|detail|details|info|information|depth|please)\b|^(?:please )?(?:do )?(?:go|carry|read) on(?: then)?$|^continue\b|\belaborate\b|\bexpand\b|\bkeep (?:going|talking)\b|\bdeeper\b|\bdetails?\b|^(?:please |can you |could you )?explain(?: {_IT})?(?: please)?$|\bunpack\b|^and(?: then)?$|\bsay more\b|\binterested\b|\bcurious\b|\bflesh (?:it|this|that) out\b"),
)  # fmt: skip
_READERS = tuple((act, re.compile(phrase)) for act, phrase in _PHRASES)

# How many words that carry something may stand beside the phrase before it is a problem of its own.
_FOREIGN: dict[Act, int] = {"say": 3, "if_not": 2, "place": 2, "evidence": 3, "remind": 3, "share": 3, "brief": 1, "how": 1}
_MOST_WORDS = 22  # a longer turn is a message
_VOCABULARY = (
    "actually again another anyone anywhere back begin brief confused continue details different elaborate else evidence "
    "example examples explain further happens headline instance more practice previous proof refuse remind repeat research "
    "script share shorter simpler something source start steps story summary tried understand where wording words worked"
).split()
_SHORTEST_CORRECTED = 5


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What a turn asks of the lesson before it.

    Parameters
    ----------
    act
        What is asked for.
    foreign
        How many words it holds that neither ask nor belong to the lesson: with any, it may be a problem of its own.
    """

    act: Act
    foreign: int = 0


def read_follow_up(text: str, known: Set[str] = frozenset()) -> FollowUp | None:
    """Return what a turn asks of the lesson before it; None where it is no follow-up.

    Parameters
    ----------
    text
        Normalised.
    known
        Folded words of the lesson, its step, its quote and its source.
    """
    folded = fold(text)
    if not folded or len(folded.split()) > _MOST_WORDS:
        return None
    return _read(folded, known) or _read(_correct_slips(folded), known)


def _read(folded: str, known: Set[str]) -> FollowUp | None:
    for act, reader in _READERS:
        if found := reader.search(folded):
            rest = f"{folded[: found.start()]} {folded[found.end() :]}"
            foreign = len(list_weighty_words(rest, known))
            named = act == "evidence" and found[0].startswith(("who is", "who was", "whos"))
            if named and list_weighty_words(found[0].partition(" ")[2], {*known, "who", "whos"}):
                continue  # somebody whom the lesson does not name
            if foreign <= _FOREIGN.get(act, 0):
                return FollowUp(act, foreign)
    return None


def _correct_slips(folded: str) -> str:
    """Return a folded text with a letter mended in each word that is one slip away from a word of follow-ups."""
    return " ".join(_correct_word(word) for word in folded.split())


def _correct_word(word: str) -> str:
    if len(word) < _SHORTEST_CORRECTED or word in _VOCABULARY:
        return word
    return next((known for known in _VOCABULARY if OSA.distance(word, known, score_cutoff=1) <= 1), word)
