"""Measures of a part of an image: profiles, spectra, statistics of a rectangle."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.errors import OutOfRangeError, RequestError
from celestile.geometry import Region
from celestile.pixels.plane import UNSHIFTED, Shift
from celestile.render.request import Component
from celestile.render.resample import Pixels
from celestile.service.service import Service, Subject

Document = dict[str, Any]

MOST_SAMPLES = 4096
"""Points of a profile."""
MOST_PIXELS = 1 << 24
"""Pixels of a rectangle whose statistics are taken."""
_PIECE = 128  # points of a profile that are read at once, from the rectangle that they span


async def profile(
    service: Service, subject: Subject, start: tuple[float, float], end: tuple[float, float]
) -> Document:
    """Values along a straight line, at points at most a pixel apart, of the pixels they lie in.

    Parameters
    ----------
    service : Service
        Provides the pixels.
    subject : Subject
        The image and the view; every plane shown has a profile.
    start, end : tuple of float
        Continuous x and y; 0, 0 is the corner of the top left pixel.

    Raises
    ------
    RequestError
        If the line is too long for a point per pixel.
    """
    length = math.hypot(end[0] - start[0], end[1] - start[1])
    if length > MOST_SAMPLES - 1:
        message = f"the line is {length:.0f} pixels long; at most {MOST_SAMPLES - 1} are allowed"
        raise RequestError(message, "x2")
    count = math.ceil(length) + 1
    x = np.floor(np.linspace(start[0], end[0], count)).astype(np.int64)
    y = np.floor(np.linspace(start[1], end[1], count)).astype(np.int64)
    planes, _ = await service.pixels(subject, 0)
    image = subject.image
    inside = (x >= 0) & (y >= 0) & (x < image.width) & (y < image.height)

    def look() -> list[Document]:
        return [
            {**_names(component), "values": _physical(component, _sampled(pixels, x, y, inside))}
            for component, pixels in zip(subject.components, planes, strict=True)
        ]

    return {"length": length, "unit": subject.unit, "profiles": await service.run(look)}


def _names(component: Component) -> Document:
    return {
        "channel": component.selection.channel[0],
        "frame": component.selection.frame[0],
    }


def _physical(component: Component, numbers: NDArray[np.float32]) -> NDArray[np.floating[Any]]:
    """Physical values of numbers read from the plane of a component."""
    origin, scale = component.shift
    return numbers if component.shift == UNSHIFTED else numbers.astype(np.float64) * scale + origin


def _sampled(
    pixels: Pixels, x: NDArray[np.int64], y: NDArray[np.int64], inside: NDArray[np.bool_]
) -> NDArray[np.float32]:
    values = np.full(x.size, np.nan, np.float32)
    places = np.flatnonzero(inside)  # of a straight line: one run
    for begin in range(0, places.size, _PIECE):
        part = places[begin : begin + _PIECE]
        left, top = int(x[part].min()), int(y[part].min())
        region = Region(left, top, int(x[part].max()) - left + 1, int(y[part].max()) - top + 1)
        values[part] = pixels.read(0, region)[y[part] - top, x[part] - left]
    return values


async def region_statistics(service: Service, subject: Subject, region: Region) -> Document:
    """Statistics of all pixels of a rectangle that have a finite value.

    Parameters
    ----------
    service : Service
        Provides the pixels.
    subject : Subject
        The image and the view.
    region : Region
        The rectangle; its part outside the image is ignored.

    Raises
    ------
    OutOfRangeError
        If it holds no pixel of the image.
    RequestError
        If it holds too many.
    """
    image = subject.image
    right, bottom = min(region.right, image.width), min(region.bottom, image.height)
    if region.x >= right or region.y >= bottom:
        size = f"{image.width} by {image.height}"
        raise OutOfRangeError(f"the region is outside the image of {size} pixels")
    region = Region(region.x, region.y, right - region.x, bottom - region.y)
    if region.width * region.height > MOST_PIXELS:
        message = f"the region has {region.width * region.height} pixels; {MOST_PIXELS} are allowed"
        raise RequestError(message, "width")
    planes, _ = await service.pixels(subject, 0)

    def look() -> list[Document]:
        return [
            {**_names(component), **_described(pixels.read(0, region), component.shift)}
            for component, pixels in zip(subject.components, planes, strict=True)
        ]

    box = [region.x, region.y, region.width, region.height]
    return {"region": box, "unit": subject.unit, "planes": await service.run(look)}


def _described(numbers: NDArray[np.float32], shift: Shift) -> Document:
    # The squares of physical values may overflow.
    finite = numbers[np.isfinite(numbers)].astype(np.float64)
    if not finite.size:
        nothing = dict.fromkeys(("sum", "mean", "median", "std", "min", "max"))
        return {"pixels": int(numbers.size), "valid": 0, **nothing}
    mean = shift.physical(float(finite.mean()))
    return {
        "pixels": int(numbers.size),
        "valid": int(finite.size),
        "sum": float(finite.sum()) if shift == UNSHIFTED else mean * finite.size,
        "mean": mean,
        "median": shift.physical(float(np.median(finite))),
        "std": float(finite.std()) * shift.scale,
        "min": shift.physical(float(finite.min())),
        "max": shift.physical(float(finite.max())),
    }


async def spectrum(service: Service, subject: Subject, x: int, y: int) -> Document:
    """Values of a pixel in all channels, at the file's own precision.

    Raises
    ------
    OutOfRangeError
        If it lies outside the image.
    """
    image = subject.image
    image.expect(x, y)
    selection = subject.components[0].selection

    def look() -> list[float | None]:
        return [
            image.plane(selection._replace(channel=(channel, channel))).value(x, y).value
            for channel in range(1, len(image.channels) + 1)
        ]

    values = await service.run(look)
    stokes = image.current_stokes
    return {
        "x": x,
        "y": y,
        "frame": selection.frame[0],
        "stokes": stokes.name if stokes is not None else None,
        "unit": image.unit,
        # JSON has no infinity: a plot has no place for one either.
        "values": [None if v is None or not math.isfinite(v) else v for v in values],
    }
