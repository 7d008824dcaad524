"""Checks that a quote stands word for word where it says it stands.

Two kinds of evidence. Fingerprints of every passage travel with the pack: hashes of its runs of five, which
catch any change to a quote on any machine without shipping the text. The sources themselves, where somebody
has them, say besides where else a quote stands, and what it was probably meant to be.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from knowledge.lesson_fields import LessonQuote
from knowledge.loader import Document, read_text_file
from knowledge.models import Passage, Source
from knowledge.packs import ContentOrigin, Contents, Pack, PassageKey
from knowledge.problems import KnowledgeError, Problem, format_path

FINGERPRINTS = "fingerprints.json"
MIN_WORDS = 5  # of each part of a quote: a shorter run has no fingerprint

_RUN = 5
_TYPOGRAPHY = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "…": "...", "*": ""})
_CUT = re.compile(r"(?:^|\s)(?:…|\.\.\.)(?=\s|$)")
_TOKEN = re.compile(r"\w+(?:['-]\w+)*|[^\w\s]")
_HEADING_WORDS = 8  # what is shorter is no paragraph to quote from by itself
_BEGINS_WITHIN = 10  # characters: a source may put “It’s ” before the words a passage is known by

Hashes = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceText:
    """The paragraphs of a source, with white space and typography made alike."""

    paragraphs: tuple[str, ...]

    def find_paragraph(self, begins: str) -> str | None:
        """Return the one paragraph that begins so, a heading with its text; None unless there is exactly one."""
        wanted = normalise_quote(begins)
        found = [at for at, text in enumerate(self.paragraphs) if 0 <= text.find(wanted) <= _BEGINS_WITHIN]
        if len(found) != 1:
            return None
        at = found[0]
        heads = count_quoted_words(self.paragraphs[at]) < _HEADING_WORDS
        return " ".join(self.paragraphs[at : at + 1 + heads])


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of comparing a quote with the sources.

    Parameters
    ----------
    verbatim
        It stands where it says.
    elsewhere
        Where it stands instead: it is misattributed.
    nearest
        What it comes nearest to when it stands nowhere: it is made up or was altered.
    """

    verbatim: bool
    elsewhere: str = ""
    nearest: str = ""


@dataclass(slots=True)
class Evidence:
    """Fingerprints and source texts by which quotes are judged.

    Parameters
    ----------
    fingerprints
        Hashes of each passage, in order.
    texts
        The whole sources by id, where they are at hand.
    """

    fingerprints: dict[PassageKey, Hashes] = field(default_factory=dict)
    texts: dict[str, SourceText] = field(default_factory=dict)

    def judge_quote(self, quote: LessonQuote) -> Verdict:
        """Return whether a quote is verbatim in the passage it names, or else where it stands."""
        parts = [compute_fingerprint(part) for part in split_at_cuts(quote.text)]
        stated = (quote.source, quote.passage or "")
        if _is_in_run(parts, self.fingerprints.get(stated, ())):
            return Verdict(verbatim=True)
        for source, passage in self.fingerprints:
            if _is_in_run(parts, self.fingerprints[source, passage]):
                return Verdict(verbatim=False, elsewhere=f"passage {passage} of {source}")
        for source, text in self.texts.items():
            for paragraph in text.paragraphs:
                if _is_in_run(parts, compute_fingerprint(paragraph)):
                    return Verdict(
                        verbatim=False, elsewhere=f"another paragraph of {source}: “{_shorten_text(paragraph)}”"
                    )
        return Verdict(verbatim=False, nearest=self._find_nearest(quote, parts))

    def _find_nearest(self, quote: LessonQuote, parts: Sequence[Hashes]) -> str:
        if self.texts:
            from rapidfuzz import fuzz, process

            named = [(source, text) for source, whole in self.texts.items() for text in whole.paragraphs]
            found = process.extractOne(
                normalise_quote(quote.text), [text for _, text in named], scorer=fuzz.partial_ratio, score_cutoff=40
            )
            return f"{named[found[2]][0]}: “{_find_closest_words(quote.text, found[0])}”" if found else ""
        hashes = {one for part in parts for one in part}
        shared = {key: len(hashes & set(run)) for key, run in self.fingerprints.items()}
        best = max(shared, key=lambda key: shared[key], default=None)
        return f"passage {best[1]} of {best[0]}" if best and shared[best] else ""


