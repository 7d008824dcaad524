"""What Slack can do."""

from bot.message import Abilities

ABILITIES = Abilities(posts=True, command_prefix="/steps ", shares=True)
