"""Small Steps: a lesson, a quote and one small step, where the conversation already is."""

import intents  # noqa: F401 - its switches of the native libraries come before everything else that is imported
