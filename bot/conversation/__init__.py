"""The conversation: from a message or a press to a reply."""
