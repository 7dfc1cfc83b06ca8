"""What changed in law as lanes of a timeline: a lane for goods whose law came on the same days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from countervail.present.charts.timeline import LawLane, LawStep
from countervail.present.page.words import short_day
from countervail.present.sentences.language import Language, sentence_case
from countervail.present.sentences.run import law_said

GONE = ("none", "ended", "no rate")
"""Laws that are none."""

MOST_NAMED = 3
"""Goods of a lane named at most."""


def lanes(
    language: Language, law: Sequence[Mapping[str, Any]], dates: tuple[date, date]
) -> list[LawLane]:
    """Return a lane for the goods of each measure whose law came on the same days.

    Args:
        language: of the words.
        law: what changed, the rows ``measures`` of an answer of ``run``.
        dates: of the two states of law.
    """
    made = []
    for measure in law:
        groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
        for change in measure["changes"]:
            same = ("law", "law_new", "in_force", "announced", "targets")
            groups.setdefault(tuple(str(change[key]) for key in same), []).append(change)
        made += [
            _lane(language, measure, changes, dates, k) for k, changes in enumerate(groups.values())
        ]
    return sorted(made, key=lambda lane: [one.group for one in made].index(lane.group))


def _lane(
    language: Language,
    measure: Mapping[str, Any],
    changes: Sequence[Mapping[str, Any]],
    dates: tuple[date, date],
    place: int,
) -> LawLane:
    """Return a lane: whose measure on what, and what held when."""
    first = changes[0]
    names = [str(language.goods(change["name"])) for change in changes]
    said = ", ".join(names[:MOST_NAMED])
    if len(names) > MOST_NAMED:
        said = f"{said} +{len(names) - MOST_NAMED}"
    group = language.part(
        "page.on_goods_of",
        A=language.label(measure["implementer"]),
        B=_targets(language, first["targets"]),
    )
    return LawLane(
        f"{measure['id']} {place}",
        group,
        sentence_case(said),
        _day(first["announced"]),
        tuple(_steps(language, first, dates)),
    )


def _steps(
    language: Language, change: Mapping[str, Any], dates: tuple[date, date]
) -> list[LawStep]:
    """Return what held before, where it was something, and what came."""
    start, last = sorted(dates)
    before, after = change["law"], change["law_new"]
    day = _day(change["in_force"])
    partly = change["outside_model"] is not None
    if change["hypothetical"] or day is None:
        said = language.part("page.supposed", law=law_said(language, after))
        return [LawStep(last, None, said, partly)]
    steps = []
    if before not in GONE:
        said = language.part(
            "page.until", law=law_said(language, before), day=short_day(language, day)
        )
        steps.append(LawStep(min(start, day), day, said, partly))
    if after not in GONE:
        said = language.part(
            "page.from", law=law_said(language, after), day=short_day(language, day)
        )
        steps.append(LawStep(day, None, said, partly))
    return steps


def _targets(language: Language, targets: Sequence[str]) -> str:
    """Return whom a measure falls on, two at most by name."""
    if targets[:1] == ["ALL"]:
        return language.label("ALL")
    said = ", ".join(language.label(code) for code in targets[:2])
    return said + (f" +{len(targets) - 2}" if len(targets) > 2 else "")


def _day(text: str | None) -> date | None:
    """Return a day that may be known to the month or year only: its first."""
    if not text:
        return None
    year, month, day = (*map(int, text.split("-")), 1, 1)[:3]
    return date(year, month, day)
