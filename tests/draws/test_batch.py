"""Many questions at once: each answer is the one ``solve`` gives, whatever the company it is in."""

from __future__ import annotations

import statistics
import threading
import time
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import countervail as cv
from countervail.core import batch
from countervail.core.model import BlockResidual, Certificate
from countervail.draws.batch.answers import _blocks
from countervail.draws.batch.solvers import Solver
from countervail.models.economy import Economy
from countervail.models.presets import FirstYear
from countervail.testing import Table, random_world
from countervail.testing.shocks import random_shock, two_states

Array = NDArray[np.float64]
CLOSURES = ("world_share", "nominal", "own_income", "closed")
KINDS: tuple[dict[str, Any], ...] = (
    {"tariffs": 0.5},
    {"tariffs": 0.0, "icebergs": 0.2, "bans": 0.1},
    {"tariffs": 0.2, "productivity": 0.1, "labour": 0.1},
    {"tariffs": 0.0, "export_taxes": 0.3, "transfers": 0.02},
    {"tariffs": 0.3, "lines": 6},
)


def engines(closures: Sequence[str], compiled: str) -> list[Any]:
    """Both engines under every closure; what is compiled for another than one is slow."""
    return [
        pytest.param(engine, one, marks=[pytest.mark.slow] * (engine == "jax" and one != compiled))
        for engine in ("numpy", "jax")
        for one in closures
    ]


EVERY = engines(CLOSURES, "own_income")
FIRST_YEAR = engines(("world_share", "closed"), "closed")


@pytest.fixture(scope="module")
def table() -> Table:
    return random_world(11, 5, 3)


@pytest.fixture(scope="module")
def world(table: Table) -> cv.World:
    return table.world()


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every state suits a block however much of a small world it changes."""
    monkeypatch.setattr(batch, "DENSE_CELL_PART", 1.0)


def questions(table: Table, world: cv.World) -> list[cv.Scenario]:
    return [random_shock(k, table, **kinds).scenario(world) for k, kinds in enumerate(KINDS)]


def tariffs(table: Table, world: cv.World, count: int) -> list[cv.Scenario]:
    return [random_shock(k, table, tariffs=0.3).scenario(world) for k in range(count)]


def nobody_sells(world: cv.World) -> cv.Scenario:
    """Country 0 buys sector 1 from nobody."""
    iceberg = np.ones(world.tariff.shape)
    iceberg[:, 0, 1] = np.inf
    return cv.Scenario.from_arrays(world, iceberg_hat=iceberg)


def check(many: cv.Many, case: int, solution: cv.Solution) -> None:
    """Every figure of a case is the solution's; a residual of 4e-11 is 4e-9 of a per cent."""
    assert many.residual[case] <= 1e-10
    assert case not in many.failures
    for name, values in many.arrays.items():
        other = solution.arrays[name]
        # changes of money are as sure as the money they are changes of
        size = solution.arrays["income"] if name in ("welfare_usd", "revenue_change_usd") else other
        close = np.allclose(values[case], other, rtol=4e-9, atol=4e-9 * (1 + np.abs(size).max()))
        assert close, name


@pytest.mark.usefixtures("together")
@pytest.mark.parametrize(("engine", "deficits"), EVERY)
def test_every_answer_is_solves(table: Table, world: cv.World, deficits: str, engine: Any) -> None:
    if engine == "jax":
        pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    model = cv.CaliendoParro(deficits=deficits)  # type: ignore[arg-type]
    scenarios = questions(table, world)
    many = cv.solve_many(world, scenarios, model, engine=engine)
    assert not many.failures
    for k, scenario in enumerate(scenarios):
        check(many, k, cv.solve(world, scenario, model))


