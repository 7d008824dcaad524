"""Measures own themes: how many messages find a theme of an organisation's own, and what that does to the rest.

    python -m benchmarks.own_themes [--fresh] [--second] [--left-out]

Six themes with 20 phrases each, and 30 messages to each that were written before the phrases: eight use words of the
theme's title, 22 do without. Harm is measured on the held-out writers, of whom no model and no budget knows anything.
With --fresh four other themes are measured, with five and fifteen messages each: the way of learning was settled on the
six, and nothing was on these. With --second six more are measured, of another writer who saw neither of the others;
nothing may be settled on them. With --left-out a shipped theme is taken out of the model's head and given back as a
pack; its encoder was fine-tuned with the theme, which flatters that table. Two minutes on a quiet machine.
"""

import argparse
import time
import tracemalloc
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import yaml

from bot.conversation.questions_back import LIKELY
from intents import Classification, Classifier, OwnThemes, OwnTopic, corpus
from intents.catalogue import Catalogue
from intents.corpus import Utterance
from intents.model import Model
from intents.normalisation import normalise_for_model
from intents.own.unseen import UnseenMessages, build_unseen, read_unseen

HERE = Path(__file__).parent
_TIMED = 300  # messages for the time that a message takes longer


Read = tuple[Utterance, Classification]  # a message, and what the shipped model makes of it


@dataclass(frozen=True, slots=True)
class OwnMessage:
    """A message, the own theme that it is meant for, and whether it uses words of the theme's title."""

    text: str
    theme: str
    named: bool


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--left-out", action="store_true", help="give a shipped theme back as a pack, too")
    parser.add_argument("--fresh", action="store_true", help="measure four themes on which nothing was settled, too")
    parser.add_argument("--second", action="store_true", help="measure six themes of a second writer, too")
    options = parser.parse_args()
    model = Model.load()
    unseen, shipped = read_unseen(model) or build_now(model), Classifier(model)
    others = read_as_shipped(shipped, corpus.load_held_out(model.catalogue))
    measure_themes(shipped, unseen, others, "themes.yaml", "messages.yaml")
    if options.fresh:
        measure_themes(shipped, unseen, others, "fresh_themes.yaml", "fresh_messages.yaml")
    if options.second:
        measure_themes(shipped, unseen, others, "second_themes.yaml", "second_messages.yaml")
    if options.left_out:
        measure_left_out(model, unseen)


def read_topics(file: str) -> list[OwnTopic]:
    """Return the themes of a file beside this one."""
    entries = yaml.safe_load((HERE / file).read_text(encoding="utf-8"))
    return [
        OwnTopic(name, one["title"], tuple(one["phrases"]), tuple(one.get("tags", ()))) for name, one in entries.items()
    ]


def read_messages(file: str) -> list[OwnMessage]:
    """Return the messages to own themes of a file beside this one."""
    entries = yaml.safe_load((HERE / file).read_text(encoding="utf-8"))
    return [
        OwnMessage(text, theme, kind == "named")
        for theme, kinds in entries.items()
        for kind, texts in kinds.items()
        for text in texts
    ]


def build_now(model: Model) -> UnseenMessages:
    """Return the unseen messages of a model that has none beside it."""
    print("There is no unseen.npz beside the model: the validation messages are read now, a minute or two.")
    return build_unseen(Classifier(model), corpus.load_held_out(model.catalogue, corpus.VALIDATION))


def read_as_shipped(shipped: Classifier, utterances: Sequence[Utterance]) -> list[Read]:
    """Return others' messages with what the shipped model makes of them, once for all themes."""
    return [(one, shipped.classify(one.text)) for one in utterances]


def measure_themes(
    shipped: Classifier, unseen: UnseenMessages, others: Sequence[Read], themes: str, texts: str
) -> None:
    """Print what themes find, what they cost, and what they change for others."""
    topics, messages = read_topics(themes), read_messages(texts)
    print(f"\n== {themes}")
    with TemporaryDirectory() as folder:
        own_themes = OwnThemes(shipped, Path(folder), unseen)
        print_learning(own_themes, OwnThemes(shipped, Path(folder), unseen), topics)
    read = [shipped.classify(one.text) for one in messages]
    print_found(messages, [own_themes.ask(one.text, found, None) for one, found in zip(messages, read, strict=True)])
    print_harm(shipped, own_themes, others)
    print_message_time(own_themes, messages, read)


