"""From cases to a page: turns, budgets, rows without a figure, Markdown."""

from __future__ import annotations

from pathlib import Path

import pytest

import countervail as cv
from benchmarks import __main__ as command
from benchmarks import child, engines, machine, phases
from benchmarks.problem import Problem, save
from benchmarks.report import Table, markdown, quantity
from benchmarks.timing import Case, NotAvailable, Reading, Result, alternate


def rows_of(page: str) -> list[list[str]]:
    """The cells of every table row; an escaped bar is no boundary."""
    lines = [line for line in page.splitlines() if line.startswith("|")]
    return [line.replace("\\|", "/").strip("|").split("|") for line in lines]


def case(name: str, log: list[str], value: float = 1.0, note: str = "") -> Case:
    def run() -> Reading:
        log.append(name)
        return Reading(value + len(log), note)

    return Case(name, run)


def test_cases_take_turns() -> None:
    log: list[str] = []
    results = alternate([case("a", log), case("b", log)], repeat=3, budget=10.0)
    assert log == ["a", "b"] * 3
    assert [(r.median, r.best) for r in results] == [(4.0, 2.0), (5.0, 3.0)]


def test_a_case_over_its_budget_is_not_run_again() -> None:
    log: list[str] = []
    alternate([case("slow", log)], repeat=5, budget=-1.0)
    assert log == ["slow"]


def test_a_case_runs_no_more_often_than_it_says() -> None:
    log: list[str] = []
    often = case("a", log)
    alternate([Case(often.what, often.run, most=2), case("b", log)], repeat=4, budget=10.0)
    assert log == ["a", "b", "a", "b", "b", "b"]


def test_what_cannot_be_measured_says_why() -> None:
    def missing() -> Reading:
        raise NotAvailable("not here")

    def uncertified() -> Reading:
        raise cv.NotCertified("no figures")

    cases = [Case("a", missing), Case("b", uncertified)]
    assert [(r.values, r.note) for r in alternate(cases, 3, 10.0)] == [
        ((), "not here"),
        ((), "no figures"),
    ]


def test_a_page_is_valid_markdown() -> None:
    results = [
        Result("ours", "ms", (2.0, 4.0, 3.0), "a | b\nc"),
        Result("theirs", "ms", (30.0,)),
        Result("memory", "MB", (107.0,)),
        Result("nobody", "ms", (), "not installed"),
    ]
    tables = [Table("With", results, "ours", "over ours", "About it."), Table("Without", results)]
    page = markdown("python -m benchmarks", "A machine", tables)
    rows = rows_of(page)
    assert {len(row) for row in rows[:6]} == {6}
    assert {len(row) for row in rows[6:]} == {5}
    assert "| ours | 3.00 ms | 2.00 ms | 1.00 | 3 | a \\| b c |" in page
    assert "| theirs | 30.0 ms | 30.0 ms | 10.0 | 1 |  |" in page
    assert "| memory | 107 MB | 107 MB |  | 1 |  |" in page
    assert "| nobody |  |  |  | 0 | not installed |" in page
    for at, line in enumerate(page.splitlines()):
        if line.startswith("## "):
            assert page.splitlines()[at - 1] == ""


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.0543, "ms", "0.054 ms"),
        (3.456, "ms", "3.46 ms"),
        (45.67, "ms", "45.7 ms"),
        (1234.5, "ms", "1,234 ms"),
        (12345.0, "ms", "12.3 s"),
        (20480.0, "MB", "20,480 MB"),
    ],
)
def test_figures_have_about_three_digits(value: float, unit: str, words: str) -> None:
    assert quantity(value, "ms" if unit == "ms" else "MB") == words


def test_the_machine_is_described_without_its_name(tmp_path: Path) -> None:
    text = machine.describe()
    for word in ("cores", "Python", "numpy", "jax", "BLAS", "load"):
        assert word in text
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor\t: 0\nmodel name\t: A Fast One\n", "utf-8")
    assert machine.processor(cpuinfo) == "A Fast One"
    assert machine.processor(tmp_path / "nowhere") != ""


def test_sizes_are_countries_by_sectors(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.size("31x40") == (31, 40)
    for word in ("31", "1x40", "axb", "3x4x5"):
        with pytest.raises(SystemExit):
            command.main(["--sizes", word])
        assert f"'{word}' is no size" in capsys.readouterr().err


def test_the_command_writes_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "page.md"
    words = ["--sizes", "4x3", "--repeat", "1", "--batch", "2", "--draws", "1"]
    command.main([*words, "--phases", "load", "solve", "memory", "textbook", "--write", str(path)])
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "measuring 4 x 3 ...\n")
    page = path.read_text("utf-8")
    assert "## 4 x 3" in page
    assert "welfare within" in page
    rows = [row for row in rows_of(page) if "solve and verify" in row[0]]
    assert "anderson; verified residual" in rows[0][-1]


def test_what_is_not_installed_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    wanted = ["solve", "jax", "gradient", "batch"]
    words = ["--sizes", "4x3", "--repeat", "1", "--batch", "2", "--phases", *wanted]
    command.main(words)
    page = capsys.readouterr().out
    assert page.count("not installed: pip install 'countervail[jax]'") == 4
    assert page.count("2 scenarios") == 1


def test_the_compiled_rows_are_timed(small: cv.World) -> None:
    pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    problem, settings = Problem(small, Path()), phases.Settings(batch=3)
    warm = phases.compiled(problem, settings)[1]
    cases = [warm, *phases.gradient(problem, settings), *phases.batch(problem, settings)]
    results = alternate(cases, repeat=1, budget=60.0)
    assert all(result.values for result in results)
    assert [result.note for result in results[1:]] == ["75 derivatives", *["3 scenarios"] * 2]


def test_processes_and_gravity_have_tables(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--sizes", "4x3", "--repeat", "1", "--draws", "1", "--phases", "import", "gegravity"]
    command.main(words)
    page = capsys.readouterr().out
    assert "| import the package |" in page
    assert "Whole processes" in page
    assert "4 countries" in page
    assert "0 of 1 draws without an answer" in page


def test_a_given_world_stands_for_its_size(
    small: cv.World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = save(small, tmp_path)
    command.main(["--sizes", "5x3", "--world", str(path), "--repeat", "1", "--phases", "solve"])
    page = capsys.readouterr().out
    assert page.count("## 5 x 3") == 1


def test_a_fresh_process_tells_its_own_peak() -> None:
    ballast = b"x" * 200_000_000  # which must not be counted as the child's
    report = child.ask("import")
    assert 5.0 < report.peak_mb < len(ballast) / 1.5e6
    assert report.seconds > 0.0


def test_a_fresh_process_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="no such file"):
        child.ask("load", tmp_path / "nowhere.npz")


def test_an_engine_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "solve_state", lambda model, base, shock, engine: None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(NotAvailable, match="countervail\\[jax\\]"):
        engines.need(engines.JAX)
