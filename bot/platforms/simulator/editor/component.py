"""The editors' page as a component of the running bot."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from bot.platforms.simulator.editor.access import HOME, EditorAccess
from bot.platforms.simulator.editor.routes import EditorRoutes
from bot.platforms.simulator.files import StaticFiles
from bot.platforms.simulator.looks import Look
from bot.settings import Settings
from bot.store.packs import PackStore
from bot.store.questions import Questions
from bot.web.component import Component

if TYPE_CHECKING:
    from bot.platforms.simulator.editor.desk import Publish
    from intents import Classifier
    from knowledge import LiveKnowledge

_TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class EditorSources:
    """The parts of the bot that the editors' page works with.

    Parameters
    ----------
    serve
        Has this process serve what was published, at once.
    """

    store: PackStore
    knowledge: "LiveKnowledge"
    classifier: "Classifier"
    questions: Questions
    looks: Sequence[Look]
    serve: "Publish"


def build_editor(settings: Settings, sources: EditorSources) -> Component:
    """Build the component of the editors' page: on with its token, whatever else is on."""
    token = settings.editor_token.get_secret_value() if settings.editor_token else ""
    if not token:
        return Component("Editor", on=False, why="no token set (SMALL_STEPS_EDITOR_TOKEN)")
    access = EditorAccess(token, settings.public_url)
    built = EditorRoutes(access)
    routes = [*_page_routes(built, access, settings), *_api_routes(built, sources)]
    return Component("Editor", on=True, why="behind its token", routes=routes, home=HOME)


def _page_routes(built: EditorRoutes, access: EditorAccess, settings: Settings) -> list[web.RouteDef]:
    files = StaticFiles()

    async def root(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": HOME})

    async def home(request: web.Request) -> web.StreamResponse:
        if not access.admits(request):
            return files.render_page("editor-sign-in.html", {"wrong": ""})
        return files.render_page("editor.html", {"kept": settings.keep_questions_days})

    async def sign_in(request: web.Request) -> web.StreamResponse:
        def refuse(sentence: str, status: int) -> web.StreamResponse:
            return files.render_page("editor-sign-in.html", {"wrong": sentence}, status=status)

        if not access.is_ours(request):
            return refuse("Please sign in on this page itself.", 403)
        if not access.may_try(request):
            response = refuse("That was tried too often. Please wait a minute.", _TOO_MANY)
            response.headers["Retry-After"] = "60"
            return response
        given = (await request.post()).get("token", "")
        if not access.matches_token(request, str(given).strip()):
            return refuse("That is not the token. Please check it and try again.", 401)
        response = web.Response(status=303, headers={"Location": HOME})
        access.set_cookie(request, response)
        return response

    async def sign_out(request: web.Request) -> web.StreamResponse:
        response = web.Response(status=303, headers={"Location": HOME})
        if access.is_ours(request):
            access.delete_cookie(response)
        return response

    return [
        web.get(HOME.rstrip("/"), built.guard(root)),
        web.get(HOME, built.guard(home)),
        web.post(HOME + "sign-in", built.guard(sign_in)),
        web.post(HOME + "sign-out", built.guard(sign_out)),
        web.get(HOME + "static/{name:.+}", built.guard(files.send_file)),
    ]


def _api_routes(built: EditorRoutes, sources: EditorSources) -> list[web.RouteDef]:
    # Checks and sheets, which a bot whose editors' page is off does not load.
    from bot.platforms.simulator.editor.desk import EditorDesk
    from bot.platforms.simulator.editor.phrases import DraftPhrases
    from bot.platforms.simulator.editor.sheet import SheetView
    from bot.platforms.simulator.editor.trial import Trial

    phrases = DraftPhrases(sources.classifier)
    desk = EditorDesk(sources.store, sources.knowledge, sources.serve, phrases)
    sheet = SheetView(sources.store, sources.knowledge, desk)
    trial = Trial(sources.store, sources.knowledge, sources.classifier, sources.questions, sources.looks, phrases)
    return [
        built.get("pack", desk.list_pack),
        built.get("file", desk.open_file),
        built.get("revision", desk.open_revision),
        built.post("check", desk.check),
        built.post("save", desk.save),
        built.post("publish", desk.publish),
        built.post("move", desk.move),
        built.post("phrase", desk.add_phrase),
        built.post("preview", trial.preview),
        built.post("try", trial.try_message),
        built.post("phrases", trial.report_phrases),
        built.get("asked", trial.list_asked),
        built.get("template.{kind}", sheet.send_template),
        built.get("export.{kind}", sheet.send_lessons),
        built.post("import", sheet.take_lessons, kind="application/octet-stream"),
    ]
