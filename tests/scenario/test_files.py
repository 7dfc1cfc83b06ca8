"""Scenario files: what they may hold, and refusals with path, line and what next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import countervail as cv
from countervail.errors import FileError
from countervail.ledger import Ledger
from countervail.scenario import Change, HandChange, open_scenario

Write = Callable[[str], Path]

DATED = """\
name = "steel"
title = "Canada drops the surtax on steel"
from = 2026-01-12
to = 2026-01-12
measures = []
"""

CHANGE = """
[[change]]
measure = "can-chn-steel-aluminium-surtax-2024"
products = ["steel"]
"""


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(text: str) -> Path:
        path = tmp_path / "question.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return to_file


def test_a_whole_file(write: Write) -> None:
    text = """\
name = "mine"
title = "Mine"
question = "What if?"
from = 2025-01-31
to = 2025-04-12
known_on = 2025-04-05
background = 2025-02-10
measures = ["usa-chn-ieepa-fentanyl-2025"]
countries = ["Canada", "CHN"]

[[outside]]
matter = "smuggling"
reason = "nobody counts it"

[[change]]
measure = "usa-chn-ieepa-fentanyl-2025"
rate = 30.0

[[shock]]
importer = "USA"
exporter = "EU27"
sectors = ["C29"]
add = 25.0
"""
    scenario = cv.open_scenario(write(text))
    assert (scenario.name, scenario.title, scenario.question) == ("mine", "Mine", "What if?")
    assert (scenario.from_date, scenario.to_date) == (date(2025, 1, 31), date(2025, 4, 12))
    assert (scenario.known_on, scenario.background) == (date(2025, 4, 5), date(2025, 2, 10))
    assert scenario.measures == ("usa-chn-ieepa-fentanyl-2025",)
    assert scenario.changes == (Change("usa-chn-ieepa-fentanyl-2025", rate=30.0),)
    assert scenario.hand_changes == (HandChange("USA", "EU27", ("C29",), add=25.0),)
    assert scenario.countries == ("CAN", "CHN")
    assert scenario.outside == (("smuggling", "nobody counts it"),)
    assert scenario.variant is None


VARIANTS = """\
name = "two"
title = "Two"
from = 2026-01-12
to = 2026-01-12
measures = []

[[change]]
measure = "can-chn-ev-surtax-2024"
ends = true

[[outside]]
matter = "always"
reason = "so"

[[variant]]
name = "alone"
title = "Alone"

[[variant]]
name = "answered"
title = "Answered"
to = 2026-03-02

[[variant.change]]
measure = "chn-can-antidiscrimination-25-2025"
ends = true

