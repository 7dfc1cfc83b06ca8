"""The question under other models, closures and elasticities, beside the range of parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from rich.table import Table

from countervail.draws.ensemble import Ensemble
from countervail.present.numbers import percent
from countervail.present.rows import TOLD, TOLD_UNIT
from countervail.studies.compare_models import Choice, Comparison

SHOWN = "welfare"
"""The variable of the table; all of ``TOLD`` are told."""

MOST_COUNTRIES = 5

MEANING = (
    "each row changes one choice and leaves the others as asked; lowest and highest are of all "
    "combinations; choices are not draws: no probability stands behind their spread, and it is "
    "part of no range"
)


class Compared(NamedTuple):
    """What some countries' figures are under all choices.

    Attributes:
        comparison: every combination.
        countries: codes of those told of.
        ensemble: draws of the parameters under the choice asked for, to stand beside.
    """

    comparison: Comparison
    countries: tuple[str, ...]
    ensemble: Ensemble | None = None

    @classmethod
    def of(
        cls,
        comparison: Comparison,
        countries: Sequence[str] = (),
        ensemble: Ensemble | None = None,
    ) -> Compared:
        """Return what countries' figures are under all choices.

        Args:
            comparison: every combination.
            countries: told of; default those the scenario shows first, or that gain or lose most.
            ensemble: draws of the parameters, to stand beside.

        Raises:
            InputError: no such country in the world.
        """
        world = comparison.world
        if countries:
            told = tuple(world.countries[world.country(code)] for code in countries)
        else:
            named = world.showing(comparison.scenario.countries)
            told = named or _moved_most(comparison)
        return cls(comparison, told, ensemble)

    @property
    def title(self) -> str:
        """The table's title."""
        return "Under other models, closures and elasticities (welfare, per cent)"

    def as_dict(self) -> dict[str, Any]:
        """Return it JSON-able: every combination."""
        found = self.comparison
        return {
            "unit": TOLD_UNIT,
            "countries": list(self.countries),
            "asked": found.choices[0]._asdict(),
            "choices": [self._choice(k) for k in range(len(found))],
            "spread": {
                country: {name: self._spread(name, country) for name in TOLD}
                for country in self.countries
            },
            "parameters": self._parameters(),
            "certified": len(found) - len(found.failures),
            "residual": float(np.nanmax(found.residual)),
            "meaning": MEANING,
        }

    def table(self) -> Table:
        """Return it as a table: as asked, one choice changed, all of them, and the parameters."""
        found, told = self.comparison, self.countries[:MOST_COUNTRIES]
        table = Table(box=None, pad_edge=False, header_style="bold dim", caption_justify="left")
        table.add_column("choice", no_wrap=True)
        for country in told:
            table.add_column(country, justify="right", no_wrap=True)
        for words, values in self._rows(told):
            if values is None:
                table.add_section()
            else:
                table.add_row(words, *(_number(value) for value in values))
        certified = len(found) - len(found.failures)
        table.caption = (
            f"{certified} of {len(found)} combinations certified (residual "
            f"{np.nanmax(found.residual):.0e} at most); {MEANING}"
        )
        return table

    def _rows(self, told: Sequence[str]) -> Iterator[tuple[str, list[float] | None]]:
        """Yield the rows of the table; a section's end has no figures."""
        found = self.comparison
        asked = found.choices[0]
        yield f"as asked: {', '.join(_words(asked))}", self._values(0, told)
        yield "", None
        for what in Choice._fields:
            for k in found.alone(what):
                yield f"{what} {getattr(found.choices[k], what)}", self._values(k, told)
        yield "", None
        spreads = [found.spread(SHOWN, country) for country in told]
        yield f"lowest of all {len(found)}", [one.low for one in spreads]
        yield f"highest of all {len(found)}", [one.high for one in spreads]
        if self.ensemble is not None:
            ranges = [self.ensemble.range(SHOWN, country=country) for country in told]
            yield "", None
            yield "parameters alone, 5 %", [one.p05 for one in ranges]
            yield "parameters alone, 95 %", [one.p95 for one in ranges]

    def _values(self, choice: int, told: Sequence[str]) -> list[float]:
        return [self.comparison.value(choice, SHOWN, country) for country in told]

    def _choice(self, number: int) -> dict[str, Any]:
        """Return one combination: what it is, its figures, and its certificate."""
        found = self.comparison
        choice, reason = found.choices[number], found.failures.get(number)
        return {
            **choice._asdict(),
            "differs": list(choice.differs(found.choices[0])),
            "certified": reason is None,
            "residual": None if reason else float(found.residual[number]),
            "reason": reason,
            "countries": {
                country: {
                    name: None if reason else found.value(number, name, country) for name in TOLD
                }
                for country in self.countries
            },
        }

    def _spread(self, variable: str, country: str) -> dict[str, Any]:
        one = self.comparison.spread(variable, country)
        ends = {"lowest": one.lowest._asdict(), "highest": one.highest._asdict()}
        return {"value": one.value, "low": one.low, "high": one.high, **ends}

    def _parameters(self) -> dict[str, Any] | None:
        """Return the ranges of the parameters alone, where there are draws."""
        drawn = self.ensemble
        if drawn is None:
            return None
        return {
            country: {name: drawn.range(name, country=country).as_dict() for name in TOLD}
            for country in self.countries
        }


def _moved_most(comparison: Comparison) -> tuple[str, ...]:
    order = np.argsort(-np.abs(comparison.arrays[SHOWN][0]))[:MOST_COUNTRIES]
    return tuple(comparison.world.countries[int(n)] for n in order)


def _words(choice: Choice) -> tuple[str, ...]:
    return choice.model, choice.closure, choice.elasticities


def _number(value: float) -> str:
    return percent(value, 4) if np.isfinite(value) else "no answer"
