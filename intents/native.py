"""Process-wide switches of the native libraries, which read the environment once: when they are imported."""

import os


def set_switches() -> None:
    """Turn off onnxruntime's reports to Microsoft and keep NumPy's linear algebra on one thread.

    Must run before either library is imported. A switch of an environment is passed on to the processes that this
    one starts, such as training's. Both are fixed, and no settings: nothing is read from the environment here.
    """
    # Never left to whoever runs it: without it onnxruntime writes an id of this machine under ~/.cache/Microsoft when
    # it is imported, and looks for Microsoft's collector ten seconds later. Its own function is too late by then.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    # A message's products of vectors gain nothing from a second thread, and the threads that wait for the next one
    # spin: 115 of the 158 ms of CPU that a message cost at 2.5 a second. A value of the operator's own stands.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
