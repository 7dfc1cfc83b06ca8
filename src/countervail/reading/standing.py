"""Where a measure stands: in force, announced, threatened, offered, removed ..., from its verb."""

from __future__ import annotations

from dataclasses import dataclass

from countervail.reading.clauses import Clause
from countervail.reading.lexicon import pattern, word_set
from countervail.reading.sentence import Sentence
from countervail.reading.verbs import Verb

FUTURE = frozenset(["will", "shall", "'ll", "wo"])
MAYBE = frozenset(["may", "might", "could", "can", "ca"])
REPORTED = (
    "reportedly",
    "people familiar",
    "sources said",
    "sources say",
    "source said",
    "is said to",
    "are said to",
    "according to sources",
    "according to media",
    "media reported",
    "local media",
    "newspaper reported",
    "unconfirmed",
    "rumoured",
    "rumored",
    "anonymous",
    "on condition of anonymity",
    "people briefed",
)
ANALYSTS = word_set("standing.analysts")
GOVERNING_NOUNS = {
    "plan": "plan",
    "plans": "plan",
    "decision": "plan",
    "move": "plan",
    "proposal": "propose",
    "proposals": "propose",
    "intention": "plan",
    "order": "plan",
    "orders": "plan",
    "pledge": "plan",
    "promise": "plan",
    "commitment": "plan",
    "agreement": "plan",
    "deal": "plan",
    "vow": "plan",
    "threat": "threaten",
    "threats": "threaten",
    "warning": "threaten",
    "offer": "offer",
    "readiness": "offer",
    "willingness": "offer",
    "call": "demand",
    "calls": "demand",
    "demand": "demand",
    "demands": "demand",
    "request": "demand",
    "requests": "demand",
    "appeal": "demand",
    "petition": "demand",
    "pressure": "demand",
    "urging": "demand",
    "bid": "demand",
    "campaign": "demand",
    "power": "could",
    "powers": "could",
    "authority": "could",
    "right": "could",
    "option": "could",
    "ability": "could",
    "freedom": "could",
    "law": "plan",
    "bill": "propose",
    "legislation": "propose",
    "proclamation": "plan",
    "decree": "plan",
    "regulation": "plan",
    "notification": "plan",
    "refusal": "refuse",
    "failure": "refuse",
    "reluctance": "refuse",
}


DRAFTED = frozenset({"bill", "draft", "proposal", "budget", "blueprint"})


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a measure stands by its verb.

    Attributes:
        status: of the schema, or why it is only listed.
        how: the verb's words that tell it.
        future: whether a date is looked for ahead.
        decided: whether it is said by the deed itself, so that a date can tell more.
    """

    status: str
    how: str
    future: bool
    decided: bool = True


@dataclass(frozen=True, slots=True)
class Mood:
    """What stands around a verb.

    Attributes:
        demanded, denied, supposed, offered, threatened, planned, forecast, maybe, would, future:
            what is said of it.
        condition: whether a condition hangs on it.
    """

    demanded: bool = False
    denied: bool = False
    supposed: bool = False
    offered: bool = False
    threatened: bool = False
    planned: bool = False
    proposed: bool = False
    forecast: bool = False
    maybe: bool = False
    would: bool = False
    future: bool = False
    past: bool = False
    condition: bool = False
    reported: bool = False
    expected: bool = False
    refused: bool = False
    announced: bool = False


def mood(s: Sentence, parts: list[Clause], n: int, condition: bool) -> Mood:
    """Return what stands around the verb of a clause: helpers, governors, and clauses above it."""
    c = parts[n]
    v = c.verb
    assert v is not None
    g = set(v.governing)
    helpers = set(v.helpers)
    past, denied = v.past, v.denied
    above = _above(s, parts, n)
    g |= above
    counter = (
        "would" in helpers and bool(helpers & {"have", "'ve"}) and v.form == "finite" and v.past
    )
    supposed = counter or c.kind == "if" or _under_if(parts, n)
    if "could" in g:
        helpers = helpers | {"may"}
    if c.kind in {"inf", "ger"} and c.parent >= 0:
        p = parts[c.parent].verb
        if p is not None:
            helpers |= set(p.helpers) & (FUTURE | MAYBE | {"would"})
            past = past or p.past
            if p.denied and p.is_(
                "plan", "say", "consider", "expect", "offer", "threaten", "deny", "propose"
            ):
                denied = True
    said = s.words(0, len(s.tokens))
    reported = any(w in said for w in REPORTED) or bool(HEARSAY.search(said))
    deny = "deny" in g
    if (deny and c.kind == "said" and not denied) or (deny and v.form in {"ing", "inf"}):
        denied = True
    if "would" in helpers and not condition and _own_word(parts, n) and not helpers & MAYBE:
        helpers = (helpers - {"would", "'d"}) | {"will"}
    up = parts[c.parent].verb if c.parent >= 0 else None
    if c.kind == "said" and up is not None and up.denied and up.is_("say", "announce", "think"):
        denied = True
    hoping = not past or bool(g & {"plan", "propose", "demand", "offer", "threaten"})
    bearing = v.is_("pay", "need", "require", "enter") or v.lemma in {"apply", "hand", "deposit"}
    speaker = _speaker(parts, n)
    powerless = hoping and not bearing and _powerless(s, speaker)
    if c.kind == "said" and up is not None and up.is_("say") and s.has(*speaker, WITNESSES):
        powerless = False
    return Mood(
        demanded=powerless
        or "demand" in g
        or v.is_("demand", "seek")
        or ("should" in helpers and c.kind != "if")
        or ("must" in helpers and not v.is_("pay", "need", "require", "enter"))
        or ("ought" in helpers),
        denied=denied,
        supposed=supposed,
        offered="offer" in g,
        threatened=bool({"threaten", "consider"} & g)
        or v.is_("threaten", "consider")
        or ("would" in helpers and _warned(parts, n)),
        planned=bool({"plan", "vote", "announce"} & g) or v.is_("plan"),
        proposed="propose" in g
        or s.has(*_whose(parts, c), DRAFTED)
        or v.is_("propose")
        or "seek" in g,
        forecast="forecast" in g
        or (v.is_("think", "forecast", "model") and not v.is_("say"))
        or "analyst" in g
        or "think" in g
        or "model" in g,
        maybe=bool(helpers & MAYBE),
        would=bool(helpers & {"would", "'d"}),
        future=bool(helpers & FUTURE),
        past=past,
        condition=condition,
        reported=reported,
        expected="expect" in g,
        refused="refuse" in g,
        announced=v.is_("announce") or v.lemma in {"authorise", "authorize"},
    )


def _warned(parts: list[Clause], n: int) -> bool:
    """Return whether what a clause tells is somebody's warning, named after it."""
    return any(
        c.kind == "attr" and c.parent == n and c.verb is not None and c.verb.lemma == "warn"
        for c in parts
    )


