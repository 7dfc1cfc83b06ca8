"""What is in force on a day, and what people knew of it on an earlier one."""

from datetime import date

import pytest
from small_measures import head, ledger, measure, product, rate

from countervail.errors import InputError
from countervail.ledger import LawView, Measure, open_ledger
from countervail.present.law import law_words

TWO = head() + product() + product("meal", '["2306.41"]')


def rates_of(view: LawView) -> dict[str, float | None]:
    return {p: e.rate.rate for e in view.entries for p in e.products}


def law(of: Measure, on: str, known_on: str | None = None) -> dict[str, float | None]:
    return rates_of(ledger(of).at(on, known_on))


def plain(percent: float, more: str = "") -> str:
    return f'rate = {percent}\nbasis = "additional"\n{more}'


def test_the_last_entry_in_force_governs_by_product() -> None:
    m = measure(
        TWO,
        rate("2025-03-08", "2025-03-20", plain(25.0), '["seed", "meal"]'),
        rate("2025-06-01", "2025-07-01", plain(50.0)),
        rate("2025-08-01", "2025-09-01", "ended = true", '["meal"]'),
    )
    assert law(m, "2025-03-19") == {}
    assert law(m, "2025-03-20") == {"seed": 25.0, "meal": 25.0}
    assert law(m, "2025-07-01") == {"seed": 50.0, "meal": 25.0}
    assert law(m, "2025-09-01") == {"seed": 50.0}


def test_of_two_entries_of_one_day_the_later_announcement_governs() -> None:
    first = rate("2025-02-01", "2025-03-04", plain(25.0))
    paused = rate("2025-02-03", "2025-03-04", "ended = true")
    for steps in ((first, paused), (paused, first)):
        m = measure(head(), product(), *steps)
        assert law(m, "2025-03-04") == {}
        # on the day between, people expected it
        assert law(m, "2025-03-04", known_on="2025-02-02") == {"seed": 25.0}


def test_an_end_announced_later_was_not_known_before() -> None:
    m = measure(
        head(),
        product(),
        rate("2025-03-08", "2025-03-20", plain(25.0, "expires = 2026-12-31")),
        rate("2026-02-27", "2026-03-01", "ended = true"),
    )
    assert law(m, "2026-06-01") == {}
    assert law(m, "2026-06-01", known_on="2026-02-26") == {"seed": 25.0}
    # the expiry was known from the start
    assert law(m, "2027-01-01", known_on="2025-03-08") == {}
    assert law(m, "2025-03-20", known_on="2025-03-07") == {}


def test_a_suspension_that_lapses_gives_way_to_the_law_before_it() -> None:
    m = measure(
        head(),
        product(),
        rate("2025-03-08", "2025-03-20", plain(100.0)),
        rate("2026-02-27", "2026-03-01", plain(0.0, 'expires = 2026-12-31\non_expiry = "reverts"')),
    )
    assert law(m, "2026-12-31") == {"seed": 0.0}
    assert law(m, "2027-01-01") == {"seed": 100.0}
    ended = measure(
        head(),
        product(),
        rate("2025-03-08", "2025-03-20", plain(100.0)),
        rate(
            "2026-02-27",
            "2026-03-01",
            'ended = true\nexpires = 2026-12-31\non_expiry = "reverts"',
        ),
    )
    assert law(ended, "2026-12-31") == {}
    assert law(ended, "2027-01-01") == {"seed": 100.0}


def test_an_expiry_that_ends_leaves_nothing_even_of_earlier_entries() -> None:
    m = measure(
        head(),
        product(),
        rate("2025-01-01", "2025-01-10", plain(10.0)),
        rate("2025-06-01", "2025-06-10", plain(20.0, "expires = 2025-12-31")),
    )
    assert law(m, "2025-12-31") == {"seed": 20.0}
    assert law(m, "2026-01-01") == {}


def test_a_step_that_never_came_was_expected_until_its_day() -> None:
    m = measure(head(), product(), rate("2025-04-02", "2025-04-09", plain(34.0, "never = true")))
    assert law(m, "2025-04-10") == {}
    assert law(m, "2025-04-10", known_on="2025-04-05") == {"seed": 34.0}
    assert law(m, "2025-04-10", known_on="2025-04-01") == {}
    assert law(m, "2025-04-10", known_on="2025-04-09") == {}
    waiting = ledger(m).pending("2025-04-05")
    assert [(e.measure.id, e.rate.rate) for e in waiting] == [("chn-can-duty-2025", 34.0)]
    assert ledger(m).pending("2025-04-01") == ()


def test_a_backdated_step_is_seen_unless_a_day_of_knowledge_is_given() -> None:
    m = measure(head(), product(), rate("2025-05-01", "2025-04-01", plain(5.0)))
    assert law(m, "2025-04-10") == {"seed": 5.0}
    assert law(m, "2025-04-10", known_on="2025-04-10") == {}


