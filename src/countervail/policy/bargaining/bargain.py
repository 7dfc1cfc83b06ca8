"""Bargaining over concessions: which swaps everybody gains from, and what a fair reply is.

Every package of concessions is an equilibrium of its own, certified; what it is worth to a party is
the equivalent variation of its countries. Which packages are chosen is arithmetic on those numbers
(``bargaining``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail import solving
from countervail.core.model import Model
from countervail.draws.batch.answers import Progress
from countervail.draws.how import Draws, draws_of
from countervail.errors import InputError
from countervail.horizons import LONG, Horizon, at_horizon, touched_by, with_goods, years_of
from countervail.ledger.pricing.placed import counts, reasons_of
from countervail.models.presets import CaliendoParro
from countervail.policy.bargaining import points as bargaining
from countervail.policy.bargaining.concessions import NO_DEAL, ConcessionTable, Package
from countervail.policy.bargaining.draws import PackageDraws, draw
from countervail.policy.bargaining.file import open_table
from countervail.policy.bargaining.packages import TIE_PER_CENT, Packages, Value, Valuer, explore
from countervail.policy.legal import Movers, WouldBreak, would_break
from countervail.policy.status_quo import StatusQuo, status_quo
from countervail.scenario.placing import gaps
from countervail.solution import Solution
from countervail.world import World

Array = NDArray[np.float64]

SAME_RELATIVE = 1e-6
"""Relative differences of products and ratios of gains that what is certified does not tell."""


@dataclass(frozen=True)
class Reply:
    """What the others can answer to an offer; the offer itself is made in every reply.

    Attributes:
        party: who offers.
        offer: the offered concessions alone.
        free: the others' concessions, which a reply is made of.
        packages: the offer with every reply to it that has an answer.
        nash: the reply that makes the product of all gains largest; None where there is no reply
            from which all gain.
        even: the reply that splits the sum of gains, in USD, most evenly; None likewise.
        even_wastes: whether every party gains more under another reply than under the most even.
        least: the reply under which the offering party still gains, and gains least; None where it
            gains under none.
    """

    party: str
    offer: Package
    free: Package
    packages: tuple[Package, ...]
    nash: Package | None
    even: Package | None
    even_wastes: bool
    least: Package | None


@dataclass(frozen=True, eq=False)
class LongRun:
    """Packages that were chosen by what they are worth some years on, in the long run.

    Attributes:
        world: as given.
        model: the model, with its closure.
        values: by package what it is worth then.
        drawn: the chosen packages under draws; None where none were asked for.
    """

    world: World
    model: Model
    values: Mapping[Package, Value]
    drawn: PackageDraws | None = None


@dataclass(frozen=True, eq=False)
class Bargain:
    """A table of concessions with every package valued, and what bargaining theory picks.

    Attributes:
        world: the base world; some years after a change, with the goods that any concession
            touches carved.
        table: what is on the table.
        model: the model, with its closure.
        packages: what every package is worth to every party.
        frontier: packages that no other one dominates (Pareto), the best for the first party first.
        nash: the package with the largest product of gains; None where no package has all gain.
        nash_ties: other packages with the same product, as far as what is certified tells.
        kalai_smorodinsky: the package nearest to the ray to the ideal point; None likewise.
        kalai_smorodinsky_ties: other packages as near.
        ideal: the most each party gains where nobody loses, per cent, [party].
        reply: what can be answered to the offer; None where none was given.
        drawn: the chosen packages under draws; None where none were asked for, or none is chosen.
        long_run: the packages that are told of, in the long run; None where all of it is.
    """

    world: World
    table: ConcessionTable
    model: Model
    packages: Packages
    frontier: tuple[Package, ...]
    nash: Package | None
    nash_ties: tuple[Package, ...]
    kalai_smorodinsky: Package | None
    kalai_smorodinsky_ties: tuple[Package, ...]
    ideal: Array
    reply: Reply | None
    drawn: PackageDraws | None
    long_run: LongRun | None = None

    @cached_property
    def _places(self) -> dict[Package, int]:
        return {package: k for k, package in enumerate(self.packages.made)}

    @property
    def parties(self) -> tuple[str, ...]:
        """Names of the parties, in order."""
        return tuple(party.name for party in self.table.parties)

    @property
    def residual(self) -> float:
        """The largest residual of any equation of any package, in the long run too."""
        beside = () if self.long_run is None else self.long_run.values.values()
        return float(np.nanmax([*self.packages.residual, *(one.residual for one in beside)]))

    @property
    def failures(self) -> dict[Package, str]:
        """Why a package has no certified answer."""
        return {self.packages.made[k]: why for k, why in self.packages.failures.items()}

    @cached_property
    def gain_all(self) -> tuple[Package, ...]:
        """Packages from which every party gains."""
        mask = bargaining.all_gain(self.packages.percent, TIE_PER_CENT)
        return tuple(self.packages.made[k] for k in np.flatnonzero(mask))

    @cached_property
    def swaps(self) -> tuple[Package, ...]:
        """Packages in which every party that can concedes something, and every party gains."""
        giving = {one.party for one in self.table.concessions}
        return tuple(
            package
            for package in self.gain_all
            if {self.table.concessions[k].party for k in package} == giving
        )

    @cached_property
    def default_replies(self) -> tuple[Reply, ...]:
        """What can be answered to each party that offers all it concedes under Nash, and no more.

        It is what a reply is where nobody says what is offered; a party whose part of that package
        is empty, or was not valued by itself, has none.
        """
        offers = (
            tuple(k for k in self.nash or () if self.table.concessions[k].party == party)
            for party in self.parties
        )
        return tuple(
            _reply(self.table, self.packages, offer)
            for offer in offers
            if offer in self._places and offer and offer not in self.failures
        )

    @cached_property
    def chosen(self) -> dict[Package, tuple[str, ...]]:
        """The packages that were chosen, each with all it was chosen as; no deal left out."""
        reply = self.reply
        named: list[tuple[str, Package | None]] = [
            ("Nash", self.nash),
            ("Kalai-Smorodinsky", self.kalai_smorodinsky),
        ]
        if reply is not None:
            named += [
                ("the offer alone", reply.offer),
                ("reply, largest product", reply.nash),
                ("reply, most even", reply.even),
                ("reply, smallest", reply.least),
            ]
        found: dict[Package, tuple[str, ...]] = {}
        for what, package in named:
            if package:
                found[package] = (*found.get(package, ()), what)
        return found

    @property
    def told(self) -> tuple[Package, ...]:
        """The packages that are told of one by one: concessions alone, efficient ones, chosen."""
        alone: list[Package] = [(k,) for k in range(len(self.table.concessions))]
        kept = (p for p in (*alone, *self.frontier, *self.chosen) if p in self._places)
        return tuple(dict.fromkeys(p for p in kept if p not in self.failures))

    @property
    def reported(self) -> Package:
        """The package reported in full: Nash's, else the first efficient one, else no deal."""
        return self.nash or (self.frontier[0] if self.frontier else NO_DEAL)

    @property
    def status_quo(self) -> StatusQuo:
        """The law that packages are counted from, and who stands still."""
        title = self.table.law_title or f"The law of {self.table.date}"
        return status_quo(self.table.scenario(NO_DEAL), self.world, self._movers, title)

    @property
    def would_break(self) -> WouldBreak:
        """Agreements and bindings that ``reported`` would break by higher rates, if known."""
        resolved = self.table.scenario(self.reported).resolve(self.world)
        return would_break(resolved, self.world, self._movers, self.table.date)

    @property
    def _movers(self) -> Movers:
        return [(one.name, self.world.holding(one.countries)[0]) for one in self.table.parties]

    def names(self, package: Package) -> tuple[str, ...]:
        """Return the names of a package's concessions."""
        return tuple(self.table.names[k] for k in package)

    def package(self, *names: str) -> Package:
        """Return the package of some concessions.

        Raises:
            InputError: no such concession, two that exclude each other, or it was not valued.
        """
        package = self.table.package(names)
        if package not in self._places:
            raise InputError(
                f"the package {', '.join(names)} was not valued: with more concessions than can be "
                "combined, a set of packages is searched; ask about fewer (ConcessionTable.only)"
            )
        return package

    def percent(self, package: Package) -> Array:
        """Return each party's welfare under a package, per cent of its spending, [party]."""
        return np.asarray(self.packages.percent[self._places[package]])

    def usd(self, package: Package) -> Array:
        """Return the same in USD million, [party]."""
        return np.asarray(self.packages.usd[self._places[package]])

    def solution(self, package: Package) -> Solution:
        """Return a package's answer in full, trade by partner and tariff lines included.

        Raises:
            CountervailError: it has none.
        """
        return solving.solve(self.world, self.table.scenario(package), self.model)

    @cached_property
    def left_out(self) -> dict[str, str]:
        """What is left out of each concession, as was allowed, in words; by its name."""
        made = {
            name: gaps(self.table.scenario((k,)), self.world)
            for k, name in enumerate(self.table.names)
        }
        return {
            name: f"{counts(one.lines, one.left_out)}: {reasons_of(one.left_out)}"
            for name, one in made.items()
            if one.left_out
        }

    def __repr__(self) -> str:
        how = "all" if self.packages.exact else "searched"
        return (
            f"<Bargain {self.table.name!r}: {len(self.packages)} packages ({how}), "
            f"{len(self.packages.failures)} without an answer, {len(self.frontier)} efficient, "
            f"residual {self.residual:.1e}>"
        )


