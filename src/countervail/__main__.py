"""``countervail`` and ``python -m countervail``: the command line, from first moment to last."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from countervail.cli import stopping


def main() -> None:
    """Run the command line; an interruption ends it at once, also while it is being loaded."""
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
