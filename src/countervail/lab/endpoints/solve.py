"""``/api/solve`` and ``/api/desk``: a law's answer, and what every single move from it is worth."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from countervail.lab.endpoints.asked import LookedAt, StateBody, answered, services

router = APIRouter()

SUPERSEDED = 409


class SolveBody(StateBody, LookedAt):
    """A law to be solved.

    Attributes:
        tab: name of the page that asks.
        n: number of the state on that page, ascending.
        a: the law it is held against.
        figures: whether the rows of every economy are wanted; while a slider moves they are not.
    """

    tab: str = ""
    n: int = 0
    a: dict[str, Any] | None = None
    figures: bool = True


class DeskBody(StateBody):
    """A law whose next moves are wanted.

    Attributes:
        parties: countries whose gain is told; default the first two of the scenario.
    """

    parties: list[str] = Field(default_factory=list)


@router.post("/api/solve")
async def solve(request: Request, body: SolveBody) -> Response:
    """Return the point answer to a law; a page's newer question takes the place of an older one."""
    lab = services(request)
    words = {"state": body.state, "a": body.a, "figures": body.figures, **body.words()}

    def found() -> Any:
        answer = lab.solve(body.tab, body.n, words)
        if body.a is not None and answer is not None:
            lab.know(answer["a_key"], body.a)
        return answer and {"n": body.n, **answer}

    answer = await answered(request, found)
    if answer.body == b"null":
        return JSONResponse({"superseded": body.n}, status_code=SUPERSEDED)
    lab.warm()  # those that draw start once there is something to draw
    return answer


@router.post("/api/desk")
async def desk(request: Request, body: DeskBody) -> Response:
    """Return every single move from a law and what it is worth, in one batch."""
    lab = services(request)
    # not where laws are solved: a slider that is taken up again would wait for it
    return await answered(
        request, lambda: lab.drawers[-1].ask("desk", state=body.state, parties=body.parties)
    )
