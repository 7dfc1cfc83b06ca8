"""What a number of a row is: its unit, and its meaning in words."""

from __future__ import annotations

from typing import NamedTuple

PER_CENT, SHARE, MILLION = "per cent", "share", "USD million"
OF_LOSS = f"{PER_CENT} of the loss"
OF_LOSS_IN_VOLUME = f"{OF_LOSS} (volume)"


class Meant(NamedTuple):
    """What a number of a row is.

    Attributes:
        unit: as a table or a workbook has it.
        meaning: in words, without the unit.
    """

    unit: str
    meaning: str
