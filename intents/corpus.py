"""The corpus: utterances read from YAML as plain text; an error names the file and the line."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intents.catalogue import KINDS, OUT_OF_SCOPE, Catalogue, Intent
from intents.normalisation import normalise_for_model

UTTERANCES = Path(__file__).parent / "utterances"
VALIDATION = Path(__file__).parent / "validation"
HELD_OUT = Path(__file__).parent / "heldout"
PEOPLE = "people"  # the writer of messages retold from what real people wrote in public; voices are slices, joined by +
_LONGEST = 2_400  # characters of one utterance; more is a pasted document


class CorpusError(Exception):
    """Utterances that cannot be used; the text says where (file:line), what is wrong and how to mend it."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One example of a message, with the intent that it belongs to.

    Parameters
    ----------
    text
        As written.
    intent
        The intent it belongs to.
    also
        Further intents that would be as good an answer.
    writer, voice
        Who wrote it, and in whose voice.
    where
        `file:line`.
    """

    text: str
    intent: str
    also: tuple[str, ...] = ()
    writer: str = ""
    voice: str = ""
    where: str = ""

    @property
    def accepted(self) -> frozenset[str]:
        """Every intent that counts as right for this utterance."""
        return frozenset((self.intent, *self.also))


@dataclass(frozen=True, slots=True)
class Corpus:
    """The catalogue and the utterances that a model is trained on."""

    catalogue: Catalogue
    utterances: tuple[Utterance, ...]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of everything that training learns from; a comment or a border changes nothing."""
        learnt = sorted([u.text, u.intent, sorted(u.also), u.writer, u.voice] for u in self.utterances)
        names = [[i.id, i.kind, i.title, list(i.names), i.about] for i in self.catalogue.intents.values()]
        return hashlib.sha256(json.dumps([names, learnt], ensure_ascii=False).encode()).hexdigest()


def load_corpus(folder: Path = UTTERANCES, *, allow_duplicates: bool = False) -> Corpus:
    """Return the utterances that are trained on, with their catalogue.

    Parameters
    ----------
    folder : Path, default=intents/utterances
        One YAML file for each intent.
    allow_duplicates : bool, default=False
        Load even if an utterance stands twice; `intents check` then names every one of them.

    Raises
    ------
    CorpusError
        When a file cannot be used.
    """
    files = sorted(folder.glob("*.yaml"))
    if not files:
        raise CorpusError(f"There are no utterances in {folder}: each intent needs a file <id>.yaml there.")
    intents: list[Intent] = []
    utterances: list[Utterance] = []
    for file in files:
        intent, found = _read_intent_file(file)
        intents.append(intent)
        utterances.extend(found)
    catalogue = Catalogue.from_intents(intents)
    _check_references(catalogue, utterances)
    if not allow_duplicates:
        _check_duplicates(utterances)
    return Corpus(catalogue, tuple(utterances))


def load_held_out(catalogue: Catalogue, folder: Path = HELD_OUT) -> tuple[Utterance, ...]:
    """Return utterances that are never trained on: held-out ones, or those that thresholds are chosen on.

    Parameters
    ----------
    catalogue
        The intents that they may name.
    folder : Path, default=intents/heldout
        One YAML file for each writer; `VALIDATION` has the same form.

    Raises
    ------
    CorpusError
        When a file cannot be used.
    """
    utterances: list[Utterance] = []
    for file in sorted(folder.glob("*.yaml")):
        tree = read_yaml(file)
        top = _require_mapping(file, tree, "the file", {"writer", "utterances"})
        writer = _require_text(file, _require_key(file, tree, top, "writer"), "writer")
        intents = _require_key(file, tree, top, "utterances")
        for intent, voices in _require_mapping(file, intents, "utterances").items():
            utterances.extend(_read_voices(file, voices, intent, writer))
    _check_references(catalogue, utterances)
    return tuple(utterances)


@dataclass(frozen=True, slots=True)
class YamlNode:
    """A node of YAML and its line, from 1. Every scalar is text: `no` and `12` are things that people type."""

    value: "str | list[YamlNode] | dict[str, YamlNode]"
    line: int


