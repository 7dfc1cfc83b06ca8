"""The Scenario: a question, as two states of law on one base world, or as changes made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from countervail.errors import InputError

if TYPE_CHECKING:
    from countervail.ledger import Ledger
    from countervail.ledger.lines import Lines
    from countervail.world import World

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class StateShock:
    """One state relative to the base world; None is no change. Axes as in World.

    Attributes:
        tariff_new: rates, [exporter, importer, sector].
        iceberg_hat: ratio, infinite for a ban, [exporter, importer, sector].
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


@dataclass(frozen=True, eq=False)
class Resolved:
    """A scenario placed in a world: both states, the lines they act on, and all that must be said."""

    before: StateShock
    after: StateShock
    lines: Lines | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Scenario:
    """A question. Build one with ``between``, ``from_file``, ``from_arrays`` or open a preset."""

    name: str
    title: str
    ledger: Ledger | None = None
    by_hand: StateShock | None = None
    world_hash: str | None = None
    _extra: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_arrays(
        cls,
        world: World,
        *,
        tariff: ArrayLike | None = None,
        iceberg_hat: ArrayLike | None = None,
        productivity_hat: ArrayLike | None = None,
        labour_hat: ArrayLike | None = None,
        transfer: ArrayLike | None = None,
        lines: Lines | None = None,
        line_tariff: ArrayLike | None = None,
        line_iceberg_hat: ArrayLike | None = None,
        name: str = "by hand",
        title: str = "Changes made by hand",
    ) -> Scenario:
        """Return changes to a world made by hand; the first state is the world itself."""
        n, j = len(world.countries), len(world.sectors)
        cube = (n, n, j)
        change = StateShock(
            tariff_new=_array("tariff", tariff, cube, above=-1.0),
            iceberg_hat=_array("iceberg_hat", iceberg_hat, cube, above=0.0, infinite=True),
            productivity_hat=_array("productivity_hat", productivity_hat, (n, j), above=0.0),
            labour_hat=_array("labour_hat", labour_hat, (n,), above=0.0),
            transfer=_array("transfer", transfer, (n,)),
        )
        if change.transfer is not None and abs(change.transfer.sum()) > 1e-9 * max(
            1.0, np.abs(change.transfer).max()
        ):
            raise InputError("transfer must sum to zero: what one receives another pays")
        return cls(name, title, by_hand=change, world_hash=world.hash)

    def resolve(self, world: World) -> Resolved:
        """Return both states as arrays of this world."""
        assert self.by_hand is not None
        return Resolved(StateShock(), self.by_hand)

    def settings(self) -> dict[str, Any]:
        """Return what defines the scenario, JSON-able."""
        return {"name": self.name}


def _array(
    name: str,
    values: ArrayLike | None,
    shape: tuple[int, ...],
    above: float | None = None,
    infinite: bool = False,
) -> Array | None:
    if values is None:
        return None
    array = np.array(values, dtype=np.float64)
    if array.shape != shape:
        raise InputError(f"{name} has shape {array.shape}; this world needs {shape}")
    if np.isnan(array).any() or (not infinite and np.isinf(array).any()):
        raise InputError(f"{name} holds values that are not finite")
    if above is not None and not (array > above).all():
        raise InputError(f"{name} must be above {above:g} everywhere")
    return array


_ = date
