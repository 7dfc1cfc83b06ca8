"""Which place of a world a label stands for: its labels, codes and names, and what they hold."""

from __future__ import annotations

from collections.abc import Iterable

from countervail import labels
from countervail.errors import InputError, did_you_mean
from countervail.world.goods import table_of_goods
from countervail.world.table import WorldTable

REST = "ROW"
"""The label of every country that a world does not list, where it has one."""


def holding(world: WorldTable, codes: Iterable[str]) -> tuple[list[int], list[str]]:
    """Return the positions of the countries that hold nothing but these codes, in their order.

    Beside them the codes that none of these countries holds.
    """
    wanted = dict.fromkeys(codes)
    found = {
        code: n
        for n, label in enumerate(world.countries)
        if set(world.held[label]) <= set(wanted)
        for code in world.held[label]
    }
    inside = dict.fromkeys(found[code] for code in wanted if code in found)
    return list(inside), [code for code in wanted if code not in found]


def showing(world: WorldTable, codes: Iterable[str]) -> tuple[str, ...]:
    """Return the countries that are or hold these codes, each once, in their order."""
    home = {code: label for label in world.countries for code in world.held[label]}
    home |= {label: label for label in world.countries}
    return tuple(dict.fromkeys(home[code] for code in codes if code in home))


def country(world: WorldTable, label: str | int) -> int:
    """Return the position of a country, by label, code or name.

    Raises:
        InputError: it is not in this world; says what it is part of, or the nearest that is.
    """
    if label in world.countries:  # as nearly all are asked for
        return world.countries.index(str(label))
    code = labels.found(label, world.countries)
    if code is not None and code in labels.countries() and code not in world.countries:
        if REST in world.countries and not any(code in world.held[c] for c in world.countries):
            raise InputError(
                f"no country '{label}' in world '{world.name}'; "
                f"{labels.countries()[code].name} is part of {REST}, its rest of the world"
            )
    elif code is None and not labels.is_group(str(label)):
        named = [labels.countries()[c].name for c in world.countries if c in labels.countries()]
        hint = did_you_mean(str(label), [*world.countries, *named], codes=True)
        if not hint:
            labels.country(label, world.countries)  # says what it is
        raise InputError(f"no country '{label}' in world '{world.name}'{hint}")
    return _position(world, code or str(label), world.countries, "country")


def sector(world: WorldTable, label: str) -> int:
    """Return the position of a sector, by code or name.

    Raises:
        InputError: it is not in this world; with the nearest one that is.
    """
    return _position(world, labels.sector(label, world.sectors), world.sectors, "sector")


def _position(world: WorldTable, label: str, known: tuple[str, ...], kind: str) -> int:
    if label in known:
        return known.index(label)
    good = table_of_goods().get(label) if kind == "sector" else None
    if good is not None and good.whole and good.sector in known:
        return known.index(good.sector)
    inside = [one for one in known if label in world.held[one]]
    if inside:
        hint = f"; it is part of '{inside[0]}'"
    elif good is not None and not good.whole:
        hint = f"; it is a good of the table: carve it (--goods {label}, World.carve)"
    else:
        hint = did_you_mean(label, known, codes=True)
    raise InputError(f"no {kind} '{label}' in world '{world.name}'{hint}")
