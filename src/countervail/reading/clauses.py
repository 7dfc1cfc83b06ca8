"""The clauses of a sentence: which words are a verb's subject, and which follow it.

No grammar is parsed. Between two verbs one place is chosen where the second's clause begins: at a
word that opens a clause, else at a coordinating word, else at a comma.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from countervail.reading.lexicon import word_set
from countervail.reading.sentence import Sentence
from countervail.reading.verbs import BE, MODALS, PREPOSITIONS, PRONOUNS, Verb, find_verbs

IF = frozenset(["if", "unless"])
TIME = word_set("clauses.time")
RELATIVE = frozenset(["which", "who", "that", "whose", "whom"])
MARKS = word_set("clauses.marks")
AND = frozenset(["and", "but", "or", "yet", "nor"])
CONDITIONS = (
    ("provided",),
    ("as", "long", "as"),
    ("so", "long", "as"),
    ("in", "case"),
    ("on", "condition"),
    ("in", "the", "event"),
    ("should",),
    ("assuming",),
    ("providing",),
    ("only", "if"),
    ("even", "if"),
    ("subject", "to"),
    ("pending",),
    ("contingent", "on"),
)


@dataclass(slots=True)
class Clause:
    """A verb with its surroundings.

    Attributes:
        lo, hi: its words.
        verb: what is said; None where there is none.
        kind: ``main``, ``said``, ``if``, ``time``, ``rel``, ``part``, ``ger``, ``red``, ``inf``,
            ``coord`` or ``attr``.
        subject: (lo, hi) of its subject; empty where it is another clause's.
        parent: number of the clause it hangs on; -1 is none.
        source: number of the clause whose subject it shares; -1 is its own.
        head: (lo, hi) of the noun that a clause at the start of the sentence hangs on.
    """

    lo: int
    hi: int
    verb: Verb | None
    kind: str
    subject: tuple[int, int]
    parent: int = -1
    source: int = -1
    head: tuple[int, int] = (0, 0)


def clauses(s: Sentence) -> list[Clause]:
    """Return the clauses of a sentence in the order of their verbs."""
    verbs = find_verbs(s)
    if not verbs:
        return [Clause(0, len(s.tokens), None, "main", (0, 0))]
    made: list[Clause] = []
    for n, verb in enumerate(verbs):
        made.append(_first(s, verb) if n == 0 else _next(s, made, verb))
    _share(s, made)
    for n, one in enumerate(made):
        one.hi = made[n + 1].lo if n + 1 < len(made) else len(s.tokens)
        if one.verb is not None and one.hi < one.verb.hi:
            one.hi = one.verb.hi
    return made


def _share(s: Sentence, made: list[Clause]) -> None:
    """Give a bare verb after "and" the helpers of the verb before: plans to cut and extend."""
    for n in range(1, len(made)):
        one, verb = made[n], made[n].verb
        if (
            verb is not None
            and s.low(verb.lo - 1) == ","
            and verb.lemma.split()[0] == s.low(verb.main)
            and not verb.helpers
        ):
            one.subject = (verb.lo, verb.lo)  # will raise that on cars, cut that on trucks
            one.source = _source(made, n - 1)
        if verb is None or one.subject[0] < one.subject[1] or verb.helpers or verb.governors:
            continue
        if s.low(verb.lo - 1) not in AND | {"also", "then", ","} or verb.form != "finite":
            continue
        word = s.low(verb.main)
        if word in {"cut", "put", "set", "hit"} or word == verb.lemma.split()[0]:
            for m in range(n - 1, -1, -1):
                other = made[m].verb
                if other is not None and made[m].kind not in {
                    *("rel", "attr", "red", "time", "if")
                }:
                    if other.helpers or other.governors or other.form == "inf":
                        verb.helpers, verb.governors, verb.governing = (
                            other.helpers,
                            other.governors,
                            other.governing,
                        )
                        verb.past, verb.denied = other.past, other.denied
                        if other.form == "inf":
                            one.kind, one.parent, one.source = "inf", made[m].parent, made[m].source
                    break


def _opens(s: Sentence, lo: int, hi: int) -> tuple[int, str] | None:
    """Return the last place in a stretch where a clause is opened, and its kind."""
    for k in range(hi - 1, lo - 1, -1):
        low = s.low(k)
        if low in IF:
            return k, "if"
        for words in CONDITIONS:
            if all(s.low(k + j) == w for j, w in enumerate(words)) and (
                words[0] not in {"should"} or k == 0
            ):
                return k, "if"
        if low in TIME or (low == "day" and s.words(k - 2, k) == "on the" and k + 1 < hi):
            return k, "time"
        if low == "that" and s.low(k + 1) in {"on", "for", "of"}:
            continue
        if low in RELATIVE:
            if (
                low == "that"
                and k > 0
                and s.low(k - 1)
                in {
                    "said",
                    "says",
                    "say",
                    "announced",
                    "warned",
                    "told",
                    "reporters",
                    "confirmed",
                    "argued",
                    "added",
                    "indicated",
                    "so",
                    "stated",
                    "decided",
                    "insisted",
                    "noted",
                }
            ):
                return k, "said"
            return k, "rel"
        if low in MARKS:
            return k, "coord"
    return None


def _first(s: Sentence, verb: Verb) -> Clause:
    lead = _opens(s, 0, verb.lo)
    if verb.form in {"ing"}:
        k = verb.lo
        if k > 0 and s.low(k - 1) not in PREPOSITIONS | TIME | {","}:
            return Clause(0, 0, verb, "red", (0, verb.lo), head=(0, verb.lo))
        kind = "ger" if s.low(k - 1) in PREPOSITIONS | TIME or k == 0 else "part"
        return Clause(0, 0, verb, kind, (0, k - 1) if k > 2 else (0, 0))
    if verb.form == "inf":
        return Clause(0, 0, verb, "inf", (0, verb.lo))
    if lead is not None:
        k, kind = lead
        comma = _last_comma(s, k, verb.lo)
        if kind in {"time", "if"} and comma is not None:
            return Clause(0, 0, verb, "main", (comma + 1, verb.lo))
        if kind in {"time", "if"}:
            return Clause(0, 0, verb, kind, (k + 1, verb.lo))
        if kind == "rel":
            return Clause(
                0, 0, verb, "rel", (k, k + 1) if k + 1 == verb.lo else (k + 1, verb.lo), head=(0, k)
            )
        return Clause(0, 0, verb, "main", (k + 1, verb.lo))
    if verb.form == "part":
        return Clause(0, 0, verb, "red", (0, verb.lo), head=(0, verb.lo))
    return Clause(0, 0, verb, "main", _led(s, 0, verb.lo))


def _led(s: Sentence, lo: int, hi: int) -> tuple[int, int]:
    """Return a subject without the words before it: "In a letter to ministers, ..."."""
    if s.low(lo) not in PREPOSITIONS | {
        "following",
        "amid",
        "meanwhile",
        "separately",
        "earlier",
        "later",
        "last",
        "early",
    }:
        return (lo, hi)
    if s.low(lo) == "for" and any(p.lo == lo + 1 for p in (*s.places, *s.products)):
        return (lo, hi)  # for Denmark, Ireland and Spain the rates run
    for k in range(lo, hi - 1):
        if s.low(k) == "," and not s.low(k + 1)[:1].isdigit():
            return (k + 1, hi)
    return (lo, hi)


def _last_comma(s: Sentence, lo: int, hi: int) -> int | None:
    for k in range(hi - 1, lo - 1, -1):
        if s.low(k) == ",":
            return k
    return None


def _outer(made: list[Clause], n: int) -> int:
    """Return the nearest clause that is not inside another's noun."""
    while n > 0 and made[n].kind in {"rel", "red", "inf", "ger", "part", "if", "time", "attr"}:
        n -= 1
    return n


