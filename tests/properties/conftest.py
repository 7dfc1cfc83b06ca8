from __future__ import annotations

from hypothesis import HealthCheck, settings

# Derandomised: the same worlds on every machine, and no clock decides whether a test passes.
settings.register_profile(
    "identities",
    derandomize=True,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("identities")
