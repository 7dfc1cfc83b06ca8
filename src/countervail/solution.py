"""The Solution: a certified equilibrium, labelled, with its worth and its provenance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail import schema
from countervail.certified import CertificateRecord
from countervail.core import welfare as worth
from countervail.core.compare import compare
from countervail.core.model import Baseline, Hats, Model, Outcome
from countervail.errors import InputError, did_you_mean
from countervail.figure import Figure, Labels
from countervail.limits import QuotaResult
from countervail.provenance import Manifest, save_netcdf, to_json
from countervail.scenario import Resolved, Scenario
from countervail.schema.shown import Shown
from countervail.schema.typed import SolutionVariables
from countervail.world import World

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr


Array = NDArray[np.float64]


class LineFlows(NamedTuple):
    """Every tariff line in both states; arrays [line].

    Attributes:
        trade, trade_new: at producer prices, USD million.
        tariff, tariff_new: whole rate of the line, levied on its value at the border; above a
            quota, what is collected on average.
        export_tax, export_tax_new: rate of its cell, levied by the exporter.
        price_hat: duty-paid price of the line's seller; NaN where a ban stands in either state.
        banned, banned_new: whether a ban stands.
        at_home: rate of the first state with the rents of licences that stay with the importer.
    """

    trade: Array
    trade_new: Array
    tariff: Array
    tariff_new: Array
    export_tax: Array
    export_tax_new: Array
    price_hat: Array
    banned: NDArray[np.bool_]
    banned_new: NDArray[np.bool_]
    at_home: Array

    @property
    def border(self) -> Array:
        """Trade at the border, export taxes included, in the first state."""
        return self.trade * (1.0 + self.export_tax)

    @property
    def border_new(self) -> Array:
        """Trade at the border, export taxes included, in the second state."""
        return self.trade_new * (1.0 + self.export_tax_new)


@dataclass(frozen=True, eq=False)
class Solution(Shown, SolutionVariables):
    """The second state of law relative to the first; every figure certified.

    Every variable of ``variables`` is an attribute that gives a labelled xarray DataArray:
    ``solution.welfare`` has dims (country,) and is in per cent. ``arrays`` holds the same as plain
    arrays. Names without suffix are the first state, ``_new`` the second, ``_hat`` their ratio.

    Attributes:
        world: the world both states were solved from.
        scenario: the question.
        model: the model, with its closure.
        resolved: the scenario as placed in the world: lines, measures, notes.
        arrays: every variable as a plain array.
        lines: tariff lines in both states, or None.
        certificate: what was verified.
        hats: wages, prices and expenditure of both states over the world's, in logs (core's axes).
        observed: the world as given; ``world`` is the same but where goods were restored
            (``Scenario.base_world``) or trade was balanced first.
        quotas: what is found of the quotas that are priced.
    """

    world: World
    scenario: Scenario
    model: Model
    resolved: Resolved
    arrays: Mapping[str, Array]
    lines: LineFlows | None
    certificate: CertificateRecord
    hats: tuple[Hats, Hats]
    observed: World
    quotas: tuple[QuotaResult, ...] = ()

    @classmethod
    def between(
        cls,
        *,
        world: World,
        scenario: Scenario,
        model: Model,
        resolved: Resolved,
        before: Outcome,
        after: Outcome,
        labour_hat: Array,
        base: Baseline,
        lines: LineFlows | None,
        tariffs: worth.Levied,
        export_taxes: worth.Levied | None,
        certificate: CertificateRecord,
        hats: tuple[Hats, Hats],
        observed: World,
        quotas: tuple[QuotaResult, ...] = (),
    ) -> Solution:
        """Return the comparison of two solved states (arrays of the core, sector first)."""
        books = compare(model, base, before, after, labour_hat)
        terms = worth.terms_of_trade(before.border, tariffs.price_hat, before.income)
        volume = worth.volume_of_trade(tariffs, export_taxes, before.income)
        cubes = {
            "trade": before.trade,
            "trade_new": after.trade,
            "border_trade": before.border,
            "border_trade_new": after.border,
            "trade_share": before.trade_share,
            "trade_share_new": after.trade_share,
        }
        arrays = {
            **{name: cube.transpose(2, 1, 0) for name, cube in cubes.items()},
            **{name: np.asarray(values).T for name, values in books.items()},
            "terms_of_trade": 100.0 * terms,
            "volume_of_trade": 100.0 * volume,
        }
        own = world, scenario, model, resolved, arrays, lines, certificate, hats, observed
        return cls(*own, quotas)

    def __getattr__(self, name: str) -> xr.DataArray:
        # a property that fails inside with an AttributeError also arrives here: let it be seen
        if name in type(self).__dict__:
            object.__getattribute__(self, name)
        known = (*self.arrays, *self._line_arrays())
        if name.startswith("_") or name not in known:
            raise AttributeError(f"a Solution has no '{name}'; it has {', '.join(known)}")
        return self.dataset[name]

    def __dir__(self) -> list[str]:
        return [*object.__dir__(self), *self.arrays, *self._line_arrays()]

    @cached_property
    def dataset(self) -> xr.Dataset:
        """Every variable as a labelled xarray Dataset, with units, meanings and the manifest."""
        import xarray as xr

        table = schema.variables()
        data = {
            name: (
                table[name].dims,
                values,
                {"units": table[name].unit, "long_name": table[name].meaning},
            )
            for name, values in {**self.arrays, **self._line_arrays()}.items()
        }
        countries = list(self.world.countries)
        coords = {
            "country": countries,
            "exporter": countries,
            "importer": countries,
            "sector": list(self.world.sectors),
            **self._line_labels(),
        }
        attrs = {
            "title": f"Countervail: {self.scenario.title}",
            "certified": "true",
            "residual": self.certificate.residual,
            "effect": self.certificate.effect,
            "manifest": to_json(self.manifest.as_dict()),
        }
        return xr.Dataset(data, coords=coords, attrs=attrs)

    def _line_arrays(self) -> dict[str, Array]:
        """Return the tariff lines' variables, [line]; none where the question has no lines."""
        flows, table = self.lines, self.resolved.lines
        if flows is None or table is None:
            return {}
        return {
            "line_weight": table.weight,
            "line_tariff": flows.tariff,
            "line_tariff_new": flows.tariff_new,
            "line_trade": flows.trade,
            "line_trade_new": flows.trade_new,
            "line_price_hat": flows.price_hat,
        }

    def _line_labels(self) -> dict[str, Any]:
        """Return what each line is: its cell, its goods, and the measures that name it."""
        table = self.resolved.lines
        if self.lines is None or table is None:
            return {}
        countries, sectors = self.world.countries, self.world.sectors
        groups = [" ".join(sorted(f"{m}:{p}" for m, p in held)) for held in table.members]
        return {
            "line_exporter": ("line", [countries[i] for i in table.exporter]),
            "line_importer": ("line", [countries[n] for n in table.importer]),
            "line_sector": ("line", [sectors[j] for j in table.sector]),
            "line_name": ("line", list(table.names)),
            "line_groups": ("line", groups),
        }

    def figure(self, variable: str, **labels: Labels) -> Reading:
        """Return one number of the solution: ``solution.figure("welfare", country="CAN")``.

        Args:
            variable: name of a variable.
            labels: by dimension a label; several to sum over, where the unit is money; or several
                with a weight each (``country={"CAN": 0.5, "USA": 0.5}``). Money is summed over a
                dimension left out, sales at home included.

        Raises:
            InputError: no such variable, dimension or label; or a sum that means nothing.
        """
        return Reading(Figure(variable, labels), self)

    @property
    def manifest(self) -> Manifest:
        """Everything needed to make these figures again."""
        ledger, horizon = self.scenario.ledger, self.world.horizon
        return Manifest(
            world={"name": self.world.name, "hash": self.world.hash},
            ledger=None if ledger is None else {"hash": ledger.hash},
            settings={
                "scenario": self.scenario.settings(),
                "model": self.model.settings(),
                "elasticities": self.world.elasticity_set,
                **({} if horizon is None else {"horizon": horizon}),
                **({} if self.model.uses is None else {"uses": self.world.uses_hash}),
            },
            numpy=np.__version__,
        )

    def save(self, path: str | Path) -> Path:
        """Write the dataset to a NetCDF-4 file (``.nc``), whole or not at all.

        Raises:
            FileError: another kind of file.
        """
        return save_netcdf(lambda: self.dataset, path, "a solution")

    def __repr__(self) -> str:
        c = self.certificate
        partial = f", {self.resolved.partial}" if self.resolved.partial else ""
        years = self.world.horizon
        after = "" if years is None else f" after {years:g} year{'' if years == 1 else 's'}"
        return (
            f"<Solution {self.scenario.name!r}{after}: certified, residual {c.residual:.1e}, "
            f"effect {c.effect:.1e}, {c.sweeps} sweeps ({c.rung}){partial}>"
        )


@dataclass(frozen=True, eq=False)
class Reading:
    """A figure of one solution.

    Attributes:
        figure: which number.
        solution: of which solution.

    Raises:
        InputError: no such variable, dimension or label; or a sum that means nothing.
    """

    figure: Figure
    solution: Solution

    def __post_init__(self) -> None:
        name, known = self.figure.variable, self.solution.arrays
        if name.startswith("line_"):
            raise InputError(f"{name}: figures are of countries, sectors and pairs, not of lines")
        if name not in known:
            raise InputError(f"a solution has no variable '{name}'{did_you_mean(name, known)}")
        self.figure.entries(self.solution.world)

    @property
    def value(self) -> float:
        """The number, in the variable's unit."""
        values = self.solution.arrays[self.figure.variable]
        return float((self.figure.entries(self.solution.world) * values).sum())

    @property
    def unit(self) -> str:
        """Its unit."""
        return schema.variables()[self.figure.variable].unit

    def __repr__(self) -> str:
        return f"<{self.figure.name} = {self.value:.6g} {self.unit}>"
