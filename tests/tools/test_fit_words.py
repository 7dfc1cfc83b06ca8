"""Weights of words: a fit finds what each fact speaks for."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), min_size=30, max_size=60))
@settings(max_examples=40, deadline=None)  # the first example loads what the others find loaded
def test_a_fit_finds_what_a_fact_speaks_for(drawn: list[tuple[str, bool]]) -> None:
    from fit_words import Example, fitted

    examples = [
        Example(k, {name: 1.0, "all": 1.0}, ("yes",) if yes else ("no",))
        for k, (name, yes) in enumerate(drawn)
    ]
    fit = fitted(examples, ("yes", "no"), 0.01)
    for name, place in fit.place.items():
        told = [yes for other, yes in drawn if name in (other, "all")]
        share = sum(told) / len(told)
        chance = fit.chances([Example(0, {name: 1.0, "all": 1.0}, ())])[0][0]
        if name != "all" and 0.0 < share < 1.0:
            assert abs(chance - share) < 0.05
        assert 0 <= place < len(fit.place)
