"""One case solved or refused, and what became of it."""

from __future__ import annotations

import time
import traceback
import warnings
from typing import NamedTuple

import numpy as np

import countervail as cv
from benchmarks.stress import reasons
from benchmarks.stress.cases import Case
from countervail.core.model import Hats

CERTIFIED, REFUSED = "certified", "refused"
NOT_CERTIFIED, UNEXPECTED = "NOT CERTIFIED", "UNEXPECTED"


SECOND_START_LOG = 0.5
"""Standard deviation of the unknowns of a second start about those found, in logs."""

SAME_WELFARE_PERCENT = 1e-4
"""Changes of welfare this near each other are of one equilibrium."""


class Verdict(NamedTuple):
    """What became of a case.

    Attributes:
        case: in words, with its seed.
        seed: of the case.
        family: of the shock.
        closure: of the model.
        outcome: certified, refused, not certified, or something unexpected.
        detail: the rung that solved it, or the reason of the refusal.
        truth: of the reason, looked into independently; empty if certified.
        sweeps: evaluations of the map.
        seconds: to solve or refuse.
        said: the message of a refusal or failure.
    """

    case: str
    seed: int
    family: str
    closure: str
    outcome: str
    detail: str
    truth: str
    sweeps: int
    seconds: float
    said: str

    @property
    def good(self) -> bool:
        """Whether it was certified, or refused for a reason not found to be untrue."""
        return self.outcome == CERTIFIED or (
            self.outcome == REFUSED and self.truth != reasons.UNTRUE
        )


def judge(case: Case) -> Verdict:
    """Solve a case through the public door, warnings being errors, and judge the outcome."""
    world, scenario, model = case.world(), case.scenario(), case.model()
    outcome, detail, truth, sweeps, said, country = UNEXPECTED, "", "", 0, "", 0
    start = time.perf_counter()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            solution = cv.solve(world, scenario, model)
        refuse_impossible_numbers(case, solution)
        if case.table.nest is not None:
            refuse_another_equilibrium(case, solution)
        outcome, detail = CERTIFIED, solution.certificate.rung
        sweeps = solution.certificate.sweeps
    except cv.NoEquilibrium as error:
        outcome, said = REFUSED, str(error)
        detail = reasons.reason_of(said)
        country = next(n for n, code in enumerate(world.countries) if code in said.split()[:5])
    except cv.NotCertified as error:
        outcome, said = NOT_CERTIFIED, str(error)
        detail = reasons.reason_of(said)
        if detail == reasons.BEYOND_NUMBERS:
            outcome = REFUSED
    except Exception as error:
        said = "".join(traceback.format_exception_only(error)).strip()
        detail = type(error).__name__
    seconds = time.perf_counter() - start
    if outcome == REFUSED:
        truth = reasons.verify(case, detail, country)
    return Verdict(
        str(case), case.seed, case.family, case.closure,
        outcome, detail, truth, sweeps, seconds, said,
    )  # fmt: skip


def refuse_another_equilibrium(case: Case, solution: cv.Solution) -> None:
    """Raise where a second start comes to other figures: with goods, nothing proves there is one.

    Raises:
        AssertionError: two certified answers differ.
    """
    rng = np.random.default_rng(case.seed)
    starts = tuple(
        Hats.of(block + rng.normal(0.0, SECOND_START_LOG, block.shape) for block in hats.blocks)
        for hats in solution.hats
    )
    try:
        again = cv.solve(case.world(), case.scenario(), case.model(), near=(starts[0], starts[1]))
    except cv.NotCertified:
        return  # from there nothing was found: that tells of the search alone
    # not wages: those of a country that trades with nobody are any
    apart = np.abs(again.arrays["welfare"] - solution.arrays["welfare"]).max()
    assert apart < SAME_WELFARE_PERCENT, f"welfare of a second start is {apart:.0e} points off"


def refuse_impossible_numbers(case: Case, solution: cv.Solution) -> None:
    """Raise where a certified answer holds what no economy can.

    Raises:
        AssertionError: saying which array.
    """
    arrays = solution.arrays
    assert solution.certificate.residual <= 1e-10, "residual"
    for name, values in arrays.items():
        assert np.isfinite(values).all(), f"{name} is not finite"
    assert (arrays["income_new"] > 0).all(), "an income is not positive"
    assert (arrays["trade_new"] >= 0).all(), "trade is negative"
    assert (arrays["trade_new"][case.table.trade == 0] == 0).all(), "trade where there was none"
