"""Pictures as arrays of bytes: padding, mirroring, rotation and filling."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from celestile.render import kernels

Pixels8 = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Raster:
    """A picture before it is encoded.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (height, width, bands)
        One band for gray, three for RGB.
    alpha : ndarray of uint8, shape (height, width), or None
        Opacity; None if all pixels are opaque.
    """

    pixels: Pixels8
    alpha: Pixels8 | None = None

    @property
    def opacity(self) -> Pixels8:
        """Alpha; 255 everywhere if there is none."""
        if self.alpha is None:
            return np.full(self.pixels.shape[:2], 255, np.uint8)
        return self.alpha


def pad(raster: Raster, size: tuple[int, int]) -> Raster:
    """Extend to a width and height by missing pixels at the right and bottom."""
    height, width, bands = raster.pixels.shape
    if (width, height) == size:
        return raster
    pixels = np.zeros((size[1], size[0], bands), np.uint8)
    alpha = np.zeros((size[1], size[0]), np.uint8)
    pixels[:height, :width] = raster.pixels
    alpha[:height, :width] = raster.opacity
    return Raster(pixels, alpha)


def lay_under(top: Raster, bottom: Raster) -> Raster:
    """Show one picture where another of the same size is transparent."""
    if top.alpha is None:
        return top
    bands = max(top.pixels.shape[2], bottom.pixels.shape[2])
    above, below = (
        np.repeat(each.pixels, bands // each.pixels.shape[2], axis=2) for each in (top, bottom)
    )
    empty = top.alpha == 0
    alpha = np.where(empty, bottom.opacity, top.alpha)
    return Raster(np.where(empty[:, :, np.newaxis], below, above), alpha)


def mirror(raster: Raster) -> Raster:
    """Swap left and right."""
    alpha = None if raster.alpha is None else raster.alpha[:, ::-1]
    return Raster(raster.pixels[:, ::-1], alpha)


def rotate(raster: Raster, degrees: float) -> Raster:
    """Rotate clockwise: exactly by multiples of 90, else on a larger canvas with empty corners."""
    quarters, rest = divmod(degrees, 90.0)
    if rest == 0:
        turns = -int(quarters)
        alpha = None if raster.alpha is None else np.rot90(raster.alpha, turns)
        return Raster(np.rot90(raster.pixels, turns), alpha)
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    width, height = rotated_size(raster.pixels.shape[1], raster.pixels.shape[0], degrees)
    pixels = np.empty((height, width, raster.pixels.shape[2]), np.uint8)
    alpha = np.empty((height, width), np.uint8)
    source = np.ascontiguousarray(raster.pixels)
    opacity = np.ascontiguousarray(raster.opacity)
    kernels.rotate(source, opacity, cosine, sine, pixels, alpha)
    return Raster(pixels, alpha)


def rotated_size(width: int, height: int, degrees: float) -> tuple[int, int]:
    """Width and height of the box around a rotated picture (IIIF Image API 3.0, section 4.3)."""
    if degrees % 180 == 0:
        return width, height
    if degrees % 90 == 0:
        return height, width
    cosine, sine = abs(math.cos(math.radians(degrees))), abs(math.sin(math.radians(degrees)))
    # Tiny excesses over whole pixels are rounding errors.
    across = math.ceil(width * cosine + height * sine - 1e-9)
    down = math.ceil(width * sine + height * cosine - 1e-9)
    return across, down


def fill(raster: Raster, color: tuple[int, ...]) -> Raster:
    """Composite a picture over a solid color, RGB or gray; the result is opaque.

    A gray picture over a color becomes RGB.
    """
    if raster.alpha is None:
        return raster
    pixels = raster.pixels
    if len(color) > pixels.shape[2]:
        pixels = np.repeat(pixels, len(color), axis=2)
    ground = np.resize(np.array(color, dtype=np.uint8), pixels.shape[2])
    if not ((raster.alpha + np.uint8(1)) > 1).any():
        # Alpha is 0 or 255, except at edges of rotated pictures: bit masks suffice.
        mask = raster.alpha[:, :, np.newaxis]
        return Raster((pixels & mask) | (ground & ~mask))
    out = np.empty(pixels.shape, np.uint8)
    kernels.blend(np.ascontiguousarray(pixels), np.ascontiguousarray(raster.alpha), ground, out)
    return Raster(out)
