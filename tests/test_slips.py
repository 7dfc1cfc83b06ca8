"""Slips in Python get a sentence, or what was meant."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import countervail as cv


def test_a_preset_and_a_model_may_be_named(oecd: cv.World, canada_china: cv.Solution) -> None:
    named = cv.solve(oecd, "canada-china", "caliendo_parro")
    assert np.array_equal(named.arrays["welfare"], canada_china.arrays["welfare"])
    with pytest.raises(cv.InputError, match="no scenario 'canada-chin'; did you mean"):
        cv.solve(oecd, "canada-chin")
    with pytest.raises(cv.InputError, match=r"no model 'caliendo'.*there is caliendo_parro"):
        cv.solve(oecd, "canada-china", "caliendo")


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        (lambda w, s: cv.solve(s, w), r"the world first: solve\(world, scenario\)"),
        (lambda w, s: cv.solve("oecd-2022", s), "first argument here is a str"),
        (lambda w, s: cv.solve(w, w.tariff), "a Scenario, or the name of a preset.*not a ndarray"),
        (lambda w, s: cv.solve(w, None), "not a NoneType"),
        (lambda w, s: cv.solve(w, s, cv.CaliendoParro), r"a model is made, such as CaliendoParro"),
        (lambda w, s: cv.solve(w, s, 4.0), "a model is made, such as"),
        (lambda w, s: cv.gradient(cv.solve(w, s).welfare), "one figure.*this is a DataArray"),
        (lambda w, s: cv.gradient(cv.solve(w, s)), "one figure.*this is a Solution"),
    ],
)
def test_a_slip_gets_a_sentence(slip: Any, said: str) -> None:
    from countervail.testing import tiny

    world = tiny().world()
    with pytest.raises(cv.InputError, match=said) as refusal:
        slip(world, cv.Scenario.from_arrays(world))
    assert "\n" not in str(refusal.value)
