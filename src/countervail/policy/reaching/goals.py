"""Goals in words: ``double exports of CAN to all but USA by 2035``. The grammar is docs/reach.md's.

A goal is parsed into its parts and can be said again in one normal form; placing it in a world is
another module's (``targets``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from operator import mul
from typing import Literal, NamedTuple, NoReturn

from countervail.errors import InputError, did_you_mean

Sense = Literal["at least", "at most"]
Unit = Literal["of today", "USD million", "per cent"]

EVERYBODY = "all"
"""Every partner, in a goal."""


class GoalKind(NamedTuple):
    """A kind of figure that a goal may be about.

    Attributes:
        partner: the word before its partners, ``to`` or ``from``; None where it has none.
        by_sector: whether it may be asked of some sectors.
        unit: of its level: ``USD million`` or ``per cent``.
        changes: whether it is itself a change, relative to the law without the levers.
    """

    partner: str | None
    by_sector: bool
    unit: str
    changes: bool = False


KINDS: Mapping[str, GoalKind] = {
    "share of exports": GoalKind("to", True, "per cent"),
    "share of imports": GoalKind("from", True, "per cent"),
    "exports": GoalKind("to", True, "USD million"),
    "imports": GoalKind("from", True, "USD million"),
    "output": GoalKind(None, True, "USD million"),
    "revenue": GoalKind(None, False, "USD million"),
    "welfare": GoalKind(None, False, "per cent", changes=True),
    "real wage": GoalKind(None, False, "per cent", changes=True),
}
"""The figures, by the words that name them."""

VERBS: Mapping[str, tuple[Sense, float]] = {
    "double": ("at least", 2.0),
    "triple": ("at least", 3.0),
    "halve": ("at most", 0.5),
}
"""Words for a multiple of today's level, and which side of it is meant."""

MONEY = {"mn": 1.0, "bn": 1e3, "tn": 1e6}
"""USD million in one of each."""

EXAMPLE = "write a goal such as 'double exports of CAN to all but USA by 2035'"

_NUMBER = r"([+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)"
_YEARS = re.compile(r"^(.*?) by (\d{4})(?: from (\d{4}))?$", re.I)
_PASSIVE = re.compile(r"^(.*) (doubled|tripled|halved)$", re.I)
_PLUS = re.compile(r"^(.*) ([+-])(\d+(?:\.\d+)?) ?%$")
_CHANGE = re.compile(rf"^(raise|cut) (.*) by {_NUMBER} ?%$", re.I)
_LEVEL = re.compile(r"^(?:keep )?(.*) (at least|at most) (.*)$", re.I)
_MONEY = re.compile(rf"^USD {_NUMBER} ?(mn|bn|tn)$", re.I)
_PERCENT = re.compile(rf"^{_NUMBER} ?%( of today)?$", re.I)


class Partners(NamedTuple):
    """Whom trade is with.

    Attributes:
        names: countries or groups; none is everybody.
        but: everybody but these, instead of these.
    """

    names: tuple[str, ...] = ()
    but: bool = False

    @property
    def words(self) -> str:
        """As a goal says it."""
        named = ", ".join(self.names)
        if not self.names:
            return EVERYBODY
        return f"{EVERYBODY} but {named}" if self.but else named


ANYBODY = Partners()


@dataclass(frozen=True)
class Goal:
    """One goal: a figure, and how large or small it is to be.

    Attributes:
        kind: of figure, a key of ``KINDS``.
        who: country or group whose figure it is.
        sense: which side of the size is wanted.
        size: in the unit.
        unit: ``of today`` is a multiple of today's level (2.0 is double); ``per cent`` is of
            welfare and real wages a change, of shares a level.
        partners: whom trade is with.
        sectors: codes, or ``goods`` or ``services``; none is all.
        year: in which it is to be met, where stated.
        since: year the years are counted from, where stated.
    """

    kind: str
    who: str
    sense: Sense
    size: float
    unit: Unit
    partners: Partners = ANYBODY
    sectors: tuple[str, ...] = ()
    year: int | None = None
    since: int | None = None

    @property
    def figure(self) -> str:
        """The figure in words."""
        words = [self.kind, "of", self.who]
        link = KINDS[self.kind].partner
        if link is not None and (self.partners.names or self.kind.startswith("share")):
            words += [link, self.partners.words]
        if self.sectors:
            words += ["in", ", ".join(self.sectors)]
        return " ".join(words)

    @property
    def say(self) -> str:
        """The goal in its normal form, which parses to the same goal."""
        said = f"{self.figure} {self.sense} {self._size()}"
        if self.year is not None:
            said += f" by {self.year}"
            said += f" from {self.since}" if self.since is not None else ""
        return said

    def _size(self) -> str:
        if self.unit == "of today":
            said = _shortest(self.size, lambda percent: percent / 100.0, self.size * 100.0)
            return f"{said or _plain(self.size * 100.0)} % of today"
        if self.unit == "per cent":
            return f"{_plain(self.size)} %"
        for word in ("tn", "bn"):
            unit = MONEY[word]
            if abs(self.size) >= unit:
                said = _shortest(self.size, partial(mul, unit), self.size / unit)
                if said is not None:
                    return f"USD {said} {word}"
        return f"USD {_plain(self.size)} mn"


