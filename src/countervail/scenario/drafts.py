"""Drafts on top of a question: the law with them against the law without, labelled as drafts.

A draft that lays a duty comes as a measure of its own, in force on the day; where the ledger has
another rate on the same goods it is that rate that changes; one that lifts a measure ends what the
ledger has of it. What cannot be priced is named with the reason.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta

from pydantic import ValidationError

from countervail.errors import InputError
from countervail.ledger import Ledger, Measure, parties
from countervail.ledger.drafted import DraftFile, Overlap, covered, overlaps, same_goods
from countervail.ledger.validate import problems
from countervail.scenario.question import Change, DraftUse
from countervail.scenario.scenario import Scenario

PREFIX = "draft-"
"""What the id of a draft begins with in a question, so that no answer takes it for law."""

DAY = timedelta(days=1)


def bare(ledger: Ledger, on: date) -> Scenario:
    """Return the question of drafts alone, before they are in it: the law of a day.

    Args:
        ledger: the law.
        on: the day.
    """
    return Scenario(
        name="drafts",
        title=f"The law of {on}",
        ledger=ledger,
        from_date=on,
        to_date=on,
        measures=(),
    )


def with_drafts(
    question: Scenario, drafts: Sequence[DraftFile], own: Collection[str] | None = None
) -> Scenario:
    """Return a question with drafts on its second state.

    Args:
        question: of law.
        drafts: of a folder.
        own: countries of the world it is asked in; None takes every country as one.

    Raises:
        InputError: the question has no law, or nothing of the drafts can be priced.
    """
    ledger, on = question.ledger, question.to_date
    if ledger is None or on is None:
        raise InputError(f"scenario '{question.name}' is made by hand: drafts are of a law")
    made = _Drafted(ledger, on, own)
    for one in drafts:
        made.take(one)
    if not made.changes:
        said = "; ".join(f"{use.id}: {use.said}" for use in made.uses)
        none = "the draft cannot" if len(drafts) == 1 else f"none of {len(drafts)} drafts can"
        raise InputError(f"{none} be priced: {said}")
    priced = sum(use.priced for use in made.uses)
    stories = sorted({one.notes.story for one in drafts})
    drafted = f"{priced} draft{'s'[: priced != 1]} of {', '.join(stories)}"
    title = f"{question.title}, with {drafted} (no law)"
    found = replace(
        question,
        title=title,
        ledger=Ledger.of([*ledger, *made.measures], ledger.paths),
        changes=(*question.changes, *made.changes),
        countries=question.countries or made.countries,
        outside=(*question.outside, *((u.id, u.said) for u in made.uses if not u.priced)),
        drafts=tuple(made.uses),
    )
    found.check()
    return found


class _Drafted:
    """Drafts as changes of a law, one after another."""

    def __init__(self, ledger: Ledger, on: date, own: Collection[str] | None) -> None:
        self.ledger, self.on, self.own = ledger, on, own
        self.measures: list[Measure] = []
        self.changes: list[Change] = []
        self.uses: list[DraftUse] = []
        self.named: dict[str, None] = {}

    @property
    def countries(self) -> tuple[str, ...]:
        """Countries that the drafts name, in their order."""
        return tuple(self.named)

    def take(self, one: DraftFile) -> None:
        """Add a draft: as a change, or with the reason why it is none."""
        measure = one.measure
        try:
            changes, said = self._changes(one)
        except _NotPriced as why:
            self.uses.append(DraftUse(PREFIX + measure.id, False, str(why), one.notes.law))
            return
        done = {(c.measure, c.products) for c in self.changes}
        if any((c.measure, c.products) in done for c in changes):
            said = "an earlier draft changes the same goods of the same measure"
            self.uses.append(DraftUse(PREFIX + measure.id, False, said, one.notes.law))
            return
        self.changes += changes
        self.uses.append(DraftUse(PREFIX + measure.id, True, said, one.notes.law))
        for word in (measure.implementer, *measure.targets):
            if len(word) == 3 and word != "ALL":
                self.named.setdefault(word)

    def _changes(self, one: DraftFile) -> tuple[list[Change], str]:
        """Return the changes of law that a draft is, and what they are in words.

        Raises:
            _NotPriced: why it is none.
        """
        notes = one.notes
        if notes.status == "accepted":
            raise _NotPriced("accepted: it is in a ledger of your own, see --ledger")
        if notes.status == "skipped":
            raise _NotPriced("skipped")
        if one.measure.outside_model:
            raise _NotPriced(one.measure.outside_model)
        if not any(p.hs for p in one.measure.products):
            raise _NotPriced("no heading is known for its goods")
        self._in_world(one.measure)
        found = overlaps(one.measure, self.ledger, self.on)
        if notes.act == "lifts":
            return self._lifted(one, found)
        changes, said = self._laid(one, found)
        beside = [o for o in found if o.kind == "not_priced"]
        return changes, "; ".join([said, *map(str, beside)])

    def _in_world(self, measure: Measure) -> None:
        """Raise where the world has not both sides of a draft.

        Raises:
            _NotPriced: which side it lacks.
        """
        if self.own is None:
            return
        by = parties.resolve((measure.implementer,), self.on)
        whom = parties.resolve(tuple(measure.targets), self.on, by)
        for word, side in ((measure.implementer, by), (" ".join(measure.targets), whom)):
            if not side & set(self.own):
                raise _NotPriced(f"{word} is no country of this world")

    def _lifted(self, one: DraftFile, found: Sequence[Overlap]) -> tuple[list[Change], str]:
        measure = one.measure
        lifted = [o for o in found if o.kind == "lifted"]
        held = [o for o in lifted if same_goods(measure, o, whole=True)]
        if not held:
            who = f"{measure.implementer} on {' '.join(measure.targets)}"
            said = (
                f"the ledger prices nothing of {who} on these goods that is in force on {self.on}"
            )
            raise _NotPriced(
                "; ".join([said, *(str(o) for o in found if o.kind == "not_priced" and o.law)])
            )
        changes = [Change(o.measure.id, o.products, ends=True, targets=o.targets) for o in held]
        return changes, f"ends {', '.join(o.measure.id for o in held)} on its goods"

    def _laid(self, one: DraftFile, found: Sequence[Overlap]) -> tuple[list[Change], str]:
        measure = one.measure
        same = [o for o in found if same_goods(measure, o)]
        law = [o for o in same if o.kind == "duplicate" or (o.same and o.law)]
        if law:
            raise _NotPriced(f"is law already: {law[0]}")
        entry = next((e for e in measure.rates if e.priced), None)
        if entry is None:
            raise _NotPriced("; ".join(one.notes.missing) or "it has no rate and no ban")
        others = [o for o in same if o.kind == "conflict" and not o.bans]
        stated = not any(word.startswith("rates.basis") for word in one.notes.inferred)
        if others and entry.rate is not None and not (entry.basis == "additional" and stated):
            if len(others) > 1:
                ids = ", ".join(o.measure.id for o in others)
                raise _NotPriced(f"the ledger has several duties on these goods ({ids}): say which")
            (other,) = others
            change = Change(
                other.measure.id, other.products, rate=entry.rate, targets=other.targets
            )
            had = " and ".join(f"{r:g} %" for r in other.rates if r is not None)
            return [change], f"{entry.rate:g} % in place of {had} of {other.measure.id}"
        whole = self._measure(one)
        self.measures.append(whole)
        size = "a ban" if entry.basis == "ban" else f"{entry.rate:g} %, {entry.basis}"
        return [Change(whole.id, law_of=self.on + DAY)], f"{size}, new"

    def _measure(self, one: DraftFile) -> Measure:
        """Return a draft as a measure that begins the day after, with what it lacks left out.

        Raises:
            _NotPriced: it is no measure even so.
        """
        draft = one.measure
        products = [p for p in draft.products if p.hs]
        known = {p.id for p in products}
        rates = []
        for entry in draft.rates:
            goods = [id for id in entry.products if id in known]
            if entry.priced and goods:
                changed = {
                    "products": goods,
                    "announced": min(entry.announced, self.on),
                    "in_force": self.on + DAY,
                    "in_force_precision": None,
                    "expires": None,
                    "on_expiry": None,
                }
                rates.append({**entry.model_dump(), **changed})
        table = {
            **draft.model_dump(exclude={"draft"}),
            "id": PREFIX + draft.id,
            "title": f"Draft, no law: {draft.title}",
            "instrument": "tariff" if draft.instrument == "import_quota" else draft.instrument,
            "products": [p.model_dump() for p in products],
            "rates": rates,
        }
        try:
            measure = Measure.model_validate(table)
        except ValidationError as error:
            raise _NotPriced(error.errors()[0]["msg"]) from None
        for _, said in problems(measure):
            raise _NotPriced(said)
        if measure.id in self.ledger.measures or measure.id in {m.id for m in self.measures}:
            raise _NotPriced("its id is taken")
        return covered(measure, self.ledger)


class _NotPriced(Exception):
    """Why a draft is not priced."""