def normalise_quote(text: str) -> str:
    """Return a text with quote marks, dashes and white space alike and without mark-up; case stays."""
    return " ".join(text.translate(_TYPOGRAPHY).split())


def split_at_cuts(quote: str) -> list[str]:
    """Return the parts of a quote between its ellipses."""
    return [part for part in (part.strip() for part in _CUT.split(quote)) if part]


def count_quoted_words(text: str) -> int:
    """Return the number of words, without marks, as a reader counts them."""
    return sum(token[0].isalnum() for token in _TOKEN.findall(normalise_quote(text)))


def compute_fingerprint(text: str) -> Hashes:
    """Return a hash for each run of five words and marks; a changed comma changes five hashes."""
    tokens = _TOKEN.findall(normalise_quote(text))
    runs = (" ".join(tokens[at : at + _RUN]) for at in range(len(tokens) - _RUN + 1))
    return tuple(hashlib.sha256(run.encode()).hexdigest()[:8] for run in runs)


def gather_evidence(contents: Contents, directory: Path | None) -> tuple[Evidence, list[Problem]]:
    """Return the evidence for all packs, and the problems of collecting it.

    Parameters
    ----------
    directory
        Where the sources' files are; None when nobody has them.
    """
    evidence, problems = Evidence(), []
    for pack in contents.packs:
        stored, wrong = _read_fingerprints(pack)
        evidence.fingerprints |= stored
        problems += wrong
    if directory:
        texts, wrong = _read_texts(contents, directory)
        evidence.texts = texts
        problems += [*wrong, *_find_stale_fingerprints(contents, evidence)]
    return evidence, problems


def record_fingerprints(contents: Contents, directory: Path) -> list[Problem]:
    """Write the fingerprints of every pack that names passages, from the sources; return the problems."""
    texts, problems = _read_texts(contents, directory)
    for pack in contents.packs:
        rows: dict[str, dict[str, str]] = {}
        for passage in contents.passages.values():
            if _find_directory(contents, passage) == pack.root and (text := _find_passage(texts, passage)):
                rows.setdefault(passage.source, {})[passage.id] = " ".join(compute_fingerprint(text))
        if rows:
            data = json.dumps(rows, indent=1)
            (pack.root / FINGERPRINTS).write_text(f"{data}\n", encoding="utf-8")
    return problems


def check_quotes(contents: Contents, evidence: Evidence) -> Iterator[Problem]:
    """Yield quotes that are not verbatim, and those that nobody can verify."""
    unverifiable: set[str] = set()
    covered = {source for source, _ in contents.passages}
    for quote, origin in contents.list_quotes():
        if quote.source in covered:
            if problem := _check_quote(contents, evidence, quote, origin):
                yield problem
        elif quote.source in contents.sources and quote.source not in unverifiable:
            unverifiable.add(quote.source)
            what = f"quotes from {quote.source} cannot be checked"
            mend = "Add its passages to a passages.yaml and run the check with --sources and --record."
            yield origin.build_problem(("quote", "source"), what, mend, "warning")


def _check_quote(contents: Contents, evidence: Evidence, quote: LessonQuote, origin: ContentOrigin) -> Problem | None:
    """Return what is wrong with a quote, at the line to be mended."""
    if (quote.source, quote.passage or "") not in contents.passages:
        known = ", ".join(passage for source, passage in contents.passages if source == quote.source)
        what = f"the quote names no passage of {quote.source} that we know"
        return origin.build_problem(("quote", "passage"), what, f"Write `passage:` and one of {known}.")
    if short := [part for part in split_at_cuts(quote.text) if count_quoted_words(part) < MIN_WORDS]:
        what = f"“{short[0]}” is too short a part of a quote to be checked"
        mend = f"Quote at least {MIN_WORDS} words on each side of a cut."
        return origin.build_problem(("quote", "text"), what, mend)
    verdict = evidence.judge_quote(quote)
    if verdict.verbatim:
        return None
    stated = f"passage {quote.passage} of {quote.source}"
    if verdict.elsewhere:
        what = f"the quote is misattributed: it is not in {stated} but in {verdict.elsewhere}"
        return origin.build_problem(("quote", "passage"), what, "Name where it stands.")
    what = f"the quote is made up or was altered: it stands in no source, nor in {stated}"
    near = f"The nearest is {verdict.nearest}. " if verdict.nearest else "Nothing we know comes near. "
    return origin.build_problem(("quote", "text"), what, f"{near}Copy it from the source again, word for word.")


