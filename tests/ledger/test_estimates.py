"""The ledger's estimates: found with their ranges, moved together, and nothing else is moved."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

import countervail as cv
from countervail.ledger.pricing.estimates import drawn, estimates
from countervail.quantiles import two_piece

MEASURES = (
    "can-chn-ev-surtax-2024",
    "can-usa-motor-vehicles-2025",
    "eu-chn-bev-cvd-2024",
    "usa-can-ieepa-fentanyl-2025",
    "usa-mex-ieepa-fentanyl-2025",
)


@pytest.fixture(scope="module")
def ledger() -> cv.Ledger:
    return cv.open_ledger()


def test_every_kind_is_found_once_with_its_range_and_source(ledger: cv.Ledger) -> None:
    found = {one.name: one for one in estimates(ledger, MEASURES)}
    assert {one.kind for one in found.values()} == {"coverage", "dutiable", "use", "rate"}
    use = found["use usmca"]
    assert (use.low, use.value, use.high) == (0.5, 0.876, 0.9)
    cars = found["dutiable can-usa-motor-vehicles-2025"]
    assert (cars.low, cars.value, cars.high) == (0.5, 0.85, 1.0)
    assert found["coverage can-chn-ev-surtax-2024"].value == 1.0
    assert all(one.source for one in found.values())
    assert list(found) == sorted(found, key=lambda name: (name.split()[0], name))


def test_at_the_median_it_is_the_same_law(ledger: cv.Ledger) -> None:
    names = [one.name for one in estimates(ledger, ledger.measures)]
    same = drawn(ledger, dict.fromkeys(names, 0.5))
    for measure in ledger:
        for old, new in zip(measure.rates, same.measure(measure.id).rates, strict=True):
            assert new.rate == pytest.approx(old.rate) if old.rate else new.rate == old.rate
        for table, other in zip(measure.coverage, same.measure(measure.id).coverage, strict=True):
            assert other.weights == pytest.approx(table.weights)


@given(st.floats(0.01, 0.99))
def test_a_coverage_moves_all_estimated_weights_of_its_measure(u: float) -> None:
    ledger = cv.open_ledger()
    id = "can-chn-ev-surtax-2024"
    moved = drawn(ledger, {f"coverage {id}": u})
    for table, other in zip(ledger.measure(id).coverage, moved.measure(id).coverage, strict=True):
        low, high = table.multiples
        multiple = 1.0 if table.basis == "whole" else max(two_piece(u, low, 1.0, high), 0.0)
        for key, weight in table.weights.items():
            assert other.weights[key] == pytest.approx(min(weight * multiple, 1.0))
    untouched = [m for m in ledger if m.id != id]
    assert all(moved.measure(m.id) is m for m in untouched)


def test_a_programme_moves_in_every_measure_that_exempts_its_goods(ledger: cv.Ledger) -> None:
    moved = drawn(ledger, {"use usmca": 0.05})
    for id in ("usa-can-ieepa-fentanyl-2025", "usa-mex-ieepa-fentanyl-2025"):
        shares = {
            (old.exempt.low, new.exempt.share)
            for old, new in zip(ledger.measure(id).rates, moved.measure(id).rates, strict=True)
            if old.exempt is not None and new.exempt is not None and old.exempt.low is not None
        }
        assert shares
        assert all(share == pytest.approx(low) for low, share in shares)


@pytest.mark.parametrize("u", [1e-9, 1 - 1e-9])
def test_far_out_shares_stay_shares_and_rates_stay_rates(ledger: cv.Ledger, u: float) -> None:
    names = [one.name for one in estimates(ledger, ledger.measures)]
    for measure in drawn(ledger, dict.fromkeys(names, u)):
        for rate in measure.rates:
            assert rate.rate is None or rate.rate >= 0.0
            assert rate.exempt is None or 0.0 <= rate.exempt.share <= 1.0
            assert rate.dutiable_share is None or 0.0 <= rate.dutiable_share.value <= 1.0
        for table in measure.coverage:
            assert all(0.0 <= weight <= 1.0 for weight in table.weights.values())


def test_a_ledger_can_be_sent_to_another_process(ledger: cv.Ledger) -> None:
    again = pickle.loads(pickle.dumps(ledger))
    assert again.hash == ledger.hash
    assert dict(again.paths) == dict(ledger.paths)
