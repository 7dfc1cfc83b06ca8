"""Predictions held against what was seen: errors, bias, and half-widths that held what happened.

A half-width is split conformal: the ceil(0.9 (n + 1))-th smallest error of the record (Vovk,
Gammerman, Shafer 2005; Lei et al. 2018). Errors of episodes of one measure are not independent, so
standard errors resample measures and coverage leaves out a measure at a time.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from statistics import median
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.backtests.episode import Episode
from countervail.backtests.predict import STRUCTURES, Backtest, Prediction
from countervail.backtests.ranged import SMALL, unit_of, wider
from countervail.text.tables import rows

TABLE = "backtest_residuals.csv"
"""The table of residuals that comes with the package."""

FACTS = ("hit", "redirected", "rivals")
"""Facts in numbers, in the order of the score; prices received are not in the record."""

NOMINAL = 9
"""Tenths of what happened that a range is to hold."""

FEWEST_OF_KIND = 20
"""So many errors of a kind of measure make a half-width of their own."""

FEWEST_RANKED = 3
"""Winners told from noise whose order is scored."""

RESAMPLES = 2000
HALVINGS = 60
SEED = 72
HEAD = (
    *("episode", "measure", "kind", "place", "structure", "fact"),
    *("observed", "predicted", "noise", "error", "size", "p05", "p95"),
)

SCORED_IN = "first_year"
"""The structure that answers at a horizon are made with; draws are of it."""


class Residual(NamedTuple):
    """A fact in numbers beside what a structure predicts of it.

    Attributes:
        episode: its name.
        measure: what is resampled: the first measure of the ledger it names, else its law.
        kind: ban, punitive or moderate.
        place: ``good`` or ``sector``, what it was predicted as.
        structure: one of ``STRUCTURES``.
        fact: one of :data:`FACTS`.
        observed: hit in per cent of the pair's trade, others in per cent of the loss.
        predicted: likewise.
        noise: of the fact in windows without the measure.
        drawn: 5 and 95 per cent of draws of what is not known; None where none were made.
    """

    episode: str
    measure: str
    kind: str
    place: str
    structure: str
    fact: str
    observed: float
    predicted: float
    noise: float
    drawn: tuple[float, float] | None = None

    @property
    def error(self) -> float:
        """Predicted minus observed, points."""
        return self.predicted - self.observed

    @property
    def size(self) -> float:
        """The error's size: of a hit in per cent of the predicted loss, of others in points of it.

        A share of the loss is of the predicted loss as soon as it is told in money.
        """
        return abs(self.error) / unit_of(self.fact, self.predicted)


class Ranking(NamedTuple):
    """Winners in order beside a structure's; the first alone where only it is told from noise.

    Attributes:
        episode, measure, kind, place, structure: as of a :class:`Residual`.
        fact: ``first_winner`` or ``ranks``.
        observed: codes, the first winner first.
        predicted: likewise; of ranks the same codes in another order.
    """

    episode: str
    measure: str
    kind: str
    place: str
    structure: str
    fact: str
    observed: tuple[str, ...]
    predicted: tuple[str, ...]

    @property
    def agreement(self) -> float:
        """1 or 0 of a first winner; of ranks Spearman's correlation, -1 to 1."""
        if self.fact == "first_winner":
            return float(self.observed == self.predicted)
        places = [self.predicted.index(code) for code in self.observed]
        gaps = sum((k - place) ** 2 for k, place in enumerate(places))
        size = len(places)
        return 1.0 - 6.0 * gaps / (size * (size**2 - 1))


