"""A model is an economy: a set of independent choices, each a block of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property, lru_cache, partial
from typing import Any, cast

import numpy as np

from countervail.core import ladder, standing, sweep, unknowns, uses
from countervail.core.certificate import verify
from countervail.core.choices.choice import Choice
from countervail.core.choices.closure import Closed, Closure, WorldShare
from countervail.core.choices.demand import CobbDouglasDemand, Demand, InShops
from countervail.core.choices.factors import Factors, MobileLabour
from countervail.core.choices.no_quotas import NoQuotas, Quotas
from countervail.core.choices.one_good import OneGood, SectorGoods
from countervail.core.choices.perfect import Competition, PerfectCompetition
from countervail.core.choices.scale import ScaleEconomies
from countervail.core.choices.sourcing import CesSourcing
from countervail.core.choices.technology import CobbDouglasTechnology, Technology
from countervail.core.known import Known
from countervail.core.model import (
    Baseline,
    Certificate,
    Hats,
    Outcome,
    Patch,
    Shock,
    Totals,
    Unknown,
    Weights,
)
from countervail.core.standing import Response
from countervail.core.steps import step_of
from countervail.errors import InputError, NoEquilibrium

KEPT_RESPONSES = 64
"""Baselines, models and elasticities of which it is remembered whether they last."""

HELD_TO = 0.005
"""How closely the scale that a world holds is searched."""


@dataclass(frozen=True, repr=False)
class Economy:
    """Many countries, many sectors, in general equilibrium; one choice a slot.

    The default is Caliendo and Parro (2015): Ricardian trade with roundabout production, one factor
    mobile across sectors, tariffs and their revenue (docs/theory.md)::

        c = w^gamma prod_k P_k^gamma_k / T
        P = [sum_i pi_i (c_i kappa_i)^-theta]^(-1/theta)
        X = alpha I + sum_k gamma_k Y_k,      Y = sum_m pi_m X_m / (1 + t_m)
        I = w L VA + R + D,                   sum_j gamma_j Y_j = w L VA

    World value added is the numeraire. What it cannot say: profits, unemployment, adjustment costs,
    capital accumulation.

    Attributes:
        sourcing: where a good is bought.
        goods: what a sector is.
        technology: what goods are made of.
        factors: who works where, for how much.
        competition: what sellers ask beyond cost.
        demand: what households buy; it owns the price index that welfare is reported in.
        closure: how trade deficits move.
        quotas: how quantities are limited.
    """

    sourcing: CesSourcing = field(default_factory=CesSourcing)
    goods: SectorGoods = field(default_factory=OneGood)
    technology: Technology = field(default_factory=CobbDouglasTechnology)
    factors: Factors = field(default_factory=MobileLabour)
    competition: Competition = field(default_factory=PerfectCompetition)
    demand: Demand = field(default_factory=CobbDouglasDemand)
    closure: Closure = field(default_factory=WorldShare)
    quotas: Quotas = field(default_factory=NoQuotas)

    def __repr__(self) -> str:
        return f"<Economy {self.name}, deficits {self.closure.key}>"

    @property
    def choices(self) -> dict[str, Choice]:
        """What is chosen, slot by slot."""
        return {slot.name: getattr(self, slot.name) for slot in fields(self)}

    @cached_property
    def unknowns(self) -> tuple[Unknown, ...]:
        """What is solved for, block by block."""
        added = (choice.unknowns for choice in self.choices.values())
        return unknowns.COMMON + tuple(one for blocks in added for one in blocks)

    @property
    def name(self) -> str:
        """Name: that of its reading on the command line, and the choices that are not usual."""
        others = (f", {slot}={one.key}" for slot, one in self.unusual().items())
        return self.sourcing.reading + "".join(others)

    @property
    def unit(self) -> str | None:
        """Country whose wage is the unit of nominal deficits, if any."""
        unit: str | None = getattr(self.closure, "unit", None)
        return unit

    @property
    def easier(self) -> tuple[str, ...]:
        """Names of closures that ask less of a country that cannot meet this one."""
        return self.closure.easier

    @property
    def balances_first(self) -> bool:
        """Whether the baseline is the world with balanced trade."""
        return self.closure.balances_first

    @property
    def uses(self) -> tuple[float, float] | None:
        """Trade elasticities over their sector's, of inputs and of what households buy."""
        return self.sourcing.uses

    @property
    def follows(self) -> bool:
        """Whether a state depends on the wages of the one before it."""
        return self.factors.follows

    @property
    def full_employment(self) -> bool:
        """Whether all labour there is is at work in every state."""
        return self.factors.full_employment

    @property
    def many(self) -> bool:
        """Whether there may be more than one equilibrium, so that a second start is looked from."""
        return self.competition.many

    def work_cost(self, state: Any) -> Any:
        """Return what of income makes up for work in a state [n]; None where time is no cost."""
        return self.factors.work_cost(state.labour_income.sum(axis=0), state.revenue)

    def kept(self, state: Any) -> Any:
        """Return what labour keeps of what it is paid at the margin in a state, money [n]."""
        return self.factors.kept(state.labour_income.sum(axis=0), state.revenue)

    def following(self, base: Baseline, shock: Shock, before: Totals | Outcome | None) -> Shock:
        """Return a state as one that follows another, whose wages it may be held to.

        Args:
            base: baseline.
            shock: the state.
            before: the one before it; None where it is the first, and all wages have settled.
        """
        if not self.follows:
            return shock
        if before is None:
            return shock._replace(wage_before=np.zeros_like(base.value_added))
        paid, wage = before.paid_hat, before.wage_hat
        living = partial(self.cost_of_living, base, np.ones_like(paid), paid)
        return shock._replace(wage_before=self.factors.before(wage, living))

    def closed(self) -> Economy:
        """Return the same economy with every deficit at zero."""
        return replace(self, closure=Closed())

    def unusual(self) -> dict[str, Choice]:
        """Return the choices that are not the default's, reading and closure left out, by slot."""
        usual, own = Economy().choices, self.choices
        read = CesSourcing(self.sourcing.reading)  # a reading is the model's name
        rest = (slot for slot in own if slot != "closure" and own[slot] not in (usual[slot], read))
        return {slot: own[slot] for slot in rest}

    def settings(self) -> dict[str, Any]:
        """Return the model's choices, JSON-able."""
        unusual = {slot: choice.settings() for slot, choice in self.unusual().items()}
        return {
            "name": self.name,
            "deficits": self.closure.key,
            "unit": self.unit,
            "numeraire": "world value added",
            **({"choices": unusual} if unusual else {}),
        }

    def assumption(self) -> str:
        """Return what the model assumes, in a sentence."""
        common = (self.sourcing, self.technology, self.factors)
        usual = ", ".join(choice.assumption() for choice in common)
        rest = (choice for choice in self.unusual().values() if choice not in common)
        others = "".join(f"{one.assumption()}; " for one in rest if one.assumption())
        return (
            f"Model: {usual}; {others}deficits: {self.closure.assumption()}; the numeraire is "
            "world value added."
        )

    def references(self) -> tuple[str, ...]:
        """Return the papers its choices are from."""
        return tuple(one for choice in self.choices.values() for one in choice.cited())

    def guess(self, base: Baseline) -> Hats:
        """Return no change: zeros in logs."""
        return unknowns.guess(self.unknowns, base)

    @property
    def turning(self) -> float:
        """What duties turn away beyond costs of carriage: in powers, beside theta."""
        return self.competition.turning

    def faced(self, base: Baseline, shock: Shock) -> Shock:
        """Return a state whose costs of carriage hold what duties turn away beyond them."""
        return self.competition.faced(base, shock)

    def prepare(self, base: Baseline, shock: Shock) -> Weights:
        """Return the trade weights of a state.

        Raises:
            InputError: lines whose weights or base rates do not add up to their cell.
            NoEquilibrium: a market without a supplier whose buyers have nothing else, or factors
                that nothing could pay.
        """
        self._ordered(shock)
        self._fitting()
        base, shock = self._told(base, shock)
        shock = self.faced(base, shock)
        weights = self.sourcing.prepare(base, shock)
        self.goods.refuse(base, weights)
        weights = self.quotas.prepare(base, [shock], weights)
        self.factors.refuse(base, weights)
        self.competition.refuse(base, weights)
        self._standing(base, weights)
        return weights

    def prepare_block(
        self, base: Baseline, shocks: Sequence[Shock], patches: Sequence[Patch]
    ) -> Weights:
        """Return the trade weights of states side by side.

        Raises:
            InputError: wages are held to those of a state before, and none is known.
        """
        self._fitting()
        for shock in shocks:
            self._ordered(shock)
        rows = [self._told(base, shock)[1] for shock in shocks]
        base = base.rows
        weights = self.sourcing.prepare_block(base, rows, patches)
        self.competition.refuse(base, weights)
        self._standing(base, weights)
        return self.quotas.prepare(base, rows, weights)

    def implied(self, base: Baseline, hats: Hats, weights: Weights) -> Hats:
        """Return the hats implied by a guess: one sweep through the choices."""
        return sweep.implied(self, base.rows, hats, weights)

    def totals(self, base: Baseline, hats: Hats, weights: Weights) -> Totals:
        """Return levels by country and sector at a guess, every state at once."""
        return sweep.totals(self, base.rows, hats, weights)

    def outcome(self, base: Baseline, hats: Hats, weights: Weights) -> Outcome:
        """Return levels at the solution of one state."""
        return sweep.outcome(self, base.rows, hats, weights)

    def deficit(self, base: Baseline, wage_hat: Any, weights: Weights) -> Any:
        """Return D'[n, s], transfers included, were all factors paid alike."""
        earned = wage_hat * weights.labour_hat * base.value_added[:, None]
        return self.closure.deficit(base, wage_hat, earned) + weights.transfer

    def unsold(self, base: Baseline, shock: Shock) -> Any:
        """Return which makers a state leaves no buyer, who cannot leave their good, [j, n]."""
        base, shock = self._told(base, shock)
        return self.factors.unsold(base, self.sourcing.prepare(base, shock))

    def mobile_share(self, base: Baseline) -> Any:
        """Return the part of each producer's value added that the wage pays, [j, n]."""
        return self.factors.mobile_share(base.rows)

    def staying(self, base: Baseline) -> Any:
        """Return the step of goods that stay, or of scale where factors add no number before it.

        None of neither.
        """
        base = base.rows
        stays = self.factors.staying(base, self.goods)
        if stays is None and not any(one.size(base) for one in self.factors.unknowns):
            return self.competition.step(base)
        return stays

    def cost_of_living(self, base: Baseline, first: Any, second: Any) -> Any:
        """Return the consumption price index of the demand, second over first prices, [n]."""
        return self.demand.cost_of_living(base, first, second)

    def in_shops(self, base: Baseline, price_hat: Any) -> Any:
        """Return what households pay for goods in shops, over the baseline's, [j, n]."""
        shops = self.demand
        return shops.in_shops(base, price_hat) if isinstance(shops, InShops) else price_hat

    def verify(
        self, base: Baseline, shock: Shock, hats: Hats, totals: Totals | Outcome
    ) -> Certificate:
        """Return the residuals of every equation, evaluated afresh, the choices' own included."""
        base, shock = self._told(base, shock)
        return verify(self, base, shock, hats, totals.deficit, totals.income, totals)

    def _standing(self, base: Baseline, weights: Weights) -> None:
        """Raise where the baseline is no equilibrium that an economy would stay in.

        Raises:
            NoEquilibrium: industries feed on each other; with the industry that would move most,
                and the scale up to which they do not.
        """
        if not self.many:
            return
        alone = replace(self, quotas=NoQuotas())
        for theta in np.unique(weights.trade_elasticity, axis=1).T:
            known, values = Known(base), tuple(theta.tolist())
            found = _response(known, alone, values)
            if found.size >= 1.0:
                raise _passing(known, alone, values, found)

    def _fitting(self) -> None:
        """Raise where choices say two things of firms.

        Raises:
            InputError: profits where firms enter freely, or where inputs stand in for value added;
                or licences that would have to turn away firms.
        """
        owned, told = self.factors.key == "owners", self.uses is not None
        if owned and (self.many or told or self.technology.key != "cobb_douglas"):
            raise InputError(
                "factors=owners is of firms whose number stays, which ask every buyer the same "
                "beyond constant shares of inputs: take competition=perfect, their mark-ups being "
                "its own, sourcing=ces and technology=cobb_douglas"
            )
        if self.turning and self.quotas.unknowns:
            raise InputError(
                f"competition={self.competition.key} does not price quotas, whose licences would "
                "turn away firms as duties do: take quotas=inside, or competition=scale"
            )

    def _told(self, base: Baseline, shock: Shock) -> tuple[Baseline, Shock]:
        """Return a baseline and a state of it as the choices see them: with a row for each use.

        Raises:
            InputError: uses are told apart by the model and not by the baseline, or the reverse.
        """
        if (self.uses is None) != (base.by_use is None):
            tells = "does not tell" if base.by_use is None else "tells"
            raise InputError(
                f"sourcing={self.sourcing.key} and a baseline that {tells} buyers by use: make it "
                "with bridge.baseline_of(world, model)"
            )
        if self.uses is not None and (self.many or self.turning):
            raise InputError(
                "sourcing=by_use and firms that enter are not written down together: what a "
                "variety more is worth would have to be told for inputs and for consumption; take "
                "sourcing=ces, or competition=perfect"
            )
        return uses.in_rows(base, shock)

    def _ordered(self, shock: Shock) -> None:
        """Raise where wages are held to those of a state before, and none is known.

        Raises:
            InputError: likewise.
        """
        if self.follows and shock.wage_before is None:
            raise InputError(
                f"factors={self.factors.key} holds wages to those before a change, and this "
                "question is of the long run, in which they have moved: take another model for it"
            )


