"""A question of policy: who sets what, within which bounds, and what for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from countervail.core.model import Hats, Shock
from countervail.errors import InputError
from countervail.policy.evaluator import Evaluator
from countervail.policy.in_force import PolicyInForce
from countervail.policy.legal import Movers
from countervail.policy.players import Player
from countervail.policy.players import player as named
from countervail.policy.rates.chosen import chosen_rates, together
from countervail.policy.rates.instruments import Instruments
from countervail.policy.rates.objective import Objective, objective
from countervail.policy.rates.settable import Terms, instruments
from countervail.solution import Solution
from countervail.world import World

Array = NDArray[np.float64]
ByPlayer = Mapping[str, Sequence[str]]


@dataclass(frozen=True, eq=False)
class Problem:
    """A question about tariffs.

    Attributes:
        in_force: the policy in force, solved: the status quo.
        players: who sets tariffs.
        instruments: what each sets, with its bounds, [player].
        aims: what each is after, [player].
    """

    in_force: PolicyInForce
    players: tuple[Player, ...]
    instruments: tuple[Instruments, ...]
    aims: tuple[Objective, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the players."""
        return tuple(one.name for one in self.players)

    @cached_property
    def present(self) -> tuple[Array, ...]:
        """Rates that stand, of each player, [instrument]."""
        base, law = self.in_force.base, self.in_force.shock
        return tuple(own.present(base, law) for own in self.instruments)

    @property
    def movers(self) -> Movers:
        """Who changes something: the players, and whoever answers them as stated."""
        found = [(one.name, one.members) for one in self.players]
        for own in self.instruments:
            if own.reaction is not None:
                found += zip(own.reaction.names, own.reaction.members, strict=True)
        return found

    @property
    def notes(self) -> tuple[str, ...]:
        """What must be said of the instruments."""
        return tuple(dict.fromkeys(note for own in self.instruments for note in own.notes))

    def evaluators(self) -> tuple[Evaluator, ...]:
        """Return an evaluator of each player's aim."""
        made: list[Evaluator] = []
        for own, aim in zip(self.instruments, self.aims, strict=True):
            made.append(Evaluator(self.in_force, own, aim, beside=made[0] if made else None))
        return tuple(made)

    def law(self, rates: Sequence[Array]) -> Shock:
        """Return the state of law with everybody's rates, [player][instrument]."""
        law = self.in_force.shock
        for own, each in zip(self.instruments, rates, strict=True):
            law = own.placed(self.in_force.base, law, each)
        return law

    def solution(
        self,
        title: str,
        name: str,
        rates: Sequence[Array],
        near: Hats,
        first: Iterable[Player] | None = None,
    ) -> Solution:
        """Return the certified comparison of chosen rates with the policy in force.

        Args:
            title, name: of the question.
            rates: what each player sets, [player][instrument]; NaN leaves the law as it stands.
            near: where the search found the second state.
            first: whose figures are shown first; default the players'.

        Raises:
            NotCertified: a state did not pass the check.
        """
        lines, world = self.in_force.resolved.lines, self.in_force.world
        parts = [
            chosen_rates(own, each, lines, world)
            for own, each in zip(self.instruments, rates, strict=True)
        ]
        policy = parts[0] if len(parts) == 1 else together(parts)
        pair = self.in_force.before.solved.hats, near
        shown = [one.members[0] for one in first or self.players]
        return self.in_force.solution(title, name, policy, pair, shown)


def of_one(
    in_force: PolicyInForce, who: Player, terms: Terms, wanted: Mapping[str, float] | None = None
) -> Problem:
    """Return the problem of one player.

    Args:
        in_force: the policy in force.
        who: the player.
        terms: what it may set.
        wanted: what it is after; default its own welfare.

    Raises:
        InputError: as ``instruments`` and ``objective``.
    """
    own = instruments(in_force, who, terms)
    aim = objective(in_force.world, who, in_force.base, in_force.before.outcome, wanted)
    return Problem(in_force, (who,), (own,), (aim,))


def of_several(
    in_force: PolicyInForce, players: Sequence[str], terms: Terms, held: ByPlayer, free: ByPlayer
) -> Problem:
    """Return the problem of several players, each after its own welfare.

    Args:
        in_force: the policy in force.
        players: countries or groups.
        terms: what every player may set.
        held: by player, the partners it keeps its present rates on.
        free: by player, the partners whose rates are zero.

    Raises:
        InputError: one player only, a country that plays twice, somebody in ``held`` or ``free``
            who does not play; or as ``of_one``.
    """
    world = in_force.world
    playing = tuple(named(word, world) for word in players)
    _refuse_players(playing, world)
    keeps = _by_player(playing, "held", held, world)
    frees = _by_player(playing, "free", free, world)
    # read once: the second player's turn would find an iterator empty
    terms = terms._replace(
        partners=None if terms.partners is None else list(terms.partners),
        sectors=None if terms.sectors is None else list(terms.sectors),
    )
    each = []
    for who in playing:
        own = terms._replace(held=keeps.get(who.name, ()), free=frees.get(who.name, ()))
        each.append(of_one(in_force, who, own))
    sets, aims = zip(*((one.instruments[0], one.aims[0]) for one in each), strict=True)
    return Problem(in_force, playing, sets, aims)


def _refuse_players(players: Sequence[Player], world: World) -> None:
    """Raise where there is nobody to play against, or somebody plays twice.

    Raises:
        InputError: who.
    """
    if len(players) < 2:
        raise InputError("this needs two players or more; 'optimal' is for one")
    seen: dict[int, str] = {}
    for who in players:
        for n in who.members:
            if n in seen:
                raise InputError(
                    f"{world.countries[n]} plays twice, in {seen[n]} and in {who.name}: name it "
                    "once"
                )
            seen[n] = who.name


def _by_player(
    players: Sequence[Player], what: str, given: ByPlayer, world: World
) -> dict[str, Sequence[str]]:
    """Return the partners that were given for each player, by the player's name.

    Raises:
        InputError: somebody who does not play.
    """
    names = [one.name for one in players]
    kept: dict[str, Sequence[str]] = {}
    for word, partners in given.items():
        name = named(word, world).name
        if name in kept:
            raise InputError(f"{what} names {name} twice: give all its partners at once")
        if name not in names:
            raise InputError(f"{what} names '{word}', who does not play ({', '.join(names)} do)")
        kept[name] = partners
    return kept
