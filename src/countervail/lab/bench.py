"""The bench: a world, a law and what was solved of them, kept between one move and the next.

One at a time uses it. Goods are carved once for every law of the page; what has been priced, and
what has been solved, is kept, so that a move is one solve from where the last one lies.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from countervail.core.model import Hats, Model
from countervail.horizons import LONG, at_horizon, touched_by, with_goods
from countervail.lab.priced import PricedQuestion
from countervail.lab.questions import AskedLaw, LabQuestions
from countervail.lab.state import ON, LabState
from countervail.lab.trail import AlongTrail, LabTrail
from countervail.ledger import Ledger, open_ledger
from countervail.models.presets import CaliendoParro
from countervail.scenario import Scenario, open_scenario
from countervail.scenario.own_law import with_own
from countervail.solution import Solution
from countervail.sources import open_world
from countervail.world import World
from countervail.world.goods import Good

KEPT_LAWS = 12
"""Laws priced: a dozen cover the days of a timeline."""

KEPT_WORLDS = 4
"""Worlds of horizons, assumptions and goods: each keeps its laws and answers."""

KEPT_OWN = 8
"""Pages with measures of one's own: undo takes them up again."""

KEPT_ANSWERS = 48
"""Answers of a few megabytes each: undo and swap show them at once."""

Held = TypeVar("Held")


