"""Names and counts as they are read."""

from __future__ import annotations

from countervail import labels
from countervail.world.goods import REST, table_of_goods


def counted(number: int, word: str) -> str:
    """Return a number of things in words: ``1 measure``, ``2 measures``."""
    return f"{number:,} {word}{'s'[: number != 1]}"


def country_name(code: str) -> str:
    """Return a country's name; a user's own world has its own labels."""
    return labels.country_name(code) if code in labels.countries() else code


def named(code: str) -> str:
    """Return a country's or a sector's code with its name; any other label as it is."""
    if code in labels.countries():
        return f"{code} {labels.country_name(code)}"
    return f"{code} {sector_name(code)}" if code in labels.sectors() else code


def sector_name(code: str) -> str:
    """Return a sector's or a good's short name; a user's own world has its own sectors."""
    known, goods = labels.sectors(), table_of_goods()
    if code in known:
        return known[code].name
    if code in goods:
        return goods[code].name
    parent = code.removesuffix(REST)
    return f"rest of {known[parent].name}" if parent != code and parent in known else code
