"""Measure the record of episodes from the reference data; the same inputs give the same files.

    python tools/build_backtests.py --shared ../shared

Reads ``data/backtests/NAME/episode.toml``, writes ``observed.csv`` beside each, and the page
``docs/backtests.md``. Nothing here knows a prediction.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY / "tools"), str(REPOSITORY / "src")]

from backtests_build import page  # noqa: E402
from backtests_build.rows import observed  # noqa: E402

from countervail.backtests.episode import FOLDER  # noqa: E402
from countervail.backtests.header import EpisodeHeader, RecordList, problems  # noqa: E402
from countervail.text import toml as toml_files  # noqa: E402

PAGE = REPOSITORY / "docs" / "backtests.md"


def build(shared: Path, names: tuple[str, ...] = ()) -> dict[str, str]:
    """Return the text of every ``observed.csv``, by the episode's name; of some, if named."""
    found = {}
    for name in names or toml_files.load(FOLDER / "episodes.toml", RecordList)[0].episodes:
        header, _ = toml_files.load(FOLDER / name / "episode.toml", EpisodeHeader, problems)
        found[name] = observed(header, shared / "data")
    return found


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared")
    parser.add_argument("names", nargs="*", help="episodes, all of them if none is named")
    given = parser.parse_args()
    for name, text in build(given.shared, tuple(given.names)).items():
        (FOLDER / name / "observed.csv").write_text(text, encoding="utf-8")
    PAGE.write_text(page.written(), encoding="utf-8")


if __name__ == "__main__":
    main()