def _read_fingerprints(pack: Pack) -> tuple[dict[PassageKey, Hashes], list[Problem]]:
    path = pack.root / FINGERPRINTS
    if not path.exists():
        return {}, []
    try:
        data = json.loads(read_text_file(path))
        return {
            (source, passage): tuple(hashes.split())
            for source, rows in data.items()
            for passage, hashes in rows.items()
        }, []
    except KnowledgeError as error:
        return {}, list(error.problems)
    except (ValueError, AttributeError, RecursionError):
        mend = "Write it again with `small-steps knowledge check --sources DIR --record`."
        return {}, [Problem(format_path(path), 1, "the fingerprints cannot be read", mend)]


def _read_texts(contents: Contents, directory: Path) -> tuple[dict[str, SourceText], list[Problem]]:
    texts: dict[str, SourceText] = {}
    problems = []
    for source in contents.sources.values():
        if source.file is None:
            continue
        try:
            blocks = re.split(r"\n\s*\n", read_text_file(directory / source.file))
            texts[source.id] = SourceText(tuple(text for text in map(normalise_quote, blocks) if text))
        except KnowledgeError as error:
            origin = contents.find_origin("source", source.id)
            mend = "Put it there, or mend the name in `file:`."
            problems.append(origin.build_problem(("file",), f"its text is not usable: {error.problems[0]}", mend))
    return texts, problems


def _find_stale_fingerprints(contents: Contents, evidence: Evidence) -> Iterator[Problem]:
    for passage in contents.passages.values():
        origin = contents.find_origin("passage", f"{passage.source}/{passage.id}")
        if passage.source not in evidence.texts:
            continue
        text = _find_passage(evidence.texts, passage)
        if text is None:
            what = f"no one paragraph of {passage.source} begins “{passage.begins}”"
            yield origin.build_problem(("begins",), what, "Copy the first words of the paragraph.")
        elif evidence.fingerprints.get((passage.source, passage.id)) != compute_fingerprint(text):
            what = f"the fingerprint of passage {passage.id} is not that of its text in {passage.source}"
            yield origin.build_problem((), what, "Run `small-steps knowledge check --sources DIR --record`.")


def _find_passage(texts: Mapping[str, SourceText], passage: Passage) -> str | None:
    text = texts.get(passage.source)
    return text.find_paragraph(passage.begins) if text else None


def _find_directory(contents: Contents, passage: Passage) -> Path:
    document: Document = contents.find_origin("passage", f"{passage.source}/{passage.id}").document
    return document.path.parent


def _is_in_run(parts: Sequence[Hashes], run: Hashes) -> bool:
    """Return whether every part is an unbroken run, one after the other."""
    at = 0
    for part in parts:
        length = len(part)
        found = next((here for here in range(at, len(run) - length + 1) if run[here : here + length] == part), None)
        if found is None or not length:
            return False
        at = found + length
    return bool(parts)


def _find_closest_words(quote: str, paragraph: str) -> str:
    from rapidfuzz import fuzz

    found = fuzz.partial_ratio_alignment(normalise_quote(quote), paragraph)
    if found is None:
        return _shorten_text(paragraph)
    start = paragraph.rfind(" ", 0, found.dest_start + 1) + 1
    end = paragraph.find(" ", found.dest_end - 1)
    return paragraph[start : end if end >= 0 else None]


def _shorten_text(text: str, length: int = 80) -> str:
    return text if len(text) <= length else f"{text[:length].rsplit(' ', 1)[0]} …"


def is_satire(sources: Mapping[str, Source], quote: LessonQuote | None) -> bool:
    """Return whether the source of a quote is satire."""
    source = sources.get(quote.source) if quote else None
    return source is not None and source.kind == "satire"
