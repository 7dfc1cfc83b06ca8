"""From a text to drafts: every stage in its order."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from countervail.reading.acts.dates import settle
from countervail.reading.apart import part_rates
from countervail.reading.borders import matter_of, no_trade
from countervail.reading.claims import find_claims
from countervail.reading.confidence import weigh
from countervail.reading.dated_around import date_around
from countervail.reading.discourse import Discourse
from countervail.reading.draft import Draft
from countervail.reading.encoded.drafts import together
from countervail.reading.encoded.heard import Heard
from countervail.reading.events import read_scene
from countervail.reading.frames import Scene, scene
from countervail.reading.garble import Matched, matched
from countervail.reading.gate import (
    FALSE,
    OF_A_LAW,
    TRADE,
    Listed,
    elsewhere,
    energy_only,
    historical,
    of_models,
    other_sense,
    supposed,
)
from countervail.reading.goals import find_goals
from countervail.reading.goods import goods_between
from countervail.reading.lain import weigh_goods
from countervail.reading.lexicon import instances
from countervail.reading.load import Source
from countervail.reading.mentions.dates import find_dates
from countervail.reading.mentions.rates import find_money, find_rates, find_volumes
from countervail.reading.merge import add, close
from countervail.reading.parties.weighed import weigh_parties
from countervail.reading.places import find_places
from countervail.reading.products import find_products
from countervail.reading.relations import find_relations
from countervail.reading.sentence import Sentence
from countervail.reading.stood import tell_statuses
from countervail.reading.tokens import Token, sentences, tokens
from countervail.reading.unreal import Frame
from countervail.reading.unseen.stage import surely_heard, unseen_drafts
from countervail.reading.worded.instruments import surely_told, weigh_instruments
from countervail.reading.worded.statuses import weigh_statuses

DATELINE = re.compile(
    r"[A-Z][A-Z.'’\- ]{2,30}(?:, [A-Z][A-Za-z]+\.?(?: \d{1,2})?(?:, \d{4})?)?(?: \([A-Za-z ]+\))?"
    r"(?: ?[—–] ?| - |: )(?=\S)"
)
"""Where and when a story was written, at its head: MOSCOW, June 8 - ..."""
LONGEST = 3000
"""Characters of a sentence; a longer one is read in pieces, so that time stays linear."""


@dataclass(frozen=True)
class Reading:
    """What a text says.

    Attributes:
        source: the text, its date (given, or printed at its head) and hash.
        measures: drafts, in the order of the text.
        listed: what was found and is no measure, each with the reason.
        goals, claims, relations: what countries aim at, what is claimed of their trade, and what
            happened between them, each with its place.
        garbled: (start, end, meant) of wordings that were matched by what they mean.
    """

    source: Source
    measures: list[Draft]
    listed: list[Listed]
    garbled: tuple[tuple[int, int, str], ...] = ()
    sentences: list[Sentence] = field(default_factory=list)
    story: Discourse | None = None
    goals: list[dict[str, Any]] = field(default_factory=list)
    claims: list[dict[str, Any]] = field(default_factory=list)
    relations: list[dict[str, Any]] = field(default_factory=list)


def read_source(source: Source, *, hear: bool = True) -> Reading:
    """Return what a text says, sentence by sentence.

    Args:
        source: the text.
        hear: whether the encoder is asked too.
    """
    told = read_by_rules(source, hear=hear)
    story = told.story
    weigh_statuses(story.drafts, told.scenes, told.day)
    listed = list(told.listed)
    standing = [d for d in story.drafts if not d.listed]
    listed += [
        Listed(d.start, d.end, d.status, REASONS[d.status] + (d.reason and f": {d.reason}"))
        for d in story.drafts
        if d.listed
    ]
    for d in standing:
        d.chance = together(told.scenes, d)
        weigh(d, story)
    return Reading(
        source if source.date else replace(source, date=told.on),
        sorted(standing, key=lambda d: (d.start, d.end)),
        sorted(set(listed)),
        told.whole.garbled,
        [sc.s for sc in told.scenes],
        story,
        told.beside.goals,
        told.beside.claims,
        told.beside.relations,
    )


def read_by_rules(source: Source, *, hear: bool = True) -> FirstReading:
    """Return a text read, its drafts with parties, goods and dates, and statuses by rule.

    Args:
        source: the text.
        hear: whether the encoder is asked too.
    """
    told = first_reading(source, hear=hear)
    drafts = told.story.drafts
    weigh_instruments(drafts, told.scenes)
    part_rates(drafts, told.scenes)
    weigh_parties(told.story, told.scenes)
    weigh_goods(drafts, told.scenes)
    for k, one in enumerate(drafts):
        if not one.listed:
            date_around(one, _near(drafts, k), told.scenes[one.sentence], told.day)
        settle(one, told.day)
    tell_statuses(drafts, told.scenes)
    return told


def _near(drafts: Sequence[Draft], k: int) -> Sequence[Draft]:
    """Return the drafts around one, so that time grows with the length alone."""
    return drafts[max(k - 20, 0) : k + 20]


@dataclass(frozen=True)
class FirstReading:
    """A text read sentence by sentence, before its drafts are weighed as a whole.

    Attributes:
        whole: the text as it is matched.
        on: its day.
        story: what it said, with its drafts.
        scenes: its sentences.
        listed, beside: what is no measure, and what it says beside its measures.
    """

    whole: Matched
    on: date | None
    story: Discourse
    scenes: list[Scene]
    listed: list[Listed]
    beside: Beside

    @property
    def day(self) -> str:
        """Its day as YYYY-MM-DD; empty where it is not known."""
        return self.on.isoformat() if self.on else ""


def first_reading(source: Source, *, hear: bool = True) -> FirstReading:
    """Return a text read sentence by sentence.

    Args:
        source: the text.
        hear: whether the encoder is asked too.
    """
    whole = matched(source.text)
    on = source.date or _printed(whole.text)
    parts = _sentences(whole, on)
    story = _opened(whole.text, parts, on)
    story.garbled = bool(whole.garbled)
    listed: list[Listed] = []
    beside = Beside()
    frame = Frame()
    energy = energy_only(whole.text[:20_000])
    texts = [whole.text[s.start : s.end] for s in parts]
    story.model = of_models(texts)
    story.border = len(set(TRADE.findall(whole.text[:20_000].lower())))
    scenes = [scene(s, story) for s in parts]
    for sc, text in zip(scenes, texts, strict=True):
        listed += _other_senses(sc, text, energy)
    story.heard = Heard(scenes) if hear else None
    for sc, text in zip(scenes, texts, strict=True):
        _sentence(sc, text, beside, frame)
    close(story)
    return FirstReading(whole, on, story, scenes, listed, beside)


REASONS = {
    "denied": "denied: it is said that it will not be, or is not",
    "hypothetical": "supposed: a condition, a model or a forecast, nothing that was decided",
    "historical": "ended before 1995",
    "demanded": "asked for by somebody, not decided by who could",
    "other_sense": "another sense of the word",
}


def _printed(text: str) -> date | None:
    """Return the date printed at the head of a text."""
    for one in find_dates(text[:400], None):
        if len(one.value) == 10:
            return date.fromisoformat(one.value)
    return None


def _sentences(whole: Matched, on: date | None) -> list[Sentence]:
    """Return the sentences of a text with what they mention."""
    text = whole.text
    every = tokens(text)
    starts = [t.start for t in every]
    places, products = find_places(text, on), find_products(text)
    place_starts, product_starts = [p.start for p in places], [p.start for p in products]
    made: list[Sentence] = []
    for start, end in sentences(text):
        for a, b in _headed(text, start, end):
            words: list[Token] = every[bisect_left(starts, a) : bisect_left(starts, b)]
            if not words:
                continue
            s = Sentence(len(made), a, b, words)
            s.places = s.located(
                places[bisect_left(place_starts, a) : bisect_left(place_starts, b)]
            )
            s.products = s.located(
                products[bisect_left(product_starts, a) : bisect_left(product_starts, b)]
            )
            s.products = [p for p in s.products if not _downward(s, p.hi - 1)]
            if b - a > 3:
                piece = text[a:b]
                s.rates = s.located(_moved(find_rates(piece), a))
                laws = [hit.span() for hit in OF_A_LAW.finditer(piece)]
                days = [
                    one
                    for one in find_dates(piece, on)
                    if not any(x < one.end and one.start < y for x, y in laws)
                ]
                s.dates = s.located(_moved(days, a))
                s.volumes = s.located(_moved(find_volumes(piece), a))
                s.money = s.located(_moved(find_money(piece), a))
            made.append(s)
    return made


def _headed(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the pieces of a sentence; where it was written is a piece of its own."""
    head = DATELINE.match(text[start : min(end, start + 80)])
    if head is None or (start and text[start - 1] not in "\n "):
        return _cut(text, start, end)
    at = start + head.end()
    return [(start, at), *_cut(text, at, end)] if at < end else _cut(text, start, end)


