"""How requests reach the bot: HTTP or Socket Mode, verified before they are read."""
