"""Write the score of the record: docs/scores.md and the table of residuals of the package.

    python tools/make_scores.py            # predict every episode, write both
    python tools/make_scores.py --check    # say what is stale, and end with 1

The same record and world give the same files. tools/make_record.py copies the page's sections.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

import countervail as cv
from countervail.backtests import open_record
from countervail.backtests.predict import backtest
from countervail.backtests.score import TABLE, Scored, scored, written
from countervail.present.backtested import document

ROOT = Path(__file__).resolve().parents[1]
RESIDUALS = ROOT / "src" / "countervail" / "data" / TABLE
PAGE = ROOT / "docs" / "scores.md"

HEAD = """\
<!-- made by tools/make_scores.py: change the model, an episode or the tool, then run it -->

# Predictions of measures that were taken

The episodes of [the record](backtests.md), predicted under three structures with every parameter as
it ships, and held against what was seen. `countervail backtest` makes these tables anew,
`countervail backtest chn-aus-barley-2020` shows one episode. The residuals are
`src/countervail/data/backtest_residuals.csv`.

"""


def main() -> None:
    """Write the files, or say which are stale."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if one is stale")
    check = parser.parse_args().check
    world = cv.open_world()
    done = [backtest(episode, world) for episode in open_record()]
    found = scored(done)
    texts = {
        RESIDUALS: written(found),
        PAGE: page(found, {one.episode.id: one.reasons for one in done if one.reasons}),
    }
    if check:
        old = [path.name for path, text in texts.items() if path.read_text("utf-8") != text]
        print(f"stale: {', '.join(old)}" if old else "the score is as its sources")
        sys.exit(bool(old))
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8", newline="\n")


def page(found: Scored, missing: Mapping[str, Mapping[str, str]]) -> str:
    """Return the page of a score.

    Args:
        found: what is counted.
        missing: episodes without an answer, with the reason by structure.
    """
    return HEAD + document(found, missing).markdown()


if __name__ == "__main__":
    main()
