"""The transport: HTTP endpoint, token validation, deduplication, credentials and the SDK's adapter."""
