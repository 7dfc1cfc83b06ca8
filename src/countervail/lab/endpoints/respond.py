"""``/api/respond/{kind}``: what should be done under a law, as ``countervail respond`` says it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import Field

from countervail.lab.endpoints.asked import StateBody, answered, services
from countervail.lab.endpoints.events import streamed

router = APIRouter()


class RespondBody(StateBody):
    """A question of what should be done; the law is the status quo.

    Attributes:
        tab: name of the page that asks: a newer search of it takes the place of an older one.
        options: of the command, by the names of its fields.
        parties: of a bargain; default the first two of the scenario.
    """

    tab: str = ""
    options: dict[str, Any] = Field(default_factory=dict)
    parties: list[str] = Field(default_factory=list)


@router.post("/api/respond/{kind}")
async def respond(request: Request, kind: str, body: RespondBody) -> Response:
    """Return how far a search is, again and again, and its answer; closing the stream ends it."""
    lab = services(request)
    words = {
        "kind": kind, "state": body.state, "options": body.options, "parties": body.parties
    }  # fmt: skip
    return streamed(request, lambda wanted: lab.searches.events(body.tab, words, wanted))


@router.delete("/api/respond/{kind}")
async def stop(request: Request, kind: str, tab: str = "") -> Response:
    """Have the search of a page end with the best it has found: its stream has the answer."""
    lab = services(request)

    def stopped() -> dict[str, bool]:
        lab.searches.stop(tab, kind)
        return {"stopping": True}

    return await answered(request, stopped)
