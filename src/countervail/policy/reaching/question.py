"""A package of changes against the law as it stands, as a question of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail.errors import InputError
from countervail.policy.reaching.levers import Changes, cut_rates
from countervail.provenance import content_hash
from countervail.scenario import Resolved, Scenario, StateShock
from countervail.scenario.question import BY_HAND
from countervail.world import World

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Package(Scenario):
    """Changes of trade costs, tariffs and productivity on the second state of another question.

    Both states have the growth of economies until the goal's year. Its ledger, where it has one,
    stands in place of the other question's: it may have been drawn.

    Attributes:
        standing: the other question; its second state is the law as it stands.
        package: what is changed.
        labour_hat: growth of every economy, in both states, [country]; None is none.
    """

    standing: Scenario | None = None
    package: Changes | None = None
    labour_hat: Array | None = None

    def base_world(self, world: World) -> World:
        """Return the world that the law as it stands is solved from."""
        if self.standing is None:
            return world
        return replace(self.standing, ledger=self.ledger).base_world(world)

    def resolve_each(
        self, world: World, selections: Sequence[Sequence[str] | None]
    ) -> tuple[Resolved, ...]:
        """Return both states as arrays of a world, with the package (a part) or without.

        Raises:
            InputError: the question or the package does not fit the world.
        """
        for parts in selections:
            self.check_parts(parts or ())
        if self.standing is None or self.package is None or not self._fits(world):
            raise InputError(f"'{self.name}' holds changes chosen for another world than this")
        if self.from_date or self.to_date or self.known_on or self.background:
            raise InputError(
                f"'{self.name}' has no dates of its own: change those of the law as it stands, and "
                "choose again"
            )
        stands = self.today(world)
        before = grown(stands.after, self.labour_hat)
        touched = self._on_lines(stands)
        chosen = replace(
            stands,
            before=before,
            after=self._placed(before, stands, world),
            law_before=stands.law_after,
            quotas=tuple(q for q in stands.quotas if not touched[q.lines].any()),
        )
        nothing = replace(chosen, after=before)
        return tuple(
            chosen if parts is None or BY_HAND in parts else nothing for parts in selections
        )

    def today(self, world: World) -> Resolved:
        """Return the other question in a world: its second state is today, before any growth."""
        assert self.standing is not None
        return replace(self.standing, ledger=self.ledger).resolve(world)

    def settings(self) -> dict[str, Any]:
        """Return what defines the question, JSON-able."""
        standing = None if self.standing is None else self.standing.settings()
        arrays = (*(self.package or ()), self.labour_hat)
        package = content_hash(*(b"" if a is None else a.tobytes() for a in arrays))
        return {**super().settings(), "law_as_it_stands": standing, "package": package}

    def _asked(self) -> dict[str, None]:
        return {BY_HAND: None}

    def _fits(self, world: World) -> bool:
        n, _, j = world.trade.shape
        shapes = (n, n, j), (n, n, j), (n, j), (n,)
        arrays = (*(self.package or ()), self.labour_hat)
        return all(a is None or a.shape == s for a, s in zip(arrays, shapes, strict=True))

    def _placed(self, law: StateShock, stands: Resolved, world: World) -> StateShock:
        """Return the law as it stands with the package, in cells and in their lines."""
        assert self.package is not None
        lines = stands.lines
        cells = None if lines is None else (lines.exporter, lines.importer, lines.sector)
        factor, cut, gain = self.package
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
        lines, cut = stands.lines, None if self.package is None else self.package.tariff_cut
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
