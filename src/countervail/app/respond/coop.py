"""``respond coop``: tariffs that players would agree on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from countervail.app.question import PolicyQuestion
from countervail.app.request import Progress
from countervail.options import argument, option, part
from countervail.policy.rates.terms import Terms
from countervail.text.listed import numbers, words

if TYPE_CHECKING:
    from countervail.core.model import Model
    from countervail.policy.agreement.answer import Coop, Threat
    from countervail.policy.under_draws import ChosenPolicy, Repriced
    from countervail.present.document import Document
    from countervail.present.respond_screen import RespondTelling
    from countervail.scenario import Scenario
    from countervail.world import World


@dataclass(frozen=True, kw_only=True)
class CoopRequest(PolicyQuestion):
    """Find tariffs that players would agree on, and the frontier, and prove it (needs JAX).

    Ctrl-C prints the kinds of agreement found so far.
    """

    players: Sequence[str] = argument(
        "Countries or groups, such as USA,CHN,EU27; a group is one.",
        ("USA", "CHN", "EU27"),
        read=words,
    )
    threat: Threat = option("law", "What holds without agreement: the law, or a tariff war (nash).")
    points: int = option(0, "Points of the frontier besides, for each player.")
    weights: Mapping[str, float] | None = option(
        None,
        "What a player's dollar counts for, such as USA=1,CHN=0.5; all the same.",
        metavar="WEIGHTS",
        read=numbers("--weights", "USA=1,CHN=0.5"),
    )
    terms: Terms = part(Terms())

    counted = "equilibria"

    def search(
        self, world: World, scenario: Scenario | None, model: Model, progress: Progress
    ) -> Coop:
        """Return what they would agree on."""
        from countervail.policy.agreement.coop import coop

        return coop(
            world,
            self.players,
            scenario,
            model,
            self.terms,
            weights=self.weights,
            threat=self.threat,
            points=self.points,
            progress=progress,
        )

    def document(self, found: Coop, ranges: Repriced | str, telling: RespondTelling) -> Document:
        """Return what is reported of it."""
        from countervail.present.cooperated import coop

        return coop(found, ranges, telling)

    def chosen(self, found: Coop) -> ChosenPolicy:
        """Return the agreement that is shown first."""
        return found.shown
