"""Sets of trade elasticities: complete, positive, with a source each, and told apart by name."""

from __future__ import annotations

import numpy as np
import pytest

import countervail as cv
from countervail import labels
from countervail.world.elasticities import elasticities, elasticity_sets


@pytest.mark.parametrize("name", sorted(elasticity_sets()))
def test_every_set_covers_both_lists_of_sectors(name: str) -> None:
    for sectors in (labels.SECTORS_37, labels.SECTORS_50):
        theta = np.array(elasticities(name, sectors))
        assert (theta > 0).all()
        assert theta.max() < 100
    assert all(source for _, source in elasticity_sets()[name].values())


def test_the_built_in_world_has_the_set_it_names(oecd: cv.World) -> None:
    again = oecd.with_elasticity_set(oecd.elasticity_set)
    assert np.allclose(again.trade_elasticity, oecd.trade_elasticity, rtol=1e-4)


def test_another_set_changes_the_answer_and_its_name(oecd: cv.World) -> None:
    other = oecd.with_elasticity_set("caliendo-parro-2015")
    assert other.elasticity_set == "caliendo-parro-2015"
    assert not np.allclose(other.trade_elasticity, oecd.trade_elasticity)
    assert np.array_equal(other.trade, oecd.trade)


def test_an_estimate_of_value_net_of_duty_is_one_more_than_theta() -> None:
    """Read as such, the same estimates give a theta lower by one (docs/theory.md, Elasticities)."""
    net, raw = elasticity_sets()["fgo2025-net-of-duty"], elasticity_sets()["fgo2025-raw"]
    estimated = [s for s, (_, source) in net.items() if source.endswith("theta = -epsilon - 1")]
    assert len(estimated) > 15
    for sector in estimated:
        theta = min(raw[sector][0] - 1, 10.0)  # the set is capped at ten, the raw one is not
        assert net[sector][0] == pytest.approx(theta, abs=1e-4), sector


def test_unknown_sets_and_sectors() -> None:
    with pytest.raises(
        cv.InputError, match="no set of elasticities 'fgo2024'; did you mean 'fgo20"
    ):
        elasticities("fgo2024", ["A01"])
    with pytest.raises(cv.InputError, match="the set 'fgo2025' has no elasticity for sector 'Z99'"):
        elasticities("fgo2025", ["A01", "Z99"])
