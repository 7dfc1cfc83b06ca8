"""What sentences are told from: parties, groups of them as one, and all others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import countervail as cv
from countervail import labels
from countervail.present.sentences.language import language
from countervail.present.sentences.signs import EffectSign
from countervail.present.tables import RowsWithRanges
from countervail.present.told import ToldAnswer


def told(solution: cv.Solution) -> ToldAnswer:
    return ToldAnswer(solution, RowsWithRanges.of(solution))


def test_parties_and_all_others(canada_china: cv.Solution) -> None:
    """The third country the scenario shows is no party: it is among the others."""
    answer = told(canada_china)
    assert answer.countries == ("CAN", "CHN")
    assert {one.sign for one in answer.parties} == {EffectSign.LOSES}
    assert len(answer.others) == len(canada_china.world.countries) - 2
    assert [one.usd.value for one in answer.parties] == [
        pytest.approx(canada_china.figure("welfare_usd", country=code).value)
        for code in answer.countries
    ]
    assert np.isnan(answer.parties[0].usd.p05)
    said = answer.headline(language("en"))
    assert said.endswith("(no range)")
    assert said.count("about USD") == 1


def test_goods_are_told_with_both_states(canada_china: cv.Solution) -> None:
    answer = told(canada_china)
    assert len(answer.sold) == len(answer.goods) < len(answer.reported.rows["lines"])
    first = answer.sold[0]
    assert (first.good, first.exporter, first.importer) == ("canola seed", "CAN", "CHN")
    after = first.before.value * (1 + first.change.value / 100)
    assert first.after.value == pytest.approx(after)
    assert first.elsewhere is None  # nothing is told of it in the long run


def test_a_group_is_one_party(oecd: cv.World) -> None:
    """Its money is the sum of its members', which are then no others."""
    scenario = cv.Scenario.between(
        cv.open_ledger(), "2024-06-30", "2024-12-31", measures=["eu-chn-bev-cvd-2024"]
    )
    solution = cv.solve(oecd, scenario)
    answer = told(solution)
    (union,) = (code for code in answer.countries if labels.is_group(code))
    members = labels.group(union, scenario.to_date)
    whole = sum(solution.figure("welfare_usd", country=code).value for code in members)
    (effect,) = (one for one in answer.parties if one.country == union)
    assert effect.usd.value == pytest.approx(whole)
    assert not {one.country for one in answer.others} & set(members)
    assert "the European Union" in answer.headline(language("en"))
    assert "l’Union européenne" in answer.headline(language("fr"))


def test_who_a_change_by_hand_is_between_are_the_parties(oecd: cv.World, tmp_path: Path) -> None:
    path = tmp_path / "one.toml"
    shock = '[[shock]]\nimporter = "CAN"\nexporter = "CHN"\nadd = 25.0\n'
    path.write_text(f'name = "one"\ntitle = "One"\n{shock}')
    answer = told(cv.solve(oecd, cv.open_scenario(path)))
    assert set(answer.countries) == {"CAN", "CHN"}
    assert "the change asked about costs both" in answer.headline(language("en"))
