"""``/api/ranges/{key}``: the ranges of an answer, as its draws are made, as server-sent events."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from countervail.errors import CountervailError
from countervail.lab.endpoints.asked import services
from countervail.lab.says import error_of, plain

router = APIRouter()


@router.get("/api/ranges/{key}")
async def ranges(
    request: Request, key: str, a: str | None = None, focus: str = "", width: int = 340
) -> Response:
    """Return the ranges of a law after 24, 96 and 200 draws; closing the stream ends the work."""
    lab, gone = services(request), [False]
    coming = lab.ranges(key, a, {"focus": focus, "width": width}, lambda: not gone[0])

    async def events() -> AsyncIterator[str]:
        try:
            while True:
                one = await run_in_threadpool(_next, coming)
                if one is None:
                    return
                yield _event(one)
                if await request.is_disconnected():
                    return
        except CountervailError as error:
            yield _event(error_of(error, "/api/ranges")[1])
        finally:
            gone[0] = True

    return StreamingResponse(events(), media_type="text/event-stream")


def _next(coming: Any) -> dict[str, Any] | None:
    found: dict[str, Any] | None = next(coming, None)
    return found


def _event(found: dict[str, Any]) -> str:
    return f"data: {json.dumps(plain(found), ensure_ascii=False)}\n\n"
