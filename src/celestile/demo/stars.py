"""Stars and distant galaxies of the demonstration sky."""

import numpy as np
from numpy.typing import NDArray

from celestile.demo.scene import BANDS, HEIGHT, WIDTH, Sky, blackbody_colors, generator

FWHM = 2.9
"""Full width at half maximum of the seeing, in pixels."""
BETA = 3.0
"""Exponent of the Moffat profile, which determines the wings."""
FAINT_RADIUS = 9
BRIGHT = 300.0
"""Flux in nanomaggies above which stars have far wings and spikes."""


def moffat(squared_radius: NDArray[np.float32]) -> NDArray[np.float32]:
    """Moffat profile with an integral of 1."""
    core2 = (FWHM / 2) ** 2 / (2 ** (1 / BETA) - 1)
    profile = (BETA - 1) / (np.pi * core2) * (1 + squared_radius / core2) ** -BETA
    return profile.astype(np.float32)


def _add(sky: Sky, stamp: Sky, x: int, y: int) -> None:
    """Add a stamp of odd size centred on a pixel, cut at the edges of the sky."""
    half_y, half_x = stamp.shape[1] // 2, stamp.shape[2] // 2
    top, left = max(0, y - half_y), max(0, x - half_x)
    bottom, right = min(HEIGHT, y + half_y + 1), min(WIDTH, x + half_x + 1)
    rows = slice(top - y + half_y, bottom - y + half_y)
    columns = slice(left - x + half_x, right - x + half_x)
    sky[:, top:bottom, left:right] += stamp[:, rows, columns]


def _faint(sky: Sky, x: NDArray[np.float64], y: NDArray[np.float64], flux: Sky) -> None:
    """Add many small stars at once; `flux` has shape (band, star)."""
    column, row = np.rint(x).astype(int), np.rint(y).astype(int)
    offset = np.arange(-FAINT_RADIUS, FAINT_RADIUS + 1)
    dx = (column - x)[:, None] + offset
    dy = (row - y)[:, None] + offset
    shape = moffat((dx[:, None, :] ** 2 + dy[:, :, None] ** 2).astype(np.float32))
    columns = np.broadcast_to(column[:, None, None] + offset, shape.shape)
    rows = np.broadcast_to((row[:, None] + offset)[:, :, None], shape.shape)
    inside = (columns >= 0) & (columns < WIDTH) & (rows >= 0) & (rows < HEIGHT)
    cells = (rows * WIDTH + columns)[inside]
    for band, amount in enumerate(flux):
        light = (shape * amount[:, None, None])[inside]
        sky[band] += np.bincount(cells, light, WIDTH * HEIGHT).reshape(HEIGHT, WIDTH)


def _bright(sky: Sky, x: float, y: float, flux: NDArray[np.float32]) -> None:
    """Add a star with far wings, a halo and the four diffraction spikes of a telescope."""
    radius = int(min(420, 60 + 3.5 * float(flux.max()) ** 0.5))
    column, row = round(x), round(y)
    dy, dx = np.mgrid[-radius : radius + 1, -radius : radius + 1].astype(np.float32)
    dx += column - x
    dy += row - y
    r2 = dx * dx + dy * dy
    r = np.sqrt(r2)
    halo = 4e-6 / (1 + r2 / 900) ** 1.5
    along, across = (dx + dy) / 2**0.5, (dx - dy) / 2**0.5
    spikes = 1.6e-4 * (
        np.exp(-np.abs(across) / 0.9) / (1 + np.abs(along) / 12) ** 2
        + np.exp(-np.abs(along) / 0.9) / (1 + np.abs(across) / 12) ** 2
    )
    fade = np.clip((radius - r) / (0.4 * radius), 0, 1)
    shape = moffat(r2) + (halo + spikes) * fade
    _add(sky, shape * flux[:, None, None], column, row)


def paint_stars(sky: Sky) -> None:
    """Add foreground stars of the Milky Way, mostly faint and red ones."""
    random = generator(2)
    number = 2600
    x, y = random.uniform(-5, WIDTH + 5, number), random.uniform(-5, HEIGHT + 5, number)
    # Counts grow with the flux to the power of -0.85, as at high galactic latitude.
    flux = 0.45 * random.uniform(1e-5, 1, number) ** (-1 / 0.85)
    flux = np.minimum(flux, 9000.0)
    temperature = np.clip(np.exp(random.normal(np.log(4900), 0.30, number)), 2900, 13000)
    fluxes = blackbody_colors(temperature) * flux.astype(np.float32)
    bright = flux > BRIGHT
    _faint(sky, x[~bright], y[~bright], fluxes[:, ~bright])
    for index in np.flatnonzero(bright):
        _bright(sky, x[index], y[index], fluxes[:, index])


def paint_field_galaxies(sky: Sky) -> None:
    """Add small distant galaxies: red spheroids and bluer disks at all angles."""
    random = generator(3)
    for _ in range(320):
        spheroid = random.random() < 0.35
        size = float(np.clip(random.lognormal(0.75, 0.5), 1.2, 9))
        flux = 0.55 * size**1.9 * random.lognormal(0, 0.4)
        ratio = random.uniform(0.6, 1) if spheroid else random.uniform(0.2, 0.95)
        angle = random.uniform(0, np.pi)
        redness = random.normal(0.42 if spheroid else 0.18, 0.08)
        half = int(7 * size) + 4
        dy, dx = np.mgrid[-half : half + 1, -half : half + 1].astype(np.float32)
        along = dx * np.cos(angle) + dy * np.sin(angle)
        across = (dy * np.cos(angle) - dx * np.sin(angle)) / ratio
        r = np.sqrt(along**2 + across**2 + 1.2) / size
        profile = np.exp(-2.67 * (r**0.4 - 1)) if spheroid else np.exp(-1.68 * r)
        profile *= np.clip(7 - r, 0, 1)
        profile *= flux / profile.sum()
        colors = 10 ** (redness * np.arange(-1, len(BANDS) - 1)).astype(np.float32)
        x, y = int(random.integers(0, WIDTH)), int(random.integers(0, HEIGHT))
        _add(sky, profile * colors[:, None, None], x, y)
