"""Lines inside cells: weights, base rates, states of law, limits and what is said of them."""

from collections import defaultdict
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_measures import (
    SmallWorld,
    coverage,
    head,
    ledger,
    level,
    measure,
    parts,
    product,
    rate,
    small_world,
)

from countervail.errors import InputError
from countervail.ledger import LawView, Measure
from countervail.ledger.ledger import Ledger
from countervail.ledger.notes import sentences
from countervail.ledger.pricing.base import add_base_law, base_law, law_states
from countervail.ledger.pricing.estimates import drawn
from countervail.ledger.pricing.lines import PricedLaw, price

NOTHING = LawView(None, None, ())
STEP = rate("2025-03-08", "2025-03-20")


def at(on: str, *measures: Measure) -> LawView:
    return ledger(*measures).at(on)


def priced(world: SmallWorld, *measures: Measure, on: str = "2025-06-01") -> PricedLaw:
    return price(world, NOTHING, (NOTHING, at(on, *measures)))


def rows(world: SmallWorld, law: PricedLaw, state: int = 1) -> dict[tuple[str, str], tuple]:
    """Return (weight, base rate, new rate) by cell ('CAN>CHN A01') and line."""
    lines = law.lines
    return {
        (
            f"{world.countries[lines.exporter[k]]}>{world.countries[lines.importer[k]]} "
            f"{world.sectors[lines.sector[k]]}",
            lines.names[k],
        ): (lines.weight[k], lines.tariff[k], law.states[state].tariff_new[k])
        for k in range(len(lines))
    }


def check_bundles(world: SmallWorld, law: PricedLaw) -> None:
    """Weights of a cell sum to one, and its rates to the cell's rate."""
    lines = law.lines
    weight: dict[tuple[int, int, int], float] = defaultdict(float)
    tariff: dict[tuple[int, int, int], float] = defaultdict(float)
    for k in range(len(lines)):
        cell = int(lines.exporter[k]), int(lines.importer[k]), int(lines.sector[k])
        weight[cell] += lines.weight[k]
        tariff[cell] += lines.weight[k] * lines.tariff[k]
    for cell, total in weight.items():
        assert total == pytest.approx(1.0, abs=1e-14)
        assert tariff[cell] == pytest.approx(world.tariff[cell], abs=1e-13)
    assert (lines.weight > 0).all()
    assert (lines.tariff >= 0).all()
    for state in law.states:
        assert (state.tariff_new >= 0).all()
        assert np.isfinite(state.tariff_new).all()


def test_a_duty_on_part_of_a_cell_makes_two_lines() -> None:
    world = small_world()
    m = measure(head(), product(name="canola seed"), STEP, coverage())
    law = priced(world, m)
    t = world.tariff[0, 1, 0]
    assert rows(world, law) == {
        ("CAN>CHN A01", "canola seed"): (0.4, t, pytest.approx(t + 0.25)),
        ("CAN>CHN A01", "other agriculture"): (pytest.approx(0.6), t, t),
    }
    assert law.lines.members == (frozenset({("chn-can-duty-2025", "seed")}), frozenset())
    assert law.notes == ()
    assert np.array_equal(law.states[0].tariff_new, law.lines.tariff)
    assert (law.states[1].iceberg_hat == 1.0).all()


def test_no_difference_makes_no_lines() -> None:
    world = small_world()
    m = measure(head(), product(), STEP, coverage())
    view = at("2025-06-01", m)
    law = price(world, view, (view, view))
    assert len(law.lines) == 0
    assert law.states[0].tariff_new.shape == (0,)
    again = measure(
        head(),
        product(),
        STEP,
        rate("2025-04-01", "2025-05-01"),
        coverage(),
    )
    assert len(price(world, at("2025-04-10", again), (at("2025-06-01", again),)).lines) == 0


