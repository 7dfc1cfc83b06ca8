"""An answer of ``run`` with its draws, as it was kept in a folder or as it has just been given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from countervail.draws.ensemble import Ensemble
from countervail.errors import FileError
from countervail.provenance import from_json

Array = NDArray[np.float64]

ANSWER, DRAWS = "result.json", "ensemble.nc"
"""Files of a folder written by ``run --out``."""


@dataclass(frozen=True, eq=False)
class KeptDraws:
    """The draws of an answer that have one.

    Attributes:
        number: of each draw, [draw].
        parameters: names of what was uncertain.
        quantiles: what each draw was made of, [draw, parameter].
        arrays: variables of countries, [draw, country].
    """

    number: NDArray[np.int64]
    parameters: tuple[str, ...]
    quantiles: Array
    arrays: Mapping[str, Array]

    @classmethod
    def of(cls, ensemble: Ensemble) -> KeptDraws:
        """Return the draws of an ensemble."""
        there = ensemble.answered
        countries = len(ensemble.point.world.countries)
        return cls(
            np.flatnonzero(there),
            tuple(ensemble.priors.names),
            ensemble.quantiles[there],
            {
                name: values[there]
                for name, values in ensemble.arrays.items()
                if values.shape[1:] == (countries,)
            },
        )

    @classmethod
    def read(cls, path: Path) -> KeptDraws:
        """Return the draws of a file.

        Raises:
            FileError: it is no file of draws.
        """
        import xarray as xr

        try:
            with xr.open_dataset(path, engine="h5netcdf") as held:
                found = held.load()
            return cls(
                found["draw"].values.astype(np.int64),
                tuple(map(str, found["parameter"].values)),
                np.asarray(found["quantile"].values, dtype=np.float64),
                {
                    str(name): np.asarray(one.values, dtype=np.float64)
                    for name, one in found.data_vars.items()
                    if one.dims == ("draw", "country")
                },
            )
        except (OSError, KeyError, ValueError) as error:
            raise FileError(
                "holds no draws of `countervail run --out`: answer the question again", path
            ) from error


@dataclass(frozen=True, eq=False)
class KeptRun:
    """An answer.

    Attributes:
        name: how it was asked for: a folder, or a question.
        data: its JSON object.
        draws: its draws; None where there are none.
    """

    name: str
    data: Mapping[str, Any]
    draws: KeptDraws | None

    @classmethod
    def read(cls, folder: str | Path) -> KeptRun:
        """Return the answer in a folder.

        Raises:
            FileError: the folder holds none of ``run``, or one of an earlier version.
        """
        target = Path(folder)
        path = target / ANSWER
        if not path.is_file():
            raise FileError(f"holds no {ANSWER}: a folder is written by `run --out`", target)
        try:
            data = from_json(path.read_text("utf-8"))
            whole = {"scenario", "world", "countries", "certificate", "manifest"} <= data.keys()
        except (OSError, ValueError, AttributeError) as error:
            raise FileError("is no answer of `countervail run`", path) from error
        if not whole:
            raise FileError("is no answer of `countervail run`", path)
        if "table" not in data["world"]:
            raise FileError("is of an earlier version: answer the question again", path)
        draws = None
        if data.get("ranges") is not None:
            draws = KeptDraws.read(target / DRAWS)
        return cls(str(folder), data, draws)
