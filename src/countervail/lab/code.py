"""A law of the lab as Python, as TOML and as a command: each gives the figures of the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from countervail.errors import InputError, did_you_mean
from countervail.horizons import LONG, touched_by
from countervail.lab.bench import LabBench
from countervail.lab.state import CLOSURES, LabState
from countervail.scenario import Scenario
from countervail.scenario.question import Change, HandChange

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
    scenario = bench.asked(state).scenario
    goods = _goods(bench, state, scenario)
    name = Path(opened).name  # never the folder it lies in
    if form == "toml":
        return toml(scenario)
    if form == "command":
        return _command(scenario, state, goods, name, variant, bench.questions.scenario)
    return _python(scenario, state, goods, name, variant)


def _goods(bench: LabBench, state: LabState, scenario: Scenario) -> tuple[str, ...]:
    """Return the goods the page has carved, where a question alone would carve others."""
    if state.horizon == LONG:
        return ()
    own = touched_by((scenario,), bench.given)
    if own == bench.goods:
        return ()
    return tuple(good.code for good in bench.goods)


def toml(scenario: Scenario) -> str:
    """Return a scenario as a file that ``countervail run`` reads."""
    lines = [f"name = {_word(scenario.name)}", f"title = {_word(scenario.title)}"]
    days = {
        "from": scenario.from_date,
        "to": scenario.to_date,
        "known_on": scenario.known_on,
        "background": scenario.background,
    }
    lines += [f"{key} = {day.isoformat()}" for key, day in days.items() if day is not None]
    if scenario.measures is not None:
        lines.append(f"measures = {_words(scenario.measures)}")
    if scenario.pairs is not None:
        lines.append(f"pairs = {_words([f'{i}>{n}' for i, n in scenario.pairs])}")
    if scenario.countries:
        lines.append(f"countries = {_words(scenario.countries)}")
    for matter, reason in scenario.outside:
        lines += ["", "[[outside]]", f"matter = {_word(matter)}", f"reason = {_word(reason)}"]
    for change in scenario.changes:
        lines += ["", "[[change]]", *_fields(change)]
    for hand in scenario.hand_changes:
        lines += ["", "[[shock]]", *_fields(hand)]
    return "\n".join(lines) + "\n"


def _fields(change: Change | HandChange) -> Iterator[str]:
    for key, value in change._asdict().items():
        if value is None or value is False:
            continue
        if isinstance(value, bool):
            yield f"{key} = true"
        elif isinstance(value, date):
            yield f"{key} = {value.isoformat()}"
        elif isinstance(value, tuple):
            yield f"{key} = {_words(value)}"
        elif isinstance(value, str):
            yield f"{key} = {_word(value)}"
        else:
            yield f"{key} = {float(value)!r}"


def _command(
    scenario: Scenario,
    state: LabState,
    goods: Sequence[str],
    opened: str,
    variant: str | None,
    first: Scenario,
) -> str:
    """Return the command; an edited law is read from its file."""
    edited = scenario.changes != first.changes
    words = ["countervail", "run", FILE if edited else opened]
    if not edited:
        words += ["--variant", variant] if variant else []
        if scenario.to_date != first.to_date:
            words += ["--to", str(scenario.to_date)]
    words += ["--horizon", state.horizon]
    words += ["--deficits", state.closure] if state.closure != CLOSURES[0] else []
    words += ["--elasticities", state.elasticities] if state.elasticities else []
    words += ["--goods", ",".join(goods)] if goods else []
    words += ["--allow-partial"] if scenario.allow_partial else []
    said = " ".join(words)
    return f"{said}\n" if not edited else f"{said}    # {FILE}: the form TOML\n"


def _python(
    scenario: Scenario, state: LabState, goods: Sequence[str], opened: str, variant: str | None
) -> str:
    """Return a program that prints the welfare of the countries shown first."""
    chosen = f", {variant!r}" if variant else ""
    changes = "".join(f"        {_call(change)},\n" for change in scenario.changes)
    world = ["world = cv.open_world()"]
    if state.elasticities:
        world.append(f"world = world.with_elasticity_set({state.elasticities!r})")
    if goods:
        world.append(f"world = world.carve({list(goods)!r})")
    day = scenario.to_date
    assert day is not None
    return (
        "import datetime as dt\n"
        "from dataclasses import replace\n\n"
        "import countervail as cv\n"
        "from countervail.scenario.question import Change\n\n"
        + "\n".join(world)
        + "\nscenario = replace(\n"
        f"    cv.open_scenario({opened!r}{chosen}),\n"
        f'    question="",\n    to_date=dt.date({day.year}, {day.month}, {day.day}),\n'
        + (f"    changes=(\n{changes}    ),\n" if changes else "    changes=(),\n")
        + (f"    allow_partial={scenario.allow_partial},\n" if scenario.allow_partial else "")
        + ")\n"
        f"model = cv.CaliendoParro(deficits={state.closure!r})\n"
        f"solution = cv.solve(world, scenario, model, horizon={state.horizon!r})\n"
        f"print(solution.welfare_usd.sel(country={list(scenario.countries)!r}))\n"
    )


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


def _words(words: Sequence[str]) -> str:
    return f"[{', '.join(map(_word, words))}]"


def _word(text: str) -> str:
    """Return a text as TOML has it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return (
        '"' + "".join(c if c >= " " and c != "\x7f" else f"\\u{ord(c):04x}" for c in escaped) + '"'
    )