def test_known_base_rates_stand_unless_the_worlds_own_rate_rules_them_out() -> None:
    world = replace(small_world(), tariff=np.full((5, 5, 4), 0.05))
    own = 'base_rate = 8.0\nbase_rate_source = "schedule"'
    m = measure(head(), product(more=own), STEP, coverage())
    found = rows(world, priced(world, m))
    assert found["CAN>CHN A01", "seed"] == pytest.approx((0.4, 0.08, 0.33))
    assert found["CAN>CHN A01", "other agriculture"] == pytest.approx((0.6, 0.03, 0.03))
    # far above the cell's mean, on a tenth of it
    few = measure(
        head(), product(more=own.replace("8.0", "20.0")), STEP, coverage(weights="{ CAN = 0.1 }")
    )
    law = priced(world, few)
    assert rows(world, law)["CAN>CHN A01", "seed"] == pytest.approx((0.1, 0.2, 0.45))
    assert rows(world, law)["CAN>CHN A01", "other agriculture"][1] == pytest.approx(0.03 / 0.9)
    assert law.lines.known.tolist() == [True, False]
    assert law.notes == ()
    # the good alone would make 8 per cent of a cell this world has at 5
    high = measure(head(), product(more=own.replace("8.0", "20.0")), STEP, coverage())
    law = priced(world, high)
    assert rows(world, law)["CAN>CHN A01", "seed"] == pytest.approx((0.4, 0.05, 0.30))
    assert not law.lines.known.any()
    assert tuple(sentences(law.notes)) == (
        "Goods whose own duty is known alone come to more than this world's rate of CAN>CHN A01 "
        "(5 %); its lines share that rate.",
    )
    # a preference frees every line
    free = replace(world, tariff=np.zeros((5, 5, 4)))
    law = priced(free, few)
    assert rows(free, law)["CAN>CHN A01", "seed"] == pytest.approx((0.1, 0.0, 0.25))
    assert law.lines.known.all()
    assert law.notes == ()


def test_a_ban_is_an_infinite_iceberg_cost() -> None:
    world = small_world()
    m = measure(
        head(instrument="import_ban"),
        product(),
        rate("2025-03-08", "2025-03-20", 'basis = "ban"'),
        coverage(),
    )
    law = priced(world, m)
    assert law.states[1].iceberg_hat.tolist() == [np.inf, 1.0]
    assert np.array_equal(law.states[1].tariff_new, law.lines.tariff)
    # a ban already in the world's trade cannot be lifted there
    back = price(world, at("2025-06-01", m), (NOTHING,))
    assert back.states[0].iceberg_hat.tolist() == [1.0, 1.0]
    assert "A ban already stands in the trade of CHN A01" in str(back.notes[0])


def test_goods_of_a_programme_are_the_same_in_every_measure() -> None:
    world = replace(small_world(), tariff=np.zeros((5, 5, 4)))

    def exempt(id: str, percent: float, share: float) -> Measure:
        free = f'exempt = {{ programme = "usmca", share = {share}, source = "counted" }}'
        return measure(
            head(id, "USA"),
            product(),
            rate("2025-03-08", "2025-03-20", f'rate = {percent}\nbasis = "additional"\n{free}'),
            coverage(),
        )

    found = rows(world, priced(world, exempt("a-2025", 10.0, 0.75), exempt("b-2025", 20.0, 0.75)))
    assert found["CAN>USA A01", "seed, claiming usmca"] == pytest.approx((0.3, 0.0, 0.0))
    assert found["CAN>USA A01", "seed, not claiming usmca"] == pytest.approx((0.1, 0.0, 0.3))
    found = rows(world, priced(world, exempt("a-2025", 10.0, 0.5), exempt("b-2025", 20.0, 0.75)))
    assert found["CAN>USA A01", "seed, usmca 0-50 %"] == pytest.approx((0.2, 0.0, 0.0))
    assert found["CAN>USA A01", "seed, usmca 50-75 %"] == pytest.approx((0.1, 0.0, 0.1))
    assert found["CAN>USA A01", "seed, usmca 75-100 %"] == pytest.approx((0.1, 0.0, 0.3))


