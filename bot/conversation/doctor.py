"""The doctor check of the numbers that cards name."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot import diagnostics
from bot.checks import Finding
from bot.conversation.contacts import load_contacts

_GOOD_FOR = timedelta(days=365)  # after which a number is to be looked up again


def check_contacts(nation: Sequence[str], today: date) -> list[Finding]:
    """Return whether each number was checked within twelve months, and whose numbers are named.

    Parameters
    ----------
    nation
        As the setting gives it.
    """
    contacts = load_contacts()
    if old := contacts.list_checked_before(today - _GOOD_FOR):
        return [Finding("Numbers", "warning", diagnostics.numbers_unchecked(old, contacts.oldest_check))]
    where = f"set: {', '.join(nation)}" if nation else "no nation is set, so a card has a line for each of the UK"
    return [
        Finding("Numbers", "ok", f"those that cards name were checked on {contacts.oldest_check} or later; {where}")
    ]
