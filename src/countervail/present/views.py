"""What each value shows of itself, by its type: the documents and charts that commands print.

Filled into ``schema.shown.views`` when a value is first shown.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console

from countervail import schema
from countervail.draws.ensemble import Ensemble
from countervail.draws.ensemble.result import QUANTILES, quantile
from countervail.errors import InputError, did_you_mean
from countervail.ledger import LawView, Ledger
from countervail.policy.agreement.answer import Coop
from countervail.policy.rates.optimal import Optimal
from countervail.policy.reaching.answer import Reach
from countervail.policy.retaliation.answer import Retaliation
from countervail.policy.war.nash import Nash
from countervail.present import (
    attributed,
    compared,
    cooperated,
    drawn,
    in_force,
    ledgers,
    reached,
    responded,
    result,
    retaliated,
    worlds,
)
from countervail.present.charts.chart import Chart
from countervail.present.digits import of
from countervail.present.document import Document, plain
from countervail.present.office.sheets import tidy
from countervail.present.office.units import unit_of
from countervail.present.page.figures import RunFigures
from countervail.present.parts import Bullets, Column, DocumentTable, Part, Words
from countervail.present.pieces import country_name, sector_name
from countervail.present.ranges import NUMBERS
from countervail.present.render.latex import latex
from countervail.present.render.page import page
from countervail.present.render.screen import screen
from countervail.present.sentences.language import language
from countervail.present.tables import RowsWithRanges
from countervail.present.told import ToldAnswer
from countervail.quantiles import Range
from countervail.scenario.question import Question
from countervail.schema.shown import View, views
from countervail.solution import Solution
from countervail.studies.attribution import Attribution
from countervail.studies.compare_models import Comparison
from countervail.world import World

if TYPE_CHECKING:
    import pandas as pd

WIDTH = 80
"""Characters of a summary as text."""

Draw = Callable[..., Chart]


class PartsSummary:
    """What is read of a value: text at a prompt, a fragment of HTML in a notebook."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = parts

    def __repr__(self) -> str:
        text = io.StringIO()
        Console(file=text, width=WIDTH, color_system=None).print(screen(self.parts))
        return "\n".join(line.rstrip() for line in text.getvalue().rstrip().splitlines())

    def _repr_html_(self) -> str:
        return page(self.parts)


@dataclass(frozen=True, eq=False)
class DocumentView:
    """A value as its document.

    Attributes:
        make: makes the document.
        charts: what draws each chart, by its name.
    """

    make: Callable[[], Document]
    charts: Mapping[str, Draw] = field(default_factory=dict)

    @cached_property
    def document(self) -> Document:
        """The document, made once."""
        return self.make()

    @property
    def kinds(self) -> Sequence[str]:
        """Names of its charts."""
        return tuple(self.charts)

    def summary(self) -> PartsSummary:
        """Return its first screen, or all there is to read."""
        return PartsSummary(self.document.read())

    def frame(self, table: str) -> pd.DataFrame:
        """Return a table, units in ``attrs``.

        Raises:
            InputError: there is no such table.
        """
        import pandas as pd

        found = {one.name: one for one in tidy(self.document)}
        name = _known(table, found)
        made = pd.DataFrame(list(found[name].rows), columns=list(found[name].columns))
        made.attrs["units"] = {key: unit for key in made.columns if (unit := unit_of(key))}
        return made

    def latex(self, table: str) -> str:
        """Return a table, or what is read first.

        Raises:
            InputError: there is no such table.
        """
        if table:
            found = {one.name: one for one in tidy(self.document)}
            chosen = found[_known(table, found)]
            columns = [Column(key, key.replace("_", " ")) for key in chosen.columns]
            return latex(DocumentTable(columns, chosen.rows))
        parts = (*self.document.read(), *self.document.parts)
        first = next((p for p in parts if isinstance(p, DocumentTable) and p.rows), None)
        if first is None:
            raise InputError("there is no table of this")
        return latex(first)

    def chart(self, kind: str, *words: Any, **options: Any) -> Chart:
        """Return a chart."""
        return self.charts[kind](*words, **options)


def _known(table: str, found: Mapping[str, object]) -> str:
    """Return the name of a table, of the first where none is given.

    Raises:
        InputError: there is none of that name.
    """
    name = table or next(iter(found))
    if name not in found:
        known = ", ".join(found)
        raise InputError(f"no table '{table}'{did_you_mean(table, found)}: there is {known}")
    return name


