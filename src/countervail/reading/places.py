"""Countries, blocs and governments that a text names: by name, people, capital, seat or holder.

Names are those of ``labels.countries()``; ``data/reading/places.csv`` has the other forms of the
news (short forms, demonyms, capitals, seats of government, ministries, blocs) and the phrases that
hold a country's name and mean none ("guinea pig", "New Mexico"). ``offices.csv`` has who held which
office when, ``blocs.csv`` the members of blocs that ``labels.group`` does not know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal, NamedTuple, cast

from countervail import labels
from countervail.errors import InputError
from countervail.reading.phrases import Phrases, Word, in_a_headline, word_set, words
from countervail.text.tables import rows

PlaceKind = Literal["name", "demonym", "capital", "government", "office", "bloc"]


@dataclass(frozen=True)
class PlaceMention:
    """A country or bloc named at a place of a text.

    Attributes:
        start, end: where, as positions of characters.
        text: what stands there, unchanged.
        code: ISO3 of a country, or a bloc: EU, EAEU, ASEAN, USMCA ...
        kind: ``name``; ``demonym``: its people or what is theirs; ``capital``; ``government``: a
            seat, a ministry, an agency; ``office``: who holds a high office; ``bloc``.
        adjective: the form can stand before what is the country's ("Canadian").
        ambiguous: the form stands for others too.
        alternatives: their codes.
        in_office: False of an office's holder who did not hold it on the day asked about.
    """

    start: int
    end: int
    text: str
    code: str
    kind: PlaceKind
    adjective: bool
    ambiguous: bool = False
    alternatives: tuple[str, ...] = ()
    in_office: bool = True


class Holder(NamedTuple):
    """Who held an office, from ``since`` to ``until`` (the successor's first day).

    None: no end was known when the table was last checked, in June 2026.
    ``office`` is ``head``, ``trade``, ``finance`` or ``foreign``; ``forms`` are how the news writes
    the name.
    """

    code: str
    office: str
    forms: tuple[str, ...]
    since: date
    until: date | None
    source: str

    def held(self, on: date) -> bool:
        """Return whether it was this person's office on a day."""
        return self.since <= on and (self.until is None or on <= self.until)


@cache
def holders() -> tuple[Holder, ...]:
    """Return who held which office when, in the order of the table."""
    return tuple(
        Holder(
            r["code"],
            r["office"],
            tuple(r["forms"].split("|")),
            date.fromisoformat(r["since"]),
            date.fromisoformat(r["until"]) if r["until"] else None,
            r["source"],
        )
        for r in rows("reading/offices.csv")
    )


@cache
def adjectives() -> frozenset[str]:
    """Return the words that stand before what is a country's, without case."""
    return frozenset(
        one.written[0].casefold() for one in _of_table() if one.adjective and len(one.written) == 1
    )


def members(bloc: str, on: date | None = None) -> tuple[str, ...]:
    """Return the members of a bloc on a day, sorted by code.

    Args:
        bloc: the code of a mention: what ``labels.group`` knows, BRICS or G20.
        on: the day; by default today's members.

    Raises:
        InputError: no members are known of this bloc, or nobody was in it that day.
    """
    if labels.is_group(bloc):
        return labels.group(bloc, on)
    inside = []
    for r in rows("reading/blocs.csv"):
        if r["group"] != bloc:
            continue
        began = on is None or date.fromisoformat(r["since"]) <= on
        ended = bool(r["until"]) and (on is None or date.fromisoformat(r["until"]) < on)
        if began and not ended:
            inside.append(r["iso3"])
    if not inside:
        day = f" on {on}" if on else ""
        raise InputError(f"no members of bloc '{bloc}' are known{day}; name the countries instead")
    return tuple(sorted(inside))


def find_places(text: str, on: date | None = None) -> list[PlaceMention]:
    """Return the countries and blocs that a text names, in the order of their places.

    Args:
        text: any text.
        on: the day of the text: of two holders of one name the one in office counts. Without it
            all are meant, the latest first.
    """
    page = _Page(text, words(text))
    found: list[PlaceMention] = []
    for first, stop, meanings in _forms_of(page):
        mention = _mention(page, first, stop, meanings, on)
        if mention is not None and _is_meant(page, first, stop, mention, found):
            found.append(mention)
    return found


# -------------------------------------------------------------------------------------- forms


class _Meaning(NamedTuple):
    """What a form stands for; kind ``none`` is no place. ``written`` are its words with case."""

    written: tuple[str, ...]
    code: str
    also: tuple[str, ...]
    kind: str
    adjective: bool
    holder: Holder | None


class _Page(NamedTuple):
    """A text and its words."""

    text: str
    words: Sequence[Word]

    def before(self, n: int) -> str:
        """Return what stands before a word, at most three characters of it."""
        end = self.words[n - 1].end if n else 0
        return self.text[max(end, self.words[n].start - 3) : self.words[n].start]


@cache
def _phrases() -> Phrases[_Meaning]:
    """Return all forms; those of the table before the names, so that its readings count."""
    return Phrases(
        (tuple(word.casefold() for word in one.written), one)
        for one in (*_of_table(), *_of_names(), *_of_holders())
    )


def _of_table() -> Iterator[_Meaning]:
    for r in rows("reading/places.csv"):
        also = tuple(r["also"].split())
        for form in r["forms"].split("|"):
            yield _Meaning(_written(form), r["code"], also, r["kind"], bool(r["adjective"]), None)


def _of_names() -> Iterator[_Meaning]:
    for one in labels.countries().values():
        for form in (one.name, *one.aliases):
            if one.iso3 != "ROW" and not set(form) & set(",()"):
                bare = form.removeprefix("the ").removeprefix("The ")
                yield _Meaning(_written(bare), one.iso3, (), "name", False, None)


def _of_holders() -> Iterator[_Meaning]:
    for one in holders():
        for form in one.forms:
            yield _Meaning(_written(form), one.code, (), "office", False, one)


def _written(form: str) -> tuple[str, ...]:
    return tuple(word.written for word in words(form))


def _forms_of(page: _Page) -> Iterator[tuple[int, int, list[_Meaning]]]:
    """Return the forms of a page, longest first, none inside another: words, and what they mean."""
    keys = [one.folded for one in page.words]
    joined = [one.joined for one in page.words]
    n = 0
    while n < len(keys):
        stop = n + 1
        for end, meanings in _phrases().at(keys, joined, n):
            here = page.words[n:end]
            cased = [one for one in meanings if _same_case(one.written, here)]
            if cased:
                yield n, end, cased
                stop = end
                break
        n = stop


def _same_case(written: Sequence[str], here: Sequence[Word]) -> bool:
    """Return whether words are written as in a form, or all in capitals as in a headline."""
    return all(
        word.written == form or (word.written.isupper() and len(form) > 1) or form.islower()
        for form, word in zip(written, here, strict=True)
    ) and not _is_shouted_word(written, here)


def _is_shouted_word(written: Sequence[str], here: Sequence[Word]) -> bool:
    """Return whether a phrase in small letters stands with a capital inside: it is another."""
    return all(form.islower() for form in written) and here[0].written != written[0]


def _mention(
    page: _Page, first: int, stop: int, meanings: list[_Meaning], on: date | None
) -> PlaceMention | None:
    start, end = page.words[first].start, page.words[stop - 1].end
    one = meanings[0]
    if one.kind == "none":
        return None
    if one.holder is not None:
        return _held(page.text, start, end, meanings, on)
    return PlaceMention(
        start,
        end,
        page.text[start:end],
        one.code,
        cast("PlaceKind", one.kind),
        one.adjective,
        bool(one.also),
        one.also,
    )


def _held(
    text: str, start: int, end: int, meanings: list[_Meaning], on: date | None
) -> PlaceMention:
    """Return the mention of a person: of those in office on the day, or of all that were."""
    known = [one.holder for one in meanings if one.holder is not None]
    then = [one for one in known if on is not None and one.held(on)]
    meant = sorted(then or known, key=lambda one: one.since, reverse=True)
    codes = tuple(dict.fromkeys(one.code for one in meant))
    in_office = on is None or bool(then)
    return PlaceMention(
        start,
        end,
        text[start:end],
        codes[0],
        "office",
        False,
        len(codes) > 1,
        codes[1:],
        in_office,
    )


# -------------------------------------------------------------------------------------- traps

_FIRST_NAMES = frozenset({"jordan", "chad", "georgia", "sofia", "santiago", "lima", "israel"})
"""Places that are people's names too: not beside another word with a capital."""

_OPENING = word_set(
    "in from to with and but the for of by at as while when if both not only even after before "
    "since on against between across around near via inside outside like should could will would "
    "did has have is are can does why how what although though because under over into through "
    "neighbouring neighboring landlocked king queen minister president until unlike"
)
"""Words that a sentence opens with: with a capital and yet no first name."""

_TITLES = word_set(
    "mr mrs ms dr sir prime premier chancellor secretary commissioner representative leader pm "
    "ambassador chief governor mayor senator general taoiseach ministers presidents treasurer chair"
)
"""A holder's titles are no given names."""

_MONEY = word_set(
    "dollar dollars pound pounds peso pesos yuan renminbi rupee rupees yen won franc francs krona "
    "kroner krone rouble roubles ruble rubles lira rand real ringgit baht dong dinar dinars"
)

_STATES = word_set(
    "alabama alaska arizona arkansas california colorado connecticut delaware florida georgia "
    "hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts "
    "michigan minnesota mississippi missouri montana nebraska nevada ohio oklahoma oregon "
    "pennsylvania tennessee texas utah vermont virginia wisconsin wyoming ontario quebec manitoba "
    "saskatchewan alberta queens brooklyn ala ariz ark calif colo conn fla ga ill ind kan ky la md "
    "mass mich minn miss mo mont neb nev okla ore pa tenn tex va vt wash wis wyo ont"
)
"""After a comma these make a place of the same name in the United States or Canada."""

_TWO_WORD_STATES = frozenset({"new", "north", "south", "west", "rhode", "british", "nova"})
_SECOND_WORDS = word_set(
    "hampshire jersey mexico york carolina dakota virginia island columbia scotia brunswick"
)

_NEAR = 160
_STATE_OF_THE_UNION = re.compile(
    r"\b(?:Atlanta|Savannah|Augusta|Macon|Athens|Brunswick|Alabama|Florida|Carolinas?|Tennessee|"
    r"Texas|Republicans?|Democrats?|Democratic|Gov\.|[Gg]overnor|[Ss]enators?|Sen\.|Rep\.|"
    r"lawmakers|peach(?:es)?|pecans?|statehouse|[Cc]ounty|Ga\.|Kia|Hyundai|Ohio)(?!\w)"
)
_CAUCASUS = re.compile(
    r"\b(?:Tbilisi|Batumi|Caucasus|Black Sea|Armenia|Azerbaijan|Russian?|Ukraine|Moldova|Türkiye|"
    r"Turkey|Georgian|Kazakhstan|Abkhazia|Poti|South Ossetia)\b"
)


def _is_meant(
    page: _Page, first: int, stop: int, mention: PlaceMention, found: list[PlaceMention]
) -> bool:
    """Return whether a form stands for its country here."""
    after = page.text[mention.end : mention.end + 1]
    if after == "$" or _is_money(page, stop) or _in_a_state(page, stop):
        return False
    word = page.words[stop - 1].folded
    if stop - first == 1 and word in _FIRST_NAMES and _is_person(page, first, stop):
        return False
    if stop - first == 1 and mention.kind == "office" and _is_named(page, first):
        return in_a_headline(page.words, first)
    return mention.text.casefold() != "georgia" or _is_the_country(page, first, mention, found)


def _is_money(page: _Page, stop: int) -> bool:
    """Return whether a currency follows: "Canadian dollars" are nobody's measure."""
    return (
        stop < len(page.words)
        and page.before(stop).isspace()
        and page.words[stop].folded in _MONEY
        and page.words[stop].written.islower()
    )


def _in_a_state(page: _Page, stop: int) -> bool:
    """Return whether a state or borough follows a comma: "Jamaica, Queens", "Paris, Texas"."""
    if stop >= len(page.words) or page.before(stop).split() != [","]:
        return False
    word = page.words[stop]
    if not word.written[0].isupper():
        return False
    if word.folded in _STATES and not (word.folded == "georgia" and _lists(page, stop)):
        return True
    return (
        word.folded in _TWO_WORD_STATES
        and stop + 1 < len(page.words)
        and page.words[stop + 1].joined
        and page.words[stop + 1].folded in _SECOND_WORDS
        and page.words[stop + 1].written[0].isupper()
    )


def _lists(page: _Page, n: int) -> bool:
    """Return whether a list of countries goes on after a word: ", Georgia and Armenia"."""
    following = page.text[page.words[n].end : page.words[n].end + 5]
    return following.startswith((" and ", ", ", " or "))


def _is_person(page: _Page, first: int, stop: int) -> bool:
    if stop < len(page.words) and page.before(stop) in {" ", "\u00a0"}:
        after = page.words[stop]
        if after.written.istitle() and len(after.written) > 1:
            return True
    return _is_named(page, first)


def _is_named(page: _Page, first: int) -> bool:
    """Return whether a given name stands before: "Michael Jordan", "Melania Trump"."""
    if not first or page.before(first) not in {" ", "\u00a0"}:
        return False
    ahead = page.words[first - 1]
    return ahead.written.istitle() and ahead.folded not in _OPENING | _TITLES


def _nearest(cue: re.Pattern[str], near: str, here: int) -> int:
    """Return how far the nearest cue is, in characters; ``_NEAR`` where there is none."""
    return min((abs(found.start() - here) for found in cue.finditer(near)), default=_NEAR)


def _is_the_country(
    page: _Page, first: int, mention: PlaceMention, found: list[PlaceMention]
) -> bool:
    """Return whether Georgia is the country: not where the American state is spoken of."""
    near = page.text[max(0, mention.start - _NEAR) : mention.end + _NEAR]
    here = mention.start - max(0, mention.start - _NEAR)
    abroad, at_home = _nearest(_CAUCASUS, near, here), _nearest(_STATE_OF_THE_UNION, near, here)
    if min(abroad, at_home) < _NEAR:
        return abroad < at_home
    in_a_list = bool(found) and first > 0 and found[-1].end == page.words[first - 1].end
    city = first > 0 and page.before(first).strip() == ","
    return in_a_list or not (city and page.words[first - 1].written.istitle())
