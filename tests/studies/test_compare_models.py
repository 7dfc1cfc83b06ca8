"""Other models, closures and elasticities: each solved and certified, none mixed into a range."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

import countervail as cv
from countervail import horizons
from countervail.errors import InputError, NotCertified
from countervail.models import MODELS, Economy
from countervail.present.compared import MEANING, REPORTED, document, envelope
from countervail.present.document import Document
from countervail.present.parts import DocumentTable, Heading, Words
from countervail.present.result import document as answered
from countervail.studies import compare_models as module
from countervail.studies.compare_models import Alternative, Comparison, compare_models
from countervail.testing import random_world
from countervail.world.elasticities import elasticity_sets

OTHERS = ["first_year after 1 year", "rigid_wages after 1 year", "krugman", "melitz", "ossa"]
"""Models beside those of the equations asked for; and ``by_use`` where a world says of uses."""

ASKED = Alternative("caliendo_parro", "world_share", "fgo2025")


@pytest.fixture(scope="module")
def compared(oecd: cv.World) -> Comparison:
    return compare_models(oecd, cv.open_scenario("canada-china"))


def test_every_closure_with_every_set(compared: Comparison) -> None:
    closures = ["world_share", "nominal (wage of USA)", "own_income", "closed"]
    assert compared.choices[0] == ASKED
    ours = [choice for choice in compared.choices if choice.model == ASKED.model]
    assert len(ours) == len(set(ours)) == len(closures) * len(elasticity_sets())
    assert {choice.closure for choice in compared.choices} == set(closures)
    assert {choice.elasticities for choice in compared.choices} == set(elasticity_sets())
    assert compared.failures == {}
    assert (compared.residual <= 1e-10).all()


@pytest.mark.parametrize("number", [0, 3, 10, 20, 30, 35])
def test_a_choice_is_what_solve_gives(number: int, compared: Comparison, oecd: cv.World) -> None:
    choice = compared.choices[number]
    closure = choice.closure.split()[0]
    model = cv.CaliendoParro(
        deficits=closure,  # type: ignore[arg-type]
        unit="USA" if closure == "nominal" else None,
    )
    world = oecd.with_elasticity_set(choice.elasticities)
    solution = cv.solve(world, cv.open_scenario("canada-china"), model)
    for name in REPORTED:
        # what is 1e-7 of a per cent of spending is 1e-9 of it in money
        close = 1e-9 * solution.arrays["income"].max() if name == "welfare_usd" else 1e-7
        np.testing.assert_allclose(
            compared.arrays[name][number], solution.arrays[name], rtol=1e-6, atol=close
        )


def test_the_spread_is_of_all_choices(compared: Comparison, oecd: cv.World) -> None:
    spread = compared.spread("welfare", "CAN")
    values = compared.arrays["welfare"][:, oecd.country("CAN")]
    assert (spread.value, spread.low, spread.high) == (values[0], values.min(), values.max())
    assert compared.choices.index(spread.lowest) == values.argmin()
    assert compared.choices.index(spread.highest) == values.argmax()
    assert spread.low < spread.value < spread.high


def test_every_model_is_met_at_its_own_horizon(compared: Comparison, oecd: cv.World) -> None:
    first, rigid, entry, firms, owned, uses = others = compared.alone("model")
    assert [compared.choices[k].model for k in others] == [*OTHERS, "by_use"]
    question = cv.open_scenario("canada-china")
    for k, model, horizon in (
        (first, cv.FirstYear(), "1"),
        (rigid, cv.WithRigidWages(), "1"),
        (entry, cv.WithScale(), "long"),
        (firms, cv.WithSelection(), "long"),
        (owned, cv.WithProfits(), "long"),
        (uses, cv.ToldByUse(), "long"),
    ):
        solution = cv.solve(oecd, question, model, horizon=horizon)
        np.testing.assert_allclose(
            compared.arrays["welfare"][k], solution.arrays["welfare"], rtol=1e-6, atol=1e-7
        )


def test_a_model_of_every_horizon_keeps_its_name_after_a_year() -> None:
    made = horizons.model_after(cv.ToldByUse(), "1")
    assert module._called(made, "1", "by_use") == "by_use after 1 year"
    first = horizons.model_after(cv.CaliendoParro(), "1")
    assert module._called(first, "1", "caliendo_parro") == "first_year after 1 year"


def test_what_differs_in_one_thing_only(compared: Comparison) -> None:
    assert [compared.choices[k].closure for k in compared.alone("closure")] == [
        "nominal (wage of USA)", "own_income", "closed",
    ]  # fmt: skip
    sets = [name for name in elasticity_sets() if name != "fgo2025"]
    assert [compared.choices[k].elasticities for k in compared.alone("elasticities")] == sets
    other = Alternative("caliendo_parro", "closed", "fgo2022")
    assert other.differs(ASKED) == ("closure", "elasticities")


def test_the_model_asked_for_comes_first_with_its_unit(oecd: cv.World) -> None:
    model = cv.CaliendoParro(deficits="nominal", unit="CAN")
    others = [code for code in oecd.countries if code not in ("CAN", "CHN", "USA")]
    world = oecd.aggregate(countries={"REST": others}).with_elasticity_set("shapiro-2016")
    found = compare_models(world, cv.open_scenario("ev-for-canola"), model)
    assert found.choices[0] == ("caliendo_parro", "nominal (wage of CAN)", "shapiro-2016")
    assert [c.closure for c in found.choices if "nominal" in c.closure] == [
        "nominal (wage of CAN)"
    ] * (len(elasticity_sets()) + len(OTHERS) + 1)


def small() -> tuple[cv.World, cv.Scenario]:
    """A world of one's own, and its first country's tariffs raised by 20 points."""
    made = random_world(1, 3, 2).world()
    world = cv.World.from_arrays(
        trade=made.trade,
        tariff=made.tariff,
        input_share=made.input_share,
        trade_elasticity=made.trade_elasticity,
        countries=made.countries,
        sectors=["goods", "services"],
    )
    tariff = np.array(world.tariff)
    tariff[1:, 0] += 0.2
    return world, cv.Scenario.from_arrays(world, tariff=tariff)


def test_a_world_and_a_question_of_ones_own() -> None:
    """No set of elasticities knows its sectors: its own stand alone, under every closure."""
    world, scenario = small()
    reported: list[tuple[int, int]] = []
    found = compare_models(world, scenario, progress=lambda *at: reported.append(at))
    largest = world.countries[int(world.accounts.value_added.argmax())]
    assert [choice.closure for choice in found.choices] == [
        "world_share", f"nominal (wage of {largest})", "own_income", "closed", *["world_share"] * 5,
    ]  # fmt: skip
    assert {choice.elasticities for choice in found.choices} == {world.elasticity_set}
    assert reported == [(k, 9) for k in range(1, 10)]
    solution = cv.solve(world, scenario, cv.CaliendoParro(deficits="own_income"))
    np.testing.assert_allclose(
        found.arrays["welfare"][2], solution.arrays["welfare"], rtol=1e-8, atol=1e-10
    )


def twin(deficits: Any = "world_share", unit: str | None = None) -> Economy:
    """A later model: only two closures, and a choice of its own that changes no number."""
    if deficits not in ("world_share", "closed"):
        raise InputError("a twin has two closures")
    return cv.CaliendoParro(deficits, unit, demand=cv.CesDemand(1.0))


TWIN = "caliendo_parro, demand=ces"


def with_twin(monkeypatch: pytest.MonkeyPatch) -> None:
    models: Mapping[str, Any] = {**MODELS, "twin": twin}
    monkeypatch.setattr(module, "MODELS", models)


def test_later_models_join_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    with_twin(monkeypatch)
    found = compare_models(*small())
    assert [(c.model, c.closure) for c in found.choices][4:6] == [
        ("twin", "world_share"), ("twin", "closed"),
    ]  # fmt: skip
    assert found.alone("model") == [4, 6, 7, 8, 9, 10]
    np.testing.assert_allclose(found.arrays["welfare"][4], found.arrays["welfare"][0], rtol=1e-9)


def test_closures_keep_a_models_other_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    solved: list[dict[str, Any]] = []
    whole = module.solve_many

    def solve_many(world: cv.World, cases: Any, model: Any, **options: Any) -> cv.Many:
        solved.append(model.settings())
        return whole(world, cases, model, **options)

    monkeypatch.setattr(module, "solve_many", solve_many)
    found = compare_models(*small(), cv.CaliendoParro(demand=cv.CesDemand(0.5)))
    names = [choice.model for choice in found.choices]
    once = ["caliendo_parro"] * 4  # readings with its equations stand once
    assert names == [TWIN] * 4 + once + OTHERS
    chosen = [said.get("choices") for said in solved]
    assert chosen[:8] == [{"demand": {"choice": "ces", "elasticity": 0.5}}] * 4 + [None] * 4


def test_a_choice_without_an_answer_is_kept_with_its_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = module.solve_many

    def solve_many(world: cv.World, cases: Any, model: Any, **options: Any) -> cv.Many:
        if model.balances_first:
            raise NotCertified("the world has no balanced trade")
        return whole(world, cases, model, **options)

    monkeypatch.setattr(module, "solve_many", solve_many)
    found = compare_models(*small())
    assert found.failures == {3: "the world has no balanced trade"}
    assert np.isnan(found.arrays["welfare"][3]).all()
    reported = document(found)
    answer = reported.as_dict()
    assert (answer["certified"], len(answer["choices"])) == (8, 9)
    last = answer["choices"][3]
    assert (last["certified"], last["residual"]) == (False, None)
    assert last["reason"] == "the world has no balanced trade"
    assert set(last["countries"][answer["countries"][0]].values()) == {None}
    json.dumps(answer, allow_nan=False)
    left_out = (
        "Left out: caliendo_parro in 1 of its 4 combinations: the world has no balanced trade."
    )
    assert left_out in [part.text for part in reported.parts if isinstance(part, Words)]
    assert "no answer" in [word for column in cells(reported) for word in column]
    assert np.isfinite(found.spread("welfare", answer["countries"][0]).low)


def test_what_was_asked_must_have_an_answer(oecd: cv.World) -> None:
    ban = np.ones(oecd.tariff.shape)
    ban[:, oecd.country("USA"), oecd.sector("C29")] = np.inf
    with pytest.raises(NotCertified, match="C29 in USA has buyers but no supplier left"):
        compare_models(oecd, cv.Scenario.from_arrays(oecd, iceberg_hat=ban))
    other = random_world(2, 3, 2).world()
    with pytest.raises(InputError, match="was made for another world"):
        compare_models(other, small()[1])


def test_refusals(compared: Comparison) -> None:
    with pytest.raises(InputError, match="no 'welfair'; did you mean 'welfare'"):
        compared.value(0, "welfair", "CAN")
    with pytest.raises(InputError, match="no country 'GER'"):
        compared.spread("welfare", "GER")
    with pytest.raises(InputError, match="no country 'GER'"):
        document(compared, ["GER"])


def table(reported: Document) -> DocumentTable:
    (found,) = (part for part in reported.parts if isinstance(part, DocumentTable))
    return found


def cells(reported: Document) -> list[list[str]]:
    return [[*column] for column in zip(*(row for _, row in table(reported).cells()), strict=True)]


def test_the_table(compared: Comparison) -> None:
    reported = document(compared)
    assert reported.data["countries"] == ["CAN", "CHN", "USA"]
    title = "Under other models, closures and elasticities (welfare, per cent)"
    assert reported.parts[0] == Heading(title)
    words, canada, *_ = cells(reported)
    assert words[0] == "as asked: caliendo_parro, world_share, fgo2025"
    assert canada[0] == f"{compared.value(0, 'welfare', 'CAN'):+.4f}"
    assert words[7:10] == ["closure nominal (wage of USA)", "closure own_income", "closure closed"]
    assert words[-2:] == ["lowest of all 42", "highest of all 42"]
    assert float(canada[-2]) < float(canada[0]) < float(canada[-1])
    assert len(words) == 1 + 6 + 3 + (len(elasticity_sets()) - 1) + 2
    caption = table(reported).caption
    assert "42 of 42 combinations certified" in caption
    assert MEANING in caption
    ends = f"CAN {canada[-2]} to {canada[-1]}, CHN "
    assert ends in envelope(reported.data)


def test_the_range_of_parameters_stands_beside_it(
    compared: Comparison, canada_china: cv.Solution
) -> None:
    drawn = cv.ensemble(
        canada_china.world, canada_china.scenario, draws=8, workers=1, point=canada_china
    )
    reported = document(compared, ["CAN"], drawn)
    words, canada = cells(reported)
    assert words[-2:] == ["parameters alone, 5 %", "parameters alone, 95 %"]
    known = drawn.range("welfare", country="CAN")
    assert canada[-2:] == [f"{known.p05:+.4f}", f"{known.p95:+.4f}"]
    answer = reported.as_dict()
    assert answer["parameters"]["CAN"]["welfare"] == known.as_dict()
    alone = document(compared, ["CAN"]).as_dict()
    assert alone["parameters"] is None
    assert alone["spread"] == answer["spread"]


def test_the_envelope_stands_in_one_line_under_the_ranges(
    compared: Comparison, canada_china: cv.Solution
) -> None:
    models = document(compared, ["CAN"])
    parts = answered(canada_china, None, {"models": models}).parts
    at = parts.index(Words(envelope(models.data), apart=True))
    assert parts[at + 1] == models.parts[0]


def test_json_has_every_choice(compared: Comparison) -> None:
    answer = document(compared, ["CAN", "CHN"]).as_dict()
    json.dumps(answer, allow_nan=False)
    assert answer["asked"] == ASKED._asdict()
    assert len(answer["choices"]) == answer["certified"] == 42
    for k, row in enumerate(answer["choices"]):
        assert row["countries"]["CHN"]["welfare"] == compared.value(k, "welfare", "CHN")
        assert set(row["countries"]["CAN"]) == set(REPORTED)
        assert 0 < row["residual"] <= 1e-10
    assert answer["choices"][0]["differs"] == []
    spread = answer["spread"]["CAN"]["welfare"]
    assert set(spread) == {"value", "low", "high", "lowest", "highest"}


def test_a_question_that_names_no_countries_tells_of_those_that_move_most() -> None:
    world, scenario = small()
    found = compare_models(world, scenario)
    countries = document(found).data["countries"]
    moved = np.abs(found.arrays["welfare"][0])
    assert countries[0] == world.countries[int(moved.argmax())]
    assert set(countries) == set(world.countries)
