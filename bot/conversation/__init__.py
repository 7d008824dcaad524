"""A turn in, a reply out: what is said, and what is handed to people."""
