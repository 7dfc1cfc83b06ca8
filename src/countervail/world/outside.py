"""An outside option: what makers who could sell to nobody else may sell at home, a reader's choice.

Farms, mines and plants that stay where they are, and whose every buyer a law shuts out, have no
price at which their market clears. Nobody knows what they would do; a stated part of what they sold
may be said to find a market at home.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from countervail.errors import InputError
from countervail.world.goods import REST

if TYPE_CHECKING:
    from countervail.world.world import World

MOST_PART = 0.95
"""Of what is left of a sector at home, what goods may take, as where goods are carved."""


def with_outside_option(world: World, makers: Sequence[tuple[str, str]], per_cent: float) -> World:
    """Return the world in which makers sell a part of what they sell at home, in its base year too.

    It is taken from what is left of the good's sector at home: what the country makes, buys and
    trades of the sector stays, cell by cell, and so does its trade abroad.

    Args:
        world: with goods carved out of its sectors.
        makers: country and good of each.
        per_cent: sales at home, per cent of the good's sales abroad; more than 0, at most 100.

    Raises:
        InputError: a part that is none, or a good of which nothing is left at home to take from.
    """
    if not 0.0 < per_cent <= 100.0:
        raise InputError(
            f"an outside option of {per_cent:g} per cent is none: it is more than 0 and at most "
            "100 per cent of a good's sales, such as 5"
        )
    trade, made = np.array(world.trade), []
    for country, good in makers:
        n, j = world.country(country), world.sector(good)
        rest = _rest(world, good)
        added = 0.01 * per_cent * float(trade[n, :, j].sum() - trade[n, n, j])
        left = 0.0 if rest is None else MOST_PART * float(trade[n, n, rest])
        if rest is None or added > left:
            raise InputError(
                f"{country} cannot be given sales of {good} at home: USD {added:,.0f} million are "
                f"{per_cent:g} % of what it sells, and USD {left:,.0f} million of its sector at "
                "home can be taken for them; ask for less, or for the long run"
            )
        trade[n, n, j] += added
        trade[n, n, rest] -= added
        made.append({"country": country, "good": good, "usd": added})
    inputs = _inputs(world, trade, {country for country, _ in makers})
    note = {"per_cent": per_cent, "makers": made}
    for values in (trade, inputs):
        values.setflags(write=False)
    provenance = {**world.provenance, "made_from": world.made_from, "outside_option": note}
    return replace(world, trade=trade, input_share=inputs, provenance=provenance)


def _rest(world: World, good: str) -> int | None:
    """Return the position of what goods leave of a good's sector; None where it is its sector."""
    label = world.parents[world.sector(good)] + REST
    return world.sectors.index(label) if label in world.sectors else None


def _inputs(world: World, trade: Any, countries: set[str]) -> Any:
    """Return input shares: a sector's users buy its goods as their market does."""
    inputs = np.array(world.input_share)
    nests: Mapping[str, list[int]] = {
        parent: [j for j, of in enumerate(world.parents) if of == parent]
        for parent in dict.fromkeys(world.parents)
    }
    for country in countries:
        n = world.country(country)
        spent = (trade[:, n] * (1.0 + world.tariff[:, n])).sum(axis=0)
        for inside in nests.values():
            whole = spent[inside].sum()
            if len(inside) > 1 and whole > 0:
                used = inputs[n, inside].sum(axis=0)
                inputs[n, inside] = (spent[inside] / whole)[:, None] * used
    return inputs


def outside_words(world: World) -> str:
    """Return the outside option of a world in a sentence; nothing where it has none."""
    note = world.provenance.get("outside_option")
    if note is None:
        return ""
    named = ", ".join(
        f"{one['country']} {one['good']} (USD {one['usd']:,.0f} million)" for one in note["makers"]
    )
    return (
        f"Outside option, the reader's choice: makers whom the law leaves no buyer sell "
        f"{note['per_cent']:g} % of what they sell at home, before it too: {named}. Their price "
        "hangs on it."
    )
