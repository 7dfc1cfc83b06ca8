"""Placing a question in a world: backgrounds, two clocks, hypothetical law, changes by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import countervail as cv
from countervail.present import law
from countervail.present.subject import subject_cells
from countervail.scenario import Change, HandChange, Resolved, Scenario
from countervail.testing import tiny

Array = NDArray[np.float64]

EV = "can-chn-ev-surtax-2024"
METALS = "can-chn-steel-aluminium-surtax-2024"
SEED = "chn-can-canola-seed-antidumping"


def question(day: str = "2026-01-12", to: str | None = None, **options: object) -> Scenario:
    return Scenario(
        "x",
        "X",
        ledger=cv.open_ledger(),
        from_date=date.fromisoformat(day),
        to_date=date.fromisoformat(to or day),
        measures=(),
        **options,  # type: ignore[arg-type]
    )


def rates(resolved: Resolved, measure: str, product: str, after: bool = True) -> Array:
    """Whole rates of a group's lines in the second state (or the first)."""
    assert resolved.lines is not None
    state = resolved.after if after else resolved.before
    assert state.line_tariff is not None
    at = [k for k, m in enumerate(resolved.lines.members) if (measure, product) in m]
    assert at
    return state.line_tariff[at]


def moved(resolved: Resolved) -> list[frozenset[tuple[str, str]]]:
    """The groups on each line that differs between the states."""
    before, after = resolved.before, resolved.after
    assert resolved.lines is not None
    assert before.line_tariff is not None
    assert after.line_tariff is not None
    assert before.line_iceberg is not None
    assert after.line_iceberg is not None
    differ = before.line_tariff != after.line_tariff
    differ |= before.line_iceberg != after.line_iceberg
    return [resolved.lines.members[k] for k in np.flatnonzero(differ)]


def test_a_charge_dropped(oecd: cv.World) -> None:
    resolved = question(changes=(Change(EV, ends=True),)).resolve(oecd)
    product = "electric_vehicles"
    fall = rates(resolved, EV, product, after=False) - rates(resolved, EV, product)
    assert np.allclose(fall, 1.0)
    assert EV not in resolved.law_after.ids  # type: ignore[union-attr]
    assert EV in resolved.law_before.ids  # type: ignore[union-attr]


def test_another_rate(oecd: cv.World) -> None:
    resolved = question(changes=(Change(METALS, rate=40.0),)).resolve(oecd)
    for product in ("steel", "aluminium"):
        rise = rates(resolved, METALS, product) - rates(resolved, METALS, product, after=False)
        assert np.allclose(rise, 0.15)
    (reported,) = law.measures(cv.solve(oecd, question(changes=(Change(METALS, rate=40.0),))))
    assert {c["law_new"] for c in reported["changes"]} == {"+40 %"}
    assert {c["note"] for c in reported["changes"]} == {"hypothetical: 40 %"}


def test_only_some_products(oecd: cv.World) -> None:
    for change in (Change(METALS, ("steel",), ends=True), Change(METALS, ("steel",), rate=5.0)):
        resolved = question(changes=(change,)).resolve(oecd)
        assert moved(resolved)
        assert all((METALS, "steel") in members for members in moved(resolved))
        stays = rates(resolved, METALS, "aluminium")
        assert np.array_equal(stays, rates(resolved, METALS, "aluminium", after=False))


def test_the_law_of_another_day(oecd: cv.World) -> None:
    resolved = question(changes=(Change(SEED, law_of=date(2026, 3, 2)),)).resolve(oecd)
    (seed,) = {e.products[0] for e in cv.open_ledger().at("2026-03-02").only([SEED]).entries}
    fall = rates(resolved, SEED, seed, after=False) - rates(resolved, SEED, seed)
    assert np.allclose(fall, 0.758 - 0.059)


def test_a_measure_not_yet_in_force_can_be_taken_from_a_later_day(oecd: cv.World) -> None:
    change = Change(EV, law_of=date(2024, 10, 2))
    resolved = question("2024-09-30", changes=(change,)).resolve(oecd)
    assert any((EV, "electric_vehicles") in members for members in moved(resolved))


def test_what_is_not_in_force_cannot_be_changed(oecd: cv.World) -> None:
    for change in (Change(EV, ends=True), Change(EV, rate=10.0)):
        with pytest.raises(cv.InputError) as refusal:
            question("2024-09-30", changes=(change,)).resolve(oecd)
        assert str(refusal.value) == (
            f"a change of '{EV}', which is not in force on 2024-09-30 for these products: "
            "name a measure that is, or use law_of"
        )
    with pytest.raises(cv.InputError, match="which is not in force"):
        question(changes=(Change(METALS, ("copper",), ends=True),)).resolve(oecd)


