"""The first screen of ``respond reach``: what a goal would need, and how surely it is met."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from countervail.policy.reaching.answer import Met, Reach
from countervail.present.digits import levels
from countervail.present.first import INDENT
from countervail.present.parts import Column, DocumentTable, Words
from countervail.present.respond_screen import (
    RespondScreen,
    RespondTelling,
    effect,
    ending,
    short,
)
from countervail.present.sentences import reach as sentences
from countervail.present.sentences import respond
from countervail.present.sentences.amounts import change, money
from countervail.present.sentences.language import Language
from countervail.present.told import point
from countervail.present.under_draws import RangesOrWhy

MOST_GOALS = 4
DOWN = ("export_cost", "import_cost", "tariff")
"""Levers that go down."""


def reach_screen(answer: Reach, reported: RangesOrWhy, telling: RespondTelling) -> RespondScreen:
    """Return what is read first of a goal: what it would need, what that would be worth, doubt."""
    said, solution, proof = telling.language, answer.solution, answer.certificate
    headline = _headline(answer, reported, said)
    stopped = [] if answer.finished else [respond.stopped(said)]
    more = []
    if answer.x.any():
        more.append(sentences.worth(said, effect(answer.player, solution, reported)))
    searches = respond.searches(said, len(proof.starts), proof.agree) if answer.finished else ""
    return RespondScreen(
        [headline, *stopped, *more],
        [
            Words(headline, "strong"),
            *(Words(one, "strong") for one in stopped),
            *(Words(one) for one in more),
            Words(respond.counted_from(said, answer.status_quo.law_date, solution.world.year)),
            Words(""),
            _goals(answer, reported, said),
            _levers(answer, said),
            *ending(said, solution, reported, searches),
        ],
    )


def _headline(answer: Reach, reported: RangesOrWhy, said: Language) -> str:
    goal = said.listed([one.goal for one in answer.goals])
    kinds = [kind for kind in answer.kinds if kind.moved]
    if not answer.reached:
        levers = said.listed([said.part(f"reach.{kind.kind}") for kind in answer.kinds])
        return _not_met(answer.goals, said, goal, levers)
    if not kinds:
        return sentences.already_met(said, goal)
    needed = [
        (
            said.part(f"reach.{kind.kind}"),
            point(-kind.change if kind.kind in DOWN else kind.change),
        )
        for kind in kinds
    ]
    chance = None
    if not isinstance(reported, str) and len(answer.goals) == 1:
        chance = reported.goals[0].chance
    of_draws = not isinstance(reported, str)
    return sentences.met_by(said, goal, needed, chance, of_draws=of_draws)


def _not_met(goals: Sequence[Met], said: Language, goal: str, levers: str) -> str:
    """Return what is not within reach: the first goal that is not by itself, or all together."""
    for one in goals:
        short = one.most is not None and (one.most < one.needed) == (one.sense == "at least")
        if one.met or not short:
            continue
        assert one.most is not None
        if one.unit == "USD million" and one.needed > 0 and one.sense == "at least":
            return sentences.not_met(said, one.goal, levers, 100.0 * one.most / one.needed)
        of = point(one.most)
        level = money(said, of) if one.unit == "USD million" else change(said, of)
        return sentences.not_met_level(said, one.goal, levers, level.value)
    return sentences.not_together(said, goal, levers)


def _goals(answer: Reach, reported: RangesOrWhy, said: Language) -> DocumentTable:
    """Return every goal: what is needed, what is reached, and in how many draws it is met."""
    chances: list[str] = [""] * len(answer.goals)
    if not isinstance(reported, str):
        chances = [said.digits(f"{100.0 * one.chance:.0f} %") for one in reported.goals]
    places = [0 if one.unit == "USD million" else 2 for one in answer.goals]
    rows = [
        {
            "name": short(one.figure),
            "unit": "" if one.unit == "USD million" else "%",
            "needed": said.digits(levels(k).write(one.needed)),
            "reached": said.digits(levels(k).write(one.reached)),
            "chance": chance,
        }
        for one, k, chance in zip(answer.goals, places, chances, strict=True)
    ]
    heads = ("needed", "reached")
    return DocumentTable(
        (
            Column(
                "name", f"{said.part('screen.goal')}, {said.part('screen.usd')}", width=(20, 28)
            ),
            Column("unit", fixed=True),
            *(Column(key, said.part(f"screen.{key}"), right=True, fixed=True) for key in heads),
            Column("chance", said.part("screen.met_in"), right=True, fixed=True),
        ),
        rows[:MOST_GOALS],
        indent=INDENT,
    )


def _levers(answer: Reach, said: Language) -> DocumentTable:
    """Return by kind of lever how far it moves, and what is saved by that."""
    rows: list[dict[str, Any]] = [
        {
            "name": said.part(f"reach.{kind.kind}"),
            "by": said.digits(levels(2).write(kind.change)),
            "used": said.digits(f"{kind.moved:,}"),
            "of": said.digits(f"{kind.levers:,}"),
            "saved": said.digits(levels(0).write(kind.saved)),
        }
        for kind in answer.kinds
    ]
    heads = {"by": "by_per_cent", "used": "used", "of": "of", "saved": "saved"}
    return DocumentTable(
        (
            Column("name", said.part("screen.lever"), width=(20, 34)),
            *(
                Column(key, said.part(f"screen.{head}"), right=True, fixed=True)
                for key, head in heads.items()
            ),
        ),
        rows,
        indent=INDENT,
    )
