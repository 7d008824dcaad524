"""How good a model is, and what a new utterance would change; nothing here is imported while the bot runs."""