WITNESSES = frozenset({"traders", "importers", "brokers", "shippers", "dealers", "sources"})
HEARSAY = pattern("hearsay")
POWERLESS = word_set("standing.powerless")


def _powerless(s: Sentence, words: tuple[int, int]) -> bool:
    """Return whether a stretch names one who cannot decide; the European Union can."""
    named = {k for p in s.places for k in range(p.lo, p.hi)}
    return any(s.low(k) in POWERLESS and k not in named for k in range(*words))


def _speaker(parts: list[Clause], n: int) -> tuple[int, int]:
    """Return the words of who says or does what a clause tells."""
    c, seen = parts[n], 0
    while c.kind in {"said", "inf"} and c.parent >= 0 and seen < 12:
        c, seen = parts[c.parent], seen + 1
    return _whose(parts, c)


def _whose(parts: list[Clause], c: Clause) -> tuple[int, int]:
    """Return the words of a clause's subject, its own or the one it shares."""
    seen = 0
    while c.subject[0] >= c.subject[1] and c.source >= 0 and seen < 20:
        c, seen = parts[c.source], seen + 1
    return c.subject


def _own_word(parts: list[Clause], n: int) -> bool:
    """Return whether a clause is what somebody said would be: said it would resume."""
    c, seen = parts[n], 0
    while c.parent >= 0 and seen < 8:
        up = parts[c.parent].verb
        if c.kind == "said" and up is not None:
            return up.is_("say", "announce") and not up.is_("offer", "threaten", "think")
        if c.kind not in {"coord", "inf"}:
            return False
        c, seen = parts[c.parent], seen + 1
    return False


def _under_if(parts: list[Clause], n: int) -> bool:
    """Return whether a clause hangs on one that begins with if."""
    seen = 0
    while parts[n].kind in {"inf", "ger", "red", "rel"} and parts[n].parent >= 0 and seen < 20:
        n, seen = parts[n].parent, seen + 1
        if parts[n].kind == "if":
            return True
    return False


def _governing_noun(s: Sentence, v: Verb) -> str:
    """Return the noun that an infinitive hangs on: a plan to, a decision in May to."""
    for k in range(v.lo - 1, v.lo - 6, -1):
        if s.low(k) in GOVERNING_NOUNS:
            return s.low(k)
        dated = any(d.lo <= k < d.hi for d in s.dates)
        if not dated and s.low(k) not in {
            "in",
            "on",
            "this",
            "last",
            "the",
            "earlier",
            "week",
            "month",
            "year",
            "by",
        }:
            return ""
    return ""


