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
    Newton's method on the multipliers also ends quickly where some atoms must vanish. Rows do not
    know of each other: each ends by itself, and its products are its own, so that its bits do not
    depend on what else is fitted.

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
    going = np.arange(len(weight))
    for _ in range(_STEPS):
        mean = group_weights(inside, atom[going])
        left = np.abs(mean - weight[going]).max(axis=1, initial=0.0) >= 1e-13
        going, mean = going[left], mean[left]
        if not len(going):
            break
        given = log_atom[going], inside
        slope, start = mean - weight[going], multiplier[going]
        curve = (inside * atom[going][:, None, :]) @ inside.T - mean[:, :, None] * mean[:, None, :]
        step = -np.linalg.solve(curve + ridge, slope[:, :, None])[:, :, 0]
        far = np.abs(step).max(axis=1) > _LONGEST_STEP
        if far.any():
            step[far] = _short_step(curve[far] + ridge, slope[far])
        for _ in range(20):
            trial, value = _tilted(*given, start + step, weight[going])
            worse = value > height[going] + 1e-15
            if not worse.any():
                break
            step[worse] /= 2
        better = value <= height[going] + 1e-15
        moved = going[better]
        multiplier[moved] = (start + step)[better]
        atom[moved], height[moved] = trial[better], value[better]
    gap = np.abs(group_weights(inside, atom) - weight)
    holds: Mask = np.all(gap <= 1e-9 + ROUNDED * weight, axis=1)
    return atom, holds


def group_weights(inside: Array, atom: Array) -> Array:
    """Return what groups weigh, [row, group], row by row.

    Args:
        inside: 1 where an atom belongs to a group, [group, atom].
        atom: weights of the atoms, [row, atom].
    """
    return np.asarray((inside @ atom[:, :, None])[:, :, 0])


def _short_step(curve: Array, slope: Array) -> Array:
    """Return Newton's step cut along each axis of the curve, so that no flat one holds others back.

    A sum that rounding puts out of reach leaves an axis along which the dual falls for ever.
    """
    height, axes = np.linalg.eigh(curve)
    along = -(axes.swapaxes(1, 2) @ slope[:, :, None])[:, :, 0] / np.maximum(height, 1e-300)
    cut = np.clip(along, -_LONGEST_STEP, _LONGEST_STEP)
    return np.asarray((axes @ cut[:, :, None])[:, :, 0])


def _tilted(
    log_atom: Array, inside: Array, multiplier: Array, weight: Array
) -> tuple[Array, Array]:
    """Return the atoms under some multipliers, and the dual they minimise, [row]."""
    exponent = log_atom + (inside.T @ multiplier[:, :, None])[:, :, 0]
    top = exponent.max(axis=1, keepdims=True)
    mass = np.exp(exponent - top)
    total = mass.sum(axis=1, keepdims=True)
    return mass / total, (np.log(total) + top)[:, 0] - (multiplier * weight).sum(axis=1)
