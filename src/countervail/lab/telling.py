"""What the page shows of an answer: sentences, map, charts and their rows, as JSON.

Drawn and said by the report's own modules; rows and words are theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail.draws.ensemble.result import Ensemble
from countervail.lab.spoken import spoken
from countervail.present import goods, law, rows
from countervail.present.charts.arrows import BeforeAfter, arrows
from countervail.present.charts.dots import Interval, dots
from countervail.present.charts.pairs import BarList, SignedBar, pairs
from countervail.present.charts.scales import Scale
from countervail.present.charts.worldmap import class_of, steps
from countervail.present.joined import JoinedGoods
from countervail.present.numbers import MOST_PER_CENT
from countervail.present.page.words import numerals
from countervail.present.ranges import NUMBERS, Ranges
from countervail.present.result import NOTHING_RELATIVE
from countervail.present.sentences import run
from countervail.present.sentences.amounts import SaidAmount, cell_money, cell_percent, money
from countervail.present.sentences.language import Language, sentence_case
from countervail.present.sentences.signs import drawn
from countervail.present.tables import RowsWithRanges
from countervail.present.told import ToldAnswer, point
from countervail.quantiles import Range
from countervail.solution import Solution

Array = NDArray[np.float64]

OTHERS = 4
"""Economies beside the parties in the first chart."""

PARTNERS = 6
"""Partners shown: those to whom sales change most, up or down."""

SMALLEST_OF_LARGEST = 0.005
"""Goods whose trade before is less than this part of the largest stand in the table alone."""

USD = "welfare_usd"


@dataclass(frozen=True)
class View:
    """How an answer is looked at.

    Attributes:
        focus: the country looked at.
        width: pixels of the charts.
        scales: what the scales must hold, by chart, while they stand still.
        figures: whether the rows of every economy are wanted; while a slider moves they are not.
    """

    focus: str
    width: int = 340
    scales: Mapping[str, Sequence[float]] | None = None
    figures: bool = True

    def holding(self, chart: str) -> Sequence[float]:
        """Return what the scale of a chart must hold."""
        return (self.scales or {}).get(chart, ())


@dataclass(frozen=True, eq=False)
class LabAnswer:
    """An answer as the page shows it.

    Attributes:
        solution: the point answer.
        language: of all words.
        ensemble: its draws, where they are made: read by ``ranging.LabReader``.
    """

    solution: Solution
    language: Language
    ensemble: Ensemble | None = None

    @cached_property
    def told(self) -> ToldAnswer:
        """What sentences are told from."""
        found = {"countries": rows.listed(self.solution), "lines": goods.lines(self.solution)}
        ranges = None if self.ensemble is None else Ranges(self.ensemble, found)
        return ToldAnswer(self.solution, RowsWithRanges(found, ranges, law.measures(self.solution)))

    @cached_property
    def still(self) -> bool:
        """Whether nothing moves."""
        return self.solution.certificate.effect <= NOTHING_RELATIVE

    @cached_property
    def headline(self) -> str:
        """The answer in a sentence."""
        if not self.still:
            return self.told.headline(self.language)
        same = not any(row["changes"] for row in self.told.reported.law)
        if same and self.told.dates is not None:
            first, last = sorted(self.told.dates)
            return run.nothing_changed(self.language, (first, last))
        return run.nothing_moves(self.language)

    @cached_property
    def second(self) -> str:
        """What stands below it."""
        return "" if self.still else self.told.second_line(self.language)

    @cached_property
    def exports(self) -> Array:
        """Change of what each country sells each other, USD million, [seller, buyer]."""
        return change_of_trade(self.solution)

    def as_dict(self, view: View, a: LabAnswer | None = None) -> dict[str, Any]:
        """Return what the page shows.

        Args:
            view: how it is looked at.
            a: the answer it is held against, if any.
        """
        certificate = self.solution.certificate
        values, differences = self._per_cents(a)
        holding = view.holding("map")
        at = steps([*values.values(), *holding])
        between = steps([*differences.values(), *values.values(), *holding])
        return {
            "certificate": {
                "residual": certificate.residual,
                "worst": certificate.worst.name,
                "effect": certificate.effect,
            },
            "headline": self.headline,
            "second": self.second,
            "compare": "" if a is None else self.against(a),
            "bounds": list(at),
            "bounds_against": list(between),
            "classes": {code: class_of(value, at) for code, value in values.items()},
            "against": {code: class_of(v, between) for code, v in differences.items()},
            "tip": self.tip(view.focus, a),
            "partners": self.language.say(
                "lab.partners", A=self.language.phrase(self.language.label(view.focus))
            ),
            "fragments": {
                "who": self._who(view, a),
                "goods": self._goods(view),
                "partners": self._partners(view, a),
            },
            "scales": self._scales(view, a),
            "figures": [self._row(code, a) for code in values] if view.figures else None,
            "parties": list(self.told.countries),
            "draws": None if self.ensemble is None else int(self.ensemble.answered.sum()),
            "left_out": self._left_out(),
        }

    def against(self, a: LabAnswer) -> str:
        """Return by how much the parties differ from another answer, in a sentence without end.

        With draws of both, which are made of the same quantiles, the difference has a range of its
        own.
        """
        said = []
        for k, code in enumerate(self.told.countries):
            of = self.difference(a, code)
            amount = money(self.language, of, sign=True)
            name = self.language.label(code)
            number = amount.more if k else amount.value
            said.append(f"{name} {number} {amount.range}".strip())
        return ", ".join(said)

    def difference(self, a: LabAnswer, country: str) -> Range:
        """Return welfare less that of another answer, USD million, with its own range."""
        n = self.solution.world.country(country)
        value = float(self.solution.arrays[USD][n] - a.solution.arrays[USD][n])
        if self.ensemble is None or a.ensemble is None:
            return point(value)
        if self.ensemble.priors.names != a.ensemble.priors.names:
            return point(value)  # made of other quantiles: no draw of one is one of the other
        count = min(len(self.ensemble), len(a.ensemble))
        at = NUMBERS["countries"].index(USD)
        ours, theirs = (
            one.figures["countries"][:count, n, at] for one in (self.ensemble, a.ensemble)
        )
        return self.ensemble.range_of(value, ours - theirs)

    def tip(self, country: str, a: LabAnswer | None = None) -> str:
        """Return what stands below the map of a country."""
        row = self._row(country, a)
        said = [f"{row['name']} {row['percent_said']} %", row["percent_range"]]
        usd = self.language.part("lab.tip_usd", n=row["usd_said"], a_year=self._a_year)
        said += [usd, row["usd_range"]]
        if a is not None:
            beside = self.language.part("lab.tip_against", n=row["against_said"])
            said += [beside, row["against_range"]]
        return " ".join(f"({one})" if k % 2 else one for k, one in enumerate(said) if one)

    @property
    def _a_year(self) -> str:
        return "" if self.told.horizon == 1 else str(self.language.template("horizon.a_year"))

    def _per_cents(self, a: LabAnswer | None) -> tuple[dict[str, float], dict[str, float]]:
        """Return welfare by country, per cent, and what differs from another answer."""
        codes = [c for c in self.solution.world.countries if c != "ROW"]
        place = self.solution.world.country
        welfare = self.solution.arrays["welfare"]
        values = {code: float(welfare[place(code)]) for code in codes}
        if a is None:
            return values, {}
        other = a.solution.arrays["welfare"]
        return values, {code: values[code] - float(other[place(code)]) for code in codes}

    def _shown(self, focus: str) -> list[str]:
        """Return the parties, the largest others in money, and the country looked at."""
        parties = list(self.told.countries)
        usd, world = self.solution.arrays[USD], self.solution.world
        ranked = np.argsort(-np.abs(usd))
        others = [world.countries[int(n)] for n in ranked]
        others = [c for c in others if c not in parties and c != "ROW"][:OTHERS]
        return list(dict.fromkeys([*parties, *others, *([focus] if focus else [])]))

    def _who(self, view: View, a: LabAnswer | None) -> str:
        parties = self.told.countries
        found = []
        for code in self._shown(view.focus):
            usd = self.told.effect(code).usd
            said = cell_money(self.language, usd)
            low, median, high = (usd.p05, usd.p50, usd.p95) if drawn(usd) else (None, None, None)
            found.append(
                Interval(
                    key=code, name=self.language.label(code), value=usd.value, said=said.value,
                    low=low, median=median, high=high, range_said=_bare(said),
                    strong=code in parties,
                    beside=None if a is None else float(_usd(a, code)),
                )
            )  # fmt: skip
        lead = self._word("who_lead")
        return dots(found, view.width, lead, self._tick, holding=view.holding("who")).inline()

    def _goods(self, view: View) -> str:
        found = self._large_goods()
        if not found:
            return ""
        drawn_rows = []
        names = [one.row["name"] for one in found]
        for one in found:
            of = {key: _range(one, key) for key in ("trade_usd", "trade_new_usd", "trade_change")}
            before, after = (
                cell_money(self.language, of[key], sign=False).value
                for key in ("trade_usd", "trade_new_usd")
            )
            change, by = of["trade_change"], ""
            if np.isfinite(change.value):
                by = cell_percent(self.language, change).value
                by = by if change.value > MOST_PER_CENT else f"{by} %"
            low, high = (
                (of["trade_new_usd"].p05, of["trade_new_usd"].p95)
                if drawn(of["trade_new_usd"])
                else (None, None)
            )
            drawn_rows.append(
                BeforeAfter(
                    key=f"{one.row['exporter']}>{one.row['importer']} {one.row['name']}",
                    name=sentence_case(str(self.language.goods(one.row["name"].split("; ")[0]))),
                    note=_note(self.language, one.row, twice=names.count(one.row["name"]) > 1),
                    before=one.row["trade_usd"], after=one.row["trade_new_usd"],
                    said=f"{before} → {after}", change_said=by, low=low, high=high,
                )
            )  # fmt: skip
        lead = self._word("goods_lead")
        return arrows(
            drawn_rows, view.width, lead, self._tick, holding=view.holding("goods")
        ).inline()

    def _large_goods(self) -> list[JoinedGoods]:
        found = self.told.goods
        largest = max((one.row["trade_usd"] for one in found), default=0.0)
        return [one for one in found if one.row["trade_usd"] >= SMALLEST_OF_LARGEST * largest][:12]

    def _partners(self, view: View, a: LabAnswer | None) -> str:
        bars = []
        for code in self._moved(view.focus):
            of = self._flow(view.focus, code)
            said = cell_money(self.language, of)
            low, high = (of.p05, of.p95) if drawn(of) else (None, None)
            bars.append(
                SignedBar(
                    code, self.language.label(code), of.value, said.value, low, high, _bare(said),
                    beside=None if a is None else float(a.exports[self._at(view.focus, code)]),
                )
            )  # fmt: skip
        if not bars:
            return ""
        seller = self.language.phrase(self.language.label(view.focus))
        lead = self.language.say("lab.partners_lead", A=seller)
        holding = view.holding("partners")
        return pairs([BarList("", tuple(bars))], view.width, lead, holding).inline()

    def _moved(self, focus: str) -> list[str]:
        """Return the partners a country's sales to which change most, in order of the change."""
        world = self.solution.world
        if focus not in world.countries:
            return []
        n = world.country(focus)
        change = self.exports[n].copy()
        change[n] = 0.0
        largest = [int(k) for k in np.argsort(-np.abs(change))[:PARTNERS] if abs(change[k]) > 1e-9]
        return [world.countries[k] for k in sorted(largest, key=lambda k: change[k])]

    def _at(self, seller: str, buyer: str) -> tuple[int, int]:
        world = self.solution.world
        return world.country(seller), world.country(buyer)

    def _flow(self, seller: str, buyer: str) -> Range:
        at = self._at(seller, buyer)
        value = float(self.exports[at])
        if self.ensemble is None:
            return point(value)
        return self.ensemble.range_of(value, self.ensemble.figures["exports"][:, at[0], at[1]])

    def _scales(self, view: View, a: LabAnswer | None) -> dict[str, list[float]]:
        """Return what the scales of this answer hold, to be held while a slider is."""
        usd = [float(_usd(self, code)) for code in self._shown(view.focus)]
        if a is not None:
            usd += [float(_usd(a, code)) for code in self._shown(view.focus)]
        flows = [float(self.exports[self._at(view.focus, c)]) for c in self._moved(view.focus)]
        per_cent = self.solution.arrays["welfare"]
        traded = [v for g in self._large_goods() for v in (g.row["trade_usd"],)]
        return {
            "map": [float(np.abs(per_cent).max())],
            "who": [min([0.0, *usd]), max([0.0, *usd])],
            "goods": [max([0.0, *traded])],
            "partners": [min([0.0, *flows]), max([0.0, *flows])],
        }

    def _row(self, code: str, a: LabAnswer | None) -> dict[str, Any]:
        effect = self.told.effect(code)
        usd, by = (
            cell_money(self.language, effect.usd),
            cell_percent(self.language, effect.percent),
        )
        row: dict[str, Any] = {
            "code": code,
            "name": self.language.label(code),
            "welfare_usd": effect.usd.as_dict(),
            "welfare": effect.percent.as_dict(),
            "usd_said": usd.value,
            "usd_range": _bare(usd),
            "percent_said": by.value,
            "percent_range": _bare(by),
        }
        if a is not None:
            of = self.difference(a, code)
            said = cell_money(self.language, of)
            row["against_a"] = of.as_dict()
            row["against_said"], row["against_range"] = said.value, _bare(said)
        return row

    def _left_out(self) -> list[dict[str, str]]:
        gaps = [(one.name, one.reason or one.why) for one in self.solution.resolved.not_placed]
        return left_out([*self.solution.scenario.outside, *gaps], self.language)

    def _word(self, key: str) -> str:
        return str(self.language.template(f"lab.{key}"))

    def _tick(self, scale: Scale, value: float) -> str:
        return scale.words(value, numerals(self.language))


