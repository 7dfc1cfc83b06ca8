"""Events of a text as drafts: written, held against the record, landed whole or not at all."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from countervail.app.drafts import Accepting, open_drafts, take_events, write_drafts
from countervail.errors import FileError, InputError
from countervail.ledger import landing
from countervail.ledger.drafted import read_drafts
from countervail.ledger.drafted_events import EventsFile, event_of, read_events, recorded
from countervail.ledger.landing import AcceptedEvent
from countervail.ledger.relations import events, read_own, relation_events
from countervail.reading.opened import read
from countervail.reading.to_events import events_file

DAY = "2026-03-10"
STORY = (
    "India expelled six Canadian diplomats on 14 October 2024. Canada paused trade talks with "
    "India on September 20, 2023. Kenya released two Ugandan traders on 3 March 2026. Talks "
    "between Peru and Chile were suspended in May 2024. Canada aims to double its exports to "
    "non-US markets by 2035. Kenya has not expelled Ugandan traders. Officials said that relations "
    "between Peru and Chile soured. Kenya will impose a 25% duty on wheat flour from Uganda from "
    "July 1."
)


@pytest.fixture
def drafts(tmp_path: Path) -> EventsFile:
    write_drafts(read(STORY, DAY), tmp_path / "drafts")
    found = read_events(tmp_path / "drafts")
    assert found is not None
    return found


def numbered(file: EventsFile, words: str) -> int:
    (one,) = [n for n, e in enumerate(file.of.events) if words in e.quote.text]
    return one


def test_every_event_has_its_quote_parties_and_day(drafts: EventsFile) -> None:
    for one in drafts.of.events:
        assert STORY[one.quote.start : one.quote.end] == one.quote.text
        assert one.status == "draft"
    told = [(e.kind, set(e.parties), e.date) for e in drafts.of.events if not e.needs_check]
    assert told == [
        ("expulsion", {"CAN", "IND"}, "2024-10-14"),
        ("talks_paused", {"CAN", "IND"}, "2023-09-20"),
        ("release", {"KEN", "UGA"}, "2026-03-03"),
        ("talks_paused", {"PER", "CHL"}, "2024-05"),
        ("goal_set", {"CAN"}, DAY),
    ]
    assert drafts.of.sha256 == read(STORY, DAY).source.sha256
    assert drafts.of.date == date(2026, 3, 10)


def test_what_the_record_has_no_form_for_is_named() -> None:
    left = events_file(read(STORY, DAY)).left
    assert [one.why for one in left] == ["the record of events has no deterioration"]
    assert events_file(read("Nothing happened.", DAY)).text == ""


def test_an_event_stands_beside_what_the_record_has(drafts: EventsFile) -> None:
    (same,) = recorded(drafts, numbered(drafts, "14 October"), relation_events())
    assert (same.kind, same.event.date) == ("duplicate", "2024-10-14")
    other, *_ = recorded(drafts, numbered(drafts, "September 20"), relation_events())
    assert (other.kind, other.event.date, other.days) == ("other_date", "2023-09-15", -5)
    assert "5 days earlier" in str(other)
    assert not recorded(drafts, numbered(drafts, "released"), relation_events())


def test_new_dated_events_told_as_fact_land_and_the_others_say_why(
    drafts: EventsFile, tmp_path: Path
) -> None:
    chosen = Accepting(tmp_path / "mine")
    take_events(drafts, chosen, take=False)
    assert not chosen.events
    chosen = Accepting(tmp_path / "mine")
    take_events(drafts, chosen, take=True)
    assert {drafts.of.events[one.number].kind for one in chosen.events} == {
        "release",
        "talks_paused",
    }
    said = {drafts.of.events[one.number].kind: why for one, why in chosen.events_left}
    assert said["goal_set"] == "date: the day of the text"
    chosen.land()
    own = read_own(tmp_path / "mine")
    assert {(one.kind, one.date) for one in own} == {
        ("release", "2026-03-03"),
        ("talks_paused", "2024-05"),
    }
    assert all(one.address == f"sha256:{drafts.of.sha256}" for one in own)
    assert len(events("KEN,UGA", own=own)) == len(events("KEN,UGA")) + 1
    again = read_events(drafts.path.parent)
    assert again is not None
    statuses = [one.status for one in again.of.events]
    assert statuses.count("accepted") == 2
    twice = Accepting(tmp_path / "mine")
    take_events(drafts, twice, take=True)
    assert not twice.events


def test_events_and_measures_land_together_or_not_at_all(
    drafts: EventsFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    into = tmp_path / "mine"
    landing.land([], into, [AcceptedEvent(drafts, numbered(drafts, "released"))])
    before = (into / "relations.csv").read_text()
    file = read_events(drafts.path.parent)
    assert file is not None
    measures = [d for d in read_drafts(drafts.path.parent) if "wheat-flour" in d.measure.id]
    talks = AcceptedEvent(file, numbered(file, "suspended"))

    def refusing(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(landing, "mark_events", refusing)
    with pytest.raises(FileError, match="No space left"):
        landing.land(measures, into, [talks])
    assert [path.name for path in into.iterdir()] == ["relations.csv"]
    assert (into / "relations.csv").read_text() == before
    assert {one.notes.status for one in read_drafts(drafts.path.parent)} == {"draft"}
    monkeypatch.undo()
    assert len(landing.land(measures, into, [talks])) == len(measures)
    assert len(read_own(into)) == 2


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('date = "2026-03-03"\n', "", "has no date"),
        ('date = "2026-03-03"', 'date = "2026-02-30"', "no day '2026-02-30'"),
        ("planned = false", "planned = true", "has not happened"),
        ('"UGA"', '"XXQ"', "no country or group 'XXQ'"),
        ('"UGA"', '"ALL"', "no country or group 'ALL'"),
        ('kind = "release"', 'kind = "releese"', "did you mean 'release'"),
    ],
)
def test_an_event_that_is_not_complete_says_what_next(
    drafts: EventsFile, was: str, becomes: str, said: str
) -> None:
    number = numbered(drafts, "released")
    head, *tables = drafts.text.split("[[events]]")
    tables[number] = tables[number].replace(was, becomes)
    drafts.path.write_text("[[events]]".join([head, *tables]))
    file = read_events(drafts.path.parent)
    assert file is not None
    with pytest.raises(InputError, match=said):
        event_of(file, number)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2026-3-3,,KEN UGA,release,x,medium,,,,", r"relations.csv:2: date '2026-3-3' is no day"),
        ("2026-03-03,,KEN XXQ,release,x,medium,,,,", "no country or group 'XXQ'"),
        ("2026-03-03,,KEN,releese,x,medium,,,,", "did you mean 'release'"),
        ("2026-03-03,,KEN,release,x,sure,,,,", "confidence is one of"),
        ("2026-03-03,,KEN", "has 3 fields"),
    ],
)
def test_a_table_of_ones_own_is_refused_by_line(tmp_path: Path, row: str, said: str) -> None:
    head = "date,until,parties,kind,description,confidence,source,publisher,source_date,address"
    (tmp_path / "relations.csv").write_text(f"{head}\n{row}\n")
    with pytest.raises(FileError, match=said):
        read_own(tmp_path)


def test_a_text_with_events_alone_has_drafts_too(tmp_path: Path) -> None:
    written = write_drafts(
        read("Kenya released two Ugandan traders on 3 March 2026.", DAY), tmp_path / "d"
    )
    assert (written.measures, written.number) == ([], 1)
    measures, file = open_drafts(tmp_path / "d")
    assert measures == []
    assert file is not None
    assert file.of.events[0].kind == "release"
