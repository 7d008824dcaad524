"""The recipe for Azure Container Apps names only what Azure knows, and keeps what the other recipes promise."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.settings import PREFIX, Settings

DEPLOY = Path(__file__).parents[3] / "deploy"
TEMPLATE = json.loads((DEPLOY / "azure" / "app.json").read_text("utf-8"))
README = (DEPLOY / "azure" / "README.md").read_text("utf-8")
[APP] = TEMPLATE["resources"]
SPEC = APP["properties"]["template"]
BOT, PROXY = SPEC["containers"]

# What Microsoft's own client (azure-mgmt-appcontainers 5.1.0) may send, by the kind of object: a name that it does not
# know is a slip, which Azure would refuse only when it is deployed.
KNOWN: dict[str, Any] = {
    "type": str,
    "apiVersion": str,
    "name": str,
    "location": str,
    "identity": {"type": str, "userAssignedIdentities": dict},
    "properties": {
        "environmentId": str,
        "configuration": {
            "activeRevisionsMode": ("Single", "Multiple"),
            "ingress": {
                "external": bool,
                "targetPort": int,
                "transport": ("auto", "http", "http2", "tcp"),
                "allowInsecure": bool,
            },
            "registries": [{"server": str, "identity": str}],
            "secrets": str,
        },
        "template": {
            "terminationGracePeriodSeconds": int,
            "scale": {"minReplicas": int, "maxReplicas": int},
            "containers": [
                {
                    "name": str,
                    "image": str,
                    "env": str,
                    "resources": {"cpu": str, "memory": str},
                    "probes": [
                        {
                            "type": ("Startup", "Liveness", "Readiness"),
                            "httpGet": {"path": str, "port": int, "scheme": ("HTTP", "HTTPS")},
                            "periodSeconds": int,
                            "timeoutSeconds": int,
                            "failureThreshold": int,
                        }
                    ],
                    "volumeMounts": [{"volumeName": str, "mountPath": str}],
                }
            ],
            "volumes": [
                {
                    "name": str,
                    "storageType": ("AzureFile", "EmptyDir", "Secret"),
                    "secrets": [{"secretRef": str, "path": str}],
                }
            ],
        },
    },
}


def find_faults(found: Any, known: Any, at: str = "") -> list[str]:
    match known:
        case dict():
            unknown = [f"{at}.{name} is not known" for name in found if name not in known]
            return unknown + [
                fault
                for name in found
                if name in known
                for fault in find_faults(found[name], known[name], f"{at}.{name}")
            ]
        case [one]:
            return [fault for number, part in enumerate(found) for fault in find_faults(part, one, f"{at}[{number}]")]
        case tuple():
            return [] if found in known else [f"{at} is {found}"]
    return [] if isinstance(found, known) else [f"{at} is {found!r}"]


def test_the_template_names_only_what_azure_knows():
    assert find_faults(APP, KNOWN) == []
    assert set(TEMPLATE) <= {
        "$schema", "contentVersion", "metadata", "parameters", "variables", "resources", "outputs",
    }  # fmt: skip
    assert {one["type"] for one in TEMPLATE["parameters"].values()} <= {
        "string",
        "securestring",
        "object",
        "secureObject",
    }


def test_every_parameter_is_used_explained_and_given():
    text = json.dumps(APP)
    for name, parameter in TEMPLATE["parameters"].items():
        assert f"parameters('{name}')" in text, name
        assert parameter["metadata"]["description"]
        assert "defaultValue" in parameter or f"{name}=" in README, name


def test_every_expression_is_balanced_and_calls_functions_of_templates():
    for expression in re.findall(r'"(\[.*?\])"[,\n }]', (DEPLOY / "azure" / "app.json").read_text("utf-8")):
        assert expression.count("(") == expression.count(")")
        assert expression.count("'") % 2 == 0
        assert set(re.findall(r"(\w+)\(", expression)) <= {
            "parameters", "variables", "concat", "createArray", "createObject", "map", "items", "lambda",
            "lambdaVariables", "toLower", "replace", "json", "format", "reference", "resourceId", "resourceGroup",
        }  # fmt: skip


def test_no_secret_stands_where_it_can_be_read():
    """Secrets come as secure parameters, and reach the bot by reference only."""
    assert TEMPLATE["parameters"]["databaseUrl"]["type"] == "securestring"
    assert TEMPLATE["parameters"]["secrets"]["type"] == "secureObject"
    assert "'value', lambdaVariables" not in BOT["env"].partition("parameters('secrets')")[2]
    assert "parameters('databaseUrl')" not in json.dumps(SPEC)


def test_two_replicas_always_run_with_the_time_for_a_clean_stop():
    """With none, which is Azure's default when nobody writes, no tip would come."""
    assert SPEC["scale"]["minReplicas"] == 2
    assert SPEC["terminationGracePeriodSeconds"] >= 60


def test_only_the_paths_that_the_platforms_call_can_be_reached():
    ingress = APP["properties"]["configuration"]["ingress"]
    caddyfile = TEMPLATE["variables"]["caddyfile"]
    [paths] = re.findall(r"@platforms path (.+)", (DEPLOY / "Caddyfile").read_text("utf-8"))
    assert f"@platforms path {paths}\n" in caddyfile
    assert "respond 404" in caddyfile
    assert caddyfile.startswith(f":{ingress['targetPort']} {{")
    assert f"127.0.0.1:{BOT['probes'][0]['httpGet']['port']}" in caddyfile
    assert not ingress["allowInsecure"]
    assert PROXY["image"] in (DEPLOY / "compose.yaml").read_text("utf-8")
    assert SPEC["volumes"][0]["secrets"] == [{"secretRef": "caddyfile", "path": "Caddyfile"}]


@pytest.mark.parametrize("probe", BOT["probes"], ids=lambda probe: probe["type"])
def test_probes_ask_what_the_server_answers_within_azures_limits(probe):
    assert probe["httpGet"]["path"] == ("/readyz" if probe["type"] == "Readiness" else "/healthz")
    assert 1 <= probe["failureThreshold"] <= 10
    assert 1 <= probe["periodSeconds"] <= 240


def test_what_the_containers_take_together_is_a_size_that_azure_sells():
    """Of the consumption plan: twice as many GiB as processors, in quarters."""
    cpu = sum(float(re.findall(r"[\d.]+", one["resources"]["cpu"])[0]) for one in (BOT, PROXY))
    memory = sum(float(one["resources"]["memory"].removesuffix("Gi")) for one in (BOT, PROXY))
    assert memory == 2 * cpu
    assert cpu % 0.25 == 0


def test_every_setting_that_the_recipe_names_exists():
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    assert set(re.findall(rf"{PREFIX}[A-Z_]+", json.dumps(TEMPLATE) + README)) <= known
