"""The lab's server: an app on 127.0.0.1, its endpoints a file a subject, its workers elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from countervail.lab.asking import LabServices
from countervail.lab.endpoints import code, law, ledger, map, page, ranges, report, respond, solve
from countervail.lab.guard import LabGuard

PORT = 8651
"""Listened on unless another one is asked for."""

ROUTERS = (page, map, law, solve, ranges, code, report, respond, ledger)


def lab_app(services: LabServices, port: int = PORT) -> FastAPI:
    """Return the app of a lab.

    Args:
        services: its workers; they are ended with it.
        port: it will listen on: requests to another one are refused.
    """

    @asynccontextmanager
    async def living(_: FastAPI) -> AsyncIterator[None]:
        yield
        services.close()

    app = FastAPI(
        title="Countervail lab", docs_url=None, redoc_url=None, openapi_url=None, lifespan=living
    )
    app.state.services = services
    app.add_middleware(LabGuard, port=port)
    app.exception_handler(RequestValidationError)(_wrong_question)
    app.exception_handler(404)(_nowhere)
    app.exception_handler(Exception)(_broken)
    for one in ROUTERS:
        app.include_router(one.router)
    return app


async def _wrong_question(request: Request, error: Exception) -> Response:
    """Say in a sentence what of a question cannot be read."""
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    at = ".".join(str(part) for part in first["loc"] if part != "body")
    says = f"{at or 'the question'}: {str(first['msg'])[:1].lower()}{str(first['msg'])[1:]}"
    body = {"error": {"kind": "input", "says": says, "where": request.url.path}}
    return JSONResponse(body, status_code=422)


async def _nowhere(request: Request, _: Exception) -> Response:
    """Say that there is nothing at an address."""
    says = "there is nothing at this address; the lab is at /, the ledger at /ledger"
    error = {"kind": "address", "says": says, "where": request.url.path}
    return JSONResponse({"error": error}, status_code=404)


async def _broken(request: Request, error: Exception) -> Response:
    """Say that something broke here, and of which kind; what it was stands in the terminal."""
    says = f"something broke in the lab ({type(error).__name__}); the terminal says more"
    body = {"error": {"kind": "broken", "says": says, "where": request.url.path}}
    return JSONResponse(body, status_code=500)
