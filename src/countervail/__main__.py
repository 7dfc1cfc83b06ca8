"""``countervail`` and ``python -m countervail``: the command line, from first moment to last."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from contextlib import suppress

from countervail import machine
from countervail.app import stopping

OBJECTS_BETWEEN_COLLECTIONS = 300_000
"""Objects made before the first of them are looked through for cycles.

An answer makes half as many, nearly all of which stay: with the interpreter's 700 it spends a
twentieth of its time to find that.
"""


def main() -> None:
    """Run the command line; an interruption ends it at once, also while it is being loaded."""
    gc.set_threshold(OBJECTS_BETWEEN_COLLECTIONS)
    atexit.register(gc.freeze)  # nor are they looked through a last time when all is said
    machine.keep_memory()
    try:
        from countervail.cli.app import main as command

        command()
    except SystemExit as end:
        if end.code == stopping.INTERRUPTED:
            _end_now()
        raise
    except KeyboardInterrupt:
        sys.stderr.write(stopping.SAID)
        _end_now()


def _end_now() -> None:
    """End without waiting for worker processes and threads: what had to be undone is undone."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(stopping.INTERRUPTED)


if __name__ == "__main__":
    main()
