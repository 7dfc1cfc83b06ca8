"""How partners answer a player's tariffs: by a stated part of what its mean rate on them rises.

Of every percentage point that the player's rates on a partner rise on average (weighted by imports
of the base year), the partner adds the stated part to its own rates on all goods of the player's.
Lower rates are not answered: bounds keep rates that stand as the lowest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from countervail.core.levers import Levers
from countervail.core.model import Shock
from countervail.errors import InputError
from countervail.policy.players import Player
from countervail.policy.players import player as named
from countervail.world import World

Array = NDArray[np.float64]
IntArray = NDArray[np.intp]


class Reaction(NamedTuple):
    """What partners add to their rates.

    Attributes:
        names: of those who answer.
        members: countries of each, by position.
        weight: what each adds for a unit of each of the player's rates, [answer, instrument].
        present: rates from which that is counted, [instrument].
        sectors: positions of the goods they answer on.
        exporters: positions of the player's members.
        words: what was stated.
    """

    names: tuple[str, ...]
    members: tuple[tuple[int, ...], ...]
    weight: Array
    present: Array
    sectors: tuple[int, ...]
    exporters: tuple[int, ...]
    words: str

    def added(self, rates: Array) -> Array:
        """Return what each adds to its rates, [answer]."""
        return np.asarray(self.weight @ (rates - self.present))

    def answered(self, law: Shock, rates: Array) -> Shock:
        """Return a state of law, its tariffs a cube, with what partners add to them."""
        assert law.tariff_new is not None
        added = self._cube(law.tariff_new.shape, rates)
        lines = law.lines
        if lines is not None:
            more = added[lines.sector, lines.importer, lines.exporter]
            lines = lines._replace(tariff_new=lines.tariff_new + more)
        return law._replace(tariff_new=law.tariff_new + added, lines=lines)

    def slopes(self, levers: Levers) -> Array:
        """Return what rates owe to the answers, [instrument]."""
        worth = [
            levers.tariff[np.ix_(self.sectors, each, self.exporters)].sum() for each in self.members
        ]
        return np.asarray(np.array(worth) @ self.weight)

    def of_world(self, rates: Array, world: World) -> Array:
        """Return what is added in a world's axes [exporter, importer, sector]."""
        return self._cube(world.trade.shape[::-1], rates).transpose(2, 1, 0)

    def _cube(self, shape: tuple[int, ...], rates: Array) -> Array:
        cube = np.zeros(shape)
        for each, more in zip(self.members, self.added(rates), strict=True):
            cube[np.ix_(self.sectors, each, self.exporters)] = more
        return cube


def answers(
    stated: Mapping[str, float], player: Player, world: World
) -> list[tuple[Player, float]]:
    """Return who answers a player, and with what part.

    Args:
        stated: by partner, a country or group, the part it answers with (1 is as much again).
        player: who is answered.
        world: the world.

    Raises:
        InputError: an unknown partner, the player itself, one named twice, or a senseless part.
    """
    found: list[tuple[Player, float]] = []
    seen = dict.fromkeys(player.members, player.name)
    for word, part in stated.items():
        who = named(word, world)
        again = next((seen[n] for n in who.members if n in seen), None)
        if again is not None:
            raise InputError(f"reaction: {word} is in {again} already: name each once, not oneself")
        if not 0.0 < part < np.inf:
            raise InputError(f"reaction {word}={part:g}: give a positive part, 1 is as much again")
        seen |= dict.fromkeys(who.members, who.name)
        found.append((who, float(part)))
    return found


def reaction(
    answers: Sequence[tuple[Player, float]],
    player: Player,
    goods: tuple[int, ...],
    imports: Array,
    whole: Array,
    exporter: IntArray,
    of: IntArray,
    present: Array,
) -> Reaction:
    """Return how partners answer a player's rates.

    Args:
        answers: who answers, and with what part.
        player: who is answered.
        goods: positions of the sectors they answer on.
        imports: of the base year, of each place a rate stands in, [place].
        whole: imports of all goods by exporter, [country]: what keeps its rate rises by nothing.
        exporter: of each place.
        of: instrument of each place.
        present: rates from which the answer is counted, [instrument].

    Raises:
        InputError: the player sets nothing on somebody who is to answer.
    """
    weight = np.zeros((len(answers), len(present)))
    for a, (who, part) in enumerate(answers):
        theirs = np.where(np.isin(exporter, who.members), imports, 0.0)
        if not theirs.any():
            raise InputError(f"reaction: {who.name} has nothing to answer, no rate on it is set")
        size = whole[list(who.members)].sum()
        weight[a] = part * np.bincount(of, theirs / size, minlength=len(present))
    return Reaction(
        tuple(who.name for who, _ in answers),
        tuple(who.members for who, _ in answers),
        weight,
        present,
        goods,
        player.members,
        ", ".join(f"{who.name} {part:g}" for who, part in answers),
    )
