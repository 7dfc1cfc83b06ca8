"""Whether a quota would bind is reported with what is on record of its use."""

from __future__ import annotations

import countervail as cv
from countervail.ledger import open_ledger
from countervail.present.assumptions import assumed
from countervail.present.goods import quotas


def test_use_stands_beside_whether_it_would_bind(oecd: cv.World) -> None:
    asked = cv.Scenario.between(
        open_ledger(),
        "2026-01-12",
        "2026-06-01",
        measures=["can-chn-ev-quota-2026", "can-chn-ev-surtax-2024"],
    )
    solution = cv.solve(oecd, asked)
    (row,) = (one for one in quotas(solution) if one["measure"] == "can-chn-ev-quota-2026")
    assert row["binds"] is not None
    (use,) = row["use"]
    assert (use["used"], use["volume"]) == (2910.0, 24500.0)
    assert (use["since"], use["until"]) == ("2026-03-01", "2026-08-31")
    said = " ".join(sentence for sentence in assumed(solution) if sentence.startswith("Quota of"))
    assert "On record: 2,910 of 24,500 vehicles used from 2026-03-01 to 2026-08-31" in said
