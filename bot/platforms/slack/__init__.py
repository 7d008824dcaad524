"""Slack: a request becomes a `Message` or a `Press`, and the `Reply` becomes Block Kit."""