def test_other_law_stands_as_on_the_first_date_or_on_another(oecd: cv.World) -> None:
    seed = {"measures": (SEED,)}
    base = Scenario.between(cv.open_ledger(), "2024-09-30", "2026-01-12", **seed)
    later = Scenario.between(
        cv.open_ledger(), "2024-09-30", "2026-01-12", background="2026-01-12", **seed
    )
    plain, moved_on = base.resolve(oecd), later.resolve(oecd)
    for resolved in (plain, moved_on):
        assert moved(resolved)
        assert all(SEED in {id for id, _ in members} for members in moved(resolved))
        assert SEED not in resolved.law_before.ids  # type: ignore[union-attr]
        assert SEED in resolved.law_after.ids  # type: ignore[union-attr]
    assert EV not in plain.law_before.ids  # type: ignore[union-attr]
    assert EV in moved_on.law_before.ids  # type: ignore[union-attr]
    assert EV in moved_on.law_after.ids  # type: ignore[union-attr]
    answers = [cv.solve(oecd, s).arrays["welfare"][oecd.country("CAN")] for s in (base, later)]
    assert answers[0] != answers[1]
    assert answers == pytest.approx([answers[0]] * 2, rel=0.2)


def test_what_was_not_announced_is_not_seen(oecd: cv.World) -> None:
    """On 2025-03-10 China's answer of 8 March was known; the deal of January 2026 was not."""
    ledger = cv.open_ledger()
    deal = Scenario.between(ledger, "2026-01-12", "2026-03-02", measures=(EV, SEED))
    expected = deal.with_options(known_on=date(2026, 1, 12)).resolve(oecd)
    happened = deal.resolve(oecd)
    assert EV in expected.law_after.ids  # type: ignore[union-attr]
    assert EV not in happened.law_after.ids  # type: ignore[union-attr]
    (seed,) = {e.products[0] for e in ledger.at("2026-03-02").only([SEED]).entries}
    same = rates(expected, SEED, seed) - rates(expected, SEED, seed, after=False)
    assert not same.any()
    assert np.allclose(
        rates(happened, SEED, seed) - rates(happened, SEED, seed, after=False), 0.059 - 0.758
    )


def by_hand(*changes: HandChange) -> Scenario:
    return Scenario("h", "H", hand_changes=changes)


def test_points_rates_and_barriers() -> None:
    world = tiny().world()
    resolved = by_hand(
        HandChange("CAN", "CHN", ("C10T12",), add=10.0),
        HandChange("USA", "CAN", rate=5.0),
        HandChange("MEX", "DEU", ("A01", "C24A"), iceberg_hat=1.2),
        HandChange("MEX", "DEU", ("A01",), iceberg_hat=float("inf")),
    ).resolve(world)
    tariff, iceberg = resolved.after.tariff_new, resolved.after.iceberg_hat
    assert tariff is not None
    assert iceberg is not None
    assert tariff[1, 0, 1] == pytest.approx(0.35)
    assert tariff[0, 2].tolist() == [0.05, 0.05, 0.05]
    assert iceberg[4, 3].tolist() == [np.inf, 1.0, 1.2]
    untouched = np.ones((5, 5), dtype=bool)
    untouched[1, 0] = untouched[0, 2] = False
    assert np.array_equal(tariff[untouched], world.tariff[untouched])
    assert (iceberg != 1).sum() == 2
    assert resolved.before.tariff_new is None
    assert resolved.notes == ()


def test_everybody_and_oneself() -> None:
    world = tiny().world()
    resolved = by_hand(HandChange("ALL", "ALL", add=10.0)).resolve(world)
    assert resolved.after.tariff_new is not None
    home = np.eye(5, dtype=bool)
    assert not resolved.after.tariff_new[home].any()
    assert np.allclose(resolved.after.tariff_new[~home], world.tariff[~home] + 0.1)


def test_groups_leave_out_whom_the_world_lacks_and_say_so() -> None:
    world = tiny().world()
    resolved = by_hand(HandChange("USMCA", "EU27", add=10.0)).resolve(world)
    (note,) = resolved.notes
    assert str(note).startswith("EU27: AUT, BEL, ")
    assert str(note).endswith("left out, not in this world.")
    assert resolved.after.tariff_new is not None
    grown = np.argwhere(resolved.after.tariff_new[:, :, 0] != world.tariff[:, :, 0])
    assert grown.tolist() == [[4, 0], [4, 2], [4, 3]]


