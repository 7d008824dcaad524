"""The view “look inside”: the explanation of an answer, and the whole knowledge."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from aiohttp import web

from bot.message import describe_experience
from bot.platforms.simulator.looks import Json
from bot.platforms.simulator.messages import build_session_place
from bot.platforms.simulator.requests import ExplainRequest, RequestError, parse_request
from bot.store.answers import Answers
from intents import normalise_text

if TYPE_CHECKING:
    from intents import Classification, Classifier
    from knowledge import Knowledge, Lesson, Source


class InsideView:
    """Explanations of answers, and the knowledge.

    Parameters
    ----------
    knowledge
        Returns the current knowledge.
    """

    def __init__(self, classifier: "Classifier", knowledge: "Callable[[], Knowledge]", answers: Answers) -> None:
        self._classifier = classifier
        self._knowledge = knowledge
        self._answers = answers

    async def explain(self, request: web.Request) -> Json:
        """Return a message's classification, its explanation and the lessons considered. Nothing is recorded."""
        asked = parse_request(ExplainRequest, await request.read())
        titles = {theme.id: theme.title for theme in self._knowledge().themes.values()}
        found = await asyncio.to_thread(self._classifier.classify, asked.text, titles)
        explanation = await asyncio.to_thread(self._classifier.explain, asked.text)
        return {
            "decision": found.decision,
            "sentence": found.sentence,
            "named": found.named,
            "intents": [
                self._describe_intent(intent.id) | {"confidence": intent.confidence} for intent in found.intents
            ],
            "words": list(explanation.words),
            "nearest": [
                {"text": near.text, "intent": self._describe_intent(near.intent), "similarity": near.similarity}
                for near in explanation.nearest
            ],
            "lessons": await self._lessons(asked, found),
        }

    async def list_knowledge(self, _request: web.Request) -> Json:
        """Return the themes by group, and the sources."""
        knowledge = self._knowledge()
        quoted = Counter(lesson.source_id for theme in knowledge.themes.values() for lesson in theme.lessons)
        return {
            "groups": [
                {
                    "title": group.title,
                    "themes": [
                        {"id": theme.id, "title": theme.title, "about": theme.about, "lessons": len(theme.lessons)}
                        for theme in group.themes
                    ],
                }
                for group in knowledge.groups
            ],
            "sources": [
                _describe_source(source) | {"quotes": quoted[source.id]} for source in knowledge.sources.values()
            ],
        }

    async def show_theme(self, request: web.Request) -> Json:
        """Return one theme with every lesson.

        Raises
        ------
        RequestError
            When there is no such theme.
        """
        knowledge = self._knowledge()
        theme = knowledge.themes.get(request.match_info["theme"])
        if theme is None:
            raise RequestError(f"There is no theme called “{request.match_info['theme']}”.", "theme", status=404)
        return {
            "id": theme.id,
            "title": theme.title,
            "about": theme.about,
            "pack": theme.pack,
            "owner": theme.owner,
            "review_by": theme.review_by.isoformat(),
            "lessons": [_describe_lesson(lesson, knowledge.find_source(lesson)) for lesson in theme.lessons],
        }

    def _describe_intent(self, intent: str) -> Json:
        themes = self._knowledge().themes
        title = themes[intent].title if intent in themes else intent.replace("-", " ").capitalize()
        return {"id": intent, "title": title, "theme": intent in themes}

    async def _lessons(self, asked: ExplainRequest, found: "Classification") -> Json | None:
        """Return the lessons considered, chosen as for the answer; None for a message that gets no lesson."""
        if found.decision not in ("answer", "clarify"):
            return None
        knowledge, place = self._knowledge(), build_session_place(asked.session)
        seen: Sequence[str] = await self._answers.seen(place)
        if answer := await self._answers.get(asked.answer, place):
            seen = _seen_before(seen, answer.nudge)
        text = "" if found.named else normalise_text(asked.text)
        chosen = knowledge.choose(found.themes[0].id, text, seen, seed=len(seen), meaning=found.vector)
        return {
            "theme": chosen.theme.title,
            "chosen": _describe_lesson(chosen.lesson, chosen.source),
            "because": list(chosen.because),
            "runners_up": [_describe_lesson(lesson, knowledge.find_source(lesson)) for lesson in chosen.runners_up],
        }


def _seen_before(seen: Sequence[str], nudge: str | None) -> Sequence[str]:
    """Return the nudges shown before an answer, without the answer's own."""
    last = next((place for place in reversed(range(len(seen))) if seen[place] == nudge), len(seen))
    return seen[:last]


def _describe_lesson(lesson: "Lesson", source: "Source | None") -> Json:
    return {
        "id": lesson.id,
        "title": lesson.title,
        "lesson": lesson.lesson,
        "quote": lesson.quote.text if lesson.quote else "",
        "experience": describe_experience(lesson.experience) if lesson.experience else "",
        "source": _describe_source(source) if source else None,
        "tags": list(lesson.tags),
        "steps": [nudge.text for nudge in lesson.nudges],
        "today": lesson.today or "",
    }


def _describe_source(source: "Source") -> Json:
    return {
        "id": source.id,
        "attribution": source.attribution,
        "satire": source.kind == "satire",
        "url": source.url or "",
        "note": source.note or "",
    }