def print_learning(own_themes: OwnThemes, later: OwnThemes, topics: Sequence[OwnTopic]) -> None:
    """Learn, and print how long that takes, how long a later start does, and how much memory it leaves behind."""
    own_themes.trained_texts, own_themes.unseen  # noqa: B018 - read once for a process, not for each edit
    started = time.perf_counter()
    findings = own_themes.learn(topics)
    cold = time.perf_counter() - started
    started = time.perf_counter()
    tracemalloc.start()
    later.learn(topics)
    warm, (kept, most) = time.perf_counter() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"\nLearning {len(topics)} themes: {cold:.2f} s, from the cache {warm * 1000:.0f} ms.")
    print(f"Memory of what was learned: {kept / 2**20:.1f} MiB (at most {most / 2**20:.1f} while it is read).")
    for finding in findings:
        print(f"  {finding}")


def print_found(messages: Sequence[OwnMessage], found: Sequence[Classification]) -> None:
    """Print how messages to own themes are answered."""
    heads = ("first", "in three", "offered", "found", "refused", "handed over")
    print(f"\n{'Messages to own themes':34}{'of':>4} " + "".join(f"{head:>12}" for head in heads))
    groups: dict[str, list[int]] = {"with words of the title": [], "without": [], "all": []}
    for row, message in enumerate(messages):
        for name in ("with words of the title" if message.named else "without", "all", message.theme):
            groups.setdefault(name, []).append(row)
    for name, rows in groups.items():
        if not rows:
            continue
        places = [describe_place(messages[row].theme, found[row]) for row in rows]
        share = {head: places.count(head) / len(rows) for head in heads}
        share["found"] = share["first"] + share["in three"] + share["offered"]
        print(f"{name:34}{len(rows):>4} " + "".join(f"{share[head]:>12.2f}" for head in heads))


def describe_place(theme: str, found: Classification) -> str:
    """Return where a theme stands in what is said to a message."""
    if found.decision == "answer" and found.intents[0].id == theme:
        return "first"
    if found.decision == "clarify" and theme in list_asked(found):
        return "in three"
    if theme in found.offered:
        return "offered"
    return {"out-of-scope": "refused", "handover": "handed over"}.get(found.decision, "missed")


def list_asked(found: Classification) -> list[str]:
    """Return the themes that a question back shows: those that are likely."""
    return [one.id for one in found.themes if one.confidence >= LIKELY]


def print_harm(shipped: Classifier, own_themes: OwnThemes, others: Sequence[Read]) -> None:
    """Print what own themes change for others' messages."""
    kinds = {intent.id: intent.kind for intent in shipped.model.catalogue.intents.values()}
    triples = [(one, before, own_themes.ask(one.text, before, None)) for one, before in others]
    pairs = [(before, after) for _, before, after in triples]
    asked = [(u, b, a) for u, b, a in triples if kinds[u.intent] == "theme"]
    refused = [(b, a) for b, a in pairs if b.decision == "out-of-scope"]
    changed = [a for b, a in pairs if b.decision in ("handover", "conversation") and a != b]
    fixed = sum(b.decision in ("handover", "conversation") for b, _ in pairs)
    print(f"\nHarm on {len(pairs)} held-out messages")
    print(
        f"  shipped themes accepted: {share(is_accepted(u, b) for u, b, _ in asked):.3f} before, "
        f"{share(is_accepted(u, a) for u, _, a in asked):.3f} after, of {len(asked)}"
    )
    print(f"  handed over or conversation: {fixed}, of these {len(changed)} decided otherwise")
    print(f"  care of another kind: {sum(a.care != b.care for b, a in pairs)}")
    print(f"  answered with an own theme: {share(is_won(b, a) for b, a in pairs):.3f}")
    print(f"  own theme asked back: {share(is_asked(b, a) for b, a in pairs):.3f}")
    print(f"  one line with an offer: {share(bool(a.offered) for _, a in pairs):.3f}")
    taken_up, offered = sum(a.intents != b.intents for b, a in refused), sum(bool(a.offered) for _, a in refused)
    print(f"  refused before: {len(refused)}, of these answered or asked now: {taken_up}, with an offer: {offered}")