class Scored(NamedTuple):
    """Everything that is counted.

    Attributes:
        residuals: facts in numbers.
        rankings: winners.
    """

    residuals: tuple[Residual, ...]
    rankings: tuple[Ranking, ...]

    def of(self, structure: str, fact: str) -> list[Residual]:
        """Return the residuals of a structure and a fact."""
        return [r for r in self.residuals if (r.structure, r.fact) == (structure, fact)]

    def placed(self, place: str) -> Scored:
        """Return what was predicted as a good, or as a sector."""
        return Scored(
            tuple(r for r in self.residuals if r.place == place),
            tuple(r for r in self.rankings if r.place == place),
        )

    def ranked(self, structure: str, fact: str) -> list[Ranking]:
        """Return the rankings of a structure: ``first_winner`` or ``ranks``."""
        return [r for r in self.rankings if (r.structure, r.fact) == (structure, fact)]


class Score(NamedTuple):
    """How well a structure predicts a fact, in points.

    Attributes:
        structure, fact: which.
        facts, measures: how many.
        error: mean absolute error; ``error_se`` its standard error, measures resampled.
        middle: median absolute error.
        bias: mean of predicted minus observed; ``bias_se`` likewise.
        noise: median of the facts' own in windows without the measure.
        sign: part of the facts whose sign is right.
        half_width: of a range that held nine of ten, as ``Residual.size``; None with fewer than 9.
        ranged: facts that have a half-width from the other measures; ``inside`` of them lie in it.
    """

    structure: str
    fact: str
    facts: int
    measures: int
    error: float
    error_se: float
    middle: float
    bias: float
    bias_se: float
    noise: float
    sign: float
    half_width: float | None
    ranged: int
    inside: int


class Coverage(NamedTuple):
    """How often the range of a fact in the first year held what was seen.

    Attributes:
        fact: which; ``all`` are those of every fact.
        ranged: facts with a half-width from the other measures.
        inside: of them, those in the range that is told: the wider of the record's and of draws.
        inside_record: of them, those in the record's alone.
        drawn: facts that have draws.
        inside_draws: of them, those in the range of draws alone.
    """

    fact: str
    ranged: int
    inside: int
    inside_record: int
    drawn: int
    inside_draws: int


def measure_of(episode: Episode) -> str:
    """Return the measure an episode is of: errors of one measure are not independent."""
    taken = episode.header.measure
    return taken.ledger[0] if taken.ledger else taken.law


def scored(backtests: Iterable[Backtest]) -> Scored:
    """Return what is counted of episodes predicted; where there is no answer, nothing is."""
    residuals, rankings = [], []
    for found in backtests:
        for prediction in found.predictions:
            if prediction.reason is None:
                residuals += _residuals(found, prediction)
                rankings += _rankings(found, prediction)
    return Scored(tuple(residuals), tuple(rankings))


def _of(found: Backtest, structure: str) -> tuple[str, str, str, str, str]:
    episode = found.episode
    return episode.id, measure_of(episode), episode.header.kind, found.place, structure


def _residuals(found: Backtest, prediction: Prediction) -> list[Residual]:
    of = _of(found, prediction.structure)
    drawn = found.drawn if prediction.structure == SCORED_IN else {}
    return [
        Residual(*of, fact.name, fact.value, round(predicted, 3), fact.noise, drawn.get(fact.name))
        for fact in found.episode.scorable()
        if fact.value is not None
        and fact.noise is not None
        and (predicted := prediction.of(fact.name)) is not None
    ]


def _rankings(found: Backtest, prediction: Prediction) -> list[Ranking]:
    of, episode, made = _of(found, prediction.structure), found.episode, []
    first = episode.first_winner()
    if first is not None:
        said = (prediction.first_winner,) if prediction.first_winner else ()
        made.append(Ranking(*of, "first_winner", (first.country,), said))
    told = tuple(one.country for one in episode.winners if one.admitted)
    told = tuple(code for code in told if code in prediction.gains)
    if "ranks" in episode.header.predicted and len(told) >= FEWEST_RANKED:
        order = sorted(told, key=lambda code: -prediction.gains[code])
        made.append(Ranking(*of, "ranks", told, tuple(order)))
    return made


