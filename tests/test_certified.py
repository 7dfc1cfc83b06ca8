"""The certificate of a solution names what is worst, and where, equation by equation."""

from __future__ import annotations

import json

import numpy as np
import pytest

import countervail as cv
from countervail import bridge
from countervail.certified import EQUATIONS
from countervail.core import ladder
from countervail.core.model import Shock
from countervail.core.unknowns import pack
from countervail.present.result import document
from countervail.testing import random_world
from countervail.testing.shocks import random_shock


@pytest.fixture(scope="module")
def solution() -> cv.Solution:
    table = random_world(5, 4, 3)
    world = table.world()
    return cv.solve(world, random_shock(5, table, tariffs=0.5, icebergs=0.2).scenario(world))


OF_WAGES = {"wages and employment", "quotas", "tax relief", "profits", "scale"}
"""Equations of models in which not all labour is at work, law limits quantities, or scale pays."""

OF_GOODS = {"goods of a sector", "specific factors"}
"""Equations of a model in which sectors are goods and a part of them stays."""


def test_goods_have_equations_of_their_own() -> None:
    table = random_world(5, 4, 3).with_goods()
    shock = random_shock(5, table, tariffs=0.5, icebergs=0.2).scenario(table.world())
    found = cv.solve(table.world(), shock, cv.FirstYear())
    assert set(found.certificate.equations) == set(EQUATIONS) - OF_WAGES
    rigid = cv.solve(table.world(), shock, cv.WithRigidWages())
    assert set(rigid.certificate.equations) == set(EQUATIONS) - {
        "quotas",
        "tax relief",
        "profits",
        "scale",
    }


def test_every_equation_has_its_residual_and_place(solution: cv.Solution) -> None:
    certificate = solution.certificate
    assert set(certificate.equations) == set(EQUATIONS) - OF_GOODS - OF_WAGES
    for name, block in certificate.equations.items():
        assert block.name == name
        assert block.country in solution.world.countries
        assert block.sector is None or block.sector in solution.world.sectors
    assert certificate.residual == max(b.residual for b in certificate.equations.values())
    assert certificate.beside_effect == certificate.residual / certificate.effect
    assert certificate.worst.place in repr(certificate)
    assert "conditioning" in repr(certificate)


def test_sector_equations_name_a_sector_and_country_equations_none(solution: cv.Solution) -> None:
    named = {n for n, b in solution.certificate.equations.items() if b.sector is not None}
    assert named == {"prices", "shares", "goods markets", "reported trade"}


def test_the_answer_as_json_holds_it(solution: cv.Solution) -> None:
    reported = json.loads(json.dumps(document(solution).as_dict(), allow_nan=False))["certificate"]
    assert reported["certified"] is True
    assert (
        set(reported["blocks"])
        == set(reported["equations"])
        == set(EQUATIONS) - OF_GOODS - OF_WAGES
    )
    assert reported["relative_to_effect"] == pytest.approx(
        reported["residual"] / reported["effect"]
    )
    assert reported["conditioning"] >= 1.0


def test_no_effect_at_all_is_certified_without_one() -> None:
    world = random_world(6, 3, 2).world()
    certificate = cv.solve(world, cv.Scenario.from_arrays(world)).certificate
    assert certificate.beside_effect == 0.0 or certificate.effect > 0
    assert certificate.residual <= 1e-10


@pytest.mark.parametrize("seed", range(4))
def test_conditioning_is_near_the_norm_of_the_inverse(seed: int) -> None:
    """Against the Jacobian of the map by central differences, dense."""
    table = random_world(seed, 4, 3)
    base, model = bridge.baseline(table.world()), cv.CaliendoParro()
    tariff = base.tariff + 0.3 * (1.0 - np.eye(4))
    weights = model.prepare(base, Shock(tariff_new=tariff))
    solved = ladder.solve(model, base, weights, 1e-12)
    implied, point = ladder.as_vectors(model, base, weights), pack(solved.hats.blocks)
    step = 1e-6 * np.eye(point.size)
    jacobian = np.stack(
        [(implied(point + h[None]) - implied(point - h[None]))[0] / 2e-6 for h in step], axis=1
    )
    norm = np.linalg.norm(np.linalg.inv(np.eye(point.size) - jacobian), 2)
    assert 0.1 * norm <= solved.conditioning <= 1.05 * norm
