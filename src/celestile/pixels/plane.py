"""The interface of planes of pixels: selections, values, scaling, flags."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from celestile.geometry import Region

COLLAPSES = ("mean", "sum", "max", "median")


class Selection(NamedTuple):
    """A plane of an image: a frame and a channel, or ranges of them collapsed into one.

    Parameters
    ----------
    frame, channel : tuple of int
        First and last, both included and counted from 1; equal for a single one.
    collapse : {"mean", "sum", "max", "median"}
        How several planes are combined, ignoring missing pixels; no effect on a single plane.
    stokes : str
        Name of the Stokes parameter; empty for the one that the image shows.
    """

    frame: tuple[int, int] = (1, 1)
    channel: tuple[int, int] = (1, 1)
    collapse: str = "mean"
    stokes: str = ""


@dataclass(frozen=True, slots=True)
class PixelValue:
    """One pixel at full precision.

    Parameters
    ----------
    value : float or None
        Physical value, with BSCALE and BZERO applied, in the unit of the image; None if missing.
    raw : int or float or None
        The number as stored in the file; None for gaps, collapsed planes and NaN.
    """

    value: float | None
    raw: float | None


class Shift(NamedTuple):
    """Linear change of physical values to numbers that float32 holds and distinguishes.

    Parameters
    ----------
    origin : float
        Physical value that is read as 0.
    scale : float
        Physical value of 1, less the origin; a power of two, so that it changes no digit.
    """

    origin: float = 0.0
    scale: float = 1.0

    def physical(self, number: float) -> float:
        """Physical value of a number as read from a plane."""
        return number * self.scale + self.origin

    def number(self, value: float) -> float:
        """Number that a plane returns for a physical value."""
        return (value - self.origin) / self.scale


UNSHIFTED = Shift()


class Plane(Protocol):
    """A two-dimensional array of pixels that is read in parts, wherever it is stored.

    Attributes
    ----------
    key : str
        Identity of the content: resolved paths, sizes, modification times and the selection.
        A changed file gives another key.
    width, height : int
        Size in pixels.
    direct : bool
        Whether random access to tiles is cheap: uncompressed and contiguous on disk. Level 0 of
        other planes is copied into the pyramid cache.
    by_rows : bool
        Whether a single row can be read without decoding many: direct, or compressed row by row as
        fpack does.
    """

    @property
    def key(self) -> str:
        """Identity of the content."""

    @property
    def width(self) -> int:
        """Size in pixels."""

    @property
    def height(self) -> int:
        """Size in pixels."""

    @property
    def direct(self) -> bool:
        """Whether random access to tiles is cheap."""

    @property
    def by_rows(self) -> bool:
        """Whether a single row can be read without decoding many."""

    def read(self, region: Region) -> NDArray[np.float32]:
        """Read physical values: native float32, C order, shape (height, width); missing is NaN."""

    def value(self, x: int, y: int) -> PixelValue:
        """One pixel as stored and in physical units, at the file's own precision."""


class Flag(NamedTuple):
    """A bit or a code of a quality plane.

    Parameters
    ----------
    number : int
        Of the bit, 0 for the least significant one; or the code.
    name : str
        Without the characters that are reserved in views, and not a number.
    description : str
        In words; may be empty.
    last : bool
        Whether it is drawn only where no other one is set: it gives no cause.
    """

    number: int
    name: str
    description: str = ""
    last: bool = False


class Flags(NamedTuple):
    """The meaning of the numbers of a quality plane.

    Parameters
    ----------
    kind : {"bits", "codes"}
        Whether a number is a sum of bits, or one of several codes.
    items : tuple of Flag
        In ascending order.
    """

    kind: str
    items: tuple[Flag, ...]

    def at(self, value: float) -> tuple[Flag, ...]:
        """Flags that a number stands for."""
        number = int(value)
        if self.kind == "codes":
            return tuple(flag for flag in self.items if flag.number == number)
        return tuple(flag for flag in self.items if number >> flag.number & 1)


def shift_of(plane: Plane) -> Shift:
    """How the numbers that a plane returns convert to physical values; may read a few rows."""
    shift: Shift = getattr(plane, "shift", UNSHIFTED)
    return shift


def reduction(plane: object) -> str:
    """How coarser pixels follow from finer ones: ``mean``, ``max``, ``or`` or ``angle``.

    Masks keep the maximum and bits are combined; angles repeat after 180 degrees.

    Parameters
    ----------
    plane : Plane or pixels of a pyramid
        Those of bits return bits instead of numbers (see `celestile.pixels.planes.bits`).
    """
    if getattr(plane, "is_angle", False):
        return "angle"
    return str(getattr(plane, "reduction", "max" if getattr(plane, "is_mask", False) else "mean"))


def coarser_of(plane: Plane) -> Callable[[Region], NDArray[np.float32]] | None:
    """Return the function by which a plane computes its level 1 itself; None for most planes.

    It takes a region of level 0 that begins at an even row and column.
    """
    found: Callable[[Region], NDArray[np.float32]] | None = getattr(plane, "coarser", None)
    return found


def is_angle(plane: Plane) -> bool:
    """Whether the values of a plane are angles in degrees that repeat after 180."""
    return bool(getattr(plane, "is_angle", False))


def is_computed(plane: Plane) -> bool:
    """Whether the pixels of a plane are computed as they are read, which takes a while."""
    return bool(getattr(plane, "is_computed", False))


ReadCells = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float32]]
"""Values at longitudes and latitudes in degrees, of one shape; missing is NaN."""


def cells_of(plane: Plane) -> ReadCells | None:
    """Read the cells of the sky that a plane is drawn from, in the frame of the image.

    None for other planes. Values are the numbers that the plane returns (see `shift_of`).
    """
    read: ReadCells | None = getattr(plane, "cells", None)
    return read
