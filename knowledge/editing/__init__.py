"""Editing: checks, fingerprints of quotes, reading age, the report and the schemas."""
