"""The measuring rules of the record: what a party lost with one partner, what it gained elsewhere.

One party (the exporter with its markets, or the importer with its suppliers) is seen in two
windows. With trade b_k before and a_k after, partner k, and growth g of what the side is adjusted
by (exporter: the world's trade in the good; importer: its other demand):

    loss        L = g b_p - a_p                 p: the partner of the measure
    gain of k   G_k = a_k - g b_k
    hit         a_p / (g b_p) - 1
    elsewhere   sum_k G_k / L                   redirected (exporter) or rivals (importer)

Raw figures have g = 1. A cell that the source leaves out is bounded, not zero: figures are taken at
the middle of its bounds, and have bounds of their own. A placebo is the same gain in two windows
without the measure, in proportion to what the party traded, over the loss of the episode.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from countervail.backtests.windows import Window

LARGEST_NOISE = 1 / 3
"""Placebo figures of an admitted fact have at most this root mean square.

Of what was gained elsewhere it is a part of the loss, of a hit a part of the pair's own trade.
"""

WIDEST = 2 / 3
"""Bounds of an admitted fact are at most this far apart, in the same parts."""


class Cell(NamedTuple):
    """Trade with a partner in a window; both bounds alike where it is known."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        """The figure taken."""
        return 0.5 * (self.low + self.high)


class Book(Protocol):
    """One party's trade in a good, by partner and window."""

    def cells(self, first: Window, second: Window) -> Mapping[str, tuple[Cell, Cell]]:
        """Return what is seen of every partner in two windows, by what can be compared."""

    def growth(self, first: Window, second: Window) -> float:
        """Return the growth from one window to the other that the side is adjusted by."""

    def total(self, window: Window) -> float:
        """Return all that is seen of the party's trade in a window."""


@dataclass(frozen=True)
class Shift:
    """What changed between two windows, at a growth.

    Attributes:
        before, after: trade with the partner of the measure.
        others: trade with every other partner, before and after.
        growth: what trade would have grown by.
    """

    before: Cell
    after: Cell
    others: Mapping[str, tuple[Cell, Cell]]
    growth: float = 1.0

    @property
    def loss(self) -> Cell:
        """What was lost with the partner of the measure."""
        g = self.growth
        return Cell(g * self.before.low - self.after.high, g * self.before.high - self.after.low)

    @property
    def gains(self) -> dict[str, Cell]:
        """What was gained with every other partner."""
        g = self.growth
        return {
            partner: Cell(after.low - g * before.high, after.high - g * before.low)
            for partner, (before, after) in self.others.items()
        }

    @property
    def elsewhere(self) -> Cell:
        """What was gained with all others."""
        gains = self.gains.values()
        return Cell(sum(one.low for one in gains), sum(one.high for one in gains))

    @property
    def hit(self) -> Cell | None:
        """The change of trade with the partner, as a fraction; None where there was none before."""
        if self.growth * self.before.low <= 0.0:
            return None
        before = self.before
        return Cell(
            self.after.low / (self.growth * before.high) - 1.0,
            self.after.high / (self.growth * before.low) - 1.0,
        )

    @property
    def share(self) -> Cell | None:
        """The gain with all others as a fraction of the loss; None where nothing was lost."""
        loss, rise = self.loss, self.elsewhere
        if loss.low <= 0.0:
            return None
        corners = [one / other for one in rise for other in loss]
        return Cell(min(corners), max(corners))

    def raw(self) -> Shift:
        """Return the same, not adjusted."""
        return Shift(self.before, self.after, self.others)


@dataclass(frozen=True)
class Measured:
    """A figure of the record, as fractions.

    Attributes:
        name, side: which.
        value, raw: adjusted, and not; None where it cannot be said.
        bounds: of the value.
        placebo: the same in windows without the measure.
        admitted: whether it may be scored.
    """

    name: str
    side: str
    value: float | None
    raw: float | None
    bounds: Cell | None = None
    placebo: Mapping[tuple[Window, Window], float] = field(default_factory=dict)
    admitted: bool = False

    @property
    def noise(self) -> float | None:
        """Root mean square of the placebo figures; None without any."""
        return root_mean_square(list(self.placebo.values()))


Quiet = dict[tuple[Window, Window], tuple[Shift, float]]


