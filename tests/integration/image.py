"""The steps of deploy/Containerfile, run one by one in a scratch root, and what is then in it: without an engine.

Run by `test_image.py` as the root of fresh namespaces, so that nothing is mounted and nothing listens elsewhere::

    unshare --mount --net --pid --fork --kill-child python -m tests.integration.image FOLDER

Each stage is a root of its own. Its base, which is an image with Python in a registry, is this machine's own system and
Python, read-only. What the steps download is linked from this Python's packages, which are those of the lock, unless
IMAGE_DOWNLOADS is set and the namespace has a network (leave out --net, and nothing but the steps is run).
"""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from tests.integration.sealed import raise_loopback

ROOT = Path(__file__).parents[2]
CONTAINERFILE = ROOT / "deploy" / "Containerfile"
LINKED = "/packages"  # where this Python's packages stand in a root
PATIENCE = 120.0  # seconds for the server
DOWNLOADS = bool(os.environ.get("IMAGE_DOWNLOADS"))
_IGNORED = {"VOLUME", "EXPOSE", "STOPSIGNAL"}  # they change nothing in a root


@dataclass
class Stage:
    """A root that is being made, and what the next step meets in it."""

    root: Path
    env: dict[str, str] = field(default_factory=dict)
    args: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    user: str = "0:0"
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    healthcheck: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def start(self, command: list[str], *, read_only: bool = False, **options: Any) -> "subprocess.Popen[str]":
        """Start a command in the root as its user, in its folder, with its environment and no other."""
        user, group = self.user.split(":")
        inside = ["setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups", "--no-new-privs", *command]
        script = 'cd "$1" && shift && exec "$@"'
        entered = ["chroot", str(self.root), "/bin/sh", "-c", script, "sh", self.folder, *inside]
        env = {"PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"} | self.env
        if DOWNLOADS:
            env |= {name: value for name, value in os.environ.items() if name.startswith("PIP_") or "proxy" in name}
        if read_only:
            env["HOME"] = "/var/lib/small-steps"  # as an engine takes it from the root's passwd
        return subprocess.Popen(
            entered, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options
        )

    def run(self, command: list[str], *, read_only: bool = False, within: float = 900.0) -> "tuple[int, str]":
        process = self.start(command, read_only=read_only)
        said, _ = process.communicate(timeout=within)
        return process.returncode, said


def read_steps() -> list[tuple[str, str]]:
    """Return each instruction with what follows it, comments left out and lines joined."""
    lines = [line for line in CONTAINERFILE.read_text("utf-8").splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in joined.splitlines() if line.strip())]


def build(folder: Path) -> Stage:
    """Run every step; return the last stage."""
    stages: dict[str, Stage] = {}
    given: dict[str, str] = {}  # arguments before the first stage
    stage: Stage | None = None
    for name, rest in read_steps():
        if name == "FROM":
            image, _, alias = rest.partition(" AS ")
            assert image == "${PYTHON}"
            assert "PYTHON" in given
            alias = alias or "last"
            stage = stages[alias] = Stage(folder / alias)
            make_base(stage)
        elif stage is None:
            assert name == "ARG", name
            key, _, value = rest.partition("=")
            given[key] = value
        else:
            take(stage, name, rest, stages)
            stage.done.append(name)
    assert stage is not None
    return stage


def take(stage: Stage, name: str, rest: str, stages: dict[str, Stage]) -> None:
    """Run one step of a stage."""
    match name:
        case "WORKDIR":
            stage.folder = rest
            (stage.root / rest.lstrip("/")).mkdir(parents=True, exist_ok=True)
        case "ARG":
            key, _, value = rest.partition("=")
            stage.args[key] = value
        case "ENV":
            for part in shlex.split(rest):
                key, _, value = part.partition("=")
                known = {"PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"} | stage.env
                stage.env[key] = re.sub(r"\$\{?(\w+)\}?", lambda found, known=known: known[found[1]], value)
        case "COPY":
            copy(stage, rest, stages)
        case "RUN":
            run_step(stage, rest)
        case "USER":
            stage.user = rest
        case "ENTRYPOINT":
            stage.entrypoint = json.loads(rest)
        case "CMD":
            stage.command = json.loads(rest)
        case "HEALTHCHECK":
            stage.healthcheck = json.loads(rest.partition("CMD ")[2])
        case _:
            assert name in _IGNORED, f"a step that is not run here: {name}"


def run_step(stage: Stage, command: str) -> None:
    """Run a step by the shell, as an engine does; what it would download is linked instead."""
    if not DOWNLOADS and "--require-hashes" in command:
        link_packages(stage, command)
        return
    before = "".join(f"{name}={shlex.quote(value)} " for name, value in stage.args.items())
    ended, said = stage.run(["/bin/sh", "-c", f"{before and f'export {before}; '}{command}"])
    assert ended == 0, f"{command}\n{said}"


def link_packages(stage: Stage, command: str) -> None:
    """Let the environment of a root see this Python's packages, in place of those that pip would download."""
    for lock in re.findall(r"-r ([\w.]+)", command):
        assert (stage.root / stage.folder.lstrip("/") / lock).is_file(), f"{lock} is not there to install from"
    [packages] = (stage.root / "opt" / "small-steps" / "lib").glob("python3.*/site-packages")
    (packages / "linked.pth").write_text(f"{LINKED}\n")
    if "build.lock" in command:  # copied, for a later step takes it away again
        stage.run(["python", "-m", "pip", "uninstall", "--yes", "setuptools"])
        for part in find_packages().glob("setuptools*"):
            shutil.copytree(part, packages / part.name, ignore=shutil.ignore_patterns("__pycache__"))


