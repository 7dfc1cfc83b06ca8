"""Chosen tariffs, in cells and tariff lines: a policy on top of the status quo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.errors import InputError
from countervail.ledger.notes import Note
from countervail.ledger.pricing.lines import PricedLines, QuotaNote
from countervail.policy.rates.instruments import Instruments
from countervail.provenance import content_hash
from countervail.scenario import Resolved, StateShock
from countervail.world import World

Array = NDArray[np.float64]


class LineKey(NamedTuple):
    """A tariff line, by its cell and its name."""

    exporter: str
    importer: str
    sector: str
    name: str


class Rates(NamedTuple):
    """What is chosen.

    Attributes:
        cells: rates, [exporter, importer, sector], in every tariff line of the cell; NaN where the
            law stays as it stands.
        lines: rates of tariff lines by themselves.
        additional: these rates come on top of what stands, instead of in its place.
        answered: what partners add to theirs in answer, [exporter, importer, sector].
    """

    cells: Array
    lines: Mapping[LineKey, float] = {}
    additional: bool = False
    answered: Array | None = None

    @property
    def what(self) -> str:
        """What is chosen, in a word."""
        return "rates"

    def fits(self, world: World) -> bool:
        """Return whether these are rates of the world's cells."""
        return self.cells.shape == world.trade.shape

    def settings(self) -> dict[str, Any]:
        """Return what tells them from others, JSON-able."""
        return {
            "rates": {
                "cells": content_hash(self.cells.tobytes()),
                "lines": {" ".join(key): rate for key, rate in self.lines.items()},
                "are": "additional" if self.additional else "in place of what stands",
                "answered": None
                if self.answered is None
                else content_hash(self.answered.tobytes()),
            }
        }

    def placed(self, stands: Resolved, world: World, name: str) -> Resolved:
        """Return the chosen rates against the status quo.

        Raises:
            InputError: a rate chosen for a line that this world and law do not have.
        """
        touched = self._touched(stands, world)
        left_out = [
            quota for quota in stands.quotas if touched[quota.lines].any() and not self.additional
        ]
        return replace(
            stands,
            before=stands.after,
            after=self._state(stands, world, name),
            law_before=stands.law_after,
            quotas=tuple(q for q in stands.quotas if q not in left_out),
            quotas_before=stands.quotas,
            notes=(*stands.notes, *map(_left_out, left_out)),
        )

    def _state(self, stands: Resolved, world: World, name: str) -> StateShock:
        """Return the status quo with the chosen rates, in cells and in their lines."""
        law = stands.after
        answered = np.zeros_like(self.cells) if self.answered is None else self.answered
        tariff = world.tariff if law.tariff_new is None else law.tariff_new
        tariff = self._over(tariff, self.cells) + answered
        if stands.lines is None or law.line_tariff is None:
            return replace(law, tariff_new=tariff)
        chosen = self._over(law.line_tariff, self._of_lines(stands.lines, world, name))
        more = answered[_cells_of(stands.lines)]
        return replace(law, tariff_new=tariff, line_tariff=chosen + more)

    def _over(self, stands: Array, chosen: Array) -> Array:
        """Return rates with the chosen ones in place of, or on top of, those that stand."""
        placed = stands + chosen if self.additional else chosen
        return np.where(np.isnan(chosen), stands, placed)

    def _of_lines(self, lines: PricedLines, world: World, name: str) -> Array:
        """Return the chosen rate of every tariff line, NaN where the law stays.

        Raises:
            InputError: a rate chosen for a line that this world and law do not have.
        """
        chosen: Array = self.cells[_cells_of(lines)]
        if not self.lines:
            return chosen
        keys = line_keys(lines, world)
        missing = next(iter(self.lines.keys() - set(keys)), None)
        if missing is not None:
            raise InputError(
                f"'{name}' holds a rate of {missing.name} ({missing.sector}, from "
                f"{missing.exporter} to {missing.importer}), a tariff line that is not in this law"
            )
        return np.array([self.lines.get(key, r) for key, r in zip(keys, chosen, strict=True)])

    def _touched(self, stands: Resolved, world: World) -> NDArray[np.bool_]:
        """Return the tariff lines whose rate is chosen."""
        lines = stands.lines
        if lines is None:
            return np.zeros(0, dtype=np.bool_)
        chosen = ~np.isnan(self.cells[_cells_of(lines)])
        if self.lines:
            chosen |= np.array([key in self.lines for key in line_keys(lines, world)])
        return np.asarray(chosen)


def chosen_rates(own: Instruments, rates: Array, lines: PricedLines | None, world: World) -> Rates:
    """Return a player's rates as a policy.

    Args:
        own: what the player sets.
        rates: [instrument]; NaN keeps the status quo.
        lines: tariff lines of the policy in force.
        world: the world it is in force in.
    """
    by_line: dict[LineKey, float] = {}
    if lines is not None and own.alone.any():
        keys = line_keys(lines, world)
        chosen = {keys[k]: float(rates[own.line_of[k]]) for k in np.flatnonzero(own.alone)}
        by_line = {key: rate for key, rate in chosen.items() if not np.isnan(rate)}
    answered = None if own.reaction is None else own.reaction.of_world(rates, world)
    return Rates(own.rates_of_world(rates, world), by_line, own.additional, answered)


def together(parts: Sequence[Rates]) -> Rates:
    """Return what several players choose, each in cells and lines of its own."""
    cells = np.full_like(parts[0].cells, np.nan)
    for part in parts:
        cells = np.where(np.isnan(part.cells), cells, part.cells)
    return Rates(cells, {key: rate for part in parts for key, rate in part.lines.items()})


def _left_out(quota: QuotaNote) -> Note:
    """Say that a quota does not bear on goods whose rates are chosen."""
    return Note.of(
        "quota_left_out",
        quota.measure,
        volume=quota.volume,
        unit=quota.unit,
        goods=quota.product,
    )


def line_keys(lines: PricedLines, world: World) -> list[LineKey]:
    """Return what each tariff line is called wherever it is looked for again."""
    countries, sectors = world.countries, world.sectors
    return [
        LineKey(countries[i], countries[n], sectors[j], name)
        for i, n, j, name in zip(
            lines.exporter, lines.importer, lines.sector, lines.names, strict=True
        )
    ]


def _cells_of(lines: PricedLines) -> tuple[Any, Any, Any]:
    """Return the cell of each line in a world's axes."""
    return lines.exporter, lines.importer, lines.sector
