"""States side by side are the states alone: every kind of change, and every way to fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from countervail.bridge import baseline
from countervail.core import batch, ladder
from countervail.core.links import open_links, reached
from countervail.core.model import Baseline, Hats, Patch, Shock
from countervail.core.weights import patch
from countervail.errors import CountervailError, InputError, NoEquilibrium
from countervail.models import CaliendoParro
from countervail.state import SOLVE_TO_RESIDUAL
from countervail.testing import Table, random_world
from countervail.testing.shocks import random_shock

from .small import core

Array = NDArray[np.float64]
KINDS: dict[str, dict[str, Any]] = {
    "tariffs": {"tariffs": 0.5},
    "icebergs": {"tariffs": 0.0, "icebergs": 0.2},
    "bans": {"tariffs": 0.3, "bans": 0.1},
    "productivity": {"tariffs": 0.0, "productivity": 0.2},
    "labour": {"tariffs": 0.0, "labour": 0.2},
    "transfers": {"tariffs": 0.0, "transfers": 0.02},
    "export taxes": {"tariffs": 0.0, "export_taxes": 0.3},
    "lines": {"tariffs": 0.3, "lines": 6},
}


class Setting(NamedTuple):
    table: Table
    base: Baseline

    def shock(self, seed: int, **kinds: Any) -> Shock:
        return core(random_shock(seed, self.table, **kinds))

    def every_kind(self) -> list[Shock]:
        shocks = [self.shock(k, **kinds) for k, kinds in enumerate(KINDS.values())]
        theta = self.base.trade_elasticity * np.array([0.7, 1.0, 1.4])
        return [Shock(), *shocks, shocks[0]._replace(trade_elasticity=theta)]

    def solve(self, shocks: list[Shock], **options: Any) -> list[batch.Result]:
        model = options.get("model", CaliendoParro())
        starts = options.get("starts", [None] * len(shocks))
        return batch.solve_block(model, self.base, shocks, starts, SOLVE_TO_RESIDUAL)

    def alone(self, shock: Shock, model: CaliendoParro | None = None) -> batch.Result:
        return ladder.attempt(model or CaliendoParro(), self.base, shock, SOLVE_TO_RESIDUAL, None)

    def banned(self, *cells: tuple[int, int, int]) -> Shock:
        """Bans of cells (exporter, importer, sector); -1 for every sector."""
        iceberg = np.ones_like(self.base.tariff)
        for i, n, j in cells:
            iceberg[slice(None) if j < 0 else j, n, i] = np.inf
        return Shock(iceberg_hat=iceberg)


@pytest.fixture(scope="module")
def small() -> Setting:
    table = random_world(11, 5, 3)
    return Setting(table, baseline(table.world()))


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Every state suits a block however much it changes; how many were in each block."""
    counted: list[int] = []
    side_by_side = batch._together

    def seen(*arguments: Any) -> Any:
        counted.append(len(arguments[4]))
        return side_by_side(*arguments)

    monkeypatch.setattr(batch, "DENSE_CELL_PART", 1.0)
    monkeypatch.setattr(batch, "_together", seen)
    return counted


def same(one: batch.Result, two: batch.Result) -> None:
    """The same answer, to what both were solved to; or the same reason why there is none."""
    if isinstance(two, CountervailError):
        assert type(one) is type(two)
        assert str(one) == str(two)
        return
    assert isinstance(one, ladder.Solved)
    assert one.residual <= SOLVE_TO_RESIDUAL
    for hat, other in zip(one.claimed.blocks, two.claimed.blocks, strict=True):
        assert hat.dtype == np.float64
        assert np.allclose(hat, other, rtol=0.0, atol=1e-9)
    for name, level in one.totals._asdict().items():
        other = getattr(two.totals, name)
        assert np.allclose(level, other, rtol=1e-9, atol=1e-9 * np.abs(other).max()), name