def scores(found: Scored) -> list[Score]:
    """Return the score of every structure and fact that there is something of."""
    return [
        _score(structure, fact, some)
        for fact in FACTS
        for structure in STRUCTURES
        if (some := found.of(structure, fact))
    ]


def _score(structure: str, fact: str, some: Sequence[Residual]) -> Score:
    errors = np.array([one.error for one in some])
    inside = [held for one in some if (held := held_by_record(one, some)) is not None]
    return Score(
        structure,
        fact,
        facts=len(some),
        measures=len({one.measure for one in some}),
        error=float(np.abs(errors).mean()),
        error_se=_standard_error(some, np.abs(errors)),
        middle=float(np.median(np.abs(errors))),
        bias=float(errors.mean()),
        bias_se=_standard_error(some, errors),
        noise=median(one.noise for one in some),
        sign=sum(one.predicted * one.observed > 0 for one in some) / len(some),
        half_width=half_width(some),
        ranged=len(inside),
        inside=sum(inside),
    )


def coverage(found: Scored) -> list[Coverage]:
    """Return how often ranges of the first year held what was seen: by fact, then of all facts."""
    made = [_covered(fact, found.of(SCORED_IN, fact)) for fact in FACTS]
    columns = zip(*(one[1:] for one in made), strict=True)
    return [*made, Coverage("all", *map(sum, columns))]


def _covered(fact: str, some: Sequence[Residual]) -> Coverage:
    told = [held for one in some if (held := held_out(one, some)) is not None]
    record = [held for one in some if (held := held_by_record(one, some)) is not None]
    drawn = [held for one in some if (held := held_by_draws(one)) is not None]
    return Coverage(fact, len(told), sum(told), sum(record), len(drawn), sum(drawn))


def _standard_error(some: Sequence[Residual], values: NDArray[np.float64]) -> float:
    """Return the standard error of a mean of values, whole measures resampled."""
    measures = sorted({one.measure for one in some})
    at = np.array([measures.index(one.measure) for one in some])
    sums = np.bincount(at, weights=values, minlength=len(measures))
    counts = np.bincount(at, minlength=len(measures))
    drawn = np.random.default_rng(SEED).integers(len(measures), size=(RESAMPLES, len(measures)))
    return float((sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)).std(ddof=1))


