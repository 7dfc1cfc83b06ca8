"""The record of events beside the law: sound rows, and what is asked of them."""

from __future__ import annotations

from datetime import date

import pytest

from countervail import labels
from countervail.errors import InputError
from countervail.ledger.relations import events, relation_events


def test_every_event_has_known_parties_a_day_and_a_source() -> None:
    found = relation_events()
    assert len(found) == 90
    for one in found:
        assert one.parties
        assert set(one.parties) <= set(labels.countries())
        assert one.address.startswith("http")
        assert one.confidence in {"high", "medium"}
        assert not one.until or date.fromisoformat(one.until) >= one.first
    assert [one.date for one in found] == sorted(one.date for one in found)


def test_events_between_two_have_both_as_parties() -> None:
    both = events("CAN,IND")
    assert both
    assert all({"CAN", "IND"} <= set(one.parties) for one in both)
    assert set(both) == set(events("IND,CAN"))
    assert len(both) == sum({"CAN", "IND"} <= set(one.parties) for one in relation_events())
    assert set(events("CAN,IND", kind="expulsion")) < set(both)


def test_days_bound_what_is_listed() -> None:
    every, day = relation_events(), date(2024, 1, 1)
    before, after = events(until=date(2023, 12, 31)), events(since=day)
    assert len(before) + len(after) == len(every)
    assert max(one.first for one in before) < day <= min(one.first for one in after)


def test_an_unknown_kind_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'visit'"):
        events(kind="visits")
