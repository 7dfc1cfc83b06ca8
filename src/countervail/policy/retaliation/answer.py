"""The answer of ``retaliate``: the list, what it costs both, and how good it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.policy.answer import Answer
from countervail.policy.criteria import AnyCriterion, Criterion, GoalCriterion, RatioCriterion
from countervail.policy.players import Player
from countervail.policy.proof import Proof
from countervail.policy.rates.instruments import Instruments
from countervail.policy.rates.problem import RateProblem
from countervail.policy.retaliation.frontier import LISTED_RATE, MET_PART_OF_AMOUNT, FrontierPoint

Array = NDArray[np.float64]

MOST_OF_IT = 0.9
"""Part of the stated amount whose chance is reported beside that of all of it."""


class Levy(NamedTuple):
    """One entry of the list.

    Attributes:
        sector: code.
        line: the tariff line's goods; None for a duty on the whole sector.
        present: rate under the status quo, per cent, averaged over lines and cells.
        duty: additional, per cent.
        imports, imports_new: from the partner, USD million, under the status quo and then.
    """

    sector: str
    line: str | None
    present: float
    duty: float
    imports: float
    imports_new: float


class Compared(NamedTuple):
    """What another answer to the same measure does.

    Attributes:
        title: of the scenario that holds it.
        pain_usd, cost_usd: their loss and ours from it, over the status quo, USD million.
        least_cost_usd: the least cost of the same pain, on the frontier; None where the frontier
            does not hold that much, or jumps over it (or the pain is not positive).
        duties: mean additional duty by sector, or tariff line, per cent; bans are not in it.
    """

    title: str
    pain_usd: float
    cost_usd: float
    least_cost_usd: float | None
    duties: dict[str, float]


@dataclass(frozen=True, kw_only=True)
class RetaliationProof(Proof):
    """How good the answer is: slopes are of the weighted sum, per cent of our welfare.

    A search from the highest duties, with the same weight, is what it agrees with or not.

    Attributes:
        missed_usd: their loss in the certified solution less the stated amount, USD million.
        pain_usd, cost_usd: their loss and ours, certified, USD million.
        weight: of a USD of their loss at the answer.
        few_cost_usd: what keeping to few duties adds to the cost; 0 where all may be used, and
            where the amount is not reached.
    """

    missed_usd: float
    pain_usd: float
    cost_usd: float
    weight: float
    few_cost_usd: float

    @property
    def at_cap(self) -> int:
        """Duties that the cap holds."""
        return self.at_high

    def as_dict(self) -> dict[str, Any]:
        """Return it, JSON-able."""
        return {**super().as_dict(), "at_cap": self.at_cap}


@dataclass(frozen=True, eq=False)
class Retaliation(Answer[RateProblem, RetaliationProof]):
    """An answer to a partner.

    Attributes:
        partner: who is answered.
        goal_usd: the stated amount, USD million.
        harm_usd: our loss from the question's second state (their measure), USD million.
        reached: whether the stated amount can be reached; if not, the answer costs them the most.
        most_usd: the most that it can cost them within these bounds, all sectors used.
        frontier: from little to the most.
        duties: additional duties, [instrument].
        compared: what another answer does.
    """

    partner: Player
    goal_usd: float
    harm_usd: float
    reached: bool
    most_usd: float
    frontier: tuple[FrontierPoint, ...]
    duties: Array
    compared: Compared | None

    @property
    def instruments(self) -> Instruments:
        """What was set."""
        return self.problem.instruments[0]

    @property
    def present(self) -> Array:
        """Rates that stand, [instrument]."""
        return self.problem.present[0]

    @property
    def table(self) -> list[Levy]:
        """The list: every sector or line with an additional duty, the largest imports first."""
        own, world = self.instruments, self.solution.world
        trade = own.traded(self.solution)
        listed = [
            Levy(
                world.sectors[own.sector[k]],
                own.line[k],
                100.0 * float(self.present[k]),
                100.0 * float(self.duties[k]),
                float(trade.before[k]),
                float(trade.after[k]),
            )
            for k in np.flatnonzero(self.duties > LISTED_RATE)
        ]
        return sorted(listed, key=lambda levy: -levy.imports)

    @property
    def criteria(self) -> tuple[AnyCriterion, ...]:
        """What ``reprice`` gives ranges of: cost, pain, the stated amount, cost for pain."""
        us = Criterion(
            self.player.name, f"cost to {self.player.name}", self.player.members, loss=True
        )
        them = self.partner
        pain = Criterion(them.name, f"pain to {them.name}", them.members, loss=True)
        slack = MET_PART_OF_AMOUNT * self.goal_usd
        return (
            us,
            pain,
            GoalCriterion(
                "amount",
                "their loss is at least the stated amount",
                pain,
                self.goal_usd,
                slack=slack,
            ),
            GoalCriterion(
                "most of it",
                f"their loss is at least {100 * MOST_OF_IT:g} % of the stated amount",
                pain,
                MOST_OF_IT * self.goal_usd,
                slack=slack,
            ),
            RatioCriterion("cost for pain", "our cost for a USD of their loss", us, pain),
        )

    def __repr__(self) -> str:
        c = self.certificate
        return (
            f"<{self.player.name} answers {self.partner.name}: {len(self.table)} duties cost them "
            f"{c.pain_usd:,.0f} and us {c.cost_usd:,.0f} USD million>"
        )
