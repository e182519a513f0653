"""The spiral galaxy of the demonstration sky: bulge, disk, arms, dust, clusters and nebulae."""

import numpy as np
from numpy.typing import NDArray

from celestile.demo.scene import Sky, generator

Map = NDArray[np.float32]

CENTRE = (1080.0, 880.0)
"""x and y."""
INCLINATION = np.radians(42.0)
POSITION_ANGLE = np.radians(28.0)
LENGTH = 190.0
"""Scale length of the disk, in pixels."""
REACH = 880
"""Half the size of the square that is painted."""
PITCH = np.tan(np.radians(17.0))
"""The arms are logarithmic spirals of this slope."""

# Light of each population in g, r and i, relative to r.
OLD = np.array([0.52, 1.0, 1.34], np.float32)
DISK = np.array([0.70, 1.0, 1.18], np.float32)
YOUNG = np.array([1.30, 1.0, 0.84], np.float32)
NEBULA = np.array([0.42, 1.0, 0.30], np.float32)
EXTINCTION = np.array([1.45, 1.0, 0.72], np.float32)


def _noise(random: np.random.Generator, radius: Map, angle: Map, cells: tuple[int, int]) -> Map:
    """Return smooth noise in [0, 1] that is drawn out along the arms as rotation does.

    Parameters
    ----------
    random : Generator
        Source of the grid's values.
    radius, angle : ndarray
        In the plane of the galaxy, in pixels and radians.
    cells : tuple of int
        Of the grid: across the arms and along them.
    """
    across, along = cells
    grid = random.random((across, along), dtype=np.float32)
    depth = np.log(radius / 8 + 1)
    u = depth / np.float32(np.log(REACH / 4)) * (across - 2)
    v = (angle - depth / PITCH * 0.9) / np.float32(2 * np.pi) * along
    i, j = np.floor(u).astype(np.int32), np.floor(v).astype(np.int32)
    s, t = _ease(u - i), _ease(v - j)
    i = np.clip(i, 0, across - 2)
    left, right = j % along, (j + 1) % along
    low = grid[i, left] * (1 - t) + grid[i, right] * t
    high = grid[i + 1, left] * (1 - t) + grid[i + 1, right] * t
    return low * (1 - s) + high * s


def _ease(x: Map) -> Map:
    return x * x * (3 - 2 * x)


def _plane() -> tuple[Map, Map, Map]:
    """Return radius and angle in the plane of the galaxy, and the distance seen on the sky."""
    y, x = np.mgrid[-REACH:REACH, -REACH:REACH].astype(np.float32)
    cos, sin = np.float32(np.cos(POSITION_ANGLE)), np.float32(np.sin(POSITION_ANGLE))
    along = x * cos + y * sin
    across = (y * cos - x * sin) / np.float32(np.cos(INCLINATION))
    # Bars and companions warp real disks: not a perfect ellipse.
    radius = np.hypot(along, across * np.float32(1.02)) + np.float32(0.5)
    return radius, np.arctan2(across, along), np.hypot(x, y)


def _arms(radius: Map, angle: Map, lag: float, sharpness: float) -> Map:
    """Return two strong and two weak arms in [0, 1]; `lag` moves them back in angle."""
    phase = angle - np.log(radius / 40) / np.float32(PITCH) - np.float32(lag)
    strong = np.exp(sharpness * (np.cos(2 * phase) - 1))
    weak = np.exp(1.4 * sharpness * (np.cos(2 * phase + np.float32(np.pi) + 0.4) - 1))
    both: Map = np.maximum(strong, 0.45 * weak * _ease(np.clip(radius / 260 - 0.5, 0, 1)))
    return both


def _knots(random: np.random.Generator, weight: Map, number: int, size: float) -> Map:
    """Return soft round spots placed at random where the weight is large."""
    cumulated = np.cumsum(weight, dtype=np.float64)
    places = np.searchsorted(cumulated, random.random(number) * cumulated[-1])
    spots = np.zeros_like(weight)
    rows, columns = np.unravel_index(places, weight.shape)
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        width = size * float(np.clip(random.lognormal(0, 0.45), 0.5, 3))
        half = int(4 * width) + 2
        if not half <= row < weight.shape[0] - half or not half <= column < weight.shape[1] - half:
            continue
        offset = np.arange(-half, half + 1, dtype=np.float32)
        bell = np.exp(-0.5 * (offset / width) ** 2)
        strength = float(np.clip(random.pareto(1.6), 0.05, 8))
        area = np.s_[row - half : row + half + 1, column - half : column + half + 1]
        spots[area] += strength * np.outer(bell, bell)
    return spots


def paint_spiral(sky: Sky) -> None:
    """Add the galaxy."""
    random = generator(1)
    radius, angle, distance = _plane()
    coarse = _noise(random, radius, angle, (26, 22))
    middle = _noise(random, radius, angle, (60, 56))
    fine = _noise(random, radius, angle, (150, 150))
    texture = 0.5 * coarse + 0.3 * middle + 0.2 * fine

    disk = np.exp(-radius / np.float32(LENGTH)) * _ease(np.clip((REACH - radius) / 500, 0, 1))
    inner = _ease(np.clip(radius / 130 - 0.25, 0, 1))
    wander = 0.55 * (coarse - 0.5)
    arms = _arms(radius, angle + wander, 0.0, 2.6)
    blue = disk * inner * arms * np.clip(2.6 * texture - 0.45, 0.03, None) ** 1.6
    flattened = np.hypot(distance, 0.55 * radius) * 0.84
    bulge = np.exp(-3.67 * ((np.maximum(flattened, 0.7) / 34) ** 0.5 - 1))
    lane = _arms(radius, angle + wander, 0.30, 7.0) * inner
    spurs = np.clip(3.0 * (0.45 * middle + 0.55 * fine) - 1.35, 0, 1)
    dust = (1.25 * lane * (0.35 + texture) + 0.75 * spurs * (0.3 + arms)) * np.sqrt(disk)
    dust *= _ease(np.clip(radius / 70 - 0.15, 0, 1))

    clusters = _knots(random, blue * arms**2, 900, 1.5)
    nebulae = _knots(random, blue * arms**3 * inner, 260, 2.4)
    clusters *= np.sqrt(disk)
    nebulae *= np.sqrt(disk)

    light = np.empty((len(OLD), *radius.shape), np.float32)
    for band in range(len(OLD)):
        light[band] = (
            0.34 * DISK[band] * disk * (0.75 + 0.5 * texture * arms)
            + 1.15 * YOUNG[band] * blue
            + 0.32 * YOUNG[band] * clusters
            + 0.24 * NEBULA[band] * nebulae
        ) * np.exp(-EXTINCTION[band] * dust)
        light[band] += 0.62 * OLD[band] * bulge * np.exp(-0.5 * EXTINCTION[band] * dust)
    left, bottom = round(CENTRE[0]) - REACH, round(CENTRE[1]) - REACH
    top = min(bottom + 2 * REACH, sky.shape[1])
    start = max(0, -bottom)
    sky[:, max(0, bottom) : top, left : left + 2 * REACH] += light[:, start : top - bottom]
