"""Numbers of charts in the words of a language: a value and its range, each in the same digits."""

from __future__ import annotations

from datetime import date

from countervail.present.charts.scales import Numerals, Scale
from countervail.present.numbers import MOST_PER_CENT
from countervail.present.sentences.amounts import cell_money, cell_percent, money
from countervail.present.sentences.language import Language, sentence_case
from countervail.quantiles import Range


def numerals(language: Language) -> Numerals:
    """Return how a language writes the numbers of an axis."""
    numbers = language.data["numbers"]
    return Numerals(numbers["decimal"], numbers["thousands"])


def tick(language: Language, scale: Scale, value: float, *, signed: bool) -> str:
    """Return the number of a tick."""
    return scale.words(value, numerals(language), signed)


def percent(language: Language, of: Range, *, unit: bool = False) -> tuple[str, str]:
    """Return a change in per cent, and its range, empty where it has none.

    Args:
        language: of the words.
        of: per cent.
        unit: whether the sign of per cent stands behind the value.
    """
    said = cell_percent(language, of)
    behind = "\u00a0%" if unit and of.value <= MOST_PER_CENT else ""
    return f"{said.value}{behind}", bare(said.range)


def usd(language: Language, of: Range) -> tuple[str, str]:
    """Return a change of money without its unit of account, and its range."""
    said = money(language, of, sign=True)
    return said.more, bare(said.range)


def million(language: Language, of: Range) -> tuple[str, str]:
    """Return a change of USD million as a number, and its range."""
    said = cell_money(language, of)
    return said.value, bare(said.range)


def level(language: Language, of: Range) -> str:
    """Return an amount of USD million: ``2,280``."""
    return cell_money(language, of, sign=False).value


def bare(brackets: str) -> str:
    """Return a range without its brackets, nor what is said of it there."""
    return brackets.removeprefix("(").removesuffix(")").split(";")[0].strip("\u00a0\u202f ")


def short_day(language: Language, day: date) -> str:
    """Return a day with a short name of its month."""
    months = language.template("page.months")
    return language.part("page.short_day", day=day.day, month=months[day.month - 1], year=day.year)


def good(language: Language, name: str) -> str:
    """Return goods as a label: the narrowest group's name."""
    return sentence_case(language.product(name.split("; ")[0]))


def when(language: Language, horizon: float | None) -> str:
    """Return when an answer is of, as a label."""
    if horizon is None:
        return str(language.template("page.long"))
    if horizon == 1:
        return str(language.template("page.after"))
    return language.part("page.after_years", n=language.digits(f"{horizon:g}"))


def inside(label: str) -> str:
    """Return a label as it stands within a sentence."""
    return label[:1].lower() + label[1:]
