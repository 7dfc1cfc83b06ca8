"""What decoupling from a partner would cost a country: an embargo, or halved trade.

An embargo (``gone``) bans every sale between the two, both ways. Halved trade (``halved``) raises
the trade costs of every sector of the pair, both ways, by one factor: the one at which their
two-way trade at border prices (world value added unchanged) is half of what it was; what melts away
on the way of the other half is part of the cost. Every state is solved and certified. Both speak of
the long run that the trade elasticities are estimated for: buyers have found other sellers, and
labour other work.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Sequence
from typing import Literal, NamedTuple, cast, get_args

import numpy as np

from countervail.core.model import Array, Model
from countervail.draws.batch import solve_many
from countervail.errors import CountervailError, InputError, NoEquilibrium, did_you_mean
from countervail.scenario import Scenario
from countervail.solution import Solution
from countervail.solving import solve
from countervail.world import World

How = Literal["halved", "gone"]
CALLED: dict[How, str] = {"halved": "halved trade", "gone": "embargo"}
"""Way of decoupling -> what a reader calls it."""

LOG_HALF = math.log(0.5)
CLOSE_LOG = 1e-9
"""How near to a half trade must come, in logs."""
MOST_SOLVES = 60
MAX_LOG_COST = 60.0
"""Log of the largest factor of trade costs that is tried."""


class Loss(NamedTuple):
    """What decoupling from a partner costs.

    Attributes:
        partner: its code.
        how: ``halved`` (trade) or ``gone`` (an embargo).
        iceberg_hat: factor on the pair's trade costs; infinite under an embargo.
        trade_hat: two-way trade of the pair that is left, over what it was.
        welfare: change of the country's welfare, per cent.
        partner_welfare: change of the partner's, per cent.
        residual: largest relative residual of the two states' equations.
        reason: why there is no answer (then the figures are NaN); else None.
    """

    partner: str
    how: How
    iceberg_hat: float
    trade_hat: float
    welfare: float
    partner_welfare: float
    residual: float
    reason: str | None = None


def decoupling(
    world: World, country: str, partner: str, model: Model | None = None, how: How = "gone"
) -> Loss:
    """Return what it would cost a country to decouple from a partner.

    Args:
        world: the world.
        country: code of the country.
        partner: code of the partner.
        model: default Caliendo and Parro with ``deficits="world_share"``.
        how: ``halved`` (trade) or ``gone`` (an embargo).

    Raises:
        InputError: no such country, partner or way; or no trade between the two to halve.
        NoEquilibrium: the world has none without that trade, with the reason.
        NotCertified: no solution passed the check.
    """
    check_how(how)
    pair = pair_of(world, country, partner)
    if how == "halved":
        return _halved_trade(world, pair, model)
    return _reported(solve(world, _costlier(world, pair, math.inf), model), pair, "gone", math.inf)


def decoupling_each(
    world: World,
    country: str,
    partners: Sequence[str],
    model: Model | None = None,
    how: How = "gone",
    report: Callable[[], object] = lambda: None,
) -> list[Loss]:
    """Return what decoupling from each of several partners, alone, would cost.

    One without an answer says why.

    Args:
        world: the world.
        country: code of the country.
        partners: codes.
        model: default Caliendo and Parro with ``deficits="world_share"``.
        how: ``halved`` (trade) or ``gone`` (an embargo).
        report: called when a partner's answer is known.

    Raises:
        InputError: no such country, partner or way.
    """
    check_how(how)
    pairs = [pair_of(world, country, partner) for partner in partners]
    if how == "gone":
        return _embargoes(world, pairs, model, report)
    losses = []
    for pair in pairs:
        try:
            losses.append(_halved_trade(world, pair, model))
        except CountervailError as error:
            losses.append(unanswered(world.countries[pair[1]], how, str(error)))
        report()
    return losses


def check_how(how: str) -> None:
    """Raise where this is no way of decoupling.

    Raises:
        InputError: it is not, with the nearest that is.
    """
    if how not in get_args(How):
        raise InputError(
            f"no way '{how}' of decoupling{did_you_mean(how, get_args(How))} "
            f"(there are {', '.join(get_args(How))})"
        )


def pair_of(world: World, country: str, partner: str) -> tuple[int, int]:
    """Return the positions of a country and its partner.

    Raises:
        InputError: one is not in the world, or both are the same.
    """
    pair = world.country(country), world.country(partner)
    if pair[0] == pair[1]:
        raise InputError(f"'{country}' is no partner of its own: name another country")
    return pair


def _costlier(world: World, pair: tuple[int, int], iceberg_hat: float) -> Scenario:
    """Return the scenario in which all trade of a pair, both ways, costs more by a factor."""
    n, p = pair
    iceberg = np.ones_like(world.trade)
    iceberg[n, p] = iceberg[p, n] = iceberg_hat
    name = f"{world.countries[n]} and {world.countries[p]} decoupled"
    return Scenario.from_arrays(world, iceberg_hat=iceberg, name=name)


def _halved_trade(world: World, pair: tuple[int, int], model: Model | None) -> Loss:
    """Return the state in which a pair's two-way trade is half of what it was.

    Raises:
        InputError: there is no trade to halve.
        NoEquilibrium: no trade cost halves it.
    """
    names = f"{world.countries[pair[0]]} and {world.countries[pair[1]]}"
    if two_way(world.trade, pair) <= 0:
        raise InputError(f"{names} do not trade in world '{world.name}': nothing to halve")
    near: Solution | None = None

    def excess(cost: float) -> float:
        """Return the log of trade left over half of what it was, at the log of a cost."""
        nonlocal near
        near = solve(world, _costlier(world, pair, math.exp(cost)), model, near=near)
        left = _trade_hat(near, pair)
        return math.log(left / 0.5) if left > 0 else -math.inf

    cost = _root(
        excess, search(-LOG_HALF, first=-LOG_HALF / float(np.mean(world.trade_elasticity)))
    )
    if cost is None or near is None:
        raise never_half(world, pair)
    return _reported(near, pair, "halved", math.exp(cost))


def never_half(world: World, pair: tuple[int, int]) -> NoEquilibrium:
    """Return the error that says that no trade cost halves a pair's trade."""
    names = f"{world.countries[pair[0]]} and {world.countries[pair[1]]}"
    return NoEquilibrium(
        f"no trade cost halves the trade of {names}: what one owes the other has to be shipped"
    )


