"""``/api/report`` and ``/api/explain``: a law's report as a file, and which measure does what."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import Field

from countervail.errors import CountervailError
from countervail.lab.endpoints.asked import StateBody, answered, services, spoken_on
from countervail.lab.ranging import COUNTS
from countervail.lab.says import error_of

router = APIRouter()


class ReportBody(StateBody):
    """A law wanted as a report.

    Attributes:
        draws: its ranges are made of; 0 gives the point answer alone.
    """

    draws: int = Field(COUNTS[-1], ge=0, le=1000)


@router.post("/api/report")
async def report(request: Request, body: ReportBody) -> Response:
    """Return the report of a law as one HTML file, to be saved."""
    lab = services(request)
    try:
        html = await run_in_threadpool(
            lambda: lab.drawers[-1].ask("report", state=body.state, draws=body.draws)
        )
    except CountervailError as error:
        status, answer = error_of(error, request.url.path, spoken_on(request))
        return JSONResponse(answer, status_code=status)
    headers = {"Content-Disposition": 'attachment; filename="report.html"'}
    return Response(html, media_type="text/html", headers=headers)


@router.post("/api/explain")
async def explain(request: Request, body: StateBody) -> Response:
    """Return how much of a law's effect each of its measures makes."""
    lab = services(request)
    return await answered(request, lambda: lab.drawers[-1].ask("explain", state=body.state))