def test_displacement_is_judged_on_the_goods_both_name() -> None:
    world = replace(small_world(), tariff=np.zeros((5, 5, 4)))
    every = measure(
        head("all-2025"),
        product("goods", '["01-97"]', "all goods"),
        rate("2025-03-08", "2025-03-20", products='["goods"]'),
        coverage("goods", "*goods", '{ "*" = 1.0 }', "whole"),
        '\n[stacking]\nyields_to = ["seed-2025"]\n',
    )
    seed = measure(
        head("seed-2025"),
        product(),
        rate("2025-03-08", "2025-03-20", 'rate = 75.0\nbasis = "additional"'),
        coverage(),
    )
    found = rows(world, priced(world, every, seed))
    assert found["CAN>CHN A01", "seed"] == pytest.approx((0.4, 0.0, 0.75))
    assert found["CAN>CHN A01", "all goods"] == pytest.approx((0.6, 0.0, 0.25))
    assert found["CAN>CHN C29", "all goods"] == pytest.approx((1.0, 0.0, 0.25))
    assert len(found) == 5


def test_two_replacing_duties_on_one_line_are_refused() -> None:
    def instead(id: str) -> Measure:
        law = 'rate = 10.0\nbasis = "replacing"'
        return measure(head(id), product(), rate("2025-03-08", "2025-03-20", law), coverage())

    with pytest.raises(InputError, match=r"on imports of CHN in A01: 'a-2025' .* and 'b-2025'"):
        priced(small_world(), instead("a-2025"), instead("b-2025"))


def test_excess_of_a_full_cell_goes_to_the_processing_sector() -> None:
    world = small_world()
    m = measure(
        head(),
        product("lobster", '["0306.12"]'),
        product("fish", '["0302"]'),
        rate("2025-03-08", "2025-03-20", products='["lobster", "fish"]'),
        coverage("lobster", "A03", "{ CAN = 0.9 }", "published"),
        coverage("fish", "A03", "{ CAN = 0.6 }", "published"),
    )
    law = priced(world, m)
    found = rows(world, law)
    assert found["CAN>CHN A03", "lobster"][0] == pytest.approx(0.9 * 0.95 / 1.5)
    assert found["CAN>CHN A03", "fish"][0] == pytest.approx(0.6 * 0.95 / 1.5)
    assert found["CAN>CHN A03", "other fishing and aquaculture"][0] == pytest.approx(0.05)
    moved = (0.9 - 0.9 * 0.95 / 1.5) * world.trade[0, 1, 1] / world.trade[0, 1, 2]
    also = (0.6 - 0.6 * 0.95 / 1.5) * world.trade[0, 1, 1] / world.trade[0, 1, 2]
    room = min(1.0, 0.95 / (moved + also))
    assert found["CAN>CHN C10T12", "lobster"][0] == pytest.approx(moved * room)
    said = " ".join(sentences(law.notes))
    assert "Estimated lines exceed 0.95 of CAN>CHN A03 (" in said
    assert "lobster 0.9 of the cell, 0.33 too much" in said
    assert "the excess is placed in C10T12" in said
    check_bundles(world, law)
    # where there is nothing to place it in, that is said too
    bare = world.trade.copy()
    bare[0, 1, 2] = 0.0
    assert "the excess is left out" in " ".join(
        sentences(priced(replace(world, trade=bare), m).notes)
    )


def test_weights_of_countries_outside_a_measure_fill_no_cell() -> None:
    """Two groups that weigh all of Germany's cell, in a measure that is not aimed at it."""
    world = small_world()
    m = measure(
        head(targets='["CAN", "DEU"]'),
        product(),
        product("barley", '["1003"]'),
        rate(
            "2025-03-08",
            "2025-03-20",
            'rate = 25.0\nbasis = "additional"\ntargets = ["CAN"]',
            '["seed", "barley"]',
        ),
        coverage(weights="{ CAN = 0.3, DEU = 0.6 }"),
        coverage("barley", weights="{ CAN = 0.1, DEU = 0.4 }"),
    )
    law = priced(world, m)
    assert {cell for cell, _ in rows(world, law)} == {"CAN>CHN A01"}
    assert law.notes == ()