def bargain(
    world: World,
    table: ConcessionTable | str | Path,
    model: Model | None = None,
    *,
    offer: Sequence[str] | None = None,
    draws: Draws | int = 0,
    progress: Progress | None = None,
    horizon: Horizon = LONG,
    allow_partial: bool = False,
    **words: Any,
) -> Bargain:
    """Return every package of concessions valued, the efficient ones, and the bargaining points.

    Up to twelve concessions every package is valued; beyond, a searched set, and that is said.
    Interrupted (Ctrl-C), the answer is of the packages valued until then: ``packages.finished`` is
    False, and no draws are made.

    Args:
        world: the base world.
        table: what is on the table; or the name of a preset, or a ``.toml`` file.
        model: default Caliendo and Parro with ``deficits="world_share"``.
        offer: concessions of one party, to which a reply is asked for.
        draws: how they are made, or how many, under which the chosen packages are valued again;
            their workers value the packages too, as threads.
        progress: called with the number of packages valued and of all; then of draws.
        horizon: years after the packages are made (1, 2, 3, 5, 10), by which they are chosen;
            ``long_run`` then says what those told of are worth in the long run. Or ``long``, the
            default. Goods are carved once, for all packages.
        allow_partial: whether the answer may leave out what the world cannot hold or nothing
            prices of a concession; ``left_out`` says what.
        words: other fields of ``Draws`` by name, such as ``seed=7``, in place of what it says.

    Raises:
        NotPlaced: the world cannot hold a part of a concession, or nothing prices it.
        InputError, FileError: a table, an offer, a horizon, priors or a world that does not fit.
        NotCertified, NoEquilibrium: the status quo has no certified answer, or no draw has.
        KeyboardInterrupt: before every concession was valued by itself.
    """
    how = draws_of(draws, **words)
    if how.number < 0:
        raise InputError(f"draws={how.number}: 0 gives point values, 50 ranges")
    if not isinstance(table, ConcessionTable):
        table = open_table(table, own=world.countries)
    table.check()
    table = replace(table, allow_partial=table.allow_partial or allow_partial)
    offered = None if offer is None else _offered(table, offer)
    model = model or CaliendoParro()
    there, chosen = _met(world, table, model, horizon)
    valuer = Valuer(there, table, chosen, how.workers, progress)
    packages = _explored(valuer, offered)
    reply = None if offered is None else _reply(table, packages, offered)
    found = _chosen(there, table, chosen, packages, reply)
    if years_of(horizon) is not None and packages.finished:
        found = replace(found, long_run=_in_the_long_run(found, world, model, how))
    if not how.number or not packages.finished:
        return found
    return valued_again(found, how, progress=progress)


