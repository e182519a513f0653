"""The spiral galaxy of the demonstration sky: bulge, disk, arms, dust, clusters and nebulae."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from celestile.demo.scene import Sky, generator

Map = NDArray[np.float32]

CENTRE = (1080, 880)
"""x and y."""
INCLINATION = np.radians(42.0)
POSITION_ANGLE = np.radians(28.0)
LENGTH = 190.0
"""Scale length of the disk, in pixels."""
REACH = 880
"""Half the size of the square that is painted; even."""
PITCH = np.float32(np.tan(np.radians(17.0)))
"""The arms are logarithmic spirals of this slope."""

# Light of each population in g, r and i, relative to r.
OLD = np.array([0.52, 1.0, 1.34], np.float32)
DISK = np.array([0.70, 1.0, 1.16], np.float32)
YOUNG = np.array([1.34, 1.0, 0.82], np.float32)
# The red line of hydrogen in the reddest band: pink nebulae.
NEBULA = np.array([0.75, 0.42, 1.35], np.float32)
EXTINCTION = np.array([1.45, 1.0, 0.70], np.float32)


def _ease(x: Map) -> Map:
    return x * x * (3 - 2 * x)


def _ramp(x: Map, low: float, high: float) -> Map:
    """Rise smoothly from 0 at `low` to 1 at `high`."""
    return _ease(np.clip((x - np.float32(low)) / np.float32(high - low), 0, 1))


def _lattice(grid: Map, u: Map, v: Map) -> Map:
    """Interpolate a grid of random values that is periodic in both directions."""
    i, j = np.floor(u), np.floor(v)
    s, t = _ease(u - i), _ease(v - j)
    rows, columns = grid.shape
    top, left = i.astype(np.int32) % rows, j.astype(np.int32) % columns
    bottom, right = (top + 1) % rows, (left + 1) % columns
    upper = grid[top, left] * (1 - t) + grid[top, right] * t
    lower = grid[bottom, left] * (1 - t) + grid[bottom, right] * t
    mixed: Map = upper * (1 - s) + lower * s
    return mixed


def _clouds(random: np.random.Generator, x: Map, y: Map, size: float, octaves: int) -> Map:
    """Noise of several scales in [0, 1]; the coarsest is `size` pixels."""
    total = np.zeros_like(x)
    weight = 1.0
    for octave in range(octaves):
        grid = random.random((64, 64), dtype=np.float32)
        step = np.float32(size / 2**octave)
        total += np.float32(weight) * _lattice(grid, y / step, x / step)
        weight *= 0.62
    total /= np.float32((1 - 0.62**octaves) / 0.38)
    return total


def _sheared(random: np.random.Generator, radius: Map, angle: Map, across: int) -> Map:
    """Noise in [0, 1] that is sheared along the arms, as clouds are by rotation."""
    along = 2 * across
    grid = random.random((across, along), dtype=np.float32)
    depth: Map = np.log1p(radius / np.float32(20))
    turns = angle - depth * np.float32(0.8 / PITCH)
    return _lattice(grid, depth * np.float32(across / 4), turns * np.float32(along / (2 * np.pi)))


def _arms(radius: Map, angle: Map, lag: float, sharpness: float) -> Map:
    """Two strong and two weak arms in [0, 1]; `lag` moves them back in angle."""
    phase = angle - np.log(radius / 40) / PITCH - np.float32(lag)
    strong = np.exp(np.float32(sharpness) * (np.cos(2 * phase) - 1))
    weak = np.exp(np.float32(1.5 * sharpness) * (np.cos(2 * phase + np.float32(3.6)) - 1))
    both: Map = np.maximum(strong, 0.5 * weak * _ramp(radius, 130, 400))
    return both


def _double_rows(image: Map) -> Map:
    wide = np.empty((2 * image.shape[0], image.shape[1]), np.float32)
    wide[0::2] = 0.75 * image + 0.25 * np.concatenate([image[:1], image[:-1]])
    wide[1::2] = 0.75 * image + 0.25 * np.concatenate([image[1:], image[-1:]])
    return wide


def _double(image: Map) -> Map:
    """Double the size of an image by linear interpolation."""
    return _double_rows(_double_rows(image).T).T


def _knots(random: np.random.Generator, weight: Map, number: int, size: float) -> Map:
    """Gaussian spots on a canvas twice the size of `weight`, which is their density."""
    cumulated = np.cumsum(weight, dtype=np.float64)
    places = np.searchsorted(cumulated, random.random(number) * cumulated[-1])
    rows, columns = np.unravel_index(places, weight.shape)
    spots = np.zeros((2 * weight.shape[0], 2 * weight.shape[1]), np.float32)
    for row, column in zip((2 * rows).tolist(), (2 * columns).tolist(), strict=True):
        width = size * float(np.clip(random.lognormal(0, 0.45), 0.5, 3))
        strength = float(np.clip(random.pareto(1.6), 0.05, 8))
        half = int(4 * width) + 2
        if not half <= row < spots.shape[0] - half or not half <= column < spots.shape[1] - half:
            continue
        bell = np.exp(-0.5 * (np.arange(-half, half + 1, dtype=np.float32) / width) ** 2)
        area = np.s_[row - half : row + half + 1, column - half : column + half + 1]
        spots[area] += np.float32(strength) * np.outer(bell, bell)
    return spots


@dataclass(frozen=True, slots=True)
class Structure:
    """Maps of the galaxy at half the resolution of the sky.

    Parameters
    ----------
    disk, blue, bulge : ndarray
        Brightness of the disk, of its young stars and of the bulge.
    arms : ndarray
        Strength of the arms, in [0, 1].
    dust : ndarray
        Optical depth in r.
    """

    disk: Map
    blue: Map
    bulge: Map
    arms: Map
    dust: Map


def _structure(random: np.random.Generator) -> Structure:
    y, x = np.mgrid[-REACH:REACH:2, -REACH:REACH:2].astype(np.float32) + np.float32(0.5)
    cos, sin = np.float32(np.cos(POSITION_ANGLE)), np.float32(np.sin(POSITION_ANGLE))
    along, across = x * cos + y * sin, (y * cos - x * sin) / np.float32(np.cos(INCLINATION))
    radius, angle = np.hypot(along, across), np.arctan2(across, along)
    clumps = _clouds(random, along, across, 120, 5)
    streaks = 0.6 * _sheared(random, radius, angle, 24) + 0.4 * _sheared(random, radius, angle, 60)
    texture = 0.6 * clumps + 0.4 * streaks
    # Exact spirals look artificial: vary the angle by some degrees.
    angle += 0.7 * (_clouds(random, along, across, 260, 3) - np.float32(0.5))
    disk = np.exp(-radius / np.float32(LENGTH)) * (1 - _ramp(radius, 430, REACH))
    arms = _arms(radius, angle, 0.0, 2.2) * _ramp(radius, 20, 210)
    blue = disk * arms * np.clip(4.2 * texture - 1.35, 0.04, None) ** 1.5
    round_radius = 0.5 * np.hypot(x, y) + 0.4 * radius
    bulge = np.exp(-3.67 * ((np.maximum(round_radius, 0.8) / 42) ** np.float32(0.45) - 1))
    lanes = _arms(radius, angle, 0.34, 5.0) * np.clip(3.4 * texture - 0.8, 0.1, None)
    spurs = np.clip(5.0 * _sheared(random, radius, angle, 40) * clumps - 1.25, 0, 1.2)
    dust = (1.9 * lanes + 1.1 * spurs * (0.35 + arms)) * np.sqrt(disk) * _ramp(radius, 12, 110)
    return Structure(disk=disk, blue=blue, bulge=bulge, arms=arms, dust=dust)


def paint_spiral(sky: Sky) -> None:
    """Add the galaxy."""
    random = generator(1)
    parts = _structure(random)
    glow = np.sqrt(parts.disk)
    clusters = _knots(random, parts.blue * parts.arms**2, 1100, 1.5)
    nebulae = _knots(random, parts.blue * parts.arms**3, 330, 2.6)
    left, bottom = CENTRE[0] - REACH, CENTRE[1] - REACH
    below, above = max(0, -bottom), min(2 * REACH, sky.shape[1] - bottom)
    bright = _double(glow)
    for band, canvas in enumerate(sky):
        veil = np.exp(-EXTINCTION[band] * parts.dust)
        light = 0.36 * DISK[band] * parts.disk + 1.1 * YOUNG[band] * parts.blue
        light = light * veil + 0.36 * OLD[band] * parts.bulge * np.sqrt(veil)
        spots = 0.30 * YOUNG[band] * clusters + 0.26 * NEBULA[band] * nebulae
        painted = _double(light) + spots * bright
        canvas[bottom + below : bottom + above, left : left + 2 * REACH] += painted[below:above]
