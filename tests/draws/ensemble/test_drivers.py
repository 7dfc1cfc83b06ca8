"""What drives a range: indices known in closed form, and inputs that are known to matter."""

from __future__ import annotations

import numpy as np
import pytest

import countervail as cv
from countervail.draws.ensemble.drivers import Drivers, _part, drivers
from countervail.draws.ensemble.indices import indices
from countervail.draws.sampling import sobol
from countervail.errors import InputError
from countervail.figure import Figure

from . import questions


def designs(function: object, parameters: int, samples: int) -> tuple[np.ndarray, ...]:
    here, there = np.split(sobol(samples, 2 * parameters, 1), 2, axis=1)
    mixed = []
    for k in range(parameters):
        one = here.copy()
        one[:, k] = there[:, k]
        mixed.append(function(one))  # type: ignore[operator]
    return function(here), function(there), np.array(mixed)  # type: ignore[operator]


def ishigami(u: np.ndarray) -> np.ndarray:
    """Ishigami and Homma (1990), a = 7, b = 0.1; indices in closed form."""
    x = np.pi * (2 * u - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_indices_of_a_function_whose_indices_are_known() -> None:
    found = indices(*designs(ishigami, 3, 4096))
    assert found.first == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)
    assert found.total == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)
    for low, middle, high in (found[1::-1] + found[2:3], found[4:2:-1] + found[5:6]):
        assert (low <= middle + 1e-9).all()
        assert (middle <= high + 1e-9).all()


def test_a_sum_has_parts_that_add_up() -> None:
    weight = np.array([3.0, 2.0, 1.0])
    found = indices(*designs(lambda u: u @ weight, 3, 1024))
    expected = weight**2 / (weight**2).sum()
    assert found.first == pytest.approx(expected, abs=0.02)
    assert found.total == pytest.approx(expected, abs=0.02)


def test_what_does_not_vary_has_no_drivers() -> None:
    found = indices(*designs(lambda u: np.ones(len(u)), 2, 64))
    assert (found.first == 0).all()
    assert (found.total == 0).all()


@pytest.fixture(scope="module")
def drawn() -> cv.Ensemble:
    """One sector of two is taxed."""
    world, _ = questions.small(4)
    tariff = np.array(world.tariff)
    tariff[1:, 0, 0] += 0.3
    scenario = cv.Scenario.from_arrays(world, tariff=tariff, countries=world.countries[:1])
    return cv.ensemble(world, scenario, draws=48)


@pytest.fixture(scope="module")
def found(drawn: cv.Ensemble) -> Drivers:
    return drivers(drawn, base=48, most=2)


def test_the_input_that_matters_comes_first(drawn: cv.Ensemble, found: Drivers) -> None:
    (figure,) = found.of
    assert figure == f"welfare[{drawn.point.world.countries[0]}]"
    first = found.of[figure][0]
    assert len(first.inputs) == 1
    # one at a time, from the 5th to the 95th percentile: a cruder road to the same input
    swings = {}
    for k, name in enumerate(drawn.priors.names):
        ends = []
        for u in (0.05, 0.95):
            at = np.full(len(drawn.priors.names), 0.5)
            at[k] = u
            ends.append(drawn.job.solution(at).arrays["welfare"][0])
        swings[name] = abs(ends[1] - ends[0])
    assert first.inputs[0] == max(swings, key=lambda name: swings[name])
    assert first.total > 0.4
    assert found.left_out == 0
    named = [name for one in found.of[figure] for name in one.inputs]
    assert sorted(named) == sorted(drawn.priors.names)  # every input in one group


def test_the_sentence_names_it(found: Drivers) -> None:
    (figure,) = found.of
    said = found.sentence(figure, "Canada's welfare")
    assert said.startswith("Of the variance of Canada's welfare ")
    assert "is the elasticity of" in said


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.66, "two thirds"), (0.5, "half"), (0.62, "62 per cent"), (0.97, "97 per cent")],
)
def test_shares_in_words(share: float, words: str) -> None:
    assert _part(share) == words


def test_the_same_on_any_workers(drawn: cv.Ensemble) -> None:
    figures = [Figure("real_wage", {"country": drawn.point.world.countries[1]})]
    one, two = (drivers(drawn, figures, base=16, most=1, workers=n) for n in (1, 2))
    assert one.of == two.of


def test_what_cannot_be_asked(drawn: cv.Ensemble) -> None:
    with pytest.raises(InputError, match="at least 16"):
        drivers(drawn, base=4)
    with pytest.raises(InputError, match="keeps no 'trade'"):
        drivers(drawn, [Figure("trade", {"exporter": "CAN"})])
    with pytest.raises(InputError, match="no country 'XYZ'"):
        drivers(drawn, [Figure("welfare", {"country": "XYZ"})])
