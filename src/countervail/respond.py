"""What should be done: each answer with its own proof.

``optimal`` and ``nash`` (docs/respond.md), ``retaliate`` (docs/retaliation.md), ``bargain``
(docs/bargain.md), ``exposure`` (docs/exposure.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from countervail.outcomes.exposure import Exposure, exposure
from countervail.policy import nash as _nash
from countervail.policy import optimal as _optimal
from countervail.policy.bargain import Bargain, bargain
from countervail.policy.concession_file import open_table
from countervail.policy.nash import BY_DEFAULT, Nash
from countervail.policy.optimal import Answer, Progress
from countervail.policy.retaliate import Retaliation, retaliate

if TYPE_CHECKING:
    from countervail.core.model import Model
    from countervail.scenario import Scenario
    from countervail.world import World

__all__ = [
    "Answer",
    "Bargain",
    "Exposure",
    "Nash",
    "Retaliation",
    "bargain",
    "exposure",
    "nash",
    "open_table",
    "optimal",
    "retaliate",
]


def optimal(
    world: World,
    player: str,
    scenario: Scenario | None = None,
    model: Model | None = None,
    *,
    partners: Iterable[str] | None = None,
    sectors: Iterable[str] | None = None,
    low: float = 0.0,
    high: float = 1.0,
    mfn: bool = False,
    held: Iterable[str] = (),
    objective: Mapping[str, float] | None = None,
    progress: Progress | None = None,
) -> Answer:
    """Return the tariffs of one country or bloc that are best for it, others staying passive.

    The law as it stands is the scenario's second state; what is chosen replaces the player's rates
    on these partners and sectors, in every tariff line of a cell. Two searches (from present
    rates and from a uniform rate) must end where no rate could gain; the answer is then solved and
    certified like any other.

    Args:
        world: the base world.
        player: a country, or a group (``EU27``), which acts as one: one external tariff by partner
            and sector, members' trade with each other untouched, their real income summed.
        scenario: its second state is the law in force; default the world as it is.
        model: default Caliendo and Parro with ``deficits="world_share"``.
        partners: countries or groups; default everybody.
        sectors: codes; default every goods sector.
        low, high: bounds of every rate (0.25 is 25 per cent).
        mfn: one rate for all these partners, by sector.
        held: countries or groups that keep their present rates (free-trade partners).
        objective: weights of countries' or groups' welfare, such as ``{"CAN": 1, "USA": -0.2}``;
            default the player's own.
        progress: told how many searches are done, and of how many.

    Raises:
        InputError: an unknown label, bounds that hold no rate, nothing to set, or JAX is missing.
        NotCertified: no best tariffs were found, or their equilibrium did not pass the check.
        NoEquilibrium: a state on the way has none, with the reason.
    """
    return _optimal.optimal(
        world,
        player,
        scenario,
        model,
        partners=partners,
        sectors=sectors,
        low=low,
        high=high,
        mfn=mfn,
        held=held,
        wanted=objective,
        progress=progress,
    )


def nash(
    world: World,
    players: Sequence[str] = BY_DEFAULT,
    scenario: Scenario | None = None,
    model: Model | None = None,
    *,
    partners: Iterable[str] | None = None,
    sectors: Iterable[str] | None = None,
    low: float = 0.0,
    high: float = 1.0,
    mfn: bool = False,
    held: Mapping[str, Sequence[str]] | None = None,
    progress: Progress | None = None,
) -> Nash:
    """Return tariffs from which no player gains by changing its own: the end of a tariff war.

    Players give their best answer in turn, each to the latest of the others (damped where that
    runs in a circle), until nobody could gain a millionth of its income. That is looked at once
    more for everybody at the end, from two starts each. Two wars are fought, from present rates
    and from a uniform rate; where they end differently, the answer says so.

    Args:
        world: the base world.
        players: countries or groups, each acting as one as in ``optimal``; nobody twice.
        scenario: its second state is the law in force; default the world as it is.
        model: default Caliendo and Parro with ``deficits="world_share"``.
        partners: on whom every player may set tariffs; default everybody, players and others.
        sectors: codes; default every goods sector.
        low, high: bounds of every rate (0.25 is 25 per cent).
        mfn: one rate a player for all these partners, by sector.
        held: by player, the partners it keeps its present rates on: ``{"CAN": ["USA", "MEX"]}``.
        progress: told how many answers were given, and of about how many.

    Raises:
        InputError: as ``optimal``; or one player only, or a country that plays twice.
        NotCertified: the war did not come to rest, or its equilibrium did not pass the check.
        NoEquilibrium: a state on the way has none, with the reason.
    """
    return _nash.nash(
        world,
        players,
        scenario,
        model,
        partners=partners,
        sectors=sectors,
        low=low,
        high=high,
        mfn=mfn,
        held=held,
        progress=progress,
    )
