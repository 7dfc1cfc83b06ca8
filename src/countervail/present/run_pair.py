"""Two answers of ``run`` beside each other: each with its range, and their difference.

The range of a difference is of draws in which both questions had the same inputs: what is not known
of both alike falls out of it. Two ranges set beside each other say less.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail.draws.ensemble.result import QUANTILES, quantile
from countervail.errors import InputError
from countervail.present.document import Document, plain
from countervail.present.kept_runs import KeptRun
from countervail.present.office.facts import horizon, law_dates
from countervail.present.parts import Bullets, Column, DocumentTable, Heading, Part, Words
from countervail.present.pieces import country_name
from countervail.present.rows import OUTCOMES
from countervail.present.sentences.amounts import SaidAmount, cell_money, cell_percent
from countervail.present.sentences.language import language
from countervail.provenance import software
from countervail.quantiles import Range

Array = NDArray[np.float64]
Row = dict[str, Any]

MOST_OTHERS = 5
"""Countries shown beside those that either question is about."""

SIDES = ("a", "b")

MEANING = (
    "difference: B less A. Its range is of draws in which both had the same inputs; where there "
    "are none it has no range"
)


@dataclass(frozen=True, eq=False)
class RunPair:
    """Two answers that can be compared.

    Attributes:
        a, b: the answers.

    Raises:
        InputError: they are of two worlds, in the money of two years, or one is not certified.
    """

    a: KeptRun
    b: KeptRun

    def __post_init__(self) -> None:
        for one in (self.a, self.b):
            if not one.data["certificate"].get("certified"):
                raise InputError(f"{one.name} is not certified: there is nothing to compare")
        ours, theirs = self.a.data["world"], self.b.data["world"]
        if ours["year"] != theirs["year"]:
            raise InputError(
                f"{self.a.name} is in prices of {ours['year']}, {self.b.name} in prices of "
                f"{theirs['year']}: amounts of two years are not compared"
            )
        if ours["table"] != theirs["table"]:
            raise InputError(
                f"{self.a.name} is of world {ours['name']} (hash {ours['table'][:12]}), "
                f"{self.b.name} of {theirs['name']} (hash {theirs['table'][:12]}): answer both in "
                "one world (--world)"
            )

    @cached_property
    def common(self) -> tuple[NDArray[np.int64], NDArray[np.int64]] | str:
        """Places of the draws of each in which both have the same inputs; or why there are none."""
        ours, theirs = self.a.draws, self.b.draws
        if ours is None or theirs is None:
            return "one of them has no draws"
        made = [one.data["ranges"] for one in (self.a, self.b)]
        if made[0]["seed"] != made[1]["seed"]:
            return f"they were drawn with seeds {made[0]['seed']} and {made[1]['seed']}"
        if made[0]["priors"]["hash"] != made[1]["priors"]["hash"]:
            return "they were drawn of two sets of priors"
        _, at, there = np.intersect1d(ours.number, theirs.number, return_indices=True)
        if not at.size:
            return "no draw of one is a draw of the other"
        shared = [name for name in ours.parameters if name in theirs.parameters]
        mine = ours.quantiles[at][:, [ours.parameters.index(name) for name in shared]]
        its = theirs.quantiles[there][:, [theirs.parameters.index(name) for name in shared]]
        if not np.array_equal(mine, its):
            only = sorted(set(ours.parameters) ^ set(theirs.parameters))
            some = f"{', '.join(only[:3])}{' and more' if len(only) > 3 else ''}"
            return (
                f"what is uncertain in one of them only gives the other inputs other draws ({some})"
            )
        return at, there

    @cached_property
    def countries(self) -> tuple[str, ...]:
        """Countries of both, those that either is about first, then by difference of welfare."""
        known = [code for code in self.a.data["countries"] if code in self.b.data["countries"]]
        asked = dict.fromkeys(
            code for one in (self.a, self.b) for code in one.data["scenario"]["countries"]
        )
        first = [code for code in asked if code in known]
        rest = [code for code in known if code not in asked]
        return (*first, *sorted(rest, key=lambda c: -abs(self.difference(c, "welfare").value)))

    def figure(self, side: str, country: str, key: str) -> Range:
        """Return a figure of one answer with its range; NaN where it has none.

        Args:
            side: ``a`` or ``b``.
            country: code.
            key: of an outcome, as in the JSON object of ``run``.
        """
        data = (self.a if side == "a" else self.b).data
        value = float(data["countries"][country][key])
        if data.get("ranges") is None:
            return Range(value, np.nan, np.nan, np.nan)
        known = data["ranges"]["countries"][country][key]
        ends = (known[at] for at in ("p05", "p50", "p95"))
        return Range(value, *(np.nan if end is None else float(end) for end in ends))

    def difference(self, country: str, key: str) -> Range:
        """Return what B has more than A, with the range from common draws; NaN without them."""
        a, b = (self.figure(side, country, key).value for side in SIDES)
        drawn = self._drawn(country, key)
        if drawn is None:
            return Range(b - a, np.nan, np.nan, np.nan)
        return Range(b - a, *(float(end) for end in quantile(drawn, QUANTILES)))

    def _drawn(self, country: str, key: str) -> Array | None:
        """Return the difference in each common draw; None where there are none."""
        if isinstance(self.common, str) or self.a.draws is None or self.b.draws is None:
            return None
        found = []
        for one, draws, at in zip(
            (self.a, self.b), (self.a.draws, self.b.draws), self.common, strict=True
        ):
            place = list(one.data["countries"]).index(country)
            found.append(draws.arrays[OUTCOMES[key]][at, place])
        return np.asarray(found[1] - found[0])


def document(pair: RunPair) -> Document:
    """Return two answers beside each other."""
    rows = [row for code in pair.countries for row in _rows(pair, code)]
    common = pair.common
    data = {
        "runs": [_run(one) for one in (pair.a, pair.b)],
        "differ_in": _differ(pair),
        "common_draws": None if isinstance(common, str) else len(common[0]),
        "no_common_draws": common if isinstance(common, str) else None,
        "countries": _by_country(rows),
        "units": pair.a.data["units"],
        "meaning": MEANING,
        "certificate": {
            "certified": True,
            "residual": max(one.data["certificate"]["residual"] for one in (pair.a, pair.b)),
        },
        "manifest": {"runs": [dict(one.data["manifest"]) for one in (pair.a, pair.b)]},
        "cite": list(dict.fromkeys([software(), *pair.a.data["cite"], *pair.b.data["cite"]])),
    }
    files = {"countries": plain([_flat(row) for row in rows])}
    return Document(_read(pair), data, files)


def _read(pair: RunPair) -> list[Part]:
    """Return what is read."""
    shown = pair.countries[: len(_asked(pair)) + MOST_OTHERS]
    common, year = pair.common, pair.a.data["world"]["year"]
    if isinstance(common, str):
        ranged = f"The difference has no range: {common}."
    else:
        ranged = f"Range of the difference: {len(common[0])} draws with the same inputs in both."
    residuals = " and ".join(
        f"{one.data['certificate']['residual']:.1e}" for one in (pair.a, pair.b)
    )
    return [
        Words(_headline(pair), "strong"),
        *(Words(f"{side.upper()}: {_named(getattr(pair, side))}") for side in SIDES),
        Heading("What differs"),
        Bullets(_differ(pair)),
        Heading(f"Welfare, USD million of {year} a year"),
        _table(pair, shown, "welfare_usd"),
        Heading("Welfare, per cent of spending"),
        _table(pair, shown, "welfare"),
        Words(ranged),
        Words(
            f": both, every equation checked; largest relative residuals {residuals}. Ranges: 5 to "
            "95 % of the draws.",
            lead="Certified",
            apart=True,
        ),
    ]


def _asked(pair: RunPair) -> list[str]:
    """Return the countries that either question is about."""
    named = {c for one in (pair.a, pair.b) for c in one.data["scenario"]["countries"]}
    return [code for code in pair.countries if code in named]


def _headline(pair: RunPair) -> str:
    """Return the difference for the countries asked about, in a sentence."""
    lang = language()
    said = []
    for code in (_asked(pair) or list(pair.countries))[:2]:
        one = cell_money(lang, pair.difference(code, "welfare_usd"))
        said.append(f"{country_name(code)} {one.value} {one.range}".strip())
    return f"B against A, welfare in USD million a year: {', '.join(said)}."


def _named(one: KeptRun) -> str:
    """Return what an answer is: its question, dates of law and horizon."""
    scenario = one.data["scenario"]
    variant = f" [{scenario['variant']}]" if scenario["variant"] else ""
    about = [text for text in (law_dates(one.data), horizon(one.data)) if text]
    return f"{scenario['title']}{variant} ({'; '.join([one.name, *about])})"


def _differ(pair: RunPair) -> list[str]:
    """Return in what the questions differ, in sentences; how each was answered included."""
    said = []
    a, b = (_facts(one) for one in (pair.a, pair.b))
    for name in a:
        if a[name] != b[name]:
            said.append(f"{name}: {a[name] or 'none'} (A), {b[name] or 'none'} (B)")
    return said or ["nothing: they are the same question in the same world"]


def _facts(one: KeptRun) -> dict[str, str]:
    """Return what an answer rests on, by name."""
    data = one.data
    scenario, manifest = data["scenario"], data["manifest"]
    measures = scenario["measures"]
    return {
        "question": " ".join(str(scenario[key]) for key in ("name", "variant") if scenario[key]),
        "law": law_dates(data),
        "known on": str(scenario["known_on"] or ""),
        "background law of": str(scenario["background"] or ""),
        "measures": "every one" if measures is None else " ".join(measures),
        "changes supposed": str(len(scenario["changes"]) + len(scenario["hand_changes"])),
        "horizon": horizon(data),
        "model": str(data["model"]["name"]),
        "deficits": str(data["model"]["deficits"]),
        "elasticities": str(data["world"]["elasticities"]),
        "world": f"{data['world']['name']} {manifest['world']['hash'][:12]}",
        "ledger": str((manifest["ledger"] or {}).get("hash", ""))[:12],
        "version": str(manifest["countervail"]),
    }


def _table(pair: RunPair, codes: Sequence[str], key: str) -> DocumentTable:
    """Return a figure of some countries in both answers, and the difference."""
    lang = language()
    write = cell_money if key.endswith("_usd") else cell_percent
    made: dict[str, list[SaidAmount]] = {
        **{side: [write(lang, pair.figure(side, code, key)) for code in codes] for side in SIDES},
        "difference": [write(lang, pair.difference(code, key)) for code in codes],
    }
    rows: list[Row] = [{"country": country_name(code)} for code in codes]
    for name, cells in made.items():
        wide = max((len(one.value) for one in cells), default=0)
        for row, one in zip(rows, cells, strict=True):
            row[name] = f"{one.value:>{wide}} {one.range}".rstrip()
    columns = (
        Column("country", "", width=(12, 18)),
        Column("a", "A"),
        Column("b", "B"),
        Column("difference", "B less A"),
    )
    return DocumentTable(columns, rows)


def _rows(pair: RunPair, code: str) -> list[Row]:
    """Return every outcome of a country that both have."""
    both = (one.data["countries"][code] for one in (pair.a, pair.b))
    known = set.intersection(*({k for k, v in one.items() if v is not None} for one in both))
    return [
        {
            "country": code,
            "outcome": key,
            **{side: pair.figure(side, code, key) for side in SIDES},
            "difference": pair.difference(code, key),
        }
        for key in OUTCOMES
        if key in known
    ]


def _by_country(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return rows by country and outcome, as JSON has them."""
    made: dict[str, Any] = {}
    for row in rows:
        figures = {name: row[name].as_dict() for name in (*SIDES, "difference")}
        made.setdefault(row["country"], {})[row["outcome"]] = figures
    return made


def _flat(row: Mapping[str, Any]) -> Row:
    """Return a row with its ranges in columns."""
    flat = {"country": row["country"], "outcome": row["outcome"]}
    for name in (*SIDES, "difference"):
        known = row[name].as_dict()
        flat[name] = known["value"]
        flat |= {f"{name}_{at}": known[at] for at in ("p05", "p50", "p95")}
    return flat


def _run(one: KeptRun) -> dict[str, Any]:
    """Return what an answer is, as JSON has it."""
    return {
        "name": one.name,
        "scenario": dict(one.data["scenario"]),
        "world": dict(one.data["world"]),
        "model": dict(one.data["model"]),
        "horizon": one.data["horizon"],
        "certificate": dict(one.data["certificate"]),
        "not_placed": one.data.get("not_placed", []),
    }
