"""Quality planes in the colors of their flags."""

import numpy as np
from numpy.typing import NDArray

from celestile.pixels.planes.bits import MISSING
from celestile.render.canvas import Raster
from celestile.render.request import Style

REC601 = (0.299, 0.587, 0.114)


def draw_flags(style: Style, colorless: bool, values: NDArray[np.float32]) -> Raster:
    """Color each pixel by the first flag of a style that is set in it.

    Parameters
    ----------
    style : Style
        With flags, the first on top. Pixels without them are black, or white if inverted.
    colorless : bool
        Whether to draw the luminance of the colors.
    values : ndarray of float32, shape (height, width)
        The bits of pixels (see `celestile.pixels.planes.bits`), or codes.

    Returns
    -------
    Raster
        With alpha only if pixels are missing.
    """
    ground = 255 if style.invert else 0
    rgb = np.full((*values.shape, 3), ground, np.uint8)
    if style.flag_kind == "bits":
        bits = np.ascontiguousarray(values).view(np.uint32)
        missing = bits == MISSING
        present = int(np.bitwise_or.reduce(np.where(missing, 0, bits), axis=None))
        for number, color in reversed(style.flags):
            if present >> number & 1:
                rgb[bits & np.uint32(1 << number) != 0] = tuple(bytes.fromhex(color))
    else:
        missing = np.isnan(values)
        for number, color in style.flags:
            rgb[values == number] = tuple(bytes.fromhex(color))
    rgb[missing] = 0
    if colorless:
        gray = np.rint(rgb.astype(np.float32) @ np.array(REC601, np.float32))
        rgb = gray.astype(np.uint8)[:, :, np.newaxis]
    if not missing.any():
        return Raster(rgb)
    return Raster(rgb, np.where(missing, np.uint8(0), np.uint8(255)))
