"""The app package is what Microsoft's schema and an administrator expect."""

import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from jsonschema import Draft4Validator
from PIL import Image
from typer.testing import CliRunner

from bot.cli import manifest as manifest_command
from bot.conversation.responses import retention_notice
from bot.conversation.starters import STARTERS
from bot.diagnostics import OperatorError
from bot.platforms.teams.package import about_page
from bot.platforms.teams.package import manifest as package
from tests.contract.teams.schema import SCHEMAS

ROOT = Path(__file__).parents[3]
APP_ID = "11111111-2222-3333-4444-555555555555"
URL = "https://steps.example.nhs.uk"


@pytest.fixture
def manifest():
    return package.build_manifest(APP_ID, URL, "0.1.0")


@pytest.fixture
def archive(manifest):
    return zipfile.ZipFile(io.BytesIO(package.build_package(manifest)))


def test_the_manifest_is_valid_by_microsofts_schema(manifest):
    schema = json.loads((SCHEMAS / f"teams-manifest-{package.VERSION}.json").read_text("utf-8"))

    assert [error.message for error in Draft4Validator(schema).iter_errors(manifest)] == []
    assert manifest["manifestVersion"] == package.VERSION


def test_a_package_without_private_answers_is_valid_by_its_own_schema_and_has_no_private_questions():
    manifest = package.build_manifest(APP_ID, URL, "0.1.0", private_answers=False)
    schema = json.loads((SCHEMAS / f"teams-manifest-{manifest['manifestVersion']}.json").read_text("utf-8"))

    assert [error.message for error in Draft4Validator(schema).iter_errors(manifest)] == []
    assert "slash" not in json.dumps(manifest)
    assert "supportsTargetedMessages" not in manifest["bots"][0]


def test_it_may_be_added_to_shared_and_private_channels(manifest):
    """Teams refuses a package of 1.25 or later with the scope “team” that does not say so; the schema does not."""
    assert manifest["supportsChannelFeatures"] == "tier1"


def test_commands_that_nobody_else_sees_stand_where_others_read_along(manifest):
    bot = manifest["bots"][0]
    triggers = {scope: one.get("triggers", ["mention"]) for one in bot["commandLists"] for scope in one["scopes"]}

    assert bot["supportsTargetedMessages"] is True
    assert triggers == {"team": ["mention", "slash"], "groupChat": ["mention", "slash"], "personal": ["mention"]}


def test_a_personal_chat_begins_with_a_few_questions(manifest):
    (personal,) = (one for one in manifest["bots"][0]["commandLists"] if one["scopes"] == ["personal"])
    prompts = [one for one in personal["commands"] if one.get("type") == "prompt"]

    assert len(prompts) >= 3
    assert len(personal["commands"]) <= 10
    assert [(one["title"], one["prompt"]) for one in prompts] == [(one.title, one.prompt) for one in STARTERS]


def test_the_package_holds_the_manifest_and_its_icons_and_nothing_else(archive, manifest):
    assert sorted(archive.namelist()) == ["color.png", "manifest.json", "outline.png"]
    assert json.loads(archive.read("manifest.json")) == manifest
    assert archive.testzip() is None


def test_the_icons_are_what_teams_asks_for(archive):
    colour = Image.open(io.BytesIO(archive.read("color.png")))
    outline = Image.open(io.BytesIO(archive.read("outline.png")))

    assert (colour.size, outline.size) == ((192, 192), (32, 32))
    assert colour.getchannel("A").getextrema() == (255, 255), "the colour icon fills its square"
    assert outline.getchannel("A").getextrema() == (0, 255), "the outline icon has a transparent ground"
    assert [outline.getchannel(name).getextrema() for name in "RGB"] == [(255, 255)] * 3, "and is white alone"


def test_the_same_input_gives_the_same_package(manifest):
    assert package.build_package(manifest) == package.build_package(manifest)


def test_the_bot_is_at_home_in_every_scope_with_few_commands(manifest):
    bot = manifest["bots"][0]

    assert bot["scopes"] == ["personal", "team", "groupChat"]
    assert [command["title"] for command in bot["commandLists"][0]["commands"]] == [
        "ask",
        "themes",
        "tip",
        "daily",
        "why",
        "help",
    ]
    assert len(bot["commandLists"][0]["commands"]) <= 10


def test_no_permission_is_asked_for_without_a_reason(manifest):
    readme = (ROOT / "deploy" / "teams" / "README.md").read_text("utf-8")

    assert manifest["permissions"] == list(package.PERMISSIONS)
    assert "authorization" not in manifest, "no resource-specific permission: only what mentions it is read"
    for name, reason in package.PERMISSIONS.items():
        assert f"`{name}`" in readme
        assert reason in readme


def test_the_kept_sources_are_what_the_program_makes():
    kept = ROOT / "deploy" / "teams"
    example = package.build_manifest("00000000-0000-0000-0000-000000000000", URL, "0.1.0")

    assert json.loads((kept / "manifest.json").read_text("utf-8")) == example
    built = zipfile.ZipFile(io.BytesIO(package.build_package(example)))
    for name in ("color.png", "outline.png"):
        assert Image.open(kept / name).tobytes() == Image.open(io.BytesIO(built.read(name))).tobytes()


@pytest.mark.parametrize("app_id", ["", "x", "11111111222233334444555555555555", f"{APP_ID} "])
def test_what_is_no_app_id_is_refused_in_one_sentence(app_id):
    with pytest.raises(OperatorError, match="is no app id"):
        package.build_manifest(app_id, URL, "0.1.0")


