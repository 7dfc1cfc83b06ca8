"""Quotas and tariff-rate quotas: a line sells at a premium once its quantity is used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from countervail.core.choices.choice import Choice, Gap
from countervail.core.model import (
    Array,
    Baseline,
    Hats,
    IntArray,
    QuotaCells,
    QuotaLimits,
    Shock,
    Unknown,
    Weights,
    namespace,
)
from countervail.core.products import added
from countervail.core.weights import cells_of, elasticity, line_weights
from countervail.errors import InputError

LARGEST_LOG = 690.0
"""A quantity that nothing comes near: its power is still a number."""

NOTHING = 1e-300

KRUEGER = (
    "Krueger, A. (1974), The Political Economy of the Rent-Seeking Society, American Economic "
    "Review 64(3), 291-303"
)


class QuotaWeights(NamedTuple):
    """Weights of lines under quotas at the rates inside them; the state last.

    Attributes:
        paid, border, received: the line's part of its cell's weights (``core.weights``) [line, s].
        barrier: trade cost over the baseline's [line, s].
        most: ln(1 + s_max) of the line, infinite where no more is let in [line, s].
        log_quantity: ln Q [q, s].
    """

    paid: Any
    border: Any
    received: Any
    barrier: Any
    most: Any
    log_quantity: Any


class Rents(NamedTuple):
    """What quotas let in, and who is paid for it.

    Attributes:
        quantity: q, what is landed, at the baseline's producer prices [q, s].
        rent: of each quota [q, s].
        duty: collected by treasuries on its lines [q, s].
        border: what they import, at the exporter's border [q, s].
        within: part of it inside the quota [q, s].
    """

    quantity: Any
    rent: Any
    duty: Any
    border: Any
    within: Any


class Limited(NamedTuple):
    """What premiums add to accounts in which lines pay the rates inside quotas.

    Attributes:
        premium: ln(1 + s), what is solved for as implied [q, s].
        share: by line, what premiums add to its cell's part of its market [line, s].
        output: of sellers [j, n, s].
        revenue: of treasuries, their rents included [n, s].
        export_revenue: its part from export taxes [n, s].
        received: rents received by importers and by exporters [2, n, s].
        lost: rents used up in getting licences, of the importer [n, s].
        trade, at_border: by line: what sellers receive, what arrives at the border [line, s].
        rents: of each quota.
    """

    premium: Any
    share: Any
    output: Any
    revenue: Any
    export_revenue: Any
    received: Any
    lost: Any
    trade: Any
    at_border: Any
    rents: Rents


class Premium(NamedTuple):
    """What lines under quotas sell for at a guess of premiums.

    Attributes:
        cells: where they lie.
        weights: of theirs.
        theta: trade elasticity of each line [line, s].
        guess: ln(1 + s) of each quota, within its bounds [q, s].
        line: of each line [line, s].
    """

    cells: QuotaCells
    weights: QuotaWeights
    theta: Any
    guess: Any
    line: Any

    @property
    def markets(self) -> tuple[Any, Any]:
        """Sector and importer of each line."""
        return self.cells.sector, self.cells.importer

    def less(self, market: Any, u: Any) -> Any:
        """Return market sizes with what premiums take from them, [j, n, s].

        Args:
            market: sum_i A u at the rates inside quotas [j, n, s].
            u: attractiveness of sellers [j, i, s].
        """
        fewer = namespace(u).expm1(-self.theta * self.line) * self.weights.paid
        return added(market, self.markets, fewer * self._of_seller(u))

    def limited(self, u: Any, market: Any, spend: Any, log_cost: Any) -> Limited:
        """Return what is let in, who is paid for it, and the premiums implied.

        Args:
            u, spend: as ``CesSourcing.receipts`` takes them.
            market: sum_i A u of what is bought [j, n, s].
            log_cost: ln c hat [j, i, s].
        """
        xp, cells, of, by = namespace(u), self.cells, self.weights, self.line
        size = spend[self.markets] * market[self.markets]
        sales = self._of_seller(u) * spend[self.markets]
        paid = sales * of.paid * xp.exp(-self.theta * by)
        fewer = xp.exp(-(1.0 + self.theta) * by)
        border, received = sales * of.border * fewer, sales * of.received * fewer
        landed = received / (xp.exp(self._of_seller(log_cost)) * of.barrier)
        quantity = self._by_quota(landed)
        log_used = xp.log(xp.maximum(quantity, NOTHING)) - of.log_quantity
        open_premium = self.guess + log_used / (1.0 + self._largest(self.theta))
        most = self._largest(of.most)
        capped = open_premium >= most
        premium = xp.where(capped, most, xp.where(open_premium > 0.0, open_premium, 0.0))
        over = xp.where(capped, -xp.expm1(-xp.maximum(log_used, 0.0)), 0.0)
        # duty-paid less border is (1 + t0) (1 + s) - 1 of the border; t0 of it is the duty inside
        inside = sales * of.paid * fewer - border
        rent = (paid - border - inside) * (1.0 - over)[cells.quota]
        duty = paid - border - rent
        rents = self._by_quota(rent)
        before = sales * (of.paid - of.border)
        nothing = xp.zeros_like(u[0])

        def gathered(where: Any, values: Any) -> Any:
            return added(nothing, (where,), values)

        treasury, importers, exporters, nobody = (
            part[cells.quota, None] * rent for part in cells.to
        )
        more_trade = sales * of.received * (fewer - 1.0)
        taxes = gathered(cells.exporter, sales * (of.border - of.received) * (fewer - 1.0))
        return Limited(
            premium=premium,
            share=(paid - sales * of.paid) / size,
            output=added(xp.zeros_like(u), (cells.sector, cells.exporter), more_trade),
            revenue=gathered(cells.importer, duty + treasury - before) + taxes,
            export_revenue=taxes,
            received=xp.stack(
                [gathered(cells.importer, importers), gathered(cells.exporter, exporters)]
            ),
            lost=gathered(cells.importer, nobody),
            trade=more_trade,
            at_border=sales * of.border * (fewer - 1.0) + exporters,
            rents=Rents(quantity, rents, self._by_quota(duty), self._by_quota(border), 1.0 - over),
        )

    def _of_seller(self, values: Any) -> Any:
        """Return what stands at the seller of each line, of [j, i, s]."""
        return values[self.cells.sector, self.cells.exporter]

    def _by_quota(self, values: Any) -> Any:
        """Return the sums over the lines of each quota."""
        xp = namespace(values)
        return added(xp.zeros_like(self.weights.log_quantity), (self.cells.quota,), values)

    def _largest(self, values: Any) -> Any:
        """Return the largest over the lines of each quota."""
        inside = self.cells.quota[None, :] == np.arange(self.cells.to.shape[1])[:, None]
        xp = namespace(values)
        return xp.where(inside[:, :, None], values[None], -np.inf).max(axis=1)


@dataclass(frozen=True)
class BindingQuotas(Choice):
    """Inside a quantity Q a line pays t0, above it t1; a licence is worth what lies between::

        0 <= s <= s_max = (1 + t1) / (1 + t0) - 1;   s = 0 where q < Q;  s = s_max where q > Q
        a buyer pays (1 + t0) (1 + s) times the price at the border
        rent = (1 + t0) s border min(1, Q / q),      the treasury's duty = the rest of the wedge

    q is what is landed at the baseline's producer prices. An import quota has no s_max. Lines of a
    quota share its premium: licences are good for all of them, at a premium in proportion to value.
    Rent is paid to the importer's treasury, to its importers, to exporters, or is used up: licences
    are then worth what getting them costs, the importer's labour (Krueger 1974).
    """

    slot: ClassVar[str] = "quotas"
    key: ClassVar[str] = "binding"
    unknowns: ClassVar[tuple[Unknown, ...]] = (Unknown("premium", ("quota",)),)
    references: ClassVar[tuple[str, ...]] = (KRUEGER,)

    def assumption(self) -> str:
        """Return what is assumed, in part of a sentence."""
        return "licences of a quota go to who pays most for them"

    def prepare(self, base: Baseline, shocks: Sequence[Shock], weights: Weights) -> Weights:
        """Return the weights of states with those of their lines under quotas.

        Raises:
            InputError: a rate above a quota that is below the one inside it; a quantity that is
                negative, or nothing where no more is let in.
        """
        if base.quotas is None:
            return weights
        found = [_weights(base, base.quotas, shock) for shock in shocks]
        return weights._replace(
            quotas=QuotaWeights(*(np.stack(part, axis=-1) for part in zip(*found, strict=True)))
        )

    def premium(self, base: Baseline, weights: Weights, own: tuple[Any, ...]) -> Premium | None:
        """Return what lines under quotas sell at a guess of premiums; None where there are none."""
        if base.quotas is None or weights.quotas is None:
            return None
        cells, of = base.quotas, weights.quotas
        xp = namespace(own[-1])
        at = Premium(cells, of, weights.trade_elasticity[cells.sector], own[-1], None)
        guess = xp.clip(own[-1], 0.0, at._largest(of.most))
        line = guess[cells.quota]
        return at._replace(guess=guess, line=xp.where(line >= of.most, of.most, line))

    def claimed(self, base: Baseline, shock: Shock, hats: Hats) -> Shock:
        """Return a state with claimed premiums in the rates of its lines."""
        if base.quotas is None or shock.quotas is None or shock.lines is None:
            return shock
        paid = 1.0 + shock.lines.tariff_new
        # a line may lie in the quota of this state and in that of the other: each its own factor
        np.multiply.at(paid, shock.quotas.line, np.exp(_claimed(base.quotas, shock, hats)))
        return shock._replace(lines=shock.lines._replace(tariff_new=paid - 1.0))

    def rents(
        self, base: Baseline, shock: Shock, hats: Hats, flows: Array, log_cost: Array
    ) -> RentsInLevels | None:
        """Return who is paid what by quotas, in levels.

        Args:
            base: baseline.
            shock: the state.
            hats: claimed unknowns.
            flows: duty-paid, of cells [j, n, i].
            log_cost: ln c hat [j, n].
        """
        cells, limits, lines = base.quotas, shock.quotas, shock.lines
        if cells is None or limits is None or lines is None:
            return None
        theta = _theta(base, shock)
        dearer = self.claimed(base, shock, hats).lines
        assert dearer is not None
        cost = dearer.iceberg_hat * (1.0 + dearer.tariff_new) / (1.0 + dearer.tariff)
        worth = dearer.weight * (1.0 + dearer.tariff) * cost ** -theta[dearer.sector]
        at = limits.line
        where = cells.sector, cells.importer, cells.exporter
        # of its cell's duty-paid value each line has its part
        _, place = cells_of(dearer, flows.shape)
        whole = np.bincount(place, worth)[place[at]]
        part = np.divide(worth[at], whole, out=np.zeros(len(at)), where=whole > 0)
        spent = flows[where] * part
        tax = 0.0 if shock.export_tax is None else shock.export_tax[where]
        kept = 1.0 / ((1.0 + dearer.tariff_new[at]) * (1.0 + tax))
        kept /= np.exp(log_cost[cells.sector, cells.exporter]) * lines.iceberg_hat[at]
        border = spent / (1.0 + dearer.tariff_new[at])
        quantity = np.bincount(cells.quota, spent * kept, minlength=len(limits.quantity))
        inside = np.ones_like(quantity)
        used = quantity > limits.quantity
        inside[used] = limits.quantity[used] / quantity[used]
        premium = np.expm1(_claimed(cells, shock, hats))
        by_line = border * (1.0 + lines.tariff_new[at]) * premium * inside[cells.quota]
        who = cells.to[:, cells.quota] * by_line
        countries = len(base.value_added)

        def gathered(where: Any, rents: Array) -> Array:
            return np.asarray(np.bincount(where, rents, minlength=countries), dtype=np.float64)

        return RentsInLevels(
            np.asarray(quantity, dtype=np.float64),
            gathered(cells.importer, who[1]),
            gathered(cells.exporter, who[2]),
            gathered(cells.importer, who[3]),
            gathered(cells.importer, who[2]),
            (cells.sector, cells.importer, cells.exporter, who[2]),
        )

    def checks(
        self, base: Baseline, shock: Shock, hats: Hats, rents: RentsInLevels | None
    ) -> tuple[Gap, ...]:
        """Return the complementarity of premiums and quantities, by importer [n]."""
        cells, limits = base.quotas, shock.quotas
        if rents is None or cells is None or limits is None:
            return ()
        claimed, gaps = hats.others[-1], np.zeros(len(base.value_added))
        for q, quantity in enumerate(limits.quantity):
            mine = cells.quota == q
            most = float(_most(shock)[mine].max())
            left = 1.0 - rents.quantity[q] / quantity if quantity > 0 else -np.inf
            # s with what is left of the quota, and s_max - s with what is beyond it
            unmet = max(
                abs(min(float(claimed[q]), max(left, 0.0))),
                abs(min(most - float(claimed[q]), max(-left, 0.0))),
                max(0.0, -float(claimed[q])),
                max(0.0, float(claimed[q]) - most),
            )
            importer = int(cells.importer[mine][0])
            gaps[importer] = max(gaps[importer], unmet)
        return (Gap("quotas", gaps),)


class RentsInLevels(NamedTuple):
    """What quotas let in, and who is paid, in one state once more.

    Attributes:
        quantity: landed [q].
        importers, exporters, nobody: rents by country that they go to, or are lost in [n].
        paid_abroad: by importers to exporters [n].
        at_border: sector, importer and exporter of lines, and what exporters hold of them.
    """

    quantity: Array
    importers: Array
    exporters: Array
    nobody: Array
    paid_abroad: Array
    at_border: tuple[Any, Any, Any, Array]


def _weights(base: Baseline, cells: QuotaCells, shock: Shock) -> tuple[Array, ...]:
    """Return the weights of the lines under quotas of one state.

    Raises:
        InputError: as ``prepare``.
    """
    lines, limits = shock.lines, shock.quotas
    if lines is None or limits is None:
        nothing = np.zeros(len(cells.quota))
        free = np.full(cells.to.shape[1], LARGEST_LOG)
        return nothing, nothing, nothing, nothing + 1.0, nothing, free
    _refuse(lines.tariff_new[limits.line], limits, cells.quota)
    part, part_border = line_weights(base, lines, elasticity(base, shock))
    where = cells.sector, cells.importer, cells.exporter
    pi, tax = base.trade_share[where], np.ones(len(cells.quota))
    if shock.export_tax is not None:
        tax = 1.0 + shock.export_tax[where]
        pi = pi * tax ** -elasticity(base, shock)[cells.sector]
    border = pi * part_border[limits.line]
    with np.errstate(divide="ignore"):
        log_quantity = np.clip(np.log(limits.quantity), -LARGEST_LOG, LARGEST_LOG)
    return (
        pi * part[limits.line],
        border,
        border / tax,
        lines.iceberg_hat[limits.line],
        _most(shock),
        log_quantity,
    )


def _refuse(rate: Array, limits: QuotaLimits, quota: IntArray) -> None:
    """Raise where a quota cannot be meant.

    Raises:
        InputError: a rate above it that is below the one inside it; a quantity below nothing, or
            nothing where no more is let in.
    """
    if (limits.above < rate - 1e-12).any():
        k = int(np.argmax(rate - limits.above))
        raise InputError(
            f"the rate above a quota, {100.0 * limits.above[k]:g} %, is below the rate inside it, "
            f"{100.0 * rate[k]:g} %: a quota lets in at the lower rate"
        )
    if not (limits.quantity >= 0).all():
        raise InputError("the quantity of a quota must be a number of at least 0")
    if np.isinf(limits.above[limits.quantity[quota] == 0]).any():
        raise InputError("an import quota of nothing is a ban: write the ban")


def _most(shock: Shock) -> Array:
    """Return ln(1 + s_max) of lines under quotas, [line]."""
    assert shock.lines is not None
    assert shock.quotas is not None
    rate = shock.lines.tariff_new[shock.quotas.line]
    return np.asarray(np.maximum(np.log((1.0 + shock.quotas.above) / (1.0 + rate)), 0.0))


def _claimed(cells: QuotaCells, shock: Shock, hats: Hats) -> Array:
    """Return ln(1 + s) of each line under a quota, of claimed premiums, [line]."""
    return np.asarray(np.minimum(hats.others[-1][cells.quota], _most(shock)))


def _theta(base: Baseline, shock: Shock) -> Array:
    """Return theta[j] of the state."""
    return base.trade_elasticity if shock.trade_elasticity is None else shock.trade_elasticity