def test_a_country_of_an_aggregated_world_is_a_word_of_its_own() -> None:
    world = tiny().world().aggregate(countries={"NAM": ["CAN", "USA"]})
    resolved = by_hand(HandChange("NAM", "CHN", add=10.0)).resolve(world)
    assert resolved.after.tariff_new is not None
    assert (resolved.after.tariff_new != world.tariff).sum() == 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (HandChange("JPN", "CHN", add=1.0), "no country 'JPN' in world 'world'"),
        (HandChange("CAN", "MERCOSUR", add=1.0), "no country 'MERCOSUR' in world 'world'"),
        (HandChange("CAN", "Chine", add=1.0), "no country 'Chine'; did you mean 'China'"),
        (HandChange("CAN", "CHN", ("C29",), add=1.0), "no sector 'C29' in world 'world'"),
        (HandChange("CAN", "CHN", add=-200.0), "leaves a tariff of -100 % or less"),
        (HandChange("CAN", "CHN", export_tax=-100.0), "an export tax of -100 %: it must be above"),
        (HandChange("CAN", "CHN", export_tax=np.inf), "an export tax of inf %: it must be above"),
    ],
)
def test_what_the_world_lacks_is_refused(change: HandChange, message: str) -> None:
    with pytest.raises(cv.InputError, match=message):
        by_hand(change).resolve(tiny().world())


def test_a_hand_made_file_is_the_same_as_arrays(tmp_path: Path, oecd: cv.World) -> None:
    path = tmp_path / "autos.toml"
    path.write_text(
        'name = "autos"\ntitle = "Autos"\n'
        '[[shock]]\nimporter = "USA"\nexporter = "JPN"\nsectors = ["C29"]\nadd = 25.0\n'
    )
    tariff = np.array(oecd.tariff)
    tariff[oecd.country("JPN"), oecd.country("USA"), oecd.sector("C29")] += 0.25
    from_file = cv.solve(oecd, cv.open_scenario(path))
    from_arrays = cv.solve(oecd, cv.Scenario.from_arrays(oecd, tariff=tariff))
    for name, values in from_arrays.arrays.items():
        assert np.array_equal(values, from_file.arrays[name]), name
    assert from_file.lines is None
    assert law.measures(from_file) == []


def test_export_taxes_by_hand() -> None:
    """A later one replaces an earlier; what a country sells itself bears none."""
    world = tiny().world()
    resolved = by_hand(
        HandChange("ALL", "CHN", export_tax=10.0),
        HandChange("USA", "CHN", ("C10T12",), export_tax=-5.0, add=2.0),
    ).resolve(world)
    tax = resolved.after.export_tax
    assert tax is not None
    assert tax[1, 0].tolist() == pytest.approx([0.1, 0.1, 0.1])
    assert tax[1, 2].tolist() == pytest.approx([0.1, -0.05, 0.1])
    assert not tax[1, 1].any()
    assert not tax[[0, 2, 3, 4]].any()
    assert resolved.before.export_tax is None
    assert resolved.after.tariff_new is not None
    assert (resolved.after.tariff_new != world.tariff).sum() == 1
    assert by_hand(HandChange("ALL", "CHN", add=1.0)).resolve(world).after.export_tax is None


def test_an_export_tax_in_a_file_is_the_same_as_arrays(tmp_path: Path) -> None:
    world = tiny().world()
    path = tmp_path / "levy.toml"
    path.write_text(
        'name = "levy"\ntitle = "Levy"\n'
        '[[shock]]\nimporter = "ALL"\nexporter = "CHN"\nsectors = ["C10T12"]\nexport_tax = 10.0\n'
    )
    tax = np.zeros_like(world.tariff)
    tax[world.country("CHN"), :, world.sector("C10T12")] = 0.1
    tax[world.country("CHN"), world.country("CHN")] = 0.0
    from_file = cv.solve(world, cv.open_scenario(path))
    from_arrays = cv.solve(world, cv.Scenario.from_arrays(world, export_tax=tax))
    for name, values in from_arrays.arrays.items():
        assert np.array_equal(values, from_file.arrays[name]), name
    assert from_file.arrays["export_revenue_new"][world.country("CHN")] > 0
    assert from_file.manifest.settings["scenario"]["hand_changes"][0]["export_tax"] == 10.0
    assert subject_cells(from_file) == [(1, n, 1) for n in (0, 2, 3, 4)]


