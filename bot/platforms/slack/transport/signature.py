"""Whether a request comes from Slack (pure): looked at before anything in it is."""

import hashlib
import hmac

_STALE_AFTER = 300  # seconds, as Slack recommends


def fresh(timestamp: str, now: float) -> bool:
    """Tell whether a request's timestamp is of these five minutes."""
    return (
        timestamp.isascii()
        and timestamp.isdigit()
        and len(timestamp) < 16
        and abs(now - int(timestamp)) <= _STALE_AFTER
    )


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """Sign a body as Slack does."""
    return "v0=" + hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()


def genuine(secret: str, timestamp: str, body: bytes, signature: str) -> bool:
    """Tell whether a signature is the one that Slack would have made."""
    return hmac.compare_digest(sign(secret, timestamp, body).encode(), signature.encode())
