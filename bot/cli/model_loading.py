"""The model, loaded on a thread of its own while the command imports all else.

Much of loading is done outside Python, in onnxruntime, NumPy and checksums, and much of the imports is not.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intents import Classifier


def start_loading() -> "Future[Classifier]":
    """Begin to load the shipped classifier, and return what will hold it or say why it cannot be used."""
    executor = ThreadPoolExecutor(1, thread_name_prefix="model")
    loading = executor.submit(_load)
    executor.shutdown(wait=False)
    return loading


def _load() -> "Classifier":
    from intents import Classifier

    return Classifier.load()
