"""Priors: what is uncertain in an answer, by how much, and where that stands.

Declared in TOML (``standard.toml``, or a file of one's own); everything else of an ensemble follows
from numbers between 0 and 1, one an uncertain input.
"""

from __future__ import annotations

from countervail.draws.priors.parameter import UncertainInput
from countervail.draws.priors.priors import Priors

__all__ = ["Priors", "UncertainInput"]
