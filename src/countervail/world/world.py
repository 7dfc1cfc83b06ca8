"""The World: one baseline year of the world economy, labelled, closed and frozen."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from countervail import labels, schema
from countervail.clock import as_date
from countervail.errors import InputError, WorldError, did_you_mean
from countervail.labelled import aligned, names
from countervail.provenance import bits, content_hash, to_json
from countervail.text.characters import one_line
from countervail.units import EXTREME, refuse_extreme
from countervail.world import accounts as books
from countervail.world.check import Finding, findings, refuse_if_open
from countervail.world.concordance import Concordance

if TYPE_CHECKING:
    import xarray as xr

Array = NDArray[np.float64]
REST = "ROW"
"""The label of every country that a world does not list, where it has one."""

Labels = tuple[tuple[str, ...], tuple[str, ...]]
"""Countries and sectors."""


@dataclass(frozen=True, eq=False)
class World:
    """A closed world economy: four primitives, labels, and where they come from.

    Build one with :func:`countervail.open_world`, :meth:`from_arrays` or :meth:`from_file`.

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
            rebalance: scale down inputs that exceed what is bought or leave no value added,
                instead of refusing; what changed is written to ``provenance["rebalance"]``.
            allow_extreme: let in tariffs above 10 (1,000 per cent), instead of refusing them as per
                cent taken for fractions; kept in ``provenance["allow_extreme"]``.

        Raises:
            WorldError: shapes or labels that do not fit, negative or missing values, a table that
                does not close, tariffs above 1,000 per cent; the worst cells are named.
        """
        both = names(countries, "country", WorldError), names(sectors, "sector", WorldError)
        arrays = _as_arrays(
            both,
            trade=trade,
            tariff=tariff,
            input_share=input_share,
            trade_elasticity=trade_elasticity,
        )
        notes = dict(provenance or {})
        _refuse_unwritable(name, year, elasticity_set, notes)
        if allow_extreme and (arrays["tariff"] > EXTREME).any():
            notes["allow_extreme"] = True
        if not notes.get("allow_extreme"):
            axes = both[0], both[0], both[1]
            refuse_extreme("tariff", arrays["tariff"], axes, error=WorldError)
        shares = books.trim_rounding(arrays["trade"], arrays["tariff"], arrays["input_share"])
        if rebalance:
            shares, freed = books.rebalance(arrays["trade"], arrays["tariff"], shares)
            notes["rebalance"] = _describe_freed(freed, *both)
        arrays["input_share"] = shares
        if concordance is not None:
            concordance.check(*both)
        world = cls(
            name=name,
            year=int(year),
            countries=both[0],
            sectors=both[1],
            law_date=_dates(law_date, both[0]),
            elasticity_set=elasticity_set,
            provenance=notes,
            tariff_quality=_codes("tariff_quality", tariff_quality, both),
            tariff_source=_codes("tariff_source", tariff_source, both),
            concordance=concordance,
            **{key: _frozen(value) for key, value in arrays.items()},
        )
        refuse_if_open(world)
        return world

    @classmethod
    def from_file(cls, path: str | Path, *, allow_extreme: bool = False) -> World:
        """Return the World saved in a NetCDF (``.nc``) or NumPy (``.npz``) file.

        Args:
            path: the file.
            allow_extreme: let in tariffs above 10 (1,000 per cent), as ``from_arrays``; a saved
                World says itself that they are meant.

        Raises:
            FileError: no such file, not such a file, or a truncated one; which and why.
            WorldError: the file's table does not close.
        """
        from countervail.world.files import read_world

        return read_world(Path(path), allow_extreme)

    def save(self, path: str | Path) -> Path:
        """Write the World to a NetCDF-4 file (exact round trip), whole or not at all."""
        from countervail.world.files import write_world

        return write_world(self, Path(path))

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
        from countervail.world.aggregate import aggregate

        return aggregate(self, countries or {}, sectors or {}, name)

    def with_elasticity(self, values: ArrayLike, elasticity_set: str) -> World:
        """Return the World with other trade elasticities, [sector]; by label where they have any.

        Raises:
            WorldError: labels that do not match, or values that are not positive.
        """
        theta = _frozen(
            aligned(values, ("sector",), (self.sectors,), "trade_elasticity", WorldError)
        )
        if not ((theta > 0) & np.isfinite(theta)).all():
            raise WorldError(f"trade_elasticity needs {len(self.sectors)} positive values")
        return replace(self, trade_elasticity=theta, elasticity_set=elasticity_set)

    def with_elasticity_set(self, name: str) -> World:
        """Return the World with a named set of trade elasticities (``data/elasticities.csv``).

        Raises:
            InputError: no such set, or it lacks a sector of this world.
        """
        from countervail.world.elasticities import elasticities

        return self.with_elasticity(elasticities(name, self.sectors), name)

    @cached_property
    def accounts(self) -> books.Accounts:
        """Everything that follows from the primitives (docs/theory.md, Baseline)."""
        return books.derive(self.trade, self.tariff, self.input_share)

    def check(self) -> list[Finding]:
        """Return what is wrong or doubtful; an empty list for a world in order."""
        return findings(self)

    @cached_property
    def hash(self) -> str:
        """Content hash of labels and primitives."""
        return content_hash(self.table_hash.encode(), bits(self.trade_elasticity))

    @cached_property
    def table_hash(self) -> str:
        """Content hash of labels and data, whatever the elasticities: what arrays must fit."""
        text = json.dumps([self.countries, self.sectors, [str(d) for d in self.law_date]])
        arrays = (self.trade, self.tariff, self.input_share)
        held = () if self.concordance is None else (self.concordance.hash().encode(),)
        return content_hash(text.encode(), *(bits(array) for array in arrays), *held)

    @property
    def finest(self) -> World | Concordance:
        """The table the law is placed in: the world itself, or what it was merged from.

        Either has countries, sectors, trade, tariff and law_date.
        """
        return self if self.concordance is None else self.concordance

    @cached_property
    def held(self) -> dict[str, tuple[str, ...]]:
        """The finest country and sector codes that each label holds; itself where not merged."""
        return Concordance.of(self).held(self.countries, self.sectors)

    def holding(self, codes: Iterable[str]) -> tuple[list[int], list[str]]:
        """Return the positions of the countries that hold nothing but these codes, in their order.

        Beside them the codes that none of these countries holds.
        """
        wanted = dict.fromkeys(codes)
        found = {
            code: n
            for n, label in enumerate(self.countries)
            if set(self.held[label]) <= set(wanted)
            for code in self.held[label]
        }
        inside = dict.fromkeys(found[code] for code in wanted if code in found)
        return list(inside), [code for code in wanted if code not in found]

    def showing(self, codes: Iterable[str]) -> tuple[str, ...]:
        """Return the countries that are or hold these codes, each once, in their order."""
        home = {code: label for label in self.countries for code in self.held[label]}
        home |= {label: label for label in self.countries}
        return tuple(dict.fromkeys(home[code] for code in codes if code in home))

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
        from countervail.world.files import to_dataset

        return to_dataset(self)

    def country(self, label: str | int) -> int:
        """Return the position of a country, by label, code or name.

        Raises:
            InputError: it is not in this world; says what it is part of, or the nearest that is.
        """
        code = labels.found(label, self.countries)
        if code is not None and code in labels.countries() and code not in self.countries:
            if REST in self.countries and not any(code in self.held[c] for c in self.countries):
                raise InputError(
                    f"no country '{label}' in world '{self.name}'; "
                    f"{labels.countries()[code].name} is part of {REST}, its rest of the world"
                )
        elif code is None and not labels.is_group(str(label)):
            named = [labels.countries()[c].name for c in self.countries if c in labels.countries()]
            hint = did_you_mean(str(label), [*self.countries, *named], codes=True)
            if not hint:
                labels.country(label, self.countries)  # says what it is
            raise InputError(f"no country '{label}' in world '{self.name}'{hint}")
        return self._position(code or str(label), self.countries, "country")

    def sector(self, label: str) -> int:
        """Return the position of a sector, by code or name.

        Raises:
            InputError: it is not in this world; with the nearest one that is.
        """
        return self._position(labels.sector(label, self.sectors), self.sectors, "sector")

    def _position(self, label: str, known: tuple[str, ...], kind: str) -> int:
        if label in known:
            return known.index(label)
        inside = [one for one in known if label in self.held[one]]
        hint = (
            f"; it is part of '{inside[0]}'" if inside else did_you_mean(label, known, codes=True)
        )
        raise InputError(f"no {kind} '{label}' in world '{self.name}'{hint}")

    def __repr__(self) -> str:
        return (
            f"<World {self.name!r}: {len(self.countries)} countries x {len(self.sectors)} sectors, "
            f"{self.year}, elasticities {self.elasticity_set!r}>"
        )


def _frozen(array: Array) -> Array:
    array = np.ascontiguousarray(array, dtype=np.float64)
    array.setflags(write=False)
    return array


def _codes(name: str, values: ArrayLike | None, both: Labels) -> NDArray[np.int8] | None:
    if values is None:
        return None
    axes = schema.variables()["tariff"].dims
    codes = aligned(values, axes, _along(axes, both), name, WorldError, np.int8)
    codes.setflags(write=False)
    return codes


def _dates(given: Any, countries: tuple[str, ...]) -> tuple[date | None, ...]:
    """Return the date of each importer: one for all, or one each (a Series by label).

    Raises:
        WorldError: not as many as importers, or something that is no date.
    """
    if hasattr(given, "index") and hasattr(given, "iloc"):
        given = aligned(given, ("importer",), (countries,), "law_date", WorldError, object).tolist()
    each = isinstance(given, Sequence | np.ndarray) and not isinstance(given, str)
    dates = tuple(given) if each else (given,) * len(countries)
    if len(dates) != len(countries):
        raise WorldError(
            f"law_date has {len(dates)} dates for {len(countries)} importers; "
            "give one date, or one for each importer"
        )
    return tuple(_date(one) for one in dates)


def _date(given: Any) -> date | None:
    """Return a date as the plain kind of them that a file holds; None where none is known."""
    if isinstance(given, np.datetime64):
        given = given.astype("datetime64[D]").item()
    if given is None or given != given:  # not a time
        return None
    try:
        return as_date(given)
    except (InputError, TypeError):
        raise WorldError(
            f"law_date holds {given!r}, which is no date; give a date, 2022-12-31, or None"
        ) from None


def _along(dims: Sequence[str], both: Labels) -> list[tuple[str, ...]]:
    """Return the labels of axes."""
    return [both[dim in ("sector", "input_sector")] for dim in dims]


def _refuse_unwritable(name: str, year: int, elasticity_set: str, notes: dict[str, Any]) -> None:
    """Raise where what is said of a world could not be saved with it, or printed.

    Raises:
        WorldError: what, and what it must be.
    """
    for what, word in (("name", name), ("elasticity_set", elasticity_set)):
        if not isinstance(word, str) or one_line(word) != word:
            raise WorldError(f"{what} {word!r} is no line of text")
    if not abs(year) < 10_000:
        raise WorldError(f"year {year} is no year")
    try:
        to_json(notes)
    except (TypeError, ValueError, RecursionError) as error:
        raise WorldError(f"provenance cannot be written as JSON ({error})") from None


def _as_arrays(both: Labels, **values: ArrayLike) -> dict[str, Array]:
    """Return the four primitives as float arrays of the right shapes, or say what does not fit."""
    arrays = {}
    for name, value in values.items():
        dims = schema.variables()[name].dims
        array = aligned(value, dims, _along(dims, both), name, WorldError)
        if not np.isfinite(array).all():
            where = np.argwhere(~np.isfinite(array))[0]
            cell = " ".join(w[n] for w, n in zip(_along(dims, both), where, strict=True))
            raise WorldError(f"{name} is not finite at {cell}")
        arrays[name] = array
    return arrays


def _describe_freed(
    freed: Array, countries: tuple[str, ...], sectors: tuple[str, ...]
) -> dict[str, Any]:
    worst = np.argsort(freed, axis=None)[::-1][:5]
    cells = [np.unravel_index(int(w), freed.shape) for w in worst]
    return {
        "inputs freed, total": float(freed.sum()),
        "worst cells": {
            f"{countries[n]} {sectors[k]}": float(freed[n, k]) for n, k in cells if freed[n, k] > 0
        },
    }
