"""The command line, run as a person runs it."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest
from rich.console import Console

from bot.message import SATIRE_WARNING, LessonReply
from bot.platforms import terminal
from tests.contract.replies import real_lessons

ROOT = Path(__file__).parents[2]
QUESTION = "our consultants just cross their arms in every workshop, what do I do?"


PATIENCE = 300  # seconds; a machine that runs much else is slow


def start(*arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=stdin,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100", **environment},
        timeout=PATIENCE,
        check=False,
    )
    return subprocess.CompletedProcess(arguments, done.returncode, done.stdout.decode(), done.stderr.decode())


def test_a_question_is_answered_with_a_lesson_an_attributed_quote_and_one_small_step():
    done = start("ask", "--json", QUESTION)

    assert done.returncode == 0, done.stderr
    reply = json.loads(done.stdout)
    assert reply["kind"] == "lesson"
    assert reply["theme"] in ("clinical-engagement", "staff-buy-in")
    assert reply["lesson"]
    assert reply["nudge"]
    assert reply["quote"]["text"]
    assert reply["quote"]["attribution"]
    assert reply["quote"]["satire"] is False
    assert {"another", "why"} <= {choice["action"] for choice in reply["choices"]}


def test_the_same_answer_can_be_read_in_a_terminal(run):
    done = run("ask", QUESTION)

    assert done.returncode == 0, done.stderr
    assert "One small step this week:" in done.stdout
    assert "— " in done.stdout


def shown(reply: LessonReply) -> str:
    console = Console(file=io.StringIO(), width=92)
    console.print(terminal.render(reply))
    return console.file.getvalue()


async def test_satire_is_marked_in_words_in_plain_text(app):
    """It comes to whoever asks on, and the words that mark it stand before the quote."""
    replies = [await terminal.ask(app.conversation, "saying thank you") for _ in range(6)]

    satire = [reply for reply in replies if reply.quote.satire]
    assert satire, "six lessons on saying thank you, and none shows the satire"
    for reply in satire:
        before, _, after = shown(reply).partition(SATIRE_WARNING)
        assert reply.quote.text.strip("“”").split()[0] in after
        assert "— " not in before
        assert "joke" in reply.lesson or "satire" in reply.lesson.lower()


def test_in_plain_text_only_satire_is_called_satire():
    lessons = real_lessons().values()

    assert {SATIRE_WARNING in shown(lesson) for lesson in lessons if lesson.quote.satire} == {True}
    assert {SATIRE_WARNING in shown(lesson) for lesson in lessons if not lesson.quote.satire} == {False}


def test_classify_reads_plain_lines_and_json_and_writes_one_object_a_line(run):
    lines = [QUESTION, json.dumps({"text": "where can I park"}), "", "{ not json", "<@U1> listening"]

    done = run("classify", stdin="\n".join(lines) + "\n")

    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["text"] for row in found] == [QUESTION, "where can I park", "", "{ not json", "<@U1> listening"]
    for row in found:
        assert row["decision"] in ("answer", "clarify", "conversation", "handover", "out-of-scope")
        assert len(row["intents"]) == 5
        confidences = [intent["confidence"] for intent in row["intents"]]
        assert all(0 <= confidence <= 1 for confidence in confidences)
        assert (row["care"], row["band"], row["topic"]) == ("none", "none", None)
    assert found[1]["decision"] == "out-of-scope"
    assert (found[4]["decision"], found[4]["intents"][0]["id"]) == ("answer", "listening")


@pytest.mark.parametrize(
    ("text", "care", "band", "topic", "decisions"),
    [
        ("I want to kill myself", "handover", "danger", "wellbeing", {"handover"}),
        ("I am not coping", "signpost", "perhaps", "wellbeing", {"clarify"}),
        ("my team are burnt out by all the change", "signpost", "strain", "wellbeing", {"answer", "clarify"}),
        (
            "we keep getting never events and nobody listens",
            "signpost",
            "concern",
            "raising-a-concern",
            {"answer", "clarify"},
        ),
        ("nobody reads our newsletter", "none", "none", None, {"answer", "clarify"}),
    ],
)
def test_classify_says_what_care_a_reply_owes(run, text, care, band, topic, decisions):
    [row] = [json.loads(line) for line in run("classify", stdin=f"{text}\n").stdout.splitlines()]

    assert (row["care"], row["band"], row["topic"]) == (care, band, topic)
    assert row["decision"] in decisions


def test_classify_survives_bytes_that_are_no_text():
    done = start("classify", stdin=b"\xff\xfe\x00caf\xe9\n" + "é".encode() * 20_000 + b"\n")

    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 2


def test_classify_names_the_line_that_it_cannot_read(run):
    done = run("classify", stdin='hello\n{"txt": "no"}\n')

    assert done.returncode == 2
    assert "Line 2" in done.stderr
    assert "Traceback" not in done.stderr


def test_every_theme_is_listed(run):
    done = run("themes")

    assert done.returncode == 0
    for title in ("Reaching out", "Shared services", "The prize", "Plain language"):
        assert title in done.stdout


def test_settings_are_printed_with_their_sources_and_secrets_masked(run):
    url = "postgresql://bot:hunter2@db.example/steps"

    done = run("settings", SMALL_STEPS_DATABASE_URL=url, COLUMNS="200")

    assert done.returncode == 0, done.stderr
    assert "SMALL_STEPS_DATABASE_URL" in done.stdout
    assert "environment" in done.stdout
    assert "hunter2" not in done.stdout


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"SMALL_STEPS_TIME_ZONE": "Mars"}, "SMALL_STEPS_TIME_ZONE"),
        ({"SMALL_STEPS_DATABASE_URL": "postgresql://u:hunter2@127.0.0.1:1/x"}, "SMALL_STEPS_DATABASE_URL"),
        ({"SMALL_STEPS_PACKS": "/does/not/exist"}, "/does/not/exist"),
    ],
)
def test_a_wrong_setting_is_one_sentence_and_exit_code_2(run, environment, says):
    done = run("ask", "hello", **environment)

    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert "hunter2" not in done.stderr


def test_a_wrong_command_is_exit_code_2(run):
    assert run("aks", "hello").returncode == 2
    assert run("ask").returncode == 2


def test_what_is_wrong_ends_the_process_with_exit_code_2_and_no_traceback():
    done = start("ask", "hello", SMALL_STEPS_TIME_ZONE="Mars")

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("small-steps: ")
    assert "SMALL_STEPS_TIME_ZONE" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_version_and_the_completion_are_there(run):
    assert run("--version").stdout.startswith("small-steps 0.")
    for shell in ("bash", "zsh", "fish"):
        given = run("--show-completion", shell, _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
        assert given.returncode == 0, given.stderr
        assert "_SMALL_STEPS_COMPLETE" in given.stdout


def imported(names: str, *arguments: str) -> str:
    """Those of some packages that a command imports, as a list is printed."""
    code = (
        "import sys\nimport bot.__main__\nfrom typer.testing import CliRunner\n"
        f"assert CliRunner().invoke(bot.__main__.cli, {list(arguments)!r}).exit_code == 0\n"
        f"print([name for name in {names.split()!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return done.stdout.strip() or done.stderr


def test_nothing_heavy_is_imported_for_help():
    heavy = "sklearn scipy numpy onnxruntime sqlalchemy aiohttp slack_bolt botbuilder dbos matplotlib textstat torch"
    assert imported(heavy, "--help") == "[]"


def test_a_question_is_answered_without_what_learns_tests_or_draws():
    assert imported("sklearn scipy matplotlib textstat torch transformers pytest", "ask", QUESTION) == "[]"


def test_a_conversation_in_the_terminal_remembers_and_ends():
    child = pexpect.spawn(
        sys.executable,
        ["-m", "bot", "chat"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "100", "LINES": "50"},
        encoding="utf-8",
        timeout=PATIENCE,
        dimensions=(50, 100),
    )
    child.expect("leaves")
    child.sendline("/themes")
    child.expect("Plain language")
    child.sendline("listening")
    child.expect("One small step")
    child.sendline("/why")
    child.expect("You asked for the theme")
    child.sendline("/quit")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


def test_piped_lines_are_answered_one_by_one_in_the_light_of_each_other(run):
    answered = run("chat", "--json", stdin=f"{QUESTION}\n\nhow?\nwhat if they say no?\nexit\nlistening\n")
    replies = [json.loads(line) for line in answered.stdout.splitlines()]

    assert [reply["kind"] for reply in replies] == ["lesson", "depth", "depth"]
    assert [reply.get("part") for reply in replies] == [None, "how", "if_not"]
    assert {reply["answer"] for reply in replies} == {replies[0]["answer"]}
    assert (answered.returncode, answered.stderr) == (0, "")


@pytest.mark.parametrize("farewell", ["quit", "exit", "/quit", "Exit."])
def test_a_piped_conversation_ends_where_it_is_left(run, farewell):
    answered = run("chat", stdin=f"thanks\n{farewell}\nthanks\n")
    assert answered.stdout == "You are welcome. Come back whenever you are stuck.\n"
    assert run("chat", stdin="thanks").stdout == answered.stdout, "the last line needs no line end"


def test_the_example_in_the_readme_is_what_the_command_prints(run):
    readme = (ROOT / "README.md").read_text("utf-8")
    command = f'small-steps ask "{QUESTION}"'
    assert f"<!-- example: {command} -->" in readme
    shown = readme.split(f"<!-- example: {command} -->")[1].split("```")[1].strip()

    assert run("ask", QUESTION, COLUMNS="92").stdout.strip() == shown
