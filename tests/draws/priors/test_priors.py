"""What is uncertain: declared, checked, and drawn as declared."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import countervail as cv
from countervail.draws.priors import Priors
from countervail.draws.priors.elasticities import LEVEL
from countervail.draws.priors.files import STANDARD, read_priors
from countervail.errors import FileError, InputError
from countervail.testing import random_world
from countervail.world.elasticities import elasticity_sets

PLAIN = """\
[elasticities]
kind = "named"
sets = ["fgo2025", "caliendo-parro-2015"]
source = "here"
"""

OWN = """\
[[elasticity]]
sector = "C29"
theta = 5.0
standard_error = 1.0
source = "a paper"
"""


@pytest.fixture(scope="module")
def priors(oecd: cv.World) -> Priors:
    return Priors.of(oecd, cv.open_scenario("canada-china"))


def written(folder: Path, text: str) -> Path:
    path = folder / "priors.toml"
    path.write_text(text)
    return path


def no_question() -> cv.Scenario:
    return cv.Scenario("none", "No question")


def at(priors: Priors, **named: float) -> cv.World:
    """The world at the medians but for what is named (spaces written as __)."""
    u = dict.fromkeys(priors.names, 0.5)
    u |= {name.replace("__", " "): value for name, value in named.items()}
    return priors.at([u[name] for name in priors.names])[0]


def test_the_standard_ones_name_every_kind_with_a_source(oecd: cv.World) -> None:
    both = [Priors.of(oecd, cv.open_scenario(name)) for name in ("canada-china", "us-canada")]
    kinds = {one.group for priors in both for one in priors.parameters}
    assert kinds == {"elasticity", "coverage", "dutiable", "use", "rate", "world"}
    for priors in both:
        assert len(set(priors.names)) == len(priors.names)
        assert [one.name for one in priors.parameters] == list(priors.names)
        for one in priors.parameters:
            assert one.source
            if one.low is not None:
                assert one.low <= one.median <= one.high  # type: ignore[operator]


def test_measures_that_do_not_bear_on_the_question_are_left_out(priors: Priors) -> None:
    assert "coverage can-chn-ev-surtax-2024" in priors.names
    assert "coverage usa-all-s232-autos-2025" not in priors.names


def test_an_elasticity_is_drawn_among_published_values(priors: Priors) -> None:
    cars = priors.world.sector("C29")
    values = [
        rows["C29"][0] for name, rows in elasticity_sets().items() if name in
        priors.elasticities.part.sets
    ]  # fmt: skip
    assert len(values) == 7
    drawn = [at(priors, elasticity__C29=u).trade_elasticity[cars] for u in (1e-6, 0.5, 1 - 1e-6)]
    assert drawn[0] == pytest.approx(min(values))
    assert drawn[1] == pytest.approx(np.median(values))
    assert drawn[2] == pytest.approx(max(values))


def test_values_that_a_set_takes_from_another_do_not_count_twice(priors: Priors) -> None:
    farms = priors.elasticities.published["A01"]
    assert len(farms) == 6  # Giri, Yi and Yilmazkuday have none of their own
    assert len(priors.elasticities.published["G"]) == 1


def test_what_sets_have_in_common_moves_every_sector(priors: Priors) -> None:
    assert 0.0 < priors.elasticities.in_common < 0.5
    u = dict.fromkeys(priors.names, 0.5) | {LEVEL: 0.95}
    high = priors.at([u[name] for name in priors.names])[0].trade_elasticity
    assert (high > at(priors).trade_elasticity).all()


def test_in_common_is_what_it_is_in_a_table_made_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second road: logs drawn with a known part in common."""
    import countervail.draws.priors.elasticities as module

    rng = np.random.default_rng(3)
    sectors = cv.open_world().sectors[:27]
    common = rng.normal(0.0, np.sqrt(0.4), 60)
    made = {
        f"set{k}": {
            s: (float(np.exp(1.5 + common[k] + e)), "a paper")
            for s, e in zip(sectors, rng.normal(0.0, np.sqrt(0.6), 27), strict=True)
        }
        for k in range(60)
    }
    monkeypatch.setattr(module, "elasticity_sets", lambda: made)
    part = read_priors()[0].elasticities.model_copy(update={"sets": tuple(made)})
    known = module.Elasticities(cv.open_world(), part, {})
    assert known.in_common == pytest.approx(0.4, abs=0.1)


