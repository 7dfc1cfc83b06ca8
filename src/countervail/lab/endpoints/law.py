"""``/api/start``, ``/api/law``, ``/api/rows``: what the page is built of, and its law of a day."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from countervail.lab.endpoints.asked import LabBody, StateBody, answered, services

router = APIRouter()


@router.get("/api/start")
async def start(request: Request, state: str = "") -> Response:
    """Return all that a page is built of; ``state`` is the part of its address after ``#``."""
    lab = services(request)
    return await answered(request, lambda: lab.solver.ask("start", state=state))


@router.get("/api/law")
async def law(
    request: Request, date: str | None = None, known_on: str | None = None, state: str = ""
) -> Response:
    """Return the law of the page's measures on a day, as known on a day."""
    lab = services(request)
    return await answered(
        request, lambda: lab.solver.ask("law", date=date, known_on=known_on, state=state)
    )


@router.post("/api/rows")
async def rows(request: Request, body: StateBody) -> Response:
    """Return rows and lanes of a law; a measure of one's own that is none is refused."""
    lab = services(request)
    return await answered(request, lambda: lab.solver.ask("rows", state=body.state))


class CarryBody(LabBody):
    """A scenario file that an address is to carry.

    Attributes:
        text: of the file.
    """

    text: str


@router.post("/api/carry")
async def carry(request: Request, body: CarryBody) -> Response:
    """Return the word of an address that carries a scenario file; one that is none is refused."""
    lab = services(request)
    return await answered(request, lambda: lab.solver.ask("carry", text=body.text))
