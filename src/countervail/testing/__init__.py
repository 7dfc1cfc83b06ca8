"""For tests, ours and yours: small worlds, random worlds, and a second solution in levels.

``worlds``      hand-checked and random worlds, plain arrays, all closing
``strategies``  Hypothesis strategies for worlds and shocks (needs ``hypothesis``)
``check_model`` every identity, for any model
``levels``      a slow solution of the same equilibrium in levels, sharing no code with the core
"""

from __future__ import annotations

from countervail.testing.check_model import check_model
from countervail.testing.levels import LevelsSolution, NoLevels, solve_levels
from countervail.testing.worlds import Table, one_sector, random_world, tiny

__all__ = [
    "LevelsSolution",
    "NoLevels",
    "Table",
    "check_model",
    "one_sector",
    "random_world",
    "solve_levels",
    "tiny",
]
