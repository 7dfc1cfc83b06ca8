"""Money that a power gives its own producers, and firms that it puts on a list."""

from __future__ import annotations

from countervail.reading.draft import GUESSED, Draft
from countervail.reading.frames import Scene
from countervail.reading.lexicon import organ_words
from countervail.reading.roles import FIRMS
from countervail.reading.unseen.clause_spans import Stretch
from countervail.reading.unseen.drafting import unseen_draft
from countervail.reading.unseen.moods import told_at
from countervail.reading.unseen.parties import Struck, struck, taker
from countervail.reading.unseen.stopped import known_goods

MAKERS = FIRMS | {"mills", "smelters", "plants", "fishermen", "dairies", "industry", "shipyards"}
ABROAD = frozenset(
    {
        *("export", "exports", "exporters", "exported", "abroad", "tariff", "tariffs", "levy"),
        *("imports", "duties", "trade", "rivals", "overseas", "competition", "duty", "import"),
    }
)


OFF = frozenset({"take off", "strike off", "drop from", "remove", "drop", "delist", "free"})


def aid_drafts(sc: Scene, part: Stretch) -> list[Draft]:
    """Return the subsidy that a stretch tells: who pays makers of goods, and how much.

    Args:
        sc: the sentence.
        part: the stretch.
    """
    verbs, nouns = part.verbs("give"), part.nouns("give")
    money = any(part.within(m.lo) for m in sc.s.money)
    makers = part.has(sc, MAKERS)
    if not verbs or not makers or not (money or nouns):
        return []
    powers = part.roles(sc, "actor", "owner", "by") or part.has(sc, organ_words())
    abroad = part.has(sc, ABROAD) or sc.s.has(0, len(sc.s.tokens), ABROAD)
    if (
        not powers
        or not (abroad or (sc.story.drafts and nouns))
        or not (money and (nouns or abroad))
    ):
        return []
    cue = verbs[0]
    told = told_at(sc, part, cue, "new")
    who = taker(sc, part, passive=told.passive, outward=True)
    if not who.codes:
        return []
    return [
        unseen_draft(
            sc,
            part,
            cue,
            rule="aid",
            instrument="subsidy",
            effect="new",
            told=told,
            who=who,
            whom=Struck((), GUESSED),
            goods=known_goods(sc, part),
        )
    ]


def list_drafts(sc: Scene, part: Stretch) -> list[Draft]:
    """Return the sanctions that a stretch tells: assets frozen, firms put on a list.

    Args:
        sc: the sentence.
        part: the stretch.
    """
    verbs = part.verbs("list")
    listed = part.nouns("list") or (
        part.has(sc, {"assets", "accounts"}) and any(q.lemma == "freeze" for q in verbs)
    )
    ends = [q for q in part.verbs("end", "stop") if listed and q.lemma in OFF]
    if not (verbs or ends) or not listed or not part.roles(sc):
        return []
    effect, cue = ("lift", ends[0]) if ends else ("new", verbs[0])
    told = told_at(sc, part, cue, effect)
    who = taker(sc, part, passive=told.passive, outward=False)
    whom = struck(sc, part, who.codes, outward=False)
    if not who.codes or not whom.codes:
        return []
    return [
        unseen_draft(
            sc,
            part,
            cue,
            rule="list",
            instrument="sanctions",
            effect=effect,
            told=told,
            who=who,
            whom=whom,
            goods=[],
        )
    ]
