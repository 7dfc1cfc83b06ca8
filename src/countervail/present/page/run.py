"""The report of ``run``: sections that are questions, each with its figures and their tables."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from countervail.present import result, tables
from countervail.present.assumptions import outside
from countervail.present.document import Document
from countervail.present.first import long_run_effects
from countervail.present.law import titled
from countervail.present.page import words
from countervail.present.page.cells import true_minus
from countervail.present.page.doubts import DoubtFigures
from countervail.present.page.figures import RunFigures
from countervail.present.page.plain import blocks, certified, check
from countervail.present.page.report import (
    KeyFigure,
    PageBlock,
    PageSection,
    ReportPage,
    Said,
    figure,
    marked,
)
from countervail.present.parts import DocumentTable, Heading, Part
from countervail.present.sentences.language import Language
from countervail.present.sentences.run import PartyEffect, changed_since
from countervail.present.sentences.translated import AsItStands
from countervail.present.told import ToldAnswer
from countervail.solution import Solution

MOST_KEYS = 4
"""Key figures on the first screen."""


def run_page(
    document: Document,
    told: ToldAnswer,
    language: Language,
    studies: Mapping[str, Document],
    command: str = "",
) -> ReportPage:
    """Return the report of an answer of ``run``.

    Args:
        document: the answer.
        told: the same, as sentences are told from it.
        language: of its words.
        studies: what else was asked of it, by its key in the JSON object.
        command: that gives the same answer; nothing where it is not known.
    """
    data, says = document.data, document.data["says"]
    long_run = long_run_effects(told, data.get("long_run"))
    made = RunFigures(language, told, long_run)
    still = told.solution.certificate.effect <= result.NOTHING_RELATIVE
    sections = _law(language, told, made)
    if not still:
        sections += _outcomes(language, told, made, document, studies)
    sections += [
        PageSection(
            "sure", language.template("page.sure"), _sure(told, document, studies, language)
        ),
        PageSection("out", language.template("page.out"), _left_out(told, document, language)),
        PageSection("check", language.template("page.check"), check(document, language, command)),
    ]
    year = told.solution.world.year
    ranges = told.reported.ranges
    brackets = (
        language.part("page.brackets_point", year=year)
        if ranges is None
        else language.part("page.brackets", n=len(ranges.ensemble), year=year)
    )
    return ReportPage(
        language=language,
        kind=language.part("page.kind", what=language.told(told.solution.scenario.title)),
        facts=_facts(language, told),
        status=certified(data, language),
        question=language.told(told.solution.scenario.question or ""),
        headline=says["headline"],
        warnings=[one.text for one in result.headline(told.solution, language)],
        leads=[] if still else _leads(made, told, says, command),
        figures=[] if still else _keys(language, told, long_run),
        brackets=brackets,
        sections=[section for section in sections if section.blocks],
    )


def _facts(language: Language, told: ToldAnswer) -> list[str]:
    if told.dates is None:
        return []
    before, after = (words.short_day(language, day) for day in told.dates)
    return [language.part("page.law_of", before=before, after=after)]


def _leads(made: RunFigures, told: ToldAnswer, says: Mapping[str, str], command: str) -> list[str]:
    """Return what stands below the headline, a paragraph a matter."""
    goods = " ".join(one for one in (made.sales(), made.elsewhere()) if one)
    since = changed_since(made.language, told.since, of_today(command))
    return [one for one in (says["more"], goods, since) if one]


def of_today(command: str) -> str:
    """Return the command that asks the same of today's law; nothing where none is known."""
    if not command:
        return ""
    words, kept = iter(shlex.split(command)), []
    for word in words:
        if word == "--to":
            next(words, None)
        elif not word.startswith("--to="):
            kept.append(word)
    return shlex.join([*kept, "--to", "today"])


