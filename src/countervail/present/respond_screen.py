"""First screens of ``respond optimal``, ``nash``, ``retaliate`` and ``coop``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import shorten
from typing import Any, NamedTuple

from countervail.policy.agreement.answer import Coop
from countervail.policy.answer import Answer
from countervail.policy.in_force import worth_usd
from countervail.policy.players import Player
from countervail.policy.proof import Proof
from countervail.policy.rates.optimal import Optimal
from countervail.policy.rates.table import ChosenRate
from countervail.policy.retaliation.answer import Retaliation
from countervail.policy.war.nash import Nash
from countervail.present.answered import rates
from countervail.present.digits import levels
from countervail.present.document import Document
from countervail.present.first import INDENT, MOST_LINES, amounts_beside, effects_of, when_head
from countervail.present.parts import Column, DocumentTable, Part, Words
from countervail.present.pieces import named
from countervail.present.sentences import respond
from countervail.present.sentences.amounts import cell_money, cell_percent
from countervail.present.sentences.language import Language, language
from countervail.present.sentences.run import PartyEffect
from countervail.present.sentences.signs import Sides
from countervail.present.told import point
from countervail.present.under_draws import RangesOrWhy, without_ranges
from countervail.quantiles import Range
from countervail.solution import Solution

MOST_PLAYERS = 5
"""Players with lines of their own."""

LONGEST = 28
"""Letters of a name."""

MOST_RATES = MOST_LINES - 6
"""Rates read; with two parties and the heads of both tables that makes a dozen lines."""


ENGLISH = language()


class RespondTelling(NamedTuple):
    """How a first screen is told.

    Attributes:
        language: it is read in.
        long_run: the JSON object of the same policy in the long run, where that stands beside.
    """

    language: Language = ENGLISH
    long_run: Mapping[str, Any] | None = None


class RespondScreen(NamedTuple):
    """What is read first: the sentences, and the screen they stand on."""

    says: Sequence[str]
    parts: Sequence[Part]

    def as_dict(self, telling: RespondTelling) -> dict[str, Any]:
        """Return the sentences, JSON-able."""
        headline, *more = self.says
        return {
            "language": telling.language.code,
            "headline": headline,
            "more": " ".join(more),
        }


def told_first(
    first: RespondScreen,
    telling: RespondTelling,
    answer: Sequence[Part],
    why: Sequence[Part],
    data: Mapping[str, Any],
    tables: Mapping[str, DocumentTable],
) -> Document:
    """Return an answer with a first screen, and two sections: the answer, and why to trust it."""
    return Document(
        [*answer, *why],
        {**data, "says": first.as_dict(telling)},
        tables,
        first.parts,
        {"answer": answer, "why": why},
    )


def optimal_screen(
    answer: Optimal, reported: RangesOrWhy, telling: RespondTelling
) -> RespondScreen:
    """Return what is read first of best tariffs: what they are worth, and the rates by sector."""
    said = telling.language
    parties = [effect(answer.player, answer.solution, reported)]
    own_aim = len(answer.criteria) == 1
    headline = respond.worth(
        said,
        respond.best_tariffs(said, own_aim=own_aim),
        parties,
        answer.solution.world.horizon,
    )
    table = _by_sector(said, answer.table)
    return _screen(answer, reported, telling, [headline], parties, table)


def nash_screen(answer: Nash, reported: RangesOrWhy, telling: RespondTelling) -> RespondScreen:
    """Return what is read first of a war: what it is worth to each, and each one's tariffs."""
    said = telling.language
    parties = _effects(answer.players, answer.solution, reported)
    subject = respond.war(said, [one.name for one in answer.players])
    headline = respond.worth(said, subject, parties, answer.solution.world.horizon)
    table = _by_player(said, {one.name: answer.table(one.name) for one in answer.players})
    return _screen(answer, reported, telling, [headline], parties, table)


