"""What sentences and first screens are told from: the rows of an answer, gathered once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from countervail import labels
from countervail.present import law, rows
from countervail.present.joined import NUMBERS_JOINED, JoinedGoods, joined
from countervail.present.ranges import NUMBERS
from countervail.present.sentences import question, run
from countervail.present.sentences.goods import GoodSold
from countervail.present.sentences.language import Language
from countervail.present.sentences.question import QuestionSubject
from countervail.present.sentences.run import PartyEffect
from countervail.present.sentences.signs import Sides
from countervail.present.sentences.titles import LawMove
from countervail.present.subject import subject
from countervail.present.tables import RowsWithRanges
from countervail.quantiles import Range
from countervail.scenario import other_law
from countervail.solution import Solution

WHOLE = 1e-6
"""Relative difference of trade within which goods are their whole cell."""

MOST_PARTIES = 4
"""Countries a headline tells of at most."""


@dataclass(frozen=True)
class ToldAnswer:
    """An answer of ``run`` as sentences are told from it.

    Attributes:
        solution: the point answer.
        reported: its rows with their ranges.
    """

    solution: Solution
    reported: RowsWithRanges

    @property
    def horizon(self) -> float | None:
        """Years after the change; None is the long run."""
        return self.solution.world.horizon

    @property
    def dates(self) -> tuple[date, date] | None:
        """Of the two states of law, where there are two that differ."""
        scenario = self.solution.scenario
        if scenario.from_date is None or scenario.to_date is None:
            return None
        same = scenario.from_date == scenario.to_date
        return None if same else (scenario.from_date, scenario.to_date)

    def law(self, language: Language) -> str:
        """Return which states of law are compared, in words."""
        scenario = self.solution.scenario
        days = None
        if scenario.from_date is not None and scenario.to_date is not None:
            days = scenario.from_date, scenario.to_date
        year = self.solution.world.year
        return run.law_asked(language, days, year, scenario.known_on)

    def asked(self, language: Language) -> QuestionSubject:
        """Return what the question is about, in words."""
        return question.subject(language, self.reported.law, self._shown, self.dates)

    @cached_property
    def countries(self) -> tuple[str, ...]:
        """The countries a headline tells of: the parties, or those shown first where none is.

        A group that takes a measure, or on which it falls, is told of as one.
        """
        acting = [row["implementer"] for row in self.reported.law]
        targets = [
            target
            for row in self.reported.law
            for change in row["changes"]
            if change["targets"][:1] != ["ALL"]
            for target in change["targets"]
        ]
        by_hand = [
            str(side)
            for change in self.solution.scenario.hand_changes
            for side in (change.importer, change.exporter)
        ]
        named = dict.fromkeys((*acting, *targets, *by_hand))
        together = [code for code in named if self._members(code)]
        inside = {member for code in together for member in self._members(code)}
        parties = [code for code in self._shown if code in named and code not in inside]
        first = [*parties, *together] or list(self._shown)
        return tuple(first[:MOST_PARTIES])

    @cached_property
    def parties(self) -> tuple[PartyEffect, ...]:
        """What happens to those countries."""
        return tuple(self.effect(code) for code in self.countries)

    @cached_property
    def others(self) -> tuple[PartyEffect, ...]:
        """What happens to all other countries, in the order of the world."""
        told = {one for code in self.countries for one in (code, *self._members(code))}
        codes = (row["country"] for row in self.reported.rows["countries"])
        return tuple(self.effect(code) for code in codes if code not in told)

    def effect(self, country: str) -> PartyEffect:
        """Return what happens to a country or a group, with ranges where there are draws."""
        members = self._members(country)
        if members:
            return self._together(country, members)
        k = self._place[country]
        row = self.reported.rows["countries"][k]
        usd, per_cent = (self._range(k, row, key) for key in ("welfare_usd", "welfare"))
        return PartyEffect(country, usd, per_cent, self._sides(k))

    @cached_property
    def moves(self) -> tuple[LawMove, ...]:
        """Every day between the two dates on which a measure asked about changed."""
        ledger = self.solution.scenario.ledger
        if ledger is None or self.dates is None:
            return ()
        first, last = sorted(self.dates)
        return tuple(
            LawMove(measure.implementer, rate.in_force)
            for measure in map(ledger.measure, sorted(subject(self.solution)))
            for rate in measure.rates
            if rate.in_force is not None
            and first < rate.in_force <= last
            and rate.in_force_precision != "year"
        )

    @cached_property
    def goods(self) -> Sequence[JoinedGoods]:
        """Goods of the measures, joined over sectors, the largest trade first."""
        return joined(self.reported.rows["lines"], self.reported.ranges)

    @cached_property
    def sold(self) -> tuple[GoodSold, ...]:
        """The same as sentences are told from, with what is sold elsewhere where it is known.

        The change of goods that are a whole cell has the range that is told of the cell.
        """
        return tuple(self._sold(one) for one in self.goods)

    @cached_property
    def since(self) -> Sequence[Mapping[str, Any]]:
        """How the law of the question has changed after its second date."""
        return law.since(self.solution)

    @cached_property
    def left_out(self) -> int:
        """How many matters the question leaves out, as it says itself, or other law changed in."""
        scenario = self.solution.scenario
        return len(scenario.outside) + len(other_law.unpriced(scenario))

    def headline(self, language: Language) -> str:
        """Return the answer in one sentence."""
        return run.headline(language, self.asked(language), self.parties, self.horizon)

    def second_line(self, language: Language) -> str:
        """Return what stands below it."""
        others = [one.percent for one in self.others]
        return run.second_line(language, self.parties, others)

    def _sold(self, one: JoinedGoods) -> GoodSold:
        row = one.row
        before, after, change = (
            one.ranges.get(key) or point(np.nan if row[key] is None else row[key])
            for key in NUMBERS_JOINED
        )
        elsewhere: Range | None = None
        place = self._cells.get((row["exporter"], row["importer"], row["sectors"][0]))
        if len(row["sectors"]) == 1 and place is not None:
            cell = self.reported.rows["goods"][place]
            known = self.reported.ranges_of("goods")
            if cell["redirected_value"] is not None:
                elsewhere = (
                    known[place]["redirected_value"] if known else point(cell["redirected_value"])
                )
            if known and np.isclose(cell["trade_usd"], row["trade_usd"], rtol=WHOLE):
                change = known[place]["hit"]
        names = str(row["name"]), str(row["exporter"]), str(row["importer"])
        return GoodSold(*names, before, after, change, elsewhere)

    @cached_property
    def _cells(self) -> Mapping[tuple[str, str, str], int]:
        """Places of the rows of goods, by exporter, importer and good."""
        found = self.reported.rows["goods"]
        return {(r["exporter"], r["importer"], r["good"]): k for k, r in enumerate(found)}

    def _members(self, code: str) -> tuple[str, ...]:
        """Return the members of a group that the world has one by one; none of a country."""
        if code in self._place or not labels.is_group(code):
            return ()
        day = self.solution.scenario.to_date
        return tuple(one for one in labels.group(code, day) if one in self._place)

    def _together(self, group: str, members: Sequence[str]) -> PartyEffect:
        """Return what happens to countries as one: sums of money, in per cent of what all spend."""
        places = [self._place[code] for code in members]
        found = [self.reported.rows["countries"][k] for k in places]
        usd, spent = (sum(row[key] for row in found) for key in ("welfare_usd", "spending_usd"))
        if self.reported.ranges is None:
            return PartyEffect(group, point(usd), point(100.0 * usd / spent))
        ensemble = self.reported.ranges.ensemble
        draws, spending = (
            ensemble.figures["countries"][:, places, NUMBERS["countries"].index(key)].sum(axis=1)
            for key in ("welfare_usd", "spending_usd")
        )
        return PartyEffect(
            group,
            ensemble.range_of(usd, draws),
            ensemble.range_of(100.0 * usd / spent, 100.0 * draws / spending),
            Sides.of(draws),
        )

    @property
    def _shown(self) -> tuple[str, ...]:
        return rows.shown_countries(self.solution)

    @cached_property
    def _place(self) -> Mapping[str, int]:
        return {row["country"]: k for k, row in enumerate(self.reported.rows["countries"])}

    def _range(self, k: int, row: Mapping[str, Any], key: str) -> Range:
        ranges: Sequence[Mapping[str, Any]] = self.reported.ranges_of("countries")
        if not ranges:
            return point(float(row[key]))
        found: Range = ranges[k][key]
        return found

    def _sides(self, k: int) -> Sides:
        if self.reported.ranges is None:
            return Sides()
        draws = self.reported.ranges.ensemble.figures["countries"]
        return Sides.of(draws[:, k, NUMBERS["countries"].index("welfare")])


def point(value: float) -> Range:
    """Return a figure without a range."""
    return Range(value, np.nan, np.nan, np.nan)
