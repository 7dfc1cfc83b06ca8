"""Damaged inputs of every kind, a few; ``python -m benchmarks.fuzz`` tries ten thousand."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.mark.parametrize("seed", [1, 2])
def test_no_damaged_input_is_a_traceback(seed: int) -> None:
    from benchmarks.fuzz import faults

    assert faults(100, seed) == []


def test_every_reader_is_among_the_cases() -> None:
    from benchmarks.fuzz import READERS, WEIGHTS, make_case

    assert set(WEIGHTS) == {*READERS, "words"}
    assert {make_case(number).reader for number in range(400)} == set(WEIGHTS)
    assert make_case(7) == make_case(7)


def test_a_traceback_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks import fuzz

    def broken(_folder: Path, _content: bytes) -> None:
        raise RecursionError

    monkeypatch.setitem(fuzz.READERS, "bounds", broken)
    found = fuzz.faults(3, 1, only="bounds")
    assert len(found) == 3
    assert "RecursionError" in found[0].said
