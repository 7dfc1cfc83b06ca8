"""The verbs of a sentence: helpers, voice, what governs them, whether they are denied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from countervail.reading.lexicon import (
    VerbForm,
    act_nouns,
    goods_words,
    measure_words,
    verb_forms,
    word_set,
)
from countervail.reading.sentence import Sentence

MODALS = word_set("verbs.modals")
BE = word_set("verbs.be")
PAPERS = frozenset(
    {"proclamation", "order", "decree", "law", "deal", "agreement", "pact", "notice", "bill"}
)
ASIDE = frozenset(
    {"in return", "in turn", "in response", "at once", "for now", "in future", "by then"}
)
HAVE = frozenset(["has", "have", "had", "having", "'ve"])
DO = frozenset(["do", "does", "did"])
FIRM_WORDS = frozenset(
    {"companies", "company", "firms", "firm", "lines", "groups", "industry", "sector", "plants"}
)
NOT = frozenset(["not", "n't", "never", "no"])
ADVERBS = word_set("verbs.adverbs")
SEMI = word_set("verbs.semi")
DETERMINERS = word_set("verbs.determiners")
PREPOSITIONS = word_set("verbs.prepositions")
PRONOUNS = word_set("verbs.pronouns")
NOT_VERBS = word_set("verbs.not_verbs")
NOUNY = word_set("verbs.nouny")


@dataclass(slots=True)
class Verb:
    """A group of verbs that says one thing.

    Attributes:
        lo, hi: its first word, and the word after its last.
        lemma: of the verb that says it.
        classes: what that verb does.
        form: ``finite``, ``inf``, ``ing`` or ``part`` (no helper).
        helpers: its helping verbs.
        past: whether it looks back.
        passive: whether its subject suffers it.
        denied: whether it is negated.
        governors: lemmas of verbs and words that govern it: ``plan`` in plans to raise.
        governing: their classes.
        main: the word that says it.
        longer: whether it is no longer so.
    """

    lo: int
    hi: int
    lemma: str
    classes: frozenset[str]
    form: str
    helpers: tuple[str, ...] = ()
    past: bool = False
    passive: bool = False
    denied: bool = False
    governors: tuple[str, ...] = ()
    governing: frozenset[str] = field(default_factory=frozenset)
    main: int = 0
    longer: bool = False

    def is_(self, *classes: str) -> bool:
        """Return whether it is of one of some classes."""
        return not self.classes.isdisjoint(classes)

    def under(self, *classes: str) -> bool:
        """Return whether a verb of one of some classes governs it."""
        return not self.governing.isdisjoint(classes)


def _matches(s: Sentence, k: int, one: VerbForm) -> bool:
    rest = one.rest
    if not rest:
        return True
    return all(s.low(k + 1 + n) == word for n, word in enumerate(rest))


def _form(s: Sentence, k: int, *forms: str) -> VerbForm | None:
    """Return the verb at a word in one of some forms."""
    for one in verb_forms().get(s.low(k), ()):
        if one.form in forms and _matches(s, k, one):
            return one
    return None


def _nounlike(s: Sentence, k: int) -> bool:
    """Return whether a word that could be a verb stands as a noun."""
    low, before, after = s.low(k), s.low(k - 1), s.low(k + 1)
    if any(p.hi == k and s.low(p.lo - 1) in {"that", "which"} for p in s.places):
        return False  # the tariff that Quito charges on
    if s.words(k - 2, k) in {"more than", "less than"} and low.endswith("ed"):
        return False
    if k == 0:
        return low in NOUNY and not low.endswith("ing")
    if before in DETERMINERS and before not in {"that", "both", "all", "these", "those", "this"}:
        return True
    if before in {"this", "these", "those", "that", "all"} and low in NOUNY:
        return after not in {"the", "a", "an", "its"}
    if (
        before in {"'s", "'", "%"}
        or before.endswith("per cent")
        or before in {"percent", "cent", "pct"}
    ):
        return True
    if before in PREPOSITIONS and before != "to":
        return not low.endswith("ing")
    if low not in NOUNY:
        return False
    if before in MODALS | BE | HAVE | DO | {"to"} | PRONOUNS | ADVERBS:
        return (
            before == "to"
            and after in {"on", "of", "from", "for"}
            and low not in {"cut", "end", "start"}
        )
    if any(d.lo in {k + 1, k + 2} for d in s.dates) and after in {"on", "in", "from"}:
        return False
    if before in measure_words() or before in act_nouns() or before in goods_words():
        return after in {"on", "of", "against", "for", "in"} or before in {
            "import",
            "export",
            "trade",
            "customs",
        }
    if after in {"on", "of", "against", "in", "for"} and low not in {
        "place",
        "set",
        "start",
        "end",
    }:
        return True
    if before in {"and", "or", ","}:
        return (
            after in {"on", "of", "against", "in", "for", ",", "and", "."} or after in BE | MODALS
        )
    if before.endswith(("ing", "ory", "ive", "ary", "al", "ed", "er")) and low in NOUNY:
        return True
    return after in BE | MODALS | HAVE or after in {".", ",", ""}


def _no_longer(s: Sentence, one: Verb) -> bool:
    return s.words(one.lo - 2, one.lo) == "no longer" or "no longer" in s.words(one.lo, one.hi)


def find_verbs(s: Sentence) -> list[Verb]:
    """Return the verbs of a sentence in their order."""
    found: list[Verb] = []
    k, n = 0, len(s.tokens)
    while k < n:
        one = _verb_at(s, k)
        if one is None:
            k += 1
            continue
        if _no_longer(s, one):
            one.longer, one.denied = True, False
        found.append(one)
        k = one.hi
    return found


def _verb_at(s: Sentence, k: int) -> Verb | None:
    low = s.low(k)
    if low == "may" and s.tokens[k].text == "May" and k > 0:
        return None
    if any(p.lo < k < p.hi for p in s.places):
        return None  # the United States
    if low in MODALS | BE | HAVE | DO and not (low == "will" and s.low(k - 1) in DETERMINERS):
        return _group(s, k)
    if low in {"export", "exports", "import", "imports"} and _trade_noun(s, k):
        return None
    if low == "remaining" or low in NOT_VERBS or any(p.lo <= k < p.hi for p in s.products):
        return None
    if low == "won" and (
        s.tokens[k - 1].low[:1].isdigit() or s.low(k - 1) in {"million", "billion", "trillion"}
    ):
        return None
    if low.endswith("ing") and s.low(k + 1) in FIRM_WORDS:
        return None
    if low == "models" and s.low(k + 1) in {"from", "made", "built", "of"}:
        return None
    if any(p.hi == k and p.it.adjective for p in s.places) and (low in NOUNY or low.endswith("s")):
        return None
    if low == "to":
        base = _skipped(s, k + 1)
        one = _form(s, base, "base")
        if one is not None and not _to_noun(s, base):
            return _chained(s, k, base, one, "inf", (), False, False, False)
        return None
    one = _form(s, k, "past", "s", "base", "part", "ing")
    if one is None or (_nounlike(s, k) and one.form != "ing"):
        return None
    after_verb = bool(_forms(s, k - 1)) and not s.tokens[k - 1].capital
    standing_before = s.low(k + 1) in measure_words() and after_verb
    if one.form in {"past", "part"} and standing_before:
        return None  # reinstate suspended tariffs
    if one.form in {"past", "part"} and s.low(k - 1) in {
        "remain",
        "remains",
        "remained",
        "stay",
        "stays",
        "stayed",
    }:
        return None
    if one.form == "ing" and (s.low(k - 1) in DETERMINERS or (s.low(k + 1) == "of")):
        return None
    if one.form in {"past", "part"} and (
        s.low(k - 1) in DETERMINERS - {"that", "these", "those", "this", "both", "all"}
        or s.low(k - 1) == "'s"
    ):
        return None
    if (
        one.form == "base"
        and s.low(k - 1) == ","
        and s.low(k + 1) in {"that", "those", "the", "its"}
        and any(s.low(j) in MODALS | {"to"} for j in range(k))
        and one.classes & {"raise", "cut", "lift", "impose", "suspend", "keep"}
    ):
        return _chained(s, k, k, one, "finite", (), False, False, False)
    if one.form == "base" and not _plural_subject(s, k):
        return None
    past = one.form == "past" or (one.form == "part" and _form(s, k, "past") is not None)
    if one.form == "base" and _form(s, k, "past") is not None:  # cut, put, set, hit
        past = True
    form = {"ing": "ing", "part": "part"}.get(one.form, "finite")
    if form == "part" and past:
        form = "finite"
    if form == "finite" and past and _reduced(s, k):
        form = "part"
    return _chained(s, k, k, one, form, (), past, False, False)


def _trade_noun(s: Sentence, k: int) -> bool:
    """Return whether exports or imports are meant, not the act."""
    before = s.low(k - 1)
    if before in MODALS | {"to"} | DO:
        return s.low(k + 1) in {"", ".", ",", "from", "of", "to"}
    return not (before in PRONOUNS and s.low(k + 1) not in {"of", "from", "to"})


def _to_noun(s: Sentence, k: int) -> bool:
    """Return whether a noun follows "to", as in the answer to tariffs."""
    if s.low(k) in {"import", "export"} and s.low(k + 1) in measure_words():
        return True  # approval to import tariffs
    return s.low(k) in {"work", "market", "place"} and s.low(k + 1) in {"", ".", ","}


def _plural_subject(s: Sentence, k: int) -> bool:
    """Return whether a verb's bare form can stand here: after a plural or in a list."""
    before = s.low(k - 1)
    if _form(s, k, "past") is not None:
        return before not in PREPOSITIONS | DETERMINERS
    if before in {"they", "we", "you", "who", "which", "that", "and", "both", "also", "or", "not"}:
        return True
    if s.low(k) in {"remain", "face", "pay", "stay", "apply", "attract"} or (
        len(s.words(k, k + 2).split()) == 2
        and s.words(k, k + 2) in {"take effect", "come into", "enter into", "go into", "kick in"}
    ):
        return before not in PREPOSITIONS | DETERMINERS
    if s.low(k) in {"come", "enter", "pay", "face", "carry", "bear", "qualify"} and any(
        p.hi == k and s.low(p.lo - 1) == "and" for p in s.products
    ):
        return True  # maize and pork come in
    if s.low(k) in {"fall", "rise", "drop", "climb"} and s.low(k + 1) in {"from", "to", "by"}:
        return before not in PREPOSITIONS | DETERMINERS
    if s.low(k) in {"hope", "fear", "want", "expect", "believe", "urge", "demand"} and s.low(
        k + 1
    ) in {"that", "to", "the"}:
        return before not in PREPOSITIONS | DETERMINERS
    return before.endswith("s") and before not in {"'s", "its", "this", "his"}


