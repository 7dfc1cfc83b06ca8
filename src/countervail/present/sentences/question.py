"""What a question is about, in words: who did what to whom, told from the rows of the law."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from countervail.present.sentences.language import Language, Phrase

DUTIES = ("tariff", "surtax", "antidumping", "countervailing", "anti_dumping", "safeguard", "duty")
"""Instruments, or beginnings of their names, that are duties; another one is a measure."""

MOST_NAMED = 4
"""Countries named at most as those who put duties on one another."""

LESS = ("none", "ended", "no rate")
"""Laws that are none."""


class QuestionSubject(NamedTuple):
    """What a sentence is about: the subject of *costs* and *has no clear effect on*.

    Attributes:
        phrase: it, in words.
        parties: codes of those who act and those named who are acted on, each once.
        instruments: ``duties`` or ``measures``.
    """

    phrase: Phrase
    parties: tuple[str, ...]
    instruments: str


def subject(
    language: Language,
    law: Sequence[Mapping[str, Any]],
    shown: Sequence[str],
    dates: tuple[date, date] | None = None,
) -> QuestionSubject:
    """Return what a question is about.

    Args:
        language: it is said in.
        law: what changed, the rows ``measures`` of an answer of ``run``.
        shown: the countries shown first, in their order: parties stand in it.
        dates: of the two states of law, where there are two.
    """
    acts = {(row["implementer"], target) for row in law for target in _targets(row)}
    instruments = "duties" if all(map(_is_duty, law)) else "measures"
    parties = _ordered([country for pair in acts for country in pair], shown)
    by = _ordered([who for who, _ in acts], shown)
    change = {_direction(change) for row in law for change in row["changes"]}
    if not acts or len(change) != 1 or 0 in change:
        return QuestionSubject(_mixed(language, bool(acts), dates), parties, instruments)
    back = "_back" if change == {-1} else ""
    return QuestionSubject(
        _named(language, acts, by, instruments, back, dates), parties, instruments
    )


def measure_phrase(language: Language, row: Mapping[str, Any], most: int = 2) -> str:
    """Return a measure in words: who takes it and on which goods.

    Args:
        language: it is said in.
        row: of the law: ``implementer``, ``instrument`` and ``changes`` with their ``name``.
        most: goods named at most; the others are counted.
    """
    names = list(dict.fromkeys(change["name"] for change in row["changes"]))
    goods = [language.goods(name) for name in names[:most]]
    said = language.listed(goods)
    if len(names) > most:
        listed_goods = language.template("grammar.joins")[0].join(map(str, goods))
        more = language.counted(len(names) - most)
        said = language.part("attribution.goods_more", goods=listed_goods, n=more)
    key = "duty_on" if _is_duty(row) else "measure_on"
    who = language.country(row["implementer"])
    return language.part(f"attribution.{key}", A=who, goods=said)


def _named(
    language: Language,
    acts: set[tuple[str, str]],
    by: tuple[str, ...],
    instruments: str,
    back: str,
    dates: tuple[date, date] | None,
) -> Phrase:
    """Return a subject whose measures all came, or all went."""
    on = {who: {target for one, target in acts if one == who} for who in by}
    among = all(targets <= set(by) for targets in on.values())
    path = f"subject.{instruments}"
    many = not back
    if len(by) == 1:
        (who,) = by
        A = language.country(who)
        if len(on[who]) == 1:
            B = language.country(next(iter(on[who])))
            return language.phrase(language.part(f"{path}.one{back}", A=A, B=B), many=many)
        return language.phrase(language.part(f"{path}.all{back}", A=A), many=many)
    if among and len(by) == 2:
        A, B = map(language.country, by)
        return language.phrase(language.part(f"{path}.mutual{back}", A=A, B=B), many=many)
    if among and len(by) <= MOST_NAMED:
        each = language.listed([language.country(who) for who in by])
        return language.phrase(language.part(f"{path}.several{back}", each=each), many=many)
    return _mixed(language, True, dates)


def _mixed(language: Language, by_law: bool, dates: tuple[date, date] | None) -> Phrase:
    """Return a subject of which no more can be said than that it changed, and when."""
    if not by_law or dates is None:
        return language.phrase(language.part("subject.other"))
    before, after = map(language.day, dates)
    return language.phrase(language.part("subject.mixed", before=before, after=after))


def _targets(row: Mapping[str, Any]) -> set[str]:
    """Return whom a measure falls on, of what changed: countries by code, or ``ALL``."""
    found: set[str] = set()
    for change in row["changes"]:
        targets = change["targets"]
        found |= {"ALL"} if targets[:1] == ["ALL"] else set(targets)
    return found


def _is_duty(row: Mapping[str, Any]) -> bool:
    bans = any("ban" in (change["law"], change["law_new"]) for change in row["changes"])
    return not bans and str(row["instrument"]).startswith(DUTIES)


def _direction(change: Mapping[str, Any]) -> int:
    """Return 1 where a law came or rose, -1 where it fell or went, 0 where that is not told."""
    before, after = (_strength(change[f"law{at}"], change[f"rate{at}"]) for at in ("", "_new"))
    return (after > before) - (after < before)


def _strength(law: str, rate: float | None) -> float:
    if law in LESS:
        return 0.0
    if law == "ban":
        return math.inf
    return 0.0 if rate is None else rate


def _ordered(codes: Sequence[str], shown: Sequence[str]) -> tuple[str, ...]:
    """Return codes each once, in the order of the countries shown, others after them."""
    places = {code: k for k, code in enumerate(shown)}
    each = sorted(set(codes) - {"ALL"})
    return tuple(sorted(each, key=lambda code: places.get(code, len(places))))
