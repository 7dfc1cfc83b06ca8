"""Dates: absolute ones, and those told from the day of the document."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from countervail.reading.mentions.numbers import value

MONTHS = {
    name: n
    for n, names in enumerate(
        [
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ],
        1,
    )
    for name in names.split()
}
DAYS = {
    name: n
    for n, names in enumerate(
        [
            "monday mon",
            "tuesday tue tues",
            "wednesday wed",
            "thursday thu thurs",
            "friday fri",
            "saturday sat",
            "sunday sun",
        ]
    )
    for name in names.split()[:1]
}
_M = "(?P<{0}>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_D = r"(?P<{0}>[0-3]?\d)(?:st|nd|rd|th)?\b"
_Y = r"(?P<{0}>(?:19|20)\d\d)\b"
_N = (
    r"(?:\d{1,4}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|"
    r"eighteen|twenty|thirty|sixty|ninety)"
)
_DAY = "(?P<{0}>" + "|".join(DAYS) + ")"

WAYS: tuple[tuple[str, str], ...] = (
    ("iso", r"(?<!\d)(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)-(?P<d>\d\d)(?!\d)"),
    (
        "dmy",
        _D.format("d") + r"\s+(?:day\s+)?(?:of\s+)?" + _M.format("m") + r",?\s+" + _Y.format("y"),
    ),
    ("mdy", _M.format("m") + r"\s+" + _D.format("d") + r",?\s+" + _Y.format("y")),
    ("last_my", r"(?:in\s+)?" + _M.format("m") + r"\s+(?P<which>last|next|this)\s+year\b"),
    (
        "md_last",
        _M.format("m") + r"\s+" + _D.format("d") + r"\s+(?P<which>last|next|this)\s+year\b",
    ),
    (
        "dm_last",
        _D.format("d") + r"\s+" + _M.format("m") + r"\s+(?P<which>last|next|this)\s+year\b",
    ),
    (
        "my_part",
        r"\b(?P<part>early|mid|late|the\s+(?:start|end|middle|beginning)\s+of)[\s-]+"
        + _M.format("m")
        + r"(?:,?\s+"
        + _Y.format("y")
        + ")?",
    ),
    ("my", _M.format("m") + r",?\s+(?:of\s+)?" + _Y.format("y")),
    ("dm", r"(?<![\d.,$€£])" + _D.format("d") + r"\s+(?:of\s+)?" + _M.format("m")),
    (
        "md",
        _M.format("m")
        + r"\s+(?:the\s+)?"
        + _D.format("d")
        + r"(?![\d,]*\d|\s*(?:%|per\s?cent|million|billion|tonnes?|tons?))",
    ),
    (
        "part_year",
        r"\b(?P<part>early|mid|late|the\s+(?:start|end|beginning|middle|close|first\s+half|second\s+half)\s+of)[\s-]+(?:in\s+)?"
        + _Y.format("y"),
    ),
    (
        "quarter",
        r"\b(?:the\s+)?(?P<q>first|second|third|fourth|last)\s+quarter(?:\s+of\s+"
        + _Y.format("y")
        + ")?",
    ),
    (
        "end",
        r"\b(?P<part>(?:the\s+)?end|close|start|beginning)\s+of\s+(?P<which>the|this|next|last)\s+(?P<unit>year|month|week)\b|\b(?P<part2>year-end|year's\s+end|month-end)",
    ),
    ("this_m", r"\b(?P<which>last|next|this|coming)\s+" + _M.format("m")),
    ("this_day", r"\b(?P<which>last|next|this|coming)\s+" + _DAY.format("w")),
    (
        "this_unit",
        r"\b(?P<which>last|next|this|coming|previous|earlier\s+this|later\s+this)\s+(?P<unit>week|month|quarter|year|spring|summer|autumn|winter)\b",
    ),
    (
        "ago",
        r"\b(?P<n>" + _N + r")\s+(?P<unit>days?|weeks?|months?|years?)\s+"
        r"(?P<dir>ago|earlier|before|later|from\s+now|from\s+today|after|hence)\b",
    ),
    (
        "within",
        r"\b(?P<how>within|in|over|for|lasting|of|after|by)\s+(?:the\s+(?:next|coming|following)\s+|(?:a\s+)?(?:period\s+of\s+)?(?:about\s+|at\s+least\s+|up\s+to\s+|another\s+|an\s+initial\s+|an\s+additional\s+)?)(?P<n>"
        + _N
        + r")(?:\s+more)?[\s-](?P<unit>days?|weeks?|months?|years?)\b",
    ),
    (
        "span",
        r"\b(?P<n>" + _N + r")[\s-](?P<unit>day|week|month|year)\b"
        r"(?=[\s-]+(?:pause|suspension|ban|freeze|delay|extension|moratorium|truce|"
        r"tariff|quota|reprieve|exemption|embargo|halt|stay|waiver|period))",
    ),
    ("weekday", r"\b" + _DAY.format("w") + r"\b"),
    (
        "today",
        r"\b(?P<w>today|yesterday|tomorrow|overnight|midnight|immediately)\b|\b(?:with\s+)?immediate\s+effect\b|\bthe\s+(?P<rel>day\s+before|previous\s+day|same\s+day|next\s+day|day\s+after)\b|\b(?P<a>a\s+(?:day|week|month)\s+(?:earlier|later|before))",
    ),
    (
        "month",
        r"\b(?:in|from|since|until|till|through|by|during|of|after|before|to|and|or|as\s+of)\s+(?P<m>january|february|march|april|may|june|july|august|september|october|november|december)\b",
    ),
    (
        "year",
        r"\b(?:in|since|from|until|by|during|through|of|before|after|for|to|into|back\s+in|the|late|early|and)\s+(?:late\s+|early\s+)?(?P<y>(?:1[5-9]|20)\d\d)\b(?!\s*(?:tonnes|tons|pounds|dollars|euros|%|per\s?cent))",
    ),
    ("decade", r"\bthe\s+(?P<y>1[5-9]\d0|19\d0|20\d0)s\b"),
)
PATTERNS = tuple((name, re.compile(way, re.IGNORECASE)) for name, way in WAYS)
BACK = re.compile(r"(?:\b(?:since|last|earlier|ended|began|imposed|first)\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date.

    Attributes:
        start, end: its place; with the words that tell it.
        value: as far as it is told: ``2025``, ``2025-03``, ``2025-03-20``; for a span of time, its
            length in days, before ``+``.
        way: how it is told.
        floating: whether it lies before or after the day of the document as the verb says.
        other: what it is where the verb looks the other way.
    """

    start: int
    end: int
    value: str
    way: str
    floating: bool = False
    other: str = ""


