"""The Swept: the answers of a sweep, point by point, with their ranges where they were drawn."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail import schema
from countervail.draws.ensemble.result import QUANTILES
from countervail.draws.sweep.grid import Grid
from countervail.errors import InputError, did_you_mean
from countervail.provenance import save_netcdf, to_json
from countervail.quantiles import Range
from countervail.solution import Solution
from countervail.version import __version__

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]


class SweepRanges(NamedTuple):
    """The ranges of a sweep.

    Attributes:
        draws: asked for at every point.
        seed: of the draws.
        priors: path and hash of what is declared uncertain.
        ranges: by variable its quantiles, [quantile, point, country]; NaN where there are none.
        answered: draws with an answer, [point].
        residual: the largest of all draws.
        failures: by point, why draws have no answer, by their number.
    """

    draws: int
    seed: int
    priors: Mapping[str, str]
    ranges: Mapping[str, Array]
    answered: NDArray[np.intp]
    residual: float
    failures: Mapping[int, Mapping[int, str]]

    def settings(self) -> dict[str, Any]:
        """Return how the draws were made, JSON-able."""
        return {
            "draws": self.draws,
            "seed": self.seed,
            "sample": "scrambled Sobol sequence, the same seed at every point",
            "priors": dict(self.priors),
        }


@dataclass(frozen=True, eq=False)
class Swept:
    """The answers of a sweep; every figure certified.

    Attributes:
        grid: the points.
        arrays: variables reported, [point, country]; NaN where a point has no answer.
        residual: largest relative residual of any equation, [point]; NaN likewise.
        failures: why a point has no answer, by its number.
        drawn: ranges, where draws were asked for.
        not_placed: by point, what is left out of it, or why it was refused, in words.
    """

    grid: Grid
    arrays: Mapping[str, Array]
    residual: Array
    failures: Mapping[int, str]
    drawn: SweepRanges | None = None
    not_placed: Mapping[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.grid)

    def value(self, point: int, variable: str, country: str) -> float:
        """Return one figure of a point; NaN where it has no answer.

        Raises:
            InputError: a variable or country that is not reported.
        """
        return float(self.arrays[self._variable(variable)][point, self._country(country)])

    def range(self, point: int, variable: str, country: str) -> Range:
        """Return one figure of a point with its range.

        Raises:
            InputError: a variable or country that is not reported; or nothing was drawn.
        """
        if self.drawn is None:
            raise InputError("nothing was drawn: sweep(..., draws=200) gives ranges")
        value = self.value(point, variable, country)
        quantiles = self.drawn.ranges[variable][:, point, self._country(country)]
        return Range(value, *map(float, quantiles))

    def solution(self, point: int) -> Solution:
        """Return the answer of a point in full, tariff lines and trade included (solved again).

        Raises:
            CountervailError: the reason why the point has no answer.
        """
        return self.grid.solve(point)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield every figure as a tidy row: where its point lies, what it is, and its certificate.

        A point without an answer has a row with its reason, and no figure.
        """
        for point in range(len(self)):
            at: dict[str, Any] = dict(self.grid.labels(point))
            reason = self.failures.get(point)
            kept = {
                "certified": reason is None,
                "residual": None if reason is not None else float(self.residual[point]),
                "reason": reason,
            }
            for country in self.grid.countries:
                for variable in self.grid.variables:
                    figure = self._figure(point, variable, country)
                    yield {**at, "country": country, "variable": variable, **figure, **kept}

    def _figure(self, point: int, variable: str, country: str) -> dict[str, Any]:
        """Return a figure with its unit, and its range where there are ranges."""
        unit = schema.variables()[variable].unit
        if self.drawn is None:
            return {"value": number(self.value(point, variable, country)), "unit": unit}
        known = self.range(point, variable, country).as_dict()
        return {"value": known.pop("value"), "unit": unit, **known}

    @cached_property
    def dataset(self) -> xr.Dataset:
        """Every variable as a labelled xarray Dataset; its dims are the axes, and the country."""
        import xarray as xr

        table, axes = schema.variables(), self.grid.axes
        data: dict[str, Any] = {}
        for name, values in self.arrays.items():
            about = {"units": table[name].unit, "long_name": table[name].meaning}
            data[name] = ((*axes, "country"), self._on_axes(values), about)
            if self.drawn is not None:
                dims = ("quantile", *axes, "country")
                quantiles = self.drawn.ranges[name]
                shape = (len(quantiles), *self.grid.shape, -1)
                data[f"{name}_range"] = (dims, quantiles.reshape(shape), about)
        data["residual"] = (tuple(axes), self.residual.reshape(self.grid.shape))
        coords: dict[str, Any] = {name: list(values) for name, values in axes.items()}
        coords["country"] = list(self.grid.countries)
        if self.drawn is not None:
            coords["quantile"] = list(QUANTILES)
        attrs = {
            "title": f"Countervail: {self.grid.asked[0].title}, {len(self)} points",
            "certified": "true",  # a point that is not has NaN, and its reason in failures
            "failures": to_json({str(k): why for k, why in self.failures.items()}),
            "manifest": to_json(self.manifest),
        }
        return xr.Dataset(data, coords=coords, attrs=attrs)

    def _on_axes(self, values: Array) -> Array:
        return values.reshape(*self.grid.shape, -1)

    @property
    def manifest(self) -> dict[str, Any]:
        """Everything needed to make these figures again, JSON-able."""
        return {
            "countervail": __version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "sweep": self.grid.settings(),
            "draws": None if self.drawn is None else self.drawn.settings(),
        }

    def save(self, path: str | Path) -> Path:
        """Write the dataset to a NetCDF-4 file (``.nc``), whole or not at all.

        Raises:
            FileError: another kind of file.
        """
        return save_netcdf(lambda: self.dataset, path, "a sweep")

    def _variable(self, name: str) -> str:
        if name not in self.arrays:
            raise InputError(
                f"the sweep does not report '{name}'{did_you_mean(name, self.arrays)} (it reports "
                f"{', '.join(self.arrays)}; ask for others with variables=)"
            )
        return name

    def _country(self, code: str) -> int:
        reported = self.grid.countries
        if code not in reported:
            raise InputError(
                f"the sweep does not report '{code}'{did_you_mean(code, reported)} (it reports "
                f"{', '.join(reported)}; ask for others with countries=)"
            )
        return reported.index(code)

    def __repr__(self) -> str:
        axes = " x ".join(f"{len(values)} {name}" for name, values in self.grid.axes.items())
        return (
            f"<Swept {self.grid.name!r}: {len(self)} points ({axes}), {len(self.failures)} "
            f"without an answer, residual {np.nanmax(self.residual, initial=0.0):.1e}>"
        )


def number(value: float) -> float | None:
    """Return a number that JSON has; what there is none of is null."""
    return value if np.isfinite(value) else None
