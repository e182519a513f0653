"""Images: grids of pixels with frames, channels and sky coordinates, named by identifiers.

This module is independent of FITS: `celestile.pixels.library` creates images from files. Axes are
``(frame, channel, y, x)``; frames and channels count from 1 as in FITS, row 0 is at the top.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from celestile.errors import OutOfRangeError
from celestile.geometry import Region
from celestile.pixels.sky.sky import Sky

COLLAPSES = ("mean", "sum", "max", "median")
CFA_PATTERNS = ("rggb", "bggr", "grbg", "gbrg")
RAW_MOSAIC = "none"
CFA_VALUES = (RAW_MOSAIC, *CFA_PATTERNS)
"""Values of the view key ``cfa``: the mosaic of a color camera as it is, or in colors."""
ARRANGEMENTS = ("detector", "sky", "contact sheet")
"""How the chips of a mosaic can be placed; a contact sheet shows them side by side."""


class Selection(NamedTuple):
    """A plane of an image: a frame and a channel, or ranges of them collapsed into one.

    Parameters
    ----------
    frame, channel : tuple of int
        First and last, both included and counted from 1; equal for a single one.
    collapse : {"mean", "sum", "max", "median"}
        How several planes are combined, ignoring missing pixels; no effect on a single plane.
    """

    frame: tuple[int, int] = (1, 1)
    channel: tuple[int, int] = (1, 1)
    collapse: str = "mean"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A spectral plane, a Stokes parameter or a member of a band set.

    Parameters
    ----------
    index : int
        Counted from 1.
    name : str
        Unique within the image; free of ``; & = , : ~ / ?`` so that a view can name it.
    value, unit : float, str or None
        Physical coordinate along the axis (Hz, m, m/s, …), if known. Of a column of a table, which
        has no coordinate, it is the unit of the pixels.
    wavelength : float or None
        Vacuum wavelength in metres, if known; determines default colors.
    color : str or None
        RRGGBB from the configuration.
    """

    index: int
    name: str
    value: float | None = None
    unit: str | None = None
    wavelength: float | None = None
    color: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """An element of a sequence.

    Parameters
    ----------
    index : int
        Counted from 1.
    name : str
        File name, or the value along the axis.
    time : str or None
        ISO 8601, UTC, if known.
    """

    index: int
    name: str
    time: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HduChoice:
    """An HDU, or the mosaic of several, that the view key ``hdu`` can select.

    Parameters
    ----------
    selector : str
        Value of the key: an index as counted by astropy, or ``mosaic``.
    name : str
        EXTNAME, or a description.
    version : int
        EXTVER.
    shape : tuple of int
        As in numpy, slowest axis first.
    kind : {"science", "error", "quality", "weight", "context", "mosaic"}
        Role, derived from EXTNAME.
    default : bool
        Whether it is shown if the view does not select one.
    """

    selector: str
    name: str
    version: int
    shape: tuple[int, ...]
    kind: str
    default: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A detector's part in a mosaic.

    Parameters
    ----------
    name : str
        EXTNAME, CCDNAME or the HDU's index.
    selector : str
        View key ``hdu`` that shows this chip alone.
    region : Region
        Position in the mosaic.
    problem : str or None
        Why it is shown as a gap, such as corrupt data; None if it is not.
    """

    name: str
    selector: str
    region: Region
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One header card."""

    keyword: str
    value: str | int | float | bool | None
    comment: str


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
    """How coarser pixels follow from finer ones: ``mean``, ``max`` for masks, ``or`` for bits.

    Parameters
    ----------
    plane : Plane or pixels of a pyramid
        Those of bits return bits instead of numbers (see `celestile.pixels.planes.bits`).
    """
    return str(getattr(plane, "reduction", "max" if getattr(plane, "is_mask", False) else "mean"))


def coarser_of(plane: Plane) -> Callable[[Region], NDArray[np.float32]] | None:
    """Return the function by which a plane computes its level 1 itself; None for most planes.

    It takes a region of level 0 that begins at an even row and column.
    """
    found: Callable[[Region], NDArray[np.float32]] | None = getattr(plane, "coarser", None)
    return found


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


