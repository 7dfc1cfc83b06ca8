"""Bounds of law on rates: read from a file with their sources, the tightest holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from countervail import respond
from countervail.errors import FileError, InputError
from countervail.policy.rates.bounds import read_bounds

from .small_tables import four_countries

FILE = """
title = "Bindings for a test"

[[bound]]
player = "CAN"
most = 20
source = "Schedule V, https://example.org/schedule-v"

[[bound]]
player = "CAN"
partners = ["USA"]
sectors = ["A01"]
least = 2
most = 5
source = "An agreement, https://example.org/agreement"
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "bindings.toml"
    file.write_text(FILE)
    return file


def test_the_tightest_holds(path: Path) -> None:
    world = four_countries()
    low, high = read_bounds(path).of_cells(world)
    can, usa = world.country("CAN"), world.country("USA")
    assert high[:, can, :].max() == 0.2
    assert (low[0, can, usa], high[0, can, usa]) == (0.02, 0.05)
    assert np.isinf(high[:, usa, :]).all()
    assert np.isinf(low).sum() == low.size - 1


def test_rates_keep_to_them_and_the_sources_are_told(path: Path) -> None:
    pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    world = four_countries()
    free = respond.optimal(world, "CAN", high=0.5)
    bound = respond.optimal(world, "CAN", high=0.5, bounds=path)
    assert free.chosen.max() > 0.2
    assert bound.chosen.max() == 0.2
    assert float(bound.rates.sel(partner="USA", sector="A01")) == 0.05
    assert bound.certificate.gain < free.certificate.gain
    assert bound.certificate.projected_gradient < 1e-8
    assert any("https://example.org/agreement" in note for note in bound.notes)


def test_a_rate_for_all_partners_keeps_to_the_tightest_of_its_cells(path: Path) -> None:
    pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    alike = respond.optimal(four_countries(), "CAN", mfn=True, bounds=path)
    assert alike.table[0].partner is None
    highest = {row.sector: row.rate for row in alike.table}
    assert highest["A01"] == pytest.approx(5.0)
    assert max(highest.values()) == pytest.approx(20.0)


def test_an_additional_duty_leaves_room_for_what_stands(path: Path) -> None:
    pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    world = four_countries()
    answer = respond.retaliate(world, "CAN", "USA", goal_usd=1e6, bounds=path, points=2)
    present = world.tariff[world.country("USA"), world.country("CAN")]
    expected = np.maximum(np.array([0.05, 0.2, 0.2]) - present, 0.0)
    assert not answer.reached
    assert answer.instruments.high == pytest.approx(expected)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("most = 20\n", "", "bound of CAN bounds nothing: give 'least' or 'most'"),
        ("least = 2", "least = 7", "least 7 is above most 5"),
        ('source = "Schedule V, https://example.org/schedule-v"', "", "source"),
        ("most = 20", "mots = 20", "did you mean 'most'"),
        ("most = 20", "most = -100", "greater than -100"),
    ],
)
def test_files_are_refused(path: Path, old: str, new: str, said: str) -> None:
    path.write_text(FILE.replace(old, new, 1))
    with pytest.raises(FileError, match=said):
        read_bounds(path)


def test_a_label_of_no_world(path: Path) -> None:
    path.write_text(FILE.replace('"USA"', '"UAS"'))
    with pytest.raises(InputError, match="did you mean"):
        read_bounds(path).of_cells(four_countries())


def test_bounds_that_leave_no_rate(path: Path) -> None:
    pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    with pytest.raises(InputError, match="no rate of A01 lies between its bounds, 10 and 5"):
        respond.optimal(four_countries(), "CAN", low=0.1, bounds=path)
