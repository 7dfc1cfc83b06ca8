"""Write docs/record.md: every published or independent number that ours stands beside.

    python tools/make_record.py            # write it
    python tools/make_record.py --check    # say whether it is stale, and end with 1

Nothing is typed here: every section is copied from the page that is kept with what made it.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "record.md"

HEAD = """\
<!-- made by tools/make_record.py: change the page a section is from, then run it -->

# The record: our numbers beside others

What was published, or found by a second road, and what comes out here. What is missed stands
beside what is met. The equations are in [theory.md](theory.md); how fast answers come, beside
other programs, is in [benchmarks/RESULTS.md](../benchmarks/RESULTS.md) and
[benchmarks/RESPOND.md](../benchmarks/RESPOND.md).
"""


class Section(NamedTuple):
    """A section of a page: where it stands, and its heading there."""

    page: str
    heading: str


SECTIONS = (
    Section("replications/caliendo_parro_2015/README.md", "Result"),
    Section("replications/lashkaripour_2021/README.md", "Result"),
    Section("replications/ignatenko_2025/README.md", "Result"),
    Section("replications/README.md", "Hat algebra against levels"),
    Section("docs/ranges.md", "What a range does not cover"),
    Section("docs/backtests.md", "What is measured, and how"),
    Section("docs/scores.md", "Score by structure"),
    Section("docs/scores.md", "Score where the good was carved"),
    Section("docs/scores.md", "Who gains"),
    Section("docs/scores.md", "Every fact, and what was predicted"),
    Section("docs/scores.md", "How it was predicted"),
)


def main() -> None:
    """Write the page, or say whether it is stale."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing; 1 if it is stale")
    if parser.parse_args().check:
        fresh = PAGE.read_text("utf-8") == record()
        print("the record is as its sources" if fresh else "stale: docs/record.md")
        sys.exit(not fresh)
    PAGE.write_text(record(), encoding="utf-8", newline="\n")


def record() -> str:
    """Return the page."""
    return "\n".join([HEAD, *(_shown(section) for section in SECTIONS)])


def _shown(section: Section) -> str:
    """Return a section with a link to the page it is from."""
    text = (ROOT / section.page).read_text("utf-8")
    title = section.heading
    if title == "Result":  # of the paper the page is named for
        title = text.split("\n", 1)[0].removeprefix("# ")
    body = _body(text, section.heading)
    body = re.sub(r"\]\((?!https?://|#)", f"](../{Path(section.page).parent.as_posix()}/", body)
    return f"## {title}\n\n{body}\n\nFrom [{section.page}](../{section.page}).\n"


def _body(text: str, heading: str) -> str:
    """Return what stands under a heading of the second level.

    Raises:
        ValueError: the page has no such heading.
    """
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    if found is None:
        raise ValueError(f"no heading '{heading}'")
    return found[1].strip()


if __name__ == "__main__":
    main()
