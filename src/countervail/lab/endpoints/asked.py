"""What endpoints have in common: a body that is read strictly, and work done in a thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from countervail.errors import CountervailError
from countervail.lab.asking import LabServices
from countervail.lab.says import error_of, plain
from countervail.present.sentences.language import Language, language


class LabBody(BaseModel):
    """A question in JSON; what it does not know is refused."""

    model_config = ConfigDict(extra="forbid")


class LookedAt(LabBody):
    """How an answer is looked at.

    Attributes:
        focus: the country looked at.
        width: pixels of charts.
        scales: what scales must hold, by chart, while they stand still.
    """

    focus: str = ""
    width: int = 340
    scales: dict[str, list[float]] | None = None

    def words(self) -> dict[str, Any]:
        """Return the words of a question to a worker."""
        return {"focus": self.focus, "width": self.width, "scales": self.scales}


class StateBody(LabBody):
    """A question about one law."""

    state: dict[str, Any] = Field(default_factory=dict)


def services(request: Request) -> LabServices:
    """Return the workers of the lab."""
    found: LabServices = request.app.state.services
    return found


def spoken_on(request: Request) -> Language:
    """Return the language of the page that asks."""
    return language(services(request).opening.lang)


async def answered(request: Request, work: Callable[[], Any]) -> JSONResponse:
    """Return what is found in a thread, or why it is not, as JSON.

    Args:
        request: for where it was asked.
        work: finds it.
    """
    try:
        return JSONResponse(plain(await run_in_threadpool(work)))
    except CountervailError as error:
        status, body = error_of(error, request.url.path, spoken_on(request))
        return JSONResponse(body, status_code=status)
