"""What the labels of a merged or relabelled world hold: the finest table behind it.

Law is written for products and countries. A world whose labels hold several of them is asked on the
table it was merged from, and the tariff lines of merged cells are put together again
(:mod:`countervail.ledger.pricing.merging`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail.errors import WorldError
from countervail.provenance import bits, content_hash
from countervail.world.carving.record import Carving

Array = NDArray[np.float64]
Positions = NDArray[np.int64]

AXES = ("held_exporter", "held_importer", "held_sector")
"""Axes of the finest table in a file, as those of ``trade``."""


@dataclass(frozen=True, eq=False)
class Concordance:
    """The finest table a world was merged from, and where each of its labels went.

    Attributes:
        countries: codes of the finest table.
        sectors: likewise.
        trade: its purchases at producer prices, USD million, [exporter, importer, sector]; only
            the shares of cells that went into one matter.
        tariff: its ad valorem rates, likewise.
        law_date: the date whose law its tariffs state, by importer.
        country: position of the world's label that holds each country, [country].
        sector: position of the world's label that holds each sector, [sector].
        carving: where goods were carved out of its sectors, how; a world sets it.
    """

    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    trade: Array
    tariff: Array
    law_date: tuple[date | None, ...]
    country: Positions
    sector: Positions
    carving: Carving | None = None

    def __post_init__(self) -> None:
        for values in (self.trade, self.tariff, self.country, self.sector):
            values.setflags(write=False)

    def merged(self, country: Positions, sector: Positions) -> Concordance:
        """Return what remains when labels are merged again.

        Args:
            country: new position of each label of the world, [label].
            sector: likewise.
        """
        return Concordance(
            self.countries,
            self.sectors,
            self.trade,
            self.tariff,
            self.law_date,
            country[self.country],
            sector[self.sector],
            self.carving,
        )

    def check(self, countries: Sequence[str], sectors: Sequence[str]) -> None:
        """Raise where it does not fit the labels of a world.

        Raises:
            WorldError: arrays of other shapes, or a label that holds nothing.
        """
        n, j = len(self.countries), len(self.sectors)
        shapes = {
            "trade": (n, n, j),
            "tariff": (n, n, j),
            "country": (n,),
            "sector": (j,),
            "law_date": (n,),
        }
        for name, shape in shapes.items():
            if np.shape(getattr(self, name)) != shape:
                found = np.shape(getattr(self, name))
                raise WorldError(f"concordance: {name} has shape {found}; needs {shape}")
        for name in ("trade", "tariff"):
            if not np.isfinite(getattr(self, name)).all():
                raise WorldError(f"concordance: {name} holds something that is no finite number")
        for kind, labels, position in (
            ("country", countries, self.country),
            ("sector", sectors, self.sector),
        ):
            held = set(position.tolist())
            wrong = held - set(range(len(labels)))
            empty = [label for k, label in enumerate(labels) if k not in held]
            if wrong or empty:
                what = f"'{empty[0]}' holds none" if empty else "there are labels it does not know"
                raise WorldError(f"concordance: every {kind} label must hold something; {what}")

    def held(self, countries: Sequence[str], sectors: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return the finest codes that each label of a world holds."""
        found: dict[str, list[str]] = {label: [] for label in (*countries, *sectors)}
        for labels, position, codes in (
            (countries, self.country, self.countries),
            (sectors, self.sector, self.sectors),
        ):
            for code, at in zip(codes, position.tolist(), strict=True):
                found[labels[at]].append(code)
        return {label: tuple(codes) for label, codes in found.items()}

    def hash(self) -> str:
        """Return the content hash of everything in it."""
        text = repr((self.countries, self.sectors, [str(day) for day in self.law_date]))
        arrays = (self.trade, self.tariff, self.country, self.sector)
        return content_hash(text.encode(), *(bits(array) for array in arrays))

    def variables(self) -> dict[str, Any]:
        """Return it as variables of a dataset."""
        exporter, _, sector = AXES
        days = [day.isoformat() if day else "" for day in self.law_date]
        return {
            "held_trade": (AXES, self.trade),
            "held_tariff": (AXES, self.tariff),
            "held_law_date": (exporter, days),
            "held_by_country": (exporter, self.country),
            "held_by_sector": (sector, self.sector),
            "held_countries": (exporter, list(self.countries)),
            "held_sectors": (sector, list(self.sectors)),
        }

    @classmethod
    def from_variables(cls, data: Any) -> Concordance | None:
        """Return it from the variables of a dataset; None where there is none.

        Raises:
            KeyError, ValueError: a part is missing or cannot be read.
        """
        if "held_trade" not in data:
            return None

        def words(name: str) -> tuple[str, ...]:
            return tuple(str(word) for word in data[name].values)

        days = words("held_law_date")
        return cls(
            words("held_countries"),
            words("held_sectors"),
            data["held_trade"].transpose(*AXES).values.astype(np.float64),
            data["held_tariff"].transpose(*AXES).values.astype(np.float64),
            tuple(date.fromisoformat(day) if day else None for day in days),
            data["held_by_country"].values.astype(np.int64),
            data["held_by_sector"].values.astype(np.int64),
        )
