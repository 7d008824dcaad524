"""What Slack sends becomes a `Message` or a `Press`, and is answered."""
