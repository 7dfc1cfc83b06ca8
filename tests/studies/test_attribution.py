"""Which measure causes what: shares that sum to the whole, on questions solved one by one."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from small_ledger import between, duty, quarrel, small_world

import countervail as cv
from countervail.scenario import Change, HandChange
from countervail.studies import Attribution, Share, attribute, by_implementer, shapley
from countervail.testing import tiny

Array = NDArray[np.float64]
COUNTRY = (
    "welfare",
    "welfare_usd",
    "revenue_change_usd",
    "real_wage",
    "exports_change",
    "imports_change",
    "revenue_change",
    "unemployment_change",
    "labour_at_work_change",
    "revenue_new",
    "export_revenue_new",
    "income_new",
    "deficit_new",
    "wage_hat",
)
OF_SECTOR = (
    "expenditure_new",
    "gross_output_new",
    "employment_change",
    "specific_income_change",
    "real_output_change",
    "cost_hat",
    "price_index_hat",
    "shop_price_hat",
)
BY_HAND = HandChange("MEX", "USA", add=20.0)


@pytest.fixture(scope="module")
def world() -> cv.World:
    return small_world()


@pytest.fixture(scope="module")
def question() -> cv.Scenario:
    """Four measures that meet, and a change by hand."""
    return replace(between(*quarrel()), hand_changes=(BY_HAND,))


@pytest.fixture(scope="module")
def found(world: cv.World, question: cv.Scenario) -> Attribution:
    return attribute(world, question)


def change(solution: cv.Solution, name: str) -> Array:
    """The change of a variable since the first state."""
    values = solution.arrays[name]
    if name.endswith("_hat"):
        return np.asarray(values - 1.0)
    if name.endswith("_new"):
        return np.asarray(values - solution.arrays[name.removesuffix("_new")])
    return np.asarray(values)


def close(one: Array, two: Array) -> bool:
    return np.allclose(one, two, rtol=1e-8, atol=1e-8 * (1.0 + np.abs(two).max()))


def test_shares_sum_to_the_whole(
    world: cv.World, question: cv.Scenario, found: Attribution
) -> None:
    solution = cv.solve(world, question)
    assert set(found.total) == {*COUNTRY, *OF_SECTOR}
    for name, whole in found.total.items():
        assert found.shapley[name].shape == (5, *whole.shape)
        assert close(whole, change(solution, name)), name
        size = np.abs(found.shapley[name]).max() or 1.0
        assert np.abs(found.shapley[name].sum(axis=0) - whole).max() <= 1e-9 * size, name
    assert found.exact
    assert (found.samples, found.seed, found.error) == (0, None, None)
    assert found.coalitions == 31
    assert found.residual <= 1e-10
    assert "5 groups, exact, 31 coalitions" in repr(found)


def test_shares_are_those_of_questions_solved_one_by_one(
    world: cv.World, question: cv.Scenario, found: Attribution
) -> None:
    """Every order written out, every coalition a scenario of its own."""
    parts = question.parts(world)
    assert tuple(found.groups) == parts
    values = {frozenset[str](): {name: np.zeros(1) for name in found.total}}
    orders = list(permutations(range(len(parts))))
    worth = {name: np.zeros_like(found.shapley[name]) for name in found.total}
    for order in orders:
        for place, joining in enumerate(order):
            before = frozenset(parts[g] for g in order[:place])
            with_ = before | {parts[joining]}
            if with_ not in values:
                only = tuple(part for part in parts if part in with_)
                solution = cv.solve(world, question.with_options(only=only))
                values[with_] = {name: change(solution, name) for name in found.total}
            for name, sums in worth.items():
                sums[joining] += values[with_][name] - values[before][name]
    everything = values[frozenset(parts)]
    for name, sums in worth.items():
        assert close(found.shapley[name], sums / len(orders)), name
        for g, part in enumerate(parts):
            assert close(found.alone[name][g], values[frozenset([part])][name])
            rest = values[frozenset(parts) - {part}]
            assert close(found.without[name][g], everything[name] - rest[name])


def test_what_is_displaced_counts_alone_but_is_not_missed(found: Attribution) -> None:
    row = share(found, "can-chn-seed-2025")
    assert row.alone < row.shapley < -0.01
    assert abs(row.without) < 1e-9


def share(found: Attribution, group: str, country: str = "CAN") -> Share:
    return next(row for row in found.table("welfare", country=country) if row.group == group)


def test_the_first_state_is_that_of_every_coalition(world: cv.World, question: cv.Scenario) -> None:
    """Estimates that leave each other too little room cut cells into other lines without each
    other: the lines, and with them the first state, are those of the whole question."""
    parts = question.parts(world)
    scenarios = [question, *(question.with_options(only=(part,)) for part in parts)]
    many = cv.solve_many(world, [*scenarios, question.with_options(only=())])
    for name in ("income", "expenditure", "gross_output", "revenue"):
        first = many.arrays[name]
        assert np.allclose(first, first[0], rtol=1e-9, atol=1e-9 * np.abs(first).max())
    nothing = {name: values[-1] for name, values in many.arrays.items()}
    assert np.abs(nothing["welfare"]).max() < 1e-9
    # without the rest of the question the same measure alone would start from elsewhere
    old, farm = quarrel()[0], quarrel()[2]
    apart = cv.solve_many(world, [between(old), between(old, farm)])
    gap = apart.arrays["revenue"][0] / apart.arrays["revenue"][1] - 1.0
    assert np.abs(gap).max() > 1e-4


def test_what_changes_nothing_has_no_share(world: cv.World) -> None:
    """A measure that stands in both states; it is no part that changes, and may be named."""
    question = between(*quarrel()[:3])
    assert question.parts(world) == ("can-chn-farm-2025", "can-chn-seed-2025")
    groups = {"old": "can-chn-old-2024", "new": question.parts(world)}
    found = attribute(world, question, groups=groups)
    for name, whole in found.total.items():
        assert np.abs(found.shapley[name][0]).max() <= 1e-9 * (np.abs(whole).max() or 1.0), name
        assert np.abs(found.alone[name][0]).max() <= 1e-9 * (np.abs(whole).max() or 1.0), name
    assert found.groups == {"old": ("can-chn-old-2024",), "new": question.parts(world)}


def test_equals_have_the_same_share(world: cv.World) -> None:
    """Duties of one rate on goods of one weight in one cell, beside a third."""
    twins = (duty("can-chn-one-2025", weight=0.3), duty("can-chn-two-2025", hs="1001", weight=0.3))
    found = attribute(world, between(*twins, quarrel()[4]))
    assert tuple(found.groups)[:2] == ("can-chn-one-2025", "can-chn-two-2025")
    for name, (one, two, _) in found.shapley.items():
        assert close(one, two), name


@pytest.mark.parametrize("deficits", ["own_income", "closed"])
def test_under_other_closures(world: cv.World, question: cv.Scenario, deficits: Any) -> None:
    model = cv.CaliendoParro(deficits=deficits)
    found = attribute(world, question, model)
    assert found.model is model
    solution = cv.solve(world, question, model)
    for name, whole in found.total.items():
        assert close(whole, change(solution, name)), name
    alone = cv.solve(world, question.with_options(only=("by-hand",)), model)
    assert close(found.alone["welfare"][-1], alone.arrays["welfare"])


def test_drawn_orders_come_close_and_say_how_close(
    world: cv.World, question: cv.Scenario, found: Attribution, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shapley, "MOST_EXACT", 4)
    drawn = attribute(world, question, samples=60, seed=4)
    assert not drawn.exact
    assert (drawn.samples, drawn.seed) == (60, 4)
    assert drawn.coalitions <= 31
    assert drawn.error is not None
    assert "60 orders drawn" in repr(drawn)
    for name, whole in drawn.total.items():
        size = np.abs(found.shapley[name]).max() or 1.0
        assert np.abs(drawn.shapley[name].sum(axis=0) - whole).max() <= 1e-9 * size, name
        assert close(drawn.alone[name], found.alone[name])
        assert close(drawn.without[name], found.without[name])
    gap = np.abs(drawn.shapley["welfare"] - found.shapley["welfare"])
    assert (gap <= 4.0 * drawn.error["welfare"] + 1e-8).all()
    assert 1e-8 < drawn.error["welfare"].max() < 0.02 * np.abs(found.total["welfare"]).max()
    assert drawn.dataset.kind.values.tolist() == ["shapley", "error", "alone", "without"]
    (row,) = [r for r in drawn.table("welfare", country="CAN") if r.group == "by-hand"]
    assert row.error == drawn.error["welfare"][4][0]
    both = drawn.table("welfare", country={"CAN": 0.5, "CHN": -0.5})[4].error
    assert both == pytest.approx(drawn.error["welfare"][4, :2].mean())


def test_more_than_ten_are_drawn(world: cv.World) -> None:
    eleven = [
        duty(f"can-chn-g{k:02d}-2025", hs=f"12{k:02d}", weight=0.05, rate=10.0 + k)
        for k in range(1, 12)
    ]
    found = attribute(world, between(*eleven), samples=4, seed=1)
    assert not found.exact
    assert len(found.groups) == 11
    assert found.coalitions < 100
    assert np.allclose(found.shapley["welfare"].sum(axis=0), found.total["welfare"], atol=1e-12)
    whole = np.abs(found.total["welfare"]).max()
    assert np.all(found.error["welfare"] < 0.01 * whole)  # type: ignore[index]


def test_groups(world: cv.World, question: cv.Scenario, found: Attribution) -> None:
    sides = by_implementer(question, world)
    assert sides == {
        "CAN": ("can-all-seed-2025", "can-chn-farm-2025", "can-chn-seed-2025"),
        "CHN": ("chn-can-food-2025",),
        "by-hand": ("by-hand",),
    }
    grouped = attribute(world, question, groups=sides)
    assert grouped.coalitions == 7
    assert close(grouped.total["welfare"], found.total["welfare"])
    assert close(grouped.alone["welfare"][1], found.alone["welfare"][3])


def test_changes_by_hand_alone(world: cv.World) -> None:
    tariff = np.array(world.tariff)
    tariff[0, 1] += 0.2
    question = cv.Scenario.from_arrays(world, tariff=tariff)
    assert question.parts(world) == ("by-hand",)
    assert by_implementer(question, world) == {"by-hand": ("by-hand",)}
    found = attribute(world, question)
    solution = cv.solve(world, question)
    assert found.coalitions == 1
    for name, whole in found.total.items():
        assert close(whole, change(solution, name))
        for shares in (found.shapley, found.alone, found.without):
            assert np.array_equal(shares[name][0], whole)


def test_canada_and_china(oecd: cv.World, canada_china: cv.Solution) -> None:
    reported: list[tuple[int, int]] = []
    found = attribute(oecd, canada_china.scenario, progress=lambda n, of: reported.append((n, of)))
    assert len(found.groups) == 5
    assert found.coalitions == 31
    assert reported == sorted(reported)
    assert reported[-1] == (31, 31)
    assert close(found.total["welfare"], canada_china.arrays["welfare"])
    rows = found.table("welfare", country="CAN")
    assert sum(row.shapley for row in rows) == pytest.approx(found.whole("welfare", country="CAN"))
    assert min(rows, key=lambda row: row.shapley).group == "chn-can-canola-seed-antidumping"


def test_labels(world: cv.World, found: Attribution) -> None:
    data = found.dataset
    assert data.welfare.dims == ("kind", "group", "country")
    assert data.gross_output_new.dims == ("kind", "group", "country", "sector")
    assert data.kind.values.tolist() == ["shapley", "alone", "without"]
    assert data.group.values.tolist() == list(found.groups)
    assert data.welfare.attrs["units"] == "per cent"
    assert np.array_equal(data.welfare.sel(kind="alone"), found.alone["welfare"])
    assert np.array_equal(data.welfare_total, found.total["welfare"])
    sold = found.table("gross_output_new", country="CAN")
    total = found.total["gross_output_new"][0].sum()
    assert sum(row.shapley for row in sold) == pytest.approx(total)
    assert found.whole("gross_output_new", country="CAN") == pytest.approx(total)


@pytest.mark.parametrize(
    ("variable", "labels", "message"),
    [
        ("welfar", {"country": "CAN"}, "'welfar' is not shared out; did you mean 'welfare'?"),
        ("welfare", {}, "cannot be summed: name a country"),
        ("welfare", {"country": "GER"}, "no country 'GER'"),
    ],
)
def test_figures_refused(
    found: Attribution, variable: str, labels: dict[str, str], message: str
) -> None:
    with pytest.raises(cv.InputError, match=message.replace("?", r"\?")):
        found.table(variable, **labels)


SEED, FARM, FOOD, ALL = (
    "can-chn-seed-2025",
    "can-chn-farm-2025",
    "chn-can-food-2025",
    "can-all-seed-2025",
)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"groups": {"a": (SEED, FARM, ALL, FOOD)}}, "'by-hand' changes and is in no group: put"),
        (
            {"groups": {"a": (SEED, FARM), "b": (ALL, FOOD, SEED, "by-hand")}},
            f"'{SEED}' is given twice, in groups 'a' and 'b'",
        ),
        (
            {"groups": {"a": ("can-chn-sede-2025",)}},
            f"has no part 'can-chn-sede-2025'; did you mean '{SEED}'",
        ),
        ({"groups": {}}, f"'{ALL}' changes and is in no group: put it into one .groups now: none"),
        ({"samples": 7}, "samples must be an even number of at least 4, not 7"),
        ({"samples": 2}, "samples must be an even number of at least 4, not 2"),
    ],
)
def test_refusals(
    world: cv.World, question: cv.Scenario, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(cv.InputError, match=message):
        attribute(world, question, **options)


def test_nothing_to_share_out(world: cv.World) -> None:
    with pytest.raises(cv.InputError, match="nothing changes between the two states of 'between'"):
        attribute(world, between(*quarrel(), first="2025-06-30"))


def test_a_coalition_without_equilibrium_is_named() -> None:
    """DEU makes no food; both bans together leave it no seller, but one is displaced."""
    whole = {"hs": "1601", "sector": "C10T12", "weight": 1.0, "basis": "whole", "by": "DEU"}
    bans = [
        duty("deu-can-ban-2025", on=("CAN", "CHN"), rate=None, **whole),  # type: ignore[arg-type]
        duty("deu-usa-ban-2025", on=("USA", "MEX"), rate=None, **whole),  # type: ignore[arg-type]
    ]
    instead = duty(
        "deu-usa-duty-2025",
        on=("USA", "MEX"),
        top='\n[stacking]\ndisplaces = ["deu-usa-ban-2025"]\n',
        **whole,  # type: ignore[arg-type]
    )
    world = replace(tiny().world(), law_date=small_world().law_date[:1] * 5)
    words = "with only deu-can-ban-2025, deu-usa-ban-2025 changed: C10T12 in DEU has buyers but no"
    with pytest.raises(cv.NoEquilibrium, match=words):
        attribute(world, between(*bans, instead))
    with pytest.raises(cv.NoEquilibrium, match="with everything changed: C10T12 in DEU"):
        attribute(world, between(*bans))


def test_law_that_never_stood_together(world: cv.World) -> None:
    """Of two rates in all, one takes the other's place: both would stand if only one changed."""
    old = duty("can-chn-old-2024", start="2024-03-20", rate=5.0, kind="replacing")
    new = duty("can-chn-new-2025", rate=10.0, kind="replacing")
    question = replace(between(old, new), changes=(Change("can-chn-old-2024", ends=True),))
    assert question.parts(world) == ("can-chn-new-2025", "can-chn-old-2024")
    with pytest.raises(
        cv.InputError, match=r"take each other's place belong in one group"
    ) as refusal:
        attribute(world, question)
    assert "two duties would replace the applied rate" in str(refusal.value)
    found = attribute(world, question, groups={"rate": question.parts(world)})
    assert close(found.total["welfare"], cv.solve(world, question).arrays["welfare"])
