"""Build the table of goods from the reference-data folder; the same inputs give the same files.

    python tools/build_goods.py --shared ../shared

Writes ``data/goods.csv``, ``data/goods_trade.csv`` and their card, ``data/goods_card.md``. Run it
again whenever the built-in world changes: sizes and cuts are set by its cells.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY / "tools"), str(REPOSITORY / "src")]

from goods_build import card, duties, make, recipes  # noqa: E402
from goods_build.inputs import Inputs  # noqa: E402

import countervail as cv  # noqa: E402

DATA = REPOSITORY / "src" / "countervail" / "data"
ABOUT = (
    *("good", "name", "hs", "sector", "second", "class", "class_conservative", "theta"),
    *("theta_source", "supply", "supply_source", "basis", "low", "high", "year", "level"),
    "source",
)


def build(shared: Path) -> dict[str, str]:
    """Return the text of every file, by its name."""
    world, inputs = cv.open_world(), Inputs(shared)
    maker = make.Maker(world, inputs)
    table = recipes.recipes()
    matrices = [maker.make(one).good for one in table if one.trade.get("kind") == "fao"]
    fitted = make.fit(world, matrices)
    maker.totals_range = make.spread(fitted)
    bare = [maker.make(one) for one in table]
    goods, known = duties.with_own_duties(world, [one.good for one in bare], shared)
    made = [one._replace(good=good) for one, good in zip(bare, goods, strict=True)]
    checks = [
        card.checked(world, inputs, recipe, one) for recipe, one in zip(table, made, strict=True)
    ]
    return {
        "goods.csv": _csv(ABOUT, (_about(one) for one in made)),
        "goods_trade.csv": _csv(("good", "kind", "exporter", "importer", "value"), _flows(made)),
        "goods_card.md": card.write(world, maker, made, checks, fitted, known),
    }


def _about(one: make.Made) -> list[object]:
    good = one.good
    return [
        *(good.code, good.name, " ".join(good.hs), good.sector, good.second, good.kind),
        *(one.conservative, "" if good.theta is None else good.theta, good.theta_source),
        *(good.supply, good.supply_source, good.basis, good.low, good.high, good.year),
        "" if good.whole else f"{good.level:.6g}",
        good.source,
    ]


def _flows(made: Sequence[make.Made]) -> Iterable[list[object]]:
    for one in made:
        for flow in one.good.flows:
            yield [one.good.code, flow.kind, flow.exporter, flow.importer, f"{flow.value:.6g}"]


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--shared", type=Path, default=REPOSITORY.parent / "shared")
    for name, text in build(parser.parse_args().shared).items():
        (DATA / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
