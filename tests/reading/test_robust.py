"""Any bytes are read: no crash, no hang, and time that grows with the length alone."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countervail.errors import FileError, InputError
from countervail.reading.load import MOST_BYTES, decoded, from_text
from countervail.reading.opened import read, read_file
from countervail.reading.reader import read_source

WORDS = [
    "China",
    "will",
    "impose",
    "a",
    "25%",
    "tariff",
    "on",
    "steel",
    "from",
    "Japan",
    "and",
    ",",
    ".",
    "(",
    ")",
    "%",
    "1,000",
    "to",
    "from",
    "by",
    "if",
    "unless",
    "which",
    "its",
    "'",
    '"',
    "\n",
    "lift",
    "ban",
    "quota",
    "May",
    "2025",
]


@given(st.lists(st.sampled_from(WORDS), max_size=60))
@settings(max_examples=40, deadline=None)
def test_any_order_of_words_is_read(words: list[str]) -> None:
    text = " ".join(words)
    for one in read_source(from_text(text, date(2025, 5, 5))).measures:
        assert 0 <= one.start < one.end <= len(text)


@given(st.binary(max_size=300))
@settings(max_examples=40, deadline=None)
def test_any_bytes_are_read(data: bytes) -> None:
    read_source(from_text(decoded(data), date(2025, 5, 5)))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "%" * 3000,
        "tariff " * 3000,
        "a" * 20_000,
        "1,1" * 4000,
        "(" * 3000,
        "if " * 2000,
        "\n" * 5000,
        "25% to " * 2000,
    ],
)
def test_odd_texts_take_no_long(text: str) -> None:
    began = time.process_time()
    read_source(from_text(text, date(2025, 5, 5)))
    assert time.process_time() - began < 6


def test_a_long_text_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="at most 10 MB"):
        read("x" * (MOST_BYTES + 1))
    (tmp_path / "long.txt").write_bytes(b"x" * (MOST_BYTES + 1))
    with pytest.raises(FileError, match="more than 10 MB"):
        read_file(tmp_path / "long.txt")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"none\.txt"):
        read_file(tmp_path / "none.txt")


def test_a_wrong_date_is_refused() -> None:
    with pytest.raises(InputError, match="not a date"):
        read("Peru banned imports of Chilean wine.", "12 May")


def test_the_date_at_the_head_is_taken() -> None:
    found = read("Lima, 3 March 2025. Peru banned imports of Chilean wine on Monday.")
    assert found.measures[0].dates == {"in_force": "2025-03-03"}