def find_dates(text: str, on: date | None) -> list[DateMention]:
    """Return the dates of a text in their order.

    Args:
        text: what is read.
        on: day of the document; without it, only absolute dates are told.
    """
    found: list[DateMention] = []
    taken: list[tuple[int, int]] = []
    spans: set[int] = set()
    for way, pattern in PATTERNS:
        for hit in pattern.finditer(text):
            if any(k in spans for k in range(hit.start(), hit.end())):
                continue
            one = _told(way, hit, on)
            if one is not None:
                found.append(one)
                taken.append((hit.start(), hit.end()))
                spans.update(range(hit.start(), hit.end()))
    return sorted(found, key=lambda one: one.start)


def _iso(year: int, month: int | None = None, day: int | None = None) -> str | None:
    if month is None:
        return f"{year:04d}"
    if not 1 <= month <= 12:
        return None
    if day is None:
        return f"{year:04d}-{month:02d}"
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def shifted(on: date, months: int) -> date:
    """Return a day some months later, the last of its month where that is shorter."""
    n = on.year * 12 + on.month - 1 + months
    year, month = divmod(n, 12)
    year = min(max(year, 1), 9999)
    return date(year, month + 1, min(on.day, calendar.monthrange(year, month + 1)[1]))


def _told(way: str, hit: re.Match[str], on: date | None) -> DateMention | None:
    g = {k: v for k, v in hit.groupdict().items() if v}
    month = MONTHS.get(g["m"].lower()) if "m" in g and not g["m"].isdigit() else None
    year = int(g["y"]) if "y" in g else None
    day = int(g["d"]) if "d" in g else None

    def make(v: str | None, floating: bool = False, other: str | None = "") -> DateMention | None:
        return DateMention(hit.start(), hit.end(), v, way, floating, other or "") if v else None

    if way == "iso":
        return make(_iso(int(g["y"]), int(g["m"]), int(g["d"])))
    if way in {"dmy", "mdy"}:
        return make(_iso(year or 0, month, day))
    if way == "my":
        return make(_iso(year or 0, month))
    if way in {"part_year", "year", "decade"}:
        return make(
            _of_part(g.get("part", ""), year or 0) if way == "part_year" else _iso(year or 0)
        )
    if way == "my_part" and year:
        return make(_iso(year, month))
    if on is None:
        return make("", False) if way != "within" else None
    return _relative(way, g, month, day, on, make)


