"""The canvas of the demonstration sky: size, bands and noise."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 2304, 1728
SCALE = 0.4
"""Arcseconds per pixel."""

Sky = NDArray[np.float32]
"""Shape (band, y, x), first row at the bottom, in nanomaggies a pixel."""


@dataclass(frozen=True, slots=True)
class Band:
    """A filter of the imaginary camera.

    Parameters
    ----------
    name : str
        Name as in the Sloan survey.
    wavelength : float
        In metres.
    noise : float
        Standard deviation of the background, in nanomaggies a pixel.
    """

    name: str
    wavelength: float
    noise: float


BANDS = (Band("g", 477e-9, 0.010), Band("r", 620e-9, 0.013), Band("i", 763e-9, 0.018))


def generator(subject: int) -> np.random.Generator:
    """Random generator for one subject, with the same numbers on every call."""
    return np.random.default_rng((20240229, subject))


def blank_sky() -> Sky:
    """Background noise with a mean of 0."""
    sky = generator(0).standard_normal((len(BANDS), HEIGHT, WIDTH), dtype=np.float32)
    sky *= np.array([band.noise for band in BANDS], np.float32)[:, None, None]
    return sky


def blackbody_colors(temperature: NDArray[np.float64]) -> NDArray[np.float32]:
    """Fluxes of black bodies in the bands, relative to the middle one.

    Parameters
    ----------
    temperature : ndarray
        In kelvin.

    Returns
    -------
    ndarray, shape (band, …)
        F_nu of Planck's law, divided by that at the middle wavelength.
    """
    wavelength = np.array([band.wavelength for band in BANDS])
    x = 0.014387769 / (wavelength.reshape(-1, *[1] * temperature.ndim) * temperature)
    nu3 = (1 / wavelength**3).reshape(-1, *[1] * temperature.ndim)
    flux = nu3 / np.expm1(x)
    ratio: NDArray[np.float32] = (flux / flux[1]).astype(np.float32)
    return ratio