def test_an_export_tax_alone_is_something_asked(oecd: cv.World) -> None:
    """It stands on the cell, beside the lines that the law has cut it into."""
    change = HandChange("USA", "DEU", ("C29",), export_tax=10.0)
    placed = question(hand_changes=(change,)).resolve(oecd)
    assert not any(note.kind == "same_law" for note in placed.notes)
    assert placed.after.export_tax is not None
    assert np.count_nonzero(placed.after.export_tax) == 1
    assert np.array_equal(placed.before.line_tariff, placed.after.line_tariff)


def test_law_and_hand_made_changes_together(oecd: cv.World) -> None:
    change = HandChange("CAN", "JPN", ("C29",), add=25.0)
    resolved = question(changes=(Change(EV, ends=True),), hand_changes=(change,)).resolve(oecd)
    cell = oecd.country("JPN"), oecd.country("CAN"), oecd.sector("C29")
    assert resolved.after.tariff_new is not None
    assert resolved.after.tariff_new[cell] == oecd.tariff[cell] + 0.25
    assert resolved.before.tariff_new is None
    assert any((EV, "electric_vehicles") in members for members in moved(resolved))


def test_only_the_pairs_named_change(oecd: cv.World) -> None:
    """The same American duties fall on everybody; asked about are those on Canada."""
    autos = "usa-all-s232-autos-2025"
    book, names = cv.open_ledger(), (autos,)
    whole = Scenario.between(book, "2025-01-31", "2025-06-30", measures=names)
    pair = replace(whole, pairs=(("CAN", "USA"),))
    placed = {s.pairs: s.resolve(oecd) for s in (whole, pair)}
    touched = {}
    for key, resolved in placed.items():
        lines, before, after = resolved.lines, resolved.before, resolved.after
        assert lines is not None
        assert before.line_tariff is not None
        assert after.line_tariff is not None
        at = before.line_tariff != after.line_tariff
        touched[key] = {
            (oecd.countries[i], oecd.countries[n])
            for i, n in zip(lines.exporter[at], lines.importer[at], strict=True)
        }
    assert touched[pair.pairs] == {("CAN", "USA")}
    assert len(touched[None]) > 50
    loss = {s.pairs: cv.solve(oecd, s).arrays["welfare"] for s in (whole, pair)}
    canada, japan = oecd.country("CAN"), oecd.country("JPN")
    assert loss[None][japan] < 0 < loss[pair.pairs][japan]
    assert loss[pair.pairs][canada] < 0


COAL = "chn-aus-coal-2020"


def test_a_change_by_hand_reaches_the_lines_inside_a_cell(oecd: cv.World) -> None:
    """A cell that other law has split into lines must not swallow a change made by hand."""
    pair = {"importer": "USA", "exporter": "DEU", "sectors": ("C29",)}
    cell = oecd.country("DEU"), oecd.country("USA"), oecd.sector("C29")
    for change, new in (
        (HandChange(**pair, add=25.0), lambda rate: rate + 0.25),
        (HandChange(**pair, rate=40.0), lambda rate: np.full_like(rate, 0.4)),
    ):
        placed = question(hand_changes=(change,)).resolve(oecd)
        assert placed.lines is not None
        lines = placed.lines
        here = (lines.exporter == cell[0]) & (lines.importer == cell[1]) & (lines.sector == cell[2])
        assert here.sum() > 1, "the case needs a cell with lines"
        before, after = placed.before.line_tariff, placed.after.line_tariff
        assert before is not None
        assert after is not None
        assert after[here] == pytest.approx(new(before[here]))
        assert np.array_equal(after[~here], before[~here])
    closed = question(hand_changes=(HandChange(**pair, iceberg_hat=np.inf),)).resolve(oecd)
    assert closed.after.line_iceberg is not None
    assert np.isinf(closed.after.line_iceberg[here]).all()


def test_a_change_by_hand_on_lines_moves_the_answer(oecd: cv.World) -> None:
    change = HandChange(importer="USA", exporter="EU", sectors=("C29",), add=25.0)
    solution = cv.solve(oecd, question(hand_changes=(change,)))
    assert solution.arrays["welfare"][oecd.country("DEU")] < -0.01


