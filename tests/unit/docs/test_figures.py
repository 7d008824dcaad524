"""The README's figures are those of the model in use."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SECTION = (ROOT / "README.md").read_text("utf-8").split("## How good is it?")[1].split("\n## ")[0]
TOLD = re.findall(r"^\| ([a-z][a-z ]+) \| (\d+) % \|$", SECTION, re.MULTILINE)
NOISE = 2.0  # points: a training that changes no more need not change the README


def test_the_readme_says_how_good_the_bot_is():
    assert len(TOLD) >= 4


@pytest.mark.parametrize(("what", "share"), TOLD)
def test_a_figure_in_the_readme_is_near_the_one_in_the_model_card(what, share):
    card = (ROOT / "intents" / "MODEL_CARD.md").read_text("utf-8")
    [measured] = re.findall(rf"^\| {what} \| ([\d.]+)%", card, re.MULTILINE)

    assert abs(float(measured) - float(share)) <= NOISE, f"the model card says {measured} %: mend the README"


SLICES = {"all messages about change": "all", "80 words and more": "long", "several issues at once": "several",
          "irony": "irony", "English of other countries": "abroad", "typed on a phone": "phone"}  # fmt: skip


@pytest.mark.parametrize(("said", "name"), SLICES.items())
def test_the_readme_says_how_good_the_bot_is_with_real_people(said, name):
    card = (ROOT / "intents" / "MODEL_CARD.md").read_text("utf-8")
    told = re.search(rf"^\| {said} \| (.*) \|$", SECTION, re.MULTILINE)
    measured = re.search(rf"^\| {name} \| (.*) \|$", card, re.MULTILINE)
    assert told
    assert measured

    figures = [[float(one.strip(" %")) for one in found[1].split("|")] for found in (told, measured)]
    assert all(abs(ours - theirs) <= NOISE for ours, theirs in zip(*figures, strict=True)), figures
