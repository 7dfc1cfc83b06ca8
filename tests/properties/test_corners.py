"""Bans, duties of a thousand per cent, idle producers, elasticities of 0.05 and 65.

Every case is certified, or refused with the true reason; never a warning, never a NaN. The other
road says whether a refusal is true: where it finds an equilibrium, so must we.
"""

from __future__ import annotations

import numpy as np
import pytest
from door import CLOSURES, solve
from hypothesis import given, settings
from hypothesis import strategies as st

import countervail as cv
from countervail.testing.levels import NoLevels, solve_levels
from countervail.testing.shocks import TableShock, everywhere, random_shock, unilateral
from countervail.testing.strategies import SEEDS, tables
from countervail.testing.worlds import Table, random_world, tiny

KINDS = ("wall", "fortress", "bans", "walls and bans", "lines", "taxed exports")


def hard_shock(kind: str, table: Table, seed: int, sever: bool = False) -> TableShock:
    return {
        "wall": lambda: everywhere(table, 10.0),
        "fortress": lambda: unilateral(table, 0, 10.0),
        "bans": lambda: random_shock(seed, table, tariffs=0.5, bans=0.4, sever=sever),
        "walls and bans": lambda: random_shock(seed, table, tariffs=10.0, bans=0.1, sever=sever),
        "lines": lambda: random_shock(seed, table, tariffs=10.0, bans=0.1, lines=5, sever=sever),
        "taxed exports": lambda: random_shock(
            seed, table, tariffs=0.5, export_taxes=10.0, bans=0.1, lines=5, sever=sever
        ),
    }[kind]()


def certified_or_refused(table: Table, shock: TableShock, deficits: str) -> str:
    """Return ``certified`` or the refusal, having checked what can be checked of either."""
    try:
        solution = solve(table, shock, deficits)
    except cv.NotCertified as refusal:
        return f"{type(refusal).__name__}: {refusal}"
    assert solution.certificate.residual <= 1e-10
    for name, values in solution.arrays.items():
        assert np.isfinite(values).all(), name
    assert (solution.arrays["income_new"] > 0).all()
    assert (solution.arrays["trade_new"] >= 0).all()
    assert (solution.arrays["trade_new"][table.trade == 0] == 0).all()
    return "certified"


@settings(max_examples=settings().max_examples // 3)  # refusals take a second each
@given(
    tables(elasticities=(0.05, 65.0), deficits=1.0),
    st.sampled_from(KINDS),
    SEEDS,
    st.sampled_from(CLOSURES),
)
def test_certified_or_refused(table: Table, kind: str, seed: int, deficits: str) -> None:
    shock = hard_shock(kind, table, seed, sever=True)
    verdict = certified_or_refused(table, shock, deficits)
    if verdict.startswith("NoEquilibrium"):
        assert any(code in verdict for code in table.countries), "a refusal names the place"


@given(
    tables(countries=(2, 5), sectors=(1, 4), elasticities=(0.05, 65.0)),
    st.sampled_from(KINDS),
    SEEDS,
    st.sampled_from(CLOSURES),
)
def test_what_levels_can_solve_is_certified(
    table: Table, kind: str, seed: int, deficits: str
) -> None:
    shock = hard_shock(kind, table, seed)
    verdict = certified_or_refused(table, shock, deficits)
    unit = 0 if deficits == "nominal" else None
    if verdict == "certified":
        return
    with pytest.raises(NoLevels):
        solve_levels(**table.arrays(), **shock.arrays(), deficits=deficits, unit=unit)


@pytest.mark.parametrize("deficits", CLOSURES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_hand_checked_world_in_every_corner(kind: str, deficits: str) -> None:
    table = tiny().replace(trade_elasticity=np.array([65.0, 0.05, 4.0]))
    verdict = certified_or_refused(table, hard_shock(kind, table, 3), deficits)
    assert verdict == "certified" or "income" in verdict or "surplus" in verdict


def test_a_fixed_surplus_behind_walls_has_no_equilibrium_and_says_so() -> None:
    trade = np.array([[[50.0], [60.0]], [[10.0], [50.0]]])
    table = Table(trade, np.zeros((2, 2, 1)), np.zeros((2, 1, 1)), np.array([4.0]))
    barrier = np.ones((2, 2, 1))
    barrier[0, 1] = np.inf  # the surplus country may not export
    with pytest.raises(cv.NoEquilibrium, match="CAN"):
        solve(table, TableShock(iceberg_hat=barrier), "world_share")


def test_a_wanted_good_without_any_supplier_is_refused() -> None:
    table = tiny()
    barrier = np.ones(table.trade.shape)
    barrier[:4, 4, 1] = np.inf  # country 4 makes no manufactures and may not buy any
    with pytest.raises(cv.NoEquilibrium, match=r"DEU.*|C10T12.*"):
        solve(table, TableShock(iceberg_hat=barrier))


def test_a_search_that_overflows_is_refused_or_certified() -> None:
    """Elasticities of 14 and 47 and a deficit behind walls of a thousand per cent."""
    table = random_world(
        41,
        3,
        2,
        zero_flows=0.25,
        idle_producers=2,
        empty_markets=1,
        deficits=0.1,
        elasticities=(0.05, 65.0),
    )
    said = certified_or_refused(table, everywhere(table, 10.0), "world_share")
    assert said.startswith(("certified", "NotCertified: ", "NoEquilibrium: ")), said


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(400))
def test_many_corners(seed: int) -> None:
    table = random_world(
        seed,
        2 + seed % 5,
        1 + seed % 4,
        zero_flows=(seed % 4) * 0.2,
        idle_producers=seed % 3,
        empty_markets=(seed // 3) % 3,
        elasticities=(0.05, 65.0),
        deficits=(0.0, 0.1, 0.4, 1.0)[seed % 4],
    )
    shock = hard_shock(KINDS[seed % len(KINDS)], table, seed)
    for deficits in CLOSURES:
        verdict = certified_or_refused(table, shock, deficits)
        if verdict != "certified":
            unit = 0 if deficits == "nominal" else None
            with pytest.raises(NoLevels):
                solve_levels(**table.arrays(), **shock.arrays(), deficits=deficits, unit=unit)
