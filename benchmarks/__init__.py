"""What is measured, a program a file; docs/benchmarks.md says how, and what came out."""

import intents  # noqa: F401 - its switches of the native libraries come before NumPy, which benchmarks import first
