"""What is deployed, checked without a container engine: linted, held to schemas, and to what we promise about it."""

import configparser
import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

from bot.delivery import service
from bot.platforms.slack import component as slack
from bot.platforms.slack.listeners import background_tasks
from bot.platforms.teams import service as teams
from bot.platforms.teams.transport import turn_queue
from bot.settings import PREFIX, Settings
from bot.web import server

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
CONTAINERFILE = (DEPLOY / "Containerfile").read_text("utf-8")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
MANIFESTS = sorted(path for path in (DEPLOY / "kubernetes").glob("*.yaml") if path.stem != "kustomization")
BIN = Path(sys.executable).parent
DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")


def manifest(name: str) -> dict:
    return yaml.safe_load((DEPLOY / "kubernetes" / f"{name}.yaml").read_text("utf-8"))


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_container_is_linted():
    run(str(BIN / "hadolint"), str(DEPLOY / "Containerfile"))


def test_the_container_starts_from_a_digest_and_every_dependency_has_its_hash():
    assert DIGEST.search(re.search(r"^ARG PYTHON=(\S+)$", CONTAINERFILE, re.MULTILINE)[1])
    assert set(re.findall(r"^FROM (\S+)", CONTAINERFILE, re.MULTILINE)) == {"${PYTHON}"}
    installs = re.findall(r"pip install [^&\n]*", CONTAINERFILE)
    assert all("--require-hashes" in one or "--no-deps --no-index" in one for one in installs)


def test_the_container_is_not_root_and_has_a_health_check():
    assert "USER 10001:10001" in CONTAINERFILE.rpartition("FROM ")[2]
    assert "HEALTHCHECK" in CONTAINERFILE
    assert "/healthz" in CONTAINERFILE


@pytest.mark.parametrize("lock", ["requirements.lock", "build.lock", "editors.lock"])
def test_every_line_of_a_lock_is_pinned_by_hash(lock):
    requirements = re.split(r"\n(?=\S)", (DEPLOY / lock).read_text("utf-8"))
    pinned = [one for one in requirements if not one.startswith("#")]
    assert pinned
    assert all("==" in one and "--hash=sha256:" in one for one in pinned)


def locked(path: Path) -> dict[str, tuple[str, ...]]:
    """Each package of a lock with its versions and their hashes."""
    found: dict[str, tuple[str, ...]] = {}
    for block in re.split(r"\n(?=\w)", path.read_text("utf-8")):
        if pin := re.match(r"([\w.-]+)==(\S+)", block):
            found[pin[1]] = (*found.get(pin[1], ()), pin[2], *re.findall(r"sha256:[0-9a-f]{64}", block))
    return found


def test_the_container_runs_what_the_tests_ran():
    tested = locked(ROOT / "requirements.lock")
    deployed = locked(DEPLOY / "requirements.lock")
    assert {name for name in deployed if deployed[name] != tested.get(name)} == set(), "run `make lock`"
    assert "pytest" not in deployed
    editors = locked(DEPLOY / "editors.lock")
    assert {name for name in editors if editors[name] != tested.get(name)} == set(), "run `make lock`"


def test_the_container_has_all_that_the_bot_depends_on():
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    # A lock writes names in their normal form: ruamel.yaml is ruamel-yaml there.
    needed = {re.match(r"[\w.-]+", one)[0].lower().replace(".", "-") for one in wanted["project"]["dependencies"]}
    tools = {re.match(r"[\w.-]+", one)[0].lower() for one in wanted["dependency-groups"]["editors"]}
    building = {re.match(r"[\w.-]+", one)[0].lower() for one in wanted["build-system"]["requires"]}
    assert needed - set(locked(DEPLOY / "requirements.lock")) == set(), "run `make lock`"
    assert tools - set(locked(DEPLOY / "editors.lock")) == set(), "run `make lock`"
    assert building - set(locked(DEPLOY / "build.lock")) == set(), "run `make lock`"


