"""The check of goods, of what stays and of inputs that are short: nothing wrong passes."""

from __future__ import annotations

import numpy as np
import pytest

from countervail.bridge import baseline
from countervail.core.certificate import TOLERANCE, Certificate, acceptable
from countervail.core.choices.nested_goods import NestedGoods
from countervail.core.choices.one_good import OneGood
from countervail.core.choices.specific_factors import SpecificFactors
from countervail.core.choices.technology import CobbDouglasTechnology
from countervail.core.model import Baseline, Goods, Hats
from countervail.models.economy import Economy
from countervail.models.presets import FirstYear
from countervail.state import State, solve_state
from countervail.testing import random_world
from countervail.testing.shocks import random_shock

from .small import core

NUDGE = 1e-6

Case = tuple[Economy, Baseline, State]

MODELS = {
    "first year": FirstYear(),
    "own income": FirstYear(deficits="own_income"),
    "constant shares of goods": FirstYear(goods=NestedGoods(1.0)),
    "poor substitutes": FirstYear(goods=NestedGoods(0.6)),
    "what stays alone": Economy(factors=SpecificFactors()),
    "nests alone": Economy(goods=NestedGoods(2.5)),
}


def case(name: str) -> Case:
    model, seed = MODELS[name], len(name)
    table = random_world(seed, 4, 4, zero_flows=0.2, idle_producers=1).with_goods()
    base = baseline(table.world())
    kinds = {"tariffs": 1.0, "icebergs": 0.2, "productivity": 0.1, "labour": 0.1}
    shock = core(random_shock(seed, table, transfers=0.02, lines=3, **kinds))
    return model, base, solve_state(model, base, shock)


CASES = {name: case(name) for name in MODELS}


def verified(model: Economy, base: Baseline, state: State, hats: Hats) -> Certificate:
    return model.verify(base, state.shock, hats, state.outcome)


def fails(certificate: Certificate) -> bool:
    return not acceptable(certificate.residual, certificate.effect)


@pytest.mark.parametrize("name", MODELS)
def test_what_is_solved_passes_and_names_the_blocks(name: str) -> None:
    model, base, state = CASES[name]
    certificate = verified(model, base, state, state.solved.claimed)
    assert certificate.residual <= TOLERANCE
    names = {block.name for block in certificate.blocks}
    assert ("specific factors" in names) == isinstance(model.factors, SpecificFactors)
    assert ("goods of a sector" in names) == isinstance(model.goods, NestedGoods)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("nudge", [NUDGE, -NUDGE])
def test_any_unknown_a_millionth_away_fails(name: str, nudge: float) -> None:
    model, base, state = CASES[name]
    claimed = state.solved.claimed
    goods = base.goods
    assert goods is not None
    made = base.gross_output[goods.staying] > 0
    bought = base.expenditure > 0
    # what nobody buys has no price, and what nobody makes no value added, to be wrong about
    real = (np.ones_like(claimed.wage, dtype=bool), bought, bought, made)
    for block, values in enumerate(claimed.blocks):
        for place in zip(*np.nonzero(real[block]), strict=True):
            wrong = values.copy()
            wrong[place] += nudge
            moved = [*claimed.blocks[:block], wrong, *claimed.blocks[block + 1 :]]
            certificate = verified(model, base, state, Hats.of(moved))
            assert fails(certificate), f"block {block} at {place}"
            if block == 3:
                own = next(b for b in certificate.blocks if b.name == "specific factors")
                assert own.residual > 0.1 * NUDGE
                assert (own.sector, own.country) == (goods.staying[place[0]], place[1])


def test_other_choices_than_those_solved_fail() -> None:
    model, base, state = CASES["first year"]
    for name, other in {
        "another elasticity of goods": FirstYear(goods=NestedGoods(1.6)),
        "no nests": FirstYear(goods=OneGood()),
        "inputs not short": FirstYear(technology=CobbDouglasTechnology()),
        "all free to move": Economy(goods=model.goods, technology=model.technology),
    }.items():
        claimed = state.solved.claimed
        hats = claimed if other.unknowns == model.unknowns else claimed._replace(others=())
        assert fails(verified(other, base, state, hats)), name


@pytest.mark.parametrize("name", ["supply", "within"])
def test_other_goods_than_those_solved_fail(name: str) -> None:
    model, base, state = CASES["first year"]
    goods = base.goods
    assert isinstance(goods, Goods)
    wrong = getattr(goods, name) * (1.0 + 1e-3 * np.arange(2.0)[:, None])
    other = base._replace(goods=goods._replace(**{name: wrong}))
    assert fails(verified(model, other, state, state.solved.claimed))


def test_a_sector_bought_off_the_utility_of_its_goods_is_blamed() -> None:
    """Spending moved between goods of a nest: its sum is right, what it buys is worth less."""
    model, base, state = CASES["first year"]
    goods, claimed = base.goods, state.solved.claimed
    assert goods is not None
    spending = claimed.expenditure.copy()
    one, two = goods.inside
    money = base.expenditure[[one, two]] * np.exp(spending[[one, two]])
    shift = 0.3 * money.min(axis=0)
    spending[one] += np.log1p(shift / money[0])
    spending[two] += np.log1p(-shift / money[1])
    certificate = verified(model, base, state, claimed._replace(expenditure=spending))
    own = next(b for b in certificate.blocks if b.name == "goods of a sector")
    assert own.residual > 1e-4
