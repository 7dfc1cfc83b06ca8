"""The step of countries: Newton's on a simpler economy, and never a number that is none."""

from __future__ import annotations

import numpy as np
import pytest

import countervail as cv
from countervail.bridge import baseline
from countervail.core import ladder
from countervail.core.model import Baseline, Hats, Shock
from countervail.core.solver import Settings, Step
from countervail.core.steps import step_of
from countervail.core.unknowns import count, pack
from countervail.models import CaliendoParro
from countervail.models.economy import Economy
from countervail.models.presets import FirstYear
from countervail.testing import random_world

from .small import with_goods


def one_sector() -> Baseline:
    """Five countries that trade one good freely, made of labour alone, each paying for itself."""
    table = random_world(4, 5, 1, tariffs=0.0, deficits=0.0)
    return baseline(table.replace(input_share=np.zeros_like(table.input_share)).world())


def test_in_one_sector_without_inputs_it_is_newtons_own() -> None:
    """A second road: differences of the model's map, with buyers spending what they earn."""
    base, model = one_sector(), CaliendoParro()
    weights = model.prepare(base, Shock())

    def implied(log_wage: np.ndarray) -> np.ndarray:
        wage = model.factors.numeraire(log_wage[:, None], base, weights, ())
        hats = Hats(wage, np.zeros((1, 5, 1)), wage[None])
        return model.implied(base, hats, weights).wage[:, 0]

    nudges = 1e-6 * np.eye(5)
    slope = np.stack([implied(e) - implied(-e) for e in nudges], axis=1) / 2e-6
    coarse = step_of(model, base, ladder.FAST).coarse
    assert coarse is not None
    newton = np.linalg.inv(np.eye(5) - slope)
    assert np.eye(5) + coarse.beyond[:5, :5] == pytest.approx(newton, abs=1e-6)


def test_a_sturdy_step_is_a_part_of_the_gap() -> None:
    step = step_of(CaliendoParro(), one_sector(), ladder.STURDY)
    assert step.coarse is None
    assert (step.first == 0.15 * np.eye(5)).all()


def test_a_country_that_makes_nothing_leaves_a_plain_step() -> None:
    base = one_sector()
    idle = base._replace(gross_output=base.gross_output * (np.arange(5) > 0))
    step = step_of(CaliendoParro(), idle, ladder.FAST)
    assert step.coarse is None
    assert (step.first == 0.5 * np.eye(5)).all()


def first_year() -> tuple[Economy, Baseline]:
    table = random_world(2, 4, 3)
    return FirstYear(), with_goods(baseline(table.world()))


@pytest.mark.parametrize("settings", [ladder.FAST, ladder.STURDY])
def test_what_is_taken_can_be_undone_and_transposed(settings: Settings) -> None:
    model, base = first_year()
    step, size = step_of(model, base, settings), count(model.unknowns, base)
    one, two = np.random.default_rng(0).normal(size=(2, 3, size))
    assert step.undone(step.taken(one)) == pytest.approx(one, abs=1e-9)
    across = (two * step.taken(one)).sum(axis=1)
    assert (step.transposed.taken(two) * one).sum(axis=1) == pytest.approx(across, rel=1e-9)
    assert step.taken(one[0]) == pytest.approx(step.taken(one)[0], abs=1e-12)


def test_jax_takes_the_same() -> None:
    jax = pytest.importorskip("jax")
    model, base = first_year()
    step = step_of(model, base, ladder.FAST)
    gap = np.random.default_rng(1).normal(size=count(model.unknowns, base))
    with jax.enable_x64(True):
        there = np.asarray(jax.jit(Step.taken)(step, jax.numpy.asarray(gap)))
    assert there == pytest.approx(step.taken(gap), abs=1e-12)


def test_it_saves_sweeps_in_the_world_as_it_is() -> None:
    base, model = baseline(cv.open_world()), CaliendoParro()
    weights = model.prepare(base, Shock(tariff_new=1.5 * base.tariff))
    first = pack(model.guess(base).blocks)
    plain = ladder.FAST._replace(newton=False, wage_step=0.4)
    theirs, ours = (
        ladder._iterate(model, base, weights, first, 1e-11, settings)
        for settings in (plain, ladder.FAST)
    )
    assert theirs.converged.all()
    assert ours.sweeps[0] < 0.6 * theirs.sweeps[0]
