"""The answers of ``respond optimal`` and ``respond nash`` as documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from countervail.ledger.notes import Note
from countervail.policy.players import Player
from countervail.policy.rates.optimal import Optimal
from countervail.policy.rates.table import ChosenRate
from countervail.policy.war.nash import Nash
from countervail.present import answered, rows, under_draws
from countervail.present.answered import equations, player
from countervail.present.assumptions import noted
from countervail.present.digits import Digits, amounts, percents
from countervail.present.document import Document, plain
from countervail.present.parts import Column, DocumentTable, Part, Row, Words, section
from countervail.present.pieces import named
from countervail.present.respond_screen import (
    RespondTelling,
    nash_screen,
    optimal_screen,
    told_first,
)
from countervail.present.result import cite
from countervail.present.under_draws import NOT_DRAWN, RangesOrWhy
from countervail.solution import Solution

MOST_COUNTRIES = 8
"""Countries read beside the players: those whose welfare moves most."""

MOST_ROUNDS = 8
"""Rounds read: half of them the first, half the last."""

ENDS = {True: "tariffs nobody gains by changing", False: "INTERRUPTED, tariffs on the way"}
"""What the tariffs of a war are, by whether it was fought to its end."""

UNITS = {
    "rates, present": "per cent ad valorem; present is averaged over lines and cells",
    "gain, left, value": "per cent of the objective, relative to the status quo",
    "projected_gradient": "per cent of the objective per percentage point of a rate",
    "step, apart, apart_mean, apart_rates, moved": "percentage points",
}
COUNTRIES = (
    Column("country", "country", show=lambda row: named(row["country"])),
    Column("welfare", "welfare", percents(4)),
    Column("real_wage", "real wage", percents(4)),
    Column("exports", "exports", percents(3)),
    Column("imports", "imports", percents(3)),
    Column("revenue_change", "revenue*", percents(4)),
)
PLAYERS = (
    Column("name", "player", show=lambda row: named(row["name"])),
    Column("gain", "gain %", percents(4)),
    Column("gain_usd", "USD million", amounts()),
    Column("left", "gain left %", Digits("small", 1)),
)
HISTORY = (
    Column("round", "round"),
    Column("moved", "largest move", Digits("general", 2)),
    Column("gain", "largest gain", Digits("small", 1)),
    Column("whose", "whose", right=True),
    Column("how", "how", right=True),
)


def optimal(
    answer: Optimal,
    reported: RangesOrWhy = NOT_DRAWN,
    telling: RespondTelling = RespondTelling(),  # noqa: B008
) -> Document:
    """Return the answer of ``respond optimal``; rates and gains in per cent."""
    notes = answered.notes(answer, answer.notes)
    why = _ending(answer, reported, _proof_of_optimal(answer), notes, answer.player)
    first = optimal_screen(answer, reported, telling)
    return told_first(
        first,
        telling,
        _read_optimal(answer),
        why,
        _optimal(answer, reported, notes),
        {
            "rates": plain([rate._asdict() for rate in answer.table]),
            **under_draws.tables(reported, answer.solution),
        },
    )


def nash(
    answer: Nash,
    reported: RangesOrWhy = NOT_DRAWN,
    telling: RespondTelling = RespondTelling(),  # noqa: B008
) -> Document:
    """Return the answer of ``respond nash``; rates and gains in per cent."""
    notes = answered.notes(answer, answer.notes)
    data = _nash(answer, reported, notes)
    rates = [{"player": one["name"], **row} for one in data["players"] for row in one["rates"]]
    why = _ending(answer, reported, _proof_of_nash(answer), notes, *answer.players)
    first = nash_screen(answer, reported, telling)
    return told_first(
        first,
        telling,
        _read_nash(answer, data["players"]),
        why,
        data,
        {"rates": plain(rates), **under_draws.tables(reported, answer.solution)},
    )


def _read_optimal(answer: Optimal) -> list[Part]:
    """Return what is read of the best tariffs."""
    record, name = answer.certificate, answer.player.name
    which = "The best tariffs" if answer.finished else "INTERRUPTED: the best tariffs so far"
    others = "others passive" if answer.instruments.reaction is None else "others as stated"
    aim = f"Aim: {answer.objective.words}. {record.instruments} rates from {_bounds(answer)}."
    return [
        Words(f"{which} of {named(name)}, {others}", "strong"),
        answered.head(answer),
        Words(aim),
        Words(
            f"Gain over the status quo: {record.gain:+.4f} per cent of the objective; "
            f"{name}'s own real income {record.gain_usd:+,.0f} USD million."
        ),
        *_rates_of(answer.table),
    ]


def _read_nash(answer: Nash, players: Sequence[Row]) -> list[Part]:
    """Return what is read of a war."""
    names = ", ".join(named(one.name) for one in answer.players)
    return [
        Words(f"A tariff war of {names}: {ENDS[answer.finished]}", "strong"),
        answered.head(answer),
        *section("What it is worth to the players", DocumentTable(PLAYERS, players)),
        *section("How it went (points; per cent of income)", _history(answer)),
        *(
            part
            for one in answer.players
            for part in section(
                f"Tariffs of {named(one.name)}", answered.rates("sector", answer.table(one.name))
            )
        ),
    ]


def _ending(
    answer: Optimal | Nash,
    reported: RangesOrWhy,
    proof: str,
    notes: Sequence[str | Note],
    *players: Player,
) -> list[Part]:
    countries = section("Who gains and loses (per cent)", _countries(answer.solution, *players))
    return answered.ending(answer.solution, reported, proof, notes, *countries)


def _optimal(answer: Optimal, reported: RangesOrWhy, notes: Sequence[str | Note]) -> dict[str, Any]:
    """Return the JSON object of the best tariffs."""
    record, codes = answer.certificate, answer.solution.world.countries
    weights = zip(codes, answer.objective.weight, strict=True)
    return {
        "command": "optimal",
        "player": player(answer.player, answer.solution),
        "objective": {
            "words": answer.objective.words,
            "weights": {code: float(weight) for code, weight in weights if weight},
        },
        "finished": answer.finished,
        "gain": record.gain,
        "gain_usd": record.gain_usd,
        "certificate": {
            **answered.certified(answer.solution),
            **record.as_dict(),
        },
        "rates": [rate._asdict() for rate in answer.table],
        **_alike(answer, reported, notes),
    }


def _nash(answer: Nash, reported: RangesOrWhy, notes: Sequence[str | Note]) -> dict[str, Any]:
    """Return the JSON object of a war."""
    record, solution = answer.certificate, answer.solution
    return {
        "command": "nash",
        "players": [
            {
                **player(one, solution),
                "gain": answer.gain(one.name),
                "gain_usd": answer.worth_usd(one.name),
                "left": record.left_of[one.name],
                "rates": [rate._asdict() for rate in answer.table(one.name)],
            }
            for one in answer.players
        ],
        "certificate": {**answered.certified(solution), **record.as_dict()},
        "history": [each._asdict() for each in answer.history],
        **_alike(answer, reported, notes),
    }


def _alike(
    answer: Optimal | Nash, reported: RangesOrWhy, notes: Sequence[str | Note]
) -> dict[str, Any]:
    """Return the blocks that both have."""
    solution = answer.solution
    return {
        **answered.question(solution),
        "units": {**UNITS, **answered.units("rates", solution)},
        **answered.status_quo(answer),
        "countries": rows.countries(solution),
        **under_draws.blocks(reported, solution),
        **noted(solution, notes),
        "cite": cite(solution),
    }


def _bounds(answer: Optimal) -> str:
    low, high = 100.0 * answer.instruments.low, 100.0 * answer.instruments.high
    alike = low.max() == low.min() and high.max() == high.min()
    return f"{low.min():g} to {high.max():g} per cent" + ("" if alike else ", bounds that differ")


def _rates_of(found: list[ChosenRate]) -> list[Part]:
    """Return rates by sector, and by line and partner where there are several."""
    lined = [rate for rate in found if rate.line is not None]
    title = "Tariffs by sector (per cent; means weighted by imports under the status quo)"
    parts = section(title, answered.rates("sector", found))
    if lined:
        words = "Tariffs by line, where the law knows lines"
        parts += section(words, answered.rates("line", lined))
    if any(rate.partner is not None for rate in found):
        parts += section("Tariffs by partner", answered.rates("partner", found))
    return parts


def _history(answer: Nash) -> DocumentTable:
    """Return the rounds that led there: the first and the last of many."""
    skipped = len(answer.history) - MOST_ROUNDS
    found = [
        {
            "round": number,
            "moved": one.moved,
            "gain": max(one.gains.values()),
            "whose": max(one.gains, key=lambda name: one.gains[name]),
            "how": f"best{'' if one.taken == 1.0 else ', damped'}" if one.answered else "steps",
        }
        for number, one in enumerate(answer.history, start=1)
    ]
    more = f"{skipped} rounds between; --json has every round. " if skipped > 0 else ""
    return DocumentTable(
        HISTORY,
        [*found[: MOST_ROUNDS // 2], *found[-(MOST_ROUNDS // 2) :]] if skipped > 0 else found,
        caption=f"{more}steps: everybody moves at once, gains by slopes; best: best answers in "
        "turn",
    )


def _countries(solution: Solution, *players: Player) -> DocumentTable:
    """Return the players' members that matter, and who else's welfare moves most."""
    welfare, income = solution.arrays["welfare"], solution.arrays["income"]
    chosen: list[int] = []
    for one in players:
        chosen += sorted(one.members, key=lambda n: -income[n])[:4]
    inside = {n for one in players for n in one.members}
    others = [int(n) for n in np.argsort(-np.abs(welfare)) if int(n) not in inside]
    return DocumentTable(
        COUNTRIES,
        rows.listed(solution),
        shown=[*chosen, *others[:MOST_COUNTRIES]],
        caption="* per cent of final spending under the status quo",
    )


def _proof_of_optimal(answer: Optimal) -> str:
    record = answer.certificate
    ends = "; ".join(
        f"from {s.name} {s.value:+.6f} per cent in {s.evaluations} equilibria"
        for s in record.starts
    )
    same = "came to the same" if record.agree else "came to DIFFERENT optima"
    if not answer.finished:
        same = "ended or were interrupted"
    return (
        f"Proof: no free rate changes the objective by more than {record.projected_gradient:.1e} "
        f"per cent a point; a further step would move none by more than {record.step:.0e} points; "
        f"gain left about {record.left:.0e} per cent. {record.at_low} rates at their lower bound, "
        f"{record.at_high} at their upper. {len(record.starts)} searches ({ends}) {same}. "
        f"{equations(answer.solution)}"
    )


def _proof_of_nash(answer: Nash) -> str:
    record = answer.certificate
    if not answer.finished:
        return (
            "NO PROOF that the war ends here, and nowhere else: it was interrupted (see below); "
            f"{record.evaluations} equilibria. {equations(answer.solution)}"
        )
    damped = " (damped)" if record.damped else ""
    starts = " and from ".join(one.name for one in record.starts)
    same = (
        "came to the same"
        if record.agree
        else f"came to DIFFERENT ends (welfare differs by up to {record.apart:.1e} per cent)"
    )
    return (
        f"Proof: the largest gain left to any player is {record.left:.1e} per cent (allowed "
        f"1e-04), USD {record.left_usd:.1e} million, each asked from two starts; "
        f"{record.rounds} rounds{damped}; {record.at_low} rates at their lower bound, "
        f"{record.at_high} at their upper; wars from {starts} {same}; "
        f"{record.evaluations} equilibria. {equations(answer.solution)}"
    )
