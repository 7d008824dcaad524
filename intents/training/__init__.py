"""From utterances to a model; nothing here is imported while the bot runs."""
