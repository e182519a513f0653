"""Coarse positions of the parts of an image on the sky, to find those that a picture may show."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from celestile.pixels.sky.frames import ICRS, TRANSFORMABLE, to_frame
from celestile.pixels.sky.sky import Sky, SkyChip
from celestile.pixels.sky.vectors import Floats, unit_vectors

_SAMPLES = 17
_REACH = 2.0  # near the limb of a map the scale changes rapidly beyond the last sample


@dataclass(frozen=True, slots=True, eq=False)
class SampledChip:
    """A chip and samples of its positions on the sky.

    Parameters
    ----------
    chip : SkyChip
        Part of an image.
    vectors : ndarray of float64, shape (n, 3)
        Unit vectors (ICRS) of positions spread over it.
    reach : ndarray of float64, shape (n,)
        Radius in radians that each sample represents.
    spacing : float
        Median distance of neighboring samples, in radians per pixel.
    """

    chip: SkyChip
    vectors: Floats
    reach: Floats
    spacing: float

    def near(self, vectors: Floats, radii: Floats) -> NDArray[np.bool_]:
        """Whether circles, given by centers of shape (…, 3) and radii in radians, may touch it."""
        if not self.reach.size:
            return np.zeros(radii.shape, np.bool_)
        flat = vectors.reshape(-1, 3)
        # Chords approximate angles: the difference is less than the margin of the reach.
        chords = 2 - 2 * np.clip(flat @ self.vectors.T, -1, 1)
        limit = 2 * np.sin(np.minimum(self.reach + radii.reshape(-1, 1), np.pi) / 2)
        found: NDArray[np.bool_] = np.any(chords <= limit**2, axis=1)
        return found.reshape(radii.shape)


@lru_cache(maxsize=256)
def sampled_chips(sky: Sky) -> tuple[SampledChip, ...]:
    """Sampled parts of an image; empty unless its frame is one of `TRANSFORMABLE`."""
    if sky.frame not in TRANSFORMABLE:
        return ()
    return tuple(_part(chip, sky) for chip in sky.charted)


def _part(chip: SkyChip, sky: Sky) -> SampledChip:
    region = chip.region
    x, y = np.meshgrid(
        np.linspace(region.x, region.right, _SAMPLES),
        np.linspace(region.y, region.bottom, _SAMPLES),
    )
    lon, lat = chip.coordinates.world_array(x, y)
    vectors = unit_vectors(*to_frame(lon, lat, sky.celestial_frame, ICRS))
    reach = np.zeros(lon.shape)
    spacings = []
    for axis, pixels in ((0, region.height), (1, region.width)):
        with np.errstate(invalid="ignore"):
            chords = np.linalg.norm(np.diff(vectors, axis=axis), axis=-1)
        steps = 2 * np.arcsin(np.clip(chords / 2, 0, 1))
        spacings.append(steps[np.isfinite(steps)] * (_SAMPLES - 1) / pixels)
        steps = np.nan_to_num(steps)
        first = tuple(slice(None, -1) if each == axis else slice(None) for each in (0, 1))
        last = tuple(slice(1, None) if each == axis else slice(None) for each in (0, 1))
        reach[first] = np.maximum(reach[first], steps)
        reach[last] = np.maximum(reach[last], steps)
    known = np.isfinite(lon)
    spacing = np.concatenate(spacings)
    usual = float(np.median(spacing)) if spacing.size else 0.0
    return SampledChip(chip, vectors[known], reach[known] * _REACH, usual)
