"""A classifier that decides by a word, so that these tests are about Teams and not about the model."""

import numpy as np

from intents import NO_CARE, Care, Classification, Explanation, RankedIntent, normalise_text
from tests.packaged import packaged_pack

HANDOVERS = {"overdose": "clinical-advice", "bullied": "raising-a-concern", "cannot go on": "wellbeing"}
TALK = {"help": "help", "hello": "greeting", "tip": "tip", "themes": "list-themes", "why": "why", "another": "another"}


class FakeClassifier:
    """Says what a word in the text says: a theme's id, a command, “unsure”, “football” or a handover's sign."""

    def __init__(self) -> None:
        self._themes = list(packaged_pack().themes)
        self.asked: list[str] = []

    def encode(self, text: str) -> np.ndarray:
        """Nothing is like anything."""
        return np.zeros(1)

    def classify(self, text: str, themes: object = None) -> Classification:
        said = normalise_text(text).lower()
        self.asked.append(said)
        if "crash" in said:
            raise RuntimeError(f"this must never be logged: {said}")
        if not any(character.isalnum() for character in said):
            return self._found("out-of-scope", "out-of-scope", "")
        for sign, topic in HANDOVERS.items():
            if sign in said:
                return self._found("handover", topic, said)
        if said in TALK:
            return self._found("conversation", TALK[said], said)
        if said in self._themes:
            return self._found("answer", said, said, named=True)
        if "unsure" in said:
            return self._found("clarify", "listening", said)
        if "football" in said:
            return self._found("out-of-scope", "out-of-scope", said)
        return self._found("answer", "listening", said)

    def decide_danger(self, text: str, themes: object = None) -> Care | None:
        care = self.classify(text, themes).care
        return care if care.band == "danger" else None

    def decide_danger_quickly(self, text: str) -> Care | None:
        return self.decide_danger(text)

    def find_language_of_danger(self, text: str) -> str:
        return "en"

    def explain(self, text: str) -> Explanation:
        return Explanation(("listens",), ())

    def _found(self, decision, intent, sentence, named=False) -> Classification:
        others = [name for name in ("listening", "vision", "governance", "learning") if name != intent]
        ranked = tuple(RankedIntent(name, 0.8 / (place + 1)) for place, name in enumerate([intent, *others]))
        themes = tuple(one for one in ranked if one.id in self._themes)[:3]
        care = Care("danger", intent) if decision == "handover" else NO_CARE
        return Classification(decision, ranked[:5], themes, sentence, named, care)
