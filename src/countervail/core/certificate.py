"""The independent check: every equation of MODEL.md, evaluated afresh in levels.

Nothing here is shared with the map that was solved: the check takes wages, prices and expenditure
as claimed, and the baseline and the shock as given, and writes the equations out once more, cell by
cell and line by line. A figure without a certificate is not printed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from countervail.core.model import Array, Baseline, Hats, Shock

TOLERANCE = 1e-10
"""Largest relative residual of any equation in a certified solution."""

BESIDE_EFFECT = 1e-3
"""And it must be this small beside the largest effect."""


class Block(NamedTuple):
    """Residual of one block of equations, and where it is worst (positions; sector may be None)."""

    name: str
    residual: float
    country: int
    sector: int | None


class Certificate(NamedTuple):
    """What was verified of one equilibrium.

    Attributes:
        blocks: residual and worst place of each block.
        effect: largest |ln hat| of wages, prices and expenditure.
    """

    blocks: tuple[Block, ...]
    effect: float

    @property
    def residual(self) -> float:
        """Largest relative residual of any block."""
        return max(block.residual for block in self.blocks)

    @property
    def worst(self) -> Block:
        """The block with the largest residual."""
        return max(self.blocks, key=lambda block: block.residual)


def verify(base: Baseline, shock: Shock, hats: Hats, deficit: Array, income: Array) -> Certificate:
    """Return the residuals of all equilibrium conditions.

    Args:
        base: baseline.
        shock: the state of the world.
        hats: claimed wages, prices and expenditure, in logs.
        deficit: D'[n] as claimed.
        income: I'[n] as claimed.
    """
    wage, price = np.exp(hats.wage), np.exp(hats.price)
    spent = base.expenditure * np.exp(hats.expenditure)
    bought = base.expenditure > 0
    theta = base.trade_elasticity[:, None]
    labour = np.ones_like(wage) if shock.labour_hat is None else shock.labour_hat
    payroll = wage * labour * base.value_added

    cost = wage**base.value_added_share * np.exp(
        np.einsum("nkj,kn->jn", base.input_share, hats.price)
    )
    if shock.productivity_hat is not None:
        cost = cost / shock.productivity_hat
    paid_power, received_power = _landed(base, shock)
    # shares: pi' = pi (c kappa / P)^-theta, relative to the importer's claimed price
    relative = np.exp(-theta[:, :, None] * (np.log(cost)[:, None, :] - np.log(price)[:, :, None]))
    share = base.trade_share * relative
    paid = share * paid_power
    received = share * received_power
    total = paid.sum(axis=2)

    flows = received * spent[:, :, None]
    duty = (paid - received) * spent[:, :, None]
    output = flows.sum(axis=1)
    revenue = duty.sum(axis=(0, 2))
    budget = payroll + revenue + deficit
    uses = base.final_share * budget + np.einsum("njk,kn->jn", base.input_share, output)
    abroad = flows.copy()
    diagonal = np.arange(len(wage))
    abroad[:, diagonal, diagonal] = 0.0
    imports, exports = abroad.sum(axis=(0, 2)), abroad.sum(axis=(0, 1))
    hired = (base.value_added_share * output).sum(axis=0)
    final = (spent - np.einsum("njk,kn->jn", base.input_share, output)).sum(axis=0)
    scale = np.maximum(np.abs(budget), payroll)

    blocks = (
        _cells("prices", np.where(bought, np.log(np.where(bought, total, 1.0)) / theta, 0.0)),
        _cells("shares", np.where(bought, total - 1.0, 0.0)),
        _cells("goods markets", _relative(spent - uses, spent, 1e-9 * base.expenditure)),
        _countries("labour markets", (hired - payroll) / payroll),
        _countries("budgets", np.maximum(abs(final - budget), abs(income - budget)) / scale),
        _countries("trade balance", (imports - exports - deficit) / scale),
        _countries("world deficits", np.full_like(wage, deficit.sum() / base.value_added.sum())),
        _countries("numeraire", np.full_like(wage, payroll.sum() / base.value_added.sum() - 1.0)),
    )
    effect = max(float(np.abs(h).max()) for h in (hats.wage, hats.price, hats.expenditure))
    return Certificate(blocks, effect)


def verify_closure(base: Baseline, shock: Shock, hats: Hats, deficit: Array, closure: str) -> Block:
    """Return how far the claimed deficits are from the closure's rule, written out once more.

    Args:
        base: baseline.
        shock: the state of the world.
        hats: claimed wages, prices and expenditure, in logs.
        deficit: D'[n] as claimed.
        closure: ``world_share``, ``nominal``, ``own_income`` or ``closed`` (MODEL.md).
    """
    labour = 1.0 if shock.labour_hat is None else shock.labour_hat
    wage = np.exp(hats.wage)
    payroll = wage * labour * base.value_added
    own = payroll * base.deficit / base.value_added
    owed = {
        "world_share": base.deficit * (payroll.sum() / base.value_added.sum()),
        "nominal": base.deficit * (1.0 if base.unit is None else wage[base.unit]),
        "own_income": own - payroll / payroll.sum() * own.sum(),
        "closed": np.zeros_like(payroll),
    }[closure] + (0.0 if shock.transfer is None else shock.transfer)
    return _countries("closure", (deficit - owed) / payroll)


def acceptable(residual: float, effect: float) -> bool:
    """Return whether a residual certifies an effect; no effect at all needs only the tolerance."""
    return residual <= TOLERANCE and (effect <= 1e-11 or residual <= BESIDE_EFFECT * effect)


def _landed(base: Baseline, shock: Shock) -> tuple[Array, Array]:
    """Return kappa hat^-theta [j, n, i], and the same after duty, with lines summed one by one."""
    theta = base.trade_elasticity[:, None, None]
    tariff_new = base.tariff if shock.tariff_new is None else shock.tariff_new
    iceberg = 1.0 if shock.iceberg_hat is None else shock.iceberg_hat
    paid = (iceberg * (1.0 + tariff_new) / (1.0 + base.tariff)) ** -theta
    received = paid / (1.0 + tariff_new)
    if shock.lines is None:
        return paid, received
    cells: dict[tuple[int, int, int], tuple[float, float]] = {}
    for i, n, j, v, t, t_new, d in zip(*shock.lines, strict=True):
        cell_rate = base.tariff[j, n, i]
        power = -base.trade_elasticity[j]
        part = v * (1 + t) / (1 + cell_rate) * (d * (1 + t_new) / (1 + t)) ** power
        before = cells.get((j, n, i), (0.0, 0.0))
        cells[j, n, i] = before[0] + part, before[1] + part / (1 + t_new)
    for cell, (part_paid, part_received) in cells.items():
        paid[cell], received[cell] = part_paid, part_received
    return paid, received


def _relative(gap: Array, size: Array, floor: Array) -> Array:
    scale = np.maximum(size, floor)
    return np.divide(gap, scale, out=np.zeros_like(gap), where=scale > 0)


def _cells(name: str, gap: Array) -> Block:
    sector, country = np.unravel_index(int(np.argmax(np.abs(gap))), gap.shape)
    return Block(name, _size(gap[sector, country]), int(country), int(sector))


def _countries(name: str, gap: Array) -> Block:
    country = int(np.argmax(np.abs(gap)))
    return Block(name, _size(gap[country]), country, None)


def _size(value: float) -> float:
    return float(abs(value)) if np.isfinite(value) else float("inf")