class Keeping(Generic[Held]):
    """The last few of what was made, by key.

    Args:
        most: kept.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.held: OrderedDict[object, Held] = OrderedDict()

    def get(self, key: object, make: Callable[[], Held]) -> Held:
        """Return what is kept under a key; it is made where there is none."""
        if key not in self.held:
            self.held[key] = make()
        self.held.move_to_end(key)
        while len(self.held) > self.most:
            self.held.popitem(last=False)
        return self.held[key]

    def __contains__(self, key: object) -> bool:
        return key in self.held


@dataclass(eq=False)
class WorldAt:
    """The world and the model at one horizon, and what was solved there.

    Attributes:
        world: with goods carved, elasticities as they are after so many years.
        model: the economics.
        laws: priced, by the key of their question.
        answers: by the key of their state.
        last: where the last answer lies.
        first: where the last first state lies.
        trail: the last answers, from which the next is guessed.
        drawn: worlds and ledgers of draws, by the names of what is drawn (``ranging``).
    """

    world: World
    model: Model
    laws: Keeping[PricedQuestion] = field(default_factory=lambda: Keeping(KEPT_LAWS))
    answers: Keeping[Solution] = field(default_factory=lambda: Keeping(KEPT_ANSWERS))
    last: Hats | None = None
    first: Hats | None = None
    trail: LabTrail = field(default_factory=LabTrail)
    drawn: dict[tuple[str, ...], dict[bytes, tuple[World, Ledger | None]]] = field(
        default_factory=dict
    )


class LabBench:
    """What is needed to answer any state of a page.

    Args:
        world: without goods, or with goods of its own.
        scenario: what the page opens with.

    Raises:
        InputError: the scenario asks of no law that could be moved, or does not fit the world.
    """

    def __init__(self, world: World, scenario: Scenario) -> None:
        self.given = world
        self.questions = LabQuestions.of(scenario)
        self.worlds: Keeping[WorldAt] = Keeping(KEPT_WORLDS)
        self._own: Keeping[LabQuestions] = Keeping(KEPT_OWN)
        self._goods: Keeping[tuple[Good, ...]] = Keeping(KEPT_OWN + 1)

    @classmethod
    def opened(
        cls,
        scenario: str,
        variant: str | None = None,
        world: str = "oecd-2022",
        ledger: Iterable[str] = (),
        allow_partial: bool = False,
    ) -> LabBench:
        """Return the bench of a scenario by name.

        Args:
            scenario: name of a preset, or path of a file.
            variant: of the scenario.
            world: name or file.
            ledger: folders of measures of one's own.
            allow_partial: whether answers may leave out what cannot be placed; they say so.

        Raises:
            InputError, FileError: no such scenario or world, or it is refused.
        """
        opened = open_world(world)
        book = open_ledger(*ledger)
        asked = open_scenario(scenario, variant, ledger=book, own=opened.countries)
        return cls(opened, asked.partly(allow_partial))

    def questions_of(self, state: LabState) -> LabQuestions:
        """Return the questions of a page with the measures of one's own that a state has.

        Raises:
            InputError: one of them changes nothing of the question, or is there already.
        """
        if not state.own:
            return self.questions
        scenario = self.questions.scenario
        return self._own.get(state.own, lambda: LabQuestions.of(with_own(scenario, state.own)))

    def goods_of(self, state: LabState) -> tuple[Good, ...]:
        """Return the goods carved for a horizon: those that any law of the page touches."""
        questions = self.questions_of(state)

        def touched() -> tuple[Good, ...]:
            everything = {
                key: ON
                for key, row in questions.rows.items()
                if row.why_not is None
                and row.rate_in(questions.law(questions.day)) is None
                and row.last_in_force(questions.day) is not None
            }
            asked = [questions.scenario]
            if everything:
                asked.append(questions.asked(LabState(edits=everything)).scenario)
            return touched_by(asked, self.given)

        return self._goods.get(questions, touched)

    def world_at(self, state: LabState) -> WorldAt:
        """Return the world and the model that a state is answered with.

        Raises:
            InputError: no such set of elasticities.
        """
        goods = () if state.horizon == LONG else self.goods_of(state)

        def made() -> WorldAt:
            world, model = self.given, CaliendoParro(deficits=state.closure)  # type: ignore[arg-type]
            if state.elasticities is not None:
                world = world.with_elasticity_set(state.elasticities)
            if state.horizon != LONG:
                world, model = at_horizon(with_goods(world, goods), model, state.horizon)  # type: ignore[assignment]
            return WorldAt(world, model)

        codes = tuple(good.code for good in goods)
        return self.worlds.get((state.horizon, state.closure, state.elasticities, codes), made)

    def asked(self, state: LabState) -> AskedLaw:
        """Return the question of a state.

        Raises:
            InputError: an edit of a row that there is not, or that cannot be moved.
        """
        return self.questions_of(state).asked(state)

    def priced(self, state: LabState) -> tuple[AskedLaw, PricedQuestion]:
        """Return the question of a state and its law, priced, with its first state solved.

        Raises:
            CountervailError: the law cannot be placed, or its first state has no answer.
        """
        at, asked = self.world_at(state), self.asked(state)
        questions = self.questions_of(state)
        law = self._law(at, questions, asked)
        if not asked.soft.keys() <= law.rates.keys():  # its duties are not told apart by lines
            asked = asked._replace(frame=asked.scenario, moves=(), soft={})
            law = self._law(at, questions, asked)
        return asked, law

    def _law(self, at: WorldAt, questions: LabQuestions, asked: AskedLaw) -> PricedQuestion:
        def made() -> PricedQuestion:
            found = PricedQuestion.of(questions, asked, at.world, at.model, at.first)
            at.first = found.before.solved.hats
            return found

        return at.laws.get(asked.key, made)

    def solution(self, state: LabState) -> Solution:
        """Return the certified answer to a state.

        Raises:
            CountervailError: it has none, with the reason.
        """
        at = self.world_at(state)

        def solved() -> Solution:
            asked, law = self.priced(state)
            rates = {**law.rates, **asked.soft}
            near = at.trail.ahead(asked.key, rates) or at.last
            found = law.solution(asked, _fitting(near, law))
            at.last = found.hats[1]
            at.trail.add(AlongTrail(asked.key, rates, found.hats[1]))
            return found

        return at.answers.get(state.key, solved)


def _fitting(hats: Hats | None, law: PricedQuestion) -> Hats | None:
    """Return where another answer lies, if it is of a world of this size."""
    here = law.before.solved.hats
    if hats is None or len(hats.blocks) != len(here.blocks):
        return None
    same = all(a.shape == b.shape for a, b in zip(hats.blocks, here.blocks, strict=True))
    return hats if same else None
