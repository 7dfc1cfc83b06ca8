"""Measures of one's own: read in one sentence, priced like a measure of the ledger."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import countervail as cv
from countervail.errors import FileError, InputError
from countervail.ledger import concordance
from countervail.scenario.file import parse_scenario, read_scenario
from countervail.scenario.own_law import INSTRUMENTS, OwnMeasure, headings, with_own
from countervail.scenario.question import Change

GIVEN: dict[str, Any] = {
    "by": "Canada", "on": "China", "goods": "steel, 7601", "rate": "25 %", "from": "2025-05-01",
}  # fmt: skip

FILE = """
name = "mine"
title = "Mine"
from = 2024-09-30
to = 2026-01-12
measures = []

[[measure]]
by = "CAN"
on = "CHN"
goods = ["canola-seed", "8703.80"]
rate = 25.0
from = 2025-05-01
"""


def test_words_become_codes_and_are_read_back_the_same() -> None:
    one = OwnMeasure.read(GIVEN)
    assert (one.by, one.on, one.goods, one.rate) == ("CAN", ("CHN",), ("steel", "7601"), 25.0)
    assert OwnMeasure.read(one.as_dict()) == one
    assert one.since == date(2025, 5, 1)
    assert headings("8703.80") == (("870380",), ())
    named = concordance.subheadings(*headings("electric cars"))
    assert named == {"870380"}
    for kind in INSTRUMENTS:
        ban = kind.endswith("ban")
        found = OwnMeasure.read({**GIVEN, "instrument": kind, "rate": None if ban else 5})
        measure = found.measure(cv.open_ledger())
        assert measure.rates[0].basis == ("ban" if ban else kind)
        assert measure.controls_exports == (kind == "export_ban")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"by": "Chna"}, "who lays it: no country 'Chna'; did you mean 'China'"),
        ({"by": "ALL"}, "ALL lays nothing"),
        ({"on": ""}, "name a country, a group or ALL"),
        ({"on": "Canada"}, "lays nothing on itself"),
        ({"goods": ""}, "name some"),
        ({"goods": "stel"}, "'stel' names none that is known"),
        ({"goods": "lobsters"}, "can mean 030611, 030612"),
        ({"goods": "9999"}, "no HS 2022 code '9999'"),
        ({"goods": "<script>alert(1)</script>"}, "at most 60 letters"),
        ({"instrument": "quota"}, "no instrument 'quota'"),
        ({"instrument": "ban"}, "a ban has no rate"),
        ({"rate": "much"}, "a number, in per cent"),
        ({"rate": -1}, "from 0 to 1,000 per cent"),
        ({"from": "soon"}, "soon"),
        ({"from": "9999-01-01"}, "a day to the end of 2100"),
        ({"from": None}, "the first day it is in force"),
        ({"until": "2027-01-01"}, "has no 'until'"),
    ],
)
def test_what_is_none_is_refused_in_a_sentence(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError) as refused:
        OwnMeasure.read({**GIVEN, **wrong})
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_question_takes_measures_that_change_something_of_it() -> None:
    asked, one = cv.open_scenario("canada-china"), OwnMeasure.read(GIVEN)
    found = with_own(asked, [one])
    assert found.title == f"{asked.title}, with 1 measure of one's own (no law)"
    assert found.subject == (*(asked.subject or ()), one.id)
    assert found.settings()["own"] == [one.as_dict()]
    with pytest.raises(InputError, match="is there already: move its rate"):
        with_own(asked, [one, one._replace(rate=3.0)])
    with pytest.raises(InputError, match="the question begins on 2024-09-30"):
        with_own(asked, [one._replace(since=date(2024, 9, 30))])
    by_hand = cv.Scenario("x", "x")
    with pytest.raises(InputError, match="made by hand"):
        with_own(by_hand, [one])


def test_it_lays_what_a_ledgers_measure_of_the_same_goods_lays(oecd: cv.World) -> None:
    """Two roads: a measure of one's own, and the ledger's own on the same goods moved to it."""
    own = parse_scenario(FILE, "mine.toml", own=oecd.countries)
    ev = "can-chn-ev-surtax-2024"
    text = FILE.partition("[[measure]]")[0].replace("[]", f'["{ev}"]')
    goods = '[[measure]]\nby = "CAN"\non = "CHN"\ngoods = "870380"\nrate = 25.0\nfrom = 2025-05-01'
    moved = parse_scenario(
        f'{text}\n[[change]]\nmeasure = "{ev}"\nrate = 25.0\n', "moved.toml", own=oecd.countries
    )
    alone = parse_scenario(text.replace(f'"{ev}"', "") + goods, "own.toml", own=oecd.countries)
    rates = {}
    for name, asked in (("own", alone), ("ledger", moved), ("two", own)):
        placed = asked.resolve(oecd)
        before, after = placed.before.line_tariff, placed.after.line_tariff
        assert before is not None
        assert after is not None
        rates[name] = after - before
    assert np.abs(rates["own"]).max() == pytest.approx(0.25)
    assert np.abs(rates["ledger"]).max() == pytest.approx(0.25)
    assert np.abs(rates["two"]).max() == pytest.approx(0.25)
    assert (np.abs(rates["two"]) > 1e-9).sum() > (np.abs(rates["own"]) > 1e-9).sum()
    assert own.countries == ()


def test_a_file_has_them_and_says_where_one_is_none(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    changed = '\n[[change]]\nmeasure = "own-can-chn-canola-seed-8703-80"\nrate = 30.0\n'
    file.write_text(FILE + changed, "utf-8")
    found = read_scenario(file)
    assert found.changes == (Change("own-can-chn-canola-seed-8703-80", rate=30.0),)
    assert [one.id for one in found.own] == ["own-can-chn-canola-seed-8703-80"]
    for wrong, says in (
        (FILE.replace("2025-05-01", "2024-01-01"), "mine.toml:13: from 2024-01-01: the question"),
        (FILE.replace("2025-05-01", "2026-05-01"), "mine.toml:13: from 2026-05-01: the question"),
        (FILE.replace("canola-seed", "cnola-seed"), "mine.toml:8: goods: 'cnola-seed' names none"),
        (FILE.replace("rate = 25.0\n", ""), "mine.toml:8: rate: a number"),
        (FILE + FILE[FILE.index("[[measure]]") :], "mine.toml:14: 'own-can-chn-canola-seed"),
    ):
        with pytest.raises(FileError) as refused:
            parse_scenario(wrong, "mine.toml")
        assert str(refused.value).startswith(says)
