"""The Solution: a certified equilibrium, labelled, with its worth and its provenance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail import schema
from countervail.core import welfare as worth
from countervail.core.model import Model, Outcome
from countervail.provenance import Manifest, netcdf, undisturbed, whole_file
from countervail.scenario import Resolved, Scenario
from countervail.world import World

if TYPE_CHECKING:
    from pathlib import Path

    import xarray as xr

Array = NDArray[np.float64]


class CertificateRecord(NamedTuple):
    """What was verified: the worse of the two states of law.

    Attributes:
        residual: largest relative residual of any equation, by the independent check.
        effect: largest |ln hat| of wages, prices and expenditure, second state over first.
        sweeps: evaluations of the map, both states.
        rung: the method that was needed (the sturdiest of the two).
        blocks: residual by block of equations.
        worst_block, worst_country, worst_sector: where the largest residual stands.
    """

    residual: float
    effect: float
    sweeps: int
    rung: str
    blocks: Mapping[str, float]
    worst_block: str
    worst_country: str
    worst_sector: str | None


class LineFlows(NamedTuple):
    """Every tariff line in both states; arrays [line].

    Attributes:
        trade, trade_new: at producer prices, USD million.
        tariff, tariff_new: whole rate of the line.
        price_hat: duty-paid price of the line's seller; NaN where a ban stands in either state.
        banned, banned_new: whether a ban stands.
    """

    trade: Array
    trade_new: Array
    tariff: Array
    tariff_new: Array
    price_hat: Array
    banned: NDArray[np.bool_]
    banned_new: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Solution:
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
    """

    world: World
    scenario: Scenario
    model: Model
    resolved: Resolved
    arrays: Mapping[str, Array]
    lines: LineFlows | None
    certificate: CertificateRecord

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
        final_share: Array,
        lines: LineFlows | None,
        duties: tuple[Array, Array],
        certificate: CertificateRecord,
    ) -> Solution:
        """Return the comparison of two solved states (arrays of the core, sector first)."""
        income_hat = after.income / before.income
        price_hat = after.price_hat / before.price_hat
        cost_hat = after.cost_hat / before.cost_hat
        wage_hat = after.wage_hat / before.wage_hat
        consumption = worth.consumption_price(price_hat, final_share)
        exact = worth.exact_welfare(income_hat / labour_hat, price_hat, final_share)
        exports, imports = _abroad(before.trade)
        exports_new, imports_new = _abroad(after.trade)
        percent = {
            "welfare": exact - 1.0,
            "real_wage": wage_hat / consumption - 1.0,
            "terms_of_trade": worth.terms_of_trade(before.trade, cost_hat, before.income),
            "volume_of_trade": worth.volume_of_trade(*duties, cost_hat, before.income),
            "exports_change": _ratio(exports_new, exports) - 1.0,
            "imports_change": _ratio(imports_new, imports) - 1.0,
            "revenue_change": (after.revenue - before.revenue) / before.income,
        }
        arrays = {
            "trade": before.trade.transpose(2, 1, 0),
            "trade_share": before.trade_share.transpose(2, 1, 0),
            "expenditure": before.expenditure.T,
            "gross_output": before.gross_output.T,
            "revenue": before.revenue,
            "income": before.income,
            "deficit": before.deficit,
            "wage_hat": wage_hat,
            "cost_hat": cost_hat.T,
            "price_index_hat": price_hat.T,
            "trade_new": after.trade.transpose(2, 1, 0),
            "trade_share_new": after.trade_share.transpose(2, 1, 0),
            "expenditure_new": after.expenditure.T,
            "gross_output_new": after.gross_output.T,
            "income_new": after.income,
            "revenue_new": after.revenue,
            "deficit_new": after.deficit,
            **{name: 100.0 * values for name, values in percent.items()},
        }
        return cls(world, scenario, model, resolved, arrays, lines, certificate)

    def __getattr__(self, name: str) -> xr.DataArray:
        # a property that fails inside with an AttributeError also arrives here: let it be seen
        if name in type(self).__dict__:
            object.__getattribute__(self, name)
        known = (*self.arrays, *self._line_arrays())
        if name.startswith("_") or name not in known:
            raise AttributeError(f"a Solution has no '{name}'; it has {', '.join(known)}")
        return self.dataset[name]

    @cached_property
    def dataset(self) -> xr.Dataset:
        """Every variable as a labelled xarray Dataset, with units, meanings and the manifest."""
        import xarray as xr

        from countervail.provenance import to_json

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

    @property
    def manifest(self) -> Manifest:
        """Everything needed to make these figures again."""
        ledger = self.scenario.ledger
        return Manifest(
            world={"name": self.world.name, "hash": self.world.hash},
            ledger=None if ledger is None else {"hash": ledger.hash},
            settings={
                "scenario": self.scenario.settings(),
                "model": self.model.settings(),
                "elasticities": self.world.elasticity_set,
            },
            numpy=np.__version__,
        )

    def save(self, path: str | Path) -> Path:
        """Write the dataset to a NetCDF-4 file (``.nc``), whole or not at all.

        Raises:
            FileError: another kind of file.
        """
        from pathlib import Path

        from countervail.errors import FileError

        target = Path(path)
        if target.suffix != ".nc":
            raise FileError("a solution is saved as .nc (NetCDF-4)", target)
        with undisturbed():
            content = netcdf(self.dataset)
        with whole_file(target) as part:
            part.write_bytes(content)
        return target

    def __repr__(self) -> str:
        c = self.certificate
        return (
            f"<Solution {self.scenario.name!r}: certified, residual {c.residual:.1e}, "
            f"effect {c.effect:.1e}, {c.sweeps} sweeps ({c.rung})>"
        )


def _abroad(trade: Array) -> tuple[Array, Array]:
    """Return exports and imports by country, [n], domestic sales left out (trade is [j, n, i])."""
    cross = trade.sum(axis=0)
    np.fill_diagonal(cross, 0.0)
    return cross.sum(axis=0), cross.sum(axis=1)


def _ratio(new: Array, old: Array) -> Array:
    return np.divide(new, old, out=np.ones_like(new), where=old > 0)