def _cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if end - start <= LONGEST:
        return [(start, end)]
    found, a = [], start
    while a < end:
        b = min(a + LONGEST, end)
        if b < end:
            space = text.rfind(" ", a + LONGEST // 2, b)
            b = space if space > 0 else b
        found.append((a, b))
        a = b
    return found


def _moved(found: Sequence[Any], by: int) -> list[Any]:
    return [replace(one, start=one.start + by, end=one.end + by) for one in found]


POWER = {"government", "capital", "office", "bloc", "name", "demonym"}


def _opened(text: str, parts: list[Sentence], on: date | None) -> Discourse:
    """Return what is known before the first sentence: whose law a notice is, the first power."""
    story = Discourse(on=on)
    head = text[:3000].lower()
    for words, code in instances().items():
        if not story.law and re.search(
            rf"(?<!\w){re.escape(words)}" + (r"(?!\w)" if words[-1].isalnum() else ""), head
        ):
            story.law = (code,)
    heads = [*parts[:6], *parts[-2:]]
    for strict in (True, False):
        for s in heads:
            for m in s.places:
                before = s.words(m.lo - 3, m.lo)
                power = m.it.kind in {"government", "capital", "office", "bloc"} or re.search(
                    r"(?:government|kingdom|republic|ministry|state) of(?: the)?$", before
                )
                origin = re.search(r"\b(?:from|in|against|on|of)(?: the)?$", before) or (
                    s.low(m.hi) in {"-"}
                )
                if (
                    (power and not re.search(r"\b(?:from|against|on|with)$", before))
                    if strict
                    else not origin
                ):
                    story.first = (m.it.code,)
                    return story
    return story


def _downward(s: Sentence, k: int) -> bool:
    """Return whether a word is the way down, not feathers."""
    return s.low(k) == "down" and s.low(k + 1) in {"from", "to", "by"}


DATED = re.compile(r"^[A-Z][A-Z .,'/()-]{2,40}(?:\([A-Za-z ]+\))?\s*[-—–]+\s")


@dataclass
class Beside:
    """What a text says beside its measures.

    Attributes:
        goals, claims, relations: each with its place.
    """

    goals: list[dict[str, Any]] = field(default_factory=list)
    claims: list[dict[str, Any]] = field(default_factory=list)
    relations: list[dict[str, Any]] = field(default_factory=list)


def _other_senses(sc: Scene, text: str, energy: bool) -> list[Listed]:
    """Take the nouns that mean another thing from the measures of a sentence; return them."""
    gone: list[Listed] = []
    kept = []
    for m in sc.measures:
        why = other_sense(text, sc.s, m, energy)
        if why:
            gone.append(
                Listed(*sc.span(m.lo, m.hi), "other_sense", f"another sense of the word: {why}")
            )
        else:
            kept.append(m)
    sc.gated = [m for m in sc.measures if m not in kept]
    sc.measures = kept
    return gone


def _sentence(sc: Scene, text: str, beside: Beside, frame: Frame) -> None:
    """Read one sentence into what was said."""
    story, s = sc.story, sc.s
    for place in s.places:
        if place.it.kind == "bloc":
            story.bloc = place.it.code
    made = read_scene(sc)
    why = supposed(text)
    if not why and not elsewhere(text) and (sc.measures or not sc.gated):
        made += unseen_drafts(sc, made)
    else:
        made += surely_heard(sc, made)
    beside.goals += find_goals(sc)
    beside.claims += find_claims(sc)
    beside.relations += find_relations(sc)
    old = historical(text)
    frame.look(sc, text, old)
    for d in made:
        if d.listed:
            continue
        if old:
            d.status = "historical"
        elif FALSE.search(text):
            d.status = "denied"
        elif (
            why
            and d.rule.startswith(
                ("mention", "active", "passive", "subject", "pay", "rate", "verb")
            )
            and not _told(d)
        ) or (story.model and d.how.get("implementer") != "stated"):
            d.status = "hypothetical"
        else:
            _gate(sc, d, text, frame)
    story.matter = matter_of(sc, made)
    add(story, made)
    story.trade = story.trade or any(m.kind in {"tariff", "ban", "quota"} for m in sc.measures)
    story.goods = goods_between(s, 0, len(s.tokens), guess=False) or story.goods
    story.places = tuple(place.it.code for place in s.places) or story.places
    _day(story, s)


def _gate(sc: Scene, d: Draft, text: str, frame: Frame) -> None:
    """List a draft that is none of trade, or of what was never decided."""
    status, why = frame.why(sc, d, text)
    if not status:
        why = no_trade(sc, d)
        status = "other_sense" if why and not surely_told(sc, d) else ""
    if status:
        d.status, d.reason = status, why


def _told(d: Draft) -> bool:
    """Return whether a draft in a sentence of suppositions is told as done."""
    return (
        d.status in {"in_force", "removed", "suspended"}
        and d.rule.startswith(("active", "passive", "verb"))
        and bool(d.dates)
    )


def _day(story: Discourse, s: Sentence) -> None:
    """Keep the last day told, for "a day earlier"."""
    for m in s.dates:
        value = m.it.other if m.it.floating else m.it.value
        if len(value) == 10:
            story.day = value
