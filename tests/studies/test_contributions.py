"""Contributions to a figure's change: they sum to the whole; what did not change has none."""

from __future__ import annotations

import numpy as np
import pytest
from small_questions import CLOSURES, Question, answer, question

import countervail as cv
from countervail.studies import contributions
from countervail.studies.contributions import Contribution, exact_effect
from countervail.studies.sensitivity import gradients
from countervail.testing import Table
from countervail.testing.shocks import TableShock

pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")

COLUMNS = ("line_tariff", "line_iceberg_hat", "tariff", "iceberg_hat", "export_tax",
           "productivity_hat", "labour_hat", "transfer")  # fmt: skip


def contributed(solution: cv.Solution, variable: str, **labels: str) -> list[Contribution]:
    return cv.contributions(solution.figure(variable, **labels))


def total(rows: list[Contribution]) -> float:
    return sum(row.effect for row in rows)


@pytest.mark.parametrize("deficits", CLOSURES)
def test_the_parts_sum_to_the_whole(deficits: str) -> None:
    """Every kind of change at once, bans that begin and bans that end among them."""
    solution = answer(deficits)
    rows = contributed(solution, "welfare", country="CAN")
    whole = solution.figure("welfare", country="CAN").value
    sizes = sum(abs(row.effect) for row in rows)
    assert abs(total(rows) - whole) <= 1e-4 * sizes
    assert {row.lever for row in rows} == set(COLUMNS)
    assert np.isfinite([(row.first_order, row.effect) for row in rows]).all()
    assert [abs(row.effect) for row in rows] == sorted((abs(r.effect) for r in rows), reverse=True)


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("gross_output_new", {"country": "CHN", "sector": "C24A"}),
        ("wage_hat", {"country": "USA"}),
        ("revenue_change", {"country": "MEX"}),
    ],
)
def test_so_they_do_for_any_figure(name: str, labels: dict[str, str]) -> None:
    solution = answer("world_share")
    rows = contributed(solution, name, **labels)
    whole = exact_effect(solution.figure(name, **labels))
    assert abs(total(rows) - whole) <= 1e-4 * sum(abs(row.effect) for row in rows)


def test_more_points_come_closer(monkeypatch: pytest.MonkeyPatch) -> None:
    solution = answer("own_income")
    whole = solution.figure("welfare", country="USA").value
    gaps = []
    for nodes in (1, 2, 4, 8):
        monkeypatch.setattr(contributions, "NODES", (nodes,))
        gaps.append(abs(total(contributed(solution, "welfare", country="USA")) - whole))
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] < 1e-3 * gaps[0]


def test_nothing_moves_what_is_of_the_first_state() -> None:
    assert contributed(answer("closed"), "income", country="CAN") == []
    assert exact_effect(answer("closed").figure("income", country="CAN")) == 0.0


def test_no_change_moves_nothing() -> None:
    asked = question("world_share")
    rows = contributed(asked._replace(after=asked.before).solve(), "welfare", country="CAN")
    assert rows == []


def alone(**changed: object) -> Question:
    """The question with one change between its states and no other."""
    asked = question("world_share")
    return asked._replace(after=asked.before.replace(**changed))


def test_only_what_changed_has_a_part() -> None:
    labour = np.asarray(question("world_share").before.labour_hat) * [1.0, 1.02, 1.0, 1.0]
    solution = alone(labour_hat=labour).solve()
    (row,) = contributed(solution, "welfare", country="CHN")
    assert (row.lever, row.country, row.exporter, row.sector) == ("labour_hat", "CHN", None, None)
    assert row.effect == pytest.approx(solution.figure("welfare", country="CHN").value, rel=1e-7)


def test_whole_cells_without_any_line() -> None:
    asked = question("closed")
    bare = asked._replace(
        before=asked.before.replace(lines=None), after=asked.after.replace(lines=None)
    )
    solution = bare.solve()
    rows = contributed(solution, "welfare", country="MEX")
    assert not any(row.goods for row in rows)
    whole = solution.figure("welfare", country="MEX").value
    assert abs(total(rows) - whole) <= 1e-4 * sum(abs(row.effect) for row in rows)


def test_first_order_is_the_derivative_at_the_first_state_times_the_change() -> None:
    asked = question("world_share")
    still = asked._replace(after=asked.before).solve()
    lever = "export_tax"
    slope = gradients(still.figure("welfare", country="USA"), [lever])[lever].values
    rows = contributed(asked.solve(), "welfare", country="USA")
    world = still.world
    found = [row for row in rows if row.lever == lever]
    assert len(found) > 3
    change = np.asarray(asked.after.export_tax) - np.asarray(asked.before.export_tax)
    for row in found:
        assert row.exporter is not None
        assert row.importer is not None
        assert row.sector is not None
        at = world.country(row.exporter), world.country(row.importer), world.sector(row.sector)
        expected = slope[at] * change[at]
        assert row.first_order == pytest.approx(expected, rel=1e-5, abs=1e-9)


def test_a_ban_that_ends_is_of_first_order_in_its_trade() -> None:
    asked = question("world_share")
    cell = largest_open_cell(asked.table, asked.before)
    barrier = np.array(asked.before.iceberg_hat)
    barrier[cell] = np.inf
    before = asked.before.replace(iceberg_hat=barrier)
    solution = asked._replace(before=before, after=asked.before).solve()
    (row,) = contributed(solution, "welfare", country="CAN")
    theta = asked.table.trade_elasticity[cell[2]]

    def traded(part: float) -> float:
        hardly = barrier.copy()
        hardly[cell] = np.asarray(asked.before.iceberg_hat)[cell] * part ** (-1.0 / theta)
        after = asked.before.replace(iceberg_hat=hardly)
        return asked._replace(before=before, after=after).solve().arrays["welfare"][0] / part

    assert row.first_order == pytest.approx(2 * traded(1e-4) - traded(2e-4), rel=1e-4)


def largest_open_cell(table: Table, shock: TableShock) -> tuple[int, int, int]:
    """The most traded cell across borders that has no lines and no ban."""
    trade = np.where(np.isinf(np.asarray(shock.iceberg_hat)), 0.0, table.trade)
    trade[range(4), range(4)] = 0.0
    assert shock.lines is not None
    trade[shock.lines.cells] = 0.0
    i, n, j = np.unravel_index(int(trade.argmax()), trade.shape)
    return int(i), int(n), int(j)


def test_canada_and_china(canada_china: cv.Solution) -> None:
    rows = contributed(canada_china, "welfare", country="CAN")
    assert total(rows) == pytest.approx(
        canada_china.figure("welfare", country="CAN").value, rel=1e-5
    )
    assert {(row.exporter, row.importer) for row in rows} == {("CAN", "CHN"), ("CHN", "CAN")}
    assert (rows[0].lever, rows[0].goods, rows[0].sector) == ("line_tariff", "canola seed", "A01")
    # to first order a duty on metals is worth its terms of trade; in full it costs
    (metal,) = (row for row in rows if row.goods == "aluminium")
    assert metal.first_order > 0 > metal.effect
