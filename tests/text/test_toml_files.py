"""TOML as it comes: marks, typographic quotes, depth, size, numbers that are none."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from countervail.draws.priors.files import STANDARD, read_priors
from countervail.draws.sweep.files import read_sweep
from countervail.errors import FileError
from countervail.ledger import open_ledger
from countervail.policy.bargaining.file import read_table
from countervail.policy.rates.bounds import read_bounds
from countervail.policy.reaching.file import read_goals, read_growth
from countervail.scenario.file import read_scenario
from countervail.text.toml import DEEPEST

READERS = {
    "measure": open_ledger,
    "scenario": read_scenario,
    "priors": read_priors,
    "goals": read_goals,
    "growth": read_growth,
    "bargain": read_table,
    "bounds": read_bounds,
    "sweep": read_sweep,
}
SHOCK = '[[shock]]\nimporter = "USA"\nexporter = "CAN"\n'
QUESTION = 'name = "q"\ntitle = "t"\n' + SHOCK + "add = 25.0\n"


def refusal(text: str, tmp_path: Path, reader: str = "scenario") -> str:
    path = tmp_path / "f.toml"
    path.write_bytes(text.encode("utf-8"))
    begun = time.monotonic()
    with pytest.raises(FileError) as found:
        READERS[reader](path)
    assert time.monotonic() - begun < 10
    said = str(found.value)
    assert said.startswith(str(path))
    assert "\n" not in said
    return said.removeprefix(str(path))


def test_a_byte_order_mark_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "q.toml"
    path.write_bytes(b"\xef\xbb\xbf" + QUESTION.encode())
    assert read_scenario(path).name == "q"
    priors = tmp_path / "p.toml"
    priors.write_bytes(b"\xef\xbb\xbf" + STANDARD.read_bytes())
    assert read_priors(priors)[0] == read_priors()[0]


@pytest.mark.parametrize("quotes", ["“”", "‘’", "„“", "«»", "””"])
@pytest.mark.parametrize("line", ['name = "q"', 'title = "t"', '"shock" = []'])
def test_typographic_quotes_are_named(quotes: str, line: str, tmp_path: Path) -> None:
    before, word, after = line.split('"')
    text = 'question = "fine: “quoted”"\n' + before + quotes[0] + word + quotes[1] + after
    said = refusal(text, tmp_path)
    assert said == (
        f":2: {quotes[0]} is a typographic quotation mark; write a straight one (\" or ')"
    )


def test_a_quote_that_is_closed_by_a_typographic_one_is_named(tmp_path: Path) -> None:
    assert "” is a typographic quotation mark" in refusal('name = "q”\ntitle = "t"\n', tmp_path)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "value",
    [
        "[" * 1_500 + "]" * 1_500,
        "[" * 100_000,
        "{a=" * 400 + "1" + "}" * 400,
        "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1),
    ],
    ids=["lists", "open", "tables", "one too many"],
)
def test_every_reader_refuses_deep_nesting(reader: str, value: str, tmp_path: Path) -> None:
    said = refusal(f'title = "x"\nx = {value}\n', tmp_path, reader)
    assert f"nests too deep; at most {DEEPEST} tables or lists inside one another" in said


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "text",
    ["a." * 30_000 + "a = 1", "[" + "a." * 30_000 + "a]", 'x = {"b"' + " . 'a'" * 30_000 + " = 1}"],
    ids=["key", "header", "inline"],
)
def test_every_reader_refuses_long_dotted_names(reader: str, text: str, tmp_path: Path) -> None:
    said = refusal(f'title = "x"\n{text}\n', tmp_path, reader)
    assert said == f":2: a name of more than {DEEPEST} parts joined by dots"


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("value", ["inf", "-inf", "nan", "1e400", "1e300", "9" * 400, "9" * 5_000])
def test_every_reader_refuses_numbers_that_mean_nothing(
    reader: str, value: str, tmp_path: Path
) -> None:
    said = refusal(f'title = "x"\n[y]\nz = [1.0, {value}]\n', tmp_path, reader)
    reported = (
        "z = inf is no",
        "z = -inf is no",
        "z = nan is no",
        "z is larger than",
        "a number of",
    )
    assert any(words in said for words in reported), said
    assert said.startswith(":3: ") or "thousands of digits" in said


def test_only_an_iceberg_cost_may_be_infinite(tmp_path: Path) -> None:
    path = tmp_path / "q.toml"
    path.write_text('name = "q"\ntitle = "t"\n' + SHOCK + "iceberg_hat = inf\n")
    assert read_scenario(path).hand_changes[0].iceberg_hat == float("inf")
    for value in ("nan", "-inf"):
        said = refusal(path.read_text().replace("inf", value), tmp_path)
        assert said.startswith(f":6: iceberg_hat = {value} is no finite number")


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"key{k} = 1" for k in range(60_000)),
        "measures = [" + "1, " * 200_000 + "]",
        "[[shock]]\n" * 80_000,
        "a" * 900_000,
        'name = "' + "x" * 900_000 + '"\ncountries = ["' + "y" * 100_000 + '"]',
    ],
    ids=["keys", "values", "tables", "word", "text"],
)
def test_a_megabyte_of_faults_is_one_sentence_in_time(text: str, tmp_path: Path) -> None:
    assert len(refusal(text, tmp_path)) < 5_000


def test_a_path_that_no_file_can_have() -> None:
    with pytest.raises(FileError, match=r"a\\x00b.toml: cannot be read"):
        read_scenario(Path("a\0b.toml"))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("case", "said"),
    [
        ("13-nesting/nest.toml", "nest.toml: nests too deep"),
        ("14-infinity/r-inf.toml", "r-inf.toml:31: range = inf is no finite number"),
    ],
)
def test_the_cases(shared: Path, case: str, said: str) -> None:
    for reader in (open_ledger, read_scenario):
        with pytest.raises(FileError) as found:
            reader(shared / "cases" / case)
        assert said in str(found.value)


@pytest.mark.shared
def test_the_case_of_the_mark(shared: Path) -> None:
    found = read_scenario(shared / "cases" / "02-byte-order-mark" / "bom.toml")
    assert found.title.startswith("Canada drops the surtax")
