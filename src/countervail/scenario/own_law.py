"""Measures of one's own on top of the law: who, on whom, what goods, how much, from when.

They are no law: a question has them beside the ledger's measures, in force from a day of its own,
and says so in its title. In everything else they are measures like any other.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from countervail import labels
from countervail.clock import as_date
from countervail.errors import InputError, did_you_mean
from countervail.ledger import Ledger, Measure, concordance, parties
from countervail.ledger.drafted import covered
from countervail.ledger.in_force import targets
from countervail.ledger.measure import Authority, Products, Rate, Reference
from countervail.ledger.validate import EXTREME_PER_CENT, problems
from countervail.reading.products import find_products
from countervail.scenario.scenario import Scenario
from countervail.world.goods import codes_of, table_of_goods

PREFIX = "own-"
"""What the id of a measure of one's own begins with, so that no answer takes it for law."""

RATED = {
    "additional": "a duty added to what is paid",
    "top_up_to": "a duty that tops up to a rate in all",
    "replacing": "a duty in place of the ordinary one",
}
"""Instruments with a rate: what it does to the duty that is paid (``measure.Basis``)."""

BANS = {"ban": "a ban on imports", "export_ban": "a ban on exports"}

INSTRUMENTS = (*RATED, *BANS)

MOST_GOODS, MOST_OWN = 12, 12
"""Goods of a measure of one's own, and such measures of a question."""

LAST_YEAR = 2100
"""In which a measure of one's own may begin at the latest."""

LETTERS = 48
"""Letters of the goods in an id."""

_CODE = re.compile(r"[\d.]+(-[\d.]+)?")
_WORD = re.compile(r"[^\x00-\x1f!~;:|<>]{1,60}")
_MARK = re.compile(r", with \d+ measures? of one's own \(no law\)$")


