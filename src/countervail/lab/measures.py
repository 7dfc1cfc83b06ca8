"""The rows of the law: what can be switched and slid, with the steps of the ledger behind it.

A row is goods of one measure whose law has always been one, on the partner asked about. The ledger
says what it was when; a state says what it is instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from countervail.ledger import Ledger
from countervail.ledger.in_force import LawView, targets
from countervail.ledger.measure import Measure, Rate
from countervail.present.law import law_words
from countervail.present.ledgers import reference_words
from countervail.present.sentences.language import Language, sentence_case
from countervail.present.sentences.run import law_said
from countervail.scenario import Scenario
from countervail.scenario.own_law import PREFIX

MOST_GOODS_NAMED = 3
LETTERS = 30
"""Letters of the short name of a row."""

NO_RATE = "the ledger has no rate for it"
"""Why a row without a rate cannot be moved."""

LEAST_OWN = 50.0
"""Per cent: where the slider of a measure of one's own ends at least."""

HIGHEST_SLIDER = 200.0
"""Per cent: a slider ends here at most; beyond, the number is typed."""


@dataclass(frozen=True, eq=False)
class LawRow:
    """Goods under one measure that always move together.

    Attributes:
        key: its name: the measure's id, and where it has several rows its first product.
        measure: the measure.
        products: its product groups in this row; None is all of them.
        partner: the country the rates are those on.
        others: whether the measure has other rates on others, which edits leave alone.
        steps: what the ledger says of it, by the day it came into force.
    """

    key: str
    measure: Measure
    products: tuple[str, ...] | None
    partner: str
    others: bool
    steps: tuple[Rate, ...]

    @property
    def named(self) -> tuple[str, ...]:
        """The product groups."""
        return self.products or tuple(self.measure.product)

    @property
    def targets(self) -> tuple[str, ...] | None:
        """Whom an edit is on; None is everybody the measure is on."""
        return (self.partner,) if self.others else None

    def rate_in(self, view: LawView) -> Rate | None:
        """Return the entry in force in a view of the law; None where there is none."""
        for entry in view.entries:
            mine = entry.measure.id == self.measure.id and self.named[0] in entry.products
            if mine and self.partner in entry.targets:
                return entry.rate
        return None

    def last_in_force(self, on: date) -> Rate | None:
        """Return the law that a switch brings back: the last before a day, else the first after."""
        standing = [step for step in self.steps if step.priced]
        before = [step for step in standing if step.in_force and step.in_force <= on]
        return before[-1] if before else standing[0] if standing else None

    @cached_property
    def rates(self) -> tuple[float, ...]:
        """Every rate that the ledger has for it, per cent, ascending."""
        return tuple(sorted({step.rate for step in self.steps if step.rate is not None}))

    @property
    def highest(self) -> float:
        """Where the slider ends: the highest of its rates, rounded up to a round number.

        Of a measure of one's own, which has one rate, at twice it.
        """
        top = max(self.rates, default=25.0)
        if self.measure.id.startswith(PREFIX):
            top = max(LEAST_OWN, 2.0 * top)
        return min(HIGHEST_SLIDER, max(10.0, top if top % 5 == 0 else 5.0 * (top // 5 + 1)))

    @property
    def why_not(self) -> str | None:
        """Why it cannot be moved, or None: what the ledger does not price."""
        if self.measure.outside_model:
            return self.measure.outside_model
        group = self.measure.product[self.named[0]].outside_model
        if group:
            return group
        return None if any(step.priced for step in self.steps) else NO_RATE

    @property
    def slides(self) -> bool:
        """Whether it has a rate to slide: not a ban, and not a quantity let in at one."""
        return bool(self.rates) and not any(step.quota for step in self.steps)

    def name(self, language: Language) -> str:
        """Return its goods in words."""
        goods = [str(language.goods(self.measure.product[p].name)) for p in self.named]
        said = ", ".join(dict.fromkeys(goods[:MOST_GOODS_NAMED]))
        more = len(goods) - MOST_GOODS_NAMED
        if more > 0:
            said = language.part("lab.and_more", goods=said, n=more)
        return sentence_case(said)

    def as_dict(self, language: Language, view: LawView) -> dict[str, Any]:
        """Return it as the page has it.

        Args:
            language: of names.
            view: the law of the day asked about.
        """
        name = self.name(language)
        rate = self.rate_in(view)
        return {
            "id": self.key,
            "measure": self.measure.id,
            "name": name,
            "short": name if len(name) <= LETTERS else f"{name[: LETTERS - 1].rstrip(' ,')}…",
            "title": language.told(self.measure.title),
            "by": self.measure.implementer,
            "on": self.partner,
            "by_name": language.label(self.measure.implementer),
            "on_name": language.label(self.partner),
            "law": None if rate is None else law_said(language, law_words(rate)),
            "rate": None if rate is None or rate.ended else rate.rate,
            "ban": rate is not None and rate.basis == "ban",
            "in_force": rate is not None and not rate.ended,
            "since": None if rate is None or rate.in_force is None else rate.in_force.isoformat(),
            "steps": [self._step(step, language) for step in self.steps],
            "max": self.highest,
            "rates": list(self.rates),
            "slides": self.slides,
            "priced": self.why_not is None,
            "why_not": language.template("lab.no_rate")
            if self.why_not == NO_RATE
            else self.why_not and language.told(self.why_not),
        }

    def _step(self, step: Rate, language: Language) -> dict[str, Any]:
        return {
            "from": step.in_force.isoformat() if step.in_force else None,
            "announced": step.announced.isoformat(),
            "expires": step.expires.isoformat() if step.expires else None,
            "rate": None if step.ended else step.rate,
            "state": "ended" if step.ended else "never" if step.never else "in force",
            "law": law_said(language, law_words(step)),
            "source": reference_words(step.reference),
            "address": step.reference.address,
        }


def law_rows(scenario: Scenario, ledger: Ledger) -> dict[str, LawRow]:
    """Return the rows of a question's measures, by key, in its order.

    Args:
        scenario: its subject says which measures; of a question about every measure it is those
            whose law differs between its dates.
        ledger: the law.
    """
    ids = scenario.subject
    if ids is None:
        assert scenario.from_date is not None
        assert scenario.to_date is not None
        first, last = sorted((scenario.from_date, scenario.to_date))
        changed = (c.measure.id for c in ledger.between(first, last))
        ids = tuple(dict.fromkeys((*changed, *(one.id for one in scenario.own))))
    found = [row for id in ids for row in _rows(ledger.measure(id), scenario)]
    return {row.key: row for row in found}


def _rows(measure: Measure, scenario: Scenario) -> Iterator[LawRow]:
    """Yield the rows of a measure: its products by what has been their law on the partner."""
    partner = _partner(measure, scenario)
    if partner is None:
        return
    entries = sorted(
        (r for r in measure.rates if not r.never and r.in_force is not None),
        key=lambda r: (r.in_force, r.announced),
    )
    mine = [r for r in entries if partner in targets(measure, r, r.in_force or r.announced)]
    others = any(r.targets is not None or r.except_targets for r in entries)
    groups: dict[tuple[Any, ...], list[str]] = {}
    for product in measure.product:
        law = tuple((r.in_force, r.law, r.ended) for r in mine if product in r.products)
        if law:
            groups.setdefault(law, []).append(product)
    for products in groups.values():
        whole = len(groups) == 1 and len(products) == len(measure.product)
        yield LawRow(
            key=measure.id if len(groups) == 1 else f"{measure.id}/{products[0]}",
            measure=measure,
            products=None if whole else tuple(products),
            partner=partner,
            others=others,
            steps=tuple(r for r in mine if products[0] in r.products),
        )


def _partner(measure: Measure, scenario: Scenario) -> str | None:
    """Return whom a measure's rates are told of: of the countries asked about the first it hits."""
    hit: dict[str, None] = {}
    for rate in measure.rates:
        hit.update(dict.fromkeys(sorted(targets(measure, rate, rate.in_force or rate.announced))))
    asked = [c for c in scenario.countries if c != measure.implementer]
    if scenario.pairs is not None:
        sides = {c for pair in scenario.pairs for c in pair}
        asked = [c for c in asked if c in sides] or sorted(sides - {measure.implementer})
    return next((c for c in asked if c in hit), next(iter(hit), None))


def days_of(rows: Sequence[LawRow]) -> list[date]:
    """Return every day on which the law of a row changes, ascending."""
    return sorted({step.in_force for row in rows for step in row.steps if step.in_force})