def test_groups_blocs_and_everyone_else() -> None:
    world = small_world()
    union = measure(
        head("eu-2025", "EU", '["ALL"]'), product(), STEP, coverage(weights='{ "*" = 0.4 }')
    )
    law = priced(world, union)
    cells = {cell for cell, _ in rows(world, law)}
    assert cells == {f"{e}>DEU A01" for e in ("CAN", "CHN", "USA", "ROW")}
    assert "AUT, BEL, BGR, CYP, CZE, DNK and 20 more left out, not in this world" in str(
        law.notes[0]
    )
    merged = replace(world, countries=("CAN", "CHN", "USA", "EU27", "ROW"))
    law = priced(merged, union)
    assert {cell for cell, _ in rows(merged, law)} == {
        f"{e}>EU27 A01" for e in ("CAN", "CHN", "USA", "ROW")
    }
    own_names = replace(world, countries=("CAN", "CHN", "USA", "DEU", "elsewhere"))
    assert ("elsewhere>DEU A01", "seed") in rows(own_names, priced(own_names, union))


def test_an_export_control_bears_on_what_the_implementer_sells() -> None:
    world = small_world()
    m = measure(
        head("usa-chn-control-2025", "USA", '["CHN"]', "export_control"),
        product(),
        rate("2025-03-08", "2025-03-20", 'basis = "ban"'),
        coverage(weights="{ CHN = 0.2 }"),
    )
    law = priced(world, m)
    assert rows(world, law)["USA>CHN A01", "seed"][0] == pytest.approx(0.2)
    assert law.states[1].iceberg_hat.tolist() == [np.inf, 1.0]


def test_what_cannot_be_priced_is_said() -> None:
    world = small_world()
    outside = measure(head("a-2025", top='outside_model = "Case by case."'), product(), STEP)
    bare = measure(head("b-2025"), product(), STEP)
    other = measure(head("c-2025"), product(), STEP, coverage(weights="{ USA = 0.1 }"))
    unknown = measure(
        head("d-2025"),
        product(),
        rate("2025-03-08", "2025-03-20", 'note = "rate not found"'),
        coverage(),
    )
    group = measure(
        head("e-2025"),
        product(more='outside_model = "No value by country."'),
        STEP,
    )
    gone = measure(head("f-2025"), product(), STEP, coverage(sector="C24A"))
    law = priced(world, outside, bare, other, unknown, group, gone)
    assert len(law.lines) == 0
    assert set(sentences(law.notes)) == {
        "Not priced: a-2025: Case by case.",
        "Not priced: seed of b-2025 has no coverage.",
        "Not priced: seed of c-2025 has no coverage for CAN>CHN.",
        "Not priced: d-2025: rate not found",
        "Not priced: seed of e-2025: No value by country.",
        "f-2025: seed in C24A is left out, sectors this world does not have.",
    }


def test_a_quota_is_noted_with_its_lines() -> None:
    world = small_world()
    text = (
        'quota = { volume = 49000.0, unit = "vehicles", period = "2026-03-01/2027-02-28", '
        'base_volume = 41600.0, base_volume_source = "trade press", '
        "use = [{ used = 2910.0, volume = 24500.0, since = 2026-03-01, "
        'until = 2026-08-31, source = "office" }], source = "notice" }'
    )
    m = measure(
        head("can-chn-quota-2026", "CAN", '["CHN"]', "import_quota"),
        product("cars", '["8703.80"]'),
        rate("2026-01-16", "2026-03-01", f'rate = 0.0\nbasis = "additional"\n{text}', '["cars"]'),
        coverage("cars", "C29", "{ CHN = 0.25 }"),
    )
    law = priced(world, m, on="2026-04-01")
    (quota,) = law.quotas
    assert (quota.state, quota.measure, quota.product) == (1, "can-chn-quota-2026", "cars")
    assert (quota.volume, quota.unit, quota.law.base_volume) == (49000.0, "vehicles", 41600.0)
    assert [law.lines.names[k] for k in quota.lines] == ["cars"]
    (use,) = quota.law.use
    assert (use.used, use.volume, str(use.until)) == (2910.0, 24500.0, "2026-08-31")


# ---- signed differences from the law the world's tariffs state


def duty(id: str, percent: float, start: str, more: str = "", **of: str) -> Measure:
    law = f'rate = {percent}\nbasis = "additional"'
    return measure(
        head(id, top=of.get("top", "")), product(), rate(start, start, law), more, coverage()
    )