def valued_again(
    found: Bargain, draws: Draws | int, *, progress: Progress | None = None, **words: Any
) -> Bargain:
    """Return a bargain with its chosen packages valued under draws; as it is where none is chosen.

    Args:
        found: the bargain at the point values.
        draws: how they are made, or how many; at least 1.
        progress: called with the number of draws done and of all.
        words: other fields of ``Draws`` by name, such as ``seed=7``, in place of what it says.

    Raises:
        InputError, FileError: priors, workers, a cluster or a folder that cannot be used.
        NotCertified: no draw has an answer.
        WorkersLostError: workers are killed again and again.
    """
    if not found.chosen:
        return found
    how, packages = draws_of(draws, **words), tuple(found.chosen)
    drawn = draw(Valuer(found.world, found.table, found.model), packages, how, progress)
    long = found.long_run
    if long is not None:
        valuer = Valuer(long.world, found.table, long.model)
        long = replace(long, drawn=draw(valuer, packages, how, progress))
    return replace(found, drawn=drawn, long_run=long)


def _met(
    world: World, table: ConcessionTable, model: Model, horizon: Horizon
) -> tuple[World, Model]:
    """Return the world and the model in which packages are valued at a horizon.

    Goods that any concession touches are carved, so that packages are told apart by what is made.

    Raises:
        InputError: no such horizon, or a table that does not fit the world.
    """
    if years_of(horizon) is None:
        return world, model
    alone = [table.scenario((k,)) for k in range(len(table.concessions))]
    return at_horizon(with_goods(world, touched_by(alone, world)), model, horizon)


