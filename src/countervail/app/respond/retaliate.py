"""``respond retaliate``: how to answer a partner at the least cost to oneself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from countervail.app.parts import WhichLaw
from countervail.app.question import PolicyQuestion
from countervail.app.request import Progress
from countervail.errors import InputError
from countervail.options import argument, option, part, per_cent
from countervail.policy.rates.terms import Scope
from countervail.text.listed import words

if TYPE_CHECKING:
    from countervail.core.model import Model
    from countervail.policy.retaliation.answer import Retaliation
    from countervail.policy.under_draws import Repriced
    from countervail.present.document import Document
    from countervail.present.respond_screen import RespondTelling
    from countervail.scenario import Scenario
    from countervail.world import World


@dataclass(frozen=True, kw_only=True)
class RetaliateRequest(PolicyQuestion):
    """Find duties that cost a partner an amount at the least own cost, and prove it (needs JAX)."""

    player: str = argument("Who answers: a country, or a group as one.")
    partner: str = argument("Who is answered.")
    law: WhichLaw = part(
        WhichLaw(),
        help={"scenario": "Its second state holds their measure, in place of --law-date."},
    )
    unanswered: bool = option(False, "Leave our own measures out of the scenario.")
    cost_usd: float | None = option(
        None, "What it is to cost them, USD million.", metavar="USD", typed=float | None
    )
    cost_percent: float | None = option(
        None, "The same, of their welfare.", metavar="PERCENT", typed=float | None
    )
    rebalance: bool = option(False, "As much as the scenario costs us.")
    scope: Scope = part(
        Scope(),
        help={
            "sectors": "Sectors that may be used; all goods.",
            "by_line": "A duty for every tariff line, where the law knows lines.",
        },
    )
    spare: Sequence[str] = option((), "Sectors that may not: C19,C20.", metavar="CODES", read=words)
    cap: float = per_cent(0.5, "Highest additional duty.")
    most: int | None = option(
        None, "Sectors, or tariff lines, at most; any number.", metavar="NUMBER", typed=int | None
    )
    compare: bool = option(False, "With --unanswered: beside it, the answer the scenario holds.")

    counted = "points of the frontier"

    def check(self) -> None:
        """Raise where something can be refused before anything is solved.

        Raises:
            InputError: there is nothing to compare; or as ``PolicyQuestion.check``.
        """
        if self.compare and not self.unanswered:
            raise InputError("--compare sets our own answer beside this one: add --unanswered")
        super().check()

    def search(
        self, world: World, scenario: Scenario | None, model: Model, progress: Progress
    ) -> Retaliation:
        """Return the duties."""
        from countervail.policy.retaliation.retaliate import retaliate

        return retaliate(
            world,
            self.player,
            self.partner,
            scenario,
            model,
            self.scope,
            goal_usd=self.cost_usd,
            goal_percent=self.cost_percent,
            rebalance=self.rebalance,
            unanswered=self.unanswered,
            spare=self.spare,
            cap=self.cap,
            most=self.most,
            compare_with=scenario if self.compare else None,
            progress=progress,
        )

    def document(
        self, found: Retaliation, ranges: Repriced | str, telling: RespondTelling
    ) -> Document:
        """Return what is reported of them."""
        from countervail.present.retaliated import retaliation

        return retaliation(found, ranges, telling)
