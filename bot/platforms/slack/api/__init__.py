"""Slack's Web API: clients, errors, payloads, scopes and the connection mode."""
