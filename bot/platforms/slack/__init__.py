"""Slack: what is said there becomes a `Message` or a `Press`, and the `Reply` becomes Block Kit."""
