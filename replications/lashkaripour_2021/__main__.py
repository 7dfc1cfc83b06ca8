"""Run the replication: ``python -m replications.lashkaripour_2021 --data FOLDER``."""

from __future__ import annotations

import sys

from replications.lashkaripour_2021.replicate import main

sys.exit(main())
