"""Images: grids of pixels with frames, channels and sky coordinates, named by identifiers.

This module is independent of FITS: `celestile.pixels.library` creates images from files. Axes are
``(frame, channel, y, x)``; frames and channels count from 1 as in FITS, row 0 is at the top. An
image shows one Stokes parameter; `Image.of_stokes` returns that of another.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from celestile.errors import OutOfRangeError
from celestile.geometry import Region
from celestile.pixels.plane import Flags, Plane, Selection
from celestile.pixels.sky.sky import Sky

CFA_PATTERNS = ("rggb", "bggr", "grbg", "gbrg")
RAW_MOSAIC = "none"
CFA_VALUES = (RAW_MOSAIC, *CFA_PATTERNS)
"""Values of the view key ``cfa``: the mosaic of a color camera as it is, or in colors."""
ARRANGEMENTS = ("detector", "sky", "contact sheet")
"""How the chips of a mosaic can be placed; a contact sheet shows them side by side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A spectral plane or a member of a band set.

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
class Stokes:
    """A Stokes parameter, a correlation of feeds, or a parameter computed from them.

    Parameters
    ----------
    name : str
        Unique within the image: I, Q, RR, P…; the number of the plane where it has no name.
    title : str
        For people.
    unit : str or None
        Of its values.
    derived : bool
        Whether it is computed from others.
    is_angle : bool
        Whether it is an angle that repeats after 180 degrees.
    is_signed : bool
        Whether its values are as often negative as positive.
    """

    name: str
    title: str
    unit: str | None
    derived: bool
    is_angle: bool = False
    is_signed: bool = False


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
    channel_axis : {"spectral", "band", "column", ""}
        Kind of the channels; empty for a single channel.
    unit : str or None
        BUNIT, or the unit of the Stokes parameter shown; None if channels differ in it (see
        `unit_of`).
    stokes : tuple of Stokes
        Parameters along the Stokes axis, then those computed from them; empty without such an axis.
    shown_stokes : str
        Name of the Stokes parameter that frames and channels are planes of; empty for the first.
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
    stokes: tuple[Stokes, ...] = ()
    shown_stokes: str = ""
    _others: dict[str, "Image"] = field(init=False, repr=False, default_factory=dict)

    def plane(self, selection: Selection) -> Plane:
        """Return the plane of a selection, which must be within the image."""
        if self.shown_stokes and not selection.stokes:
            selection = selection._replace(stokes=self.shown_stokes)
        return self.source.plane(selection)

    @property
    def measured_stokes(self) -> tuple[str, ...]:
        """Names of the planes along the Stokes axis."""
        return tuple(stokes.name for stokes in self.stokes if not stokes.derived)

    @property
    def current_stokes(self) -> Stokes | None:
        """The Stokes parameter that is shown; None without a Stokes axis."""
        named = (stokes for stokes in self.stokes if stokes.name == self.shown_stokes)
        return next(named, self.stokes[0] if self.stokes else None)

    @property
    def first_stokes(self) -> "Image":
        """The image of the first Stokes parameter, as it is opened."""
        return self._others.get("", self)

    def of_stokes(self, name: str) -> "Image":
        """Return the image of another of its Stokes parameters; always the same object.

        Parameters
        ----------
        name : str
            One of those in `stokes`.
        """
        first = self.first_stokes
        if name == first.stokes[0].name:
            return first
        known = first._others.get(name)
        if known is None:
            chosen = next(stokes for stokes in self.stokes if stokes.name == name)
            made = replace(first, shown_stokes=name, unit=chosen.unit)
            made._others[""] = first
            # Threads that make it at the same time keep one of them.
            known = first._others.setdefault(name, made)
        return known

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
