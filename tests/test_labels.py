"""Words in, one spelling out; wrong ones are answered with what was meant."""

from __future__ import annotations

import csv
import importlib
import subprocess
import sys
from datetime import date, timedelta
from importlib import resources
from pathlib import Path

import pytest

from countervail import labels
from countervail.errors import InputError


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("CAN", "CAN"),
        ("can", "CAN"),
        ("Canada", "CAN"),
        (" viet nam ", "VNM"),
        ("Vietnam", "VNM"),
        ("Turkey", "TUR"),
        ("Türkiye", "TUR"),
        ("Cote d'Ivoire", "CIV"),
        ("Côte d’Ivoire", "CIV"),
        ("Korea", "KOR"),
        ("Chinese Taipei", "TWN"),
        ("Kosovo", "XKX"),
        ("Rest of the world", "ROW"),
        ("UK", "GBR"),
        ("gb", "GBR"),
        ("US", "USA"),
        ("EL", "GRC"),
        ("NA", "NAM"),
        ("ROM", "ROU"),
        ("ZAR", "COD"),
        ("840", "USA"),
        (842, "USA"),
        ("4", "AFG"),
        ("004", "AFG"),
        ("490", "TWN"),
        ("158", "TWN"),
        ("251", "FRA"),
        ("757", "CHE"),
        ("579", "NOR"),
        ("699", "IND"),
    ],
)
def test_country_is_found_by_code_name_and_alias(word: str | int, code: str) -> None:
    assert labels.country(word) == code


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("GER", "'DEU'"),
        ("SUI", "'CHE'"),
        ("CN1", "a part of China.*did you mean 'CHN'"),
        ("MX2", "a part of Mexico.*did you mean 'MEX'"),
        ("BLX", "Belgium and Luxembourg together.*name BEL and LUX"),
        ("SACU", "is a group"),
        ("711", "the Southern African Customs Union"),
        ("CSK", "Czechoslovakia"),
        ("278", "did you mean 'DEU'"),
        ("EU", "is a group"),
        ("CUSMA", "is a group"),
        ("Grmany", "'Germany'"),
        ("Atlantis", "no country 'Atlantis'"),
    ],
)
def test_wrong_country_is_told_what_was_meant(word: str, meant: str) -> None:
    with pytest.raises(InputError, match=meant):
        labels.country(word)


def test_every_country_of_the_standard_is_there_once() -> None:
    known = labels.countries()
    assert len(known) == 249 + 2  # ISO 3166-1, Kosovo, the rest of the world
    assert all(len(code) == 3 and code.isupper() for code in known)
    names = [word.casefold() for c in known.values() for word in (c.name, *c.aliases)]
    assert len(names) == len(set(names))
    mistaken = [code for c in known.values() for code in c.mistaken_codes]
    mistaken += [code for c in known.values() for code in (c.iso2, c.numeric) if code]
    mistaken += labels.office_codes()
    assert len(mistaken) == len(set(mistaken))
    assert not set(mistaken) & set(known)


def test_groups_follow_the_date() -> None:
    assert len(labels.group("EU")) == len(labels.group("EU27")) == 27
    assert labels.group("EU") == labels.group("European Union")
    assert len(labels.group("EU", date(1960, 1, 1))) == 6
    assert labels.group("CPTPP", date(2018, 12, 30)) == ("AUS", "CAN", "JPN", "MEX", "NZL", "SGP")
    assert len(labels.group("CPTPP")) == 12
    assert labels.group("CUSMA") == labels.group("USMCA") == ("CAN", "MEX", "USA")
    assert labels.group("NAFTA", date(2000, 1, 1)) == ("CAN", "MEX", "USA")
    assert labels.group("EFTA") == ("CHE", "ISL", "LIE", "NOR")
    assert len(labels.group("G7")) == 7


@pytest.mark.parametrize(
    ("group", "member", "first", "last"),
    [
        ("EU", "GBR", "1973-01-01", "2020-12-31"),  # the end of the transition, not of membership
        ("EU", "HRV", "2013-07-01", None),
        ("EAEU", "ARM", "2015-01-02", None),
        ("EAEU", "KGZ", "2015-08-12", None),
        ("GCC", "SAU", "2003-01-01", None),  # the common tariff, not the charter of 1981
        ("SACU", "ZAF", "1970-03-01", None),
        ("SACU", "NAM", "1990-07-10", None),
    ],
)
def test_a_customs_union_means_its_customs_territory(
    group: str, member: str, first: str, last: str | None
) -> None:
    def inside(day: date) -> bool:
        try:
            return member in labels.group(group, day)
        except InputError:  # nobody was in it yet
            return False

    start = date.fromisoformat(first)
    assert inside(start)
    assert not inside(start - timedelta(days=1))
    if last:
        end = date.fromisoformat(last)
        assert inside(end)
        assert not inside(end + timedelta(days=1))
    else:
        assert inside(date(2026, 11, 29))


