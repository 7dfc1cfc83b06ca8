"""What a measure is: one legal instrument, its products, its rates by date, its coverage.

The classes are the TOML keys of a measure file, one to one; every one is frozen and refuses keys
it does not know. What a single value may be is said here; what several values must be together
(dates, product ids, codes) is in :mod:`countervail.ledger.validate`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, StrictBool

from countervail import labels
from countervail.ledger.pieces import Goods
from countervail.text.toml import TABLE

Text = Annotated[str, Field(min_length=1)]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
ProductId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
Day = Annotated[date, Field(strict=True)]
PartialDay = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")]
Year = Annotated[int, Field(strict=True, ge=1900, le=2200)]
Percent = Annotated[float, Field(strict=True, ge=0.0, le=10_000.0)]
Subheading = Annotated[str, Field(pattern=r"^\d{4}\.?\d{2}$")]
LineDigits = Annotated[str, Field(pattern=r"^\d{1,6}$")]
Share = Annotated[float, Field(strict=True, ge=0.0, le=1.0)]
Amount = Annotated[float, Field(strict=True, ge=0.0, allow_inf_nan=False)]
Positive = Annotated[float, Field(strict=True, gt=0.0, allow_inf_nan=False)]
Period = Annotated[str, Field(pattern=r"^(\d{4}|a year|\d{4}-\d{2}-\d{2}/\d{4}-\d{2}-\d{2})$")]
Recipient = Literal["treasury", "importers", "exporters", "nobody"]
Words = tuple[Text, ...]

Instrument = Literal[
    "tariff",
    "tariff_rate_quota",
    "import_quota",
    "import_ban",
    "import_suspension",
    "export_control",
    "exemption",
    "removal",
    "agreement",
    "negotiation",
    "investigation",
    "threat",
]
Basis = Literal["additional", "top_up_to", "replacing", "ban"]
PartsBasis = Literal["value", "lines", "lines_seen", "published"]
CoverageBasis = Literal["whole", "hs_trade", "published", "proxy", "equal"]

DAYS_A_YEAR = 365.25

ALL_GOODS = "*goods"
"""The sector of a coverage table that speaks of every goods sector."""

ESTIMATED: frozenset[str] = frozenset({"published", "proxy", "equal"})
"""Coverage bases that are estimates: they carry a range, and together stay within 0.95."""


class _Part(BaseModel):
    """A table of a measure file: frozen, no unknown keys, no coercion of words to numbers."""

    model_config = TABLE


class Reference(_Part):
    """Where a fact stands: title, publisher, date (a day, a month or a year) and address."""

    title: Text
    publisher: Text
    date: PartialDay | None = None
    address: Text | None = None


class Authority(_Part):
    """The law that set the measure."""

    name: Text
    citation: Text | None = None
    enabling_act: Text | None = None


class Products(_Part):
    """A group of goods that always moves together, by HS 2022 codes of two to six digits.

    ``base_rate`` is the lines' own duty before any measure, per cent; ``outside_model`` says why
    the group is recorded and not priced.
    """

    id: ProductId
    name: Text
    hs: Annotated[Words, Field(min_length=1)]
    except_hs: Words = ()
    list_source: Text
    base_rate: Percent | None = None
    base_rate_source: Text | None = None
    outside_model: Text | None = None


class NationalLines(_Part):
    """Subheadings of which a product group names only some national tariff lines.

    ``hs`` gives, by subheading, the lines named (their digits after the sixth) and the part of the
    subheading each makes up, 0 to 1; or one number, the part named, where the lines are not known.
    An empty table names nothing of the subheading. A line of one name is the same goods in every
    measure of an implementer. ``basis`` says what a part is counted by: import ``value``; the
    number of ``lines`` that exist; of lines seen in any list (``lines_seen``, a lower count); or
    ``published``. Subheadings not listed are named whole.
    """

    products: ProductId
    basis: PartsBasis
    source: Text
    hs: Annotated[dict[Subheading, Share | dict[LineDigits, Share]], Field(min_length=1)]


class SharedValue(_Part):
    """The part of the value that pays (0 to 1), with a range and a source."""

    value: Share
    low: Share | None = None
    high: Share | None = None
    source: Text


class Exempt(_Part):
    """The part of a line that enters free of this duty under a programme (0 to 1).

    The same programme in two measures names the same goods.
    """

    programme: Text
    share: Share
    low: Share | None = None
    high: Share | None = None
    source: Text


class Use(_Part):
    """What was used of a quota, in its unit: ``used`` of ``volume``, between two days."""

    used: Amount
    volume: Amount
    since: Day
    until: Day
    source: Text


class Quota(_Part):
    """A quantity let in at this entry's rate: in a year, on all that the entry names together.

    ``above`` is the rate on what exceeds it, per cent on the entry's basis; None where nothing more
    is let in. ``above_displaces`` are measures that do not count beside that rate.

    What a unit is worth says how much trade it lets in: either ``base_volume``, the volume traded
    in the coverage year, which the weights of coverage are the value of; or ``unit_value``, USD a
    unit at the exporter's basic prices. Either has a source, and may have a range (low, high).
    Without one the quota cannot be priced, and ``not_priced`` says why: its goods are then priced
    at the rate inside it, and the answer says so.

    ``rent_to`` is who is paid what a licence is worth: the treasury, importers, exporters, or
    nobody, where getting licences costs what they are worth. ``use`` is what is on record of its
    use.
    """

    volume: Amount
    unit: Text
    period: Period
    base_volume: Positive | None = None
    base_volume_range: tuple[Positive, Positive] | None = None
    base_volume_source: Text | None = None
    unit_value: Positive | None = None
    unit_value_range: tuple[Positive, Positive] | None = None
    unit_value_source: Text | None = None
    not_priced: Text | None = None
    above: Percent | None = None
    above_displaces: tuple[Identifier, ...] = ()
    rent_to: Recipient = "importers"
    rent_source: Text | None = None
    use: tuple[Use, ...] = ()
    source: Text

    @property
    def years(self) -> float:
        """How long the period is."""
        first, slash, last = self.period.partition("/")
        if not slash:
            return 1.0
        days = (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
        return days / DAYS_A_YEAR

    @property
    def priced(self) -> bool:
        """Whether it is known what it lets in."""
        return self.base_volume is not None or self.unit_value is not None

    def let_in(self, base_trade: float) -> float | None:
        """Return what it lets in a year, USD million at base prices; None where it is not known.

        Args:
            base_trade: of its goods in the base world, USD million a year.
        """
        if self.base_volume is not None:
            return self.volume / self.years / self.base_volume * base_trade
        if self.unit_value is not None:
            return self.volume / self.years * self.unit_value / 1e6
        return None


class Rate(_Part):
    """One dated entry: from ``in_force`` on, this is the law for these products and targets.

    ``rate`` is in per cent; ``basis`` says what it does to the applied duty. An end is an entry
    of its own (``ended``), a step that never came is ``never``. ``expires`` is the last day, known
    from the announcement; after it the products are free of the measure (``ends``) or under the
    entry before this one (``reverts``).
    """

    products: Annotated[tuple[ProductId, ...], Field(min_length=1)]
    targets: Words | None = None
    except_targets: Words = ()
    announced: Day
    announced_precision: Literal["month", "year"] | None = None
    in_force: Day | None = None
    in_force_precision: Literal["month", "year"] | None = None
    never: StrictBool = False
    ended: StrictBool = False
    rate: Percent | None = None
    rate_range: tuple[Percent, Percent] | None = None
    basis: Basis | None = None
    expires: Day | None = None
    on_expiry: Literal["ends", "reverts"] | None = None
    dutiable_share: SharedValue | None = None
    exempt: Exempt | None = None
    quota: Quota | None = None
    note: str = ""
    reference: Reference
    more_references: tuple[Reference, ...] = ()

    @property
    def priced(self) -> bool:
        """True where the entry says what the duty is, or bans."""
        return not self.ended and (self.basis == "ban" or self.rate is not None)

    @property
    def law(self) -> tuple[object, ...]:
        """What the entry does, without dates and sources: equal laws are no change."""
        share = self.dutiable_share.value if self.dutiable_share else 1.0
        free = (self.exempt.programme, self.exempt.share) if self.exempt else None
        quota = self.quota and (
            self.quota.volume,
            self.quota.unit,
            self.quota.period,
            self.quota.above,
            self.quota.rent_to,
        )
        return self.basis, self.rate, share, free, quota


class Settled(_Part):
    """What was due in law of duties already collected: annulled, refunded or corrected later.

    It speaks of goods entered from ``first`` to ``last``; ``rate`` is what was due, in per cent and
    on the basis of the entry that was collected (0: nothing was due). ``announced`` is the day it
    was known. ``refund``: ``ordered`` (paid back of itself), ``on_claim``, ``open`` (due back, and
    how is not settled) or ``none``. The rates of the measure stay what was paid at the border.
    """

    products: Annotated[tuple[ProductId, ...], Field(min_length=1)] | None = None
    targets: Words | None = None
    except_targets: Words = ()
    announced: Day
    first: Day
    last: Day
    rate: Percent
    refund: Literal["ordered", "on_claim", "open", "none"]
    note: str = ""
    reference: Reference
    more_references: tuple[Reference, ...] = ()


class Coverage(_Part):
    """The weight of a product group in a sector's bilateral trade, before tariff, 0 to 1.

    ``weights`` is keyed by pair (``CHN>FRA``), exporter (``CHN``), group of exporters (``EU``), or
    ``*`` for every other target; the narrower key wins. For an export control single keys are
    importers. The sector ``*goods`` stands for every goods sector.
    """

    products: ProductId
    sector: Text
    weights: Annotated[dict[str, Share], Field(min_length=1)]
    basis: CoverageBasis
    year: Year
    range: tuple[Amount, Amount] | None = None
    source: Text
    note: Text | None = None

    @property
    def estimated(self) -> bool:
        """True for published, proxy and equal weights."""
        return self.basis in ESTIMATED

    @property
    def multiples(self) -> tuple[float, float]:
        """Low and high as multiples of the weight."""
        return self.range or ((0.5, 1.5) if self.estimated else (1.0, 1.0))


class Level(_Part):
    """What a good was worth before its measure, where the base year's table no longer holds it.

    The pair's cell of ``sector`` is restored from it (docs/theory.md, Coverage): the cell, plus
    ``value / per_usd / ratio``, less ``left / ratio``; the good's weight is its part of that. The
    year is the measure's ``pre_measure_year`` or ``level_year``.

    ``pair`` is ``EXP>IMP``; ``value`` is in million of ``currency``, ``per_usd`` units of it a
    dollar; ``ratio`` is the exporter's customs value over the table's (1 where the value is the
    table's own); ``left`` is what the goods were worth in the base year, USD million, valued alike.
    ``whole``: the good is the sector, so that what is left is the whole cell. ``range`` is low and
    high multiples of the value.
    """

    products: ProductId
    sector: Text
    pair: Annotated[str, Field(pattern=r"^[A-Z]{3}>[A-Z]{3}$")]
    value: Amount
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "USD"
    per_usd: Annotated[float, Field(strict=True, gt=0.0)] = 1.0
    ratio: Annotated[float, Field(strict=True, gt=0.0)]
    left: Amount = 0.0
    whole: StrictBool = False
    range: tuple[Amount, Amount] | None = None
    source: Text
    note: Text | None = None

    @property
    def exporter(self) -> str:
        """The seller."""
        return self.pair[:3]

    @property
    def importer(self) -> str:
        """The buyer."""
        return self.pair[4:]

    @property
    def usd(self) -> float:
        """The good before the measure, USD million at the table's prices."""
        return self.value / self.per_usd / self.ratio

    @property
    def left_usd(self) -> float:
        """What the base year's table still holds of it, likewise."""
        return self.left / self.ratio

    @property
    def multiples(self) -> tuple[float, float]:
        """Low and high as multiples of the value."""
        return self.range or (1.0, 1.0)


class Stacking(_Part):
    """How the measure stands to others, on goods both name; order plays no part."""

    displaces: tuple[Identifier, ...] = ()
    yields_to: tuple[Identifier, ...] = ()
    removes: tuple[Identifier, ...] = ()
    note: str = ""


class Measure(_Part):
    """One legal instrument with everything known of it; a file of the ledger."""

    id: Identifier
    title: Text
    implementer: Text
    targets: Annotated[Words, Field(min_length=1)]
    instrument: Instrument
    reviewed: Day
    confidence: Literal["high", "medium", "low"]
    episode: Text | None = None
    suppressed_base: StrictBool = False
    pre_measure_year: Year | None = None
    level_year: Year | None = None
    outside_model: Text | None = None
    allow_extreme: StrictBool = False
    exemptions: Words = ()
    conditions: Words = ()
    conflicts: Words = ()
    authority: Authority
    products: Annotated[tuple[Products, ...], Field(min_length=1)]
    rates: Annotated[tuple[Rate, ...], Field(min_length=1)]
    settled: tuple[Settled, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    parts: tuple[NationalLines, ...] = ()
    levels: tuple[Level, ...] = ()
    stacking: Stacking = Stacking()

    def __repr__(self) -> str:
        return f"<Measure {self.id!r}: {self.instrument}, {self.implementer}>"

    __str__ = __repr__

    @cached_property
    def product(self) -> dict[str, Products]:
        """The product groups by id."""
        return {p.id: p for p in self.products}

    @cached_property
    def goods(self) -> dict[str, Goods]:
        """What each product group names: codes, and the lines of those it names in part."""
        return {
            p.id: Goods.of(p.hs, p.except_hs, [t.hs for t in self.parts if t.products == p.id])
            for p in self.products
        }

    @cached_property
    def coverage_by_product(self) -> dict[str, dict[str, tuple[Coverage, ...]]]:
        """Coverage tables by product id and sector, ``*goods`` written out."""
        found: dict[str, dict[str, tuple[Coverage, ...]]] = {}
        for table in self.coverage:
            sectors = found.setdefault(table.products, {})
            for code in labels.GOODS_27 if table.sector == ALL_GOODS else (table.sector,):
                sectors[code] = (*sectors.get(code, ()), table)
        return found

    @cached_property
    def newest_first(self) -> dict[str, tuple[int, ...]]:
        """Positions of each product's entries, last in force first, then last announced."""
        order = sorted(
            range(len(self.rates)),
            key=lambda i: (self.rates[i].in_force or date.max, self.rates[i].announced),
            reverse=True,
        )
        return {
            p.id: tuple(i for i in order if p.id in self.rates[i].products) for p in self.products
        }

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a changed copy, which works its tables out anew."""
        copy = super().model_copy(update=update, deep=deep)
        for name in ("product", "goods", "coverage_by_product", "newest_first"):
            copy.__dict__.pop(name, None)
        return copy

    @property
    def controls_exports(self) -> bool:
        """True where the implementer is the exporter."""
        return self.instrument == "export_control"

    def covered(
        self, product: str, sector: str, exporter: str, importer: str
    ) -> tuple[float, Coverage] | None:
        """Return the weight of a product group in a pair's cell and the table it comes from.

        None where no table speaks of the pair. A pair wins over a country, a country over a group,
        a group over ``*``.
        """
        best, found = 0, None
        for table in self.coverage_by_product.get(product, {}).get(sector, ()):
            for key, value in table.weights.items():
                level, sellers = meant(key, importer, self.controls_exports)
                if level > best and (sellers is None or exporter in sellers):
                    best, found = level, (value, table)
        return found


def meant(key: str, importer: str, outward: bool) -> tuple[int, tuple[str, ...] | None]:
    """Return how narrow a key of coverage weights is, and the exporters it means.

    A pair (4) wins over a country (3), a country over a group (2), a group over ``*`` (1, None for
    everyone); of two equal ones the first in the file wins. ``outward``: the key names importers.
    """
    seller, pair, buyer = key.partition(">")
    if key == "*":
        return 1, None
    if pair:
        return 4, (seller,) if buyer == importer else ()
    level, codes = (2, labels.group(key)) if key in labels.groups() else (3, (key,))
    if outward:
        return level, None if importer in codes else ()
    return level, codes
