"""Settings: one reader, one sentence for a wrong value, secrets masked."""

from pathlib import Path

import pytest

from bot import settings
from bot.diagnostics import OperatorError


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(monkeypatch):
    Path("small-steps.toml").write_text('time_zone = "Europe/Paris"\nkeep_answers_days = 10\n')
    monkeypatch.setenv("SMALL_STEPS_KEEP_ANSWERS_DAYS", "20")

    found = settings.load_settings()

    assert (found.time_zone, found.keep_answers_days, found.log_level) == ("Europe/Paris", 20, "INFO")
    sources = {line.variable: line.source for line in settings.list_settings(found)}
    assert sources["SMALL_STEPS_KEEP_ANSWERS_DAYS"] == "environment"
    assert sources["SMALL_STEPS_TIME_ZONE"] == "small-steps.toml"
    assert sources["SMALL_STEPS_LOG_LEVEL"] == "default"


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("SMALL_STEPS_TIME_ZONE", "Mars/Olympus", "IANA name"),
        ("SMALL_STEPS_KEEP_ANSWERS_DAYS", "soon", "integer"),
        ("SMALL_STEPS_KEEP_ANSWERS_DAYS", "0", "greater than or equal to 1"),
        ("SMALL_STEPS_LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING or ERROR"),
        ("SMALL_STEPS_PORT", "abc", "The port that the server listens on; 0 for any that is free."),
        ("SMALL_STEPS_TEAMS_APP_ID", "my-bot", "00000000-0000-0000-0000-000000000000"),
        ("SMALL_STEPS_TEAMS_TENANT_ID", "our tenant", "such as example.nhs.uk"),
        ("SMALL_STEPS_PUBLIC_URL", "steps.example.nhs.uk/bot", "such as https://steps.example.nhs.uk"),
        ("SMALL_STEPS_SLACK_API_URL", "https://slack.com/api", "ends in a slash"),
        ("SMALL_STEPS_TEAMS_OPENID_URL", "login.example", "begins with https://"),
        (
            "SMALL_STEPS_TEAMS_SERVICE_URLS",
            "https://one.example,smba.example",
            "“smba.example” is none; give addresses",
        ),
        ("SMALL_STEPS_DAILY_TIPS", "perhaps", "give true or false"),
        ("SMALL_STEPS_SLACK_CHANNELS", "C0123ABCDEF,#general", "“#general” is none; give ids such as C0123ABCDEF"),
    ],
)
def test_a_wrong_value_gets_one_sentence_with_its_name(monkeypatch, variable, value, says):
    monkeypatch.setenv(variable, value)

    with pytest.raises(OperatorError) as caught:
        settings.load_settings()

    sentence = str(caught.value)
    assert variable in sentence
    assert value in sentence
    assert says in sentence
    assert "\n" not in sentence
    assert "pattern" not in sentence
    assert "small-steps settings" not in sentence  # which says no more than this until the value is mended


def test_a_file_that_an_editor_began_with_a_byte_order_mark_is_read():
    Path("small-steps.toml").write_bytes(b"\xef\xbb\xbfkeep_answers_days = 10\n")

    assert settings.load_settings().keep_answers_days == 10


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_a_file_with_a_byte_order_mark_of_two_bytes_a_letter_is_read(encoding):
    mark = "" if encoding == "utf-16" else "\ufeff"
    Path("small-steps.toml").write_bytes(f"{mark}keep_answers_days = 10\r\norganisation = 'Môn'\r\n".encode(encoding))

    found = settings.load_settings()

    assert (found.keep_answers_days, found.organisation) == (10, "Môn")


def test_a_variable_without_a_value_is_a_setting_that_is_not_set(monkeypatch):
    Path("small-steps.toml").write_text("keep_answers_days = 10\n")
    for name in ("HOST", "PORT", "TIME_ZONE", "DATABASE_URL", "KEEP_ANSWERS_DAYS", "SIMULATOR_TOKEN"):
        monkeypatch.setenv(f"SMALL_STEPS_{name}", "")

    found = settings.load_settings()

    assert (found.host, found.port, found.time_zone) == ("127.0.0.1", 8080, "Europe/London")
    assert (found.keep_answers_days, found.simulator_token) == (10, None)
    assert found.database_url.get_secret_value().startswith("sqlite:///")
    assert {line.source for line in settings.list_settings(found)} == {"default", "small-steps.toml"}


def test_no_file_makes_the_server_listen_everywhere_by_an_empty_address():
    Path("small-steps.toml").write_text('host = ""\n')

    with pytest.raises(OperatorError, match="give 1 or more characters"):
        settings.load_settings()


def test_a_token_that_is_too_short_is_told_its_length_and_not_shown(monkeypatch):
    monkeypatch.setenv("SMALL_STEPS_EDITOR_TOKEN", "hunter2")

    with pytest.raises(OperatorError, match="not shown, which cannot be used: give 16 or more characters") as caught:
        settings.load_settings()

    assert "hunter2" not in str(caught.value)


def test_a_user_without_a_home_folder_gets_one_sentence(monkeypatch):
    def know_nobody(_number: int) -> None:
        raise KeyError

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.delenv("SMALL_STEPS_DATABASE_URL", raising=False)
    monkeypatch.setattr("pwd.getpwuid", know_nobody)

    with pytest.raises(OperatorError, match="no home folder"):
        settings.load_settings()


def test_a_misspelt_setting_is_refused_with_the_nearest_one(monkeypatch):
    monkeypatch.setenv("SMALL_STEPS_TIMEZONE", "Europe/London")

    with pytest.raises(OperatorError, match="Did you mean SMALL_STEPS_TIME_ZONE"):
        settings.load_settings()


def test_a_misspelt_setting_in_the_file_is_refused_with_the_nearest_one():
    Path("small-steps.toml").write_text("databse_url = 'sqlite:///x'\n")

    with pytest.raises(OperatorError, match="Did you mean database_url"):
        settings.load_settings()


@pytest.mark.parametrize("content", [b"time_zone = ", b"\xff\xfe\x00", b"[[["])
def test_an_unreadable_file_gets_one_sentence(content):
    Path("small-steps.toml").write_bytes(content)

    with pytest.raises(OperatorError, match=r"small-steps\.toml cannot be read"):
        settings.load_settings()


def test_several_packs_are_separated_by_commas(monkeypatch):
    monkeypatch.setenv("SMALL_STEPS_PACKS", "/srv/one, /srv/two")

    assert settings.load_settings().packs == (Path("/srv/one"), Path("/srv/two"))


@pytest.mark.parametrize("written", ['"/srv/one, /srv/two"', '["/srv/one", "/srv/two"]'])
def test_a_list_in_the_file_is_an_array_or_separated_by_commas(written):
    Path("small-steps.toml").write_text(f"packs = {written}\n")

    assert settings.load_settings().packs == (Path("/srv/one"), Path("/srv/two"))


def test_a_password_is_never_shown(monkeypatch):
    monkeypatch.setenv("SMALL_STEPS_DATABASE_URL", "postgresql://bot:hunter2@db/steps")

    shown = " ".join(line.value for line in settings.list_settings(settings.load_settings()))

    assert "hunter2" not in shown
    assert "********" in shown
