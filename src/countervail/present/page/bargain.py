"""The report of ``respond bargain``: what to answer, what each concession is worth, in which order.

Its rows are those of the answer's own JSON object, so that page and object cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass

from countervail.present.charts.butterfly import WorthToBoth, butterfly
from countervail.present.charts.chart import Chart
from countervail.present.charts.scales import Scale
from countervail.present.charts.scatter import PackageDot, scatter
from countervail.present.charts.stairs import Stairs, StairStep, stairs
from countervail.present.charts.tokens import NARROW, WIDE
from countervail.present.digits import amounts
from countervail.present.document import Document
from countervail.present.page import words
from countervail.present.page.plain import plain_page, table_under
from countervail.present.page.report import KeyFigure, PageBlock, PageSection, ReportPage, figure
from countervail.present.parts import Column, DocumentTable
from countervail.present.sentences.language import Language, sentence_case
from countervail.present.told import point
from countervail.quantiles import Range

Names = frozenset[str]

SHOWN = ("What each concession does by itself", "Efficient packages (Pareto frontier)")
"""Headings of the answer whose tables stand behind figures here."""


@dataclass(frozen=True)
class BargainFigures:
    """Makes the figures of a bargain between two parties.

    Attributes:
        language: of the words.
        document: the answer.
    """

    language: Language
    document: Document

    @property
    def parties(self) -> tuple[str, ...]:
        """The parties, in the order of the answer."""
        return tuple(self.document.data["ideal"])

    @property
    def sides(self) -> tuple[str, str]:
        """Names of the first two."""
        first, second = (self.language.label(code) for code in self.parties[:2])
        return first, second

    def worth(self, names: Names) -> dict[str, float] | None:
        """Return what a package is worth, USD million by party; None where it has no answer."""
        found: dict[str, float] | None = self._packages.get(names)
        return found

    def alone(self) -> Chart | None:
        """Return what each concession is worth by itself."""
        language, (one, two) = self.language, self.parties[:2]
        rows = []
        for concession in self.document.data["concessions"]:
            usd = self.worth(frozenset([concession["name"]]))
            if usd is None:
                continue
            left, right = (words.million(language, point(usd[code]))[0] for code in (one, two))
            rows.append(
                WorthToBoth(
                    concession["name"],
                    language.part("page.gives", A=language.label(concession["party"])),
                    self.title(concession["name"]),
                    usd[one],
                    usd[two],
                    left,
                    right,
                )
            )
        table = table_under(self.document.parts, SHOWN[0])
        if not rows or table is None:
            return None
        order = list(dict.fromkeys(row.group for row in rows))
        rows.sort(key=lambda row: (order.index(row.group), -row.left))
        best = [max(rows, key=lambda row: value(row)) for value in (_left, _right)]
        names = {"A": language.label(one), "B": language.label(two)}
        names |= {"x": _inside(best[0].name), "y": _inside(best[1].name)}
        title = language.say("page.worth_same" if best[0] == best[1] else "page.worth", **names)
        lead = language.template("page.concessions")
        wide, narrow = (butterfly(rows, self.sides, wide, lead) for wide in (WIDE, NARROW))
        sub = language.template("page.worth_sub")
        return Chart("concessions", title, sub, wide, narrow, table)

    def order(self) -> Chart | None:
        """Return what to ask for, in order: each step is the best for the first party."""
        language, first = self.language, self.parties[0]
        steps = self.steps()
        if len(steps) < 2:
            return None
        sides = []
        for code in self.parties[:2]:
            values = [0.0, *(usd[code] for _, usd in steps)]
            made = tuple(
                StairStep(
                    f"{code} {k}",
                    name,
                    values[k],
                    values[k + 1],
                    words.million(language, point(values[k + 1]))[0],
                )
                for k, (name, _) in enumerate(steps)
            )
            sides.append(Stairs(language.label(code), made))
        rows = [{"step": name, **usd} for name, usd in steps]
        columns = (
            Column("step", language.template("page.step")),
            *(
                Column(code, f"{language.label(code)}, USD million", amounts())
                for code in steps[0][1]
            ),
        )
        lead = language.template("page.order")
        wide, narrow = (stairs(sides, wide, lead) for wide in (WIDE, NARROW))
        title = language.say("page.order_title", A=language.label(first), x=_inside(steps[1][0]))
        sub = language.part("page.order_sub", A=language.label(first))
        return Chart("order", title, sub, wide, narrow, DocumentTable(columns, rows))

    def steps(self) -> list[tuple[str, dict[str, float]]]:
        """Return what is had at each step from the offer on, until the first party gains no more.

        No deal is the start where nothing was offered; a step that makes the other party worse off
        than no deal is none.
        """
        data, first = self.document.data, self.parties[0]
        reply = data["reply"]
        held: Names = frozenset(reply["offer"]) if reply else frozenset()
        start = self.worth(held) if held else dict.fromkeys(self.parties, 0.0)
        if start is None:
            return []
        said_of = self.language.template("page.offer" if held else "page.no_deal")
        found = [(said_of, dict(start))]
        names = [one["name"] for one in data["concessions"]]
        while True:
            now = found[-1][1]
            more = [
                (usd[first], name, usd)
                for name in names
                if name not in held
                and (usd := self.worth(held | {name})) is not None
                and all(usd[code] > 0.0 for code in self.parties)
            ]
            best = max(more, default=None, key=lambda one: one[0])
            if best is None or best[0] <= now[first]:
                return found
            held = held | {best[1]}
            found.append((self.title(best[1]), best[2]))

    def packages(self) -> Chart | None:
        """Return all packages, zero on both axes."""
        language, (one, two) = self.language, self.parties[:2]
        data = self.document.data
        named = self._named()
        dots = []
        for names, usd in self._packages.items():
            if usd is None:
                continue
            x, y = usd[one], usd[two]
            said_x, said_y = (words.million(language, point(v))[0] for v in (x, y))
            title = f"{self.sides[0]} {said_x}, {self.sides[1]} {said_y}"
            key = " ".join(sorted(names)) or "none"
            name = named.get(names, "")
            cross = self.ranges(names) if name and names == self.chosen else None
            ends = None if cross is None else tuple(
                end for code in (one, two) for end in (cross[code].p05, cross[code].p95)
            )  # fmt: skip
            dots.append(PackageDot(key, x, y, title, name, ends))  # type: ignore[arg-type]
        table = table_under(self.document.parts, SHOWN[1])
        if len(dots) < 2 or table is None:
            return None
        # named dots are drawn over the others
        dots.sort(key=lambda dot: bool(dot.name))
        axes = tuple(language.part("page.gains_usd", A=side) for side in self.sides)
        lead = language.template("page.packages")

        def tick(scale: Scale, value: float) -> str:
            return words.tick(language, scale, value, signed=False)

        efficient = sorted(
            (dots[k].x, k)
            for k, dot in enumerate(dots)
            if dot.key in {" ".join(sorted(names)) or "none" for names in data["frontier"]}
        )
        joined = [k for _, k in efficient]
        wide, narrow = (
            scatter(dots, (axes[0], axes[1]), wide, lead, tick, joined) for wide in (WIDE, NARROW)
        )
        title = language.part("page.packages_title", k=data["all_gain"], n=len(dots))
        sub = language.template("page.packages_sub")
        return Chart("packages", title, sub, wide, narrow, table)

    @property
    def chosen(self) -> Names | None:
        """The package that is advised: the reply, or the bargaining point."""
        data = self.document.data
        reply = data["reply"]
        found = reply["largest_product"] if reply else data["nash"]
        return None if found is None else frozenset(found["concessions"])

    def ranges(self, names: Names) -> dict[str, Range] | None:
        """Return the ranges of what a package is worth, by party; None where it was not drawn."""
        draws, usd = self.document.data["draws"], self.worth(names)
        if draws is None or usd is None:
            return None
        for one in draws["packages"]:
            if frozenset(one["concessions"]) == names:
                return {
                    code: Range(usd[code], *(row["usd"][at] for at in ("p05", "p50", "p95")))
                    for code, row in one["parties"].items()
                }
        return None

    def title(self, name: str) -> str:
        """Return a concession in words, without the party that makes it."""
        for one in self.document.data["concessions"]:
            if one["name"] == name:
                words_ = str(one["title"] or name)
                party = self.language.label(one["party"])
                return sentence_case(words_.removeprefix(f"{party} "))
        return name

    @property
    def _names(self) -> list[str]:
        return [one["name"] for one in self.document.data["concessions"]]

    @property
    def _packages(self) -> dict[Names, dict[str, float] | None]:
        return {frozenset(one["concessions"]): one["usd"] for one in self.document.data["packages"]}

    def _named(self) -> dict[Names, str]:
        """Return the packages that are named in the figure of all."""
        data, language = self.document.data, self.language
        found: dict[Names, str] = {}
        if data["reply"]:
            found[frozenset(data["reply"]["offer"])] = language.template("page.offer")
        if data["kalai_smorodinsky"] is not None:
            even = frozenset(data["kalai_smorodinsky"]["concessions"])
            found[even] = "Kalai-Smorodinsky"
        if data["nash"] is not None:
            found[frozenset(data["nash"]["concessions"])] = "Nash"
        if self.chosen is not None:
            found[self.chosen] = language.template("page.advised")
        return found


def bargain_page(document: Document, language: Language, command: str = "") -> ReportPage:
    """Return the report of a bargain; one of more than two parties has no figures.

    Args:
        document: the answer.
        language: of the page's own words.
        command: that gives the same answer; nothing where it is not known.
    """
    title = document.data["title"]
    page = plain_page(document, title, language, command)
    figures = BargainFigures(language, document)
    if len(figures.parties) != 2:
        return page
    headline, *more = document.data["says"]
    made = [figures.alone(), figures.order(), figures.packages()]
    drawn: list[PageBlock] = [figure(chart, language, annex=True) for chart in made if chart]
    sections = [
        PageSection("worth", language.template("page.concessions"), drawn),
        *(section for section in page.sections if section.title not in SHOWN),
    ]
    return ReportPage(
        language=language,
        kind=page.kind,
        status=page.status,
        question=document.data["question"] or "",
        headline=headline.removesuffix("."),
        leads=[*more, *page.leads],
        figures=_keys(figures, language),
        sections=[section for section in sections if section.blocks],
    )


def _keys(figures: BargainFigures, language: Language) -> list[KeyFigure]:
    """Return what the advised package is worth to each party."""
    names = figures.chosen
    usd = None if names is None else figures.worth(names)
    if names is None or usd is None:
        return []
    ranges = figures.ranges(names) or {code: point(value) for code, value in usd.items()}
    return [
        KeyFigure(f"{language.label(code)}, USD", *words.usd(language, ranges[code]))
        for code in figures.parties
    ]


def _left(row: WorthToBoth) -> float:
    return row.left


def _right(row: WorthToBoth) -> float:
    return row.right


def _inside(text: str) -> str:
    """Return words as they stand within a sentence."""
    return text[:1].lower() + text[1:]
