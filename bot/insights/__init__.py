"""Insights without surveillance: counts by theme, platform and week; no message, no person, no small counts."""