class PlaneSource(Protocol):
    """Source of the planes of an image."""

    def plane(self, selection: Selection) -> Plane:
        """Return the plane of a selection, which must be within the image."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Image:
    """A grid of pixels that an identifier names, for one choice of HDU.

    Parameters
    ----------
    identifier : str
        Argument of `Library.open`: with slashes, not percent-encoded, without a view.
    title : str
        Title for display.
    key : str
        Identity of the content; changes with the file.
    width, height : int
        In pixels.
    hdu : str
        Selector of the HDU shown.
    hdus : tuple of HduChoice
        All choices, including the one shown.
    channels, frames : tuple
        At least one each.
    channel_axis : {"spectral", "stokes", "band", "column", ""}
        Kind of the channels; empty for a single channel.
    unit : str or None
        BUNIT; None if channels differ in it (see `unit_of`).
    chips : tuple of Chip
        Of a mosaic; empty otherwise.
    arrangement : {"detector", "sky", "contact sheet"} or None
        How the chips of a mosaic are placed; None without chips.
    find_chip : callable, optional
        Returns the index in `chips` of the chip at pixel x, y, or None. By default a chip fills its
        region.
    cards : tuple of Card
        Header of the HDU shown, as written (of the first readable chip, for a mosaic).
    primary_cards : tuple of Card
        Header of the primary HDU, if another one is shown.
    sky : Sky
        Sky coordinates of the pixels, or the reason why they are unknown.
    source : PlaneSource
        Source of the planes.
    notes : tuple of str
        Remarks for users, such as a missing chip or a corrected header.
    reason : str or None
        Why its pixels cannot be read; None if they can.
    top_down : bool
        Whether rows of the file are counted from the top, so that FITS row 1 is row 0.
    cfa : str or None
        The view key ``cfa`` in effect: one of `CFA_VALUES`; None if it has no effect on the image.
    cfa_default : str or None
        The value of the key if the view does not have it.
    flags : Flags or None
        Names of the bits or codes of a quality plane; None for other images.
    damage : callable
        Returns descriptions of damage found since the image was opened.
    """

    identifier: str
    title: str
    key: str
    width: int
    height: int
    hdu: str
    hdus: tuple[HduChoice, ...]
    channels: tuple[Channel, ...]
    frames: tuple[Frame, ...]
    channel_axis: str
    unit: str | None
    cards: tuple[Card, ...]
    sky: Sky
    source: PlaneSource = field(repr=False)
    primary_cards: tuple[Card, ...] = ()
    chips: tuple[Chip, ...] = ()
    arrangement: str | None = None
    find_chip: Callable[[int, int], int | None] | None = field(default=None, repr=False)
    notes: tuple[str, ...] = ()
    reason: str | None = None
    top_down: bool = False
    cfa: str | None = None
    cfa_default: str | None = None
    flags: Flags | None = None
    damage: Callable[[], tuple[str, ...]] = field(default=tuple, repr=False)

    def plane(self, selection: Selection) -> Plane:
        """Return the plane of a selection, which must be within the image."""
        return self.source.plane(selection)

    def unit_of(self, *selections: Selection) -> str | None:
        """Unit of the pixels of planes; None if it is not known, or not the same in all."""
        is_own = self.channel_axis == "band" and self.unit is None
        if self.channel_axis != "column" and not is_own:
            return self.unit
        units = {
            self.channels[channel - 1].unit
            for selection in selections
            for channel in range(selection.channel[0], selection.channel[1] + 1)
        }
        return units.pop() if len(units) == 1 else None

    def expect(self, x: int, y: int) -> None:
        """Check that a pixel, counted from 0 at the top left, is within the image.

        Raises
        ------
        OutOfRangeError
            If it is outside the image.
        """
        if not (0 <= x < self.width and 0 <= y < self.height):
            size = f"{self.width} by {self.height}"
            raise OutOfRangeError(f"pixel {x},{y} is outside the image of {size} pixels")

    def chip_at(self, x: int, y: int) -> Chip | None:
        """Return the chip of a mosaic that is shown at a pixel; None in a gap."""
        if self.find_chip is not None:
            index = self.find_chip(x, y)
            return None if index is None else self.chips[index]
        for chip in self.chips:
            region = chip.region
            if region.x <= x < region.right and region.y <= y < region.bottom:
                return chip
        return None
