"""Names of at most 22 characters, for labels of charts and narrow tables.

``data/short_names.csv`` has those of the codes whose own name is longer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from textwrap import shorten

from countervail import labels
from countervail.present.pieces import sector_name
from countervail.text.tables import rows
from countervail.world.goods import REST
from countervail.world.world import World

MOST_LETTERS = 22


def short_country(code: str) -> str:
    """Return a country's short name; a label of the user's own world is cut where it is longer."""
    known = labels.countries()
    return _shortest("country", code, known[code].name if code in known else code)


def short_sector(code: str, named: Callable[[str], str] = str) -> str:
    """Return the short name of a sector or good; the rest of a sector is its *other*.

    Args:
        code: of it.
        named: its name in a language, of the English one.
    """
    parent = code.removesuffix(REST)
    if parent != code and parent in labels.sectors():
        return cut(named(f"other {short_sector(parent)[:1].lower()}{short_sector(parent)[1:]}"))
    kind = "sector" if code in labels.sectors() else "good"
    return cut(named(_shortest(kind, code, sector_name(code))))


def cut(name: str) -> str:
    """Return a name cut at a word, with an ellipsis, where it is longer."""
    if len(name) <= MOST_LETTERS:
        return name
    said = shorten(name, MOST_LETTERS, placeholder="…")
    return said if len(said) > 1 else f"{name[: MOST_LETTERS - 1]}…"


def names(world: World) -> dict[str, dict[str, dict[str, str]]]:
    """Return names and short names of a world's countries and sectors, JSON-able."""
    known = labels.countries()
    return {
        "countries": {
            code: {
                "name": known[code].name if code in known else code,
                "short": short_country(code),
            }
            for code in world.countries
        },
        "sectors": {
            code: {"name": sector_name(code), "short": short_sector(code)} for code in world.sectors
        },
    }


def _shortest(kind: str, code: str, name: str) -> str:
    return name if len(name) <= MOST_LETTERS else _short().get((kind, code)) or cut(name)


@cache
def _short() -> dict[tuple[str, str], str]:
    return {(row["kind"], row["code"]): row["short"] for row in rows("short_names.csv")}