def test_targets_are_those_of_the_day() -> None:
    m = measure(
        head("usa-all-duty-2018", "USA", '["ALL"]'),
        product(),
        rate("2018-01-01", "2018-02-01", plain(25.0)),
        rate("2019-01-01", "2020-03-01", 'targets = ["EU"]\n' + plain(15.0)),
        rate("2021-01-01", "2021-02-01", 'except_targets = ["EU"]\n' + plain(30.0)),
    )

    def target_rates(on: str) -> dict[str, float | None]:
        return {t: e.rate.rate for e in ledger(m).at(on).entries for t in e.targets}

    assert target_rates("2019-12-31")["DEU"] == 25.0
    assert "USA" not in target_rates("2019-12-31")
    assert target_rates("2020-03-01")["DEU"] == 15.0
    # the United Kingdom had left the customs territory, so the first entry governs it still
    assert target_rates("2021-01-01")["GBR"] == 25.0
    assert target_rates("2021-02-01")["DEU"] == 15.0
    assert target_rates("2021-02-01")["GBR"] == 30.0
    entry = ledger(m).at("2021-02-01").entries[0]
    assert entry.implementers == ("USA",)


def test_between_names_every_change_with_its_entry() -> None:
    m = measure(
        TWO,
        rate("2025-03-08", "2025-03-20", plain(25.0), '["seed", "meal"]'),
        rate("2025-06-01", "2025-07-01", plain(25.0)),
        rate("2026-02-27", "2026-03-01", plain(0.0, 'expires = 2026-12-31\non_expiry = "reverts"')),
        rate("2025-08-01", "2025-09-01", "ended = true", '["meal"]'),
        rate("2027-02-01", "2027-03-01", plain(9.0, "expires = 2027-12-31")),
    )
    found = ledger(m).between("2025-03-19", "2028-12-31")
    assert [(str(c.date), c.kind, c.products, c.rate_before, c.rate_after) for c in found] == [
        ("2025-03-20", "starts", ("seed", "meal"), None, 25.0),
        ("2025-07-01", "continues", ("seed",), 25.0, 25.0),
        ("2025-09-01", "ends", ("meal",), 25.0, None),
        ("2026-03-01", "changes", ("seed",), 25.0, 0.0),
        ("2027-01-01", "reverts", ("seed",), 0.0, 25.0),
        ("2027-03-01", "changes", ("seed",), 25.0, 9.0),
        ("2028-01-01", "expires", ("seed",), 9.0, None),
    ]
    assert found[2].source.announced == date(2025, 8, 1)
    known = ledger(m).between("2025-03-19", "2025-12-31", known_on="2025-03-10")
    assert [c.kind for c in known] == ["starts"]
    # the first day is the state compared with, the last day counts
    assert not ledger(m).between("2025-03-20", "2025-06-30")
    assert len(ledger(m).between("2025-03-19", "2025-03-20")) == 1


def test_dates_that_make_no_sense_are_refused() -> None:
    m = ledger(measure(head(), product(), rate("2025-03-08", "2025-03-20")))
    with pytest.raises(InputError, match="'2025-13-01' is not a date; write it as 2025-03-20"):
        m.at("2025-13-01")
    with pytest.raises(InputError, match="2025-01-01 lies before 2025-02-01"):
        m.between("2025-02-01", "2025-01-01")


def test_views_are_put_together_by_measure_and_product() -> None:
    m = measure(
        TWO,
        rate("2025-03-08", "2025-03-20", plain(25.0), '["seed", "meal"]'),
        rate("2025-06-01", "2025-07-01", plain(50.0), '["seed", "meal"]'),
    )
    early, late = ledger(m).at("2025-04-01"), ledger(m).at("2025-08-01")
    assert rates_of(early.replace([m.id], late)) == {"seed": 50.0, "meal": 50.0}
    assert rates_of(early.replace([m.id], late, ["meal"])) == {"seed": 25.0, "meal": 50.0}
    assert rates_of(early.without([m.id], ["meal"])) == {"seed": 25.0}
    assert early.without([m.id]).entries == ()
    assert early.only([]).entries == ()
    assert early.ids == (m.id,)


def test_deposits_on_canola_seed_are_paid_back_as_the_final_ruling_says() -> None:
    book, seed = open_ledger(), "chn-can-canola-seed-antidumping"

    def back(day: str, known_on: str | None = None) -> list[tuple[float | None, float | None]]:
        found = [s for s in book.due_back(day, known_on) if s.entry.measure.id == seed]
        return [(s.collected, s.due_back) for s in found]

    assert back("2025-10-01") == [(75.8, pytest.approx(69.9))]
    assert back("2025-12-13") == [(75.8, pytest.approx(69.9))]
    assert back("2025-12-14") == [(75.8, 75.8)]
    assert back("2026-02-28") == [(75.8, 75.8)]
    assert back("2026-01-15", known_on="2026-02-27") == []
    assert back("2026-03-01") == []


def test_a_quota_tells_the_rate_above_it() -> None:
    def law_of(day: str) -> list[str]:
        view = open_ledger().at(day).only(["chn-all-beef-safeguard-2026"]).aimed_at(["AUS"])
        return [law_words(e.rate) for e in view.entries]

    assert law_of("2026-06-19") == law_of("2027-01-01") == ["+0 %, above the quota +55 %"]
    assert law_of("2026-06-20") == law_of("2026-12-31") == ["+55 %"]
    assert law_of("2029-01-01") == []
