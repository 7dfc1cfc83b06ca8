"""Text in charts: its measure, its breaks, its colours, and that none of it is markup."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countervail.present.charts import tokens
from countervail.present.charts.canvas import safe
from countervail.present.charts.widths import BOLD, PLAIN, cut, width, wrapped


def luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [tokens.LIGHT, tokens.DARK, tokens.PAPER])
def test_text_stands_out_from_its_ground(theme: dict[str, str]) -> None:
    for ground in ("page", "paper"):
        for name in ("ink", "mute", "acc", "loss", "gain", "neu", "law", "warn"):
            assert contrast(theme[name], theme[ground]) >= 4.5, (name, ground)
    assert tokens.LIGHT.keys() == tokens.DARK.keys()


def test_every_colour_of_the_style_is_a_token() -> None:
    for theme in (tokens.LIGHT, tokens.DARK):
        assert "var(" not in tokens.resolved(tokens.STYLE + tokens.PATTERNS, theme)


def test_widths_are_arials() -> None:
    assert len(PLAIN) == len(BOLD) == 95
    # Arial: H is 1479, i is 455 and a digit 1139 of 2048 units
    for letter, units in (("H", 1479), ("i", 455), ("7", 1139)):
        assert width(letter, 2048.0) / 1.04 == pytest.approx(units, rel=0.005)
    assert width("é", 10) == width("e", 10)
    assert width("中", 10) >= 10.0


@given(st.text("aW é中\n<", max_size=40), st.floats(20.0, 300.0))
@settings(max_examples=25, deadline=None)
def test_a_cut_text_fits_and_a_short_one_is_whole(text: str, most: float) -> None:
    said = cut(text, most, 13.0)
    assert width(said, 13.0) <= most
    assert said == text or said == "" or said.endswith("…")
    assert (said == text) == (width(text, 13.0) <= most)
    lines = wrapped(text, most, 13.0)
    assert len(lines) <= 2
    assert all(width(line, 13.0) <= most for line in lines)


def test_text_of_files_is_text() -> None:
    said = safe("<script>alert(\"x\")</script>\u202eabc\x1b[31m & 'q'")
    assert "<" not in said
    assert '"' not in said
    assert "\u202e" not in said
    assert "\x1b" not in said
