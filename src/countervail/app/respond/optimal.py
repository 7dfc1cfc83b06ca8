"""``respond optimal``: the tariffs that are best for one country or bloc."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from countervail.app.question import PolicyQuestion
from countervail.app.request import Progress
from countervail.options import argument, option, part
from countervail.policy.rates.terms import Terms
from countervail.text.listed import numbers

if TYPE_CHECKING:
    from countervail.core.model import Model
    from countervail.policy.rates.optimal import Optimal
    from countervail.policy.under_draws import Repriced
    from countervail.present.document import Document
    from countervail.present.respond_screen import RespondTelling
    from countervail.scenario import Scenario
    from countervail.world import World


@dataclass(frozen=True, kw_only=True)
class OptimalRequest(PolicyQuestion):
    """Find the tariffs that are best for one player, others passive, and prove it (needs JAX)."""

    player: str = argument("A country, or a group such as EU27, as one.")
    terms: Terms = part(Terms())
    react: Mapping[str, float] | None = option(
        None,
        "Who answers with what part of the mean rise of rates on it, such as CHN=1.",
        metavar="PARTS",
        read=numbers("--react", "CHN=1,EU27=0.5"),
    )
    objective: Mapping[str, float] | None = option(
        None,
        "What counts, per cent each: CAN=1,USA=-0.5 (welfare), 'revenue CAN=1', 'wages CAN=1', "
        "'jobs CAN C29=0.1'; the player's own welfare.",
        metavar="WEIGHTS",
        read=numbers("--objective", "CAN=1,USA=-0.5"),
    )

    counted = "searches"

    def search(
        self, world: World, scenario: Scenario | None, model: Model, progress: Progress
    ) -> Optimal:
        """Return the best tariffs."""
        from countervail.policy.rates.optimal import optimal

        return optimal(
            world,
            self.player,
            scenario,
            model,
            self.terms,
            reaction=self.react,
            objective=self.objective,
            progress=progress,
        )

    def document(self, found: Optimal, ranges: Repriced | str, telling: RespondTelling) -> Document:
        """Return what is reported of them."""
        from countervail.present.responded import optimal

        return optimal(found, ranges, telling)
