"""Patterns that a text can reach take time in proportion to the text, but for those that read bounded text alone."""

import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib import resources

import pytest

import bot
import intents
import knowledge
from bot.conversation import askers, phrase_book
from bot.subscriptions import vocabulary
from intents import languages
from intents.languages import Languages
from intents.normalisation import LIMIT, normalise_text
from intents.safety import SafetyNet
from knowledge import terms

# Not reached by what people send: what editors and operators run on their own files.
_OFFLINE = (
    "intents.training",
    "intents.evaluation",
    "knowledge.editing",
    "bot.cli",
    "bot.store.migrations",
    "bot.__main__",
)
_SEEDS = ("a", " ", "1", "0:", "a.", "-", ", ", "<@U", "<@UA|", "<", "(", "![](", "http://a", "@", "no ", "i want to ")
# Read after normalisation alone: at most 4,000 characters, without runs of spaces; or matched whole, or at the start.
_BOUNDED = frozenset(
    {
        "bot.conversation.askers._MINUTES",
        "bot.conversation.care._ABOUT_WORK",
        "bot.conversation.issues._SPLIT",
        "bot.conversation.wording._SENTENCE",
        "bot.conversation.wording._ALL_COURTESY",
        "bot.insights.redaction._EMAIL",
        "bot.platforms.wire._CUE",
        "bot.promises.cues._WILL",
        "bot.subscriptions.commands._GATHERINGS",
        "intents.names._AFTER",
        "intents.sentences._CLAUSE",
        "knowledge.yaml_slips._CUT",
    }
)
_MOST_FOR_ONE = 0.15  # seconds of processor time for one pattern and the longest text
_SHORT, _GROWTH = 400, 8  # characters, and how many times longer the other text is
_TOO_QUICK = 0.004  # seconds; less is no measure
_MOST = 28.0  # times longer; linear is 8, quadratic 64


def find_patterns() -> dict[str, re.Pattern[str]]:
    found: dict[str, re.Pattern[str]] = {}
    for package in (bot, intents, knowledge):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith(_OFFLINE):
                names = vars(importlib.import_module(module.name))
                found |= {f"{module.name}.{name}": one for name, value in names.items() for one in unpack(value)}
    return found


def unpack(value: object) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from unpack(one)
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from unpack(one)


def measure(pattern: re.Pattern[str], text: str) -> float:
    times = []
    for _ in range(3):
        began = time.process_time()
        pattern.search(text)
        pattern.sub("", text)
        times.append(time.process_time() - began)
        if times[-1] < _TOO_QUICK:
            break
    return min(times)


def grows(pattern: re.Pattern[str], seed: str) -> bool:
    text = seed * (_SHORT * _GROWTH // len(seed))
    long = measure(pattern, text + "\x00")
    if long < _TOO_QUICK:
        return False
    return long / max(measure(pattern, text[: len(text) // _GROWTH] + "\x00"), 1e-5) > _MOST


PATTERNS = find_patterns()


@pytest.mark.parametrize("name", sorted(PATTERNS.keys() - _BOUNDED))
def test_a_pattern_is_linear(name: str):
    pattern = PATTERNS[name]
    words = re.findall(r"[A-Za-z]{2,}", pattern.pattern)[:6]
    seeds = (*_SEEDS, *(f"{word} " for word in words))
    assert [seed for seed in seeds if grows(pattern, seed)] == []


@pytest.mark.parametrize("name", sorted(_BOUNDED))
def test_a_pattern_that_reads_bounded_text_takes_little_for_the_longest(name: str):
    assert PATTERNS[name].pattern
    assert list_slow(PATTERNS[name]) == []


def compile_danger() -> None:
    """Compile every phrase of the net, which a message does only for those whose words it holds."""
    net = SafetyNet.load()
    each = [phrases for rule in net._rules for phrases in (rule.say, rule.unless)]
    for phrases in (*each, net._now, net._figures):
        assert all(one.pattern for found in phrases._by_trigger.values() for one in found)


def compile_danger_abroad() -> None:
    """Compile every phrase of other languages, which a message does only for those whose words it holds."""
    for phrases in Languages.load(frozenset())._phrases:
        for written in phrases.by_word.values():
            languages._compile_phrases.__wrapped__(written)


def compile_terms() -> None:
    """Compile every term of the trade, which a message does only for those whose longest part it holds."""
    for word, _ in knowledge.Knowledge.load()._terms._words:
        terms._compile_word.__wrapped__(word)


def list_builders() -> dict[str, Callable[[], object]]:
    """Return what compiles patterns when they are first needed, so that no module holds them by name."""
    phrases = resources.files(phrase_book.__package__).joinpath("phrases").iterdir()
    books = [one.name for one in phrases if one.name.endswith(".yaml") and "examples" not in one.name]
    load = phrase_book.load_phrases.__wrapped__
    return {
        **{name: partial(load, name[:-5], askers._BEFORE_ROLE if name == "roles.yaml" else "") for name in books},
        "words of a request": vocabulary._compile.__wrapped__,
        "frequencies": vocabulary._compile_frequencies.__wrapped__,
        "danger in other languages": compile_danger_abroad,
        "danger": compile_danger,
        "terms": compile_terms,
    }


BUILDERS = list_builders()


@pytest.mark.parametrize("name", BUILDERS)
def test_a_pattern_that_is_built_when_needed_takes_little_for_the_longest_text(
    name: str, monkeypatch: pytest.MonkeyPatch
):
    built: list[re.Pattern[str]] = []
    compile_pattern = re.compile

    def record(pattern: str | re.Pattern[str], flags: int = 0) -> re.Pattern[str]:
        made = compile_pattern(pattern, flags)
        built.extend(unpack(made))
        return made

    monkeypatch.setattr(re, "compile", record)
    BUILDERS[name]()
    monkeypatch.undo()

    assert built
    assert {one.pattern: slow for one in built if (slow := list_slow(one))} == {}


def list_slow(pattern: re.Pattern[str]) -> list[str]:
    """Return the seeds whose repetition, as long as a text can be, keeps a pattern busy."""
    words = re.findall(r"[A-Za-z]{2,}", pattern.pattern)[:3]
    slow = []
    for seed in (*_SEEDS, *(f"{word} " for word in words)):
        text = normalise_text(seed * (LIMIT // len(seed)))[: LIMIT - 1] + "~"
        if min(time_search(pattern, text) for _ in range(3)) > _MOST_FOR_ONE:
            slow.append(seed)
    return slow


def time_search(pattern: re.Pattern[str], text: str) -> float:
    began = time.process_time()
    pattern.search(text)
    return time.process_time() - began
