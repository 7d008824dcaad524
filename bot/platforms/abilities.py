"""The abilities of each platform."""

from bot.message import AbilitiesByPlatform
from bot.platforms.simulator import abilities as simulator
from bot.platforms.slack import abilities as slack
from bot.platforms.teams import abilities as teams
from bot.platforms.terminal_abilities import ABILITIES as TERMINAL

ABILITIES: AbilitiesByPlatform = {
    "terminal": TERMINAL,
    "simulator": simulator.ABILITIES,
    "slack": slack.ABILITIES,
    "teams": teams.ABILITIES,
}