class OwnMeasure(NamedTuple):
    """A measure of one's own, as it is written down.

    Attributes:
        by: who lays it, ISO3 code or group.
        on: whom it is on, ISO3 codes, groups or ALL.
        goods: names of goods, or HS codes of two to six digits.
        instrument: one of :data:`INSTRUMENTS`.
        rate: per cent; None of a ban.
        since: the first day it is in force.
    """

    by: str
    on: tuple[str, ...]
    goods: tuple[str, ...]
    instrument: str
    rate: float | None
    since: date

    @property
    def id(self) -> str:
        """Its id as a measure: the same for the same parties, goods and instrument."""
        slug = re.sub(r"[^a-z0-9]+", "-", "-".join(self.goods).lower()).strip("-")
        whom = "-".join(self.on).lower()
        words = f"{PREFIX}{self.by.lower()}-{whom}-{slug[:LETTERS].strip('-')}"
        kind = "" if self.instrument == "additional" else f"-{self.instrument.replace('_', '-')}"
        return f"{words}{kind}"

    @property
    def title(self) -> str:
        """It in words."""
        size = "" if self.rate is None else f" of {self.rate:g} %"
        what = {**RATED, **BANS}[self.instrument].replace("a duty", f"a duty{size}", 1)
        return f"Of one's own, no law: {what}, {', '.join(self.goods)}"

    @classmethod
    def read(cls, given: Any, own: Collection[str] = ()) -> OwnMeasure:
        """Return the measure that a mapping states, by the keys of ``as_dict``.

        Args:
            given: as JSON or TOML have it; a list may be one text, its parts by commas.
            own: country labels of the user's own world, accepted as they are.

        Raises:
            InputError: which part is none, and what it may be.
        """
        if not isinstance(given, Mapping):
            raise InputError("a measure of one's own has by, on, goods, instrument, rate and from")
        known = ("by", "on", "goods", "instrument", "rate", "from")
        unknown = [key for key in given if key not in known]
        if unknown:
            near = did_you_mean(str(unknown[0]), known)
            raise InputError(f"a measure of one's own has no '{unknown[0]}'{near}")
        by = _party(str(given.get("by") or "").strip(), "who lays it", own)
        if by == parties.ALL:
            raise InputError("who lays it: ALL lays nothing; name a country or a group")
        on = tuple(dict.fromkeys(_party(w, "whom it is on", own) for w in _listed(given.get("on"))))
        if not on:
            raise InputError("whom it is on: name a country, a group or ALL")
        if by in on:
            raise InputError(f"whom it is on: '{by}' lays it, and lays nothing on itself")
        goods = tuple(dict.fromkeys(_listed(given.get("goods"))))
        if not goods:
            raise InputError("goods: name some, such as steel, or give HS codes, such as 7206")
        if len(goods) > MOST_GOODS:
            raise InputError(f"goods: {len(goods)} are named; a measure here has {MOST_GOODS}")
        for word in goods:
            headings(word)
        instrument = str(given.get("instrument") or "additional")
        if instrument not in INSTRUMENTS:
            near = did_you_mean(instrument, INSTRUMENTS)
            raise InputError(
                f"no instrument '{instrument}'{near} (there are {', '.join(INSTRUMENTS)})"
            )
        since = given.get("from")
        if not isinstance(since, str | date):
            raise InputError("from: the first day it is in force, such as 2026-01-12")
        rate, day = _rate(given.get("rate"), instrument), as_date(since)
        if day.year > LAST_YEAR:
            raise InputError(f"from {day}: a day to the end of {LAST_YEAR}")
        return cls(by, on, goods, instrument, rate, day)

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it; ``read`` takes it back."""
        return {
            "by": self.by,
            "on": list(self.on),
            "goods": list(self.goods),
            "instrument": self.instrument,
            "rate": self.rate,
            "from": self.since.isoformat(),
        }

    def measure(self, ledger: Ledger) -> Measure:
        """Return it as a measure, with coverage as the ledger has it of the same goods, or even.

        Raises:
            InputError: its goods are counted in no sector of goods, or its id is taken.
        """
        reference = Reference(title="A measure of one's own", publisher="whoever asks")
        products = [
            Products(id=f"goods_{k}", name=name, hs=hs, except_hs=out, list_source="whoever asks")
            for k, name in enumerate(self.goods, 1)
            for hs, out in (headings(name),)
        ]
        entry = Rate(
            products=tuple(p.id for p in products),
            announced=self.since,
            in_force=self.since,
            rate=self.rate,
            basis="ban" if self.rate is None else self.instrument,
            reference=reference,
        )
        kind = {"ban": "import_ban", "export_ban": "export_control"}
        made = Measure(
            id=self.id,
            title=self.title,
            implementer=self.by,
            targets=self.on,
            instrument=kind.get(self.instrument, "tariff"),
            reviewed=self.since,
            confidence="low",
            authority=Authority(name="No law: a measure of one's own"),
            products=tuple(products),
            rates=(entry,),
        )
        for _, said in problems(made):
            raise InputError(said)
        if made.id in ledger.measures:
            raise InputError(f"'{made.id}' is there already: move its rate")
        return covered(made, ledger)


def with_own(scenario: Scenario, own: Sequence[OwnMeasure]) -> Scenario:
    """Return a question with measures of one's own on its second state.

    Args:
        scenario: of law.
        own: the measures.

    Raises:
        InputError: the question has no law, a measure changes nothing of it, or two are one.
    """
    if not own:
        return scenario
    ledger, first = scenario.ledger, scenario.from_date
    if ledger is None or first is None:
        raise InputError(f"scenario '{scenario.name}' is made by hand: it has no law to add to")
    if len(own) > MOST_OWN:
        raise InputError(f"{len(own)} measures of one's own; a question has at most {MOST_OWN}")
    made: list[Measure] = []
    for one in own:
        if one.since <= first:
            raise too_early(one.since, first)
        measure = one.measure(Ledger.of([*ledger, *made]))
        _within(scenario, measure, one.since)
        made.append(measure)
    ids = tuple(measure.id for measure in made)
    count = f"{len(made)} measure{'s'[: len(made) != 1]} of one's own (no law)"
    return replace(
        scenario,
        title=f"{lawful_title(scenario.title)}, with {count}",
        ledger=Ledger.of([*ledger, *made], ledger.paths),
        measures=None if scenario.measures is None else (*scenario.measures, *ids),
        own=(*scenario.own, *own),
    )


def too_early(since: date, first: date) -> InputError:
    """Return why a measure of one's own that begins by the first day of a question is refused."""
    return InputError(
        f"from {since}: the question begins on {first}, and what is in force on both its days "
        "changes nothing; give a later day"
    )