def retaliation_screen(
    answer: Retaliation, reported: RangesOrWhy, telling: RespondTelling
) -> RespondScreen:
    """Return what is read first of an answer to a partner: what it costs both, and its duties."""
    said = telling.language
    them, us = answer.partner, answer.player
    parties = _effects([them, us], answer.solution, reported)
    subject = respond.reply(said, us.name, them.name, len(answer.table))
    sentences = [respond.worth(said, subject, parties, answer.solution.world.horizon)]
    if answer.finished and not answer.reached:
        sentences.append(respond.out_of_reach(said, them.name, answer.goal_usd, answer.most_usd))
    elif not isinstance(reported, str):
        share = reported.goal("amount").chance
        sentences.append(respond.chance(said, "loses", them.name, share, reported.answered))
    rows = [
        {
            "name": levy.line or named(levy.sector),
            "present": levy.present,
            "rate": levy.duty,
            "imports": levy.imports,
            "imports_new": levy.imports_new,
        }
        for levy in answer.table
    ]
    table = _rates(said, rows, "screen.added")
    return _screen(answer, reported, telling, sentences, parties, table)


def coop_screen(answer: Coop, reported: RangesOrWhy, telling: RespondTelling) -> RespondScreen:
    """Return what is read first of an agreement: what the deal that is shown is worth."""
    said, deal = telling.language, answer.shown
    parties = _effects(answer.players, deal.solution, reported)
    names = [one.name for one in answer.players]
    subject = respond.agreement(said, names)
    sentences = [respond.worth(said, subject, parties, deal.solution.world.horizon)]
    if answer.threat == "nash":
        gains = [(name, deal.gains_usd[name]) for name in names]
        sentences.append(respond.against_war(said, gains))
    table = _by_player(said, {name: answer.table(deal.name, name) for name in names})
    return _screen(deal, reported, telling, sentences, parties, table, finished=answer.finished)


def effect(one: Player, solution: Solution, reported: RangesOrWhy) -> PartyEffect:
    """Return what happens to a player: welfare of its members together, with its range."""
    at = list(one.members)
    usd = worth_usd(solution, one.members)
    per_cent = 100.0 * usd / float(solution.arrays["income"][at].sum())
    if isinstance(reported, str):
        return PartyEffect(one.name, point(usd), point(per_cent))
    drawn = reported.criterion(one.name)
    usd_drawn, percent_drawn = drawn.usd, drawn.percent
    assert usd_drawn is not None  # only an objective has no money's worth
    if drawn.criterion.loss:
        usd_drawn, percent_drawn = _negated(usd_drawn), _negated(percent_drawn)
    return PartyEffect(one.name, usd_drawn, percent_drawn, Sides(1.0 - drawn.chance, drawn.chance))


def money_table(
    said: Language,
    parties: Sequence[PartyEffect],
    horizon: float | None,
    beside: Sequence[PartyEffect] = (),
) -> DocumentTable:
    """Return what something is worth: at both horizons, or at one with per cents of spending."""
    shown = parties[:MOST_PLAYERS]
    first = amounts_beside([cell_money(said, one.usd) for one in shown])
    if beside:
        second = amounts_beside([cell_money(said, one.usd) for one in beside[:MOST_PLAYERS]])
    else:
        second = amounts_beside([cell_percent(said, one.percent) for one in shown])
    head = "screen.long" if beside else "screen.share_of_spending"
    return DocumentTable(
        (
            Column("name", said.part("screen.usd"), width=(20, 28)),
            Column("first", when_head(said, horizon), fixed=True),
            Column("second", said.part(head), fixed=True),
        ),
        [
            {"name": said.label(one.country), "first": a, "second": b}
            for one, a, b in zip(shown, first, second, strict=True)
        ],
        indent=INDENT,
    )


def ending(
    said: Language, solution: Solution, reported: RangesOrWhy, searches: str = ""
) -> list[Part]:
    """Return the line of proof and doubt, and where the rest is."""
    year = solution.world.year
    if isinstance(reported, str):
        money = said.part("screen.money_point", year=year)
        why, certified = without_ranges(said, reported)
    else:
        why = []
        money = said.part("screen.money", year=year)
        certified = said.part("screen.certified", k=reported.answered, n=len(reported.ensemble))
    proof = " ".join(one for one in (certified, searches, money) if one)
    return [*why, Words(proof), Words(said.part("screen.respond_rest"))]


