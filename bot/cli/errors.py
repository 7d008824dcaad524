"""Errors that an operator or an editor can mend, told apart from faults of the program."""

from bot.diagnostics import OperatorError, missing_extra, unusable_knowledge

# Packages for commands that the running bot does not need, and the extra that brings each.
_EXTRAS = {
    "textstat": "editors",
    "pyphen": "editors",
    "matplotlib": "editors",
    "torch": "train",
    "transformers": "train",
    "onnx": "train",
    "onnxscript": "train",
}


def explain_error(error: Exception) -> OperatorError | None:
    """Return the sentence for an error that whoever runs a command can mend; None for any other error.

    Parameters
    ----------
    error
        An exception that a command raised.
    """
    if isinstance(error, OperatorError):
        return error
    if isinstance(error, ModuleNotFoundError):
        module = (error.name or "").partition(".")[0]
        return missing_extra(module, _EXTRAS[module]) if module in _EXTRAS else None
    from intents import ModelError
    from intents.corpus import CorpusError
    from knowledge import KnowledgeError

    if isinstance(error, KnowledgeError):
        return unusable_knowledge(str(error))
    return OperatorError(str(error)) if isinstance(error, ModelError | CorpusError) else None