@pytest.mark.usefixtures("together")
@pytest.mark.parametrize(("engine", "deficits"), FIRST_YEAR)
def test_every_answer_of_the_first_year_is_solves(deficits: Any, engine: Any) -> None:
    """Goods of a sector, supply that stays, and a case with elasticities of its own."""
    if engine == "jax":
        pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    table, model = random_world(11, 5, 3).with_goods(), FirstYear(deficits)
    world = table.world()
    scenarios = questions(table, world)
    theta = 0.8 * table.trade_elasticity
    many = cv.solve_many(world, [*scenarios, cv.Case(scenarios[0], theta)], model, engine=engine)
    assert not many.failures
    for k, scenario in enumerate(scenarios):
        check(many, k, cv.solve(world, scenario, model))
    drawn = world.with_elasticity(theta, "lower")
    check(many, len(scenarios), cv.solve(drawn, scenarios[0], model))


def test_in_the_wage_of_a_country(table: Table, world: cv.World) -> None:
    model = cv.CaliendoParro(deficits="nominal", unit="USA")
    scenarios = questions(table, world)
    many = cv.solve_many(world, scenarios, model, engine="numpy")
    for k, scenario in enumerate(scenarios):
        check(many, k, cv.solve(world, scenario, model))


def test_law_of_the_ledger(oecd: cv.World, canada_china: cv.Solution) -> None:
    """The first state is not the world itself; two questions of one law, and one by hand."""
    scenario = cv.open_scenario("canada-china")
    theta = oecd.trade_elasticity * 1.2
    tariff = np.array(oecd.tariff)
    tariff[:, oecd.country("USA"), 0] += 0.1
    tariff[oecd.country("USA"), oecd.country("USA")] = 0.0
    by_hand = cv.Scenario.from_arrays(oecd, tariff=tariff)
    many = cv.solve_many(oecd, [scenario, by_hand, cv.Case(scenario, theta)], engine="numpy")
    check(many, 0, canada_china)
    check(many, 1, cv.solve(oecd, by_hand))
    check(many, 2, cv.solve(oecd.with_elasticity(theta, "higher"), scenario))


def test_two_states_with_labour_in_both(table: Table, world: cv.World) -> None:
    """Welfare is per head of the first state, which has other people than the world."""
    before, after = (random_shock(k, table, tariffs=0.2, labour=0.1) for k in (1, 2))
    scenario = two_states(world, before, after)
    many = cv.solve_many(world, [scenario], engine="numpy")
    check(many, 0, cv.solve(world, scenario))


@pytest.mark.usefixtures("together")
@pytest.mark.parametrize("deficits", ["world_share", "closed"])
def test_elasticities_of_a_case_hold_in_both_states(
    table: Table, world: cv.World, deficits: Any
) -> None:
    model = cv.CaliendoParro(deficits=deficits)
    (scenario,) = tariffs(table, world, 1)
    draws = [world.trade_elasticity * factor for factor in (0.7, 1.0, 1.3)]
    cases = [cv.Case(scenario, draw) for draw in draws]
    many = cv.solve_many(world, cases, model, engine="numpy")
    for k, draw in enumerate(draws):
        check(many, k, cv.solve(world.with_elasticity(draw, "drawn"), scenario, model))
        check(many, k, many.solution(k))


def test_a_failure_is_kept_with_its_reason(table: Table, world: cv.World) -> None:
    good = tariffs(table, world, 2)
    many = cv.solve_many(world, [good[0], nobody_sells(world), good[1]], engine="numpy")
    assert list(many.failures) == [1]
    assert isinstance(many.failures[1], cv.NoEquilibrium)
    reason = str(many.failures[1])
    assert world.countries[0] in reason
    assert world.sectors[1] in reason
    assert np.isnan(many.residual).tolist() == [False, True, False]
    for name, values in many.arrays.items():
        assert np.isnan(values[1]).all(), name
        assert np.isfinite(values[[0, 2]]).all(), name
    assert "3 cases, 1 without an answer" in repr(many)
    with pytest.raises(cv.NoEquilibrium, match=world.sectors[1]):
        many.solution(1)
    check(many, 2, cv.solve(world, good[1]))


