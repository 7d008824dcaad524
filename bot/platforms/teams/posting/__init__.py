"""Posting to Teams, each message once."""
