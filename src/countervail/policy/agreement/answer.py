"""The answer of ``coop``: deals between players, what each gains, and how good they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.errors import InputError, did_you_mean
from countervail.policy.legal import Movers
from countervail.policy.optimal import Rate, rate_rows
from countervail.policy.players import Player
from countervail.policy.rates.instruments import Instruments
from countervail.policy.stakes import Stake, real_income
from countervail.policy.status_quo import Counted
from countervail.policy.war.nash import Nash
from countervail.solution import Solution

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]

LOSES = 1e-6
"""Per cent: a smaller loss against the threat is none."""

Threat = Literal["law", "nash"]


class Start(NamedTuple):
    """One search.

    Attributes:
        name: where it began.
        value: of the aim where it ended: per cent; of the product, the sum of logs of per cents.
    """

    name: str
    value: float


class CoopRecord(NamedTuple):
    """Why no other tariffs would do better.

    Attributes:
        projected_gradient: largest slope of the sum of gains, weighted as these tariffs weigh them,
            among rates that could still move, per cent per percentage point: none is left by which
            one player could be given more at no cost to others.
        step: how far a further step would move a rate at most, in points.
        left: estimate of what that sum could still gain, per cent.
        uneven: of ``equal``, by how much the weighted mean gain exceeds the smallest, per cent.
        at_low, at_high: rates that their bounds hold.
        starts: the searches.
        agree: whether all came to the same value.
    """

    projected_gradient: float
    step: float
    left: float
    uneven: float
    at_low: int
    at_high: int
    starts: tuple[Start, ...]
    agree: bool


@dataclass(frozen=True, eq=False)
class Deal:
    """Tariffs of all players, with their proof.

    Attributes:
        name: ``sum``, ``equal``, ``product``; or of the frontier, whose weight was raised.
        weights: what a dollar of each player's real income counts for, by name; their mean is 1.
        gains: over the threat, per cent of real income, by name.
        gains_usd: likewise, USD million.
        solution: the certified equilibrium, relative to the law as it stands.
        certificate: why no other tariffs would do better.
        chosen: rates of each player, by name, [instrument].
        players: who agrees.
    """

    name: str
    weights: Mapping[str, float]
    gains: Mapping[str, float]
    gains_usd: Mapping[str, float]
    solution: Solution
    certificate: CoopRecord
    chosen: Mapping[str, Array]
    players: tuple[Player, ...]

    @property
    def stakes(self) -> tuple[Stake, ...]:
        """What ``reprice`` gives ranges of: real income of every player, over the law."""
        own = (real_income(one) for one in self.players)
        return tuple(replace(one, words=f"{one.words}, over the law") for one in own)

    @property
    def nobody_loses(self) -> bool:
        """Whether every player has at least what the threat leaves it."""
        return min(self.gains.values()) >= -LOSES

    @property
    def welfare(self) -> xr.DataArray:
        """Welfare of every country, per cent, relative to the law as it stands."""
        found: xr.DataArray = self.solution.welfare
        return found

    def __repr__(self) -> str:
        gains = ", ".join(f"{name} {gain:+.4f}" for name, gain in self.gains.items())
        return f"<{self.name}: {gains} per cent>"


@dataclass(frozen=True, eq=False)
class Coop(Counted):
    """Cooperative tariffs, each kind with its proof.

    Attributes:
        players: who agrees.
        threat: what holds without agreement.
        at_threat: welfare of each player there, per cent relative to the law as it stands, by name.
        war: the tariff war that threatens; None where the law does.
        deals: by name: ``sum`` (the largest weighted sum of real incomes), ``equal`` (the largest
            gain that all players have in common, in per cent; Kalai 1977, Ossa 2014), ``product``
            (the largest product of gains; Nash 1950; missing where not all can gain), and points of
            the frontier.
        sets: what each player sets, by name.
        present: rates of each player that stood, by name, [instrument].
        evaluations: equilibria solved, each with one gradient; the war's own are not in it.
        finished: whether everything asked for is there: False after Ctrl-C.
        notes: what must be said, in sentences.
    """

    players: tuple[Player, ...]
    threat: Threat
    at_threat: Mapping[str, float]
    war: Nash | None
    deals: Mapping[str, Deal]
    sets: Mapping[str, Instruments]
    present: Mapping[str, Array]
    evaluations: int
    finished: bool
    notes: tuple[str, ...]

    @property
    def counted(self) -> tuple[Solution, Movers]:
        """The deal that is told in full, and who agrees."""
        return self.shown.solution, [(one.name, one.members) for one in self.players]

    @property
    def frontier(self) -> tuple[Deal, ...]:
        """Every deal, the one in which the first player gains least first."""
        first = self.players[0].name
        return tuple(sorted(self.deals.values(), key=lambda deal: deal.gains[first]))

    @property
    def shown(self) -> Deal:
        """The deal that is told in full: ``equal``, or the first there is."""
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

    def table(self, deal: str, name: str) -> list[Rate]:
        """Return every rate of a player in a deal, the largest imports as the law stands first.

        Raises:
            InputError: no such deal, or not a player.
        """
        if name not in self.sets:
            raise InputError(f"'{name}' does not play (the players are {', '.join(self.sets)})")
        one = self.deal(deal)
        return rate_rows(self.sets[name], self.present[name], one.chosen[name], one.solution)

    def __repr__(self) -> str:
        names = ", ".join(one.name for one in self.players)
        return f"<cooperative tariffs of {names}: {', '.join(self.deals)}>"
