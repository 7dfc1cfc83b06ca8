"""A model of spaCy that is installed here: measures from the grammar it finds.

Its parse tells which noun is the subject and which the object of a verb; that the verb is one of
trade, the noun a measure, and the name a country is told by our own tables. It says no dates, and
sees plain clauses only: who imposes, raises, cuts, lifts, suspends or bans what.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from countervail.errors import InputError
from countervail.reading.lexicon import goods_words, measure_words, verb_forms
from countervail.reading.mentions.rates import find_rates
from countervail.reading.places import PlaceMention, find_places
from countervail.reading.products import ProductMention, find_products
from countervail.reading.second.opinion import NoOpinion

PREFIX = "spacy:"
"""What stands before the name of a model."""

ACTS = ("lift", "suspend", "cut", "raise", "impose", "ban")
"""What a verb of our table does to a measure, the first that fits."""

STATUS = {"lift": "removed", "suspend": "suspended"}
INSTRUMENTS = {"tariff": "tariff", "ban": "import_ban", "quota": "quota"}
"""Of a noun's kind in our table of measures; of other kinds no record is made."""

OBJECTS = frozenset({"dobj", "obj"})
SUBJECTS = frozenset({"nsubj"})
SUFFERERS = frozenset({"nsubjpass", "nsubj:pass"})
AGENTS = frozenset({"agent", "obl:agent"})
FUTURE = frozenset({"will", "shall", "'ll", "wo", "to"})
REPORTED = frozenset({"would", "'d"})
"""What "will" becomes where somebody said it."""

MAYBE = frozenset({"may", "might", "could", "would", "'d"})
SUPPOSED = frozenset({"if", "unless", "whether"})
GOVERNED = {
    "threaten": "threatened",
    "offer": "offered",
    "announce": "announced",
    "plan": "announced",
    "propose": "announced",
    "agree": "announced",
}
UNDECIDED = frozenset({"demand", "forecast", "think", "consider", "deny", "refuse"})
"""What is governed by these is asked for, foretold or weighed: no measure."""


@dataclass(frozen=True)
class Parsed:
    """A model of spaCy.

    Attributes:
        model: its name as it is installed, such as ``en_core_web_sm``.
    """

    model: str

    def __post_init__(self) -> None:
        """Refuse what is no name of a model, such as a path.

        Raises:
            InputError: it is none.
        """
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", self.model):
            raise InputError("--second spacy:MODEL takes a model's name, as spacy:en_core_web_sm")

    @property
    def name(self) -> str:
        """As it was asked for."""
        return PREFIX + self.model

    def opinion(self, text: str, day: date | None) -> Sequence[object]:
        """Return a record of each clause that does something to a measure.

        Args:
            text: as it was given.
            day: of the text.

        Raises:
            NoOpinion: spaCy or the model is not installed, or the text is too long for it.
        """
        reads = self._loaded()
        try:
            tokens = list(reads(text))
        except ValueError:
            raise NoOpinion(
                f"{self.name}: the text is too long for it; give the articles one by one"
            ) from None
        named = _Named(text, find_places(text, day), find_products(text))
        made = (_record(token, named) for token in tokens)
        return [one for one in made if one is not None]

    def _loaded(self) -> Any:
        """Return the model.

        Raises:
            NoOpinion: spaCy or the model is not installed.
        """
        try:
            spacy: Any = importlib.import_module("spacy")
        except ImportError:
            raise NoOpinion(
                f"{self.name}: spaCy is not installed; pip install spacy, then "
                f"python -m spacy download {self.model}"
            ) from None
        try:
            return spacy.load(self.model)
        except (OSError, ImportError, ValueError):
            raise NoOpinion(
                f"{self.name}: the model is not installed, or is of another release of spaCy; "
                f"python -m spacy download {self.model}"
            ) from None


class _Named(NamedTuple):
    """A text with the places and goods that our tables find in it."""

    text: str
    places: Sequence[PlaceMention]
    goods: Sequence[ProductMention]

    def codes(self, spans: Sequence[tuple[int, int]]) -> list[str]:
        """Return the codes named in some stretches, each once."""
        found = [p.code for p in self.places if any(a <= p.start < b for a, b in spans)]
        return list(dict.fromkeys(found))


