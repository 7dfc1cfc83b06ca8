"""Policy: what should be done. Problems on top of certified answers, each with its own proof.

Every command of ``countervail respond`` has its module here.
"""

from __future__ import annotations