@pytest.mark.parametrize("deficits", ["world_share", "nominal", "own_income", "closed"])
def test_a_block_is_its_states_one_by_one(
    small: Setting, together: list[int], deficits: str
) -> None:
    model = CaliendoParro(deficits=deficits)  # type: ignore[arg-type]
    shocks = small.every_kind()
    found = small.solve(shocks, model=model)
    assert together == [len(shocks)]
    for one, shock in zip(found, shocks, strict=True):
        same(one, small.alone(shock, model))


def test_neither_order_nor_company_matters(small: Setting, together: list[int]) -> None:
    shocks = small.every_kind()
    found = small.solve(shocks)
    order = np.random.default_rng(0).permutation(len(shocks))
    shuffled = small.solve([shocks[k] for k in order])
    few = small.solve(shocks[2:5])
    assert together == [len(shocks), len(shocks), 3]
    for one, two in [*zip(shuffled, (found[k] for k in order), strict=True), (few[0], found[2])]:
        assert isinstance(one, ladder.Solved)
        assert isinstance(two, ladder.Solved)
        assert one.sweeps == two.sweeps
        for hat, other in zip(one.hats.blocks, two.hats.blocks, strict=True):
            assert np.allclose(hat, other, rtol=0.0, atol=1e-12)


def test_the_same_state_twice_is_the_same_answer_twice(small: Setting, together: list[int]) -> None:
    shock = small.shock(3, tariffs=0.5)
    one, _, two = small.solve([shock, small.shock(4, tariffs=0.2), shock])
    assert together == [3]
    same(one, two)


def test_one_state_is_what_the_ladder_finds(small: Setting, together: list[int]) -> None:
    shock = small.shock(3, tariffs=0.5)
    (one,) = small.solve([shock])
    two = small.alone(shock)
    assert together == []
    assert isinstance(one, ladder.Solved)
    assert isinstance(two, ladder.Solved)
    assert np.array_equal(one.hats.wage, two.hats.wage)
    assert small.solve([]) == []


def test_a_start_is_used(small: Setting, together: list[int]) -> None:
    shocks = [small.shock(k, tariffs=0.5) for k in range(2)]
    cold = small.solve(shocks)
    starts = [one.hats for one in cold if isinstance(one, ladder.Solved)]
    assert [one.sweeps for one in small.solve(shocks, starts=starts)] == [1, 1]  # type: ignore[union-attr]


def test_why_a_state_is_impossible_is_kept_in_its_place(
    small: Setting, together: list[int]
) -> None:
    nobody_sells = small.banned(*((i, 0, 1) for i in range(5)))
    overflows = Shock(iceberg_hat=np.full_like(small.base.tariff, 1e-300))
    good = small.shock(1, tariffs=0.3)
    found = small.solve([good, nobody_sells, good, overflows])
    assert together == [2]
    assert [type(one) for one in found] == [
        ladder.Solved,
        NoEquilibrium,
        ladder.Solved,
        InputError,
    ]
    assert "no supplier left" in str(found[1])


def test_balances_that_bans_make_impossible_are_the_ladders_to_refuse(
    small: Setting, together: list[int]
) -> None:
    cut_off = small.banned(*((i, 0, -1) for i in range(1, 5)), *((0, n, -1) for n in range(1, 5)))
    good = small.shock(1, tariffs=0.3)
    found = small.solve([good, cut_off, good])
    assert together == [2]
    assert isinstance(found[1], NoEquilibrium)
    same(found[1], small.alone(cut_off))


@pytest.mark.parametrize("seed", range(6))
def test_connected_is_that_every_balance_is_possible(seed: int) -> None:
    """Never said of states in which it is not so, and of all others in worlds of households."""
    table = random_world(seed, 4, 3, zero_flows=0.3, empty_markets=seed % 3)
    base = baseline(table.world())
    shocks = [
        core(random_shock(k, table, tariffs=0.0, bans=0.6, sever=True)) for k in range(12)
    ] + [Shock()]
    changes, _ = batch.patched(base, shocks)
    held = batch.connected(base, changes)
    model = CaliendoParro()
    households = bool((base.final_share[base.expenditure > 0] > 0).all())
    for k in changes:
        truly = reached(open_links(base, model.prepare(base, shocks[k]))).all()
        assert k not in held or truly
        assert not households or (k in held) == truly


