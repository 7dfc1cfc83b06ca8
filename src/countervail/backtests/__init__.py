"""The record: what was seen after measures that were taken, an episode a measure and a good."""

from countervail.backtests.episode import (
    Episode,
    Fact,
    Winner,
    not_yet_scorable,
    open_episode,
    open_record,
    read_episode,
)
from countervail.backtests.windows import Window

__all__ = [
    "Episode",
    "Fact",
    "Window",
    "Winner",
    "not_yet_scorable",
    "open_episode",
    "open_record",
    "read_episode",
]
