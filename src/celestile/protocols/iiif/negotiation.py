"""Which media type a document is sent as (Image API 3.0 and 2.1.1, section 5.1), and how."""

import re
from hashlib import blake2b

from starlette.requests import Request
from starlette.responses import Response

from celestile.protocols.web.http import caching, not_modified

JSON = "application/json"
JSON_LD = "application/ld+json"

#   Accept = #( media-range [ ";q=" qvalue ] )      (RFC 9110, section 12.5.1)
_RANGE = re.compile(
    r"""\s*(?P<range>[^\s;,/"]+/[^\s;,/"]+)(?P<parameters>(?:\s*;\s*[^\s;,="]+=(?:"[^"]*"|[^;,"]*))*)"""
)
_PARAMETER = re.compile(r""";\s*(?P<name>[^\s;,="]+)=(?P<value>"[^"]*"|[^;,"]*)""")
_WEIGHT = re.compile(r"[01](?:\.[0-9]{0,3})?")


def info_type(accept: str | None, version: int) -> str:
    """Media type for the ``Accept`` header of a request.

    3.0 sends JSON-LD unless plain JSON is preferred; 2.1.1 sends plain JSON unless JSON-LD is asked
    for by name. A client that accepts neither is sent the default: better than a refusal.
    """
    if version == 3:
        return json_ld_type(accept, "http://iiif.io/api/image/3/context.json")
    weights = _weights(accept or "*/*")
    plain = _weight(weights, JSON)
    return JSON_LD if JSON_LD in weights and weights[JSON_LD] >= max(plain, 0.001) else JSON


def json_ld_type(accept: str | None, context: str) -> str:
    """Media type of a document with a context: JSON-LD unless plain JSON is preferred."""
    weights = _weights(accept or "*/*")
    if _weight(weights, JSON) > _weight(weights, JSON_LD):
        return JSON
    return f'{JSON_LD};profile="{context}"'


def document_response(
    request: Request,
    body: bytes,
    media_type: str,
    max_age: int,
    headers: dict[str, str] | None = None,
) -> Response:
    """Send a document, or say that the client has it already."""
    etag = f'"{blake2b(body + media_type.encode(), digest_size=16).hexdigest()}"'
    unchanged = not_modified(request, etag, max_age)
    if unchanged is not None:
        unchanged.headers["Vary"] = "Accept"
        return unchanged
    sent = {**caching(etag, max_age), "Vary": "Accept", **(headers or {})}
    return Response(body, headers=sent, media_type=media_type)


def _weights(accept: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for match in _RANGE.finditer(accept):
        weight = 1.0
        for parameter in _PARAMETER.finditer(match["parameters"]):
            value = parameter["value"].strip()
            if parameter["name"].lower() == "q" and _WEIGHT.fullmatch(value):
                weight = float(value)
        name = match["range"].lower()
        weights[name] = max(weights.get(name, 0.0), weight)
    return weights


def _weight(weights: dict[str, float], media_type: str) -> float:
    for media_range in (media_type, "application/*", "*/*"):
        if media_range in weights:
            return weights[media_range]
    return 0.0
