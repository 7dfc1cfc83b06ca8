"""Who depends on whom: chains of value added, concentration, chokepoints, decoupling."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.testing import assert_allclose

import countervail as cv
from countervail import labels
from countervail.errors import InputError, NoEquilibrium
from countervail.present.exposed import document
from countervail.studies import since, value_added
from countervail.studies.concentration import Concentration, hhi, makers_of_half
from countervail.studies.decoupling import decoupling
from countervail.studies.exposure import Exposure, exposure
from countervail.testing import Table, random_world, tiny
from countervail.testing.strategies import tables

Array = np.ndarray


def by_hand() -> Table:
    """Two countries, one sector: inputs are a half of output in the first, a quarter in the other.

    Of what the first spends a quarter comes from the second; of what that spends, a third from
    the first. Final demand: 30 and 95.
    """
    trade = np.array([[[60.0], [40.0]], [[20.0], [80.0]]])
    shares = np.array([[[0.5]], [[0.25]]])
    return Table(trade, np.zeros_like(trade), shares, np.array([4.0]))


def chains(table: Table) -> tuple[Array, Array]:
    """Value added by whose final demand it ends in, and by origin in a USD of output."""
    world = table.world()
    books = world.accounts
    received = value_added.receipts_share(world.trade, books.expenditure)
    share = books.value_added_share
    ends = value_added.absorbed(received, world.input_share, books.final_spending, share)
    return ends, value_added.content(received, world.input_share, share)


def leontief(table: Table) -> tuple[Array, Array, Array]:
    """(I - A)^-1 as one matrix, final demand by destination, and duties per unit of output."""
    world = table.world()
    books = world.accounts
    size = books.gross_output.size
    received = value_added.receipts_share(world.trade, books.expenditure)
    inputs = np.einsum("ink,nkj->iknj", received, world.input_share).reshape(size, size)
    final = (received * books.final_spending).transpose(0, 2, 1).reshape(size, -1)
    duty = np.einsum("ink,nkj->nj", received * world.tariff, world.input_share).reshape(size)
    return np.linalg.inv(np.eye(size) - inputs), final, duty


def test_two_countries_by_hand() -> None:
    """37.96 of the first's and 14.69 of the second's output are called forth by final demand 30."""
    ends, made = chains(by_hand())
    expected = np.array([[930.0, 1520.0], [540.0, 3135.0]]) / 49.0
    assert_allclose(ends[:, 0, :], expected, rtol=1e-14)
    assert_allclose(ends.sum(axis=(0, 1)), [30.0, 95.0], rtol=1e-14)  # no duties: all value added
    assert_allclose(made.sum(axis=0), 1.0, rtol=1e-14)
    found = exposure(by_hand().world(), "CAN", losing=())
    (partner,) = found.partners
    assert partner.value_added_share == pytest.approx(1520 / 49 / 50, rel=1e-13)
    assert partner.final_share == pytest.approx(540 / 49 / 30, rel=1e-13)
    assert partner.final_of_partner == pytest.approx(540 / 49 / 75, rel=1e-13)
    assert (partner.exports, partner.imports, partner.exports_share) == (40.0, 20.0, 1.0)
    assert partner.inputs == pytest.approx(0.25 * 50)
    assert found.overall["exports"] == Concentration(40.0, 1.0, 1, "CHN", 1.0)


@settings(max_examples=40, deadline=None)
@given(tables())
def test_identities(table: Table) -> None:
    """Zero flows, tariffs, deficits, idle producers and empty markets among them."""
    world = table.world()
    books = world.accounts
    ends, made = chains(table)
    assert (ends >= 0).all()
    produced = books.value_added_share * books.gross_output
    assert_allclose(ends.sum(axis=2), produced, rtol=1e-12, atol=1e-12)
    # followed from the buyer instead of from the seller
    received = value_added.receipts_share(world.trade, books.expenditure)
    per_usd = value_added.market_content(received, made)
    final = np.einsum("pnk,nk->pn", per_usd, books.final_spending)
    assert_allclose(ends.sum(axis=1), final, rtol=1e-11, atol=1e-11)
    # what is spent in the end is value added, and duties paid along the way
    inverse, first, duty = leontief(table)
    on_inputs = duty @ inverse @ first
    on_final = (received * world.tariff * books.final_spending).sum(axis=(0, 2))
    spent = books.final_spending.sum(axis=1)
    assert_allclose(final.sum(axis=0) + on_inputs + on_final, spent, rtol=1e-11)
    assert on_inputs.sum() + on_final.sum() == pytest.approx(books.revenue.sum(), abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(tables())
def test_the_series_is_the_leontief_inverse(table: Table) -> None:
    world = table.world()
    inverse, final, _ = leontief(table)
    share = world.accounts.value_added_share
    ends, made = chains(table)
    assert_allclose(ends, share[:, :, None] * (inverse @ final).reshape(ends.shape), atol=1e-10)
    origins = np.zeros((len(world.countries), *share.shape))
    for n, own in enumerate(share):
        origins[n, n] = own
    matrix = origins.reshape(len(origins), -1) @ inverse
    assert_allclose(made.reshape(matrix.shape), matrix, rtol=1e-11, atol=1e-12)


@settings(max_examples=20, deadline=None)
@given(tables(countries=(3, 6)))
def test_shares_are_parts_of_one(table: Table) -> None:
    found = exposure(table.world(), "CHN", losing=(), threshold=0.0)
    for name in ("exports_share", "imports_share", "trade_share"):
        assert sum(getattr(one, name) for one in found.partners) == pytest.approx(1.0)
    assert [one.rank for one in found.partners] == list(range(1, len(table.countries)))
    trades = [one.trade for one in found.partners]
    assert trades == sorted(trades, reverse=True)
    home = found.ends[:, 1].sum() / found.ends.sum()
    abroad = sum(one.value_added_share for one in found.partners)
    assert home + abroad == pytest.approx(1.0)
    for one in (*found.overall.values(), *(s.exports for s in found.sectors)):
        if one.usd > 0:
            assert 1.0 / (len(table.countries) - 1) <= one.hhi * (1 + 1e-12)
            assert one.hhi <= 1 + 1e-12
            assert 1 <= one.half < len(table.countries)
    for supply in found.chokepoints:
        assert 0 <= supply.direct_share <= supply.abroad_share + 1e-12 <= 1 + 2e-12
    sectors = {s.sector: s for s in found.sectors}
    assert sum(s.value_added for s in sectors.values()) == pytest.approx(found.ends.sum())


@settings(max_examples=15, deadline=None)
@given(tables(countries=(3, 5)))
def test_splitting_a_country_changes_no_total(table: Table) -> None:
    """Its halves together make and absorb what it did; others see two partners for one."""
    whole, _ = chains(table)
    halved, _ = chains(table.with_country_halved(2))
    joined = halved[:-1].copy()
    joined[2] += halved[-1]
    joined[..., 2] += joined[..., -1]
    assert_allclose(joined[..., :-1], whole, rtol=1e-11, atol=1e-11)


def test_concentration() -> None:
    assert hhi(np.array([0.0, 3.0, 3.0])) == 0.5
    assert math.isnan(hhi(np.zeros(3)))
    assert makers_of_half(np.array([1.0, 1.0, 1.0, 1.0])) == 2
    assert makers_of_half(np.array([0.0, 9.0, 1.0])) == 1
    assert makers_of_half(np.zeros(2)) == 0
    nothing = Concentration.of(np.zeros(2), ["A", "B"])
    assert (nothing.usd, nothing.half, nothing.first) == (0.0, 0, None)


def test_chokepoints_by_hand() -> None:
    """Country 4 makes no manufactures: its producers buy 12 of 39 from country 0, duty-free."""
    found = exposure(tiny().world(), "DEU", losing=(), threshold=0.3)
    choke = next(c for c in found.chokepoints if (c.sector, c.partner) == ("C10T12", "CAN"))
    assert choke.direct_share == pytest.approx(12 / 39)
    assert choke.abroad_share == pytest.approx(12 / 39)  # nothing is made at home
    used = 0.2 * (59.0 + 60.0)  # of farms and services
    assert choke.direct == pytest.approx(12 / 39 * used)
    assert choke.user == "C24A"
    sizes = [one.size for one in found.chokepoints]
    assert sizes == sorted(sizes, reverse=True)
    assert all(one.share > 0.3 for one in found.chokepoints)
    assert all(one.share <= 0.3 for one in found.nearest)
    assert exposure(tiny().world(), "DEU", losing=(), threshold=1.0).chokepoints == ()


SMALL = random_world(7, 4, 3, tariffs=0.2).world()


def banned(world: cv.World, n: int, p: int, factor: float) -> cv.Solution:
    iceberg = np.ones_like(world.trade)
    iceberg[n, p] = iceberg[p, n] = factor
    return cv.solve(world, cv.Scenario.from_arrays(world, iceberg_hat=iceberg))


def test_decoupling_is_a_direct_solve() -> None:
    gone = decoupling(SMALL, "CAN", "USA")
    direct = banned(SMALL, 0, 2, math.inf)
    welfare = direct.arrays["welfare"]
    assert_allclose([gone.welfare, gone.partner_welfare], welfare[[0, 2]], rtol=1e-8)
    assert (gone.trade_hat, gone.iceberg_hat) == (0.0, math.inf)
    halved = decoupling(SMALL, "CAN", "USA", how="halved")
    direct = banned(SMALL, 0, 2, halved.iceberg_hat)
    before, after = (direct.arrays[key] for key in ("border_trade", "border_trade_new"))
    two_way = [flows[0, 2].sum() + flows[2, 0].sum() for flows in (before, after)]
    assert two_way[1] / two_way[0] == pytest.approx(0.5, rel=1e-7)
    assert halved.welfare == pytest.approx(direct.arrays["welfare"][0], rel=1e-7)
    assert gone.welfare < halved.welfare < 0
    assert max(gone.residual, halved.residual) <= 1e-10


def test_every_partner_of_one_country() -> None:
    """A batch of solves gives what each solve gives."""
    seen: list[tuple[int, int]] = []
    found = exposure(SMALL, "CAN", progress=lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == [1, 2, 3, 4, 5, 6]
    assert {total for _, total in seen} == {6}
    for code in found.named:
        alone = decoupling(SMALL, "CAN", code, how="gone")
        assert found.loss(code).welfare == pytest.approx(alone.welfare, rel=1e-7)
        assert found.loss(code, "halved").trade_hat == pytest.approx(0.5, rel=1e-7)
    assert found.residual <= 1e-10
    assert found.unit == "USD million of 0"


def test_decoupling_with_other_closures() -> None:
    for deficits in ("closed", "own_income"):
        model = cv.CaliendoParro(deficits=deficits)
        loss = decoupling(SMALL, "CAN", "CHN", model, "halved")
        assert loss.trade_hat == pytest.approx(0.5, rel=1e-7)
        assert loss.welfare < 0


def test_a_pair_that_does_not_trade() -> None:
    table = tiny()
    trade = table.trade.copy()
    trade[0, 1] = trade[1, 0] = 0.0
    world = table.replace(trade=trade).world()
    with pytest.raises(InputError, match="CAN and CHN do not trade in world 'world': nothing to"):
        decoupling(world, "CAN", "CHN", how="halved")
    gone = decoupling(world, "CAN", "CHN")
    assert gone.welfare == pytest.approx(0.0, abs=1e-9)
    found = exposure(world, "CAN", partners=["CHN", "USA"])
    reason = found.loss("CHN", "halved").reason
    assert reason is not None
    assert "nothing to halve" in reason
    assert found.loss("USA", "halved").reason is None


def test_a_debtor_cannot_lose_its_only_partner() -> None:
    """What one owes the other has to be shipped: no equilibrium, and no figure."""
    with pytest.raises(NoEquilibrium):
        decoupling(by_hand().world(), "CAN", "CHN")
    found = exposure(by_hand().world(), "CAN")
    for how in ("halved", "gone"):
        loss = found.loss("CHN", how)
        assert loss.reason or loss.residual <= 1e-10
    assert found.loss("CHN", "gone").reason
    assert math.isnan(found.loss("CHN", "gone").welfare)


@pytest.fixture(scope="module")
def canada(oecd: cv.World) -> Exposure:
    return exposure(oecd, "CAN", top=3)


def test_the_united_states_first_by_far_china_second(canada: Exposure) -> None:
    """Both stories of January 2026: "by far" the largest partner, and China "No. 2"."""
    first, second = canada.partners[:2]
    assert (first.partner, second.partner) == ("USA", "CHN")
    assert first.trade > 5 * second.trade
    assert first.value_added > 5 * second.value_added
    assert canada.overall["exports"].first == "USA"
    assert canada.overall["exports"].half == 1
    largest = max(canada.partners, key=lambda one: one.value_added)
    assert largest.partner == "USA"


def test_canada(canada: Exposure, oecd: cv.World) -> None:
    usa = canada.partner("USA")
    assert usa.value_added_share == pytest.approx(0.1574, abs=1e-4)
    assert usa.exports_share == pytest.approx(0.6585, abs=1e-4)
    assert usa.final_of_partner < 0.02 < usa.final_share  # one hangs on the other, not both
    assert canada.overall["exports"].hhi == pytest.approx(0.4415, abs=1e-4)
    books, n = oecd.accounts, oecd.country("CAN")
    made = books.value_added_share[n] * books.gross_output[n]
    assert_allclose(canada.ends.sum(axis=1), made, rtol=1e-12)
    assert canada.loss("USA").welfare == pytest.approx(-4.548, abs=1e-3)
    assert canada.loss("CHN").welfare == pytest.approx(-0.989, abs=1e-3)
    assert canada.loss("USA", "halved").welfare == pytest.approx(-2.224, abs=1e-3)
    assert canada.dataset["ends"].sel(destination="USA").sum() == pytest.approx(usa.value_added)
    assert "USA (55.3 % of trade)" in repr(canada)


def test_since_2011(canada: Exposure, oecd: cv.World) -> None:
    usa = canada.partner("USA")
    assert usa.exports_share_before == pytest.approx(0.6203, abs=1e-4)
    assert sum(one.trade_share_before or 0 for one in canada.partners) == pytest.approx(1.0)
    other = oecd.aggregate(countries={"NAM": ["USA", "MEX"]})
    assert exposure(other, "CAN", losing=()).partners[0].trade_share_before is None


@pytest.mark.shared
def test_the_table_of_2011_is_made_from_the_source(repository: Path, shared: Path) -> None:
    path = repository / "tools" / "trade_2011.py"
    spec = importlib.util.spec_from_file_location("trade_2011", path)
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.TARGET.read_text("utf-8") == tool.table(shared)
    with np.load(shared / tool.SOURCE) as cubes:  # both years measured alike
        flows = cubes["X_2022"].astype(float).sum(axis=2)
        codes = [str(code) for code in cubes["countries_2022"]]
    world = cv.open_world()
    assert list(world.countries) == codes
    abroad = ~np.eye(len(codes), dtype=bool)
    assert_allclose(world.trade.sum(axis=2)[abroad], flows[abroad], rtol=1e-6)
    assert since.trade_before(world) is not None


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"country": "CAM"}, r"no country 'CAM'; did you mean 'KHM' \(Cambodia\)\?"),
        ({"partners": ["USB"]}, "no country 'USB'; give an ISO 3166"),
        ({"partners": ["CAN"]}, "'CAN' is no partner of its own"),
        ({"partners": ["USA", "USA"]}, "partner 'USA' is named twice"),
        ({"partners": "USA"}, r"partners must be a list of codes, such as \['USA'\]"),
        ({"losing": ["halve"]}, r"no way 'halve' of decoupling; did you mean 'halved'\?"),
        ({"threshold": 50}, "threshold must lie between 0 and 1, not 50"),
        ({"top": 0}, "top must be 1 or more, not 0"),
    ],
)
def test_refusals(asked: dict[str, object], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        exposure(SMALL, **({"country": "CAN"} | asked))  # type: ignore[arg-type]


def test_what_was_not_asked_for_is_refused() -> None:
    found = exposure(SMALL, "CAN", partners=["USA"], losing=["gone"])
    with pytest.raises(InputError, match=r"'CHN' gone was not asked for .*losses of: USA"):
        found.loss("CHN")
    with pytest.raises(InputError, match=r"CAN has no partner 'UAS'; did you mean 'USA'\?"):
        found.partner("UAS")
    with pytest.raises(InputError, match="no sector 'A1'"):
        found.sector("A1")
    assert math.isnan(exposure(SMALL, "CAN", losing=()).residual)


def test_a_group_is_one_partner(oecd: cv.World) -> None:
    """Its trade is that of its members; an embargo on it costs more than one on any of them."""
    found = exposure(oecd, "Canada", partners=["EU27", "US"], losing=["gone"])
    assert found.named == ("EU27", "USA")
    can = oecd.country("CAN")
    members = [oecd.country(c) for c in labels.group("EU27")]
    usd = oecd.trade[can, members].sum() + oecd.trade[members, can].sum()
    one = found.partner("EU27")
    assert one.exports + one.imports == pytest.approx(usd)
    each = exposure(oecd, "CAN", partners=["DEU", "USA"], losing=["gone"])
    assert found.loss("USA").welfare == pytest.approx(each.loss("USA").welfare, rel=0.01)
    assert found.loss("EU27").welfare < each.loss("DEU").welfare < 0
    reported = document(found).as_dict()
    assert reported["groups"] == {"EU27": list(labels.group("EU27"))}
    everybody = cv.solve(
        oecd,
        cv.Scenario.from_arrays(oecd, iceberg_hat=_apart_from(oecd, can, members)),
    ).welfare.sel(country="CAN")
    assert found.loss("EU27").welfare == pytest.approx(everybody.item(), rel=0.05)


def _apart_from(world: cv.World, one: int, others: list[int]) -> np.ndarray:
    iceberg = np.ones_like(world.trade)
    iceberg[one, others] = iceberg[others, one] = np.inf
    return iceberg


def test_the_country_itself_is_no_member_of_its_partner(oecd: cv.World) -> None:
    found = exposure(oecd, "CAN", partners=["cptpp"], losing=())
    assert "CAN" not in found.world.held["CPTPP"]
    assert "JPN" in found.world.held["CPTPP"]
    with pytest.raises(cv.InputError, match="ASEAN and CPTPP share"):
        exposure(oecd, "CAN", partners=["ASEAN", "CPTPP"], losing=())
    with pytest.raises(cv.InputError, match="'EU27' is named twice"):
        exposure(oecd, "CAN", partners=["EU27", "eu27"], losing=())
    with pytest.raises(cv.InputError, match="part of 'EU27'"):
        exposure(oecd, "CAN", partners=["EU27", "Germany"], losing=())
