"""Flags of quality planes in JSON: their names, their colors, and those of a pixel."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from celestile.geometry import Region, strips
from celestile.pixels.image import Flags, Image, Plane
from celestile.pixels.planes.bits import combined_along
from celestile.service.service import ComponentValue, Service, Subject
from celestile.views.flags import color_of

Document = dict[str, Any]

_MOST_PIXELS = 1 << 22  # that are examined for flags if there is no pyramid
_ROWS = 256


def flag_document(service: Service, subject: Subject) -> Document | None:
    """Describe the flags of a quality plane; None for other images. May read pixels.

    Flags that have not been found in the pixels are not `seen`; all pixels are examined unless the
    image is large and has no pyramid yet.
    """
    flags = subject.image.flags
    if flags is None:
        return None
    seen = _seen(service, subject, flags)
    return {
        "kind": flags.kind,
        "items": [
            {
                "number": flag.number,
                "name": flag.name,
                "description": flag.description,
                "color": color_of(flag.number),
                "seen": flag.number in seen,
            }
            for flag in flags.items
        ],
    }


def flags_at(image: Image, values: Sequence[ComponentValue]) -> list[Document] | None:
    """Flags of a pixel; None for images without flags."""
    if image.flags is None:
        return None
    found = {
        flag.number: flag.name
        for value in values
        if value.pixel.value is not None
        for flag in image.flags.at(value.pixel.value)
    }
    return [{"number": number, "name": name} for number, name in sorted(found.items())]


def _seen(service: Service, subject: Subject, flags: Flags) -> set[int]:
    if not subject.style.flag_kind:
        return {flag.number for flag in flags.items}
    plane = subject.painted[0]
    if flags.kind == "codes":
        return {int(value) for value in np.unique(_examined(plane)) if value == value}
    pyramid = service.cache.if_open(plane)
    if pyramid is not None and pyramid.stores(pyramid.levels.count - 1):
        top = pyramid.levels.count - 1
        values = pyramid.read(top, Region(0, 0, *pyramid.levels.size(top)))
    else:
        values = _examined(plane)
    joined = combined_along("or", combined_along("or", values, 0)[np.newaxis], 1)
    bits = int(joined.view(np.uint32)[0])
    return {flag.number for flag in flags.items if bits >> flag.number & 1}


def _examined(plane: Plane) -> Any:
    """All pixels of a small plane, or evenly spaced rows of a large one."""
    step = -(-plane.width * plane.height // _MOST_PIXELS)
    if step == 1:
        parts = [Region(0, top, plane.width, end - top) for top, end in strips(plane.height, _ROWS)]
    elif plane.by_rows:
        parts = [Region(0, row, plane.width, 1) for row in range(0, plane.height, step)]
    else:
        rows = max(1, _MOST_PIXELS // plane.width)
        parts = [Region(0, 0, plane.width, min(rows, plane.height))]
    return np.concatenate([plane.read(part) for part in parts])
