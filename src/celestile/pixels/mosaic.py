"""Where the chips of a camera lie beside each other, in whole pixels.

By DETSEC and DATASEC where every chip has them and they agree (the conventions of NOIRLab's
Mosaic Data Capture Agent: DATASEC is the part of the array that holds sky, DETSEC the place of
that part on the whole detector, in unbinned pixels; bounds in descending order mean that the axis
runs backwards). Otherwise as a contact sheet, which claims nothing. Placement by the chips' sky
coordinates is in `celestile.pixels.mosaic_sky`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil, sqrt

from celestile.pixels.fits import Hdu
from celestile.pixels.planes import intersection
from celestile.pixels.wcs import PixelTransform
from celestile.pyramid.geometry import Region

_SECTION = re.compile(r"\[?\s*(-?\d+)\s*:\s*(-?\d+)\s*,\s*(-?\d+)\s*:\s*(-?\d+)\s*\]?")
_FILLED = 0.8  # share of DETSIZE, along each axis, that the chips must span for it to be the frame


@dataclass(frozen=True, slots=True)
class Span:
    """A range of pixels along one axis as FITS writes it: counted from 1, both ends included.

    Parameters
    ----------
    first, last : int
        Descending where the axis runs backwards.
    """

    first: int
    last: int

    @property
    def low(self) -> int:
        """Smaller end."""
        return min(self.first, self.last)

    @property
    def high(self) -> int:
        """Larger end."""
        return max(self.first, self.last)

    @property
    def length(self) -> int:
        """Number of pixels."""
        return self.high - self.low + 1

    @property
    def backwards(self) -> bool:
        """Whether it runs from the larger to the smaller end."""
        return self.first > self.last


Section = tuple[Span, Span]
"""Columns and rows."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where a part of a chip lies in the mosaic.

    Parameters
    ----------
    hdu : Hdu
        The chip.
    source : Region
        The part of it, row 0 at the top.
    region : Region
        Rectangle in the mosaic, of the same size.
    flip_x, flip_y : bool
        Whether the chip's columns and rows run backwards in the mosaic.
    """

    hdu: Hdu
    source: Region
    region: Region
    flip_x: bool = False
    flip_y: bool = False

    @property
    def transform(self) -> PixelTransform:
        """From the mosaic's pixels to the chip's of FITS."""
        height = self.hdu.shape[-2]
        columns = (self.source.x + 1, self.source.right)
        rows = (height - self.source.y, height - self.source.bottom + 1)
        return PixelTransform.over(
            self.region,
            columns[::-1] if self.flip_x else columns,
            rows[::-1] if self.flip_y else rows,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Arrangement:
    """Chips side by side.

    Parameters
    ----------
    places : tuple of Place
        They do not overlap.
    width, height : int
        Of the mosaic.
    how : str
        For people: what the arrangement rests on.
    """

    places: tuple[Place, ...]
    width: int
    height: int
    how: str


def parse_section(text: str) -> Section | None:
    """Read ``[x1:x2,y1:y2]``; None if it is not one."""
    match = _SECTION.fullmatch(text.strip())
    if match is None:
        return None
    x1, x2, y1, y2 = (int(number) for number in match.groups())
    return Span(x1, x2), Span(y1, y2)


def by_detector(chips: Sequence[Hdu]) -> Arrangement | None:
    """Arrange chips by their detector sections; None where these are missing or disagree."""
    sections = [_sections(chip) for chip in chips]
    found = [pair for pair in sections if pair is not None]
    if len(found) < len(chips):
        return None
    binnings = {_binning(data, detector) for data, detector in found}
    if len(binnings) != 1 or None in binnings:
        return None
    binning = binnings.pop() or (1, 1)
    frame = _frame(chips, [detector for _, detector in found])
    width, height = (ceil(span.length / step) for span, step in zip(frame, binning, strict=True))
    places = []
    for chip, (data, detector) in zip(chips, found, strict=True):
        x = (detector[0].low - frame[0].low) // binning[0]
        bottom = (detector[1].low - frame[1].low) // binning[1]
        columns, rows = data[0].length, data[1].length
        places.append(
            Place(
                chip,
                Region(data[0].low - 1, chip.shape[-2] - data[1].high, columns, rows),
                Region(x, height - bottom - rows, columns, rows),
                flip_x=data[0].backwards != detector[0].backwards,
                flip_y=data[1].backwards != detector[1].backwards,
            )
        )
    pairs = combinations((place.region for place in places), 2)
    if any(intersection(one, other) for one, other in pairs):
        return None
    return Arrangement(tuple(places), width, height, "detector sections")


def _sections(chip: Hdu) -> tuple[Section, Section] | None:
    """DATASEC and DETSEC of a chip, if both make sense for its array."""
    detector = parse_section(chip.text("DETSEC"))
    if detector is None:
        return None
    width, height = chip.shape[-1], chip.shape[-2]
    data = parse_section(chip.text("DATASEC")) or (Span(1, width), Span(1, height))
    # An array cut out of a larger one often keeps the sections of the whole.
    fits = (
        data[0].low >= 1 and data[1].low >= 1 and data[0].high <= width and data[1].high <= height
    )
    return (data, detector) if fits else None


def _binning(data: Section, detector: Section) -> tuple[int, int] | None:
    """Detector pixels per array pixel along each axis, if they are whole numbers."""
    steps = []
    for inner, outer in zip(data, detector, strict=True):
        step = round(outer.length / inner.length)
        # The last binned pixel may be short of detector pixels.
        if step < 1 or ceil(outer.length / step) != inner.length:
            return None
        steps.append(step)
    return steps[0], steps[1]


def _frame(chips: Sequence[Hdu], detectors: Sequence[Section]) -> Section:
    """Detector pixels that the mosaic shows: DETSIZE where the chips about fill it, or what they span."""
    spanned = (
        Span(min(d[0].low for d in detectors), max(d[0].high for d in detectors)),
        Span(min(d[1].low for d in detectors), max(d[1].high for d in detectors)),
    )
    whole = next((s for s in (parse_section(chip.text("DETSIZE")) for chip in chips) if s), None)
    if whole is None:
        return spanned
    for inner, outer in zip(spanned, whole, strict=True):
        outside = inner.low < outer.low or inner.high > outer.high
        if outside or inner.length < _FILLED * outer.length:
            return spanned
    return Span(whole[0].low, whole[0].high), Span(whole[1].low, whole[1].high)


def contact_sheet(chips: Sequence[Hdu]) -> Arrangement:
    """Arrange chips in rows, in file order, with gaps between them."""
    columns = ceil(sqrt(len(chips)))
    rows = ceil(len(chips) / columns)
    cell_width = max(chip.shape[-1] for chip in chips)
    cell_height = max(chip.shape[-2] for chip in chips)
    gap = max(2, round(0.02 * max(cell_width, cell_height)))
    places = []
    for index, chip in enumerate(chips):
        row, column = divmod(index, columns)
        width, height = chip.shape[-1], chip.shape[-2]
        x, y = column * (cell_width + gap), row * (cell_height + gap)
        places.append(Place(chip, Region(0, 0, width, height), Region(x, y, width, height)))
    return Arrangement(
        tuple(places),
        columns * (cell_width + gap) - gap,
        rows * (cell_height + gap) - gap,
        "contact sheet",
    )
