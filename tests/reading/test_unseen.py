"""What no frame saw: cues found, told once, over any country and goods, and not where gated."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

import countervail as cv
from countervail.reading.discourse import Discourse
from countervail.reading.frames import Scene, scene
from countervail.reading.load import from_text
from countervail.reading.reader import first_reading
from countervail.reading.unseen.clause_spans import stretches
from countervail.reading.unseen.cues import find_cues
from countervail.reading.unseen.levied import evidence

ON = date(2024, 5, 14)
PEOPLES = (("Peru", "PER", "Kenyan", "KEN"), ("Norway", "NOR", "Chilean", "CHL"))
GOODS = ("copper", "cheese")
FORMS = (
    ("{taker}'s watchdog has been turning {people} {goods} away since Monday.", "import_ban"),
    ("{taker} once more lets {people} {goods} in.", "import_ban"),
    ("{taker} has pulled the plug on {goods} exports.", "export_control"),
    ("No {goods} is to leave {taker} before August.", "export_control"),
    ("{people} {goods} will cost importers in {taker} 12% more in duty from June.", "tariff"),
)


def _scene(text: str) -> Scene:
    told = first_reading(from_text(text, ON))
    return scene(told.scenes[-1].s, Discourse(on=ON))


@pytest.mark.parametrize(("form", "instrument"), FORMS)
def test_any_country_and_goods_are_read_alike(form: str, instrument: str) -> None:
    for (taker, code, people, origin), goods in product(PEOPLES, GOODS):
        text = form.format(taker=taker, people=people, goods=goods)
        found = cv.read(text, date=ON).measures
        assert [d.instrument for d in found] == [instrument], text
        assert found[0].implementer == (code,), text
        assert found[0].targets == ((origin,) if "{people}" in form else ()), text
        assert [g.text for g in found[0].products] == [goods], text


def test_a_particle_may_stand_apart_from_its_verb() -> None:
    s = _scene("Ghana kept Togolese cement of every grade out of its ports.").s
    kept = next(q for q in find_cues(s, frozenset()) if q.lemma == "keep out")
    assert s.low(kept.lo) == "kept"
    assert s.low(kept.particle) == "out"
    assert kept.is_("stop")


def test_a_noun_is_no_verb() -> None:
    s = _scene("The halt was a block to trade.").s
    assert all(q.form == "noun" for q in find_cues(s, frozenset()) if q.lemma in {"halt", "block"})


def test_stretches_cover_a_sentence_once() -> None:
    sc = _scene(
        "Ghana, which had kept cement out, let it in on Monday; rice waits, and so does sugar."
    )
    parts = stretches(sc)
    assert parts[0].lo == 0
    assert parts[-1].hi == len(sc.s.tokens)
    assert [p.hi for p in parts[:-1]] == [p.lo for p in parts[1:]]


def test_evidence_of_a_duty_grows_with_what_speaks_for_it() -> None:
    said = [
        "The rate moved to 12%.",
        "The rate on cement moved to 12%.",
        "The customs rate on Togolese cement moved to 12%.",
    ]
    worth = []
    for text in said:
        sc = _scene(text)
        worth.append(evidence(sc, stretches(sc)[0], [], sc.s.rates))
    assert worth == sorted(set(worth))
    sc = _scene("Growth in cement output moved to 12%.")
    assert evidence(sc, stretches(sc)[0], [], sc.s.rates) < worth[0]


def test_each_rate_of_a_list_is_drafted_once() -> None:
    text = "Passenger cars from Japan now cost Chilean importers 20% in duty, and glass 5%."
    found = cv.read(text, date=ON).measures
    assert sorted(d.rate.value for d in found if d.rate is not None) == [5.0, 20.0]


def test_what_a_frame_told_is_not_told_again() -> None:
    text = "Kenya banned Ugandan milk on Monday. Kenya imposed a 10% duty on Ugandan sugar."
    rules = [d.rule for d in cv.read(text, date=ON).measures]
    assert len(rules) == 2
    assert not any(rule.startswith("unseen") for rule in rules)


def test_every_field_of_what_no_frame_saw_wants_checking() -> None:
    found = cv.read("Kuwait ended its three-year refusal of Jordanian vegetables.", date=ON)
    one = found.measures[0]
    assert one.rule == "unseen.open"
    assert "status" in one.needs_check
