"""A question on top of a question: chosen tariffs, against the law as it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.errors import InputError
from countervail.ledger.notes import Note
from countervail.ledger.pricing.lines import Lines, QuotaNote
from countervail.provenance import content_hash
from countervail.scenario import Resolved, Scenario, StateShock
from countervail.scenario.question import BY_HAND
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

    def settings(self) -> dict[str, Any]:
        """Return what tells them from others, JSON-able."""
        return {
            "cells": content_hash(self.cells.tobytes()),
            "lines": {" ".join(key): rate for key, rate in self.lines.items()},
            "are": "additional" if self.additional else "in place of what stands",
            "answered": None if self.answered is None else content_hash(self.answered.tobytes()),
        }

    def placed(self, stands: Array, chosen: Array) -> Array:
        """Return rates with the chosen ones in place of, or on top of, those that stand."""
        placed = stands + chosen if self.additional else chosen
        return np.where(np.isnan(chosen), stands, placed)


def together(parts: Sequence[Rates]) -> Rates:
    """Return what several players choose, each in cells and lines of its own."""
    cells = np.full_like(parts[0].cells, np.nan)
    for part in parts:
        cells = np.where(np.isnan(part.cells), cells, part.cells)
    return Rates(cells, {key: rate for part in parts for key, rate in part.lines.items()})


@dataclass(frozen=True, eq=False)
class Chosen(Scenario):
    """Chosen tariffs against the second state of another question, the law as it stands.

    Its ledger, where it has one, stands in place of the other question's: it may have been drawn.

    Attributes:
        standing: the other question.
        rates: what is chosen.
    """

    standing: Scenario | None = None
    rates: Rates | None = None

    def base_world(self, world: World) -> World:
        """Return the world that the law as it stands is solved from."""
        if self.standing is None:
            return world
        return replace(self.standing, ledger=self.ledger).base_world(world)

    def resolve_each(
        self, world: World, selections: Sequence[Sequence[str] | None]
    ) -> tuple[Resolved, ...]:
        """Return both states as arrays of a world, with the chosen tariffs (a part) or without.

        Raises:
            InputError: the question or the rates do not fit the world.
        """
        for parts in selections:
            self.check_parts(parts or ())
        if (
            self.standing is None
            or self.rates is None
            or self.rates.cells.shape != world.trade.shape
        ):
            raise InputError(f"'{self.name}' holds rates chosen for another world than this")
        if self.from_date or self.to_date or self.known_on or self.background:
            raise InputError(
                f"'{self.name}' has no dates of its own: change those of the law as it stands, and "
                "choose again"
            )
        stands = replace(self.standing, ledger=self.ledger).resolve(world)
        touched = self._touched(stands, world)
        left_out = [
            quota
            for quota in stands.quotas
            if touched[quota.lines].any() and not self.rates.additional
        ]
        chosen = replace(
            stands,
            before=stands.after,
            after=self._placed(stands, world),
            law_before=stands.law_after,
            quotas=tuple(q for q in stands.quotas if q not in left_out),
            notes=(*stands.notes, *map(_left_out, left_out)),
        )
        nothing = replace(chosen, after=stands.after)
        return tuple(
            chosen if parts is None or BY_HAND in parts else nothing for parts in selections
        )

    def settings(self) -> dict[str, Any]:
        """Return what defines the question, JSON-able."""
        standing = None if self.standing is None else self.standing.settings()
        return {
            **super().settings(),
            "law_as_it_stands": standing,
            "rates": None if self.rates is None else self.rates.settings(),
        }

    def _asked(self) -> dict[str, None]:
        return {BY_HAND: None}

    def _placed(self, stands: Resolved, world: World) -> StateShock:
        """Return the law as it stands with the chosen rates, in cells and in their lines."""
        assert self.rates is not None
        law, rates = stands.after, self.rates
        answered = np.zeros_like(rates.cells) if rates.answered is None else rates.answered
        tariff = world.tariff if law.tariff_new is None else law.tariff_new
        tariff = rates.placed(tariff, rates.cells) + answered
        if stands.lines is None or law.line_tariff is None:
            return replace(law, tariff_new=tariff)
        chosen = rates.placed(law.line_tariff, self._of_lines(stands.lines, world))
        more = answered[_cells_of(stands.lines)]
        return replace(law, tariff_new=tariff, line_tariff=chosen + more)

    def _of_lines(self, lines: Lines, world: World) -> Array:
        """Return the chosen rate of every tariff line, NaN where the law stays.

        Raises:
            InputError: a rate chosen for a line that this world and law do not have.
        """
        assert self.rates is not None
        chosen: Array = self.rates.cells[_cells_of(lines)]
        wanted = self.rates.lines
        if not wanted:
            return chosen
        keys = line_keys(lines, world)
        missing = next(iter(wanted.keys() - set(keys)), None)
        if missing is not None:
            raise InputError(
                f"'{self.name}' holds a rate of {missing.name} ({missing.sector}, from "
                f"{missing.exporter} to {missing.importer}), a tariff line that is not in this law"
            )
        return np.array([wanted.get(key, r) for key, r in zip(keys, chosen, strict=True)])

    def _touched(self, stands: Resolved, world: World) -> NDArray[np.bool_]:
        """Return the tariff lines whose rate is chosen."""
        lines, rates = stands.lines, self.rates
        if lines is None or rates is None:
            return np.zeros(0, dtype=np.bool_)
        chosen = ~np.isnan(rates.cells[_cells_of(lines)])
        if rates.lines:
            chosen |= np.array([key in rates.lines for key in line_keys(lines, world)])
        return np.asarray(chosen)


def _left_out(quota: QuotaNote) -> Note:
    """Say that a quota does not bear on goods whose rates are chosen."""
    return Note.of(
        "quota_left_out",
        quota.measure,
        volume=quota.volume,
        unit=quota.unit,
        goods=quota.product,
    )


def line_keys(lines: Lines, world: World) -> list[LineKey]:
    """Return what each tariff line is called wherever it is looked for again."""
    countries, sectors = world.countries, world.sectors
    return [
        LineKey(countries[i], countries[n], sectors[j], name)
        for i, n, j, name in zip(
            lines.exporter, lines.importer, lines.sector, lines.names, strict=True
        )
    ]


def _cells_of(lines: Lines) -> tuple[Any, Any, Any]:
    """Return the cell of each line in a world's axes."""
    return lines.exporter, lines.importer, lines.sector
