"""What a check finds, with the worst cells named; nothing that can be used is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import countervail as cv
from countervail.testing import random_world, tiny
from countervail.world.check import WorldFinding, findings, refuse_if_open

Array = NDArray[np.float64]


def changed(name: str, change: Any) -> cv.World:
    """The hand-checked world with one primitive changed after the doors were shut."""
    values = getattr(tiny(), name).copy()
    change(values)
    return replace(tiny().world(), **{name: values})


def found(name: str, change: Any) -> dict[str, WorldFinding]:
    return {f.code: f for f in findings(changed(name, change))}


def put(value: float, *places: tuple[int, ...]) -> Any:
    def change(values: Array) -> None:
        for place in places:
            values[place] = value

    return change


def test_worlds_in_order_have_nothing_to_say() -> None:
    assert tiny().world().check() == []
    assert random_world(1, 6, 4, idle_producers=2, empty_markets=2).world().check() == []


@pytest.mark.parametrize("size", [1e-9, 1e9])
def test_any_money_unit_is_in_order(size: float) -> None:
    assert replace(tiny().world(), trade=size * tiny().trade).check() == []


@pytest.mark.parametrize(
    ("name", "change", "code", "message"),
    [
        ("trade", put(-1.0, (0, 1, 2)), "negative-trade", "trade is negative: 1 cell, worst "
         "'CAN CHN C24A'"),
        ("tariff", put(-1.0, (2, 1, 0)), "tariff", "tariff is -100 % or less: 1 cell, worst "
         "'USA CHN A01'"),
        ("tariff", put(0.1, (1, 1, 0), (2, 2, 1)), "domestic-tariff", "tariff on domestic trade: "
         "2 cells, worst 'CHN A01', 'USA C10T12'"),
        ("input_share", put(-0.1, (0, 1, 2)), "negative-input", "input_share is negative: 1 cell, "
         "worst 'CAN C10T12 C24A'"),
        ("trade_elasticity", put(0.0, (1,)), "elasticity", "trade_elasticity must be positive: "
         "1 cell, worst 'C10T12'"),
        ("input_share", put(0.95, (1, 1, 0)), "negative-value-added", "inputs exceed output: "
         "1 cell, worst 'CHN A01'"),
    ],
)  # fmt: skip
def test_what_is_wrong_names_its_cell(name: str, change: Any, code: str, message: str) -> None:
    finding = found(name, change)[code]
    assert finding == (code, message, True)


def test_the_worst_cells_come_first_and_three_are_named() -> None:
    def greedy(values: Array) -> None:
        values[:, 2, 1] = [0.3, 0.5, 0.9, 0.8, 0.0]  # services in manufactures

    finding = found("input_share", greedy)["negative-value-added"]
    assert finding.message == "inputs exceed output: 2 cells, worst 'USA C10T12', 'MEX C10T12'"

    def exporters(values: Array) -> None:
        values[0, 1:, 0] = [-1.0, -4.0, -2.0, -3.0]

    finding = found("trade", exporters)["negative-trade"]
    assert finding.message == (
        "trade is negative: 4 cells, worst 'CAN USA A01', 'CAN DEU A01', 'CAN MEX A01', ..."
    )


def test_inputs_nobody_sold_are_named_by_size() -> None:
    def greedy(values: Array) -> None:
        values[4, 1] = [0.6, 0.0, 0.6]  # Germany makes no manufactures and buys 39
        values[3, 2] = [0.5, 0.5, 0.5]  # Mexico makes 80 of services

    finding = found("input_share", greedy)["negative-final"]
    assert finding.message.startswith("inputs exceed what is bought: 2 cells, worst 'DEU C10T12'")
    assert finding.refuse


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        (put(0.0, (0,)), "empty-country", "country CAN produces nothing"),
        (put(0.0, (slice(None), slice(None), 1)), "empty-sector", "sector C10T12 is produced "
         "nowhere"),
    ],
)  # fmt: skip
def test_a_whole_country_or_sector_may_not_be_empty(change: Any, code: str, message: str) -> None:
    world = changed("trade", change)
    world = replace(world, input_share=np.zeros_like(world.input_share))
    finding = {f.code: f for f in findings(world)}[code]
    assert (finding.message, finding.refuse) == (message, True)


def made(allow_extreme: bool = False, **changes: Any) -> cv.World:
    table = tiny()
    return cv.World.from_arrays(
        **{**table.arrays(), **changes},
        countries=table.countries,
        sectors=table.sectors,
        allow_extreme=allow_extreme,
    )


def test_per_cent_in_place_of_rates_is_refused_unless_it_is_meant(tmp_path: Path) -> None:
    tariff = tiny().tariff.copy()
    tariff[1, 0, 1] = 45.0
    with pytest.raises(
        cv.CountervailError,
        match="tariff is 4,500 per cent at CHN CAN C10T12: rates are fractions: 0.25 is 25 per "
        r"cent \(allow_extreme=True",
    ):
        made(tariff=tariff)
    world = made(allow_extreme=True, tariff=tariff)
    (finding,) = world.check()
    assert finding.message.startswith("mean duty")
    again = cv.read_world(world.save(tmp_path / "w.nc"))  # it was said once
    unsaid = replace(world, provenance={}).save(tmp_path / "unsaid.nc")
    with pytest.raises(cv.CountervailError, match=r"unsaid\.nc: tariff is 4,500 per cent"):
        cv.read_world(unsaid)
    assert cv.read_world(unsaid, allow_extreme=True).hash == world.hash
    assert again.hash == world.hash
    assert again.aggregate(countries={"NA": ["CAN", "USA"]}).tariff.max() > 10


def test_case_11_what_looks_like_another_unit_is_asked_after() -> None:
    table = tiny()
    (said,) = made(tariff=np.minimum(50 * table.tariff, 10.0)).check()
    assert said.code == "tariff-unit"
    assert "mean duty" in said.message
    assert "rates are fractions: 0.25 is 25 per cent" in said.message
    (said,) = made(trade_elasticity=1 / table.trade_elasticity).check()
    assert said.code == "elasticity-unit"
    assert said.message.endswith("is this 1/theta?")
    assert made(trade_elasticity=[0.5, 4.0, 5.0]).check() == []
    few = np.where(np.eye(5)[:, :, None] > 0, 0.0, np.full_like(table.tariff, 0.05))
    few[1, 0, 1] = 9.0  # one prohibitive duty is no unit
    assert made(tariff=few).check() == []


def test_what_refuses_comes_first_and_is_all_said() -> None:
    world = replace(made(), tariff=np.where(tiny().tariff > 0, 45.0, 0.0))
    trade = tiny().trade.copy()
    trade[0, 1, 0] = -1.0
    both = replace(world, trade=trade)
    assert [f.refuse for f in findings(both)] == [True, False]
    with pytest.raises(cv.CountervailError) as refusal:
        refuse_if_open(both)
    text = str(refusal.value)
    assert "trade is negative: 1 cell, worst 'CAN CHN A01'" in text
    assert "3000" not in text
