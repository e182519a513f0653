"""Rectangles, levels and tiles in integers: the one place where sizes are rounded.

Level 0 is the full resolution. Level n + 1 has ``ceil(size / 2)`` pixels of level n, so level n has
``ceil(size / 2**n)``: rounding up once or n times gives the same. Row 0 is at the top.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from celestile.errors import OutOfRangeError


@dataclass(frozen=True, slots=True)
class Region:
    """A non-empty rectangle of pixels; 0-based, origin at the top left.

    Parameters
    ----------
    x, y : int
        Column and row of the top left pixel, at least 0.
    width, height : int
        Extent in pixels, at least 1.
    """

    x: int
    y: int
    width: int
    height: int

    def __post_init__(self) -> None:
        """Refuse a rectangle that cannot hold a pixel."""
        if self.x < 0 or self.y < 0 or self.width < 1 or self.height < 1:
            message = (
                f"there is no pixel in the region {self.x},{self.y},{self.width},{self.height}"
            )
            raise OutOfRangeError(message)

    @property
    def right(self) -> int:
        """First column beyond the region."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First row beyond the region."""
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Levels:
    """The sizes of a pyramid over an image, and its division into tiles.

    Parameters
    ----------
    width, height : int
        Size of level 0 in pixels.
    tile_size : int
        Width and height of a whole tile in pixels; those at the right and bottom edge are smaller.
    """

    width: int
    height: int
    tile_size: int = 256

    @property
    def count(self) -> int:
        """Number of levels, level 0 included; the last one fits into a single tile."""
        tiles = ceil_divide(max(self.width, self.height), self.tile_size)
        return 1 + (tiles - 1).bit_length()

    def size(self, level: int) -> tuple[int, int]:
        """Width and height of a level in its own pixels."""
        return ceil_divide(self.width, 1 << level), ceil_divide(self.height, 1 << level)

    def grid(self, level: int) -> tuple[int, int]:
        """Number of tile columns and tile rows of a level."""
        width, height = self.size(level)
        return ceil_divide(width, self.tile_size), ceil_divide(height, self.tile_size)

    def level_for(self, scale: float) -> int:
        """Coarsest level that still has at least one pixel per output pixel.

        Parameters
        ----------
        scale : float
            Full-resolution pixels per output pixel along the more finely sampled axis.
        """
        level = 0
        # A level's edge pixel may be a little short of 2**level, hence the tolerance.
        while level + 1 < self.count and (2 << level) <= scale * (1 + 1e-9):
            level += 1
        return level


def ceil_divide(dividend: int, divisor: int) -> int:
    """Quotient of two positive integers, rounded up."""
    return -(-dividend // divisor)


def strips(height: int, rows: int) -> Iterator[tuple[int, int]]:
    """First and one-past-last row of successive strips of at most `rows` rows."""
    for start in range(0, height, rows):
        yield start, min(start + rows, height)