def read_yaml(file: Path) -> YamlNode:
    """Return a YAML file as text, lists and mappings only.

    Raises
    ------
    CorpusError
        When the file is not YAML, holds a tag, an anchor or an alias, or a mapping names a key twice.
    """
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        events = yaml.parse(file.read_text(encoding="utf-8"), Loader=loader)
        return _read_document(file, events)
    except yaml.YAMLError as error:
        mark: Any = getattr(error, "problem_mark", None)
        line = 1 if mark is None else mark.line + 1
        problem = getattr(error, "problem", None) or "it is not YAML"
        raise CorpusError(f"{file}:{line}: this cannot be read as YAML ({problem}); mend the line.") from None
    except (UnicodeDecodeError, OSError) as error:
        raise CorpusError(f"{file}:1: this file cannot be read ({error}).") from None


def _read_document(file: Path, events: Iterator[Any]) -> YamlNode:
    import yaml

    root: YamlNode | None = None
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            if root is not None:
                raise CorpusError(f"{_format_path(file)}: a second document starts here; keep one in a file.")
            root = _read_node(file, event, events)
    if root is None:
        raise CorpusError(f"{file}:1: the file is empty.")
    return root


def _read_node(file: Path, event: Any, events: Iterator[Any]) -> YamlNode:
    import yaml

    line = event.start_mark.line + 1
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        raise _describe_error(
            file, line, "anchors and aliases are not read; write the text out, or quote it if it begins with & or *"
        )
    if event.tag is not None and event.tag != "!":
        raise _describe_error(
            file, line, f"the tag {event.tag} is not read; remove it, or quote the text if it begins with !"
        )
    if isinstance(event, yaml.ScalarEvent):
        return YamlNode(event.value, line)
    if isinstance(event, yaml.SequenceStartEvent):
        items: list[YamlNode] = []
        while not isinstance(child := next(events), yaml.SequenceEndEvent):
            items.append(_read_node(file, child, events))
        return YamlNode(items, line)
    entries: dict[str, YamlNode] = {}
    while not isinstance(child := next(events), yaml.MappingEndEvent):
        key = _read_node(file, child, events)
        if not isinstance(key.value, str):
            raise _describe_error(file, key.line, "a key must be plain text")
        if key.value in entries:
            raise _describe_error(file, key.line, f"“{key.value}” stands twice in one mapping; join the two")
        entries[key.value] = _read_node(file, next(events), events)
    return YamlNode(entries, line)


def _read_intent_file(file: Path) -> tuple[Intent, list[Utterance]]:
    tree = read_yaml(file)
    top = _require_mapping(
        file, tree, "the file", {"intent", "kind", "title", "names", "about", "borders", "utterances"}
    )
    name = _require_text(file, _require_key(file, tree, top, "intent"), "intent")
    if name != file.stem:
        raise _describe_error(
            file, top["intent"].line, f"the intent is called {name} but the file {file.stem}; name them alike"
        )
    kind = _require_text(file, _require_key(file, tree, top, "kind"), "kind")
    if kind not in KINDS:
        raise _describe_error(file, top["kind"].line, f"the kind {kind} is not one of {', '.join(KINDS)}")
    if (kind == OUT_OF_SCOPE) != (name == OUT_OF_SCOPE):
        raise _describe_error(file, top["kind"].line, "only the intent out-of-scope is of the kind out-of-scope")
    intent = Intent(
        id=name,
        kind=kind,
        title=_require_text(file, top["title"], "title") if "title" in top else name.replace("-", " ").capitalize(),
        names=tuple(_require_texts(file, top["names"], "names")) if "names" in top else (),
        about=_require_text(file, top["about"], "about") if "about" in top else "",
        borders={
            other: _require_text(file, node, f"borders.{other}")
            for other, node in (_require_mapping(file, top["borders"], "borders").items() if "borders" in top else ())
        },
    )
    writers = _require_mapping(file, _require_key(file, tree, top, "utterances"), "utterances")
    utterances = [
        utterance for writer, voices in writers.items() for utterance in _read_voices(file, voices, name, writer)
    ]
    return intent, utterances


