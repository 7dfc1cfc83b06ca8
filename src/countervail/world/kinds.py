"""Which sectors of a world are goods, and which words stand for sectors.

Customs duties are levied on goods. A sector of the tables is what the tables say, one made by
merging is what its members are; one with a name of the world's own counts as goods.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from countervail import labels
from countervail.errors import InputError
from countervail.world.world import World

Kind = Literal["goods", "services", "unknown"]

WORDS = ("goods", "services", "all")
"""What may stand in place of sectors; ``*goods``, as coverage tables have it, is ``goods``."""


def kind(sector: str, world: World) -> Kind:
    """Return what a sector of a world is; unknown is a name of its own, or goods and services."""
    known = labels.sectors().get(sector)
    if known is not None:
        return "goods" if known.kind == "goods" else "services"
    if world.concordance is not None:
        held = world.concordance.held(world.countries, world.sectors)[sector]
        kinds = {known.kind if (known := labels.sectors().get(s)) else "unknown" for s in held}
        if len(kinds) == 1 and kinds <= {"goods", "services"}:
            return "goods" if "goods" in kinds else "services"
    word = sector.casefold()
    return "goods" if word == "goods" else "services" if word == "services" else "unknown"


def goods_of(world: World) -> tuple[int, ...]:
    """Return the positions of the sectors duties are levied on: goods, and those not known."""
    return tuple(j for j, s in enumerate(world.sectors) if kind(s, world) != "services")


def services_of(world: World) -> tuple[int, ...]:
    """Return the positions of services."""
    return tuple(j for j, s in enumerate(world.sectors) if kind(s, world) == "services")


def sectors_of(
    words: str | Iterable[str] | None, world: World, none: Literal["goods", "all"] = "all"
) -> tuple[int, ...]:
    """Return the positions of the sectors that words stand for, each once.

    Args:
        words: codes or names; or ``goods``, ``services``, ``all``. A label of the world comes
            before all of them; a sector that goods were carved from is its goods and its remainder.
        world: whose sectors.
        none: what it means to name none.

    Raises:
        InputError: an unknown sector, with the nearest; or none of that kind in this world.
    """
    given = [none] if words is None else [words] if isinstance(words, str) else list(words)
    found: dict[int, None] = {}
    for word in given:
        plain = word.strip().casefold().removeprefix("*")
        chosen: Iterable[int]
        if word in world.sectors or plain not in WORDS:
            chosen = _carved_from(word, world) or (world.sector(word),)
        elif plain == "all":
            chosen = range(len(world.sectors))
        else:
            chosen = goods_of(world) if plain == "goods" else services_of(world)
        found |= dict.fromkeys(chosen)
    if given and not found:
        raise InputError(f"world '{world.name}' has no {', '.join(given)}")
    return tuple(found)


def _carved_from(word: str, world: World) -> tuple[int, ...]:
    """Return the goods and the remainder of a sector that goods were carved from; else nothing."""
    if world.carving is None or word in world.sectors:
        return ()
    code = labels.sector(word, world.carving.remainder)
    if code not in world.carving.remainder:
        return ()
    goods = [good.label for good in world.carving.goods if good.sector == code]
    parts = (*goods, world.carving.remainder[code])
    return tuple(world.sectors.index(label) for label in parts if label in world.sectors)
