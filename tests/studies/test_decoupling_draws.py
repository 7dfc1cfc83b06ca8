"""Losses under draws: what losses priced one by one in drawn worlds are, and nothing else."""

from __future__ import annotations

import math
import pickle
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

import countervail as cv
from countervail.bridge import baseline
from countervail.draws.draw import Draw
from countervail.draws.ensemble.result import QUANTILES, quantile
from countervail.draws.sampling import sobol
from countervail.errors import FileError, InputError
from countervail.present.exposed import document
from countervail.studies import decoupling_together
from countervail.studies.decoupling import Loss, decoupling
from countervail.studies.decoupling_draws import SIDES, LossJob, priors_of, together
from countervail.studies.decoupling_together import AskedLoss, asked_again
from countervail.studies.exposure import Exposure, exposure, with_ranges
from countervail.testing import Table, random_world, tiny

SMALL = random_world(7, 4, 3, tariffs=0.2).world()
DRAWS = 5


def only_partners() -> cv.World:
    """Two countries; the first owes the other, so that it cannot lose it."""
    trade = np.array([[[60.0], [40.0]], [[20.0], [80.0]]])
    shares = np.array([[[0.5]], [[0.25]]])
    return Table(trade, np.zeros_like(trade), shares, np.array([4.0])).world()


@pytest.fixture(scope="module")
def found() -> Exposure:
    return exposure(SMALL, "CAN", draws=DRAWS, workers=1)


def together_and_alone(world: cv.World, model: cv.CaliendoParro) -> list[tuple[Loss, Loss]]:
    """Every loss of Canada, found side by side and alone, in another world than it was known in."""
    known = exposure(world, "CAN", model).losses
    other = world.with_elasticity(world.trade_elasticity * [0.8, 1.3, 1.1], "others")
    asked = asked_again(world, "CAN", known, model)
    side_by_side = decoupling_together.decoupling_together(other, "CAN", asked, model)
    return [(one, decoupling(other, "CAN", one.partner, model, one.how)) for one in side_by_side]


@pytest.mark.parametrize("deficits", ["world_share", "own_income", "closed"])
def test_side_by_side_is_one_by_one(deficits: str) -> None:
    pairs = together_and_alone(SMALL, cv.CaliendoParro(deficits=deficits))  # type: ignore[arg-type]
    assert len(pairs) == 6
    for one, alone in pairs:
        close = 1e-7 if one.how == "gone" else 5e-5
        assert one.welfare == pytest.approx(alone.welfare, rel=close)
        assert one.partner_welfare == pytest.approx(alone.partner_welfare, rel=close)
        assert one.residual <= 1e-10
        if one.how == "halved":
            assert abs(math.log(2.0 * one.trade_hat)) <= decoupling_together.CLOSE_LOG
            assert one.iceberg_hat == pytest.approx(alone.iceberg_hat, rel=1e-4)
        else:
            assert (one.trade_hat, one.iceberg_hat) == (0.0, math.inf)


def test_the_trade_left_is_that_of_the_whole_solution() -> None:
    """Zero flows and empty markets among them."""
    for one, alone in together_and_alone(tiny().world(), cv.CaliendoParro()):
        if one.how == "halved":
            assert one.iceberg_hat == pytest.approx(alone.iceberg_hat, rel=1e-4)


def test_ranges_are_those_of_draws_made_by_hand(found: Exposure) -> None:
    drawn = found.drawn
    assert drawn is not None
    priors = priors_of(SMALL, None)
    assert priors.names  # something is not known
    worlds = [priors.at(row)[0] for row in sobol(DRAWS, len(priors.names), seed=1)]
    for partner in ("CHN", "USA"):
        for how in ("halved", "gone"):
            alone = [decoupling(world, "CAN", partner, how=how) for world in worlds]
            for side in SIDES:
                values = np.array([getattr(one, side) for one in alone])
                assert_allclose(drawn.draws_of(partner, how, side), values, rtol=5e-5)
                reported = drawn.range(partner, how, side)
                assert reported.value == getattr(found.loss(partner, how), side)
                assert_allclose(reported[1:], quantile(values, QUANTILES), rtol=5e-5)
                assert reported.p05 < reported.p50 < reported.p95
    factors = {one.iceberg_hat for k in range(DRAWS) for one in drawn.draw(k)}
    assert len(factors) == 3 * DRAWS + 1  # halved anew in every draw; infinite under an embargo
    assert np.nanmax(drawn.residual) <= 1e-10
    assert drawn.answered_of("USA", "halved") == DRAWS


