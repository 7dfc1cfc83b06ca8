"""A tariff war: every player's best answer to everybody else's, until nobody can gain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail import machine
from countervail.core.model import Model
from countervail.errors import InputError, NoEquilibrium
from countervail.policy.ground import Ground, worth_usd
from countervail.policy.legal import Movers
from countervail.policy.optimal import Progress, Rate, rate_rows
from countervail.policy.players import Player
from countervail.policy.question import together
from countervail.policy.rates.bounds import Bounds, bounds_of
from countervail.policy.rates.desk import Desk
from countervail.policy.rates.seats import seated
from countervail.policy.rates.settable import Terms
from countervail.policy.stakes import Stake, real_income
from countervail.policy.status_quo import Counted
from countervail.policy.war.rounds import Round, Table, War
from countervail.scenario import Scenario
from countervail.solution import Solution
from countervail.world import World

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]

SAME_WELFARE = 1e-4
"""Per cent of welfare, of any country, within which two starts are said to come to the same."""

BY_DEFAULT = ("USA", "CHN", "EU27")
"""Who plays where nobody is named."""


class NashRecord(NamedTuple):
    """Why nobody would set other tariffs.

    Attributes:
        finished: whether the wars were fought to their ends; if not (Ctrl-C), see ``notes``.
        left: the largest gain left to any player, per cent of its income. Where the war shown was
            interrupted, what the last complete round said, which is no proof.
        left_of: by player.
        left_usd: the largest gain left to any player, USD million of real income.
        left_usd_of: by player.
        rounds: until the answer.
        answered: of these, rounds of best answers; the others are steps of everybody at once.
        damped: whether answers had to be damped.
        instruments: rates set by all players.
        at_low, at_high: rates at their lower and their upper bound.
        evaluations: equilibria solved, each with its gradient.
        starts: names of the starts, and the largest gain left where each ended.
        agree: whether every start came to the same welfare of every country.
        apart: largest difference in any country's welfare between starts, per cent.
        apart_rates: largest difference between starts of a player's mean rate, weighted by its
            imports under the law as it stands, in points.
    """

    finished: bool
    left: float
    left_of: Mapping[str, float]
    left_usd: float
    left_usd_of: Mapping[str, float]
    rounds: int
    answered: int
    damped: bool
    instruments: int
    at_low: int
    at_high: int
    evaluations: int
    starts: Mapping[str, float]
    agree: bool
    apart: float
    apart_rates: float


@dataclass(frozen=True, eq=False)
class Nash(Counted):
    """Tariffs from which no player can gain by itself, with their proof.

    Attributes:
        players: who plays.
        solution: the certified equilibrium with these tariffs, relative to the law as it stands.
        certificate: why nobody would set others.
        history: the rounds that led there.
        desks: what each player sets, and the law it sets it in.
        chosen: rates of each player, [instrument].
        present: rates of each player that stood, [instrument].
        notes: what must be said, in sentences.
    """

    players: tuple[Player, ...]
    solution: Solution
    certificate: NashRecord
    history: tuple[Round, ...]
    desks: tuple[Desk, ...]
    chosen: tuple[Array, ...]
    present: tuple[Array, ...]
    notes: tuple[str, ...]

    @property
    def finished(self) -> bool:
        """Whether the wars were fought to their ends: False after Ctrl-C."""
        return self.certificate.finished

    @property
    def counted(self) -> tuple[Solution, Movers]:
        """The certified answer, and who plays."""
        return self.solution, [(one.name, one.members) for one in self.players]

    @property
    def rates(self) -> xr.DataArray:
        """The rates, by player, partner and sector (0.25 is 25 per cent); NaN where none is set."""
        import xarray as xr

        world = self.solution.world
        cube = np.full((len(self.players), len(world.countries), len(world.sectors)), np.nan)
        for p, (desk, rates) in enumerate(zip(self.desks, self.chosen, strict=True)):
            own = desk.instruments
            cube[p, own.cell_exporter, own.cell_sector] = rates[own.of]
        return xr.DataArray(
            cube,
            dims=("player", "partner", "sector"),
            coords={
                "player": [one.name for one in self.players],
                "partner": list(world.countries),
                "sector": list(world.sectors),
            },
            attrs={"units": "rate", "long_name": "tariffs nobody gains by changing"},
            name="tariff",
        )

    @property
    def welfare(self) -> xr.DataArray:
        """Welfare of every country, per cent, relative to the law as it stands."""
        found: xr.DataArray = self.solution.welfare
        return found

    def table(self, name: str) -> list[Rate]:
        """Return every rate of a player, the largest imports under the law as it stands first.

        Raises:
            InputError: not a player of this war.
        """
        names = [one.name for one in self.players]
        if name not in names:
            raise InputError(f"'{name}' does not play (the players are {', '.join(names)})")
        p = names.index(name)
        own = self.desks[p].instruments
        return rate_rows(own, self.present[p], self.chosen[p], self.solution)

    def worth_usd(self, name: str) -> float:
        """Return what the war is worth to a player, USD million of real income."""
        (who,) = (one for one in self.players if one.name == name)
        return worth_usd(self.solution, who.members)

    @property
    def stakes(self) -> tuple[Stake, ...]:
        """What ``reprice`` gives ranges of: every player's real income."""
        return tuple(real_income(one) for one in self.players)

    def __repr__(self) -> str:
        names = ", ".join(one.name for one in self.players)
        return f"<tariff war of {names}: largest gain left {self.certificate.left:.0e} per cent>"


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
    free: Mapping[str, Sequence[str]] | None = None,
    bounds: Bounds | Path | str | None = None,
    by_line: bool = False,
    progress: Progress | None = None,
) -> Nash:
    """Return tariffs from which no player gains by changing its own: the end of a tariff war.

    In each round everybody's rates take a step towards where each would be best by itself, until
    slopes say that nobody gains. Then every player is asked for its best answer, from where it
    stands and from a uniform rate: none may gain a millionth of its income. Where one does, players
    give best answers in turn, each to the latest of the others (damped where that runs in a
    circle), and are asked again. Two wars are fought, from present rates and from a uniform rate;
    where they end differently, the answer says so, and where they end alike it is asked once.

    Ctrl-C ends it with what was found until then: ``finished`` is False, and the notes say how far
    it was. The equilibrium with these tariffs is certified all the same.

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
        free: by player, the partners whose rates are zero: its free-trade agreements.
        bounds: of law, such as WTO bindings of every player: read, or the path of a file.
        by_line: a rate for every tariff line of its own, where the law knows lines.
        progress: told how many equilibria were solved, and of about how many.

    Raises:
        InputError: as ``optimal``; or one player only, or a country that plays twice.
        NotCertified: the war did not come to rest, or its equilibrium did not pass the check.
        NoEquilibrium: a state on the way has none, with the reason.
        KeyboardInterrupt: before the first round was complete.
    """
    machine.load_jax()  # before anything is solved
    ground = Ground.of(world, scenario, model)
    terms = Terms(
        partners=partners,
        sectors=sectors,
        low=low,
        high=high,
        mfn=mfn,
        bounds=bounds_of(bounds),
        by_line=by_line,
    )
    seats = seated(ground, players, terms, held or {}, free or {})
    desks: list[Desk] = []
    for seat in seats:
        first = desks[0] if desks else None
        own, weight = seat.instruments, seat.weight
        desks.append(Desk(ground.model, ground.base, ground.before, own, weight, beside=first))
    playing = tuple(seat.player for seat in seats)
    table = Table(ground, playing, tuple(desks), progress)
    try:
        wars = table.wars()
    except NoEquilibrium as error:
        raise error.named(ground.world.countries, ground.world.sectors) from None
    return _answered(table, wars)


