"""Weights of overlapping product groups: atoms reproduce every coverage that can hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countervail.ledger.pricing import atoms

CODES = 12


def family(*groups: set[int], whole: tuple[int, ...] = ()) -> atoms.Family:
    named = np.zeros((len(groups), CODES), dtype=np.bool_)
    for g, codes in enumerate(groups):
        named[g, sorted(codes)] = True
    everything = np.ones(CODES)
    return atoms.family(named, everything, everything > 0, np.isin(np.arange(len(groups)), whole))


def in_parts(*parts: tuple[float, set[int]], home: bool = True) -> atoms.Family:
    """Return a family of pieces of the given sizes; groups are numbered from zero."""
    count = 1 + max((g for _, named in parts for g in named), default=0)
    named = np.array([[g in one for _, one in parts] for g in range(count)])
    size = np.array([part for part, _ in parts])
    return atoms.family(named, size, np.full(len(parts), home), np.zeros(count, dtype=np.bool_))


def fit(groups: atoms.Family, *weights: float, estimated: bool = False) -> atoms.AtomWeights:
    flags = np.full(len(weights), estimated)
    return atoms.fit(groups, np.array([weights]), flags)


def by_members(fitted: atoms.AtomWeights, row: int = 0) -> dict[tuple[int, ...], float]:
    found: dict[tuple[int, ...], float] = {}
    for a in np.flatnonzero(fitted.atom[row]):
        key = tuple(int(g) for g in np.flatnonzero(fitted.member[:, a]))
        found[key] = found.get(key, 0.0) + float(fitted.atom[row, a])
    return found


def test_disjoint_and_nested_groups_come_out_exactly() -> None:
    apart = fit(family({0, 1}, {2}), 0.3, 0.2)
    assert by_members(apart) == pytest.approx({(0,): 0.3, (1,): 0.2, (): 0.5})
    inside = fit(family({0, 1, 2}, {2}), 0.3, 0.2)
    assert by_members(inside) == pytest.approx({(0,): 0.1, (0, 1): 0.2, (): 0.7})
    twins = fit(family({0, 1}, {0, 1}), 0.3, 0.3)
    assert by_members(twins) == pytest.approx({(0, 1): 0.3, (): 0.7})


def test_a_whole_group_leaves_no_rest() -> None:
    fitted = fit(family({0}, {2}, whole=(0,)), 1.0, 0.2)
    assert by_members(fitted) == pytest.approx({(0,): 0.8, (0, 1): 0.2})


def test_crossing_groups_take_the_maximum_entropy_weights() -> None:
    fitted = fit(family({0, 1, 2, 3}, {2, 3, 4, 5}), 0.4, 0.5)
    found = by_members(fitted)
    assert found[0,] + found[0, 1] == pytest.approx(0.4)
    assert found[1,] + found[0, 1] == pytest.approx(0.5)
    # the odds ratio is that of the numbers of codes: 2 in common, 6 in the rest, 2 and 2 alone
    odds = found[0, 1] * found[()] / (found[0,] * found[1,])
    assert odds == pytest.approx(2 * 6 / (2 * 2))


def test_estimates_stay_within_their_limit_and_the_excess_is_told() -> None:
    fitted = fit(family({0}, {1}), 0.8, 0.4, estimated=True)
    assert by_members(fitted) == pytest.approx({(0,): 0.95 * 2 / 3, (1,): 0.95 / 3, (): 0.05})
    assert fitted.excess[0] == pytest.approx([0.8 - 0.95 * 2 / 3, 0.4 - 0.95 / 3])
    assert not fitted.contradicted.any()
    known = fit(family({0}, {1}), 0.6, 0.4)
    assert by_members(known) == pytest.approx({(0,): 0.6, (1,): 0.4})


def test_what_is_known_better_limits_an_estimate() -> None:
    groups = family({0}, {1})
    fitted = atoms.fit(groups, np.array([[0.7, 0.5]]), np.array([False, True]))
    assert by_members(fitted) == pytest.approx({(0,): 0.7, (1,): 0.3})
    assert fitted.excess[0] == pytest.approx([0.0, 0.2])
    inner = atoms.fit(family({0, 1}, {1}), np.array([[0.2, 0.5]]), np.array([False, True]))
    assert by_members(inner) == pytest.approx({(0, 1): 0.2, (): 0.8})
    assert inner.contradicted.all()
    outer = atoms.fit(family({0, 1}, {1}), np.array([[0.2, 0.5]]), np.array([True, False]))
    assert by_members(outer) == pytest.approx({(0, 1): 0.5, (): 0.5})
    assert outer.contradicted.all()


def test_coverages_that_cannot_hold_are_brought_in_line() -> None:
    # 0 and 1 cross, 2 lies apart: together they ask for more than there is
    groups = family({0, 1}, {1, 2}, {3})
    fitted = fit(groups, 0.9, 0.9, 0.6, estimated=True)
    assert fitted.atom.sum() == pytest.approx(1.0)
    assert (fitted.atom >= 0).all()
    assert fitted.atom[0] @ fitted.member.any(axis=0) <= 0.95 + 1e-6
    assert (fitted.group[0] < [0.9, 0.9, 0.6]).all()
    ratio = fitted.group[0] / [0.9, 0.9, 0.6]
    assert ratio == pytest.approx(ratio[0], rel=0.01)


def test_rounded_coverages_that_add_up_to_everything_are_no_contradiction() -> None:
    # crossing groups, two of which are complements: 0.0251 + 0.975 is 1 in the source
    groups = family({0, 1}, set(range(2, CODES)), {1, 2})
    fitted = fit(groups, 0.0251, 0.975, 0.1)
    assert not fitted.contradicted.any()
    assert fitted.atom[0] @ fitted.member.T == pytest.approx([0.0251, 0.975, 0.1], rel=0.005)


@settings(deadline=None)
@given(
    st.lists(st.sets(st.integers(0, CODES - 1), min_size=1), min_size=1, max_size=5),
    st.integers(0, 2**32 - 1),
)
def test_coverages_of_real_trade_are_reproduced(groups: list[set[int]], seed: int) -> None:
    """Weights that come from trade by code can hold together, so all of them do."""
    rng = np.random.default_rng(seed)
    trade = rng.lognormal(0.0, 1.0, (4, CODES))
    trade /= trade.sum(axis=1, keepdims=True)
    made = family(*groups)
    weight = np.stack([trade[:, sorted(g)].sum(axis=1) for g in groups], axis=1)
    weight = np.minimum(weight, 1.0)
    fitted = atoms.fit(made, weight, np.zeros(len(groups), dtype=np.bool_))
    assert (fitted.atom >= 0).all()
    assert fitted.atom.sum(axis=1) == pytest.approx(1.0, abs=1e-14)
    assert fitted.atom @ fitted.member.T == pytest.approx(weight, abs=1e-9, rel=0.005)
    assert not fitted.contradicted.any()
    assert fitted.excess == pytest.approx(0.0)


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.sets(st.integers(0, CODES - 1), min_size=1), min_size=1, max_size=4),
    st.lists(st.floats(0.0, 1.0), min_size=4, max_size=4),
    st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_whatever_is_asked_the_weights_are_weights(
    groups: list[set[int]], asked: list[float], flags: list[bool]
) -> None:
    count = len(groups)
    estimated = np.array(flags[:count])
    fitted = atoms.fit(family(*groups), np.array([asked[:count]]), estimated)
    assert (fitted.atom >= 0).all()
    assert fitted.atom.sum() == pytest.approx(1.0)
    assert np.isfinite(fitted.group).all()
    assert (fitted.excess >= 0).all()
    if estimated.all():
        named = set().union(*groups)
        most = 1.0 if len(named) == CODES else 0.95
        assert fitted.atom[0] @ fitted.member.any(axis=0) <= most + 1e-6


def test_parts_of_subheadings_count_as_parts() -> None:
    # two groups cross in a fifth of a subheading; what neither names is four tenths of one
    fitted = fit(in_parts((0.2, {0, 1}), (0.4, {0}), (1.0, {1}), (0.4, set())), 0.4, 0.5)
    found = by_members(fitted)
    odds = found[0, 1] * found[()] / (found[0,] * found[1,])
    assert odds == pytest.approx(0.2 * 0.4 / (0.4 * 1.0))


def test_a_rest_that_nothing_counts_takes_only_what_the_coverages_leave() -> None:
    # the groups name every subheading: with room for both, hardly anything lies outside them
    groups = in_parts((1.0, {0}), (1.0, {0, 1}), (1.0, {1}))
    found = by_members(fit(groups, 0.6, 0.7))
    assert found[()] < 0.002
    assert found[0, 1] == pytest.approx(0.3, abs=0.002)
    short = by_members(fit(groups, 0.3, 0.4))
    assert short[()] == pytest.approx(0.3, abs=0.01)


def test_estimates_that_name_the_whole_sector_may_be_all_of_it() -> None:
    whole = fit(in_parts((1.0, {0}), (1.0, {1})), 0.7, 0.5, estimated=True)
    assert by_members(whole) == pytest.approx({(0,): 0.7 / 1.2, (1,): 0.5 / 1.2})
    crossing = fit(in_parts((1.0, {0}), (1.0, {0, 1}), (1.0, {1})), 0.99, 0.99, estimated=True)
    assert crossing.group[0] == pytest.approx([0.99, 0.99], rel=0.005)
    almost = fit(in_parts((1.0, {0}), (1.0, {1}), (0.1, set())), 0.7, 0.5, estimated=True)
    assert almost.group[0].sum() == pytest.approx(atoms.ESTIMATED_LIMIT)


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.sets(st.integers(0, 5), min_size=1), min_size=2, max_size=4),
    st.lists(st.floats(0.2, 1.0), min_size=4, max_size=4),
    st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_the_common_factor_is_the_largest_that_holds(
    groups: list[set[int]], asked: list[float], flags: list[bool]
) -> None:
    """Bisection to fourteen digits of two: it holds there, and not one digit above."""
    made = family(*groups)
    weight = np.array([asked[: len(groups)], asked[-len(groups) :]])
    estimated = np.array([True, *flags[1 : len(groups)]])

    def holds(factor: np.ndarray) -> np.ndarray:
        scaled = np.where(estimated, weight * factor[:, None], weight)
        most = made.limit(estimated)
        return atoms._within_limit(made.member, made.prior, scaled, estimated, most)[1]

    found = atoms._largest_factor(made.member, made.prior, weight, estimated, made.limit(estimated))
    step = 2.0**-14
    assert ((found / step) % 1.0 == 0.0).all()
    above = found + step
    assert (holds(found) | (found == 0.0)).all()
    assert (~holds(above) | (above >= 1.0)).all()


def test_the_common_factor_by_hand() -> None:
    # two groups apart ask for 1.5 of a cell that estimates may fill to 0.95; a third is known
    made = family({0}, {1}, {0, 2})
    weight = np.array([[0.9, 0.6, 0.0]])
    estimated = np.array([True, True, False])
    weight[0, 2] = 0.95
    found = atoms._largest_factor(made.member, made.prior, weight, estimated, 0.95)
    # the second group has only the 0.05 that the known one leaves
    assert found[0] == pytest.approx(0.05 / 0.6, rel=0.02)
