"""Microsoft Teams. Only `transport.botbuilder` imports the Bot Framework's SDK; all else works on plain data."""
