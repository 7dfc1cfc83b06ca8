"""A tariff war: every player's best answer to everybody else's, until nobody can gain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail import machine
from countervail.core.model import Hats, Model, Shock
from countervail.errors import InputError, NoEquilibrium, NotCertified
from countervail.policy.climb import climb
from countervail.policy.desk import Desk
from countervail.policy.ground import Ground, worth_usd
from countervail.policy.objective import objective
from countervail.policy.optimal import Progress, Rate, rate_rows
from countervail.policy.optimal import starts as starting_rates
from countervail.policy.players import Player, player
from countervail.policy.question import Rates
from countervail.policy.settable import Terms, instruments
from countervail.policy.stakes import Stake, real_income
from countervail.scenario import Scenario
from countervail.solution import Solution
from countervail.world import World

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]

NOBODY_GAINS = 1e-4
"""Per cent of income (1e-6 of it): what a player may still gain by answering alone."""

STILL = 1e-5
"""Largest answer of any player, in rates: a round after which rates have come to rest."""

ROUNDS = 60
"""Rounds at most, from each start."""

USUAL = 12
"""Answers asked of each player in all, usually: four rounds and two looks at the end, twice."""

DAMPED = 0.5
"""What of each answer is taken where rounds have begun to run in a circle."""

SAME_WELFARE = 1e-4
"""Per cent of welfare, of any country, within which two starts are said to come to the same."""

BY_DEFAULT = ("USA", "CHN", "EU27")
"""Who plays where nobody is named."""


class Round(NamedTuple):
    """One round of answers.

    Attributes:
        gains: what each player's answer gained it when it was given, per cent, by name.
        moved: largest change of a rate, in points.
        taken: what of each answer was taken: 1, or less where rounds ran in a circle.
    """

    gains: Mapping[str, float]
    moved: float
    taken: float


class War(NamedTuple):
    """Where one start led.

    Attributes:
        start: its name.
        rounds: the history.
        left: what each player could still gain by answering alone at the end, from where it
            stands and from a uniform rate, whichever is more; per cent, by name.
        welfare: of every country, relative to the law as it stands, per cent, [country].
        rates: of each player, [instrument].
        hats: wages, prices and expenditure at the end.
    """

    start: str
    rounds: tuple[Round, ...]
    left: Mapping[str, float]
    welfare: Array
    rates: tuple[Array, ...]
    hats: Hats

    @property
    def largest(self) -> float:
        """The largest gain left to anybody, per cent."""
        return max(self.left.values())


class NashRecord(NamedTuple):
    """Why nobody would set other tariffs.

    Attributes:
        left: the largest gain left to any player, per cent of its income.
        left_of: by player.
        rounds: until the answer.
        damped: whether answers had to be damped.
        instruments: rates set by all players.
        evaluations: equilibria solved, each with its gradient.
        starts: names of the starts, and the largest gain left where each ended.
        agree: whether every start came to the same welfare of every country.
        apart: largest difference in any country's welfare between starts, per cent.
        apart_rates: largest difference between starts of a player's mean rate, weighted by its
            imports under the law as it stands, in points.
    """

    left: float
    left_of: Mapping[str, float]
    rounds: int
    damped: bool
    instruments: int
    evaluations: int
    starts: Mapping[str, float]
    agree: bool
    apart: float
    apart_rates: float


@dataclass(frozen=True, eq=False)
class Nash:
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
    machine.load_jax()  # before anything is solved
    ground = Ground.of(world, scenario, model)
    playing = tuple(player(name, ground.world) for name in players)
    _refuse_players(playing, ground.world)
    keeps = _kept(playing, held or {}, ground.world)
    named = None if partners is None else list(partners)
    goods = None if sectors is None else list(sectors)
    desks = []
    for who in playing:
        terms = Terms(
            partners=named,
            sectors=goods,
            low=low,
            high=high,
            mfn=mfn,
            held=keeps.get(who.name, ()),
        )
        own = instruments(ground.law, who, terms)
        aim = objective(ground.world, who, ground.base, ground.before.outcome)
        desks.append(Desk(ground.model, ground.base, ground.before, own, aim.weight))
    table = _Table(ground, playing, tuple(desks), progress)
    try:
        wars = table.wars()
    except NoEquilibrium as error:
        raise error.named(ground.world.countries, ground.world.sectors) from None
    return _answered(table, wars)


class _Table:
    """The players at one table, each with a desk of its own, and the law they make together."""

    def __init__(
        self,
        ground: Ground,
        players: tuple[Player, ...],
        desks: tuple[Desk, ...],
        progress: Progress | None,
    ) -> None:
        self.ground, self.players, self.desks = ground, players, desks
        self.progress = progress or (lambda _done, _total: None)
        self.answers = 0
        law = ground.before.shock
        self.present = tuple(desk.instruments.present(ground.base, law) for desk in desks)

    def wars(self) -> list[War]:
        """Return where each start leads."""
        begin = [
            starting_rates(desk.instruments, present)
            for desk, present in zip(self.desks, self.present, strict=True)
        ]
        return [self._war(name, [rates[name] for rates in begin]) for name in begin[0]]

    def law(self, rates: Sequence[Array]) -> Shock:
        """Return the law with everybody's rates."""
        law = self.ground.before.shock
        for desk, own in zip(self.desks, rates, strict=True):
            law = desk.instruments.placed(self.ground.base, law, own)
        return law

    def _war(self, start: str, rates: list[Array]) -> War:
        """Return where rounds of answers lead, each player answering the latest of the others.

        Raises:
            NotCertified: they do not come to rest.
        """
        history: list[Round] = []
        taken = 1.0
        for _ in range(ROUNDS):
            gains, moved = {}, 0.0
            for p in range(len(self.desks)):
                answer, gain = self._answer(p, rates, rates[p])
                gains[self.players[p].name] = gain
                step = taken * (answer - rates[p])
                moved = max(moved, float(np.abs(step).max()))
                rates[p] = rates[p] + step
            history.append(Round(gains, 100.0 * moved, taken))
            if max(gains.values()) < NOBODY_GAINS and moved < STILL:
                break
            if _circles(history):
                taken = DAMPED
        left = self._left(rates)
        if max(left.values()) >= NOBODY_GAINS:
            worst = max(left, key=lambda name: left[name])
            raise NotCertified(
                f"the tariff war from {start} did not come to rest in {len(history)} rounds: "
                f"{worst} could still gain {left[worst]:.1e} per cent (allowed: "
                f"{NOBODY_GAINS:.0e}); no figures are given. Narrow the bounds, or name fewer "
                "players"
            )
        self.desks[-1].law = self.law(rates)
        end = self.desks[-1].look(rates[-1])
        return War(start, tuple(history), left, end.welfare, tuple(rates), end.hats)

    def _answer(self, p: int, rates: Sequence[Array], begin: Array) -> tuple[Array, float]:
        """Return a player's best answer to the others' rates, and what it gains on its own."""
        desk = self.desks[p]
        desk.law, own = self.law(rates), desk.instruments
        standing = desk.look(rates[p]).value
        found = climb(desk.look, begin, own.low, own.high)
        self.answers += 1
        self.progress(self.answers, max(self.answers, USUAL * len(self.desks)))
        return found.rates, found.look.value - standing

    def _left(self, rates: Sequence[Array]) -> dict[str, float]:
        """Return what each player could gain by answering alone, the others' rates as they are."""
        left = {}
        for p, desk in enumerate(self.desks):
            begin = starting_rates(desk.instruments, rates[p]).values()
            gains = [self._answer(p, rates, each)[1] for each in begin]
            left[self.players[p].name] = max(0.0, *gains)
        return left


