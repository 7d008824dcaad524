"""What the page can do."""

from bot.message import Abilities

ABILITIES = Abilities(
    posts=False,
    rehearsal="This page is for trying me out: nothing is posted here. In Slack or Teams I would say:",
)
