"""The score: half-widths and intervals by hand, measures left out whole, the shipped table."""

from __future__ import annotations

import pytest

from countervail.backtests.predict import STRUCTURES
from countervail.backtests.ranged import unit_of
from countervail.backtests.score import (
    FACTS,
    Ranking,
    Residual,
    Scored,
    binomial_interval,
    half_width,
    held_by_draws,
    held_by_record,
    held_out,
    scores,
    shipped,
)


def residual(
    error: float, *, measure: str = "m", fact: str = "redirected", kind: str = "punitive"
) -> Residual:
    """A fact observed at nothing and predicted with an error."""
    return Residual("e", measure, kind, "good", "lines", fact, 0.0, error, 1.0)


def several(count: int, kind: str = "punitive", of: float = 1.0) -> list[Residual]:
    return [residual(of * (k + 1), measure=f"m{k}", kind=kind) for k in range(count)]


@pytest.mark.parametrize(
    ("count", "width"), [(0, None), (8, None), (9, 9.0), (10, 10.0), (19, 18.0), (20, 19.0)]
)
def test_a_half_width_is_the_ceil_of_nine_tenths_of_one_more(
    count: int, width: float | None
) -> None:
    assert half_width(several(count)) == width


def test_a_kind_has_its_own_where_there_are_twenty() -> None:
    bans, rest = several(20, "ban", of=10.0), several(20, "moderate")
    assert half_width([*bans, *rest], "ban") == 190.0
    assert half_width([*bans[:19], *rest], "ban") == 160.0  # pooled: the 36th of 39
    assert half_width([*bans, *rest]) == 170.0  # the 37th of 40


def test_a_hit_is_counted_in_parts_of_its_predicted_loss() -> None:
    one = Residual("e", "m", "moderate", "good", "lines", "hit", -10.0, -40.0, 5.0)
    assert (one.error, one.size) == (-30.0, pytest.approx(75.0))
    assert one.size * unit_of("hit", -40.0) == pytest.approx(30.0)


def test_a_measure_is_left_out_whole() -> None:
    alike = [residual(100.0, measure="same") for _ in range(5)]
    others = several(8)
    assert held_out(alike[0], [*alike, *others]) is None  # eight are left
    assert held_out(alike[0], [*alike, *several(9)]) is False
    assert held_out(residual(9.0, measure="same"), [*alike, *several(9)]) is True


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [
        (5, 5, 0.025 ** (1 / 5), 1.0),
        (0, 10, 0.0, 1.0 - 0.025 ** (1 / 10)),
        (8, 10, 0.4439, 0.9748),  # Clopper and Pearson (1934)
    ],
)
def test_the_interval_of_a_part(hits: int, trials: int, low: float, high: float) -> None:
    assert binomial_interval(hits, trials) == pytest.approx((low, high), abs=1e-4)


def test_orders_agree_from_one_to_minus_one() -> None:
    def order(*codes: str) -> Ranking:
        return Ranking("e", "m", "ban", "good", "lines", "ranks", ("A", "B", "C"), codes)

    assert [order(*"ABC").agreement, order(*"CBA").agreement] == [1.0, -1.0]
    assert order(*"BAC").agreement == pytest.approx(0.5)
    assert Ranking("e", "m", "ban", "good", "lines", "first_winner", ("A",), ()).agreement == 0.0


def test_a_score_by_hand() -> None:
    some = [
        Residual("e", "one", "ban", "good", "lines", "rivals", 10.0, 20.0, 4.0),
        Residual("f", "one", "ban", "good", "lines", "rivals", 10.0, 0.0, 6.0),
        Residual("g", "two", "ban", "good", "lines", "rivals", -10.0, 30.0, 8.0),
    ]
    (found,) = scores(Scored(tuple(some), ()))
    assert (found.facts, found.measures, found.noise) == (3, 2, 6.0)
    assert (found.error, found.bias, found.sign) == pytest.approx((20.0, 40.0 / 3.0, 1.0 / 3.0))
    assert (found.half_width, found.ranged, found.inside) == (None, 0, 0)
    assert found.error_se > 0.0


def test_a_range_told_is_no_narrower_than_draws() -> None:
    others = several(9)
    far = residual(50.0, measure="same")._replace(drawn=(-60.0, 60.0))
    assert held_by_record(far, others) is False
    assert held_out(far, others) is True
    assert held_by_draws(far) is True
    assert held_by_draws(residual(50.0)) is None
    assert held_by_draws(far._replace(drawn=(40.0, 60.0))) is False


def test_ranges_of_the_record_hold_nine_of_ten() -> None:
    for one in scores(shipped()):
        if one.ranged:
            low, high = binomial_interval(one.inside, one.ranged)
            assert low <= 0.9 <= high, f"{one.fact}, {one.structure}: {one.inside} of {one.ranged}"


def test_every_structure_is_scored_on_the_same_facts() -> None:
    found = shipped()
    for fact in FACTS:
        asked = [{(r.episode, r.observed) for r in found.of(one, fact)} for one in STRUCTURES]
        assert asked[0] == asked[1] == asked[2] != set()
