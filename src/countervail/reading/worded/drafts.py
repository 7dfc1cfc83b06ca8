"""Drafts of stretches that no frame and no evidence told, where their words speak for a measure."""

from __future__ import annotations

from collections.abc import Sequence

from countervail.reading.draft import GUESSED, Draft
from countervail.reading.frames import Scene
from countervail.reading.unseen.clause_spans import Stretch
from countervail.reading.unseen.cues import Cue
from countervail.reading.unseen.drafting import unseen_draft
from countervail.reading.unseen.levied import rate_drafts
from countervail.reading.unseen.moods import told_at
from countervail.reading.unseen.parties import struck, taker
from countervail.reading.unseen.stopped import known_goods
from countervail.reading.worded.chances import chances, log_of
from countervail.reading.worded.facts import of_stretch

NONE = "none"
LEAST = 0.45
"""Least chance that a stretch tells a measure."""
CERTAIN = 9.0
"""Evidence of a rate whose stretch words speak for: more than any other words take from it."""
RATED = frozenset({"tariff", "tariff_cut", "quota", "export_control"})
OUTWARD = frozenset({"export_control"})


def worded_drafts(sc: Scene, part: Stretch, made: Sequence[Draft], marks: list[str]) -> list[Draft]:
    """Return the drafts of a stretch whose words speak for a measure.

    Args:
        sc, part: the sentence and the stretch.
        made: drafts of the sentence so far.
        marks: symbols of the sentence.
    """
    found = chances("stretches", of_stretch(sc, part, marks))
    none = found.pop(NONE)
    if none > 1.0 - LEAST:
        return []
    instrument = max(found, key=lambda name: found[name])
    if instrument in RATED:
        rated = rate_drafts(sc, part, made, sure=CERTAIN)
        if rated:
            return rated
    one = _plain(sc, part, instrument)
    one.margin = log_of(1.0 - none) - log_of(none)
    return [one] if one.implementer else []


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
