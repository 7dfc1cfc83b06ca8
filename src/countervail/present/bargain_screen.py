"""The first screen of ``respond bargain``: what to do, what it is worth to each, and the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from countervail.policy.bargaining.bargain import Bargain
from countervail.policy.bargaining.concessions import Package
from countervail.policy.bargaining.draws import PackageDraws
from countervail.present.first import INDENT, amounts_beside, when_head
from countervail.present.parts import Column, DocumentTable, Part, Words
from countervail.present.sentences import bargain
from countervail.present.sentences.amounts import cell_money
from countervail.present.sentences.bargain import PartyWorth
from countervail.present.sentences.language import Language
from countervail.present.sentences.run import when
from countervail.present.under_draws import without_ranges
from countervail.quantiles import Range

MOST_CONCESSIONS = 6


def chosen(found: Bargain) -> Package | None:
    """Return the package that is advised: the reply, or where nothing is offered, Nash's."""
    return found.nash if found.reply is None else found.reply.nash


def sentences(found: Bargain, language: Language) -> list[str]:
    """Return what to do, and in how many draws all parties gain."""
    package = chosen(found)
    if package is None:
        return [bargain.no_advice(language, finished=found.packages.finished)]
    offered = () if found.reply is None else found.reply.offer
    rest = [k for k in package if k not in offered]
    said = [
        bargain.advice(
            language,
            _worth(found, package),
            found.names(tuple(rest)),
            offered=bool(offered),
            everything=_everything(found, package),
            when=when(language, found.world.horizon),
        )
    ]
    drawn = found.drawn
    if drawn is not None and package in drawn.packages:
        number = len(drawn.percent)
        said.append(
            bargain.all_gain(language, len(found.parties), drawn.chance_all(package), number)
        )
    return said


def screen(found: Bargain, language: Language, why: str) -> list[Part]:
    """Return what is read first of a bargain.

    Args:
        found: the bargain.
        language: it is read in.
        why: there are no draws, where there are none.
    """
    headline, *more = sentences(found, language)
    notes = (f"{of}: {say}" for of, say in found.left_out.items())
    parts: list[Part] = [
        Words(headline, "strong"),
        *(Words(f"PARTIAL ANSWER, {one}", "strong") for one in notes),
        *(Words(one) for one in more),
        Words(""),
    ]
    package = chosen(found)
    if package is not None:
        parts += [_both_horizons(found, package, language), Words("")]
    parts += [
        _alone(found, language),
        *_certified(found, language, why),
        Words(language.part("screen.respond_rest")),
    ]
    return parts


def _worth(found: Bargain, package: Package) -> list[PartyWorth]:
    """Return what a package is worth to each party, named by its code where it is one country."""
    ranges = _ranges(found.usd(package), found.drawn, package)
    return [
        PartyWorth(party.countries[0] if len(party.countries) == 1 else party.name, one)
        for party, one in zip(found.table.parties, ranges, strict=True)
    ]


def _ranges(
    values: Sequence[float] | np.ndarray[Any, Any], drawn: PackageDraws | None, package: Package
) -> list[Range]:
    """Return what a package is worth to each party, with its range where it was drawn."""
    if drawn is None or package not in drawn.packages:
        return [Range(float(value), np.nan, np.nan, np.nan) for value in values]
    quantiles = drawn.ranges_usd(package)
    return [Range(float(value), *quantiles[:, p]) for p, value in enumerate(values)]


def _both_horizons(found: Bargain, package: Package, language: Language) -> DocumentTable:
    """Return what the advised package is worth to each party, at each horizon."""
    heads = [when_head(language, found.world.horizon)]
    said = [_ranges(found.usd(package), found.drawn, package)]
    long = found.long_run
    if long is not None and package in long.values:
        heads.append(language.part("screen.long"))
        said.append(_ranges(long.values[package].usd, long.drawn, package))
    columns = [amounts_beside([cell_money(language, one) for one in by_party]) for by_party in said]
    names = [_name(language, party.countries, party.name) for party in found.table.parties]
    rows = [
        {"name": name, **{f"h{k}": column[p] for k, column in enumerate(columns)}}
        for p, name in enumerate(names)
    ]
    return DocumentTable(
        (
            Column("name", language.part("screen.usd"), width=(20, 28)),
            *(Column(f"h{k}", head, fixed=True) for k, head in enumerate(heads)),
        ),
        rows,
        indent=INDENT,
        close=True,
    )


def _alone(found: Bargain, language: Language) -> DocumentTable:
    """Return what each concession does by itself, those worth most to the first party first."""
    concessions = found.table.concessions
    alone = [k for k in range(len(concessions)) if (k,) not in found.failures]
    ranked = sorted(alone, key=lambda k: -float(found.usd((k,))[0]))
    shown = ranked if len(ranked) <= MOST_CONCESSIONS + 1 else ranked[:MOST_CONCESSIONS]
    rows: list[dict[str, Any]] = []
    for k in shown:
        values = _ranges(found.usd((k,)), None, (k,))
        cells = {f"p{p}": cell_money(language, one).value for p, one in enumerate(values)}
        rows.append({"name": concessions[k].name, "by": concessions[k].party, **cells})
    if len(ranked) > len(shown):
        more = language.part("screen.more_goods", n=language.counted(len(ranked) - len(shown)))
        rows.append({**dict.fromkeys(rows[0], ""), "name": more, "by": "--all"})
    names = [_name(language, party.countries, party.name) for party in found.table.parties]
    return DocumentTable(
        (
            Column("name", language.part("screen.alone"), width=(20, 28)),
            Column("by", language.part("screen.by")),
            *(Column(f"p{p}", name, right=True, fixed=True) for p, name in enumerate(names)),
        ),
        rows,
        indent=INDENT,
    )


def _name(language: Language, countries: Sequence[str], name: str) -> str:
    return language.label(countries[0]) if len(countries) == 1 else name


def _everything(found: Bargain, package: Package) -> bool:
    """Return whether nothing more could be asked for: all else excludes what is in it."""
    concessions, held = found.table.concessions, set(found.names(package))
    return all(
        one.name in held
        or held & set(one.instead_of)
        or any(one.name in concessions[k].instead_of for k in package)
        for one in concessions
    )


def _certified(found: Bargain, language: Language, why: str) -> list[Part]:
    """Return what was verified, and of which year the money is."""
    drawn, year = found.drawn, found.world.year
    if drawn is None:
        money = language.part("screen.money_point", year=year)
        stopped, certified = without_ranges(language, why)
        return [*stopped, Words(f"{certified} {money}")]
    said = language.part("screen.certified", k=len(drawn.percent), n=drawn.draws)
    return [Words(f"{said} {language.part('screen.money', year=year)}")]
