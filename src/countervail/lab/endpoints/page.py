"""``/`` and what it loads: the page, its modules, and its style from the tokens of charts."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from importlib import resources

from fastapi import APIRouter, Request, Response

from countervail.lab.endpoints.asked import services
from countervail.lab.endpoints.map import hash_of_map
from countervail.present.charts import tokens
from countervail.present.sentences.language import language

router = APIRouter()

KINDS = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}


@router.get("/")
async def page(request: Request) -> Response:
    """Return the page, in the language of the lab."""
    opening = services(request).opening
    body = _spoken(_file("index.html"), opening.lang).replace("{patterns}", tokens.PATTERNS)
    return Response(body.replace("{map}", hash_of_map(opening.map)), media_type="text/html")


@cache
def _spoken(body: str, lang: str) -> str:
    """Return a page with words of a language where it names them: ``{{undo}}``, ``{{a.b}}``."""
    said = language(lang)

    def word(found: re.Match[str]) -> str:
        path = found[1] if "." in found[1] else f"lab.{found[1]}"
        return escape(str(said.template(path)))

    return re.sub(r"\{\{([a-z_.]+)\}\}", word, body).replace("{lang}", lang)


@router.get("/static/tokens.css")
async def style() -> Response:
    """Return colours and the style of charts, as the report has them."""
    light, dark = tokens.variables(tokens.LIGHT), tokens.variables(tokens.DARK)
    said = (
        f":root{{color-scheme:light dark;{light}}}\n"
        f"@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
        f"{tokens.STYLE}"
    )
    return Response(said, media_type="text/css")


@router.get("/static/{name}")
async def static(name: str) -> Response:
    """Return a file of the page, by its name."""
    if name not in _files():
        return Response("there is no such file", status_code=404, media_type="text/plain")
    kind = KINDS[name[name.rindex(".") :]]
    return Response(_file(name), media_type=kind)


@cache
def _files() -> frozenset[str]:
    folder = resources.files("countervail.lab").joinpath("static")
    return frozenset(p.name for p in folder.iterdir() if p.name.endswith(tuple(KINDS)))


def _file(name: str) -> str:
    return resources.files("countervail.lab").joinpath("static", name).read_text("utf-8")
