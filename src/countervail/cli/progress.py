"""How far a command is, where somebody looks: a bar, or the answer while its ranges are drawn."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.live import Live

    from countervail.present.parts import Part

AGAIN_SECONDS = 1.0
"""Seconds between two states of an answer that is shown while it is drawn."""


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Give what is called with how many are done, and of how many; it shows them meanwhile.

    Args:
        what: is counted, in a word.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    console = Console(stderr=True)
    columns = TextColumn(what), BarColumn(), MofNCompleteColumn(), Remaining()
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as shown:
        task = shown.add_task(what, total=None)
        yield lambda done, total: shown.update(task, completed=done, total=total)


class EarlyAnswer:
    """Shows an answer on the terminal from its point on, with how far its ranges are.

    It is called like ``bar``. What it shows is taken away when it is closed: then the answer itself
    is printed, once.
    """

    def __init__(self) -> None:
        self._live: Live | None = None
        self._shown: RenderableType = ""
        self._count = ""
        self._last = 0.0

    @contextmanager
    def __call__(self, what: str) -> Iterator[Callable[[int, int], None]]:
        """Give what is called with how many are done: under the answer, or in a bar before it."""
        if self._live is None:
            with bar(what) as counted:
                yield counted
            return

        def progress(done: int, total: int) -> None:
            self._count = f"{what}: {done} of {total}"
            self._draw()

        yield progress

    def early(self, make: Callable[[], Sequence[Part]]) -> None:
        """Show an answer as far as it is known, at most once a second.

        Args:
            make: makes its first screen.
        """
        from rich.console import Console
        from rich.live import Live

        from countervail.present.render.screen import screen
        from countervail.present.terminal import fitted

        now = time.monotonic()
        if self._live is not None and now - self._last < AGAIN_SECONDS:
            return
        if self._live is None:
            console = Console(markup=False, emoji=False)
            self._live = Live(console=console, transient=True, auto_refresh=False)
            self._live.start()
        self._shown = fitted(screen(make()), self._live.console)
        self._last = time.monotonic()
        self._draw()

    def close(self) -> None:
        """Take away what is shown."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _draw(self) -> None:
        from rich.console import Group
        from rich.text import Text

        if self._live is not None:
            self._live.update(Group(self._shown, Text(self._count, style="dim")), refresh=True)
