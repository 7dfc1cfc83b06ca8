"""Every command of ``respond`` says from where it counts, who stands still, what it would break."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from countervail.cli import streams
from countervail.present import terminal
from countervail.present.document import Document
from countervail.present.render.screen import screen
from countervail.testing import random_world

from .conftest import Command
from .test_bargain import FILE, LONG

ASKED: dict[str, tuple[str, ...]] = {
    "optimal": ("optimal", "CAN"),
    "nash": ("nash", "CAN,USA"),
    "coop": ("coop", "CAN,USA"),
    "retaliate": ("retaliate", "CAN", "USA", "--cost-usd", "12"),
    "reach": ("reach", "raise exports of CAN by 5 %"),
}
BREAKING = {"optimal": {"CAN"}, "nash": {"CAN", "USA"}, "retaliate": {"CAN"}, "reach": set()}


@pytest.fixture
def world(folder: Path) -> str:
    pytest.importorskip("jax", reason="JAX is not installed (pip install '.[jax]')")
    random_world(3, 4, 3, elasticities=(3.0, 6.0)).world().save(folder / "small.nc")
    return str(folder / "small.nc")


@pytest.mark.parametrize("name", ASKED)
def test_in_the_first_lines_and_in_json(
    countervail: Command, world: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("respond", *ASKED[name], "--world", world)
    players = {"CAN", "USA"} if name in ("nash", "coop") else {"CAN"}
    seen = []
    whole = streams.tell

    def tell(document: Document, *how: Any, **more: Any) -> None:
        seen.append(document)
        whole(document, *how, **more)

    monkeypatch.setattr(streams, "tell", tell)
    lang = "fr" if name == "nash" else "en"
    ran = countervail(*words, "--out", "made", "--all", "--lang", lang)
    assert (ran.code, ran.err) == (0, "written to made\n")
    said = json.loads(Path("made/answer.json").read_text("utf-8"))
    quo = said["status_quo"]
    assert set(quo["moves"]) == players
    assert set(quo["stands_still"]["codes"]) == {"CAN", "USA", "CHN", "MEX"} - players
    broken = {row["importer"] for row in said["would_break"]["agreements"]}
    assert broken == BREAKING.get(name, broken)
    assert any("would break agreements in force" in note for note in said["notes"]) == bool(broken)
    first = " ".join(ran.out.splitlines()[:5])
    assert f"Status quo: {quo['title']}".casefold() in first.casefold()
    assert "stand" in first
    assert ("would break agreements in force" in ran.out.replace("\n", " ")) == bool(broken)
    (answer,) = seen
    _first_screen(answer, lang)
    assert said["said" if name == "reach" else "says"]["language"] == lang


def _first_screen(answer: Document, lang: str) -> None:
    """A sentence with money and what was found, a dozen lines, the law, the proof, the rest."""
    out = io.StringIO()
    console = Console(width=80, file=out, markup=False, emoji=False)
    terminal.show(screen(answer.read()), console, least=terminal.FIRST_SCREEN)
    lines = out.getvalue().splitlines()
    assert len(lines) <= 25
    assert max(map(len, lines)) <= 80
    assert not any("…" in line or "−" in line for line in lines)
    table = [line for line in lines if line.startswith("  ") and line.strip()]
    assert 4 <= len(table) <= 12
    flat = " ".join(" ".join(lines).split())
    from_, proven = {
        "en": ("Counted from tariffs as the world of", "Certified."),
        "fr": ("Compté à partir des tarifs que le monde de", "Certifié."),
    }[lang]
    for words in ("USD", from_, proven, "--show answer,why"):
        assert words in flat, words
    assert list(answer.sections) == ["answer", "why"]
    shown = [*answer.read(["answer"])[1:], *answer.read(["why"])[1:]]
    assert {id(part) for part in answer.parts} == {id(part) for part in shown}  # nothing is lost


def test_of_a_bargain(countervail: Command, folder: Path) -> None:
    path = folder / "mine.toml"
    path.write_text(FILE, encoding="utf-8")
    out = countervail("respond", "bargain", path, *LONG, "--out", "made").out
    said = json.loads((folder / "made" / "answer.json").read_text("utf-8"))
    assert said["status_quo"]["law_date"] == "2026-01-12"
    assert said["status_quo"]["moves"] == ["Canada", "China"]
    assert {"CAN", "CHN"}.isdisjoint(said["status_quo"]["stands_still"]["codes"])
    assert said["would_break"]["agreements"] == []  # concessions lower duties
    out = countervail("respond", "bargain", path, *LONG, "--all").out
    assert out.splitlines()[1].startswith("Status quo: the law of 2026-01-12. Everybody but Canada")
