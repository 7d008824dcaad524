"""What editors need: checks, fingerprints of quotes, reading age, the report, the schema."""
