"""The numbers of measures that are estimates, and the same ledger with other values for them.

Coverages, levels before a measure, shares that pay, shares that claim a preference, and rates that
differ by company are stated with a range. One *estimate* moves all numbers that err together: the
coverages, the levels, or the rates of one measure; one programme's use, in every measure that
exempts its goods.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from statistics import median
from types import MappingProxyType
from typing import Any, Literal

from countervail.ledger.ledger import Ledger
from countervail.ledger.measure import Coverage, Exempt, Level, Measure, Quota, Rate, SharedValue
from countervail.quantiles import two_piece

Kind = Literal["coverage", "dutiable", "level", "quota", "rate", "use"]


@dataclass(frozen=True)
class Estimate:
    """Numbers of the ledger that err together.

    Attributes:
        kind: ``coverage`` of a measure's lines, the ``level`` of goods before it, the ``dutiable``
            part of their value, the ``use`` of a preference programme, what a unit of a ``quota``
            is worth, or the ``rate`` where it differs by company.
        of: id of the measure; the programme for ``use``.
        low, value, high: of coverages and levels in multiples of them; the median of several
            ranges.
        source: where the first range stands, in words.
    """

    kind: Kind
    of: str
    low: float
    value: float
    high: float
    source: str

    @property
    def name(self) -> str:
        """The estimate in a word or two: ``coverage can-chn-ev-surtax-2024``."""
        return f"{self.kind} {self.of}"


def estimates(ledger: Ledger, ids: Collection[str]) -> tuple[Estimate, ...]:
    """Return the estimates in some measures, each once, in the order of kind and name."""
    found: dict[str, list[Estimate]] = {}
    for id in ids:
        for one in _of_measure(ledger.measure(id)):
            found.setdefault(one.name, []).append(one)
    typical = [
        replace(
            several[0],
            low=median(one.low for one in several),
            value=median(one.value for one in several),
            high=median(one.high for one in several),
        )
        for several in found.values()
    ]
    return tuple(sorted(typical, key=lambda one: (one.kind, one.of)))


def drawn(ledger: Ledger, at: Mapping[str, float]) -> Ledger:
    """Return the ledger with each estimate at a quantile of its range.

    Args:
        ledger: the measures.
        at: quantile, between 0 and 1, by the estimate's name; the others stay as stated.
    """
    measures = {measure.id: _moved(measure, at) for measure in ledger}
    return Ledger(MappingProxyType(measures), ledger.paths)


def _of_measure(measure: Measure) -> Iterator[Estimate]:
    for table in measure.coverage:
        low, high = table.multiples
        if low < high:
            said = f"{table.basis} weights of {table.year}: {table.source}"
            yield Estimate("coverage", measure.id, low, 1.0, high, said)
    for level in measure.levels:
        low, high = level.multiples
        if low < high:
            yield Estimate("level", measure.id, low, 1.0, high, level.source)
    for rate in measure.rates:
        for kind, of, part in (
            ("dutiable", measure.id, rate.dutiable_share),
            ("use", rate.exempt.programme if rate.exempt else "", rate.exempt),
        ):
            if part is not None and part.low is not None and part.high is not None:
                value = part.share if isinstance(part, Exempt) else part.value
                yield Estimate(kind, of, part.low, value, part.high, part.source)  # type: ignore[arg-type]
        for key in ("base_volume", "unit_value") if rate.quota else ():
            value, between = getattr(rate.quota, key), getattr(rate.quota, f"{key}_range")
            if value is not None and between is not None:
                said = getattr(rate.quota, f"{key}_source")
                low, high = between[0] / value, between[1] / value
                yield Estimate("quota", measure.id, low, 1.0, high, said)
        if rate.rate_range is not None and rate.rate is not None:
            low, high = rate.rate_range
            said = f"rates by company, {rate.reference.title}"
            yield Estimate("rate", measure.id, low, rate.rate, high, said)


def _moved(measure: Measure, at: Mapping[str, float]) -> Measure:
    """Return a measure with its estimates at their quantiles; itself where none is asked for."""
    changes: dict[str, Any] = {}
    u = at.get(f"coverage {measure.id}")
    if u is not None:
        changes["coverage"] = tuple(_covering(table, u) for table in measure.coverage)
    u = at.get(f"level {measure.id}")
    if u is not None:
        changes["levels"] = tuple(_worth(level, u) for level in measure.levels)
    rates = tuple(_rated(rate, measure.id, at) for rate in measure.rates)
    if any(new is not old for new, old in zip(rates, measure.rates, strict=True)):
        changes["rates"] = rates
    return measure.model_copy(update=changes) if changes else measure


def _covering(table: Coverage, u: float) -> Coverage:
    low, high = table.multiples
    if low == high or table.basis == "whole":
        return table
    multiple = max(two_piece(u, low, 1.0, high), 0.0)
    weights = {key: min(weight * multiple, 1.0) for key, weight in table.weights.items()}
    return table.model_copy(update={"weights": weights})


def _worth(level: Level, u: float) -> Level:
    low, high = level.multiples
    if low == high:
        return level
    multiple = max(two_piece(u, low, 1.0, high), 0.0)
    return level.model_copy(update={"value": level.value * multiple})


def _rated(rate: Rate, measure: str, at: Mapping[str, float]) -> Rate:
    changes: dict[str, Any] = {}
    share, exempt = rate.dutiable_share, rate.exempt
    if share is not None and (u := at.get(f"dutiable {measure}")) is not None:
        changes["dutiable_share"] = _shared(share, "value", u)
    if exempt is not None and (u := at.get(f"use {exempt.programme}")) is not None:
        changes["exempt"] = _shared(exempt, "share", u)
    if rate.quota is not None and (u := at.get(f"quota {measure}")) is not None:
        changes["quota"] = _unit_worth(rate.quota, u)
    if rate.rate_range is not None and (u := at.get(f"rate {measure}")) is not None:
        low, high = rate.rate_range
        changes["rate"] = max(two_piece(u, low, rate.rate or 0.0, high), 0.0)
    return rate.model_copy(update=changes) if changes else rate


def _unit_worth(quota: Quota, u: float) -> Quota:
    """Return a quota with what a unit is worth at a quantile of its range."""
    changes = {}
    for key in ("base_volume", "unit_value"):
        value, between = getattr(quota, key), getattr(quota, f"{key}_range")
        if value is not None and between is not None:
            changes[key] = max(two_piece(u, between[0], value, between[1]), 1e-9 * value)
    return quota.model_copy(update=changes) if changes else quota


def _shared(part: SharedValue | Exempt, field: str, u: float) -> SharedValue | Exempt:
    """Return a share of value at a quantile of its range, between 0 and 1."""
    if part.low is None or part.high is None:
        return part
    moved = two_piece(u, part.low, getattr(part, field), part.high)
    return part.model_copy(update={field: min(max(moved, 0.0), 1.0)})
