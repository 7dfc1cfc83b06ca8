"""Every refusal of a measure file: what is wrong, on which line, what next."""

from collections.abc import Callable
from pathlib import Path

import pytest
from small_measures import coverage, head, parts, product, rate

from countervail.errors import FileError
from countervail.ledger.files import read_measure
from countervail.ledger.measure import Quota

Write = Callable[..., Path]
GOOD = head() + product() + rate("2025-03-08", "2025-03-20") + coverage()


def refusal(path: Path) -> str:
    with pytest.raises(FileError) as error:
        read_measure(path)
    assert str(error.value).startswith(str(path))
    return str(error.value)[len(str(path)) :]


def line_with(text: str, words: str) -> int:
    return next(n for n, line in enumerate(text.splitlines(), 1) if words in line)


def test_the_good_file_is_read(write: Write) -> None:
    measure = read_measure(write(GOOD))
    assert measure.rates[0].rate == 25.0
    assert measure.covered("seed", "A01", "CAN", "CHN") == (0.4, measure.coverage[0])


@pytest.mark.parametrize(
    ("old", "new", "marker", "words"),
    [
        ('title = "A duty"', 'titel = "A duty"', "titel", "unknown key 'titel' in the file"),
        ("in_force = ", "in_forse = ", "in_forse", "did you mean 'in_force'?"),
        ('publisher = "Gov', 'publsher = "Gov', "publsher", "did you mean 'publisher'?"),
        ("year = 2022", "year = 2022\nyear = 2023", "year = 2023", "key 'year' is given twice"),
        ("[authority]", '[authority]\nname = "x"', "An act", "key 'name' is given twice"),
        ('confidence = "high"', 'confidence = "hihg"', "hihg", "did you mean 'high'?"),
        ('"tariff"', '"tarif"', "tarif", "instrument 'tarif' in the file is none of"),
        ('"CHN"', '"CHI"', "CHI", "no country 'CHI'; did you mean 'CHL'"),
        ('["CAN"]', '["Canada"]', "Canada", "did you mean 'CAN'?"),
        ('["1205"]', '["1204", "1205.20"]', "1205.20", "did you mean '1205.10'?"),
        ('"A01"', '"A1"', "A1", "no sector 'A1'; did you mean 'A01'?"),
        ("CAN = 0.4", "CAN = 1.4", "1.4", "CAN = 1.4 in coverage entry 1, weights; it must be at"),
        ("CAN = 0.4", "CNA = 0.4", "CNA", "no country 'CNA'"),
        ('"hs_trade"', '"whole"', "weights", "its weight is 1"),
        ('products = ["seed"]', 'products = ["sead"]', "sead", "did you mean 'seed'?"),
        ('products = "seed"', 'products = "sede"', "sede", "no product 'sede' in this file"),
        ("rate = 25.0", "rate = -5.0", "-5.0", "rate -5.0 in rates entry 1"),
        ('rate = 25.0\nbasis = "additional"', "rate = 25.0", "rate = 25.0", "needs its basis"),
        ("rate = 25.0\n", "", "basis", "basis 'additional' needs a rate"),
        ("rate = 25.0", 'rate = "25"', 'rate = "25"', "rate in rates entry 1"),
        ("announced = 2025-03-08", 'announced = "2025-03-08"', 'announced = "', "without quotes"),
        ("rate = 25.0", "rate = 25.0\nended = true", "[[rates]]", "neither rate nor basis"),
        ("rate = 25.0", "rate = 25.0\nexpires = 2025-01-01", "expires", "before it is in force"),
        ("rate = 25.0", 'rate = 25.0\non_expiry = "reverts"', "on_expiry", "without an expires"),
        ("in_force = 2025-03-20\n", "", "[[rates]]", "says 'never = true'"),
        ('list_source = "annex"', "", "[[products]]", "has no 'list_source'"),
        ("[[rates]]", "[rates]", "[rates]", "rates in the file"),
        ('confidence = "high"', "suppressed_base = true", "", "has no 'confidence'"),
        ("[authority]", "suppressed_base = true\n[authority]", "suppressed", "pre_measure_year"),
        ('"annex"', '"annex"\nbase_rate = 6.1', "base_rate", "without base_rate_source"),
        ("[[coverage]]", "[[coverage", "[[coverage", "not valid TOML"),
    ],
)
def test_a_fault_is_refused_with_its_line(
    write: Write, old: str, new: str, marker: str, words: str
) -> None:
    text = GOOD.replace(old, new, 1)
    assert text != GOOD
    said = refusal(write(text))
    assert words in said
    line = int(said.split(":")[1])
    assert line == (line_with(text, marker) if marker else 1), said


def test_a_rate_without_a_source_is_refused(write: Write) -> None:
    text = "\n".join(line for line in GOOD.splitlines() if not line.startswith("reference"))
    said = refusal(write(text))
    assert "rates entry 1 (in force 2025-03-20) has no 'reference'; every rate names its" in said
    assert f":{line_with(text, '[[rates]]')}:" in said