def test_one_seed_one_answer_on_any_number_of_workers(found: Exposure) -> None:
    assert found.drawn is not None
    two = exposure(SMALL, "CAN", draws=DRAWS, workers=2).drawn
    more = with_ranges(found, DRAWS + 2, workers=1).drawn
    other = with_ranges(found, DRAWS, seed=2, workers=1).drawn
    assert two is not None
    assert more is not None
    assert other is not None
    for name, values in found.drawn.arrays.items():
        assert_array_equal(two.arrays[name], values)
        assert_array_equal(more.arrays[name][:DRAWS], values)
        assert not np.array_equal(other.arrays[name], values)


def test_without_draws_nothing_changes(found: Exposure) -> None:
    point = exposure(SMALL, "CAN")
    assert point.drawn is None
    assert point.losses == found.losses
    assert point.partners == found.partners
    said = document(point).as_dict()
    assert (said["draws"], {row["ranges"] for row in said["losing"]}) == (None, {None})
    assert "no draws were asked for" in said["covers"]
    assert document(exposure(SMALL, "CAN", losing=())).data["covers"] is None


def test_what_the_ranges_cover(found: Exposure) -> None:
    assert found.drawn is not None
    said = found.drawn.coverage_statement
    assert f"Ranges are the 5 to 95 per cent of {DRAWS} certified answers" in said
    assert f"trade elasticities ({len(found.drawn.priors.names)})" in said
    assert "the first years" in said
    assert "no answer" not in said
    assert repr(found.drawn) == f"<LossDraws: 6 losses of CAN in {DRAWS} of {DRAWS} draws, seed 1>"


def test_a_drawn_world_has_other_cells_too(oecd: cv.World) -> None:
    """In the built-in world the split of services is drawn beside the elasticities."""
    model, priors = cv.CaliendoParro(), priors_of(oecd, None)
    assert "split of services" in priors.names
    asked = (AskedLoss("USA", "gone", math.inf, -math.inf),)
    (quantiles,) = sobol(1, len(priors.names), seed=3)
    (one,) = LossJob(priors, model, "CAN", asked).losses(quantiles)
    iceberg = np.ones_like(oecd.trade)
    n, p = oecd.country("CAN"), oecd.country("USA")
    iceberg[n, p] = iceberg[p, n] = math.inf
    world, _ = priors.at(quantiles)
    whole = cv.solve(world, cv.Scenario.from_arrays(oecd, iceberg_hat=iceberg), model)
    assert_allclose([one.welfare, one.partner_welfare], whole.arrays["welfare"][[n, p]], rtol=1e-6)


def test_what_has_no_answer_is_not_drawn() -> None:
    point = exposure(only_partners(), "CAN", losing=["gone"], draws=2, workers=1)
    assert point.loss("CHN").reason
    assert point.drawn is None
    assert document(point).as_dict()["covers"] is None


