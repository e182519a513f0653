"""Draw pictures: from the pixels of a pyramid to the bytes of a file, one step per line."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from celestile.render import canvas
from celestile.render.canvas import Raster
from celestile.render.color import ground, paint, two_toned
from celestile.render.encode import ALPHA_FORMATS, encode
from celestile.render.request import TRANSPARENT, Picture
from celestile.render.resample import Pixels, fit

__all__ = ["Pixels", "finish", "paint", "render", "render_values"]


def render(picture: Picture, pixels: Sequence[Pixels]) -> bytes:
    """Draw a picture.

    Parameters
    ----------
    picture : Picture
        Picture to draw.
    pixels : sequence of Pixels
        One per component of the picture, in the same order; all with the same levels.

    Returns
    -------
    bytes
        File in the requested format.

    Raises
    ------
    UnsupportedFeatureError
        If the format cannot hold a picture of that size.
    """
    output = picture.output
    return render_values(picture, [fit(plane, output.region, output.size) for plane in pixels])


def render_values(picture: Picture, values: Sequence[NDArray[np.float32]]) -> bytes:
    """Draw a picture from values of its size; otherwise as `render`."""
    return finish(picture, paint(picture, values))


def finish(picture: Picture, raster: Raster) -> bytes:
    """Arrange and encode a colored picture; otherwise as `render`."""
    output = picture.output
    below = ground(picture.style, output.quality)
    if output.canvas is not None:
        raster = canvas.pad(raster, output.canvas)
    if picture.style.nan not in {None, TRANSPARENT}:
        raster = canvas.fill(raster, below)
    if output.mirror:
        raster = canvas.mirror(raster)
    if output.rotation:
        raster = canvas.rotate(raster, output.rotation)
    if output.format not in ALPHA_FORMATS:
        raster = canvas.fill(raster, below)
    if output.quality == "bitonal":
        raster = two_toned(raster)
    return encode(raster, output)
