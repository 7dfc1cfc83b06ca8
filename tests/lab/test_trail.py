"""Where the next answer of a slider lies: what a parabola says, and when nothing is said."""

from __future__ import annotations

import numpy as np
import pytest

from countervail.core.model import Hats
from countervail.lab.bench import LabBench
from countervail.lab.state import LabState
from countervail.lab.trail import AlongTrail, LabTrail

EV = "can-chn-ev-surtax-2024"


def at(rate: float, other: float = 5.0, law: str = "law") -> AlongTrail:
    curve = np.array([[1.0 + 0.3 * rate + 0.02 * rate**2 + other]])
    return AlongTrail(law, {"a": rate, "b": other}, Hats(curve, 2 * curve, -curve, (curve,)))


def test_three_answers_carry_a_parabola_on_exactly() -> None:
    trail = LabTrail()
    for rate in (1.0, 2.0, 4.0):
        trail.add(at(rate))
    guess = trail.ahead("law", {"a": 5.0, "b": 5.0})
    assert guess is not None
    for mine, exact in zip(guess.blocks, at(5.0).hats.blocks, strict=True):
        assert np.allclose(mine, exact, rtol=1e-12)


def test_nothing_is_guessed_far_away_of_another_law_or_where_two_rates_move() -> None:
    trail = LabTrail()
    assert trail.ahead("law", {"a": 1.0, "b": 5.0}) is None
    trail.add(at(1.0))
    assert trail.ahead("law", {"a": 2.0, "b": 5.0}) is None, "one answer has no line"
    trail.add(at(2.0))
    assert trail.ahead("law", {"a": 3.0, "b": 5.0}) is not None
    assert trail.ahead("law", {"a": 9.0, "b": 5.0}) is None
    assert trail.ahead("other", {"a": 3.0, "b": 5.0}) is None
    assert trail.ahead("law", {"a": 3.0, "b": 6.0}) is None
    trail.add(at(2.0, law="other"))
    assert trail.ahead("law", {"a": 3.0, "b": 5.0}) is None, "the page is at another law"


def test_an_answer_is_the_same_wherever_its_search_began(bench: LabBench) -> None:
    """Two roads: along a slider, and alone."""
    for rate in (60.0, 58.0, 56.0, 54.0):
        along = bench.solution(LabState(horizon="long", edits={EV: rate}))
    fresh = bench.world_at(LabState(horizon="long"))
    key = LabState(horizon="long", edits={EV: 54.0}).key
    fresh.answers.held.pop(key)
    fresh.trail, fresh.last = LabTrail(), None
    alone = bench.solution(LabState(horizon="long", edits={EV: 54.0}))
    assert alone.arrays["welfare_usd"] == pytest.approx(along.arrays["welfare_usd"], abs=1e-3)
