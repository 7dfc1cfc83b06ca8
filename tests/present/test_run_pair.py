"""Two answers beside each other: differences from common draws, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import countervail as cv
from countervail.app.compare_runs import CompareRunsRequest
from countervail.draws.ensemble.result import quantile
from countervail.draws.how import Draws
from countervail.errors import FileError, InputError
from countervail.present.files import write_folder
from countervail.present.kept_runs import KeptDraws, KeptRun
from countervail.present.ranges import Reader
from countervail.present.result import document
from countervail.present.run_pair import RunPair
from countervail.present.run_pair import document as compared
from countervail.testing import random_world
from countervail.testing.shocks import unilateral

TABLE = random_world(3, 3, 2)


class Solved:
    def __init__(self, rate: float, seed: int = 1) -> None:
        world = TABLE.world()
        self.point = cv.solve(world, unilateral(TABLE, 0, rate).scenario(world))
        self.drawn = cv.ensemble(
            world,
            self.point.scenario,
            draws=5,
            seed=seed,
            workers=1,
            read=Reader.of(self.point),
            point=self.point,
        )
        self.document = document(self.point, self.drawn)

    def run(self, name: str) -> KeptRun:
        return KeptRun(name, self.document.data, KeptDraws.of(self.drawn))


@pytest.fixture(scope="module")
def both() -> tuple[Solved, Solved]:
    return Solved(0.1), Solved(0.3)


def test_the_range_of_a_difference_is_of_common_draws(both: tuple[Solved, Solved]) -> None:
    pair = RunPair(both[0].run("A"), both[1].run("B"))
    country = TABLE.countries[0]
    a, b = (one.drawn.arrays["welfare"][:, 0] for one in both)
    found = pair.difference(country, "welfare")
    assert found.value == pytest.approx(
        both[1].point.arrays["welfare"][0] - both[0].point.arrays["welfare"][0]
    )
    assert found[1:] == pytest.approx(quantile(b - a, (0.05, 0.5, 0.95)))
    # the same inputs in both: it is narrower than two ranges set beside each other say
    apart = [pair.figure(side, country, "welfare") for side in ("a", "b")]
    assert found.p95 - found.p05 < sum(one.p95 - one.p05 for one in apart)
    told = compared(pair)
    assert told.data["common_draws"] == 5
    assert told.data["countries"][country]["welfare"]["difference"]["p05"] == found.p05
    back = compared(RunPair(pair.b, pair.a)).data["countries"][country]["welfare"]["difference"]
    assert back["value"] == -found.value
    assert back["p05"] == pytest.approx(-found.p95)


def test_a_folder_holds_all_that_is_compared(both: tuple[Solved, Solved], tmp_path: Path) -> None:
    for name, one in zip("ab", both, strict=True):
        saved: dict[str, Any] = {"solution": one.point, "ensemble": one.drawn}
        write_folder(one.document, tmp_path / name, saved, answer="result")
    asked = CompareRunsRequest(a=str(tmp_path / "a"), b=str(tmp_path / "b"))
    told = asked.answer(lambda _: None).document.data  # type: ignore[arg-type, return-value]
    here = compared(RunPair(both[0].run("A"), both[1].run("B"))).data
    assert told["countries"] == here["countries"]
    with pytest.raises(InputError, match="are answered already"):
        replace(asked, draws=Draws(number=7)).answer(lambda _: None)  # type: ignore[arg-type, return-value]
    with pytest.raises(FileError, match=r"holds no result.json"):
        KeptRun.read(tmp_path)


def test_what_cannot_be_compared_is_refused(both: tuple[Solved, Solved]) -> None:
    a, b = (one.run(name) for name, one in zip("AB", both, strict=True))

    def other(**world: Any) -> KeptRun:
        return KeptRun("C", {**b.data, "world": {**b.data["world"], **world}}, b.draws)

    with pytest.raises(InputError, match="prices of 1999"):
        RunPair(a, other(year=1999))
    with pytest.raises(InputError, match="answer both in one world"):
        RunPair(a, other(table="0" * 64))
    with pytest.raises(InputError, match="not certified"):
        RunPair(a, KeptRun("C", {**b.data, "certificate": {"certified": False}}, None))


def test_without_common_draws_a_difference_has_no_range(both: tuple[Solved, Solved]) -> None:
    a, b = (one.run(name) for name, one in zip("AB", both, strict=True))
    assert b.draws is not None
    moved = KeptRun("B", b.data, replace(b.draws, quantiles=b.draws.quantiles + 1e-9))
    reseeded = {**b.data, "ranges": {**b.data["ranges"], "seed": 2}}
    for one, why in (
        (moved, "other draws"),
        (KeptRun("B", reseeded, b.draws), "seeds 1 and 2"),
        (KeptRun("B", {**b.data, "ranges": None}, None), "no draws"),
    ):
        pair = RunPair(a, one)
        assert np.isnan(pair.difference(TABLE.countries[0], "welfare").p50)
        assert why in str(compared(pair).data["no_common_draws"])
