"""Microsoft Teams. Only `edge` knows the Bot Framework's SDK; the rest is plain data and our own words."""
