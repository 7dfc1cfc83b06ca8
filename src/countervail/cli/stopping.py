"""Ctrl-C that is never lost: where it would be swallowed, it comes again a moment later."""

from __future__ import annotations

import signal
from types import FrameType

SWALLOW = {"_xla_gc_callback"}
"""Functions that are called back in the middle of anything, and whose exceptions are ignored."""

AGAIN = 0.02
"""Seconds after which it comes again."""


def install() -> None:
    """Let Ctrl-C and a request to stop unwind the program, wherever it is."""
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def stop(_number: int, frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt, now or as soon as it is heard."""
    if hasattr(signal, "setitimer") and _swallowed(frame):
        signal.signal(signal.SIGALRM, stop)
        signal.setitimer(signal.ITIMER_REAL, AGAIN)
        return
    raise KeyboardInterrupt


def _swallowed(frame: FrameType | None) -> bool:
    """Return whether an exception raised here would be ignored."""
    while frame is not None:
        if frame.f_code.co_name in SWALLOW:
            return True
        frame = frame.f_back
    return False