def half_width(some: Sequence[Residual], kind: str | None = None) -> float | None:
    """Return the ceil(0.9 (n + 1))-th smallest size of errors; None where n < 9.

    Args:
        some: residuals of one structure and fact.
        kind: of the measure asked about: errors of its kind alone count where there are enough.
    """
    sizes = sorted(one.size for one in alike(some, kind))
    rank = -(-NOMINAL * (len(sizes) + 1) // 10)
    return sizes[rank - 1] if rank <= len(sizes) else None


def alike(some: Sequence[Residual], kind: str | None) -> Sequence[Residual]:
    """Return the errors of a kind of measure where there are enough, else all of them."""
    found = [one for one in some if one.kind == kind]
    return found if len(found) >= FEWEST_OF_KIND else some


def other_measures(some: Iterable[Residual], measure: str) -> list[Residual]:
    """Return the residuals that are not of a measure."""
    return [one for one in some if one.measure != measure]


def held_out(one: Residual, some: Iterable[Residual]) -> bool | None:
    """Return whether a fact lies in the range that is told where its measure is left out.

    None where all other measures give no half-width.
    """
    width = half_width(other_measures(some, one.measure), one.kind)
    return None if width is None else _held(one, width)


def held_by_record(one: Residual, some: Iterable[Residual]) -> bool | None:
    """Return whether a fact lies in the range that all other measures give; None without one."""
    width = half_width(other_measures(some, one.measure), one.kind)
    return None if width is None else one.size <= width


def held_by_draws(one: Residual) -> bool | None:
    """Return whether a fact lies in the range of draws alone; None where none were made."""
    return None if one.drawn is None else _held(one, None)


def _held(one: Residual, width: float | None) -> bool:
    found = wider(one.fact, one.predicted, parameters=one.drawn, width=width)
    return found is not None and found.low <= one.observed <= found.high


def width_of(fact: str, kind: str, without: Collection[str] = ()) -> tuple[float | None, int]:
    """Return the record's half-width of a fact, as ``Residual.size``, and of how many errors it is.

    None of measures under ten points, and where fewer than nine errors are known.

    Args:
        fact: ``hit``, ``redirected`` or ``rivals``; of others there is no record.
        kind: of the measure asked about.
        without: measures that are left out: those asked about.
    """
    some = [one for one in answered(fact) if one.measure not in without]
    if kind == SMALL:
        return None, 0
    return half_width(some, kind), len(alike(some, kind))


def binomial_interval(hits: int, trials: int, level: float = 0.95) -> tuple[float, float]:
    """Return the interval of a part (Clopper, Pearson 1934): what it may be with so many hits."""
    tail = (1.0 - level) / 2.0
    low = 0.0 if hits == 0 else _where(lambda p: 1.0 - _at_most(hits - 1, trials, p), tail)
    high = 1.0 if hits == trials else 1.0 - _where(lambda q: _at_most(hits, trials, 1.0 - q), tail)
    return low, high


def _at_most(hits: int, trials: int, p: float) -> float:
    """Return the chance of so many hits or fewer."""
    return sum(math.comb(trials, k) * p**k * (1.0 - p) ** (trials - k) for k in range(hits + 1))


def _where(rising: Callable[[float], float], level: float) -> float:
    """Return where a function that rises from 0 to 1 takes a value."""
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if rising(middle) < level else (low, middle)
    return 0.5 * (low + high)


def written(found: Scored) -> str:
    """Return the table of residuals as it comes with the package."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(HEAD)
    for r in found.residuals:
        sizes = (f"{r.error:.1f}", f"{r.size:.3g}")
        drawn = ("", "") if r.drawn is None else (f"{r.drawn[0]:.1f}", f"{r.drawn[1]:.1f}")
        seen = f"{r.observed:g}", f"{r.predicted:.3f}", f"{r.noise:g}"
        table.writerow((*r[:6], *seen, *sizes, *drawn))
    for k in found.rankings:
        words = " ".join(k.observed), " ".join(k.predicted)
        table.writerow((*k[:6], *words, "", "", f"{k.agreement:.3g}", "", ""))
    return out.getvalue()


@cache
def shipped() -> Scored:
    """Return what is counted of the record, as it comes with the package."""
    return _read(rows(TABLE))


def known_draws(found: Scored) -> dict[str, dict[str, tuple[float, float]]]:
    """Return 5 and 95 per cent of draws by episode and fact, as residuals have them."""
    known: dict[str, dict[str, tuple[float, float]]] = {}
    for one in found.residuals:
        if one.drawn is not None:
            known.setdefault(one.episode, {})[one.fact] = one.drawn
    return known


@cache
def answered(fact: str) -> tuple[Residual, ...]:
    """Return the shipped errors of a fact in the structure that answers at a horizon have."""
    return tuple(shipped().of(SCORED_IN, fact))


def _read(table: Iterable[Mapping[str, str]]) -> Scored:
    residuals, rankings = [], []
    for row in table:
        episode, measure, kind, place, structure, fact = (row[key] for key in HEAD[:6])
        of = episode, measure, kind, place, structure, fact
        if fact in FACTS:
            observed, predicted, noise = (float(row[key]) for key in HEAD[6:9])
            drawn = (float(row["p05"]), float(row["p95"])) if row["p05"] else None
            residuals.append(Residual(*of, observed, predicted, noise, drawn))
        else:
            seen, said = (tuple(row[key].split()) for key in HEAD[6:8])
            rankings.append(Ranking(*of, seen, said))
    return Scored(tuple(residuals), tuple(rankings))
