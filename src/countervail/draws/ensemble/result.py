"""The Ensemble: an answer with its draws, and the range of every figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from countervail import schema
from countervail.draws.ensemble.coverage import coverage_statement
from countervail.draws.sampling import sample_settings
from countervail.errors import InputError
from countervail.figure import Figure, Labels
from countervail.provenance import save_netcdf, to_json
from countervail.quantiles import Range
from countervail.schema.shown import Shown
from countervail.schema.typed import CountryVariables
from countervail.solution import Solution

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

    from countervail.draws.ensemble.job import EnsembleJob
    from countervail.draws.priors import Priors

Array = NDArray[np.float64]

QUANTILES = (0.05, 0.5, 0.95)


@dataclass(frozen=True, eq=False)
class Ensemble(Shown, CountryVariables):
    """The draws of one question, every one certified, beside its point answer.

    Every variable of countries and country-sectors is an attribute that gives a labelled xarray
    DataArray with the draw first; draws without an answer are left out of it, and counted.

    Attributes:
        point: the answer at the values as they stand.
        priors: what is not known, with sources.
        seed: of the draws.
        quantiles: what each draw was made of, [draw, parameter].
        arrays: variables, [draw, ...]; NaN where a draw has no answer.
        figures: what else was read from every draw, by name, [draw, ...]; NaN likewise.
        residual: largest relative residual of each draw; NaN likewise.
        failures: why a draw has no answer, by its number.
        job: how a draw is solved.
    """

    point: Solution
    priors: Priors
    seed: int
    quantiles: Array
    arrays: Mapping[str, Array]
    figures: Mapping[str, Array]
    residual: Array
    failures: Mapping[int, str]
    job: EnsembleJob

    def __len__(self) -> int:
        return len(self.quantiles)

    @cached_property
    def answered(self) -> NDArray[np.bool_]:
        """Which draws have an answer, [draw]."""
        return ~np.isnan(self.residual)

    def range(self, variable: str, **labels: Labels) -> Range:
        """Return a figure with its range: ``ensemble.range("welfare", country="CAN")``.

        Args:
            variable: name of a variable of countries, or of countries and sectors.
            labels: by dimension a label; several to sum over, where the unit is money; or several
                with a weight each.

        Raises:
            InputError: no such variable or label, or a sum that means nothing.
        """
        weight = Figure(self._named(variable), labels).entries(self.point.world)
        values = (self.arrays[variable] * weight).reshape(len(self), -1).sum(axis=1)
        here = float((self.point.arrays[variable] * weight).sum())
        return self.range_of(here, values)

    def range_of(self, value: float, draws: Array, *, drawn: bool = False) -> Range:
        """Return the range of any numbers read from the draws, [draw], NaN where there is none.

        Args:
            value: at the point.
            draws: in each draw.
            drawn: quantiles are numbers of draws, and none between two of them: rates of law.
        """
        there = draws[np.isfinite(draws)]
        if there.size == 0:
            return Range(value, np.nan, np.nan, np.nan)
        if drawn:
            found = np.quantile(there, QUANTILES, method="inverted_cdf")
            return Range(value, *map(float, found))
        return Range(value, *(float(q) for q in quantile(there, QUANTILES)))

    def ranges(self, variable: str) -> Array:
        """Return the quantiles of a variable [quantile, ...]: 5, 50 and 95 per cent."""
        return quantile(self.arrays[self._named(variable)][self.answered], QUANTILES)

    def solution(self, draw: int) -> Solution:
        """Return one draw in full, trade by partner and tariff lines included (solved again).

        Raises:
            CountervailError: the reason why the draw has no answer.
        """
        return self.job.solution(self.quantiles[draw])

    def settings(self) -> dict[str, Any]:
        """Return how the draws were made, JSON-able."""
        priors = {"path": self.priors.path, "hash": self.priors.hash}
        return sample_settings(len(self), int(self.answered.sum()), self.seed, priors)

    def __getattr__(self, name: str) -> xr.DataArray:
        if name in type(self).__dict__:
            object.__getattribute__(self, name)
        if name.startswith("_") or name not in self.arrays:
            raise AttributeError(f"an Ensemble has no '{name}'; it has {', '.join(self.arrays)}")
        return self.dataset[name]

    def __dir__(self) -> list[str]:
        return [*object.__dir__(self), *self.arrays]

    @cached_property
    def dataset(self) -> xr.Dataset:
        """Every variable as a labelled xarray Dataset, the draw first, with how it was made."""
        import xarray as xr

        table = schema.variables()
        data: dict[str, Any] = {
            name: (
                ("draw", *table[name].dims),
                values[self.answered],
                {"units": table[name].unit, "long_name": table[name].meaning},
            )
            for name, values in self.arrays.items()
        }
        data["quantile"] = (("draw", "parameter"), self.quantiles[self.answered])
        world = self.point.world
        coords = {
            "draw": np.flatnonzero(self.answered),
            "country": list(world.countries),
            "sector": list(world.sectors),
            "parameter": list(self.priors.names),
            "residual": ("draw", self.residual[self.answered]),
        }
        attrs = {
            "title": f"Countervail: {self.point.scenario.title}, draws",
            "certified": "true",
            "covers": coverage_statement(self),
            "ensemble": to_json(self.settings()),
            "failures": to_json({str(k): why for k, why in self.failures.items()}),
            "manifest": to_json(self.point.manifest.as_dict()),
        }
        return xr.Dataset(data, coords=coords, attrs=attrs)

    def save(self, path: str | Path) -> Path:
        """Write the dataset to a NetCDF-4 file (``.nc``), whole or not at all.

        Raises:
            FileError: another kind of file.
        """
        return save_netcdf(lambda: self.dataset, path, "an ensemble")

    def _named(self, variable: str) -> str:
        if variable not in self.arrays:
            raise InputError(
                f"an Ensemble keeps no '{variable}' (it keeps {', '.join(self.arrays)}); give "
                "ensemble(read=...) a function that reads it from every draw"
            )
        return variable

    def __repr__(self) -> str:
        return (
            f"<Ensemble {self.point.scenario.name!r}: {int(self.answered.sum())} of {len(self)} "
            f"draws, seed {self.seed}, {len(self.priors.names)} uncertain inputs>"
        )


def quantile(draws: Array, at: Sequence[float]) -> Array:
    """Return quantiles over the first axis.

    At k / (n + 1) stands the k-th draw, so that one more draw lies below it with that probability.
    """
    return np.asarray(np.quantile(draws, at, axis=0, method="weibull"))
