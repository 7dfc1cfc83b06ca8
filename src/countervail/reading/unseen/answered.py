"""Answers told without a measure's name: will hit back, a second list follows."""

from __future__ import annotations

from countervail.reading.draft import INFERRED, Draft
from countervail.reading.frames import Scene
from countervail.reading.goods import goods_between
from countervail.reading.roles import FIRMS
from countervail.reading.unseen.clause_spans import Stretch
from countervail.reading.unseen.drafting import unseen_draft
from countervail.reading.unseen.moods import told_at
from countervail.reading.unseen.parties import Struck, before, struck, taker

BATCH = frozenset(
    {
        *("list", "lists", "tranche", "round", "batch", "wave", "instalment", "installment"),
        *("billion", "package", "step", "steps", "measures", "stage", "phase", "half", "others"),
        *("countermeasures", "duties", "tariffs", "curbs", "restrictions", "levies", "goods"),
    }
)
COMING = frozenset({"follow", "come", "begin", "start", "follow suit", "kick in"})
AHEAD = frozenset({"will", "would", "could", "may", "might", "shall", "'ll", "'d", "to"})
VOWS = frozenset({"vowed", "vows", "promised", "promises", "threatened", "threatens", "warned"})
WEAK = frozenset({"answer", "respond", "reply", "match", "counter", "follow", "hit"})
"""Verbs that mean a measure only beside words of one, or on a condition."""
HARD = frozenset(
    {
        *("kind", "measures", "tariff", "tariffs", "duty", "duties", "levies", "proportionate"),
        *("forcefully", "firmly", "resolutely", "proportionately", "accordingly", "return"),
        *("countermeasures", "curbs", "sanctions", "restrictions", "equally", "dollar"),
    }
)
LEVIES = frozenset({"tariff", "tariff_cut", "quota", "export_control", "import_ban", "sanctions"})


def answer_drafts(sc: Scene, part: Stretch) -> list[Draft]:
    """Return the draft of a stretch that tells of an answer to come, or of the next step.

    Args:
        sc: the sentence.
        part: the stretch.
    """
    last = before(sc)
    if last is None or last.instrument not in LEVIES:
        return []
    return _next_step(sc, part, last) or _struck_back(sc, part)


def _struck_back(sc: Scene, part: Stretch) -> list[Draft]:
    s = sc.s
    verbs = part.verbs("answer")
    helpers = set(s.words(part.lo, part.hi).split())
    if verbs and helpers & (AHEAD | VOWS):
        cue = verbs[0]
    elif part.nouns("answer") and helpers & VOWS:
        cue = part.nouns("answer")[0]
    else:
        return []
    told = told_at(sc, part, cue, "new")
    goods = goods_between(s, part.lo, part.hi, guess=False)
    if cue.lemma in WEAK and not (helpers & HARD or told.condition):
        return []
    if told.passive and not goods:
        return []
    if s.has(*part.subject, FIRMS) or told.standing.status in {"denied", "demanded"}:
        return []
    status = "announced" if told.standing.status == "in_force" else told.standing.status
    if told.condition is not None or helpers & (VOWS | {"would", "could", "may", "might"}):
        status = "threatened" if status == "announced" else status
    told = told.but(status, "answer")
    who = taker(sc, part, passive=told.passive, outward=False)
    if not who.codes:
        return []
    whom = struck(sc, part, who.codes, outward=False, answering=True)
    if not whom.codes:
        return []
    return [
        unseen_draft(
            sc,
            part,
            cue,
            told=told,
            who=who,
            whom=whom,
            rule="answer",
            instrument="tariff",
            effect="new",
        )
    ]


def _next_step(sc: Scene, part: Stretch, last: Draft) -> list[Draft]:
    """Return what is to follow: a second list, another 5 billion."""
    s = sc.s
    verbs = [q for q in part.verbs() if q.lemma in COMING]
    named = set(s.words(*part.subject).split())
    if not verbs or not named & BATCH or sc.s.number - last.sentence > 3:
        return []
    told = told_at(sc, part, verbs[0], "new")
    if not (told.standing.future or told.condition or told.mood.maybe):
        return []
    if told.standing.status in {"denied", "demanded", "hypothetical"}:
        return []
    who = taker(sc, part, passive=True, outward=False)
    if not who.codes:
        return []
    same = set(who.codes) & set(last.implementer)
    whom = (
        Struck(last.targets, INFERRED)
        if same
        else struck(sc, part, who.codes, outward=False, answering=True)
    )
    return [
        unseen_draft(
            sc,
            part,
            verbs[0],
            told=told,
            who=who,
            whom=whom,
            rule="next",
            instrument=last.instrument,
            effect="new",
        )
    ]
