"""A cube whose channels are noise opens on their mean, if that shows something.

The noise of every pixel is known, and so is the strength of the source: of 0.3 standard deviations
in a channel, it has 0.3 times the square root of their number in the mean.
"""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from celestile.geometry import Region
from celestile.pixels.display import faint as module
from celestile.pixels.display.start import FirstPlane, first_plane
from celestile.pixels.plane import Selection

SPECTRAL = {"CTYPE3": "WAVE", "CUNIT3": "Angstrom", "CRPIX3": 1.0, "CRVAL3": 5e3, "CDELT3": 1.25}
Floats = NDArray[np.float32]


def noise(planes: int, height: int, width: int, seed: int = 1) -> Floats:
    rng = np.random.default_rng([planes, height, width, seed])
    return rng.normal(size=(planes, height, width)).astype(np.float32)


def source(height: int, width: int, radius: float) -> Floats:
    y, x = np.mgrid[:height, :width]
    distance = (x - 0.6 * width) ** 2 + (y - 0.4 * height) ** 2
    return (distance < radius**2).astype(np.float32)


def smooth(cube: Floats, axis: int, length: int) -> Floats:
    """Average neighbors, with the variance kept."""
    total = sum(np.roll(cube, step, axis) for step in range(length))
    return np.asarray(total / np.sqrt(length), np.float32)


def opened(write_fits: Any, open_image: Any, cube: Floats, **cards: Any) -> Any:
    return open_image(write_fits("a.fits", (cube, SPECTRAL | cards)))


@pytest.mark.parametrize("strength", [0.3, -0.3])
@pytest.mark.parametrize(
    ("planes", "height", "width", "radius"),
    [(60, 60, 80, 10), (300, 60, 60, 6), (40, 200, 300, 12), (100, 150, 150, 25)],
)
def test_a_faint_cube_opens_on_its_mean(
    strength: float,
    planes: int,
    height: int,
    width: int,
    radius: float,
    write_fits: Any,
    open_image: Any,
) -> None:
    spot = source(height, width, radius)
    image = opened(write_fits, open_image, noise(planes, height, width) + strength * spot)
    assert first_plane(image) == FirstPlane(1, 1, planes)
    mean = image.plane(Selection((1, 1), (1, planes))).read(Region(0, 0, width, height))
    inside, outside = mean[spot[::-1] > 0], mean[spot[::-1] == 0]
    assert inside.mean() == pytest.approx(strength, abs=5.0 / np.sqrt(planes * inside.size))
    assert abs(inside.mean() - outside.mean()) > 1.5 * outside.std()


@pytest.mark.parametrize("sky_lines", [False, True])
def test_noisier_channels_are_no_sources(sky_lines: bool, write_fits: Any, open_image: Any) -> None:
    cube = noise(90, 80, 80)
    if sky_lines:
        cube[::9] *= 4.0
    image = opened(write_fits, open_image, cube + 0.5 * source(80, 80, 10))
    assert first_plane(image) == FirstPlane(1, 1, 90)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "kind", ["white", "smooth on the sky", "smooth along the spectrum", "sky lines", "few"]
)
def test_noise_alone_is_not_averaged(
    kind: str, seed: int, write_fits: Any, open_image: Any
) -> None:
    cube = noise(6 if kind == "few" else 80, 90, 90, seed)
    if kind == "smooth on the sky":
        cube = smooth(smooth(cube, 1, 6), 2, 6)
    elif kind == "smooth along the spectrum":
        cube = smooth(cube, 0, 3)
    elif kind == "sky lines":
        cube[::7] *= 5.0
    found = first_plane(opened(write_fits, open_image, cube))
    assert found.last_channel is None


def test_a_line_is_shown_where_it_is(write_fits: Any, open_image: Any) -> None:
    cube = noise(60, 60, 80) + 0.3 * source(60, 80, 10)
    cube[40:44] += 5 * source(60, 80, 10)
    found = first_plane(opened(write_fits, open_image, cube))
    assert found.last_channel is None
    assert 40 <= found.channel - 1 < 44


def test_a_bright_continuum_is_seen_in_one_channel(write_fits: Any, open_image: Any) -> None:
    image = opened(write_fits, open_image, noise(60, 60, 80) + 8 * source(60, 80, 10))
    assert first_plane(image) == FirstPlane(1, 1)


def test_empty_channels_do_not_hide_a_source(write_fits: Any, open_image: Any) -> None:
    cube = noise(60, 60, 80) + 0.4 * source(60, 80, 10)
    cube[:8], cube[50:] = np.nan, 0.0
    found = first_plane(opened(write_fits, open_image, cube))
    assert (found.channel, found.last_channel) == (1, 60)


def test_of_a_large_cube_the_middle_is_averaged(
    write_fits: Any, open_image: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_AVERAGED", 60 * 80 * 50)
    cube = noise(200, 60, 80) + 0.3 * source(60, 80, 10)
    assert first_plane(opened(write_fits, open_image, cube)) == FirstPlane(1, 76, 125)


def test_the_mean_is_of_one_stokes_parameter(write_fits: Any, open_image: Any) -> None:
    cube = np.stack([noise(60, 60, 80, seed) + 0.3 * source(60, 80, 10) for seed in (1, 2)])
    cards = {f"CTYPE{4}": "STOKES", "CRVAL4": 1.0, "CRPIX4": 1.0, "CDELT4": 1.0}
    image = opened(write_fits, open_image, cube, **cards)
    found = first_plane(image)
    assert (found.channel, found.last_channel, len(image.channels)) == (1, 60, 60)
