"""The page of the record, ``docs/backtests.md``: rules, what was seen, what cannot be scored."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Sequence

from backtests_build.measuring import LARGEST_NOISE, WIDEST
from countervail.backtests import Episode, Fact, not_yet_scorable, open_record
from countervail.backtests.windows import FEWEST_MONTHS, TREATED_MONTHS, UNTREATED_MONTHS

KINDS = ("ban", "punitive", "moderate")
NAMES = ("hit", "redirected", "rivals")
COLUMNS = (
    *("episode", "measure and good", "kind", "base, window", "of world", "hit, exporter"),
    *("hit, importer", "redirected", "rivals", "first winner"),
)
HEAD = """\
<!-- made by tools/build_backtests.py: change an episode or the tool, then run it -->

# The record of measures that were taken

What trade did after {episodes} measures on a good, {scorable} of them with at least one fact that
may be scored. Nothing on this page is predicted and nothing is fitted: it is what a prediction is
held against. Each episode is a folder of `src/countervail/data/backtests`: `episode.toml` (measure,
good, windows, cautions) and `observed.csv` (one number a row); in Python
`countervail.backtests.open_record()`.

To add one: name it in `episodes.toml` first, write its `episode.toml`, run
`tools/build_backtests.py`, which measures it and writes this page.
"""
RULES = f"""\
## What is measured, and how

The rules were fixed before anything was predicted, and the list of episodes by name before any of
its facts was measured.

- **Windows.** Yearly data: the year of the measure if it held at least {TREATED_MONTHS} months of
  it, else the first full year, against the last year of which it held fewer than
  {UNTREATED_MONTHS}. Monthly data: the first twelve full months in force, or at least
  {FEWEST_MONTHS}, against the same months a year before. An end is told in reverse: the open window
  is the base, the closed one before it the window.
- **Sides.** The exporter's side is its sales by market, the importer's its purchases by seller; a
  figure is of one side and of one party's declarations. Where the exporter does not report, its
  markets are as the buyers declare.
- **Hit.** The change of the pair's trade, adjusted by the world's growth of the good (exporter) or
  by the growth of the importer's purchases of other goods from other sellers (importer). The
  importer's counts; the exporter's where the importer's is not admitted.
- **Redirected.** The rise of the exporter's other sales over what it lost, both beyond the world's
  growth of the good. **Rivals.** The rise of the importer's other purchases over what it lost with
  the exporter, both beyond its other demand. **First winner.** The rival that gained most.
- **Where the pair is a large part of the world's trade** in the good, or the measure is on all
  origins, the world's growth is itself moved by the measure: what was redirected then reads too
  high if it was less than all, and the raw figure stands beside it.
- **Cells that a source leaves out** are bounded, not zero: the figure is taken at the middle, and a
  fact whose bounds are more than {100 * WIDEST:.0f} points apart is not admitted.
- **Placebo.** The same figure in up to five windows of the same length in which the measure did not
  change, brought to the size of the base. Their root mean square is the **noise**. A fact is
  admitted if it is at most {100 * LARGEST_NOISE:.0f} points: of the pair's own trade for a hit, of
  the loss for what others gained. Without a placebo it is not. The windows are before the measure;
  of an end, told in reverse, after its open year where none before is at hand
  ([decision 0020](decisions/0020-an-end-told-in-reverse-has-its-placebo-after-it.md)). A first
  winner is told from noise if it gained more than the root mean square of its own gains in the
  placebo windows.
- **Kinds.** Ban; punitive (25 points or more, over the window and most of the good); moderate (10
  points or more): of the law's rate, also where less was charged, as of a question asked today only
  the law is known. The hit of a ban is certain and not scored. Of a measure on all origins, rivals
  are not scored.
- **Duties.** An episode bears the duty of its law as a mean over the window; where the source has
  what was charged (the United States), the rise of what was charged on each seller of 2 per cent
  and more, and on the others together. Where the law is on a known part of what is measured, so is
  the predicted hit. [Decision 0013](decisions/0013-an-episode-bears-what-was-charged.md) says what
  had been seen by then.
- **Not seen.** Prices received: no set has quantities. Markets and suppliers are parts of what the
  source shows, so a large partner's part is somewhat too large.