def _forms(s: Sentence, k: int) -> Sequence[VerbForm]:
    return verb_forms().get(s.low(k), ())


def _reduced(s: Sentence, k: int) -> bool:
    """Return whether a past participle hangs on the noun before it: duties imposed by Canada."""
    before, after = s.low(k - 1), s.low(k + 1)
    if before == "not":
        return True
    said = any("say" in f.classes and "announce" not in f.classes for f in _forms(s, k))
    if said:
        return False
    if any(
        f.classes & {"rise", "fall", "start", "end", "remain", "run", "return"}
        and not f.classes & {"lift", "raise", "cut"}
        for f in verb_forms().get(s.low(k), ())
    ):
        return False
    heads = (
        before in measure_words()
        or before in goods_words()
        or before in {"those", "cars", "vehicles"} | PAPERS
    )
    if not heads and before.endswith("s") and any(p.hi == k for p in s.products):
        heads = True
    if not heads:
        return after == "by" and before not in {
            "who",
            "which",
            "that",
            "it",
            "they",
            "he",
            "she",
            "and",
        }
    return after in {
        "by",
        "on",
        "in",
        "last",
        "since",
        "after",
        "under",
        "against",
        "from",
        "at",
        "this",
        "earlier",
        "for",
        "to",
        "with",
        "into",
        "as",
        ",",
        ".",
        "",
        "between",
        "during",
        "abroad",
        "there",
        "here",
        "two",
    }


