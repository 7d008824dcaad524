"""Small Steps: a lesson, a quote and one small step, where the conversation already is."""
