"""A figure: one number by variable and labels; what cannot be one is refused in a sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import countervail as cv
from countervail import machine
from countervail.figure import Figure
from countervail.testing import random_world
from countervail.testing.shocks import random_shock


@pytest.fixture(scope="module")
def solution() -> cv.Solution:
    table = random_world(2, 4, 3)
    return cv.solve(table.world(), random_shock(2, table).scenario(table.world()))


def test_one_entry(solution: cv.Solution) -> None:
    figure = solution.figure("welfare", country="USA")
    assert figure.value == solution.arrays["welfare"][2]
    assert figure.unit == "per cent"
    assert repr(figure) == f"<welfare[USA] = {figure.value:.6g} per cent>"


def test_money_is_summed_over_what_is_left_out_or_listed(solution: cv.Solution) -> None:
    trade = solution.arrays["trade_new"]
    assert solution.figure("trade_new").value == pytest.approx(trade.sum())
    some = solution.figure("trade_new", exporter="CAN", importer=["USA", "MEX"])
    assert some.value == pytest.approx(trade[0, 2:].sum())
    assert some.figure.name == "trade_new[CAN, USA + MEX]"
    assert solution.figure("income_new").figure.name == "income_new"


def test_labels_may_have_weights(solution: cv.Solution) -> None:
    welfare = solution.arrays["welfare"]
    weighted = solution.figure("welfare", country={"CAN": 0.25, "USA": -2})
    assert weighted.value == pytest.approx(0.25 * welfare[0] - 2 * welfare[2])
    assert weighted.figure.name == "welfare[0.25 CAN + -2 USA]"


def test_entries_are_the_weights(solution: cv.Solution) -> None:
    entries = Figure("gross_output_new", {"sector": {"C24A": 2.0}}).entries(solution.world)
    assert np.array_equal(entries, [[0, 0, 2]] * 4)


@pytest.mark.parametrize(
    ("name", "labels", "sentence"),
    [
        ("welfar", {}, "a solution has no variable 'welfar'; did you mean 'welfare'"),
        ("tariff", {}, "a solution has no variable 'tariff'"),
        ("line_trade_new", {}, "figures are of countries, sectors and pairs, not of lines"),
        ("welfare", {"contry": "CAN"}, "welfare has no dimension 'contry'; did you mean 'country'"),
        ("welfare", {"country": "CAM"}, "no country 'CAM'; did you mean 'KHM'"),
        ("welfare", {}, r"welfare \(per cent\) cannot be summed: name a country"),
        (
            "welfare",
            {"country": ["CAN", "USA"]},
            "cannot be summed: name one country, or give each a weight",
        ),
        ("price_index_hat", {"country": "CAN"}, "cannot be summed: name a sector"),
        ("welfare", {"country": []}, "welfare: name a country"),
        ("income_new", {"country": {"CAN": np.nan}}, "with a weight that is a number"),
    ],
)
def test_refusals(solution: cv.Solution, name: str, labels: Any, sentence: str) -> None:
    with pytest.raises(cv.InputError, match=sentence):
        solution.figure(name, **labels)


def test_without_jax_derivatives_say_how_to_get_it(
    solution: cv.Solution, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "find_spec", lambda name: None)
    figure = solution.figure("welfare", country="CAN")
    for asked in (
        lambda: cv.gradient(figure),
        lambda: cv.sensitivity(solution, labour_hat=np.ones(4)),
        lambda: cv.contributions(figure),
    ):
        with pytest.raises(
            cv.InputError, match=r"^this needs JAX: pip install 'countervail\[jax\]'$"
        ):
            asked()