def test_a_thin_market_goes_alone(small: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left of a market would lose its digits beside what the others share."""
    monkeypatch.setattr(batch, "DENSE_CELL_PART", 1.0)
    iceberg = np.ones_like(small.base.tariff)
    iceberg[1, 0] = 1e6  # everything country 0 buys of sector 1
    assert not batch.shares_most(small.base, patch(small.base, Shock(iceberg_hat=iceberg)))
    iceberg[1, 0] = 1.1
    assert batch.shares_most(small.base, patch(small.base, Shock(iceberg_hat=iceberg)))


def test_a_state_that_shares_little_goes_alone(small: Setting) -> None:
    tariff = small.base.tariff.copy()
    tariff[0, 1, 0] += 0.1
    assert batch.shares_most(small.base, patch(small.base, Shock(tariff_new=tariff)))
    assert not batch.shares_most(small.base, patch(small.base, small.shock(0, tariffs=0.5)))


def test_what_is_slow_goes_on_alone_from_where_it_is(
    small: Setting, together: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "TOGETHER", batch.TOGETHER._replace(max_sweeps=8))
    began: list[Hats | None] = []
    attempt: Callable[..., batch.Result] = ladder.attempt

    def seen(*arguments: Any) -> batch.Result:
        began.append(arguments[4])
        return attempt(*arguments)

    monkeypatch.setattr(ladder, "attempt", seen)
    shocks = [small.shock(k, tariffs=0.4) for k in range(3)]
    found = small.solve(shocks)
    assert together == [3]
    assert len(began) == 3
    assert any(start is not None for start in began)
    for one, shock in zip(found, shocks, strict=True):
        same(one, small.alone(shock))


def test_a_state_that_is_lost_starts_afresh_and_leaves_the_others_alone(
    small: Setting, together: list[int]
) -> None:
    shocks = [small.shock(k, tariffs=0.4) for k in range(3)]
    wild = CaliendoParro().guess(small.base)._replace(wage=np.full((5, 1), 400.0))
    wild.wage[0] = -400.0
    found = small.solve(shocks, starts=[None, wild, None])
    for one, shock in zip(found, shocks, strict=True):
        same(one, small.alone(shock))


def test_blocks_fit_the_cache(small: Setting) -> None:
    assert batch.block_size(CaliendoParro(), small.base, 2**30) == 32
    assert batch.block_size(CaliendoParro(), small.base, 0) == 16
    large = small.base._replace(
        expenditure=np.ones((50, 81)), value_added=np.ones(81)
    )  # an unknown a cell for prices and for spending
    assert batch.block_size(CaliendoParro(), large, 32 * 2**20) == 24


def test_a_market_that_nobody_buys_in_does_not_count_as_thin() -> None:
    """A change in it leaves the state one that shares most with the baseline."""
    table = random_world(1, 4, 3, empty_markets=1)
    base = baseline(table.world())
    j, n = np.argwhere(base.expenditure == 0)[0]
    cells = np.ravel_multi_index((j, n, (n + 1) % 4), base.trade_share.shape)[None]
    nothing = np.zeros(1)
    assert batch.shares_most(base, Patch(cells, nothing, nothing, nothing))
    j, n = np.argwhere(base.expenditure > 0)[0]
    cells = np.ravel_multi_index(([j] * 4, [n] * 4, range(4)), base.trade_share.shape)
    assert not batch.shares_most(base, Patch(cells, np.full(4, 2e-4), *np.zeros((2, 4))))
    assert batch.shares_most(base, Patch(cells, np.full(4, 2.6e-4), *np.zeros((2, 4))))