def lawful_title(title: str) -> str:
    """Return a title without its words on measures of one's own."""
    return _MARK.sub("", title)


def headings(word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the HS codes of goods by name or code, and those taken out of them.

    Args:
        word: a name of the table of goods, of the wordings of trade news or of the nomenclature;
            or a code of two to six digits, or two of them with a dash between.

    Raises:
        InputError: it names no goods, or can mean several.
    """
    word = word.strip()
    if _CODE.fullmatch(word):
        try:
            concordance.span(word.replace(".", ""))
        except InputError as error:
            raise InputError(f"goods: {error}") from None
        return (word.replace(".", ""),), ()
    if not _WORD.fullmatch(word):
        raise InputError("goods: a name has at most 60 letters, without signs such as : ! ~ |")
    known = table_of_goods()
    for code, good in known.items():
        if word.casefold() in (code, good.name.casefold()) and good.hs:
            return codes_of(good.hs)
    found = [m for m in find_products(word) if (m.start, m.end) == (0, len(word))]
    if not found or not found[0].headings:
        near = did_you_mean(word, [good.name for good in known.values()])
        raise InputError(f"goods: '{word}' names none that is known{near}; give their HS codes")
    if found[0].alternatives:
        readings = (found[0].headings, *found[0].alternatives)
        meant = "; or ".join(", ".join(one) for one in readings)
        raise InputError(f"goods: '{word}' can mean {meant}; give the HS codes")
    return found[0].headings, ()


def _within(scenario: Scenario, measure: Measure, since: date) -> None:
    """Raise where the pairs that a question asks about hold nothing of a measure."""
    if scenario.pairs is None:
        return
    by = parties.resolve((measure.implementer,), since)
    whom = targets(measure, None, since)
    pairs = {(i, n) for i in (by if measure.controls_exports else whom)
             for n in (whom if measure.controls_exports else by)}  # fmt: skip
    if not pairs & set(scenario.pairs):
        raise InputError(
            f"'{scenario.name}' asks about some pairs of countries alone, and {measure.implementer}"
            f" on {' '.join(measure.targets)} is none of them"
        )


def _party(word: str, side: str, own: Collection[str]) -> str:
    """Return the code of a country, a group or ALL."""
    if not word:
        raise InputError(f"{side}: name a country or a group")
    if word.upper() == parties.ALL:
        return parties.ALL
    if labels.is_group(word.upper()):
        return word.upper()
    try:
        code = labels.country(word, own)
    except InputError as error:
        raise InputError(f"{side}: {error}") from None
    if code not in labels.countries():
        raise InputError(f"{side}: '{word}' is no country with a law of its own")
    return code


def _listed(given: Any) -> tuple[str, ...]:
    """Return a list of words that may be one text, its parts by commas."""
    if given is None:
        return ()
    parts = given.split(",") if isinstance(given, str) else given
    if not isinstance(parts, Sequence) or not all(isinstance(part, str) for part in parts):
        raise InputError("on and goods are lists of words")
    return tuple(word for part in parts if (word := part.strip()))


def _rate(given: Any, instrument: str) -> float | None:
    if instrument in BANS:
        if given not in (None, ""):
            raise InputError("a ban has no rate")
        return None
    if isinstance(given, str):
        try:
            given = float(given.replace(",", ".").replace("%", "").strip())
        except ValueError:
            given = None
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise InputError("rate: a number, in per cent")
    if not 0.0 <= given <= EXTREME_PER_CENT:
        raise InputError(f"rate: from 0 to {EXTREME_PER_CENT:,.0f} per cent")
    return float(given)
