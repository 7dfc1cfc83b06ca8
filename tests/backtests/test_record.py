"""The record that ships: every episode reads, keeps the measuring rules, and gives no raw table."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

import countervail as cv
from countervail.backtests import Episode, Window, not_yet_scorable, open_episode, open_record
from countervail.backtests.episode import FOLDER, OTHERS
from countervail.backtests.windows import (
    TREATED_MONTHS,
    UNTREATED_MONTHS,
    YEAR,
    months_held,
    of_months,
    of_years,
)
from countervail.errors import InputError
from countervail.ledger.files import SHIPPED

RECORD = open_record()
LAST_MONTH = {"us-chapters": date(2021, 6, 30), "us-industries": date(2025, 11, 30)}
each = pytest.mark.parametrize("episode", RECORD, ids=[one.id for one in RECORD])


def test_every_folder_is_listed_and_the_record_is_small() -> None:
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir()}
    assert folders == {one.id for one in RECORD}
    assert not folders & set(not_yet_scorable())
    assert sum(path.stat().st_size for path in FOLDER.rglob("*.*")) < 400_000
    assert len(RECORD) >= 40


def test_parties_are_in_the_built_in_world(oecd: cv.World) -> None:
    parties = {party for one in RECORD for party in (one.header.exporter, one.header.importer)}
    assert parties <= set(oecd.countries)


@each
def test_measures_of_the_ledger_are_there(episode: Episode) -> None:
    for name in episode.header.measure.ledger:
        assert (SHIPPED / f"{name}.toml").is_file()


@each
def test_windows_keep_the_rules(episode: Episode) -> None:
    measure, kind = episode.header.measure, episode.header.data.set
    compared = episode.base, episode.window
    if kind in LAST_MONTH:
        until = min(LAST_MONTH[kind], (measure.ended or date.max) - timedelta(days=1))
        assert compared == of_months(measure.in_force, until)
    elif episode.header.reversed:
        assert measure.ended is not None
        assert compared[::-1] == of_years(measure.ended)
    elif episode.window.is_year:
        assert compared == of_years(measure.in_force, measure.ended)
    else:
        assert compared[0] == compared[1].later(-YEAR)
        assert compared[1].months >= 6


@each
def test_the_measure_does_not_change_between_placebo_windows(episode: Episode) -> None:
    header, gap = episode.header, episode.window.first - episode.base.first
    assert len(header.placebo) <= 5
    for words in header.placebo:
        first, second = map(Window.parse, words)
        assert second.first - first.first == gap
        if episode.header.reversed:
            assert _state(episode, first) == _state(episode, second)
        else:
            assert max(first, second) <= episode.base


def _state(episode: Episode, window: Window) -> str:
    measure = episode.header.measure
    held = months_held(window.first // YEAR, measure.in_force, measure.ended)
    assert held >= TREATED_MONTHS or held < UNTREATED_MONTHS
    return "closed" if held >= TREATED_MONTHS else "open"


@each
def test_facts_are_within_their_bounds_and_admitted_by_the_rules(episode: Episode) -> None:
    for fact in episode.facts:
        if fact.value is not None:
            assert fact.low is not None
            assert fact.high is not None
            assert fact.low <= fact.value <= fact.high
        if fact.admitted:
            assert fact.noise is not None
            assert fact.noise <= 34
    for shares in (episode.market_shares, episode.supplier_shares):
        assert not shares or sum(shares.values()) == pytest.approx(100.0, abs=0.5)
    gains = [winner.gain for winner in episode.winners]
    assert gains == sorted(gains, reverse=True)


@each
def test_duties_charged_are_of_the_seller_too_and_of_no_measure_on_paper(episode: Episode) -> None:
    header = episode.header
    assert bool(episode.duties) == (header.data.duties == "charged")
    if episode.duties:
        assert {header.exporter, OTHERS} <= set(episode.duties)
        rate = header.measure.rate
        assert rate is not None
        assert 0.0 < episode.duties[header.exporter] < 1.5 * rate


@each
def test_figures_have_three_digits_at_most(episode: Episode) -> None:
    text = Path(FOLDER / episode.id / "observed.csv").read_text("utf-8")
    for line in text.splitlines()[1:]:
        digits = line.split(",")[5].lstrip("-").replace(".", "").strip("0")
        assert len(digits) <= 3, line


def test_what_counts_is_predicted_and_admitted_the_hit_once() -> None:
    barley = open_episode("chn-aus-barley-2020")
    counted = [(fact.name, fact.side) for fact in barley.scorable()]
    assert counted.count(("hit", "importer")) == 1
    assert ("hit", "exporter") not in counted
    assert all(fact.admitted for fact in barley.scorable())
    peas = open_episode("ind-peas-2017")
    assert peas.first_winner() is None  # a duty on all origins


def test_an_unknown_episode_names_the_nearest() -> None:
    with pytest.raises(InputError, match=r"did you mean 'chn-aus-barley-2020'"):
        open_episode("chn-aus-barly-2020")
