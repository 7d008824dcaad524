"""The file of vectors of our lessons that comes with the model, so that only an operator's own lessons are encoded."""

from pathlib import Path


def write_lesson_vectors(folder: Path | None = None) -> int:
    """Write the vectors of our own pack's lessons beside a model and return how many texts they are of.

    Parameters
    ----------
    folder : Path, optional
        The model's folder; the packaged one by default.

    Raises
    ------
    ModelError
        When the model is missing, was changed, or does not fit what is installed.
    KnowledgeError
        When our pack cannot be read.
    """
    from intents.model import MODEL_FOLDER
    from intents.text_vectors import write_text_vectors
    from knowledge import Knowledge

    return write_text_vectors(folder or MODEL_FOLDER, Knowledge.load().list_texts())