def _above(s: Sentence, parts: list[Clause], n: int) -> set[str]:
    """Return what verbs and nouns above a clause do with it."""
    found: set[str] = set()
    c = parts[n]
    seen = 0
    while seen < 6:
        seen += 1
        if c.kind == "inf" and c.verb is not None:
            noun = _governing_noun(s, c.verb)
            if noun in GOVERNING_NOUNS:
                found.add(GOVERNING_NOUNS[noun])
            elif c.parent >= 0 and parts[c.parent].verb is not None:
                p = parts[c.parent].verb
                assert p is not None
                if p.is_(
                    "demand",
                    "expect",
                    "threaten",
                    "offer",
                    "consider",
                    "plan",
                    "propose",
                    "refuse",
                    "require",
                    "seek",
                    "forecast",
                    "announce",
                    "deny",
                ):
                    found |= set(p.classes)
                if p.lemma in {"tell", "order", "instruct", "direct"} and s.has(
                    p.hi, c.verb.lo, {"minister", "ministry", "officials", "customs", "cabinet"}
                ):
                    found.add("announce")
                found |= set(p.governing)
                if p.is_("expect") and (
                    s.has(*parts[c.parent].subject, ANALYSTS)
                    or (
                        not p.past
                        and s.has(
                            *parts[c.parent].subject,
                            {"markets", "traders", "firms", "companies", "investors"},
                        )
                    )
                ):
                    found.add("forecast")
        elif c.kind == "ger" and c.parent >= 0 and parts[c.parent].verb is not None:
            p = parts[c.parent].verb
            assert p is not None
            if p.is_(
                "demand", "threaten", "consider", "propose", "offer", "plan", "deny", "refuse"
            ):
                found |= set(p.classes)
            noun = s.low(c.verb.lo - 2) if c.verb is not None else ""
            of = c.verb is not None and s.low(c.verb.lo - 1) == "of"
            if of and noun in GOVERNING_NOUNS:
                found.add(GOVERNING_NOUNS[noun])
        elif c.kind == "said" and c.parent >= 0 and parts[c.parent].verb is not None:
            p = parts[c.parent].verb
            assert p is not None
            if p.is_(
                "demand", "forecast", "model", "think", "expect", "deny", "offer", "consider"
            ) and not p.is_("say"):
                found |= set(p.classes)
            if p.lemma == "order":
                found.add("announce")
            if p.is_("threaten"):
                found.add("warn")
            lo, hi = parts[c.parent].subject
            if s.has(lo, hi, ANALYSTS) and not s.has(lo, hi, {"central", "minister", "ministry"}):
                found.add("analyst")
        if c.parent < 0 or c.kind not in {"inf", "ger", "said"}:
            break
        c = parts[c.parent]
    return found


def standing(effect: str, m: Mood) -> Standing:
    """Return where a measure stands, from what is done to it and the mood it is said in."""
    if m.supposed:
        return Standing("hypothetical", "if", True, False)
    if m.demanded:
        return Standing("demanded", "demand", True, False)
    if m.forecast and not m.past:
        return Standing("hypothetical", "forecast", True, False)
    if effect in {"lift", "exempt"}:
        return _lifted(m)
    if effect == "suspend":
        return _suspended(m)
    if effect == "keep":
        if m.denied and not (m.future or m.would):
            return Standing("removed", "not kept", False)
        if m.threatened or m.maybe:
            return Standing("in_force", "keep", False, False)
        return Standing("in_force", "keep", False, False)
    return _new(effect, m)


def _lifted(m: Mood) -> Standing:
    if m.denied or m.refused:
        return Standing("in_force", "not lifted", False, False)
    if m.maybe or m.offered or m.would or m.condition or m.threatened:
        return Standing("offered", "would lift", True, False)
    if m.proposed:
        return Standing("announced", "proposed to lift", True, False)
    if m.reported:
        return Standing("reported", "reported", m.future)
    if m.expected:
        return Standing("announced", "expected to lift", True)
    return Standing("removed", "lift", m.future or m.planned, False)


def _suspended(m: Mood) -> Standing:
    if m.denied or m.refused:
        return Standing("in_force", "not suspended", False, False)
    if m.maybe or m.offered or m.condition or m.threatened or (m.would and not m.planned):
        return Standing("offered", "would suspend", True, False)
    return Standing("suspended", "suspend", m.future, False)


def _new(effect: str, m: Mood) -> Standing:
    if m.denied or m.refused:
        return Standing("denied", "not", False, False)
    soft = effect in {"cut", "allow", "resume"}
    if soft and (
        m.maybe or m.offered or m.condition or (m.would and not m.proposed and not m.planned)
    ):
        return Standing("offered", "would cut", True, False)
    if m.reported and (m.future or m.planned or m.would or m.maybe or m.threatened or m.proposed):
        return Standing("reported", "reported", True, False)
    if m.condition and (m.future or m.would or m.maybe or m.planned or m.threatened):
        return Standing("threatened", "condition", True, False)
    if m.proposed:
        return Standing("announced", "propose", True)
    if m.threatened or m.maybe or m.offered:
        return Standing("threatened", "threaten", True, False)
    if m.future or m.planned or m.announced or m.expected:
        return Standing("announced", "announce", True)
    if m.would:
        return Standing("announced", "would", True)
    return Standing("in_force", "done", False)
