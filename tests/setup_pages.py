"""The pages that say how the bot is set up, and what they show of its output."""

import os
import re
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"
LISTENING = "Listening on "


def read_shown(page: str, first: str) -> list[str]:
    """Return the lines of the block of output in a page that begins with some words."""
    blocks = re.findall(r"^```text\n(.*?)^```", (DOCS / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    [found] = [block.splitlines() for block in blocks if block.startswith(first)]
    return found


def start_server(folder: Path, **settings: str) -> list[str]:
    """Return what `small-steps serve` prints until it listens, with no settings but these, on any free port."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith("SMALL_STEPS_")}
    given = {f"SMALL_STEPS_{name.upper()}": value for name, value in settings.items()}
    own = {"SMALL_STEPS_DATABASE_URL": f"sqlite:///{folder / 'bot.sqlite'}", "PYTHONPATH": str(DOCS.parent)}
    command = [sys.executable, "-m", "bot", "serve", "--port", "0"]
    serving = subprocess.Popen(
        command, cwd=folder, env={**rest, **own, **given}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        lines = []
        for line in serving.stdout or ():
            lines.append(line.rstrip())
            if line.startswith(LISTENING):
                break
        return lines
    finally:
        serving.kill()
        serving.wait()


def check_serve(page: str, folder: Path, **settings: str) -> None:
    """Hold what a page shows of the start of the server to what it prints; only the port is another."""
    shown, printed = read_shown(page, "Slack  "), start_server(folder, **settings)
    assert printed[:-1] == shown[:-1]
    assert printed[-1].startswith(LISTENING)
    assert shown[-1].startswith(LISTENING)
