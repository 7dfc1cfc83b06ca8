"""Measure files speak of the law: not of how a fact was found, nor of who copied the text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from countervail.ledger import open_ledger
from countervail.ledger.files import SHIPPED

FORBIDDEN = {
    "how a fact was found": (
        r"compiled facts|line_mfn\.csv|last evidence|^State: |stored cop|string search|\baudit\b"
        r"|read here|source read|in a source|a source read|from general record|general record"
        r"|not confirmed|\bnot read\b|from excerpts|own_duty\.csv|research notes|numbers? not found"
    ),
    "a repository or a copy of the text": (
        r"wh-briefings|brian14708|repositor|\bmirror|reproduced|reproduces|as quoted in"
        r"|public file|\bcommit [0-9a-f]{7}|catch-site|laws-lois-xml"
    ),
}
ADDRESS = re.compile(r"https?://\S+")
FILES = sorted(SHIPPED.glob("*.toml"))


def texts(value: object, key: str = "") -> list[str]:
    """Every text of a measure but the addresses, which are what they are."""
    if isinstance(value, dict):
        return [t for k, v in value.items() if k != "address" for t in texts(v, k)]
    if isinstance(value, list | tuple):
        return [t for v in value for t in texts(v)]
    return [ADDRESS.sub("", value)] if isinstance(value, str) else []


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_a_measure_speaks_of_the_law(path: Path) -> None:
    said = texts(open_ledger().measure(path.stem).model_dump(mode="json"))
    faults = [
        f"{about}: {text}"
        for about, words in FORBIDDEN.items()
        for text in said
        if re.search(words, text, re.IGNORECASE)
    ]
    assert not faults, "\n".join(faults)


def test_a_publisher_is_one_body_and_not_a_copyist() -> None:
    """Two names joined by a stroke are a source and the page that carried it: the source stands."""
    faults = [
        f"{measure.id}: {ref.publisher}"
        for measure in open_ledger()
        for entry in (*measure.rates, *measure.settled)
        for ref in (entry.reference, *entry.more_references)
        if " / " in ref.publisher
    ]
    assert not faults, "\n".join(faults)
