"""Importing is cheap: what is heavy loads when it is needed."""

import subprocess
import sys


def loaded_by(code: str) -> set[str]:
    listing = f"{code}\nimport sys; print(*sys.modules)"
    return set(
        subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True).stdout.split()
    )


def test_importing_the_package_loads_nothing_heavy() -> None:
    """Not even pydantic."""
    assert not loaded_by("import knowledge") & {"pydantic", "yaml", "sklearn", "matplotlib", "textstat"}


def test_loading_and_giving_tips_needs_no_editors_tools() -> None:
    """scikit-learn waits for the first message to fit."""
    code = (
        "from datetime import date; from knowledge import Knowledge; Knowledge.load().choose_tip([], date(2027, 1, 4))"
    )
    assert not loaded_by(code) & {"sklearn", "matplotlib", "textstat", "jinja2", "rapidfuzz"}
