"""``/api/start`` and ``/api/law``: what the page is built of, and the law of a day."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from countervail.lab.endpoints.asked import answered, services

router = APIRouter()


@router.get("/api/start")
async def start(request: Request, state: str = "") -> Response:
    """Return all that a page is built of; ``state`` is the part of its address after ``#``."""
    lab = services(request)
    return await answered(request, lambda: lab.solver.ask("start", state=state))


@router.get("/api/law")
async def law(request: Request, date: str | None = None, known_on: str | None = None) -> Response:
    """Return the law of the page's measures on a day, as known on a day."""
    lab = services(request)
    return await answered(request, lambda: lab.solver.ask("law", date=date, known_on=known_on))