def _answered(table: Table, wars: Sequence[War]) -> Nash:
    """Return the war that left least to gain, certified, beside what the others came to."""
    best = min(wars, key=lambda war: war.largest)
    ground, players = table.ground, table.players
    rates = together(
        [
            ground.rates(desk.instruments, own)
            for desk, own in zip(table.desks, best.rates, strict=True)
        ]
    )
    names = ", ".join(one.name for one in players)
    solution = ground.answer(
        f"A tariff war of {names}, against the law as it stands",
        "nash",
        rates,
        best.hats,
        [ground.world.countries[one.members[0]] for one in players],
    )
    for desk in table.desks:
        certified = float(desk.weight @ solution.arrays["welfare"])
        ground.refuse_disagreement(certified, float(desk.weight @ best.welfare))
    record = _record(table, wars, best, solution)
    notes = dict.fromkeys(note for desk in table.desks for note in desk.instruments.notes)
    return Nash(
        players,
        solution,
        record,
        best.rounds,
        table.desks,
        best.rates,
        table.present,
        (*notes, *_said(record), *_interrupted(record, best)),
    )


def _record(table: Table, wars: Sequence[War], best: War, solution: Solution) -> NashRecord:
    spending, sets = table.ground.spending, [desk.instruments for desk in table.desks]
    usd = {
        one.name: best.left[one.name] * float(spending[list(one.members)].sum()) / 100.0
        for one in table.players
    }
    apart, apart_rates = 0.0, 0.0
    for war in wars:
        apart = max(apart, float(np.abs(war.welfare - best.welfare).max()))
        for desk, one, two in zip(table.desks, war.rates, best.rates, strict=True):
            imports = desk.instruments.traded(solution).before
            mean = float(imports @ np.abs(one - two) / imports.sum())
            apart_rates = max(apart_rates, 100.0 * mean)
    return NashRecord(
        finished=not table.interrupted,
        left=best.largest,
        left_of=dict(best.left),
        left_usd=max(usd.values()),
        left_usd_of=usd,
        rounds=len(best.rounds),
        answered=sum(each.answered for each in best.rounds),
        damped=any(each.taken < 1.0 for each in best.rounds),
        instruments=sum(len(own) for own in sets),
        at_low=sum(int((r <= own.low).sum()) for own, r in zip(sets, best.rates, strict=True)),
        at_high=sum(int((r >= own.high).sum()) for own, r in zip(sets, best.rates, strict=True)),
        evaluations=table.evaluations,
        starts={war.start: war.largest for war in wars},
        agree=apart <= SAME_WELFARE,
        apart=apart,
        apart_rates=apart_rates,
    )


def _said(record: NashRecord) -> tuple[str, ...]:
    if record.agree:
        return ()
    return (
        f"The starts ({'; '.join(record.starts)}) came to different tariffs from which nobody "
        f"gains: welfare differs by up to {record.apart:.1e} per cent, mean rates by up to "
        f"{record.apart_rates:.2g} points. One of them is shown; there may be more.",
    )


def _interrupted(record: NashRecord, shown: War) -> tuple[str, ...]:
    """Return what must be said of an answer that was interrupted."""
    if record.finished:
        return ()
    if shown.finished:
        return (
            f"Interrupted: the war from {shown.start} was fought to its end; whether others end "
            "where it does was not found out.",
        )
    how = "by its best answer" if shown.rounds[-1].answered else "by the slopes of its welfare"
    return (
        f"Interrupted after {len(shown.rounds)} rounds of the war from {shown.start}: it is NOT "
        "proven that the war ends at these tariffs. In the last complete round the largest gain "
        f"of a player, {how}, was {record.left:.1e} per cent of its income.",
    )