@pytest.mark.parametrize("word", ["KEQ", "XQ", "LLX", "PBC", "ZZZ", "999", "QXYZ"])
def test_a_short_word_that_is_no_code_gets_no_guess(word: str) -> None:
    """A guess by spelling among 250 codes of three letters is nearly always another country."""
    with pytest.raises(InputError) as refusal:
        labels.country(word)
    assert "did you mean" not in str(refusal.value)


@pytest.mark.shared
def test_every_number_of_baci_is_the_country_it_says_or_told_what_it_is(shared: Path) -> None:
    path = shared / "data/liberation-day-baci-2023/country_codes_V202501.csv"
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    assert len(rows) == 238
    for row in rows:
        found = labels.found(row["country_code"])
        if found is None:
            with pytest.raises(InputError, match=f"'{row['country_code']}' is no country"):
                labels.country(row["country_code"])
        elif row["country_iso3"] != "S19":
            assert found == row["country_iso3"]


@pytest.mark.shared
def test_codes_of_earlier_editions_are_as_their_source_has_them(
    shared: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(repository / "tools"))
    rows = importlib.import_module("build_codes").rows
    source = shared / "data/concordances-hs/hs2022_to_earlier.csv.gz"
    made = {code: (edition, tuple(now.split("|"))) for code, edition, now in rows(source)}
    assert made == {code: tuple(old) for code, old in labels.hs_earlier().items()}


def test_codes_of_earlier_editions_point_to_their_successors() -> None:
    old = labels.hs_earlier()
    assert old["852580"].edition == "2017"
    assert {"852581", "852589"} <= set(old["852580"].successors)
    assert old["880330"] == ("2017", ("880730",))
    now = labels.hs6_sector()
    assert not set(old) & set(now)
    assert all(set(one.successors) <= set(now) for one in old.values())


def test_every_member_of_a_group_is_a_country() -> None:
    for name in labels.groups():
        assert set(labels.group(name)) <= set(labels.countries())


def test_wrong_group_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'CPTPP'"):
        labels.group("CPTP")
    with pytest.raises(InputError, match="no members on 2018-01-01"):
        labels.group("RCEP", date(2018, 1, 1))


def test_expand_takes_groups_and_countries() -> None:
    assert labels.expand("G7") == labels.group("G7")
    assert labels.expand("Japan") == ("JPN",)


def test_sector_lists() -> None:
    assert len(labels.SECTORS_37) == 37
    assert len(labels.SECTORS_50) == 50
    assert len(labels.GOODS_27) == 27
    assert labels.SECTORS_37[:27] == labels.SECTORS_50[:27] == labels.GOODS_27
    assert labels.SECTORS_37[27:] == ("D", "E", "F", "G", "H", "I", "J", "K", "LMN", "OTS")
    assert {labels.sectors()[c].group37 for c in labels.SECTORS_50} == set(labels.SECTORS_37)
    assert labels.sectors()["T"].group37 == "OTS"
    assert labels.sector_name("C29") == "Motor vehicles"
    with pytest.raises(InputError, match="no sector 'C2X'"):
        labels.sector_name("C2X")


def test_products_lie_in_sectors() -> None:
    table = labels.hs6_sector()
    assert len(table) == 5611
    assert set(table.values()) <= set(labels.SECTORS_50)
    assert table["120510"] == "A01"  # canola seed
    assert table["151411"] == "C10T12"  # canola oil
    assert table["870380"] == "C29"  # electric cars
    assert table["030632"] == "A03"  # live lobster
    assert table["260111"] == "B07"


def test_elasticity_sets_cover_every_sector_with_a_source() -> None:
    path = resources.files("countervail").joinpath("data/elasticities.csv")
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    sets = {r["set"] for r in rows}
    assert {"fgo2025", "fgo2025-net-of-duty", "fgo2025-raw", "caliendo-parro-2015"} <= sets
    assert all(r["source"] and float(r["theta"]) > 0 for r in rows)
    for name in sets:
        codes = [r["sector"] for r in rows if r["set"] == name]
        assert codes == list(labels.sectors())


def test_importing_labels_is_cheap() -> None:
    heavy = ["scipy", "xarray", "pandas", "pydantic"]
    code = f"import sys, countervail.labels; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