def _root(
    excess: Callable[[float], float], tries: Generator[float, float, float | None]
) -> float | None:
    """Return the result of a search; the last point tried is the root."""
    try:
        at = next(tries)
        while True:
            at = tries.send(excess(at))
    except StopIteration as end:
        return cast("float | None", end.value)


def search(
    at_zero: float, first: float, close: float = CLOSE_LOG
) -> Generator[float, float, float | None]:
    """Search for where a decreasing function of a positive number is zero.

    Yields a point to try, is sent the function's value there, and returns the last point tried;
    None where there is no zero. The log of trade falls about linearly in the log of its cost, so a
    secant needs about five tries; where it leaves the bracket, that is doubled or cut in two.

    Args:
        at_zero: the function's value at zero, positive.
        first: what to try first.
        close: how near to zero the value must come.
    """
    low, high = 0.0, math.inf
    (before, value_before), at = (0.0, at_zero), first
    for _ in range(MOST_SOLVES):
        value = yield at
        if abs(value) <= close:
            return at
        low, high = (at, high) if value > 0 else (low, at)
        slope = (value - value_before) / (at - before)
        before, value_before = at, value
        at = at - value / slope if math.isfinite(slope) and slope < 0 else math.nan
        if not low < at < min(high, 4.0 * before):
            at = 2.0 * low if math.isinf(high) else (low + high) / 2
        if at > MAX_LOG_COST:
            return None
    return None


def two_way(trade: Array, pair: tuple[int, int]) -> float:
    """Return a pair's exports and imports of all sectors together."""
    n, p = pair
    return float(trade[n, p].sum() + trade[p, n].sum())


def _trade_hat(solution: Solution, pair: tuple[int, int]) -> float:
    """Return two-way trade of a pair at border prices, over what it was; NaN where none was."""
    before = two_way(solution.arrays["border_trade"], pair)
    after = two_way(solution.arrays["border_trade_new"], pair)
    return after / before if before > 0 else math.nan


def _reported(solution: Solution, pair: tuple[int, int], how: How, iceberg_hat: float) -> Loss:
    n, p = pair
    welfare = solution.arrays["welfare"]
    return Loss(
        partner=solution.world.countries[p],
        how=how,
        iceberg_hat=iceberg_hat,
        trade_hat=_trade_hat(solution, pair),
        welfare=float(welfare[n]),
        partner_welfare=float(welfare[p]),
        residual=solution.certificate.residual,
    )


def _embargoes(
    world: World,
    pairs: Sequence[tuple[int, int]],
    model: Model | None,
    report: Callable[[], object],
) -> list[Loss]:
    """Return what an embargo on each pair costs: one batch of solves."""
    found = solve_many(world, [_costlier(world, pair, math.inf) for pair in pairs], model)
    losses = []
    for k, (n, p) in enumerate(pairs):
        partner = world.countries[p]
        if k in found.failures:
            losses.append(unanswered(partner, "gone", str(found.failures[k])))
        else:
            welfare = found.arrays["welfare"][k]
            none_left = 0.0 if two_way(world.trade, (n, p)) > 0 else math.nan
            certificate = float(found.residual[k])
            ends = float(welfare[n]), float(welfare[p])
            losses.append(Loss(partner, "gone", math.inf, none_left, *ends, certificate))
        report()
    return losses


def unanswered(partner: str, how: How, reason: str) -> Loss:
    """Return a loss that has no answer, with the reason."""
    nothing = math.nan
    return Loss(partner, how, nothing, nothing, nothing, nothing, nothing, reason)
