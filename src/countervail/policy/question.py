"""A question on top of a question: chosen tariffs, against the law as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail.errors import InputError
from countervail.provenance import content_hash
from countervail.scenario import Resolved, Scenario, StateShock
from countervail.scenario.scenario import BY_HAND
from countervail.world import World

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Chosen(Scenario):
    """Chosen tariffs against the second state of another question, the law as it stands.

    Its ledger, where it has one, stands in place of the other question's: it may have been drawn.

    Attributes:
        standing: the other question.
        rates: [exporter, importer, sector], in every tariff line of the cell; NaN where the law
            stays as it stands.
    """

    standing: Scenario | None = None
    rates: Array | None = None

    def resolve_each(
        self, world: World, selections: Sequence[Sequence[str] | None]
    ) -> tuple[Resolved, ...]:
        """Return both states as arrays of a world, with the chosen tariffs (a part) or without.

        Raises:
            InputError: the question or the rates do not fit the world.
        """
        for parts in selections:
            self.check_parts(parts or ())
        if self.standing is None or self.rates is None or self.rates.shape != world.trade.shape:
            raise InputError(f"'{self.name}' holds rates chosen for another world than this")
        if self.from_date or self.to_date or self.known_on or self.background:
            raise InputError(
                f"'{self.name}' has no dates of its own: change those of the law as it stands, and "
                "choose again"
            )
        stands = replace(self.standing, ledger=self.ledger).resolve(world)
        chosen = replace(
            stands,
            before=stands.after,
            after=self._placed(stands, world),
            law_before=stands.law_after,
            quotas=tuple(q for q in stands.quotas if not self._on_lines(stands)[q.lines].any()),
        )
        nothing = replace(chosen, after=stands.after)
        return tuple(
            chosen if parts is None or BY_HAND in parts else nothing for parts in selections
        )

    def settings(self) -> dict[str, Any]:
        """Return what defines the question, JSON-able."""
        standing = None if self.standing is None else self.standing.settings()
        rates = None if self.rates is None else content_hash(self.rates.tobytes())
        return {**super().settings(), "law_as_it_stands": standing, "rates": rates}

    def _asked(self) -> dict[str, None]:
        return {BY_HAND: None}

    def _placed(self, stands: Resolved, world: World) -> StateShock:
        """Return the law as it stands with the chosen rates, in cells and in their lines."""
        assert self.rates is not None
        law = stands.after
        tariff = world.tariff if law.tariff_new is None else law.tariff_new
        tariff = np.where(np.isnan(self.rates), tariff, self.rates)
        if stands.lines is None or law.line_tariff is None:
            return replace(law, tariff_new=tariff)
        chosen = self.rates[stands.lines.exporter, stands.lines.importer, stands.lines.sector]
        return replace(
            law,
            tariff_new=tariff,
            line_tariff=np.where(np.isnan(chosen), law.line_tariff, chosen),
        )

    def _on_lines(self, stands: Resolved) -> NDArray[np.bool_]:
        """Return the tariff lines whose rate is chosen."""
        assert self.rates is not None
        lines = stands.lines
        if lines is None:
            return np.zeros(0, dtype=np.bool_)
        return ~np.isnan(self.rates[lines.exporter, lines.importer, lines.sector])
