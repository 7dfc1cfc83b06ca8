"""Caliendo and Parro (2015), Table 2 and trade inside the bloc, to the printed digit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from countervail.testing.levels import solve_levels
from replications.caliendo_parro_2015 import replicate as paper
from replications.caliendo_parro_2015.table import COUNTRIES, RawTable, balance, read

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def table(caliendo_parro_data: Path) -> RawTable:
    return read(caliendo_parro_data)


@pytest.fixture(scope="module")
def result(caliendo_parro_data: Path) -> paper.Result:
    return paper.replicate(caliendo_parro_data)


def test_every_published_figure_to_two_decimals(result: paper.Result) -> None:
    assert len(result.lines) == 15
    off = [line for line in result.lines if line.difference]
    assert not off, off


def test_it_is_certified(result: paper.Result) -> None:
    assert result.solution.certificate.residual <= 1e-10
    assert np.abs(result.solution.arrays["deficit_new"]).max() < 1e-6


def test_exact_welfare_stands_beside_the_first_order_one(result: paper.Result) -> None:
    """The paper does not print it: Mexico's +1.31 is first order, its exact gain is +0.01."""
    assert result.exact["MEX"] == pytest.approx(0.0073, abs=5e-5)
    assert result.exact["CAN"] == pytest.approx(-0.1101, abs=5e-5)
    assert result.exact["USA"] == pytest.approx(0.0741, abs=5e-5)


def test_the_data_are_read_the_right_way_round(table: RawTable) -> None:
    canada, states, mexico = (COUNTRIES.index(c) for c in ("CAN", "USA", "MEX"))
    assert table.trade[canada, states].sum() == pytest.approx(104_923.34, abs=0.01)
    assert table.tariff[states, mexico, 17] == pytest.approx(0.1463)
    assert table.clipped.max() == pytest.approx(0.0904, abs=1e-4)


def test_the_balanced_table_is_an_equilibrium(table: RawTable) -> None:
    trade = balance(table)
    assert (trade[table.trade == 0] == 0).all()
    before = table.trade.sum(axis=(0, 2)) - table.trade.sum(axis=(1, 2))
    after = trade.sum(axis=(0, 2)) - trade.sum(axis=(1, 2))
    np.testing.assert_allclose(after, before, atol=1e-3)
    world = paper.balanced_world(table)
    assert world.check() == []
    np.testing.assert_allclose(world.accounts.final_share, table.final_share, atol=1e-9)


def test_the_command_prints_the_table(
    caliendo_parro_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert paper.main(["--data", str(caliendo_parro_data)]) == 0
    printed = capsys.readouterr().out
    assert "MEX imports from partners       118.28  118.28" in printed


def test_the_readme_holds_these_figures(result: paper.Result) -> None:
    readme = Path(paper.__file__).with_name("README.md").read_text("utf-8")
    for line in result.lines:
        assert f"| {line.published:.2f} | {line.ours:.4f} | {line.difference:.2f} |" in readme
    for exact in result.exact.values():
        assert f"**{exact:.4f}**" in readme


@pytest.mark.slow
def test_levels_say_the_same(table: RawTable, result: paper.Result) -> None:
    """The other road, 31 countries by 40 sectors: a minute of dense linear algebra."""
    found = solve_levels(
        trade=balance(table),
        tariff=table.tariff,
        input_share=table.input_share,
        trade_elasticity=table.trade_elasticity,
        tariff_new=paper.nafta(table),
        deficits="closed",
    )
    np.testing.assert_allclose(result.solution.arrays["welfare"], found.welfare, atol=1e-6)
    np.testing.assert_allclose(result.solution.arrays["wage_hat"], found.wage_hat, rtol=1e-8)
