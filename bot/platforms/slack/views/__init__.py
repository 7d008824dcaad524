"""A `Reply` as Block Kit (pure)."""
