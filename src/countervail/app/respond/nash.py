"""``respond nash``: a tariff war, to where nobody gains by another tariff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from countervail.app.question import PolicyQuestion
from countervail.app.request import Progress
from countervail.options import argument, part
from countervail.policy.rates.terms import Terms
from countervail.text.listed import words

if TYPE_CHECKING:
    from countervail.core.model import Model
    from countervail.policy.under_draws import Repriced
    from countervail.policy.war.nash import Nash
    from countervail.present.document import Document
    from countervail.present.respond_screen import RespondTelling
    from countervail.scenario import Scenario
    from countervail.world import World


@dataclass(frozen=True, kw_only=True)
class NashRequest(PolicyQuestion):
    """Find tariffs from which no player gains by changing its own, and prove it (needs JAX).

    Ctrl-C prints the tariffs found so far, marked as unfinished.
    """

    players: Sequence[str] = argument(
        "Countries or groups, such as USA,CHN,EU27; a group is one.",
        ("USA", "CHN", "EU27"),
        read=words,
    )
    terms: Terms = part(Terms())

    counted = "equilibria"

    def search(
        self, world: World, scenario: Scenario | None, model: Model, progress: Progress
    ) -> Nash:
        """Return where the war ends."""
        from countervail.policy.war.nash import nash

        return nash(world, self.players, scenario, model, self.terms, progress=progress)

    def document(self, found: Nash, ranges: Repriced | str, telling: RespondTelling) -> Document:
        """Return what is reported of it."""
        from countervail.present.responded import nash

        return nash(found, ranges, telling)
