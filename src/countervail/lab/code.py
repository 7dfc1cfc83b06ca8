"""A law of the lab as Python, as TOML and as a command: each gives the figures of the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from countervail.errors import InputError, did_you_mean
from countervail.horizons import LONG, touched_by
from countervail.lab.bench import LabBench
from countervail.lab.state import CLOSURES, LabState
from countervail.lab.toml_words import fields, own_fields, word, words
from countervail.scenario import Scenario
from countervail.scenario.own_law import PREFIX, lawful_title
from countervail.scenario.question import Change

FORMS = ("python", "toml", "command")

FILE = "law.toml"
"""The name under which a law is saved."""


def code(bench: LabBench, state: LabState, form: str, opened: str, variant: str | None) -> str:
    """Return a law in one of its forms.

    Args:
        bench: of the page.
        state: the law.
        form: ``python``, ``toml`` or ``command``.
        opened: name or path of the scenario the page was opened with.
        variant: of it.

    Raises:
        InputError: no such form, or a state that there is not.
    """
    if form not in FORMS:
        raise InputError(f"no form '{form}'{did_you_mean(form, FORMS)} ({', '.join(FORMS)})")
    if form == "toml":
        return toml_of(bench, state)
    scenario = bench.asked(state).scenario
    goods = _goods(bench, state, scenario)
    name = Path(opened).name  # never the folder it lies in
    if form == "command":
        return _command(scenario, state, goods, name, variant, bench.questions.scenario)
    return _python(scenario, state, goods, name, variant)


def toml_of(bench: LabBench, state: LabState) -> str:
    """Return a law as a file that ``countervail run`` reads.

    Measures of one's own that are not in force on its day, and that nothing brings back, are no
    part of it.
    """
    scenario = bench.asked(state).scenario
    asked = {change.measure for change in scenario.changes}
    last = scenario.to_date
    own = [o for o in scenario.own if o.id in asked or last is None or o.since <= last]
    return toml(replace(scenario, own=tuple(own)))


def _goods(bench: LabBench, state: LabState, scenario: Scenario) -> tuple[str, ...]:
    """Return the goods the page has carved, where a question alone would carve others."""
    if state.horizon == LONG:
        return ()
    own = touched_by((scenario,), bench.given)
    carved = bench.goods_of(state)
    if own == carved:
        return ()
    return tuple(good.code for good in carved)


def toml(scenario: Scenario) -> str:
    """Return a scenario as a file that ``countervail run`` reads."""
    title = lawful_title(scenario.title)
    lines = [f"name = {word(scenario.name)}", f"title = {word(title)}"]
    days = {
        "from": scenario.from_date,
        "to": scenario.to_date,
        "known_on": scenario.known_on,
        "background": scenario.background,
    }
    lines += [f"{key} = {day.isoformat()}" for key, day in days.items() if day is not None]
    if scenario.measures is not None:
        mine = PREFIX if scenario.own else "\0"
        lawful = [id for id in scenario.measures if not id.startswith(mine)]
        lines.append(f"measures = {words(lawful)}")
    if scenario.pairs is not None:
        lines.append(f"pairs = {words([f'{i}>{n}' for i, n in scenario.pairs])}")
    if scenario.countries:
        lines.append(f"countries = {words(scenario.countries)}")
    for matter, reason in scenario.outside:
        lines += ["", "[[outside]]", f"matter = {word(matter)}", f"reason = {word(reason)}"]
    for one in scenario.own:
        lines += ["", "[[measure]]", *own_fields(one)]
    for change in scenario.changes:
        lines += ["", "[[change]]", *fields(change)]
    for hand in scenario.hand_changes:
        lines += ["", "[[shock]]", *fields(hand)]
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """Return a word of a command, in quotes where it holds more than letters."""
    if re.fullmatch(r"[\w.,>/:=-]+", text, re.ASCII) and ">" not in text:
        return text
    return "'" + text.replace("'", "'\\''") + "'"


def _command(
    scenario: Scenario,
    state: LabState,
    goods: Sequence[str],
    opened: str,
    variant: str | None,
    first: Scenario,
) -> str:
    """Return the command; an edited law, and one an address carried, is read from its file."""
    edited = scenario.changes != first.changes or scenario.own != first.own or bool(state.file)
    parts = ["countervail", "run", FILE if edited else quoted(opened)]
    if not edited:
        parts += ["--variant", variant] if variant else []
        if scenario.to_date != first.to_date:
            parts += ["--to", str(scenario.to_date)]
    parts += ["--horizon", state.horizon]
    parts += ["--deficits", state.closure] if state.closure != CLOSURES[0] else []
    parts += ["--elasticities", state.elasticities] if state.elasticities else []
    parts += ["--goods", ",".join(goods)] if goods else []
    parts += ["--allow-partial"] if scenario.allow_partial else []
    said = " ".join(parts)
    return f"{said}\n" if not edited else f"{said}    # {FILE}: the form TOML\n"


def _python(
    scenario: Scenario, state: LabState, goods: Sequence[str], opened: str, variant: str | None
) -> str:
    """Return a program that prints the welfare of the countries shown first."""
    world = ["world = cv.open_world()"]
    if state.elasticities:
        world.append(f"world = world.with_elasticity_set({state.elasticities!r})")
    if goods:
        world.append(f"world = world.carve({list(goods)!r})")
    asked, imports = _scenario(scenario, state, opened, variant)
    return (
        "\n".join(imports)
        + "\n\n"
        + "\n".join(world)
        + f"\n{asked}"
        + f"model = cv.CaliendoParro(deficits={state.closure!r})\n"
        f"solution = cv.solve(world, scenario, model, horizon={state.horizon!r})\n"
        f"print(solution.welfare_usd.sel(country={list(scenario.countries)!r}))\n"
    )


def _scenario(
    scenario: Scenario, state: LabState, opened: str, variant: str | None
) -> tuple[str, list[str]]:
    """Return the lines that make a question, and the imports they need."""
    if state.file:
        return f"scenario = cv.open_scenario({FILE!r})  # the form TOML, saved\n", [
            "import countervail as cv"
        ]
    chosen = f", {variant!r}" if variant else ""
    changes = "".join(f"        {_call(change)},\n" for change in scenario.changes)
    opening = f"cv.open_scenario({opened!r}{chosen})"
    imports = [
        "import datetime as dt",
        "from dataclasses import replace",
        "",
        "import countervail as cv",
        "from countervail.scenario.question import Change",
    ]
    if state.own:
        imports.append("from countervail.scenario.own_law import OwnMeasure, with_own")
        own = "".join(f"        OwnMeasure.read({one.as_dict()!r}),\n" for one in state.own)
        opening = f"with_own({opening}, [\n{own}    ])"
    day = scenario.to_date
    assert day is not None
    asked = (
        "scenario = replace(\n"
        f"    {opening},\n"
        f'    question="",\n    to_date=dt.date({day.year}, {day.month}, {day.day}),\n'
        + (f"    changes=(\n{changes}    ),\n" if changes else "    changes=(),\n")
        + (f"    allow_partial={scenario.allow_partial},\n" if scenario.allow_partial else "")
        + ")\n"
    )
    return asked, imports


def _call(change: Change) -> str:
    parts = [repr(change.measure)]
    for key, value in change._asdict().items():
        if key == "measure" or value is None or value is False:
            continue
        if isinstance(value, date):
            parts.append(f"{key}=dt.date({value.year}, {value.month}, {value.day})")
        else:
            parts.append(f"{key}={value!r}")
    return f"Change({', '.join(parts)})"
