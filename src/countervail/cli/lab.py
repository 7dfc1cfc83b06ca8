"""``countervail lab``: the law on a page, with switches and sliders, and what it does."""

from __future__ import annotations

import sys
import threading
import webbrowser
from typing import Annotated

import typer

from countervail.cli import streams
from countervail.errors import InputError

MISSING = "the lab needs FastAPI and uvicorn: pip install 'countervail[lab]'"


def lab(
    scenario: Annotated[
        str, typer.Argument(help="A preset (see `countervail scenarios`) or .toml file.")
    ] = "canada-china",
    variant: Annotated[str | None, typer.Option(help="One of the scenario's variants.")] = None,
    world: Annotated[
        str, typer.Option(help="A built-in world, or a .nc or .csv file.")
    ] = "oecd-2022",
    ledger: Annotated[
        list[str] | None, typer.Option(help="Further measure files or folders of them.")
    ] = None,
    port: Annotated[int, typer.Option(help="Listened on, on 127.0.0.1 alone.")] = 8651,
    lang: Annotated[str, typer.Option(help="Language of the page: en or fr.")] = "en",
    map_: Annotated[
        str | None,
        typer.Option("--map", metavar="FILE", help="Shapes in place of the package's (.json)."),
    ] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser.")] = False,
    allow_partial: Annotated[
        bool, typer.Option(help="Answer without what cannot be placed; the page says so.")
    ] = False,
) -> None:
    """Move the law with switches and sliders in a browser, and see at once what it does."""
    if not 1 <= port <= 65535:
        raise InputError(f"--port {port}: a port is from 1 to 65535")
    try:
        import fastapi  # noqa: F401
        import uvicorn
    except ImportError as error:
        raise InputError(MISSING) from error
    from countervail.clock import today
    from countervail.lab.asking import LabServices
    from countervail.lab.guard import HOST
    from countervail.lab.server import lab_app
    from countervail.lab.work import LabOpening
    from countervail.present.charts.worldmap import read_shapes
    from countervail.present.sentences.language import language
    from countervail.scenario import open_scenario

    open_scenario(scenario, variant)  # a wrong name is said here, not on a page
    language(lang)
    if map_ is not None:
        read_shapes(map_)
    refuse_taken(HOST, port)
    opening = LabOpening(
        scenario, variant, world, tuple(ledger or ()), allow_partial, today(), lang, map_
    )
    services = LabServices.begun(opening)
    address = f"http://{HOST}:{port}/"
    streams.say(f"The lab is at {address}  (Ctrl-C ends it)", sys.stderr)
    if not no_browser:
        threading.Timer(0.5, webbrowser.open, (address,)).start()
    config = uvicorn.Config(
        lab_app(services, port),
        host=HOST,
        port=port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    try:
        uvicorn.Server(config).run()
    finally:
        services.close()


def refuse_taken(host: str, port: int) -> None:
    """Raise where another program listens on a port.

    Raises:
        InputError: the port, and what next.
    """
    import socket

    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError as error:
            raise InputError(
                f"--port {port} is taken, perhaps by another lab: give another one"
            ) from error