def test_a_world_with_a_set_of_its_own_is_drawn_around_it(oecd: cv.World) -> None:
    world = oecd.with_elasticity_set("caliendo-parro-2015")
    priors = Priors.of(world, no_question())
    middle = at(priors).trade_elasticity
    assert middle == pytest.approx(world.trade_elasticity)
    assert at(priors, elasticity__A01=0.95).trade_elasticity[0] > 1.2 * middle[0]


def test_a_world_by_hand_has_elasticities_as_uncertain_as_others() -> None:
    world = random_world(3).world()
    priors = Priors.of(world, no_question())
    assert [one.group for one in priors.parameters] == ["elasticity"] * 4
    assert at(priors).trade_elasticity == pytest.approx(world.trade_elasticity)
    spread = priors.elasticities.spread(world.sectors[0])
    assert 0.2 < spread < 1.0


def test_a_sector_may_have_a_standard_error_of_its_own(oecd: cv.World, tmp_path: Path) -> None:
    priors = Priors.of(oecd, no_question(), written(tmp_path, PLAIN + OWN))
    cars = oecd.sector("C29")
    assert at(priors).trade_elasticity[cars] == pytest.approx(5.0)
    spread = np.sqrt(np.log(1.04))
    expected = 5.0 * np.exp(1.6449 * spread)
    assert at(priors, elasticity__C29=0.95).trade_elasticity[cars] == pytest.approx(expected, 1e-4)
    assert (
        "standard error 1: a paper"
        in priors.parameters[priors.names.index("elasticity C29")].source
    )


def test_what_is_known_is_not_drawn(oecd: cv.World, tmp_path: Path) -> None:
    path = written(tmp_path, PLAIN.replace("named", "known"))
    priors = Priors.of(oecd, no_question(), path)
    assert priors.names == ()
    assert priors.at([])[0].trade_elasticity == pytest.approx(oecd.trade_elasticity)
    none = "[measures]\ncoverage = false\ndutiable = false\nuse = false\nrate = false\n"
    path = written(tmp_path, PLAIN.replace("named", "known") + none)
    assert Priors.of(oecd, cv.open_scenario("canada-china"), path).names == ()


def test_only_the_worlds_named_have_estimated_cells(oecd: cv.World, priors: Priors) -> None:
    assert {"split of services", "inputs of ROW"} <= set(priors.names)
    other = oecd.aggregate(name="mine")
    assert not {"split of services", "inputs of ROW"} & set(Priors.of(other, no_question()).names)


def test_the_same_quantiles_are_the_same_world(priors: Priors) -> None:
    u = np.random.default_rng(0).random(len(priors.names))
    (one, law), (two, again) = priors.at(u), priors.at(u)
    assert one.hash == two.hash
    assert law.ledger is not None
    assert again.ledger is not None
    assert law.ledger.hash == again.ledger.hash
    assert one.hash != priors.world.hash


REFUSED = {
    "unknown set": (PLAIN.replace("fgo2025", "fgo2026"), r":3: no set .* did you mean 'fgo20"),
    "one set": (PLAIN.replace(', "caliendo-parro-2015"', ""), r":3: .*sets"),
    "unknown key": (PLAIN + 'spread = "wide"\n', r":5: unknown key 'spread'"),
    "kind": (PLAIN.replace("named", "nomed"), r":2: kind 'nomed' .* did you mean 'named'"),
    "twice": (
        PLAIN + 2 * OWN,
        r"sector 'C29' is given twice",
    ),
    "no error": (
        PLAIN + '[[worlds]]\nname = "w"\nservices = ["G", "H"]\n',
        r"world 'w' has no 'services_median_error'",
    ),
    "negative": (
        PLAIN + OWN.replace("5.0", "-5.0"),
        r"theta",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_files_are_refused_with_their_line(case: str, tmp_path: Path) -> None:
    text, said = REFUSED[case]
    with pytest.raises(FileError, match=said):
        read_priors(written(tmp_path, text))


def test_a_sector_the_world_does_not_have(oecd: cv.World, tmp_path: Path) -> None:
    own = OWN.replace("C29", "C92")
    with pytest.raises(InputError, match="no sector 'C92'"):
        Priors.of(oecd, no_question(), written(tmp_path, PLAIN + own))


def test_the_standard_file_is_a_file_like_any_other() -> None:
    file, text = read_priors(STANDARD)
    assert file == read_priors()[0]
    assert text == STANDARD.read_text("utf-8")