def parse(text: str) -> Goal:
    """Return the goal that a sentence says.

    Raises:
        InputError: what is not understood, and what could be written.
    """
    words = " ".join(text.split()).rstrip(". ")
    dated = _YEARS.match(words)
    body, year, since = (dated[1], int(dated[2]), dated[3]) if dated else (words, None, None)
    goal = replace(_undated(body, text), year=year, since=None if since is None else int(since))
    if goal.year is not None and goal.since is not None and goal.year <= goal.since:
        raise InputError(f"goal '{text}': {goal.year} is not after {goal.since}")
    return goal


def _undated(body: str, text: str) -> Goal:
    """Return the goal without its years.

    Raises:
        InputError: what is not understood, and what could be written.
    """
    passive, plus = _PASSIVE.match(body), _PLUS.match(body)
    if passive:  # 'exports of CAN doubled'
        body = f"{passive[2][:-1]} {passive[1]}"
    elif plus and not _LEVEL.match(body):  # 'exports of CAN +100 %'
        body = f"{'raise' if plus[2] == '+' else 'cut'} {plus[1]} by {plus[3]} %"
    verb, _, rest = body.partition(" ")
    if verb.lower() in VERBS:
        sense, times = VERBS[verb.lower()]
        return _multiple(_figure(rest, text), sense, times, text)
    change = _CHANGE.match(body)
    if change:
        return _changed(change[1].lower(), _figure(change[2], text), float(change[3]), text)
    level = _LEVEL.match(body)
    if level:
        sense = "at least" if level[2].lower() == "at least" else "at most"
        return _bounded(_figure(level[1], text), sense, level[3], text)
    return _refuse_body(body, text)


def _refuse_body(body: str, text: str) -> NoReturn:
    """Raise where a goal says neither a change nor a level.

    Raises:
        InputError: what could be written.
    """
    verb = body.split(" ")[0]
    hint = did_you_mean(verb, [*VERBS, "raise", "cut", "keep"]) if len(verb) > 2 else ""
    if verb.lower() in ("raise", "cut"):
        if re.search(r" by [\d.]+$", body):
            _refuse(text, f"by how much of what? Write '{body} %'")
        _refuse(text, f"say by how much: '{body} by 10 %'")
    _refuse(
        text,
        "it says neither a change (double, triple, halve, raise ... by 10 %, cut ... by 10 %) nor "
        f"a level (at least, at most){hint or '; ' + EXAMPLE}",
    )


def _figure(words: str, text: str) -> Goal:
    """Return a goal that has its figure only.

    Raises:
        InputError: what is not understood, and what could be written.
    """
    name, found, rest = words.partition(" of ")
    kind = name.strip().lower()
    if kind in ("share", "the share") and rest.lower().startswith(("exports of ", "imports of ")):
        of, _, rest = rest.partition(" of ")
        kind = f"share of {of.lower()}"
    if not found or kind not in KINDS:
        said = f"of what is '{words}'" if not found else f"no figure '{kind}'"
        _refuse(text, f"{said}{did_you_mean(kind, KINDS)} (there are {', '.join(KINDS)})")
    rest, sectors = _cut(rest, "in")
    link = KINDS[kind].partner
    partners = None
    if link is not None:
        rest, partners = _cut(rest, link)
        other = "from" if link == "to" else "to"
        if f" {other} " in rest:
            _refuse(text, f"{kind} are {link} somebody, not {other}")
    if kind.startswith("share") and partners is None:
        _refuse(text, f"a share is of a partner: '{kind} of {rest} {link} USA'")
    if sectors is not None and not KINDS[kind].by_sector:
        _refuse(text, f"{kind} is of a whole country: leave out 'in {sectors}'")
    who = rest.strip()
    if not who or re.search(r" (to|from|by|in|at) ", f" {who} "):
        _refuse(text, f"'{who or words}' is not a country or group; {EXAMPLE}")
    return Goal(
        kind=kind,
        who=who,
        sense="at least",
        size=math.nan,
        unit="of today",
        partners=_partners(partners, text),
        sectors=() if sectors is None else _listed(sectors, text),
    )


