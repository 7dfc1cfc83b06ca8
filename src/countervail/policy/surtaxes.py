"""Additional duties on a partner: what may be laid, and what they make of the law."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail.core.model import Baseline, Shock
from countervail.policy.ground import Ground
from countervail.policy.instruments import Instruments, goods_sectors, instruments
from countervail.policy.players import Player
from countervail.policy.question import Chosen
from countervail.scenario import Resolved, StateShock
from countervail.world import World

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Surtaxes(Instruments):
    """Additional duties on top of the law, the same on every tariff line of a cell."""

    @classmethod
    def of_rates(cls, own: Instruments) -> Surtaxes:
        """Return additional duties in the cells of rates."""
        return cls(**{field.name: getattr(own, field.name) for field in fields(own)})

    def placed(self, base: Baseline, law: Shock, rates: Array) -> Shock:
        """Return a state of law with these duties added."""
        tariff = (base.tariff if law.tariff_new is None else law.tariff_new).copy()
        tariff[self.cells] += rates[self.of]
        lines = law.lines
        if lines is not None:
            own = self.line_of >= 0
            line_rates = lines.tariff_new.copy()
            line_rates[own] += rates[self.line_of[own]]
            lines = lines._replace(tariff_new=line_rates)
        return law._replace(tariff_new=tariff, lines=lines)


@dataclass(frozen=True, eq=False)
class Surtaxed(Chosen):
    """Additional duties (``rates``, NaN where none) on the second state of another question."""

    def _placed(self, stands: Resolved, world: World) -> StateShock:
        """Return the law as it stands with the duties added, in cells and in their lines."""
        assert self.rates is not None
        law, added = stands.after, np.nan_to_num(self.rates)
        tariff = (world.tariff if law.tariff_new is None else law.tariff_new) + added
        if stands.lines is None or law.line_tariff is None:
            return replace(law, tariff_new=tariff)
        on_lines = added[stands.lines.exporter, stands.lines.importer, stands.lines.sector]
        return replace(law, tariff_new=tariff, line_tariff=law.line_tariff + on_lines)

    def settings(self) -> dict[str, Any]:
        """Return what defines the question, JSON-able."""
        return {**super().settings(), "rates_are": "additional"}


def surtaxes(
    ground: Ground,
    who: Player,
    them: Player,
    sectors: Iterable[str] | None,
    spare: Iterable[str],
    cap: float,
) -> Surtaxes:
    """Return the duties that may be laid.

    Raises:
        InputError: an unknown label, or nothing left.
    """
    world = ground.world
    spared = {world.sector(code) for code in spare}
    named = goods_sectors(world) if sectors is None else tuple(sectors)
    own = instruments(
        world,
        who,
        ground.before.shock,
        ground.before.weights,
        partners=[world.countries[n] for n in them.members],
        sectors=[code for code in named if world.sector(code) not in spared],
        low=0.0,
        high=cap,
        mfn=True,
    )
    return Surtaxes.of_rates(own)
