"""The stress run itself: cases drawn again are the same, and its independent checks can say no."""

from __future__ import annotations

import io

import numpy as np
import pytest
from rich.console import Console

from countervail.testing import Table, random_world
from countervail.testing.shocks import TableShock


def test_a_seed_draws_the_same_case_again() -> None:
    from benchmarks.stress.cases import draw

    for seed in range(12):
        one, two = draw(seed), draw(seed)
        assert str(one) == str(two)
        assert np.array_equal(one.table.trade, two.table.trade)
        assert np.array_equal(one.table.trade_elasticity, two.table.trade_elasticity)


def test_worlds_keep_within_what_is_promised() -> None:
    from benchmarks.stress.worlds import LARGEST_DEFICIT, draw_world, largest_deficit

    rng = np.random.default_rng(5)
    tables = [draw_world(rng) for _ in range(40)]
    assert max(map(largest_deficit, tables)) <= LARGEST_DEFICIT + 1e-9
    assert max(map(largest_deficit, tables)) > 0.5
    assert min(t.trade_elasticity.min() for t in tables) >= 0.05
    assert max(t.trade_elasticity.max() for t in tables) <= 65.0
    for table in tables:
        table.world()


def test_every_family_and_closure_comes_up() -> None:
    from benchmarks.stress.cases import CLOSURES, draw
    from benchmarks.stress.shocks import FAMILIES

    drawn = [draw(seed, built_in_share=0.0, large=0.0) for seed in range(120)]
    assert {case.family for case in drawn} == set(FAMILIES)
    assert {case.closure for case in drawn} == set(CLOSURES)


def case_of(table: Table, barrier: np.ndarray, closure: str) -> object:
    from benchmarks.stress.cases import Case

    return Case(0, table, TableShock(iceberg_hat=barrier), None, "by hand", closure, False)


def test_the_second_economy_agrees_with_the_engine() -> None:
    import countervail as cv
    from benchmarks.stress.cases import draw
    from benchmarks.stress.economy import accounts, economy_of

    agreed = 0
    for seed in range(24):
        case = draw(seed, built_in_share=0.0, large=0.0)
        if case.closure == "closed" or "autarky" in case.family:
            continue
        try:
            found = cv.solve(case.world(), case.scenario(), case.model()).arrays
        except cv.NotCertified:
            continue
        nobody = np.zeros(len(found["wage_hat"]), dtype=bool)
        again = accounts(economy_of(case), np.log(found["wage_hat"]), nobody, 0.0)
        np.testing.assert_allclose(again.income, found["income_new"], rtol=1e-6)
        agreed += 1
    assert agreed > 8


def test_reasons_that_are_not_so_are_told() -> None:
    from benchmarks.stress import reasons

    table = random_world(8, 4, 3)
    solvable = case_of(table, np.full(table.trade.shape, 1.0), "world_share")
    for reason in ("no supplier", "balance impossible", "surplus unearned"):
        assert reasons.verify(solvable, reason, 1) == reasons.UNTRUE, reason  # type: ignore[arg-type]


def test_reasons_that_are_so_are_told() -> None:
    from benchmarks.stress import reasons

    trade = np.array([[[20.0], [70.0]], [[10.0], [90.0]]])
    table = Table(trade, np.zeros((2, 2, 1)), np.zeros((2, 1, 1)), np.array([4.0]))
    walls = np.array([[[1.0], [51.0]], [[51.0], [1.0]]])
    lender = case_of(table, walls, "world_share")
    assert reasons.verify(lender, "surplus unearned", 0) == reasons.TRUE  # type: ignore[arg-type]
    no_exports = np.array([[[1.0], [np.inf]], [[1.0], [1.0]]])
    shut = case_of(table, no_exports, "own_income")
    assert reasons.verify(shut, "balance impossible", 0) == reasons.TRUE  # type: ignore[arg-type]


def test_a_short_run_counts_every_case(capsys: pytest.CaptureFixture[str]) -> None:
    from benchmarks.stress.__main__ import main

    assert main(["--count", "12", "--seed", "1"]) == 0
    said = capsys.readouterr()
    assert "12 cases in " in said.out
    assert "0 failures" in said.out
    assert "free trade" in said.out


def test_a_failure_is_printed_with_its_seed_and_replayed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from benchmarks.stress import __main__ as stress
    from benchmarks.stress import verdict

    def broken(_case: object, _solution: object) -> None:
        raise AssertionError("welfare is not finite")

    monkeypatch.setattr(verdict, "refuse_impossible_numbers", broken)
    assert stress.main(["--replay", "1000000"]) == 1
    said = capsys.readouterr().out
    assert "UNEXPECTED" in said
    assert "welfare is not finite" in said
    assert "1000000" in said


def test_the_tables_name_what_failed() -> None:
    from benchmarks.stress.tally import show
    from benchmarks.stress.verdict import NOT_CERTIFIED, Verdict

    failed = Verdict(
        "7: 2 x 1, blocs, closed", 7, "blocs", "closed", NOT_CERTIFIED, "", "", 0, 0.1, "no luck"
    )
    page = io.StringIO()
    show([failed], 1.0, Console(file=page, width=120))
    assert "7: 2 x 1, blocs, closed" in page.getvalue()
    assert "no luck" in page.getvalue()
    assert "0 / 0 / 1" in page.getvalue()


def test_a_run_that_would_check_nothing_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    from benchmarks.stress.__main__ import main

    with pytest.raises(SystemExit):
        main(["--count", "0"])
    assert "nothing would be checked" in capsys.readouterr().err
