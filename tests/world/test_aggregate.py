"""Merging countries and sectors: every account of a group is the sum over its members, exactly."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import countervail as cv
from countervail import labels
from countervail.present import goods
from countervail.scenario import HandChange, Scenario
from countervail.testing import Table, random_world, tiny

Array = NDArray[np.float64]

COUNTRIES = {"NAM": ["CAN", "USA", "MEX"]}
SECTORS = {"GOODS": ["A01", "C10T12"]}


def matrix(labels_: tuple[str, ...], groups: dict[str, list[str]], merged: cv.World) -> Array:
    """Membership, [new label, old label], by country."""
    owner = {member: group for group, members in groups.items() for member in members}
    made = np.zeros((len(merged.countries), len(labels_)))
    for k, label in enumerate(labels_):
        made[merged.countries.index(owner.get(label, label)), k] = 1.0
    return made


def close(left: Array, right: Array) -> bool:
    return np.allclose(left, right, rtol=1e-12, atol=1e-12 * np.abs(right).max())


def tables() -> list[Table]:
    corners = {"zero_flows": 0.2, "idle_producers": 2, "empty_markets": 1}
    return [tiny(), *(random_world(seed, 5, 3, **corners) for seed in range(8))]


@pytest.mark.parametrize("table", tables(), ids=repr)
def test_accounts_of_countries_are_sums_and_inner_duties_move_to_value_added(table: Table) -> None:
    fine = table.world()
    world = fine.aggregate(countries=COUNTRIES)
    assert world.countries == ("NAM", "CHN", "DEU")
    assert world.sectors == fine.sectors
    C = matrix(fine.countries, COUNTRIES, world)
    old, new = fine.accounts, world.accounts
    at = [fine.country(c) for c in COUNTRIES["NAM"]]
    inside = (fine.trade * fine.tariff)[np.ix_(at, at)].sum(axis=(0, 1))
    assert inside.sum() > 0
    moved = np.zeros((3, 3))
    moved[0] = inside
    for name in ("expenditure", "intermediate", "final_spending"):
        assert close(getattr(new, name), C @ getattr(old, name)), name
    assert close(new.income, C @ old.income)
    assert close(new.deficit, C @ old.deficit)
    assert close(new.revenue, C @ old.revenue - moved.sum(axis=1))
    assert close(new.value_added, C @ old.value_added + moved.sum(axis=1))
    assert close(new.gross_output, C @ old.gross_output + moved)
    assert world.provenance["duties_inside_groups_moved_to_value_added"] == pytest.approx(
        inside.sum()
    )
    # trade and duties across the new border are untouched
    abroad = np.einsum("gi,hn,inj->ghj", C, C, fine.trade)
    duty = np.einsum("gi,hn,inj->ghj", C, C, fine.trade * fine.tariff)
    cross = ~np.eye(3, dtype=bool)
    assert close(world.trade[cross], abroad[cross])
    assert close((world.trade * world.tariff)[cross], duty[cross])
    assert not np.einsum("iij->ij", world.tariff).any()


@pytest.mark.parametrize("table", tables(), ids=repr)
def test_accounts_of_sectors_are_sums(table: Table) -> None:
    fine = table.world()
    world = fine.aggregate(sectors=SECTORS)
    assert world.sectors == ("GOODS", "C24A")
    S = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    old, new = fine.accounts, world.accounts
    for name in ("gross_output", "expenditure", "intermediate", "final_spending"):
        assert close(getattr(new, name), getattr(old, name) @ S), name
    for name in ("value_added", "revenue", "deficit", "income"):
        assert close(getattr(new, name), getattr(old, name)), name
    assert close(world.trade, fine.trade @ S)
    assert close(world.trade * world.tariff, (fine.trade * fine.tariff) @ S)
    inputs = np.einsum("nkj,nj->nkj", fine.input_share, old.gross_output)
    merged = np.einsum("nkj,nj->nkj", world.input_share, new.gross_output)
    assert close(merged, np.einsum("nkj,kK,jJ->nKJ", inputs, S, S))
    assert "duties_inside_groups_moved_to_value_added" not in world.provenance


def test_both_at_once_is_one_after_the_other() -> None:
    fine = random_world(3, 5, 3).world()
    both = fine.aggregate(countries=COUNTRIES, sectors=SECTORS)
    turns = fine.aggregate(countries=COUNTRIES).aggregate(sectors=SECTORS)
    for name in ("trade", "tariff", "input_share"):
        assert close(getattr(both, name), getattr(turns, name)), name


def test_two_halves_of_a_country_make_the_country_again() -> None:
    table = random_world(5, 4, 3, zero_flows=0.2)
    halves = table.with_country_halved(1).world()
    again = halves.aggregate(countries={"CHN": ["CHN", halves.countries[-1]]})
    whole = table.world()
    assert again.countries == whole.countries
    for name in ("trade", "tariff", "input_share", "trade_elasticity"):
        assert close(getattr(again, name), getattr(whole, name)), name


def test_two_halves_of_a_sector_make_the_sector_again() -> None:
    table = random_world(6, 4, 3, zero_flows=0.2)
    halves = table.with_sector_halved(1).world()
    again = halves.aggregate(sectors={"C10T12": ["C10T12", halves.sectors[-1]]})
    whole = table.world()
    for name in ("trade", "tariff", "input_share", "trade_elasticity"):
        assert close(getattr(again, name), getattr(whole, name)), name


def test_elasticities_are_means_weighted_by_trade_across_borders() -> None:
    world = tiny().world().aggregate(sectors=SECTORS)
    # 60 of farm goods and 137 of manufactures cross a border
    farm, made = tiny().trade[:, :, 0], tiny().trade[:, :, 1]
    weights = farm.sum() - np.trace(farm), made.sum() - np.trace(made)
    expected = (weights[0] * 8.0 + weights[1] * 4.0) / sum(weights)
    assert world.trade_elasticity == pytest.approx([expected, 5.0])
    # services cross no border: all trade counts
    alone = tiny().world().aggregate(sectors={"ALL": ["C10T12", "C24A"]})
    assert alone.trade_elasticity[1] == pytest.approx(4.0)


def test_law_dates_that_differ_are_not_known() -> None:
    table = tiny()
    days = [date(2022, 12, 31), date(2022, 12, 31), date(2024, 12, 31), None, date(2022, 12, 31)]
    fine = cv.World.from_arrays(
        **table.arrays(), countries=table.countries, sectors=table.sectors, law_date=days
    )
    merged = fine.aggregate(countries={"A": ["CAN", "CHN"], "B": ["USA", "DEU"]})
    assert merged.countries == ("A", "B", "MEX")
    assert merged.law_date == (date(2022, 12, 31), None, None)


def test_where_it_comes_from_is_kept() -> None:
    fine = tiny().world()
    world = fine.aggregate(countries=COUNTRIES, name="three")
    assert world.name == "three"
    assert world.provenance["aggregated_from"] == "world"
    assert world.provenance["members"] == COUNTRIES
    assert fine.aggregate(sectors=SECTORS).name == "world-aggregated"
    same = fine.aggregate()
    for name in ("trade", "tariff", "input_share", "trade_elasticity"):
        assert close(getattr(same, name), getattr(fine, name)), name


def test_a_rate_on_which_nothing_is_traded_still_stands() -> None:
    tariff = tiny().tariff.copy()
    tariff[3, 1, 0] = 0.5  # Mexico sells no farm goods to China
    tariff[3, 2, 2] = 0.3  # nor services to the United States, nor does Canada
    world = tiny().replace(tariff=tariff).world().aggregate(countries={"AM": ["CAN", "MEX"]})
    assert world.tariff[world.country("AM"), world.country("USA"), 2] == 0.15
    alone = tiny().replace(tariff=tariff).world().aggregate(countries={"A": ["CAN", "DEU"]})
    assert alone.tariff[alone.country("MEX"), alone.country("CHN"), 0] == 0.5


@pytest.mark.parametrize(
    ("countries", "message"),
    [
        ({"A": ["CANN"]}, "no country 'CANN'; did you mean 'CAN'?"),
        ({"A": ["CAN"], "B": ["CAN"]}, "country 'CAN' is in both 'A' and 'B'"),
        ({"CHN": ["CAN", "USA"]}, "new country 'CHN' would stand beside the old one; rename it"),
    ],
)
def test_refused_groups(countries: dict[str, list[str]], message: str) -> None:
    with pytest.raises(cv.InputError) as refusal:
        tiny().world().aggregate(countries=countries)
    assert str(refusal.value) == message


def test_refused_sectors() -> None:
    with pytest.raises(cv.InputError, match="no sector 'C29'"):
        tiny().world().aggregate(sectors={"ALL": ["A01", "C29"]})


@pytest.fixture(scope="module")
def merged(oecd: cv.World) -> cv.World:
    """The European Union as one, and everybody else but three as the rest."""
    union = labels.group("EU27")
    named = {*union, "CAN", "CHN", "USA"}
    rest = [c for c in oecd.countries if c not in named]
    return oecd.aggregate(countries={"EU27": list(union), "ROW": rest}, name="five")


def test_the_built_in_world_merged_is_in_order(merged: cv.World) -> None:
    assert sorted(merged.countries) == ["CAN", "CHN", "EU27", "ROW", "USA"]
    assert merged.check() == []
    assert merged.law_date[merged.country("USA")] == date(2024, 12, 31)
    assert merged.law_date[merged.country("EU27")] == date(2022, 12, 31)


def test_an_aggregated_world_still_solves_certified(
    merged: cv.World, canada_china: cv.Solution
) -> None:
    solution = cv.solve(merged, cv.open_scenario("canada-china"))
    assert solution.certificate.residual <= 1e-10
    fine = canada_china.arrays["welfare"][canada_china.world.country("CAN")]
    coarse = solution.arrays["welfare"][merged.country("CAN")]
    assert coarse == pytest.approx(fine, rel=0.1)


def test_an_aggregated_world_solves_sectors_merged_too(oecd: cv.World) -> None:
    services = {"SERVICES": list(labels.SECTORS_37[27:])}
    world = oecd.aggregate(sectors=services)
    assert world.sectors == (*labels.GOODS_27, "SERVICES")
    none = cv.solve(world, cv.Scenario.from_arrays(world))
    assert np.abs(none.arrays["wage_hat"] - 1).max() < 1e-12
    assert np.abs(none.arrays["price_index_hat"] - 1).max() < 1e-12


FOOD = {"FOOD": ["A01", "A02", "A03", "C10T12"]}
MERGED: dict[str, dict[str, dict[str, list[str]]]] = {
    "farming": {"sectors": {"FARM": ["A01", "A02", "A03"]}},
    "food": {"sectors": FOOD},
    "china": {"countries": {"China": ["CHN", "HKG"]}},
    "all of it": {"sectors": FOOD, "countries": {"China": ["CHN", "HKG"]}},
}


def test_labels_keep_what_they_hold(oecd: cv.World) -> None:
    world = oecd.aggregate(**MERGED["all of it"])
    assert world.held["FOOD"] == ("A01", "A02", "A03", "C10T12")
    assert world.held["China"] == ("CHN", "HKG")
    assert world.held["CAN"] == ("CAN",)
    again = world.aggregate(sectors={"GOODS": ["FOOD", "C13T15"]}, countries={"Asia": ["China"]})
    assert again.held["GOODS"] == ("A01", "A02", "A03", "C10T12", "C13T15")
    assert again.held["Asia"] == ("CHN", "HKG")
    assert oecd.concordance is None
    assert oecd.held["A01"] == ("A01",)
    with pytest.raises(cv.InputError, match=r"no country 'HKG' in .*; it is part of 'China'"):
        world.country("HKG")
    assert oecd.aggregate().concordance is None


def test_in_turns_or_at_once_the_same_world(oecd: cv.World) -> None:
    turns = oecd.aggregate(sectors={"FARM": ["A01", "A02"]}).aggregate(
        sectors={"FOOD": ["FARM", "A03", "C10T12"]}
    )
    once = oecd.aggregate(sectors=FOOD)
    assert turns.held == once.held
    question = cv.open_scenario("canada-china")
    for name in ("exporter", "importer", "sector", "weight", "tariff"):
        left, right = (getattr(question.resolve(w).lines, name) for w in (turns, once))
        assert np.allclose(left, right, rtol=1e-12), name


@pytest.mark.parametrize("case", MERGED)
def test_a_merged_world_is_the_same_after_a_file(oecd: cv.World, case: str, tmp_path: Path) -> None:
    world = oecd.aggregate(**MERGED[case])
    again = cv.read_world(world.save(tmp_path / "merged.nc"))
    assert again.hash == world.hash
    assert again.held == world.held
    plain = cv.read_world(replace(world, concordance=None).save(tmp_path / "plain.nc"))
    assert plain.hash != world.hash, "what its labels hold is part of a world"
    question = cv.open_scenario("canada-china")
    first, second = question.resolve(world), question.resolve(again)
    assert np.array_equal(first.after.line_tariff, second.after.line_tariff)


@pytest.mark.parametrize("case", MERGED)
def test_merged_worlds_price_the_same_law(
    oecd: cv.World, canada_china: cv.Solution, case: str
) -> None:
    """Goods keep their base value exactly; the answer moves by what merging itself changes."""
    world = oecd.aggregate(**MERGED[case])
    solution = cv.solve(world, cv.open_scenario("canada-china"))
    for code in ("CAN", "CHN"):
        fine = canada_china.arrays["welfare"][oecd.country(code)]
        coarse = solution.arrays["welfare"][world.country(world.showing([code])[0])]
        assert coarse == pytest.approx(fine, rel=0.05)
    expected, got = (
        {(row["measure"], row["product"], row["held"]["sector"]): row for row in goods.lines(one)}
        for one in (canada_china, solution)
    )
    assert len(got) == len(expected) == 12
    for key, row in expected.items():
        assert got[key]["weight"] * got_trade(world, got[key]) == pytest.approx(
            row["weight"] * got_trade(oecd, row), rel=1e-9
        )
        assert got[key]["rate"] == pytest.approx(row["rate"], rel=1e-9)
        assert got[key]["rate_new"] == pytest.approx(row["rate_new"], rel=1e-9)
        assert got[key]["coverage_basis"] == row["coverage_basis"]


def got_trade(world: cv.World, row: dict[str, Any]) -> float:
    """The base trade of a row's cell."""
    cell = world.country(row["exporter"]), world.country(row["importer"])
    return float(world.trade[(*cell, world.sector(row["sector"]))])


