"""One door for every source: a word is for one of them, or refused in a sentence."""

from __future__ import annotations

import pytest

import countervail as cv
from countervail.sources import Source, registry, sources
from countervail.sources.builtin import builtin_worlds


def test_ours_are_sources_like_any_other() -> None:
    assert [source.name for source in sources()] == ["builtin", "long_table", "netcdf"]
    for source in sources():
        knows = [w for w in (*builtin_worlds(), "a.nc", "a.npz", "a.csv") if source.knows(w)]
        assert knows
        assert not any(o.knows(w) for o in sources() if o is not source for w in knows)


def test_what_none_knows_is_refused_with_what_all_take() -> None:
    with pytest.raises(cv.InputError) as refusal:
        cv.open_world("oecd-2023")
    assert str(refusal.value) == (
        "no world 'oecd-2023'; did you mean 'oecd-2022'? (built in: oecd-2022; or give the path "
        "of a .csv file, or the path of a .nc file)"
    )


def test_what_two_know_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    again = Source("again", "a .csv file", lambda word: word.endswith(".csv"), cv.open_world)
    monkeypatch.setattr(registry, "sources", lambda: (*sources(), again))
    with pytest.raises(cv.InputError, match=r"'a\.csv' could be of long_table and again"):
        cv.open_world("a.csv")
