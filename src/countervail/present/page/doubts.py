"""Figures of doubt: what the range of an answer is made of, and what other models say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from countervail.present.charts.chart import Chart
from countervail.present.charts.doubt import ShareOfDoubt, doubt
from countervail.present.charts.scales import Scale
from countervail.present.charts.strip import ModelRow, OtherAnswer, strip
from countervail.present.charts.tokens import NARROW, WIDE
from countervail.present.page import words
from countervail.present.parts import DocumentTable
from countervail.present.sentences.amounts import share_number
from countervail.present.sentences.language import Language, sentence_case
from countervail.present.sentences.titles import DriverShare, doubt_title
from countervail.present.short_names import short_sector
from countervail.present.told import ToldAnswer, point

MOST_INPUTS = 5
"""Inputs with a bar; the others are in the table."""

MOST_COUNTRIES = 2
"""Countries with a figure of their own; the others are in the table."""

COVERAGE, ELASTICITY = "coverage", "elasticity"
"""Kinds of inputs that are told by the goods, or the sector, that they are of."""

SHOWN = "welfare"
"""The variable of both figures."""

ENDS = ("", "_low", "_high")
"""What stands behind a part's name: the part, and the ends of its sampling error."""


@dataclass(frozen=True)
class DoubtFigures:
    """Makes the figures of doubt of an answer.

    Attributes:
        language: of the words.
        told: the answer.
    """

    language: Language
    told: ToldAnswer

    def drivers(self, data: Mapping[str, Any], table: DocumentTable) -> list[Chart]:
        """Return what makes the range of welfare, a figure a country.

        Args:
            data: of the study, as the JSON object has it.
            table: the same, as it is read.
        """
        found = [*data["countries"].items()][:MOST_COUNTRIES]
        return [self._driven(code, one["welfare"], table) for code, one in found]

    def _driven(
        self, code: str, inputs: Sequence[Mapping[str, Any]], table: DocumentTable
    ) -> Chart:
        language = self.language
        ranked = sorted(inputs, key=lambda one: -one["total"])
        rows = [self._share(one) for one in ranked[:MOST_INPUTS] if one["total"] > 0]
        shares = [DriverShare(self._named(one), 100.0 * one["total"]) for one in ranked]
        lead = language.template("page.doubt")
        title = doubt_title(language, code, shares) or lead
        sub = language.part("page.doubt_sub", A=language.label(code))
        wide, narrow = (doubt(rows, wide, lead) for wide in (WIDE, NARROW))
        return Chart(f"doubt-{code}", title, sub, wide, narrow, _of(table, code))

    def _share(self, one: Mapping[str, Any]) -> ShareOfDoubt:
        """Return an input's bar; no part of a variance is more than all of it."""
        value, low, high = (min(100.0, max(0.0, 100.0 * one[f"total{end}"])) for end in ENDS)
        name = sentence_case(self._named(one))
        said = f"{share_number(self.language, value)}\u00a0%"
        return ShareOfDoubt(one["words"], name, value, said, low, high)

    def _named(self, one: Mapping[str, Any]) -> str:
        """Return an input in plain words: the goods of a measure, the sector of an elasticity."""
        language = self.language
        kind, _, of = one["inputs"][0].partition(" ")
        if len(one["inputs"]) == 1 and kind == COVERAGE:
            goods = [
                str(language.goods(change["name"].split("; ")[0]))
                for measure in self.told.reported.law
                for change in measure["changes"]
                if measure["id"] == of.split(" ")[0]
            ]
            if goods:
                named = language.listed(list(dict.fromkeys(goods)))
                return language.part("page.part_of", goods=named)
        if len(one["inputs"]) == 1 and kind == ELASTICITY:
            return language.part(
                "page.elasticity", sector=words.inside(short_sector(of, language.named))
            )
        return language.told(one["words"])

    def models(self, data: Mapping[str, Any], table: DocumentTable) -> list[Chart]:
        """Return what other models say of welfare, a figure a country.

        Args:
            data: of the study, as the JSON object has it.
            table: the same, as it is read.
        """
        codes = [code for code in self.told.countries if code in data["countries"]]
        return [self._compared(code, data, table) for code in codes[:MOST_COUNTRIES]]

    def _compared(self, code: str, data: Mapping[str, Any], table: DocumentTable) -> Chart:
        language = self.language
        certified = [one for one in data["choices"] if one["certified"]]
        asked, *others = certified
        known = (data["parameters"] or {}).get(code, {}).get(SHOWN)
        first = self._row(code, [asked], language.template("page.as_asked"))
        rows = [
            first if known is None else first._replace(low=known["p05"], high=known["p95"]),
            *(
                self._row(code, [one for one in certified if _kind(one) == kind], name)
                for kind in dict.fromkeys(map(_kind, certified))
                for name in [self._kind(kind, data)]
            ),
        ]
        lead = language.template("page.models")

        def tick(scale: Scale, value: float) -> str:
            return words.tick(language, scale, value, signed=True)

        wide, narrow = (strip(rows, wide, lead, tick) for wide in (WIDE, NARROW))
        value = asked["countries"][code][SHOWN]
        same = sum((one["countries"][code][SHOWN] < 0.0) == (value < 0.0) for one in certified)
        sign, whole = "lose" if value < 0.0 else "gain", same == len(certified)
        title = language.say(
            f"page.models_{sign}{'_all' if whole else ''}",
            A=language.country(code),
            k=same,
            n=len(certified),
        )
        sub = language.part("page.models_sub", A=language.label(code), n=len(others))
        return Chart(f"models-{code}", title, sub, wide, narrow, table)

    def _row(self, code: str, choices: Sequence[Mapping[str, Any]], name: str) -> ModelRow:
        answers = []
        for one in choices:
            value = one["countries"][code][SHOWN]
            said, _ = words.percent(self.language, point(value), unit=True)
            key = " ".join((*_kind(one), one["elasticities"]))
            answers.append(OtherAnswer(key, value, f"{one['elasticities']} {said}"))
        return ModelRow(name, tuple(answers))

    def _kind(self, kind: tuple[str, str], data: Mapping[str, Any]) -> str:
        """Return what a row of choices has in common: what of it is not as asked."""
        model, closure = kind
        asked = data["asked"]
        said = [] if model == asked["model"] else [self._choice("model", model)]
        said += [] if closure == asked["closure"] else [self._choice("closure", closure)]
        return sentence_case(", ".join(said)) or str(self.language.template("page.same_model"))

    def _choice(self, what: str, written: str) -> str:
        """Return a model or a closure in words; what has none stands as it is written."""
        word = written.split(" ")[0]
        path = f"page.{what}_{word}"
        return str(self.language.template(path)) if self.language.has(path) else written


def _kind(choice: Mapping[str, Any]) -> tuple[str, str]:
    return choice["model"], choice["closure"]


def _of(table: DocumentTable, code: str) -> DocumentTable:
    """Return the rows of one country."""
    shown = [k for k, row in enumerate(table.rows) if row["country"] == code]
    return replace(table, shown=shown)
