"""Sweeps: one question over dates, variants, worlds, elasticities, models and closures.

A sweep is the product of the axes given: every point is a world, a question and a model like any
other, solved and verified as ``solve`` does it. A point without an answer is kept with its reason.
"""

from __future__ import annotations

from countervail.draws.sweep.door import sweep
from countervail.draws.sweep.files import read_sweep
from countervail.draws.sweep.question import Sweep
from countervail.draws.sweep.result import Swept

__all__ = ["Sweep", "Swept", "read_sweep", "sweep"]
