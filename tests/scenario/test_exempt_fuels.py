"""Goods exempt from a surcharge on everyone are not taxed for a part of their worth."""

import pytest

import countervail as cv
from countervail.ledger.ledger import Ledger

FUELS = ("B05", "B06", "C19")
SURCHARGES = ("usa-all-s122-surcharge-2026", "usa-all-s301-forced-labour-2026")


def with_fuels_exempt() -> Ledger:
    """The ledger without any weight of the two surcharges in coal, crude, gas and refined oil."""
    measures = []
    for measure in cv.open_ledger():
        if measure.id in SURCHARGES:
            left = tuple(t for t in measure.coverage if t.sector not in FUELS)
            measure = measure.model_copy(update={"coverage": left})
        measures.append(measure)
    return Ledger.of(measures)


def test_who_sells_fuels_is_hurt_as_if_fuels_were_exempt(oecd: cv.World) -> None:
    asked = {"name": "us-canada", "variant": "all-partners"}
    shipped = cv.solve(oecd, cv.open_scenario(**asked)).welfare
    exempt = cv.solve(oecd, cv.open_scenario(**asked, ledger=with_fuels_exempt())).welfare
    for country in ("SAU", "COL", "NOR"):
        there = float(shipped.sel(country=country))
        assert there == pytest.approx(float(exempt.sel(country=country)), abs=0.005), country
    assert float(shipped.sel(country="SAU")) == pytest.approx(-0.11, abs=0.01)
