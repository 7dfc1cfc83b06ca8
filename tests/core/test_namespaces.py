"""The model's map runs on NumPy and on JAX alike, compiled or not, with the same numbers."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import countervail as cv
from countervail import bridge
from countervail.core.model import Baseline, Hats, Shock, Weights


@pytest.fixture(scope="module")
def case() -> tuple[Baseline, Hats, Weights]:
    world = cv.open_world()
    base = bridge.baseline(world)
    tariff = np.array(base.tariff)
    tariff[:27, world.country("USA")] += 0.2
    weights = cv.CaliendoParro().prepare(base, Shock(tariff_new=tariff))
    rng = np.random.default_rng(0)
    shape = base.expenditure.shape
    return (
        base,
        Hats(*(rng.normal(0, 0.01, s) for s in ((shape[1], 1), (*shape, 1), (*shape, 1)))),
        weights,
    )


@pytest.mark.parametrize("deficits", ["world_share", "own_income", "closed"])
def test_numpy_and_jax_give_the_same_sweep(
    case: tuple[Baseline, Hats, Weights], deficits: str
) -> None:
    jax = pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    base, hats, weights = case
    model = cv.CaliendoParro(deficits=deficits)
    plain = model.implied(base, hats, weights)
    with jax.enable_x64(True):
        there = jax.tree.map(jax.numpy.asarray, base)
        fixed = Weights(
            **{
                name: value if value is None or name.endswith("taxed") else jax.numpy.asarray(value)
                for name, value in weights._asdict().items()
            }
        )
        compiled = jax.jit(lambda h: model.implied(there, h, fixed))
        other = compiled(Hats.of(map(jax.numpy.asarray, hats.blocks)))
        for one, two in zip(plain.blocks, other.blocks, strict=True):
            assert np.asarray(two) == pytest.approx(one, abs=1e-14)


def test_a_plain_solve_never_imports_jax() -> None:
    code = (
        "import sys, countervail as cv; w = cv.open_world(); "
        "cv.solve(w, cv.Scenario.from_arrays(w)); assert 'jax' not in sys.modules"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
