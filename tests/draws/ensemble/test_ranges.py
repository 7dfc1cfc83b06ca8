"""The range of every figure that is reported, parallel to the point answer."""

from __future__ import annotations

import io
import json
import pickle
from typing import Any

import numpy as np
import pytest
from rich.console import Console

import countervail as cv
from countervail.draws.ensemble.coverage import NONE, coverage_statement
from countervail.present import goods
from countervail.present.ranges import NUMBERS, Ranges, Reader, aligned, place
from countervail.present.result import document


@pytest.fixture(scope="module")
def drawn(oecd: cv.World, canada_china: cv.Solution) -> cv.Ensemble:
    return cv.ensemble(
        oecd,
        canada_china.scenario,
        draws=24,
        read=Reader.of(canada_china),
        point=canada_china,
    )


@pytest.fixture(scope="module")
def answer(canada_china: cv.Solution, drawn: cv.Ensemble) -> dict[str, Any]:
    return json.loads(json.dumps(document(canada_china, drawn).as_dict(), allow_nan=False))


def leaves(block: Any, path: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], Any]]:
    if isinstance(block, dict) and "p50" not in block:
        return [x for key, value in block.items() for x in leaves(value, (*path, key))]
    if isinstance(block, list):
        return [x for k, value in enumerate(block) for x in leaves(value, (*path, k))]
    return [(path, block)] if isinstance(block, dict) else []


def test_every_number_of_the_point_has_a_range_with_its_own_value(answer: dict[str, Any]) -> None:
    ranges = answer["ranges"]
    for kind, names in NUMBERS.items():
        rows = answer[kind].items() if kind == "countries" else enumerate(answer[kind])
        for at, row in rows:
            for name in names:
                if name == "binds":
                    continue
                one = ranges[kind][at][name]
                assert one["value"] == (None if row[name] is None else pytest.approx(row[name]))
    found = leaves({kind: ranges[kind] for kind in NUMBERS})
    assert len(found) > 1500
    for path, one in found:
        if one["p05"] is not None:
            assert one["p05"] <= one["p50"] <= one["p95"], path


def test_the_point_block_stays_as_it_is(canada_china: cv.Solution, answer: dict[str, Any]) -> None:
    plain = json.loads(json.dumps(document(canada_china).as_dict()))
    assert plain["ranges"] is None
    for key in ("countries", "lines", "sectors", "diversion", "quotas", "measures", "certificate"):
        assert plain[key] == answer[key]


def test_main_figures_move_as_their_inputs_do(answer: dict[str, Any]) -> None:
    canada = answer["ranges"]["countries"]["CAN"]["welfare"]
    assert canada["p05"] < canada["value"] < canada["p95"] < 0
    cars = next(r for r in answer["ranges"]["lines"] if r["measure"] == "can-chn-ev-surtax-2024")
    assert cars["weight"]["p05"] < 0.6 * cars["weight"]["value"]
    assert cars["rate_new"]["p05"] == pytest.approx(cars["rate_new"]["value"], abs=1.0)


def test_what_was_drawn_is_said(answer: dict[str, Any], drawn: cv.Ensemble) -> None:
    ranges = answer["ranges"]
    assert (ranges["draws"], ranges["answered"], ranges["seed"]) == (24, 24, 1)
    assert [one["name"] for one in ranges["inputs"]] == list(drawn.priors.names)
    assert ranges["without_answer"] == []
    assert ranges["largest_residual"] <= 1e-10
    assert answer["manifest"]["settings"]["ensemble"]["priors"]["hash"] == drawn.priors.hash


def test_the_paragraph_says_what_is_covered_and_what_is_not(
    answer: dict[str, Any], drawn: cv.Ensemble
) -> None:
    said = answer["covers"]
    assert "24 certified answers" in said
    for words in ("trade elasticities (38)", "coverages of measures (7)", "closure", "seed 1"):
        assert words in said
    assert coverage_statement(None) == NONE
    assert "--draws 0" in NONE


