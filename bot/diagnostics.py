"""Every sentence the bot says to its operators about what is wrong and how to mend it.

One voice: what is wrong, where, and how to mend it. No traceback for a user's mistake.
"""

import shlex
from collections.abc import Iterable, Sequence
from datetime import date


class OperatorError(Exception):
    """Something an operator can mend; its text is one clear sentence, shown without a traceback."""


class DatabaseAwayError(OperatorError):
    """The database cannot be reached for now; nothing in the settings need be wrong."""


def wrong_setting(name: str, source: str, value: str, reason: str, meant: str) -> OperatorError:
    """A setting has a value that cannot be used; `meant` is the setting's description."""
    return OperatorError(
        f"The setting {name} ({source}) is {value}, which cannot be used: {reason}. What it is for: {meant}"
    )


def unknown_setting(name: str, source: str, nearest: str | None) -> OperatorError:
    """The configuration names a setting that does not exist."""
    hint = f" Did you mean {nearest}?" if nearest else " docs/settings.md lists them."
    return OperatorError(f"There is no setting {name} ({source}).{hint}")


def unreadable_settings_file(path: str, reason: str) -> OperatorError:
    """The configuration file is not TOML."""
    return OperatorError(f"The configuration file {path} cannot be read: {reason}. Mend it or remove it.")


def database_unreachable(url: str, reason: str) -> OperatorError:
    """The database cannot be opened."""
    return OperatorError(
        f"The database {url} cannot be opened: {reason}. Check SMALL_STEPS_DATABASE_URL, and that the "
        f"database is there and may be written to."
    )


def database_away(url: str, reason: str) -> DatabaseAwayError:
    """The database's server does not answer, or takes nobody just now."""
    return DatabaseAwayError(str(database_unreachable(url, reason)))


def database_folder_closed(folder: str) -> OperatorError:
    """SQLite may not write where its file is, or is to be."""
    return OperatorError(
        f"The database's folder {folder} may not be written to by this user. Give the bot's user the right to, or set "
        f"SMALL_STEPS_DATABASE_URL to another place."
    )


def database_no_room(file: str) -> OperatorError:
    """The disk of SQLite's file is full."""
    return OperatorError(
        f"The disk that holds the database {file} is full. Free some room there, or set SMALL_STEPS_DATABASE_URL to "
        f"another disk; nothing that was saved is lost."
    )


def database_file_open(file: str) -> str:
    """SQLite's file may be read or written by others."""
    return (
        f"Others on this machine may read or write the database {file}. Take that from them: "
        f"chmod 600 {shlex.quote(file)}, and chmod 700 its folder."
    )


def no_home_folder() -> OperatorError:
    """The user has no home folder, in which the embedded database would be."""
    return OperatorError(
        "This user has no home folder for the bot’s database. Set HOME, or set SMALL_STEPS_DATABASE_URL to "
        "sqlite:///PATH with a path that begins with a slash."
    )


def database_file_closed(file: str) -> OperatorError:
    """SQLite may not write to its file."""
    return OperatorError(
        f"The database {file} may not be written to by this user. Give the file to the user that the bot runs as."
    )


def numbers_unchecked(ids: Sequence[str], oldest: date) -> str:
    """Numbers that cards name to people in need were not looked up for a year."""
    listed = ", ".join(ids[:3]) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")
    return (
        f"{len(ids)} numbers that are named to people in need were last checked more than a year ago, the oldest on "
        f"{oldest} ({listed}). Look them up at the sources in bot/conversation/contacts.yaml, and upgrade or tell us."
    )


def database_little_room(folder: str, megabytes: int) -> str:
    """The disk with SQLite's file is nearly full."""
    return f"{folder} has {megabytes} MB free. Make room there: when none is left, the bot can record nothing."


def database_on_network(folder: str, kind: str) -> str:
    """SQLite's file is not on a disk of this machine."""
    return (
        f"{folder} is on a network drive ({kind}), where SQLite's locks and its log do not hold. Set "
        f"SMALL_STEPS_DATABASE_URL to a folder on a local disk, or to PostgreSQL."
    )


