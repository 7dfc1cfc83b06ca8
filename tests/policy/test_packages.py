"""Packages of concessions: each is the scenario it says; tables and files that are refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

import countervail as cv
from countervail.errors import FileError, InputError
from countervail.policy.bargaining import draws
from countervail.policy.bargaining import points as bargaining
from countervail.policy.bargaining.bargain import Bargain, bargain
from countervail.policy.bargaining.concessions import Concession, ConcessionTable, Package, Party
from countervail.policy.bargaining.file import open_table, table_names
from countervail.policy.bargaining.packages import TIE_PER_CENT, Value, Valuer, explore
from countervail.present.bargained import coverage_statement, document
from countervail.scenario import Change

SEED, GRAIN = "chn-can-canola-seed-antidumping", "chn-can-antidiscrimination-100-2025"
NAMES = ("ev-to-mfn", "canola-meal", "lobster-crab", "seed-5.9", "seed-free")
Write = Callable[[str], Path]


@pytest.fixture(scope="module")
def table() -> ConcessionTable:
    return open_table("ev-for-canola").only(*NAMES)


@pytest.fixture(scope="module")
def found(oecd: cv.World, table: ConcessionTable) -> Bargain:
    return bargain(oecd, table, offer=["ev-to-mfn"])


def test_every_package_is_there_once(found: Bargain) -> None:
    assert len(found.packages) == 2**3 * 3  # seed as it is, at 5.9 %, or free
    assert len(set(found.packages.made)) == len(found.packages)
    assert found.packages.exact
    assert found.failures == {}
    assert found.residual < 1e-10


def test_no_deal_is_worth_nothing(found: Bargain) -> None:
    assert found.packages.made[0] == ()
    assert found.percent(()).tolist() == found.usd(()).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    "names",
    [("ev-to-mfn",), ("canola-meal", "seed-free"), ("ev-to-mfn", "lobster-crab", "seed-5.9")],
)
def test_a_package_is_its_scenario(found: Bargain, oecd: cv.World, names: Sequence[str]) -> None:
    package = found.package(*names)
    solution = cv.solve(oecd, found.table.scenario(package))
    both = [oecd.country(code) for code in ("CAN", "CHN")]
    welfare = solution.arrays["welfare"][both]
    assert found.percent(package) == pytest.approx(welfare, abs=TIE_PER_CENT)
    usd = welfare * solution.arrays["income"][both] / 100
    assert found.usd(package) == pytest.approx(usd, abs=0.05)


def test_the_scenario_is_that_of_the_preset(oecd: cv.World) -> None:
    """Dropping the surtax for a quota is ``ev-for-canola --variant canada-alone`` and the quota."""
    asked = cv.open_scenario("ev-for-canola", "canada-alone")
    quota = Change("can-chn-ev-quota-2026", law_of=date(2026, 3, 2))
    alone = cv.solve(oecd, replace(asked, changes=(*asked.changes, quota)))
    table = open_table("ev-for-canola").only("ev-to-mfn", "peas")
    percent = bargain(oecd, table).percent((0,))
    expected = [alone.welfare.sel(country=code).item() for code in ("CAN", "CHN")]
    assert percent == pytest.approx(expected, abs=TIE_PER_CENT)


def test_what_is_chosen_is_what_the_numbers_say(found: Bargain) -> None:
    gains = found.packages.percent
    kept = {
        found.packages.made[k] for k in np.flatnonzero(bargaining.efficient(gains, TIE_PER_CENT))
    }
    assert set(found.frontier) == kept
    assert found.nash is not None
    assert found.percent(found.nash).prod() == pytest.approx(gains.prod(axis=1).max())
    assert len(found.swaps) <= len(found.gain_all) < len(found.packages)


def test_replies_hold_the_offer_and_what_the_other_side_gives(found: Bargain) -> None:
    reply = found.reply
    assert reply is not None
    assert (reply.party, found.names(reply.offer)) == ("Canada", ("ev-to-mfn",))
    assert len(reply.packages) == 2**2 * 3
    assert all(0 in package for package in reply.packages)
    assert reply.nash is not None
    assert found.percent(reply.nash).prod() == pytest.approx(
        max(found.percent(package).prod() for package in reply.packages)
    )
    assert reply.least is not None
    assert found.percent(reply.least)[0] == pytest.approx(
        min(found.percent(package)[0] for package in reply.packages)
    )


def test_a_group_is_the_sum_of_its_countries(oecd: cv.World, table: ConcessionTable) -> None:
    parties = (Party.of("North America", ("USMCA",)), table.parties[1])
    theirs = replace(table.concessions[0], party="North America")
    joined = replace(table.only("ev-to-mfn"), parties=parties, concessions=(theirs,))
    found = bargain(oecd, joined)
    solution = cv.solve(oecd, joined.scenario((0,)))
    inside = [oecd.country(code) for code in ("CAN", "MEX", "USA")]
    income = solution.arrays["income"][inside]
    usd = (solution.arrays["welfare"][inside] * income / 100).sum()
    assert found.usd((0,))[0] == pytest.approx(usd, abs=0.05)
    assert found.percent((0,))[0] == pytest.approx(100 * usd / income.sum(), abs=TIE_PER_CENT)
    assert found.reply is None


def test_draws_are_the_same_for_every_package_and_number_of_workers(
    oecd: cv.World, table: ConcessionTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = table.only("ev-to-mfn", "canola-meal")
    monkeypatch.setattr(draws, "CHUNK_DRAWS", 1)  # so that there is something to share out
    one = bargain(oecd, small, offer=["ev-to-mfn"], draws=2, seed=3, workers=1)
    two = bargain(oecd, small, offer=["ev-to-mfn"], draws=2, seed=3, workers=2)
    assert one.drawn is not None
    assert two.drawn is not None
    assert one.drawn.percent == pytest.approx(two.drawn.percent, rel=1e-12)
    assert one.drawn.percent.shape == (2, 2, 2)
    assert one.drawn.failures == {}
    assert one.drawn.residual < 1e-10
    assert one.nash is not None
    low, _, high = one.drawn.ranges(one.nash)
    assert (low < high).all()
    assert 0.0 <= one.drawn.chance_all(one.nash) <= one.drawn.chances(one.nash).min() <= 1.0
    reported = document(one).as_dict()["draws"]
    assert (reported["answered"], len(reported["packages"])) == (2, 2)


def test_a_package_without_an_answer_is_kept_and_never_chosen(
    oecd: cv.World, table: ConcessionTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Valuer._value

    def failing(self: Valuer, packages: Sequence[Package]) -> None:
        kept(self, packages)
        nothing = np.full(2, np.nan)
        self.known[(0, 1)] = Value(nothing, nothing, np.nan, "no supplier is left")

    monkeypatch.setattr(Valuer, "_value", failing)
    found = bargain(oecd, table.only("ev-to-mfn", "canola-meal"), offer=["ev-to-mfn"])
    assert found.failures == {(0, 1): "no supplier is left"}
    assert (0, 1) not in found.frontier
    assert found.nash in ((0,), (1,))
    assert found.reply is not None
    assert found.reply.packages == ((0,),)
    reported = document(found).as_dict()["packages"][-1]
    assert (reported["certified"], reported["percent"]) == (False, None)


class Additive(Valuer):
    """Concessions with worths of their own, which add up but for what pairs do together."""

    def __init__(self, table: ConcessionTable, worth: np.ndarray, pairs: np.ndarray) -> None:
        self.table, self.worth, self.pairs = table, worth, pairs
        self.known, self.progress = {}, None

    def _value(self, packages: Sequence[Package]) -> None:
        for package in packages:
            gain = self.worth[list(package)].sum(axis=0)
            gain = gain + sum(
                (self.pairs[a, b] for a, b in combinations(package, 2)), start=np.zeros(2)
            )
            self.known[package] = Value(gain, gain, 1e-11)


def made_up(count: int) -> ConcessionTable:
    book = cv.open_ledger()
    parties = (Party.of("CAN"), Party.of("CHN"))
    given = tuple(
        Concession(f"c{k}", ("CAN", "CHN")[k % 2], (Change(SEED, rate=float(k)),))
        for k in range(count)
    )
    return ConcessionTable("made-up", book, open_table("ev-for-canola").date, parties, given)


def test_up_to_twelve_concessions_every_package_beyond_a_search() -> None:
    rng = np.random.default_rng(4)
    worth = rng.normal(0.0, 1.0, (13, 2))
    pairs = rng.normal(0.0, 0.05, (13, 13, 2))
    few = explore(Additive(made_up(12), worth, pairs))
    assert (len(few), few.exact) == (2**12, True)
    many = explore(Additive(made_up(13), worth, pairs))
    assert not many.exact
    assert len(many) < 2**13
    every = Additive(made_up(13), worth, pairs)
    every.value(p for size in range(14) for p in combinations(range(13), size))
    best = bargaining.efficient(every.gains(list(every.known)), TIE_PER_CENT)
    frontier = {p for p, kept in zip(every.known, best, strict=True) if kept}
    found = {many.made[k] for k in np.flatnonzero(bargaining.efficient(many.percent, TIE_PER_CENT))}
    assert len(found & frontier) >= 0.9 * len(frontier)


def test_a_search_is_said(oecd: cv.World, found: Bargain) -> None:
    searched = replace(found, packages=replace(found.packages, exact=False, stopped=True))
    assert "packages were searched" in coverage_statement(searched)
    assert "as many as it may" in coverage_statement(searched)
    assert "(searched)" in repr(searched)
    assert "searched" not in coverage_statement(found)


def test_presets_are_sound() -> None:
    for name in table_names():
        table = open_table(name)
        table.check()
        assert table.name == name
        assert all(one.title for one in table.concessions)


# ---- refusals


def changed(table: ConcessionTable, **change: object) -> ConcessionTable:
    return replace(table, **change)  # type: ignore[arg-type]


def test_two_concessions_on_the_same_goods_are_refused(table: ConcessionTable) -> None:
    free = replace(table.concessions[4], instead_of=())
    wrong = replace(table, concessions=(*table.concessions[:4], free))
    with pytest.raises(InputError, match=r"'seed-5\.9' and 'seed-free' both change"):
        wrong.check()
    apart = Concession("peas", "China", (Change(GRAIN, ("peas",), ends=True),))
    replace(table, concessions=(*table.concessions, apart)).check()
    whole = Concession("all-three", "China", (Change(GRAIN, ends=True),))
    with pytest.raises(InputError, match=r"'canola-meal' and 'all-three' both .* on canola_meal"):
        replace(table, concessions=(*table.concessions, whole)).check()


def test_offers_that_cannot_be(oecd: cv.World, table: ConcessionTable) -> None:
    for offer, sentence in (
        (["ev-to-mnf"], "no concession 'ev-to-mnf'; did you mean 'ev-to-mfn'"),
        (["ev-to-mfn", "canola-meal"], "concessions of Canada and China: an offer is one party's"),
        (["seed-5.9", "seed-free"], "'seed-5.9' and 'seed-free' cannot both be made"),
        ([], "the offer is empty"),
    ):
        with pytest.raises(InputError, match=sentence):
            bargain(oecd, table, offer=offer)
    with pytest.raises(InputError, match="draws=-1"):
        bargain(oecd, table, draws=-1)


def test_a_country_the_world_lacks(oecd: cv.World, table: ConcessionTable) -> None:
    lost = replace(table, parties=(*table.parties, Party.of("Mongolia")))
    with pytest.raises(InputError, match="no country 'MNG'"):
        bargain(oecd, lost)


FILE = """\
name = "mine"
title = "Mine"
date = 2026-01-12

