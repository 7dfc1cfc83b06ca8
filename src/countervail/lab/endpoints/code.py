"""``/api/code``: a law as Python, TOML or a command."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import Field

from countervail.lab.endpoints.asked import StateBody, answered, services

router = APIRouter()


class CodeBody(StateBody):
    """A law wanted as code.

    Attributes:
        form: ``python``, ``toml`` or ``command``; in JSON it is called ``as``.
    """

    form: str = Field("python", alias="as")


@router.post("/api/code")
async def code(request: Request, body: CodeBody) -> Response:
    """Return a law as code that gives the same figures."""
    lab = services(request)
    return await answered(request, lambda: lab.solver.ask("code", state=body.state, form=body.form))
