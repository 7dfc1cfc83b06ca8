"""What trade weights owe to levers: the slopes of the weights themselves, and their transpose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from countervail.bridge import baseline
from countervail.core import levers
from countervail.core.levers import Levers, Parts
from countervail.core.model import Baseline, Shock
from countervail.core.weights import prepare
from countervail.testing import random_world
from countervail.testing.shocks import random_shock

from .small import core

Array = NDArray[np.float64]

few = settings(max_examples=60, derandomize=True, deadline=None)
SEEDS = st.integers(0, 2**32 - 1)


def state(seed: int) -> tuple[Baseline, Shock]:
    """A world with empty corners, and a state of it with every kind of change, lines and bans."""
    table = random_world(seed, 4, 3, zero_flows=0.2, idle_producers=1, empty_markets=1)
    kinds = {"tariffs": 0.5, "icebergs": 0.2, "bans": 0.1, "productivity": 0.1, "labour": 0.1}
    shock = random_shock(seed, table, **kinds, lines=5, export_taxes=0.3, transfers=0.02)
    return baseline(table.world()), core(shock)


def drawn(rng: np.random.Generator, like: Any) -> Any:
    """Random numbers in the shapes of a tuple of arrays."""
    return type(like)(*(None if part is None else rng.normal(size=np.shape(part)) for part in like))


def moved(base: Baseline, shock: Shock, change: Levers, step: float) -> Shock:
    """The state with its levers moved; those of a cell with lines move every line."""
    lines, at = shock.lines, levers.in_force(base, shock)
    if lines is not None:
        cells = lines.sector, lines.importer, lines.exporter
        raised = 1.0 + step * change.iceberg_hat[cells]
        at = at._replace(
            line_tariff=at.line_tariff + step * change.tariff[cells],
            line_iceberg_hat=at.line_iceberg_hat * raised,
        )
    pairs = zip(at, change, strict=True)
    return levers.state(Levers(*(stands + step * move for stands, move in pairs)), lines)


def logs(base: Baseline, shock: Shock) -> dict[str, Array]:
    """What ``Parts`` calls buyer weight, border wedge and seller wedge, and the other weights."""
    weights = prepare(base, shock)
    received = weights.sold.swapaxes(1, 2)
    border = received.copy()
    border[weights.export_taxed] += weights.export_duty.swapaxes(1, 2)
    with np.errstate(all="ignore"):
        return {
            "buyer_weight": np.log(weights.share),
            "border_wedge": np.log(border / weights.share),
            "seller_wedge": np.log(received / border),
            "trade_elasticity": weights.trade_elasticity[:, 0],
            "log_productivity": weights.log_productivity[..., 0],
            "labour_hat": weights.labour_hat[:, 0],
            "transfer": weights.transfer[:, 0],
        }


def slope(values: Callable[[float], dict[str, Array]], step: float) -> dict[str, Array]:
    """Central differences, extrapolated once (Richardson)."""
    fine, coarse = (
        {name: (ahead - back) / (2 * h) for (name, ahead), back in zip(*both, strict=True)}
        for h in (step, 2 * step)
        for both in [(values(h).items(), values(-h).values())]
    )
    return {name: (4 * fine[name] - coarse[name]) / 3 for name in fine}


@few
@given(SEEDS)
def test_push_is_the_slope_of_the_weights(seed: int) -> None:
    base, shock = state(seed)
    change = drawn(np.random.default_rng(seed), levers.none(base, shock))
    pushed = levers.push(base, shock, change)
    with np.errstate(invalid="ignore"):
        found = slope(lambda step: logs(base, moved(base, shock, change, step)), 1e-4)
    bought = prepare(base, shock).share > 0
    for name, values in found.items():
        traded = bought if values.ndim == 3 else np.ones(values.shape, dtype=np.bool_)
        ours = getattr(pushed, name)[traded]
        assert np.allclose(ours, values[traded], rtol=1e-8, atol=1e-7), name


@few
@given(SEEDS)
def test_pull_is_the_transpose_of_push(seed: int) -> None:
    base, shock = state(seed)
    rng = np.random.default_rng(seed)
    change = drawn(rng, levers.none(base, shock))
    worth = drawn(rng, levers.push(base, shock, change))
    pushed, pulled = levers.push(base, shock, change), levers.pull(base, shock, worth)
    forward = [(one * two).sum() for one, two in zip(worth, pushed, strict=True) if one is not None]
    back = [(one * two).sum() for one, two in zip(change, pulled, strict=True)]
    assert np.isclose(sum(forward), sum(back), rtol=1e-11, atol=1e-9 * np.abs(forward).max())


@few
@given(SEEDS)
def test_what_no_trade_rests_on_is_finite(seed: int) -> None:
    """Bans and empty cells: nothing is infinite or missing, and a ban's cost moves nothing."""
    base, shock = state(seed)
    rng = np.random.default_rng(seed)
    pulled = levers.pull(
        base, shock, drawn(rng, levers.push(base, shock, levers.none(base, shock)))
    )
    for name, values in pulled._asdict().items():
        assert np.isfinite(values).all(), name
    assert shock.iceberg_hat is not None
    assert shock.lines is not None
    bundled = np.zeros(base.tariff.shape, dtype=np.bool_)
    bundled[shock.lines.sector, shock.lines.importer, shock.lines.exporter] = True
    assert not pulled.iceberg_hat[np.isinf(shock.iceberg_hat) & ~bundled].any()
    assert not pulled.line_tariff[np.isinf(shock.lines.iceberg_hat)].any()


def test_nothing_is_no_change() -> None:
    base, shock = state(1)
    pushed = levers.push(base, shock, levers.none(base, shock))
    assert all(values is None or not values.any() for values in pushed)


def test_where_levers_stand_is_the_state() -> None:
    for shock in (Shock(), state(2)[1]):
        base = state(2)[0]
        again = levers.state(levers.in_force(base, shock), shock.lines)
        for one, two in zip(prepare(base, shock), prepare(base, again), strict=True):
            assert np.array_equal(np.asarray(one), np.asarray(two))


def test_one_tariff_by_hand() -> None:
    """A cell of its own: A falls by theta, what arrives by theta + 1, per cent of 1 + t'."""
    base = baseline(random_world(3, 4, 3).world())
    j, n, i = 2, 1, 0
    theta, duty = base.trade_elasticity[j], 1.0 + base.tariff[j, n, i]
    one = np.zeros_like(base.tariff)
    one[j, n, i] = 1.0
    pushed = levers.push(base, Shock(), levers.none(base, Shock())._replace(tariff=one))
    assert pushed.buyer_weight[j, n, i] == -theta / duty
    assert pushed.border_wedge[j, n, i] == -1.0 / duty
    worth = Parts(one, 0 * one, 0 * one, *pushed[3:])
    assert levers.pull(base, Shock(), worth).tariff[j, n, i] == -theta / duty
