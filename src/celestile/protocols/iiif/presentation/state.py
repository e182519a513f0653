"""Content states: a place in an image, for links to any viewer (Content State API 1.0)."""

import base64
import re
from typing import Any
from urllib.parse import quote

import orjson

from celestile.errors import OutOfRangeError, RequestError
from celestile.geometry import Region
from celestile.protocols.iiif.presentation.addresses import Addresses
from celestile.protocols.iiif.presentation.canvases import Canvases
from celestile.protocols.iiif.presentation.contents import Contents, page_of
from celestile.protocols.iiif.presentation.manifest import CONTEXT

#   region = x "," y "," w "," h
_REGION = re.compile(r"(-?[0-9]{1,9})(?:\.[0-9]*)?" + r",(-?[0-9]{1,9})(?:\.[0-9]*)?" * 3)

Document = dict[str, Any]


def read_region(text: str | None, width: int, height: int) -> Region | None:
    """Read a region of a canvas; None for all of it.

    Raises
    ------
    RequestError
        If it is malformed, or outside the canvas.
    """
    if text is None or text == "full":
        return None
    match = _REGION.fullmatch(text)
    if match is None:
        message = f"region={text!r} is invalid; expected x,y,width,height in pixels, or full"
        raise RequestError(message, "region")
    x, y, across, down = (int(number) for number in match.groups())
    left, top = max(x, 0), max(y, 0)
    right, bottom = min(x + across, width), min(y + down, height)
    if right <= left or bottom <= top:
        message = f"region={text!r} is outside the image of {width} by {height} pixels"
        raise OutOfRangeError(message, "region")
    return Region(left, top, right - left, bottom - top)


def target(
    contents: Contents, canvases: Canvases, addresses: Addresses, region: Region | None
) -> Document:
    """Describe the first canvas of a view, and a part of it."""
    address = canvases.address(contents.sheet(contents.start))
    if region is not None:
        address += f"#xywh={region.x},{region.y},{region.width},{region.height}"
    page = page_of(contents.start)
    whole = addresses.manifest(contents.identifier, contents.style, page)
    return {"id": address, "type": "Canvas", "partOf": [{"id": whole, "type": "Manifest"}]}


def annotation(address: str, place: Document) -> Document:
    """Write a target as a document (section 2.2.2)."""
    return {
        "@context": CONTEXT,
        "id": address,
        "type": "Annotation",
        "motivation": ["contentState"],
        "target": place,
    }


def encoded(place: Document) -> str:
    """Write a target as the value of ``iiif-content`` in a link (section 6)."""
    escaped = quote(orjson.dumps(place), safe="-_.!~*'()")  # as encodeURIComponent
    return base64.urlsafe_b64encode(escaped.encode()).decode().rstrip("=")
