"""The compiled solve is the plain one: one state, and many at once."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import countervail as cv
from countervail.bridge import baseline
from countervail.core import ladder
from countervail.core.model import Baseline, Shock
from countervail.core.solver import Step
from countervail.errors import CountervailError
from countervail.state import SOLVE_TO_RESIDUAL
from countervail.testing import Table, random_world
from countervail.testing.shocks import random_shock

from .small import core

jax = pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")

from countervail.core import compiled  # noqa: E402

MODEL = cv.CaliendoParro()
TABLE = random_world(11, 5, 3)
BASE = baseline(TABLE.world())


def shock(seed: int, table: Table = TABLE, **kinds: Any) -> Shock:
    return core(random_shock(seed, table, **kinds))


def every_kind() -> list[Shock]:
    """All in one block, so that it is compiled once."""
    tariffs = shock(0, tariffs=0.5)
    return [
        tariffs,
        shock(1, tariffs=0.3, icebergs=0.2, bans=0.1),
        shock(2, tariffs=0.3, productivity=0.2, labour=0.2, transfers=0.02),
        shock(3, tariffs=0.2, export_taxes=0.3),
        shock(4, tariffs=0.3, lines=6),
        tariffs._replace(trade_elasticity=BASE.trade_elasticity * np.array([0.7, 1.0, 1.4])),
    ]


def alone(one: Shock, base: Baseline = BASE) -> Any:
    return ladder.attempt(MODEL, base, one, SOLVE_TO_RESIDUAL, None)


def block(shocks: list[Shock], starts: list[Any] | None = None) -> list[Any]:
    return compiled.solve_block(
        MODEL, BASE, shocks, starts or [None] * len(shocks), SOLVE_TO_RESIDUAL
    )


def cut_off() -> Shock:
    """Country 0 neither buys abroad nor sells there."""
    iceberg = np.ones_like(BASE.tariff)
    iceberg[:, 0, 1:] = iceberg[:, 1:, 0] = np.inf
    return Shock(iceberg_hat=iceberg)


def same(one: Any, two: Any) -> None:
    if isinstance(two, CountervailError):
        assert (type(one), str(one)) == (type(two), str(two))
        return
    assert one.residual <= SOLVE_TO_RESIDUAL
    for hat, other in zip(one.claimed.blocks, two.claimed.blocks, strict=True):
        assert hat.dtype == np.float64
        assert np.allclose(hat, other, rtol=0.0, atol=1e-9)
    for name, level in one.totals._asdict().items():
        other = getattr(two.totals, name)
        assert level.shape == other.shape
        assert np.allclose(level, other, rtol=1e-9, atol=1e-9 * np.abs(other).max()), name


def test_states_at_once_are_the_states_alone() -> None:
    shocks = every_kind()
    for one, each in zip(block(shocks), shocks, strict=True):
        assert one.rung == "anderson"
        same(one, alone(each))


def test_what_is_impossible_or_lost_is_for_the_ladder() -> None:
    """Of the same size as the block above; each in its place."""
    iceberg = np.ones_like(BASE.tariff)
    iceberg[1, 0] = np.inf
    nobody_sells = Shock(iceberg_hat=iceberg)
    shocks = [*every_kind(), nobody_sells, cut_off()]
    wild = MODEL.guess(BASE)._replace(wage=np.full((5, 1), 400.0))
    wild.wage[0] = -400.0
    starts = [None, wild, *[None] * 6]
    found = block(shocks, starts)
    assert isinstance(found[6], cv.NoEquilibrium)
    assert "no supplier left" in str(found[6])
    assert isinstance(found[7], cv.NoEquilibrium)
    for k in (0, 1, 2, 7):
        same(found[k], alone(shocks[k]))


@pytest.mark.parametrize("which", range(3))
def test_one_state(which: int) -> None:
    one = every_kind()[which]
    (found,) = block([one])
    same(found, alone(one))
    assert abs(found.sweeps - alone(one).sweeps) <= 3


def test_one_state_that_is_impossible() -> None:
    (found,) = block([cut_off()])
    same(found, alone(cut_off()))
    assert block([]) == []


def test_one_state_that_is_lost_climbs_the_ladder(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*arguments: Any) -> compiled.Reached:
        return compiled.Reached(np.full_like(arguments[3], np.nan), np.float64(np.nan), 3)

    monkeypatch.setattr(compiled, "_solve", nowhere)
    one = every_kind()[0]
    (found,) = block([one])
    same(found, alone(one))


@pytest.mark.parametrize("said", ["RESOURCE_EXHAUSTED: Out of memory", "INTERNAL: driver"])
def test_too_little_memory_is_told_from_other_errors(
    said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> Any:
        raise jax.errors.JaxRuntimeError(said)

    monkeypatch.setattr(compiled, "_solve_many", fails)
    expected = MemoryError if "MEMORY" in said.upper() else jax.errors.JaxRuntimeError
    with pytest.raises(expected, match=r"3 states do not fit|driver"):
        block(every_kind()[:3])


def test_blocks_are_what_a_gpu_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert compiled.block_size(MODEL, BASE) == 1  # on a CPU a loop is faster

    def of(platform: str, stats: dict[str, int] | None) -> int:
        device = SimpleNamespace(platform=platform, memory_stats=lambda: stats)
        monkeypatch.setattr(jax, "devices", lambda: [device])
        return compiled.block_size(MODEL, BASE)

    assert of("gpu", {"bytes_limit": 2**34}) == 1024
    assert of("gpu", {"bytes_limit": 2**20}) == of("gpu", {"bytes_limit": 2**21}) // 2
    assert of("gpu", {"bytes_limit": 0}) == 1
    assert of("gpu", None) == 1024
    assert of("cpu", None) == 1


def test_many_in_blocks() -> None:
    world = TABLE.world()
    scenarios = [random_shock(k, TABLE, tariffs=0.4).scenario(world) for k in range(6)]
    plain = cv.solve_many(world, scenarios, engine="numpy")
    many = cv.solve_many(world, scenarios, engine="jax", block=3)
    assert many.residual.max() <= 1e-10
    for name, values in plain.arrays.items():
        scale = 1.0 + np.abs(values).max()
        assert many.arrays[name].dtype == np.float64
        assert np.allclose(many.arrays[name], values, rtol=1e-9, atol=1e-9 * scale), name


def test_fixed_points_are_those_of_the_plain_iteration() -> None:
    rng = np.random.default_rng(0)
    matrix, shift = 0.9 * rng.normal(size=(6, 6)) / 4.0, rng.normal(size=6)
    with compiled.Exact():
        found = compiled.fixed_point(
            lambda x: matrix @ x + shift, np.zeros(6), Step(np.eye(6)), np.ones(6), 1e-12
        )
        point = np.asarray(found.point)
    assert point == pytest.approx(np.linalg.solve(np.eye(6) - matrix, shift), abs=1e-9)
    assert int(found.sweeps) <= 20
