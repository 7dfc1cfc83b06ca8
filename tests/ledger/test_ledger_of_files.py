"""The ledger as a whole: extra files, look-ups, filters, findings between files."""

from collections.abc import Callable
from pathlib import Path

import pytest
from small_measures import coverage, head, ledger, measure, parts, product, rate

from countervail.errors import FileError, InputError
from countervail.ledger import Measure, check_ledger, open_ledger

Write = Callable[..., Path]
STEP = rate("2025-03-08", "2025-03-20")


def named(id: str, *more: str, by: str = "CHN", targets: str = '["CAN"]') -> Measure:
    return measure(head(id, by, targets), product(), STEP, coverage(), *more)


def test_further_files_and_folders_join_the_shipped_ones(write: Write, tmp_path: Path) -> None:
    path = write(head("xx-duty-2025") + product() + STEP, "xx-duty-2025.toml")
    shipped = len(open_ledger())
    assert len(open_ledger(path)) == shipped + 1
    assert len(open_ledger(tmp_path)) == shipped + 1
    assert open_ledger(path).measure("xx-duty-2025").implementer == "CHN"
    with pytest.raises(FileError, match=r"is already in .*; give it another id"):
        open_ledger(path, path)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(FileError, match="this folder has no measure files"):
        open_ledger(empty)


def test_an_unknown_measure_is_named_with_the_nearest() -> None:
    book = ledger(named("chn-can-duty-2025"))
    with pytest.raises(InputError, match="no measure 'chn-can-duty-2052' in the ledger; did you "):
        book.measure("chn-can-duty-2052")
    with pytest.raises(InputError, match="'chn-can-duty-2025' is given twice"):
        ledger(named("chn-can-duty-2025"), named("chn-can-duty-2025"))


def test_filters_know_groups_and_everyone() -> None:
    book = ledger(
        named("a-2025"),
        named("b-2025", by="USA", targets='["ALL"]'),
        named("c-2025", by="EU", targets='["CHN"]'),
    )
    assert list(book.filter(on="CAN").measures) == ["a-2025", "b-2025"]
    assert list(book.filter(on="USA").measures) == []
    assert list(book.filter(by="DEU").measures) == ["c-2025"]
    assert list(book.filter(by="EU").measures) == ["c-2025"]
    assert list(book.filter(on="China").measures) == ["b-2025", "c-2025"]
    assert list(book.filter(on="CHN", by="USA").measures) == ["b-2025"]
    with pytest.raises(InputError, match="no country 'GER'"):
        book.filter(on="GER")


def test_findings_between_files() -> None:
    def stacking(text: str) -> str:
        return f"\n[stacking]\n{text}\n"

    book = ledger(
        named("a-2025", stacking('displaces = ["b-2025", "bb-2025"]')),
        named("b-2025", stacking('displaces = ["a-2025"]\nremoves = ["a-2025"]')),
        measure(
            head("c-2025"),
            product(),
            product("oil", '["1205.10", "1514"]'),
            rate("2025-03-08", "2025-03-20", products='["seed", "oil"]'),
            coverage(),
        ),
    )
    said = {f.code: [] for f in check_ledger(book)}
    for finding in check_ledger(book):
        said[finding.code].append(finding.message)
    assert "displaces: no measure 'bb-2025' in the ledger; did you mean 'b-2025'?" in str(said)
    assert "displaces 'b-2025' and is displaced by it" in str(said["stacking"])
    assert "removes 'a-2025', which has no ended entry on that day" in str(said["removal"])
    assert "'seed' and 'oil' both name 1205.10" in str(said["doubled-goods"])
    assert "'oil' has a rate and no coverage" in str(said["coverage"])
    assert [f.refuse for f in check_ledger(book)] == sorted(
        (f.refuse for f in check_ledger(book)), reverse=1
    )


def test_goods_of_a_group_outside_the_model_are_not_doubled() -> None:
    def named_twice(more: str) -> list[str]:
        m = measure(
            head("c-2025"),
            product(),
            product("oil", '["1205.10", "1514"]', more=more),
            rate("2025-03-08", "2025-03-20", products='["seed", "oil"]'),
            coverage(),
            coverage(products="oil", sector="C10T12"),
        )
        return [f.code for f in check_ledger(ledger(m))]

    assert named_twice("") == ["doubled-goods"]
    assert named_twice('outside_model = "not priced, so it adds to nothing"\n') == []


def test_a_copy_of_a_measure_forgets_the_tables_of_the_first() -> None:
    first = named("a-2025")
    assert first.covered("seed", "A01", "CAN", "CHN") is not None
    bare = first.model_copy(update={"coverage": ()})
    assert bare.covered("seed", "A01", "CAN", "CHN") is None


def test_coverage_prefers_the_narrower_key() -> None:
    text = coverage(weights='{ "DEU>CHN" = 0.1, FRA = 0.2, EU = 0.3, "*" = 0.4 }')
    m = measure(head(targets='["ALL"]'), product(), STEP, text)
    found = [m.covered("seed", "A01", e, "CHN") for e in ("DEU", "FRA", "ITA", "CAN")]
    assert [f and f[0] for f in found] == [0.1, 0.2, 0.3, 0.4]
    assert m.covered("seed", "A03", "DEU", "CHN") is None
    every = measure(
        head(), product(), STEP, coverage(sector="*goods", weights='{ "*" = 1.0 }', basis="whole")
    )
    assert every.covered("seed", "C29", "CAN", "CHN") == (1.0, every.coverage[0])
    assert every.covered("seed", "K", "CAN", "CHN") is None


def test_lines_of_its_own_are_no_goods_named_twice() -> None:
    def found(*tables: str) -> list[str]:
        both = [
            product(),
            product("oil", '["1205.10"]'),
            rate("2025-03-08", "2025-03-20", products='["seed", "oil"]'),
        ]
        made = measure(head(), *both, coverage(), coverage("oil"), *tables)
        return [f.code for f in check_ledger(ledger(made))]

    assert found() == ["doubled-goods"]
    seed, oil = parts("seed", _120510="{ 10 = 0.5 }"), parts("oil", _120510="{ 90 = 0.5 }")
    assert found(seed) == ["doubled-goods"]
    assert found(seed, oil) == []
