"""One resolver of names: wherever a country is named, the same words mean the same country."""

from __future__ import annotations

from pathlib import Path

import pytest

import countervail as cv
from countervail.errors import FileError, InputError
from countervail.ledger import open_ledger
from countervail.scenario import HandChange, Scenario
from countervail.testing import tiny

MEANT = {
    "UK": "'GBR'",
    "ROM": "'ROU'",
    "ZAR": "'COD'",
    "CN1": "'CHN'",
    "MX1": "'MEX'",
    "490": "'TWN'",
    "NA": "'NAM'",
    "BLX": None,
}
"""Case 03: the country meant, or no hint."""


@pytest.mark.shared
@pytest.mark.parametrize("word", sorted(MEANT))
def test_case_03_a_measure_file_is_told_the_country_meant(
    word: str, shared: Path, tmp_path: Path
) -> None:
    text = (shared / "cases/03-country-hints/abc-xyz-steel-2026.toml").read_text()
    path = tmp_path / "abc-xyz-steel-2026.toml"
    path.write_text(text.replace('"UK"', f'"{word}"'))
    with pytest.raises(FileError, match=r"toml:4: ") as refusal:
        open_ledger(path)
    said, meant = str(refusal.value), MEANT[word]
    if meant is None:
        assert "did you mean" not in said
    else:
        assert f"did you mean {meant}" in said


def test_case_03_a_country_of_the_rest_of_the_world_is_said_to_be(oecd: cv.World) -> None:
    asked = Scenario("h", "H", hand_changes=(HandChange("USA", "KEN", add=10.0),))
    said = "no country 'KEN' in world 'oecd-2022'; Kenya is part of ROW, its rest of the world"
    with pytest.raises(InputError, match=said):
        asked.resolve(oecd)
    for word in ("KEN", "Kenya", "KE", "404"):
        with pytest.raises(InputError, match="Kenya is part of ROW"):
            oecd.country(word)
    with pytest.raises(InputError) as refusal:
        tiny().world().country("KEN")  # no rest of the world, and no guess
    assert str(refusal.value) == "no country 'KEN' in world 'world'"


@pytest.mark.parametrize("word", ["GBR", "gbr", "UK", "GB", "826", "United Kingdom", "Britain"])
def test_every_door_takes_the_same_words(word: str, oecd: cv.World) -> None:
    at = oecd.country("GBR")
    assert oecd.country(word) == at
    by_hand = Scenario("h", "H", hand_changes=(HandChange(word, "FRA", add=10.0),)).resolve(oecd)
    assert by_hand.after.tariff_new is not None
    assert (by_hand.after.tariff_new != oecd.tariff)[:, at].any()


def test_sectors_by_name_and_case(oecd: cv.World) -> None:
    for word in ("C29", "c29", "Motor vehicles", "motor  VEHICLES"):
        assert oecd.sector(word) == oecd.sectors.index("C29")


def test_a_member_of_a_merged_label_is_said_to_be_part_of_it(oecd: cv.World) -> None:
    merged = oecd.aggregate(countries={"GREATER": ["CHN", "HKG"]})
    with pytest.raises(InputError, match="it is part of 'GREATER'"):
        merged.country("China")