def test_base_law_is_added_once_and_found_again() -> None:
    source = small_world()
    m = duty("a-2020", 25.0, "2020-01-01")
    book = ledger(m)
    tariff, notes = add_base_law(source, base_law(book, source))
    assert notes == ()
    assert tariff[0, 1, 0] == pytest.approx(source.tariff[0, 1, 0] + 0.4 * 0.25)
    changed = tariff != source.tariff
    assert changed.sum() == 1
    world = replace(source, tariff=tariff)
    # backwards: before the measure, every line pays what the source says
    states = law_states(book, world, "2019-01-01", "2022-12-31")
    law = price(world, states.base, (states.before, states.after))
    u = source.tariff[0, 1, 0]
    assert law.states[0].tariff_new == pytest.approx([u, u], abs=1e-15)
    assert np.array_equal(law.states[1].tariff_new, law.lines.tariff)
    assert law.lines.tariff == pytest.approx([u + 0.25, u])
    check_bundles(world, law)


def test_a_top_up_in_the_base_law_is_found_again() -> None:
    m = measure(
        head("a-2020"),
        product(),
        rate("2020-01-01", "2020-01-01", 'rate = 15.0\nbasis = "top_up_to"'),
        coverage(),
    )
    source = small_world(tariff=0.05)
    tariff, _ = add_base_law(source, at("2022-12-31", m))
    assert tariff[0, 1, 0] == pytest.approx(0.4 * 0.15 + 0.6 * 0.05)
    world = replace(source, tariff=tariff)
    law = price(world, at("2022-12-31", m), (NOTHING,))
    assert law.lines.tariff == pytest.approx([0.15, 0.05])
    assert law.states[0].tariff_new == pytest.approx([0.05, 0.05])


def test_forwards_and_backwards_give_the_same_rates() -> None:
    up = duty("a-2020", 25.0, "2020-01-01", rate("2024-01-01", "2024-02-01", "ended = true"))
    source = small_world()
    tariff, _ = add_base_law(source, at("2022-12-31", up))
    later = replace(source, law_date=(date(2025, 1, 1),) * 5)
    earlier = replace(source, tariff=tariff)
    for world in (later, earlier):
        states = law_states(ledger(up), world, "2023-01-01", "2025-01-01")
        law = price(world, states.base, (states.before, states.after))
        u = source.tariff[0, 1, 0]
        assert law.states[0].tariff_new == pytest.approx([u + 0.25, u], abs=1e-15)
        assert law.states[1].tariff_new == pytest.approx([u, u], abs=1e-15)


def test_duties_taken_away_stop_at_zero() -> None:
    m = duty("a-2020", 25.0, "2020-01-01", rate("2024-01-01", "2024-02-01", "ended = true"))
    world = replace(small_world(), tariff=np.full((5, 5, 4), 0.02))
    states = law_states(ledger(m), world, "2023-01-01", "2025-01-01")
    law = price(world, states.base, (states.before, states.after))
    # 0.4 of the cell cannot have paid 25 per cent where the whole paid 2
    assert law.states[0].tariff_new == pytest.approx([0.02, 0.02])
    assert law.states[1].tariff_new == pytest.approx([0.0, 0.02])
    assert "every line takes the cell's rate" in str(law.notes[0])
    assert (
        str(law.notes[1])
        == "The duties taken away exceed the rate held in CAN>CHN A01; it stops at zero."
    )


def test_a_world_without_law_dates_is_taken_to_state_the_first_law() -> None:
    m = duty("a-2020", 25.0, "2020-01-01", rate("2024-01-01", "2024-02-01", "ended = true"))
    world = small_world(law_date=None, tariff=0.3)
    states = law_states(ledger(m), world, "2023-01-01", "2025-01-01")
    assert tuple(sentences(states.notes)) == (
        "The world does not say which law the tariffs of it state: taken to be the first state of "
        "law.",
    )
    law = price(world, states.base, (states.before, states.after))
    assert np.array_equal(law.states[0].tariff_new, law.lines.tariff)
    assert law.lines.tariff - law.states[1].tariff_new == pytest.approx([0.25, 0.0])