def test_a_rate_in_place_of_a_ban_opens_the_line(oecd: cv.World) -> None:
    scenario = question("2021-06-30", changes=(Change(COAL, rate=10.0),))
    placed = scenario.resolve(oecd)
    assert placed.before.line_iceberg is not None
    assert placed.after.line_iceberg is not None
    assert np.isinf(placed.before.line_iceberg).any()
    assert not np.isinf(placed.after.line_iceberg[np.isinf(placed.before.line_iceberg)]).all()
    assert rates(placed, COAL, "coal") - rates(placed, COAL, "coal", after=False) == pytest.approx(
        0.1
    )


def test_nothing_asked_is_said_and_not_ranked(oecd: cv.World) -> None:
    from countervail.present.result import document

    solution = cv.solve(oecd, replace(question(), measures=(EV,)))
    assert solution.certificate.effect <= 1e-11
    assert "Nothing the question asks about differs" in str(solution.resolved.notes[0])
    from rich.console import Console

    console = Console(width=110)
    with console.capture() as seen:
        console.print(document(solution))
    assert "Nothing changes: every figure is zero." in seen.get()
    assert "Who gains" not in seen.get()


def test_only_the_pairs_asked_about_change(oecd: cv.World) -> None:
    measures = ("usa-all-s232-steel-aluminium-2025",)
    pairs = (("CAN", "USA"),)
    asked = replace(question("2025-01-31", "2025-07-01"), measures=measures, pairs=pairs)
    placed = asked.resolve(oecd)
    assert placed.lines is not None
    before, after = placed.before.line_tariff, placed.after.line_tariff
    assert before is not None
    assert after is not None
    differs = np.flatnonzero(before != after)
    assert len(differs)
    assert set(placed.lines.exporter[differs]) == {oecd.country("CAN")}
    assert {c["targets"][0] for m in law.measures(cv.solve(oecd, asked)) for c in m["changes"]} == {
        "CAN"
    }


def changes_of(solution: cv.Solution, measure: str) -> list[dict[str, object]]:
    return next(m["changes"] for m in law.measures(solution) if m["id"] == measure)


def test_an_end_is_told_by_its_own_date_and_source(oecd: cv.World) -> None:
    barley = "chn-aus-barley-2020"
    asked = Scenario.between(cv.open_ledger(), "2022-12-31", "2024-12-31", measures=(barley,))
    (row,) = changes_of(cv.solve(oecd, asked), barley)
    assert (row["law"], row["law_new"]) == ("+80.5 %", "none")
    assert (row["in_force"], row["announced"]) == ("2023-08-05", "2023-08-04")
    assert "Xinhua" in str(row["reference"])
    cotton = "chn-aus-cotton-2020"
    asked = Scenario.between(cv.open_ledger(), "2022-12-31", "2024-12-31", measures=(cotton,))
    (row,) = changes_of(cv.solve(oecd, asked), cotton)
    assert row["in_force"] == "2023", "a day that is not known is not made up"


def test_a_supposition_is_not_laid_at_a_sources_door(oecd: cv.World) -> None:
    for change in (Change(SEED, rate=10.0), Change(SEED, ends=True)):
        (row,) = changes_of(cv.solve(oecd, question(changes=(change,))), SEED)
        assert row["hypothetical"] is True
        assert row["in_force"] is None
        assert row["reference"]["publisher"] == "this scenario"  # type: ignore[index]
    (row,) = changes_of(
        cv.solve(oecd, question(changes=(Change(SEED, law_of=date(2026, 3, 2)),))), SEED
    )
    assert row["hypothetical"] is False
    assert row["in_force"] == "2026-03-01"


def test_who_is_taken_out_by_another_measure_is_not_all(oecd: cv.World) -> None:
    asked = cv.open_scenario("us-canada", "all-partners")
    rows_ = changes_of(cv.solve(oecd, asked), "usa-all-s232-steel-aluminium-2025")
    core = next(r for r in rows_ if r["product"] == "annex_1a")
    assert core["targets"][:2] == ["ALL", "but"]  # type: ignore[index]
    assert "GBR" in core["targets"]  # type: ignore[operator]


def test_a_world_with_its_own_labels(tmp_path: Path) -> None:
    world = replace(tiny().world(), countries=("AA0", "AA1", "AA2", "AA3", "AA4"))
    path = tmp_path / "own.toml"
    path.write_text(
        'name = "own"\ntitle = "Own"\n[[shock]]\nimporter = "AA1"\nexporter = "AA2"\nadd = 5.0\n'
    )
    asked = cv.open_scenario(path, own=world.countries)
    assert cv.solve(world, asked).certificate.effect > 0
    with pytest.raises(cv.InputError, match="no country 'AA1'"):
        cv.open_scenario(path)