def _of_part(part: str, year: int) -> str:
    said = " ".join(part.lower().split())
    if said == "mid" or said == "the middle of":
        return f"{year}-06"
    if said == "the end of" or said == "the close of":
        return f"{year}-12"
    if said in {"the start of", "the beginning of"}:
        return f"{year}-01"
    return f"{year}"


Make = Callable[..., "DateMention | None"]


def _relative(
    way: str, g: dict[str, str], month: int | None, day: int | None, on: date, make: Make
) -> DateMention | None:
    if way in {"dm", "md", "month", "my_part"}:
        before, after = _around(month, day, on)
        return make(after, True, before)
    if way in {"last_my", "md_last", "dm_last"}:
        year = on.year + {"last": -1, "next": 1, "this": 0}[g["which"].lower()]
        return make(_iso(year, month, day))
    if way == "this_m":
        return make(_which_month(g["which"].lower(), month, on))
    if way == "this_day":
        weekday = DAYS[g["w"].lower()]
        ahead = _which_day(g["which"].lower(), weekday, on)
        if g["which"].lower() != "this":
            return make(ahead)
        return make(ahead, True, (on - timedelta((on.weekday() - weekday) % 7)).isoformat())
    if way == "weekday":
        back = (on.weekday() - DAYS[g["w"].lower()]) % 7
        days = (DAYS[g["w"].lower()] - on.weekday()) % 7 or 7
        return make((on + timedelta(days)).isoformat(), True, (on - timedelta(back)).isoformat())
    if way == "this_unit":
        return make(_which_unit(" ".join(g["which"].lower().split()), g["unit"].lower(), on))
    if way == "end":
        return make(_end(g, on))
    if way == "quarter":
        q = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}[g["q"].lower()]
        return make(_iso(int(g["y"]) if "y" in g else on.year, 3 * q - 2))
    if way in {"ago", "within", "span"}:
        return _span(way, g, on, make)
    return make(_today(g, on))


def _around(month: int | None, day: int | None, on: date) -> tuple[str | None, str | None]:
    here = (month or 1, day or 1)
    now = (on.month, on.day if day else 1)
    before = _iso(on.year if here <= now else on.year - 1, month, day)
    after = _iso(on.year if here >= now else on.year + 1, month, day)
    return before, after


def _which_month(which: str, month: int | None, on: date) -> str | None:
    month = month or 1
    if which == "last":
        return _iso(on.year if month < on.month else on.year - 1, month)
    if which in {"next", "coming"}:
        return _iso(on.year if month > on.month else on.year + 1, month)
    return _iso(on.year, month)


