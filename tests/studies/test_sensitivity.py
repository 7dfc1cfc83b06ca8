"""Derivatives against central differences of whole solves, and forward against reverse."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from small_questions import CLOSURES, Question, answer, direction, question

import countervail as cv
from countervail.solution import Reading
from countervail.studies.sensitivity import LEVERS, gradients
from countervail.testing import random_world
from countervail.testing.shocks import TableShock, random_shock

pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")

Array = NDArray[np.float64]

FIGURES: list[tuple[str, dict[str, Any]]] = [
    ("welfare", {"country": "CAN"}),
    ("real_wage", {"country": {"USA": 0.7, "MEX": 0.3}}),
    ("exports_change", {"country": "MEX"}),
    ("revenue_new", {}),
    ("gross_output_new", {"country": "CHN", "sector": ["A01", "C24A"]}),
    ("price_index_hat", {"country": "CAN", "sector": "C24A"}),
]
OF_PAIRS: list[tuple[str, dict[str, Any]]] = [
    ("trade_new", {"exporter": "CAN", "importer": ["USA", "MEX"]}),
]
"""Figures of pairs are compiled apart: one closure is enough."""


def slopes(asked: Question, lever: str, change: Array, step: float = 5e-4) -> dict[str, Array]:
    """Central differences of whole solves along a direction, extrapolated once (Richardson)."""
    at = {k: asked.moved(lever, k * step * change).solve().arrays for k in (-2, -1, 1, 2)}
    return {
        name: (8 * (at[1][name] - at[-1][name]) - (at[2][name] - at[-2][name])) / (12 * step)
        for name in at[1]
    }


def apart(found: Any, right: Any) -> float:
    """Largest difference over the largest entry."""
    return float(np.abs(found - right).max() / max(np.abs(right).max(), 1e-9))


@functools.cache
def along(deficits: str, lever: str) -> Any:
    """What a random direction of a lever does, to first order, by name."""
    solution = answer(deficits)
    return cv.sensitivity(solution, **{lever: direction(lever, solution)})


@functools.cache
def back_from(deficits: str, name: str) -> tuple[Reading, dict[str, Any]]:
    """A figure, and its derivatives with respect to every lever."""
    figure = answer(deficits).figure(name, **dict(FIGURES + OF_PAIRS)[name])
    return figure, gradients(figure, list(LEVERS))


@pytest.mark.parametrize("lever", LEVERS)
@pytest.mark.parametrize("deficits", CLOSURES)
def test_every_variable_along_every_lever(deficits: str, lever: str) -> None:
    """Tariff lines, bans, export taxes and empty corners in both states."""
    step = 2e-2 if lever == "transfer" else 5e-4
    right = slopes(question(deficits), lever, direction(lever, answer(deficits)), step)
    moved = along(deficits, lever)
    assert {"welfare", "trade_new", "deficit_new", "trade_share"} <= set(moved)
    assert not {"terms_of_trade", "volume_of_trade"} & set(moved)
    for name in moved:
        assert apart(moved[name].values, right[name]) < 1e-7, name


@pytest.mark.parametrize(
    ("deficits", "name"),
    [*((d, name) for d in CLOSURES for name, _ in FIGURES), *(("closed", n) for n, _ in OF_PAIRS)],
)
def test_reverse_is_forward(deficits: str, name: str) -> None:
    figure, found = back_from(deficits, name)
    entries = figure.figure.entries(figure.solution.world)
    for lever, slope in found.items():
        back = float((slope.values * direction(lever, figure.solution)).sum())
        forward = float((entries * along(deficits, lever)[name].values).sum())
        size = float(np.abs(slope.values).max())
        assert back == pytest.approx(forward, rel=1e-9, abs=1e-9 * size), lever


@pytest.mark.parametrize("name", [name for name, _ in FIGURES])
def test_finite_everywhere_and_zero_where_nothing_can_move(name: str) -> None:
    figure, found = back_from("world_share", name)
    world, after = figure.solution.world, figure.solution.resolved.after
    lines = figure.solution.resolved.lines
    assert lines is not None
    assert after.iceberg_hat is not None
    assert after.line_iceberg is not None
    assert np.isfinite([np.abs(slope.values).sum() for slope in found.values()]).all()
    bundled = np.zeros(world.trade.shape, dtype=np.bool_)
    bundled[lines.exporter, lines.importer, lines.sector] = True
    nothing = ((world.trade == 0) | np.isinf(after.iceberg_hat)) & ~bundled
    home = np.eye(len(world.countries), dtype=np.bool_)
    for lever in ("tariff", "iceberg_hat", "export_tax"):
        assert not found[lever].values[nothing].any(), lever
    for lever in ("tariff", "export_tax"):
        assert not found[lever].values[home].any(), lever
    for lever in ("line_tariff", "line_iceberg_hat"):
        assert not found[lever].values[np.isinf(after.line_iceberg)].any(), lever


def test_labels_and_units() -> None:
    _, found = back_from("world_share", "welfare")
    tariff = found["tariff"]
    assert tariff.dims == ("exporter", "importer", "sector")
    assert list(tariff.importer.values[:3]) == ["CAN", "CHN", "USA"]
    assert tariff.attrs == {
        "units": "per cent per rate (1 is 100 percentage points)",
        "long_name": "derivative of welfare[CAN] with respect to tariff",
    }
    lines = found["line_tariff"]
    assert lines.dims == ("line",)
    assert {"line_exporter", "line_name"} <= set(lines.coords)
    moved = along("world_share", "tariff")
    assert moved.welfare.attrs["units"] == "per cent per unit of the change"
    assert moved.trade_new.dims == ("exporter", "importer", "sector")


def test_money_in_another_unit() -> None:
    asked = question("world_share")

    def dearer(shock: TableShock) -> TableShock:
        return shock.replace(transfer=1000.0 * np.asarray(shock.transfer))

    scaled = asked._replace(
        table=asked.table.replace(trade=1000.0 * asked.table.trade),
        before=dearer(asked.before),
        after=dearer(asked.after),
    )
    _, small = back_from("world_share", "welfare")
    large = gradients(scaled.solve().figure("welfare", country="CAN"), list(LEVERS))
    for lever in LEVERS:
        factor = 1000.0 if lever == "transfer" else 1.0
        assert apart(factor * large[lever].values, small[lever].values) < 1e-8, lever


def test_countries_and_sectors_in_another_order() -> None:
    asked = without_lines(question("own_income"))
    order, goods = [2, 0, 3, 1], [1, 2, 0]

    def turned(shock: TableShock) -> TableShock:
        cubes = {
            name: getattr(shock, name)[np.ix_(order, order, goods)]
            for name in ("tariff_new", "iceberg_hat", "export_tax")
        }
        assert shock.productivity_hat is not None
        assert shock.labour_hat is not None
        assert shock.transfer is not None
        return shock.replace(
            **cubes,
            productivity_hat=shock.productivity_hat[np.ix_(order, goods)],
            labour_hat=shock.labour_hat[order],
            transfer=shock.transfer[order],
        )

    other = asked._replace(
        table=asked.table.permuted(order, goods),
        before=turned(asked.before),
        after=turned(asked.after),
    )
    # codes go with places, not with what stands there
    code = {n: asked.table.countries[n] for n in range(4)}
    one = cv.gradient(asked.solve().figure("welfare", country=code[2])).values
    two = cv.gradient(other.solve().figure("welfare", country=code[0])).values
    assert apart(two, one[np.ix_(order, order, goods)]) < 1e-8


def test_a_sector_without_any_tax_has_slopes() -> None:
    """Beside central differences above: the sector that no state taxes under this closure."""
    asked = question("nominal")
    assert asked.before.tariff_new is not None
    assert asked.after.tariff_new is not None
    assert not asked.before.tariff_new[:, :, 0].any() | asked.after.tariff_new[:, :, 0].any()
    _, found = back_from("nominal", "revenue_new")
    for lever in ("tariff", "export_tax"):
        assert np.abs(found[lever].values[:, :, 0]).max() > 1e-3, lever


def test_an_elasticity_of_65() -> None:
    table = random_world(11, 4, 3, elasticities=(0.05, 65.0))
    theta = np.array([0.05, 4.0, 65.0])
    table = table.replace(trade_elasticity=theta)
    asked = question("world_share")
    shock = random_shock(11, table, tariffs=0.02, export_taxes=0.01, productivity=0.002)
    asked = asked._replace(table=table, before=shock, after=shock)
    solution = asked.solve()
    rng = np.random.default_rng(0)
    change = rng.uniform(-1.0, 1.0, table.trade.shape)
    change[range(4), range(4)] = 0.0
    moved = cv.sensitivity(solution, tariff=change)
    right = slopes(asked, "tariff", change, 1e-4)
    for name in ("welfare", "wage_hat", "gross_output_new"):
        assert apart(moved[name].values, right[name]) < 1e-6, name


def test_what_is_compiled_serves_other_questions_and_figures() -> None:
    from countervail.core import derivative

    asked = question("world_share")
    back_from("world_share", "welfare")
    compiled = derivative._pull_back._cache_size()
    change = direction("line_tariff", answer("world_share"))
    other = asked.moved("line_tariff", 0.1 * change).solve()
    for country in ("CAN", "USA"):
        cv.gradient(other.figure("real_wage", country=country), wrt="labour_hat")
    assert derivative._pull_back._cache_size() == compiled


def test_refusals() -> None:
    solution = answer("world_share")
    figure = solution.figure("welfare", country="CAN")
    with pytest.raises(cv.InputError, match="nothing called 'tarif' can be moved; did you mean"):
        cv.gradient(figure, wrt="tarif")
    with pytest.raises(cv.InputError, match="nothing called 'tarifs' can be moved"):
        cv.sensitivity(solution, tarifs=np.zeros((4, 4, 3)))
    shape = r"tariff has shape \(3, 4, 4\); this world needs \(4, 4, 3\): exporter, importer"
    with pytest.raises(cv.InputError, match=shape):
        cv.sensitivity(solution, tariff=np.zeros((3, 4, 4)))
    with pytest.raises(cv.InputError, match="labour_hat must have finite values"):
        cv.sensitivity(solution, labour_hat=np.full(4, np.nan))
    with pytest.raises(cv.InputError, match="export_tax must be zero where exporter and importer"):
        cv.sensitivity(solution, export_tax=np.ones((4, 4, 3)))
    with pytest.raises(cv.InputError, match="transfer must sum to zero"):
        cv.sensitivity(solution, transfer=np.ones(4))
    with pytest.raises(cv.InputError, match="terms_of_trade is of first order itself"):
        cv.gradient(solution.figure("terms_of_trade", country="CAN"))


def without_lines(asked: Question) -> Question:
    """The question without tariff lines."""
    return asked._replace(
        before=asked.before.replace(lines=None), after=asked.after.replace(lines=None)
    )
