"""The World: one baseline year of the world economy, labelled, closed and frozen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from countervail.errors import WorldError
from countervail.labelled import aligned, names
from countervail.provenance import bits, content_hash, save_netcdf
from countervail.schema.shown import Shown
from countervail.units import EXTREME_RATE, refuse_extreme
from countervail.world import accounts as books
from countervail.world import places
from countervail.world.aggregate import merged
from countervail.world.carving.carve import Elasticity, carved
from countervail.world.carving.record import Carving
from countervail.world.check import WorldFinding, findings, refuse_if_open
from countervail.world.concordance import Concordance
from countervail.world.dataset import primitives, to_dataset
from countervail.world.elasticities import elasticities
from countervail.world.given import (
    arrays_of,
    codes_of,
    describe_freed,
    frozen,
    law_dates,
    refuse_unwritable,
)
from countervail.world.goods import Good, goods_named
from countervail.world.horizon import USUAL, Speed, at_horizon, parents
from countervail.world.uses import inputs_of, parts_of

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class World(Shown):
    """A closed world economy: four primitives, labels, and where they come from.

    Make one with :func:`countervail.open_world`, :func:`countervail.read_world` or
    :meth:`from_arrays`.

    Attributes:
        name: short name.
        year: base year.
        countries: codes, in the order of every country axis (exporters and importers alike).
        sectors: codes, in the order of every sector axis.
        trade: purchases at producer prices, USD million, [exporter, importer, sector].
        tariff: ad valorem rate, [exporter, importer, sector]; zero on the diagonal.
        input_share: duty-paid purchases in gross output, [country, input sector, using sector].
        trade_elasticity: theta, positive, [sector].
        law_date: the date whose law ``tariff`` states, by importer; None where unknown.
        elasticity_set: name of the set of elasticities.
        provenance: sources, licences, notes; JSON-able.
        tariff_quality: optional code of each tariff cell's quality, [exporter, importer, sector].
        tariff_source: optional code of each tariff cell's source, likewise.
        concordance: for a merged or relabelled world, the finest table and where its labels went.
        carving: for a world with goods carved out, where the trade of each was taken from.
        intermediate_share: optional part of each purchase that producers use, as tables have it,
            [exporter, importer, sector]; ``inputs_bought`` makes it close. Only models whose buyers
            are told by use read it (``sourcing=by_use``), and the hash of the world is without it.
    """

    name: str
    year: int
    countries: tuple[str, ...]
    sectors: tuple[str, ...]
    trade: Array
    tariff: Array
    input_share: Array
    trade_elasticity: Array
    law_date: tuple[date | None, ...]
    elasticity_set: str = "given"
    provenance: Mapping[str, Any] = field(default_factory=dict)
    tariff_quality: NDArray[np.int8] | None = None
    tariff_source: NDArray[np.int8] | None = None
    concordance: Concordance | None = None
    carving: Carving | None = None
    intermediate_share: Array | None = None

    @classmethod
    def from_arrays(
        cls,
        *,
        trade: ArrayLike,
        tariff: ArrayLike,
        input_share: ArrayLike,
        trade_elasticity: ArrayLike,
        countries: Sequence[str],
        sectors: Sequence[str],
        name: str = "world",
        year: int = 0,
        law_date: Sequence[date | str | None] | date | str | None = None,
        elasticity_set: str = "given",
        provenance: Mapping[str, Any] | None = None,
        tariff_quality: ArrayLike | None = None,
        tariff_source: ArrayLike | None = None,
        concordance: Concordance | None = None,
        carving: Carving | None = None,
        intermediate_share: ArrayLike | None = None,
        rebalance: bool = False,
        allow_extreme: bool = False,
    ) -> World:
        """Return a World from arrays, or refuse them.

        DataArray, Series and DataFrame are aligned by label, whatever the order of their axes and
        labels; plain arrays are taken by position.

        Args:
            trade: purchases at producer prices, [exporter, importer, sector], any one money unit.
            tariff: ad valorem rates (0.25 is 25 per cent), [exporter, importer, sector].
            input_share: duty-paid inputs in gross output, [country, input sector, using sector].
            trade_elasticity: theta > 0, [sector].
            countries: labels of both country axes.
            sectors: labels of the sector axes.
            name: short name, printed with results.
            year: base year.
            law_date: the date whose law the tariffs state: one date, or one by importer.
            elasticity_set: name of the set of elasticities.
            provenance: sources and notes, JSON-able.
            tariff_quality: integer code by cell.
            tariff_source: integer code by cell.
            concordance: what the labels hold, where that is not what they say (``aggregate``
                keeps it): the law is then placed in the table behind them.
            carving: where goods were carved out of sectors, how (``carve`` keeps it): the law of a
                sector is then placed in its goods.
            intermediate_share: of what the importer buys from the exporter, the part that its
                producers use as inputs (0 to 1), [exporter, importer, sector]; the rest is final
                use. Origins then differ by use in models that tell buyers by it.
            rebalance: scale down inputs that exceed what is bought or leave no value added,
                instead of refusing; what changed is written to ``provenance["rebalance"]``.
            allow_extreme: let in tariffs above 10 (1,000 per cent), instead of refusing them as per
                cent taken for fractions; kept in ``provenance["allow_extreme"]``.

        Raises:
            WorldError: shapes or labels that do not fit, negative or missing values, a table that
                does not close, tariffs above 1,000 per cent; the worst cells are named.
        """
        both = names(countries, "country", WorldError), names(sectors, "sector", WorldError)
        arrays = arrays_of(
            both,
            trade=trade,
            tariff=tariff,
            input_share=input_share,
            trade_elasticity=trade_elasticity,
        )
        notes = dict(provenance or {})
        refuse_unwritable(name, year, elasticity_set, notes)
        if allow_extreme and (arrays["tariff"] > EXTREME_RATE).any():
            notes["allow_extreme"] = True
        if not notes.get("allow_extreme"):
            axes = both[0], both[0], both[1]
            refuse_extreme("tariff", arrays["tariff"], axes, error=WorldError)
        shares = books.trim_rounding(arrays["trade"], arrays["tariff"], arrays["input_share"])
        if rebalance:
            shares, freed = books.rebalance(arrays["trade"], arrays["tariff"], shares)
            notes["rebalance"] = describe_freed(freed, *both)
        arrays["input_share"] = shares
        if concordance is not None:
            concordance.check(*both)
            carving = concordance.carving if carving is None else carving
            concordance = replace(concordance, carving=carving)
        if carving is not None:
            fine = both if concordance is None else (concordance.countries, concordance.sectors)
            carving.check(*fine)
        world = cls(
            name=name,
            year=int(year),
            countries=both[0],
            sectors=both[1],
            law_date=law_dates(law_date, both[0]),
            elasticity_set=elasticity_set,
            provenance=notes,
            tariff_quality=codes_of("tariff_quality", tariff_quality, both),
            tariff_source=codes_of("tariff_source", tariff_source, both),
            concordance=concordance,
            carving=carving,
            intermediate_share=parts_of(intermediate_share, *both),
            **{key: frozen(value) for key, value in arrays.items()},
        )
        refuse_if_open(world)
        return world

    def save(self, path: str | Path) -> Path:
        """Write the World to a NetCDF-4 file (exact round trip), whole or not at all.

        Raises:
            FileError: another kind of file, or one that cannot be written.
        """
        return save_netcdf(lambda: primitives(self), path, "a world")

    def aggregate(
        self,
        countries: Mapping[str, Sequence[str]] | None = None,
        sectors: Mapping[str, Sequence[str]] | None = None,
        name: str | None = None,
    ) -> World:
        """Return the World with countries or sectors merged, every account preserved.

        Args:
            countries: new label -> labels to merge; labels not named stay as they are.
            sectors: likewise.
            name: name of the result.

        Raises:
            InputError: an unknown label, or one that is named twice.
        """
        return World.from_arrays(**merged(self, countries or {}, sectors or {}, name))

    def carve(self, goods: str | Sequence[str | Good], elasticity: Elasticity = "sector") -> World:
        """Return the World with goods carved out of its sectors, each a sector of its own.

        The goods of a sector sum to it cell by cell; what is left of it is the last of them, under
        its code and ``-rest``. A good's technology is its sector's, an assumption. Nothing else
        changes: every account, summed over the goods of a sector, is as it was.

        Args:
            goods: goods of the package by code or name, or goods of your own. One that is a sector
                of the tables (coal, oil and gas, iron and steel) stays it.
            elasticity: trade elasticity of a good: its sector's, or its ``own`` where there is an
                estimate.

        Raises:
            InputError: an unknown good, a good without data, or one whose trade exceeds its cells.
        """
        words = [goods] if isinstance(goods, str) else goods
        named = [one if isinstance(one, Good) else goods_named([one])[0] for one in words]
        arrays = carved(self, named, elasticity)
        return self if arrays is None else World.from_arrays(**arrays)

    def with_elasticity(self, values: ArrayLike, elasticity_set: str) -> World:
        """Return the World with other trade elasticities, [sector]; by label where they have any.

        Raises:
            WorldError: labels that do not match, or values that are not positive.
        """
        theta = frozen(
            aligned(values, ("sector",), (self.sectors,), "trade_elasticity", WorldError)
        )
        if not ((theta > 0) & np.isfinite(theta)).all():
            raise WorldError(f"trade_elasticity needs {len(self.sectors)} positive values")
        return replace(self, trade_elasticity=theta, elasticity_set=elasticity_set)

    def with_elasticity_set(self, name: str) -> World:
        """Return the World with a named set of trade elasticities (``data/elasticities.csv``).

        A good that was carved, and what goods left of a sector, take the value of the sector.

        Raises:
            InputError: no such set, or it lacks a sector of this world.
        """
        return self.with_elasticity(elasticities(name, self.parents), name)

    @cached_property
    def parents(self) -> tuple[str, ...]:
        """The sector that each label is a good or the remainder of; itself where nothing is carved.

        Labels of one sector are its goods: buyers choose among them.
        """
        return parents(self)

    def after(self, years: float, speed: Speed = USUAL) -> World:
        """Return the World as buyers and makers of goods meet it some years after a change.

        Trade elasticities are what they are by then, and makers of named goods have a finite supply
        (``supply_elasticity``). The long run is the World itself. Use it with a model whose goods
        and factors read that, such as ``cv.FirstYear()``.

        Args:
            years: 1, 2, 3, 5 or 10.
            speed: how fast elasticities come to their long run.

        Raises:
            InputError: another number of years, or a world that is of a horizon already.
        """
        theta, note = at_horizon(self, years, speed)
        name = f"{self.elasticity_set} after {years:g} year{'' if years == 1 else 's'}"
        made = self.with_elasticity(theta, name)
        return replace(made, provenance={**self.provenance, "horizon": note})

    @property
    def horizon(self) -> float | None:
        """Years after a change that the World is of; None in the long run."""
        note = self.provenance.get("horizon")
        return None if note is None else float(note["years"])

    @cached_property
    def long_run(self) -> World:
        """The World with the elasticities of the long run; itself where it has no horizon."""
        note = self.provenance.get("horizon")
        if note is None:
            return self
        kept = {key: value for key, value in self.provenance.items() if key != "horizon"}
        there = note["long_run"]
        world = self.with_elasticity(there["theta"], str(there["set"]))
        return replace(world, provenance=kept)

    @property
    def supply_elasticity(self) -> Mapping[str, float]:
        """Elasticity of supply to own price of the goods that have a finite one, by label."""
        return MappingProxyType(dict(self.provenance.get("horizon", {}).get("supply", {})))

    @property
    def supply_by_country(self) -> Array:
        """The same [good, country], in the order of the sectors.

        In a world whose trade was balanced for an answer makers are as they were, and so stand at
        other elasticities, by country (``provenance["horizon"]["supply_by_country"]``).
        """
        stated, size = self.supply_elasticity, len(self.countries)
        by_country = self.provenance.get("horizon", {}).get("supply_by_country", {})
        found = [by_country.get(c, [stated[c]] * size) for c in self.sectors if c in stated]
        return np.array(found, dtype=np.float64).reshape(len(found), size)

    @cached_property
    def accounts(self) -> books.Accounts:
        """Everything that follows from the primitives (docs/theory.md, Baseline)."""
        return books.derive(self.trade, self.tariff, self.input_share)

    @cached_property
    def inputs_bought(self) -> Array:
        """The part of each duty-paid purchase that producers use, [exporter, importer, sector].

        ``intermediate_share`` with the odds of each market scaled so that producers use of it what
        the accounts say (``world/uses.py``).

        Raises:
            InputError: the world does not say what purchases are for.
            WorldError: parts of nothing and of all that leave no room for what producers use.
        """
        return inputs_of(self)

    def check(self) -> list[WorldFinding]:
        """Return what is wrong or doubtful; an empty list for a world in order."""
        return findings(self)

    @cached_property
    def hash(self) -> str:
        """Content hash of labels and primitives, elasticities of supply among them."""
        held = (bits(self.supply_by_country),) if self.supply_elasticity else ()
        return content_hash(self.table_hash.encode(), bits(self.trade_elasticity), *held)

    @cached_property
    def table_hash(self) -> str:
        """Content hash of labels and data, whatever the elasticities: what arrays must fit."""
        text = json.dumps([self.countries, self.sectors, [str(d) for d in self.law_date]])
        arrays = (self.trade, self.tariff, self.input_share)
        held = () if self.concordance is None else (self.concordance.hash().encode(),)
        goods = () if self.carving is None else (self.carving.hash().encode(),)
        return content_hash(text.encode(), *(bits(array) for array in arrays), *held, *goods)

    @cached_property
    def uses_hash(self) -> str:
        """Content hash of what purchases are for (``inputs_bought``), which ``hash`` is without.

        Raises:
            InputError: the world does not say.
        """
        return content_hash(bits(self.inputs_bought))

    @property
    def finest(self) -> World | Concordance:
        """The table the law is placed in: the world itself, or what it was merged from.

        Either has countries, sectors, trade, tariff, law_date and carving.
        """
        return self if self.concordance is None else self.concordance

    @cached_property
    def holdings(self) -> Concordance:
        """What each label holds: as the world was merged, or each label itself."""
        if self.concordance is not None:
            return self.concordance
        return Concordance(
            self.countries,
            self.sectors,
            self.trade,
            self.tariff,
            self.law_date,
            np.arange(len(self.countries)),
            np.arange(len(self.sectors)),
            self.carving,
        )

    @cached_property
    def held(self) -> dict[str, tuple[str, ...]]:
        """The finest country and sector codes that each label holds; itself where not merged."""
        return self.holdings.held(self.countries, self.sectors)

    def holding(self, codes: Iterable[str]) -> tuple[list[int], list[str]]:
        """Return the positions of the countries that hold nothing but these codes, in their order.

        Beside them the codes that none of these countries holds.
        """
        return places.holding(self, codes)

    def showing(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Return the countries that are or hold these codes, each once, in their order."""
        return places.showing(self, codes)

    @property
    def made_from(self) -> str:
        """Hash of the table this world was made from by moving its flows: its own where it was not.

        Arrays made for the one fit the other.
        """
        return str(self.provenance.get("made_from") or self.table_hash)

    @property
    def restored(self) -> tuple[dict[str, Any], ...]:
        """Goods restored that a measure had suppressed, a row each (``world/restored.py``)."""
        return tuple(self.provenance.get("restored", ()))

    @cached_property
    def dataset(self) -> xr.Dataset:
        """The primitives and the accounts as a labelled xarray Dataset."""
        return to_dataset(self)

    def country(self, label: str | int) -> int:
        """Return the position of a country, by label, code or name.

        Raises:
            InputError: it is not in this world; says what it is part of, or the nearest that is.
        """
        return places.country(self, label)

    def sector(self, label: str) -> int:
        """Return the position of a sector, by code or name.

        Raises:
            InputError: it is not in this world; with the nearest one that is.
        """
        return places.sector(self, label)

    def __repr__(self) -> str:
        return (
            f"<World {self.name!r}: {len(self.countries)} countries x {len(self.sectors)} sectors, "
            f"{self.year}, elasticities {self.elasticity_set!r}>"
        )
