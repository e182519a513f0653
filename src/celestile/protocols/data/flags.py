"""Flags of quality planes in JSON: their names, their colors, and those of a pixel."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.geometry import Region, strips
from celestile.pixels.plane import Flag, Flags, Plane
from celestile.pixels.planes.bits import MISSING, as_bits, combined_along
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
    plane = subject.painted[0]
    seen = _seen(service, plane, flags) if subject.style.flag_kind else flags.items
    return {
        "kind": flags.kind,
        "items": [
            {
                "number": flag.number,
                "name": flag.name,
                "description": flag.description,
                "color": color_of(flag.number),
                "seen": flag in seen,
            }
            for flag in flags.items
        ],
    }


def flags_at(
    subject: Subject, x: int, y: int, values: Sequence[ComponentValue]
) -> list[Document] | None:
    """Flags of a pixel, 0-based from the top left; None for images without flags."""
    flags = subject.image.flags
    if flags is None:
        return None
    numbers = [value.pixel.value for value in values if value.pixel.value is not None]
    if numbers and flags.kind == "bits":
        # The bits of combined frames are more than those of the number that is shown.
        planes = [bits for plane in subject.planes if (bits := as_bits(plane)) is not None]
        numbers += [_bits(plane.read(Region(x, y, 1, 1))) for plane in planes]
    found = {flag.number: flag.name for number in numbers for flag in flags.at(number)}
    return [{"number": number, "name": name} for number, name in sorted(found.items())]


def _bits(values: NDArray[np.float32]) -> int:
    """All bits that are set in pixels of bits; none if they are missing."""
    joined = combined_along("or", values.reshape(1, -1), 1).view(np.uint32)[0]
    return 0 if joined == MISSING else int(joined)


def _seen(service: Service, plane: Plane, flags: Flags) -> tuple[Flag, ...]:
    """Flags that pixels of a plane have; found once if all pixels are examined."""
    pyramid = service.cache.if_open(plane)
    top = 0 if pyramid is None else pyramid.levels.count - 1
    if flags.kind == "bits" and pyramid is not None and pyramid.stores(top):
        return flags.at(_bits(pyramid.read(top, Region(0, 0, *pyramid.levels.size(top)))))

    def examine() -> tuple[Flag, ...]:
        values = _examined(plane)
        if flags.kind == "bits":
            return flags.at(_bits(values))
        codes = np.unique(values[~np.isnan(values)]).tolist()
        return tuple(flag for code in codes for flag in flags.at(code))

    if plane.width * plane.height > _MOST_PIXELS and flags.kind == "bits":
        return examine()
    return service.plane_statistics.remembered(("flags", plane.key), examine)


def _examined(plane: Plane) -> NDArray[np.float32]:
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
