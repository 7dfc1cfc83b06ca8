"""Many questions about one world at once: scenarios, and draws of the trade elasticities.

Every state is solved, verified by the independent check and compared exactly as ``solve`` does;
what differs is that states which share most of the world are solved side by side (``core.batch``),
on every core, or on a GPU where there is one. A case that has no equilibrium, or that could not be
certified, is kept with its reason: nothing is dropped.
"""

from __future__ import annotations

from countervail.draws.batch.cases import Case
from countervail.draws.batch.many import Many, solve_many

__all__ = ["Case", "Many", "solve_many"]
