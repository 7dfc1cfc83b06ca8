"""Policy: what should be done. Problems on top of certified answers, each with its own proof.

``in_force`` is the status quo, solved; ``rates``, what may be set in it and the search for the
best; ``optimal`` is one player's problem, ``war`` and ``agreement`` several players',
``retaliation`` an answer, ``bargaining`` a swap, ``reaching`` a goal. ``criteria`` and
``under_draws`` say how surely a policy gains.
"""

from __future__ import annotations
