"""Hypothesis strategies: random worlds that close, and shocks to them.

Sizes and features are drawn by Hypothesis, so that a failing case shrinks to few countries, few
sectors and plain features; the numbers inside follow from a drawn seed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from countervail.testing.shocks import TableShock, random_shock
from countervail.testing.worlds import Table, random_world

try:
    from hypothesis import strategies as st
except ImportError as error:  # pragma: no cover
    raise ImportError(
        "countervail.testing.strategies needs Hypothesis; install it with "
        "pip install 'countervail[test]'"
    ) from error

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

SEEDS = st.integers(0, 2**32 - 1)


def tables(
    *,
    countries: tuple[int, int] = (2, 6),
    sectors: tuple[int, int] = (1, 5),
    corners: bool = True,
    **options: Any,
) -> SearchStrategy[Table]:
    """Return worlds whose country and sector axes differ in length.

    Args:
        countries: fewest and most countries.
        sectors: fewest and most sectors.
        corners: draw zero flows, idle producers and empty markets too.
        options: passed to ``random_world`` as they are.
    """

    @st.composite
    def draw_table(draw: DrawFn) -> Table:
        size = draw(st.integers(*countries))
        depth = draw(st.integers(*sectors).filter(lambda length: length != size))
        features: dict[str, Any] = {}
        if corners:
            features = {
                "zero_flows": draw(st.sampled_from([0.0, 0.2, 0.5])),
                "idle_producers": draw(st.integers(0, 2)),
                "empty_markets": draw(st.integers(0, 2)),
            }
        return random_world(draw(SEEDS), size, depth, **(features | options))

    return draw_table()


def shocks(table: Table, **options: Any) -> SearchStrategy[TableShock]:
    """Return shocks to a world; ``options`` go to ``random_shock``."""
    return st.builds(lambda seed: random_shock(seed, table, **options), SEEDS)


@st.composite
def shocked_tables(
    draw: DrawFn, /, shock: dict[str, Any] | None = None, **options: Any
) -> tuple[Table, TableShock]:
    """Return a world and a shock to it.

    Args:
        draw: Hypothesis' own.
        shock: options of ``random_shock``; by default every kind of change of moderate size.
        options: of ``tables``.
    """
    table = draw(tables(**options))
    kinds = MODERATE if shock is None else shock
    return table, draw(shocks(table, **kinds))


MODERATE = {
    "tariffs": 0.5,
    "icebergs": 0.2,
    "productivity": 0.1,
    "labour": 0.1,
    "export_taxes": 0.3,
    "transfers": 0.02,
}
"""Changes of every kind, none of which makes trade impossible."""
