"""A duty that names no sectors falls on goods; one on services is warned of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import countervail as cv
from countervail import labels
from countervail.errors import FileError, InputError
from countervail.policy.in_force import PolicyInForce
from countervail.policy.players import player
from countervail.policy.rates.settable import instruments
from countervail.policy.rates.terms import Terms
from countervail.scenario import HandChange, Scenario
from countervail.testing import tiny
from countervail.world.kinds import goods_of, kind, sectors_of, services_of

GOODS = np.array([labels.sectors()[s].kind == "goods" for s in labels.SECTORS_37])


def by_hand(**change: Any) -> Scenario:
    return Scenario("h", "H", hand_changes=(HandChange("USA", "CHN", **change),))


def moved(world: cv.World, scenario: Scenario) -> Any:
    """Return the sectors in which a duty of the United States on China changes."""
    after = scenario.resolve(world).after.tariff_new
    assert after is not None
    cell = world.country("CHN"), world.country("USA")
    return (after != world.tariff)[cell]


def test_case_10_ten_points_on_china_tax_no_services(oecd: cv.World) -> None:
    """On the law of 12 January 2026, as the case asks; services made China's loss half as large
    again (-0.0818 for -0.0522 with the ledger of the day the case was written).
    """
    asked = Scenario.between(
        cv.open_ledger(), "2026-01-12", "2026-01-12", measures=[], name="ten-points-on-china"
    )
    found = {
        sectors: cv.solve(
            oecd, replace(asked, hand_changes=by_hand(add=10.0, sectors=sectors).hand_changes)
        )
        .welfare.sel(country=["CHN", "USA"])
        .values
        for sectors in (None, labels.GOODS_27, "all")
    }
    assert np.array_equal(found[None], found[labels.GOODS_27])
    assert (found[None] < 0).all()
    assert found["all"][0] / found[None][0] == pytest.approx(1.5, abs=0.15)


@pytest.mark.parametrize(
    ("sectors", "falls_on"),
    [
        (None, GOODS),
        ("goods", GOODS),
        (("goods",), GOODS),
        (("*goods",), GOODS),
        (("Services",), ~GOODS),
        ("all", GOODS | ~GOODS),
        (("goods", "K"), GOODS | (np.array(labels.SECTORS_37) == "K")),
        (("C29",), np.array(labels.SECTORS_37) == "C29"),
        (("c29", "Motor vehicles"), np.array(labels.SECTORS_37) == "C29"),
    ],
)
def test_words_for_sectors(oecd: cv.World, sectors: Any, falls_on: Any) -> None:
    assert np.array_equal(moved(oecd, by_hand(add=10.0, sectors=sectors)), falls_on)


def test_a_barrier_without_sectors_is_everywhere_and_an_export_tax_on_goods(oecd: cv.World) -> None:
    after = by_hand(iceberg_hat=1.1, export_tax=5.0).resolve(oecd).after
    cell = oecd.country("CHN"), oecd.country("USA")
    assert after.iceberg_hat is not None
    assert after.export_tax is not None
    assert (after.iceberg_hat[cell] == 1.1).all()
    assert np.array_equal(after.export_tax[cell] != 0, GOODS)


def test_the_old_meaning_is_told_once_and_services_are_warned_of(oecd: cv.World) -> None:
    twice = replace(
        by_hand(add=10.0), hand_changes=(HandChange("USA", "CHN", add=1.0),) * 2
    ).resolve(oecd)
    assert len(twice.notes) == 1
    assert 'sectors = "all" lays it on services too' in str(twice.notes[0])
    (warned,) = by_hand(add=10.0, sectors=("services",)).resolve(oecd).notes
    assert str(warned) == (
        "The duty of USA on CHN falls on services (D, E, F, G, H, I and 4 more): customs duties "
        "are levied on goods."
    )
    for quiet in ({"add": 1.0, "sectors": ("C29",)}, {"iceberg_hat": 1.1}):
        assert by_hand(**quiet).resolve(oecd).notes == ()


def test_arrays_that_tax_services_are_warned_of(oecd: cv.World) -> None:
    tariff = np.array(oecd.tariff)
    tariff[oecd.country("CHN"), oecd.country("USA"), oecd.sector("K")] = 0.1
    (note,) = Scenario.from_arrays(oecd, tariff=tariff).resolve(oecd).notes
    assert str(note).startswith("The duties changed fall on services (K)")
    assert Scenario.from_arrays(oecd, tariff=oecd.tariff).resolve(oecd).notes == ()


def test_a_file_says_goods_services_or_all(tmp_path: Path, oecd: cv.World) -> None:
    text = 'name="s"\ntitle="S"\n[[shock]]\nimporter="USA"\nexporter="CHN"\nadd=10.0\n'
    path = tmp_path / "s.toml"
    for line, falls_on in (("", GOODS), ('sectors = "services"', ~GOODS)):
        path.write_text(text + line)
        assert np.array_equal(moved(oecd, cv.open_scenario(path)), falls_on)
    path.write_text(text + "sectors = 7")
    with pytest.raises(FileError, match=r"s\.toml:7: sectors in shock entry 1"):
        cv.open_scenario(path)


def test_kinds_of_sectors_in_worlds_of_all_sorts(oecd: cv.World) -> None:
    merged = oecd.aggregate(
        sectors={"farms": ["A01", "A02"], "SVC": ["K", "LMN"], "mixed": ["C29", "G"]}
    )
    assert [kind(s, merged) for s in ("farms", "SVC", "mixed", "A03", "D")] == [
        "goods",
        "services",
        "unknown",
        "goods",
        "services",
    ]
    again = merged.aggregate(sectors={"both": ["farms", "A03"], "SVC2": ["SVC", "D"]})
    assert (kind("both", again), kind("SVC2", again)) == ("goods", "services")
    own = cv.World.from_arrays(
        **tiny().arrays(),
        countries=tiny().countries,
        sectors=["goods", "services", "tea"],
    )
    assert [own.sectors[j] for j in goods_of(own)] == ["goods", "tea"]
    assert [own.sectors[j] for j in services_of(own)] == ["services"]
    assert sectors_of("all", own) == (0, 1, 2)
    with pytest.raises(InputError, match="has no services"):
        sectors_of("services", tiny().world())
    with pytest.raises(InputError, match="no sector 'servces' in world"):
        sectors_of("servces", oecd)


def test_rates_that_are_searched_for_on_services_are_warned_of(oecd: cv.World) -> None:

    in_force = PolicyInForce.of(oecd, None, None)
    for sectors, said in ((["K", "C29"], True), (["goods"], False), (None, False)):
        own = instruments(in_force, player("USA", oecd), Terms(partners=["CHN"], sectors=sectors))
        warned = [note for note in own.notes if note.startswith("Rates are set on services (K)")]
        assert bool(warned) == said
