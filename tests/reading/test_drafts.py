"""Drafts as files: what a text gives, what it does not; accepted whole or not at all."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import countervail as cv
from countervail.app.drafts import above, write_drafts
from countervail.clock import on_day
from countervail.errors import FileError, InputError
from countervail.ledger import check_ledger, landing, open_ledger
from countervail.ledger.drafted import (
    DraftFile,
    Overlap,
    covered,
    law_of,
    marked,
    overlaps,
    read_draft,
    read_drafts,
    without_draft,
)
from countervail.reading.opened import read
from countervail.reading.to_ledger import draft_files
from countervail.scenario.drafts import PREFIX, bare, with_drafts

DAY = "2026-06-01"
STORY = (
    "Kenya will impose a 25% duty on wheat flour from Uganda from July 1, the finance ministry "
    "said on Tuesday. China imposes a 100% tariff on canola oil from Canada. China will raise its "
    "tariff on peas from Canada. Japan threatened a 20% tariff on Canadian pork. Brazil "
    "introduced a subsidy of 2 billion reais for sugar exports. Peru and Chile signed a trade deal."
)


@pytest.fixture
def drafts(tmp_path: Path) -> list[DraftFile]:
    write_drafts(read(STORY, DAY), tmp_path / "drafts")
    return read_drafts(tmp_path / "drafts")


def named(drafts: list[DraftFile], word: str) -> DraftFile:
    (one,) = [d for d in drafts if word in d.measure.id]
    return one


def test_a_draft_says_what_the_text_says_and_lists_what_it_does_not(
    drafts: list[DraftFile],
) -> None:
    flour = named(drafts, "wheat-flour")
    (entry,) = flour.measure.rates
    assert (entry.rate, entry.basis, entry.in_force) == (25.0, "additional", date(2026, 7, 1))
    assert flour.measure.products[0].hs == ("1101",)
    assert flour.notes.status == "draft"
    assert any(word.startswith("rates.basis") for word in flour.notes.inferred)
    oil = named(drafts, "canola-oil")
    assert oil.measure.rates[0].in_force is None
    assert [word.split(":")[0] for word in oil.notes.missing] == ["rates.in_force"]
    peas = named(drafts, "peas")
    assert peas.measure.rates[0].rate is None
    assert "rates.rate" in [word.split(":")[0] for word in peas.notes.missing]


def test_every_quote_is_the_texts_own(drafts: list[DraftFile]) -> None:
    for one in drafts:
        for quote in one.notes.quotes:
            assert STORY[quote.start : quote.end] == quote.text


def test_what_the_ledger_has_no_form_for_is_named() -> None:
    _, left = draft_files(read(STORY, DAY))
    assert [one.why for one in left] == ["the ledger has no subsidy"]


def test_the_draft_table_goes_and_the_rest_stays(drafts: list[DraftFile]) -> None:
    for one in drafts:
        law = without_draft(one.text)
        assert "draft" not in law.replace("drafts", "")
        assert law.splitlines()[0] == f'id = "{one.measure.id}"'
        again = read_draft_text(one, marked(one.text, "accepted"))
        assert again.notes.status == "accepted"
        assert again.measure.rates == one.measure.rates


def read_draft_text(one: DraftFile, text: str) -> DraftFile:
    one.path.write_text(text, encoding="utf-8")
    return read_draft(one.path)


def test_a_complete_draft_is_a_measure_and_another_says_what_it_lacks(
    drafts: list[DraftFile],
) -> None:
    assert law_of(named(drafts, "wheat-flour")).id == "ken-uga-wheat-flour-tariff-2026"
    with pytest.raises(FileError, match=r"not complete: rates.in_force"):
        law_of(named(drafts, "canola-oil"))


def test_what_the_ledger_has_is_shown(drafts: list[DraftFile]) -> None:
    ledger = open_ledger()
    (oil,) = overlaps(named(drafts, "canola-oil").measure, ledger, date(2026, 6, 1))
    assert (oil.kind, oil.measure.id) == ("duplicate", "chn-can-antidiscrimination-100-2025")
    one = named(drafts, "canola-oil")
    other = read_draft_text(one, one.text.replace("rate = 100.0", "rate = 60.0"))
    (found,) = overlaps(other.measure, ledger, date(2026, 6, 1))
    assert (found.kind, found.rates) == ("conflict", (100.0,))
    assert "100 % since 2025-03-20" in str(found)
    assert not overlaps(named(drafts, "wheat-flour").measure, ledger, date(2026, 6, 1))


def test_coverage_is_the_ledgers_where_it_has_the_goods_and_even_where_not(
    drafts: list[DraftFile],
) -> None:
    ledger = open_ledger()
    oil = named(drafts, "canola-oil")
    dated = oil.text.replace("rate = 100.0", "in_force = 2026-07-01\nrate = 100.0")
    taken = covered(law_of(read_draft_text(oil, dated)), ledger)
    held = ledger.measure("chn-can-antidiscrimination-100-2025")
    theirs = [t.weights for t in held.coverage if t.products == "canola_oil"]
    assert [t.weights for t in taken.coverage] == theirs
    (even,) = covered(law_of(named(drafts, "wheat-flour")), ledger).coverage
    assert (even.basis, even.sector) == ("equal", "C10T12")
    assert even.weights["*"] == pytest.approx(1 / 610, rel=1e-3)


def test_sure_new_and_complete_drafts_land_and_the_others_say_why(
    drafts: list[DraftFile], tmp_path: Path
) -> None:
    into = tmp_path / "mine"
    chosen = above(drafts, 0.5, into)
    (landed,) = chosen.land()
    assert landed.name == "ken-uga-wheat-flour-tariff-2026.toml"
    assert not [f for f in check_ledger(open_ledger(into)) if f.refuse]
    assert {one.measure.id.split("-")[2] for one, _ in chosen.left} >= {"canola", "peas", "pork"}
    assert read_draft(named(drafts, "wheat-flour").path).notes.status == "accepted"
    assert not list(into.glob(".*"))
    assert not above(read_drafts(drafts[0].path.parent), 0.5, into).accepted


def test_drafts_land_together_or_not_at_all(
    drafts: list[DraftFile], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    into = tmp_path / "mine"
    flour, pork = named(drafts, "wheat-flour"), named(drafts, "pork")
    dated = pork.text.replace("rate = 20.0", "in_force = 2026-08-01\nrate = 20.0")
    both = [flour, read_draft_text(pork, dated)]
    moved: list[Path] = []

    def breaking(source: str | Path, goal: str | Path) -> None:
        if moved:
            raise OSError(28, "No space left on device")
        moved.append(Path(goal))
        Path(source).rename(goal)

    monkeypatch.setattr(landing.os, "replace", breaking)
    with pytest.raises(FileError, match="No space left"):
        landing.land(both, into)
    assert moved
    assert not into.exists()
    assert read_draft(flour.path).notes.status == "draft"


def test_a_folder_with_files_is_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("mine")
    with pytest.raises(FileError, match="not an empty folder"):
        write_drafts(read(STORY, DAY), tmp_path)


def test_drafts_are_changes_on_top_of_the_law(drafts: list[DraftFile]) -> None:
    oil = named(drafts, "canola-oil")
    read_draft_text(oil, oil.text.replace("rate = 100.0", "rate = 60.0"))
    asked = with_drafts(bare(open_ledger(), date(2026, 6, 1)), read_drafts(oil.path.parent))
    changes = {c.measure: c for c in asked.changes}
    assert changes["chn-can-antidiscrimination-100-2025"].rate == 60.0
    assert changes["chn-can-antidiscrimination-100-2025"].products == ("canola_oil",)
    assert asked.ledger is not None
    pork = asked.ledger.measure(PREFIX + "jpn-can-pork-tariff-2026")
    assert changes[pork.id].law_of == pork.rates[0].in_force
    assert asked.ledger.at(date(2026, 6, 1)).only([pork.id]).entries == ()
    said = {use.id: use.said for use in asked.drafts if not use.priced}
    assert said[PREFIX + "chn-can-peas-tariff-2026"].startswith("rates.in_force")
    assert "no law" in asked.title
    assert {d["id"] for d in asked.settings()["drafts"]} == {u.id for u in asked.drafts}


def test_drafts_that_lift_end_what_the_ledger_has(tmp_path: Path) -> None:
    story = "China would lift its tariffs on Canadian canola oil if Ottawa cut its duty on cars."
    write_drafts(read(story, DAY), tmp_path / "d")
    asked = with_drafts(bare(open_ledger(), date(2026, 6, 1)), read_drafts(tmp_path / "d"))
    (change,) = asked.changes
    assert (change.measure, change.ends) == ("chn-can-antidiscrimination-100-2025", True)
    assert change.products == ("canola_oil",)


def test_a_draft_of_countries_that_the_world_lacks_is_named(drafts: list[DraftFile]) -> None:
    own = ["CHN", "CAN", "JPN"]
    asked = with_drafts(bare(open_ledger(), date(2026, 6, 1)), drafts, own)
    said = {use.id: use.said for use in asked.drafts}
    assert said[PREFIX + "ken-uga-wheat-flour-tariff-2026"] == "KEN is no country of this world"
    assert said[PREFIX + "jpn-can-pork-tariff-2026"] == "20 %, additional, new"


def test_nothing_to_price_is_said_in_one_sentence(tmp_path: Path) -> None:
    write_drafts(read("Peru and Chile signed a trade deal.", DAY), tmp_path / "d")
    with pytest.raises(InputError, match="the draft cannot be priced"):
        with_drafts(bare(open_ledger(), date(2026, 6, 1)), read_drafts(tmp_path / "d"))


def test_a_duty_raised_from_one_rate_to_another_is_in_place_of_what_was(
    tmp_path: Path, oecd: cv.World
) -> None:
    text = "Vietnam will raise its duty on Canadian durum wheat from 5% to 20% on January 1, 2027."
    write_drafts(read(text, "2026-11-18"), tmp_path / "d")
    (one,) = read_drafts(tmp_path / "d")
    assert (one.measure.rates[0].rate, one.measure.rates[0].basis) == (20.0, "replacing")
    ledger = open_ledger()
    assert ledger.record is not None
    last = ledger.record[1]
    asked = with_drafts(bare(ledger, last), [one])
    # it begins on the day after, which asks for no law of a day that the ledger does not know
    with on_day(last):
        asked.resolve(oecd)


def beside(text: str, folder: Path) -> list[Overlap]:
    """Return what the ledger has beside the only draft of a text."""
    write_drafts(read(text, DAY), folder)
    (one,) = read_drafts(folder)
    return overlaps(one.measure, open_ledger(), date(2026, 6, 1))


def test_what_is_recorded_and_not_priced_is_shown_with_the_reason(tmp_path: Path) -> None:
    (lentils,) = beside("India imposes a 10% duty on lentils from Canada.", tmp_path / "a")
    assert (lentils.kind, lentils.measure.id, lentils.same) == (
        "not_priced",
        "ind-all-lentils",
        True,
    )
    assert str(lentils).startswith(
        "duplicate of ind-all-lentils (lentils: 10 %), which is recorded"
    )
    assert "no weight by exporter is set" in str(lentils)
    (other,) = beside("India imposes a 60% duty on lentils from Canada.", tmp_path / "b")
    assert (other.kind, other.same) == ("not_priced", False)
    assert str(other).startswith("beside ind-all-lentils")
    threat = beside(
        "The United States threatened a 100% tariff on goods from Canada.", tmp_path / "c"
    )
    (found,) = [o for o in threat if o.kind == "not_priced"]
    assert (found.measure.id, found.same, found.law) == ("usa-can-threat-100-2026", True, False)


def test_what_is_recorded_and_not_priced_is_not_landed_in_silence(tmp_path: Path) -> None:
    write_drafts(read("India imposes a 60% duty on lentils from Canada.", DAY), tmp_path / "d")
    found = above(read_drafts(tmp_path / "d"), 0.0, tmp_path / "mine")
    ((_, why),) = found.left
    assert why.startswith("beside ind-all-lentils")
    assert not found.accepted
    asked = with_drafts(bare(open_ledger(), date(2026, 6, 1)), read_drafts(tmp_path / "d"))
    (use,) = asked.drafts
    assert use.priced
    assert "ind-all-lentils (lentils: 10 %), which is recorded and not priced" in use.said


def test_law_without_a_price_is_not_priced_again(tmp_path: Path) -> None:
    write_drafts(read("India imposes a 10% duty on lentils from Canada.", DAY), tmp_path / "d")
    with pytest.raises(InputError, match="is law already: duplicate of ind-all-lentils"):
        with_drafts(bare(open_ledger(), date(2026, 6, 1)), read_drafts(tmp_path / "d"))


def test_a_file_that_is_not_there_says_what_next(tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text(STORY)
    with pytest.raises(FileError, match=r"no such file; did you mean 'story.txt'\?"):
        read(tmp_path / "storry.txt")
    with pytest.raises(FileError, match="save the text as a file"):
        read(tmp_path / "else.txt")
    with pytest.raises(FileError, match="is not there either"):
        read(tmp_path / "none" / "story.txt")
    with pytest.raises(FileError, match="is a folder"):
        read(tmp_path)
