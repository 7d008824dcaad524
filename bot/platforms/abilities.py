"""The abilities of each platform."""

from bot.message import AbilitiesByPlatform
from bot.platforms import terminal
from bot.platforms.simulator import abilities as simulator
from bot.platforms.slack import abilities as slack
from bot.platforms.teams import abilities as teams

ABILITIES: AbilitiesByPlatform = {
    "terminal": terminal.ABILITIES,
    "simulator": simulator.ABILITIES,
    "slack": slack.ABILITIES,
    "teams": teams.ABILITIES,
}
