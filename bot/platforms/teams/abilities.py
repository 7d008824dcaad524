"""What Teams can do."""

from bot.message import Abilities

ABILITIES = Abilities(posts=True, command_prefix="@Small Steps ")
