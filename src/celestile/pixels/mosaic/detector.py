"""Positions of the chips of a camera in whole pixels.

Chips are placed by DETSEC and DATASEC if every chip has them and they agree; bounds in descending
order reverse an axis. Otherwise they are shown as a contact sheet, without relative positions. The
interpretation of sections is in `celestile.pixels.mosaic.readings`, placement by sky coordinates
in `celestile.pixels.mosaic.by_sky`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import ceil, sqrt

from celestile.geometry import Region
from celestile.pixels.fits.hdus import Hdu
from celestile.pixels.mosaic.readings import Binning, possible_binnings
from celestile.pixels.mosaic.sections import Section, Span, parse_section
from celestile.pixels.planes.array import intersection
from celestile.pixels.sky.sky import PixelTransform

_FILLED = 0.8  # share of DETSIZE, along each axis, that the chips must span for it to be the frame
_MOST_CELLS = 2  # cells of a contact sheet per chip
_MOST_CHIPS = 40  # chip numbers of ESO keywords to search for
_MOST_GROWTH = 64  # pixels of the mosaic per pixel of the chips; beyond it a section is invalid


@dataclass(frozen=True, slots=True, eq=False)
class ChipPosition:
    """Position of a part of a chip in the mosaic.

    Parameters
    ----------
    hdu : Hdu
        The chip.
    source : Region
        The part of the chip, row 0 at the top; after exchanging its axes, if `transposed`.
    region : Region
        Rectangle in the mosaic, of the same size.
    flip_x, flip_y : bool
        Whether the columns and rows of the chip are reversed in the mosaic.
    transposed : bool
        Whether rows and columns of the chip are exchanged, before they are reversed.
    """

    hdu: Hdu
    source: Region
    region: Region
    flip_x: bool = False
    flip_y: bool = False
    transposed: bool = False

    @property
    def transform(self) -> PixelTransform:
        """Transform from pixels of the mosaic to FITS pixels of the chip."""
        height = self.hdu.shape[-1 if self.transposed else -2]
        columns = (self.source.x + 1, self.source.right)
        rows = (height - self.source.y, height - self.source.bottom + 1)
        return PixelTransform.over(
            self.region,
            columns[::-1] if self.flip_x else columns,
            rows[::-1] if self.flip_y else rows,
            transposed=self.transposed,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Arrangement:
    """Chips side by side.

    Parameters
    ----------
    places : tuple of ChipPosition
        Positions that do not overlap.
    width, height : int
        Size of the mosaic.
    kind : {"detector", "sky", "contact sheet"}
        How the chips were placed.
    how : str
        The same, for display.
    """

    places: tuple[ChipPosition, ...]
    width: int
    height: int
    kind: str
    how: str


def by_detector(chips: Sequence[Hdu], detector_size: str = "") -> Arrangement | None:
    """Arrange chips by their detector sections; None where these are missing or disagree.

    Parameters
    ----------
    chips : sequence of Hdu
        Two or more.
    detector_size : str
        DETSIZE of the primary header; if empty, that of a chip is used.
    """
    made = _by_sections(chips, "DETSEC", "DETSIZE", detector_size)
    if made is not None or any(chip.text("DETSEC") for chip in chips):
        return made
    # The amplifiers of a single chip are also placed by that chip's own sections.
    one = len({chip.text("CCDNAME") for chip in chips}) == 1
    return _by_sections(chips, "CCDSEC", "CCDSIZE", "") if one else None


def _by_sections(
    chips: Sequence[Hdu], keyword: str, size_keyword: str, whole: str
) -> Arrangement | None:
    """Arrange chips by a keyword for their sections; `whole` is the section of all of them."""
    sections = [parse_section(chip.text(keyword)) for chip in chips]
    detectors = [section for section in sections if section is not None]
    if len(detectors) < len(chips):
        return None
    found = [possible_binnings(*pair) for pair in zip(chips, detectors, strict=True)]
    # All chips of an exposure have the same binning; the smallest one is the most likely.
    common = set.intersection(*(set(each) for each in found))
    if not common:
        return None
    binning = min(common)
    sizes = (whole, *(chip.text(size_keyword) for chip in chips))
    frame = _frame(next((s for s in map(parse_section, sizes) if s), None), detectors)
    parts = [
        _ChipSections(chip, each[binning], detector)
        for chip, each, detector in zip(chips, found, detectors, strict=True)
    ]
    # If sections are not multiples of binned pixels, one way of rounding avoids overlaps.
    for round_up in (False, True):
        arrangement = _arranged(parts, frame, binning, round_up=round_up)
        if arrangement is not None:
            return arrangement
    return None


@dataclass(frozen=True, slots=True, eq=False)
class _ChipSections:
    chip: Hdu
    data: Section
    detector: Section


def _frame(whole: Section | None, detectors: Sequence[Section]) -> Section:
    """Detector section of the mosaic: DETSIZE if the chips nearly fill it, else their span."""
    spanned = (
        Span(min(d[0].low for d in detectors), max(d[0].high for d in detectors)),
        Span(min(d[1].low for d in detectors), max(d[1].high for d in detectors)),
    )
    if whole is None:
        return spanned
    for inner, outer in zip(spanned, whole, strict=True):
        outside = inner.low < outer.low or inner.high > outer.high
        if outside or inner.length < _FILLED * outer.length:
            return spanned
    return Span(whole[0].low, whole[0].high), Span(whole[1].low, whole[1].high)


def _arranged(
    parts: Sequence[_ChipSections], frame: Section, binning: Binning, *, round_up: bool
) -> Arrangement | None:
    """Arrange chips in a frame; None if chips overlap or the mosaic would be almost empty."""
    corners = []
    for part in parts:
        steps = [d.low - f.low for d, f in zip(part.detector, frame, strict=True)]
        corners.append(
            [ceil(s / b) if round_up else s // b for s, b in zip(steps, binning, strict=True)]
        )
    # The last chip may extend beyond the frame due to rounding.
    width, height = (
        max(
            frame[axis].length // binning[axis],
            *(c[axis] + part.data[axis].length for c, part in zip(corners, parts, strict=True)),
        )
        for axis in (0, 1)
    )
    if width * height > _MOST_GROWTH * sum(p.data[0].length * p.data[1].length for p in parts):
        return None
    places = []
    for (x, bottom), part in zip(corners, parts, strict=True):
        data, detector = part.data, part.detector
        columns, rows = data[0].length, data[1].length
        places.append(
            ChipPosition(
                part.chip,
                Region(data[0].low - 1, part.chip.shape[-2] - data[1].high, columns, rows),
                Region(x, height - bottom - rows, columns, rows),
                flip_x=data[0].backwards != detector[0].backwards,
                flip_y=data[1].backwards != detector[1].backwards,
            )
        )
    pairs = combinations((place.region for place in places), 2)
    if any(intersection(one, other) for one, other in pairs):
        return None
    return Arrangement(tuple(places), width, height, "detector", "detector sections")


def _cells(chips: Sequence[Hdu]) -> list[tuple[int, int]]:
    """Column and row of each chip on a contact sheet, the first row at the top.

    DET.CHIPi.X and Y are the location of a chip in the array, counted from the lower left (ESO
    dictionary of detector keywords); they are used if they are all different and leave few gaps.
    """
    found = [[_eso_location(chip, axis) for axis in "XY"] for chip in chips]
    known = [(int(x), int(y)) for x, y in found if x is not None and y is not None]
    if len(set(known)) == len(chips) > 0:
        (left, right), (bottom, top) = ((min(each), max(each)) for each in zip(*known, strict=True))
        if (right - left + 1) * (top - bottom + 1) <= _MOST_CELLS * len(chips):
            return [(x - left, top - y) for x, y in known]
    columns = ceil(sqrt(len(chips)))
    return [(index % columns, index // columns) for index in range(len(chips))]


def _eso_location(chip: Hdu, axis: str) -> float | None:
    names = ("CHIP", *(f"CHIP{number}" for number in range(1, _MOST_CHIPS)))
    values = (chip.number(f"ESO DET {name} {axis}") for name in names)
    return next((value for value in values if value is not None and 0 <= value < 1000), None)


def upright(arrangement: Arrangement, top_down: Collection[int]) -> Arrangement:
    """Turn a mosaic over whose chips have their first rows at the top (ROWORDER).

    Parameters
    ----------
    arrangement : Arrangement
        Rows of all chips count from the bottom.
    top_down : collection of int
        HDU indices of the chips whose rows count from the top. On a contact sheet, each of them is
        turned in its place; otherwise the whole mosaic is, if all chips are of this kind.
    """
    on_sheet = arrangement.kind == "contact sheet"
    if not on_sheet and any(place.hdu.index not in top_down for place in arrangement.places):
        return arrangement
    places = []
    for place in arrangement.places:
        region = place.region
        if not on_sheet:
            region = replace(region, y=arrangement.height - region.bottom)
        is_turned = place.hdu.index in top_down
        places.append(replace(place, region=region, flip_y=place.flip_y != is_turned))
    return replace(arrangement, places=tuple(places))


def contact_sheet(chips: Sequence[Hdu]) -> Arrangement:
    """Arrange chips with gaps: by location in ESO headers, else in file order."""
    cells = _cells(chips)
    columns, rows = (max(cell[axis] for cell in cells) + 1 for axis in (0, 1))
    cell_width = max(chip.shape[-1] for chip in chips)
    cell_height = max(chip.shape[-2] for chip in chips)
    gap = max(2, round(0.02 * max(cell_width, cell_height)))
    places = []
    for chip, (column, row) in zip(chips, cells, strict=True):
        width, height = chip.shape[-1], chip.shape[-2]
        x, y = column * (cell_width + gap), row * (cell_height + gap)
        places.append(ChipPosition(chip, Region(0, 0, width, height), Region(x, y, width, height)))
    return Arrangement(
        tuple(places),
        columns * (cell_width + gap) - gap,
        rows * (cell_height + gap) - gap,
        "contact sheet",
        "contact sheet",
    )