def test_a_first_state_without_an_answer_fails_its_cases_only(
    table: Table, world: cv.World
) -> None:
    impossible = nobody_sells(world).by_hand
    assert impossible is not None
    (good,) = tariffs(table, world, 1)
    shock = random_shock(0, table, tariffs=0.3)
    banned = np.ones(world.tariff.shape)
    banned[:, 0, 1] = np.inf
    bad = two_states(world, shock.replace(iceberg_hat=banned), shock)
    seen: list[tuple[int, int]] = []
    many = cv.solve_many(
        world, [bad, good], engine="numpy", progress=lambda *done: seen.append(done)
    )
    assert list(many.failures) == [0]
    assert seen[-1] == (4, 4)
    check(many, 1, cv.solve(world, good))


def test_all_failed(world: cv.World) -> None:
    many = cv.solve_many(world, [nobody_sells(world)] * 2, engine="numpy")
    assert len(many.failures) == 2
    assert many.welfare.shape == (2, 5)
    assert many.welfare.isnull().all()
    assert "2 without an answer" in repr(many)


def test_nothing_asked(world: cv.World) -> None:
    many = cv.solve_many(world, [], engine="numpy")
    assert len(many) == 0
    assert many.welfare.shape == (0, 5)
    assert many.cost_hat.shape == (0, 5, 3)
    assert "0 cases" in repr(many)