def _read_voices(file: Path, node: YamlNode, intent: str, writer: str) -> Iterator[Utterance]:
    shown = _format_path(file)  # resolving the path for each utterance took four fifths of the time
    for voice, listed in _require_mapping(file, node, f"the voices of {writer}").items():
        for item in _require_list(file, listed, f"the utterances of {voice}"):
            yield _read_utterance(file, item, intent, writer, voice, shown)


def _read_utterance(file: Path, node: YamlNode, intent: str, writer: str, voice: str, shown: str) -> Utterance:
    also: tuple[str, ...] = ()
    text_node = node
    if isinstance(node.value, dict):
        parts = _require_mapping(file, node, "an utterance", {"text", "also"})
        text_node = _require_key(file, node, parts, "text")
        also = tuple(_require_texts(file, parts["also"], "also")) if "also" in parts else ()
    text = _require_text(file, text_node, "an utterance")
    if len(text) > _LONGEST:
        raise _describe_error(
            file, text_node.line, f"this utterance is longer than {_LONGEST} characters; keep what is asked"
        )
    return Utterance(text, intent, also, writer, voice, f"{shown}:{text_node.line}")


def _check_references(catalogue: Catalogue, utterances: list[Utterance]) -> None:
    for utterance in utterances:
        for name in (utterance.intent, *utterance.also):
            if name not in catalogue.intents:
                raise CorpusError(
                    f"{utterance.where}: there is no intent called {name}; add its file or correct the name."
                )
        if utterance.intent in utterance.also:
            raise CorpusError(
                f"{utterance.where}: also names the utterance's own intent {utterance.intent}; remove it."
            )
    for intent in catalogue.intents.values():
        for other in intent.borders:
            if other not in catalogue.intents:
                raise CorpusError(f"{intent.id}.yaml: borders names {other}, which is no intent; correct the name.")


def find_duplicates(utterances: Iterable[Utterance]) -> list[tuple[Utterance, Utterance]]:
    """Return pairs of utterances that the model reads as the same, but for case: the later, the earlier."""
    seen: dict[str, Utterance] = {}
    pairs = []
    for utterance in utterances:
        key = normalise_for_model(utterance.text).casefold() or utterance.text  # “:shrug:” is nothing but mark-up
        earlier = seen.setdefault(key, utterance)
        if earlier is not utterance:
            pairs.append((utterance, earlier))
    return pairs


def _check_duplicates(utterances: list[Utterance]) -> None:
    for later, earlier in find_duplicates(utterances)[:1]:
        raise CorpusError(
            f"{later.where}: this utterance stands already at {earlier.where}; keep one "
            "(if both intents are right, with also: [the other])."
        )


def _require_mapping(file: Path, node: YamlNode, what: str, allowed: set[str] | None = None) -> Mapping[str, YamlNode]:
    if not isinstance(node.value, dict):
        raise _describe_error(file, node.line, f"{what} must be a mapping (key: value)")
    for key, child in node.value.items():
        if allowed is not None and key not in allowed:
            raise _describe_error(
                file, child.line, f"{what} has no key “{key}”; known are {', '.join(sorted(allowed))}"
            )
    return node.value


def _require_list(file: Path, node: YamlNode, what: str) -> list[YamlNode]:
    if not isinstance(node.value, list):
        raise _describe_error(file, node.line, f"{what} must be a list (lines that begin with -)")
    return node.value


def _require_texts(file: Path, node: YamlNode, what: str) -> list[str]:
    return [_require_text(file, item, what) for item in _require_list(file, node, what)]


def _require_text(file: Path, node: YamlNode, what: str) -> str:
    if not isinstance(node.value, str) or not node.value.strip():
        raise _describe_error(file, node.line, f"{what} must be text; quote it if it holds “: ” or begins with a sign")
    return node.value.strip()


def _require_key(file: Path, tree: YamlNode, entries: Mapping[str, YamlNode], key: str) -> YamlNode:
    if key not in entries:
        raise _describe_error(file, tree.line, f"the key “{key}” is missing")
    return entries[key]


def _describe_error(file: Path, line: int, what: str) -> CorpusError:
    return CorpusError(f"{_format_path(file)}:{line}: {what}.")


def _format_path(file: Path) -> str:
    """Return the path relative to the working directory, where it lies below it."""
    try:
        return str(file.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(file)