def change_of_trade(solution: Solution) -> Array:
    """Return the change of what each country sells each other, USD million, [seller, buyer]."""
    return np.asarray((solution.arrays["trade_new"] - solution.arrays["trade"]).sum(axis=2))


def _usd(answer: LabAnswer, country: str) -> Any:
    return answer.solution.arrays[USD][answer.solution.world.country(country)]


def _bare(said: SaidAmount) -> str:
    """Return a range without its brackets."""
    return said.range.removeprefix("(").removesuffix(")")


def _range(one: JoinedGoods, key: str) -> Range:
    return one.ranges.get(key) or point(np.nan if one.row[key] is None else one.row[key])


def _note(language: Language, row: Mapping[str, Any], *, twice: bool) -> str:
    """Return what stands below the name of goods: the duty, and between whom, where two have it."""
    said = _duty(language, row)
    return f"{row['exporter']} → {row['importer']} · {said}" if twice else said


def _duty(language: Language, row: Mapping[str, Any]) -> str:
    """Return the duty before and after, per cent."""
    said = (
        language.template("law.ban") if row[key] is None else language.digits(f"{row[key]:.0f}")
        for key in ("rate", "rate_new")
    )
    return f"{'' if row['base_rate_known'] else '≈'}{' → '.join(said)} %"


def left_out(found: Sequence[tuple[str, str]], language: Language) -> list[dict[str, str]]:
    """Return matters that an answer leaves out, and why, as the page says them.

    Args:
        found: matter and reason of each.
        language: of the page.
    """
    return [
        {"matter": language.told(matter), **spoken(reason, language, "reason")}
        for matter, reason in found
    ]
