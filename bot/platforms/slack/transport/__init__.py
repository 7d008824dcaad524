"""Transport: HTTP or Socket Mode, verified before a request is read, and deduplication."""
