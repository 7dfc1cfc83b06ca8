"""The step of wages: Newton's on a world of one sector, and never a number that is none."""

from __future__ import annotations

import numpy as np
import pytest

import countervail as cv
from countervail.bridge import baseline
from countervail.core import ladder
from countervail.core.model import Baseline, Hats, Shock
from countervail.core.unknowns import pack
from countervail.core.wage_step import wage_step
from countervail.models import CaliendoParro
from countervail.testing import random_world

WHOLE = ladder.FAST._replace(wage_step=1.0)


def one_sector() -> Baseline:
    """Five countries that trade one good freely, made of labour alone, each paying for itself."""
    table = random_world(4, 5, 1, tariffs=0.0, deficits=0.0)
    return baseline(table.replace(input_share=np.zeros_like(table.input_share)).world())


def test_in_one_sector_without_inputs_it_is_newtons_own() -> None:
    """A second road: differences of the model's map, with buyers spending what they earn."""
    base, model = one_sector(), CaliendoParro()
    weights = model.prepare(base, Shock())

    def implied(log_wage: np.ndarray) -> np.ndarray:
        wage = model.numeraire(base, log_wage[:, None], weights)
        hats = Hats(wage, np.zeros((1, 5, 1)), wage[None])
        return model.implied(base, hats, weights).wage[:, 0]

    nudges = 1e-6 * np.eye(5)
    slope = np.stack([implied(e) - implied(-e) for e in nudges], axis=1) / 2e-6
    newton = np.linalg.inv(np.eye(5) - slope)
    assert wage_step(base, WHOLE) == pytest.approx(newton, abs=1e-6)


def test_part_of_it_is_taken_and_a_plain_step_is_the_gap() -> None:
    base = one_sector()
    assert wage_step(base, ladder.FAST) == pytest.approx(0.5 * wage_step(base, WHOLE))
    assert (wage_step(base, ladder.STURDY) == 0.15 * np.eye(5)).all()


def test_a_country_that_makes_nothing_leaves_the_plain_step() -> None:
    base = one_sector()
    idle = base._replace(gross_output=base.gross_output * (np.arange(5) > 0))
    assert (wage_step(idle, ladder.FAST) == 0.5 * np.eye(5)).all()


def test_it_saves_sweeps_in_the_world_as_it_is() -> None:
    base, model = baseline(cv.open_world()), CaliendoParro()
    weights = model.prepare(base, Shock(tariff_new=1.5 * base.tariff))
    first = pack(model.guess(base).blocks)
    plain = ladder.FAST._replace(wage_newton=False, wage_step=0.4)
    theirs, ours = (
        ladder._iterate(model, base, weights, first, 1e-11, settings)
        for settings in (plain, ladder.FAST)
    )
    assert theirs.converged.all()
    assert ours.sweeps[0] < 0.9 * theirs.sweeps[0]
