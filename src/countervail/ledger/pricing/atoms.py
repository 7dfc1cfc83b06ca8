"""From the weights of overlapping product groups to the weights of their atoms.

Product groups of several measures overlap inside a sector cell (a list of tariff items inside
"all goods", car parts inside a China list). Their **atoms** are the goods that belong to the same
groups, counted in six-digit subheadings, of which national tariff lines are parts
(:mod:`countervail.ledger.pieces`); what belongs to none is the **rest**. A group's coverage fixes
the sum of its atoms; the atoms are the maximum-entropy weights (prior: number of subheadings) that
reproduce every group's. Nested and disjoint groups leave nothing to entropy: they come out exactly.

Plain arrays: rows are exporters, columns groups or atoms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.ledger.pricing.entropy import ROUNDED, group_weights, maximum_entropy

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

ESTIMATED_LIMIT = 0.95
"""Estimated lines of a cell together take at most this part of it, unless they are the sector."""

UNCOUNTED = 0.0005
"""Prior part of a cell for goods that no subheading stands for: what three digits may leave."""


@dataclass(frozen=True, eq=False)
class Family:
    """The groups of a cell as sets of subheadings.

    Attributes:
        member: which atoms belong to which group, [group, atom]; the last atom is the rest.
        prior: number of subheadings in each atom, a fraction where national lines are told apart,
            [atom]; the rest counts zero where the groups name all there is.
    """

    member: Mask
    prior: Array

    def limit(self, estimated: Mask) -> float:
        """Return the part of the cell that estimates take together: all where they name it all."""
        left = ~np.any(self.member[estimated], axis=0)
        return 1.0 if not self.prior[left].sum() else ESTIMATED_LIMIT


class AtomWeights(NamedTuple):
    """Atom weights and what they made of the coverages.

    Attributes:
        member: [group, atom], as in :class:`Family`; nested families have one atom a group.
        atom: weight of each atom, [row, atom]; rows sum to one.
        group: weight each group came out with, [row, group].
        excess: weight a group lost to the limit of the cell, [row, group].
        contradicted: rows whose coverages cannot all hold, [row].
    """

    member: Mask
    atom: Array
    group: Array
    excess: Array
    contradicted: Mask


def family(named: Mask, size: Array, home: Mask, whole: Mask) -> Family:
    """Return the atoms of groups of goods.

    Args:
        named: which pieces of subheadings each group names, [group, piece].
        size: what part of a subheading a piece is, [piece].
        home: pieces of the sector's own; the others came with a group, [piece].
        whole: groups that are the entire sector, [group]; every atom is theirs.
    """
    named = named | whole[:, None]
    code = named.T @ (1 << np.arange(len(named), dtype=np.object_))
    found: dict[int, float] = {}
    rest = 0.0
    nothing = sum(1 << int(g) for g in np.flatnonzero(whole))
    for position, key in enumerate(code.tolist()):
        if key == nothing:
            rest += float(size[position]) if home[position] else 0.0
        else:
            found[key] = found.get(key, 0.0) + float(size[position])
    groups = np.arange(len(named))
    member = np.array([[bool(key >> int(g) & 1) for key in (*found, nothing)] for g in groups])
    prior = np.array([*found.values(), rest], dtype=np.float64)
    return Family(member.reshape(len(named), len(prior)), prior)


def fit(
    groups: Family, weight: Array, estimated: Mask, order: list[int] | None = None
) -> AtomWeights:
    """Return atom weights that reproduce the groups' weights, as far as they can hold together.

    Estimated groups together take at most :data:`ESTIMATED_LIMIT`, or all of a cell that they name
    whole; where they ask for more, or for more than a better-known group around them has, they are
    scaled down by a common factor.

    Args:
        groups: the family.
        weight: coverage of each group, [row, group].
        estimated: which groups are estimates (published, proxy, equal), [group].
        order: of nesting, where it is known: ``nesting_order`` of these weights.
    """
    order = nesting_order(groups.member, weight) if order is None else order
    parent = parents(groups.member, order)
    if parent is not None:
        return _fit_nested(parent, order, weight, estimated, groups.limit(estimated))
    return _fit_overlapping(groups, weight, estimated)


def nesting_order(member: Mask, weight: Array) -> list[int]:
    """Return groups from the outermost to the innermost; of equal sets, the heavier is outer.

    Args:
        member: [group, atom].
        weight: [row, group].
    """
    atoms, mean = member.sum(axis=1), weight.mean(axis=0)
    return sorted(range(len(mean)), key=lambda g: (-int(atoms[g]), -float(mean[g]), g))


def parents(member: Mask, order: list[int]) -> list[int] | None:
    """Return each group's smallest superset (-1 for none), or None where two sets cross."""
    parent = [-1] * len(order)
    for place, g in enumerate(order):
        for outer in reversed(order[:place]):
            shared = member[g] & member[outer]
            if not shared.any():
                continue
            if not np.array_equal(shared, member[g]):
                return None
            if parent[g] < 0:
                parent[g] = outer
    return parent