def test_a_measure_that_had_killed_trade_is_never_base_law() -> None:
    top = "suppressed_base = true\npre_measure_year = 2019\n"
    end = rate("2023-08-04", "2023-08-05", "ended = true")
    dead = duty("a-2020", 80.0, "2020-05-19", end + level("CAN>CHN"), top=top)
    world = small_world()
    tariff, _ = add_base_law(world, at("2022-12-31", dead))
    assert np.array_equal(tariff, world.tariff)
    states = law_states(ledger(dead), world, "2022-01-01", "2024-01-01", subject=["a-2020"])
    law = price(world, states.base, (states.before, states.after))
    t = world.tariff[0, 1, 0]
    assert law.states[0].tariff_new == pytest.approx([t + 0.8, t])
    assert law.states[1].tariff_new == pytest.approx([t, t])
    assert states.notes == ()
    other = duty("b-2025", 10.0, "2025-01-01")
    states = law_states(ledger(dead, other), world, "2022-01-01", "2025-06-01", subject=["b-2025"])
    assert states.before.ids == ()
    assert states.after.ids == ("b-2025",)
    assert "a-2020: left out of every state of law" in str(states.notes[0])


def test_only_the_subject_changes_and_the_background_stands() -> None:
    a = duty("a-2025", 10.0, "2025-02-01")
    b = duty("b-2025", 20.0, "2025-03-01")
    world = small_world()
    states = law_states(ledger(a, b), world, "2025-01-01", "2025-06-01", subject=["a-2025"])
    assert (states.before.ids, states.after.ids) == ((), ("a-2025",))
    states = law_states(
        ledger(a, b), world, "2025-01-01", "2025-06-01", ["a-2025"], background="2025-06-01"
    )
    assert (states.before.ids, set(states.after.ids)) == (("b-2025",), {"a-2025", "b-2025"})
    with pytest.raises(InputError, match="no measure 'a-2052' in the ledger; did you mean"):
        law_states(ledger(a, b), world, "2025-01-01", "2025-06-01", subject=["a-2052"])


def test_a_coverage_drawn_elsewhere_in_its_range_is_priced_there() -> None:
    m = measure(head(), product(), STEP, coverage(basis="published"))
    high = drawn(Ledger.of([m]), {"coverage chn-can-duty-2025": 0.95})  # 1.5 times the weight
    view = at("2025-06-01", *high)
    law = price(small_world(), NOTHING, (view,))
    assert law.lines.weight == pytest.approx([0.6, 0.4])


# ---- invariants on random law


CODES = ("1201", "1205", "1205.10", "0713", "12", "0102-0106", "01-14", "07-12", "0302", "1514")


@st.composite
def random_measures(draw: st.DrawFn) -> list[Measure]:
    found = []
    for number in range(draw(st.integers(1, 4))):
        groups = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=2, unique=True))
        parts = [head(f"m{number}-2025", targets='["ALL"]')]
        for g, code in enumerate(groups):
            own = f'base_rate = {draw(st.floats(0, 12))}\nbase_rate_source = "schedule"'
            parts.append(product(f"p{g}", f'["{code}"]', more=draw(st.sampled_from(["", own]))))
        for g in range(len(groups)):
            for start in draw(st.lists(st.sampled_from([2020, 2024, 2025]), unique=True)):
                kind = draw(st.sampled_from(["additional", "top_up_to", "ended", "exempt"]))
                law = f'rate = {draw(st.floats(0, 120))}\nbasis = "additional"'
                if kind == "ended":
                    law = "ended = true"
                elif kind == "top_up_to":
                    law = law.replace("additional", "top_up_to")
                elif kind == "exempt":
                    share = draw(st.floats(0, 1))
                    law += f'\nexempt = {{ programme = "x", share = {share}, source = "s" }}'
                day = f"{start}-01-01"
                parts.append(rate(day, day, law, f'["p{g}"]'))
        if not any("[[rates]]" in part for part in parts):
            parts.append(rate("2020-01-01", "2020-01-01", products='["p0"]'))
        for g in range(len(groups)):
            for sector in draw(st.lists(st.sampled_from(["A01", "A03", "C10T12"]), unique=True)):
                basis = draw(st.sampled_from(["hs_trade", "published", "equal"]))
                weights = f'{{ "*" = {draw(st.floats(0, 1))}, CAN = {draw(st.floats(0, 1))} }}'
                parts.append(coverage(f"p{g}", sector, weights, basis))
        found.append(measure(*parts))
    return found


