"""Turns: what a message means in the light of the last, as an action, as other words, or as a reply."""