def _fit_nested(
    parent: list[int], order: list[int], weight: Array, estimated: Mask, most: float
) -> AtomWeights:
    rows, count = weight.shape
    asked, got = weight, weight.copy()
    children: list[list[int]] = [[g for g in order if parent[g] == p] for p in range(count)]
    roots = [g for g in order if parent[g] < 0]
    below = _descendants(children, order)
    floor = np.where(estimated, 0.0, weight)
    for g in reversed(order):
        if estimated[g] and children[g]:
            # what is known better inside an estimate raises the estimate
            floor[:, g] = floor[:, children[g]].sum(axis=1)
            got[:, g] = np.maximum(got[:, g], floor[:, g])
    raised = got.copy()
    top = [g for g in order if estimated[g] and not _has_estimated_ancestor(g, parent, estimated)]
    limit = np.minimum(1.0, most / np.maximum(got[:, top].sum(axis=1), 1e-300))
    got[:, estimated] *= limit[:, None]
    _share_out(got, roots, below, estimated, np.ones(rows))
    excess = np.where(estimated, raised - got, 0.0)
    after_limit = got.copy()
    for g in order:
        if children[g]:
            _share_out(got, children[g], below, estimated, got[:, g])
    inner = np.zeros((rows, count + 1))
    for g in range(count):
        inner[:, g] = got[:, g] - got[:, children[g]].sum(axis=1) if children[g] else got[:, g]
    inner[:, count] = 1.0 - got[:, roots].sum(axis=1)
    atom = _cleaned(inner)
    member = np.zeros((count, count + 1), dtype=np.bool_)
    for g in range(count):
        member[g, [g, *below[g]]] = True
    strained = np.abs(raised - asked) + np.abs(after_limit - got)
    strained += np.where(estimated, 0.0, np.abs(asked - got))
    contradicted: Mask = np.any(strained > 1e-9 + ROUNDED * asked, axis=1)
    return AtomWeights(member, atom, got, excess, contradicted)


def _share_out(
    got: Array, siblings: list[int], below: list[list[int]], estimated: Mask, room: Array
) -> None:
    """Scale siblings (with all inside them) to the room they have, estimates first; in place."""
    known = [g for g in siblings if not estimated[g]]
    guessed = [g for g in siblings if estimated[g]]
    taken = got[:, known].sum(axis=1)
    for part, space in ((known, room), (guessed, np.maximum(room - taken, 0.0))):
        asked = got[:, part].sum(axis=1)
        factor = np.where(asked > space * (1 + 1e-12), space / np.maximum(asked, 1e-300), 1.0)
        if (factor < 1.0).any():
            for g in part:
                got[:, [g, *below[g]]] *= factor[:, None]


def _descendants(children: list[list[int]], order: list[int]) -> list[list[int]]:
    below: list[list[int]] = [[] for _ in order]
    for g in reversed(order):
        below[g] = [d for c in children[g] for d in (c, *below[c])]
    return below


def _has_estimated_ancestor(g: int, parent: list[int], estimated: Mask) -> bool:
    at = parent[g]
    while at >= 0:
        if estimated[at]:
            return True
        at = parent[at]
    return False