def _finite_before(made: list[Clause]) -> int:
    for n in range(len(made) - 1, -1, -1):
        if (
            (verb := made[n].verb) is not None
            and verb.form == "finite"
            and made[n].kind not in {"rel", "attr"}
        ):
            return n
    return len(made) - 1


def _next(s: Sentence, made: list[Clause], verb: Verb) -> Clause:
    n = len(made) - 1
    before = made[n]
    assert before.verb is not None
    lo, hi = before.verb.hi, verb.lo
    if verb.form == "inf":
        return Clause(verb.lo, 0, verb, "inf", (hi, hi), n, n)
    if verb.form == "ing":
        return _ing(s, made, verb, lo)
    if verb.form == "part":
        if s.low(hi - 1) in AND or s.low(hi - 1) in PRONOUNS:
            return Clause(hi - 1, 0, verb, "coord", (hi, hi), n, _source(made, n))
        return Clause(verb.lo, 0, verb, "red", (lo, hi), n, -1, head=_head(s, lo, verb.lo))
    return _finite(s, made, verb, lo, hi)


def _source(made: list[Clause], n: int) -> int:
    """Return the clause whose own subject a clause shares."""
    seen = 0
    while made[n].source >= 0 and made[n].subject[0] >= made[n].subject[1] and seen < 50:
        n, seen = made[n].source, seen + 1
    return n


