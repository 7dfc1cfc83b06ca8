"""A draft of what no frame saw: every field is inferred or guessed, and says so."""

from __future__ import annotations

from countervail.reading.acts.around import attribution_of
from countervail.reading.dating import cue as cue_of
from countervail.reading.dating import date_draft, nearer
from countervail.reading.draft import CARRIED, GUESSED, INFERRED, STATED, Draft, Goods
from countervail.reading.frames import Scene, Who
from countervail.reading.goods import goods_between
from countervail.reading.sentence import Mention
from countervail.reading.unseen.clause_spans import Stretch
from countervail.reading.unseen.cues import Cue
from countervail.reading.unseen.moods import Told
from countervail.reading.unseen.parties import Struck


def unseen_draft(
    sc: Scene,
    part: Stretch,
    cue: Cue | None,
    *,
    rule: str,
    instrument: str,
    effect: str,
    told: Told,
    who: Who,
    whom: Struck,
    goods: list[Goods] | None = None,
    rate: Mention | None = None,
    old: Mention | None = None,
    quote: tuple[int, int] | None = None,
    margin: float = 0.0,
) -> Draft:
    """Return a draft of a stretch.

    Args:
        sc, part, cue: the sentence, the stretch, and what in it tells the measure.
        rule: the pattern, after ``unseen.``.
        instrument: of the schema.
        effect: what is done to the measure: ``new``, ``cut``, ``lift`` ...
        told: where it stands.
        who, whom: takes it, and is struck.
        goods: that it lies on, none is everything; default those of the stretch.
        rate, old: its rate, and the one before.
        quote: words quoted; default the stretch.
        margin: how far the evidence for it is above the least.
    """
    if goods is None:
        goods = goods_between(sc.s, part.lo, part.hi, guess=False)
    start, end = sc.span(*(quote or (part.lo, part.hi)))
    d = Draft(
        who.codes, instrument, told.standing.status, start, end, f"unseen.{rule}", sc.s.number
    )
    d.targets, d.products = whom.codes, list({(g.start, g.end): g for g in goods}.values())
    d.margin = margin
    d.condition, d.attribution = told.condition, attribution_of(sc, part.n)
    d.how = {
        "implementer": who.how if who.how != STATED else INFERRED,
        "targets": whom.how,
        "status": INFERRED,
        "products": d.products[0].how if d.products else GUESSED,
    }
    if rate is not None:
        d.rate, d.how["rate"] = rate.it, INFERRED
        d.cue["rate"] = (rate.it.start, rate.it.end)
    if old is not None:
        d.old = old.it
    if who.cue:
        d.cue["implementer"] = who.cue
    if whom.cue:
        d.cue["targets"] = whom.cue
    d.cue["measure"] = sc.span(cue.lo, cue.hi) if cue is not None else (start, end)
    span = quote or (part.lo, part.hi)
    _date(sc, (part.lo, part.hi), span, d, effect, told, cue.lo if cue else part.lo)
    _still_to_come(sc, d, told)
    return d


def _still_to_come(sc: Scene, d: Draft, told: Told) -> None:
    """Give what is told in the present the standing of what was announced just before."""
    last = next((x for x in reversed([*sc.story.drafts, *sc.found]) if not x.listed), None)
    if last is None or last.status != "announced" or d.status != "in_force" or told.mood.past:
        return
    if set(last.implementer) == set(d.implementer) and sc.s.number - last.sentence <= 1:
        d.status, d.how["status"] = "announced", CARRIED
        if "in_force" in last.dates:
            d.dates.setdefault("in_force", last.dates["in_force"])


def _date(
    sc: Scene,
    part: tuple[int, int],
    quote: tuple[int, int],
    d: Draft,
    effect: str,
    told: Told,
    at: int,
) -> None:
    """Give a draft its dates: those of its own words, else those of the whole stretch."""
    on = sc.story.on.isoformat() if sc.story.on else ""
    around = [m for m in sc.s.dates if part[0] <= m.lo < part[1]]
    here = [m for m in around if quote[0] <= m.lo < quote[1]] or around
    ahead = told.standing.future or (not told.mood.past and bool(here) and nearer(here[0].it, on))
    decided = (
        told.standing.future and bool(here) and cue_of(sc.s, here[0]) == "on" and here[0].lo < at
    )
    announcing = d.instrument == "agreement" or decided
    d.dates = date_draft(sc.s, here, effect, ahead, announcing, on, sc.story.day)