def _fit_overlapping(groups: Family, weight: Array, estimated: Mask) -> AtomWeights:
    member, prior = groups.member, groups.prior
    prior = np.where(prior > 0, prior, UNCOUNTED * prior.sum())
    most = groups.limit(estimated)
    atom, done = _within_limit(member, prior, weight, estimated, most)
    got = weight.copy()
    if not done.all():
        # coverages that leave no room between the codes: goods outside any code the others name
        member, prior = _with_own_atoms(member, prior)
        wider, also = _within_limit(member, prior, weight, estimated, most)
        grown = np.zeros((len(weight), member.shape[1]))
        grown[:, : groups.member.shape[1] - 1] = atom[:, :-1]
        grown[:, -1] = atom[:, -1]
        atom = np.where(done[:, None], grown, wider)
        done = done | also
    stuck = np.flatnonzero(~done)
    contradicted = np.zeros(len(weight), dtype=np.bool_)
    if len(stuck):
        factor = _largest_factor(member, prior, weight[stuck], estimated, most)
        scaled = np.where(estimated, weight[stuck] * factor[:, None], weight[stuck])
        atom[stuck], held = _within_limit(member, prior, scaled, estimated, most)
        got[stuck] = group_weights(member.astype(np.float64), atom[stuck])
        contradicted[stuck] = ~held
    union: Mask = np.any(member[estimated], axis=0)
    _trim(atom, union, most)
    excess = np.where(estimated, np.maximum(weight - got, 0.0), 0.0)
    excess[excess < 1e-6] = 0.0
    return AtomWeights(member, _cleaned(atom), got, excess, contradicted)


def _trim(atom: Array, union: Mask, most: float) -> None:
    """Bring the estimates' union, met to rounding, down to its limit exactly; in place."""
    taken = np.where(union, atom, 0.0).sum(axis=1)
    over = taken > most
    factor = np.where(over, most / np.maximum(taken, 1e-300), 1.0)
    atom *= np.where(union, factor[:, None], 1.0)
    atom[:, -1] += np.where(over, taken - most, 0.0)


def _with_own_atoms(member: Mask, prior: Array) -> tuple[Mask, Array]:
    """Return the family with an atom of its own for every group that has none."""
    count = len(member)
    alone = [g for g in range(count) if not (member[g] & (member.sum(axis=0) == 1)).any()]
    extra = np.zeros((count, len(alone)), dtype=np.bool_)
    extra[alone, np.arange(len(alone))] = True
    wider = np.concatenate([member[:, :-1], extra, member[:, -1:]], axis=1)
    return wider, np.concatenate(
        [prior[:-1], np.full(len(alone), UNCOUNTED * prior.sum()), prior[-1:]]
    )


def _largest_factor(
    member: Mask, prior: Array, weight: Array, estimated: Mask, most: float
) -> Array:
    """Return the largest common factor on the estimates with which every coverage holds, [row]."""
    low, high = np.zeros(len(weight)), np.ones(len(weight))
    for _ in range(14):
        middle = (low + high) / 2
        scaled = np.where(estimated, weight * middle[:, None], weight)
        _, holds = _within_limit(member, prior, scaled, estimated, most)
        low, high = np.where(holds, middle, low), np.where(holds, high, middle)
    return low


def _within_limit(
    member: Mask, prior: Array, weight: Array, estimated: Mask, most: float
) -> tuple[Array, Mask]:
    """Return atom weights with the estimates' union inside its limit, and which rows hold."""
    atom, holds = maximum_entropy(member, prior, weight)
    union: Mask = np.any(member[estimated], axis=0)
    taken = np.where(union, atom, 0.0).sum(axis=1)
    over: Mask = holds & (taken > most + 1e-9)
    if over.any():
        limited = np.concatenate([weight[over], np.full((int(over.sum()), 1), most)], 1)
        atom[over], holds[over] = maximum_entropy(
            np.concatenate([member, union[None]]), prior, limited
        )
    return atom, holds


def _cleaned(atom: Array) -> Array:
    """Return atom weights without rounding dust, rows summing to one."""
    atom = np.where(atom < 1e-12, 0.0, atom)
    total = atom.sum(axis=1, keepdims=True)
    cleaned: Array = np.divide(atom, total, out=np.zeros_like(atom), where=total > 0)
    return cleaned
