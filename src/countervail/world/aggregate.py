"""Merging countries or sectors so that every account is preserved.

Trade, output, duty-paid expenditure, revenue, inputs, final spending and income of a group are the
sums over its members. Trade between members becomes domestic trade; a duty between members, which
a domestic sale cannot bear, is counted in the price: it moves from revenue to value added, and the
result says by how much. The result keeps what its labels hold, so that the law is placed in the
same products and countries as before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail.errors import InputError, did_you_mean
from countervail.world.concordance import Concordance
from countervail.world.table import WorldTable
from countervail.world.uses import merged_parts

Array = NDArray[np.float64]


def merged(
    world: WorldTable,
    countries: Mapping[str, Sequence[str]],
    sectors: Mapping[str, Sequence[str]],
    name: str | None = None,
) -> dict[str, Any]:
    """Return the merged world, as ``World.from_arrays`` takes it; labels not named stay.

    Args:
        world: the world.
        countries: new label -> labels to merge.
        sectors: likewise.
        name: name of the result.

    Raises:
        InputError: an unknown label, a label named twice, or a new label that is in use.
    """
    country_labels, C = _membership(world.countries, countries, "country")
    sector_labels, S = _membership(world.sectors, sectors, "sector")
    books = world.accounts
    duty = _merge(world.trade * world.tariff, C, S)
    trade = _merge(world.trade, C, S)
    inside = np.einsum("iij->ij", duty).copy()
    n = np.arange(len(country_labels))
    trade[n, n] += inside
    # a rate on which nothing is traded still stands: the members' mean
    tariff = _merge(world.tariff, C, S) / _merge(np.ones_like(world.tariff), C, S)
    np.divide(duty, trade, out=tariff, where=trade > 0)
    tariff[n, n] = 0.0
    inputs = np.einsum("nkj,nj->nkj", world.input_share, books.gross_output)
    inputs = np.einsum("gn,nkj,kK,jJ->gKJ", C, inputs, S, S, optimize=True)
    output = trade.sum(axis=1)
    input_share = np.divide(
        inputs, output[:, None, :], out=np.zeros_like(inputs), where=output[:, None, :] > 0
    )
    notes = dict(world.provenance)
    notes["aggregated_from"] = world.name
    notes["members"] = {k: list(v) for k, v in {**countries, **sectors}.items()}
    if inside.sum() > 0:
        notes["duties_inside_groups_moved_to_value_added"] = float(inside.sum())
    return {
        "trade": trade,
        "tariff": tariff,
        "input_share": input_share,
        "trade_elasticity": _elasticity(world, S),
        "countries": country_labels,
        "sectors": sector_labels,
        "name": name or f"{world.name}-aggregated",
        "year": world.year,
        "law_date": [_common([world.law_date[i] for i in np.flatnonzero(row)]) for row in C],
        "elasticity_set": world.elasticity_set,
        "provenance": notes,
        "concordance": _held(world, country_labels, C, sector_labels, S),
        "carving": world.carving,
        "intermediate_share": _uses(world, C, S, trade),
    }


def _held(
    world: WorldTable, countries: Sequence[str], C: Array, sectors: Sequence[str], S: Array
) -> Concordance | None:
    """Return what the new labels hold; None where every label still holds only itself."""
    if (*countries, *sectors) == (*world.countries, *world.sectors):
        return world.concordance
    return world.holdings.merged(C.argmax(axis=0), S.argmax(axis=1))


def _merge(cube: Array, C: Array, S: Array) -> Array:
    return np.asarray(np.einsum("gi,hn,inj,jJ->ghJ", C, C, cube, S, optimize=True))


def _uses(world: WorldTable, C: Array, S: Array, trade: Array) -> Array | None:
    """Return the parts of merged purchases that producers use; None where none are known."""
    parts = world.intermediate_share
    if parts is None:
        return None
    return merged_parts(parts, world.trade, lambda cube: _merge(cube, C, S), trade)


def _membership(
    labels: tuple[str, ...], groups: Mapping[str, Sequence[str]], kind: str
) -> tuple[list[str], Array]:
    """Return new labels (a group stands where its first member stood) and the 0/1 matrix."""
    owner: dict[str, str] = {}
    for group, members in groups.items():
        for member in members:
            if member not in labels:
                raise InputError(f"no {kind} '{member}'{did_you_mean(member, labels)}")
            if member in owner:
                raise InputError(f"{kind} '{member}' is in both '{owner[member]}' and '{group}'")
            owner[member] = group
        if group in labels and group not in members:
            raise InputError(f"new {kind} '{group}' would stand beside the old one; rename it")
    merged = list(dict.fromkeys(owner.get(label, label) for label in labels))
    matrix = np.zeros((len(merged), len(labels)))
    for position, label in enumerate(labels):
        matrix[merged.index(owner.get(label, label)), position] = 1.0
    return merged, matrix if kind == "country" else matrix.T.copy()


def _elasticity(world: WorldTable, S: Array) -> Array:
    """Mean of the members' elasticities, weighted by cross-border trade (all trade where none)."""
    n = np.arange(len(world.countries))
    abroad = world.trade.copy()
    abroad[n, n] = 0.0
    weight = abroad.sum(axis=(0, 1))
    lonely = (S.T @ weight == 0) @ S.T > 0
    weight = np.where(lonely, world.trade.sum(axis=(0, 1)), weight)
    return np.asarray((S.T @ (weight * world.trade_elasticity)) / (S.T @ weight))


def _common(values: Sequence[date | None]) -> date | None:
    return values[0] if len(set(values)) == 1 else None
