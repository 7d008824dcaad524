"""Slack's Web API: the client, what it answers, what it sends."""
