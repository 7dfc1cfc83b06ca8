"""The slots of an economy, as what reads its equations sees them."""

from __future__ import annotations

from typing import Protocol

from countervail.core.choices.closure import Closure
from countervail.core.choices.demand import Demand
from countervail.core.choices.factors import Factors
from countervail.core.choices.no_quotas import Quotas
from countervail.core.choices.one_good import SectorGoods
from countervail.core.choices.perfect import Competition
from countervail.core.choices.sourcing import CesSourcing
from countervail.core.choices.technology import Technology


class Choices(Protocol):
    """One choice a slot; each writes its equations a second time for the certificate."""

    @property
    def sourcing(self) -> CesSourcing:
        """Where goods are bought."""

    @property
    def goods(self) -> SectorGoods:
        """What a sector is."""

    @property
    def technology(self) -> Technology:
        """What goods are made of."""

    @property
    def factors(self) -> Factors:
        """Who makes them, for how much."""

    @property
    def competition(self) -> Competition:
        """What sellers ask beyond cost."""

    @property
    def demand(self) -> Demand:
        """What households buy."""

    @property
    def closure(self) -> Closure:
        """What countries borrow."""

    @property
    def quotas(self) -> Quotas:
        """How quantities are limited."""
