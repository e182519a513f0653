"""Chips placed by their sky coordinates on one tangent plane.

The grid has the orientation of the largest chip and the finest scale of all chips, so that no
detail is lost, unless that would make the mosaic many times larger than its chips. The grid of
`reproject.mosaicking` has neither the orientation of a detector nor such a limit (see
``docs/decisions/libraries.md``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import ceil, floor, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from celestile.geometry import Region
from celestile.pixels.fits.hdus import Hdu
from celestile.pixels.plane import Plane
from celestile.pixels.planes.array import combined_key
from celestile.pixels.planes.reproject import (
    MissingPlane,
    PixelMapping,
    ReprojectedPlane,
    ReprojectionSource,
)
from celestile.pixels.sky.sky import Sky, SkyChip, SkyCoordinates

Floats = NDArray[np.float64]

_MOST_OVERLAP = 0.5  # of the smaller of two chips; above it they are separate exposures
_MOST_GROWTH = 8.0  # pixels of the mosaic per pixel of the chips
_LEAST_COVER = 0.1  # of the mosaic by chips; below it they are separate fields
_EDGE_POINTS = 17


@dataclass(frozen=True, slots=True, eq=False)
class SkyArrangement:
    """Chips resampled onto one grid.

    Parameters
    ----------
    plane : Plane
        Pixels of the mosaic.
    sky : Sky
        Sky coordinates of the mosaic.
    chips : tuple of (Hdu, Region)
        Bounding rectangles of the chips, which may overlap; one for each part of the plane.
    """

    plane: ReprojectedPlane
    sky: Sky
    chips: tuple[tuple[Hdu, Region], ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Grid:
    coordinates: SkyCoordinates
    width: int
    height: int


def by_sky(
    chips: Sequence[Hdu],
    planes: Mapping[int, Plane],
    skies: Sequence[SkyCoordinates],
) -> SkyArrangement | None:
    """Arrange chips by their sky coordinates; None if one has none, or if chips overlap.

    Parameters
    ----------
    chips : sequence of Hdu
        Two or more.
    planes : mapping of int to Plane
        Pixels of the readable chips, by HDU index.
    skies : sequence of SkyCoordinates
        Sky coordinates of the chips.
    """
    if not share_frame(skies):
        return None
    scales = [_scale(chip, sky) for chip, sky in zip(chips, skies, strict=True)]
    if not all(np.isfinite(scales)) or min(scales) <= 0:
        return None
    grid = _common_grid(chips, skies, scales)
    if grid is None:
        return None
    regions = [_footprint(c, s, grid) for c, s in zip(chips, skies, strict=True)]
    known = [region for region in regions if region is not None]
    if len(known) < len(chips) or _overlapping(chips, skies, scales):
        return None
    parts = [
        ReprojectionSource(
            planes.get(chip.index) or MissingPlane(*_size(chip)),
            region,
            between(grid.coordinates, sky),
        )
        for chip, sky, region in zip(chips, skies, known, strict=True)
    ]
    whole = Region(0, 0, grid.width, grid.height)
    return SkyArrangement(
        plane=ReprojectedPlane(parts, grid.width, grid.height, combined_key("sky", *scales)),
        sky=Sky([SkyChip(whole, grid.coordinates)]),
        chips=tuple(zip(chips, known, strict=True)),
    )


def between(grid: SkyCoordinates, source: SkyCoordinates) -> PixelMapping:
    """Return the mapping between the pixels of two grids by sky coordinates in the same frame."""

    def mapping(x: Floats, y: Floats) -> tuple[Floats, Floats]:
        lon, lat = grid.world_array(x, y)
        return source.pixel_array(lon, lat)

    return mapping


def share_frame(skies: Sequence[SkyCoordinates]) -> bool:
    """Whether all have sky coordinates in the same frame and equinox."""
    found = [sky.celestial for sky in skies]
    return None not in found and len({(c.frame, c.equinox) for c in found if c}) == 1


def _size(chip: Hdu) -> tuple[int, int]:
    return chip.shape[-1], chip.shape[-2]


def _scale(chip: Hdu, sky: SkyCoordinates) -> float:
    """Degrees per pixel at the centre: square root of the area of a pixel."""
    width, height = _size(chip)
    x = width / 2 + np.array([0.0, 1.0, 0.0])
    y = height / 2 + np.array([0.0, 0.0, 1.0])
    vectors = sky.vector_array(x, y)
    area = np.linalg.norm(np.cross(vectors[1] - vectors[0], vectors[2] - vectors[0]))
    return float(np.degrees(sqrt(area)))


def _edge(chip: Hdu) -> tuple[Floats, Floats]:
    """Points along the border of a chip, in its own pixels."""
    width, height = _size(chip)
    t = np.linspace(0.0, 1.0, _EDGE_POINTS)
    x = np.concatenate([t, np.ones_like(t), t, np.zeros_like(t)]) * width
    y = np.concatenate([np.zeros_like(t), t, np.ones_like(t), t]) * height
    return x, y


def _common_grid(
    chips: Sequence[Hdu], skies: Sequence[SkyCoordinates], scales: Sequence[float]
) -> _Grid | None:
    areas = [c.shape[-1] * c.shape[-2] * s * s for c, s in zip(chips, scales, strict=True)]
    largest = int(np.argmax(areas))
    centre = np.mean([_centre_vector(c, s) for c, s in zip(chips, skies, strict=True)], axis=0)
    lon = float(np.degrees(np.arctan2(centre[1], centre[0])))
    lat = float(np.degrees(np.arctan2(centre[2], np.hypot(centre[0], centre[1]))))
    scale = min(scales)
    for _ in range(2):
        header = _tangent_header(chips[largest], skies[largest], (lon, lat), scale)
        trial = SkyCoordinates.from_header(header, 1, 1)
        x, y = _edges_on(trial, chips, skies)
        if not np.isfinite(x).all():
            return None
        if sum(areas) < _LEAST_COVER * np.ptp(x) * np.ptp(y) * scale * scale:
            return None
        pixels = sum(c.shape[-1] * c.shape[-2] for c in chips)
        growth = np.ptp(x) * np.ptp(y) / pixels
        if growth <= _MOST_GROWTH:
            break
        scale *= sqrt(growth / _MOST_GROWTH)
    left, top = floor(x.min()), floor(y.min())
    width, height = ceil(x.max()) - left, ceil(y.max()) - top
    # The trial is an image of one row, so only the reference pixel has to be shifted.
    header["CRPIX1"] -= left
    header["CRPIX2"] += top + height - 1
    header["NAXIS1"], header["NAXIS2"] = width, height
    return _Grid(SkyCoordinates.from_header(header, width, height), width, height)


def _centre_vector(chip: Hdu, sky: SkyCoordinates) -> Floats:
    width, height = _size(chip)
    return sky.vector_array(width / 2, height / 2)


def _edges_on(
    grid: SkyCoordinates, chips: Sequence[Hdu], skies: Sequence[SkyCoordinates]
) -> tuple[Floats, Floats]:
    points = [between(sky, grid)(*_edge(chip)) for chip, sky in zip(chips, skies, strict=True)]
    return np.concatenate([p[0] for p in points]), np.concatenate([p[1] for p in points])


def _tangent_header(
    chip: Hdu, sky: SkyCoordinates, centre: tuple[float, float], scale: float
) -> Any:
    """Header of a tangent plane with the frame and orientation of a chip."""
    wcs = sky.celestial_wcs
    header = wcs.to_header(relax=False)
    made = _blank_header(header)
    rotation = _rotation(chip, sky, centre)
    for axis, (name, value) in enumerate(zip(_axis_names(wcs), centre, strict=True), start=1):
        made[f"CTYPE{axis}"] = name
        made[f"CUNIT{axis}"] = "deg"
        made[f"CRVAL{axis}"] = value
        made[f"CRPIX{axis}"] = 0.5
        for other in (1, 2):
            made[f"CD{axis}_{other}"] = float(rotation[axis - 1, other - 1] * scale)
    return made


def _axis_names(wcs: Any) -> tuple[str, str]:
    longitude = str(wcs.wcs.lngtyp).strip()
    latitude = str(wcs.wcs.lattyp).strip()
    return f"{longitude:-<4s}-TAN", f"{latitude:-<4s}-TAN"


def _blank_header(header: Any) -> Any:
    """Return a header with only the frame of another."""
    made = type(header)()
    for keyword in (
        "RADESYS",
        "EQUINOX",
        "MJD-OBS",
        "DATE-OBS",
        "DSUN_OBS",
        "HGLN_OBS",
        "HGLT_OBS",
    ):
        if keyword in header:
            made[keyword] = header[keyword]
    return made


def _rotation(chip: Hdu, sky: SkyCoordinates, centre: tuple[float, float]) -> Floats:
    """Orthogonal matrix nearest to a chip's own, from FITS pixels to the tangent plane at a point.

    Offsets on the tangent plane of the chip's own pixels (Calabretta & Greisen 2002, section 5.1.3)
    are fitted by the polar decomposition, which keeps the parity.
    """
    width, height = _size(chip)
    vectors = sky.vector_array(
        width / 2 + np.array([-1.0, 1.0, 0.0, 0.0]), height / 2 + np.array([0.0, 0.0, 1.0, -1.0])
    )
    lon, lat = np.radians(centre)
    east = np.array([-np.sin(lon), np.cos(lon), 0.0])
    north = np.array([-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)])
    out = np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    along = vectors / (vectors @ out)[:, None]
    # Image y points down, FITS y up: the third and fourth points are exchanged in the difference.
    step_x, step_y = along[1] - along[0], along[3] - along[2]
    matrix = np.array([[step_x @ east, step_y @ east], [step_x @ north, step_y @ north]])
    left, _, right = np.linalg.svd(matrix)
    nearest: Floats = left @ right
    return nearest


def _footprint(chip: Hdu, sky: SkyCoordinates, grid: _Grid) -> Region | None:
    x, y = between(sky, grid.coordinates)(*_edge(chip))
    left, top = max(floor(x.min()), 0), max(floor(y.min()), 0)
    right, bottom = min(ceil(x.max()), grid.width), min(ceil(y.max()), grid.height)
    return Region(left, top, right - left, bottom - top) if right > left and bottom > top else None


def _overlapping(
    chips: Sequence[Hdu], skies: Sequence[SkyCoordinates], scales: Sequence[float]
) -> bool:
    """Whether two of the chips overlap mostly, so that they are not of one exposure."""
    t = (np.arange(12) + 0.5) / 12
    centres = [_centre_vector(c, s) for c, s in zip(chips, skies, strict=True)]
    radii = [0.5 * np.radians(s) * np.hypot(*_size(c)) for c, s in zip(chips, scales, strict=True)]
    for one, other in combinations(range(len(chips)), 2):
        if np.linalg.norm(centres[one] - centres[other]) > radii[one] + radii[other]:
            continue
        small, large = sorted((one, other), key=lambda i: scales[i] ** 2 * np.prod(_size(chips[i])))
        width, height = _size(chips[small])
        x, y = np.meshgrid(t * width, t * height)
        at_x, at_y = between(skies[small], skies[large])(x.ravel(), y.ravel())
        far_width, far_height = _size(chips[large])
        inside = (at_x >= 0) & (at_x < far_width) & (at_y >= 0) & (at_y < far_height)
        if inside.mean() > _MOST_OVERLAP:
            return True
    return False
