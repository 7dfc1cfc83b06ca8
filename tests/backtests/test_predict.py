"""Episodes predicted: the measure as taken, the good with the parties' shares, the facts told."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest

import countervail as cv
from countervail.backtests import Episode, Fact, Winner, open_episode, open_record
from countervail.backtests.drawn import drawn
from countervail.backtests.predict import (
    STRUCTURES,
    Backtest,
    backtest,
    measure_on,
    setting,
    told,
    with_shares,
)
from countervail.backtests.score import FACTS, TABLE, Scored, scored, shipped, written
from countervail.draws.ensemble.job import EnsembleJob
from countervail.draws.priors import Priors
from countervail.draws.sampling import sobol
from countervail.present.redirected import Cell, numbers
from countervail.scenario import Scenario
from countervail.text.tables import lines
from countervail.world.goods import table_of_goods

BARLEY = "chn-aus-barley-2020"
SOME = (BARLEY, "chn-usa-sorghum-2018", "chn-can-canola-2022", "usa-can-metals-2025")


@pytest.fixture(scope="module")
def barley(oecd: cv.World) -> Backtest:
    return backtest(open_episode(BARLEY), oecd)


def as_predicted(found: Backtest, structure: str) -> Episode:
    """The episode as it would have been seen if a structure were true."""
    said = next(one for one in found.predictions if one.structure == structure)
    sides = {"hit": "importer", "redirected": "exporter", "rivals": "importer"}
    facts = tuple(
        Fact(name, side, said.of(name), None, None, None, MappingProxyType({}), 0.0, admitted=True)
        for name, side in sides.items()
    )
    gains = sorted(said.gains.items(), key=lambda one: -one[1])[:4]
    winners = tuple(Winner(code, gain, 0.0, admitted=True) for code, gain in gains)
    return replace(found.episode, facts=facts, winners=winners)


@pytest.mark.parametrize("structure", STRUCTURES)
def test_what_a_structure_made_itself_it_predicts(barley: Backtest, structure: str) -> None:
    found = scored([barley._replace(episode=as_predicted(barley, structure))])
    for fact in FACTS:
        (one,) = found.of(structure, fact)
        assert one.error == pytest.approx(0.0, abs=1e-3)
    assert [one.agreement for one in found.ranked(structure, "first_winner")] == [1.0]
    assert [one.agreement for one in found.ranked(structure, "ranks")] == [1.0]


def test_facts_are_those_of_a_report_of_goods(oecd: cv.World, barley: Backtest) -> None:
    here = setting(barley.episode, oecd)
    world = here.world.after(1)
    solution = cv.solve(world, measure_on(barley.episode, here), "first_year")
    pair = Cell(world.country("AUS"), world.country("CHN"), world.sector("barley"))
    row = numbers(solution, pair)
    said = barley.predictions[-1]
    assert said.structure == "first_year"
    assert (said.hit, said.redirected) == pytest.approx((row["hit"], row["redirected_value"]))


def test_first_year_has_less_hit_and_more_redirected(barley: Backtest) -> None:
    line, goods, first = barley.predictions
    assert line.hit is not None
    assert goods.hit is not None
    assert first.hit is not None
    assert line.hit < goods.hit < first.hit < 0.0
    assert line.redirected is not None
    assert first.redirected is not None
    assert line.redirected < 1.0 < 10.0 < first.redirected
    assert line.rivals is not None
    assert goods.rivals is not None
    assert line.rivals < 1.0 < 30.0 < goods.rivals  # a line's buyers turn to their own farms


def test_shares_are_those_of_the_base_year(oecd: cv.World) -> None:
    episode = open_episode(BARLEY)
    world = oecd.carve([with_shares(table_of_goods()["barley"], episode, oecd)])
    good = world.trade[:, :, world.sector("barley")]
    seller, buyer = world.country("AUS"), world.country("CHN")
    others = {"CAN": 26.4, "FRA": 18.3, "UKR": 12.3}
    sold = np.array([good[world.country(code), buyer] for code in others])
    assert sold / sold.sum() == pytest.approx(np.array(list(others.values())) / 57.0, rel=0.01)
    markets = [good[seller, world.country(code)] for code in ("JPN", "THA")]
    assert markets[0] / markets[1] == pytest.approx(22.8 / 13.3, rel=0.01)
    abroad = [good[seller].sum() - good[seller, seller], good[:, buyer].sum() - good[buyer, buyer]]
    assert good[seller, buyer] / abroad[0] > 0.4
    assert good[seller, buyer] / abroad[1] > 0.3


def changed(scenario: Scenario, world: cv.World) -> dict[str, set[str]]:
    """Exporters and labels of the cells a measure changes; its importer buys in all of them."""
    state = scenario.resolve(world).after
    new = state.tariff_new if state.tariff_new is not None else world.tariff
    moved = new != world.tariff
    if state.iceberg_hat is not None:
        moved = moved | (state.iceberg_hat != 1.0)
    i, _, j = np.nonzero(moved)
    return {
        "exporters": {world.countries[k] for k in i},
        "labels": {world.sectors[k] for k in j},
    }


@pytest.mark.parametrize(
    ("name", "exporters", "labels"),
    [
        (BARLEY, {"AUS"}, {"barley"}),
        ("chn-aus-coal-2020", {"AUS"}, {"B05"}),
        ("usa-mex-metals-2025", None, {"C24A", "C24B"}),
    ],
)
def test_the_measure_is_laid_on_its_targets(
    oecd: cv.World, name: str, exporters: set[str] | None, labels: set[str]
) -> None:
    episode = open_episode(name)
    here = setting(episode, oecd)
    found = changed(measure_on(episode, here), here.world)
    assert found["labels"] == labels
    assert found["exporters"] == (exporters or set(oecd.countries) - {"USA"})


def test_a_group_of_targets_is_its_members(oecd: cv.World) -> None:
    episode = replace(open_episode("usa-can-steel-2018"), duties={})  # as the law has it
    here = setting(episode, oecd)
    found = changed(measure_on(episode, here), oecd)["exporters"]
    assert {"CAN", "MEX", "DEU", "GBR"} <= found  # of the EU of 2018
    assert not found & {"JPN", "CHN", "USA"}


def test_what_was_charged_is_laid_on_every_seller(oecd: cv.World) -> None:
    episode = open_episode("usa-can-vehicles-2025")
    here = setting(episode, oecd)
    tariff = measure_on(episode, here).resolve(oecd).after.tariff_new
    assert tariff is not None
    cars, home = oecd.sector("C29"), oecd.country("USA")
    rise = 100.0 * (tariff - oecd.tariff)[:, home, cars]
    for code, points in (("CAN", 7.5), ("DEU", 18.2), ("CHN", 40.0), ("USA", 0.0)):
        assert rise[oecd.country(code)] == pytest.approx(points)
    assert rise[oecd.country("NOR")] == pytest.approx(episode.duties["OTH"])
    elsewhere = np.delete(tariff - oecd.tariff, home, axis=1)
    assert not elsewhere.any()


def test_a_measure_on_a_part_hits_that_part_of_what_is_seen(oecd: cv.World) -> None:
    lumber = open_episode("usa-can-lumber-2017")
    whole = replace(
        lumber,
        header=lumber.header.model_copy(
            update={"data": lumber.header.data.model_copy(update={"part": 1.0})}
        ),
    )
    here = setting(lumber, oecd)
    world = here.world.after(1)
    solution = cv.solve(world, measure_on(lumber, here), "first_year")
    seen, all_ = (told(solution, one, here.cells, "first_year") for one in (lumber, whole))
    assert seen.hit == pytest.approx(0.55 * all_.hit)
    assert seen.rivals == all_.rivals


def test_without_a_good_lines_are_sectors(oecd: cv.World) -> None:
    found = backtest(open_episode("usa-chn-furniture-2018"), oecd)
    line, goods, _ = found.predictions
    assert found.said == "as its sector, C31T33"
    assert line == replace(goods, structure="lines")


def test_two_draws_are_solved_as_any_other_question(oecd: cv.World) -> None:
    episode = open_episode("usa-can-aluminium-2018")
    here = setting(episode, oecd)
    point = cv.solve(here.world.after(1), measure_on(episode, here), "first_year")
    priors = Priors.of(point.observed, point.scenario, None, point.resolved)
    job = EnsembleJob(priors, point.model, point.hats)
    hits = [
        told(job.solution(one), episode, here.cells, "first_year").hit
        for one in sobol(2, len(priors.names), 1)
    ]
    found = drawn(episode, oecd, 2)["hit"]
    assert found == pytest.approx((min(hits), max(hits)), abs=0.06)
    assert found[1] - found[0] > 1.0


def same(fresh: Scored, kept: Scored) -> None:
    assert [one[:7] for one in fresh.residuals] == [one[:7] for one in kept.residuals]
    for one, other in zip(fresh.residuals, kept.residuals, strict=True):
        assert one.predicted == pytest.approx(other.predicted, abs=0.01)
    assert fresh.rankings == kept.rankings


def test_some_of_the_shipped_residuals_are_made_again(oecd: cv.World) -> None:
    kept = Scored(*(tuple(r for r in part if r.episode in SOME) for part in shipped()))
    same(scored(backtest(one, oecd) for one in open_record() if one.id in SOME), kept)
    assert kept.residuals


@pytest.mark.slow
def test_all_of_the_shipped_residuals_are_made_again(oecd: cv.World) -> None:
    same(scored(backtest(one, oecd) for one in open_record()), shipped())


def test_the_table_is_written_as_it_is_read() -> None:
    assert written(shipped()).splitlines() == lines(TABLE)