@lru_cache(maxsize=KEPT_RESPONSES)
def _response(known: Known, model: Economy, trade_elasticity: tuple[float, ...]) -> Response:
    """Return the move that the baseline, at elasticities, answers most."""
    base = known.base
    weights = model.sourcing.prepare(base, Shock(trade_elasticity=np.array(trade_elasticity)))
    step = step_of(model, base, ladder.FAST)._replace(staying=None)
    at = unknowns.pack(model.guess(base).blocks)
    return standing.response(ladder.as_vectors(model, base, weights), step, at)


def _passing(
    known: Known, model: Economy, trade_elasticity: tuple[float, ...], found: Response
) -> NoEquilibrium:
    """Return why a world would not last: who would move most, and the scale it holds."""
    base, competition = known.base, cast("ScaleEconomies", model.competition)
    moved = unknowns.unpack(found.move[None], model.unknowns, base).expenditure[..., 0]
    sector, country = np.unravel_index(np.argmax(np.abs(moved) * base.expenditure), moved.shape)

    def lasts(scale: float) -> bool:
        weaker = replace(model, competition=replace(competition, scale=scale))
        return _response(known, weaker, trade_elasticity).size < 1.0

    advice = "it would not without scale either: take a smaller competition.tail"
    if lasts(0.0):
        held, passed = 0.0, competition.scale
        while passed - held > HELD_TO:
            tried = 0.5 * (held + passed)
            held, passed = (tried, passed) if lasts(tried) else (held, tried)
        advice = f"up to competition.scale={math.floor(100.0 * held) / 100.0:g} it would"
    said = ", ".join(
        f"competition.{one.name}={getattr(competition, one.name):g}"
        for one in competition.parameters
    )
    return NoEquilibrium(
        f"with {said} the world as it is would not last: industries that buy from each other and "
        "cost less the more they make feed on each other and crowd into some countries, {sector} "
        f"into or out of {{country}} most of all; {advice}",
        country=int(country),
        sector=int(sector),
    )
