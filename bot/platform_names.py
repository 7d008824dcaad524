"""Names of the platforms, apart from everything that speaks of them: the command line reads them in a moment."""

from typing import Literal

Platform = Literal["terminal", "simulator", "slack", "teams"]
