"""Run the replication: ``python -m replications.ignatenko_2025 --data FOLDER``."""

from __future__ import annotations

import sys

from replications.ignatenko_2025.replicate import main

sys.exit(main())
