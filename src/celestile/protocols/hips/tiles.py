"""Draw tiles: pictures of HEALPix cells, or their values as FITS."""

import math
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from celestile.geometry import Region
from celestile.pixels.fits.write import image_bytes
from celestile.pixels.plane import reduction
from celestile.pixels.planes.bits import MISSING, combined_at
from celestile.protocols.hips.healpix import FACES, Window, cell_size, part_coordinates, plane_cards
from celestile.protocols.hips.healpix import tile as tile_window
from celestile.protocols.hips.survey import FIRST_ORDER, TILE_ORDERS, TILE_WIDTH, Survey
from celestile.protocols.web.media_types import FITS, PICTURES
from celestile.render.render import render_values
from celestile.render.request import Output, Picture
from celestile.service.charts import Charts
from celestile.service.service import Service, Subject

FORMATS = {"png": PICTURES["png"], "jpg": PICTURES["jpg"], "fits": FITS}
"""Extensions of tiles and their media types; the first is preferred."""

ALLSKY_ORDER = FIRST_ORDER
_ALLSKY_TILES = FACES << 2 * ALLSKY_ORDER
_ALLSKY_COLUMNS = math.isqrt(_ALLSKY_TILES)  # HiPS 1.0, section 4.3.2
_ALLSKY_ROWS = -(-_ALLSKY_TILES // _ALLSKY_COLUMNS)
_ALLSKY_WIDTH = TILE_WIDTH >> ALLSKY_ORDER

_FEWEST_PIXELS = 64  # across an image; if a tile has fewer, finer pixels are averaged

Values = NDArray[np.float32]


def formats(subject: Subject) -> tuple[str, ...]:
    """Extensions of the tiles of a view: mixes have no FITS tiles."""
    return tuple(each for each in FORMATS if each != "fits" or len(subject.components) == 1)


class Tiles:
    """Draws the tiles of surveys.

    Parameters
    ----------
    service : Service
        Source of pixels.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._charts = Charts(service)

    def etag(self, subject: Subject, *parts: object) -> str:
        """Strong entity tag of a tile or of an Allsky file."""
        options = self._service.options
        quality = (options.jpeg_quality, options.jpeg_subsampling)
        return self._service.etag(subject, "hips", quality, *parts)

    async def tile(
        self, subject: Subject, survey: Survey, order: int, cell: int, ending: str
    ) -> bytes:
        """Draw a tile.

        Raises
        ------
        SourceChangedError, StorageError, UnservableImageError
            If the pixels cannot be read.
        """
        key = (subject.digest, "hips", order, cell, ending)
        known = self._service.encoded.get(key)
        if known is None:
            painted = ending != "fits"
            values = await self._values(subject, survey, order, cell, painted=painted)
            cards = {
                "ORDER": (order, "HEALPix order of the tile"),
                "NPIX": (cell, "HEALPix number of the tile"),
                **plane_cards(order, cell, TILE_WIDTH),
            }
            known = await self._service.run(lambda: self._encode(subject, values, ending, cards))
            self._service.encoded.put(key, known)
        return known

    async def allsky(self, subject: Subject, survey: Survey, ending: str) -> bytes:
        """Draw reduced pictures of all tiles of an order, side by side; errors as in `tile`."""
        key = (subject.digest, "hips allsky", ending)
        known = self._service.encoded.get(key)
        if known is None:
            faces = {
                face: await self._values(subject, survey, 0, face, painted=ending != "fits")
                for face in range(FACES)
                if survey.coverage.holds(0, face)
            }
            known = await self._service.run(
                lambda: self._encode(subject, _side_by_side(faces, len(subject.planes)), ending, {})
            )
            self._service.encoded.put(key, known)
        return known

    async def _values(
        self, subject: Subject, survey: Survey, order: int, cell: int, *, painted: bool
    ) -> list[Values]:
        """Values of all components in a tile, NaN where missing; bits of flags if `painted`."""
        pixel = cell_size(order + TILE_ORDERS)
        deeper = math.ceil(math.log2(max(_FEWEST_PIXELS * pixel / survey.extent, 1.0)))
        whole = tile_window(order, cell, TILE_WIDTH)
        if deeper == 0:
            return await self._charts.values(subject, whole, painted=painted)
        # A small image could be missed between pixel centers: average finer pixels.
        box = survey.coverage.box(order, cell, TILE_ORDERS + deeper)
        if box is None:
            return [_nothing(TILE_WIDTH, TILE_WIDTH) for _ in subject.planes]
        left, top, right, bottom = box
        width, side = TILE_WIDTH << deeper, max(right - left, bottom - top)
        # The window is a square, which must not reach beyond the tile.
        left, top = min(left, width - side), min(top, width - side)
        fine = replace(whole, width=width, left=left, top=top, side=side)
        found = await self._charts.values(subject, fine, painted=painted)
        kind = reduction(subject.painted[0]) if painted else reduction(subject.planes[0])
        reduced = _averaged if kind == "mean" else partial(_flagged, kind)
        return [reduced(values, fine, deeper) for values in found]

    def _encode(
        self,
        subject: Subject,
        values: list[Values],
        ending: str,
        cards: dict[str, tuple[str | float, str]],
    ) -> bytes:
        height, width = values[0].shape
        if ending == "fits":
            unit = subject.unit
            scaling: dict[str, tuple[str | float, str]] = {}
            if unit and unit.isascii() and unit.isprintable():
                scaling["BUNIT"] = (unit, "")
            shift = subject.components[0].shift
            # In FITS the first row is at the bottom (HiPS 1.0, section 4.2.1).
            upright: Values = np.ascontiguousarray(values[0][::-1])
            numbers: Values | NDArray[np.float64] = upright
            if shift.scale != 1.0:
                # Readers such as astropy apply BSCALE to float32 in float32, which overflows.
                numbers = upright.astype(np.float64) * shift.scale + shift.origin
            elif shift.origin:
                scaling["BZERO"] = (shift.origin, "physical = BZERO + array value")
            about = {"PIXTYPE": ("HEALPIX", ""), "ORDERING": ("NESTED", "")}
            return image_bytes(numbers, {**about, **cards, **scaling})
        options = self._service.options
        output = Output(
            region=Region(0, 0, width, height),
            size=(width, height),
            format=ending,
            jpeg_quality=options.jpeg_quality,
            jpeg_subsampling=options.jpeg_subsampling,
        )
        picture = Picture(components=subject.components, style=subject.style, output=output)
        return render_values(picture, values)


def _nothing(width: int, height: int) -> Values:
    return np.full((height, width), np.nan, np.float32)


def _averaged(values: Values, window: Window, deeper: int) -> Values:
    """Mean of the valid pixels of a window in each pixel of its tile."""
    side = TILE_WIDTH
    row, column = np.nonzero(np.isfinite(values))
    place = (window.top + row >> deeper) * side + (window.left + column >> deeper)
    totals = np.bincount(place, values[row, column], side * side)
    counts = np.bincount(place, minlength=side * side)
    means = np.full(side * side, np.nan)
    np.divide(totals, counts, out=means, where=counts > 0)
    return means.astype(np.float32).reshape(side, side)


def _flagged(kind: str, values: Values, window: Window, deeper: int) -> Values:
    """Flags of the pixels of a window in each pixel of its tile, combined by a reduction."""
    side = TILE_WIDTH
    there = values.view(np.uint32) != MISSING if kind == "or" else np.isfinite(values)
    row, column = np.nonzero(there)
    place = (window.top + row >> deeper) * side + (window.left + column >> deeper)
    tile = _nothing(side * side, 1)[0]
    if place.size:
        order = np.argsort(place, kind="stable")
        found, starts = np.unique(place[order], return_index=True)
        tile[found] = combined_at(kind, values[row, column][order][np.newaxis], starts)[0]
    flagged: Values = tile.reshape(side, side)
    return flagged


def _side_by_side(faces: dict[int, list[Values]], planes: int) -> list[Values]:
    """Divide faces into the tiles of the Allsky file and arrange these in rows."""
    width = _ALLSKY_WIDTH
    found = [_nothing(_ALLSKY_COLUMNS * width, _ALLSKY_ROWS * width) for _ in range(planes)]
    for cell in range(_ALLSKY_TILES):
        values = faces.get(cell >> 2 * ALLSKY_ORDER)
        if values is None:
            continue
        x, y = part_coordinates(cell & (1 << 2 * ALLSKY_ORDER) - 1, ALLSKY_ORDER)
        row, column = divmod(cell, _ALLSKY_COLUMNS)
        for picture, face in zip(found, values, strict=True):
            picture[row * width : (row + 1) * width, column * width : (column + 1) * width] = face[
                x * width : (x + 1) * width, y * width : (y + 1) * width
            ]
    return found
