"""Server-sent events: what is told as it comes, until it is told whole or nobody listens."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from typing import Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from countervail.errors import CountervailError
from countervail.lab.endpoints.asked import spoken_on
from countervail.lab.says import error_of, plain

STILL_THERE = ":\n\n"
"""A comment, which nobody reads: it finds out whether the page is still there."""

AGAIN_SECONDS = 0.1
"""Seconds after which what is at work is looked at again, to be ended."""

Coming = Callable[[Callable[[], bool]], Generator[dict[str, Any] | None, None, None]]


def streamed(request: Request, coming: Coming) -> StreamingResponse:
    """Return an answer that comes in parts; closing the stream ends the work.

    Args:
        request: whose answer it is.
        coming: given what says whether anybody still listens, what comes; None while nothing does.
    """
    gone = [False]

    async def events() -> AsyncIterator[str]:
        parts = coming(lambda: not gone[0])
        try:
            while not await request.is_disconnected():
                one = await run_in_threadpool(_next, parts)
                if one is _Ended:
                    return
                yield STILL_THERE if one is None else _event(one)
        except CountervailError as error:
            yield _event(error_of(error, request.url.path, spoken_on(request))[1])
        finally:
            gone[0] = True
            # in a thread: what is in hand is waited for, and nobody else is to wait
            threading.Thread(target=_closed, args=(parts,), daemon=True).start()

    return StreamingResponse(events(), media_type="text/event-stream")


class _Ended:
    """Stands for the end of what comes."""


def _next(parts: Iterator[Any]) -> Any:
    return next(parts, _Ended)


def _closed(parts: Generator[Any, None, None]) -> None:
    """End what comes, once what is in hand of it is done."""
    while True:
        try:
            parts.close()
            return
        except ValueError:  # it is at work
            time.sleep(AGAIN_SECONDS)


def _event(found: dict[str, Any]) -> str:
    return f"data: {json.dumps(plain(found), ensure_ascii=False)}\n\n"
