"""Listeners: a request of Slack becomes a `Message` or a `Press`, and its reply is posted."""