def test_what_is_not_certified_gives_no_figures(
    table: Table, world: cv.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tariffs(table, world, 2)
    assert second.by_hand is not None
    bad = second.by_hand.tariff_new
    verify = Economy.verify

    def sometimes(self: Any, base: Any, shock: Any, *claimed: Any) -> Certificate:
        if shock.tariff_new is not None and np.array_equal(shock.tariff_new.T, bad):
            return Certificate((BlockResidual("goods markets", 2e-9, 3, 1),), 1.0)
        return verify(self, base, shock, *claimed)

    monkeypatch.setattr(Economy, "verify", sometimes)
    many = cv.solve_many(world, [first, second], engine="numpy")
    assert list(many.failures) == [1]
    assert isinstance(many.failures[1], cv.NotCertified)
    assert "goods markets are off by 2.0e-09" in str(many.failures[1])
    assert np.isnan(many.arrays["welfare"][1]).all()


def test_a_small_effect_is_solved_more_tightly(world: cv.World) -> None:
    scenarios = []
    for rate in (1e-6, 1e-8):
        tariff = np.array(world.tariff)
        tariff[1, 0, 1] += rate
        scenarios.append(cv.Scenario.from_arrays(world, tariff=tariff))
    many = cv.solve_many(world, scenarios, engine="numpy")
    for k in range(2):
        effect = np.abs(np.log(many.arrays["price_index_hat"][k])).max()
        assert 0 < many.residual[k] <= 1e-3 * effect * 10
        check(many, k, cv.solve(world, scenarios[k]))


@pytest.mark.usefixtures("together")
@pytest.mark.parametrize(
    "options",
    [{"workers": 1}, {"workers": 3}, {"block": 1}, {"workers": 2, "block": 3}, {"block": 100}],
)
def test_neither_threads_nor_blocks_change_the_numbers(
    table: Table, world: cv.World, options: dict[str, int]
) -> None:
    scenarios = tariffs(table, world, 10)
    usual = cv.solve_many(world, scenarios, engine="numpy")
    other = cv.solve_many(world, scenarios, engine="numpy", **options)
    # a state alone is solved by the plain loop, to the same tolerance on another way
    apart = 1e-9 if options.get("block") == 1 else 1e-12
    for name, values in usual.arrays.items():
        scale = 1.0 + np.abs(values).max()
        assert np.allclose(other.arrays[name], values, rtol=apart, atol=apart * scale), name


@pytest.mark.usefixtures("together")
def test_neither_order_nor_repetition_changes_the_numbers(table: Table, world: cv.World) -> None:
    scenarios = tariffs(table, world, 4)
    usual = cv.solve_many(world, scenarios, engine="numpy").arrays["welfare"]
    order = [2, 0, 3, 1, 2]
    again = cv.solve_many(world, [scenarios[k] for k in order], engine="numpy")
    assert np.allclose(again.arrays["welfare"], usual[order], rtol=1e-12, atol=1e-12)


def test_the_world_itself_is_solved_once(
    table: Table, world: cv.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[int] = []
    solve = batch.solve_block

    def seen(model: Any, base: Any, shocks: Sequence[Any], *rest: Any, **more: Any) -> Any:
        counted.append(len(shocks))
        return solve(model, base, shocks, *rest, **more)

    monkeypatch.setattr(batch, "solve_block", seen)
    scenarios = tariffs(table, world, 3)
    theta = world.trade_elasticity * 1.1
    cases = [*scenarios, cv.Case(scenarios[0], theta), cv.Case(scenarios[1], theta)]
    cv.solve_many(world, cases, engine="numpy", workers=1)
    assert counted == [1, 5]
    counted.clear()
    # balancing trade depends on the elasticities
    cv.solve_many(world, cases, cv.CaliendoParro(deficits="closed"), engine="numpy", workers=1)
    assert counted == [2, 5]


def test_too_little_memory_is_met_with_smaller_blocks(
    table: Table, world: cv.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    solve = batch.solve_block

    def scarce(model: Any, base: Any, shocks: Sequence[Any], *rest: Any, **more: Any) -> Any:
        if len(shocks) > 2:
            raise MemoryError(f"{len(shocks)} states do not fit")
        return solve(model, base, shocks, *rest, **more)

    scenarios = tariffs(table, world, 12)
    usual = cv.solve_many(world, scenarios, engine="numpy")
    monkeypatch.setattr(batch, "solve_block", scarce)
    with warnings.catch_warnings(record=True) as reported:
        warnings.simplefilter("always")
        many = cv.solve_many(world, scenarios, engine="numpy", workers=1, block=5)
    # told once: the blocks that follow ask for no more than the first was given
    assert [str(one.message) for one in reported] == [
        "4 states do not fit: solving 2 at a time (block=2 would save the vain try)"
    ]
    assert np.allclose(many.arrays["welfare"], usual.arrays["welfare"], rtol=0, atol=1e-8)

    def none(*_: Any, **__: Any) -> Any:
        raise MemoryError("not even one")

    monkeypatch.setattr(batch, "solve_block", none)
    with pytest.raises(MemoryError, match="not even one"):
        cv.solve_many(world, scenarios[:1], engine="numpy")


@pytest.mark.parametrize("states", [0, 1, 7, 8, 64, 256])
@pytest.mark.parametrize(("workers", "block"), [(1, 1), (1, 24), (2, 24), (3, 16), (64, 32)])
def test_every_thread_has_its_part(states: int, workers: int, block: int) -> None:
    parts = _blocks(states, Solver(batch.solve_block, block, workers))  # type: ignore[arg-type]
    sizes = [len(range(states)[part]) for part in parts]
    assert [k for part in parts for k in range(states)[part]] == list(range(states))
    assert max(sizes, default=0) <= block
    # no thread waits for longer than for one part of its own length
    assert -(-len(parts) // workers) * max(sizes, default=0) <= -(-states // workers) + block


def test_progress_is_told(table: Table, world: cv.World) -> None:
    seen: list[tuple[int, int]] = []
    cv.solve_many(
        world,
        tariffs(table, world, 20),
        engine="numpy",
        workers=2,
        block=4,
        progress=lambda *done: seen.append(done),
    )
    done = [one for one, _ in seen]
    assert done == sorted(done)
    assert seen[-1] == (21, 21)
    assert {total for _, total in seen} == {21}


@pytest.mark.parametrize("workers", [1, 2])
def test_an_interruption_ends_it(
    table: Table, world: cv.World, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has not begun is not begun, and no thread is left."""
    solve, counted, gate = batch.solve_block, [], threading.Lock()

    def seen(model: Any, base: Any, shocks: Sequence[Any], *rest: Any, **more: Any) -> Any:
        with gate:
            counted.append(len(shocks))
        time.sleep(0.02)
        return solve(model, base, shocks, *rest, **more)

    def interrupt(done: int, total: int) -> None:
        if done > 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(batch, "solve_block", seen)
    threads = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        cv.solve_many(
            world,
            tariffs(table, world, 60),
            engine="numpy",
            workers=workers,
            block=2,
            progress=interrupt,
        )
    assert len(counted) < 15
    assert threading.active_count() == threads


def test_labels(table: Table, world: cv.World) -> None:
    many = cv.solve_many(world, tariffs(table, world, 2), engine="numpy")
    assert many.welfare.dims == ("case", "country")
    assert many.cost_hat.dims == ("case", "country", "sector")
    assert many.welfare.attrs["units"] == "per cent"
    assert list(many.dataset.country.values) == list(world.countries)
    assert list(many.dataset.scenario.values) == ["by-hand", "by-hand"]
    assert many.dataset.residual.max() <= 1e-10
    one = many.welfare.sel(case=1, country="USA").item()
    assert one == many.arrays["welfare"][1, world.country("USA")]
    assert all(values.flags.c_contiguous for values in many.arrays.values())
    with pytest.raises(AttributeError, match="many answers have no 'wellfare'; they have "):
        _ = many.wellfare


def test_refusals(table: Table, world: cv.World) -> None:
    scenario, elsewhere = tariffs(table, world, 1)[0], random_world(3, 5, 3)
    with pytest.raises(cv.InputError, match="was made for another world"):
        cv.solve_many(elsewhere.world(), [scenario])
    with pytest.raises(cv.InputError, match="no engine 'nunpy'; did you mean 'numpy'"):
        cv.solve_many(world, [scenario], engine="nunpy")  # type: ignore[arg-type]
    for option in ("workers", "block"):
        with pytest.raises(cv.InputError, match=f"{option} must be 1 or more, not 0"):
            cv.solve_many(world, [scenario], **{option: 0})  # type: ignore[arg-type]
    theta = world.trade_elasticity
    for wrong in (-theta, theta * np.nan, theta * np.inf):
        with pytest.raises(cv.InputError, match="case 1: trade_elasticity must be 3 positive"):
            cv.solve_many(world, [scenario, cv.Case(scenario, wrong)])
    with pytest.raises(cv.InputError, match="case 0: trade_elasticity has shape"):
        cv.solve_many(world, [cv.Case(scenario, theta[:2])])


@pytest.mark.slow
@pytest.mark.parametrize("extreme", [0, 2])
def test_never_slower_than_a_loop(oecd: cv.World, extreme: int) -> None:
    """Not even with states among them that are hard to solve; the margin is for a busy machine."""
    rng = np.random.default_rng(0)
    us = oecd.country("USA")
    goods = np.arange(len(oecd.sectors)) < 27

    def scenario(most: float) -> cv.Scenario:
        tariff = np.array(oecd.tariff)
        tariff[:, us] += np.outer(rng.uniform(0.0, most, len(tariff)), goods)
        tariff[us, us] = 0.0
        return cv.Scenario.from_arrays(oecd, tariff=tariff)

    scenarios = [scenario(0.5) for _ in range(30)] + [scenario(20.0) for _ in range(extreme)]
    ratios = []
    for _ in range(5):
        began = time.perf_counter()
        for one in scenarios:
            cv.solve(oecd, one)
        looped = time.perf_counter()
        cv.solve_many(oecd, scenarios, engine="numpy")
        ratios.append((time.perf_counter() - looped) / (looped - began))
    assert statistics.median(ratios) < 1.0
