"""Ctrl-C is heard, also in the middle of what swallows exceptions."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator

import pytest

from countervail.app import stopping


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """The handlers that stood, put back afterwards."""
    names = [signal.SIGINT, signal.SIGTERM]
    if hasattr(signal, "SIGALRM"):
        names.append(signal.SIGALRM)
    stood = {name: signal.getsignal(name) for name in names}
    yield
    for name, handler in stood.items():
        signal.signal(name, handler)


def send(name: signal.Signals) -> None:
    os.kill(os.getpid(), name)
    time.sleep(1.0)


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_it_unwinds(name: signal.Signals) -> None:
    stopping.install()
    with pytest.raises(KeyboardInterrupt):
        send(name)


@pytest.mark.skipif(sys.platform == "win32", reason="no timer signals")
def test_it_comes_again_where_it_would_be_swallowed() -> None:
    stopping.install()
    left = []

    def _xla_gc_callback() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        left.append("in one piece")

    _xla_gc_callback()
    assert left == ["in one piece"]
    with pytest.raises(KeyboardInterrupt):
        time.sleep(1.0)
