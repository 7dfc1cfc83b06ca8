"""Policy: what should be done. Problems on top of certified answers, each with its own proof.

``ground`` is the law as it stands, ``rates`` what may be set in it and the search for the best;
``optimal`` is one player's problem, ``war`` and ``agreement`` several players', ``retaliation`` an
answer, ``bargaining`` a swap, ``reaching`` a goal. ``question`` is a policy as a question of its
own, ``criteria`` and ``under_draws`` say how surely it gains.
"""

from __future__ import annotations
