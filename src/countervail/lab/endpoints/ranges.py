"""``/api/ranges/{key}``: the ranges of an answer, as its draws are made, as server-sent events."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from countervail.lab.endpoints.asked import services
from countervail.lab.endpoints.events import streamed

router = APIRouter()


@router.get("/api/ranges/{key}")
async def ranges(
    request: Request, key: str, a: str | None = None, focus: str = "", width: int = 340
) -> Response:
    """Return the ranges of a law after 24, 96 and 200 draws; closing the stream ends the work."""
    lab, words = services(request), {"focus": focus, "width": width}
    return streamed(request, lambda wanted: lab.ranges(key, a, words, wanted))
