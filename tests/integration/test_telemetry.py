"""No library of ours reports to anybody, and none keeps a processor busy with waiting."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 180  # seconds for one process
OFF = ("1", "1")  # ORT_DISABLE_TELEMETRY and OPENBLAS_NUM_THREADS
# Imported by every Python that is started with this folder on its path, also by those that it starts in turn.
WATCH = """
import os, sys

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name in ("numpy", "onnxruntime"):
            seen = [os.environ.get(switch) for switch in ("ORT_DISABLE_TELEMETRY", "OPENBLAS_NUM_THREADS")]
            with open(os.environ["WATCHED"], "a") as log:
                print(os.getpid(), name, *seen, file=log)

sys.meta_path.insert(0, Watch())
"""


def environment(folder: Path, **others: str) -> dict[str, str]:
    """What a process sees of whom nothing is known: an empty home, none of our switches, and the watch above."""
    (folder / "home").mkdir()
    (folder / "sitecustomize.py").write_text(WATCH)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder / "home"),
        "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}",
        "WATCHED": str(folder / "watched"),
        **others,
    }


def imports_seen(folder: Path) -> dict[tuple[str, str], tuple[str, ...]]:
    """By process and library, which values the switches had just before its import."""
    seen = (line.split() for line in (folder / "watched").read_text().splitlines())
    return {(process, library): tuple(switches) for process, library, *switches in seen}


@pytest.fixture(scope="module", autouse=True)
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, "subprocess.Popen[str] | None"]]:
    """A server in namespaces of its own, started first: it runs for a quarter of a minute, beside the other tests."""
    folder = tmp_path_factory.mktemp("sealed")
    ways = (["unshare", "--net", "--mount"], ["unshare", "--user", "--map-root-user", "--net", "--mount"])
    way = next((way for way in ways if _works([*way, "true"])), None)
    if way is None:
        yield folder, None
        return
    command = [*way, sys.executable, "-m", "tests.integration.sealed", str(folder)]
    with subprocess.Popen(
        command, cwd=folder, env=environment(folder), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        yield folder, process
        process.kill()


def _works(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(
    ("arguments", "libraries"),
    [
        pytest.param(["-m", "bot", "ask", "nobody listens"], {"numpy", "onnxruntime"}, id="command line"),
        pytest.param(
            ["-c", "from intents import Classifier; Classifier.load()"], {"numpy", "onnxruntime"}, id="library"
        ),
        pytest.param(["-c", "import bot.message; import sklearn"], {"numpy"}, id="the editors' check"),
        pytest.param(["-m", "benchmarks.intents", "--help"], {"numpy"}, id="benchmarks"),
    ],
)
def test_whatever_is_started_the_switches_are_set_before_the_libraries_are_imported(
    tmp_path: Path, arguments: list[str], libraries: set[str]
):
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )

    assert done.returncode == 0, done.stderr
    seen = imports_seen(tmp_path)
    assert {library for _, library in seen} == libraries
    assert set(seen.values()) == {OFF}


def test_tests_and_the_processes_of_training_have_the_switches_too(tmp_path: Path):
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "tests/unit/intents/test_training.py",
            "-k",
            "side_by_side",
        ],
        cwd=ROOT,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    seen = imports_seen(tmp_path)
    trained = {process for process, library in seen if library == "onnxruntime"}
    assert len(trained) > 1, "pytest itself and at least one process that it started to train"
    assert set(seen.values()) == {OFF}


def test_an_operator_may_have_more_threads_but_no_telemetry(tmp_path: Path):
    code = "from intents import Classifier; Classifier.load()"
    asked_for = environment(tmp_path, ORT_DISABLE_TELEMETRY="0", OPENBLAS_NUM_THREADS="2")
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=asked_for, check=True, timeout=PATIENCE)

    assert set(imports_seen(tmp_path).values()) == {("1", "2")}


def test_a_server_leaves_nothing_of_microsofts_and_looks_up_no_host(
    sealed: tuple[Path, "subprocess.Popen[str] | None"],
):
    folder, process = sealed
    if process is None:
        pytest.skip("needs Linux namespaces (`unshare --net --mount`), which this machine does not allow this user")
    printed, complaints = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, complaints
    told = json.loads(printed)

    assert (told["exit"], told["kind"]) == (0, "lesson"), complaints
    assert set(imports_seen(folder).values()) == {OFF}
    assert [str(path) for path in folder.rglob("*") if "Microsoft" in path.parts] == []
    assert told["looked_up"] == []