def test_draws_without_an_answer_are_said(drawn: cv.Ensemble) -> None:
    from dataclasses import replace

    residual = np.where(np.arange(24) == 3, np.nan, drawn.residual)
    some = replace(drawn, residual=residual, failures={3: "no supplier is left"})
    assert "1 of 24 draws have no answer" in coverage_statement(some)
    assert "(draw 3): no supplier is left" in coverage_statement(some)


def test_terminal_rows_have_three_quantiles_below(
    canada_china: cv.Solution, drawn: cv.Ensemble
) -> None:
    console = Console(width=130, record=True, file=io.StringIO())
    console.print(document(canada_china, drawn))
    lines = console.export_text().splitlines()
    at = next(k for k, line in enumerate(lines) if line.startswith("CAN Canada"))
    assert [line.split()[0] for line in lines[at : at + 5]] == ["CAN", "5", "median", "95", "CHN"]
    for word, name in zip(lines[at + 2].split()[1:3], ("welfare_usd", "welfare"), strict=True):
        known = drawn.range(name, country="CAN")
        half = 0.5 * (known.p95 - known.p05)
        assert float(word.replace(",", "")) == pytest.approx(known.p50, abs=0.5 * half)
    assert any("24 of 24 draws certified likewise" in line for line in lines)
    assert any(line.startswith("What the ranges cover") for line in lines)


def test_rows_are_known_by_their_labels_not_by_their_place(canada_china: cv.Solution) -> None:
    """A draw that has the rows in another order, or lacks one, gives the same numbers or none."""
    reader = Reader.of(canada_china)
    found = goods.lines(canada_china)
    places = [place("lines", row) for row in found]
    read = aligned("lines", [*reversed(found)][:-1], places)
    assert np.isnan(read[0]).all()
    np.testing.assert_array_equal(read[1:], reader(canada_china)["lines"][1:])
    assert read[3, NUMBERS["lines"].index("trade_usd")] == found[3]["trade_usd"]


def test_draws_that_were_read_for_nothing_have_no_report(drawn: cv.Ensemble) -> None:
    from dataclasses import replace

    with pytest.raises(cv.InputError, match=r"read=Reader.of\(solution\)"):
        document(drawn.point, replace(drawn, figures={}))


def test_goods_that_a_draw_does_not_cover_are_not_traded_under_the_measure(
    drawn: cv.Ensemble, canada_china: cv.Solution
) -> None:
    from dataclasses import replace

    lines = drawn.figures["lines"].copy()
    for name in ("trade_usd", "trade_change"):
        lines[:20, 0, NUMBERS["lines"].index(name)] = np.nan
    few = replace(drawn, figures={**drawn.figures, "lines": lines})
    found = Ranges.of(few).tables["lines"][0]
    assert found["trade_usd"].p50 == 0.0
    assert found["trade_change"].p50 < 0


def test_a_reader_can_be_sent(canada_china: cv.Solution) -> None:
    reader = Reader.of(canada_china)
    again = pickle.loads(pickle.dumps(reader))
    assert again == reader
    read, known = again(canada_china), reader(canada_china)
    assert read.keys() == known.keys()
    assert all(np.array_equal(read[kind], known[kind], equal_nan=True) for kind in known)
    assert repr(again) == repr(reader)  # what a resumed run is known by


def test_a_range_of_rates_is_of_rates_that_stand(drawn: cv.Ensemble) -> None:
    """Between the duties of two draws lies no rate of law, whatever the quantile."""
    some = np.array([15.0] * 3 + [25.0] * 7)
    found = drawn.range_of(25.0, some, drawn=True)
    assert {found.p05, found.p50, found.p95} <= {15.0, 25.0}
    assert drawn.range_of(25.0, np.array([15.0, 25.0])).p50 == 20.0
    for k, row in enumerate(Ranges.of(drawn).tables["lines"]):
        for name in ("rate", "rate_new"):
            stood = drawn.figures["lines"][:, k, NUMBERS["lines"].index(name)]
            one = row[name]
            for value in (one.p05, one.p50, one.p95):
                assert np.isnan(value) or value in stood