def _ing(s: Sentence, made: list[Clause], verb: Verb, lo: int) -> Clause:
    n = len(made) - 1
    before = s.low(verb.lo - 1)
    owner = _finite_before(made)
    if before in PREPOSITIONS | TIME | {"by"}:
        kind = "ger"
        return Clause(verb.lo - 1, 0, verb, kind, (verb.lo, verb.lo), n, _source(made, owner))
    before_it = made[n].verb
    if before in {"and", "or"} and before_it is not None and before_it.form == "ing":
        return Clause(verb.lo - 1, 0, verb, made[n].kind, (verb.lo, verb.lo), n, made[n].source)
    if verb.lo == lo:
        return Clause(verb.lo, 0, verb, "ger", (verb.lo, verb.lo), n, _source(made, owner))
    if before == "," or s.low(verb.lo - 2) == ",":
        return Clause(verb.lo - 1, 0, verb, "part", (verb.lo, verb.lo), n, _source(made, owner))
    return Clause(
        verb.lo, 0, verb, "part", (lo, verb.lo), n, _source(made, owner), head=_head(s, lo, verb.lo)
    )


def _finite(s: Sentence, made: list[Clause], verb: Verb, lo: int, hi: int) -> Clause:
    n = len(made) - 1
    before = made[n]
    said = before.verb is not None and (
        before.verb.is_("say", "think", "expect", "announce", "threaten", "deny", "forecast")
    )
    lead = _opens(s, lo, hi)
    if lead is not None:
        k, kind = lead
        comma = _last_comma(s, k, hi)
        if comma == hi - 1 and kind == "time" and k < comma:
            return _bare(s, made, verb, lo, hi)
        if (
            comma is not None
            and kind in {"rel", "time", "if"}
            and _subject_like(s, comma + 1, hi)
            and kind != "rel"
        ) and not (kind == "if" and s.low(k) in IF and not _has_verb(made, k)):
            return Clause(comma, 0, verb, "coord", (comma + 1, hi), n)
        if kind == "rel":
            if hi - k <= 1 or s.low(k) != "that":
                own = s.low(k) in {"which", "who", "that"} and k + 1 >= hi
                return Clause(
                    k, 0, verb, "rel", (k, hi) if not own else (k, k + 1), n, head=_head(s, lo, k)
                )
            if said:
                return Clause(k, 0, verb, "said", (k + 1, hi), n)
            return Clause(k, 0, verb, "rel", (k + 1, hi), n, head=_head(s, lo, k))
        if kind == "said":
            return Clause(k, 0, verb, "said", (k + 1, hi), n)
        if kind in {"if", "time"}:
            skip = k + 1
            while (
                skip < hi
                and s.low(skip) in {"long", "as", "that", "if", "event", "the", "case", "condition"}
                and kind == "if"
            ):
                skip += 1
            own = skip < hi
            return Clause(
                k,
                0,
                verb,
                kind,
                (skip, hi) if own else (hi, hi),
                n,
                -1 if own else _source(made, n),
            )
        if s.low(k) in {")", '"', "”"} and k + 1 >= hi:
            outer = _outer(made, n)
            return Clause(k, 0, verb, "coord", made[outer].subject, n, outer)
        return Clause(
            k,
            0,
            verb,
            "attr" if verb.is_("say") and hi - k < 6 and s.low(k) not in {";"} else "coord",
            (k + 1, hi),
            n,
        )
    return _bare(s, made, verb, lo, hi)


