"""What values show of themselves: their own documents, escaped; charts as SVG; typed properties."""

from __future__ import annotations

import ast
import functools
import inspect
import subprocess
import sys
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

import countervail as cv
from countervail import schema
from countervail.errors import InputError
from countervail.present.parts import Column, DocumentTable
from countervail.present.render.latex import latex
from countervail.schema.typed import CountryVariables, SolutionVariables
from countervail.studies.attribution import attribute
from countervail.testing import random_world
from countervail.testing.shocks import unilateral
from tests.small_questions import answer

SOLUTION = "world_share"


@functools.cache
def ensemble() -> cv.Ensemble:
    point = answer(SOLUTION)
    return cv.ensemble(point.observed, point.scenario, point.model, draws=3, workers=1, point=point)


SHOWN: dict[str, Callable[[], Any]] = {
    "world": lambda: answer(SOLUTION).world,
    "ledger": cv.open_ledger,
    "law of a day": lambda: cv.open_ledger().at("2025-06-01").only(["can-chn-ev-surtax-2024"]),
    "scenario": lambda: cv.open_scenario("canada-china"),
    "solution": lambda: answer(SOLUTION),
    "ensemble": ensemble,
}


@pytest.mark.parametrize("name", SHOWN)
def test_a_value_shows_itself(name: str) -> None:
    value = SHOWN[name]()
    html = value._repr_html_()
    assert html.startswith('<section class="countervail">')
    ElementTree.fromstring(html.replace("<br>", "<br/>"))
    said = repr(value.summary())
    assert said
    assert max(map(len, said.splitlines())) <= 80
    frame = value.to_pandas()
    assert len(frame)
    assert value.to_latex() if name != "world" else True
    for kind in dir(value.plot):
        if kind in ("bar", "map"):
            svg = getattr(value.plot, kind)()._repr_svg_()
            assert ElementTree.fromstring(svg).tag.endswith("svg")
            assert "var(--" not in svg
    with pytest.raises(InputError, match="no chart"):
        value.plot.bar("nonsense") if "bar" not in dir(value.plot) else value.plot._drawn("pie")


def test_a_table_has_the_numbers_of_the_value() -> None:
    solution = answer(SOLUTION)
    frame = solution.to_pandas("countries").set_index("country")
    assert frame["welfare"].to_numpy() == pytest.approx(solution.arrays["welfare"], abs=0)
    assert frame.attrs["units"]["welfare"] == "per cent"
    chart = solution.plot.bar("welfare", most=2)
    held = {row["label"]: row["welfare"] for row in chart.table.rows}  # type: ignore[attr-defined]
    assert held == dict(zip(solution.world.countries, solution.arrays["welfare"], strict=True))
    with pytest.raises(InputError, match="no table 'countrys'; did you mean 'countries'"):
        solution.to_pandas("countrys")
    with pytest.raises(InputError, match="did you mean 'welfare'"):
        solution.plot.bar("welfar")
    with pytest.raises(InputError, match="give country="):
        solution.plot.bar("real_output_change")


def test_ranges_of_bars_are_those_of_the_draws() -> None:
    drawn = ensemble()
    held = drawn.plot.bar("welfare").table  # type: ignore[attr-defined]
    place = {row["label"]: k for k, row in enumerate(held.rows)}
    for n, code in enumerate(drawn.point.world.countries):
        known = held.ranges[place[code]]["welfare"]
        assert known[1:] == pytest.approx(drawn.ranges("welfare")[:, n])


def test_shares_of_measures_are_drawn_and_sum_to_the_whole() -> None:
    table = random_world(3, 3, 2)
    world = table.world()
    found = attribute(world, unilateral(table, 0, 0.2).scenario(world))
    code = found.world.countries[0]
    rows = found.plot.bar(country=code).table.rows  # type: ignore[attr-defined]
    assert sum(row["welfare"] for row in rows) == pytest.approx(
        found.whole("welfare", country=code)
    )
    assert found.to_latex().startswith(r"\begin{tabular}")


def test_properties_are_the_variables() -> None:
    solution, drawn = answer(SOLUTION), ensemble()
    table = schema.variables()
    for kind, has in (
        (SolutionVariables, {*solution.arrays, *solution._line_arrays()}),
        (CountryVariables, set(drawn.arrays)),
    ):
        stated = _stated(kind)
        assert stated == has
        assert has <= set(dir(solution if kind is SolutionVariables else drawn))
    assert np.array_equal(solution.welfare.values, solution.arrays["welfare"])
    assert all(name in table for name in _stated(SolutionVariables))


def _stated(kind: type) -> set[str]:
    """Names of properties in the source of a class and its parents; none is there at run time."""
    source = ast.parse(inspect.getsource(inspect.getmodule(kind)))  # type: ignore[arg-type]
    own = {
        node.name: {n.name for n in ast.walk(node) if isinstance(n, ast.FunctionDef)}
        for node in source.body
        if isinstance(node, ast.ClassDef)
    }
    return {name for one in kind.__mro__ for name in own.get(one.__name__, ())}


def test_text_is_no_command_of_latex() -> None:
    table = DocumentTable((Column("a", "50 %_"),), [{"a": r"\input{x} & ~ ^ $ # −1"}])
    made = latex(table)
    assert r"50 \%\_" in made
    assert r"\textbackslash{}input\{x\} \& \textasciitilde{}" in made
    assert "$-$1" in made


def test_an_answer_of_policy_shows_itself() -> None:
    table = random_world(3, 4, 3, elasticities=(3.0, 6.0))
    best = cv.respond.optimal(table.world(), table.countries[0])
    assert best._repr_html_().startswith('<section class="countervail">')
    assert "the tariffs that are best for it" in " ".join(repr(best.summary()).split())
    assert best.to_latex().startswith(r"\begin{tabular}")
    assert best.plot.bar("welfare").svg().startswith("<svg")


def test_importing_a_name_loads_nothing_that_draws() -> None:
    code = (
        "import sys, countervail as cv; cv.respond; "
        "from countervail.schema.shown import fillers; assert fillers; "
        "print('countervail.present.views' in sys.modules, 'jinja2' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert run.stdout.split() == ["False", "False"]
