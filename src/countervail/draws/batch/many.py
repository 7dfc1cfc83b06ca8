"""The answers to many questions, labelled; and the door to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from countervail import bridge, schema, solving
from countervail.core.compare import compare
from countervail.core.model import Array, Baseline, Model, Totals
from countervail.draws.batch.answers import (
    CertifiedState,
    Progress,
    reporter,
    solve_after,
    solve_all,
)
from countervail.draws.batch.cases import Case, StateToSolve, homes, labour_of, placed_in, states_of
from countervail.draws.batch.solvers import Engine, Solver, solver_of
from countervail.errors import CountervailError, NoEquilibrium
from countervail.limits import limited_base, with_quotas
from countervail.models.presets import CaliendoParro
from countervail.scenario import Scenario
from countervail.solution import Solution
from countervail.world import World

if TYPE_CHECKING:
    import xarray as xr


@dataclass(frozen=True, eq=False)
class Many:
    """The answers to many questions about one world.

    Attributes:
        world: the world asked about.
        model: the model, with its closure.
        cases: the questions, in the order given.
        arrays: certified variables as plain arrays [case, ...]; NaN where a case failed.
        residual: largest relative residual of the worse state, [case]; NaN where a case failed.
        failures: why a case has no answer, by its position.
    """

    world: World
    model: Model
    cases: tuple[Case, ...]
    arrays: Mapping[str, Array]
    residual: Array
    failures: Mapping[int, CountervailError]

    def __len__(self) -> int:
        return len(self.cases)

    def __getattr__(self, name: str) -> xr.DataArray:
        if name in type(self).__dict__:
            object.__getattribute__(self, name)
        if name.startswith("_") or name not in self.arrays:
            raise AttributeError(
                f"many answers have no '{name}'; they have {', '.join(self.arrays)}"
            )
        return self.dataset[name]

    @cached_property
    def dataset(self) -> xr.Dataset:
        """Every variable as a labelled xarray Dataset, the case first."""
        import xarray as xr

        table = schema.variables()
        data = {
            name: (
                ("case", *table[name].dims),
                values,
                {"units": table[name].unit, "long_name": table[name].meaning},
            )
            for name, values in self.arrays.items()
        }
        labels = {
            "case": np.arange(len(self)),
            "country": list(self.world.countries),
            "sector": list(self.world.sectors),
            "scenario": ("case", [case.scenario.name for case in self.cases]),
            "residual": ("case", self.residual),
        }
        return xr.Dataset(data, coords=labels)

    def solution(self, case: int) -> Solution:
        """Return one answer in full, trade by partner and tariff lines included (solved again).

        Raises:
            CountervailError: the reason why the case has no answer.
        """
        scenario, elasticity = self.cases[case]
        world = self.world
        if elasticity is not None:
            world = world.with_elasticity(elasticity, f"those of case {case}")
        return solving.solve(world, scenario, self.model)

    def __repr__(self) -> str:
        return (
            f"<Many: {len(self)} cases, {len(self.failures)} without an answer, "
            f"residual {np.nanmax(self.residual, initial=0.0):.1e}>"
        )


def solve_many(
    world: World,
    cases: Sequence[Scenario | Case],
    model: Model | None = None,
    *,
    engine: Engine = "auto",
    workers: int | None = None,
    block: int | None = None,
    progress: Progress | None = None,
    allow_partial: bool = False,
) -> Many:
    """Return the certified equilibria of many scenarios, each second state relative to the first.

    Args:
        world: the base world of all, as ``Scenario.base_world`` restores it for each.
        cases: scenarios, or scenarios with elasticities of their own; none is no error.
        model: default Caliendo and Parro with ``deficits="world_share"``.
        engine: ``numpy`` on the cores; ``jax`` compiled, on a GPU if JAX has one; ``auto`` is
            ``jax`` where there is a GPU and ``numpy`` elsewhere.
        workers: threads of the NumPy engine; default one a core.
        block: states solved side by side at most; default what the cache, or the GPU's memory,
            holds. No answer depends on it, but for rounding.
        progress: called with the number of states done and of all states.
        allow_partial: whether answers may leave out what the world cannot hold or nothing
            prices; each says so, and warns.

    Raises:
        InputError: a case that does not fit the world, or an unknown engine.
        NotPlaced: the world cannot hold a part of a question, or nothing prices it.
        NoEquilibrium, NotCertified: with ``deficits="closed"``, the world has no balanced trade.
    """
    model = model or CaliendoParro()
    asked = tuple(Case.of(case, k, world).partly(allow_partial) for k, case in enumerate(cases))
    groups = [_StatesOfBase.of(home, model, asked, at) for home, at in homes(asked, world)]
    solvers = [solver_of(engine, group.model, group.base, workers, block) for group in groups]
    for group in groups:
        for k, state in zip(group.at, group.afters, strict=True):
            state.resolved.warn_of_gaps(asked[k].scenario.name)
    report = reporter(progress, sum(len(group.befores) + len(group.afters) for group in groups))
    parts = [group.solved(solver, report) for group, solver in zip(groups, solvers, strict=True)]
    return Many(
        world=world,
        model=model,
        cases=asked,
        arrays={
            name: _together(len(asked), [(part.at, part.arrays[name]) for part in parts])
            for name in parts[0].arrays
        },
        residual=_together(len(asked), [(part.at, part.residual) for part in parts]),
        failures={part.at[k]: why for part in parts for k, why in part.failures.items()},
    )


class _SolvedCases(NamedTuple):
    """Answers of the cases of one base world.

    Attributes:
        at: their numbers among all.
        arrays: variables, [case, ...].
        residual: [case].
        failures: why a case has no answer, by its number among these.
    """

    at: list[int]
    arrays: dict[str, Array]
    residual: Array
    failures: dict[int, CountervailError]


class _StatesOfBase(NamedTuple):
    """The states to solve of the cases of one base world.

    Attributes:
        world: the base world.
        model: the economics, with quotas where cases have them.
        base: as the core sees it.
        at: numbers of the cases among all.
        befores: first states, each once.
        afters: second states.
        pairs: the first state of each case.
    """

    world: World
    model: Model
    base: Baseline
    at: list[int]
    befores: list[StateToSolve]
    afters: list[StateToSolve]
    pairs: list[int]

    @classmethod
    def of(cls, world: World, model: Model, cases: Sequence[Case], at: list[int]) -> _StatesOfBase:
        here = [cases[k] for k in at]
        befores, afters, pairs, plan = states_of(here, placed_in(world, model), model)
        base = limited_base(bridge.baseline_of(world, model), plan)
        return cls(world, with_quotas(model, plan), base, at, befores, afters, pairs)

    def solved(self, solver: Solver, report: Callable[[int], None]) -> _SolvedCases:
        """Return the answers."""
        base, model = self.base, self.model
        none = [None] * len(self.befores)
        first = solve_all(solver, model, base, self.befores, none, report)
        before = [first[k] for k in self.pairs]
        after = solve_after(solver, model, base, self.afters, before, report)
        failures = _failures(self.world, before, after)
        labour = labour_of(base, self.befores, self.afters, self.pairs)
        return _SolvedCases(
            at=self.at,
            arrays=_arrays(model, base, before, after, labour, list(failures)),
            residual=_residuals(before, after),
            failures=failures,
        )


def _together(count: int, parts: Sequence[tuple[list[int], Array]]) -> Array:
    """Return values of some cases as values of all, [case, ...]."""
    whole = np.full((count, *parts[0][1].shape[1:]), np.nan)
    for at, values in parts:
        whole[at] = values
    return whole


def _failures(
    world: World,
    before: Sequence[CertifiedState | CountervailError],
    after: Sequence[CertifiedState | CountervailError],
) -> dict[int, CountervailError]:
    """Return why cases have no answer, with labels in place of positions."""
    failures: dict[int, CountervailError] = {}
    for k, states in enumerate(zip(before, after, strict=True)):
        for state in states:
            if isinstance(state, NoEquilibrium):
                failures.setdefault(k, state.named(world.countries, world.sectors))
            elif isinstance(state, CountervailError):
                failures.setdefault(k, state)
    return failures


def _residuals(*states: Sequence[CertifiedState | CountervailError]) -> Array:
    """Return the residual of the worse state, [case]; NaN where a case failed."""
    residual = [
        [one.certificate.residual if isinstance(one, CertifiedState) else np.nan for one in part]
        for part in states
    ]
    return np.asarray(np.max(residual, axis=0))


def _arrays(
    model: Model,
    base: Baseline,
    before: Sequence[CertifiedState | CountervailError],
    after: Sequence[CertifiedState | CountervailError],
    labour: Array,
    failed: Sequence[int],
) -> dict[str, Array]:
    """Return every variable of countries and sectors, [case, ...]; NaN where a case failed."""
    books = compare(model, base, _stacked(base, before), _stacked(base, after), labour)
    arrays = {name: np.ascontiguousarray(values.T) for name, values in books.items()}
    for values in arrays.values():
        values[failed] = np.nan
    return arrays


OF_SECTORS = {
    "gross_output",
    "value_added",
    "labour_income",
    "expenditure",
    "cost_hat",
    "asked_hat",
    "met_hat",
    "price_hat",
    "paid_hat",
}
"""The totals of countries and sectors; the others are of countries."""


def _stacked(base: Baseline, states: Sequence[CertifiedState | CountervailError]) -> Totals:
    """Return the totals of states side by side, [..., s]; NaN where there is none."""

    def column(name: str) -> Array:
        of = base.expenditure if name in OF_SECTORS else base.value_added
        values = np.full((*of.shape, len(states)), np.nan)
        for s, state in enumerate(states):
            if isinstance(state, CertifiedState):
                values[..., s] = getattr(state.solved.totals, name)
        return values

    return Totals(**{name: column(name) for name in Totals._fields})
