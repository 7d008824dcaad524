"""What operators are told to do can be done."""

import pytest

from bot import diagnostics


@pytest.mark.parametrize(("extra", "command"), [("editors", "make setup"), ("train", "make train")])
def test_whoever_lacks_the_tools_for_editors_is_sent_to_a_checkout(extra, command):
    """No package index has us, and a container has no tools for editors."""
    said = str(diagnostics.missing_extra("textstat", extra))
    assert f"`{command}`" in said
    assert "pip" not in said
