"""The HTTP server, and what it mounts."""
