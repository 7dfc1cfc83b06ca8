"""Half of a duty, of a measure, of a question."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import countervail as cv
from countervail.draws.sweep.reading import grid_of
from countervail.errors import InputError
from countervail.ledger import open_ledger
from countervail.ledger.in_force import LawView
from countervail.scenario import Change, HandChange, Scenario
from countervail.scenario.hypothetical import changed
from countervail.scenario.scaled import with_rate, with_scale
from countervail.testing import tiny

BOOK = open_ledger()
DAY = date(2025, 6, 1)
SURTAX = "can-chn-steel-aluminium-surtax-2024"


def law(change: Change, on: date = DAY) -> LawView:
    return changed(BOOK.at(on), change, BOOK, on, None)


def rates(view: LawView, measure: str) -> list[tuple[Any, ...]]:
    return sorted(
        (entry.products, entry.targets, entry.rate.rate, entry.rate.basis)
        for entry in view.only((measure,)).entries
    )


def test_half_of_a_measure_is_half_its_rates() -> None:
    before = rates(BOOK.at(DAY), SURTAX)
    assert before
    half = rates(law(Change(SURTAX, scale=0.5)), SURTAX)
    assert half == [(p, t, 0.5 * rate, basis) for p, t, rate, basis in before]
    assert rates(law(Change(SURTAX, scale=1.0)), SURTAX) == before
    nothing = rates(law(Change(SURTAX, scale=0.0)), SURTAX)
    assert {rate for *_, rate, _ in nothing} == {0.0}


def test_a_change_on_some_countries_leaves_the_others() -> None:
    measure = "usa-all-ieepa-reciprocal-2025"
    view = law(Change(measure, targets=("EU27", "JPN"), scale=0.5))
    whole = BOOK.at(DAY).only((measure,))
    for code, factor in (("DEU", 0.5), ("JPN", 0.5), ("BRA", 1.0), ("VNM", 1.0)):
        assert any(code in entry.targets for entry in whole.entries)
        then = [e.rate.rate for e in whole.entries if code in e.targets and e.rate.rate is not None]
        now = [e.rate.rate for e in view.only((measure,)).entries
               if code in e.targets and e.rate.rate is not None]  # fmt: skip
        assert sorted(now) == sorted(factor * rate for rate in then), code
    ended = law(Change(measure, targets=("DEU",), ends=True)).only((measure,))
    assert not any("DEU" in entry.targets for entry in ended.entries)
    assert any("FRA" in entry.targets for entry in ended.entries)
    with pytest.raises(InputError, match=r"not in force .* for these products and countries"):
        law(Change(SURTAX, targets=("FRA",), scale=0.5))


def test_a_duty_that_tops_up_is_scaled_by_the_part_that_pays_it(oecd: cv.World) -> None:
    """The mean duty moves half of the way, and a ban or a replaced rate has no half."""
    day = date(2026, 1, 12)
    entries = BOOK.at(day).entries
    tops = [e for e in entries if e.rate.basis == "top_up_to" and e.rate.rate is not None]
    assert tops
    one = tops[0]
    (half,) = [
        e for e in law(Change(one.measure.id, scale=0.5), day).only((one.measure.id,)).entries
        if (e.products, e.targets) == (one.products, one.targets) and e.rate.basis == "top_up_to"
    ]  # fmt: skip
    assert half.rate.rate == one.rate.rate
    assert half.rate.dutiable_share is not None
    was = one.rate.dutiable_share.value if one.rate.dutiable_share else 1.0
    assert half.rate.dutiable_share.value == 0.5 * was
    with pytest.raises(InputError, match="tops up to a rate"):
        law(Change(one.measure.id, scale=1.5), day)
    bans = [e.measure.id for e in entries if e.rate.basis == "ban"]
    assert bans
    with pytest.raises(InputError, match=r"cannot be scaled by 0\.5: it is a ban; end it"):
        law(Change(bans[0], scale=0.5), day)


def test_a_file_lifts_half(tmp_path: Path, oecd: cv.World) -> None:
    path = tmp_path / "half.toml"
    text = (
        'name = "half"\ntitle = "Half"\nfrom = 2026-01-12\nto = 2026-01-12\nmeasures = []\n'
        f'[[change]]\nmeasure = "{SURTAX}"\n'
    )
    path.write_text(text + 'scale = 0.5\ntargets = ["China"]\n')
    half = cv.open_scenario(path)
    assert half.changes == (Change(SURTAX, scale=0.5, targets=("China",)),)
    path.write_text(text + "scale = 0.0\n")
    gone = cv.solve(oecd, cv.open_scenario(path))
    some = cv.solve(oecd, half)
    one, other = (s.welfare.sel(country="CHN").item() for s in (some, gone))
    assert 0 < one < other
    path.write_text(text + "scale = 0.5\nrate = 5.0\n")
    with pytest.raises(InputError, match="exactly one of ends, rate, scale or law_of"):
        cv.open_scenario(path)
    path.write_text(text + 'scale = 0.5\ntargets = ["Grmany"]\n')
    with pytest.raises(InputError, match=r"half\.toml:.*'Grmany'; did you mean 'Germany'"):
        cv.open_scenario(path)


def test_a_question_at_other_sizes() -> None:
    asked = Scenario(
        "s", "S", ledger=BOOK, from_date=DAY, to_date=DAY, measures=(),
        changes=(Change(SURTAX, ends=True), Change("a", rate=20.0), Change("b", scale=0.5)),
        hand_changes=(HandChange("USA", "CHN", add=10.0, iceberg_hat=1.2),),
    )  # fmt: skip
    half = with_scale(asked, 0.5)
    assert half.changes == (
        Change(SURTAX, scale=0.5),
        Change("a", rate=10.0),
        Change("b", scale=0.25),
    )
    assert half.hand_changes[0].add == 5.0
    assert half.hand_changes[0].iceberg_hat == pytest.approx(1.1)
    assert with_scale(asked, 1.0) == asked
    at = with_rate(asked, 33.0)
    assert [c.rate for c in at.changes] == [None, 33.0, 33.0]
    assert at.hand_changes[0].add == 33.0
    with pytest.raises(InputError, match="made of arrays"):
        with_scale(cv.Scenario.from_arrays(tiny().world(), labour_hat=np.ones(5)), 0.5)


def test_the_subject_of_a_dated_question_is_scaled() -> None:
    asked = Scenario.between(BOOK, "2024-01-01", DAY, measures=[SURTAX])
    assert with_scale(asked, 0.5).changes == (Change(SURTAX, scale=0.5),)
    assert with_rate(asked, 50.0).changes == (Change(SURTAX, rate=50.0),)
    never = Scenario.between(BOOK, "2019-01-01", "2020-01-01", measures=[SURTAX])
    with pytest.raises(InputError, match="sets no rate and none of it is in force"):
        with_rate(never, 50.0)


def test_a_sweep_over_rates_and_scales(tmp_path: Path) -> None:
    shock = 'name="s"\ntitle="S"\n[[shock]]\nimporter="USA"\nexporter="CHN"\nadd=10.0\n'
    (tmp_path / "s.toml").write_text(shock)
    (tmp_path / "sweep.toml").write_text(
        'scenario = "s.toml"\ncountries = ["USA", "CHN"]\n'
        "[axes]\nrate = [10.0, 20.0]\nscale = [0.5, 1.0]\n"
    )
    asked = cv.read_sweep(tmp_path / "sweep.toml")
    grid = grid_of(asked)
    assert grid.axes == {"rate": ("10.0", "20.0"), "scale": ("0.5", "1.0")}
    adds = [grid.point(k).scenario.hand_changes[0].add for k in range(len(grid))]
    assert adds == [5.0, 10.0, 10.0, 20.0]
    swept = cv.sweep(asked, workers=1)
    reported = swept.dataset.welfare.sel(country="CHN").values.ravel()
    assert reported[0] > reported[1] == reported[2] > reported[3]
