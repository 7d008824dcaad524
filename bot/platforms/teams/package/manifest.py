"""The app package: what an administrator uploads to Teams."""

import io
import json
import re
import zipfile
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from bot import diagnostics
from bot.conversation.starters import STARTERS
from bot.platforms.teams.cards import responses
from bot.platforms.teams.package import about_page

VERSION = "1.29"  # the first with private questions; prompts came with 1.27, shared and private channels with 1.25
VERSION_WITHOUT_PRIVATE_ANSWERS = "1.27"
_ACCENT = "#0B5563"  # the ground of color.png
_ICONS = {"color": "color.png", "outline": "outline.png"}  # files beside this one: three steps, and somebody on them
COMMANDS = (
    ("ask", "Ask about what is in the way of the change you lead: ask nobody listens to us"),
    ("themes", "See every theme that I know"),
    ("tip", "Get a tip that this place has not seen"),
    ("daily", "Subscribe this place to a daily tip: daily 09:00"),
    ("why", "See why I gave the last answer"),
    ("help", "See how to use me"),
)
PERMISSIONS = {
    "identity": "the ids of the person and the place, so that nothing is repeated there and a press is answered",
    "messageTeamMembers": "a direct message to somebody in the team, when they asked to be reminded of a small step",
}
_APP_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_PACKAGE_VERSION = re.compile(r"(0|[1-9][0-9]{0,8})(\.(0|[1-9][0-9]{0,8})){2}")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same package for the same input, byte for byte


def build_manifest(
    app_id: str, url: str, version: str, developer: str = "Small Steps", *, private_answers: bool = True
) -> dict[str, Any]:
    """Return the manifest.

    Parameters
    ----------
    app_id
        The app id of the bot's registration in Azure.
    url
        Where the bot is reached from outside.
    version
        Of the package: an administrator can only replace it by a later one.
    developer
        Who runs the bot, as people see it in Teams.
    private_answers
        Whether the bot may be asked, and answers, among others so that nobody else sees it.

    Raises
    ------
    OperatorError
        When the app id, the address or the version is not valid.
    """
    if not _APP_ID.fullmatch(app_id):
        raise diagnostics.not_an_app_id(app_id)
    if not _PACKAGE_VERSION.fullmatch(version):
        raise diagnostics.not_a_package_version(version)
    page = _page(url)
    schema = VERSION if private_answers else VERSION_WITHOUT_PRIVATE_ANSWERS
    return {
        "$schema": f"https://developer.microsoft.com/json-schemas/teams/v{schema}/MicrosoftTeams.schema.json",
        "manifestVersion": schema,
        "version": version,
        "id": app_id,
        "developer": {
            "name": developer,
            "websiteUrl": page,
            "privacyUrl": f"{page}#privacy",
            "termsOfUseUrl": f"{page}#terms",
        },
        "name": {"short": "Small Steps", "full": "Small Steps: leading change in health and care"},
        "description": {
            "short": "A lesson, a quote and one small step for people who lead change in the NHS.",
            "full": (
                "Tell Small Steps what is getting in the way of the change you lead. It answers with a lesson from "
                "people who have been there, what they said, with its source, and one small step for this week. "
                "Everything it says was written and checked beforehand; no language model writes its answers. It does "
                "not keep what you type, unless your organisation has chosen to keep questions that got no "
                "lesson, with names and numbers removed. It is not a clinician or an emergency service."
            ),
        },
        "icons": dict(_ICONS),
        "accentColor": _ACCENT,
        "localizationInfo": {"defaultLanguageTag": "en-gb"},
        "defaultInstallScope": "personal",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
        # Shared and private channels; without it Teams refuses a package of 1.25 or later that has the scope “team”.
        "supportsChannelFeatures": "tier1",
        "bots": [_bot(app_id, private_answers=private_answers)],
        "composeExtensions": [_extension(app_id)],
        "permissions": list(PERMISSIONS),
        "validDomains": [],
    }


def build_package(made: dict[str, Any]) -> bytes:
    """Return the zip archive of a manifest and the two icons."""
    folder = files(__package__)
    contents = {"manifest.json": json.dumps(made, ensure_ascii=False, indent=2).encode() + b"\n"}
    contents |= {name: folder.joinpath(name).read_bytes() for name in _ICONS.values()}
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return package.getvalue()


def _bot(app_id: str, *, private_answers: bool) -> dict[str, Any]:
    commands = [{"title": title, "description": description} for title, description in COMMANDS]
    starters = [
        {"title": title, "description": prompt, "type": "prompt", "prompt": prompt} for title, prompt, _ in STARTERS
    ]
    # A command after a slash is shown to nobody else, so there is one only where its answer is private too.
    triggers = {"triggers": ["mention", "slash"]} if private_answers else {}
    return {
        "botId": app_id,
        "scopes": ["personal", "team", "groupChat"],
        "isNotificationOnly": False,
        "supportsFiles": False,
        **({"supportsTargetedMessages": True} if private_answers else {}),
        "commandLists": [
            {"scopes": ["team", "groupChat"], "commands": commands, **triggers},
            {"scopes": ["personal"], "commands": [*commands, *starters]},
        ],
    }


def _extension(app_id: str) -> dict[str, Any]:
    query = {
        "name": "query",
        "title": "Theme or question",
        "description": "A theme such as “listening”, or what is happening",
        "inputType": "text",
    }
    find = {
        "id": "find",
        "type": "query",
        "title": "Find a lesson",
        "description": "Find a lesson by theme or question and put it into your message",
        "initialRun": True,
        "context": ["compose", "commandBox"],
        "parameters": [query],
    }
    help_here = {
        "id": "help-here",
        "type": "action",
        "title": responses.HERE,
        "description": "Find a lesson for this message; only you see it until you post it",
        "context": ["message"],
        "fetchTask": True,
    }
    return {"botId": app_id, "commands": [find, help_here]}


def _page(url: str) -> str:
    try:
        parts = urlsplit(url)
        right = parts.scheme == "https" and parts.hostname and not parts.query and not parts.fragment
    except ValueError:
        right = None
    if not right:
        raise diagnostics.not_an_https_address(url)
    return url.rstrip("/") + about_page.PATH
