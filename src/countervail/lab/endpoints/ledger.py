"""``/ledger``: the law as read-only pages; the same as JSON to whoever asks for no page."""

from __future__ import annotations

from functools import cache
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from countervail.clock import as_date, on_day, today
from countervail.errors import CountervailError
from countervail.lab.endpoints.asked import answered, services, spoken_on
from countervail.lab.guard import POLICY
from countervail.lab.says import error_of, plain
from countervail.ledger import Ledger, open_ledger
from countervail.ledger.selection import Selection
from countervail.present import in_force, ledgers
from countervail.present.document import Document
from countervail.present.page.report import as_spoken, marked
from countervail.present.render.page import page as fragment
from countervail.present.sentences.language import Language

router = APIRouter()

FORMS = {"Content-Security-Policy": POLICY.replace("form-action 'none'", "form-action 'self'")}
"""The filters of the list are a form that asks this server."""


@router.get("/api/ledger")
async def rows(
    request: Request,
    date: str | None = None,
    known_on: str | None = None,
    on: str | None = None,
    by: str | None = None,
    between: str | None = None,
    product: str | None = None,
) -> Response:
    """Return what is in force, with steps, sources and doubts; filters of ``ledger list``."""
    asked = Selection(on=on, by=by, between=between, product=product)
    return await answered(request, lambda: _law(request, date, known_on, asked).data)


@router.get("/api/ledger/{id}")
async def row(request: Request, id: str) -> Response:
    """Return everything about one measure."""
    return await answered(request, lambda: ledgers.measure(_book(request).measure(id)).data)


@router.get("/ledger")
async def listed(
    request: Request,
    date: str = "",
    known_on: str = "",
    on: str = "",
    by: str = "",
    between: str = "",
    product: str = "",
) -> Response:
    """Return what is in force as a page, by who took it; as JSON where no page is asked for."""
    given = {"on": on, "by": by, "between": between, "product": product}
    asked = Selection(**{key: value or None for key, value in given.items()})
    return _told(
        request,
        lambda: _law(request, date or None, known_on or None, asked),
        lambda found: {
            "title": spoken_on(request).template("lab.ledger.title"),
            "sentence": found.data["sentence"],
            "says": spoken_on(request).told(found.data["says"] or ""),
            "day": found.data["as_of"],
            "asked": {**given, "known_on": known_on},
            "groups": list(_groups(found.data["in_force"], spoken_on(request))),
            "json": "/api/ledger?" + _query(request),
        },
    )


@router.get("/ledger/{id}")
async def one(request: Request, id: str) -> Response:
    """Return a measure as a page: law, goods, rates with sources, coverage, doubts; or as JSON."""
    return _told(
        request,
        lambda: ledgers.measure(_book(request).measure(id)),
        lambda found: {
            "title": found.data["title"],
            "measure": Markup(fragment(found.parts)),  # it escapes what it is made of
            "json": f"/api/ledger/{found.data['id']}",
        },
    )


def _told(request: Request, find: Any, shown: Any) -> Response:
    """Return a document as a page, or as JSON where the request does not ask for a page."""
    html = "text/html" in request.headers.get("accept", "")
    try:
        with on_day(services(request).opening.today):
            found: Document = find()
        if not html:
            return JSONResponse(plain(found.data))
        said = spoken_on(request)
        words = {
            "w": said.template("lab.ledger"),
            "lang": said.code,
            "skip": said.template("lab.skip"),
        }
        body = _pages().get_template("ledger.html").render(**words, **shown(found))
    except CountervailError as error:
        status, answer = error_of(error, request.url.path, spoken_on(request))
        return JSONResponse(answer, status_code=status)
    return Response(body, media_type="text/html", headers=FORMS)


def _query(request: Request) -> str:
    return urlencode({key: value for key, value in request.query_params.items() if value})


def _law(request: Request, date: str | None, known_on: str | None, asked: Selection) -> Document:
    whole = _book(request)
    book = asked.measures(whole)
    day = today() if date is None else as_date(date)
    known = None if known_on is None else as_date(known_on)
    view = asked.view(book.at(day, known))
    return in_force.document(whole, book, view, known_on, asked, spoken_on(request))


def _groups(found: list[dict[str, Any]], said: Language) -> Any:
    """Yield who takes measures, and each measure with its rows."""
    ranked = sorted(found, key=lambda row: (said.label(row["by"]), row["title"], row["id"]))
    for by, measures in groupby(ranked, key=lambda row: row["by"]):
        yield said.label(by), [_measure(id, list(rows), said) for id, rows in _by_id(measures)]


def _by_id(found: Any) -> Any:
    return groupby(found, key=lambda row: row["id"])


def _measure(id: str, rows: list[dict[str, Any]], said: Language) -> dict[str, Any]:
    first = rows[0]
    line = marked(
        said.template("lab.ledger.line"),
        on=said.told(first["on"]),
        instrument=said.told(first["instrument"].replace("_", " ")),
        law=said.told(first["citation"] or first["authority"]),
    )
    return {
        "id": id,
        "title": said.told(first["title"]),
        "line": line,
        "priced": any(row["priced"] for row in rows),
        "rows": [_row(row, said) for row in rows],
    }


def _row(row: dict[str, Any], said: Language) -> dict[str, Any]:
    """Return a row in the words of a language; what it does not have says that it is English."""
    goods = said.told(", ".join(map(said.product, row["products"].split(", "))))
    return {
        **row,
        "products": goods,
        "law": said.told(row["law"]),
        "reference": said.told(row["reference"]),
    }


def _book(request: Request) -> Ledger:
    return _opened(services(request).opening.ledger)


@cache
def _opened(more: tuple[str, ...]) -> Ledger:
    return open_ledger(*more)


@cache
def _pages() -> Environment:
    return Environment(
        loader=PackageLoader("countervail.lab", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=as_spoken,
        trim_blocks=True,
        lstrip_blocks=True,
    )
