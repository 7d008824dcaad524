"""The page of settings tells every setting with its default, and the README tells some of them in the same words."""

import re
from pathlib import Path

from pydantic.fields import FieldInfo

from bot.settings import PREFIX, Settings

ROOT = Path(__file__).parents[3]
ROW = re.compile(rf"^\| `{PREFIX}.+$", re.MULTILINE)


def default(field: FieldInfo) -> str:
    """A default as the page shows it; the database's depends on the account."""
    if field.default_factory:
        return "SQLite in your account’s data folder"
    if field.default in (None, "", ()):
        return "none"
    return f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"


def rows() -> set[str]:
    """Every row that the page should have."""
    return {
        f"| `{PREFIX}{name.upper()}` | {default(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    }


def test_the_page_has_a_row_for_each_setting_with_its_default_and_what_it_is_for():
    told = ROW.findall((ROOT / "docs" / "settings.md").read_text("utf-8"))

    assert set(told) == rows(), "mend docs/settings.md: these rows, and no others, belong there"
    assert len(told) == len(rows()), "docs/settings.md has a row twice"


def test_the_readme_has_six_of_them_word_for_word():
    told = ROW.findall((ROOT / "README.md").read_text("utf-8"))

    assert len(told) == 6
    assert set(told) <= rows()