def _head(s: Sentence, lo: int, k: int) -> tuple[int, int]:
    """Return the noun that a clause at ``k`` hangs on: from the last mark or joining word."""
    a = k
    while (
        a > lo
        and s.low(a - 1) not in AND | TIME | IF | {";", ":", "—", "(", ")"}
        and not (s.low(a - 1) == "," and a < k)
    ):
        a -= 1
    return (a, k)


def _after_date(s: Sentence, lo: int, hi: int) -> int:
    """Return where what is said begins: after the day it is said on."""
    for d in s.dates:
        if lo <= d.lo <= lo + 2 and d.hi < hi:
            return d.hi
    return lo


def _bare(s: Sentence, made: list[Clause], verb: Verb, lo: int, hi: int) -> Clause:
    """Return a clause that no opening word begins."""
    n = len(made) - 1
    before = made[n]
    said = before.verb is not None and (
        before.verb.is_("say", "think", "expect", "announce", "threaten", "deny", "forecast")
    )
    if before.kind == "red" and before.head[0] < before.head[1] and _only_dates(s, lo, hi):
        return Clause(verb.lo, 0, verb, "coord", before.head, n)  # the decree signed on Monday puts
    contact = _contact(s, lo, hi)
    if contact >= 0 and not (said and contact - lo <= 3):
        return Clause(contact, 0, verb, "rel", (contact, hi), n, head=_head(s, lo, contact))
    last = s.low(hi - 1)
    if last in AND or (last in {"then", "also"} and s.low(hi - 2) in AND):
        at = hi - 1 if last in AND else hi - 2
        return Clause(
            at,
            0,
            verb,
            before.kind if before.kind in {"if", "time", "rel", "said"} else "coord",
            (hi, hi),
            n,
            _source(made, n),
        )
    if last in {"now", "also", "already", "still"} and s.low(hi - 2) == ",":
        last = ","
    if last == ",":
        outer = _outer(made, n)
        if verb.is_("say"):
            return Clause(hi - 1, 0, verb, "attr", (hi, hi), n)
        if made[outer].head[1]:
            return Clause(hi - 1, 0, verb, "main", made[outer].head, -1)
        if before.kind == "rel" and s.low(before.head[0] - 1) in {":", ";", "—", "–"}:
            return Clause(hi - 1, 0, verb, "coord", before.head, n)
        if before.kind in {"rel", "red", "part", "attr", "time", "if"}:
            return Clause(hi - 1, 0, verb, "coord", (hi, hi), outer, _source(made, outer))
        return Clause(hi - 1, 0, verb, "coord", (hi, hi), n, _source(made, n))
    plainly = (
        before.verb is not None
        and before.verb.is_("say")
        and not before.verb.is_("announce", "threaten", "offer")
    )
    if plainly and before.kind not in {"attr"} and not verb.is_("say"):
        after = _after_date(s, lo, hi)
        return Clause(after, 0, verb, "said", (after, hi), n)
    comma_and = _find(lo, hi, lambda k: s.low(k) in AND and s.low(k - 1) in {",", ")"})
    bare_and = _find(lo, hi, lambda k: s.low(k) in AND)
    comma = _last_comma(s, lo, hi)
    if verb.is_("say") and comma is not None and not verb.is_("announce", "threaten", "offer"):
        return Clause(comma, 0, verb, "attr", (comma + 1, hi), n)
    if comma_and is not None:
        return Clause(comma_and - 1, 0, verb, "coord", (comma_and + 1, hi), n)
    if said and (comma is None or bare_and is None or not _subject_like(s, bare_and + 1, hi)):
        if comma is not None and verb.is_("say"):
            return Clause(comma, 0, verb, "attr", (comma + 1, hi), n)
        after = _after_date(s, lo, hi)
        return Clause(after, 0, verb, "said", (after, hi), n)
    if before.kind in {"rel", "red", "part", "ger"} and comma is None:
        k = n
        while (
            k > 0
            and made[k].kind in {"rel", "red", "part", "ger"}
            and made[k - 1].kind in {"rel", "red", "part"}
        ):
            k -= 1
        head = made[k].head
        if head[0] < head[1]:
            return Clause(verb.lo, 0, verb, "coord", (head[0], verb.lo), made[k].parent)
    if before.kind in {"rel", "red", "part"} and comma is None and bare_and is None:
        outer = _outer(made, n)
        return Clause(
            verb.lo,
            0,
            verb,
            "coord",
            made[outer].head if made[outer].head[1] else made[outer].subject,
            outer,
            -1,
        )
    listed = comma is not None and bare_and is not None and comma < bare_and
    if listed and comma is not None and before.kind in {"rel", "red", "time"}:
        return Clause(comma, 0, verb, "coord", (comma + 1, hi), n)
    if bare_and is not None and (comma is None or comma < bare_and):
        return Clause(
            bare_and,
            0,
            verb,
            before.kind if before.kind in {"said"} else "coord",
            (bare_and + 1, hi),
            n,
        )
    if comma is not None:
        kind = "attr" if verb.is_("say") else "coord"
        return Clause(comma, 0, verb, kind, (comma + 1, hi), n)
    if before.kind in {"inf", "ger"}:
        outer = _outer(made, n)
        return Clause(verb.lo, 0, verb, "coord", made[outer].subject, outer, -1)
    if verb.past and not verb.helpers and not said and before.kind not in {"time", "if"}:
        return Clause(verb.lo, 0, verb, "red", (lo, hi), n, -1, head=_head(s, lo, verb.lo))
    after = _after_date(s, lo, hi)
    return Clause(after, 0, verb, "said", (after, hi), n)