def _skipped(s: Sentence, k: int) -> int:
    while s.low(k) in ADVERBS or (
        s.low(k).endswith("ly")
        and s.low(k) not in {"supply", "apply", "reply", "rely", "comply", "imply"}
    ):
        k += 1
    return k


def _group(s: Sentence, k: int) -> Verb | None:
    """Return the group that begins with a helping verb."""
    start, helpers, denied = k, [], False
    while True:
        low = s.low(k)
        if low in MODALS | BE | HAVE | DO:
            helpers.append(low)
        elif low in NOT:
            denied = True
        elif not (
            low in ADVERBS
            or (
                low.endswith("ly")
                and low not in {"supply", "apply", "reply", "rely", "comply", "imply"}
            )
        ):
            break
        if k - start > 12:
            break
        k += 1
        while helpers and s.words(k, k + 2) in ASIDE:
            k += 2
        dated = next(
            (
                d
                for d in s.dates
                if d.lo in {k, k + 1} and s.low(k) in {"from", "on", "since", "in"}
            ),
            None,
        )
        if dated is not None and helpers:  # must from Friday pay
            k = dated.hi
    if not helpers:
        return None
    if helpers[-1] in {"have", "has"} and s.low(k) == "to":
        base = _skipped(s, k + 1)
        then = _form(s, base, "base")
        if then is not None and not _to_noun(s, base):
            kept = tuple(helpers[:-1]) or ("must",)
            return _chained(s, start, base, then, "finite", kept, False, False, denied)
    past = (
        bool({"was", "were", "had", "did"} & set(helpers))
        or "been" in helpers
        or bool({"has", "have", "'ve"} & set(helpers))
    )
    be = any(h in BE for h in helpers)
    low = s.low(k)
    if be and low == "to" and _form(s, _skipped(s, k + 1), "base", "part"):
        base = _skipped(s, k + 1)
        if s.low(base) == "be":
            helpers.append("be")
            base = _skipped(s, base + 1)
            return _chained(
                s,
                start,
                base,
                _form(s, base, "part", "past") or _any(s, base),
                "finite",
                tuple(helpers),
                False,
                True,
                denied,
                ("is to",),
            )
        return _chained(
            s,
            start,
            base,
            _form(s, base, "base") or _any(s, base),
            "finite",
            tuple(helpers),
            False,
            False,
            denied,
            ("is to",),
        )
    if be and low in SEMI and s.low(k + 1) == "to" and s.low(k + 2) not in DETERMINERS:
        base = _skipped(s, k + 2)
        if s.low(base) == "be":
            helpers.append("be")
            base = _skipped(s, base + 1)
            then = _form(s, base, "part", "past") or _any(s, base)
            return _chained(
                s, start, base, then, "finite", tuple(helpers), False, True, denied, (low,)
            )
        then = _form(s, base, "base") or _any(s, base)
        return _chained(
            s, start, base, then, "finite", tuple(helpers), False, False, denied, (low,)
        )
    if be:
        one = _form(s, k, "part", "past")
        if one is not None and low not in DETERMINERS:
            return _chained(s, start, k, one, "finite", tuple(helpers), past, True, denied)
        one = _form(s, k, "ing")
        if one is not None and one.classes & {"impose", "raise", "cut", "lift", "ban"}:
            return _chained(
                s, start, k, one, "finite", tuple(helpers), past, False, denied, ("is to",)
            )
        if one is not None:
            return _chained(s, start, k, one, "finite", tuple(helpers), past, False, denied)
        return _copula(start, k, helpers, past, denied)
    if set(helpers) & (MODALS | DO):
        one = _form(s, k, "base")
        if one is not None:
            return _chained(s, start, k, one, "finite", tuple(helpers), past, False, denied)
    if set(helpers) & HAVE:
        one = _form(s, k, "part", "past")
        if one is not None and s.low(k) not in DETERMINERS:
            return _chained(s, start, k, one, "finite", tuple(helpers), True, False, denied)
        if s.low(k) == "to" and _form(s, k + 1, "base"):
            one = _form(s, k + 1, "base")
            return _chained(
                s, start, k + 1, one, "finite", tuple(helpers), past, False, denied, ("have",)
            )
    if set(helpers) & MODALS and s.low(k).isalpha():
        return _chained(s, start, k, _any(s, k), "finite", tuple(helpers), past, False, denied)
    return _copula(start, k, helpers, past, denied)


