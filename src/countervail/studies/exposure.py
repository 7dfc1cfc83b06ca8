"""Who depends on whom: trade, supply chains, concentration, chokepoints, decoupling.

Shares are parts of one, welfare is per cent, money USD million of the world's year. Exports and
imports are at producer prices, goods and services. How value added is followed through supply
chains is said in ``studies.value_added``; what decoupling costs, in ``studies.decoupling``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from countervail import labels
from countervail.core.model import Array, Model
from countervail.draws.batch.answers import Progress
from countervail.draws.how import Draws, draws_of
from countervail.draws.spread import check_workers
from countervail.errors import InputError, did_you_mean
from countervail.horizons import Horizon, at_horizon
from countervail.models.presets import CaliendoParro
from countervail.studies.concentration import Concentration
from countervail.studies.decoupling import How, Loss, check_how, decoupling_each, pair_of
from countervail.studies.decoupling_draws import LossDraws, draw, priors_of
from countervail.studies.dependence import Dependence, Partner, SectorExposure, Supply
from countervail.world import World

if TYPE_CHECKING:
    import xarray as xr

WAYS: tuple[How, ...] = ("halved", "gone")
THRESHOLD_SHARE = 0.5
"""One partner that supplies a larger part of an input than this is a chokepoint."""
NEAREST_SUPPLIES = 5
"""How many supplies below the threshold are reported."""
TOP_PARTNERS = 10
"""Partners whose loss is priced where none are named."""


@dataclass(frozen=True, eq=False)
class Exposure:
    """Who a country depends on.

    Attributes:
        world: the world, as given.
        country: code of the country.
        model: the model of the losses.
        partners: every partner, the largest two-way trade first.
        named: codes of the partners asked about, in that order; by default the largest.
        overall: ``exports`` over destinations, ``imports`` over sources, ``value_added`` that ends
            abroad over whose final demand it ends in, ``final``: foreign value added in the
            country's final demand over origins.
        sectors: every sector of the world.
        chokepoints: supplies whose share, direct or of value added, is above the threshold; the
            largest amount first.
        nearest: those with the largest shares below it.
        threshold: part of an input above which a partner is a chokepoint.
        losses: what decoupling from each partner named would cost, by partner and then way.
        ends: value added of the country's producers by whose final demand it ends in,
            [sector, destination].
        content: value added of every origin in what the country's producers buy of a product,
            [origin, sector].
        drawn: the losses under draws of everything that is not known; None where none were made.
    """

    world: World
    country: str
    model: Model
    partners: tuple[Partner, ...]
    named: tuple[str, ...]
    overall: dict[str, Concentration]
    sectors: tuple[SectorExposure, ...]
    chokepoints: tuple[Supply, ...]
    nearest: tuple[Supply, ...]
    threshold: float
    losses: tuple[Loss, ...]
    ends: Array
    content: Array
    drawn: LossDraws | None = None

    @property
    def unit(self) -> str:
        """The unit of money."""
        return f"USD million of {self.world.year}"

    @property
    def residual(self) -> float:
        """Largest residual of any state solved; NaN where none was."""
        found = [loss.residual for loss in self.losses if loss.reason is None]
        return max(found, default=float("nan"))

    def partner(self, code: str) -> Partner:
        """Return what the country trades with a partner.

        Raises:
            InputError: no such partner, with the nearest.
        """
        known = {one.partner: one for one in self.partners}
        if code not in known:
            raise InputError(f"{self.country} has no partner '{code}'{did_you_mean(code, known)}")
        return known[code]

    def sector(self, code: str) -> SectorExposure:
        """Return on whom a sector hangs.

        Raises:
            InputError: no such sector, with the nearest.
        """
        return self.sectors[self.world.sector(code)]

    def loss(self, partner: str, how: How = "gone") -> Loss:
        """Return what decoupling from a partner would cost.

        Args:
            partner: its code.
            how: ``halved`` (trade) or ``gone`` (an embargo).

        Raises:
            InputError: it was not asked for.
        """
        check_how(how)
        for one in self.losses:
            if (one.partner, one.how) == (partner, how):
                return one
        asked = dict.fromkeys(loss.partner for loss in self.losses)
        raise InputError(
            f"'{partner}' {how} was not asked for{did_you_mean(partner, asked)} (losses of: "
            f"{', '.join(asked) or 'none'}); name it in partners= and losing="
        )

    @cached_property
    def dataset(self) -> xr.Dataset:
        """Value added along supply chains as a labelled xarray Dataset."""
        import xarray as xr

        ends = "value added of the country by whose final demand it ends in"
        content = "value added by origin in what the country's producers buy"
        return xr.Dataset(
            {
                "ends": (("sector", "destination"), self.ends, _about(self.unit, ends)),
                "content": (("origin", "sector"), self.content, _about(self.unit, content)),
            },
            coords={
                "sector": list(self.world.sectors),
                "destination": list(self.world.countries),
                "origin": list(self.world.countries),
            },
            attrs={"world": self.world.name, "year": self.world.year, "country": self.country},
        )

    def __repr__(self) -> str:
        first = self.partners[0]
        return (
            f"<Exposure of {self.country} in {self.world.name!r}: first partner {first.partner} "
            f"({100 * first.trade_share:.1f} % of trade), {len(self.chokepoints)} chokepoints, "
            f"{len(self.losses)} losses>"
        )


def exposure(
    world: World,
    country: str,
    model: Model | None = None,
    partners: Sequence[str] | None = None,
    losing: Sequence[How] = WAYS,
    progress: Progress | None = None,
    *,
    top: int = TOP_PARTNERS,
    threshold: float = THRESHOLD_SHARE,
    draws: Draws | int = 0,
    **words: Any,
) -> Exposure:
    """Return who a country depends on, and what decoupling from partners would cost it.

    Args:
        world: the world.
        country: code or name of the country.
        model: of the losses; default Caliendo and Parro with ``deficits="world_share"``.
        partners: codes or names of those whose loss is priced; by default the ``top`` by two-way
            trade. A group (EU27, ASEAN) is one partner: its members, the country itself left out,
            are merged into one in everything that is reported.
        losing: ``halved`` (trade), ``gone`` (an embargo), both or neither.
        progress: called with the number of losses priced at the point values and of all.
        top: how many partners, where none are named.
        threshold: part of an input, 0 to 1, above which one partner is a chokepoint.
        draws: how they are made, or how many, from which losses get ranges; 0 gives point answers.
        words: other fields of ``Draws`` by name, such as ``seed=7``, in place of what it says.

    Raises:
        InputError: no such country, partner or way, or one named twice; groups that share a
            member; a threshold that is no part of one; draws that cannot be made.
        FileError: the priors file is refused.
        WorkersLostError: workers are killed again and again.
    """
    for how in losing:
        check_how(how)
    if not 0.0 <= threshold <= 1.0:
        raise InputError(f"threshold must lie between 0 and 1, not {threshold:g} (0.5 is half)")
    if top < 1:
        raise InputError(f"top must be 1 or more, not {top}")
    draws_made = draws_of(draws, **words)
    if draws_made.number:
        _check_draws(draws_made, losing)
        draws_made = replace(draws_made, priors=priors_of(world, draws_made.priors))
    country = world.countries[world.country(country)]
    if partners is not None and not isinstance(partners, str):
        world, partners = _with_groups(world, country, partners)
    chosen, read = model or CaliendoParro(), Dependence(world, world.country(country))
    ranked = read.partners()
    supplies = read.supplies()
    over = [one for one in supplies if one.share > threshold]
    under = [one for one in supplies if one.share <= threshold]
    named = _named(world, country, partners, [one.partner for one in ranked[:top]])
    found = Exposure(
        world=world,
        country=country,
        model=chosen,
        partners=ranked,
        named=named,
        overall=read.overall(),
        sectors=read.sectors(),
        chokepoints=tuple(sorted(over, key=lambda one: -one.size)),
        nearest=tuple(sorted(under, key=lambda one: -one.share)[:NEAREST_SUPPLIES]),
        threshold=threshold,
        losses=_losses(world, country, chosen, named, tuple(dict.fromkeys(losing)), progress),
        ends=read.ends,
        content=read.content,
    )
    return with_ranges(found, draws_made) if draws_made.number else found


def with_ranges(
    found: Exposure,
    draws: Draws | int,
    *,
    progress: Progress | None = None,
    **words: Any,
) -> Exposure:
    """Return an exposure with its losses evaluated under draws; as it is where it has none.

    The same seed gives the same numbers on any number of workers; more draws keep the first ones.

    Args:
        found: the exposure at the point values.
        draws: how they are made, or how many; at least 1.
        progress: called with the number of draws done and of all.
        words: other fields of ``Draws`` by name, such as ``seed=7``, in place of what it says.

    Raises:
        InputError: too few or too many draws, priors that do not fit the world.
        FileError: the priors file is refused.
        WorkersLostError: workers are killed again and again.
    """
    if all(one.reason is not None for one in found.losses):
        return found
    drawn = draw(
        found.world,
        found.country,
        found.losses,
        found.model,
        draws_of(draws, **words),
        progress=progress,
    )
    return replace(found, drawn=drawn)


def losses_after(found: Exposure, horizon: Horizon, progress: Progress | None = None) -> Exposure:
    """Return an exposure with its losses some years after them, in place of the long run.

    Sectors are kept; those that are one good (coal, oil and gas, iron and steel) have makers that
    stay, and buyers have turned in part (``horizons``).

    Args:
        found: the exposure, its losses of the long run.
        horizon: years (1, 2, 3, 5, 10).
        progress: called with the number of losses priced at the point values and of all.

    Raises:
        InputError: no such horizon, or a model that knows none.
        NotCertified: a state with balanced trade, where the model starts from one, has none.
    """
    world, model = at_horizon(found.world, found.model, horizon)
    ways = tuple(dict.fromkeys(one.how for one in found.losses))
    losses = _losses(world, found.country, model, found.named, ways, progress)
    return replace(found, world=world, model=model, losses=losses, drawn=None)


def _with_groups(
    world: World, country: str, partners: Sequence[str]
) -> tuple[World, tuple[str, ...]]:
    """Return the world with the groups among partners merged, and the partners' labels.

    Raises:
        InputError: a group without a member here, or two that share one.
    """
    groups: dict[str, list[str]] = {}
    home: dict[str, str] = {}
    for word in partners:
        name = word.strip().upper()
        if word in world.countries or not labels.is_group(word) or name in groups:
            continue
        groups[name] = [c for c in labels.group(word) if c in world.countries and c != country]
        if not groups[name]:
            raise InputError(f"world '{world.name}' has no member of '{word}'")
        for code in groups[name]:
            if code in home:
                raise InputError(
                    f"{home[code]} and {name} share {code}: ask about one of them at a time"
                )
            home[code] = name
    if groups:
        world = world.aggregate(
            countries=groups, name=f"{world.name}, {' and '.join(groups)} merged"
        )
    named = [
        word.strip().upper() if word.strip().upper() in groups else _label(world, word)
        for word in partners
    ]
    return world, tuple(named)


def _label(world: World, word: str) -> str:
    return world.countries[world.country(word)]


def _check_draws(how: Draws, losing: Sequence[How]) -> None:
    """Raise where draws cannot be made, before anything is solved.

    Raises:
        InputError: too few or too many, nothing to draw, or nobody to do it.
    """
    how.check()
    check_workers(how.workers)
    if not losing:
        raise InputError(
            f"draws={how.number}, but no loss is asked for: name the ways in losing=, such "
            "as ['gone']"
        )


def _named(
    world: World, country: str, partners: Sequence[str] | None, largest: list[str]
) -> tuple[str, ...]:
    """Return the partners asked about.

    Raises:
        InputError: one is unknown, the country itself, or named twice.
    """
    if partners is None:
        return tuple(largest)
    if isinstance(partners, str):
        raise InputError(f"partners must be a list of codes, such as ['{partners}']")
    for k, partner in enumerate(partners):
        pair_of(world, country, partner)
        if partner in partners[:k]:
            raise InputError(f"partner '{partner}' is named twice: once is enough")
    return tuple(partners)


def _losses(
    world: World,
    country: str,
    model: Model,
    partners: tuple[str, ...],
    ways: tuple[How, ...],
    progress: Progress | None,
) -> tuple[Loss, ...]:
    """Return what decoupling from each partner would cost, by partner and then way."""
    report = _counting(progress, len(partners) * len(ways))
    by_way = [decoupling_each(world, country, partners, model, how, report) for how in ways]
    return tuple(loss for each in zip(*by_way, strict=True) for loss in each)


def _counting(progress: Progress | None, total: int) -> Callable[[], None]:
    """Return what counts the answers known, and reports it."""
    done = 0

    def report() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    return report


def _about(unit: str, meaning: str) -> dict[str, str]:
    return {"units": unit, "long_name": meaning}
