"""Drafts of stretches that no frame and no evidence told, where their words speak for a measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp

from countervail.reading.draft import GUESSED, Draft
from countervail.reading.encoded.answers import DEAF, Answer, Asked
from countervail.reading.encoded.drafts import told
from countervail.reading.frames import Scene
from countervail.reading.unseen.clause_spans import Stretch
from countervail.reading.unseen.cues import Cue
from countervail.reading.unseen.drafting import unseen_draft
from countervail.reading.unseen.levied import rate_drafts
from countervail.reading.unseen.moods import told_at
from countervail.reading.unseen.parties import struck, taker
from countervail.reading.unseen.stopped import known_goods
from countervail.reading.weights import worth
from countervail.reading.worded.chances import chances, log_of
from countervail.reading.worded.facts import of_stretch

NONE = "none"
PART = "stretch"
"""Part of ``weights.csv`` that weighs words and what the encoder hears."""
LEAST = 0.38
"""Least chance that a stretch tells a measure."""
CERTAIN = 9.0
"""Evidence of a rate whose stretch words speak for: more than any other words take from it."""
RATED = frozenset({"tariff", "tariff_cut", "quota", "export_control"})
OUTWARD = frozenset({"export_control"})


def worded_drafts(
    sc: Scene, part: Stretch, made: Sequence[Draft], marks: list[str], least: float = LEAST
) -> list[Draft]:
    """Return the drafts of a stretch whose words speak for a measure.

    Args:
        sc, part: the sentence and the stretch.
        made: drafts of the sentence so far.
        marks: symbols of the sentence.
        least: chance that it tells one from which on it is drafted.
    """
    heard = sc.story.heard
    answer = heard.answer(Asked(sc.s.number, part.lo, part.hi)) if heard else DEAF
    found = mixed(chances("stretches", of_stretch(sc, part, marks)), answer)
    none = found.pop(NONE)
    if none > 1.0 - least:
        return []
    instrument = max(found, key=lambda name: found[name])
    if instrument in RATED:
        rated = rate_drafts(sc, part, made, sure=CERTAIN)
        if rated:
            return rated
    one = _plain(sc, part, instrument)
    one.margin = log_of(1.0 - none) - log_of(none)
    if not one.implementer and answer.takers:
        who = max(answer.takers, key=lambda code: answer.takers[code])
        one.implementer, one.how["implementer"] = (who,), GUESSED
    return [one] if one.implementer else []


def mixed(words: Mapping[str, float], answer: Answer) -> dict[str, float]:
    """Return the chance of each class by words and by what the encoder hears together."""
    if answer is DEAF:
        return dict(words)
    each = {name: {"words": log_of(chance)} for name, chance in words.items()}
    score = {name: worth(PART, f) for name, f in told(each, answer.instruments).items()}
    size = {name: exp(one) for name, one in score.items()}
    return {name: one / sum(size.values()) for name, one in size.items()}


def _plain(sc: Scene, part: Stretch, instrument: str) -> Draft:
    """Return the draft of a stretch without a rate of its own."""
    cue = _cue(part)
    outward = instrument in OUTWARD
    told = told_at(sc, part, cue, _effect(instrument, cue))
    who = taker(sc, part, passive=told.passive, outward=outward)
    d = unseen_draft(
        sc,
        part,
        cue,
        rule="words",
        instrument=instrument,
        effect=_effect(instrument, cue),
        told=told,
        who=who,
        whom=struck(sc, part, who.codes, outward=outward),
        goods=known_goods(sc, part),
    )
    d.how["status"] = GUESSED
    return d


def _cue(part: Stretch) -> Cue | None:
    """Return the first verb of a stretch that is a cue, else its first cue."""
    return next(iter((*part.verbs(), *part.cues)), None)


def _effect(instrument: str, cue: Cue | None) -> str:
    if cue is not None and cue.is_("hold"):
        return "suspend"
    if cue is not None and cue.is_("end", "open"):
        return "lift"
    return "cut" if instrument == "tariff_cut" else "new"
