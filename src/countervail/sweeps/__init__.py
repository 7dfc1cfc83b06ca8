"""Sweeps: one question over dates, variants, worlds, elasticities, models and closures.

A sweep is the product of the axes given: every point is a world, a question and a model like any
other, solved and verified as ``solve`` does it. A point without an answer is kept with its reason.
"""

from __future__ import annotations

from countervail.sweeps.door import sweep
from countervail.sweeps.question import Sweep
from countervail.sweeps.result import Swept

__all__ = ["Sweep", "Swept", "sweep"]
