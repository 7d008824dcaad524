"""Posting of messages and tips to Slack, each at most one time."""
