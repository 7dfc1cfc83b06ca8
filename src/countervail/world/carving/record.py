"""What a carved world keeps of its carving: the goods, and the sectors their trade was taken from.

Law is written for products and its weights are counted in sectors: it is placed in goods with this
record (:mod:`countervail.ledger.pricing.in_goods`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.errors import WorldError
from countervail.provenance import bits, content_hash
from countervail.world.goods import codes_of

Array = NDArray[np.float64]

AXES = ("carved_part", "carved_exporter", "carved_importer")
"""Axes of the parts in a file."""

DUTY_AXES = ("carved_good", *AXES[1:])
"""Axes of the parts whose own duty is known."""


class CarvedGood(NamedTuple):
    """A good of a carved world.

    Attributes:
        label: its label in the finest table.
        sector: the sector it belongs to.
        hs: its codes in HS 2022, those behind a minus taken out; none where it names none.
    """

    label: str
    sector: str
    hs: tuple[str, ...]

    @property
    def named(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Its codes, and those taken out of them."""
        return codes_of(self.hs)


@dataclass(frozen=True, eq=False)
class Carving:
    """Goods, and the trade that each label of a carved sector took from which sector.

    Attributes:
        goods: the goods, in the order of their labels.
        label: of each part, a good or what goods left of a sector, in the finest table.
        sector: of each part, the sector it was taken from, as the finest table had it.
        trade: of each part, USD million as it was carved, [part, exporter, importer].
        duty_known: of each good, the part of its trade whose own duty is in its rate; the rest
            bears its sector's, [good, exporter, importer].
    """

    goods: tuple[CarvedGood, ...]
    label: tuple[str, ...]
    sector: tuple[str, ...]
    trade: Array
    duty_known: Array

    def __post_init__(self) -> None:
        self.trade.setflags(write=False)
        self.duty_known.setflags(write=False)

    @cached_property
    def remainder(self) -> dict[str, str]:
        """The label of what goods left of each carved sector, by the sector."""
        goods = {good.label for good in self.goods}
        pairs = zip(self.label, self.sector, strict=True)
        return {sector: label for label, sector in pairs if label not in goods}

    @cached_property
    def parts(self) -> dict[str, dict[str, Array]]:
        """By label, the trade that came from each sector, [exporter, importer]."""
        found: dict[str, dict[str, Array]] = {}
        for label, sector, trade in zip(self.label, self.sector, self.trade, strict=True):
            found.setdefault(label, {})[sector] = trade
        return found

    def beside(self, other: Carving | None) -> Carving:
        """Return this carving and one that was made before it, of other sectors."""
        if other is None:
            return self
        return Carving(
            (*other.goods, *self.goods),
            (*other.label, *self.label),
            (*other.sector, *self.sector),
            np.concatenate([other.trade, self.trade]),
            np.concatenate([other.duty_known, self.duty_known]),
        )

    def check(self, countries: Sequence[str], sectors: Sequence[str]) -> None:
        """Raise where it does not fit the labels of a finest table.

        Raises:
            WorldError: arrays of other shapes, or labels that are not there.
        """
        count, size = len(self.label), len(countries)
        if len(self.sector) != count or self.trade.shape != (count, size, size):
            raise WorldError(
                f"carving: trade has shape {self.trade.shape}; needs {(count, size, size)}"
            )
        if self.duty_known.shape != (len(self.goods), size, size):
            raise WorldError(
                f"carving: duty_known has shape {self.duty_known.shape}; needs "
                f"{(len(self.goods), size, size)}"
            )
        gone = [label for label in self.label if label not in sectors]
        gone += [good.label for good in self.goods if good.label not in self.label]
        gone += [sector for sector in self.sector if sector not in self.remainder]
        if gone:
            raise WorldError(f"carving: '{gone[0]}' is no sector, good or remainder of this world")
        if not (np.isfinite(self.trade).all() and (self.trade >= 0).all()):
            raise WorldError("carving: trade holds something that is no amount")
        if not ((self.duty_known >= 0) & (self.duty_known <= 1)).all():
            raise WorldError("carving: duty_known holds something that is no part, 0 to 1")

    def hash(self) -> str:
        """Return the content hash of everything in it."""
        text = repr((self.goods, self.label, self.sector))
        # a carving that knows no own duty has the hash it had before duties were kept
        known = (bits(self.duty_known),) if self.duty_known.any() else ()
        return content_hash(text.encode(), bits(self.trade), *known)

    def variables(self) -> dict[str, Any]:
        """Return it as variables of a dataset."""
        part, good = AXES[0], DUTY_AXES[0]
        return {
            "carved_duty_known": (DUTY_AXES, self.duty_known),
            "carved_trade": (AXES, self.trade),
            "carved_label": (part, list(self.label)),
            "carved_from": (part, list(self.sector)),
            "carved_goods": (good, [one.label for one in self.goods]),
            "carved_goods_sector": (good, [one.sector for one in self.goods]),
            "carved_goods_hs": (good, [" ".join(one.hs) for one in self.goods]),
        }

    @classmethod
    def from_variables(cls, data: Any) -> Carving | None:
        """Return it from the variables of a dataset; None where there is none.

        Raises:
            KeyError, ValueError: a part is missing or cannot be read.
        """
        if "carved_trade" not in data:
            return None

        def words(name: str) -> tuple[str, ...]:
            return tuple(str(word) for word in np.atleast_1d(data[name].values))

        about = zip(*(words(f"carved_goods{end}") for end in ("", "_sector", "_hs")), strict=True)
        goods = tuple(CarvedGood(label, sector, tuple(hs.split())) for label, sector, hs in about)
        trade = data["carved_trade"].transpose(*AXES).values.astype(np.float64)
        if "carved_duty_known" in data:
            known = data["carved_duty_known"].transpose(*DUTY_AXES).values.astype(np.float64)
        else:
            known = np.zeros((len(goods), *trade.shape[1:]))  # written before duties were kept
        return cls(
            goods,
            words("carved_label"),
            words("carved_from"),
            trade,
            known,
        )


def carving_of(
    goods: Sequence[CarvedGood], parts: Sequence[tuple[str, str, Array]], known: Sequence[Array]
) -> Carving:
    """Return a carving from parts: label, sector it was taken from, trade [exporter, importer].

    Args:
        goods: the goods.
        parts: what each label took from each sector.
        known: the part of each good whose own duty is known, [exporter, importer].
    """
    return Carving(
        tuple(goods),
        tuple(label for label, _, _ in parts),
        tuple(sector for _, sector, _ in parts),
        np.stack([trade for _, _, trade in parts]),
        np.stack(known),
    )
