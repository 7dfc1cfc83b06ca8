"""Who acts on whom: the part that each country plays where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from countervail.reading.lexicon import goods_words, organ_words, word_set
from countervail.reading.mentions.measures import MeasureNoun
from countervail.reading.sentence import Mention, Sentence
from countervail.reading.verbs import MODALS, PREPOSITIONS

FIRMS = word_set("roles.firms")
MADE = word_set("roles.made")
EXCEPT = (
    ("except",),
    ("excluding",),
    ("other", "than"),
    ("but", "not"),
    ("apart", "from"),
    ("outside",),
    ("exempting",),
    ("exempts",),
    ("exempted",),
    ("sparing",),
    ("excludes",),
    ("with", "the", "exception", "of"),
    ("except", "for"),
    ("aside", "from"),
    ("save",),
    ("bar",),
    ("barring",),
    ("but", "for"),
    ("exempt",),
)
SAYS = frozenset({"said", "says", "announced", "warned", "told", "argues", "insists"})
GATES = frozenset({"ports", "port", "border", "borders", "harbours", "crossings", "shelves"})
INWARD = frozenset(["into", "entering", "enter", "enters", "entered", "reaching"])


@dataclass(frozen=True, slots=True)
class Role:
    """The part a place plays.

    Attributes:
        place: the mention.
        what: ``actor``, ``origin``, ``against``, ``owner``, ``into``, ``to``, ``by``, ``with``,
            ``except``, ``in``, ``buyers``, ``between`` or ``none``.
        how: the cue, in a word.
    """

    place: Mention
    what: str
    how: str

    @property
    def code(self) -> str:
        """Code of the country or group."""
        return str(self.place.it.code)


DECISIONS = frozenset(
    {"decision", "plan", "order", "move", "proposal", "threat", "offer", "promise", "announcement"}
)
COUNTS = word_set("roles.counts")


def _skip_back(s: Sentence, k: int) -> int:
    """Return the word before a name, without articles and the like."""
    while s.low(k) in COUNTS or s.low(k) in {
        "the",
        "all",
        "both",
        "neighbouring",
        "neighboring",
        "fellow",
        "some",
        "most",
        "rival",
        "communist",
        "mainland",
        "any",
    }:
        k -= 1
    return k


def _excepted(s: Sentence, k: int) -> bool:
    """Return whether words of exception stand at the end of a stretch."""
    for words in EXCEPT:
        n = len(words)
        if all(s.low(k - n + 1 + j) == w for j, w in enumerate(words)):
            verbal = words in {("bar",), ("save",), ("exempt",)}
            return not (verbal and s.low(k - 1) in MODALS | {"to", "not"})
    return False


def find_roles(s: Sentence, measures: list[MeasureNoun]) -> list[Role]:
    """Return the part of every place of a sentence, in their order."""
    found: list[Role] = []
    for n, place in enumerate(s.places):
        found.append(_role(s, place, measures, found[-1] if n else None))
    return found


def _role(s: Sentence, m: Mention, measures: list[MeasureNoun], last: Role | None) -> Role:
    after, back = m.hi, _skip_back(s, m.lo - 1)
    before = s.low(back)
    if s.low(after) in {"-", "–"}:
        after += 1
    hyphened = s.tokens[m.hi - 1].low if m.hi - 1 < len(s.tokens) else ""
    if _excepted(s, back):
        return Role(m, "except", before)
    if before in {"of", "on", "from", "for"} and _excepted(s, back - 1):
        return Role(m, "except", s.low(back - 1))
    joined = _joined(s, m, last)
    if "-made" in hyphened or "-built" in hyphened or "-origin" in hyphened or "-grown" in hyphened:
        return Role(m, "origin", hyphened)
    own = _owning(s, after, measures)
    if own in {"actor", "origin"} and before == "to":
        return Role(m, "to", before)  # each shipment to Seoul's chip firms
    if own is not None:
        if own == "origin" and last is not None and joined and last.what in {"except"}:
            return Role(m, "except", "list")
        return Role(m, own, s.words(m.lo, after + 1))
    if (
        not m.it.adjective
        and not any(one.lo <= m.lo < one.head[0] for one in measures)
        and (any(p.lo == after for p in s.products) or s.low(after) in goods_words())
        and before not in {"to", "with", "by"}
    ):
        return Role(m, "origin", s.words(m.lo, after + 1))
    if m.it.adjective:
        what = _adjective(s, m, after, measures)
        if what == "none" and before == "from":
            what = "origin"
        if what == "none" and joined and last is not None:
            return Role(m, last.what, "list")
        if what == "actor" and before == "with":
            return Role(m, "with", before)
        return Role(m, what, s.words(m.lo, after + 1))
    if joined and last is not None:
        return Role(m, last.what, "list")
    what = _after_preposition(s, back, before)
    if what == "none" and any(one.lo <= m.lo < one.head[0] for one in measures):
        return Role(m, "owner", "before a measure")
    if (
        what == "actor"
        and s.low(after) in goods_words()
        and s.low(after) not in {"import", "export"}
    ):
        return Role(m, "origin", s.words(m.lo, after + 1))
    if (
        what == "actor"
        and any(p.lo == after for p in s.products)
        and (m.it.text.isupper() or "." in m.it.text)
    ):
        return Role(m, "origin", s.words(m.lo, after + 1))
    return Role(m, what, before)


def _joined(s: Sentence, m: Mention, last: Role | None) -> bool:
    """Return whether a place goes on a list that the last one is in."""
    if last is None:
        return False
    between = s.words(last.place.hi, m.lo)
    if between == "," and s.low(m.hi) in SAYS | MODALS | {"has", "have", "is", "was", "had"}:
        return False  # sold to Turkey, Accra said; signed in Lima, Korea will
    return between in {
        ",",
        "and",
        "or",
        ", and",
        ", or",
        "and the",
        "as well as",
        "or the",
        ", the",
        ", and the",
        "and from",
        "/",
        "nor",
        "and on",
        "and against",
        "or from",
        "and other",
        "and also",
        "and both",
        "and its neighbour",
        "along with",
        "as well as from",
        "and the rest of the",
        "and the rest of",
        ", as well as",
        "& ",
    }


def _owning(s: Sentence, after: int, measures: list[MeasureNoun]) -> str | None:
    """Return the part of a place with 's, by what it owns."""
    if s.low(after) not in {"'s", "'"}:
        return None
    for k in range(after + 1, min(after + 9, len(s.tokens))):
        low = s.low(k)
        if any(one.head[0] <= k < one.head[1] for one in measures):
            return "owner"
        if low in organ_words() or low in {
            "decision",
            "plan",
            "move",
            "order",
            "threat",
            "proposal",
            "offer",
            "retaliation",
            "response",
            "announcement",
            "parliament",
        }:
            return "actor"
        if low in {
            "exporter",
            "supplier",
            "producer",
            "exports",
            "shipments",
            "products",
            "goods",
            "producers",
            "exporters",
            "sales",
            "farmers",
            "industry",
            "steelmakers",
            "carmakers",
        }:
            return "origin"
        if low in {"imports", "purchases", "market", "borders", "ports", "import"}:
            return "into"
        if any(p.lo <= k < p.hi for p in s.products) and not any(
            one.lo <= k < one.hi for one in measures
        ):
            return "origin"
        if low in PREPOSITIONS or low in {",", ".", "and"}:
            break
    return "actor"


