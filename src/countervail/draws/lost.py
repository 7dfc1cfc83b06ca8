"""Workers that are killed again and again."""

from __future__ import annotations

from countervail.errors import CountervailError

MOST_TRIES_IN_VAIN = 3
"""Pools that may break one after the other without one task done in between."""


class WorkersLostError(CountervailError):
    """Workers were killed again and again: most often there is not memory enough for so many."""

    exit_code = 4