def shift(book: Book, partner: str, first: Window, second: Window) -> Shift | None:
    """Return what changed between two windows; None where the partner is seen in neither."""
    cells = dict(book.cells(first, second))
    if partner not in cells:
        return None
    before, after = cells.pop(partner)
    return Shift(before, after, cells, book.growth(first, second))


def facts(
    book: Book,
    partner: str,
    base: Window,
    window: Window,
    placebo: Sequence[tuple[Window, Window]],
    side: str,
) -> list[Measured]:
    """Return the hit, and what was gained elsewhere, with their placebo figures."""
    moved = shift(book, partner, base, window)
    if moved is None:
        return []
    quiet = _quiet(book, partner, base, placebo)
    found = [_hit(moved, quiet, side)]
    if moved.others:  # with one partner seen, nothing is known of any other
        found.append(_elsewhere(moved, quiet, side))
    return found


def winners(
    book: Book,
    partner: str,
    base: Window,
    window: Window,
    placebo: Sequence[tuple[Window, Window]],
) -> list[Measured]:
    """Return what each other partner gained, those that gained, the most first.

    One is told from noise, and admitted, if it gained more than the root mean square of its own
    gains in the placebo windows.
    """
    moved = shift(book, partner, base, window)
    if moved is None or moved.loss.middle <= 0.0:
        return []
    quiet, loss = _quiet(book, partner, base, placebo), moved.loss.middle
    found = []
    for rival, gain in moved.gains.items():
        pairs = {
            pair: one.gains[rival].middle * scale / loss
            for pair, (one, scale) in quiet.items()
            if rival in one.others
        }
        noise = root_mean_square(list(pairs.values()))
        value = gain.middle / loss
        admitted = noise is not None and value > noise
        if value > 0.0:
            found.append(Measured(rival, "importer", value, None, placebo=pairs, admitted=admitted))
    return sorted(found, key=lambda one: (-(one.value or 0.0), one.name))


def _quiet(
    book: Book, partner: str, base: Window, placebo: Sequence[tuple[Window, Window]]
) -> Quiet:
    """Return what changed in windows without the measure, and what brings it to the base's size."""
    return {
        pair: (one, book.total(base) / book.total(pair[0]))
        for pair in placebo
        if (one := shift(book, partner, *pair)) is not None
    }


def _hit(moved: Shift, quiet: Quiet, side: str) -> Measured:
    hit, raw = moved.hit, moved.raw().hit
    placebo = {pair: one.hit.middle for pair, (one, _) in quiet.items() if one.hit is not None}
    return Measured(
        "hit",
        side,
        hit.middle if hit else None,
        raw.middle if raw else None,
        hit,
        placebo,
        _admitted(hit, placebo),
    )


def _elsewhere(moved: Shift, quiet: Quiet, side: str) -> Measured:
    loss, bounds = moved.loss.middle, moved.share
    raw = moved.raw()
    placebo = (
        {pair: one.elsewhere.middle * scale / loss for pair, (one, scale) in quiet.items()}
        if loss > 0.0
        else {}
    )
    return Measured(
        "redirected" if side == "exporter" else "rivals",
        side,
        moved.elsewhere.middle / loss if bounds else None,
        raw.elsewhere.middle / raw.loss.middle if raw.share else None,
        bounds,
        placebo,
        _admitted(bounds, placebo),
    )


def _admitted(bounds: Cell | None, placebo: Mapping[tuple[Window, Window], float]) -> bool:
    """Return whether a figure may be scored: narrow bounds, and little noise where it is known."""
    noise = root_mean_square(list(placebo.values()))
    if bounds is None or noise is None:
        return False
    return bounds.high - bounds.low <= WIDEST and noise <= LARGEST_NOISE


def share_change(cells: Mapping[str, tuple[Cell, Cell]], partner: str) -> float:
    """Return the change of a partner's part in all trade that is seen, as a fraction."""
    before, after = (
        cells[partner][when].middle / sum(one[when].middle for one in cells.values())
        for when in (0, 1)
    )
    return after - before


def root_mean_square(values: Sequence[float]) -> float | None:
    """Return it, None of nothing."""
    if not values:
        return None
    return math.sqrt(sum(one * one for one in values) / len(values))
