"""Trying a message on what is being written, and what people asked that got no lesson."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.conversation.lesson_reply import build_lesson_reply, select_lesson
from bot.platforms.simulator.editor import pack_files
from bot.platforms.simulator.editor.field_names import describe_plainly
from bot.platforms.simulator.editor.phrases import DraftPhrases
from bot.platforms.simulator.editor.preview import render_preview
from bot.platforms.simulator.editor.requests import CheckRequest, TryRequest
from bot.platforms.simulator.looks import Json, Look
from bot.platforms.simulator.requests import parse_request
from bot.store.packs import PackStore
from bot.store.questions import Questions
from intents import normalise_text
from knowledge import Knowledge, KnowledgeError, LiveKnowledge
from knowledge.editing.forms import read_form, write_form

if TYPE_CHECKING:
    from intents import Classification, Classifier

_MOST_ASKED = 60  # questions shown, the most frequent first


class Trial:
    """Shows what a draft would do before anybody else sees it.

    Parameters
    ----------
    looks
        Slack's and Teams' renderers of replies.
    """

    def __init__(
        self,
        store: PackStore,
        knowledge: LiveKnowledge,
        classifier: "Classifier",
        questions: Questions,
        looks: Sequence[Look],
        phrases: DraftPhrases,
    ) -> None:
        self._store = store
        self._knowledge = knowledge
        self._classifier = classifier
        self._questions = questions
        self._looks = looks
        self._phrases = phrases

    async def preview(self, request: web.Request) -> Json:
        """Return a lesson of a form as Slack and Teams would show it."""
        asked = parse_request(CheckRequest, await request.read())
        theme = self._knowledge().themes.get(str(asked.data.get("extends", "")))
        title = theme.title if theme else str(asked.data.get("title") or "")
        shown = render_preview(asked.data, asked.lesson, asked.step, await self._list_sources(), self._looks, title)
        return {"looks": shown}

    async def try_message(self, request: web.Request) -> Json:
        """Return what answers a message today, and what would with the form as it stands."""
        asked = parse_request(TryRequest, await request.read())
        text = asked.text.strip()
        today = await asyncio.to_thread(self._answer, self._classifier, self._knowledge(), text)
        if asked.data is None:
            return {"today": today}
        try:
            draft = await self._load_draft(asked.path, asked.data)
        except KnowledgeError as error:
            return {"today": today, "not_yet": ". ".join(describe_plainly(error.problems[0]))}
        classifier, hindered = await asyncio.to_thread(self._phrases.learn, draft)
        found = await asyncio.to_thread(self._answer, classifier, draft, text)
        return {"today": today, "draft": found, "hindered": hindered}

    async def report_phrases(self, request: web.Request) -> Json:
        """Return what the phrases of a form do: which miss it, which go elsewhere, what they would win from whom."""
        asked = parse_request(CheckRequest, await request.read())
        try:
            draft = await self._load_draft(asked.path, asked.data)
        except KnowledgeError as error:
            return {"not_yet": ". ".join(describe_plainly(error.problems[0]))}
        theme = str(asked.data.get("id") or pack_files.fill_in_ids(dict(asked.data), set(), set())["id"])
        return await asyncio.to_thread(self._phrases.report, draft, theme)

    async def list_asked(self, _request: web.Request) -> Json:
        """Return the kept questions that got no lesson, how often each was asked, and the theme nearest to it."""
        times = Counter(question.text for question in await self._questions.all())
        known = await self._list_phrases()
        found = [(text, count) for text, count in times.most_common() if text.casefold() not in known][:_MOST_ASKED]
        nearest = await asyncio.to_thread(lambda: [self._classifier.classify(text).themes[0].id for text, _ in found])
        themes = self._knowledge().themes
        return {
            "asked": [
                {"text": text, "times": count, "nearest": themes[theme].title if theme in themes else ""}
                for (text, count), theme in zip(found, nearest, strict=True)
            ]
        }

    async def _list_phrases(self) -> set[str]:
        """Return the phrases that own themes have already, drafts among them."""
        forms = [read_form(Path(file.latest.path), file.latest.text) for file in await self._store.list_files()]
        return {str(phrase).casefold() for form in forms for phrase in form.get("phrases") or []}

    def _answer(self, classifier: "Classifier", knowledge: Knowledge, text: str) -> Json:
        titles = {theme.id: theme.title for theme in knowledge.themes.values()}
        found = classifier.classify(text, titles)
        offered = [titles[one] for one in found.offered if one in titles]
        told: Json = {"decision": found.decision, "themes": _rank(found, titles), "offered": offered}
        if found.decision in ("answer", "clarify") and found.themes[0].id in knowledge.themes:
            chosen = knowledge.choose(found.themes[0].id, "" if found.named else normalise_text(text))
            told |= {"theme": chosen.theme.title, "lesson": chosen.lesson.title, "pack": chosen.theme.pack}
            if found.decision == "answer":
                selection = select_lesson(knowledge, chosen.theme, chosen.lesson, chosen.nudge.id)
                reply = build_lesson_reply(selection, "lesson", "preview", "", promises=True)
                told["looks"] = {look.name: look.render(reply) for look in self._looks}
        return told

    async def _load_draft(self, path: str | None, data: Mapping[str, Any]) -> Knowledge:
        files = await self._store.list_files()
        where = path or f"themes/{data.get('extends') or data.get('id') or 'new'}.yaml"
        form = data if path else pack_files.fill_in_ids(dict(data), set(), set())
        files = pack_files.add_changes(files, pack_files.begin_pack(files, form))
        candidate = pack_files.build_candidate(files, where, write_form(form))
        return await asyncio.to_thread(Knowledge.load, [*self._knowledge.list_directories(), candidate])

    async def _list_sources(self) -> Mapping[str, Any]:
        """Return the sources by id, those of drafts among them."""
        from knowledge import Source

        sources = dict(self._knowledge().sources)
        for file in await self._store.list_files():
            if file.latest.path == "sources.yaml" and file.latest.state != "removed":
                for one in read_form(Path(file.latest.path), file.latest.text).get("sources") or []:
                    known = {key: one.get(key) for key in ("id", "title", "author", "publisher", "date", "kind", "url")}
                    sources[str(one.get("id"))] = Source.model_construct(**{"kind": "advice", "title": "…", **known})
        return sources


def _rank(found: "Classification", titles: Mapping[str, str]) -> list[Json]:
    return [
        {"title": titles.get(one.id, one.id.replace("-", " ").capitalize()), "confidence": round(one.confidence, 3)}
        for one in found.intents[:3]
    ]
