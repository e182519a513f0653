"""What an identifier names: a grid of pixels with frames, channels and a place in the sky.

Nothing here knows FITS: `celestile.pixels.library` makes these from files. Axes are
``(frame, channel, y, x)``, frames and channels count from 1 as in FITS, row 0 is at the top.
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
ARRANGEMENTS = ("detector", "sky", "contact sheet")
"""What the chips of a mosaic can be placed by; a contact sheet shows them side by side."""


class Selection(NamedTuple):
    """Which plane of an image: a frame and a channel, or ranges of them collapsed into one.

    Parameters
    ----------
    frame, channel : tuple of int
        First and last, both included and counted from 1; equal for a single one.
    collapse : {"mean", "sum", "max", "median"}
        How several planes become one, missing pixels left out; of no effect on a single plane.
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
        Physical value, BSCALE and BZERO applied, in the image's unit; None where missing.
    raw : int or float or None
        The number as stored in the file; None where there is none (gaps, collapsed planes, NaN).
    """

    value: float | None
    raw: float | None


class Plane(Protocol):
    """A two-dimensional array of pixels that lies somewhere and is read by pieces.

    Attributes
    ----------
    key : str
        Identity of the content: resolved paths, sizes, modification times and the selection.
        A changed file gives another key.
    width, height : int
        Size in pixels.
    direct : bool
        Whether a tile can be read at random cheaply: uncompressed and contiguous on disk. Others
        have their level 0 copied into the pyramid cache.
    by_rows : bool
        Whether a single row can be read without working through many: direct, or compressed row by
        row as fpack does.
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
        """Whether a tile can be read at random cheaply."""

    @property
    def by_rows(self) -> bool:
        """Whether a single row can be read without working through many."""

    def read(self, region: Region) -> NDArray[np.float32]:
        """Physical values, native float32, C order, shape (height, width); missing is NaN."""

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
        Physical coordinate along the axis (Hz, m, m/s, …) where there is one.
    wavelength : float or None
        In metres, in vacuum, where it can be told; sorts default colors.
    color : str or None
        RRGGBB asked for by the configuration.
    """

    index: int
    name: str
    value: float | None = None
    unit: str | None = None
    wavelength: float | None = None
    color: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A step of a sequence.

    Parameters
    ----------
    index : int
        Counted from 1.
    name : str
        File name, or the value along the axis.
    time : str or None
        ISO 8601, UTC, where it is known.
    """

    index: int
    name: str
    time: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HduChoice:
    """Something in the file that can be shown instead, by the view key ``hdu``.

    Parameters
    ----------
    selector : str
        Value of the key: an index as astropy counts, or ``mosaic``.
    name : str
        EXTNAME, or a description.
    version : int
        EXTVER.
    shape : tuple of int
        As numpy counts, slowest axis first.
    kind : {"science", "error", "quality", "weight", "context", "mosaic"}
        Role, as far as EXTNAME tells.
    default : bool
        Whether this is shown when nothing is asked for.
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
        Where it lies in the mosaic.
    problem : str or None
        Why it is a gap: corrupt, missing.
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


class PlaneSource(Protocol):
    """Where an image's planes come from."""

    def plane(self, selection: Selection) -> Plane:
        """Return the plane of a selection that is known to lie within the image."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Image:
    """A grid of pixels that an identifier names, for one choice of HDU.

    Parameters
    ----------
    identifier : str
        As `Library.open` takes it; with slashes, not percent-encoded, without a view.
    title : str
        For people.
    key : str
        Identity of the content; changes with the file.
    width, height : int
        In pixels.
    hdu : str
        Selector of the choice that this is.
    hdus : tuple of HduChoice
        All choices, this one among them.
    channels, frames : tuple
        At least one each.
    channel_axis : {"spectral", "stokes", "band", ""}
        What the channels are; empty where there is one only.
    unit : str or None
        BUNIT.
    chips : tuple of Chip
        Of a mosaic; empty otherwise.
    arrangement : {"detector", "sky", "contact sheet"} or None
        What the chips of a mosaic are placed by; None where there are no chips.
    find_chip : callable, optional
        Index among `chips` of the one that a pixel, given as x and y, is of; None where there is
        none. Without it a chip fills its region.
    cards : tuple of Card
        Header of the HDU shown (of the primary HDU, then the first chip, for a mosaic).
    sky : Sky
        Where its pixels are, or why that is not known.
    source : PlaneSource
        Hands out the planes.
    notes : tuple of str
        What a reader should know: a chip left out, a header mended.
    reason : str or None
        Why its pixels cannot be read, if so.
    damage : callable
        Returns what has turned out to be damaged since the image was opened.
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
    chips: tuple[Chip, ...] = ()
    arrangement: str | None = None
    find_chip: Callable[[int, int], int | None] | None = field(default=None, repr=False)
    notes: tuple[str, ...] = ()
    reason: str | None = None
    damage: Callable[[], tuple[str, ...]] = field(default=tuple, repr=False)

    def plane(self, selection: Selection) -> Plane:
        """Return the plane of a selection that is known to lie within the image."""
        return self.source.plane(selection)

    def expect(self, x: int, y: int) -> None:
        """Check that there is a pixel at a place, counted from 0 at the top left.

        Raises
        ------
        OutOfRangeError
            If it lies outside the image.
        """
        if not (0 <= x < self.width and 0 <= y < self.height):
            size = f"{self.width} by {self.height}"
            raise OutOfRangeError(f"pixel {x},{y} is outside the image of {size} pixels")

    def chip_at(self, x: int, y: int) -> Chip | None:
        """Return the chip of a mosaic whose pixel is shown at a place; None in a gap."""
        if self.find_chip is not None:
            index = self.find_chip(x, y)
            return None if index is None else self.chips[index]
        for chip in self.chips:
            region = chip.region
            if region.x <= x < region.right and region.y <= y < region.bottom:
                return chip
        return None
