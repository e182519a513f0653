"""Transformation between image pixels and FITS pixels: the only module that knows both.

Image pixels are continuous coordinates from the top left corner: pixel i spans ``[i, i + 1)`` and
row 0 is at the top. FITS pixels count from 1 at the centre of the first pixel, and the first row is
at the bottom of an image as it is usually displayed (FITS Standard 4.0, sections 5.1 and 8.1).
"""

import math
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from celestile.geometry import Region

Coordinate = TypeVar("Coordinate", float, NDArray[np.float64])


@dataclass(frozen=True, slots=True)
class PixelTransform:
    """Scale and shift along each axis: ``X = x0 + sx * x`` and ``Y = y0 + sy * y``.

    Parameters
    ----------
    x0, sx, y0, sy : float
        FITS coordinates of the image origin, and FITS pixels per image pixel; a negative step
        reverses the axis, a step other than 1 describes a binned or enlarged chip.
    transposed : bool
        Whether X and Y are finally exchanged, so that FITS rows run along image x.
    """

    x0: float
    sx: float
    y0: float
    sy: float
    transposed: bool = False

    def __post_init__(self) -> None:
        """Reject a transform without an inverse."""
        if not all(math.isfinite(value) for value in (self.x0, self.sx, self.y0, self.sy)):
            raise ValueError(f"a transform between pixels needs finite numbers, not {self}")
        if self.sx == 0 or self.sy == 0:
            raise ValueError(f"a transform between pixels needs steps other than 0, not {self}")

    @classmethod
    def plain(cls, height: int, *, flip: bool = True) -> "PixelTransform":
        """Transform of an image of `height` rows; with `flip`, the first row is at the bottom."""
        return cls(0.5, 1.0, height + 0.5, -1.0) if flip else cls(0.5, 1.0, 0.5, 1.0)

    @classmethod
    def over(
        cls,
        region: Region,
        columns: tuple[float, float],
        rows: tuple[float, float],
        *,
        transposed: bool = False,
    ) -> "PixelTransform":
        """Transform of a chip that fills a region.

        Parameters
        ----------
        region : Region
            Position of the chip, in image pixels.
        columns : tuple of float
            FITS columns at the left and right edges, both included: ``(1, 100)`` is a section as in
            FITS headers, ``(100, 1)`` is mirrored.
        rows : tuple of float
            FITS rows at the top and bottom edges, both included: ``(100, 1)`` is the usual
            orientation.
        transposed : bool
            Whether `columns` are FITS rows and `rows` FITS columns.
        """
        x0, sx = _axis(region.x, region.width, *columns, usual=1.0)
        y0, sy = _axis(region.y, region.height, *rows, usual=-1.0)
        return cls(x0, sx, y0, sy, transposed)

    def shifted(self, x: float, y: float) -> "PixelTransform":
        """Transform of the same pixels with the image origin moved by (`x`, `y`), as by a crop."""
        return replace(self, x0=self.x0 + self.sx * x, y0=self.y0 + self.sy * y)

    def to_fits(self, x: Coordinate, y: Coordinate) -> tuple[Coordinate, Coordinate]:
        """Convert image coordinates to FITS coordinates."""
        along, across = self.x0 + self.sx * x, self.y0 + self.sy * y
        return (across, along) if self.transposed else (along, across)

    def to_image(self, x: Coordinate, y: Coordinate) -> tuple[Coordinate, Coordinate]:
        """Convert FITS coordinates to image coordinates."""
        along, across = (y, x) if self.transposed else (x, y)
        return (along - self.x0) / self.sx, (across - self.y0) / self.sy

    @property
    def matrix(self) -> NDArray[np.float64]:
        """FITS pixels per image pixel, shape (2, 2)."""
        steps = np.diag([self.sx, self.sy])
        return steps[::-1] if self.transposed else steps


def _axis(
    start: int, length: int, first: float, last: float, *, usual: float
) -> tuple[float, float]:
    """Origin and step along one axis of a region that shows FITS pixels `first` to `last`.

    `usual` is the direction of a section of a single pixel.
    """
    direction = usual if first == last else math.copysign(1.0, last - first)
    step = direction * (abs(last - first) + 1) / length
    edge = first - 0.5 * direction
    return edge - step * start, step
