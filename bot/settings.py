"""The one reader of the environment and of the configuration file."""

import codecs
import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import available_timezones

import platformdirs
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.sources import InitSettingsSource
from rapidfuzz import process

from bot import diagnostics
from bot.nations import WorkspaceNations

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

PREFIX = "SMALL_STEPS_"
FILE = Path("small-steps.toml")
# Where pydantic speaks of Python's types: what is wanted instead, by the kind of the mistake.
_WANTED = {
    "bool_parsing": "give true or false",
    "bool_type": "give true or false",
    "too_short": "give {min_length} or more characters",
    "string_too_short": "give {min_length} or more characters",
    "tuple_type": "give a list, or parts that are separated by commas",
}


def _known_zone(name: str) -> str:
    known = available_timezones()
    if not known:
        raise ValueError(
            "this machine has no data on time zones; install the Python package tzdata, or the system's own"
        )
    if name not in known:
        raise ValueError("no such time zone; give an IANA name such as Europe/London")
    return name


def _matches(pattern: str, wanted: str) -> AfterValidator:
    """Return a validator whose sentence says what is wanted, in place of the pattern."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise ValueError(wanted)
        return value

    return AfterValidator(check)


def _each_matches(pattern: str, wanted: str) -> AfterValidator:
    """Return a validator of a list, each part of which has to match; its sentence says what is wanted."""
    compiled = re.compile(pattern)

    def check(values: tuple[str, ...]) -> tuple[str, ...]:
        if wrong := next((value for value in values if not compiled.fullmatch(value)), None):
            raise ValueError(f"“{wrong}” is none; {wanted}")
        return values

    return AfterValidator(check)


def _split_list(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _known_nations(entries: tuple[str, ...]) -> tuple[str, ...]:
    WorkspaceNations.parse(entries)
    return entries


Split = BeforeValidator(_split_list)
TimeZone = Annotated[str, AfterValidator(_known_zone)]


def _embedded_database() -> str:
    try:
        folder = platformdirs.user_data_path("small-steps")
    except RuntimeError as error:
        raise diagnostics.no_home_folder() from error
    return f"sqlite:///{folder / 'small-steps.sqlite'}"


class Settings(BaseSettings):
    """Every setting, with its default and what it is for. A variable without a value is a setting that is not set.

    Read from the environment (``SMALL_STEPS_`` and the name in capitals), then from
    ``small-steps.toml`` in the working directory, then from the defaults here.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True)

    database_url: SecretStr = Field(
        default_factory=lambda: SecretStr(_embedded_database()),
        description="Where the bot keeps its state: sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME.",
    )
    packs: Annotated[tuple[Path, ...], NoDecode, Split] = Field(
        default=(),
        description="Directories with your own knowledge packs, separated by commas.",
    )
    time_zone: TimeZone = Field(
        default="Europe/London",
        description="The IANA time zone of a place whose own zone is not known.",
    )
    organisation: str = Field(
        default="",
        max_length=120,
        description="The name of your organisation, as the insights' page for a meeting has it in its title.",
    )
    contact: str = Field(
        default="",
        max_length=200,
        description="How people reach whoever runs the bot, such as an e-mail address: named to those who ask for a "
        "person, report a fault or want their data deleted.",
    )
    nation: Annotated[tuple[str, ...], NoDecode, Split, AfterValidator(_known_nations)] = Field(
        default=(),
        description="Whose numbers are named to people in need: England, Wales, Scotland, Northern Ireland, Ireland or "
        "elsewhere; WORKSPACE=NATION for one that differs.",
    )
    keep_answers_days: int = Field(
        default=365,
        ge=1,
        le=3650,
        description="For how many days the bot remembers which lessons a place has seen.",
    )
    # Tips
    daily_tips: bool = Field(
        default=True,
        description="Whether places may have a daily tip, and people may take small steps on and be asked about them.",
    )
    bank_holidays: Literal["England", "Wales", "Scotland", "Northern Ireland", "none"] = Field(
        default="England",
        description="On whose bank holidays a new daily tip is left out; each place may change its own.",
    )
    tips_at_once: int = Field(
        default=32,
        ge=1,
        le=200,
        description="How many tips one running copy of the bot posts at the same time.",
    )
    tips_per_minute: int = Field(
        default=300,
        ge=1,
        le=6000,
        description="How many tips are posted in one workspace in a minute, by all copies together.",
    )
    keep_deliveries_days: int = Field(
        default=400,
        ge=2,
        le=3650,
        description="For how many days the bot remembers which tip was posted where.",
    )
    keep_workflows_hours: int = Field(
        default=24,
        ge=1,
        le=720,
        description="For how many hours the delivery engine remembers finished work.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO",
        description="How much is logged: DEBUG, INFO, WARNING or ERROR. The text of messages never is.",
    )

    # Server
    host: str = Field(
        default="127.0.0.1",
        description="The address that the server listens on; 0.0.0.0 for every one.",
    )
    port: int = Field(
        default=8080,
        ge=0,
        le=65535,
        description="The port that the server listens on; 0 for any that is free.",
    )
    public_url: Annotated[
        str, _matches(r"(https?://[^/\s]+/?)?", "give scheme and host alone, such as https://steps.example.nhs.uk")
    ] = Field(
        default="",
        description="Where the server is reached from outside, for instance https://steps.example.nhs.uk.",
    )

    # Slack
    slack_bot_token: SecretStr | None = Field(
        default=None,
        description="The bot token (xoxb-…) when the bot serves a single Slack workspace.",
    )
    slack_app_token: SecretStr | None = Field(
        default=None,
        description="The app-level token (xapp-…) for Socket Mode, which needs no public address.",
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None,
        description="The signing secret, when Slack sends its events by HTTP. It takes precedence over Socket Mode.",
    )
    slack_client_id: str = Field(
        default="",
        description="The client id, when many Slack workspaces may install the bot.",
    )
    slack_client_secret: SecretStr | None = Field(
        default=None,
        description="The client secret that belongs to the client id.",
    )
    slack_token_keys: SecretStr | None = Field(
        default=None,
        description="Fernet keys that seal the workspaces' tokens, separated by commas, the newest first.",
    )
    slack_channels: Annotated[
        tuple[str, ...],
        NoDecode,
        Split,
        _each_matches(r"[CGD][A-Z0-9]+", "give ids such as C0123ABCDEF, which end a channel’s details in Slack"),
    ] = Field(
        default=(),
        description="Ids of the only Slack channels that the bot may speak in, separated by commas; empty for all.",
    )
    slack_most_at_once: int = Field(
        default=100,
        ge=1,
        le=10_000,
        description="How many Slack answers may be under way at once; whoever asks next is told that the bot is busy.",
    )
    slack_api_url: Annotated[
        str, _matches(r"https?://.+/", "give an address that ends in a slash, such as https://slack.com/api/")
    ] = Field(
        default="https://slack.com/api/",
        description="Where Slack's Web API is; changed only for tests.",
    )

    # Teams
    teams_app_id: Annotated[
        str,
        _matches(
            r"([0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})?",
            "an app id is 32 digits and letters from a to f in five groups, such as "
            "00000000-0000-0000-0000-000000000000; copy “Application (client) ID” from the registration",
        ),
    ] = Field(
        default="",
        description="The app id of the bot's registration in Azure; Teams is on once it is set.",
    )
    teams_app_secret: SecretStr | None = Field(
        default=None,
        description="The client secret of a single-tenant registration; not needed with a managed identity.",
    )
    teams_tenant_id: Annotated[
        str, _matches(r"[0-9a-zA-Z.-]*", "give the tenant’s id or its domain, such as example.nhs.uk")
    ] = Field(
        default="",
        description="The tenant that the registration belongs to.",
    )
    teams_managed_identity: bool = Field(
        default=False,
        description="Whether the registration uses a managed identity of the Azure host instead of a secret.",
    )
    teams_anonymous: bool = Field(
        default=False,
        description="Answer unsigned activities without an app id, to try things out; on this machine only.",
    )
    teams_most_at_once: int = Field(
        default=1_000,
        ge=1,
        le=10_000,
        description="How many Teams answers may be under way at once; whoever asks next is told that the bot is busy.",
    )
    teams_private_answers: bool = Field(
        default=True,
        description="Answer one person among others in a channel or chat of Teams; off where the tenant lacks that.",
    )
    teams_service_urls: Annotated[
        tuple[str, ...], NoDecode, Split, _each_matches(r"https?://[^\s@]+", "give addresses that begin with https://")
    ] = Field(
        default=(),
        description="More origins that answers to Teams may be sent to than those that Microsoft lists, by commas.",
    )
    teams_openid_url: Annotated[
        str, _matches(r"https?://\S+", "give an address that begins with https:// and has no spaces")
    ] = Field(
        default="https://login.botframework.com/v1/.well-known/openidconfiguration",
        description="Where Microsoft's keys for Teams are found; changed only for tests.",
    )

    # Page
    simulator: Literal["auto", "on", "off"] = Field(
        default="auto",
        description="The simulator page: on, off, or auto: on while no platform is connected, for this machine only.",
    )
    simulator_token: SecretStr | None = Field(
        default=None,
        min_length=16,
        description="The token that opens the simulator page; needed wherever others may reach it.",
    )
    editor_token: SecretStr | None = Field(
        default=None,
        min_length=16,
        description="The token that opens the editors' page, on which lessons of your own are written; off without it.",
    )
    keep_questions_days: int = Field(
        default=0,
        ge=0,
        le=90,
        description="For how many days questions that got no lesson are kept, redacted, for the editors; 0 keeps none.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the sources in order of precedence: the environment, then the configuration file."""
        known = {name: value for name, value in _read_file(FILE).items() if name in cls.model_fields}
        return (init_settings, env_settings, InitSettingsSource(settings_cls, known))


def _read_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        content = path.read_bytes()
        # Some editors begin a file with a byte order mark, and some of these write two bytes a letter.
        wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return tomllib.loads(content.decode("utf-16" if wide else "utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise diagnostics.unreadable_settings_file(str(path), str(error)) from error


def _find_nearest(name: str) -> str | None:
    found = process.extractOne(name, list(Settings.model_fields), score_cutoff=60)
    return found[0] if found else None


def _read_environment() -> dict[str, str]:
    import os  # the one place that reads the environment

    return {name.upper(): value for name, value in os.environ.items() if name.upper().startswith(PREFIX)}


@contextmanager
def hide_from_libraries(prefix: str) -> Iterator[None]:
    """Hide environment variables from a library that would read its own settings there, until the block ends."""
    import os

    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith(prefix)}
    try:
        yield
    finally:
        os.environ.update(hidden)


def find_source(name: str) -> str:
    """Return where a setting's value comes from: ``environment``, the file's name or ``default``."""
    if _read_environment().get(PREFIX + name.upper()):
        return "environment"
    return str(FILE) if name in _read_file(FILE) else "default"


def load_settings() -> Settings:
    """Return the settings.

    Raises
    ------
    OperatorError
        For an unknown setting, a wrong value or an unreadable file.
    """
    settings, mistakes = read_settings()
    if settings is None:
        raise mistakes[0]
    return settings


def read_settings() -> tuple[Settings | None, list[diagnostics.OperatorError]]:
    """Return the settings and every mistake in them; None in place of the settings when there is a mistake."""
    try:
        mistakes = _find_unknown()
    except diagnostics.OperatorError as error:
        return None, [error]
    try:
        settings = Settings()
    except diagnostics.OperatorError as error:
        return None, [*mistakes, error]
    except ValidationError as error:
        firsts = {str(one["loc"][0]): one for one in reversed(error.errors())}
        return None, [
            *mistakes,
            *(
                _describe_mistake(name, firsts[name]["input"], _describe_reason(firsts[name]))
                for name in Settings.model_fields
                if name in firsts
            ),
        ]
    if not settings.host:  # it would be every address of the machine
        mistakes.append(_describe_mistake("host", settings.host, _WANTED["string_too_short"].format(min_length=1)))
    return (None, mistakes) if mistakes else (settings, [])


def _find_unknown() -> list[diagnostics.OperatorError]:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    mistakes = []
    for variable in _read_environment():
        if variable not in known:
            nearest = _find_nearest(variable.removeprefix(PREFIX).lower())
            hint = PREFIX + nearest.upper() if nearest else None
            mistakes.append(diagnostics.unknown_setting(variable, "environment", hint))
    unknown = [name for name in _read_file(FILE) if name not in Settings.model_fields]
    return [*mistakes, *(diagnostics.unknown_setting(name, str(FILE), _find_nearest(name)) for name in unknown)]


def _describe_mistake(name: str, given: object, reason: str) -> diagnostics.OperatorError:
    field = Settings.model_fields[name]
    secret = "Secret" in str(field.annotation)
    return diagnostics.wrong_setting(
        PREFIX + name.upper(),
        find_source(name),
        "not shown" if secret else f"“{given}”",
        reason,
        field.description or "",
    )


def _describe_reason(error: "ErrorDetails") -> str:
    if wanted := _WANTED.get(error["type"]):
        return wanted.format(**error.get("ctx", {}))
    return error["msg"].removeprefix("Value error, ")


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One line of `small-steps settings`."""

    variable: str
    value: str
    source: str
    description: str


def list_settings(settings: Settings) -> list[SettingLine]:
    """Return every setting with its value (secrets masked), its source and its description."""
    return [
        SettingLine(PREFIX + name.upper(), _mask(getattr(settings, name)), find_source(name), field.description or "")
        for name, field in Settings.model_fields.items()
    ]


def _mask(value: object) -> str:
    if isinstance(value, SecretStr):
        secret = value.get_secret_value()
        return secret if secret.startswith("sqlite") else "********" if secret else ""
    if isinstance(value, tuple | list):
        return ", ".join(str(part) for part in value)
    return "" if value is None else str(value)
