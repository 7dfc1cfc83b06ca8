"""Packages of concessions, each valued for every party by a certified equilibrium.

Every package is placed in the world with the same first state and the same tariff lines: cells are
cut as for every concession by itself. Then packages differ by what they change alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.core.model import Model
from countervail.draws.batch import solve_many
from countervail.draws.batch.answers import Progress
from countervail.draws.batch.cases import placed_in
from countervail.errors import NotCertified
from countervail.ledger.pricing.base import law_states
from countervail.ledger.pricing.levels import said
from countervail.policy.bargaining.concessions import NO_DEAL, ConcessionTable, Package, Party
from countervail.policy.bargaining.points import efficient
from countervail.scenario import Resolved, StateShock
from countervail.scenario.placed import Placed
from countervail.scenario.placing import gaps, priced_with_quotas, quotas_of
from countervail.world import World

Array = NDArray[np.float64]

MOST_EXACT = 12
"""Most concessions whose every package is valued: 4096 of them."""

MOST_SEARCHED = 4096
"""Packages valued at most where there are more concessions."""

PACKAGES_AT_ONCE = 128
"""Packages valued together, so that few stand in memory."""

TIE_PER_CENT = 1e-7
"""Per cent of spending; what is certified tells no smaller differences apart."""


class Value(NamedTuple):
    """What a package is worth.

    Attributes:
        percent: welfare (equivalent variation) of each party, per cent of its spending, [party];
            NaN where the package has no certified answer.
        usd: the same in USD million of the base year, [party].
        residual: the largest of any equation; NaN likewise.
        failure: why it has no answer; None where it has one.
    """

    percent: Array
    usd: Array
    residual: float
    failure: str | None = None


@dataclass(frozen=True, eq=False)
class Packages:
    """Packages side by side, no deal first.

    Attributes:
        made: the concessions of each package, by their numbers.
        percent: welfare of each party relative to no deal, per cent, [package, party].
        usd: the same in USD million, [package, party].
        residual: the largest of any equation, [package]; NaN where there is no answer.
        failures: why a package has no answer, by its number.
        exact: whether every package of the table is here; otherwise they were searched.
        stopped: whether the search ended because it had valued all it may.
        finished: whether it was not interrupted.
    """

    made: tuple[Package, ...]
    percent: Array
    usd: Array
    residual: Array
    failures: dict[int, str]
    exact: bool
    stopped: bool = False
    finished: bool = True

    def __len__(self) -> int:
        return len(self.made)


@dataclass(eq=False)
class Valuer:
    """Values packages of a table in a world, each once.

    Attributes:
        world: the base world.
        table: what is on the table.
        model: the model, with its closure.
        workers: threads; default one a core.
        progress: called with the number of packages valued and of all that are known to come.
        known: what was valued.
    """

    world: World
    table: ConcessionTable
    model: Model
    workers: int | None = None
    progress: Progress | None = None
    known: dict[Package, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # every package has the first state of no deal; with balanced trade, goods are placed in
        # the world that has it
        home = self.table.scenario(NO_DEAL).base_world(self.world)
        self.place = placed_in(home, self.model)
        self.members = [self._inside(party) for party in self.table.parties]
        # each by itself: a package leaves out what its concessions do
        for k in range(len(self.table.concessions)):
            gaps(self.table.scenario((k,)), self.place)

    def value(self, packages: Iterable[Package]) -> None:
        """Value packages that are not known yet.

        Raises:
            InputError: duties that cannot stand together.
            NotCertified: the status quo has no certified answer.
        """
        new = [package for package in dict.fromkeys(packages) if package not in self.known]
        total = len(self.known) + len(new)
        for start in range(0, len(new), PACKAGES_AT_ONCE):
            self._value(new[start : start + PACKAGES_AT_ONCE])
            if self.progress is not None:
                self.progress(len(self.known), total)

    def gains(self, packages: Sequence[Package]) -> Array:
        """Return what packages are worth to each party, per cent, [package, party]."""
        return np.array([self.known[package].percent for package in packages])

    def placed(self, packages: Sequence[Package]) -> list[Resolved]:
        """Return packages as states of law on lines of the world, with one first state.

        Raises:
            InputError: duties that cannot stand together.
        """
        table = self.table
        law = law_states(
            table.ledger,
            self.place.finest,
            table.date,
            table.date,
            subject=table.measures,
            known_on=table.known_on,
        )
        # every concession by itself, so that cells are cut alike whatever is asked for
        alone: list[Package] = [(k,) for k in range(len(table.concessions))]
        views = [law.before, *(table.law(law.after, p) for p in (*alone, *packages))]
        priced = priced_with_quotas(self.place, law.base, views)
        first, *states = (
            StateShock(line_tariff=one.tariff_new, line_iceberg=one.iceberg_hat)
            if len(priced.lines)
            else StateShock()
            for one in priced.states
        )
        lines = priced.lines if len(priced.lines) else None
        notes = (*said(self.place.restored), *law.notes, *priced.notes)
        moving = np.zeros(len(priced.lines), dtype=np.bool_)  # no line keeps the first state
        before, skipped = quotas_of(priced, moving, 0), len(alone)
        return [
            Resolved(
                first,
                state,
                lines,
                law.before,
                view,
                quotas=quotas_of(priced, moving, 1 + skipped + k),
                quotas_before=before,
                notes=notes,
            )
            for k, (state, view) in enumerate(
                zip(states[skipped:], views[1 + skipped :], strict=True)
            )
        ]

    def _value(self, packages: Sequence[Package]) -> None:
        asked = [
            Placed.of(self.table.scenario(package), placed)
            for package, placed in zip(packages, self.placed(packages), strict=True)
        ]
        many = solve_many(self.world, asked, self.model, workers=self.workers)
        usd = many.arrays["welfare"] / 100.0 * many.arrays["income"]
        for k, package in enumerate(packages):
            failure = many.failures.get(k)
            if failure is not None and package == NO_DEAL:
                raise NotCertified(f"the status quo: {failure}") from failure
            gained = np.array([usd[k, inside].sum() for inside in self.members])
            spent = np.array([many.arrays["income"][k, i].sum() for i in self.members])
            if package == NO_DEAL:
                gained = np.zeros_like(gained)  # relative to itself
            self.known[package] = Value(
                percent=100.0 * gained / spent,
                usd=gained,
                residual=float(many.residual[k]),
                failure=None if failure is None else str(failure),
            )

    def _inside(self, party: Party) -> list[int]:
        """Return the places of a party's countries in the world; those it lacks are left out.

        Raises:
            InputError: none of them is in the world.
        """
        there, _ = self.world.holding(party.countries)
        return there or [self.world.country(party.countries[0])]


def explore(valuer: Valuer, offer: Package = NO_DEAL, replies: Package = ()) -> Packages:
    """Value packages of a table: all where the concessions are few, else a searched set.

    Interrupted, it returns what was valued until then.

    Args:
        valuer: solves them.
        offer: concessions that are made in every reply, where replies are asked for.
        replies: concessions that a reply is made of.

    Raises:
        InputError: duties that cannot stand together.
        NotCertified: the status quo has no certified answer.
        KeyboardInterrupt: before every concession was valued by itself.
    """
    everything = tuple(range(len(valuer.table.concessions)))
    exact, stopped, finished = False, False, True
    try:
        exact, stopped = _explore(valuer, NO_DEAL, everything)
        if not exact and offer:
            _, again = _explore(valuer, offer, replies)
            stopped = stopped or again
    except KeyboardInterrupt:
        wanted: list[Package] = [NO_DEAL, offer, *((k,) for k in everything)]
        if any(package not in valuer.known for package in wanted):
            raise
        finished = False
    made = tuple(sorted(valuer.known, key=lambda package: (len(package), package)))
    values = [valuer.known[package] for package in made]
    return Packages(
        made=made,
        percent=np.array([value.percent for value in values]),
        usd=np.array([value.usd for value in values]),
        residual=np.array([value.residual for value in values]),
        failures={k: value.failure for k, value in enumerate(values) if value.failure},
        exact=exact,
        stopped=stopped,
        finished=finished,
    )


def _explore(valuer: Valuer, fixed: Package, free: Package) -> tuple[bool, bool]:
    """Value packages with some concessions made and others free; say if all, and if cut short."""
    if len(free) <= MOST_EXACT:
        valuer.value(subsets(valuer.table, fixed, free))
        return True, False
    return False, _search(valuer, fixed, free)


def subsets(table: ConcessionTable, fixed: Package, free: Package) -> Iterator[Package]:
    """Yield every package with some concessions made and any of others, the smallest first."""
    others = [k for k in free if k not in fixed]
    for size in range(len(others) + 1):
        for chosen in combinations(others, size):
            package = tuple(sorted((*fixed, *chosen)))
            if table.allowed(package):
                yield package


def _search(valuer: Valuer, fixed: Package, free: Package) -> bool:
    """Value packages near to efficient ones until none is left to look at; say if cut short.

    Pareto local search (Paquete, Chiarandini and Stuetzle 2004, "Pareto local optimum sets in the
    biobjective traveling salesman problem"): one concession more or less than any package that none
    valued so far dominates, again and again.
    """
    table, most = valuer.table, len(valuer.known) + MOST_SEARCHED
    everything = _filled(table, fixed, free)
    asked: list[Package] = [fixed, everything]
    asked += [p for start in (fixed, everything) for p in _neighbours(table, start, fixed, free)]
    looked: set[Package] = {fixed, everything}
    inside: dict[Package, None] = {}
    while asked:
        room = most - len(valuer.known)
        new = [p for p in dict.fromkeys(asked) if p not in valuer.known]
        valuer.value(new[:room])
        inside |= dict.fromkeys(p for p in asked if p in valuer.known)
        if len(new) > room:
            return True
        packages = list(inside)
        best = efficient(valuer.gains(packages), TIE_PER_CENT)
        fresh = [p for p, kept in zip(packages, best, strict=True) if kept and p not in looked]
        looked.update(fresh)
        asked = [p for one in fresh for p in _neighbours(table, one, fixed, free)]
    return False


def _filled(table: ConcessionTable, fixed: Package, free: Package) -> Package:
    """Return the package of all concessions, of two that exclude each other the first."""
    package = fixed
    for k in free:
        larger = tuple(sorted({*package, k}))
        package = larger if table.allowed(larger) else package
    return package


def _neighbours(
    table: ConcessionTable, package: Package, fixed: Package, free: Package
) -> Iterator[Package]:
    """Yield packages with one concession less or one more, which those it excludes give way to."""
    for k in free:
        if k in fixed:
            continue
        if k in package:
            yield tuple(other for other in package if other != k)
            continue
        kept = (o for o in package if (min(o, k), max(o, k)) not in table.excluded)
        larger = tuple(sorted((*kept, k)))
        if set(fixed) <= set(larger):
            yield larger