def _copula(start: int, k: int, helpers: list[str], past: bool, denied: bool) -> Verb:
    lemma = "have" if helpers[-1] in HAVE else "do" if helpers[-1] in DO else "be"
    return Verb(
        start,
        k,
        lemma,
        frozenset({lemma}),
        "finite",
        tuple(helpers),
        past,
        False,
        denied,
        main=k - 1,
    )


def _any(s: Sentence, k: int) -> VerbForm:
    return VerbForm(s.low(k), frozenset({"other"}), "base")


CHAIN = word_set("verbs.chain")


def _chained(
    s: Sentence,
    start: int,
    k: int,
    one: VerbForm | None,
    form: str,
    helpers: tuple[str, ...],
    past: bool,
    passive: bool,
    denied: bool,
    governors: tuple[str, ...] = (),
) -> Verb | None:
    """Return the group with the infinitives or gerunds that hang on its verb."""
    if one is None:
        return None
    main, hi = k, k + 1 + len(one.rest)
    governing: set[str] = set()
    lemmas = list(governors)
    for word in governors:
        governing |= SEMI_CLASS.get(word, frozenset())
    for _ in range(3):
        nxt = _skipped(s, hi)
        neg = s.has(hi, nxt, NOT)
        if s.low(nxt) == "to":
            base = _skipped(s, nxt + 1)
            passive_now = False
            if s.low(base) == "be":
                then = _form(s, _skipped(s, base + 1), "part", "past")
                if then is None:
                    break
                base, passive_now = _skipped(s, base + 1), True
            else:
                then = _form(s, base, "base")
            if then is None or _to_noun(s, base) or not (one.classes & CHAIN):
                break
        elif one.classes & {
            "suspend",
            "consider",
            "propose",
            "start",
            "halt",
            "end",
            "remain",
            "refuse",
            "escape",
        } and _form(s, nxt, "ing"):
            base, then, passive_now = nxt, _form(s, nxt, "ing"), False
        else:
            break
        assert then is not None
        lemmas.append(one.lemma)
        governing |= one.classes
        denied = denied or neg
        one, main, hi, passive = then, base, base + 1 + len(then.rest), passive_now
    return Verb(
        start,
        hi,
        one.lemma,
        one.classes,
        form,
        helpers,
        past,
        passive,
        denied,
        tuple(lemmas),
        frozenset(governing),
        main,
    )