"""


def written() -> str:
    """Return the page."""
    record = open_record()
    scorable = sum(bool(one.scorable() or one.first_winner()) for one in record)
    return "\n".join(
        [
            HEAD.format(episodes=len(record), scorable=scorable),
            RULES,
            *_summary(record),
            *_episodes(record),
            *_listed(record),
            *_sources(record),
        ]
    )


def _summary(record: Sequence[Episode]) -> Iterator[str]:
    """Yield the facts that count by kind: how many, mean, spread, noise."""
    yield "### What was seen, by kind\n"
    yield "Facts that may be scored. Hit in per cent of the pair's trade, the others in per cent of"
    yield "the loss; noise and placebo windows are medians of the facts' own.\n"
    yield "| fact | kind | facts | mean | median | standard deviation | noise | placebo windows |"
    yield "|---|---|---:|---:|---:|---:|---:|---:|"
    for name in NAMES:
        for kind in KINDS:
            found = [
                fact
                for one in record
                if one.header.kind == kind
                for fact in one.scorable()
                if fact.name == name
            ]
            if found:
                yield f"| {name} | {kind} | {len(found)} | {_figures(found)} |"
    for kind in KINDS:
        first = [w for one in record if one.header.kind == kind if (w := one.first_winner())]
        if first:
            yield f"| first winner | {kind} | {len(first)} | | | | | |"
    yield ""


def _figures(found: Sequence[Fact]) -> str:
    values = [fact.value for fact in found if fact.value is not None]
    noise = [fact.noise for fact in found if fact.noise is not None]
    spread = f"{statistics.stdev(values):.0f}" if len(values) > 1 else ""
    middle = f"{statistics.mean(values):.0f} | {statistics.median(values):.0f}"
    windows = statistics.median(len(fact.placebo) for fact in found)
    return f"{middle} | {spread} | {statistics.median(noise):.0f} | {windows:g}"


def _episodes(record: Iterable[Episode]) -> Iterator[str]:
    """Yield the table of all episodes."""
    yield "## Episodes\n"
    yield "Adjusted figures, with the raw one and the noise in brackets; in italics what is not"
    yield "admitted; - where there is nothing to measure. R: an end, told in reverse. Of world: the"
    yield "pair's part of the world's trade in the good, per cent.\n"
    yield f"| {' | '.join(COLUMNS)} |"
    yield "|---" * len(COLUMNS) + "|"
    for one in record:
        header = one.header
        cells = [
            f"`{one.id}`",
            header.title,
            header.kind + (" R" if header.reversed else ""),
            f"{header.base}, {header.window}",
            "-" if one.world_share is None else f"{one.world_share:.1f}",
            _told(one.fact("hit", "exporter")),
            _told(one.fact("hit", "importer")),
            _told(one.fact("redirected", "exporter")),
            _told(one.fact("rivals", "importer")),
            _winner(one),
        ]
        yield f"| {' | '.join(cells)} |"
    yield ""


def _told(fact: Fact | None) -> str:
    if fact is None or fact.value is None:
        return "-"
    beside = ["-" if one is None else f"{one:.0f}" for one in (fact.raw, fact.noise)]
    figure = f"{fact.value:.0f} ({', '.join(beside)})"
    return figure if fact.admitted else f"*{figure}*"


def _winner(one: Episode) -> str:
    if not one.winners:
        return "-"
    first = one.winners[0]
    figure = f"{first.country} {first.gain:.0f}"
    return figure if first.admitted else f"*{figure}*"


def _listed(record: Iterable[Episode]) -> Iterator[str]:
    """Yield what cannot be scored yet: episodes without an admitted fact, and those not begun."""
    yield "## Not yet scorable\n"
    yield "Listed, not counted. Episodes above of which no fact is admitted:\n"
    for one in record:
        if not (one.scorable() or one.first_winner()):
            yield f"- `{one.id}`: {'; '.join(_reasons(one))}"
    yield "\nMeasures of which too little is at hand:\n"
    for name, reason in not_yet_scorable().items():
        yield f"- `{name}`: {reason}"
    yield ""


def _sources(record: Iterable[Episode]) -> Iterator[str]:
    """Yield the data sets that figures are from, with their terms."""
    yield "## Sources\n"
    found = {one.title: one.terms for episode in record for one in episode.header.sources}
    for title, terms in sorted(found.items()):
        yield f"- {title}. Terms: {terms}."
    yield ""


def _reasons(one: Episode) -> list[str]:
    """Return why each predicted fact is not admitted."""
    found = []
    for fact in one.facts:
        if fact.name in one.header.predicted:
            found.append(f"{fact.name} ({fact.side}'s side) {_reason(fact)}")
    return found or ["nothing predicted was measured"]


def _reason(fact: Fact) -> str:
    if fact.value is None:
        return "has no loss to be measured by"
    if fact.noise is None:
        return "has no placebo"
    if fact.noise > 100 * LARGEST_NOISE:
        return f"has a noise of {fact.noise:.0f}"
    return f"is bounded no closer than {fact.low:.0f} to {fact.high:.0f}"
