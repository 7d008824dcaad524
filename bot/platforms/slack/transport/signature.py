"""Signatures of Slack's requests (pure)."""

import hashlib
import hmac

_STALE_AFTER = 300  # seconds, as Slack recommends


def is_fresh(timestamp: str, now: float) -> bool:
    """Return whether a request's timestamp is at most five minutes from `now`, both in seconds since 1970."""
    return (
        timestamp.isascii()
        and timestamp.isdigit()
        and len(timestamp) < 16
        and abs(now - int(timestamp)) <= _STALE_AFTER
    )


def sign_body(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a body, as Slack computes it (version 0)."""
    return "v0=" + hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()


def is_genuine(secret: str, timestamp: str, body: bytes, signature: str) -> bool:
    """Return whether a signature is Slack's, compared in constant time."""
    # A header may hold any byte, which aiohttp hands on as half of a surrogate pair.
    return hmac.compare_digest(
        sign_body(secret, timestamp, body).encode(), signature.encode("utf-8", "surrogateescape")
    )