def test_all_partners_stand_beside_the_four_that_gain_most(answer: dict[str, Any]) -> None:
    """Each with its range; the four of the rows of diversion are among them, number for number."""
    assert len(answer["partners"]) == len(answer["diversion"])
    for cell, row, drawn in zip(
        answer["partners"], answer["diversion"], answer["ranges"]["diversion"], strict=True
    ):
        assert (cell["exporter"], cell["importer"]) == (row["exporter"], row["importer"])
        for all_of, few in (("sources", "other_sources"), ("markets", "other_markets")):
            by_code = {one["country"]: one for one in cell[all_of]}
            assert len(by_code) == answer["world"]["countries"] - 1
            for one, range_ in zip(row[few], drawn[few], strict=True):
                found = by_code[one["country"]]
                assert found["change_usd"] == pytest.approx(one["change_usd"])
                ends = {at: range_["change_usd"][at] for at in ("p05", "p50", "p95")}
                assert found["range"] == pytest.approx(ends)
    assert cell["exporter"] not in {one["country"] for one in cell["sources"]}


def test_shares_of_draws_on_each_side_of_zero(answer: dict[str, Any], drawn: cv.Ensemble) -> None:
    canada = answer["ranges"]["sides"]["CAN"]
    assert canada["welfare"] == {"below_zero": 1.0, "above_zero": 0.0}
    for code, sides in answer["ranges"]["sides"].items():
        draws = drawn.arrays["welfare"][:, drawn.point.world.country(code)]
        assert sides["welfare"]["below_zero"] == np.mean(draws < 0), code


def test_goods_joined_over_sectors_have_ranges_of_their_own(
    answer: dict[str, Any], drawn: cv.Ensemble
) -> None:
    """Caught and packed lobster is one row: its numbers are sums, and so are its draws."""
    names = [(r["name"], r["exporter"], r["importer"]) for r in answer["goods_joined"]]
    assert len(set(names)) == len(names) < len(answer["lines"])
    (row,) = (r for r in answer["goods_joined"] if r["name"] == "lobster and crab")
    held = [k for k, line in enumerate(answer["lines"]) if line["name"] == "lobster and crab"]
    assert len(held) == len(row["sectors"]) == 2
    for key in ("trade_usd", "trade_new_usd"):
        assert row[key] == pytest.approx(sum(answer["lines"][k][key] for k in held))
        draws = np.nansum(drawn.figures["lines"][:, held, NUMBERS["lines"].index(key)], axis=1)
        assert row["ranges"][key]["p50"] == pytest.approx(drawn.range_of(0.0, draws).p50)
    change = 100 * (row["trade_new_usd"] / row["trade_usd"] - 1)
    assert row["trade_change"] == pytest.approx(change)
    assert answer["goods_joined"] == sorted(
        answer["goods_joined"], key=lambda one: -one["trade_usd"]
    )


def test_steps_before_between_and_after(answer: dict[str, Any]) -> None:
    for measure in answer["measures"]:
        assert measure["steps"], measure["id"]
        for step in measure["steps"]:
            day = step["in_force"]
            assert step["when"] == (
                "never"
                if day is None or step["never"]
                else "before"
                if day <= "2024-09-30"
                else "between"
                if day <= "2026-01-12"
                else "after"
            )
    assert any(s["when"] == "after" for m in answer["measures"] for s in m["steps"])


def test_what_is_said_first_is_in_the_object(answer: dict[str, Any]) -> None:
    said = answer["says"]
    assert said["language"] == "en"
    assert "Canada and China put on each other cost both: Canada about" in said["headline"]
    assert "spending" in said["more"]