def _screen(
    answer: Answer[Any, Any],
    reported: RangesOrWhy,
    telling: RespondTelling,
    sentences: Sequence[str],
    parties: Sequence[PartyEffect],
    table: DocumentTable,
    *,
    finished: bool | None = None,
) -> RespondScreen:
    """Return a screen: sentences, from which law, what it is worth, what was chosen, the proof."""
    said, solution, proof = telling.language, answer.solution, answer.certificate
    headline, *more = sentences
    done = answer.finished if finished is None else finished
    if not isinstance(reported, str):
        more += [
            respond.chance(said, "gains", one.name, drawn.chance, reported.answered)
            for one in answer.players
            for drawn in [reported.criterion(one.name)]
            if 0.0 < drawn.chance < 1.0
        ]
    stopped = [] if done else [respond.stopped(said)]
    beside = effects_of([one.country for one in parties], telling.long_run)
    return RespondScreen(
        [headline, *stopped, *more],
        [
            Words(headline, "strong"),
            *(Words(one, "strong") for one in stopped),
            *(Words(one) for one in more),
            Words(respond.counted_from(said, answer.status_quo.law_date, solution.world.year)),
            Words(""),
            money_table(said, parties, solution.world.horizon, beside),
            table,
            *ending(said, solution, reported, _searches(said, proof) if done else ""),
        ],
    )


def _searches(said: Language, proof: Proof) -> str:
    return respond.searches(said, len(proof.starts), proof.agree)


def _effects(
    players: Sequence[Player], solution: Solution, reported: RangesOrWhy
) -> list[PartyEffect]:
    return [effect(one, solution, reported) for one in players]


def short(name: str) -> str:
    """Return a name that has room in its column, cut at a word."""
    return name if len(name) <= LONGEST else shorten(name, LONGEST, placeholder=" ...")


def _negated(of: Range) -> Range:
    """Return a loss as a gain."""
    return Range(-of.value, -of.p95, -of.p50, -of.p05)


def _by_sector(said: Language, found: Sequence[ChosenRate]) -> DocumentTable:
    """Return rates by sector, the largest imports first."""
    rows = [{**row, "name": row["label"]} for row in rates("sector", found).rows]
    whole = len({rate.sector for rate in found})
    return _rates(said, rows, "screen.chosen", whole)


def _by_player(said: Language, found: Mapping[str, Sequence[ChosenRate]]) -> DocumentTable:
    """Return each player's tariffs: their mean, weighted by imports under the status quo."""
    rows = [
        {
            "name": said.label(name),
            "present": _mean(own, "present"),
            "rate": _mean(own, "rate"),
            "imports": sum(one.imports for one in own),
            "imports_new": sum(one.imports_new for one in own),
        }
        for name, own in found.items()
    ]
    return _rates(said, rows, "screen.chosen", head="screen.tariffs_of")


def _mean(own: Sequence[ChosenRate], key: str) -> float:
    whole = sum(one.imports for one in own)
    parts = [(one.imports if whole else 1.0) * float(getattr(one, key)) for one in own]
    return sum(parts) / (whole or max(len(own), 1))


def _rates(
    said: Language,
    rows: Sequence[Mapping[str, Any]],
    chosen: str,
    whole: int | None = None,
    head: str = "screen.tariffs_on",
) -> DocumentTable:
    """Return rates beside those that stood, as far as there are lines for them."""
    left = (len(rows) if whole is None else whole) - MOST_RATES
    shown = [{**row, "name": short(row["name"])} for row in rows]
    if left > 1:
        more = said.part("screen.more_goods", n=said.counted(left))
        last = {**dict.fromkeys(shown[0], ""), "name": f"{more}: --show answer"}
        shown = [*shown[:MOST_RATES], last]

    def column(key: str, heading: str, places: int) -> Column:
        digits = levels(places)

        def cell(row: Mapping[str, Any]) -> str:
            value = row[key]
            return "" if isinstance(value, str) else said.digits(digits.write(value))

        return Column(key, said.part(heading), show=cell, right=True, fixed=True)

    return DocumentTable(
        (
            Column("name", said.part(head), width=(20, LONGEST)),
            column("present", "screen.present", 1),
            column("rate", chosen, 1),
            column("imports", "screen.imports", 0),
            column("imports_new", "screen.then", 0),
        ),
        shown,
        indent=INDENT,
    )
