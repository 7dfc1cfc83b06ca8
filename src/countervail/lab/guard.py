"""Who may ask: pages of this server on this machine, and nobody else's; and what answers carry."""

from __future__ import annotations

from fastapi import Response
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOST = "127.0.0.1"
"""The one address that is listened on."""

NAMES = (HOST, "localhost")

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",  # sizes of chart text
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""What a page may load: its own files."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}

MOST_BYTES = 200_000
"""Of a question: a state is a few hundred."""


class LabGuard:
    """The middleware that lets in what a page of this server asks, and seals what it is answered.

    A name that a stranger had point at this machine is refused by its Host; a page of a stranger by
    its Origin.

    Args:
        app: what is guarded.
        port: listened on.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        self.app = app
        self.hosts = {f"{name}:{port}" for name in NAMES} | (set(NAMES) if port == 80 else set())
        self.origins = {f"http://{host}" for host in self.hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refused = self._refusal(scope["method"], Headers(scope=scope))
        await (refused or self.app)(scope, receive, sealed)

    def _refusal(self, method: str, headers: Headers) -> Response | None:
        """Return why a request is refused; None where it is not."""
        if headers.get("host", "") not in self.hosts:
            return _refused("host", f"this lab answers to {HOST} alone", 421)
        origin = headers.get("origin")
        stranger = origin is not None and origin not in self.origins
        if stranger or headers.get("sec-fetch-site") == "cross-site":
            return _refused("origin", "this lab answers to its own pages alone", 403)
        if method != "POST":
            return None
        if headers.get("content-type", "").partition(";")[0] != "application/json":
            return _refused("body", "send JSON (Content-Type: application/json)", 415)
        length = headers.get("content-length", "")
        if not length.isdigit() or int(length) > MOST_BYTES:
            return _refused("body", f"a question is at most {MOST_BYTES:,} bytes", 413)
        return None


def _refused(kind: str, says: str, status: int) -> Response:
    error = {"kind": kind, "says": says, "where": "the request"}
    return JSONResponse({"error": error}, status_code=status)
