"""Handlers, which turn each activity into a `Message` or a `Press` and answer it."""
