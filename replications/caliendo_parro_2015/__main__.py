"""Run the replication: ``python -m replications.caliendo_parro_2015 --data FOLDER``."""

from __future__ import annotations

import sys

from replications.caliendo_parro_2015.replicate import main

sys.exit(main())