def find_packages() -> Path:
    """Return the folder in which this Python's packages stand."""
    return Path(next(path for path in sys.path if path.endswith("site-packages")))


def copy(stage: Stage, rest: str, stages: dict[str, Stage]) -> None:
    """Copy from another stage, or from the checkout what .dockerignore lets through."""
    *sources, to = rest.split()
    from_stage = sources.pop(0).removeprefix("--from=") if sources[0].startswith("--from=") else None
    target = stage.root / (to.lstrip("/") if to.startswith("/") else f"{stage.folder.lstrip('/')}/{to}")
    for source in sources:
        if from_stage:
            shutil.copytree(stages[from_stage].root / source.lstrip("/"), target, symlinks=True)
        elif (ROOT / source).is_dir():
            assert is_let_through(source)
            shutil.copytree(ROOT / source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            assert is_let_through(source), f".dockerignore leaves out {source}"
            shutil.copy(ROOT / source, target)


def is_let_through(source: str) -> bool:
    rules = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    return any(rule.startswith("!") and fnmatch(source, rule[1:]) for rule in rules)


def make_base(stage: Stage) -> None:
    """Make a root with this machine's system and Python, read-only, and with folders of its own to write to."""
    root = stage.root
    for name in ("etc", "opt", "var/lib", "tmp", "proc", "dev", "root", "usr"):
        (root / name).mkdir(parents=True)
    (root / "tmp").chmod(0o1777)
    for name in ("bin", "sbin", "lib", "lib64"):
        if Path("/", name).is_symlink():
            (root / name).symlink_to(Path("/", name).readlink())
        elif Path("/", name).is_dir():
            bind(Path("/", name), root / name)
    for name in ("passwd", "group", "shadow", "gshadow", "login.defs", "ld.so.cache", "nsswitch.conf", "ssl", "hosts"):
        there = Path("/etc", name)
        if there.is_dir():
            bind(there, root / "etc" / name)
        elif there.is_file():
            shutil.copy(there, root / "etc" / name)
    for name in ("resolv.conf", "pip.conf") if DOWNLOADS else ():
        if Path("/etc", name).is_file():
            shutil.copy(Path("/etc", name).resolve(), root / "etc" / name)
    bind(Path("/usr"), root / "usr")
    bind(Path("/dev"), root / "dev", read_only=False)
    subprocess.run(["mount", "-t", "proc", "proc", str(root / "proc")], check=True)
    python, own = Path(sys.executable).resolve(), root / "python-bin"
    if not python.is_relative_to("/usr"):
        bind(Path(sys.base_prefix), root / sys.base_prefix.lstrip("/"))
    own.mkdir()
    (own / "python").write_text(f'#!/bin/sh\nexec {python} "$@"\n')  # by a link it would take another system's library
    (own / "python").chmod(0o755)
    bind(own, root / "usr" / "local" / "bin")
    bind(find_packages(), root / LINKED.lstrip("/"))
    (root / "root").chmod(0o755)


def bind(source: Path, target: Path, *, read_only: bool = True) -> None:
    target.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "--bind", str(source), str(target)], check=True)
    if read_only:
        subprocess.run(["mount", "-o", "remount,bind,ro", str(target)], check=True)


def serve(stage: Stage) -> dict[str, Any]:
    """Serve as the image does; return what its own health check says, and with what it ends."""
    server = stage.start([*stage.entrypoint, *stage.command], read_only=True)
    until, healthy = time.monotonic() + PATIENCE, 1
    while healthy and time.monotonic() < until and server.poll() is None:
        healthy, _ = stage.run(stage.healthcheck, read_only=True)
        time.sleep(0.2)
    server.send_signal(signal.SIGTERM)
    said, _ = server.communicate(timeout=60)
    return {"healthy": healthy == 0, "exit": server.returncode, "said": said}


def main(folder: Path) -> None:
    """Build, run what the image is for, and print what came of it."""
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)
    stage = build(folder)
    done: dict[str, Any] = {"steps": stage.done, "user": stage.user}
    own = stage.root / "var" / "lib" / "small-steps"
    done["state"] = [own.stat().st_uid, own.stat().st_gid, oct(own.stat().st_mode & 0o7777)]
    done["pip check"] = stage.run(["python", "-m", "pip", "check"])
    done["imported"] = stage.run(
        ["python", "-c", "import bot, intents, knowledge as k; print(bot.__file__, k.__file__)"]
    )
    if not DOWNLOADS:
        raise_loopback()
        done["serve"] = serve(stage)
    entry = stage.entrypoint
    for name, command in {
        "ask": ["ask", "--json", "our consultants cross their arms in every meeting"],
        "check": ["knowledge", "check"],
        "report": ["knowledge", "report", "--html", "report.html"],
        "insights": ["insights", "--html", "insights.html"],
        "write elsewhere": ["evidence", "/opt/evidence"],
    }.items():
        done[name] = stage.run([*entry, *command], read_only=True)
    done["written"] = sorted(path.name for path in own.rglob("*.html"))
    json.dump(done, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