def _record(verb: Any, named: _Named) -> dict[str, Any] | None:
    """Return what a verb does to a measure; None where it is no such verb, or is not told so."""
    classes = _classes(verb)
    act = next((one for one in ACTS if one in classes), None)
    status = _status(verb, act) if act is not None and verb.pos_ in {"VERB", "AUX"} else None
    passive = _first(verb, SUFFERERS)
    what = passive or _first(verb, OBJECTS)
    if act is None or status is None or what is None:
        return None
    struck = [_span(what), *(_span(c) for c in verb.children if c.dep_ in {"prep", "obl"})]
    noun = _instrument(what, " ".join(named.text[a:b] for a, b in struck))
    if noun is None and act == "ban" and _is_goods(what, named):
        exported = goods_words().get(what.lower_) == "export"
        noun = "export_control" if exported else "import_ban"
    if noun is None:
        return None
    if act == "cut" and noun == "tariff":
        noun = "tariff_cut"
    who = _agent(verb) if passive is not None else _subject(verb)
    start, end = _quote(verb, what, who)
    owners = [_span(c) for c in what.children if c.dep_ in {"poss", "nmod:poss"}]
    takers = named.codes([_span(who)]) if who is not None else named.codes(owners)
    rate = _rate(named.text[start:end])
    return {
        "implementer": takers[:1],
        "targets": [c for c in named.codes(struck) if c not in takers],
        "instrument": noun,
        "products": [
            {"text": one.text}
            for one in named.goods
            if any(a <= one.start and one.end <= b for a, b in struck)
        ],
        "rate": rate,
        "status": status,
        "quote": named.text[start:end],
        "start": start,
    }


def _classes(verb: Any) -> frozenset[str]:
    """Return what a verb does, of our table; of those in one word."""
    forms = verb_forms().get(verb.lower_, ())
    return frozenset(name for one in forms if not one.rest for name in one.classes)


def _first(token: Any, relations: frozenset[str]) -> Any:
    return next((c for c in token.children if c.dep_ in relations), None)


def _subject(verb: Any) -> Any:
    """Return who does it: the verb's subject, or that of the verbs it hangs on or stands beside."""
    for one in _governing(verb):
        found = _first(one, SUBJECTS)
        if found is not None:
            return found
    return None


def _agent(verb: Any) -> Any:
    """Return who did it, after "by"."""
    by = _first(verb, AGENTS)
    return by if by is None else (_first(by, frozenset({"pobj"})) or by)


def _governing(verb: Any) -> Iterator[Any]:
    """Yield a verb and those that it depends on as part of what they say."""
    yield verb
    while verb.dep_ in {"xcomp", "conj"} and verb.head is not verb:
        verb = verb.head
        yield verb


def _status(verb: Any, act: str) -> str | None:
    """Return where a measure stands by its verb; None where it is denied, supposed or asked for."""
    told = None
    for one in _governing(verb):
        words = {c.lower_ for c in one.children if c.dep_ in {"aux", "mark", "neg", "advmod"}}
        if any(c.dep_ == "neg" for c in one.children) or words & SUPPOSED:
            return None
        classes = _classes(one) if one is not verb else frozenset()
        if classes & UNDECIDED:
            return None
        governed = next((GOVERNED[name] for name in GOVERNED if name in classes), None)
        if words & MAYBE and not (words & REPORTED and _is_said(one)):
            return "threatened" if act not in STATUS else "offered"
        if told is None and governed is not None and one is not verb:
            told = governed
        if told is None and words & (FUTURE | REPORTED):
            told = "announced"
    if told in {"threatened", "offered"}:
        return told
    return STATUS.get(act, told or "in_force")


def _is_said(verb: Any) -> bool:
    """Return whether a verb is what somebody said."""
    return verb.dep_ == "ccomp" and bool(_classes(verb.head) & {"say", "announce"})


def _instrument(noun: Any, beside: str) -> str | None:
    """Return the instrument that a noun names, with the words beside it."""
    words = {w.lower() for w in re.findall(r"[\w'-]+", beside)}
    for known in measure_words().get(noun.lower_, ()):
        if len(known.words) == 1 and known.kind in INSTRUMENTS and not known.weak:
            if "export" in words or (known.kind == "ban" and "exports" in words):
                return "export_control"
            return INSTRUMENTS[known.kind]
    return None


def _is_goods(noun: Any, named: _Named) -> bool:
    """Return whether a noun stands for goods, or for trade in them."""
    start, end = _span(noun)
    return noun.lower_ in goods_words() or any(start <= g.start < end for g in named.goods)


def _span(token: Any) -> tuple[int, int]:
    """Return where a token and all that depends on it stand."""
    below = list(token.subtree)
    return min(t.idx for t in below), max(t.idx + len(t.text) for t in below)


def _quote(verb: Any, what: Any, who: Any) -> tuple[int, int]:
    """Return the words that tell it: from who does it to the last of what it is done to."""
    spans = [_span(one) for one in (what, who) if one is not None]
    spans += [_span(c) for c in verb.children if c.dep_ in {"prep", "obl", "aux", "auxpass"}]
    spans.append((verb.idx, verb.idx + len(verb.text)))
    return min(a for a, _ in spans), max(b for _, b in spans)


def _rate(words: str) -> dict[str, Any] | None:
    """Return the rate of a clause: the one after "to", else the first that is not the old one."""
    rates = find_rates(words)
    before = [words[: one.start].rstrip().rpartition(" ")[2].lower() for one in rates]
    new = [one for one, word in zip(rates, before, strict=True) if word == "to"]
    new += [one for one, word in zip(rates, before, strict=True) if word != "from"]
    if not new:
        return None
    made: dict[str, Any] = {"value": new[0].value, "unit": new[0].unit, "bound": new[0].bound}
    return made if new[0].high is None else {**made, "value_max": new[0].high}