@settings(deadline=None, max_examples=60)
@given(random_measures(), st.integers(0, 99))
def test_bundles_always_close_and_no_change_changes_nothing(
    measures: list[Measure], seed: int
) -> None:
    world = small_world(seed)
    book = ledger(*measures)
    states = law_states(book, world, "2022-12-31", "2025-06-01")
    law = price(world, states.base, (states.base, states.before, states.after))
    check_bundles(world, law)
    # the world's own law leaves every rate as it is, to the last bit
    assert np.array_equal(law.states[0].tariff_new, law.lines.tariff)
    assert np.array_equal(law.states[1].tariff_new, law.lines.tariff)


@settings(deadline=None, max_examples=60)
@given(random_measures(), st.integers(0, 99))
def test_added_base_law_is_always_found_again(measures: list[Measure], seed: int) -> None:
    """Take away what was added, and each cell pays what its source said."""
    # own base rates move the underlying one, and a top-up of a whole cell hides it
    plain = [
        m.model_copy(
            update={
                "products": tuple(p.model_copy(update={"base_rate": None}) for p in m.products),
                "rates": tuple(
                    e.model_copy(update={"basis": e.basis and "additional"}) for e in m.rates
                ),
            }
        )
        for m in measures
    ]
    source = small_world(seed)
    book = ledger(*plain)
    added = base_law(book, source)
    tariff, _ = add_base_law(source, added)
    world = replace(source, tariff=tariff)
    law = price(world, added, (NOTHING,))
    check_bundles(world, law)
    assert not {"own_aside", "law_aside"} & {note.kind for note in law.notes}
    cell = law.lines.exporter, law.lines.importer, law.lines.sector
    assert law.states[0].tariff_new == pytest.approx(source.tariff[cell], abs=1e-9)


def test_groups_that_name_different_lines_of_a_subheading_share_no_goods() -> None:
    world = replace(small_world(), tariff=np.zeros((5, 5, 4)))

    def one(id: str, percent: float, lines: str) -> Measure:
        law = f'rate = {percent}\nbasis = "additional"'
        return measure(
            head(id),
            product("seed", '["1205.10"]', name=id),
            rate("2025-03-08", "2025-03-20", law),
            coverage(weights="{ CAN = 0.3 }"),
            parts("seed", _120510=lines),
        )

    first, second = one("a-2025", 10.0, "{ 10 = 0.5 }"), one("b-2025", 20.0, "{ 90 = 0.5 }")
    found = rows(world, priced(world, first, second))
    assert {name: new for (_, name), (_, _, new) in found.items()} == pytest.approx(
        {"a-2025": 0.1, "b-2025": 0.2, "other agriculture": 0.0}
    )
    # lines of one name are the same goods: their rates add up
    same = one("b-2025", 20.0, "{ 10 = 0.5 }")
    found = rows(world, priced(world, first, same))
    assert sorted(found.values()) == [
        pytest.approx((0.3, 0.0, 0.3)),
        pytest.approx((0.7, 0.0, 0.0)),
    ]


def test_the_overlap_of_crossing_groups_counts_what_each_names_of_a_subheading() -> None:
    """A part of a subheading outweighs nothing: the odds are those of the goods named."""
    world = replace(small_world(), tariff=np.zeros((5, 5, 4)))

    def two(part: str) -> float:
        first = measure(
            head("a-2025"),
            product("seed", '["1205.10", "1206.00"]', name="a"),
            STEP,
            coverage(weights="{ CAN = 0.3 }"),
            parts("seed", _120510=part),
        )
        second = measure(
            head("b-2025"),
            product("seed", '["1205.10", "1207.91"]', name="b"),
            STEP,
            coverage(weights="{ CAN = 0.3 }"),
        )
        found = rows(world, priced(world, first, second))
        return float(found["CAN>CHN A01", "a and b"][0])

    assert two("0.1") < two("0.5") < two("1.0")