def _adjective(s: Sentence, m: Mention, after: int, measures: list[MeasureNoun]) -> str:
    """Return the part of an adjective by the noun it stands before: tariffs, goods or a body."""
    for one in measures:
        if one.lo <= m.lo < one.head[0]:
            if one.kind == "rate":
                return "origin"
            if s.low(m.lo - 1) in {"on", "of"}:
                return "origin"
            goods = any(p.lo >= m.hi and p.hi <= one.head[0] for p in s.products)
            if (
                goods
                and one.owner is not None
                and one.owner[0] != m.lo
                and not (one.owner[0] <= m.lo < one.owner[1])
            ):
                return "origin"
            return "owner"
    for k in range(after, min(after + 8, len(s.tokens))):
        low = s.low(k)
        if low in GATES:
            return "into"
        if low in goods_words() or low in FIRMS or low in {"steel", "market"}:
            return (
                "into"
                if low in {"imports", "purchases"} and s.low(k + 1) in {"of"}
                else "into"
                if low == "market"
                else "origin"
            )
        if any(p.lo <= k < p.hi for p in s.products):
            return "origin"
        if low in organ_words() or (low[:-1] in organ_words() and low.endswith("s")):
            return "actor"
        if low in {
            "side",
            "counterpart",
            "leader",
            "capital",
            "government",
            "approval",
            "permission",
            "licence",
            "license",
            "consent",
        }:
            return "actor"
        if low in FIRMS:
            return "origin"
        if (
            low in PREPOSITIONS
            or low in {".", ";", "'s"}
            or (low in {",", "and"} and not _list_goes_on(s, k))
        ):
            break
    if s.low(m.hi) in {"and", ",", "or"}:
        return "none"
    if (
        s.low(m.lo - 1) in {"on", "of", "against", "for"}
        and s.low(m.hi)[:1].isalpha()
        and not s.tokens[m.hi].capital
    ):
        return "origin"
    nxt = s.tokens[m.hi] if m.hi < len(s.tokens) else None
    return "actor" if nxt is not None and nxt.capital else "none"


def _list_goes_on(s: Sentence, k: int) -> bool:
    """Return whether another adjective of place follows: French and German wine."""
    return any(p.lo == k + 1 and p.it.adjective for p in s.places)


def _after_preposition(s: Sentence, back: int, before: str) -> str:
    if before == "from":
        return "origin"
    if before in {"on", "against", "upon"}:
        return "against"
    if before == "by":
        return "by"
    if before in INWARD:
        return "into"
    if before == "to":
        return "to"
    if before == "toward" or before == "towards":
        return "against"
    if before == "with":
        return "with"
    if before in {"between"}:
        return "between"
    if before in {"in", "at", "inside", "within", "across"}:
        return "origin" if s.low(back - 1) in MADE or s.low(back - 1).endswith("-made") else "in"
    if before == "of":
        owned = s.low(back - 1)
        if owned in DECISIONS:
            return "actor"
        if owned in organ_words() or owned in {
            "government",
            "people",
            "republic",
            "state",
            "bank",
            "confederation",
            "commonwealth",
            "kingdom",
        }:
            return "actor"
        if (
            owned in goods_words()
            or any(p.hi == back for p in s.products)
            or owned in {"origin", "exporters", "producers"}
        ):
            return "origin"
        return "in"
    if before in {"for"}:
        return "for"
    if before in {"like", "than", "as"}:
        return "none"
    return "actor"
