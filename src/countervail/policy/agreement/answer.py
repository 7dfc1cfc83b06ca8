"""The answer of ``coop``: deals between players, what each gains, and how good they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from countervail.errors import InputError, did_you_mean
from countervail.policy.answer import Answer
from countervail.policy.criteria import Criterion, real_income
from countervail.policy.players import Player
from countervail.policy.proof import Proof
from countervail.policy.rates.instruments import Instruments
from countervail.policy.rates.problem import RateProblem
from countervail.policy.rates.table import ChosenRate, rate_rows
from countervail.policy.war.nash import Nash
from countervail.schema.shown import Shown

Array = NDArray[np.float64]

LOSS_PER_CENT = 1e-6
"""Per cent: a smaller loss against the threat is none."""

Threat = Literal["law", "nash"]


@dataclass(frozen=True, kw_only=True)
class CoopProof(Proof):
    """Why no other tariffs would do better.

    Slopes are those of the sum of gains, weighted as these tariffs weigh them: none is left by
    which one player could be given more at no cost to others. The value of a start is the aim's
    where it ended: per cent; of the product, the sum of logs of per cents.

    Attributes:
        uneven: of ``equal``, by how much the weighted mean gain exceeds the smallest, per cent.
    """

    uneven: float


@dataclass(frozen=True, eq=False)
class Deal(Answer[RateProblem, CoopProof]):
    """Tariffs of all players, with their proof.

    Attributes:
        name: ``sum``, ``equal``, ``product``; or of the frontier, whose weight was raised.
        weights: what a dollar of each player's real income counts for, by name; their mean is 1.
        gains: over the threat, per cent of real income, by name.
        gains_usd: likewise, USD million.
        chosen: rates of each player, by name, [instrument].
    """

    name: str
    weights: Mapping[str, float]
    gains: Mapping[str, float]
    gains_usd: Mapping[str, float]
    chosen: Mapping[str, Array]

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """What ``reprice`` gives ranges of: real income of every player, over the law."""
        own = (real_income(one) for one in self.problem.players)
        return tuple(replace(one, words=f"{one.words}, over the law") for one in own)

    @property
    def nobody_loses(self) -> bool:
        """Whether every player has at least what the threat leaves it."""
        return min(self.gains.values()) >= -LOSS_PER_CENT

    def __repr__(self) -> str:
        gains = ", ".join(f"{name} {gain:+.4f}" for name, gain in self.gains.items())
        return f"<{self.name}: {gains} per cent>"


@dataclass(frozen=True, eq=False)
class Coop(Shown):
    """Cooperative tariffs, each kind with its proof.

    Attributes:
        problem: what was asked.
        threat: what holds without agreement.
        at_threat: welfare of each player there, per cent relative to the status quo, by name.
        war: the tariff war that threatens; None where the law does.
        deals: by name: ``sum`` (the largest weighted sum of real incomes), ``equal`` (the largest
            gain that all players have in common, in per cent; Kalai 1977, Ossa 2014), ``product``
            (the largest product of gains; Nash 1950; missing where not all can gain), and points of
            the frontier.
        evaluations: equilibria solved, each with one gradient; the war's own are not in it.
        finished: whether everything asked for is there: False after Ctrl-C.
        notes: what must be said, in sentences.
    """

    problem: RateProblem
    threat: Threat
    at_threat: Mapping[str, float]
    war: Nash | None
    deals: Mapping[str, Deal]
    evaluations: int
    finished: bool
    notes: tuple[str, ...]

    @property
    def players(self) -> tuple[Player, ...]:
        """Who agrees."""
        return self.problem.players

    @property
    def sets(self) -> Mapping[str, Instruments]:
        """What each player sets, by name."""
        return dict(zip(self.problem.names, self.problem.instruments, strict=True))

    @property
    def present(self) -> Mapping[str, Array]:
        """Rates of each player that stood, by name, [instrument]."""
        return dict(zip(self.problem.names, self.problem.present, strict=True))

    @property
    def frontier(self) -> tuple[Deal, ...]:
        """Every deal, the one in which the first player gains least first."""
        first = self.players[0].name
        return tuple(sorted(self.deals.values(), key=lambda deal: deal.gains[first]))

    @property
    def shown(self) -> Deal:
        """The deal that is reported in full: ``equal``, or the first there is."""
        return self.deals.get("equal") or next(iter(self.deals.values()))

    def deal(self, name: str) -> Deal:
        """Return a deal by its name.

        Raises:
            InputError: there is none of that name.
        """
        if name not in self.deals:
            raise InputError(
                f"no deal '{name}'{did_you_mean(name, self.deals)} (there are "
                f"{', '.join(self.deals)}; notes say what is missing)"
            )
        return self.deals[name]

    def table(self, deal: str, name: str) -> list[ChosenRate]:
        """Return every rate of a player in a deal, the largest imports under the status quo first.

        Raises:
            InputError: no such deal, or not a player.
        """
        if name not in self.sets:
            raise InputError(f"'{name}' does not play (the players are {', '.join(self.sets)})")
        one = self.deal(deal)
        return rate_rows(self.sets[name], self.present[name], one.chosen[name], one.solution)

    def __repr__(self) -> str:
        names = ", ".join(self.problem.names)
        return f"<cooperative tariffs of {names}: {', '.join(self.deals)}>"
