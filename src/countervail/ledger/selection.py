"""Which part of the law is asked for: on whom, by whom, between whom, on which goods."""

from __future__ import annotations

from dataclasses import dataclass

from countervail import labels
from countervail.errors import InputError
from countervail.ledger import concordance, parties
from countervail.ledger.in_force import LawView
from countervail.ledger.ledger import Ledger
from countervail.ledger.measure import Measure

Sides = tuple[frozenset[str], frozenset[str]]


@dataclass(frozen=True)
class Selection:
    """What is asked for; None asks for everything.

    Attributes:
        on: a country or group the measures are aimed at, or ``ALL``.
        by: a country or group that takes them.
        between: two countries or groups, as ``CAN,CHN``: what either lays on the other.
        product: words of the goods' names, or an HS code of two to six digits.
    """

    on: str | None = None
    by: str | None = None
    between: str | None = None
    product: str | None = None

    def measures(self, ledger: Ledger) -> Ledger:
        """Return the measures of a ledger that bear on what is asked for.

        Raises:
            InputError: not a country, group or HS code; or goods that no measure names.
        """
        kept = list(ledger.filter(on=self.on, by=self.by))
        if self.between is not None:
            one, other = sorted(self._sides()[0]), sorted(self._sides()[1])
            either = [
                m
                for a, b in ((one, other), (other, one))
                for by in a
                for on in b
                for m in ledger.filter(on=on, by=by)
            ]
            kept = [m for m in kept if any(m is n for n in either)]
        if self.product is not None:
            kept = [m for m in kept if any(self._wanted(m, p) for p in m.product)]
            if not any(self._wanted(m, p) for m in ledger for p in m.product):
                raise InputError(
                    f"no measure of this ledger names '{self.product}'; give a word of the goods' "
                    "name or an HS code (1205)"
                )
        return Ledger.of(kept, {m.id: ledger.paths[m.id] for m in kept if m.id in ledger.paths})

    def view(self, view: LawView) -> LawView:
        """Return the part of a view of law that is asked for."""
        if self.on is not None and self.on != parties.ALL:
            view = view.aimed_at(labels.expand(self.on))
        if self.between is not None:
            view = view.among(*self._sides())
        return view if self.product is None else view.of_goods(self._wanted)

    def _sides(self) -> Sides:
        words = (self.between or "").split(",")
        if len(words) != 2 or not all(word.strip() for word in words):
            raise InputError(
                f"'{self.between}' does not name two sides; write them as CAN,CHN or CAN,EU27"
            )
        return frozenset(labels.expand(words[0])), frozenset(labels.expand(words[1]))

    def _wanted(self, measure: Measure, product: str) -> bool:
        asked, group = (self.product or "").strip().casefold(), measure.product[product]
        if asked.replace(".", "").isdigit():
            meant = concordance.subheadings((asked,))
            return not meant.isdisjoint(concordance.subheadings(group.hs, group.except_hs))
        return asked in group.name.casefold()
