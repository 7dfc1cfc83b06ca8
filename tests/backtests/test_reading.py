"""Reading an episode refuses what is wrong in one sentence, with path and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from countervail.backtests import read_episode
from countervail.backtests.episode import FOLDER
from countervail.errors import FileError

NAME = "chn-aus-barley-2020"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of an episode, to spoil."""
    return Path(shutil.copytree(FOLDER / NAME, tmp_path / NAME))


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('kind = "punitive"', 'kind = "harsh"', r"toml:3: kind 'harsh' .* none of ban, punitive"),
        ('good = "barley"', 'good = "barly"', r"toml:6: good 'barly' is not in the table"),
        ('exporter = "AUS"', 'exporter = "AUZ"', r"toml:4: exporter 'AUZ' is no country"),
        ('window = "2021"', 'window = "next"', r"toml:11: window in the file: .*'next' is no win"),
        ('window = "2021"', 'window = "2021-01/2021-06"', r"base 2019 and 2021-01/2021-06 differ"),
        (
            'title = "China',
            'titel = "China',
            r"toml:2: unknown key 'titel' .* did you mean 'title'",
        ),
        ("rate = 80.5\n", "", r"a ban has no rate, every other kind has one"),
        (f'id = "{NAME}"', 'id = "other"', r"toml:1: id 'other' is not the folder's name"),
        ('set = "fao"', 'set = "published"', r"figures under \[\[published\]\] go with set"),
    ],
)
def test_a_spoilt_episode_is_refused(folder: Path, old: str, new: str, said: str) -> None:
    spoil(folder / "episode.toml", old, new)
    with pytest.raises(FileError, match=said):
        read_episode(folder)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("fact,statistic", "what,statistic", r"csv:1: the head is not fact,statistic"),
        ("hit,value,", "hits,value,", r"csv:2: fact 'hits' is none of .*did you mean 'hit'"),
        ("hit,raw,", "hit,crude,", r"csv:3: statistic 'crude' is none of"),
        (",percent,fao", ",points,fao", r"csv:2: unit 'points' is none of percent"),
        (",percent,fao", ",percent", r"csv:2: 7 fields in place of 8"),
        (",2021,", ",soon,", r"csv:2: 'soon' is no window"),
        ("hit,raw,", "hit,value,", r"csv:3: hit has a second 'value'"),
    ],
)
def test_a_spoilt_table_is_refused(folder: Path, old: str, new: str, said: str) -> None:
    spoil(folder / "observed.csv", old, new)
    with pytest.raises(FileError, match=said):
        read_episode(folder)


def test_values_that_are_no_numbers_and_winners_out_of_order_are_refused(folder: Path) -> None:
    path = folder / "observed.csv"
    lines = path.read_text("utf-8").splitlines()
    cells = lines[1].split(",")
    for word, said in (("nan", "no finite number"), ("much", "could not convert")):
        path.write_text("\n".join([lines[0], ",".join([*cells[:5], word, *cells[6:]])]))
        with pytest.raises(FileError, match=rf"csv:2: .*{said}"):
            read_episode(folder)
    winners = [line for line in lines if line.startswith("winner,value")]
    others = [line for line in lines if line not in winners]
    path.write_text("\n".join([*others, *winners[::-1]]))
    with pytest.raises(FileError, match="gained more than the winner before it; put it first"):
        read_episode(folder)


def test_a_missing_table_is_named(folder: Path) -> None:
    (folder / "observed.csv").unlink()
    with pytest.raises(FileError, match=r"observed.csv: no such file"):
        read_episode(folder)
