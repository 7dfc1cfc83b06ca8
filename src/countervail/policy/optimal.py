"""The tariffs that are best for one player, everybody else's staying as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail import machine
from countervail.core.model import Model
from countervail.errors import NoEquilibrium, NotCertified
from countervail.policy.ground import Ground, worth_usd
from countervail.policy.legal import Movers
from countervail.policy.players import Player
from countervail.policy.players import player as named
from countervail.policy.rates.bounds import Bounds, bounds_of
from countervail.policy.rates.climb import Found, climb, standing_at
from countervail.policy.rates.desk import Desk
from countervail.policy.rates.instruments import EVERYBODY, Instruments
from countervail.policy.rates.objective import Objective
from countervail.policy.rates.objective import objective as aim_of
from countervail.policy.rates.settable import Terms, instruments
from countervail.policy.stakes import Stake, aimed
from countervail.policy.status_quo import Counted
from countervail.scenario import Scenario
from countervail.solution import Solution
from countervail.world import World

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
Progress = Callable[[int, int], object]

FLAT = 1e-6
"""Per cent of welfare per percentage point: what no free rate's slope may exceed in an answer."""

LEFT = 1e-6
"""Per cent of welfare: what the estimate of the gain still left may not exceed."""

SAME = 1e-6
"""Per cent of welfare within which two starts are said to come to the same."""

UNIFORM = 0.25
"""Rate of the second start; the middle of bounds that do not hold it."""

PASSIVE = (
    "Everybody else's law stays as it is: nobody answers these tariffs (`respond nash` is where "
    "players do)."
)
ANSWERED = (
    "Stated reaction: for every point that the rates on it rise on average, each of these adds so "
    "much to its rates on all goods of the player ({}); nobody else's law moves."
)
INTERRUPTED = (
    "Interrupted: these are the best rates found so far, not the best there are; the proof says "
    "how far from it they are."
)


class Start(NamedTuple):
    """One search.

    Attributes:
        name: where it began.
        value: of the objective where it ended, per cent.
        evaluations: equilibria solved, each with its gradient.
        apart: largest difference of a rate from the answer's, in points.
        apart_mean: the mean of these differences, weighted by imports under the answer, in points.
    """

    name: str
    value: float
    evaluations: int
    apart: float
    apart_mean: float


class SearchRecord(NamedTuple):
    """How good the answer is.

    Attributes:
        projected_gradient: largest slope among rates that could still move, per cent of the
            objective per percentage point.
        step: how far a further step would move a rate at most, in points.
        left: estimate of what could still be gained, per cent.
        instruments: rates set.
        at_low, at_high: rates that their bounds hold.
        gain: of the objective over leaving the law as it stands, per cent.
        gain_usd: of the player's own real income, USD million.
        starts: the searches.
        agree: whether all of them were finished and came to the same value.
        evaluations: equilibria solved in all searches.
    """

    projected_gradient: float
    step: float
    left: float
    instruments: int
    at_low: int
    at_high: int
    gain: float
    gain_usd: float
    starts: tuple[Start, ...]
    agree: bool
    evaluations: int


class Rate(NamedTuple):
    """One rate of an answer.

    Attributes:
        partner: code; None for a rate that all partners pay.
        sector: code.
        line: the tariff line's goods; None for a rate of whole sectors.
        present: per cent, averaged over the lines and cells it stands in.
        rate: per cent.
        imports, imports_new: USD million at producer prices, under the law as it stands and then.
    """

    partner: str | None
    sector: str
    line: str | None
    present: float
    rate: float
    imports: float
    imports_new: float


def rate_rows(own: Instruments, present: Array, chosen: Array, solution: Solution) -> list[Rate]:
    """Return every rate of a player, the largest imports under the law as it stands first."""
    world, trade = solution.world, own.traded(solution)
    rows = [
        Rate(
            None if partner == EVERYBODY else world.countries[partner],
            world.sectors[sector],
            own.line[k],
            100.0 * float(present[k]),
            100.0 * float(chosen[k]),
            float(trade.before[k]),
            float(trade.after[k]),
        )
        for k, (partner, sector) in enumerate(zip(own.partner, own.sector, strict=True))
    ]
    return sorted(rows, key=lambda row: -row.imports)