def _in_the_long_run(found: Bargain, world: World, model: Model, how: Draws) -> LongRun:
    """Return the packages that are told of, in the long run."""
    valuer = Valuer(world, found.table, model, how.workers)
    valuer.value((NO_DEAL, *found.told))
    return LongRun(world, model, {package: valuer.known[package] for package in found.told})


def _offered(table: ConcessionTable, offer: Iterable[str]) -> Package:
    """Return an offer as a package.

    Raises:
        InputError: nothing is offered, or concessions of several parties, or excluding each other.
    """
    words = (offer,) if isinstance(offer, str) else tuple(offer)
    package = table.package(words)
    if not package:
        raise InputError(f"the offer is empty: name concessions of one party ({_list(table)})")
    giving = dict.fromkeys(table.concessions[k].party for k in package)
    if len(giving) > 1:
        raise InputError(
            f"the offer holds concessions of {' and '.join(giving)}: an offer is one party's, the "
            f"reply is the others' ({_list(table)})"
        )
    return package


def _list(table: ConcessionTable) -> str:
    """Return every party's concessions in words."""
    return "; ".join(
        f"{party.name}: {', '.join(table.names[k] for k in table.of_party(party.name)) or 'none'}"
        for party in table.parties
    )


def _replies(table: ConcessionTable, offer: Package) -> Package:
    """Return the concessions of all but the party that offers."""
    party = table.concessions[offer[0]].party
    return tuple(k for k, one in enumerate(table.concessions) if one.party != party)


def _explored(valuer: Valuer, offer: Package | None) -> Packages:
    if offer is None:
        return explore(valuer)
    return explore(valuer, offer, _replies(valuer.table, offer))


def _chosen(
    world: World, table: ConcessionTable, model: Model, packages: Packages, reply: Reply | None
) -> Bargain:
    """Return the frontier and the points of packages that are valued."""
    gains = packages.percent
    kept = np.flatnonzero(bargaining.efficient(gains, TIE_PER_CENT))
    nash = [packages.made[k] for k in bargaining.nash_points(gains, TIE_PER_CENT, SAME_RELATIVE)]
    rays = [
        packages.made[k]
        for k in bargaining.kalai_smorodinsky_points(gains, TIE_PER_CENT, SAME_RELATIVE)
    ]
    order = sorted(kept.tolist(), key=lambda k: -gains[k, 0])
    return Bargain(
        world=world,
        table=table,
        model=model,
        packages=packages,
        frontier=tuple(packages.made[k] for k in order),
        nash=nash[0] if nash else None,
        nash_ties=tuple(nash[1:]),
        kalai_smorodinsky=rays[0] if rays else None,
        kalai_smorodinsky_ties=tuple(rays[1:]),
        ideal=bargaining.ideal(gains, TIE_PER_CENT),
        reply=reply,
        drawn=None,
    )


def _reply(table: ConcessionTable, packages: Packages, offer: Package) -> Reply:
    """Return what can be answered to an offer, among the packages that are valued."""
    party = table.concessions[offer[0]].party
    free = _replies(table, offer)
    inside = [
        k
        for k, package in enumerate(packages.made)
        if set(package) - set(free) == set(offer) and k not in packages.failures
    ]
    percent, usd = packages.percent[inside], packages.usd[inside]
    made = [packages.made[k] for k in inside]
    who = [one.name for one in table.parties].index(party)

    def first(points: tuple[int, ...]) -> Package | None:
        return made[points[0]] if points else None

    # USD are compared where gains in per cent are told from nothing
    sums = np.where(bargaining.all_gain(percent, TIE_PER_CENT)[:, None], usd, np.nan)
    even = first(bargaining.most_even_points(sums, 0.0, SAME_RELATIVE))
    better = (
        [] if even is None else (percent > percent[made.index(even)] + TIE_PER_CENT).all(axis=1)
    )
    return Reply(
        party=party,
        offer=offer,
        free=free,
        packages=tuple(made),
        nash=first(bargaining.nash_points(percent, TIE_PER_CENT, SAME_RELATIVE)),
        even=even,
        even_wastes=bool(np.any(better)),
        least=first(bargaining.least_points(percent, who, TIE_PER_CENT, SAME_RELATIVE)),
    )
