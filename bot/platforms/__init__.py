"""Where people meet the bot; platforms never import each other."""
