"""The app's two icons, drawn (pure): three steps and somebody on the way up.

They are drawn when they are needed, so that there is one source for them, and it is text.
"""

import struct
import zlib

import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.float64]

ACCENT = "#0B5563"
_BACKGROUND = (0x0B, 0x55, 0x63)
_FINE = 8  # samples a pixel's side, averaged for smooth edges
# In units of the icon's side: left, top, right, bottom of each step; then centre and radius of the walker.
_STEPS = ((0.19, 0.70, 0.43, 0.79), (0.38, 0.53, 0.62, 0.62), (0.57, 0.36, 0.81, 0.45))
_WALKER = (0.47, 0.445, 0.075)


def colour(side: int = 192) -> bytes:
    """Draw the colour icon: white on our accent, filling the square, as Teams asks. Returns a PNG."""
    cover = _drawing(side)[..., None]
    pixels = np.array(_BACKGROUND) * (1 - cover) + 255 * cover
    return _png(np.dstack([pixels, np.full((side, side), 255.0)]))


def outline(side: int = 32) -> bytes:
    """Draw the outline icon: white alone on a transparent ground, as Teams asks. Returns a PNG."""
    cover = _drawing(side)
    return _png(np.dstack([np.full((side, side, 3), 255.0), cover * 255]))


def _drawing(side: int) -> Pixels:
    """Say how much of each pixel is covered, from 0 to 1."""
    at = (np.arange(side * _FINE) + 0.5) / (side * _FINE)
    across, down = np.meshgrid(at, at)
    covered = np.hypot(across - _WALKER[0], down - _WALKER[1]) <= _WALKER[2]
    for left, top, right, bottom in _STEPS:
        covered |= (across >= left) & (across <= right) & (down >= top) & (down <= bottom)
    averaged: Pixels = covered.reshape(side, _FINE, side, _FINE).mean(axis=(1, 3))
    return averaged


def _png(pixels: Pixels) -> bytes:
    side = len(pixels)
    rows = np.round(pixels).astype(np.uint8)
    raw = b"".join(b"\x00" + row.tobytes() for row in rows)
    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)  # eight bits a channel, with transparency
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(raw, 9)) + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
