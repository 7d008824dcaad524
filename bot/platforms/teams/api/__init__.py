"""The Bot Connector API: addresses, payloads, what it answers."""