def database_in_memory(folder: str, kind: str) -> str:
    """SQLite's file is lost when the machine stops."""
    return (
        f"{folder} is kept in memory ({kind}) and is gone when this machine or container stops. Set "
        f"SMALL_STEPS_DATABASE_URL to a folder on a disk."
    )


def database_too_old(found: str, least: str) -> OperatorError:
    """PostgreSQL is older than we support."""
    return OperatorError(f"PostgreSQL is at {found}, and {least} or later is needed. Upgrade it, or use another one.")


def database_read_only() -> OperatorError:
    """PostgreSQL takes no changes."""
    return OperatorError(
        "PostgreSQL takes no changes: it is a standby, or read-only. Set SMALL_STEPS_DATABASE_URL to the one that does."
    )


def database_lacks_privilege(what: str, grant: str) -> OperatorError:
    """PostgreSQL's user may not make what the bot needs."""
    return OperatorError(f"The user of the database may not {what}. Let its owner run `{grant}`.")


def database_from_the_future(found: str) -> OperatorError:
    """The database was written by a later release."""
    return OperatorError(
        f"The database is at version {found}, which this release does not know. "
        f"Run the release that wrote it, or a later one."
    )


def unreadable_input_line(number: int, reason: str) -> OperatorError:
    """A line of standard input is neither text nor JSON with a text."""
    return OperatorError(
        f'Line {number} of standard input cannot be read: {reason}. Give plain text, or JSON such as {{"text": "…"}}.'
    )


def unknown_theme(name: str, nearest: Iterable[str]) -> OperatorError:
    """A theme was asked for that does not exist."""
    near = ", ".join(nearest)
    hint = f"Did you mean {near}?" if near else "Run `small-steps themes` to list them."
    return OperatorError(f"There is no theme called “{name}”. {hint}")


def unusable_knowledge(problems: str) -> OperatorError:
    """A pack cannot be read; `problems` has one line for each thing that is wrong."""
    return OperatorError(f"The knowledge cannot be used until this is mended.\n{problems}")


def missing_extra(module: str, extra: str) -> OperatorError:
    """A command needs a package that only an extra brings."""
    command = "make train" if extra == "train" else "make setup"
    return OperatorError(
        f"This command needs {module}, which is not installed here. Run it from a checkout set up with `{command}`."
    )


def slack_half_configured(missing: str) -> OperatorError:
    """Some of what Slack needs is set, and some is not."""
    return OperatorError(
        f"Slack is configured in part: {missing}. Set what is missing, or unset the other SMALL_STEPS_SLACK_ settings; "
        f"docs/slack.md says what each way of connecting needs."
    )


def slack_token_key_unusable(number: int) -> OperatorError:
    """A key for sealing tokens is not one."""
    return OperatorError(
        f"Key {number} in SMALL_STEPS_SLACK_TOKEN_KEYS is not a Fernet key (32 bytes as URL-safe base64). "
        f"Make one with `openssl rand -base64 32 | tr '+/' '-_'`."
    )


def slack_installation_unreadable(team: str) -> OperatorError:
    """A workspace's tokens were sealed with a key that is no longer given."""
    return OperatorError(
        f"The tokens of the Slack workspace {team} cannot be read with the keys in SMALL_STEPS_SLACK_TOKEN_KEYS. "
        f"Put the earlier key back at the end of the list, or let the workspace install the bot again."
    )


def slack_unreachable(reason: str) -> OperatorError:
    """Slack does not answer."""
    return OperatorError(
        f"Slack could not be reached: {reason}. "
        f"Check that this machine may open connections to slack.com, or set HTTPS_PROXY."
    )


def slack_token_refused(code: str) -> OperatorError:
    """Slack no longer takes a token."""
    return OperatorError(
        f"Slack refuses the bot's token ({code}). Install the app in the workspace again; "
        f"with a single workspace, set SMALL_STEPS_SLACK_BOT_TOKEN to the new token."
    )


def slack_scope_missing(scope: str) -> OperatorError:
    """The app lacks a scope."""
    return OperatorError(
        f"The Slack app lacks the scope {scope}. Update it from `small-steps manifest slack` and install it again."
    )


