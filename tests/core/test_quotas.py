"""Quotas and tariff-rate quotas: complementarity, identity 14, limits, derivatives, two roads."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countervail.core import batch, levers
from countervail.core.certificate import TOLERANCE
from countervail.core.choices.binding_quotas import Limited
from countervail.core.model import Hats
from countervail.core.sweep import markets
from countervail.errors import InputError
from countervail.models import CaliendoParro
from countervail.models.economy import Economy
from countervail.state import State, solve_state
from countervail.testing import levels
from countervail.testing.shocks import LineTable
from tests.core.quota_worlds import (
    BINDING,
    EXPORTERS,
    IMPORTERS,
    NOBODY,
    NONE,
    TREASURY,
    limited,
    small,
    solved,
)

PURE_AND_RATE = (np.inf, 0.2, np.inf)
TIGHT = (0.5, 0.3, 0.6)
CLOSE = 1e-10


def of_quotas(
    state: State, parts: tuple[float, ...], above: tuple[float, ...], to: tuple[int, ...]
):
    base, _ = limited(parts, above, to)
    found = markets(BINDING, base, state.solved.hats, state.weights).limited
    assert isinstance(found, Limited)
    return found


@settings(max_examples=12, deadline=None)
@given(
    parts=st.tuples(*[st.floats(0.05, 3.0)] * 3),
    above=st.tuples(*[st.sampled_from((0.0, 0.02, 0.3, np.inf))] * 3),
    to=st.tuples(*[st.sampled_from((TREASURY, IMPORTERS, EXPORTERS, NOBODY))] * 3),
)
def test_complementary_and_revenue_and_rent_are_the_wedge(
    parts: tuple[float, ...], above: tuple[float, ...], to: tuple[int, ...]
) -> None:
    base, shock = limited(parts, above, to)
    state = solve_state(BINDING, base, shock)
    assert state.certificate.residual <= TOLERANCE
    assert shock.quotas is not None
    assert shock.lines is not None
    premium = np.expm1(state.solved.claimed.others[-1])
    found = of_quotas(state, parts, above, to).rents
    used = found.quantity[:, 0] / shock.quotas.quantity
    for q in range(3):
        # to what a solve leaves: a quota that is just full has a premium of a few 1e-12
        assert -CLOSE <= premium[q] <= above[q] + CLOSE
        if used[q] < 1.0 - 1e-9:
            assert abs(premium[q]) <= CLOSE
        if used[q] > 1.0 + 1e-9:
            assert premium[q] == pytest.approx(above[q], abs=1e-12)
    # identity 14, rates read from the law: every line of a quota has the same part above it
    assert base.quotas is not None
    inside = shock.lines.tariff_new[shock.quotas.line]
    over = np.maximum(0.0, 1.0 - 1.0 / np.maximum(used, 1e-300))
    at_cap = premium >= np.array(above) - 1e-12
    over = np.where(at_cap, over, 0.0)
    rate = np.bincount(base.quotas.quota, inside) / np.bincount(base.quotas.quota)
    alone = 1  # the quota of one line, whose rate is one number
    border = found.border[alone, 0]
    duty = (rate + np.where(at_cap, (1.0 + rate) * premium, 0.0) * over)[alone] * border
    rent = ((1.0 + rate) * premium * (1.0 - over))[alone] * border
    assert found.duty[alone, 0] == pytest.approx(duty, rel=1e-9, abs=1e-9 * border)
    assert found.rent[alone, 0] == pytest.approx(rent, rel=1e-9, abs=1e-9 * border)
    paid = (1.0 + rate[alone]) * (1.0 + premium[alone]) * border
    assert found.duty[alone, 0] + found.rent[alone, 0] == pytest.approx(paid - border, abs=1e-9)


def test_a_quota_that_does_not_bind_is_the_rate_inside_it() -> None:
    base, shock = limited((1e3, np.inf, 1e3), NONE, (0, 1, 2))
    plain = solve_state(CaliendoParro(), base._replace(quotas=None), shock._replace(quotas=None))
    state = solve_state(BINDING, base, shock)
    np.testing.assert_allclose(state.outcome.trade, plain.outcome.trade, rtol=1e-9)
    assert (state.solved.claimed.others[-1] == 0).all()


@pytest.mark.parametrize("part", [0.0, 1e-9])
def test_a_quota_of_nothing_is_the_rate_above_it(part: float) -> None:
    base, shock = limited((part, part, part), (0.4, 0.1, 0.7), (1, 2, 3))
    assert shock.lines is not None
    assert shock.quotas is not None
    rates = shock.lines.tariff_new.copy()
    rates[shock.quotas.line] = shock.quotas.above
    above = shock._replace(lines=shock.lines._replace(tariff_new=rates), quotas=None)
    plain = solve_state(CaliendoParro(), base._replace(quotas=None), above)
    state = solve_state(BINDING, base, shock)
    np.testing.assert_allclose(state.outcome.trade, plain.outcome.trade, rtol=1e-7, atol=1e-6)
    np.testing.assert_allclose(state.outcome.income, plain.outcome.income, rtol=1e-8)
    np.testing.assert_allclose(state.outcome.revenue, plain.outcome.revenue, rtol=1e-6, atol=1e-6)


def test_an_import_quota_of_next_to_nothing_is_a_ban() -> None:
    base, shock = limited((1e-9, 1e-9, 1e-9), NONE, (0, 1, 3))
    assert shock.lines is not None
    assert shock.quotas is not None
    barrier = shock.lines.iceberg_hat.copy()
    barrier[shock.quotas.line] = np.inf
    ban = shock._replace(lines=shock.lines._replace(iceberg_hat=barrier), quotas=None)
    plain = solve_state(CaliendoParro(), base._replace(quotas=None), ban)
    state = solve_state(BINDING, base, shock)
    np.testing.assert_allclose(state.outcome.wage_hat, plain.outcome.wage_hat, rtol=1e-6)
    np.testing.assert_allclose(state.outcome.income, plain.outcome.income, rtol=1e-6)


def test_treasury_or_importers_are_one_income_and_exporters_are_paid_by_them() -> None:
    def at(to: int) -> State:
        return solved(TIGHT, PURE_AND_RATE, (to,) * 3)

    treasury, importers, exporters, nobody = map(at, (TREASURY, IMPORTERS, EXPORTERS, NOBODY))
    np.testing.assert_allclose(treasury.outcome.income, importers.outcome.income, rtol=1e-9)
    rents = of_quotas(importers, TIGHT, PURE_AND_RATE, (IMPORTERS,) * 3)
    np.testing.assert_allclose(
        treasury.outcome.revenue - importers.outcome.revenue,
        rents.received[0][:, 0],
        rtol=1e-6,
        atol=1e-6,
    )
    assert (nobody.outcome.income.sum()) < importers.outcome.income.sum()
    # what exporters hold is in the value at the border: their exports, and others' imports
    base, shock = limited(TIGHT, PURE_AND_RATE, (EXPORTERS,) * 3)
    held = of_quotas(exporters, TIGHT, PURE_AND_RATE, (EXPORTERS,) * 3).received[1][:, 0]
    more = (exporters.outcome.border - exporters.outcome.trade).sum(axis=(0, 1))
    np.testing.assert_allclose(more, held, rtol=1e-9, atol=1e-9)
    assert base.quotas is not None
    assert shock.quotas is not None


@pytest.mark.parametrize(
    ("parts", "above", "to"),
    [
        (TIGHT, PURE_AND_RATE, (EXPORTERS, NOBODY, IMPORTERS)),
        ((5.0, 0.6, 0.7), (np.inf, 0.05, 0.03), (TREASURY, EXPORTERS, NOBODY)),
    ],
)
def test_the_same_in_levels(
    parts: tuple[float, ...], above: tuple[float, ...], to: tuple[int, ...]
) -> None:
    table, _, lines = small()
    base, shock = limited(parts, above, to)
    assert base.quotas is not None
    assert shock.quotas is not None
    words = ("treasury", "importers", "exporters", "nobody")
    quotas = levels.LevelQuotas(
        shock.quotas.line,
        base.quotas.quota,
        shock.quotas.above,
        shock.quotas.quantity,
        tuple(words[k] for k in to),  # type: ignore[misc]
    )
    other = levels.solve_levels(
        table.trade,
        table.tariff,
        table.input_share,
        table.trade_elasticity,
        lines=LineTable(*lines),
        quotas=quotas,
    )
    state = solved(parts, above, to)
    np.testing.assert_allclose(
        other.premium, np.expm1(state.solved.claimed.others[-1]), rtol=1e-8, atol=1e-9
    )
    for theirs, ours in (
        (other.wage_hat, state.outcome.wage_hat),
        (other.income, state.outcome.income),
        (other.trade, state.outcome.trade.transpose(2, 1, 0)),
        (other.border_trade, state.outcome.border.transpose(2, 1, 0)),
        (other.deficit, state.outcome.deficit),
    ):
        np.testing.assert_allclose(theirs, ours, rtol=1e-8, atol=1e-6)


@pytest.mark.parametrize("wrong", [0.9, 1.1])
def test_another_premium_is_not_certified(wrong: float) -> None:
    to = (EXPORTERS, NOBODY, IMPORTERS)
    base, shock = limited(TIGHT, PURE_AND_RATE, to)
    state = solved(TIGHT, PURE_AND_RATE, to)
    hats = state.solved.claimed
    claimed = Hats(*hats.common, (hats.others[-1] * wrong,))
    certificate = BINDING.verify(base, shock, claimed, state.outcome)
    quotas = next(one for one in certificate.blocks if one.name == "quotas")
    assert quotas.residual > 1e-3
    assert certificate.residual > 1e-3


def test_a_line_may_lie_in_a_quota_that_is_law_and_in_one_that_is_not() -> None:
    parts, above, to = (0.5, 0.3, 0.6), (0.3, 0.3, 0.3), (EXPORTERS, IMPORTERS, NOBODY)
    base, shock = limited(parts, above, to)
    law, cells = shock.quotas, base.quotas
    assert law is not None
    assert cells is not None
    again = np.flatnonzero(cells.quota != 1)  # their lines, in a fourth quota of another state
    more = cells._replace(
        **{key: np.append(a, a[again]) for key, a in cells._asdict().items() if key != "to"}
    )
    more.quota[len(cells.quota) :] = 3
    both = shock._replace(
        quotas=law._replace(
            line=np.append(law.line, law.line[again]),
            above=np.append(law.above, np.full(len(again), np.inf)),
            quantity=np.append(law.quantity, np.inf),
        )
    )
    to_whom = np.hstack([cells.to, cells.to[:, :1]])
    state = solve_state(BINDING, base._replace(quotas=more._replace(to=to_whom)), both)
    assert state.certificate.residual <= TOLERANCE
    premium = state.solved.claimed.others[-1].ravel()
    assert premium[3] == 0.0
    np.testing.assert_allclose(
        premium[:3], solved(parts, above, to).solved.claimed.others[-1].ravel()
    )


def test_side_by_side_as_alone() -> None:
    to = (EXPORTERS, NOBODY, IMPORTERS)
    cases = [(TIGHT, PURE_AND_RATE), ((5.0, 0.6, 0.7), (np.inf, 0.05, 0.03))]
    base, _ = limited(*cases[0], to)
    shocks = [limited(*case, to)[1] for case in cases]
    alone = [solved(*case, to) for case in cases]
    found = batch.solve_block(BINDING, base, shocks, [None, None], 1e-12)
    for one, state in zip(found, alone, strict=True):
        assert not isinstance(one, Exception)
        np.testing.assert_allclose(
            one.hats.others[-1], state.solved.hats.others[-1], rtol=1e-8, atol=1e-10
        )
        np.testing.assert_allclose(one.totals.income, state.outcome.income, rtol=1e-9)


@pytest.mark.slow
def test_compiled_as_in_numpy() -> None:
    pytest.importorskip("jax")
    from countervail.core import compiled

    to = (EXPORTERS, NOBODY, IMPORTERS)
    cases = [(TIGHT, PURE_AND_RATE), ((5.0, 0.6, 0.7), (np.inf, 0.05, 0.03))]
    base, _ = limited(*cases[0], to)
    shocks = [limited(*case, to)[1] for case in cases]
    found = compiled.solve_block(BINDING, base, shocks, [None, None], 1e-12)
    for one, case in zip(found, cases, strict=True):
        assert not isinstance(one, Exception)
        np.testing.assert_allclose(
            one.hats.others[-1], solved(*case, to).solved.hats.others[-1], rtol=1e-8, atol=1e-10
        )


@pytest.mark.parametrize(
    ("parts", "above"), [(TIGHT, PURE_AND_RATE), ((5.0, 0.6, 0.7), (np.inf, 0.05, 0.03))]
)
def test_unknowns_move_on_every_lever_as_differences_do(
    parts: tuple[float, ...], above: tuple[float, ...]
) -> None:
    """On the active set: quotas that are full, exceeded, and not used up stay so."""
    pytest.importorskip("jax")
    from countervail.core import derivative

    to = (EXPORTERS, NOBODY, IMPORTERS)
    base, shock = limited(parts, above, to)
    state = solved(parts, above, to)
    assert shock.quotas is not None
    at, rng = levers.in_force(base, shock), np.random.default_rng(1)
    change = levers.Levers(*(rng.uniform(0.5, 1.0, np.shape(part)) for part in at))
    gift = 0.01 * base.value_added * (change.transfer - change.transfer.mean())
    change = change._replace(
        tariff=0.0 * change.tariff,  # whole cells: the lines have what is theirs
        iceberg_hat=0.0 * change.iceberg_hat,
        export_tax=0.1 * change.export_tax * (1.0 - np.eye(len(base.value_added))),
        transfer=gift - base.value_added * (gift.sum() / base.value_added.sum()),
        quota_quantity=change.quota_quantity * shock.quotas.quantity,
    )
    point = derivative.Point(state.solved.hats, state.weights)
    moved = derivative.displacement(BINDING, base, point, levers.push(base, shock, change))
    ends = []
    for step in (-1e-5, 1e-5):
        values = (level + step * by for level, by in zip(at, change, strict=True))
        there = levers.state(levers.Levers(*values), shock.lines, shock.quotas)
        there = there._replace(tariff_new=None, iceberg_hat=None)
        near = solve_state(BINDING, base, there, state.solved.hats, beside=1e-6)
        ends.append(near.solved.hats)
    for one, two, by in zip(*(hats.blocks for hats in (*ends, moved)), strict=True):
        np.testing.assert_allclose(by, (two - one) / 2e-5, rtol=1e-4, atol=2e-6)


def test_push_and_pull_are_transposes() -> None:
    base, shock = limited(TIGHT, PURE_AND_RATE, (0, 1, 2))
    rng = np.random.default_rng(0)
    at = levers.in_force(base, shock)
    change = levers.Levers(*(rng.normal(size=np.shape(part)) for part in at))
    pushed = levers.push(base, shock, change)
    assert pushed.quotas is not None
    worth = pushed._replace(
        **{
            name: rng.normal(size=part.shape)
            for name, part in pushed._asdict().items()
            if name != "quotas"
        },
        quotas=levers.QuotaParts(*(rng.normal(size=part.shape) for part in pushed.quotas)),
    )
    pulled = levers.pull(base, shock, worth)
    there = sum((a * b).sum() for a, b in zip(pushed[:-1], worth[:-1], strict=True))
    assert worth.quotas is not None
    there += sum((a * b).sum() for a, b in zip(pushed.quotas, worth.quotas, strict=True))
    back = sum((a * b).sum() for a, b in zip(pulled, change, strict=True))
    assert there == pytest.approx(back, rel=1e-10)


def test_what_is_no_quota_is_refused() -> None:
    base, shock = limited(TIGHT, (np.inf, 0.2, np.inf), (0, 0, 0))
    assert shock.quotas is not None
    limits = shock.quotas
    cases = {
        "is below the rate inside it": limits._replace(above=np.zeros_like(limits.above)),
        "at least 0": limits._replace(quantity=-limits.quantity),
        "is a ban": limits._replace(quantity=np.zeros_like(limits.quantity)),
    }
    for words, wrong in cases.items():
        with pytest.raises(InputError, match=words):
            BINDING.prepare(base, shock._replace(quotas=wrong))


def test_without_quotas_nothing_is_added() -> None:
    base, shock = limited(TIGHT, PURE_AND_RATE, (0, 0, 0))
    assert Economy().unknowns == BINDING.unknowns[:-1]
    assert Economy().prepare(base, shock).quotas is None
    plain = solve_state(Economy(), base, shock)
    same = solve_state(BINDING, base._replace(quotas=None), shock)
    for one, two in product((plain,), (same,)):
        np.testing.assert_array_equal(one.outcome.trade, two.outcome.trade)