def _world(world: World) -> View:
    def made() -> Document:
        told, books = worlds.described(world), world.accounts
        rows = [
            {
                "country": code,
                "value_added": float(books.value_added[n]),
                "gross_output": float(books.gross_output[n].sum()),
                "deficit": float(books.deficit[n]),
                "revenue": float(books.revenue[n]),
            }
            for n, code in enumerate(world.countries)
        ]
        return Document(told.parts, told.data, {"countries": plain(rows)})

    def bar(variable: str = "value_added", most: int = drawn.MOST_BARS) -> Chart:
        rows = made().tables["countries"].rows
        known = [key for key in rows[0] if key != "country"]
        if variable not in known:
            raise InputError(f"no '{variable}'{did_you_mean(variable, known)}: {', '.join(known)}")
        found = [
            (r["country"], country_name(r["country"]), Range(r[variable], *[np.nan] * 3))
            for r in rows
        ]
        return drawn.bars(variable, found, most=most)

    return DocumentView(made, {"bar": bar})


def _ledger(ledger: Ledger) -> View:
    return DocumentView(partial(ledgers.measures, ledger))


def _law(view: LawView) -> View:
    def made() -> Document:
        book = Ledger.of({e.measure.id: e.measure for e in view.entries}.values())
        rows = in_force.rows(book, view)
        columns = (Column("id", "measure"), Column("products", "goods"), *in_force.COLUMNS[1:])
        read: list[Part] = [Words(repr(view)), DocumentTable(columns, rows)]
        return Document(read, {}, {"in_force": plain(rows)})

    return DocumentView(made)


def _question(asked: Question) -> View:
    def made() -> Document:
        said = asked.settings()
        days = f"law of {said['to']} against law of {said['from']}" if said["to"] else "by hand"
        ids = asked.subject or ()
        titles = {} if asked.ledger is None else asked.ledger.measures
        rows = [{"measure": i, "title": titles[i].title if i in titles else ""} for i in ids]
        parts: list[Part] = [Words(asked.title, "strong"), Words(days)]
        parts += [Words(asked.question, "asked")] if asked.question else []
        columns = (Column("measure", "measure"), Column("title", "title"))
        parts += [DocumentTable(columns, rows)] if rows else []
        left = [f"outside: {matter} ({reason})" for matter, reason in asked.outside]
        parts += [Bullets(left)] if left else []
        return Document(parts, {"scenario": said}, {"measures": plain(rows)} if rows else {})

    return DocumentView(made)


def _solution(solution: Solution) -> View:
    return DocumentView(
        partial(result.document, solution), {**_of_run(solution), **_variables(solution)}
    )


def _ensemble(found: Ensemble) -> View:
    read = NUMBERS.keys() <= found.figures.keys()
    figures = _of_run(found.point, found) if read else {}
    make = partial(result.document, found.point, found) if read else partial(_only_drawn, found)
    return DocumentView(make, {**figures, **_variables(found.point, found)})


def _only_drawn(found: Ensemble) -> Document:
    """Return the ranges of the variables of countries: draws that were read for no report."""
    table = schema.variables()
    names = [name for name in found.arrays if table[name].dims == ("country",)]
    codes = found.point.world.countries
    ranges = [
        {name: _range(found.point, found, name, n) for name in names} for n in range(len(codes))
    ]
    rows = [
        {"country": code, **{name: known[name].value for name in names}}
        for code, known in zip(codes, ranges, strict=True)
    ]
    said = [Words(repr(found)), Words("For tables of goods and law: read=Reader.of(solution).")]
    columns = (
        Column("country", "country"),
        Column("welfare", "welfare, per cent", of("welfare"), ranged=True),
    )
    whole = DocumentTable(columns, rows, ranges)
    return Document([*said, whole], {}, {"countries": whole})


def _of_run(solution: Solution, ensemble: Ensemble | None = None) -> dict[str, Draw]:
    """Return what draws the figures of the page of a run."""

    def one(kind: str) -> Chart:
        told = ToldAnswer(solution, RowsWithRanges.of(solution, ensemble))
        chart = getattr(RunFigures(language(), told), kind)()
        if chart is None:
            raise InputError(f"there is nothing to draw for '{kind}' in this answer")
        made: Chart = chart
        return made

    return {kind: partial(one, kind) for kind in ("who", "law", "diverted", "sectors")}