def slack_app_token_refused(code: str) -> str:
    """Slack opens no socket with the app-level token."""
    return (
        f"Slack opens no connection with the app-level token ({code}). Turn Socket Mode on, make a token with the "
        f"scope connections:write under Basic Information, App-Level Tokens, and set SMALL_STEPS_SLACK_APP_TOKEN to it."
    )


def slack_client_refused(code: str) -> str:
    """Slack does not know the client id, or not with this secret."""
    return (
        f"Slack does not take the client id with its secret ({code}). Copy both from Basic Information, App "
        f"Credentials, into SMALL_STEPS_SLACK_CLIENT_ID and SMALL_STEPS_SLACK_CLIENT_SECRET."
    )


def slack_token_mixed_up(name: str, begins: str) -> str:
    """A token does not look like one of its kind."""
    return f"{name} does not begin with {begins}, as such tokens do. See that no two tokens were mixed up."


def slack_channel_closed(code: str) -> OperatorError:
    """The bot may not post in a channel."""
    return OperatorError(
        f"Slack did not let the bot post in a channel ({code}). Somebody in the channel can add it with /invite."
    )


def slack_refused(code: str) -> OperatorError:
    """Slack refused a call for some other reason."""
    return OperatorError(f"Slack refused a call ({code}). https://docs.slack.dev/reference explains the code.")


def teams_token_refused(error: str, description: str) -> OperatorError:
    """Microsoft gives us no token to answer with."""
    what = " ".join(description.split())[:300] or "no reason given"
    return OperatorError(
        f"Microsoft gives the Teams bot no token ({error}: {what}). Check SMALL_STEPS_TEAMS_APP_ID, "
        f"SMALL_STEPS_TEAMS_TENANT_ID and SMALL_STEPS_TEAMS_APP_SECRET, or the managed identity of the host."
    )


def teams_without_app_id(host: str) -> OperatorError:
    """Anybody could speak as Teams, on a network."""
    return OperatorError(
        f"Without SMALL_STEPS_TEAMS_APP_ID anybody who reaches the bot could speak as Teams, so it only listens on "
        f"this machine, not on {host}. Set the app id, or set SMALL_STEPS_HOST to 127.0.0.1."
    )


def teams_half_configured(missing: str) -> OperatorError:
    """Some of what Teams needs is set, and some is not."""
    return OperatorError(
        f"Teams is configured only in part: {missing} is not set. Set it, or unset the other settings of Teams."
    )


def teams_keys_unavailable(reason: str) -> str:
    """Microsoft's keys cannot be fetched."""
    return (
        f"Teams: Microsoft's keys cannot be fetched ({reason}), so requests are answered 503 until they can. "
        f"Check that this machine reaches login.botframework.com by HTTPS."
    )


def teams_foreign_address(address: str) -> str:
    """An activity asks for its answer to be sent to a service that is not on the list."""
    return (
        f"Teams: an activity was refused, for its answer would go to {address}. If Microsoft has moved its service "
        f"there, add its origin to SMALL_STEPS_TEAMS_SERVICE_URLS."
    )


def teams_not_delivered(reason: str) -> str:
    """An answer could not be delivered."""
    return f"Teams: an answer could not be delivered: {reason}."


def not_an_app_id(value: str) -> OperatorError:
    """An app id is none."""
    return OperatorError(
        f"“{value}” is no app id. Give the one of your registration in Azure, such as "
        f"00000000-0000-0000-0000-000000000000."
    )


def not_an_https_address(value: str) -> OperatorError:
    """An address for an app package is none that Teams accepts."""
    return OperatorError(
        f"“{value}” is no address that Teams can reach. Give one such as https://steps.example.nhs.uk."
    )


def not_a_package_version(value: str) -> OperatorError:
    """The version of an app package is none that Teams compares."""
    return OperatorError(
        f"“{value}” is no version of an app package. Give three numbers such as 1.0.1 with --version, higher than "
        f"those of the package that your tenant has."
    )


