"""The question under other models, closures and elasticities, beside the range of parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from countervail.draws.ensemble import Ensemble
from countervail.present.digits import percents
from countervail.present.document import Document
from countervail.present.parts import Column, DocumentTable, Row, Words, section
from countervail.present.rows import REPORTED, REPORTED_UNIT

if TYPE_CHECKING:
    from countervail.studies.compare_models import Comparison

SHOWN = "welfare"
"""The variable of the table; all of ``REPORTED`` are reported."""

MOST_COUNTRIES = 5

MEANING = (
    "each row changes one choice and leaves the others as asked; lowest and highest are of all "
    "combinations; choices are not draws: no probability stands behind their spread, and it is "
    "part of no range"
)


EFFECT = percents(4, none="no answer")


def document(
    found: Comparison, countries: Sequence[str] = (), ensemble: Ensemble | None = None
) -> Document:
    """Return what countries' figures are under all choices.

    Args:
        found: every combination.
        countries: reported; default those the scenario shows first, or that gain or lose most.
        ensemble: draws of the parameters, to stand beside.

    Raises:
        InputError: no such country in the world.
    """
    world = found.world
    if countries:
        codes = tuple(world.countries[world.country(word)] for word in countries)
    else:
        codes = world.showing(found.scenario.countries) or _moved_most(found)
    reported, certified = codes[:MOST_COUNTRIES], len(found) - len(found.failures)
    table = DocumentTable(
        (
            Column("choice", "choice"),
            *(Column(c, c, EFFECT, fixed=True) for c in reported),
        ),
        [{"choice": words, **figures} for words, figures in _read(found, reported, ensemble)],
        caption=f"{certified} of {len(found)} combinations certified (residual "
        f"{np.nanmax(found.residual):.0e} at most); {MEANING}",
    )
    title = "Under other models, closures and elasticities (welfare, per cent)"
    without = [Words(sentence) for sentence in _left_out(found)]
    return Document([*section(title, table), *without], _data(found, codes, ensemble))


def envelope(data: Mapping[str, Any]) -> str:
    """Return in one line what welfare is under all choices, of the countries of a document.

    Args:
        data: of ``document``.
    """
    ends = [
        f"{code} {EFFECT.write(one[SHOWN]['low'])} to {EFFECT.write(one[SHOWN]['high'])}"
        for code, one in [*data["spread"].items()][:MOST_COUNTRIES]
    ]
    return (
        f"Welfare under all {len(data['choices'])} combinations of models, closures and "
        f"elasticities, per cent: {', '.join(ends)} (no probability stands behind these ends, and "
        "they are part of no range)."
    )


def _left_out(found: Comparison) -> Iterator[str]:
    """Yield which models have no answer, how often and why: one sentence a reason."""
    reasons: dict[tuple[str, str], int] = {}
    for k, reason in found.failures.items():
        about = found.choices[k].model, reason
        reasons[about] = reasons.get(about, 0) + 1
    for (model, reason), times in reasons.items():
        asked = sum(choice.model == model for choice in found.choices)
        how = "" if times == asked else f" in {times} of its {asked} combinations"
        yield f"Left out: {model}{how}: {reason}."


def _data(found: Comparison, codes: Sequence[str], ensemble: Ensemble | None) -> dict[str, Any]:
    """Return the JSON object: every combination."""
    return {
        "unit": REPORTED_UNIT,
        "countries": list(codes),
        "asked": found.choices[0]._asdict(),
        "choices": [_choice(found, k, codes) for k in range(len(found))],
        "spread": {code: {name: _spread(found, name, code) for name in REPORTED} for code in codes},
        "parameters": None
        if ensemble is None
        else {
            code: {name: ensemble.range(name, country=code).as_dict() for name in REPORTED}
            for code in codes
        },
        "certified": len(found) - len(found.failures),
        "residual": float(np.nanmax(found.residual)),
        "meaning": MEANING,
    }


def _read(
    found: Comparison, reported: Sequence[str], ensemble: Ensemble | None
) -> Iterator[tuple[str, Mapping[str, float]]]:
    """Yield what is read: as asked, one choice changed, all of them, and the parameters."""

    def figures(choice: int) -> dict[str, float]:
        return {code: found.value(choice, SHOWN, code) for code in reported}

    asked = found.choices[0]
    yield f"as asked: {asked.model}, {asked.closure}, {asked.elasticities}", figures(0)
    for what in asked._fields:
        for k in found.alone(what):
            yield f"{what} {getattr(found.choices[k], what)}", figures(k)
    spreads = {code: found.spread(SHOWN, code) for code in reported}
    yield f"lowest of all {len(found)}", {code: one.low for code, one in spreads.items()}
    yield f"highest of all {len(found)}", {code: one.high for code, one in spreads.items()}
    if ensemble is not None:
        ranges = {code: ensemble.range(SHOWN, country=code) for code in reported}
        yield "parameters alone, 5 %", {code: one.p05 for code, one in ranges.items()}
        yield "parameters alone, 95 %", {code: one.p95 for code, one in ranges.items()}


def _choice(found: Comparison, number: int, codes: Sequence[str]) -> Row:
    """Return one combination: what it is, its figures, and its certificate."""
    choice, reason = found.choices[number], found.failures.get(number)
    return {
        **choice._asdict(),
        "differs": list(choice.differs(found.choices[0])),
        "certified": reason is None,
        "residual": None if reason else float(found.residual[number]),
        "reason": reason,
        "countries": {
            code: {name: None if reason else found.value(number, name, code) for name in REPORTED}
            for code in codes
        },
    }


def _spread(found: Comparison, variable: str, country: str) -> dict[str, Any]:
    one = found.spread(variable, country)
    ends = {"lowest": one.lowest._asdict(), "highest": one.highest._asdict()}
    return {"value": one.value, "low": one.low, "high": one.high, **ends}


def _moved_most(found: Comparison) -> tuple[str, ...]:
    order = np.argsort(-np.abs(found.arrays[SHOWN][0]))[:MOST_COUNTRIES]
    return tuple(found.world.countries[int(n)] for n in order)
