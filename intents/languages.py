"""Languages other than English: phrases of danger in some of them, and whether a message is English at all.

The phrases need no detector. The detector is asked about few messages: those of four words and more most of which the
classifier never learnt.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from intents.features import split_words
from intents.language_detector import load_detector
from intents.normalisation import shorten_text
from intents.packaged_yaml import read_packaged_yaml

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

ENGLISH = "en"
UNDETERMINED = "und"  # not English, as it seems, and none that is told apart; what is written in borrowed letters, say
_FEWEST_WORDS = 4  # of a message that the detector reads
_FEWEST_BESIDE_NAMES = 3
_MOSTLY_KNOWN = 0.5  # share of words that the classifier learnt, above which a message is English
_HARDLY_KNOWN = 0.25  # share up to which it is not
_TELLING = 3  # letters; of two letters nearly everything is a word somewhere
_MARGIN = 12.0  # log-probability by which another language has to be likelier than English
_DETECTED_CHARACTERS = 500
# Accents, the dots below letters of Indian scripts, and Arabic vowel marks and hamzas: many leave them out.
_ACCENTS = re.compile("[\u0300-\u036f\u0640\u064b-\u0655\u0670\u093c\u09bc\u0a3c\u0abc]")
_LETTERS_AS_TYPED = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss"}  # without an accent
) | str.maketrans("يىكهة", "ییکہہ")  # Urdu from an Arabic keyboard
_ELISION = re.compile(r"(?<=\w)['’ʼ‘`](?=\w)")
# Written without spaces between words, or with words that grow at their end: a phrase may stand anywhere.
_UNSPACED = re.compile("[\u0590-\u08ff\u0900-\u0dff\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+")
_ANY_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class LanguagePhrases:
    """The phrases of danger of one language, as patterns over folded text.

    Parameters
    ----------
    code
        Of the language.
    by_word
        Phrases under a word that stands in each of them, so that few messages need a pattern tried; compiled when that
        word is first met, since hardly any ever is.
    anywhere
        Phrases without such a word.
    """

    code: str
    by_word: Mapping[str, str]
    anywhere: re.Pattern[str] | None

    def match(self, folded: str, words: Set[str]) -> bool:
        """Return whether one of the phrases stands in a folded text that holds these words."""
        if self.anywhere is not None and self.anywhere.search(folded):
            return True
        return any(_compile_phrases(self.by_word[word]).search(folded) for word in self.by_word.keys() & words)


class Languages:
    """Finds danger that is told in another language, and tells whether a message is English.

    Parameters
    ----------
    phrases
        By language.
    detected
        Codes of the languages that a message may be taken for beside English.
    known_words
        Those that the classifier learnt.
    """

    def __init__(self, phrases: Sequence[LanguagePhrases], detected: Sequence[str], known_words: Set[str]) -> None:
        self._phrases = tuple(phrases)
        self._detected = tuple(detected)
        self._known_words = known_words

    @classmethod
    def load(cls, known_words: Set[str]) -> "Languages":
        """Load the packaged phrases; the detector is loaded when it is first asked."""
        content = load_content()
        phrases = [_compile(one["code"], one["danger"]) for one in content["languages"]]
        return cls(phrases, content["detected"], known_words)

    def find_danger(self, text: str) -> str | None:
        """Return the code of the language in which a normalised text tells of danger; None where no phrase is found."""
        folded = _fold(text)
        words = frozenset(_ANY_WORD.findall(folded))
        return next((one.code for one in self._phrases if one.match(folded, words)), None)

    def detect(self, text: str) -> str:
        """Return the code of a normalised text's language; English where that is not clear."""
        words = _split(shorten_text(text, _DETECTED_CHARACTERS))
        beside_names = _drop_names(words)
        if len(words) < _FEWEST_WORDS or len(beside_names) < _FEWEST_BESIDE_NAMES:
            return ENGLISH
        plain = " ".join(beside_names)
        known = self._measure_known(plain)
        if known > _MOSTLY_KNOWN:
            return ENGLISH
        scores: dict[str, float] = {code: float(score) for code, score in self._detector.rank(plain)}
        english = scores.pop(ENGLISH)
        likeliest = max(scores, key=lambda code: scores[code])
        if scores[likeliest] - english > _MARGIN:
            return likeliest
        return UNDETERMINED if known <= _HARDLY_KNOWN else ENGLISH

    def _measure_known(self, plain: str) -> float:
        """Return the share of words that the classifier learnt; of long words alone where there are enough to tell."""
        words = split_words(plain)
        telling = [word for word in words if len(word) >= _TELLING]
        words = telling if len(telling) >= _FEWEST_WORDS else words
        return sum(word in self._known_words for word in words) / len(words) if words else 0.0

    @cached_property
    def _detector(self) -> "LanguageIdentifier":
        return load_detector({ENGLISH, *self._detected})


def load_content() -> dict[str, Any]:
    """Return languages.yaml as it is written."""
    content: dict[str, Any] = read_packaged_yaml("intents", "languages.yaml")
    return content


def _compile(code: str, written: Iterable[str]) -> LanguagePhrases:
    by_word: defaultdict[str, list[str]] = defaultdict(list)
    anywhere: list[str] = []
    for phrase in written:
        folded = _fold(phrase)
        words = r"\W+".join(re.escape(word).replace(r"\*", r"\w*") for word in folded.split())
        whole = [word for word in folded.split() if _ANY_WORD.fullmatch(word)]
        if _UNSPACED.search(folded):
            anywhere.append(words)
        elif whole:
            by_word[max(whole, key=len)].append(rf"(?<!\w){words}(?!\w)")
        else:
            anywhere.append(rf"(?<!\w){words}(?!\w)")
    patterns = {word: "|".join(some) for word, some in by_word.items()}
    return LanguagePhrases(code, patterns, re.compile("|".join(anywhere)) if anywhere else None)


@cache
def _compile_phrases(written: str) -> re.Pattern[str]:
    return re.compile(written)


def _fold(text: str) -> str:
    """Return a text without case, accents, vowel marks and apostrophes."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    folded = unicodedata.normalize("NFC", _ACCENTS.sub("", decomposed)).translate(_LETTERS_AS_TYPED)
    return _ELISION.sub(" ", folded)


def _split(plain: str) -> list[str]:
    """Return the words; of what is written without spaces, the signs."""
    return _WORD.findall(_IDEOGRAPH.sub(r" \g<0> ", plain))


def _drop_names(words: list[str]) -> list[str]:
    """Return words without those that begin with a capital, but for the first; all of a message in capitals."""
    if all(word == word.upper() for word in words):
        return words
    return [word for number, word in enumerate(words) if not number or word[0] == word[0].lower()]
