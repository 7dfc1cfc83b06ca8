"""What should be done: each answer with its own proof.

``optimal`` and ``nash`` (docs/respond.md), ``coop`` (docs/coop.md), ``retaliate``
(docs/retaliation.md), ``bargain`` (docs/bargain.md), ``exposure`` (docs/exposure.md); ``reprice``
gives an answer ranges and chances.
"""

from __future__ import annotations

from countervail.outcomes.exposure import Exposure, exposure
from countervail.policy.bargain import Bargain, bargain
from countervail.policy.concession_file import open_table
from countervail.policy.coop import Coop, Deal, coop
from countervail.policy.nash import Nash, nash
from countervail.policy.optimal import Answer, optimal
from countervail.policy.repriced import Repriced, reprice
from countervail.policy.retaliate import Retaliation, retaliate

__all__ = [
    "Answer",
    "Bargain",
    "Coop",
    "Deal",
    "Exposure",
    "Nash",
    "Repriced",
    "Retaliation",
    "bargain",
    "coop",
    "exposure",
    "nash",
    "open_table",
    "optimal",
    "reprice",
    "retaliate",
]
