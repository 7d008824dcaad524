"""Posting to Slack, each message once."""
