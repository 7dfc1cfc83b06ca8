"""Groups spelled out: members stand for a group that makes no law of trade of its own."""

from __future__ import annotations

from datetime import date

from countervail.errors import InputError
from countervail.reading.places import members

ONE_LAW = frozenset({"EU", "EAEU"})
"""Unions whose duties are theirs and not their members'."""


def spelled(codes: tuple[str, ...], on: date | None) -> tuple[str, ...]:
    """Return codes with the members of groups in their place, where members are known.

    Args:
        codes: of countries and groups.
        on: the day; by default today's members.
    """
    return tuple(dict.fromkeys(one for code in codes for one in _members(code, on)))


def _members(code: str, on: date | None) -> tuple[str, ...]:
    try:
        return (code,) if code in ONE_LAW else members(code, on)
    except InputError:
        return (code,)
