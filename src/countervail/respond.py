"""What should be done: each answer with its own proof.

``optimal`` and ``nash`` (docs/respond.md), ``coop`` (docs/coop.md), ``retaliate``
(docs/retaliation.md), ``bargain`` (docs/bargain.md), ``reach`` (docs/reach.md), ``exposure``
(docs/exposure.md); ``reprice`` gives an answer ranges and chances.
"""

from __future__ import annotations

from countervail.outcomes.exposure import Exposure, exposure
from countervail.policy.bargain import Bargain, bargain
from countervail.policy.concession_file import open_table
from countervail.policy.coop import Coop, Deal, coop
from countervail.policy.goal_file import open_goals
from countervail.policy.growth import Growth
from countervail.policy.nash import Nash, nash
from countervail.policy.optimal import Answer, optimal
from countervail.policy.reach import reach
from countervail.policy.reach_answer import Reach
from countervail.policy.reach_levers import Lever
from countervail.policy.repriced import Repriced, reprice
from countervail.policy.retaliate import Retaliation, retaliate

__all__ = [
    "Answer",
    "Bargain",
    "Coop",
    "Deal",
    "Exposure",
    "Growth",
    "Lever",
    "Nash",
    "Reach",
    "Repriced",
    "Retaliation",
    "bargain",
    "coop",
    "exposure",
    "nash",
    "open_goals",
    "open_table",
    "optimal",
    "reach",
    "reprice",
    "retaliate",
]
