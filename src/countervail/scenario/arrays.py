"""Changes given as arrays: read by label or by position, and refused where they do not fit."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import ArrayLike, NDArray

from countervail.errors import InputError
from countervail.labelled import aligned
from countervail.scenario.states import StateShock
from countervail.units import refuse_extreme
from countervail.world import World

Array = NDArray[np.float64]


def state_of(
    world: World,
    *,
    tariff: ArrayLike | None,
    iceberg_hat: ArrayLike | None,
    export_tax: ArrayLike | None,
    productivity_hat: ArrayLike | None,
    labour_hat: ArrayLike | None,
    transfer: ArrayLike | None,
    allow_extreme: bool,
) -> StateShock:
    """Return a state made by hand, every array as ``Scenario.from_arrays`` takes it.

    Raises:
        InputError: an array that does not fit the world, or rates above 1,000 per cent.
    """
    cells, producers = ("exporter", "importer", "sector"), ("country", "sector")
    array = partial(_array, world)
    change = StateShock(
        tariff_new=array("tariff", tariff, cells, above=-1.0),
        iceberg_hat=array("iceberg_hat", iceberg_hat, cells, above=0.0, infinite=True),
        export_tax=array("export_tax", export_tax, cells, above=-1.0),
        productivity_hat=array("productivity_hat", productivity_hat, producers, above=0.0),
        labour_hat=array("labour_hat", labour_hat, ("country",), above=0.0),
        transfer=array("transfer", transfer, ("country",)),
    )
    if not allow_extreme:
        axes = world.countries, world.countries, world.sectors
        if change.tariff_new is not None:
            refuse_extreme("tariff", change.tariff_new, axes, known=world.tariff)
        if change.export_tax is not None:
            refuse_extreme("export_tax", change.export_tax, axes)
    _refuse_at_home("tariff", change.tariff_new, world)
    _refuse_at_home("export_tax", change.export_tax, world)
    if change.transfer is not None:
        gap, size = abs(change.transfer.sum()), np.abs(change.transfer).max()
        if gap > 1e-9 * size:
            raise InputError("transfer must sum to zero: what one receives another pays")
    return change


def _refuse_at_home(name: str, rates: Array | None, world: World) -> None:
    """Raise where a tax on trade between countries is laid on what a country sells to itself.

    Raises:
        InputError: the tax, and the first such country and sector.
    """
    if rates is None:
        return
    at_home = np.einsum("iij->ij", rates)
    if at_home.any():
        i, j = np.argwhere(at_home)[0]
        raise InputError(
            f"{name} is not zero on the diagonal: domestic trade bears no {name.replace('_', ' ')} "
            f"(set {name}[i, i, :] to 0; {world.countries[i]} has {at_home[i, j]:g} in "
            f"{world.sectors[j]})"
        )


def _array(
    world: World,
    name: str,
    values: ArrayLike | None,
    dims: tuple[str, ...],
    above: float | None = None,
    infinite: bool = False,
) -> Array | None:
    if values is None:
        return None
    labels = [world.sectors if dim == "sector" else world.countries for dim in dims]
    array: Array = aligned(values, dims, labels, name)
    if np.isnan(array).any() or (not infinite and np.isinf(array).any()):
        raise InputError(f"{name} holds values that are not finite")
    if above is not None and not (array > above).all():
        raise InputError(f"{name} must be above {above:g} everywhere")
    return array
