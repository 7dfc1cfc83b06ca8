"""Trade weights: what a shock fixes for a whole solve, and bundles of tariff lines in a cell."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

import countervail as cv
from countervail.bridge import baseline
from countervail.core.model import Baseline, Lines, Shock, Weights
from countervail.core.weights import cells_of, line_weights, prepare
from countervail.models import CaliendoParro
from countervail.state import solve_state
from countervail.testing import random_world, tiny

from .small import core, every_kind, world_and_lines

Array = NDArray[np.float64]


def received(weights: Weights) -> Array:
    """What sellers receive, buyer before seller."""
    return np.ascontiguousarray(weights.sold.swapaxes(1, 2))


def as_one_pair(base: Baseline, lines: Lines) -> Shock:
    """The shock to whole cells that bundles of lines amount to (docs/theory.md, Tariff lines)."""
    weights = prepare(base, Shock(lines=lines))
    cells, _ = cells_of(lines, base.trade_share.shape)
    A, At = weights.share.reshape(-1)[cells], received(weights).reshape(-1)[cells]
    pi, t = base.trade_share.reshape(-1)[cells], base.tariff.reshape(-1)[cells]
    theta = np.broadcast_to(base.trade_elasticity[:, None, None], base.tariff.shape)
    tariff_new, iceberg_hat = base.tariff.copy(), np.ones_like(base.tariff)
    t_new = A / At - 1
    tariff_new.reshape(-1)[cells] = t_new
    barrier = (A / pi) ** (-1 / theta.reshape(-1)[cells]) * (1 + t) / (1 + t_new)
    iceberg_hat.reshape(-1)[cells] = barrier
    return Shock(tariff_new=tariff_new, iceberg_hat=iceberg_hat)


@pytest.mark.parametrize("seed", range(12))
def test_a_bundle_is_exactly_one_pair(seed: int) -> None:
    _, base, lines = world_and_lines(seed)
    bundle = prepare(base, Shock(lines=lines))
    pair = prepare(base, as_one_pair(base, lines))
    assert np.allclose(bundle.share, pair.share, rtol=1e-13, atol=0)
    assert np.allclose(received(bundle), received(pair), rtol=1e-13, atol=0)


@pytest.mark.parametrize("seed", range(4))
def test_and_has_the_same_equilibrium(seed: int) -> None:
    _, base, lines = world_and_lines(seed)
    bundle = solve_state(CaliendoParro(), base, Shock(lines=lines))
    pair = solve_state(CaliendoParro(), base, as_one_pair(base, lines))
    for name in ("trade", "expenditure", "income", "price_hat", "wage_hat", "revenue"):
        left, right = getattr(bundle.outcome, name), getattr(pair.outcome, name)
        assert np.allclose(left, right, rtol=1e-9, atol=1e-9 * np.abs(right).max()), name


def test_the_pair_is_no_average_of_the_lines() -> None:
    """A ban on half a cell halves its trade, near enough; an average of costs would end it."""
    table = tiny()
    base = baseline(table.world())
    half = Lines(
        exporter=np.array([1, 1]),
        importer=np.array([0, 0]),
        sector=np.array([1, 1]),
        weight=np.array([0.5, 0.5]),
        tariff=np.array([0.25, 0.25]),
        tariff_new=np.array([0.25, 0.25]),
        iceberg_hat=np.array([1.0, np.inf]),
    )
    weights = prepare(base, Shock(lines=half))
    assert weights.share[1, 0, 1] == pytest.approx(0.5 * base.trade_share[1, 0, 1], rel=1e-15)


@pytest.mark.parametrize("seed", range(6))
def test_no_change_changes_nothing_to_the_last_digit(seed: int) -> None:
    _, base, lines = world_and_lines(seed)
    still = lines._replace(tariff_new=lines.tariff, iceberg_hat=np.ones_like(lines.weight))
    none, same = prepare(base, Shock()), prepare(base, Shock(lines=still))
    assert np.array_equal(none.share, base.trade_share)
    assert np.array_equal(received(none), base.trade_share / (1 + base.tariff))
    assert np.allclose(same.share, none.share, rtol=4e-16, atol=0)
    assert np.allclose(received(same), received(none), rtol=4e-16, atol=0)
    equal = prepare(
        base, Shock(tariff_new=base.tariff.copy(), iceberg_hat=np.ones_like(base.tariff))
    )
    assert np.array_equal(equal.share, none.share)


@pytest.mark.parametrize("seed", range(6))
def test_line_weights_are_the_formula(seed: int) -> None:
    _, base, lines = world_and_lines(seed)
    share, at_border = line_weights(base, lines, base.trade_elasticity)
    for k in range(len(lines.weight)):
        cell = lines.sector[k], lines.importer[k], lines.exporter[k]
        theta, t, t_new = base.trade_elasticity[cell[0]], lines.tariff[k], lines.tariff_new[k]
        s = lines.weight[k] * (1 + t) / (1 + base.tariff[cell])
        kappa = lines.iceberg_hat[k] * (1 + t_new) / (1 + t)
        assert share[k] == pytest.approx(s * kappa**-theta, rel=1e-13)
        assert at_border[k] == pytest.approx(s * kappa**-theta / (1 + t_new), rel=1e-13)


def test_a_bundle_must_be_a_whole_cell() -> None:
    _, base, lines = world_and_lines(0)
    with pytest.raises(cv.InputError, match="the weights of a cell's lines must sum to 1"):
        prepare(base, Shock(lines=lines._replace(weight=0.999 * lines.weight)))
    lacking = Lines(*(part[1:] for part in lines))
    with pytest.raises(cv.InputError, match="the weights of a cell's lines must sum to 1"):
        prepare(base, Shock(lines=lacking))


def test_base_rates_must_average_to_the_cells_rate() -> None:
    _, base, lines = world_and_lines(0)
    with pytest.raises(cv.InputError, match="the base rates of a cell's lines must average to the"):
        prepare(base, Shock(lines=lines._replace(tariff=lines.tariff + 1e-6)))


def test_a_ban_leaves_nothing_and_no_warning() -> None:
    table = random_world(2, 4, 3)
    base = baseline(table.world())
    barrier = np.ones_like(base.tariff)
    barrier[1, 0, 2] = np.inf
    weights = prepare(base, Shock(iceberg_hat=barrier))
    assert weights.share[1, 0, 2] == 0
    assert received(weights)[1, 0, 2] == 0
    assert np.isfinite(weights.share).all()


@pytest.mark.parametrize("rate", [10.0, 1000.0])
def test_walls_and_elasticities_of_65_do_not_overflow(rate: float) -> None:
    table = tiny().replace(trade_elasticity=np.array([65.0, 0.05, 40.0]))
    base = baseline(table.world())
    tariff = np.full_like(base.tariff, rate)
    tariff[:, range(5), range(5)] = 0.0
    weights = prepare(base, Shock(tariff_new=tariff))
    assert np.isfinite(weights.share).all()
    assert (weights.share >= 0).all()
    home = np.einsum("jnn->jn", weights.share)
    assert np.array_equal(home, np.einsum("jnn->jn", base.trade_share))


def test_what_is_bought_must_have_a_supplier() -> None:
    base = baseline(tiny().world())
    barrier = np.ones_like(base.tariff)
    barrier[1, 4, :4] = np.inf  # Germany makes no manufactures
    model = cv.CaliendoParro()
    with pytest.raises(cv.NoEquilibrium) as refusal:
        model.prepare(base, Shock(iceberg_hat=barrier))
    named = refusal.value.named(tiny().countries, tiny().sectors)
    assert str(named).startswith("C10T12 in DEU has buyers but no supplier left: every source is")
    # a market nobody buys in needs none
    barrier = np.ones_like(base.tariff)
    barrier[0, 3] = np.inf
    model.prepare(base, Shock(iceberg_hat=barrier))


def test_sectors_without_duties_are_not_read_twice() -> None:
    """Where a tariff was lifted, duties are read, and nothing is collected."""
    base = baseline(tiny().world())
    assert prepare(base, Shock()).taxed.tolist() == [0, 1]
    free = prepare(base, Shock(tariff_new=np.zeros_like(base.tariff)))
    assert not free.duty.any()
    never = base._replace(tariff=np.zeros_like(base.tariff))
    assert prepare(never, Shock()).taxed.tolist() == []
    assert prepare(never, Shock(tariff_new=base.tariff)).taxed.tolist() == [0, 1]


def test_every_kind_of_change_arrives() -> None:
    table, shock = every_kind(3)
    base = baseline(table.world())
    weights = prepare(base, core(shock))
    assert shock.productivity_hat is not None
    assert np.allclose(weights.log_productivity, np.log(shock.productivity_hat.T)[:, :, None])
    assert np.array_equal(weights.labour_hat[:, 0], shock.labour_hat)
    given = prepare(base, core(shock)._replace(transfer=np.array([1.0, -1.0, 0.0, 0.0])))
    assert given.transfer[:, 0].tolist() == [1.0, -1.0, 0.0, 0.0]
