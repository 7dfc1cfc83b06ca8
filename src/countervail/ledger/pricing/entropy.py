"""Maximum-entropy weights with given sums over groups, for many rows at once. Plain arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

ROUNDED = 0.005
"""Coverages are stated to three digits: what they miss by less than this part of them holds."""

_STEPS = 40
_LONGEST_STEP = 6.0


def maximum_entropy(member: Mask, prior: Array, weight: Array) -> tuple[Array, Mask]:
    """Return the atom weights nearest the prior that reproduce the groups', and which rows hold.

    The weights are prior * exp(sum of the groups' multipliers), what proportional fitting tends to;
    Newton's method on the multipliers also ends quickly where some atoms must vanish.

    Args:
        member: which atoms belong to which group, [group, atom].
        prior: positive, [atom].
        weight: the groups' weights, [row, group].
    """
    inside = member.astype(np.float64)
    log_atom = np.log(np.repeat((prior / prior.sum())[None], len(weight), axis=0))
    for g in range(len(member)):
        # a group that is everything leaves nothing outside, whatever the multipliers
        log_atom[np.ix_(weight[:, g] >= 1.0, ~member[g])] = -np.inf
    lost = np.isneginf(log_atom).all(axis=1)
    log_atom[lost] = np.log(prior / prior.sum())
    multiplier = np.zeros_like(weight)
    atom, height = _tilted(log_atom, inside, multiplier, weight)
    ridge = 1e-14 * np.eye(len(member))
    for _ in range(_STEPS):
        slope = atom @ inside.T - weight
        if np.abs(slope).max(initial=0.0) < 1e-13:
            break
        curve = np.einsum("ga,ra,ha->rgh", inside, atom, inside, optimize=True)
        mean = atom @ inside.T
        curve -= mean[:, :, None] * mean[:, None, :]
        step = -np.linalg.solve(curve + ridge, slope[:, :, None])[:, :, 0]
        far = np.abs(step).max(axis=1) > _LONGEST_STEP
        if far.any():
            step[far] = _short_step(curve[far] + ridge, slope[far])
        for _ in range(20):
            trial, value = _tilted(log_atom, inside, multiplier + step, weight)
            worse = value > height + 1e-15
            if not worse.any():
                break
            step[worse] /= 2
        better = value <= height + 1e-15
        multiplier = np.where(better[:, None], multiplier + step, multiplier)
        atom, height = np.where(better[:, None], trial, atom), np.where(better, value, height)
    gap = np.abs(atom @ inside.T - weight)
    holds: Mask = np.all(gap <= 1e-9 + ROUNDED * weight, axis=1)
    return atom, holds


def _short_step(curve: Array, slope: Array) -> Array:
    """Return Newton's step cut along each axis of the curve, so that no flat one holds others back.

    A sum that rounding puts out of reach leaves an axis along which the dual falls for ever.
    """
    height, axes = np.linalg.eigh(curve)
    along = -np.einsum("rga,rg->ra", axes, slope) / np.maximum(height, 1e-300)
    step: Array = np.einsum("rga,ra->rg", axes, np.clip(along, -_LONGEST_STEP, _LONGEST_STEP))
    return step


def _tilted(
    log_atom: Array, inside: Array, multiplier: Array, weight: Array
) -> tuple[Array, Array]:
    """Return the atoms under some multipliers, and the dual they minimise, [row]."""
    exponent = log_atom + multiplier @ inside
    top = exponent.max(axis=1, keepdims=True)
    mass = np.exp(exponent - top)
    total = mass.sum(axis=1, keepdims=True)
    return mass / total, (np.log(total) + top)[:, 0] - (multiplier * weight).sum(axis=1)
