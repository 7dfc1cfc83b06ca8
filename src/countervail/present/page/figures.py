"""The figures of an answer of ``run``: charts of the rows that its tables hold."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from countervail.present import tables
from countervail.present.charts.arrows import BeforeAfter, arrows
from countervail.present.charts.chart import Chart
from countervail.present.charts.dots import Interval, dots
from countervail.present.charts.pairs import BarList, SignedBar, pairs
from countervail.present.charts.scales import Scale
from countervail.present.charts.timeline import timeline
from countervail.present.charts.tokens import NARROW, WIDE
from countervail.present.charts.waterfall import PartOfWhole, Whole, waterfall
from countervail.present.charts.worldmap import OnMap, places_of, shapes, steps, worldmap
from countervail.present.joined import JoinedGoods
from countervail.present.page import words
from countervail.present.page.lanes import lanes
from countervail.present.parts import DocumentTable, Part
from countervail.present.sentences import attribution, goods, titles
from countervail.present.sentences.goods import GoodSold
from countervail.present.sentences.language import Language, sentence_case
from countervail.present.sentences.question import measure_phrase
from countervail.present.sentences.run import PartyEffect
from countervail.present.sentences.signs import drawn
from countervail.present.short_names import short_sector
from countervail.present.told import ToldAnswer, point
from countervail.quantiles import Range

MOST_OTHERS = 8
MOST_GOODS = 12
MOST_PAIRS = 4
"""Pairs of countries with a figure of goods at most."""

ON_MAP = ("country", "welfare")
"""Columns of the table behind the map; the others are behind the figure of who gains."""

MOST_LINES = 40
"""Lines of goods in the table behind a figure: a page is to stay light."""

MOST_SECTORS = 5
"""Sectors of a country with a bar."""

LEAST_PART = 0.005
"""Of the largest line of goods: smaller ones are in the table only."""

MOST_MEASURES = 8
"""Measures of a waterfall; the smaller ones are one part."""


@dataclass(frozen=True)
class RunFigures:
    """Makes the figures of an answer.

    Attributes:
        language: of the words.
        told: the answer.
        long: effects on the parties in the long run, where the answer is of some years.
    """

    language: Language
    told: ToldAnswer
    long: Sequence[PartyEffect] = ()

    def law(self) -> Chart | None:
        """Return what changed in law, when; None where no dated law changed."""
        language, told = self.language, self.told
        found = _first_table(tables.changed(told.solution, told.reported))
        if not told.reported.law or told.dates is None or found is None:
            return None
        rows = lanes(language, [dict(row) for row in told.reported.law], told.dates)
        rows = [row for row in rows if row.steps]
        if not rows:
            return None
        last = max(told.dates)
        day, lead = words.short_day(language, last), language.template("page.law")
        months = language.template("page.months")
        wide, narrow = (timeline(rows, wide, last, day, lead, months) for wide in (WIDE, NARROW))
        return Chart(
            "law",
            titles.law_title(language, told.moves) or lead,
            language.part("page.law_sub", day=language.day(last)),
            wide,
            narrow,
            found,
            language.template("page.law_note"),
        )

    def who(self) -> Chart:
        """Return who gains and who loses: parties, and the largest certain others."""
        language, told = self.language, self.told
        others = sorted(told.others, key=lambda one: -abs(one.percent.value))
        certain = [one for one in others if one.sign.certain][:MOST_OTHERS]
        rows = [row for party in told.parties for row in self._party(party)]
        rows += [self._interval(one) for one in certain]
        lead = language.template("page.who")
        wide, narrow = (
            dots(rows, wide, lead, lambda scale, value: self._tick(scale, value, signed=True))
            for wide in (WIDE, NARROW)
        )
        point_only = told.reported.ranges is None
        sub = language.part(
            "page.who_sub_point" if point_only else "page.who_sub",
            n=language.counted(len(certain)),
        )
        title = titles.who_title(language, told.parties, [one.percent for one in told.others])
        rest = [one for one in others if one not in certain]
        return Chart("who", title or lead, sub, wide, narrow, self._countries(), self._rest(rest))

    def where(self) -> Chart:
        """Return the map of welfare."""
        language, told = self.language, self.told
        known = {row.country: row for row in (*told.parties, *told.others)}
        drawn_ = shapes()["countries"]
        here = [one for code, one in known.items() if code in drawn_]
        at = steps([one.percent.value for one in here])
        rows = [OnMap(one.country, one.percent.value, self._said(one)) for one in here]
        elsewhere = language.template("page.map_else")
        if "ROW" in known:
            value, spread = words.percent(language, known["ROW"].percent)
            value += f" ({spread})" if spread else ""
            elsewhere = language.part("page.map_row", value=value)
        lead = language.template("page.who")
        wide, narrow = worldmap(rows, at, lead, elsewhere, numerals=words.numerals(language))
        bound = words.numerals(language).written(at[0], places_of(at))
        moved = sum(abs(row.value) >= at[0] for row in rows)
        title = (
            language.part("page.map_title", n=moved, m=len(rows), bound=bound)
            if moved
            else language.part("page.map_none", bound=bound)
        )
        table = self._countries()
        note = {key: language.named(shapes()[key]) for key in ("source", "projection")}
        return Chart(
            "map",
            title,
            language.part("page.map_sub", when=self._when, bound=bound),
            wide,
            narrow,
            replace(table, columns=[c for c in table.columns if c.key in ON_MAP], caption=""),
            language.part("page.map_note", **note),
        )

    def goods(self) -> list[Chart]:
        """Return what is sold before and after, a figure a pair of countries, on one scale."""
        by_pair: dict[tuple[str, str], list[JoinedGoods]] = {}
        for one in self.told.goods:
            pair = one.row["exporter"], one.row["importer"]
            by_pair.setdefault(pair, []).append(one)
        shown = list(by_pair.items())[:MOST_PAIRS]
        ends = [
            end
            for _, own in shown
            for one in own
            for of in (sold(one).before, sold(one).after)
            for end in (of.value, of.p95)
        ]
        return [self._pair(*pair, own, ends) for pair, own in shown]

    def diverted(self) -> Chart | None:
        """Return where the trade goes that loses most: other buyers, and other sellers."""
        language, reported = self.language, self.told.reported
        found = reported.rows["diversion"]
        if not found or abs(found[0]["trade_change_usd"]) < tables.LEAST_USD_MILLION:
            return None
        table = next((p for p in tables.diversion(reported) if isinstance(p, DocumentTable)), None)
        if table is None:
            return None
        row = found[0]
        known = reported.ranges_of("diversion")
        ranges = known[0] if known else None
        own = None if ranges is None else ranges["trade_change_usd"]
        A, B = row["exporter"], row["importer"]
        good = words.good(language, row["name"])
        lists = [
            BarList(
                language.part("page.sells", A=language.label(A), B=language.label(B)),
                (
                    self._bar(B, row["trade_change_usd"], own, A),
                    *self._moves(row, ranges, "other_markets", A),
                ),
            ),
            BarList(
                language.part("page.buys", A=language.label(A), B=language.label(B)),
                (
                    self._bar(A, row["trade_change_usd"], own, B),
                    *self._moves(row, ranges, "other_sources", B),
                ),
            ),
        ]
        lead = language.template("page.diverted")
        wide, narrow = (pairs(lists, wide, lead) for wide in (WIDE, NARROW))
        names = {"good": good, "A": language.label(A), "B": language.label(B)}
        return Chart(
            "diverted",
            language.say("page.diverted_title", **names),
            language.part("page.diverted_sub", good=good, when=self._when),
            wide,
            narrow,
            table,
            self._elsewhere(A, B, row["sector"]),
        )

    def sectors(self) -> Chart | None:
        """Return the sectors of the first two parties whose output moves most."""
        language, reported = self.language, self.told.reported
        found, known = reported.rows["sectors"], reported.ranges_of("sectors")
        lists = []
        for code in self.told.countries[:2]:
            own = [k for k, row in enumerate(found) if row["country"] == code]
            ranked = sorted(own, key=lambda k: -abs(found[k]["output_change_usd"]))
            bars = [
                self._bar(
                    found[k]["sector"],
                    found[k]["output_change_usd"],
                    known[k]["output_change_usd"] if known else None,
                    "",
                    short_sector(found[k]["sector"], language.named),
                )
                for k in ranked[:MOST_SECTORS]
                if abs(found[k]["output_change_usd"]) >= tables.LEAST_USD_MILLION
            ]
            if bars:
                lists.append(BarList(language.label(code), tuple(bars)))
        table = _first_table(tables.sectors(self.told.solution, reported))
        if not lists or table is None:
            return None
        lead = language.template("page.sectors_title")
        wide, narrow = (pairs(lists, wide, lead) for wide in (WIDE, NARROW))
        return Chart(
            "sectors",
            lead,
            language.part("page.sectors_sub", when=self._when),
            wide,
            narrow,
            table,
        )

    def elsewhere(self) -> str:
        """Return how much of the largest loss is sold elsewhere; nothing where it is not told."""
        found = self.told.reported.rows["diversion"]
        if not found:
            return ""
        return self._elsewhere(found[0]["exporter"], found[0]["importer"], found[0]["sector"])

    def sales(self) -> str:
        """Return what becomes of the goods that lose most, in a sentence."""
        ranked = sorted(map(sold, self.told.goods), key=lambda one: -abs(_moved(one)))
        return goods.sales(self.language, ranked[0]) if ranked else ""

    def attributed(self, data: Mapping[str, Any], table: DocumentTable) -> Chart | None:
        """Return which measure did it.

        Args:
            data: the study's rows, as in the JSON object of an answer.
            table: the same, as it is read.
        """
        language = self.language
        wholes = [
            whole
            for code in self.told.countries[:2]
            if (whole := self._whole(code, data["rows"])) is not None
        ]
        if not wholes:
            return None
        lead = language.template("page.why")
        wide, narrow = (waterfall(wholes, wide, lead) for wide in (WIDE, NARROW))
        first = self.told.countries[0]
        shares = [
            attribution.MeasureShare("", self._implementer(row), self._shapley(row, first))
            for row in data["rows"]
        ]
        title = attribution.own_title(language, first, shares) or lead
        return Chart(
            "why", title, language.part("page.why_sub", when=self._when), wide, narrow, table
        )

    @property
    def _when(self) -> str:
        return words.inside(words.when(self.language, self.told.horizon))

    def _tick(self, scale: Scale, value: float, *, signed: bool) -> str:
        return words.tick(self.language, scale, value, signed=signed)

    def _party(self, party: PartyEffect) -> list[Interval]:
        """Return a party's row, and that of the long run below it."""
        later_on = next((one for one in self.long if one.country == party.country), None)
        if later_on is None:
            return [self._interval(party)._replace(strong=True)]
        first = self._interval(party)._replace(
            strong=True,
            note=words.inside(words.when(self.language, self.told.horizon)),
        )
        later = self._interval(later_on)._replace(
            key=f"{party.country} long",
            name="",
            strong=True,
            note=words.inside(words.when(self.language, None)),
            apart=False,
        )
        return [first, later]

    def _interval(self, one: PartyEffect) -> Interval:
        value, spread = words.percent(self.language, one.percent)
        known = drawn(one.percent)
        return Interval(
            one.country,
            self.language.label(one.country),
            one.percent.value,
            value,
            one.percent.p05 if known else None,
            one.percent.p50 if known else None,
            one.percent.p95 if known else None,
            spread,
        )

    def _said(self, one: PartyEffect) -> str:
        value, spread = words.percent(self.language, one.percent)
        return f"{self.language.label(one.country)}: {value} %" + (f" ({spread})" if spread else "")

    def _rest(self, rest: Sequence[PartyEffect]) -> str:
        """Return between which bounds all economies lie that are not shown."""
        if not rest:
            return ""
        values = [one.percent.value for one in rest]
        low, high = (words.percent(self.language, point(v))[0] for v in (min(values), max(values)))
        return self.language.part("page.who_note", n=len(rest), low=low, high=high, when=self._when)

    def _countries(self) -> DocumentTable:
        """Return every economy, the lowest welfare first, under the answer's own columns."""
        told = self.told
        table = _first_table(tables.gains(told.solution, told.reported))
        assert table is not None
        first = [row["country"] for row in table.rows]
        welfare = [row["welfare"] for row in table.rows]
        ranked = sorted(range(len(first)), key=lambda k: welfare[k])
        return replace(table, shown=ranked)

    def _pair(
        self, exporter: str, importer: str, own: Sequence[JoinedGoods], ends: Sequence[float]
    ) -> Chart:
        """Return the goods that one country sells to another, the largest change first."""
        language = self.language
        ranked = sorted(own, key=lambda one: -abs(_moved(sold(one))))
        sizes = [max(one.row[key] for key in ("trade_usd", "trade_new_usd")) for one in ranked]
        shown = [
            one for one, size in zip(ranked, sizes, strict=True) if size >= LEAST_PART * max(sizes)
        ][:MOST_GOODS]
        rows = [self._before_after(one) for one in shown]
        names = {"A": language.label(exporter), "B": language.label(importer)}
        lead = language.template("page.goods")
        held = [end for end in ends if math.isfinite(end)]

        def tick(scale: Scale, value: float) -> str:
            return self._tick(scale, value, signed=False)

        wide, narrow = (arrows(rows, wide, lead, tick, held) for wide in (WIDE, NARROW))
        notes = []
        if not all(one.row["base_rate_known"] for one in shown):
            notes.append(language.template("page.goods_note"))
        if len(own) > len(shown):
            notes.append(language.part("page.goods_small", n=len(own) - len(shown)))
        lines = self.told.reported.rows["lines"]
        pair = exporter, importer
        at = [k for k, row in enumerate(lines) if (row["exporter"], row["importer"]) == pair]
        left = len(at) - MOST_LINES
        if left > 0:
            notes.append(language.part("page.goods_left", n=left))
        title = goods.goods_title(language, [sold(one) for one in own])
        return Chart(
            f"goods-{exporter}-{importer}".lower(),
            title or lead,
            language.part("page.goods_sub", **names, when=self._when),
            wide,
            narrow,
            self.told.reported.table("lines", tables.LINES, shown=at[:MOST_LINES]),
            " ".join(notes),
        )

    def _before_after(self, one: JoinedGoods) -> BeforeAfter:
        """Return goods as a row of a chart."""
        language, of = self.language, sold(one)
        about = "" if one.row["base_rate_known"] else "≈"
        before, after = (self._duty(one.row[key], about) for key in ("rate", "rate_new"))
        known = drawn(of.after)
        told = math.isfinite(of.change.value)
        amounts = [words.level(language, amount) for amount in (of.before, of.after)]
        return BeforeAfter(
            f"{of.exporter} {of.importer} {of.good}",
            words.good(language, of.good),
            language.part("page.duty", before=before, after=after),
            of.before.value,
            of.after.value,
            language.part("page.arrow", before=amounts[0], after=amounts[1]),
            words.percent(language, of.change, unit=True)[0] if told else "",
            of.after.p05 if known else None,
            of.after.p95 if known else None,
        )

    def _duty(self, rate: float | None, about: str) -> str:
        if rate is None:
            return str(self.language.template("law.ban"))
        places = 0 if rate >= 9.95 or abs(rate - round(rate)) < 0.05 else 1
        return about + words.numerals(self.language).written(rate, places)

    def _elsewhere(self, exporter: str, importer: str, good: str) -> str:
        """Return how much of a loss is sold elsewhere, of a good of the table's own."""
        reported = self.told.reported
        for k, row in enumerate(reported.rows["goods"]):
            place = row["exporter"], row["importer"], row["good"]
            value = row["redirected_value"]
            if place == (exporter, importer, good) and value is not None:
                ranges = reported.ranges_of("goods")
                known = ranges[k]["redirected_value"] if ranges else point(float(value))
                change = ranges[k]["hit"] if ranges else point(float(row["hit"]))
                nothing = point(0.0)
                one = GoodSold(good, exporter, importer, nothing, nothing, change, known)
                return goods.elsewhere(self.language, one)
        return ""

    def _bar(
        self, code: str, value: float, known: Range | None, home: str, name: str = ""
    ) -> SignedBar:
        """Return a change of USD million as a bar, of a country where no name is given."""
        language, of = self.language, known or point(value)
        said, spread = words.million(language, of)
        name = name or language.label(code)
        if code == home:
            name = f"{name} ({language.template('page.home')})"
        low, high = (of.p05, of.p95) if drawn(of) else (None, None)
        return SignedBar(code, name, value, said, low, high, spread)

    def _moves(
        self, row: Mapping[str, Any], ranges: Mapping[str, Any] | None, side: str, home: str
    ) -> list[SignedBar]:
        """Return where trade moved, on one side."""
        return [
            self._bar(
                move["country"],
                move["change_usd"],
                ranges[side][k]["change_usd"] if ranges else None,
                home,
            )
            for k, move in enumerate(row[side])
            if abs(move["change_usd"]) >= tables.LEAST_USD_MILLION
        ]

    def _whole(self, code: str, found: Sequence[Mapping[str, Any]]) -> Whole | None:
        """Return a country's effect as parts of measures; None where the whole is nothing."""
        language = self.language
        if any(code not in row["countries"] for row in found):
            return None
        values = [self._shapley(row, code) for row in found]
        shares = attribution.shares_of(
            [attribution.MeasureShare("", None, value) for value in values]
        )
        if not shares:
            return None
        order = sorted(range(len(found)), key=lambda k: -abs(self._first_share(found, k)))
        shown, rest = order[:MOST_MEASURES], order[MOST_MEASURES:]
        parts = [
            PartOfWhole(
                f"{code} {found[k]['group']}",
                self._measure(found[k]),
                shares[k],
                self._share(shares[k]),
            )
            for k in shown
        ]
        if rest:
            left = sum(shares[k] for k in rest)
            name = language.part("screen.more_goods", n=len(rest))
            parts.append(PartOfWhole(f"{code} rest", name, left, self._share(left)))
        all_ = language.template("page.why_all")
        return Whole(language.label(code), tuple(parts), all_, "100", sum(values) < 0)

    def _first_share(self, found: Sequence[Mapping[str, Any]], k: int) -> float:
        return self._shapley(found[k], self.told.countries[0])

    def _shapley(self, row: Mapping[str, Any], code: str) -> float:
        return float(row["countries"][code]["welfare_usd"]["shapley"])

    def _share(self, per_cent: float) -> str:
        return words.numerals(self.language).written(per_cent, 0)

    def _measure(self, row: Mapping[str, Any]) -> str:
        """Return a group of measures in words."""
        for measure in self.told.reported.law:
            if measure["id"] == row["group"]:
                return sentence_case(measure_phrase(self.language, dict(measure)))
        return str(row["title"])

    def _implementer(self, row: Mapping[str, Any]) -> str | None:
        for measure in self.told.reported.law:
            if row["group"] in (measure["id"], measure["implementer"]):
                return str(measure["implementer"])
        return None


def sold(one: JoinedGoods) -> GoodSold:
    """Return goods joined over sectors as sentences have them."""
    before, after, change = (
        one.ranges.get(key) or point(math.nan if one.row[key] is None else float(one.row[key]))
        for key in ("trade_usd", "trade_new_usd", "trade_change")
    )
    name = str(one.row["name"]).split("; ")[0]
    return GoodSold(name, one.row["exporter"], one.row["importer"], before, after, change)


def _moved(one: GoodSold) -> float:
    return one.after.value - one.before.value


def _first_table(parts: Sequence[Part]) -> DocumentTable | None:
    return next((part for part in parts if isinstance(part, DocumentTable)), None)
