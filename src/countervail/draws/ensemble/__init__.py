"""Ensembles: the same question under many draws of what is not known, every draw certified.

A draw is a world and a question like any other, solved and verified as ``solve`` does it; what
differs is reported by the numbers between 0 and 1 it was made of (``countervail.draws.priors``).
"""

from __future__ import annotations

from countervail.draws.ensemble.result import Ensemble
from countervail.quantiles import Range

__all__ = ["Ensemble", "Range"]
