"""Write the score of the record: docs/scores.md and the table of residuals of the package.

    python tools/make_scores.py               # predict every episode, write both
    python tools/make_scores.py --draws 40    # draw the ranges of parameters anew too (minutes)
    python tools/make_scores.py --check       # say what is stale, and end with 1

Without --draws the ranges of parameters stay as the table has them. The same record and world give
the same files. tools/make_record.py copies the sections of the page.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import countervail as cv
from countervail.backtests import open_record
from countervail.backtests.drawn import drawn
from countervail.backtests.predict import backtest
from countervail.backtests.score import (
    SCORED_IN,
    TABLE,
    Scored,
    known_draws,
    scored,
    shipped,
    written,
)
from countervail.present.backtested import document

ROOT = Path(__file__).resolve().parents[1]
RESIDUALS = ROOT / "src" / "countervail" / "data" / TABLE
PAGE = ROOT / "docs" / "scores.md"
MISSES = ROOT / "tools" / "backtests_build" / "misses.toml"
MOST_MISSES = 10
"""Of all facts, and of hits, that are told one by one."""

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
    parser.add_argument("--draws", type=int, default=0, help="draws of every episode; 0: as known")
    given = parser.parse_args()
    check = given.check
    world, known = cv.open_world(), known_draws(shipped())
    done = [
        backtest(one, world)._replace(
            drawn=drawn(one, world, given.draws)
            if given.draws and one.scorable()
            else known.get(one.id, {})
        )
        for one in open_record()
    ]
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
    return "\n".join([HEAD + document(found, missing).markdown(), *misses(found)])


def misses(found: Scored) -> Iterator[str]:
    """Yield the largest misses of the first year, with what each is due to.

    Raises:
        LookupError: one of them has no entry in ``misses.toml``.
    """
    table = tomllib.loads(MISSES.read_text("utf-8"))["miss"]
    known = {(one["episode"], one["fact"]): one for one in table}
    of_all = [one for one in found.residuals if one.structure == SCORED_IN]
    chosen = {
        (one.episode, one.fact): one
        for some in (of_all, found.of(SCORED_IN, "hit"))
        for one in sorted(some, key=lambda one: -abs(one.error))[:MOST_MISSES]
    }
    unknown = chosen.keys() - known.keys()
    if unknown:
        raise LookupError(f"{MISSES.name} has no entry of {sorted(unknown)}")
    yield "## The largest misses, one by one\n"
    yield f"The {MOST_MISSES} largest of all facts in the first year, and of hits, points. Due to"
    yield "data (what is measured, or the duty), concept (predicted and observed are not one"
    yield "thing), structure (the model) or noise (what happens without a measure): our reading,"
    yield "made after all predictions. Figures in USD million are of the episode's own source.\n"
    yield "| episode | fact | observed | predicted | due to | why |"
    yield "|---|---|---:|---:|---|---|"
    for key, one in chosen.items():
        why = known[key]
        seen = f"{one.observed:.0f} | {one.predicted:.0f}"
        yield f"| `{one.episode}` | {one.fact} | {seen} | {why['due']} | {why['why']} |"
    yield ""


if __name__ == "__main__":
    main()