[[party]]
name = "Canada"

[[party]]
name = "China"
countries = ["CHN"]

[[concession]]
name = "cars"
party = "Canada"

[[concession.change]]
measure = "can-chn-ev-surtax-2024"
ends = true

[[concession]]
name = "seed"
party = "China"

[[concession.change]]
measure = "chn-can-canola-seed-antidumping"
rate = 10.0
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(text: str) -> Path:
        path = tmp_path / "mine.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return to_file


def test_a_file_is_a_table(write: Write) -> None:
    table = open_table(write(FILE))
    assert table.parties == (Party("Canada", ("CAN",)), Party("China", ("CHN",)))
    assert table.names == ("cars", "seed")
    assert table.concessions[1].changes == (Change(SEED, rate=10.0),)


def test_the_example_of_the_docs_is_a_table(write: Write, repository: Path) -> None:
    page = (repository / "docs" / "bargain.md").read_text("utf-8")
    (text,) = re.findall(r"^```toml\n(.*?)^```$", page, re.M | re.S)
    assert open_table(write(text)).names == ("cars", "seed")


WRONG = {
    "key": ('party = "China"', 'partner = "China"', 22, "unknown key 'partner'"),
    "twice": ("ends = true", "ends = true\nends = true", 19, "given twice"),
    "party": ('party = "China"', 'party = "Chna"', 22, "no party 'Chna'; did you mean 'China'?"),
    "country": ('["CHN"]', '["Chna"]', 10, "no country 'Chna'; did you mean 'China'?"),
    "shared": ('["CHN"]', '["CHN", "CAN"]', 10, "CAN is in two parties, 'Canada' and 'China'"),
    "measure": ("surtax-2024", "surtax-2042", 17, "did you mean 'can-chn-ev-surtax-2024'?"),
    "several": (
        "ends = true",
        "ends = true\nrate = 1.0",
        16,
        "exactly one of ends, rate, scale or law",
    ),
    "other's law": (
        'party = "Canada"',
        'party = "China"',
        17,
        "is law of CAN: a party can concede",
    ),
    "not in force": ("date = 2026-01-12", "date = 2024-01-12", 17, "not in force on 2024-01-12"),
    "name": ('name = "cars"', 'name = "the cars"', 13, "letters, digits"),
    "name twice": ('name = "seed"', 'name = "cars"', 21, "concession 'cars' stands twice"),
    "place": (
        'party = "China"',
        'party = "China"\ninstead_of = ["cars"]',
        23,
        "which is no other concession of China",
    ),
    "same goods": (
        'measure = "chn-can-canola-seed-antidumping"\nrate = 10.0\n',
        'measure = "chn-can-canola-seed-antidumping"\nrate = 10.0\n\n[[concession]]\n'
        'name = "more"\n'
        'party = "China"\n\n[[concession.change]]\nmeasure = "chn-can-canola-seed-antidumping"\n'
        "ends = true\n",
        28,
        "'seed' and 'more' both change",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_refusals_name_path_and_line(case: str, write: Write) -> None:
    old, new, line, sentence = WRONG[case]
    path = write(FILE.replace(old, new, 1))
    with pytest.raises(FileError) as refused:
        open_table(path)
    assert str(refused.value).startswith(f"{path}:{line}: "), refused.value
    assert sentence in str(refused.value)


def test_no_such_table() -> None:
    with pytest.raises(InputError, match="no table 'ev-for-canla'; did you mean 'ev-for-canola'"):
        open_table("ev-for-canla")
    with pytest.raises(FileError, match=r"mine\.toml: no such file"):
        open_table("mine.toml")


def test_interrupted_it_tells_what_was_valued(
    oecd: cv.World, table: ConcessionTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("countervail.policy.bargaining.packages.PACKAGES_AT_ONCE", 8)

    def stop(done: int, _total: int) -> None:
        if done >= 16:
            raise KeyboardInterrupt

    some = bargain(oecd, table, offer=["ev-to-mfn"], draws=4, progress=stop)
    assert len(some.packages) == 16
    assert not some.packages.finished
    assert not some.packages.exact
    assert some.drawn is None
    assert some.reply is not None
    assert coverage_statement(some).startswith("INTERRUPTED: only 16 packages were valued")
    assert document(some).as_dict()["finished"] is False


def test_interrupted_before_anything_is_known_it_ends(
    oecd: cv.World, table: ConcessionTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("countervail.policy.bargaining.packages.PACKAGES_AT_ONCE", 2)

    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bargain(oecd, table, progress=stop)


def test_after_a_year_packages_are_valued_in_one_world_the_long_run_beside(
    oecd: cv.World, table: ConcessionTable, found: Bargain
) -> None:
    some = table.only("ev-to-mfn", "seed-free")
    after = bargain(oecd, some, horizon=1)
    assert after.world.horizon == 1
    assert {"canola-seed", "electric-cars"} <= set(after.world.sectors)
    both = [oecd.country(code) for code in ("CAN", "CHN")]
    for package in ((0,), (0, 1)):
        # by another road: the package as a question of its own, in the world carved for all
        there = after.solution(package).arrays["welfare"][both]
        np.testing.assert_allclose(after.percent(package), there, rtol=0, atol=1e-8)
    assert after.long_run is not None
    for package, value in after.long_run.values.items():
        same = found.package(*after.names(package))
        np.testing.assert_allclose(value.percent, found.percent(same), rtol=0, atol=1e-8)
    told = document(after).data
    assert told["horizon"]["years"] == 1
    beside = {tuple(one["concessions"]): one["long_run"] for one in told["packages"]}
    assert beside[("ev-to-mfn",)]["usd"]["Canada"] == pytest.approx(
        found.usd(found.package("ev-to-mfn"))[0], abs=1e-3
    )