def changed_rules(names: Sequence[str]) -> OperatorError:
    """Rules of care are not those that were shipped."""
    return OperatorError(
        f"{' and '.join(names)} in the package intents {'is' if len(names) == 1 else 'are'} not as shipped, and so "
        "what counts as danger may be decided otherwise. Install Small Steps again; where you meant the change, "
        "run: python -m intents.integrity."
    )


def cannot_write(path: str, reason: str) -> OperatorError:
    """A file cannot be written."""
    return OperatorError(
        f"{path} cannot be written: {reason}. Name another file, in a directory that is there and may be written to."
    )


def cannot_listen(host: str, port: int, reason: str) -> OperatorError:
    """The server cannot listen where it should."""
    return OperatorError(
        f"The server cannot listen on {host}, port {port}: {reason}. Stop what holds the port, or set "
        f"SMALL_STEPS_HOST and SMALL_STEPS_PORT to an address of this machine and a port that is free."
    )


def port_taken(host: str, port: int) -> str:
    """Something listens where the server should."""
    return (
        f"Something listens on {host}, port {port} already. That is right while the bot runs; otherwise stop what "
        f"holds the port, or set SMALL_STEPS_PORT to another."
    )


def public_url_not_https(url: str) -> str:
    """The address that platforms should call is one that they do not."""
    return (
        f"{url} is no address that Slack or Teams calls. Set SMALL_STEPS_PUBLIC_URL to one that begins with https://."
    )


def clock_differs(platform: str, by: str) -> str:
    """The clock of this machine is not that of a platform."""
    return (
        f"The clock of this machine is {by} that of {platform}. Set it by NTP: from 300 seconds on, what they "
        f"send is refused, and tips come at the wrong time."
    )


def wrong_python(found: str, fitting: str) -> str:
    """The Python that runs is not one that we support."""
    return f"Small Steps needs {fitting}, and this is {found}. Run it with one of those."


def wrong_packages(faults: Iterable[str]) -> str:
    """What is installed is not what this release asks for, as after an upgrade of the files alone."""
    return (
        f"Not what this release asks for: {'; '.join(faults)}. Run `make install` in the checkout, or install the new "
        f"wheel or image."
    )


def tips_due_without_a_bot(count: int) -> str:
    """Tips came due while no bot ran: either it was stopped, or its database was put back from a copy."""
    tips = "1 daily tip has" if count == 1 else f"{count} daily tips have"
    return (
        f"{tips} come due on this database, and no bot runs on it. If it was put back from a back-up, say "
        f"`small-steps tips restored` before the bot starts; otherwise start the bot."
    )


def check_failed(error: str) -> str:
    """A check of the installation has a fault of its own."""
    return f"This could not be looked at ({error}), which is a fault of ours. Please report it with what stands here."


def unknown_subscription(name: str) -> OperatorError:
    """A subscription was named that does not exist."""
    return OperatorError(f"There is no daily tip with the id {name}. Run `small-steps tips list` to see them.")


def bot_still_runs() -> OperatorError:
    """What only may be done while nothing is posted was asked for while a replica runs."""
    return OperatorError(
        "The bot still runs, or ended less than 6 seconds ago, and would post meanwhile. Stop every copy of it, wait "
        "for 10 seconds, and say `small-steps tips restored` again."
    )


def subscription_is_off(name: str) -> OperatorError:
    """A subscription was to be resumed that the people of the place switched off."""
    return OperatorError(
        f"The daily tip {name} was switched off by somebody in the place. Only they can bring it back, with “daily on”."
    )


def page_needs_a_token() -> OperatorError:
    """The page is turned on where others can reach it, without a token."""
    return OperatorError(
        "The simulator page is turned on where others may reach it, and it has no token. "
        "Set SMALL_STEPS_SIMULATOR_TOKEN to something long and random, or SMALL_STEPS_SIMULATOR to off."
    )


def directory_not_empty(path: str) -> OperatorError:
    """Said when a pack would be written over files."""
    return OperatorError(f"{path} holds something already. Name an empty directory, or one that is not there yet.")


def pack_changed_meanwhile() -> OperatorError:
    """Said when an editor published while a pack was imported."""
    return OperatorError("Somebody published lessons on the page meanwhile. Nothing was imported; try again.")
