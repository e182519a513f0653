"""Stokes parameters of several files in one image: sequences, band sets, mosaics."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from celestile.errors import UnservableImageError
from celestile.geometry import Region
from celestile.pixels.image import Image
from celestile.pixels.plane import Selection
from celestile.pixels.sources.bands import Band

STOKES = {"CTYPE3": "STOKES", "CRVAL3": 1.0, "CDELT3": 1.0, "CRPIX3": 1.0}
WHOLE = Region(0, 0, 6, 5)


def cube(seed: int, count: int = 3) -> Any:
    return np.random.default_rng(seed).normal(size=(count, 5, 6)).astype(np.float32)


def pixels(image: Image, name: str, **selection: Any) -> Any:
    return image.of_stokes(name).plane(Selection(**selection)).read(WHOLE)[::-1]


def test_frames_of_a_sequence(write_fits: Any, open_image: Any) -> None:
    cubes = [cube(seed) for seed in range(3)]
    paths = [write_fits(f"{n}.fits", (data, STOKES)) for n, data in enumerate(cubes)]
    image = open_image(frames=tuple(paths))
    assert image.measured_stokes == ("I", "Q", "U")
    for number, data in enumerate(cubes, 1):
        np.testing.assert_array_equal(pixels(image, "U", frame=(number, number)), data[2])
        expected = np.hypot(data[1].astype(float), data[2])
        found = pixels(image, "P", frame=(number, number))
        np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_a_frame_without_the_parameter_says_so(write_fits: Any, open_image: Any) -> None:
    paths = [write_fits("0.fits", (cube(1), STOKES)), write_fits("1.fits", (cube(2, 2), STOKES))]
    image = open_image(frames=tuple(paths))
    with pytest.raises(UnservableImageError, match="frame 2 has no Stokes parameter U"):
        pixels(image, "U", frame=(2, 2))


def test_frames_of_one_parameter_each_have_no_name(write_fits: Any, open_image: Any) -> None:
    paths = [write_fits(f"{n}.fits", (cube(n, 1), STOKES | {"CRVAL3": 1.0 + n})) for n in range(3)]
    image = open_image(frames=tuple(paths))
    assert image.stokes == ()
    np.testing.assert_array_equal(
        image.plane(Selection(frame=(3, 3))).read(WHOLE)[::-1], cube(2, 1)[0]
    )


def test_bands(write_fits: Any, open_image: Any) -> None:
    cubes = {name: cube(seed) for seed, name in enumerate(("low", "high"))}
    bands = tuple(
        Band(name=name, path=Path(write_fits(f"{name}.fits", (data, STOKES))))
        for name, data in cubes.items()
    )
    image = open_image(bands=bands)
    assert (image.channel_axis, image.measured_stokes) == ("band", ("I", "Q", "U"))
    for number, data in enumerate(cubes.values(), 1):
        np.testing.assert_array_equal(pixels(image, "I", channel=(number, number)), data[0])
        np.testing.assert_array_equal(pixels(image, "Q", channel=(number, number)), data[1])


def test_chips_of_a_mosaic(write_fits: Any, open_image: Any) -> None:
    left, right = cube(1), cube(2)
    chips = [
        (data, STOKES | {"EXTNAME": f"C{n}", "DETSEC": f"[{6 * n + 1}:{6 * n + 6},1:5]"})
        for n, data in enumerate((left, right))
    ]
    image = open_image(write_fits("m.fits", *chips, primary={"DETSIZE": "[1:12,1:5]"}))
    assert image.measured_stokes == ("I", "Q", "U")
    found = image.of_stokes("Q").plane(Selection()).read(Region(0, 0, 12, 5))[::-1]
    np.testing.assert_array_equal(found, np.hstack([left[1], right[1]]))
    found = image.of_stokes("P").plane(Selection()).read(Region(0, 0, 12, 5))[::-1]
    both = np.concatenate([left, right], axis=2).astype(float)
    np.testing.assert_allclose(found, np.hypot(both[1], both[2]), rtol=1e-6)