def test_overlapping_dates_are_judged_by_product_and_target(write: Write) -> None:
    both = head(targets='["ALL"]') + product() + product("meal", '["2306.41"]')
    first = rate("2025-03-08", "2025-03-20", products='["seed", "meal"]')
    same = both + first + rate("2025-03-08", "2025-03-20", "ended = true", '["meal"]')
    said = refusal(write(same))
    assert "overlapping dates: entry 2 of rates speaks of 'meal' and ABW" in said
    assert "as entry 1 does; both were announced 2025-03-08" in said
    lines = [n for n, line in enumerate(same.splitlines(), 1) if line == "[[rates]]"]
    assert f":{lines[1]}:" in said
    # a later announcement for the same day, other targets or other products are no overlap
    law = 'targets = ["CAN"]\nrate = 5.0\nbasis = "additional"'
    other = 'except_targets = ["CAN"]\nrate = 7.0\nbasis = "additional"'
    read_measure(
        write(
            both
            + rate("2025-03-08", "2025-03-20", law)
            + rate("2025-03-08", "2025-03-20", other)
            + rate("2025-03-08", "2025-03-20", products='["meal"]')
            + rate("2025-03-10", "2025-03-20", "ended = true", '["meal"]')
        )
    )


def test_coverage_given_twice_is_refused(write: Write) -> None:
    said = refusal(write(GOOD + coverage()))
    assert "coverage of 'seed' in A01 for CAN is given twice" in said
    every = coverage(sector="*goods", weights="{ CAN = 1.0 }", basis="whole")
    text = head() + product() + rate("2025-03-08", "2025-03-20") + every + coverage()
    assert "in A01 for CAN is given twice" in refusal(write(text))


def test_the_file_is_named_after_its_measure(write: Write) -> None:
    said = refusal(write(GOOD, "another.toml"))
    assert ":1: id 'chn-can-duty-2025' is not the file's name" in said
    assert "name the file 'chn-can-duty-2025.toml'" in said


def test_a_file_that_is_no_text_or_too_long_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "chn-can-duty-2025.toml"
    assert "no such file" in refusal(path)
    path.write_bytes(GOOD.encode() + b"\xff")
    assert "is not UTF-8 text" in refusal(path)
    path.write_bytes(b"#" * (1 << 20) + b"##")
    assert "it may have at most 1,048,576" in refusal(path)


def test_several_faults_are_counted_and_the_first_is_named(write: Write) -> None:
    text = GOOD.replace('"A01"', '"A1"').replace('["CAN"]', '["CNA"]')
    said = refusal(write(text))
    assert f":{line_with(text, 'CNA')}:" in said
    assert "(and 1 more fault in this file)" in said


def test_parts_are_of_subheadings_the_group_names_and_make_up_one_at_most(write: Write) -> None:
    fine = parts("seed", _120510="{ 10 = 0.4, 90 = 0.6 }", _120590="0.5")
    assert read_measure(write(GOOD + fine)).goods["seed"].parts == (
        ("120510", (("10", 0.4), ("90", 0.6))),
        ("120590", (("", 0.5),)),
    )
    faults = {
        parts("seed", _120710="0.5"): "'seed' does not name 120710",
        parts("seed", _120510="{ 10 = 0.7, 90 = 0.6 }"): "add up to 1.3, above 1",
        parts("meal", _120510="0.5"): "no product 'meal' in this file",
        fine + parts("seed", _120510="0.1"): "in 120510 are given twice",
        parts("seed", _1205="0.5"): "hs.1205",
        parts("seed", _120510="{ x = 0.5 }"): "hs.120510",
    }
    for text, sentence in faults.items():
        assert sentence in refusal(write(GOOD + text))


@pytest.mark.parametrize(
    ("quota", "words"),
    [
        (
            "volume = 5.0",
            "a quota in t without what a unit is worth: give",
        ),
        ("volume = -5.0, not_priced = 'unknown'", "volume = -5.0"),
        ("volume = inf, not_priced = 'unknown'", "volume = inf is no finite number"),
        ("volume = 5.0, not_priced = 'unknown', above = 20.0", "is below the rate inside it, 25"),
        ("volume = 0.0, not_priced = 'unknown'", "an import quota of nothing is a ban"),
        ("volume = 5.0, unit_value = 900.0", "unit_value without unit_value_source"),
        (
            "volume = 5.0, unit_value = 9.0, unit_value_source = 'x', base_volume = 1.0, "
            "base_volume_source = 'x'",
            "base_volume or unit_value, not both",
        ),
        ("volume = 5.0, unit_value = 9.0, unit_value_source = 'x', not_priced = 'y'", "not both"),
        (
            "volume = 5.0, unit_value = 9.0, unit_value_range = [10.0, 11.0], "
            "unit_value_source = 'x'",
            "runs from low to high, around unit_value",
        ),
    ],
)
def test_a_quota_that_cannot_be_meant_is_refused(write: Write, quota: str, words: str) -> None:
    law = f"quota = {{ {quota}, unit = 't', period = 'a year', source = 'an act' }}"
    path = write(GOOD.replace("rate = 25.0", f"rate = 25.0\n{law}"))
    assert words in refusal(path)


def test_a_quota_says_how_much_trade_it_lets_in() -> None:
    common = {"unit": "t", "source": "an act"}
    half = Quota(volume=50.0, period="2026-01-01/2026-06-30", base_volume=200.0, **common)
    assert half.let_in(1000.0) == pytest.approx(50.0 / 200.0 * 1000.0 * 365.25 / 181)
    year = Quota(volume=50.0, period="2026", unit_value=3e6, **common)
    assert year.let_in(1000.0) == 150.0
    assert Quota(volume=50.0, period="a year", **common).let_in(1000.0) is None
