"""What the terminal can do, apart from `terminal.py`: a server knows it without loading what draws in a terminal."""

from bot.message import Abilities

ABILITIES = Abilities(posts=False)