def test_a_loss_without_an_answer_in_draws_is_reported() -> None:
    """The job is sent with a pair that cannot part: no draw has an answer, and all say why."""
    world, model = only_partners(), cv.CaliendoParro()
    asked = (AskedLoss("CHN", "gone", math.inf, -math.inf), AskedLoss("CHN", "halved", 0.5, -0.7))
    job = LossJob(priors_of(world, None), model, "CAN", asked)
    quantiles = sobol(2, len(job.priors.names), seed=1)
    sent = pickle.loads(pickle.dumps(job))
    found = dict(enumerate(sent.answers(quantiles)))
    for one in found.values():
        assert isinstance(one, Draw)
        assert all(np.isfinite(one.arrays[side]).tolist() == [False, True] for side in SIDES)
    known = tuple(Loss("CHN", one.how, 1.5, 0.5, -1.0, -1.0, 1e-12) for one in asked)
    drawn = together(job, known, 1, quantiles, found)
    assert drawn.answered_of("CHN", "gone") == 0
    assert drawn.answered_of("CHN", "halved") == 2
    assert math.isnan(drawn.range("CHN", "gone").p50)
    reason = drawn.draw(0)[0].reason
    assert reason
    assert (
        "Embargo with CHN has no answer in 2 of 2 draws, which are not in its range"
        in drawn.coverage_statement
    )
    assert f"the first (draw 0): {reason}" in drawn.coverage_statement
    reported = replace(exposure(world, "CAN", losing=()), losses=known, drawn=drawn)
    gone, halved = document(reported).as_dict()["losing"]
    assert gone["ranges"]["answered"] == 0
    assert gone["ranges"]["welfare"] == {"value": -1.0, "p05": None, "p50": None, "p95": None}
    assert halved["ranges"]["welfare"]["p05"] is not None
    assert document(reported).markdown()


def test_some_draws_without_an_answer(found: Exposure) -> None:
    """Those of one loss are left out of its range; draws without a first state, of all ranges."""
    assert found.drawn is not None
    drawn = found.drawn
    gone = [(one.partner, one.how) for one in drawn.job.asked].index(("USA", "gone"))
    all_there = {name: values[0] for name, values in drawn.arrays.items()}
    fewer = {name: values.copy() for name, values in all_there.items()}
    for values in fewer.values():
        values[gone] = np.nan
    made = {2: "no balance", 0: Draw(all_there, {}, 1e-12), 1: Draw(fewer, {}, 1e-12)}
    some = together(drawn.job, drawn.losses, 1, drawn.quantiles[:3], made)
    assert (some.answered_of("USA", "gone"), some.answered_of("USA", "halved")) == (1, 2)
    assert some.range("USA", "gone").p05 == all_there["welfare"][gone]
    assert some.answered.tolist() == [True, True, False]
    assert "1 of 3 draws have no answer" in some.coverage_statement
    assert "(draw 2): no balance" in some.coverage_statement
    assert "Embargo with USA has no answer in 1 of 3 draws" in some.coverage_statement
    assert some.settings()["answered"] == 2


def test_buyers_with_nobody_else_to_turn_to() -> None:
    """What is left says nothing of the factor then: the known one is looked at first."""
    trade = np.array([[[0.0], [40.0]], [[20.0], [0.0]]])
    world = Table(trade, np.zeros_like(trade), np.full((2, 1, 1), 0.2), np.array([4.0])).world()
    base = baseline(world)
    asked = AskedLoss("CHN", "halved", 0.3, 0.0)
    assert decoupling_together.first_guess(base, (0, 1), asked) == 0.3


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"draws": -1}, "draws=-1: from 1 to 100,000 can be made"),
        ({"draws": 2, "losing": ()}, "draws=2, but no loss is asked for: name the ways in losing="),
        ({"draws": 2, "workers": 0}, "workers=0: at least one is needed"),
    ],
)
def test_refusals(asked: dict[str, object], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        exposure(SMALL, "CAN", **asked)  # type: ignore[arg-type]


def test_files_and_names_that_are_not_there(found: Exposure) -> None:
    with pytest.raises(FileError, match=r"nowhere\.toml: no such file"):
        exposure(SMALL, "CAN", draws=2, priors="nowhere.toml")
    assert found.drawn is not None
    with pytest.raises(InputError, match=r"no side 'welfar' of a loss; did you mean 'welfare'\?"):
        found.drawn.range("USA", "gone", "welfar")
    with pytest.raises(InputError, match=r"'USB gone' was not drawn; did you mean 'USA gone'\?"):
        found.drawn.range("USB")