def _which_day(which: str, weekday: int, on: date) -> str:
    if which == "last":
        return (on - timedelta((on.weekday() - weekday) % 7 or 7)).isoformat()
    days = (weekday - on.weekday()) % 7
    return (on + timedelta(days if which == "this" else days or 7)).isoformat()


def _which_unit(which: str, unit: str, on: date) -> str | None:
    step = {"last": -1, "previous": -1, "next": 1, "coming": 1}.get(which, 0)
    if unit == "year":
        return _iso(on.year + step)
    if unit == "month":
        return shifted(on.replace(day=1), step).isoformat()[:7]
    if unit == "week":
        there = on + timedelta(7 * step)
        return there.isoformat()[:7] if there.month == on.month or step else on.isoformat()[:7]
    if unit == "quarter":
        return None
    return None


def _end(g: dict[str, str], on: date) -> str | None:
    if "part2" in g:
        return _iso(on.year, 12) if g["part2"].startswith("year") else on.isoformat()[:7]
    step = {"next": 1, "last": -1}.get(g["which"].lower(), 0)
    if g["unit"].lower() == "year":
        return _iso(on.year + step, 12 if g["part"].lower().split()[-1] in {"end", "close"} else 1)
    if g["unit"].lower() == "month":
        return shifted(on.replace(day=1), step).isoformat()[:7]
    return None


def _span(way: str, g: dict[str, str], on: date, make: Make) -> DateMention | None:
    words = g["n"].lower()
    n = 1.0 if words in {"a", "an"} else value(words) or 0.0
    unit = g["unit"].lower().rstrip("s")
    if way == "ago":
        back = " ".join(g["dir"].lower().split()) in {"ago", "earlier", "before"}
        if g["dir"].lower() == "after":
            return None
        return make(_moved(on, -n if back else n, unit))
    if way == "span" or g["how"].lower() in {"for", "over", "lasting", "of", "by"}:
        return make(f"{int(n)}{unit}+")
    return make(_moved(on, n, unit), False, f"{int(n)}{unit}+")


def _moved(on: date, n: float, unit: str) -> str | None:
    n = int(n)
    if abs(n) > 4000:
        return None
    if unit == "day":
        return (on + timedelta(n)).isoformat()
    if unit == "week":
        return (on + timedelta(7 * n)).isoformat()
    if unit == "month":
        return shifted(on, n).isoformat()[:7]
    return _iso(on.year + n)


def after(span: str, start: str) -> str | None:
    """Return the end of a span such as ``90day+`` from a date, as far as both tell."""
    hit = re.fullmatch(r"(\d+)(day|week|month|year)\+", span)
    if hit is None:
        return None
    n, unit = int(hit[1]), hit[2]
    if len(start) == 10:
        day = date.fromisoformat(start)
        if unit in {"day", "week"}:
            return (day + timedelta(n * (7 if unit == "week" else 1))).isoformat()
        return shifted(day, n * (12 if unit == "year" else 1)).isoformat()
    if unit == "year":
        return f"{int(start[:4]) + n:04d}" + start[4:]
    if len(start) == 7 and unit == "month":
        return shifted(date.fromisoformat(start + "-01"), n).isoformat()[:7]
    return None


def _today(g: dict[str, str], on: date) -> str | None:
    if "w" in g:
        step = {"yesterday": -1, "overnight": 0, "tomorrow": 1}.get(g["w"].lower(), 0)
        return (on + timedelta(step)).isoformat()
    if "rel" in g:
        step = {"day before": -1, "previous day": -1, "same day": 0}.get(
            " ".join(g["rel"].lower().split()), 1
        )
        return f"{step:+d}d"
    if "a" in g:
        words = g["a"].lower().split()
        n = {"day": 1, "week": 7, "month": 30}[words[1]] * (
            -1 if words[2] in {"earlier", "before"} else 1
        )
        return f"{n:+d}d"
    return on.isoformat()
