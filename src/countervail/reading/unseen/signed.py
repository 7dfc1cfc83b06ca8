"""Agreements between two countries that no frame told: signed, struck, in force, broken."""

from __future__ import annotations

from countervail.reading.draft import GUESSED, INFERRED, Draft
from countervail.reading.frames import Scene, Who, unique
from countervail.reading.unseen.clause_spans import Stretch
from countervail.reading.unseen.drafting import unseen_draft
from countervail.reading.unseen.moods import told_at
from countervail.reading.unseen.parties import CLUBS, Struck

LEAST = 2.5
"""Evidence that a pact of trade is told."""
TRADE = frozenset(
    {
        *("trade", "trading", "tariff", "tariffs", "customs", "duty", "duties", "quota", "quotas"),
        *("market", "exports", "imports", "economic", "commerce", "free-trade", "goods", "import"),
    }
)
ACTS = frozenset({"coming into force", "entry into force", "signing of the", "the signing of"})
PACTS = frozenset(
    {
        *("deal", "pact", "treaty", "accord", "agreement", "bargain", "truce", "memorandum"),
        *("compact", "trade deal", "trade pact", "trade agreement", "free-trade agreement"),
        *("free trade agreement", "partnership agreement", "customs union", "framework"),
        *("protocol", "arrangement", "settlement", "understanding", "talks", "negotiations"),
    }
)


def pact_drafts(sc: Scene, part: Stretch) -> list[Draft]:
    """Return the draft of a stretch that tells of a pact.

    Args:
        sc: the sentence.
        part: the stretch.
    """
    nouns = [q for q in part.nouns("agree") if q.lemma in PACTS]
    done, broken = part.verbs("agree"), part.verbs("break")
    act = any(sc.s.words(k, k + 3) in ACTS for k in range(part.lo, part.hi))
    if not nouns or not (done or broken or act):
        return []
    codes = [r.code for r in part.roles(sc) if r.what != "except"]
    here = unique([code for code in codes if code not in CLUBS])
    parties = unique([*here, *[c for c in sc.story.places if c not in CLUBS]])[:2]
    if len(here) >= 2:
        parties = here
    worth = 1.0 + 1.0 * min(len(here), 2) + 1.0 * sc.s.has(0, len(sc.s.tokens), TRADE)
    worth += 0.5 * (sc.story.trade or bool(sc.story.drafts)) + 0.5 * bool(part.goods(sc))
    of_trade = sc.s.has(0, len(sc.s.tokens), TRADE) or bool(sc.story.drafts)
    if len(parties) < 2 or not of_trade or worth < LEAST or _told_before(sc, parties):
        return []
    cue = min([*done, *broken], default=nouns[0], key=lambda q: q.lo)
    effect = "new" if cue in done or act else "lift"
    told = told_at(sc, part, cue, effect)
    return [
        unseen_draft(
            sc,
            part,
            cue,
            rule="pact",
            instrument="agreement",
            effect=effect,
            told=told,
            who=Who(parties, INFERRED if len(here) >= 2 else GUESSED),
            whom=Struck(parties, INFERRED),
            goods=[],
            margin=worth - LEAST,
        )
    ]


def _told_before(sc: Scene, parties: tuple[str, ...]) -> bool:
    """Return whether a pact of the same parties was told already."""
    every = [*sc.story.drafts, *sc.found]
    return any(d.instrument == "agreement" and set(parties) <= set(d.implementer) for d in every)