@dataclass(frozen=True, eq=False)
class Answer(Counted):
    """The tariffs that are best for a player, with their proof.

    Attributes:
        player: who sets them.
        objective: what it is after.
        solution: the certified equilibrium with them, relative to the law as it stands.
        certificate: how good they are.
        instruments: what was set.
        chosen: rates, [instrument].
        present: rates that stood, [instrument].
        finished: whether the search ran to its end; if not, these are the best rates it had found.
        notes: what must be said, in sentences.
    """

    player: Player
    objective: Objective
    solution: Solution
    certificate: SearchRecord
    instruments: Instruments
    chosen: Array
    present: Array
    finished: bool
    notes: tuple[str, ...]

    @property
    def counted(self) -> tuple[Solution, Movers]:
        """The certified answer; the player, and whoever answers as stated."""
        reaction = self.instruments.reaction
        others = () if reaction is None else zip(reaction.names, reaction.members, strict=True)
        return self.solution, [(self.player.name, self.player.members), *others]

    @property
    def rates(self) -> xr.DataArray:
        """The rates, by partner and sector (0.25 is 25 per cent); NaN where none of a whole cell
        was set (``table`` has those of tariff lines)."""
        import xarray as xr

        world, own = self.solution.world, self.instruments
        cube = np.full((len(world.countries), len(world.sectors)), np.nan)
        cube[own.cell_exporter, own.cell_sector] = self.chosen[own.of]
        return xr.DataArray(
            cube,
            dims=("partner", "sector"),
            coords={"partner": list(world.countries), "sector": list(world.sectors)},
            attrs={"units": "rate", "long_name": f"tariffs of {self.player.name}"},
            name="tariff",
        )

    @property
    def welfare(self) -> xr.DataArray:
        """Welfare of every country, per cent, relative to the law as it stands."""
        found: xr.DataArray = self.solution.welfare
        return found

    @property
    def table(self) -> list[Rate]:
        """Every rate, the largest imports under the law as it stands first."""
        return rate_rows(self.instruments, self.present, self.chosen, self.solution)

    @property
    def stakes(self) -> tuple[Stake, ...]:
        """What ``reprice`` gives ranges of: the objective, and the player's own real income."""
        return aimed(self.objective, self.player, self.solution.arrays["income"])

    def __repr__(self) -> str:
        c = self.certificate
        return (
            f"<tariffs of {self.player.name}: {c.instruments} rates, {c.gain:+.4f} per cent, "
            f"projected gradient {c.projected_gradient:.0e} per point>"
        )


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
    free: Iterable[str] = (),
    bounds: Bounds | Path | str | None = None,
    by_line: bool = False,
    reaction: Mapping[str, float] | None = None,
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
        held: countries or groups that keep their present rates.
        free: countries or groups whose rates are zero (partners of free-trade agreements).
        bounds: of law, such as WTO bindings: read, or the path of a file (docs/respond.md).
        by_line: a rate for every tariff line of its own, where the law knows lines.
        reaction: how partners answer, such as ``{"CHN": 1.0}``: for every point that the player's
            rates on it rise on average, it adds so much to its rates on all of the player's goods.
        objective: weights of outcomes, each in per cent, such as ``{"CAN": 1, "USA": -0.2}``
            (welfare), ``{"revenue CAN": 1}``, ``{"jobs CAN C29": 0.1}``; default the player's own
            welfare (``policy.rates.objective``).
        progress: told how many searches are done, and of how many.

    Raises:
        InputError: an unknown label, bounds that hold no rate, nothing to set, or JAX is missing.
        NotCertified: no best tariffs were found, or their equilibrium did not pass the check.
        NoEquilibrium: a state on the way has none, with the reason.
    """
    machine.load_jax()  # before anything is solved
    ground = Ground.of(world, scenario, model)
    who = named(player, ground.world)
    terms = Terms(
        partners=partners,
        sectors=sectors,
        low=low,
        high=high,
        mfn=mfn,
        held=held,
        free=free,
        bounds=bounds_of(bounds),
        by_line=by_line,
        reaction=reaction,
    )
    own = instruments(ground.law, who, terms)
    aim = aim_of(ground.world, who, ground.base, ground.before.outcome, objective)
    desk = Desk(ground.model, ground.base, ground.before, own, aim.weight, aim.others)
    present = own.present(ground.base, desk.law)
    try:
        found, finished = _searched(desk, starts(own, present), progress)
    except NoEquilibrium as error:
        raise error.named(ground.world.countries, ground.world.sectors) from None
    best = max(found.values(), key=lambda one: one[0].look.value)[0]
    if finished:
        refuse_unfinished(best)
    solution = ground.answer(
        f"The best tariffs of {who.name}, against the law as it stands",
        f"optimal-{who.name}",
        ground.rates(own, best.rates),
        best.look.hats,
        [ground.world.countries[n] for n in who.members[:1]],
    )
    ground.refuse_disagreement(aim.value(solution.arrays), best.look.value)
    record = _record(best, found, own, solution, who, aim, finished=finished)
    unfinished = () if finished else (INTERRUPTED,)
    others = PASSIVE if own.reaction is None else ANSWERED.format(own.reaction.words)
    notes = (*unfinished, *own.notes, *_said(record, own, present, finished=finished), others)
    return Answer(who, aim, solution, record, own, best.rates, present, finished, notes)


def starts(own: Instruments, present: Array) -> dict[str, Array]:
    """Return where searches begin: at present rates, and at one uniform rate."""
    middle = (own.low + own.high) / 2.0
    uniform = np.where((own.low < UNIFORM) & (own.high > UNIFORM), UNIFORM, middle)
    return {
        "present rates": np.clip(present, own.low, own.high),
        "a uniform rate": uniform,
    }


def refuse_unfinished(found: Found) -> None:
    """Raise where rates are not the best near where they are.

    Raises:
        NotCertified: what is left.
    """
    steepest = np.abs(found.slope).max() / 100.0
    if not (steepest <= FLAT and found.left <= LEFT):
        raise NotCertified(
            f"no best tariffs found: the steepest slope left is {steepest:.1e} per cent a point "
            f"(allowed: {FLAT:.0e}), the gain left about {found.left:.1e} per cent; no figures are "
            "given. Narrow the bounds, or set fewer rates"
        )


def _searched(
    desk: Desk, begin: Mapping[str, Array], progress: Progress | None
) -> tuple[dict[str, tuple[Found, int]], bool]:
    """Return what each search came to, and the equilibria it solved; and whether all ended.

    Raises:
        KeyboardInterrupt: before anything was found.
    """
    found, own = {}, desk.instruments
    for done, (name, rates) in enumerate(begin.items(), start=1):
        so_far = desk.evaluations
        try:
            one = climb(desk.look, rates, own.low, own.high)
            found[name] = one, desk.evaluations - so_far
            if progress is not None:
                progress(done, len(begin))
        except KeyboardInterrupt:
            if desk.best is None:
                raise
            best = standing_at(*desk.best, own.low, own.high)
            return {**found, name: (best, desk.evaluations - so_far)}, False
    return found, True


def _record(
    best: Found,
    found: Mapping[str, tuple[Found, int]],
    own: Instruments,
    solution: Solution,
    who: Player,
    aim: Objective,
    *,
    finished: bool,
) -> SearchRecord:
    imports = own.traded(solution).after
    weight = imports / imports.sum() if imports.sum() > 0 else np.full(len(own), 1.0 / len(own))
    searches = tuple(
        Start(
            name,
            one.look.value,
            evaluations,
            100.0 * float(np.abs(one.rates - best.rates).max()),
            100.0 * float(weight @ np.abs(one.rates - best.rates)),
        )
        for name, (one, evaluations) in found.items()
    )
    slope = best.look.slope
    return SearchRecord(
        projected_gradient=float(np.abs(best.slope).max()) / 100.0,
        step=100.0 * float(np.abs(best.step).max()),
        left=best.left,
        instruments=len(own),
        at_low=int(((best.rates <= own.low) & (slope < 0)).sum()),
        at_high=int(((best.rates >= own.high) & (slope > 0)).sum()),
        gain=aim.value(solution.arrays),
        gain_usd=worth_usd(solution, who.members),
        starts=searches,
        agree=finished and max(s.value for s in searches) - min(s.value for s in searches) <= SAME,
        evaluations=sum(s.evaluations for s in searches),
    )


def _said(
    record: SearchRecord, own: Instruments, present: Array, *, finished: bool
) -> tuple[str, ...]:
    """Return what must be said of an answer."""
    said = []
    if not record.agree and finished:
        ends = "; ".join(f"from {s.name} {s.value:+.6f} per cent" for s in record.starts)
        said.append(
            f"The searches came to different optima ({ends}): the best is shown, and a better one "
            "may exist."
        )
    outside = int(((present < own.low - 1e-12) | (present > own.high + 1e-12)).sum())
    if outside:
        said.append(
            f"{outside} present rates lie outside the bounds: the gain is over the law as it "
            "stands, which the bounds do not allow."
        )
    return tuple(said)