def _circles(history: Sequence[Round]) -> bool:
    """Return whether rates moved no less in the last two rounds than in the two before."""
    if len(history) < 4:
        return False
    earlier, later = history[-4:-2], history[-2:]
    return min(one.moved for one in later) > 0.9 * min(one.moved for one in earlier)


def _answered(table: _Table, wars: Sequence[War]) -> Nash:
    """Return the war that left least to gain, certified, beside what the others came to."""
    best = min(wars, key=lambda war: war.largest)
    ground, players = table.ground, table.players
    rates = np.full(ground.world.trade.shape, np.nan)
    for desk, own in zip(table.desks, best.rates, strict=True):
        placed = desk.instruments.rates_of_world(own, ground.world)
        rates = np.where(np.isnan(placed), rates, placed)
    names = ", ".join(one.name for one in players)
    solution = ground.answer(
        f"A tariff war of {names}, against the law as it stands",
        "nash",
        Rates(rates),
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
        (*notes, *_said(record)),
    )


def _record(table: _Table, wars: Sequence[War], best: War, solution: Solution) -> NashRecord:
    apart, apart_rates = 0.0, 0.0
    for war in wars:
        apart = max(apart, float(np.abs(war.welfare - best.welfare).max()))
        for desk, one, two in zip(table.desks, war.rates, best.rates, strict=True):
            imports = desk.instruments.traded(solution).before
            mean = float(imports @ np.abs(one - two) / imports.sum())
            apart_rates = max(apart_rates, 100.0 * mean)
    return NashRecord(
        left=best.largest,
        left_of=dict(best.left),
        rounds=len(best.rounds),
        damped=any(each.taken < 1.0 for each in best.rounds),
        instruments=sum(len(desk.instruments) for desk in table.desks),
        evaluations=sum(desk.evaluations for desk in table.desks),
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


def _refuse_players(players: Sequence[Player], world: World) -> None:
    """Raise where there is no war, or somebody plays twice.

    Raises:
        InputError: who.
    """
    if len(players) < 2:
        raise InputError("a tariff war needs two players or more; 'optimal' is for one")
    seen: dict[int, str] = {}
    for who in players:
        for n in who.members:
            if n in seen:
                raise InputError(
                    f"{world.countries[n]} plays twice, in {seen[n]} and in {who.name}: name it "
                    "once"
                )
            seen[n] = who.name


def _kept(
    players: Sequence[Player], held: Mapping[str, Sequence[str]], world: World
) -> dict[str, Sequence[str]]:
    """Return the partners whose rates each player keeps, by the player's name.

    Raises:
        InputError: somebody who does not play.
    """
    names = [one.name for one in players]
    kept: dict[str, Sequence[str]] = {}
    for word, partners in held.items():
        name = player(word, world).name
        if name not in names:
            raise InputError(f"held names '{word}', who does not play ({', '.join(names)} do)")
        kept[name] = partners
    return kept
