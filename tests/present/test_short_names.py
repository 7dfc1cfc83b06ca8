"""Short names: at most 22 characters, for every country, sector and good, and for any text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

import countervail as cv
from countervail import labels
from countervail.present.short_names import MOST_LETTERS, cut, names, short_country, short_sector
from countervail.text.tables import rows
from countervail.world.goods import REST, table_of_goods


def test_every_code_has_one() -> None:
    countries = {code: short_country(code) for code in labels.countries()}
    codes = (*labels.sectors(), *table_of_goods())
    sectors = {code: short_sector(code) for code in codes}
    rests = {code: short_sector(f"{code}{REST}") for code in labels.sectors()}
    for found in (countries, sectors, rests):
        assert all(0 < len(name) <= MOST_LETTERS for name in found.values())
        assert len(set(found.values())) == len(found) or found is not countries
    assert sectors["C10T12"] == "Food and drink"
    assert rests["A01"] == "other agriculture"


def test_the_table_names_those_alone_that_need_it() -> None:
    for row in rows("short_names.csv"):
        long = {
            "country": lambda code: labels.country_name(code),
            "sector": lambda code: labels.sectors()[code].name,
            "good": lambda code: table_of_goods()[code].name,
        }[row["kind"]](row["code"])
        assert len(row["short"]) <= MOST_LETTERS < len(long)


@given(st.text(min_size=1, max_size=60))
def test_any_text_is_cut(text: str) -> None:
    assert len(cut(text)) <= MOST_LETTERS
    assert cut(text) in (text, " ".join(text.split())) or cut(text).endswith("…")


def test_a_world_has_them(oecd: cv.World) -> None:
    found = names(oecd)
    assert tuple(found["countries"]) == oecd.countries
    assert found["countries"]["USA"] == {"name": "United States", "short": "United States"}
    assert tuple(found["sectors"]) == oecd.sectors
