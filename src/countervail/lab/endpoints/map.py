"""``/map.json``: the shapes of the world, kept for good by the hash in their address."""

from __future__ import annotations

import hashlib
import json
from functools import cache

from fastapi import APIRouter, Request, Response

from countervail.lab.endpoints.asked import services
from countervail.present.charts.worldmap import read_shapes, shapes

router = APIRouter()

FOR_GOOD = "public, max-age=31536000, immutable"


@router.get("/map.json")
async def world_map(request: Request) -> Response:
    """Return the shapes; an address with their hash is kept for good."""
    body, tag = _shapes(services(request).opening.map)
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    kept = FOR_GOOD if request.query_params.get("v") == tag.strip('"') else "no-cache"
    headers = {"ETag": tag, "Cache-Control": kept}
    return Response(body, media_type="application/json", headers=headers)


def hash_of_map(file: str | None) -> str:
    """Return the hash of the shapes, of a file or of the package."""
    return _shapes(file)[1].strip('"')


@cache
def _shapes(file: str | None) -> tuple[bytes, str]:
    found = shapes() if file is None else read_shapes(file)
    body = json.dumps(found, separators=(",", ":")).encode()
    return body, f'"{hashlib.sha256(body).hexdigest()[:16]}"'
