"""Messages: what is wrong, where, what next."""

from __future__ import annotations

import pytest

from countervail.errors import (
    CountervailError,
    FileError,
    InputError,
    NoEquilibrium,
    NotCertified,
    WorldError,
    did_you_mean,
)


def test_exit_codes() -> None:
    for kind in (InputError, WorldError):
        assert kind("x").exit_code == 2
    assert FileError("x", "a.toml").exit_code == 2
    assert NotCertified("x").exit_code == 3
    assert NoEquilibrium("x").exit_code == 3
    assert issubclass(NotCertified, CountervailError)
    assert not issubclass(NotCertified, InputError)


def test_a_file_error_starts_with_its_place() -> None:
    assert str(FileError("is wrong", "a/b.toml")) == "a/b.toml: is wrong"
    error = FileError("is wrong", "a/b.toml", 7)
    assert str(error) == "a/b.toml:7: is wrong"
    assert (error.path.name, error.line) == ("b.toml", 7)


def test_positions_become_labels_at_the_edge() -> None:
    error = NoEquilibrium("{sector} in {country} has no supplier", country=1, sector=0)
    assert str(error) == "sector 0 in country 1 has no supplier"
    named = error.named(["CAN", "CHN"], ["A01"])
    assert str(named) == "A01 in CHN has no supplier"
    assert str(named.named(["X", "Y"], ["Z"])) == "A01 in CHN has no supplier"


def test_labels_with_braces_are_left_alone() -> None:
    named = NoEquilibrium("{country} cannot trade", country=0).named(["{A}"], ["B"])
    assert str(named) == "{A} cannot trade"


@pytest.mark.parametrize(
    ("word", "options", "hint"),
    [
        ("GERM", ["GER", "DEU"], "; did you mean 'GER'?"),
        ("deu", ["GER", "DEU"], "; did you mean 'DEU'?"),
        ("zzz", ["GER", "DEU"], ""),
        ("", ["GER"], ""),
        ("x", [], ""),
    ],
)
def test_suggestions(word: str, options: list[str], hint: str) -> None:
    assert did_you_mean(word, options) == hint
