"""Lists in one word, and what is wrong with them in a sentence."""

from __future__ import annotations

import pytest

from countervail.errors import InputError
from countervail.text.listed import by_player, numbers, words


def test_lists_are_read() -> None:
    assert words("USA, EU27") == ["USA", "EU27"]
    assert numbers("--react", "CHN=1")("CHN=1, revenue CAN = -0.5") == {
        "CHN": 1.0,
        "revenue CAN": -0.5,
    }
    assert by_player("--hold")("USA,MEX") == ["USA", "MEX"]
    assert by_player("--hold")("CAN=USA+ MEX,USA=CAN") == {"CAN": ["USA", "MEX"], "USA": ["CAN"]}


@pytest.mark.parametrize(
    ("read", "given", "sentence"),
    [
        (words, "USA,,MEX", "holds an empty name"),
        (words, "", "holds an empty name"),
        (numbers("--react", "CHN=1"), "CHN", "--react 'CHN': write a number behind it: CHN=1"),
        (numbers("--react", "CHN=1"), "CHN=1,CHN=2", "--react names 'CHN' twice"),
        (by_player("--hold"), "CAN=USA,MEX", "--hold 'MEX': write a player, =, and its partners"),
        (by_player("--hold"), "CAN=", "--hold 'CAN=': write a player"),
        (by_player("--hold"), "CAN=USA,CAN=MEX", "join its partners by .*, CAN=USA.MEX"),
    ],
)
def test_what_is_no_list_is_refused(read: object, given: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        read(given)  # type: ignore[operator]
