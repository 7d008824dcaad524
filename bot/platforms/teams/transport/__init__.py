"""How activities reach the bot: HTTP, verified before they are read."""
