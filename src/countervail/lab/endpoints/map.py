"""``/map.json``: the shapes of the world, kept for good by the hash in their address."""

from __future__ import annotations

import hashlib
import json
from functools import cache

from fastapi import APIRouter, Request, Response

from countervail.present.charts.worldmap import shapes

router = APIRouter()

FOR_GOOD = "public, max-age=31536000, immutable"


@router.get("/map.json")
async def world_map(request: Request) -> Response:
    """Return the shapes; an address with their hash is kept for good."""
    body, tag = _shapes()
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    kept = FOR_GOOD if request.query_params.get("v") == tag.strip('"') else "no-cache"
    headers = {"ETag": tag, "Cache-Control": kept}
    return Response(body, media_type="application/json", headers=headers)


def hash_of_map() -> str:
    """Return the hash of the shapes."""
    return _shapes()[1].strip('"')


@cache
def _shapes() -> tuple[bytes, str]:
    body = json.dumps(shapes(), separators=(",", ":")).encode()
    return body, f'"{hashlib.sha256(body).hexdigest()[:16]}"'
