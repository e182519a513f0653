"""Alignment of images: compare their pixel grids, and resample one image onto another."""

import numpy as np

from celestile.errors import UnservableImageError
from celestile.geometry import Region
from celestile.pixels.image import Image
from celestile.pixels.plane import Plane
from celestile.pixels.planes.array import combined_key
from celestile.pixels.planes.reproject import (
    Floats,
    PixelMapping,
    ReprojectedPlane,
    ReprojectionSource,
)
from celestile.pixels.sky.frames import to_frame

_SAME = 0.05  # pixels by which two grids may differ at their corners


def same_grid(one: Image, other: Image) -> bool:
    """Whether two images share a pixel grid; without sky coordinates, whether their sizes agree."""
    if (one.width, one.height) != (other.width, other.height):
        return False
    if one.sky.reason is not None or other.sky.reason is not None:
        return True
    if one.sky.celestial_frame != other.sky.celestial_frame:
        return False
    x = np.array([0.5, 0.5, 0.0, 1.0, 0.0, 1.0]) * one.width
    y = np.array([0.5, 0.25, 0.0, 0.0, 1.0, 1.0]) * one.height
    there_x, there_y = _between(one, other)(x, y)
    away = np.hypot(there_x - x, there_y - y)
    known = np.isfinite(away)
    return bool(known.any() and away[known].max() <= _SAME)


def onto(grid: Image, source: Image, plane: Plane) -> Plane:
    """Resample a plane of one image onto the pixel grid of another by sky coordinates.

    Parameters
    ----------
    grid : Image
        Image with the target grid.
    source : Image
        Image of the plane.
    plane : Plane
        Plane to resample.

    Raises
    ------
    UnservableImageError
        If an image has no sky coordinates, or they cannot be transformed into each other.
    """
    for image in (grid, source):
        if image.sky.reason is not None:
            raise UnservableImageError(
                f"it is on another grid and cannot be aligned: {image.sky.reason}"
            )
    whole = Region(0, 0, grid.width, grid.height)
    part = ReprojectionSource(plane, whole, _between(grid, source))
    return ReprojectedPlane([part], grid.width, grid.height, combined_key("onto", grid.key))


def _between(grid: Image, source: Image) -> PixelMapping:
    def mapping(x: Floats, y: Floats) -> tuple[Floats, Floats]:
        lon, lat = grid.sky.world_array(x, y)
        lon, lat = to_frame(lon, lat, grid.sky.celestial_frame, source.sky.celestial_frame)
        return source.sky.pixel_array(lon, lat)

    return mapping
