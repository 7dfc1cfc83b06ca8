"""What should be done: each answer with its own proof.

``optimal`` and ``nash`` (docs/respond.md), ``coop`` (docs/coop.md), ``retaliate``
(docs/retaliation.md), ``bargain`` (docs/bargain.md), ``reach`` (docs/reach.md), ``exposure``
(docs/exposure.md); ``reprice`` gives an answer ranges and chances.
"""

from __future__ import annotations

from countervail.policy.agreement.answer import Coop, Deal
from countervail.policy.agreement.coop import coop
from countervail.policy.answer import Answer
from countervail.policy.bargaining.bargain import Bargain, bargain
from countervail.policy.bargaining.file import open_table
from countervail.policy.rates.optimal import Optimal, optimal
from countervail.policy.rates.terms import Scope, Terms
from countervail.policy.reaching.answer import Reach
from countervail.policy.reaching.file import open_goals
from countervail.policy.reaching.growth import Growth
from countervail.policy.reaching.levers import Lever
from countervail.policy.reaching.reach import reach
from countervail.policy.retaliation.answer import Retaliation
from countervail.policy.retaliation.retaliate import retaliate
from countervail.policy.under_draws import Repriced, reprice
from countervail.policy.war.nash import Nash, nash
from countervail.studies.exposure import Exposure, exposure

__all__ = [
    "Answer",
    "Bargain",
    "Coop",
    "Deal",
    "Exposure",
    "Growth",
    "Lever",
    "Nash",
    "Optimal",
    "Reach",
    "Repriced",
    "Retaliation",
    "Scope",
    "Terms",
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