@pytest.mark.parametrize(
    "url", ["", "http://steps.example", "steps.example", "https://", "https://x/?a=b", "https://[x"]
)
def test_what_teams_cannot_reach_is_refused_in_one_sentence(url):
    with pytest.raises(OperatorError, match="no address that Teams can reach"):
        package.build_manifest(APP_ID, url, "0.1.0")


@pytest.mark.parametrize("version", ["", "1.0", "1.0.0.1", "01.0.0", "v1.0.0", "1.0.0-beta", "1.0.1٣", "1.0.0\n"])
def test_what_is_no_version_that_a_tenant_can_compare_is_refused_in_one_sentence(version):
    with pytest.raises(OperatorError, match="--version"):
        package.build_manifest(APP_ID, URL, version)


def test_what_it_says_of_what_is_kept_is_true_whatever_the_operator_has_set(manifest):
    assert "unless your organisation has chosen to keep questions" in manifest["description"]["full"]


def test_the_links_lead_to_a_page_that_has_their_anchors(manifest):
    page = about_page.render_about_page(retention_notice())

    for name in ("privacy", "terms"):
        assert manifest["developer"][f"{name}Url" if name == "privacy" else "termsOfUseUrl"].endswith(f"#{name}")
        assert f'<h2 id="{name}">' in page
    assert manifest["developer"]["websiteUrl"] == f"{URL}{about_page.PATH}"


def run(*arguments):
    import typer

    cli = typer.Typer()
    cli.command()(manifest_command.teams)
    return CliRunner().invoke(cli, [str(argument) for argument in arguments])


def test_the_command_writes_the_package(tmp_path):
    out = tmp_path / "app.zip"

    result = run("--app-id", APP_ID, "--url", f"{URL}/", "--out", out, "--developer", "A Trust", "--version", "1.20.3")

    assert result.exit_code == 0
    assert str(out) in result.output
    written = json.loads(zipfile.ZipFile(out).read("manifest.json"))
    assert written["developer"]["name"] == "A Trust"
    assert written["version"] == "1.20.3"
    assert "//teams" not in written["developer"]["websiteUrl"].removeprefix("https://")


def test_a_file_that_cannot_be_written_gets_one_sentence(tmp_path):
    result = run("--app-id", APP_ID, "--url", URL, "--out", tmp_path / "nowhere" / "app.zip")

    assert isinstance(result.exception, OperatorError)


# What Azure's own schema says of Microsoft.BotService 2022-09-15 (Azure/azure-resource-manager-schemas): the
# names that a resource may have, and the values of those that are enumerated. Bicep itself cannot run offline.
BOT = {"displayName", "description", "endpoint", "msaAppId", "msaAppTenantId", "msaAppType", "msaAppMSIResourceId",
       "disableLocalAuth", "isStreamingSupported", "schemaTransformationVersion"}  # fmt: skip
BOT_NEEDS = {"displayName", "endpoint", "msaAppId"}
TEAMS = {"acceptedTerms", "callingWebhook", "deploymentEnvironment", "enableCalling", "incomingCallRoute", "isEnabled"}


def resource(bicep, name):
    """Read the names that a resource of a Bicep file sets, each with its path and value."""
    body = bicep.split(f"resource {name} ", 1)[1].split("\n}", 1)[0]
    path, found = [], {}
    for line in body.splitlines()[1:]:
        match = re.fullmatch(r"\s+(\w+): (.*)", line)
        if match and match[2] == "{":
            path.append(match[1])
        elif match:
            found[".".join([*path, match[1]])] = match[2]
        elif line.strip() == "}":
            path.pop()
    assert path == []
    return found


def test_the_registration_names_only_what_azure_knows():
    bicep = (ROOT / "deploy" / "azure" / "bot.bicep").read_text("utf-8")
    bot, teams = resource(bicep, "bot"), resource(bicep, "teams")

    set_ = {name.removeprefix("properties.") for name in bot if name.startswith("properties.")}
    assert set_ <= BOT
    assert set_ >= BOT_NEEDS
    assert (bot["kind"], bot["location"], bot["sku.name"]) == ("'azurebot'", "'global'", "'F0'")
    assert bot["properties.endpoint"] == "'${url}/api/messages'"
    assert teams["parent"] == "bot"
    assert (teams["name"], teams["properties.channelName"]) == ("'MsTeamsChannel'",) * 2
    assert teams["properties.properties.isEnabled"] == "true"
    assert {name.rpartition(".")[2] for name in teams if name.count(".") == 2} <= TEAMS
    assert bicep.count("@2022-09-15'") == 2
    assert "'SingleTenant'" in bicep
    assert "'UserAssignedMSI'" in bicep
    assert "'MultiTenant'" not in bicep


def test_the_registration_is_well_formed_and_its_parameters_are_used_and_given():
    bicep = (ROOT / "deploy" / "azure" / "bot.bicep").read_text("utf-8")
    given = (ROOT / "deploy" / "azure" / "bot.bicepparam").read_text("utf-8")
    code = re.sub(r"^\s*//.*$", "", bicep, flags=re.MULTILINE)
    declared = re.findall(r"^param (\w+) string( = .*)?$", bicep, re.MULTILINE)

    for opening, closing in ("{}", "[]", "()"):
        assert code.count(opening) == code.count(closing)
    assert code.count("'") % 2 == 0
    for name, _ in declared:
        assert len(re.findall(rf"\b{name}\b", code)) >= 2, f"{name} is not used"
    assert bicep.count("@description(") == len(declared) + 1
    names = set(re.findall(r"^param (\w+) = ", given, re.MULTILINE))
    assert names <= {name for name, _ in declared}
    assert names >= {name for name, default in declared if not default}
