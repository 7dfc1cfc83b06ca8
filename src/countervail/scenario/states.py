"""A question placed in a world: its two states, as arrays and lines, and what has no place."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from countervail.errors import PartialAnswer
from countervail.ledger.pricing.placed import LeftOut, counts, reasons_of
from countervail.provenance import content_hash

if TYPE_CHECKING:
    from countervail.ledger.in_force import LawView
    from countervail.ledger.notes import Note
    from countervail.ledger.pricing.lines import PricedLines, QuotaNote

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class StateShock:
    """One state relative to the base world; None is no change. Axes as in World.

    Attributes:
        tariff_new: rates, [exporter, importer, sector].
        iceberg_hat: ratio, infinite for a ban, [exporter, importer, sector].
        export_tax: rates levied and kept by the exporter, negative for a subsidy,
            [exporter, importer, sector]; zero on the diagonal.
        productivity_hat: ratio of unit productivity, [country, sector].
        labour_hat: ratio, [country].
        transfer: USD million received, [country]; sums to zero.
        line_tariff: whole rate of every tariff line, [line].
        line_iceberg: ratio, infinite for a ban, [line].
    """

    tariff_new: Array | None = None
    iceberg_hat: Array | None = None
    productivity_hat: Array | None = None
    labour_hat: Array | None = None
    transfer: Array | None = None
    line_tariff: Array | None = None
    line_iceberg: Array | None = None
    export_tax: Array | None = None

    def is_nothing(self) -> bool:
        """Return whether the state is the base world as it is."""
        return all(getattr(self, f.name) is None for f in fields(self))

    def hash(self) -> str:
        """Return the content hash of the arrays."""
        arrays = (getattr(self, f.name) for f in fields(self))
        return content_hash(*(b"" if a is None else a.tobytes() for a in arrays))


@dataclass(frozen=True, eq=False)
class Resolved:
    """A scenario placed in a world.

    Attributes:
        before: the first state.
        after: the second state.
        lines: the tariff lines both act on, or None.
        law_before: law in force in the first state, or None for a scenario by hand.
        law_after: law in force in the second state.
        quotas: quantities let in at the rates of lines, in the second state.
        quotas_before: likewise in the first.
        notes: everything that must be said of how the law was placed in the world.
        lines_asked: product groups by sector and pair on which the law differs.
        not_placed: those of them, and dates, that have no place in the answer, with the reasons.
    """

    before: StateShock
    after: StateShock
    lines: PricedLines | None = None
    law_before: LawView | None = None
    law_after: LawView | None = None
    quotas: tuple[QuotaNote, ...] = ()
    quotas_before: tuple[QuotaNote, ...] = ()
    notes: tuple[Note, ...] = ()
    lines_asked: int = 0
    not_placed: tuple[LeftOut, ...] = ()

    def __repr__(self) -> str:
        lines = 0 if self.lines is None else len(self.lines)
        partial = f", {self.partial}" if self.partial else ""
        return f"<Resolved: {lines} lines{partial}>"

    @property
    def partial(self) -> str:
        """How much is left out, in words: ``3 of 12 lines left out``; empty where nothing is."""
        return counts(self.lines_asked, self.not_placed)

    def warn_of_gaps(self, name: str) -> None:
        """Warn (``PartialAnswer``) where an answer to the question of that name has gaps."""
        if self.not_placed:
            said = f"'{name}': {self.partial}: {reasons_of(self.not_placed)}"
            warnings.warn(said, PartialAnswer, stacklevel=3)
