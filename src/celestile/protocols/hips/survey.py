"""The geometry of the survey of an image: its orders and its coverage."""

import math
from dataclasses import dataclass

import numpy as np

from celestile.errors import UnservableImageError
from celestile.lru import LruCache
from celestile.pixels.image import Image
from celestile.pixels.sky.frames import ICRS, to_frame
from celestile.pixels.sky.samples import SampledChip, sampled_chips
from celestile.pixels.sky.vectors import Floats, unit_vectors
from celestile.protocols.hips.coverage import Moc, cover
from celestile.protocols.hips.healpix import DEEPEST, cell_size
from celestile.service.service import Service

TILE_ORDERS = 9
TILE_WIDTH = 1 << TILE_ORDERS
FIRST_ORDER = 3
"""Minimum deepest order of a survey: some clients do not support fewer orders."""

_DEEPEST_TILES = DEEPEST - TILE_ORDERS
_REMEMBERED = 1024
_CELLS_ALONG = 64  # cells of the coverage along an image
_DEEPEST_COVERAGE = 24


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """Geometry of the survey of an image.

    Parameters
    ----------
    order : int
        Deepest order, at which pixels are at least as fine as those of the image.
    pixel_scale : float
        Typical degrees per pixel of the image.
    center : tuple of float
        Right ascension and declination (ICRS) in degrees.
    extent : float
        Degrees across the image, at most 360.
    coverage : Moc
        Cells that the image covers.
    """

    order: int
    pixel_scale: float
    center: tuple[float, float]
    extent: float
    coverage: Moc

    @property
    def finest(self) -> float:
        """Degrees per pixel of the tiles of the deepest order."""
        return cell_size(self.order + TILE_ORDERS)


class Surveys:
    """Creates surveys, once for each image.

    Parameters
    ----------
    service : Service
        Provides threads.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._known: LruCache[str, Survey] = LruCache(_REMEMBERED)

    async def of(self, image: Image) -> Survey:
        """Return the survey of an image.

        Raises
        ------
        UnservableImageError
            If it has no sky coordinates.
        """
        known = self._known.get(image.key)
        if known is None:
            known = await self._service.run(lambda: make_survey(image))
            self._known.put(image.key, known)
        return known


def make_survey(image: Image) -> Survey:
    """Compute the survey of an image; errors as in `Surveys.of`."""
    sky = image.sky
    found = sampled_chips(sky)
    scales = [part.spacing for part in found if part.spacing > 0]
    if not scales:
        reason = sky.reason or f"its coordinates are {sky.frame}"
        raise UnservableImageError(f"the image has no survey of the sky: {reason}")
    scale = math.degrees(min(scales))
    center = _center(image, found)
    extent = _extent(found, unit_vectors(*(np.array(angle) for angle in center)))
    order = _order(scale * 1.01, TILE_ORDERS, FIRST_ORDER, _DEEPEST_TILES)
    least = min(order, _DEEPEST_COVERAGE)
    cells = _order(extent / _CELLS_ALONG, 0, least, _DEEPEST_COVERAGE)
    return Survey(
        order=order,
        pixel_scale=scale,
        center=center,
        extent=extent,
        coverage=cover(sky, cells, extent),
    )


def _order(size: float, deeper: int, least: int, most: int) -> int:
    """First order at which cells `deeper` orders below are at most `size` degrees."""
    return min(max(math.ceil(math.log2(cell_size(deeper) / size)), least), most)


def _center(image: Image, found: tuple[SampledChip, ...]) -> tuple[float, float]:
    sky = image.sky
    lon, lat = sky.world_array([image.width / 2], [image.height / 2])
    lon, lat = to_frame(lon, lat, sky.celestial_frame, ICRS)
    if np.isfinite(lon[0]) and np.isfinite(lat[0]):
        return float(lon[0]), float(lat[0])
    # The centre of the image is off the map.
    x, y, z = np.concatenate([part.vectors for part in found])[0].tolist()
    return math.degrees(math.atan2(y, x)) % 360.0, math.degrees(math.asin(z))


def _extent(found: tuple[SampledChip, ...], center: Floats) -> float:
    """Twice the distance of the farthest sample, in degrees."""
    vectors = np.concatenate([part.vectors for part in found])
    chord = float(np.linalg.norm(vectors - center, axis=-1).max())
    return max(math.degrees(4 * math.asin(min(chord / 2, 1.0))), 1e-9)
