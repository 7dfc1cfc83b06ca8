"""Compute the `[[parts]]` and `[[coverage]]` blocks of the measures from the shared data.

    python tools/coverage.py --shared ../shared            # print what differs from the files
    python tools/coverage.py --shared ../shared --write    # rewrite the coverage of each file
    python tools/coverage.py --shared ../shared --codes ID # codes that a measure's lists come to

A coverage block says which part of a pair's trade in a sector a product group makes up. The order
of preference is that of docs/theory.md, Coverage: product-level trade (`hs_trade`; here United
States imports by HS6, 2024), published values (`published`), the pattern of United States imports
from the same exporter (`proxy`), equal weights over the sector's six-digit codes (`equal`). A parts
block says which
national tariff lines a group names of the subheadings it does not name whole: recipes name the
lists (`lists`, `without`), `coverage_build/nomenclatures.toml` the lines that exist. What cannot be
worked out from the product list alone stands in `coverage_build/recipes.toml`, each number there
being a row of the shared facts. The result is deterministic: same data, same bytes.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(REPOSITORY / "tools"), str(REPOSITORY / "src")]

from coverage_build import codes, inputs, measure_files, recipes  # noqa: E402
from coverage_build.blocks import PartsTable  # noqa: E402
from coverage_build.compute import Table, compute, parts, unclaimed, uncovered  # noqa: E402


def main() -> int:
    """Compute, compare with the files, and write if asked to; return 1 when something is amiss."""
    options = _options()
    data = inputs.read(options.shared.resolve(), measure_files.read(), recipes.read())
    if options.codes:
        for recipe in data.recipes:
            if recipe.measure in options.codes and (recipe.lists or recipe.without):
                print("\n".join(_codes(data, recipe)))
        return 0
    blocks = compute(data)
    chosen: dict[str, list[Table | PartsTable]] = {
        m: [*parts(data, m), *blocks[m]] for m in data.laws if not options.only or m in options.only
    }
    texts = measure_files.differing(chosen)
    if options.write:
        measure_files.write(texts)
    else:
        for measure in texts:
            print(f"## {measure}\n" + "\n".join(b.text() for b in chosen[measure]))
    for line in unclaimed(data):
        print(f"listed, in no group's hs: {line}", file=sys.stderr)
    missing = uncovered(data, blocks)
    for line in missing:
        print(f"no coverage: {line}", file=sys.stderr)
    verb = "rewritten" if options.write else "differ"
    print(f"{len(texts)} of {len(data.laws)} files {verb}", file=sys.stderr)
    return 1 if missing or (texts and not options.write) else 0


def _codes(data: inputs.Inputs, recipe: recipes.Recipe) -> Iterator[str]:
    """Yield the codes that a recipe's lists come to, as the product group should have them."""
    named, gone = data.nomenclatures.reached(recipe)
    yield f"# {recipe.measure}: {recipe.products}"
    key, found = ("hs", named) if recipe.lists else ("except_hs", gone)
    yield f"{key} = {json.dumps(codes.short(found))}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shared", type=Path, required=True, help="folder of the shared data")
    parser.add_argument("--write", action="store_true", help="rewrite the files")
    parser.add_argument("--codes", nargs="*", help="measure ids: print the codes their lists name")
    parser.add_argument("--only", nargs="*", help="measure ids to rewrite (default all)")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