[[variant.outside]]
matter = "here"
reason = "so"
"""


def test_the_first_variant_is_the_default_and_adds_to_the_file(write: Write) -> None:
    path = write(VARIANTS)
    first, second = cv.open_scenario(path), cv.open_scenario(path, "answered")
    assert (first.variant, first.title, len(first.changes)) == ("alone", "Alone", 1)
    assert (second.variant, second.title) == ("answered", "Answered")
    assert [c.measure for c in second.changes] == [
        "can-chn-ev-surtax-2024",
        "chn-can-antidiscrimination-25-2025",
    ]
    assert second.from_date == date(2026, 1, 12)
    assert second.to_date == date(2026, 3, 2)
    assert [m for m, _ in second.outside] == ["always", "here"]


def test_an_unknown_variant(write: Write) -> None:
    with pytest.raises(cv.InputError) as refusal:
        cv.open_scenario(write(VARIANTS), "anwsered")
    assert str(refusal.value) == (
        "scenario 'two' has no variant 'anwsered'; did you mean 'answered'? "
        "(there are alone, answered)"
    )
    with pytest.raises(cv.InputError, match=r"has no variant 'x' \(it has none\)"):
        cv.open_scenario(write(DATED), "x")


EV, STEEL = "can-chn-ev-surtax-2024", "can-chn-steel-aluminium-surtax-2024"
BOTH = "give both dates, 'from' and 'to', or neither"
SHOCK = DATED + '[[shock]]\nimporter = "CAN"\nexporter = "EU"\n'
LONG = DATED.replace("measures = []", f'measures = [\n  "{EV}",\n  "{EV[:-4]}2025",\n]')
FAR = "ends = true\n\n[[variant.outside]]"


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        (DATED + 'coutries = ["CAN"]\n', 6,
         "unknown key 'coutries' in the file; did you mean 'countries'?"),
        (DATED + CHANGE + "end = true\n", 10,
         "unknown key 'end' in change entry 1; did you mean 'ends'?"),
        (VARIANTS.replace(FAR, "ens" + FAR[4:]), 26,
         "unknown key 'ens' in variant entry 2, change; did you mean 'ends'?"),
        (DATED + 'name = "again"\n', 6, "key 'name' is given twice in one table; keep one"),
        (DATED.replace("steel\"\nfrom", "steel\nfrom"), 2, "not valid TOML: "),
        (DATED.replace("to = 2026-01-12", "to = 2026-01-32"), 4, "not valid TOML: "),
        ('name = "x"\n', 1, "the file has no 'title'"),
        ('name = ""\ntitle = "X"\n', 1, "name in the file"),
        (DATED.replace("2026-01-12\nto", '"2026-01-12"\nto'), 3,
         "from in the file must be a date without quotes, such as 2025-03-20"),
        (DATED.replace("to = 2026-01-12\n", ""), 3, BOTH),
        (DATED.replace("from = 2026-01-12\n", ""), 3, BOTH),
        ('name = "x"\ntitle = "X"\n', 1,
         "nothing is asked: give the dates 'from' and 'to', or a [[shock]]"),
        (f'name = "x"\ntitle = "X"\nmeasures = ["{EV}"]\n', 1,
         "measures and changes of law need the dates 'from' and 'to'"),
        (LONG, 7, f"no measure '{EV[:-4]}2025' in the ledger; did you mean '{EV}'?"),
        (DATED + CHANGE.replace("steel-", "steal-") + "ends = true\n", 8,
         "no measure 'can-chn-steal-aluminium-surtax-2024' in the ledger; did you mean 'can-chn"),
        (DATED + CHANGE.replace('["steel"]', '["stele"]') + "ends = true\n", 9,
         f"measure '{STEEL}' has no products 'stele'; did you mean 'steel'? (there are steel, alu"),
        (DATED + CHANGE, 7,
         f"the change of '{STEEL}' must say exactly one of ends, rate, scale or law_of"),
        (DATED + CHANGE + "ends = true\nrate = 10.0\n", 7, f"the change of '{STEEL}' must say ex"),
        (DATED + CHANGE + "rate = -5.0\n", 10, "rate -5.0 in change entry 1 is negative; "),
        (DATED + 'countries = [\n "CAN",\n "GER",\n]\n', 8,
         "no country 'GER'; did you mean 'DEU' (Germany)?"),
        (SHOCK.replace("CAN", "Cnada") + "add = 5.0\n", 7,
         "no country 'Cnada'; did you mean 'Canada'?"),
        (SHOCK.replace("EU", "EUV") + "add = 5.0\n", 8, "no country 'EUV'"),
        (SHOCK, 6, "a shock must say add, rate, iceberg_hat or export_tax"),
        (SHOCK.replace("EU", "CAN") + "export_tax = 5.0\n", 6,
         "domestic trade bears no tariff and no export tax: importer and exporter are the same"),
        (SHOCK + "export_tax = -100.0\n", 9,
         "export_tax in shock entry 1: input should be greater than -100"),
        (SHOCK + "export_tax = inf\n", 9, "export_tax = inf is no finite number"),
        (SHOCK + "iceberg_hat = 0.0\n", 9,
         "iceberg_hat = 0.0 in shock entry 1; it must be at least 0.01"),
        (DATED + 'pairs = ["CAN>USA", "USA-CAN"]\n', 6,
         "pairs 'USA-CAN' in 'pairs' is not written as EXPORTER>IMPORTER, such as CAN>USA"),
        (DATED + 'pairs = [\n  "CAN>USA",\n  "USA>CND",\n]\n', 8,
         "no country 'CND'; give an ISO 3166"),
        (VARIANTS.replace('name = "answered"', 'name = "alone"'), 20,
         "variant 'alone' stands twice; give it another name"),
    ],
)  # fmt: skip
def test_refusals_name_path_and_line(write: Write, text: str, line: int, sentence: str) -> None:
    path = write(text)
    with pytest.raises(FileError) as refusal:
        cv.open_scenario(path)
    assert str(refusal.value).startswith(f"{path}:{line}: {sentence}")
    assert refusal.value.exit_code == 2
    assert "\n" not in str(refusal.value)


def test_all_faults_are_counted(write: Write) -> None:
    text = DATED + "one = 1\ntwo = 2\n"
    with pytest.raises(
        FileError, match=r":6: unknown key 'one'.* \(and 1 more fault in this file\)"
    ):
        cv.open_scenario(write(text))


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(b'name = "x"\ntitle = "\xff"\n')
    with pytest.raises(FileError) as refusal:
        cv.open_scenario(path)
    assert str(refusal.value) == f"{path}:2: is not UTF-8 text; save it as UTF-8"
    with pytest.raises(FileError, match=r"none\.toml: no such file"):
        cv.open_scenario(tmp_path / "none.toml")
    huge = tmp_path / "huge.toml"
    huge.write_text("# " + "x" * (1 << 20))
    with pytest.raises(FileError, match="it may have at most 1,048,576"):
        cv.open_scenario(huge)


def test_a_scenario_by_hand_needs_no_ledger(write: Write) -> None:
    text = 'name="s"\ntitle="S"\n[[shock]]\nimporter="CAN"\nexporter="ALL"\nrate=10.0\n'
    scenario = cv.open_scenario(write(text))
    assert scenario.ledger is None
    assert scenario.hand_changes == (HandChange("CAN", "ALL", rate=10.0),)


def test_an_export_tax_in_per_cent(write: Write) -> None:
    text = 'name="s"\ntitle="S"\n[[shock]]\nimporter="ALL"\nexporter="CAN"\nexport_tax=-12.5\n'
    scenario = cv.open_scenario(write(text))
    assert scenario.hand_changes == (HandChange("ALL", "CAN", export_tax=-12.5),)


def test_names_are_looked_up_in_the_ledger_given(write: Write) -> None:
    with pytest.raises(FileError, match="no measure 'can-chn-ev-surtax-2024' in the ledger"):
        open_scenario(write(VARIANTS), ledger=Ledger.of([]))


def test_opening_by_name_or_path(write: Write) -> None:
    assert open_scenario("canada-china").name == "canada-china"
    assert open_scenario(write(DATED)).name == "steel"
    with pytest.raises(cv.InputError) as refusal:
        open_scenario("canada-chine")
    assert str(refusal.value).startswith(
        "no scenario 'canada-chine'; did you mean 'canada-china'? (presets: australia-china, "
    )
    assert str(refusal.value).endswith("or give the path of a .toml file)")
