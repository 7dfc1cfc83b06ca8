"""Many questions about one world at once: scenarios, and draws of the trade elasticities.

Every state is solved, verified by the independent check and compared exactly as ``solve`` does;
what differs is that states which share most of the world are solved side by side (``core.batch``),
on every core, or on a GPU where there is one. A case that has no equilibrium, or that could not be
certified, is kept with its reason: nothing is dropped.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from threading import Lock
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from countervail import machine, schema, simulate
from countervail.core import batch
from countervail.core.certificate import Certificate, acceptable
from countervail.core.compare import compare
from countervail.core.ladder import Solved
from countervail.core.model import Baseline, Hats, Model, Shock, Totals
from countervail.errors import (
    CountervailError,
    InputError,
    NoEquilibrium,
    NotCertified,
    did_you_mean,
)
from countervail.models.caliendo_parro import CaliendoParro
from countervail.scenario import Resolved, Scenario, StateShock
from countervail.solution import Solution
from countervail.world import World

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
Engine = Literal["auto", "numpy", "jax"]
Progress = Callable[[int, int], object]


class Case(NamedTuple):
    """One question of many.

    Attributes:
        scenario: two states of law, or changes made by hand.
        trade_elasticity: theta[sector] in place of the world's, in both states.
    """

    scenario: Scenario
    trade_elasticity: Array | None = None


class Answer(NamedTuple):
    """One certified state: where it lies and what was verified of it."""

    solved: Solved
    certificate: Certificate


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
        return simulate.solve(world, scenario, self.model)

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
) -> Many:
    """Return the certified equilibria of many scenarios, each second state relative to the first.

    Args:
        world: the base world of all.
        cases: scenarios, or scenarios with elasticities of their own.
        model: default Caliendo and Parro with ``deficits="world_share"``.
        engine: ``numpy`` on the cores; ``jax`` compiled, on a GPU if JAX has one; ``auto`` is
            ``jax`` where there is a GPU and ``numpy`` elsewhere.
        workers: threads of the NumPy engine; default one a core.
        block: states solved side by side; default what the cache, or the GPU's memory, holds.
        progress: called with the number of states done and of all states.

    Raises:
        InputError: a case that does not fit the world, or an unknown engine.
    """
    model = model or CaliendoParro()
    asked = tuple(case if isinstance(case, Case) else Case(case) for case in cases)
    base = simulate.baseline(world, model.unit)
    _refuse_misfits(asked, base)
    # with balanced trade the world is balanced by the first state itself; goods are placed in it
    placed_in = simulate.balanced(world, model) if model.balances_first else world
    befores, afters, pairs = _states(asked, placed_in, model)
    chosen = _engine(engine, model, base, workers, block)
    report = _reporter(progress, len(befores) + len(afters))
    nothing = [None] * len(befores)
    first = _solve_all(chosen, model, base, befores, nothing, report)
    before = [first[k] for k in pairs]
    after = _solve_all(chosen, model, base, afters, before, report)
    failures = _failures(world, before, after)
    good = [k for k in range(len(asked)) if k not in failures]
    return Many(
        world=world,
        model=model,
        cases=asked,
        arrays=_arrays(base, len(asked), good, before, after, _labour(befores, afters, pairs)),
        residual=_residuals(len(asked), good, before, after),
        failures=failures,
    )


def _refuse_misfits(cases: Sequence[Case], base: Baseline) -> None:
    """Raise where a case's elasticities are not one positive number a sector.

    Raises:
        InputError: the case, and what was expected.
    """
    for k, case in enumerate(cases):
        if case.trade_elasticity is None:
            continue
        theta = np.asarray(case.trade_elasticity)
        if theta.shape != base.trade_elasticity.shape or not (theta > 0).all():
            raise InputError(
                f"case {k}: trade_elasticity must be {len(base.trade_elasticity)} positive "
                "numbers, one a sector of the world"
            )


class _State(NamedTuple):
    """A state to be solved; its arrays are made when its turn comes."""

    change: StateShock
    resolved: Resolved
    trade_elasticity: Array | None

    def shock(self) -> Shock:
        shock = simulate.shock_of(self.change, self.resolved)
        return shock._replace(trade_elasticity=self.trade_elasticity)


SolveBlock = Callable[[Sequence[Shock], Sequence[Hats | None]], list[batch.Result]]


class _Engine(NamedTuple):
    """How a block of states is solved: by what, how many at once, on how many threads."""

    solve: SolveBlock
    block: int
    workers: int


def _states(
    cases: Sequence[Case], world: World, model: Model
) -> tuple[list[_State], list[_State], list[int]]:
    """Return the first states, each once; the second states; and the first state of each case."""
    placed: dict[int, Resolved] = {}
    known: dict[tuple[int, int], int] = {}
    befores: list[_State] = []
    afters: list[_State] = []
    pairs: list[int] = []
    for case in cases:
        if id(case.scenario) not in placed:
            placed[id(case.scenario)] = case.scenario.resolve(world)
        resolved, theta = placed[id(case.scenario)], case.trade_elasticity
        key = (id(resolved.before), id(theta))
        if resolved.before.is_nothing():
            # the world as it is; its elasticities matter only if its deficits go
            key = (0, id(theta) if model.balances_first else 0)
        if key not in known:
            known[key] = len(befores)
            befores.append(_State(resolved.before, resolved, theta))
        pairs.append(known[key])
        afters.append(_State(resolved.after, resolved, theta))
    return befores, afters, pairs


def _engine(
    engine: Engine, model: Model, base: Baseline, workers: int | None, block: int | None
) -> _Engine:
    """Return how blocks are solved.

    Raises:
        InputError: no such engine, or JAX asked for and not installed.
    """
    if engine not in get_args(Engine):
        raise InputError(
            f"no engine '{engine}'{did_you_mean(engine, get_args(Engine))} "
            f"(there are {', '.join(get_args(Engine))})"
        )
    if engine == "jax" or (engine == "auto" and machine.accelerator()):
        machine.load_jax()
        from countervail.core import compiled

        size = block or compiled.block_size(base)
        at_once = partial(compiled.solve_block, model, base, tolerance=simulate.SOLVE_TO)
        return _Engine(partial(_in_halves, at_once), size, 1)
    threads = workers or machine.cores()
    size = block or batch.block_size(base, machine.cache_bytes() // threads)
    solve = partial(batch.solve_block, model, base, tolerance=simulate.SOLVE_TO)
    return _Engine(solve, size, threads)


def _in_halves(
    solve: SolveBlock, shocks: Sequence[Shock], starts: Sequence[Hats | None]
) -> list[batch.Result]:
    """Solve a block; in halves, and halves of them, where memory does not hold it."""
    try:
        return solve(shocks, starts)
    except MemoryError as error:
        if len(shocks) == 1:
            raise
        half = len(shocks) // 2
        warnings.warn(
            f"{error}: solving {half} at a time; block={half} saves the second try",
            RuntimeWarning,
            stacklevel=2,
        )
    return [
        *_in_halves(solve, shocks[:half], starts[:half]),
        *_in_halves(solve, shocks[half:], starts[half:]),
    ]


def _solve_all(
    engine: _Engine,
    model: Model,
    base: Baseline,
    states: Sequence[_State],
    before: Sequence[Answer | CountervailError | None],
    report: Callable[[int], None],
) -> list[Answer | CountervailError]:
    """Return every state's certified answer, or the reason why it has none.

    Each starts from the state it is compared with, if any, and is verified beside the effect.
    """
    blocks = [slice(k, k + engine.block) for k in range(0, len(states), engine.block)]

    def solve(part: slice) -> list[Answer | CountervailError]:
        shocks = [state.shock() for state in states[part]]
        first = [one if isinstance(one, Answer) else None for one in before[part]]
        found = engine.solve(shocks, [one and one.solved.hats for one in first])
        answers = [
            _certified(model, base, shock, result, one)
            for shock, result, one in zip(shocks, found, first, strict=True)
        ]
        report(len(answers))
        return answers

    if engine.workers == 1 or len(blocks) == 1:
        return [answer for part in blocks for answer in solve(part)]
    with ThreadPoolExecutor(engine.workers) as pool:
        jobs = [pool.submit(solve, part) for part in blocks]
        try:
            return [answer for job in jobs for answer in job.result()]
        except BaseException:  # an interruption above all: what has not begun is not begun
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _certified(
    model: Model, base: Baseline, shock: Shock, found: batch.Result, before: Answer | None
) -> Answer | CountervailError:
    """Return a state verified by the independent check, solved more tightly if it asks for it."""
    if isinstance(found, CountervailError):
        return found
    certificate = model.verify(base, shock, found.claimed, found.totals)
    effect = np.inf if before is None else _effect(before.solved, found)
    if acceptable(certificate.residual, effect):
        return Answer(found, certificate)
    try:
        state = simulate.solve_state(model, base, shock, found.hats, beside=effect)
    except CountervailError as error:
        return error
    if acceptable(state.certificate.residual, effect):
        return Answer(state.solved, state.certificate)
    worst = state.certificate.worst
    return NotCertified(f"residual {worst.residual:.1e} in {worst.name}, effect {effect:.1e}")


def _effect(before: Solved, after: Solved) -> float:
    """Return the largest |ln hat| of wages, prices and expenditure, second state over first."""
    pairs = zip(before.claimed, after.claimed, strict=True)
    return max(float(np.abs(two - one).max()) for one, two in pairs)


def _reporter(progress: Progress | None, total: int) -> Callable[[int], None]:
    """Return what counts the states done, from any thread, and tells."""
    lock, done = Lock(), 0

    def report(more: int) -> None:
        nonlocal done
        with lock:
            done += more
            if progress is not None:
                progress(done, total)

    return report


def _failures(
    world: World,
    before: Sequence[Answer | CountervailError],
    after: Sequence[Answer | CountervailError],
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


def _labour(
    befores: Sequence[_State], afters: Sequence[_State], pairs: Sequence[int]
) -> list[Array | float]:
    """Return labour of the second state over the first, case by case."""

    def hat(state: _State) -> Array | float:
        return 1.0 if state.change.labour_hat is None else state.change.labour_hat

    return [hat(after) / hat(befores[k]) for after, k in zip(afters, pairs, strict=True)]


def _residuals(
    cases: int, good: Sequence[int], *states: Sequence[Answer | CountervailError]
) -> Array:
    """Return the residual of the worse state, [case]."""
    residual = np.full(cases, np.nan)
    for k in good:
        residual[k] = max(_answer(state[k]).certificate.residual for state in states)
    return residual


def _arrays(
    base: Baseline,
    cases: int,
    good: Sequence[int],
    before: Sequence[Answer | CountervailError],
    after: Sequence[Answer | CountervailError],
    labour: Sequence[Array | float],
) -> dict[str, Array]:
    """Return every variable of countries and sectors, [case, ...]; NaN where a case failed."""
    if not good:
        return {}

    def stacked(states: Sequence[Answer | CountervailError]) -> Totals:
        totals = (_answer(states[k]).solved.totals for k in good)
        return Totals(*(np.stack(part, axis=-1) for part in zip(*totals, strict=True)))

    countries = len(base.value_added)
    labour_hat = np.stack([np.broadcast_to(labour[k], countries) for k in good], axis=-1)
    books = compare(stacked(before), stacked(after), base.final_share[:, :, None], labour_hat)
    arrays = {}
    for name, values in books.items():
        arrays[name] = np.full((cases, *values.shape[-2::-1]), np.nan)
        arrays[name][good] = values.T
    return arrays


def _answer(state: Answer | CountervailError) -> Answer:
    assert isinstance(state, Answer)
    return state
