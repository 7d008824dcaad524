"""The page on care names every number with where it holds, the day of its check and its sources."""

import re
from pathlib import Path

from bot.conversation.contacts import Contact, load_contacts
from bot.nations import CARE_NATIONS, UK
from intents.languages import load_content

PAGE = (Path(__file__).parents[3] / "docs" / "care.md").read_text("utf-8")
ROW = re.compile(r"^\| (?!What it says|---).+ \| .+ \| \d{4}-\d\d-\d\d \| .+ \|$", re.MULTILINE)


def place(contact: Contact) -> str:
    """Where a number holds, in words."""
    if set(contact.holds) == {*UK}:
        return "the UK"
    return ", ".join(nation for nation in CARE_NATIONS if nation in contact.holds)


def row(contact: Contact) -> str:
    """The row of a number; sites alone are named, since the whole addresses are in contacts.yaml."""
    sites = dict.fromkeys(re.sub(r"^https?://(www\.)?|/.*$", "", source) for source in contact.sources)
    named = f"{', '.join(sites)}. {contact.note}".strip()
    return f"| {contact.when}: {contact.how} | {place(contact)} | {contact.checked} | {named} |"


def test_the_page_has_a_row_for_each_number():
    expected = {row(contact) for contact in load_contacts().contacts if contact.checked}

    assert set(ROW.findall(PAGE)) == expected, "mend docs/care.md: these rows, and no others, belong there"


def test_the_page_names_each_language_with_phrases_and_none_as_read_that_was_not():
    for one in load_content()["languages"]:
        assert one["name"] in PAGE
    assert all(one["reviewed"] is None for one in load_content()["languages"]), "say in docs/care.md who read which"
