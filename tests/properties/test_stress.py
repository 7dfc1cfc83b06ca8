"""Hard worlds and shocks: certified or truly refused, in any order, unit of money or numeraire.

The cases are those of ``python -m benchmarks.stress``, which draws them by the thousand.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countervail.bridge import baseline, shock_of
from countervail.core import ladder
from countervail.core.choices.factors import MobileLabour
from countervail.solving import balanced
from countervail.testing.strategies import SEEDS

# benchmarks/ is part of the source tree, not of the installed package
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.stress import cases, verdict
from benchmarks.stress.cases import Case

SMALL = st.builds(lambda seed: cases.draw(seed, built_in_share=0.0, large=0.0), SEEDS)
RELATIVE = st.builds(
    lambda seed: cases.draw(seed, built_in_share=0.0, large=0.0),
    SEEDS,
).filter(lambda case: case.closure in ("own_income", "closed") and case.transfer is None)
"""Cases whose closure is not stated in money of any kind."""


@settings(max_examples=20)
@given(SMALL)
def test_certified_or_refused_for_a_true_reason(case: Case) -> None:
    judged = verdict.judge(case)
    assert judged.good, f"replay {case.seed}: {judged.outcome}, {judged.truth}: {judged.said}"


@settings(max_examples=8)
@given(st.builds(cases.draw_with_goods, SEEDS))
def test_with_goods_certified_or_refused_for_a_true_reason(case: Case) -> None:
    judged = verdict.judge(case)
    assert judged.good, f"replay {case.seed}: {judged.outcome}, {judged.truth}: {judged.said}"


@pytest.mark.slow
@settings(max_examples=300)
@given(st.builds(cases.draw_with_goods, SEEDS))
def test_many_more_with_goods(case: Case) -> None:
    judged = verdict.judge(case)
    assert judged.good, f"replay {case.seed}: {judged.outcome}, {judged.truth}: {judged.said}"


@pytest.mark.slow
@settings(max_examples=2000)
@given(SEEDS)
def test_many_more_and_larger_ones(seed: int) -> None:
    judged = verdict.judge(cases.draw(seed))
    assert judged.good, f"replay {seed}: {judged.outcome}, {judged.truth}: {judged.said}"


@settings(max_examples=6)
@given(SMALL, st.randoms(use_true_random=False))
def test_no_verdict_depends_on_the_order_of_countries_or_sectors(
    case: Case,
    random: object,
) -> None:
    countries, _, sectors = case.table.trade.shape
    order = [0, *random.sample(range(1, countries), countries - 1)]  # type: ignore[attr-defined]
    goods = random.sample(range(sectors), sectors)  # type: ignore[attr-defined]
    there = permuted(case, order, goods)
    first, second = answer(case), answer(there)
    if isinstance(first, str) or isinstance(second, str):
        assert first == second
    else:
        np.testing.assert_allclose(second, first[order], atol=1e-4)


@settings(max_examples=12)
@given(SMALL, st.sampled_from([1e-5, 1e7]))
def test_no_verdict_depends_on_the_unit_of_money(case: Case, unit: float) -> None:
    transfer = None if case.transfer is None else unit * case.transfer
    there = case._replace(
        table=case.table.replace(trade=unit * case.table.trade), transfer=transfer
    )
    first, second = answer(case), answer(there)
    if isinstance(first, str) or isinstance(second, str):
        assert first == second
    else:
        np.testing.assert_allclose(second, first, atol=1e-4)


@settings(max_examples=5)
@given(RELATIVE, st.sampled_from(["a wage", "the mean wage"]))
def test_no_answer_depends_on_the_numeraire(case: Case, kind: str) -> None:
    """The equations once more, with other wages held at one: real wages and trade are the same."""
    world, model = case.world(), case.model()
    if model.balances_first:
        try:
            world = balanced(world, model)
        except verdict.cv.NotCertified:
            return
    base = baseline(world)
    resolved = case.scenario().resolve(world)

    def real() -> tuple[np.ndarray, np.ndarray] | None:
        try:
            weights = model.prepare(base, shock_of(resolved.after, resolved))
            hats = ladder.solve(model, base, weights, 1e-11).hats
        except verdict.cv.NotCertified:
            return None
        shares = model.outcome(base, hats, weights).trade_share
        return (hats.wage - (base.final_share[..., None] * hats.price).sum(axis=0))[:, 0], shares

    held = {
        "a wage": lambda _of, wage, _base, _weights, _own: wage - wage[-1:],
        "the mean wage": lambda _of, wage, _base, _weights, _own: wage - wage.mean(axis=0),
    }[kind]
    usual = real()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MobileLabour, "numeraire", held)
        other = real()
    assert (usual is None) == (other is None)
    if usual is not None and other is not None:
        np.testing.assert_allclose(other[0], usual[0], atol=1e-6)
        np.testing.assert_allclose(other[1], usual[1], atol=1e-5)


def answer(case: Case) -> np.ndarray | str:
    """Welfare in per cent, by country, or the name of the reason there is none."""
    try:
        solution = verdict.cv.solve(case.world(), case.scenario(), case.model())
    except verdict.cv.NotCertified as refusal:
        return verdict.reasons.reason_of(str(refusal))
    return np.asarray(solution.arrays["welfare"])


def permuted(case: Case, countries: list[int], sectors: list[int]) -> Case:
    """The same case with countries and sectors in another order."""
    shock = case.shock

    def cube(values: np.ndarray | None) -> np.ndarray | None:
        return None if values is None else values[np.ix_(countries, countries, sectors)]

    lines = shock.lines
    if lines is not None:
        place, good = np.argsort(countries), np.argsort(sectors)
        lines = type(lines)(
            place[lines.exporter],
            place[lines.importer],
            good[lines.sector],
            *(lines.weight, lines.tariff, lines.tariff_new, lines.iceberg_hat),
        )
    productivity = shock.productivity_hat
    moved = shock.replace(
        tariff_new=cube(shock.tariff_new),
        iceberg_hat=cube(shock.iceberg_hat),
        productivity_hat=None if productivity is None else productivity[np.ix_(countries, sectors)],
        labour_hat=None if shock.labour_hat is None else shock.labour_hat[countries],
        lines=lines,
    )
    transfer = None if case.transfer is None else case.transfer[countries]
    table = case.table.permuted(countries, sectors)
    return case._replace(table=table, shock=moved, transfer=transfer)
