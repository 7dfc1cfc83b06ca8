"""How large a world may be when it is read, before any of it is in memory."""

from __future__ import annotations

LIMIT_BYTES = 2_000_000_000
"""Bytes of a file, and of what it holds."""

ALWAYS_BYTES = 250_000_000
"""Bytes that may be unpacked from any file; a world of 200 x 150 has 150 million."""

MOST_RATIO = 20
"""How many times its own size a larger file may hold."""


def allowed(size: int) -> int:
    """Return how many bytes a file of a size may hold unpacked."""
    return min(max(ALWAYS_BYTES, MOST_RATIO * size), LIMIT_BYTES)
