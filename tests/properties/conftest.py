"""How many cases an identity is held on: a few dozen to land, hundreds by ``nox -s slow``."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Derandomised: the same worlds on every machine, and no clock decides whether a test passes.
settings.register_profile(
    "identities",
    derandomize=True,
    deadline=None,
    max_examples=24,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile(
    "thorough", settings.get_profile("identities"), derandomize=False, max_examples=300
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "identities"))
