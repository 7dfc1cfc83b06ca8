"""Numbers in figures and in words."""

from __future__ import annotations

import re

UNITS = {
    word: n
    for n, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
TENS = {
    w: 10 * n
    for n, w in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2
    )
}
SCALE = {
    "hundred": 100.0,
    "thousand": 1e3,
    "million": 1e6,
    "mn": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "trillion": 1e12,
    "lakh": 1e5,
    "crore": 1e7,
}

_ONES = "|".join(sorted([*UNITS, *TENS], key=len, reverse=True))
SPELLED = (
    rf"(?:(?:{_ONES}|a\s+hundred|one\s+hundred|half)"
    rf"(?:[\s-](?:hundred|{_ONES}))*(?:\s+and\s+a\s+half)?)"
)
FIGURES = r"\d{1,3}(?:,\d{2,3}){1,6}(?:\.\d{1,9})?|\d{1,15}(?:[.·]\d{1,9})?"
FRACTION = r"(?:\s+\d/\d|½|¼|¾)?"
NUMBER = rf"(?:(?:{FIGURES}){FRACTION}|{SPELLED})"
_HALVES = {"½": 0.5, "¼": 0.25, "¾": 0.75}


def value(written: str) -> float | None:
    """Return a number as written in figures or words; None where it is none."""
    text = " ".join(written.lower().replace("-", " ").split())
    extra = 0.0
    for mark, worth in _HALVES.items():
        if text.endswith(mark):
            text, extra = text[:-1].strip(), worth
    fraction = re.search(r"\s(\d)/(\d)$", text)
    if fraction and int(fraction[2]):
        text, extra = text[: fraction.start()], int(fraction[1]) / int(fraction[2])
    figures = text.replace(",", "").replace("·", ".")
    if re.fullmatch(r"\d+(?:\.\d+)?", figures):
        return float(figures) + extra
    if text == "half":
        return 0.5
    total = 0.0
    for word in text.replace(" and a half", " half").split():
        if word == "half":
            total += 0.5
        elif word in UNITS or word in TENS:
            total += UNITS.get(word, TENS.get(word, 0))
        elif word == "hundred":
            total = (total or 1) * 100
        elif word not in {"a", "and"}:
            return None
    return total
