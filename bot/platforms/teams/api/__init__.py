"""The Bot Connector API: service URLs, payloads, errors and the port to the SDK."""
