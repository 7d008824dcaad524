"""What is deployed, checked without a container engine: linted, held to schemas, and to what we promise about it."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from bot.delivery import service
from bot.platforms.slack import component as slack
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


@pytest.mark.parametrize("lock", ["requirements.lock", "build.lock"])
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


def test_the_container_has_all_that_the_bot_depends_on():
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    needed = {re.match(r"[\w.-]+", one)[0].lower() for one in wanted["project"]["dependencies"]}
    building = {re.match(r"[\w.-]+", one)[0].lower() for one in wanted["build-system"]["requires"]}
    assert needed - set(locked(DEPLOY / "requirements.lock")) == set(), "run `make lock`"
    assert building - set(locked(DEPLOY / "build.lock")) == set(), "run `make lock`"


def test_every_lock_is_written_by_make_lock():
    recipe = re.search(r"^lock:.*?(?=^\w)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE | re.DOTALL)[0]
    for lock in ("requirements.lock", "deploy/requirements.lock", "deploy/build.lock"):
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
    """Answers, posts and Slack's answers end one after the other; ten seconds are for the engine and the database."""
    takes = server._GRACE + service._GRACE + slack._FINISH_WITHIN + 10
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
