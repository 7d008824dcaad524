"""A `Reply` as an Adaptive Card (pure)."""
