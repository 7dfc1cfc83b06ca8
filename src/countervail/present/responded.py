"""The answers of ``respond optimal`` and ``respond nash``: what is printed, and one JSON object."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from countervail.policy.optimal import Answer, Rate
from countervail.policy.players import Player
from countervail.policy.war.nash import Nash
from countervail.present import repriced, rows, status_quo
from countervail.present.assumptions import noted
from countervail.present.numbers import percent
from countervail.present.pieces import listed, named, table, title
from countervail.present.repriced import NOT_DRAWN, Told
from countervail.present.result import cite
from countervail.present.rows import Row
from countervail.solution import Solution

MOST_RATES = 12
"""Sectors and partners printed; all rates are in the JSON object."""

MOST_COUNTRIES = 8
"""Countries printed beside the players: those whose welfare moves most."""

MOST_ROUNDS = 8
"""Rounds printed: half of them the first, half the last."""

ENDS = {True: "tariffs nobody gains by changing", False: "INTERRUPTED, tariffs on the way"}
"""What the tariffs of a war are, by whether it was fought to its end."""

REST = "--json has every rate"


def render_optimal(answer: Answer, told: Told = NOT_DRAWN) -> RenderableType:
    """Return everything ``respond optimal`` prints."""
    table, record = answer.table, answer.certificate
    which = "The best tariffs" if answer.finished else "INTERRUPTED: the best tariffs so far"
    others = "others passive" if answer.instruments.reaction is None else "others as stated"
    heading = Text(f"{which} of {named(answer.player.name)}, {others}", style="bold")
    aim = Text(f"Aim: {answer.objective.words}. {record.instruments} rates from {_bounds(answer)}.")
    gained = Text(
        f"Gain over the law as it stands: {record.gain:+.4f} per cent of the objective; "
        f"{answer.player.name}'s own real income {record.gain_usd:+,.0f} USD million."
    )
    parts: list[RenderableType] = [heading, status_quo.head(answer), aim, gained]
    parts += _rates_of(table)
    parts += repriced.parts(told)
    parts += [title("Who gains and loses (per cent)"), _countries(answer.solution, answer.player)]
    parts += [Text(f"\n{_proof_of_optimal(answer)}{repriced.certified(told)}")]
    return Group(*parts, *listed("What must be said", _notes(answer)), *_sources(answer.solution))


def render_nash(answer: Nash, told: Told = NOT_DRAWN) -> RenderableType:
    """Return everything ``respond nash`` prints."""
    names = ", ".join(named(one.name) for one in answer.players)
    parts: list[RenderableType] = [
        Text(f"A tariff war of {names}: {ENDS[answer.finished]}", style="bold"),
        status_quo.head(answer),
        title("What it is worth to the players"),
        _players(answer),
        title("How it went (points; per cent of income)"),
        _history(answer),
    ]
    for one in answer.players:
        parts.append(title(f"Tariffs of {named(one.name)}"))
        parts.append(_by("sector", answer.table(one.name)))
    parts += [
        *repriced.parts(told),
        title("Who gains and loses (per cent)"),
        _countries(answer.solution, *answer.players),
        Text(f"\n{_proof_of_nash(answer)}{repriced.certified(told)}"),
    ]
    return Group(*parts, *listed("What must be said", _notes(answer)), *_sources(answer.solution))


def optimal_as_dict(answer: Answer, told: Told = NOT_DRAWN) -> dict[str, Any]:
    """Return the answer of ``respond optimal``, JSON-able; rates and gains in per cent."""
    record = answer.certificate
    return {
        "command": "optimal",
        "player": _player(answer.player, answer.solution),
        "objective": {
            "words": answer.objective.words,
            "weights": {
                code: float(weight)
                for code, weight in zip(
                    answer.solution.world.countries, answer.objective.weight, strict=True
                )
                if weight
            },
        },
        **_question(answer.solution),
        "finished": answer.finished,
        "gain": record.gain,
        "gain_usd": record.gain_usd,
        "certificate": {
            **_certified(answer.solution),
            **record._asdict(),
            "starts": [start._asdict() for start in record.starts],
        },
        "rates": [rate._asdict() for rate in answer.table],
        **status_quo.blocks(answer),
        **_outcomes(answer.solution, told, _notes(answer)),
    }


def nash_as_dict(answer: Nash, told: Told = NOT_DRAWN) -> dict[str, Any]:
    """Return the answer of ``respond nash``, JSON-able; rates and gains in per cent."""
    record = answer.certificate
    return {
        "command": "nash",
        "players": [
            {
                **_player(one, answer.solution),
                "gain": _gain(answer, number),
                "gain_usd": answer.worth_usd(one.name),
                "left": record.left_of[one.name],
                "rates": [rate._asdict() for rate in answer.table(one.name)],
            }
            for number, one in enumerate(answer.players)
        ],
        **_question(answer.solution),
        "certificate": {**_certified(answer.solution), **record._asdict()},
        "history": [each._asdict() for each in answer.history],
        **status_quo.blocks(answer),
        **_outcomes(answer.solution, told, _notes(answer)),
    }


def optimal_tables(said: dict[str, Any]) -> dict[str, list[Row]]:
    """Return the tables of the answer of ``respond optimal``, by the name of their file."""
    return {"rates": said["rates"], **repriced.tables(said)}


def nash_tables(said: dict[str, Any]) -> dict[str, list[Row]]:
    """Return the tables of the answer of ``respond nash``, by the name of their file."""
    rates = [{"player": one["name"], **row} for one in said["players"] for row in one["rates"]]
    return {"rates": rates, **repriced.tables(said)}


def _notes(answer: Answer | Nash) -> list[str]:
    """Return what must be said: what the answer would break last."""
    return [*answer.notes, *status_quo.broken(answer)]


def _question(solution: Solution) -> dict[str, Any]:
    world = solution.world
    return {
        "scenario": solution.scenario.settings(),
        "world": {"name": world.name, "year": world.year, "elasticities": world.elasticity_set},
        "model": solution.model.settings(),
        "units": {
            "rates, present": "per cent ad valorem; present is averaged over lines and cells",
            "gain, left, value": "per cent of the objective, relative to the law as it stands",
            "projected_gradient": "per cent of the objective per percentage point of a rate",
            "step, apart, apart_mean, apart_rates, moved": "percentage points",
            "rates: imports, imports_new; *_usd": f"USD million of {world.year}",
            **rows.UNITS,
        },
    }


def _outcomes(solution: Solution, told: Told, notes: Sequence[str]) -> dict[str, Any]:
    return {
        "countries": rows.countries(solution),
        **repriced.blocks(told, solution),
        **noted(solution, notes),
        "cite": cite(solution),
    }


def _certified(solution: Solution) -> dict[str, Any]:
    record = solution.certificate
    return {
        "certified": True,  # what is not certified raises instead of being answered
        "residual": record.residual,
        "effect": record.effect,
        "worst": {"block": record.worst.name, "place": record.worst.place},
    }


def _player(one: Player, solution: Solution) -> dict[str, Any]:
    return {"name": one.name, "members": [solution.world.countries[n] for n in one.members]}


def _gain(answer: Nash, number: int) -> float:
    """Return what the war is worth to a player, per cent."""
    return float(answer.desks[number].weight @ answer.solution.arrays["welfare"])


def _bounds(answer: Answer) -> str:
    low, high = 100.0 * answer.instruments.low, 100.0 * answer.instruments.high
    alike = low.max() == low.min() and high.max() == high.min()
    return f"{low.min():g} to {high.max():g} per cent" + ("" if alike else ", bounds that differ")


def _rates_of(table: list[Rate]) -> list[RenderableType]:
    parts: list[RenderableType] = [
        title("Tariffs by sector (per cent; means weighted by imports as the law stands)"),
        _by("sector", table),
    ]
    lined = [rate for rate in table if rate.line is not None]
    if lined:
        parts += [title("Tariffs by line, where the law knows lines"), _by("line", lined)]
    if any(rate.partner is not None for rate in table):
        parts += [title("Tariffs by partner"), _by("partner", table)]
    return parts


def _by(kind: str, rates: list[Rate]) -> Table:
    """Return rates averaged by sector, tariff line or partner, the largest imports first."""
    groups: dict[str, list[Rate]] = {}
    for rate in rates:
        label = f"{rate.sector} {rate.line}" if kind == "line" else getattr(rate, kind)
        label = label or "everybody else"
        groups.setdefault(label, []).append(rate)
    ordered = sorted(groups, key=lambda label: -sum(rate.imports for rate in groups[label]))
    shown = table(kind, "present", "best", "lowest", "highest", "imports", "imports then")
    for label in ordered[:MOST_RATES]:
        group = groups[label]
        each = [rate.rate for rate in group]
        shown.add_row(
            named(label),
            f"{_mean(group, 'present'):.2f}",
            f"{_mean(group, 'rate'):.2f}",
            f"{min(each):.2f}",
            f"{max(each):.2f}",
            f"{sum(rate.imports for rate in group):,.0f}",
            f"{sum(rate.imports_new for rate in group):,.0f}",
        )
    more = len(ordered) - MOST_RATES
    shown.caption = f"{more} {kind}s more; {REST}" if more > 0 else None
    return shown


def _mean(group: list[Rate], name: str) -> float:
    whole = sum(rate.imports for rate in group)
    parts = [(rate.imports if whole else 1.0) * float(getattr(rate, name)) for rate in group]
    return sum(parts) / (whole or len(group))


def _players(answer: Nash) -> Table:
    shown = table("player", "gain %", "USD million", "gain left %")
    for number, one in enumerate(answer.players):
        shown.add_row(
            named(one.name),
            f"{_gain(answer, number):+.4f}",
            f"{answer.worth_usd(one.name):+,.0f}",
            f"{answer.certificate.left_of[one.name]:.1e}",
        )
    return shown


def _history(answer: Nash) -> Table:
    """Return the rounds that led there: the first and the last of many."""
    shown = table("round", "largest move", "largest gain", "whose", "how")
    rounds = list(enumerate(answer.history, start=1))
    skipped = len(rounds) - MOST_ROUNDS
    for number, one in rounds:
        if skipped > 0 and MOST_ROUNDS // 2 < number <= MOST_ROUNDS // 2 + skipped:
            continue
        whose = max(one.gains, key=lambda name: one.gains[name])
        shown.add_row(
            f"{number}",
            f"{one.moved:.2g}",
            f"{one.gains[whose]:.1e}",
            whose,
            f"best{'' if one.taken == 1.0 else ', damped'}" if one.answered else "steps",
        )
    more = f"{skipped} rounds between; --json has every round. " if skipped > 0 else ""
    shown.caption = (
        f"{more}steps: everybody moves at once, gains by slopes; best: best answers in turn"
    )
    return shown


def _countries(solution: Solution, *players: Player) -> Table:
    """Return the players' members that matter, and who else's welfare moves most."""
    welfare, codes = solution.arrays["welfare"], solution.world.countries
    income = solution.arrays["income"]
    chosen: list[int] = []
    for one in players:
        chosen += sorted(one.members, key=lambda n: -income[n])[:4]
    inside = {n for one in players for n in one.members}
    others = [int(n) for n in np.argsort(-np.abs(welfare)) if int(n) not in inside]
    shown = table("country", "welfare", "real wage", "exports", "imports", "revenue*")
    for n in (*chosen, *others[:MOST_COUNTRIES]):
        values = {key: solution.arrays[name][n] for key, name in rows.OUTCOMES.items()}
        shown.add_row(
            named(codes[n]),
            percent(values["welfare"], 4),
            percent(values["real_wage"], 4),
            percent(values["exports"], 3),
            percent(values["imports"], 3),
            percent(values["revenue_change"], 4),
        )
    shown.caption = "* per cent of final spending as the law stands"
    return shown


def _proof_of_optimal(answer: Answer) -> str:
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
        f"{_equations(answer.solution)}"
    )


def _proof_of_nash(answer: Nash) -> str:
    record = answer.certificate
    if not answer.finished:
        return (
            "NO PROOF that the war ends here, and nowhere else: it was interrupted (see below); "
            f"{record.evaluations} equilibria. {_equations(answer.solution)}"
        )
    damped = " (damped)" if record.damped else ""
    same = (
        "came to the same"
        if record.agree
        else f"came to DIFFERENT ends (welfare differs by up to {record.apart:.1e} per cent)"
    )
    return (
        f"Proof: the largest gain left to any player is {record.left:.1e} per cent (allowed "
        f"1e-04), USD {record.left_usd:.1e} million, each asked from two starts; "
        f"{record.rounds} rounds{damped}; {record.at_low} rates at their lower bound, "
        f"{record.at_high} at their upper; wars from {' and from '.join(record.starts)} {same}; "
        f"{record.evaluations} equilibria. {_equations(answer.solution)}"
    )


def _equations(solution: Solution) -> str:
    worst = solution.certificate.worst
    return (
        "Certified: every equation of both states checked independently, largest relative "
        f"residual {worst.residual:.1e} ({worst.name}, {worst.place})."
    )


def _sources(solution: Solution) -> list[RenderableType]:
    return listed("How to cite", cite(solution))