def test_every_lock_is_written_by_make_lock():
    recipe = re.search(r"^lock:.*?(?=^\w)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE | re.DOTALL)[0]
    for lock in ("requirements.lock", "deploy/requirements.lock", "deploy/build.lock", "deploy/editors.lock"):
        assert f"--output-file {lock}" in recipe


def test_compose_meets_its_schema():
    run(str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec", str(DEPLOY / "compose.yaml"))


def test_compose_keeps_the_bot_read_only_and_the_database_inside():
    bot, database = COMPOSE["services"]["bot"], COMPOSE["services"]["database"]
    assert bot["read_only"] is True
    assert bot["cap_drop"] == ["ALL"]
    assert DIGEST.search(database["image"])
    assert database["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert "ports" not in database


def test_compose_takes_its_secrets_from_the_file_that_podman_run_takes_and_git_leaves_out():
    [given] = COMPOSE["services"]["bot"]["env_file"]
    assert given["required"] is True
    assert (DEPLOY / given["path"]).resolve() == ROOT / "small-steps.env"
    assert "--env-file small-steps.env" in (ROOT / "docs" / "deploy.md").read_text("utf-8")
    assert "*.env" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


def test_every_secret_that_compose_puts_in_stands_in_the_one_file():
    """Each command in the docs hands the file to compose itself, which fills in the passwords from it."""
    named = set(re.findall(r"\$\{(\w+)", (DEPLOY / "compose.yaml").read_text("utf-8")))
    docs = (ROOT / "docs" / "deploy.md").read_text("utf-8")
    assert named == {"POSTGRES_PASSWORD", "SMALL_STEPS_PUBLIC_URL"}
    assert all(f"\n{name}=" in docs for name in named)
    commands = re.findall(r"^podman compose .*$", docs, re.MULTILINE)
    assert commands
    assert all("--env-file small-steps.env" in command for command in commands)


def test_the_proxy_lets_through_the_paths_that_the_platforms_call_and_no_others():
    proxy = COMPOSE["services"]["proxy"]
    caddyfile = (DEPLOY / "Caddyfile").read_text("utf-8")
    docs = (ROOT / "docs" / "deploy.md").read_text("utf-8")
    [paths] = re.findall(r"@platforms path (.+)", caddyfile)
    assert paths == re.search(r"@platforms path (.+)", docs)[1]
    assert set(paths.split()) == set(
        re.findall(r"`(/[\w/]+)`", docs.partition("| Platform | Paths |")[2].partition("Keep")[0])
    )
    assert "respond 404" in caddyfile
    assert DIGEST.search(proxy["image"])
    assert proxy["profiles"] == ["https"]
    assert proxy["cap_drop"] == ["ALL"]


def test_the_back_up_is_dumped_by_the_servers_own_version_and_cannot_be_half_a_file():
    backup, database = COMPOSE["services"]["backup"], COMPOSE["services"]["database"]
    [script] = backup["command"]
    assert backup["image"] == database["image"]
    assert backup["networks"] == ["inside"]
    assert script.index("pg_dump") < script.index("mv /backups/.unfinished")
    run("sh", "-n", "-c", script.replace("$$", "$"))


SERVICE = DEPLOY / "systemd" / "small-steps.service"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_understands_the_unit_and_finds_little_exposed(tmp_path):
    unit = tmp_path / SERVICE.name
    unit.write_text(SERVICE.read_text("utf-8").replace("/opt/small-steps/bin/small-steps", "/bin/true"), "utf-8")
    run("systemd-analyze", "verify", "--man=no", str(unit))
    run("systemd-analyze", "security", "--offline=true", "--threshold=20", str(unit))  # of 100; a bare unit has 96


def test_the_unit_leaves_the_time_for_a_clean_stop_and_does_not_try_a_wrong_setting_again():
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str
    unit.read(SERVICE)
    assert unit["Service"]["TimeoutStopSec"] == "60"
    assert unit["Service"]["RestartPreventExitStatus"] == "2"  # what `serve` ends with for a mistake in the settings
    assert unit["Service"]["DynamicUser"] == "yes"


@pytest.mark.slow
def test_the_wheel_holds_all_that_runs_and_needs_no_checkout(tmp_path):
    """The program, its model and its lessons come out of the one file."""
    source = tmp_path / "source"
    source.mkdir()
    for name in ("bot", "intents", "knowledge"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        shutil.copy(ROOT / name, source)
    build = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
    done = subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)],
        cwd=source,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    [wheel] = tmp_path.glob("*.whl")
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(installed)
    shutil.rmtree(source)

    asking = (
        f"import sys; sys.path.insert(0, {str(installed)!r})\n"
        "import bot.__main__, intents, knowledge\n"
        "print([package.__file__ for package in (bot, intents, knowledge)], file=sys.stderr)\n"
        "bot.__main__.main()"
    )
    asked = subprocess.run(
        [sys.executable, "-I", "-c", asking, "ask", "--json", "our consultants cross their arms in every meeting"],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert json.loads(asked.stdout)["kind"] == "lesson"
    assert asked.stderr.count(str(installed)) == 3


def test_docker_and_podman_leave_out_of_the_build_what_is_not_copied():
    """Podman reads .dockerignore where there is no .containerignore; docker reads no other name."""
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINERFILE, re.MULTILINE)
    assert kept == {name for line in copied for name in line.split()}
    assert not (ROOT / ".containerignore").exists()


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_every_manifest_meets_the_schema_of_kubernetes(path):
    import kubernetes_validate

    kubernetes_validate.validate(yaml.safe_load(path.read_text("utf-8")), "1.30", strict=True)


def test_every_manifest_is_applied():
    listed = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text("utf-8"))["resources"]
    assert sorted(listed) == [path.name for path in MANIFESTS]


def test_several_replicas_run_without_rights_and_with_probes():
    spec = manifest("deployment")["spec"]
    pod = spec["template"]["spec"]
    container = pod["containers"][0]
    assert spec["replicas"] >= 2
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["capabilities"]["drop"] == ["ALL"]
    assert {"startupProbe", "livenessProbe", "readinessProbe"} <= set(container)
    assert manifest("poddisruptionbudget")["spec"]["maxUnavailable"] < spec["replicas"]


def test_a_clean_stop_fits_in_the_time_that_is_given_for_it():
    """Responses, answers and posts end one after the other; ten seconds are for the engine and the database.

    The server waits twice for a response that hangs; the answers of Slack and of Teams end side by side.
    """
    on_slack = slack._FINISH_WITHIN + background_tasks.LAST_WORDS + background_tasks.CANCELLED
    on_teams = teams._FINISH_WITHIN + turn_queue._LAST_WORDS + turn_queue._CANCELLED
    takes = 2 * server._GRACE + max(on_slack, on_teams) + service._GRACE + 10
    pod = manifest("deployment")["spec"]["template"]["spec"]
    waits = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert waits > 0
    assert pod["terminationGracePeriodSeconds"] >= waits + takes
    assert COMPOSE["services"]["bot"]["stop_grace_period"] == "60s"
    assert takes <= 60
    assert "give it 60 seconds" in " ".join((ROOT / "docs" / "deploy.md").read_text("utf-8").split())


def test_one_label_holds_the_manifests_together():
    label = {"app.kubernetes.io/name": "small-steps"}
    deployment = manifest("deployment")["spec"]
    assert deployment["selector"]["matchLabels"] == deployment["template"]["metadata"]["labels"] == label
    assert manifest("service")["spec"]["selector"] == label
    assert manifest("poddisruptionbudget")["spec"]["selector"]["matchLabels"] == label
    assert manifest("networkpolicy")["spec"]["podSelector"]["matchLabels"] == label


def test_secrets_come_by_reference_only():
    sources = manifest("deployment")["spec"]["template"]["spec"]["containers"][0]["envFrom"]
    assert {"secretRef": {"name": "small-steps"}} in sources
    assert not any(yaml.safe_load(path.read_text("utf-8"))["kind"] == "Secret" for path in MANIFESTS)


def test_no_pod_starts_without_the_database_that_all_of_them_share():
    """Without the URL each would keep tips in an SQLite of its own, and every probe would be green."""
    [given] = manifest("deployment")["spec"]["template"]["spec"]["containers"][0]["env"]
    assert given["name"] == "SMALL_STEPS_DATABASE_URL"
    wanted = given["valueFrom"]["secretKeyRef"]
    assert wanted["key"] == "SMALL_STEPS_DATABASE_URL"
    assert not wanted.get("optional")


def test_podman_takes_what_compose_says():
    """It knows no owner of a tmpfs, and drops an image's health check unless the image is built as docker builds it."""
    bot = COMPOSE["services"]["bot"]
    options = {option.partition("=")[0] for one in bot["tmpfs"] for option in one.partition(":")[2].split(",")}
    assert options <= {"size", "mode"}
    assert "/healthz" in bot["healthcheck"]["test"][-1]
    for text in (CONTAINERFILE, (ROOT / "docs" / "deploy.md").read_text("utf-8")):
        builds = re.findall(r"podman build .*", text)
        assert builds
        assert all("--format docker" in one for one in builds)


def test_every_setting_that_is_deployed_exists():
    known = {PREFIX + name.upper() for name in Settings.model_fields} | {"SMALL_STEPS_HOST", "SMALL_STEPS_PORT"}
    named = set(re.findall(rf"{PREFIX}[A-Z_]+", CONTAINERFILE))
    named |= set(manifest("configmap")["data"]) | set(COMPOSE["services"]["bot"]["environment"])
    assert named <= known


@pytest.mark.parametrize(
    "question", ['the board says "no" to $HOME', "it's `late` \\ again; why?", "5% & rising #1 $$ $(x)"]
)
def test_make_ask_hands_the_question_on_as_it_was_typed(question):
    made = ["make", "--silent", "--old-file=.venv/.ready", "ask", "BOT=printf '%s\\n'", f"Q={question}"]
    done = subprocess.run(made, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == f"ask\n{question}\n"