ACTS_ON_PAPER = frozenset(
    [
        "proclamation",
        "order",
        "decree",
        "agreement",
        "deal",
        "tariffs",
        "duties",
        "tariff",
        "duty",
        "levy",
        "levies",
        "measure",
        "pact",
        "measures",
        "ban",
        "truce",
        "package",
        "law",
        "list",
        "plan",
        "treaty",
        "curbs",
        "sanctions",
        "accord",
    ]
)
WHOLES = frozenset({"everything", "anything", "whatever", "all", "goods", "products", "what"})


def _only_dates(s: Sentence, lo: int, hi: int) -> bool:
    """Return whether a stretch names nothing but days."""
    days = {k for d in s.dates for k in range(d.lo, d.hi)}
    return lo < hi and all(
        k in days or s.low(k) in {"on", "in", "last", "late"} for k in range(lo, hi)
    )


def _contact(s: Sentence, lo: int, hi: int) -> int:
    """Return where a clause begins that hangs on a noun without a word: a decree Macron signed."""
    k = hi - 1
    if s.low(k) in {"it", "they", "he", "she"}:
        return k if k - 1 >= lo and s.low(k - 1) in ACTS_ON_PAPER | WHOLES else -1
    start = hi
    for p in reversed(s.places):
        if p.hi == start and not p.it.adjective and p.lo > lo:
            start = p.lo
            if s.low(start - 1) in AND and start - 1 > lo:
                start -= 1
                continue
            break
    return start if start < hi and s.low(start - 1) in ACTS_ON_PAPER else -1


def _has_verb(made: list[Clause], k: int) -> bool:
    return any(one.verb is not None and one.verb.lo > k for one in made)


def _subject_like(s: Sentence, lo: int, hi: int) -> bool:
    """Return whether a stretch can be a subject: a noun or a pronoun, not only a time."""
    if lo >= hi:
        return False
    return (
        s.tokens[lo].capital
        or s.low(lo)
        in PRONOUNS
        | {
            "the",
            "a",
            "an",
            "its",
            "their",
            "his",
            "imports",
            "exports",
            "those",
            "other",
            "others",
        }
        or any(m.lo >= lo and m.hi <= hi for m in s.products)
    )


def _find(lo: int, hi: int, known: Callable[[int], bool]) -> int | None:
    for k in range(hi - 1, lo - 1, -1):
        if known(k):
            return k
    return None


__all__ = ["BE", "MODALS", "Clause", "clauses"]
