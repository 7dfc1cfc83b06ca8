"""A report as a value, and as one HTML file: no network, no framework, complete without scripts."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from countervail.present.charts import tokens
from countervail.present.charts.chart import Chart
from countervail.present.page.cells import PageTable, page_table
from countervail.present.parts import Heading, Words
from countervail.present.render.markdown import markdown
from countervail.present.sentences.language import DEFAULT, Language
from countervail.present.sentences.translated import AsItStands
from countervail.text.characters import printable
from countervail.version import __version__

MOST_ANNEXED = 16
"""Rows of a table in the annex of what is printed."""

MOST_OPEN = 6
"""Rows of a table without a chart that is read where it stands."""

BRACKETS = re.compile(r"\([^()%]*\d[^()%]*\)")
SHORT = 26
"""Characters of a range that is never broken over two lines."""


@dataclass(frozen=True)
class Said:
    """Sentences, one by one where they are a list; under a title it has to be opened to be read."""

    sentences: Sequence[str]
    listed: bool = False
    title: str = ""
    kind: str = "said"


@dataclass(frozen=True)
class FactList:
    """What is looked up: a name and what it is, in code where it is typed."""

    rows: Sequence[tuple[str, str, bool]]
    kind: str = "facts"


@dataclass(frozen=True)
class PageFigure:
    """A chart, with its table behind it; ``annexed`` where the table is printed in the annex."""

    chart: Chart
    table: PageTable
    annexed: PageTable | None = None
    kind: str = "figure"


@dataclass(frozen=True)
class PageSheet:
    """A table that has no chart, under a title."""

    title: str
    table: PageTable
    kind: str = "sheet"

    @property
    def closed(self) -> bool:
        """Whether it has to be opened to be read: it is long."""
        return len(self.table.rows) > MOST_OPEN


PageBlock = Said | FactList | PageFigure | PageSheet


@dataclass(frozen=True)
class KeyFigure:
    """A figure of the first screen: what it is, its value, and its range."""

    name: str
    value: str
    spread: str = ""


@dataclass(frozen=True)
class PageSection:
    """A section, a question: its name in addresses, its title, what stands in it."""

    key: str
    title: str
    blocks: Sequence[PageBlock]


@dataclass(frozen=True)
class ReportPage:
    """A report.

    Attributes:
        language: it is in.
        kind: what kind of report it is.
        facts: dates and the like, beside it.
        status: that it is certified.
        question: what was asked.
        headline: the answer in one sentence.
        leads: what stands below it.
        figures: key figures.
        brackets: what ranges mean.
        sections: the rest, in order.
    """

    language: Language
    kind: str
    headline: str
    sections: Sequence[PageSection]
    facts: Sequence[str] = ()
    status: str = ""
    question: str = ""
    leads: Sequence[str] = ()
    figures: Sequence[KeyFigure] = ()
    brackets: str = ""
    warnings: Sequence[str] = ()

    @property
    def drawn(self) -> list[Chart]:
        """Its charts, in order."""
        return [
            block.chart
            for section in self.sections
            for block in section.blocks
            if isinstance(block, PageFigure)
        ]

    def lead(self) -> str:
        """Return what stands before the answer's own parts in a text file, as Markdown."""
        said = [Words(f"{self.headline}.", "strong"), *(Words(lead) for lead in self.leads)]
        return markdown([Heading(self.kind), *said]) + "\n"

    def html(self) -> str:
        """Return it as one file."""
        script = _text("script.js")
        return (
            _environment()
            .get_template("report.html")
            .render(
                page=self,
                say=self._say,
                light=Markup(tokens.variables(tokens.LIGHT)),
                dark=Markup(tokens.variables(tokens.DARK)),
                printed=Markup(tokens.variables(tokens.PAPER)),
                chart_style=Markup(tokens.STYLE),
                patterns=Markup(tokens.PATTERNS),
                style=Markup(_text("style.css")),
                script=Markup(script),
                script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
                footer=self.language.part("page.footer", version=__version__),
            )
        )

    def fragment(self, at: str) -> str:
        """Return it as a part of another page, which has the colours, styles and patterns.

        Args:
            at: what its own names begin with, so that none of them is the other page's.
        """
        return _environment().get_template("fragment.html").render(page=self, say=self._say, at=at)

    def _say(self, key: str) -> str:
        said: str = self.language.template(f"page.{key}")
        return said


def figure(
    chart: Chart, language: Language, caption: str = "", *, annex: bool = False
) -> PageFigure:
    """Return a chart with the table of the rows behind it.

    Args:
        chart: with its rows.
        language: of the page.
        caption: of the table.
        annex: whether the table, or its first rows, is printed in the annex.
    """
    table = page_table(chart.key, chart.table, language, caption)
    short = PageTable(f"{chart.key}-annex", table.caption, table.head, table.rows[:MOST_ANNEXED])
    return PageFigure(chart, table, short if annex else None)


def marked(template: str, **words: str) -> Markup:
    """Return a template filled with words, those that stay in English marked as such."""
    said = {
        key: Markup(_in_english(str(escape(printable(one)))))
        if isinstance(one, AsItStands)
        else printable(one)
        for key, one in words.items()
    }
    return Markup(escape(template)).format(**said)


def spread_out(text: str) -> Markup:
    """Return text with what stands in brackets and has a digit set apart; text is never markup."""
    safe = str(escape(printable(text)))

    def apart(found: re.Match[str]) -> str:
        kind = "in nb" if len(found[0]) <= SHORT else "in"
        return f'<span class="{kind}">{found[0]}</span>'

    said = BRACKETS.sub(apart, safe)
    return Markup(_in_english(said) if isinstance(text, AsItStands) else said)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("countervail.present.page", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=as_spoken,
    )
    made.filters["ranged"] = spread_out
    made.filters["drawing"] = lambda drawing, more: Markup(drawing.inline(more))
    return made


def as_spoken(value: object) -> object:
    """Return text without what would turn its direction; what is markup already is.

    What stays in English on a page of another language says so, for who reads it aloud.
    """
    if isinstance(value, AsItStands):
        return Markup(_in_english(str(escape(printable(value)))))
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _in_english(safe: str) -> str:
    return f'<span lang="{DEFAULT}">{safe}</span>'


def _text(name: str) -> str:
    return (resources.files("countervail.present.page") / "templates" / name).read_text("utf-8")