def is_accepted(utterance: Utterance, found: Classification) -> bool:
    """Return whether a shipped theme is answered rightly, or is among those asked back."""
    if found.decision == "clarify":
        return bool(utterance.accepted & set(list_asked(found)))
    return found.decision == "answer" and found.intents[0].id in utterance.accepted


def is_won(before: Classification, after: Classification) -> bool:
    """Return whether an own theme is answered with."""
    return after.decision == "answer" and after.intents[0].id != before.intents[0].id


def is_asked(before: Classification, after: Classification) -> bool:
    """Return whether an own theme is asked back."""
    return after.decision == "clarify" and after.intents != before.intents


def share(outcomes: Iterable[bool]) -> float:
    """Return the share of outcomes that are true."""
    listed = list(outcomes)
    return sum(listed) / max(len(listed), 1)


def print_message_time(own_themes: OwnThemes, messages: Sequence[OwnMessage], read: Sequence[Classification]) -> None:
    """Print how much longer a message takes: own themes alone, on messages that are read already."""
    taken = []
    for one, found in zip(messages[:_TIMED], read, strict=False):
        started = time.perf_counter()
        own_themes.ask(one.text, found, None)
        taken.append(time.perf_counter() - started)
    print(f"\nA message takes {np.median(taken) * 1000:.2f} ms longer (median of {len(taken)}).")


def measure_left_out(model: Model, unseen: UnseenMessages) -> None:
    """Print what a shipped theme finds that is left out and given back as a pack.

    Parameters
    ----------
    unseen
        As the whole model decides them: those that are about the theme are left out.
    """
    validation = [
        one for one in corpus.load_held_out(model.catalogue, corpus.VALIDATION) if normalise_for_model(one.text)
    ]
    held_out = corpus.load_held_out(model.catalogue)
    for topic in read_topics("given_back.yaml"):
        shipped = Classifier(leave_out(model, topic.id))
        others = np.array([topic.id not in one.accepted for one in validation])
        own_themes = OwnThemes(shipped, None, keep_messages(unseen, others))
        print(f"\n{topic.title}, left out and given back")
        own_themes.learn([topic])
        own = [one for one in (*validation, *held_out) if one.intent == topic.id]
        read = [(one, shipped.classify(one.text)) for one in own]
        messages = [OwnMessage(one.text, topic.id, named=False) for one in own]
        print_found(messages, [own_themes.ask(one.text, found, None) for one, found in read])
        print_harm(shipped, own_themes, read_as_shipped(shipped, [u for u in held_out if topic.id not in u.accepted]))


def keep_messages(unseen: UnseenMessages, kept: npt.NDArray[np.bool_]) -> UnseenMessages:
    """Return those of the unseen messages that are kept."""
    return replace(
        unseen,
        vectors=unseen.vectors[kept],
        intents=unseen.intents[kept],
        decisions=unseen.decisions[kept],
        taken=unseen.taken[kept],
        texts=tuple(text for text, keep in zip(unseen.texts, kept, strict=True) if keep),
    )


def leave_out(model: Model, intent: str) -> Model:
    """Return a model whose head, memory and catalogue do not know an intent; its encoder still does."""
    place = model.catalogue.ids.index(intent)
    head, memory = model.head, model.memory
    kept = memory.intents != place
    positions = memory.intents[kept]
    return replace(
        model,
        catalogue=Catalogue({name: one for name, one in model.catalogue.intents.items() if name != intent}),
        head=replace(
            head,
            ngrams=np.delete(head.ngrams, place, axis=1),
            embedding=np.delete(head.embedding, place, axis=1),
            bias=np.delete(head.bias, place),
            ngram_scales=None if head.ngram_scales is None else np.delete(head.ngram_scales, place),
        ),
        memory=replace(
            memory,
            steps=memory.steps[kept],
            intents=positions - (positions > place),
            texts=tuple(text for text, keep in zip(memory.texts, kept, strict=True) if keep),
            centroids=np.delete(memory.centroids, place, axis=0),
            vector_scales=None if memory.vector_scales is None else memory.vector_scales[kept],
        ),
    )


if __name__ == "__main__":
    main()
