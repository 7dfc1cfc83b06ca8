"""What the modules below it read of a :class:`~countervail.world.world.World`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from countervail.world.accounts import Accounts
from countervail.world.carving.record import Carving
from countervail.world.concordance import Concordance

Array = NDArray[np.float64]


class WorldTable(Protocol):
    """A labelled table of the world economy; every attribute is as the World says it."""

    def __hash__(self) -> int:
        """Return the hash of the value itself: two tables are never one."""

    @property
    def name(self) -> str:
        """Short name."""

    @property
    def year(self) -> int:
        """Base year."""

    @property
    def countries(self) -> tuple[str, ...]:
        """Codes, in the order of every country axis."""

    @property
    def sectors(self) -> tuple[str, ...]:
        """Codes, in the order of every sector axis."""

    @property
    def trade(self) -> Array:
        """Purchases at producer prices, USD million, [exporter, importer, sector]."""

    @property
    def tariff(self) -> Array:
        """Ad valorem rate, [exporter, importer, sector]."""

    @property
    def input_share(self) -> Array:
        """Duty-paid purchases in gross output, [country, input sector, using sector]."""

    @property
    def trade_elasticity(self) -> Array:
        """Theta, [sector]."""

    @property
    def law_date(self) -> tuple[date | None, ...]:
        """The date whose law the tariffs state, by importer."""

    @property
    def made_from(self) -> str:
        """Hash of the table it was made from by moving flows: its own where it was not."""

    @property
    def elasticity_set(self) -> str:
        """Name of the set of elasticities."""

    @property
    def provenance(self) -> Mapping[str, Any]:
        """Sources, licences, notes."""

    @property
    def tariff_quality(self) -> NDArray[np.int8] | None:
        """Code of each tariff cell's quality."""

    @property
    def tariff_source(self) -> NDArray[np.int8] | None:
        """Code of each tariff cell's source."""

    @property
    def concordance(self) -> Concordance | None:
        """The finest table and where its labels went, of a merged or relabelled world."""

    @property
    def carving(self) -> Carving | None:
        """Where the trade of goods was taken from, of a world with goods carved out."""

    @property
    def intermediate_share(self) -> Array | None:
        """Part of each purchase that producers use, as the tables have it."""

    @property
    def accounts(self) -> Accounts:
        """What follows from the primitives."""

    @property
    def holdings(self) -> Concordance:
        """What each label holds, itself where nothing was merged."""

    @property
    def held(self) -> dict[str, tuple[str, ...]]:
        """The finest country and sector codes that each label holds."""

    @property
    def hash(self) -> str:
        """Content hash of labels and primitives."""