def _cut(words: str, link: str) -> tuple[str, str | None]:
    """Return what stands before a link word, and what after it; None where it does not stand."""
    before, found, after = words.partition(f" {link} ")
    return before, after if found else None


def listed_partners(words: str) -> Partners:
    """Return whom trade is with, from the words of a goal: ``EU27, JPN`` or ``all but USA``.

    Raises:
        InputError: an empty name.
    """
    return _partners(words.strip(), words)


def _partners(words: str | None, text: str) -> Partners:
    """Return whom trade is with.

    Raises:
        InputError: an empty name.
    """
    if words is None or words.lower() == EVERYBODY:
        return Partners()
    but = words.lower().startswith(f"{EVERYBODY} but ")
    return Partners(_listed(words[8:] if but else words, text), but)


def _listed(words: str, text: str) -> tuple[str, ...]:
    """Return words separated by commas.

    Raises:
        InputError: an empty one.
    """
    each = tuple(word.strip() for word in words.split(","))
    if not all(each):
        _refuse(text, f"'{words}' holds an empty name: separate names by single commas")
    return each


def _multiple(goal: Goal, sense: Sense, times: float, text: str) -> Goal:
    """Return a figure that is to be a multiple of today's.

    Raises:
        InputError: of a figure that is a change or a share.
    """
    if KINDS[goal.kind].unit != "USD million":
        _refuse(
            text,
            f"{goal.kind} is in per cent and has no multiple: '{goal.figure} at least 1 %'",
        )
    if not times > 0:
        _refuse(text, "nothing would be left: a level must be above zero")
    return replace(goal, sense=sense, size=times, unit="of today")


def _changed(verb: str, goal: Goal, percent: float, text: str) -> Goal:
    """Return a figure that is to be raised or cut by so many per cent.

    Raises:
        InputError: of a share, of which per cents mean two things; or nothing by nothing.
    """
    if not percent > 0:
        _refuse(text, f"{verb} by {percent:g} %: give a number above zero")
    sign = 1.0 if verb == "raise" else -1.0
    sense: Sense = "at least" if verb == "raise" else "at most"
    if KINDS[goal.kind].changes:
        return replace(goal, sense=sense, size=sign * percent, unit="per cent")
    if goal.kind.startswith("share"):
        _refuse(text, f"per cents of a share mean two things: '{goal.figure} {sense} 50 %'")
    return _multiple(goal, sense, (100.0 + sign * percent) / 100.0, text)


def _bounded(goal: Goal, sense: Sense, bound: str, text: str) -> Goal:
    """Return a figure with the level it is to have.

    Raises:
        InputError: a level that does not fit the figure.
    """
    money, percent = _MONEY.match(bound), _PERCENT.match(bound)
    kind = KINDS[goal.kind]
    if money:
        if kind.unit != "USD million":
            _refuse(text, f"{goal.kind} is in per cent, not in USD")
        size = float(money[1]) * MONEY[money[2].lower()]
        if not size > 0:
            _refuse(text, "nothing would be left: a level must be above zero")
        return replace(goal, sense=sense, size=size, unit="USD million")
    if not percent:
        wanted = "USD 50 bn, or 90 % of today" if kind.unit == "USD million" else "60 %"
        _refuse(text, f"'{bound}' is no level; write {wanted}")
    size, of_today = float(percent[1]), percent[2] is not None
    if kind.unit == "USD million":
        if not of_today:
            _refuse(text, f"of what is '{bound}'? Write '{bound} of today', or an amount in USD")
        return _multiple(goal, sense, size / 100.0, text)
    if of_today:
        _refuse(text, f"{goal.kind} is in per cent itself: leave out 'of today'")
    if goal.kind.startswith("share") and not 0.0 < size < 100.0:
        _refuse(text, f"a share lies between 0 and 100 per cent, not at {size:g}")
    return replace(goal, sense=sense, size=size, unit="per cent")


def _refuse(text: str, why: str) -> NoReturn:
    raise InputError(f"goal '{text}': {why}")


def _plain(number: float) -> str:
    """Return a number that reads back as itself."""
    return repr(number).removesuffix(".0")


def _shortest(size: float, back: Callable[[float], float], near: float) -> str | None:
    """Return the shortest number near one that reads back as a size; None where none does."""
    for number in (near, math.nextafter(near, math.inf), math.nextafter(near, -math.inf)):
        for digits in range(1, 18):
            word = f"{number:.{digits}g}"
            if back(float(word)) == size:
                return _plain(float(word))
    return None
