"""Lashkaripour (2021), Table 2, baseline: the paper's formula, and every rate by itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from countervail.testing import random_world
from replications.lashkaripour_2021 import closed_form
from replications.lashkaripour_2021 import replicate as paper
from replications.lashkaripour_2021.table import PUBLISHED, PUBLISHED_AVERAGE, Table, read


@pytest.fixture(scope="module")
def table(shared: Path) -> Table:
    return read(shared / "data")


@pytest.fixture(scope="module")
def closed(table: Table) -> paper.Result:
    return paper.closed(table)


def small_table() -> Table:
    world = random_world(5, 4, 2, elasticities=(2.0, 4.0)).world()
    return Table(
        world.countries,
        world.trade * (1.0 + world.tariff),
        np.asarray(world.tariff),
        np.asarray(world.trade_elasticity),
    )


def test_the_published_average_holds_the_rest_of_the_world() -> None:
    printed = np.array(list(PUBLISHED.values()))
    assert len(printed) == 43
    mean = printed.mean(axis=0)
    rest = 44 * np.array(PUBLISHED_AVERAGE) - printed.sum(axis=0)
    assert (np.round(mean, 1) != np.round(PUBLISHED_AVERAGE, 1))[0]
    assert 25.0 < rest[0] < 35.0


def test_balanced_trade_is_balanced_and_an_equilibrium() -> None:
    table = closed_form.balance(small_table())
    net = table.trade / (1.0 + table.tariff)
    assert net.sum(axis=(0, 2)) == pytest.approx(net.sum(axis=(1, 2)), rel=1e-8)
    again = closed_form.balance(table)
    assert again.trade == pytest.approx(table.trade, rel=1e-8)


def test_one_good_and_two_equals() -> None:
    """The formula is then Gros (1987): 1 / (theta x what the other buys at home)."""
    trade = np.array([[90.0, 30.0], [30.0, 90.0]])[:, :, None]
    equals = Table(("A", "B"), trade, np.zeros((2, 2, 1)), np.array([4.0]))
    end = closed_form.nash(equals)
    assert end.tariff[0] == pytest.approx(end.tariff[1])
    taxed = trade[..., 0] * (1.0 + end.tariff[0] * (1 - np.eye(2))) ** -4.0
    imports = taxed[0, 1] / taxed[:, 1].sum()
    delta = end.tariff[0] * (1.0 - imports) / (1.0 + end.tariff[0] * (1.0 - imports))
    assert end.tariff[0] == pytest.approx(1.0 / (4.0 * (1.0 - (1.0 - delta) * imports)))
    assert (end.welfare < 0).all()


@pytest.mark.shared
def test_the_median_country_is_as_published(closed: paper.Result) -> None:
    tariff, welfare = np.median(np.abs(closed.difference()), axis=1)
    assert tariff < 0.5
    assert welfare < 0.05
    assert closed.welfare.mean() == pytest.approx(PUBLISHED_AVERAGE[1], abs=0.1)
    assert closed.tariff.mean() == pytest.approx(PUBLISHED_AVERAGE[0], abs=0.7)


@pytest.mark.shared
def test_services_are_taxed_and_their_elasticity_is_ten(shared: Path, table: Table) -> None:
    for services in (4.0, 5.0):
        other = paper.closed(read(shared / "data", services=services))
        assert np.median(np.abs(other.difference()), axis=1)[0] > 3.0
    untaxed = paper.closed(table, untaxed=(15,))
    assert np.median(np.abs(untaxed.difference()), axis=1)[0] > 10.0


@pytest.mark.shared
def test_the_command_prints_the_table(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert paper.main(["--data", str(shared / "data")]) == 0
    printed = capsys.readouterr().out
    assert "USA            43.6       41.0" in printed
    assert "average        40.5       41.1" in printed


@pytest.mark.shared
def test_the_readme_holds_these_figures(closed: paper.Result) -> None:
    readme = Path(paper.__file__).with_name("README.md").read_text("utf-8")
    for code, name in (("USA", "USA"), ("CAN", "Canada"), ("MEX", "Mexico"), ("IND", "India")):
        n = closed.countries.index(code)
        row = next(line for line in readme.splitlines() if line.startswith(f"| {name} |"))
        assert f"| {PUBLISHED[code][0]} | {closed.tariff[n]:.1f} |" in row
        assert f"| {PUBLISHED[code][1]:.2f} | {closed.welfare[n]:.2f} |" in row


@pytest.mark.shared
@pytest.mark.slow
def test_every_rate_by_itself(table: Table, closed: paper.Result) -> None:
    """Best answers know no formula; where one partner matters much, they are not uniform."""
    pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    end = paper.general(table)
    assert "starts agree" in end.proof
    assert np.median(np.abs(end.tariff - closed.tariff)) < 0.7
    assert np.median(np.abs(end.welfare - closed.welfare)) < 0.1
    mexico = end.countries.index("MEX")
    assert end.tariff[mexico] < closed.tariff[mexico] - 3.0
    assert np.median(np.abs(end.difference()), axis=1)[0] < 1.0
