"""Ctrl-C that is never lost: where it would be swallowed, it comes again a moment later."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import Any

INTERRUPTED = 130
"""Exit code of a command that was interrupted; what Typer returns for Ctrl-C too."""

SAID = "countervail: interrupted; no half-written file is left\n"

SWALLOW = {"_xla_gc_callback"}
"""Functions that are called back in the middle of anything, and whose exceptions are ignored."""

AGAIN_SECONDS = 0.02
"""Seconds after which it comes again."""


def install() -> None:
    """Let Ctrl-C and a request to stop unwind the program, wherever it is."""
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    sys.unraisablehook = _ignored


def stop(_number: int, frame: FrameType | None) -> None:
    """Raise KeyboardInterrupt, now or as soon as it is heard."""
    if _swallowed(frame) and _again():
        return
    raise KeyboardInterrupt


def _again() -> bool:
    """Have it come again in a moment; False where the system has no timer for that."""
    if not hasattr(signal, "setitimer"):
        return False
    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)
    return True


def _ignored(what: Any) -> None:
    """Hear an interruption that fell where exceptions are ignored, such as a finaliser."""
    if not (issubclass(what.exc_type, KeyboardInterrupt) and _again()):
        sys.__unraisablehook__(what)


def _swallowed(frame: FrameType | None) -> bool:
    """Return whether an exception raised here would be ignored."""
    while frame is not None:
        if frame.f_code.co_name in SWALLOW:
            return True
        frame = frame.f_back
    return False