def _keys(language: Language, told: ToldAnswer, long_run: Sequence[PartyEffect]) -> list[KeyFigure]:
    """Return the key figures: welfare of the first two parties, at both horizons."""
    found = []
    horizons = ((told.horizon, told.parties), *(((None, long_run),) if long_run else ()))
    for party in told.parties[: MOST_KEYS // 2]:
        for horizon, effects in horizons:
            effect = next((one for one in effects if one.country == party.country), None)
            if effect is not None:
                name = language.part(
                    "page.key",
                    A=language.label(party.country),
                    when=words.inside(words.when(language, horizon)),
                )
                found.append(KeyFigure(name, *words.usd(language, effect.usd)))
    return found[:MOST_KEYS]


def _law(language: Language, told: ToldAnswer, made: RunFigures) -> list[PageSection]:
    """Return what changed."""
    title = language.template("page.law")
    chart = made.law()
    found = tables.changed(told.solution, told.reported)
    if chart is None:
        return [PageSection("law", title, blocks(found, language, "law"))]
    by_hand = _after_first(found)
    return [
        PageSection(
            "law",
            title,
            [figure(chart, language, annex=True), *blocks(by_hand, language, "by-hand")],
        )
    ]


def _outcomes(
    language: Language,
    told: ToldAnswer,
    made: RunFigures,
    document: Document,
    studies: Mapping[str, Document],
) -> list[PageSection]:
    """Return who gains, which goods, where trade goes, and which measure did it."""
    sections = [
        PageSection(
            "who",
            language.template("page.who"),
            [
                figure(made.who(), language, _caption(document.sections["countries"])),
                figure(made.where(), language),
                *blocks(_after_first(document.sections["countries"]), language, "beside"),
            ],
        ),
        PageSection("goods", language.template("page.goods"), _goods(language, told, made)),
    ]
    drawn = [chart for chart in (made.diverted(), made.sectors()) if chart is not None]
    figures = [figure(chart, language) for chart in drawn]
    sections.append(PageSection("diverted", language.template("page.diverted"), figures))
    sections.append(_why(language, made, studies))
    return [section for section in sections if section.blocks]


def _goods(language: Language, told: ToldAnswer, made: RunFigures) -> list[PageBlock]:
    """Return the goods before and after, and what becomes of them."""
    found = [figure(chart, language, annex=True) for chart in made.goods()]
    more = [*tables.redirected_goods(told.reported), *tables.quotas_priced(told.reported)]
    return [*found, *blocks(more, language, "goods")]


def _why(language: Language, made: RunFigures, studies: Mapping[str, Document]) -> PageSection:
    """Return which measure did it, where that was asked."""
    study, title = studies.get("attribution"), language.template("page.why")
    if study is None:
        return PageSection("why", title, [])
    table = next(part for part in study.parts if isinstance(part, DocumentTable))
    chart = made.attributed(study.data, table)
    if chart is None:
        return PageSection("why", title, blocks(study.parts, language, "why"))
    return PageSection("why", title, [figure(chart, language, annex=True)])


def _sure(
    told: ToldAnswer, document: Document, studies: Mapping[str, Document], language: Language
) -> list[PageBlock]:
    """Return what the ranges cover, and the studies of doubt that were asked for."""
    made = DoubtFigures(language, told)
    found: list[PageBlock] = [Said([language.told(true_minus(document.data["covers"]))])]
    for key, draw in (("drivers", made.drivers), ("models", made.models)):
        if key in studies:
            study = studies[key]
            table = next(part for part in study.parts if isinstance(part, DocumentTable))
            charts = draw(study.data, table)
            found += [figure(chart, language, annex=True) for chart in charts]
            left = _after_first(study.parts) if charts else study.parts
            found += blocks(left, language, f"doubt-{key}")
    asked = [part for key in ("moved", "path") if key in studies for part in studies[key].parts]
    return [*found, *blocks(asked, language, "doubt")]


def _left_out(told: ToldAnswer, document: Document, language: Language) -> list[PageBlock]:
    """Return what the question leaves out, and what the answer rests on."""
    solution = told.solution
    said = [
        marked(
            language.template("page.left_out"),
            matter=_titled(language, solution, matter),
            reason=language.told(reason.removesuffix(".")),
        )
        for matter, reason in solution.scenario.outside
    ]
    above = outside(solution)
    rests = [
        language.told(_stopped(true_minus(one)))
        for one in _assumed(document.sections["why"])
        if one not in above
    ]
    made: list[PageBlock] = [Said(said, listed=True)] if said else []
    made += blocks(result.also_changed(solution), language, "also")
    if rests:
        made.append(Said(rests, listed=True, title=language.template("page.rests")))
    return made


def _titled(language: Language, solution: Solution, matter: str) -> str:
    """Return a matter by its title, in the language where it has one there, with its id."""
    said, behind = titled(solution, matter), f" ({matter})"
    title = language.told(said.removesuffix(behind))
    whole = f"{title}{behind if said.endswith(behind) else ''}"
    return AsItStands(whole) if isinstance(title, AsItStands) else whole


def _stopped(said: str) -> str:
    """Return a sentence with its full stop."""
    return said if said.endswith((".", "!", "?")) else f"{said}."


def _assumed(parts: Sequence[Part]) -> list[str]:
    """Return the sentences of what is assumed, of an answer's own section."""
    for k, part in enumerate(parts):
        if isinstance(part, Heading) and part.text == result.ASSUMED:
            return list(parts[k + 1].sentences)  # type: ignore[union-attr]
    return []


def _after_first(parts: Sequence[Part]) -> list[Part]:
    """Return what comes after the first table of parts, and the words just below it."""
    for k, part in enumerate(parts):
        if isinstance(part, DocumentTable):
            return list(parts[k + 1 :])
    return []


def _caption(parts: Sequence[Part]) -> str:
    """Return the title and caption of the first table of parts."""
    titles = [part.text for part in parts if isinstance(part, Heading)][:1]
    captions = [part.caption for part in parts if isinstance(part, DocumentTable)][:1]
    return ". ".join(one for one in (*titles, *captions) if one)
