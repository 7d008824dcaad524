from pathlib import Path

import pytest

from intents.model import MODEL_FOLDER


@pytest.fixture
def copied_model(tmp_path: Path) -> Path:
    """A copy of the packaged model that a test may damage; files are linked, so damage by replacing them."""
    folder = tmp_path / "model"
    folder.mkdir()
    for file in MODEL_FOLDER.iterdir():
        (folder / file.name).symlink_to(file)
    return folder
