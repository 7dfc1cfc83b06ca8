"""A package of changes: a policy on top of the status quo."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.policy.reaching.levers import Changes, cut_rates
from countervail.provenance import content_hash
from countervail.scenario import Resolved, StateShock
from countervail.world import World

Array = NDArray[np.float64]


class Package(NamedTuple):
    """Changes of trade costs, tariffs and productivity on top of the status quo.

    Both states have the growth of economies until the goal's year.

    Attributes:
        changes: what is changed.
        labour_hat: growth of every economy, in both states, [country]; None is none.
    """

    changes: Changes
    labour_hat: Array | None = None

    @property
    def what(self) -> str:
        """What is chosen, in a word."""
        return "changes"

    def fits(self, world: World) -> bool:
        """Return whether its arrays are of the world's shape."""
        n, _, j = world.trade.shape
        shapes = (n, n, j), (n, n, j), (n, j), (n,)
        arrays = (*self.changes, self.labour_hat)
        return all(a is None or a.shape == s for a, s in zip(arrays, shapes, strict=True))

    def settings(self) -> dict[str, Any]:
        """Return what tells it from others, JSON-able."""
        arrays = (*self.changes, self.labour_hat)
        return {"package": content_hash(*(b"" if a is None else a.tobytes() for a in arrays))}

    def placed(self, stands: Resolved, world: World, name: str) -> Resolved:  # noqa: ARG002
        """Return the package against the status quo, with growth in both states."""
        before = grown(stands.after, self.labour_hat)
        touched = self._on_lines(stands)
        return replace(
            stands,
            before=before,
            after=self._state(before, stands, world),
            law_before=stands.law_after,
            quotas=tuple(q for q in stands.quotas if not touched[q.lines].any()),
            quotas_before=stands.quotas,
        )

    def _state(self, law: StateShock, stands: Resolved, world: World) -> StateShock:
        """Return the status quo with the package, in cells and in their lines."""
        lines = stands.lines
        cells = None if lines is None else (lines.exporter, lines.importer, lines.sector)
        factor, cut, gain = self.changes
        if factor is not None:
            law = replace(law, iceberg_hat=_times(law.iceberg_hat, factor))
            if cells is not None and law.line_iceberg is not None:
                law = replace(law, line_iceberg=law.line_iceberg * factor[cells])
        if cut is not None:
            stood = world.tariff if law.tariff_new is None else law.tariff_new
            law = replace(law, tariff_new=cut_rates(stood, 1.0 - cut))
            if cells is not None and law.line_tariff is not None:
                law = replace(law, line_tariff=cut_rates(law.line_tariff, 1.0 - cut[cells]))
        if gain is not None:
            law = replace(law, productivity_hat=_times(law.productivity_hat, gain))
        return law

    def _on_lines(self, stands: Resolved) -> NDArray[np.bool_]:
        """Return the tariff lines whose rate is changed."""
        lines, cut = stands.lines, self.changes.tariff_cut
        if lines is None or cut is None:
            return np.zeros(0 if lines is None else len(lines), dtype=np.bool_)
        return np.asarray(cut[lines.exporter, lines.importer, lines.sector] > 0)


def grown(state: StateShock, labour_hat: Array | None) -> StateShock:
    """Return a state with growth of economies in it."""
    if labour_hat is None:
        return state
    return replace(state, labour_hat=_times(state.labour_hat, labour_hat))


def _times(stood: Array | None, factor: Array) -> Array:
    return factor if stood is None else stood * factor
