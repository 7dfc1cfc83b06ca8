"""Characters: spelled out where they would steer a terminal, replaced where a stream lacks them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countervail.errors import FileError, InputError
from countervail.text.characters import HANDLER, fitting, one_line, printable

ANY = st.text(st.characters(exclude_categories=()))


@given(ANY)
def test_nothing_that_is_printed_steers_a_terminal(text: str) -> None:
    said = printable(text)
    assert {c for c in said if unicodedata.category(c) in ("Cc", "Cs")} <= {"\n", "\t"}
    assert not {c for c in said if unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO")}
    assert not {c for c in said if unicodedata.bidirectional(c) in ("PDF", "LRI", "RLI", "FSI")}
    assert printable(said) == said
    assert len(one_line(text).splitlines()) <= 1


@given(ANY, st.sampled_from(["ascii", "latin-1", "cp1252", "cp437", "cp850", "utf-8"]))
def test_every_stream_can_hold_what_fits_it(text: str, encoding: str) -> None:
    said = fitting(text, encoding)
    assert said.encode(encoding) == text.encode(encoding, HANDLER)
    if all(c.isascii() for c in text):
        assert said == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("none → +25 %", "none -> +25 %"),
        ("≈ −3 … “x”", '~ -3 ... "x"'),
        ("Curaçao, Côte d’Ivoire, Åland", "Curacao, Cote d'Ivoire, Aland"),
        ("½ of 10³", "\\xbd of 10^3"),  # neither 12 nor 103
        ("θ ≤ 4", "theta <= 4"),
        ("┌─┐│⣿", "+-+|*"),
    ],
)
def test_stand_ins(text: str, said: str) -> None:
    assert fitting(text, "ascii") == said


def test_errors_quote_without_being_steered() -> None:
    assert str(InputError("no country '\x1b[2J\u202e\ud800'")) == (
        "no country '\\x1b[2J\\u202e\\ud800'"
    )
    assert str(FileError("no such file", "a\nb\x1b.toml", 3)) == "a\\nb\\x1b.toml:3: no such file"


def test_a_sentence_that_quotes_a_megabyte_is_cut_in_the_middle() -> None:
    said = str(InputError(f"no country '{'x' * 1_000_000}'; see the list"))
    assert len(said) < 5_000
    assert said.startswith("no country 'xxx")
    assert said.endswith("'; see the list")