def _variables(solution: Solution, ensemble: Ensemble | None = None) -> dict[str, Draw]:
    """Return what draws any variable of countries."""
    world, table = solution.world, schema.variables()

    def checked(variable: str, *dims: tuple[str, ...]) -> None:
        known = [name for name in solution.arrays if table[name].dims in dims]
        if variable not in known:
            raise InputError(
                f"no variable '{variable}' to draw{did_you_mean(variable, known)} (there are "
                f"{', '.join(known)})"
            )

    def bar(
        variable: str = "welfare", country: str | None = None, most: int = drawn.MOST_BARS
    ) -> Chart:
        checked(variable, ("country",), ("country", "sector"))
        by_sector = table[variable].dims == ("country", "sector")
        if by_sector != (country is not None):
            what = "give country=" if by_sector else "it has no sectors"
            raise InputError(f"'{variable}' of which country? {what}")
        if country is None:
            return drawn.bars(variable, _countries(variable), most=most)
        n = world.country(country)
        rows = [
            (code, sector_name(code), _range(solution, ensemble, variable, n, j))
            for j, code in enumerate(world.sectors)
        ]
        name = country_name(world.countries[n])
        return drawn.bars(variable, rows, f"{table[variable].heading}: {name}", most)

    def on_map(variable: str = "welfare") -> Chart:
        checked(variable, ("country",))
        return drawn.on_map(variable, _countries(variable))

    def _countries(variable: str) -> list[tuple[str, str, Range]]:
        return [
            (code, country_name(code), _range(solution, ensemble, variable, n))
            for n, code in enumerate(world.countries)
        ]

    return {"bar": bar, "map": on_map}


def _range(solution: Solution, ensemble: Ensemble | None, name: str, *at: int) -> Range:
    """Return an entry of a variable with its range; NaN where nothing was drawn."""
    value = float(solution.arrays[name][at])
    if ensemble is None or name not in ensemble.arrays:
        return Range(value, np.nan, np.nan, np.nan)
    draws = ensemble.arrays[name][(ensemble.answered, *at)]
    return Range(value, *map(float, quantile(draws, QUANTILES)))


def _attribution(found: Attribution) -> View:
    world = found.world

    def countries() -> Sequence[str]:
        shown = world.showing(found.scenario.countries)
        moved = np.argsort(-np.abs(found.total["welfare"]))[:2]
        return shown or tuple(world.countries[int(n)] for n in moved)

    def bar(
        variable: str = "welfare", country: str | None = None, most: int = drawn.MOST_BARS
    ) -> Chart:
        code = world.countries[world.country(country or countries()[0])]
        rows = [
            (share.group, share.group, Range(share.shapley, *[np.nan] * 3))
            for share in found.table(variable, country=code)
        ]
        return drawn.bars(variable, rows, f"Shapley values: {country_name(code)}", most)

    return DocumentView(lambda: attributed.document(found, countries()), {"bar": bar})


def _comparison(found: Comparison) -> View:
    def bar(
        variable: str = "welfare", country: str | None = None, most: int = drawn.MOST_BARS
    ) -> Chart:
        world = found.world
        shown = world.showing(found.scenario.countries) or world.countries
        code = world.countries[world.country(country or shown[0])]
        rows = [
            (str(k), ", ".join(choice), Range(found.value(k, variable, code), *[np.nan] * 3))
            for k, choice in enumerate(found.choices)
            if k not in found.failures
        ]
        return drawn.bars(variable, rows, f"Under every choice: {country_name(code)}", most)

    return DocumentView(partial(compared.document, found), {"bar": bar})


def _answer(make: Callable[[Any], Document]) -> Callable[[Any], View]:
    """Return what shows an answer of policy: its document, and charts of its equilibrium."""

    def view(answer: Any) -> View:
        solution: Solution | None = getattr(answer, "solution", None)
        charts = {} if solution is None else _variables(solution)
        return DocumentView(partial(make, answer), charts)

    return view


views |= {
    World: _world,
    Ledger: _ledger,
    LawView: _law,
    Question: _question,
    Solution: _solution,
    Ensemble: _ensemble,
    Attribution: _attribution,
    Comparison: _comparison,
    Optimal: _answer(responded.optimal),
    Nash: _answer(responded.nash),
    Coop: _answer(cooperated.coop),
    Reach: _answer(reached.reach),
    Retaliation: _answer(retaliated.retaliation),
}
