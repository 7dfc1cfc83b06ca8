"""``countervail scenarios``: the questions that come with the package."""

from __future__ import annotations

from countervail.scenario import preset_names

from .conftest import Command


def test_every_preset_is_listed_with_its_variants(countervail: Command) -> None:
    ran = countervail("scenarios")
    assert (ran.code, ran.err) == (0, "")
    words = ran.out.split()
    assert all(name in words for name in preset_names())
    assert "agreed" in words
    assert "What was agreed" in ran.out
    answer = countervail("scenarios", "--json").json
    assert tuple(answer["scenarios"]) == preset_names()
    assert "agreed" in answer["scenarios"]["ev-for-canola"]["variants"]
    assert all(about["question"].endswith("?") for about in answer["scenarios"].values())