SEMI_CLASS = {
    "is to": frozenset({"plan"}),
    "set": frozenset({"plan"}),
    "due": frozenset({"plan"}),
    "ready": frozenset({"offer"}),
    "likely": frozenset({"forecast"}),
    "expected": frozenset({"expect"}),
    "prepared": frozenset({"offer"}),
    "willing": frozenset({"offer"}),
    "poised": frozenset({"plan"}),
    "scheduled": frozenset({"plan"}),
    "about": frozenset({"plan"}),
    "supposed": frozenset({"plan"}),
    "unlikely": frozenset({"forecast"}),
    "planning": frozenset({"plan"}),
    "going": frozenset({"plan"}),
    "determined": frozenset({"plan"}),
    "slated": frozenset({"plan"}),
    "free": frozenset({"consider"}),
    "open": frozenset({"offer"}),
    "able": frozenset({"consider"}),
    "authorised": frozenset({"consider"}),
    "authorized": frozenset({"consider"}),
    "empowered": frozenset({"consider"}),
    "entitled": frozenset({"consider"}),
    "reluctant": frozenset({"refuse"}),
    "unwilling": frozenset({"refuse"}),
    "required": frozenset({"require"}),
    "obliged": frozenset({"require"}),
    "bound": frozenset({"plan"}),
}