def test_only_the_pair_asked_about_changes_in_a_merged_world(oecd: cv.World) -> None:
    world = oecd.aggregate(countries={"NAM": ["CAN", "MEX"]})
    question = cv.open_scenario("us-canada", "between-them")
    placed = question.resolve(world)
    assert placed.lines is not None
    moved = placed.before.line_tariff != placed.after.line_tariff
    seller, buyer, _ = (part[moved] for part in placed.lines.finest)
    codes = world.finest.countries
    assert {(codes[i], codes[n]) for i, n in zip(seller, buyer, strict=True)} == {
        ("CAN", "USA"),
        ("USA", "CAN"),
    }
    assert question.parts(world) == question.parts(oecd)


def test_groups_and_countries_named_by_hand_find_their_merged_label(oecd: cv.World) -> None:
    union = [code for code in labels.group("EU27") if code in oecd.countries]
    world = oecd.aggregate(countries={"Europe": union, "China": ["CHN", "HKG"]})
    change = HandChange("EU27", "USA", ("C29",), add=10.0)
    placed = Scenario("x", "X", hand_changes=(change,)).resolve(world)
    assert placed.after.tariff_new is not None
    (moved,) = np.argwhere(placed.after.tariff_new != world.tariff)
    assert moved.tolist() == [
        world.country("USA"), world.country("Europe"), world.sector("C29")
    ]  # fmt: skip
    assert placed.notes == ()
    alone = HandChange("CHN", "USA", ("C29",), add=10.0)
    with pytest.raises(cv.InputError, match="it is part of 'China'"):
        Scenario("x", "X", hand_changes=(alone,)).resolve(world)


def test_a_concordance_that_does_not_fit_is_refused(oecd: cv.World) -> None:
    world = oecd.aggregate(sectors=FOOD)
    held = world.concordance
    assert held is not None
    with pytest.raises(cv.InputError, match="every sector label must hold something"):
        held.check(world.countries, (*world.sectors, "EMPTY"))
    with pytest.raises(cv.InputError, match="there are labels it does not know"):
        held.check(world.countries, world.sectors[:-1])
    with pytest.raises(cv.InputError, match="tariff has shape"):
        replace(held, tariff=np.array(held.tariff[1:])).check(world.countries, world.sectors)
