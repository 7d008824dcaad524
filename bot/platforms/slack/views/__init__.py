"""Views: a `Reply` as Block Kit, modals and the tip form (pure)."""
